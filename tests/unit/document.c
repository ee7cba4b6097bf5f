/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "document/document.h"
#include "document/builder.h"
#include "document/utf8.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static xtr__account unlimited;

static void paragraph(xtr_builder *b, const char *text) {
    xtr_element_begin(b, &(xtr_element_info){.type = XTR_PARAGRAPH});
    xtr_text(b, text, strlen(text));
    xtr_element_end(b);
}

static char *text_of(const xtr__document *d) {
    return strndup(xtr__document_text(d), d->text.count);
}

TEST(utf8, malformed_parts_become_one_replacement_each) {
    struct {
        const char *in, *out;
    } cases[] = {
        {"plain\ttext\n", "plain\ttext\n"},
        {"gr\xC3\xBC\xC3\x9F", "gr\xC3\xBC\xC3\x9F"},
        {"a\x80z", "a\xEF\xBF\xBDz"},
        {"a\xC3", "a\xEF\xBF\xBD"},
        {"\xE2\x82z", "\xEF\xBF\xBDz"},
        {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
        {"\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\x01\x1F\x7F\xC2\x85|\xEF\xBB\xBF", "|"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[64];
        size_t size = xtr__utf8_clean(out, cases[i].in, strlen(cases[i].in));
        out[size] = '\0';
        ck_assert_str_eq(out, cases[i].out);
    }
}

/* Wherever in a run of letters it stands, and whatever stands behind it. */
TEST(utf8, each_byte_stays_or_goes_at_every_place) {
    for (unsigned c = 0; c < 0x80; c++) {
        for (size_t at = 0; at < 20; at++) {
            char in[20], out[20];
            memset(in, at % 2 ? '~' : ' ', sizeof in);
            in[at] = (char)c;
            bool stays = (c >= ' ' && c < 0x7F) || c == '\t' || c == '\n';
            ck_assert_uint_eq(xtr__utf8_clean(out, in, sizeof in), stays ? 20 : 19);
            ck_assert(!stays || !memcmp(in, out, sizeof in));
        }
    }
}

TEST(utf8, floor_ends_between_characters) {
    const char *text = "a\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC";
    ck_assert_uint_eq(xtr__utf8_floor(text, 6), 4);
    ck_assert_uint_eq(xtr__utf8_floor(text, 7), 7);
    ck_assert_uint_eq(xtr__utf8_floor("\x80\x80\x80\x80\x80\x80", 5), 5);
}

TEST(utf8, every_character_survives_both_ways) {
    for (uint32_t c = 1; c < 0x110000; c += c < 0x900 ? 1 : 97) {
        char bytes[4];
        size_t length;
        if (c >= 0xD800 && c < 0xE000)
            continue;
        size_t size = xtr__utf8_encode(bytes, c);
        ck_assert_uint_eq(xtr__utf8_decode(bytes, &length), c);
        ck_assert_uint_eq(length, size);
    }
}

TEST(builder, elements_pages_and_spans) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_page_begin(b, 3, &(xtr_page_info){.width = 10, .label = "iii"});
    xtr_element_begin(b, &(xtr_element_info){.type = XTR_HEADING, .level = 2});
    xtr_text(b, "Big ", 4);
    xtr_style(b, XTR_BOLD, NULL);
    xtr_text(b, "bold", 4);
    xtr_style(b, XTR_BOLD, "https://example.org/");
    xtr_text(b, "link", 4);
    xtr_element_end(b);
    xtr_element_begin(b, &(xtr_element_info){.type = XTR_PARAGRAPH});
    xtr_page_begin(b, 0, &(xtr_page_info){.width = 20});
    paragraph(b, "second page");
    xtr__document *d = xtr__builder_finish(b);
    xtr__builder_drop(b);

    ck_assert(xtr__document_valid(d, d->size));
    ck_assert_uint_eq(d->elements.count, 2);
    ck_assert_uint_eq(d->pages.count, 2);
    const xtr__page *pages = XTR__ITEMS(d, pages, xtr__page);
    ck_assert_uint_eq(pages[0].number, 3);
    ck_assert_str_eq(xtr__document_string(d, pages[0].label), "iii");
    ck_assert_uint_eq(pages[1].number, 2);
    ck_assert_uint_eq(pages[0].elements.size, 1);
    ck_assert_uint_eq(d->spans.count, 2);
    const xtr__span *spans = XTR__ITEMS(d, spans, xtr__span);
    ck_assert_uint_eq(spans[0].text.at, 4);
    ck_assert_uint_eq(spans[0].text.size, 4);
    ck_assert_str_eq(xtr__document_string(d, spans[1].url), "https://example.org/");
    char *text = text_of(d);
    ck_assert_str_eq(text, "Big boldlink\nsecond page\n");
    free(text);
    free(d);
}

TEST(builder, tables_count_their_rows_and_columns) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_table_begin(b, (xtr_box){0});
    xtr_text(b, "lost: no cell", 13);
    for (uint32_t i = 0; i < 4; i++) {
        xtr_cell_begin(b, &(xtr_cell_info){.row = i / 2, .column = i % 2, .header = i < 2});
        xtr_text(b, &"abcd"[i], 1);
        xtr_cell_end(b);
    }
    xtr_cell_begin(b, &(xtr_cell_info){.row = 2, .column = 0, .column_span = 3});
    xtr_text(b, "wide", 4);
    xtr_table_end(b);
    xtr__document *d = xtr__builder_finish(b);
    xtr__builder_drop(b);
    const xtr__table *table = XTR__ITEMS(d, tables, xtr__table);
    ck_assert_uint_eq(table->rows, 3);
    ck_assert_uint_eq(table->columns, 3);
    ck_assert_uint_eq(table->cells.size, 5);
    char *text = text_of(d);
    ck_assert_str_eq(text, "a\tb\nc\td\nwide\n");
    free(text);
    free(d);
}

