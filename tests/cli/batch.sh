# SPDX-License-Identifier: AGPL-3.0-or-later
# extract batch: trees, JSON Lines and databases, with a journal to go on with.
python=${PYTHON:-/usr/bin/python3}
sorted() { find "$1" -type f | LC_ALL=C sort; }
states() { # of a journal: the last word about each path
    "$python" -c '
import json, sys
last = {}
for line in open(sys.argv[1]):
    found = json.loads(line)
    last[found["path"]] = found
for path in sorted(last):
    found = last[path]
    print(path, found["status"], found.get("error", {}).get("code", ""), found.get("output", ""))' "$1"
}
mkdir -p in/deep/er in/.hidden
cp "$FIXTURES/pdf/simple.pdf" in/report.pdf
cp "$FIXTURES/pdf/simple.pdf" in/deep/copy.pdf
cp "$FIXTURES/pdf/lists.pdf" in/deep/er/lists.pdf
echo 'Plain words.' >in/deep/note.txt
echo 'Secret.' >in/.hidden/secret.txt
: >in/empty.txt
ln -s note.txt in/deep/link.txt
ln -s ../.. in/deep/er/up
mkfifo in/pipe
echo '-- a tree'
code extract batch in --output out --format markdown --quiet
sorted out
head -1 out/report.pdf.md
cmp out/report.pdf.md out/deep/copy.pdf.md && echo 'the same content, extracted once'
states out.journal.jsonl | sed 's/\(report\|copy\).pdf \(complete\|same\)/\1.pdf complete or same/;
    s/\(note\|link\).txt \(complete\|same\)/\1.txt complete or same/'
echo '-- again: not without saying how to go on'
code extract batch in --output out --format markdown --quiet
echo '-- nothing has changed; then one file has, one is new, one output is gone'
code extract batch in --output out --format markdown --resume 2>&1 | grep unchanged
echo 'Other words.' >in/deep/note.txt
cp "$FIXTURES/pdf/xmp.pdf" in/new.pdf
rm out/deep/er/lists.pdf.md
code extract batch in --output out --format markdown --resume --progress json 2>&1 |
    sed -n 's/,"pages.*"done":true/ done/p'
cat out/deep/note.txt.md
echo '-- other options are another result'
code extract batch in --output out --format markdown --furniture keep --resume --progress json 2>&1 |
    sed -n 's/.*"unchanged":\([0-9]*\).*"done":true.*/unchanged \1/p'
echo '-- failed ones are tried again when asked for'
echo 'No longer empty.' >in/empty.txt
touch -d 2001-01-01 in/empty.txt
: >in/still-empty.txt
code extract batch in --output again --quiet
echo 'Filled.' >in/still-empty.txt
code extract batch in --output again --retry-failed --quiet
cat again/still-empty.txt.txt
echo '-- which files'
list() { extract batch "$@" --output chosen --force --quiet && sorted chosen && rm -r chosen; }
list in --include '*.PDF' --exclude deep
list in --include 'deep/*.txt' --symlinks skip
list in --include '*secret*' --hidden
list in --max-size 100 --exclude '*.pdf' --symlinks skip
list in --types text/plain --symlinks skip --exclude empty.txt
printf 'in/report.pdf\0in/deep/note.txt\0' | list --files-from - --null
echo '-- JSON Lines'
code extract batch in --output out.jsonl --quiet --same-content extract
"$python" -c '
import json
for found in sorted((json.loads(line) for line in open("out.jsonl")), key=lambda f: f["path"]):
    print(found["path"], found.get("mime_type"), (found.get("content") or "")[:15].strip())'
