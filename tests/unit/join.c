/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables that go on over the next page. */
#include "document/document.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static xtr__account unlimited;

static void begin_page(xtr_builder *b) {
    xtr_page_begin(b, 0, &(xtr_page_info){.width = 600, .height = 800});
}

/* A table of two columns; rows apart by ";", cells by ",". The first row is a head if `head`. */
static void put_table(xtr_builder *b, float y, bool head, const char *rows) {
    xtr_cell_info info = {.header = head};
    xtr_table_begin(b, (xtr_box){100, y, 500, y + 40});
    for (const char *at = rows; *at;) {
        size_t size = strcspn(at, ",;");
        xtr_cell_begin(b, &info);
        xtr_text(b, at, size);
        xtr_cell_end(b);
        at += size;
        info.column++;
        if (*at == ';') {
            info.row++;
            info.column = 0;
            info.header = false;
        }
        at += *at != '\0';
    }
    xtr_table_end(b);
}

static void put(xtr_builder *b, xtr_element_type type, const char *text) {
    xtr_element_begin(b, &(xtr_element_info){.type = type});
    xtr_text(b, text, strlen(text));
    xtr_element_end(b);
}

/* Joins, and compares the tables: "page:rows" with cells apart by spaces, tables apart by "|". */
static void check(xtr_builder *b, const char *wanted) {
    char out[1024] = "";
    xtr__builder_join_tables(b);
    xtr__document *d = xtr__builder_finish(b);
    ck_assert(xtr__document_valid(d, d->size));
    for (size_t i = 0; i < d->elements.count; i++) {
        const xtr__element *e = &XTR__ITEMS(d, elements, xtr__element)[i];
        if (e->type != XTR_TABLE)
            continue;
        const xtr__table *t = &XTR__ITEMS(d, tables, xtr__table)[e->table];
        sprintf(out + strlen(out), "%s%u:%u", *out ? "|" : "", t->page_number, t->rows);
        for (uint32_t k = 0; k < t->cells.size; k++) {
            const xtr__cell *c = &XTR__ITEMS(d, cells, xtr__cell)[t->cells.at + k];
            sprintf(out + strlen(out), " %u%s%.*s", c->row, c->header ? "#" : "=",
                    (int)c->text.size, xtr__document_text(d) + c->text.at);
        }
    }
    ck_assert_str_eq(out, wanted);
    xtr_free(d);
    xtr__builder_drop(b);
}

TEST(join, a_head_that_is_repeated_goes) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    begin_page(b);
    put(b, XTR_PARAGRAPH, "before");
    put_table(b, 700, true, "n,v;a,1");
    put(b, XTR_FOOTNOTE, "a note");
    put(b, XTR_FOOTER, "1");
    begin_page(b);
    put(b, XTR_HEADER, "Running head");
    put_table(b, 50, true, "n,v;b,2");
    put(b, XTR_PARAGRAPH, "after");
    check(b, "1:3 0#n 0#v 1=a 1=1 2=b 2=2");
}

TEST(join, tables_go_on_over_several_pages_and_without_a_head) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    begin_page(b);
    put_table(b, 700, true, "n,v;a,1");
    begin_page(b);
    put_table(b, 50, false, "b,2");
    begin_page(b);
    put_table(b, 50, true, "c,3;d,4"); /* what looks like a head is a row */
    put_table(b, 400, true, "n,v;e,5");
    check(b, "1:5 0#n 0#v 1=a 1=1 2=b 2=2 3=c 3=3 4=d 4=4|3:2 0#n 0#v 1=e 1=5");
}

TEST(join, what_begins_anew_stays_apart) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    begin_page(b);
    put_table(b, 700, true, "n,v;a,1");
    begin_page(b);
    put_table(b, 50, true, "m,w;b,2"); /* another head */
    begin_page(b);
    put(b, XTR_PARAGRAPH, "between");
    put_table(b, 80, true, "m,w;c,3");
    begin_page(b);
    put_table(b, 500, true, "m,w;d,4"); /* not at the top */
    check(b, "1:2 0#n 0#v 1=a 1=1|2:2 0#m 0#w 1=b 1=2|3:2 0#m 0#w 1=c 1=3|4:2 0#m 0#w 1=d 1=4");
}