TEST(builder, text_limit_keeps_what_was_there_and_says_so) {
    xtr_builder *b = xtr__builder_new(10, &unlimited);
    paragraph(b, "12345");
    paragraph(b, "67\xE2\x82\xAC\xE2\x82\xAC");
    ck_assert_int_eq(xtr__builder_status(b), XTR_E_LIMIT);
    paragraph(b, "never");
    xtr__document *d = xtr__builder_finish(b);
    xtr__builder_drop(b);
    char *text = text_of(d);
    ck_assert_str_eq(text, "12345\n67");
    ck_assert_uint_eq(d->partial, 1);
    const xtr__warning *warning = XTR__ITEMS(d, warnings, xtr__warning);
    ck_assert_int_eq(warning->code, XTR_E_LIMIT);
    ck_assert(xtr__document_valid(d, d->size));
    free(text);
    free(d);
}

TEST(builder, memory_limit_holds) {
    xtr__account account = {.limit = 100000};
    xtr_builder *b = xtr__builder_new(0, &account);
    for (int i = 0; i < 100000; i++)
        xtr_link(b, "https://example.org/", 0, 1, (xtr_box){0});
    ck_assert_int_eq(xtr__builder_status(b), XTR_E_MEMORY);
    xtr__document *d = xtr__builder_finish(b);
    xtr__builder_drop(b);
    ck_assert_uint_eq(account.used, 0);
    ck_assert(account.denied);
    ck_assert_uint_lt(d->size, 110000);
    ck_assert_uint_eq(d->partial, 1);
    free(d);
}