echo '-- a line that was torn, and lines that were not acknowledged'
lines=$(wc -l <out.jsonl)
echo '{"path":"half' >>out.jsonl
printf '{"path":"torn' >>out.jsonl.journal.jsonl
code extract batch in --output out.jsonl --quiet --same-content extract --resume
[ "$(wc -l <out.jsonl)" = "$lines" ] && echo 'as before'
echo '-- a database'
code extract batch in --output out.sqlite --format markdown --quiet
"$python" -c '
import sqlite3
found = sqlite3.connect("out.sqlite")
for row in found.execute("SELECT path, status, mime_type, pages FROM documents ORDER BY path"):
    print(*row)
print(found.execute("SELECT count(*) FROM pages").fetchone()[0], "pages")
for row in found.execute("SELECT path FROM documents JOIN search ON id = search.rowid"
                         " WHERE search MATCH \"fox\" ORDER BY path"):
    print("fox:", *row)'
code extract batch in --output out.sqlite --format markdown --quiet --resume
"$python" -c '
import sqlite3
found = sqlite3.connect("out.sqlite")
print(found.execute("SELECT count(*), count(DISTINCT path) FROM documents").fetchone())'
echo '-- pictures have a folder with the text'
mkdir pictures
cp "$FIXTURES/pdf/pictures.pdf" pictures/
code extract batch pictures --output shown --images extract --format markdown --quiet
sorted shown | head -3
echo '-- documents inside of documents'
mkdir inside
cp "$FIXTURES/pdf/interactive.pdf" inside/
code extract batch inside --output apart --attachments extract --format markdown --quiet
sorted apart
echo '-- members of archives'
mkdir packed
cp "$FIXTURES/archive/tree.zip" "$FIXTURES/archive/report.pdf.gz" packed/
code extract batch packed --output members --attachments extract --quiet
sorted members
cat members/tree.zip.d/docs/note.txt.txt
code extract batch inside --output apart.db --attachments extract --quiet
"$python" -c '
import sqlite3
found = sqlite3.connect("apart.db")
for row in found.execute("SELECT d.path, p.path, d.status FROM documents d LEFT JOIN documents p ON p.id = d.parent ORDER BY 1"):
    print(*row)'
echo '-- one run at a time'
mkdir slow
echo 1500 >slow/a
extract batch slow --mime-type mock:sleep --output slow.out --quiet --isolation thread &
first=$!
sleep 0.5
code extract batch slow --mime-type mock:sleep --output slow.out --quiet --resume
wait $first
echo '-- Ctrl-C: what is being read ends, what waits for it is left to the next run'
mkdir many
for i in $(seq 60); do echo 200 >"many/$i"; done
"$EXTRACT" batch many --mime-type mock:sleep --output many.out --quiet --isolation thread --same-content extract &
first=$!
sleep 0.5
kill -INT $first
code wait $first
"$python" -c '
done = sum(1 for _ in open("many.out.journal.jsonl"))
print("some of them" if 0 < done < 40 else f"{done} of them")'
code extract batch many --mime-type mock:sleep --output many.out --quiet --isolation thread --resume --same-content extract
sorted many.out | wc -l
echo '-- names that are not UTF-8'
mkdir odd
cp in/deep/note.txt "$(printf 'odd/gr\374n.txt')"
code extract batch odd --output odd.out --quiet
code extract batch odd --output odd.out --resume 2>&1 | grep unchanged
sorted odd.out | od -An -c | tr -d ' \n' && echo
"$python" -c '
import json
found = json.loads(open("odd.out.journal.jsonl").readline())
print(ascii(found["path"]), bytes.fromhex(found["path_bytes"]))'
echo '-- nothing to do, nowhere to write'
mkdir none
code extract batch none --output none.out
code extract batch missing --output none.out --force --quiet
code extract batch in
code extract batch --output out
code extract batch in --output /proc/nowhere --quiet
code extract batch in --output out --as zip
code extract in/report.pdf --progress bar
echo '-- a document that takes its process down costs itself'
mkdir bad
echo x >bad/crash
code extract batch bad --mime-type mock:crash --output bad.out --quiet --isolation process
states bad.out.journal.jsonl
