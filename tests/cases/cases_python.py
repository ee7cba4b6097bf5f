# SPDX-License-Identifier: AGPL-3.0-or-later
"""cases_python.py FIXTURES OUT: the cases through the Python binding."""
import asyncio

import cases
import libextract


def waited(file, options):
    return libextract.extract_file_sync(file, **options).to_dict()


def awaited(file, options):
    return asyncio.run(libextract.extract_file(file, **options)).to_dict()


def batched(file, options):
    # In the order given: a folder then is a document like any other, which cannot be read.
    for item in libextract.stream_batch([file], in_order=True, **options):
        return item.get().to_dict()


def outcome(extract, file, options):
    try:
        return extract(file, options)
    except libextract.ExtractError as error:
        return cases.Failure(error.code, str(error))
    except TypeError as error:  # as for any function with an unknown argument
        return cases.Failure("ARGUMENT", str(error))


def run(file, options):
    first, *others = (outcome(extract, file, options) for extract in (waited, awaited, batched))
    for other in others:
        assert repr(other) == repr(first), (other, first)
    if isinstance(first, cases.Failure):
        raise first
    return first


cases.main(run)