TEST(builder, warnings_are_not_repeated_and_are_bounded) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_warn(b, XTR_E_CORRUPT, 1, "font\nbroken");
    xtr_warn(b, XTR_E_CORRUPT, 1, "font broken");
    for (int i = 0; i < 200; i++)
        xtr_warn(b, XTR_E_CORRUPT, 2, "number %d", i);
    xtr__document *d = xtr__builder_finish(b);
    xtr__builder_drop(b);
    ck_assert_uint_eq(d->warnings.count, 100);
    const xtr__warning *warnings = XTR__ITEMS(d, warnings, xtr__warning);
    ck_assert_str_eq(xtr__document_string(d, warnings[0].message), "font broken");
    ck_assert_str_eq(xtr__document_string(d, warnings[99].message),
                     "102 more warnings were left out");
    free(d);
}

TEST(builder, metadata_first_value_wins) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_metadata(b, "title", "");
    xtr_metadata(b, "title", "One");
    xtr_metadata(b, "title", "Two");
    xtr__document *d = xtr__builder_finish(b);
    xtr__builder_drop(b);
    ck_assert_str_eq(xtr__document_metadata(d, "title"), "One");
    ck_assert_ptr_null(xtr__document_metadata(d, "author"));
    free(d);
}

TEST(document, a_block_from_elsewhere_is_checked) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr__builder_set_mime_type(b, "text/plain");
    xtr_page_begin(b, 0, &(xtr_page_info){.label = "1"});
    xtr_element_begin(b, &(xtr_element_info){.type = XTR_LIST_ITEM, .marker = "a)"});
    xtr_style(b, XTR_ITALIC, NULL);
    xtr_text(b, "text", 4);
    xtr_table_begin(b, (xtr_box){0});
    xtr_cell_begin(b, &(xtr_cell_info){.row = 0});
    xtr_text(b, "cell", 4);
    xtr_metadata(b, "title", "T");
    xtr_entry(b, "entry", 1, 1);
    xtr_link(b, "url", 0, 1, (xtr_box){0});
    xtr_warn(b, XTR_E_CORRUPT, 0, "warning");
    xtr__document *d = xtr__builder_finish(b);
    xtr__builder_drop(b);
    ck_assert(xtr__document_valid(d, d->size));
    ck_assert(!xtr__document_valid(d, d->size - 8));
    xtr__document *odd = malloc(d->size + 1);
    memcpy(odd, d, d->size);
    odd->size++;
    ck_assert(!xtr__document_valid(odd, odd->size)); /* its result would stand askew */
    free(odd);
    /* Whatever single byte is changed, a document that passes can be walked without harm: each
     * offset stays inside. Here only that the check itself never reads outside (sanitizers). */
    char *copy = malloc(d->size);
    for (size_t i = 0; i < d->size; i++) {
        memcpy(copy, d, d->size);
        copy[i] = (char)0xFF;
        (void)xtr__document_valid(copy, d->size);
    }
    free(copy);
    free(d);
}

/* Streaming --------------------------------------------------------------------------------- */

typedef struct taken {
    xtr_builder *builder;
    xtr__document *pages[4];
    size_t count;
} taken;

static void take(void *payload) {
    taken *t = payload;
    t->pages[t->count++] = xtr__builder_take(t->builder);
}

static void end_page(xtr_builder *b, const char *text) {
    xtr_page_begin(b, 0, &(xtr_page_info){.width = 1});
    paragraph(b, text);
    xtr_page_end(b);
}

TEST(builder, each_streamed_page_has_its_own_warnings) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    taken t = {.builder = b};
    xtr__builder_set_mime_type(b, "text/x-test");
    xtr__builder_set_sink(b, take, &t);
    for (int i = 0; i < 130; i++)
        xtr_warn(b, XTR_E_CORRUPT, 1, "trouble %d", i);
    xtr_partial(b, XTR_E_CORRUPT, 1, "more trouble");
    end_page(b, "one");
    end_page(b, "two");
    xtr__document *rest = xtr__builder_finish(b);
    ck_assert_uint_eq(t.pages[0]->warnings.count, 100);
    ck_assert(t.pages[0]->partial);
    ck_assert_uint_eq(t.pages[1]->warnings.count, 0);
    ck_assert(!t.pages[1]->partial);
    ck_assert_uint_eq(rest->warnings.count, 0);
    ck_assert(xtr__document_valid(t.pages[0], t.pages[0]->size));
    xtr_free(rest);
    for (size_t i = 0; i < t.count; i++)
        xtr_free(t.pages[i]);
    xtr__builder_drop(b);
}

