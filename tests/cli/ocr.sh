# SPDX-License-Identifier: AGPL-3.0-or-later
# Recognition of text: which pages it reads, and what is said when it cannot.
ln -s "$FIXTURES/scan" scans
how() { extract --format json "$@" | grep -o '"number":[0-9]*\|"read_by":"[a-z]*"' | paste - - | sort | uniq -c | sed 's/^ *//'; }
echo '-- a picture, and pages of a TIFF'
extract scans/kind-gray.png
extract --pages 2 scans/pages.tif
how scans/pages.tif
echo '-- one page of fifty'
how --pages 22-24 scans/fifty.pdf
extract --format json scans/fifty.pdf | grep -o '"read_by":"[a-z]*"' | sort | uniq -c | sed 's/^ *//'
echo '-- off and force'
code extract --ocr off scans/kind-gray.png
how --ocr off scans/mixed.pdf
how scans/mixed.pdf
how --ocr force scans/mixed.pdf
extract --ocr force --pages 1 scans/mixed.pdf
echo '-- languages'
extract --ocr-languages deu scans/deu.png
code extract --ocr-languages eng scans/ara.png 2>&1 | sed -n '/warning\|exit/p'
code extract --ocr-languages eng+isl scans/kind-gray.png 2>&1 | sed "s/; installed: .*//"
code extract --ocr-languages isl "$FIXTURES/pdf/simple.pdf" | tail -n 1
echo '-- no data of scripts'
mkdir data
for folder in "${TESSDATA_PREFIX:-/none}" /usr/share/tesseract-ocr/*/tessdata; do
    [ ! -e "$folder/eng.traineddata" ] || ln -sf "$folder/eng.traineddata" data
done
export TESSDATA_PREFIX="$PWD/data"
extract doctor | sed -n '/languages:/,/scripts/p'
code extract --ocr-languages auto scans/kind-gray.png
echo '-- more languages than a worker process may open files'
for i in $(seq 10 99); do ln -s eng.traineddata "data/x$i.traineddata"; done
extract scans/kind-gray.png
echo '-- no data at all'
rm data/*
code extract scans/kind-gray.png
code extract scans/pages.tif
code extract -q scans/scan.pdf
how scans/mixed.pdf
