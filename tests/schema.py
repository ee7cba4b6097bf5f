#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""JSON results against docs/reference/result.schema.json: schema.py EXTRACT [PATH...].

The documents are one made here, of which every list of a result holds something, and all below the paths.
"""
import copy
import json
import pathlib
import subprocess
import sys

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCHEMA = json.loads((ROOT / "docs/reference/result.schema.json").read_text(encoding="utf-8"))

OBJECTS = [
    "<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R /AcroForm << /Fields [9 0 R] >>"
    " /Names << /EmbeddedFiles << /Names [(a) 10 0 R] >> >>"
    " /PageLabels << /Nums [0 << /S /r >>] >> >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Rotate 0 /Contents 4 0 R"
    " /Resources << /Font << /F 5 0 R >> >> /Annots [7 0 R 8 0 R 9 0 R] >>",
    "<< /Length 44 >>\nstream\nBT /F 24 Tf 20 100 Td (Hello) Tj ET         \nendstream",
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>",
    "<< /Type /Outlines /First 12 0 R /Last 12 0 R /Count 1 >>",
    "<< /Type /Annot /Subtype /Link /Rect [20 100 80 120] /A << /S /URI /URI (https://example.org/) >> >>",
    "<< /Type /Annot /Subtype /Text /Rect [90 100 110 120] /Contents (Why?) /T (Reader) >>",
    "<< /Type /Annot /Subtype /Widget /FT /Tx /T (name) /V (Ada) /Rect [20 20 80 40] >>",
    "<< /Type /Filespec /F (a.txt) /EF << /F 11 0 R >> >>",
    "<< /Type /EmbeddedFile /Length 1 >>\nstream\na\nendstream",
    "<< /Title (Start) /Parent 6 0 R /Dest [3 0 R /Fit] >>",
    "<< /Title (A title) /Author (A. Author) >>",
]


def make_pdf():
    out, offsets = b"%PDF-1.7\n", []
    for number, text in enumerate(OBJECTS, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(OBJECTS) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + (f"trailer\n<< /Size {len(OBJECTS) + 1} /Root 1 0 R /Info 13 0 R >>\n"
                  f"startxref\n{start}\n%%EOF\n").encode()


def extract(program, name, data=None):
    """The result as JSON, or None for a document that cannot be read."""
    done = subprocess.run([program, "--format", "json", name], input=data, capture_output=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def check(validator, name, result):
    errors = [f"{name}: {'/'.join(map(str, e.absolute_path))}: {e.message}"
              for e in validator.iter_errors(result)]
    print("\n".join(errors[:10]), end="\n" if errors else "")
    return not errors


def main():
    program, *paths = sys.argv[1:]
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    documents = {"text": extract(program, "-", b"one\n\ntwo\n"), "pdf": extract(program, "-", make_pdf())}
    for path in map(pathlib.Path, paths):
        documents |= {str(f): extract(program, f) for f in [path, *sorted(path.rglob("*"))] if f.is_file()}
    results = {name: result for name, result in documents.items() if result is not None}
    ok = all([check(validator, name, result) for name, result in results.items()])

    sample = copy.deepcopy(results.get("pdf") or results["text"])
    for damage in ({"surprise": 1}, {"status": 7}, {"pages": [{"number": 1}]}):
        if validator.is_valid(sample | damage):
            ok = False
            print(f"the schema takes {damage}")
    if "pdf" in results:
        lists = ("metadata", "pages", "elements", "outline", "links", "annotations", "form_fields", "attachments")
        for name in lists:
            if not sample[name]:
                ok = False
                print(f"pdf: {name} is empty, so the schema of its items was not tried")
    print(f"{len(results)} results {'are' if ok else 'are NOT'} as the schema says")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