TEST(builder, a_cut_is_explained_however_many_warnings_there_are) {
    xtr_builder *b = xtr__builder_new(10, &unlimited);
    xtr__builder_set_mime_type(b, "text/x-test");
    for (int i = 0; i < 130; i++)
        xtr_warn(b, XTR_E_CORRUPT, 1, "trouble %d", i);
    paragraph(b, "a text of more than ten bytes");
    xtr__document *d = xtr__builder_finish(b);
    const xtr__warning *last = &XTR__ITEMS(d, warnings, xtr__warning)[d->warnings.count - 1];
    ck_assert(d->partial);
    ck_assert_str_eq(xtr__document_string(d, last->message),
                     "the text was cut at max_text_size (10 bytes)");
    xtr_free(d);
    xtr__builder_drop(b);
}

TEST(builder, a_document_out_of_memory_keeps_its_type) {
    for (uint64_t limit = 9000; limit < 60000; limit += 500) {
        xtr__account account = {.limit = limit};
        xtr_builder *b = xtr__builder_new(0, &account);
        xtr__builder_set_mime_type(b, "text/x-test");
        for (int i = 0; i < 3000 && !xtr__builder_status(b); i++)
            xtr_metadata(b, (char[]){(char)('A' + i % 26), (char)('A' + i / 26 % 26), 0}, "value");
        for (int i = 0; i < 3000 && !xtr__builder_status(b); i++)
            paragraph(b, "some text");
        xtr__document *d = xtr__builder_finish(b);
        ck_assert_str_eq(xtr__document_string(d, d->mime_type), "text/x-test");
        xtr_free(d);
        xtr__builder_drop(b);
    }
}

/* A document is not there twice while it is rendered, and the builder serves the next one. */
TEST(builder, what_is_packed_is_let_go) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr__document *d;
    xtr__builder_set_mime_type(b, "text/x-test");
    for (int round = 0; round < 2; round++) {
        xtr__account account = {.limit = 0};
        xtr__builder_end(b);
        xtr__builder_begin(b, 0, &account);
        xtr__builder_set_mime_type(b, "text/x-test");
        for (int i = 0; i < 20000; i++)
            paragraph(b, "some text");
        ck_assert_uint_gt(b->text.capacity, 100000);
        d = xtr__builder_finish(b);
        ck_assert_uint_eq(d->elements.count, 20000);
        ck_assert(xtr__document_valid(d, d->size));
        ck_assert_uint_eq(b->text.capacity, 0);
        ck_assert_uint_eq(b->elements.capacity, 0);
        xtr_free(d);
        ck_assert_uint_gt(account.used, 0);
        xtr__builder_end(b);
        ck_assert_uint_eq(account.used, 0);
    }
    xtr__builder_drop(b);
}

/* Pictures ---------------------------------------------------------------------------------- */

static void block(xtr_builder *b, xtr_element_type type, xtr_box box, const char *text) {
    xtr_element_begin(b, &(xtr_element_info){.type = type, .box = box});
    xtr_text(b, text, strlen(text));
    xtr_element_end(b);
}

static uint32_t picture(xtr_builder *b, xtr_box box, const char *data, uint32_t same_as) {
    return xtr_image(b, &(xtr_image_info){.format = "png",
                                          .width = 1,
                                          .height = 1,
                                          .page = 1,
                                          .box = box,
                                          .data = data,
                                          .data_size = data ? strlen(data) : 0,
                                          .same_as = same_as});
}

