/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "document/document.h"
#include "render/result.h"
#include "test.h"

#include <libxml/parser.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static xtr__account unlimited;

static void word(xtr_builder *b, const char *text, xtr_box box, uint32_t line, uint32_t block) {
    xtr_word(b, &(xtr_word_info){.text = text,
                                 .size = strlen(text),
                                 .box = box,
                                 .baseline_left = box.y1 - 1,
                                 .baseline_right = box.y1 - 1,
                                 .height = 12,
                                 .confidence = 0.875F,
                                 .line = line,
                                 .paragraph = block,
                                 .block = block});
}

/* Two blocks, the first of two lines, at two pixels a point. */
static xtr_builder *with_words(void) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr__builder_keep_words(b);
    xtr_page_begin(
        b, 3,
        &(xtr_page_info){.width = 100, .height = 200, .pixel_width = 200, .pixel_height = 400});
    word(b, "R&D", (xtr_box){10, 10, 20, 20}, 0, 0);
    word(b, "<b>", (xtr_box){22, 12, 30, 20}, 0, 0);
    word(b, "next", (xtr_box){10, 30, 28, 40}, 1, 0);
    word(b, "other", (xtr_box){60, 50, 90, 60}, 2, 1);
    return b;
}

static xtr_result *result_of(xtr_builder *b, xtr_format format) {
    xtr_result *result;
    xtr__document *document = xtr__builder_finish(b);
    xtr__builder_drop(b);
    ck_assert(xtr__document_valid(document, document->size));
    ck_assert_int_eq(xtr__result_new(&result, document, format, XTR_FURNITURE_AUTO, false), XTR_OK);
    return result;
}

static void check_part(const char *whole, const char *part) {
    if (!strstr(whole, part))
        ck_abort_msg("\"%s\" is not in:\n%s", part, whole);
}

static void check_xml(const char *content, size_t size) {
    xmlDoc *doc = xmlReadMemory(content, (int)size, "words", NULL, XML_PARSE_NONET);
    ck_assert_ptr_nonnull(doc);
    xmlFreeDoc(doc);
}

TEST(render_words, tsv_has_a_row_for_each_level) {
    xtr_result *result = result_of(with_words(), XTR_FORMAT_TSV);
    ck_assert_str_eq(xtr_result_content(result, NULL),
                     "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\t"
                     "height\tconf\ttext\n"
                     "1\t3\t0\t0\t0\t0\t0\t0\t200\t400\t-1\t\n"
                     "2\t3\t1\t0\t0\t0\t20\t20\t40\t60\t-1\t\n"
                     "3\t3\t1\t1\t0\t0\t20\t20\t40\t60\t-1\t\n"
                     "4\t3\t1\t1\t1\t0\t20\t20\t40\t20\t-1\t\n"
                     "5\t3\t1\t1\t1\t1\t20\t20\t20\t20\t87.5\tR&D\n"
                     "5\t3\t1\t1\t1\t2\t44\t24\t16\t16\t87.5\t<b>\n"
                     "4\t3\t1\t1\t2\t0\t20\t60\t36\t20\t-1\t\n"
                     "5\t3\t1\t1\t2\t1\t20\t60\t36\t20\t87.5\tnext\n"
                     "2\t3\t2\t0\t0\t0\t120\t100\t60\t20\t-1\t\n"
                     "3\t3\t2\t1\t0\t0\t120\t100\t60\t20\t-1\t\n"
                     "4\t3\t2\t1\t1\t0\t120\t100\t60\t20\t-1\t\n"
                     "5\t3\t2\t1\t1\t1\t120\t100\t60\t20\t87.5\tother\n");
    xtr_result_drop(result);
}

