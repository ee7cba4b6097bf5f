/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Page layout on made-up pages: the input says where glyphs, rules and pictures stand and what they
 * are tagged as; the page is laid out, marked and written. Each record begins with a byte that says
 * what it is. */
#include "layout/layout.h"
#include "document/document.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_RUN = 64, MOST_TAGS = 1000, MOST_MARKS = 5000, PAGES = 3, CHARACTERS = 1 << 16 };

typedef struct reader {
    const uint8_t *data;
    size_t size, at;
} reader;

static uint32_t byte(reader *r) {
    return r->at < r->size ? r->data[r->at++] : 0;
}

static uint32_t two(reader *r) {
    uint32_t high = byte(r);
    return high << 8 | byte(r);
}

/* A length: mostly on the page, sometimes far off, sometimes no number a page has. */
static float length(reader *r) {
    uint32_t n = two(r);
    return n >= 0xff00 ? (float)(n & 0xff) * 1e5F - 1e7F : (float)n / 64;
}

static uint32_t character(reader *r) {
    static const uint32_t planes[] = {0x20, 0x5d0, 0x627, 0x300, 0x4e00, 0xfb00, 0x2022, 0xfffd};
    uint32_t kind = byte(r);
    return kind < 128 ? 0x20 + kind % 95 : planes[kind % 8] + byte(r) % 32;
}

/* What the device promises: at least one codepoint, a font of the sheet, a turn below four. */
static void add_glyph(xtr__sheet *sheet, reader *r, xtr__glyph *glyph) {
    uint32_t marks = byte(r);
    xtr__glyph *out = XTR__PUSH(sheet->budget, &sheet->glyphs);
    if (!out)
        return;
    *out = *glyph;
    out->text = (uint32_t)sheet->codepoints.count;
    out->count = (uint16_t)(marks > 240 ? 2 + marks % 8 : 1);
    out->flags = (uint8_t)(glyph->flags | (marks & 3 & (marks > 200 ? 3 : 1)));
    for (uint32_t i = 0; i < out->count; i++) {
        uint32_t *c = XTR__PUSH(sheet->budget, &sheet->codepoints);
        if (c)
            *c = character(r);
    }
}

static void add_run(xtr__sheet *sheet, reader *r, uint32_t kind) {
    xtr__glyph glyph = {.turn = (uint8_t)(kind >> 3 & 3),
                        .font = (uint16_t)(kind >> 5 & 3),
                        .mark = sheet->open_mark};
    glyph.x0 = length(r);
    glyph.y = length(r);
    glyph.size = (float)(1 + byte(r)) / 4;
    glyph.colour = byte(r);
    float advance = ((float)byte(r) - 16) / 160 * glyph.size;
    uint32_t count = byte(r) % MOST_RUN + 1;
    for (uint32_t i = 0; i < count && r->at < r->size; i++) {
        glyph.x1 = glyph.x0 + advance;
        add_glyph(sheet, r, &glyph);
        glyph.x0 = glyph.x1;
    }
}

static void add_piece(xtr__sheet *sheet, reader *r, xtr__glyph *glyph, uint32_t count) {
    float advance = 0.5F * glyph->size;
    for (uint32_t i = 0; i < count && r->at < r->size; i++) {
        glyph->x1 = glyph->x0 + advance;
        add_glyph(sheet, r, glyph);
        glyph->x0 = glyph->x1;
    }
}

/* Labels that run upwards or downwards side by side, and rows of columns below them. */
static void add_labels(xtr__sheet *sheet, reader *r, uint32_t kind) {
    bool slanted = kind & 0x40;
    uint8_t turn = kind & 0x20 ? 1 : 3;
    float x = length(r), y = length(r), size = (float)(8 + byte(r)) / 4;
    uint32_t labels = 2 + byte(r) % 90, rows = byte(r) % 4;
    float step = (float)byte(r) / 32 * size;
    for (uint32_t i = 0; i < labels && r->at < r->size; i++) {
        uint32_t shape = byte(r);
        float at = x + (float)i * step + (float)(shape & 3), foot = y - (float)(shape >> 6);
        xtr__glyph glyph = {.turn = turn,
                            .size = size,
                            .flags = slanted ? XTR__GLYPH_SLANTED : 0,
                            .x0 = turn == 3 ? sheet->height - foot : foot,
                            .y = turn == 3 ? at : sheet->width - at};
        add_piece(sheet, r, &glyph, 1 + (shape >> 2 & 15));
    }
    for (uint32_t i = 0; i < labels * rows && r->at < r->size; i++) {
        xtr__glyph glyph = {.size = size,
                            .x0 = x + (float)(i % labels) * step - size / 2,
                            .y = y + size * (1 + 1.3F * (float)(i / labels))};
        add_piece(sheet, r, &glyph, 1 + byte(r) % 4);
    }
}