/* Elements as "text|[name]|...". */
static void describe(char *out, const xtr__document *d) {
    *out = '\0';
    for (uint64_t i = 0; i < d->elements.count; i++) {
        const xtr__element *e = &XTR__ITEMS(d, elements, xtr__element)[i];
        strcat(out, i ? "|" : "");
        if (e->type == XTR_IMAGE)
            sprintf(out + strlen(out), "[%s]", xtr__document_string(d, e->image));
        else
            strncat(out, xtr__document_text(d) + e->text.at, e->text.size);
    }
}

TEST(pictures, stand_below_the_nearest_block_above_them_in_their_column) {
    char found[512];
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_page_begin(b, 1, &(xtr_page_info){.width = 600, .height = 800});
    block(b, XTR_HEADER, (xtr_box){50, 10, 550, 20}, "head");
    block(b, XTR_HEADING, (xtr_box){50, 40, 550, 60}, "title");
    block(b, XTR_PARAGRAPH, (xtr_box){50, 80, 280, 300}, "left");
    block(b, XTR_PARAGRAPH, (xtr_box){50, 500, 280, 700}, "left below");
    block(b, XTR_PARAGRAPH, (xtr_box){320, 200, 550, 400}, "right");
    picture(b, (xtr_box){320, 410, 550, 600}, "after right", 0);
    picture(b, (xtr_box){60, 310, 200, 490}, "between", 0);
    picture(b, (xtr_box){320, 80, 550, 190}, "under the title", 0);
    picture(b, (xtr_box){-5, -5, 605, 805}, "background", 0);
    picture(b, (xtr_box){60, 305, 65, 310}, "a dot", 0);
    xtr_page_end(b);
    xtr__document *d = xtr__builder_finish(b);
    xtr__builder_drop(b);
    ck_assert(xtr__document_valid(d, d->size));
    describe(found, d);
    ck_assert_str_eq(found, "[page-1-image-4.png]|head|title|[page-1-image-3.png]|left|"
                            "[page-1-image-2.png]|left below|right|[page-1-image-1.png]");
    ck_assert_uint_eq(XTR__ITEMS(d, pages, xtr__page)[0].elements.size, 9);
    free(d);
}

TEST(pictures, shown_again_have_the_name_and_no_data) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_page_begin(b, 1, &(xtr_page_info){.width = 600, .height = 800});
    uint32_t first = picture(b, (xtr_box){0, 0, 100, 100}, "bytes", 0);
    picture(b, (xtr_box){0, 0, 100, 100}, NULL, 0);
    xtr_page_begin(b, 2, &(xtr_page_info){.width = 600, .height = 800});
    picture(b, (xtr_box){0, 0, 100, 100}, NULL, first);
    xtr__document *d = xtr__builder_finish(b);
    xtr__builder_drop(b);
    const xtr__image *images = XTR__ITEMS(d, images, xtr__image);
    ck_assert_uint_eq(images[0].data.size, 5);
    ck_assert_mem_eq(XTR__ITEMS(d, data, char) + images[0].data.at, "bytes", 5);
    ck_assert_uint_eq(images[1].data.size + images[1].name.size, 0);
    ck_assert_uint_eq(images[2].data.size, 0);
    ck_assert_str_eq(xtr__document_string(d, images[2].name), "page-1-image-1.png");
    ck_assert_uint_eq(d->elements.count, 2);
    free(d);
}

TEST(pictures, are_described_where_they_are_placed) {
    const char alt[] = " a *fox*\n";
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_page_begin(b, 1, &(xtr_page_info){.width = 600, .height = 800});
    xtr_image(b, &(xtr_image_info){.format = "png",
                                   .page = 1,
                                   .box = {0, 0, 100, 100},
                                   .data = "bytes",
                                   .data_size = 5,
                                   .description = alt,
                                   .description_size = strlen(alt)});
    xtr_page_end(b);
    xtr__document *part = xtr__builder_take(b);
    xtr_entry(b, "strings move", 1, 1);
    xtr__builder_append(b, part);
    free(part);
    xtr__document *d = xtr__builder_finish(b);
    xtr__builder_drop(b);
    ck_assert(xtr__document_valid(d, d->size));
    xtr__element *element = (xtr__element *)(void *)((char *)d + d->elements.at);
    const xtr__image *image = XTR__ITEMS(d, images, xtr__image);
    ck_assert_str_eq(xtr__document_string(d, image->description), "a *fox*");
    ck_assert_str_eq(xtr__document_string(d, element->description), "a *fox*");
    element->description.size--;
    ck_assert(!xtr__document_valid(d, d->size));
    free(d);
}

