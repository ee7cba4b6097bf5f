# SPDX-License-Identifier: AGPL-3.0-or-later
# --images-dir: pictures as files, which replace what has their names and nothing else.
extract --images-dir pictures --pages 1 --format markdown "$FIXTURES/pdf/pictures.pdf" --output page.md
grep '!' page.md
ls pictures
cmp pictures/page-1-image-1.jpg "$FIXTURES/image/gray.jpg" && echo 'the JPEG is as it was'
echo '-- what a link points to is left alone'
echo precious >precious
rm pictures/*
ln -s ../precious pictures/page-1-image-1.jpg
echo old >pictures/page-1-image-2.jp2
extract --images-dir pictures --pages 1 "$FIXTURES/pdf/pictures.pdf" >/dev/null
cat precious
stat -c '%F %s' pictures/page-1-image-1.jpg pictures/page-1-image-2.jp2
echo '-- several'
extract --images-dir several --pages 1 -q "$FIXTURES/image/gray.png" "$FIXTURES/pdf/album.pdf" >/dev/null
find several -type f | sort
extract --images-dir none -q "$FIXTURES/pdf/simple.pdf" >/dev/null
ls -d none 2>/dev/null || echo 'no folder without a picture'
echo '-- failures'
echo file >file
code extract --images-dir file -q "$FIXTURES/image/gray.png"
code extract --images-dir