/* Lines and boxes that rule tables. */
static void add_ruling(xtr__sheet *sheet, reader *r, uint32_t kind, float x, float y) {
    float width = length(r), height = length(r);
    if (kind == 1) {
        xtr__segment *out = XTR__PUSH(sheet->budget, &sheet->segments);
        bool across = width > height;
        if (out)
            *out = (xtr__segment){x, y, across ? x + width : x, across ? y : y + height};
        return;
    }
    xtr_box *out = kind == 2 ? XTR__PUSH(sheet->budget, &sheet->fills)
                             : XTR__PUSH(sheet->budget, &sheet->drawings);
    if (out)
        *out = (xtr_box){x, y, x + width, y + height};
    xtr__dot *dot = kind == 3 ? XTR__PUSH(sheet->budget, &sheet->dots) : NULL;
    if (dot)
        *dot = (xtr__dot){{x, y, x + width / 16, y + height / 16}, byte(r)};
}

static void add_url(xtr__sheet *sheet, const char *url) {
    for (size_t i = 0; i <= strlen(url); i++) {
        char *c = XTR__PUSH(sheet->budget, &sheet->urls);
        if (c)
            *c = url[i];
    }
}

static void add_area(xtr__sheet *sheet, reader *r, uint32_t kind) {
    float x = length(r), y = length(r);
    if (kind >> 3 & 3 && (kind & 7) == 5) {
        add_ruling(sheet, r, kind >> 3 & 3, x, y);
        return;
    }
    kind &= 7;
    xtr__area area = {{x, y, x + length(r), y + length(r)}, XTR__NO_URL};
    xtr__area *out = kind == 5   ? XTR__PUSH(sheet->budget, &sheet->bars)
                     : kind == 6 ? XTR__PUSH(sheet->budget, &sheet->pictures)
                                 : XTR__PUSH(sheet->budget, &sheet->links);
    if (!out)
        return;
    if (kind == 7) {
        area.url = (uint32_t)sheet->urls.count;
        add_url(sheet, "http://a/");
    }
    *out = area;
}

/* An element below one that is there already. */
static uint32_t add_tag(xtr__sheet *sheet, reader *r) {
    uint32_t number = (uint32_t)sheet->tags.count, above = byte(r);
    bool top = above >= number;
    xtr__tag tag = {.parent = top ? XTR__NO_TAG : above,
                    .object = number + 1,
                    .text = XTR__NO_TEXT,
                    .alt = XTR__NO_TEXT,
                    .depth = top ? 0 : (uint8_t)(sheet->tags.items[above].depth + 1)};
    tag.order = byte(r);
    tag.rows = (uint16_t)(1 + byte(r) % 4);
    tag.columns = (uint16_t)(1 + byte(r) % 4);
    tag.role = (uint8_t)(byte(r) % (XTR__TAG_QUOTE + 1));
    tag.level = (uint8_t)(byte(r) % 7);
    if (tag.role == XTR__TAG_FIGURE) {
        tag.alt = (uint32_t)sheet->urls.count;
        add_url(sheet, "a fox that jumps");
    }
    xtr__tag *out = XTR__PUSH(sheet->budget, &sheet->tags);
    if (out)
        *out = tag;
    return number;
}

/* A text that replaces that of glyphs. */
static uint32_t add_replacement(xtr__sheet *sheet, reader *r) {
    xtr__replacement text = {(uint32_t)sheet->spelled.count, byte(r) % 8};
    for (uint32_t i = 0; i < text.count; i++) {
        uint32_t *c = XTR__PUSH(sheet->budget, &sheet->spelled);
        if (c)
            *c = character(r);
    }
    xtr__replacement *out = XTR__PUSH(sheet->budget, &sheet->replacements);
    if (out)
        *out = text;
    return (uint32_t)sheet->replacements.count - 1;
}

/* What the glyphs that come next are part of. */
static void add_mark(xtr__sheet *sheet, reader *r) {
    uint32_t what = byte(r), old = byte(r);
    xtr__marked mark = {old < sheet->tags.count ? old : XTR__NO_TAG, XTR__NO_TEXT, what & 4};
    if (what & 1 && sheet->tags.count < MOST_TAGS)
        mark.tag = add_tag(sheet, r);
    if (what & 2)
        mark.text = add_replacement(sheet, r);
    sheet->ordered = what & 8;
    xtr__marked *out =
        sheet->marks.count < MOST_MARKS ? XTR__PUSH(sheet->budget, &sheet->marks) : NULL;
    if (out)
        *out = mark;
    sheet->open_mark = (uint16_t)sheet->marks.count;
}

