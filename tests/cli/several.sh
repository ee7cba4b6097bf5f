# SPDX-License-Identifier: AGPL-3.0-or-later
# Several files: in the order given, each under its name, the rest goes on after a failure.
echo 'First.' >a.txt
printf 'No newline' >b.txt
code extract a.txt missing.txt b.txt 2>err
cat err
code extract --format markdown a.txt b.txt
code extract --format html a.txt b.txt
# The first failure decides.
mkdir folder
code extract folder missing.txt
echo '-- order, more files than fit at once, the first one slow'
echo 300 >slow
for i in $(seq 200); do echo 0 >"doc$i"; done
extract --threads 2 --mime-type mock:sleep --format json slow doc* >out
grep -c '^{"file":"' out
head -1 out | cut -c 1-16
ls doc* | head -3
sed -n 2,4p out | cut -d, -f 1
echo '-- the time of a document starts when its turn comes near, not with the program'
echo 1000 >slow
extract --verbose --threads 1 --mime-type mock:sleep slow doc1 doc2 doc3 doc4 2>&1 >/dev/null |
    sed -n 's/^extract: \([^:]*\):.* after / \1 /p' | awk '{ print $1, ($2 < 0.9 ? "short" : "long") }'
echo '-- JSON is one object a line, failures too'
extract --format json a.txt missing.txt b.txt 2>/dev/null >out || echo "exit code $?"
"${PYTHON:-/usr/bin/python3}" -c '
import json, sys
for line in open("out"):
    found = json.loads(line)
    print(found["file"], found.get("content"), found.get("error"))'
echo '-- what is inside a document follows it under its name'
cp "$FIXTURES/cases/files/box" box
extract --attachments extract --format markdown box
extract --attachments extract --quiet a.txt box | grep -v '^ *$'
