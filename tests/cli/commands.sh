# SPDX-License-Identifier: AGPL-3.0-or-later
extract formats | grep -A 3 '^csv:'
extract formats --format json | "${PYTHON:-/usr/bin/python3}" -c '
import json, sys
for known in json.load(sys.stdin):
    assert known["name"] and known["title"] and known["types"], known
    assert known["yields"] or known["name"].startswith("mock"), known
    for kind in known["types"]:
        assert kind["mime_type"] and isinstance(kind["extensions"], list), kind
print("formats are JSON")'
extract doctor | grep -c . >/dev/null && echo "doctor says something"
extract doctor --format json | "${PYTHON:-/usr/bin/python3}" -c '
import json, sys
assert json.load(sys.stdin)
print("doctor is JSON")'