TEST(pictures, that_stand_nowhere_come_last) {
    char found[512];
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr_page_begin(b, 1, &(xtr_page_info){.label = "a page without size"});
    picture(b, (xtr_box){0}, "bytes", 0);
    block(b, XTR_PARAGRAPH, (xtr_box){0}, "text");
    xtr__document *d = xtr__builder_finish(b);
    xtr__builder_drop(b);
    describe(found, d);
    ck_assert_str_eq(found, "text|[page-1-image-1.png]");
    free(d);
}

TEST(pictures, without_room_are_left_out_and_the_text_goes_on) {
    xtr__account account = {.limit = 1 << 20};
    char *data = calloc(1, 300000);
    memset(data, 'x', 299999);
    xtr_builder *b = xtr__builder_new(0, &account);
    xtr_page_begin(b, 1, &(xtr_page_info){.width = 600, .height = 800});
    picture(b, (xtr_box){0, 0, 100, 100}, data, 0);
    picture(b, (xtr_box){0, 0, 100, 100}, "small", 0);
    paragraph(b, "text");
    xtr__document *d = xtr__builder_finish(b);
    xtr__builder_drop(b);
    ck_assert(d->partial);
    ck_assert_uint_eq(d->warnings.count, 1);
    const xtr__warning *warning = XTR__ITEMS(d, warnings, xtr__warning);
    ck_assert_int_eq(warning->code, XTR_E_LIMIT);
    ck_assert_ptr_nonnull(strstr(xtr__document_string(d, warning->message), "max_memory"));
    ck_assert_uint_eq(XTR__ITEMS(d, images, xtr__image)[0].name.size, 0);
    ck_assert_uint_eq(XTR__ITEMS(d, images, xtr__image)[1].data.size, 5);
    ck_assert_uint_eq(d->text.count, 5);
    free(data);
    free(d);
}

TEST(pictures, outside_the_data_or_twice_are_not_valid) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    picture(b, (xtr_box){0, 0, 100, 100}, "one", 0);
    picture(b, (xtr_box){0, 0, 100, 100}, "two", 0);
    xtr__document *d = xtr__builder_finish(b);
    xtr__builder_drop(b);
    xtr__image *images = (xtr__image *)(void *)((char *)d + d->images.at);
    ck_assert(xtr__document_valid(d, d->size));
    images[1].data.size++;
    ck_assert(!xtr__document_valid(d, d->size));
    images[1].data = images[0].data;
    ck_assert(!xtr__document_valid(d, d->size));
    images[1].data = (xtr__range){UINT32_MAX, UINT32_MAX};
    ck_assert(!xtr__document_valid(d, d->size));
    free(d);
}

TEST(pictures, of_two_documents_are_those_of_the_whole) {
    xtr__document *parts[2];
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    for (int i = 0; i < 2; i++) {
        xtr_page_begin(b, 0, &(xtr_page_info){.width = 600, .height = 800});
        picture(b, (xtr_box){0, 0, 100, 100}, i ? "second" : "first", 0);
        xtr_page_end(b);
        parts[i] = xtr__builder_take(b);
    }
    for (int i = 0; i < 2; i++) {
        xtr__builder_append(b, parts[i]);
        free(parts[i]);
    }
    xtr__document *d = xtr__builder_finish(b);
    xtr__builder_drop(b);
    ck_assert(xtr__document_valid(d, d->size));
    const xtr__image *images = XTR__ITEMS(d, images, xtr__image);
    ck_assert_mem_eq(XTR__ITEMS(d, data, char) + images[1].data.at, "second", 6);
    free(d);
}

