# SPDX-License-Identifier: AGPL-3.0-or-later
"""PDF to plain text against pdftotext and mutool, which recognise none: nor do we here.

text_vs_pdftotext_1  throughput of one `extract` process with one thread over all files, against
                     one pdftotext process a file
text_vs_pdftotext_2  the same with two threads
small_pdf_vs_mutool  whole-process time on a small PDF (lower is better)
startup_vs_mutool    whole-process time of --version (lower is better)
peak_mb              peak memory on the document with the most pages
"""
import bench


def throughput(files, threads, count, pdftotext):
    ours, theirs = bench.pairs(
        count,
        lambda: bench.run(bench.EXTRACT, "--quiet", "--threads", str(threads), "--ocr", "off", *files),
        lambda: bench.run_each(files, pdftotext, "{}", "/dev/null"))
    bench.say(f"{len(files)} files, {threads} threads: extract {bench.middle(ours):.2f} s, "
              f"pdftotext {bench.middle(theirs):.2f} s")
    return bench.ratio(theirs, ours)


def whole_process(count, ours, theirs):
    def twenty(command):
        return lambda: bench.run_each([""] * 20, *command)
    a, b = bench.pairs(count, twenty(ours), twenty(theirs))
    bench.say(f"{' '.join(ours[:2])} ...: {bench.middle(a) * 50:.1f} ms, "
              f"{' '.join(theirs[:2])} ...: {bench.middle(b) * 50:.1f} ms")
    return bench.ratio(a, b)


def main():
    options = bench.options(__doc__)
    pdftotext = bench.need("pdftotext", "poppler-utils")
    mutool = bench.need("mutool", "mupdf-tools")
    files = bench.documents("01", "02", "03", "04", "13")
    small = str(bench.ROOT / "fixtures/pdf/simple.pdf")
    longest = bench.longest(bench.documents("13"))
    bench.report(options.json, [
        ("text_vs_pdftotext_1", throughput(files, 1, options.pairs, pdftotext), "ratio"),
        ("text_vs_pdftotext_2", throughput(files, 2, options.pairs, pdftotext), "ratio"),
        ("small_pdf_vs_mutool", whole_process(options.pairs, [bench.EXTRACT, small], [
            mutool, "draw", "-q", "-F", "txt", small]), "ratio"),
        ("startup_vs_mutool", whole_process(options.pairs, [bench.EXTRACT, "--version"],
                                            [mutool, "-v"]), "ratio"),
        ("peak_mb", bench.run(bench.EXTRACT, "--quiet", longest).peak_mb, "MB"),
    ])


if __name__ == "__main__":
    main()
