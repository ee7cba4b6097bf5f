/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pages as a backend may recognise them, however wrong: words and rules go on a sheet, which is
 * laid out, marked and written. What shows must not get lost on the way to the lines. */
#include "document/document.h"
#include "ocr/ocr.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_WORDS = 4000 };

typedef struct reader {
    const uint8_t *data;
    size_t size, at;
} reader;

static uint32_t byte(reader *r) {
    return r->at < r->size ? r->data[r->at++] : 0;
}

/* A length: mostly on the page, sometimes far off, sometimes no number. */
static float length(reader *r) {
    uint32_t n = byte(r) << 8;
    n |= byte(r);
    return n >= 0xff80 ? NAN : n >= 0xff00 ? ((float)(n & 0x7f) - 64) * 1e30F : (float)n / 16;
}

/* Adds a character as UTF-8. Returns how many bytes. */
static uint32_t add_character(xtr__reading *reading, reader *r) {
    static const char *const others[] = {"\u05d0", "\u0627", "\u0300", "\u4e00", "\ufb01",
                                         "\u2022", "\u3002", "\u200c", " ",      "|"};
    uint32_t kind = byte(r);
    char plain[2] = {(char)(0x21 + kind % 94), 0};
    const char *text = kind < 160 ? plain : others[kind % 10];
    for (const char *at = text; *at; at++) {
        char *c = XTR__PUSH(reading->budget, &reading->text);
        if (c)
            *c = *at;
    }
    return (uint32_t)strlen(text);
}

static void add_word(xtr__reading *reading, reader *r, uint32_t kind) {
    static uint32_t line;
    line = reading->words.count ? line + (kind & 1) : 0;
    xtr__read_word word = {.line = line,
                           .block = line / 8,
                           .vertical = (kind & 14) == 14,
                           .text = (uint32_t)reading->text.count,
                           .box = {length(r), length(r), 0, 0}};
    word.box.x1 = word.box.x0 + (float)byte(r);
    word.box.y1 = kind & 16 ? length(r) : word.box.y0 + 20;
    word.baseline_left = kind & 32 ? length(r) : word.box.y1;
    word.baseline_right = kind & 64 ? length(r) : word.baseline_left;
    word.size = kind & 128 ? length(r) : 22;
    word.confidence = (float)byte(r) / 255;
    word.stroke = (float)byte(r) / 32;
    for (uint32_t count = byte(r) % 12 + 1; count > 0; count--)
        word.text_size += add_character(reading, r);
    xtr__read_word *out = XTR__PUSH(reading->budget, &reading->words);
    if (out)
        *out = word;
}

static void add_rule(xtr__reading *reading, reader *r) {
    float x = length(r), y = length(r), far = length(r);
    xtr__segment *out = XTR__PUSH(reading->budget, &reading->rules);
    if (out)
        *out = byte(r) & 1 ? (xtr__segment){x, y, x + far, y} : (xtr__segment){x, y, x, y + far};
}

static size_t count_shown(const char *text, size_t size) {
    size_t count = 0;
    for (size_t at = 0; at < size;)
        count += !xtr__is_space(xtr__utf8_next(text, size, &at));
    return count;
}

/* Rules may be read as signs; everything else has to be in the lines. */
static void check_text(const xtr__reading *reading, const xtr__page_layout *page) {
    if (reading->rules.count == 0 && count_shown(reading->text.items, reading->text.count) >
                                         count_shown(page->text.items, page->text.count))
        abort();
}

static void lay_out(const xtr__reading *reading) {
    xtr__scratch scratch = {.budget = reading->budget};
    xtr__sheet sheet = {.budget = reading->budget};
    xtr__page_layout page;
    xtr__survey survey;
    xtr__account account = {0};
    xtr_builder *builder = xtr__builder_new(0, &account);
    xtr__sheet_reset(&sheet, 1, 600, 800);
    if (!builder || !xtr__ocr_fill_sheet(&sheet, reading, (xtr_box){0, 0, 600, 800}) ||
        !xtr__layout_page(&page, &sheet, &scratch, NULL, NULL))
        abort();
    check_text(reading, &page);
    xtr__mark_pages(&survey, &page, 1, &scratch);
    xtr_page_begin(builder, 1, &(xtr_page_info){.width = 600, .height = 800});
    xtr__write_page(builder, &page, &survey, &scratch, NULL);
    xtr_page_end(builder);
    xtr__builder_drop(builder);
    xtr__survey_drop(&survey);
    xtr__page_layout_drop(reading->budget, &page);
    xtr__sheet_drop(&sheet);
    xtr__scratch_drop(&scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    reader r = {data, size, 0};
    xtr__budget budget = {0};
    xtr__reading reading = {.budget = &budget, .width = 2400, .height = 3200};
    while (r.at < r.size && reading.words.count < MOST_WORDS) {
        uint32_t kind = byte(&r);
        if (kind == 255)
            add_rule(&reading, &r);
        else
            add_word(&reading, &r, kind);
    }
    lay_out(&reading);
    xtr__reading_drop(&reading);
    if (budget.used)
        abort();
    return 0;
}
