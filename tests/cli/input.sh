# SPDX-License-Identifier: AGPL-3.0-or-later
# Each kind of bad input: a code of its own, one line that names the file.
: >empty.txt
mkdir folder
printf 'text' >unreadable.txt
chmod 000 unreadable.txt
printf 'PK\003\004 no such archive' >unsupported.bin
printf 'MZ\220\000\003\000\000\000\004\000\000\000\377\377' >program.exe
printf 'Just words, no PDF.\n' >words.pdf
printf '%%PDF-1.7\n1 0 obj\n<< /Type /Cat' >cut.pdf

code extract missing.pdf
code extract folder
# Root may read everything unless it gives that up.
unprivileged=
[ "$(id -u)" != 0 ] || unprivileged="setpriv --bounding-set=-dac_override,-dac_read_search"
code $unprivileged "$EXTRACT" unreadable.txt
code extract empty.txt
code extract program.exe
code extract words.pdf
code extract cut.pdf
