# SPDX-License-Identifier: AGPL-3.0-or-later
"""cases_python.py FIXTURES OUT: the cases through the Python binding."""
import asyncio

import cases
import libextract


def run(file, options):
    try:
        result = libextract.extract_file_sync(file, **options).to_dict()
    except libextract.ExtractError as error:
        raise cases.Failure(error.code, str(error)) from None
    except TypeError as error:  # as for any function with an unknown argument
        raise cases.Failure("ARGUMENT", str(error)) from None
    assert result == asyncio.run(libextract.extract_file(file, **options)).to_dict()
    return result


cases.main(run)