static void fill_sheet(xtr__sheet *sheet, reader *r, uint32_t number) {
    xtr__sheet_reset(sheet, number, 612, 792);
    for (uint32_t i = 0; i < 4; i++) {
        xtr__font *font = XTR__PUSH(sheet->budget, &sheet->fonts);
        if (font)
            *font = (xtr__font){.flags = i == 3 ? XTR__FONT_MATH : 1U << i, .name = i};
    }
    for (uint32_t kind; r->at < r->size && (kind = byte(r)) != 0xff;) {
        if ((kind & 7) < 5)
            add_run(sheet, r, kind);
        else if ((kind & 0x1f) == 0x0e)
            add_mark(sheet, r);
        else if ((kind & 0x1f) == 0x1e)
            add_labels(sheet, r, kind);
        else
            add_area(sheet, r, kind);
    }
}

/* What stands in no order, but once: characters by their value, without those of typed rules and
 * leaders. */
static void count_characters(const xtr__page_layout *page, uint32_t *counts, uint32_t step) {
    for (size_t at = 0; at < page->text.count;) {
        uint32_t c = xtr__utf8_next(page->text.items, page->text.count, &at);
        uint32_t mirrored = xtr__mirror(c); /* in a line from the right */
        c = mirrored < c ? mirrored : c;
        if (!xtr__is_space(c) && !strchr("-_=.", c < 128 ? (int)c : 'x') && c >> 4 != 0x201 &&
            c != 0x2026 && c != 0xb7)
            counts[c % CHARACTERS] += step;
    }
}

/* Looking for tables moves characters, and neither loses nor doubles any. */
static void compare_characters(const xtr__page_layout *page, xtr__sheet *sheet,
                               xtr__scratch *scratch) {
    static uint32_t counts[CHARACTERS];
    xtr__page_layout plain;
    sheet->keeps_runs = true;
    if (!xtr__layout_page(&plain, sheet, scratch, NULL, NULL))
        abort();
    sheet->keeps_runs = false;
    memset(counts, 0, sizeof counts);
    count_characters(page, counts, 1);
    count_characters(&plain, counts, UINT32_MAX);
    for (size_t i = 0; i < CHARACTERS; i++) {
        if (counts[i])
            abort();
    }
    xtr__page_layout_drop(sheet->budget, &plain);
}

/* Cells come by row and column, stand inside their table and on no other. */
static void check_table(const xtr__page_layout *page, const xtr__page_table *table) {
    const xtr__table_cell *cells = page->cells.items + table->first_cell;
    for (uint32_t i = 0; i < table->cell_count; i++) {
        const xtr__table_cell *c = &cells[i];
        if (!c->row_span || !c->column_span || c->row + c->row_span > table->rows ||
            c->column + c->column_span > table->columns)
            abort();
        for (uint32_t k = 0; k < i; k++) {
            const xtr__table_cell *o = &cells[k];
            if (o->row < c->row + c->row_span && c->row < o->row + o->row_span &&
                o->column < c->column + c->column_span && c->column < o->column + o->column_span)
                abort();
        }
        if (i > 0 && (c[-1].row > c->row || (c[-1].row == c->row && c[-1].column > c->column)))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    xtr__budget budget = {0};
    /* Tables are looked for where runs are not kept. */
    bool runs = size > 0 && (data[size - 1] & 3) == 1;
    xtr__sheet sheet = {.budget = &budget, .keeps_runs = runs};
    xtr__scratch scratch = {.budget = &budget};
    xtr__page_layout pages[PAGES] = {0};
    xtr__account account = {0};
    reader r = {data, size, 0};
    xtr_builder *builder = xtr__builder_new(0, &account);
    if (!builder)
        return 0;
    uint32_t count = 0;
    while (count < PAGES && r.at < size) {
        fill_sheet(&sheet, &r, count + 1);
        xtr__scratch_reset(&scratch);
        xtr__replace_text(&sheet, &scratch);
        xtr__add_bullets(&sheet);
        if (!xtr__layout_page(&pages[count++], &sheet, &scratch, NULL, NULL))
            abort();
        const xtr__page_layout *page = &pages[count - 1];
        for (size_t i = 0; i < page->tables.count; i++)
            check_table(page, &page->tables.items[i]);
        if (!runs)
            compare_characters(page, &sheet, &scratch);
    }
    xtr__survey survey;
    xtr__mark_pages(&survey, pages, count, &scratch);
    xtr__open_end end = {.page = NULL};
    for (uint32_t i = 0; i < count; i++) {
        xtr_page_begin(builder, i + 1, &(xtr_page_info){.width = 612, .height = 792});
        xtr__write_page(builder, &pages[i], &survey, &scratch, &end);
        if (runs)
            xtr__write_preserved(builder, &pages[i], i & 1, &scratch);
        xtr_page_end(builder);
    }
    for (uint32_t i = 0; i < count; i++)
        xtr__page_layout_drop(&budget, &pages[i]);
    xtr__survey_drop(&survey);
    xtr__document *document = xtr__builder_finish(builder);
    if (!document || !xtr__document_valid(document, document->size))
        abort();
    xtr_free(document);
    xtr__builder_drop(builder);
    xtr__sheet_drop(&sheet);
    xtr__scratch_drop(&scratch);
    if (budget.used != 0)
        abort();
    return 0;
}