TEST(render_words, hocr_is_xml_with_the_place_of_each_word) {
    size_t size;
    xtr_result *result = result_of(with_words(), XTR_FORMAT_HOCR);
    const char *content = xtr_result_content(result, &size);
    check_xml(content, size);
    check_part(content,
               "<div class=\"ocr_page\" id=\"page_3\" title=\"bbox 0 0 200 400; ppageno 2; "
               "scan_res 144 144\">");
    check_part(content, "<span class=\"ocr_line\" id=\"line_3_1\" title=\"bbox 20 20 60 40; "
                        "baseline 0 -2; x_size 24\">");
    check_part(content, "<span class=\"ocrx_word\" id=\"word_3_1\" title=\"bbox 20 20 40 40; "
                        "x_wconf 88\">R&amp;D</span>");
    check_part(content,
               "<div class=\"ocr_carea\" id=\"block_3_2\" title=\"bbox 120 100 180 120\">");
    check_part(content, "&lt;b&gt;");
    xtr_result_drop(result);
}

TEST(render_words, alto_is_xml_with_the_place_of_each_word) {
    size_t size;
    xtr_result *result = result_of(with_words(), XTR_FORMAT_ALTO);
    const char *content = xtr_result_content(result, &size);
    check_xml(content, size);
    check_part(content, "<Page ID=\"page_3\" PHYSICAL_IMG_NR=\"3\" WIDTH=\"200\" HEIGHT=\"400\">");
    check_part(content, "<String ID=\"string_3_2\" HPOS=\"44\" VPOS=\"24\" WIDTH=\"16\" "
                        "HEIGHT=\"16\" WC=\"0.875\" CONTENT=\"&lt;b&gt;\"/>");
    check_part(content, "<SP HPOS=\"40\" VPOS=\"24\" WIDTH=\"4\"/>");
    xtr_result_drop(result);
}

TEST(render_words, pages_without_words_are_there_all_the_same) {
    static const xtr_format formats[] = {XTR_FORMAT_HOCR, XTR_FORMAT_ALTO};
    for (size_t i = 0; i < 2; i++) {
        size_t size;
        xtr_builder *b = xtr__builder_new(0, &unlimited);
        xtr__builder_keep_words(b);
        xtr_page_begin(b, 0, &(xtr_page_info){.width = 72, .height = 144});
        xtr_result *result = result_of(b, formats[i]);
        const char *content = xtr_result_content(result, &size);
        check_xml(content, size);
        check_part(content, i ? "HEIGHT=\"600\"" : "bbox 0 0 300 600");
        xtr_result_drop(result);
    }
}

TEST(render_words, nonsense_for_boxes_gives_numbers) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr__builder_keep_words(b);
    xtr_page_begin(b, 0, &(xtr_page_info){.width = INFINITY, .height = -1, .pixel_width = 9});
    word(b, "x\xEF\xBF\xBE\ty", (xtr_box){NAN, -INFINITY, INFINITY, 1e30F}, 0, 0);
    xtr_result *result = result_of(b, XTR_FORMAT_TSV);
    check_part(xtr_result_content(result, NULL), "\t0\t0\t0\t1000000000\t87.5\t");
    char *hocr;
    size_t size;
    ck_assert_int_eq(
        xtr_result_render(&hocr, &size, result, XTR_FORMAT_HOCR, XTR_FURNITURE_AUTO, NULL), XTR_OK);
    check_xml(hocr, size);
    xtr_free(hocr);
    xtr_result_drop(result);
}

TEST(render_words, a_result_without_words_says_so) {
    char *out;
    size_t size;
    xtr_error error;
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_page_begin(b, 0, &(xtr_page_info){.width = 1});
    word(b, "left out", (xtr_box){0, 0, 1, 1}, 0, 0);
    xtr_result *result = result_of(b, XTR_FORMAT_TEXT);
    ck_assert_int_eq(
        xtr_result_render(&out, &size, result, XTR_FORMAT_HOCR, XTR_FURNITURE_AUTO, &error),
        XTR_E_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "no words"));
    ck_assert_ptr_null(out);
    xtr_result_drop(result);
}
