# SPDX-License-Identifier: AGPL-3.0-or-later
# A document from end to end, and what the command line adds: pages, passwords, formats.
extract "$FIXTURES/pdf/simple.pdf" | head -1
extract --format markdown "$FIXTURES/pdf/simple.pdf" | grep -o '[*]*bold[*]*'
extract --format html "$FIXTURES/pdf/simple.pdf" | sed -n '/<body>/,$p'
extract --layout preserve "$FIXTURES/pdf/columns.pdf"
extract - <"$FIXTURES/pdf/simple.pdf" | head -1
cat "$FIXTURES/pdf/simple.pdf" | extract detect -
extract --pages 2 "$FIXTURES/pdf/furniture.pdf" | grep -c 'Page 2'
extract --pages 2- --format json "$FIXTURES/pdf/furniture.pdf" | "${PYTHON:-/usr/bin/python3}" -c '
import json, sys
print([page["number"] for page in json.load(sys.stdin)["pages"]])'
cd "$FIXTURES/pdf"
code extract aes-256.pdf
code extract --password wrong aes-256.pdf
code extract --password wrong --password open aes-256.pdf
printf 'wrong\nopen\n' | extract --password-file - rc4-40.pdf aes-256.pdf
code extract not_a_pdf.pdf
code extract image_only.pdf
code extract --quiet image_only.pdf
code extract --verbose simple.pdf 2>&1 >/dev/null | sed 's/after .*/after S/'
