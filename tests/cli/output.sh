# SPDX-License-Identifier: AGPL-3.0-or-later
# --output: whole or not at all, and never a temporary file left behind.
echo 'Some text.' >a.txt
extract a.txt --output out.txt
cat out.txt
stat -c '%a' out.txt
echo old >old.txt
chmod 640 old.txt
ln -s old.txt link.txt
code extract a.txt missing.txt -o old.txt
cat old.txt
extract a.txt -o link.txt
cat old.txt
stat -c '%a %F' old.txt link.txt
extract a.txt -o a.txt && cat a.txt
extract a.txt -o - | cat
extract a.txt -o /dev/stdout | cat
mkdir folder
code extract a.txt -o folder
code extract a.txt -o missing/out.txt
code sh -c '"$EXTRACT" a.txt >/dev/full'
code sh -c '"$EXTRACT" a.txt >&-'
code extract a.txt -o /dev/full
echo '-- a signal leaves nothing behind'
echo 60000 >long
"$EXTRACT" --mime-type mock:sleep long -o signal.txt & pid=$!
while ! ls .signal.txt.* >/dev/null 2>&1; do sleep .01; done
kill -TERM $pid
code wait $pid
ls -A