static void word(xtr_builder *b, const char *text, uint32_t line) {
    xtr_word(b, &(xtr_word_info){.text = text,
                                 .size = strlen(text),
                                 .box = {1, 2, 3, 4},
                                 .confidence = 0.5F,
                                 .line = line});
}

TEST(words, stand_on_the_page_they_were_found_on) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr__builder_keep_words(b);
    word(b, "lost", 0); /* on no page */
    for (int i = 0; i < 2; i++) {
        xtr_page_begin(b, 0, &(xtr_page_info){.width = 600, .height = 800, .pixel_width = 2500});
        word(b, i ? "third" : "first", 0);
        word(b, i ? "" : "sec\xFFond", 1);
        xtr_page_end(b);
    }
    xtr__document *d = xtr__builder_finish(b);
    xtr__builder_drop(b);
    ck_assert(xtr__document_valid(d, d->size));
    const xtr__page *pages = XTR__ITEMS(d, pages, xtr__page);
    const xtr__page_word *words = XTR__ITEMS(d, words, xtr__page_word);
    ck_assert_uint_eq(pages[0].words.size, 2);
    ck_assert_uint_eq(pages[1].words.at, 2);
    ck_assert_uint_eq(pages[1].words.size, 1);
    ck_assert_uint_eq(pages[1].pixel_width, 2500);
    ck_assert_str_eq(xtr__document_string(d, words[1].text), "sec\xEF\xBF\xBDond");
    ck_assert_str_eq(xtr__document_string(d, words[2].text), "third");
    ck_assert_uint_eq(words[1].line, 1);
    free(d);
}

TEST(words, of_other_pages_or_of_none_are_not_valid) {
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr__builder_keep_words(b);
    for (int i = 0; i < 2; i++) {
        xtr_page_begin(b, 0, &(xtr_page_info){.width = 600});
        word(b, "word", 0);
    }
    xtr__document *d = xtr__builder_finish(b);
    xtr__builder_drop(b);
    xtr__page *pages = (xtr__page *)(void *)((char *)d + d->pages.at);
    xtr__page_word *words = (xtr__page_word *)(void *)((char *)d + d->words.at);
    ck_assert(xtr__document_valid(d, d->size));
    pages[1].words.at = 0;
    ck_assert(!xtr__document_valid(d, d->size));
    pages[1].words = (xtr__range){1, 2};
    ck_assert(!xtr__document_valid(d, d->size));
    pages[1].words = (xtr__range){1, 1};
    ck_assert(xtr__document_valid(d, d->size));
    words[1].text.size = UINT32_MAX;
    ck_assert(!xtr__document_valid(d, d->size));
    free(d);
}

TEST(words, of_two_documents_are_those_of_the_whole) {
    xtr__document *parts[2];
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr__builder_keep_words(b);
    for (int i = 0; i < 2; i++) {
        xtr_page_begin(b, 0, &(xtr_page_info){.width = 600});
        word(b, i ? "second" : "first", 0);
        xtr_page_end(b);
        parts[i] = xtr__builder_take(b);
    }
    for (int i = 0; i < 2; i++) {
        xtr__builder_append(b, parts[i]);
        free(parts[i]);
    }
    xtr__document *d = xtr__builder_finish(b);
    xtr__builder_drop(b);
    ck_assert(xtr__document_valid(d, d->size));
    const xtr__page *pages = XTR__ITEMS(d, pages, xtr__page);
    const xtr__page_word *words = XTR__ITEMS(d, words, xtr__page_word);
    ck_assert_uint_eq(pages[1].words.at, 1);
    ck_assert_str_eq(xtr__document_string(d, words[1].text), "second");
    free(d);
}
