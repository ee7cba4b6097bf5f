# SPDX-License-Identifier: AGPL-3.0-or-later
echo 'Some text.' >a.txt
echo '-- wrong: one line, exit code 2'
code extract
code extract --nonsense a.txt
code extract --max-pagez=1 a.txt
code extract --max_input_size 1 a.txt
code extract --ocr-language-names eng a.txt
code extract --output-format html a.txt
code extract --pasword-file passwords a.txt
code extract --quite a.txt
code extract a.txt --thread=1 --outptu b.txt
code extract --max-pages -1 a.txt
code extract --pass secret a.txt
code extract --timeout
code extract --quiet=yes a.txt
code extract --format htm a.txt
code extract --timeout soon a.txt
code extract --pages 3-1 a.txt
code extract --threads 0 a.txt
code extract formats a.txt
code extract - -
code extract --password-file missing.txt a.txt
echo '-- right'
extract --format mime a.txt
extract --mime text/plain a.txt
extract --furn=keep a.txt
printf 'one\r\ntwo\n' >passwords
extract --password-file passwords --password three a.txt
extract -j 1 -q -- a.txt
cp a.txt detect
extract ./detect
extract -- detect
cat a.txt | extract -
cat a.txt | extract detect - a.txt
extract a.txt < /dev/null
extract detect --format json a.txt
extract detect --format mime a.txt
extract --version
extract --help >help
# Every option of the library, every exit code.
grep -c . help >/dev/null
for word in --format --pages --password-file --ocr-languages --max-memory --output --threads; do
    grep -q -- " $word" help || echo "help lacks $word"
done
awk 'length > 82' help
grep -E '^ +[0-9]+  ' help
