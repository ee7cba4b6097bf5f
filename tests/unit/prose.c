/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is collected of word processors, and the memory that it takes. */
#include "prose/prose.h"
#include "job.h"
#include "test.h"

#include <string.h>

enum { STEP = 256 << 10 }; /* memory is told to the job in steps */

static xtr__account of_builder;

/* The account of the job is that of what is collected alone. */
static bare_job *open_job(void) {
    bare_job *b = bare_job_open(xtr_source_new_copy("x", 1));
    ck_assert_ptr_nonnull(b);
    xtr__builder_drop(b->job.builder);
    b->job.builder = xtr__builder_new(0, &of_builder);
    return b;
}

static void expect_style(const char *name, xtr_element_type type, int level) {
    xtr__prose_paragraph made;
    ck_assert_msg(xtr__prose_style_of(name, &made), "%s", name);
    ck_assert_int_eq(made.type, type);
    ck_assert_int_eq(made.level, level);
}

TEST(prose, names_of_styles) {
    xtr__prose_paragraph made;
    expect_style("heading 2,Chapter", XTR_HEADING, 2);
    expect_style("Heading 9", XTR_HEADING, 6);
    expect_style("Überschrift 1", XTR_HEADING, 1);
    expect_style("Title", XTR_HEADING, 1);
    expect_style("Subtitle", XTR_HEADING, 2);
    expect_style("HTML Preformatted", XTR_CODE, 0);
    expect_style("Intense Quote ;x", XTR_QUOTE, 0);
    ck_assert(!xtr__prose_style_of("Normal", &made));
    ck_assert(!xtr__prose_style_of("heading", &made));
}

TEST(prose, addresses_are_memory_of_the_job) {
    enum { SIZE = 100000, COUNT = 50 };
    static char url[SIZE];
    bare_job *b = open_job();
    xtr__prose *prose = xtr__prose_new(&b->job);
    memset(url, 'a', SIZE - 1);
    for (int i = 0; i < COUNT; i++) {
        url[0] = (char)('a' + i % 2);
        xtr__prose_text(prose, "x", 1, 0, url);
    }
    ck_assert_uint_ge(b->job.memory.used + STEP, (uint64_t)SIZE * COUNT);
    xtr__prose_drop(prose);
    ck_assert_uint_eq(b->job.memory.used, 0);
    bare_job_close(b);
}

TEST(prose, tables_give_their_memory_back) {
    enum { TABLES = 300, ROWS = 300 };
    const xtr__prose_paragraph plain = {.type = XTR_PARAGRAPH, .marker = "1."};
    bare_job *b = open_job();
    xtr__prose *prose = xtr__prose_new(&b->job);
    for (int i = 0; i < TABLES; i++) {
        for (int k = 0; k < ROWS; k++) {
            xtr__prose_text(prose, "cell", 4, 0, NULL);
            xtr__prose_end_cell(prose, &plain, 1);
            xtr__prose_end_row(prose, 1, NULL, 0, false);
        }
        xtr__prose_begin_aside(prose, XTR__ASIDE_BOX);
        xtr__prose_text(prose, "in a box", 8, 0, NULL);
        xtr__prose_end_paragraph(prose, &plain, 0);
        xtr__prose_end_aside(prose, NULL);
        xtr__prose_text(prose, "text", 4, 0, NULL);
        xtr__prose_end_paragraph(prose, &plain, 0);
        ck_assert_uint_le(b->job.memory.used, STEP);
    }
    xtr__prose_finish(prose);
    ck_assert_int_eq(xtr__prose_status(prose), XTR_OK);
    xtr__prose_drop(prose);
    ck_assert_uint_eq(b->job.memory.used, 0);
    bare_job_close(b);
}
