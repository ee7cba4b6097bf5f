/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Layout of one page: which glyphs count, in which directions text runs, and the steps from
 * glyphs to lines for each direction. */
#include "layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void xtr__sheet_reset(xtr__sheet *sheet, uint32_t number, float width, float height) {
    sheet->number = number;
    sheet->width = width;
    sheet->height = height;
    sheet->unit = 1;
    sheet->glyphs.count = sheet->codepoints.count = sheet->fonts.count = 0;
    sheet->rows.count = 0;
    sheet->bars.count = sheet->pictures.count = sheet->links.count = sheet->urls.count = 0;
    sheet->segments.count = sheet->fills.count = sheet->drawings.count = sheet->dots.count = 0;
    sheet->marks.count = sheet->tags.count = sheet->replacements.count = sheet->spelled.count = 0;
    sheet->open_mark = 0;
    sheet->ordered = false;
}

void xtr__sheet_drop(xtr__sheet *sheet) {
    XTR__VECTOR_DROP(sheet->budget, &sheet->glyphs);
    XTR__VECTOR_DROP(sheet->budget, &sheet->codepoints);
    XTR__VECTOR_DROP(sheet->budget, &sheet->rows);
    XTR__VECTOR_DROP(sheet->budget, &sheet->fonts);
    XTR__VECTOR_DROP(sheet->budget, &sheet->bars);
    XTR__VECTOR_DROP(sheet->budget, &sheet->pictures);
    XTR__VECTOR_DROP(sheet->budget, &sheet->links);
    XTR__VECTOR_DROP(sheet->budget, &sheet->urls);
    XTR__VECTOR_DROP(sheet->budget, &sheet->segments);
    XTR__VECTOR_DROP(sheet->budget, &sheet->fills);
    XTR__VECTOR_DROP(sheet->budget, &sheet->drawings);
    XTR__VECTOR_DROP(sheet->budget, &sheet->dots);
    XTR__VECTOR_DROP(sheet->budget, &sheet->marks);
    XTR__VECTOR_DROP(sheet->budget, &sheet->tags);
    XTR__VECTOR_DROP(sheet->budget, &sheet->replacements);
    XTR__VECTOR_DROP(sheet->budget, &sheet->spelled);
}

void xtr__page_layout_drop(xtr__budget *budget, xtr__page_layout *page) {
    XTR__VECTOR_DROP(budget, &page->lines);
    XTR__VECTOR_DROP(budget, &page->stretches);
    XTR__VECTOR_DROP(budget, &page->runs);
    XTR__VECTOR_DROP(budget, &page->words);
    XTR__VECTOR_DROP(budget, &page->text);
    XTR__VECTOR_DROP(budget, &page->urls);
    XTR__VECTOR_DROP(budget, &page->tables);
    XTR__VECTOR_DROP(budget, &page->tags);
    XTR__VECTOR_DROP(budget, &page->cells);
}

size_t xtr__page_layout_size(const xtr__page_layout *page) {
    return xtr__block_size(page->lines.items) + xtr__block_size(page->stretches.items) +
           xtr__block_size(page->runs.items) + xtr__block_size(page->words.items) +
           xtr__block_size(page->text.items) + xtr__block_size(page->urls.items) +
           xtr__block_size(page->tags.items) + xtr__block_size(page->tables.items) +
           xtr__block_size(page->cells.items);
}

/* Directions -------------------------------------------------------------------------------- */

void xtr__turn(float *x, float *y, float width, float height, int turn) {
    float px = *x, py = *y;
    switch (turn) {
    case 1: /* runs downwards */
        *x = py;
        *y = width - px;
        break;
    case 2:
        *x = width - px;
        *y = height - py;
        break;
    case 3: /* runs upwards */
        *x = height - py;
        *y = px;
        break;
    default:
        break;
    }
}

xtr_box xtr__turn_back(xtr_box b, float width, float height, int turn) {
    switch (turn) {
    case 1:
        return (xtr_box){width - b.y1, b.x0, width - b.y0, b.x1};
    case 2:
        return (xtr_box){width - b.x1, height - b.y1, width - b.x0, height - b.y0};
    case 3:
        return (xtr_box){b.y0, height - b.x1, b.y1, height - b.x0};
    default:
        return b;
    }
}

/* Glyphs that count ------------------------------------------------------------------------- */

/** Glyphs by text and place: cells of a grid one to two em wide, so that few glyphs of one text
 *  share a cell and few lie near its edge. */
typedef struct grid {
    uint32_t *slots; /* index + 1 into the glyphs kept, 0 when empty */
    uint32_t mask;
    const uint32_t *codepoints;
    const xtr__glyph *kept;
    float size, per_point; /* cells to the point for glyphs of this size */
} grid;

/* How many glyphs of one grid cell are compared: more are no doubles but a page made to be slow. */
enum { PROBES = 64 };

static uint32_t hash_cell(uint32_t c, int x, int y) {
    uint32_t h = c * 0x9e3779b1U ^ (uint32_t)x * 0x85ebca6bU ^ (uint32_t)y * 0xc2b2ae35U;
    h ^= h >> 15;
    h *= 0x2c1b3c6dU;
    return h ^ h >> 13;
}

static bool same_text(const grid *g, const xtr__glyph *a, const xtr__glyph *b) {
    return a->count == b->count && a->turn == b->turn &&
           memcmp(g->codepoints + a->text, g->codepoints + b->text, a->count * sizeof(uint32_t)) ==
               0;
}

static bool drawn_before(const grid *g, const xtr__glyph *glyph, int x, int y) {
    uint32_t at = hash_cell(g->codepoints[glyph->text], x, y);
    for (int i = 0; i < PROBES; i++, at++) {
        uint32_t slot = g->slots[at & g->mask];
        if (slot == 0) {
            return false;
        }
        const xtr__glyph *other = &g->kept[slot - 1];
        if (fabsf(other->x0 - glyph->x0) < 0.08F * glyph->size &&
            fabsf(other->y - glyph->y) < 0.08F * glyph->size && same_text(g, other, glyph)) {
            return true;
        }
    }
    return false;
}

/** Whether the same text stands within 0.08 em of an earlier glyph: shadow, or bold by drawing
 *  twice. At 0.12 em real Arabic double letters would go. Remembers the glyph as number `index`. */
static bool is_double(grid *g, const xtr__glyph *glyph, uint32_t index) {
    if (glyph->size != g->size) {
        int exponent;
        frexpf(glyph->size, &exponent);
        g->size = glyph->size;
        g->per_point = ldexpf(1, -exponent);
    }
    float x = glyph->x0 * g->per_point, y = glyph->y * g->per_point;
    float reach = 0.08F * glyph->size * g->per_point;
    int column = (int)floorf(x), row = (int)floorf(y);
    int left = x - (float)column < reach ? -1 : 0, right = (float)column + 1 - x < reach ? 1 : 0;
    int up = y - (float)row < reach ? -1 : 0, down = (float)row + 1 - y < reach ? 1 : 0;
    for (int dy = up; dy <= down; dy++) {
        for (int dx = left; dx <= right; dx++) {
            if (drawn_before(g, glyph, column + dx, row + dy))
                return true;
        }
    }
    uint32_t at = hash_cell(g->codepoints[glyph->text], column, row);
    for (int i = 0; i < PROBES; i++, at++) {
        if (g->slots[at & g->mask] == 0) {
            g->slots[at & g->mask] = index + 1;
            break;
        }
    }
    return false;
}

/** Copies the glyphs that count. Hidden text is used where nearly nothing else is: it is what a
 *  recogniser saw under a scan. */
static uint32_t keep_glyphs(xtr__glyph *out, xtr__page_layout *page, const xtr__sheet *sheet,
                            xtr__scratch *scratch) {
    size_t shown = 0, count = sheet->glyphs.count;
    for (size_t i = 0; i < count; i++) {
        shown += !(sheet->glyphs.items[i].flags & XTR__GLYPH_HIDDEN);
    }
    page->hidden = shown * 10 <= count;
    uint32_t slots = 64;
    while (slots < count * 2 && slots < 1U << 30) {
        slots *= 2;
    }
    grid g = {.mask = slots - 1, .codepoints = sheet->codepoints.items, .kept = out};
    g.slots = xtr__scratch_take(scratch, slots, sizeof *g.slots);
    if (g.slots == NULL) {
        return 0;
    }
    memset(g.slots, 0, slots * sizeof *g.slots);
    uint32_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        const xtr__glyph *glyph = &sheet->glyphs.items[i];
        if (!page->hidden && glyph->flags & XTR__GLYPH_HIDDEN) {
            continue;
        }
        out[kept] = *glyph;
        /* What was recognised shares the width of its words: letters may stand close. */
        if (xtr__row_of(sheet, glyph) == 0 && is_double(&g, glyph, kept)) {
            continue;
        }
        for (uint32_t k = 0; k < glyph->count; k++) {
            uint32_t c = g.codepoints[glyph->text + k];
            page->visible++;
            page->unmapped += c == 0xfffd || (c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000;
        }
        kept++;
    }
    return kept;
}

/* Flows ------------------------------------------------------------------------------------- */

static int compare_masks(const void *a, const void *b) {
    const xtr_box *l = &((const xtr__area *)a)->box, *r = &((const xtr__area *)b)->box;
    float x = l->y0 + l->y1, y = r->y0 + r->y1;
    return (x > y) - (x < y);
}

/** Rules and pictures, which columns do not cross; a picture as high as the page is background. */
static bool find_masks(xtr__flow *flow, const xtr__sheet *sheet) {
    size_t room = sheet->bars.count + sheet->pictures.count;
    xtr__area *masks = xtr__scratch_take(flow->scratch, room, sizeof *masks);
    if (masks == NULL) {
        return false;
    }
    uint32_t count = 0;
    for (size_t i = 0; i < sheet->bars.count; i++) {
        masks[count++] = sheet->bars.items[i];
    }
    for (size_t i = 0; i < sheet->pictures.count; i++) {
        const xtr_box *box = &sheet->pictures.items[i].box;
        if (box->y1 - box->y0 < 0.8F * sheet->height) {
            masks[count++] = sheet->pictures.items[i];
        }
    }
    qsort(masks, count, sizeof *masks, compare_masks);
    flow->masks = masks;
    flow->mask_count = count;
    return true;
}

static bool mostly_rtl(const xtr__flow *flow) {
    uint32_t rtl = 0;
    for (uint32_t i = 0; i < flow->glyph_count; i++) {
        rtl += xtr__is_rtl(flow->sheet->codepoints.items[flow->glyphs[i].text]);
    }
    return rtl * 2 > flow->glyph_count;
}

/** Tables are looked for in the main flow alone. */
static bool lay_out_flow(xtr__page_layout *out, xtr__flow *flow, bool tables) {
    flow->backwards = mostly_rtl(flow);
    uint32_t first = (uint32_t)out->lines.count;
    bool done = xtr__find_words(flow) && (!tables || xtr__find_ruled_tables(flow)) &&
                xtr__find_fragments(flow) && xtr__find_order(flow) && xtr__order_by_tags(flow) &&
                (!tables || xtr__place_tables(out, flow)) && xtr__make_lines(out, flow);
    if (done) {
        xtr__mark_underlined(out, first, flow);
    }
    return done;
}

static uint8_t heaviest(const uint64_t weights[4]) {
    uint8_t turn = 0;
    for (uint8_t t = 1; t < 4; t++) {
        turn = weights[t] > weights[turn] ? t : turn;
    }
    return turn;
}

/** How much text runs in each direction: what is slanted counts only where nothing else is. */
static void weigh_turns(const xtr__glyph *glyphs, uint32_t count, uint64_t weights[4]) {
    memset(weights, 0, 4 * sizeof *weights);
    for (uint32_t i = 0; i < count; i++) {
        weights[glyphs[i].turn] += glyphs[i].flags & XTR__GLYPH_SLANTED ? 1 : count;
    }
}

/** Each direction is a flow of its own, that with most text first. */
static bool lay_out_flows(xtr__page_layout *out, const xtr__sheet *sheet, xtr__scratch *scratch,
                          bool (*stop)(void *), void *payload) {
    size_t room = sheet->glyphs.count;
    xtr__glyph *kept = xtr__scratch_take(scratch, room, sizeof *kept);
    xtr__glyph *turned = xtr__scratch_take(scratch, room, sizeof *turned);
    if (kept == NULL || turned == NULL) {
        return false;
    }
    uint32_t count = keep_glyphs(kept, out, sheet, scratch);
    uint64_t weights[4];
    xtr__merge_drop_caps(kept, count, sheet->codepoints.items);
    weigh_turns(kept, count, weights);
    /* Where words stand matters more to who asks for them, and to text that keeps its places. */
    if (weights[1] + weights[3] > 0 && weights[0] + weights[2] > 0 && !sheet->keeps_runs &&
        !sheet->keeps_words) {
        xtr__lay_down_labels(kept, count, heaviest(weights), sheet, scratch);
        weigh_turns(kept, count, weights);
    }
    for (int rank = 0; rank < 4; rank++) {
        uint8_t turn = heaviest(weights);
        if (weights[turn] == 0) {
            break;
        }
        xtr__flow flow = {.sheet = sheet,
                          .scratch = scratch,
                          .stop = stop,
                          .payload = payload,
                          .glyphs = turned,
                          .turn = turn};
        for (uint32_t i = 0; i < count; i++) {
            if (kept[i].turn == turn) {
                turned[flow.glyph_count++] = kept[i];
            }
        }
        size_t before = out->lines.count;
        bool tables = rank == 0 && !sheet->keeps_runs;
        if ((turn == 0 && !find_masks(&flow, sheet)) || !lay_out_flow(out, &flow, tables)) {
            return false;
        }
        for (size_t i = before; rank > 0 && i < out->lines.count; i++) {
            out->lines.items[i].flags |= XTR__LINE_TURNED;
        }
        weights[turn] = 0;
    }
    return !scratch->failed && !(stop != NULL && stop(payload));
}

/* Statistics -------------------------------------------------------------------------------- */

enum { BINS = 400 }; /* of half a point */

static uint32_t bin_of(float length) {
    return length > 0 ? (uint32_t)fminf(BINS - 1, roundf(length * 2)) : 0;
}

static float most_frequent(const uint32_t *bins, float otherwise) {
    uint32_t best = 0;
    for (uint32_t i = 1; i < BINS; i++) {
        best = bins[i] > bins[best] ? i : best;
    }
    return bins[best] > 0 && best > 0 ? (float)best / 2 : otherwise;
}

static void measure_page(xtr__page_layout *page) {
    uint32_t gaps[BINS] = {0}, sizes[BINS] = {0};
    for (size_t i = 0; i < page->lines.count; i++) {
        const xtr__line *line = &page->lines.items[i];
        if (line->flags & XTR__LINE_TURNED) {
            continue;
        }
        /* Tables are often set smaller than the text around them. */
        sizes[bin_of(line->size)] += line->cell > 0 ? line->text_size / 4 : line->text_size;
        const xtr__line *next = i + 1 < page->lines.count ? line + 1 : line;
        float gap = next->y - line->y;
        if (next->leaf == line->leaf && gap > 0 && gap < 3 * line->size) {
            gaps[bin_of(gap)]++;
        }
    }
    page->leading = most_frequent(gaps, 12);
    page->body = most_frequent(sizes, 10);
}

static bool keep_tags(xtr__page_layout *out, const xtr__sheet *sheet) {
    size_t count = sheet->tags.count;
    if (count == 0) {
        return true;
    }
    if (!xtr__reserve(sheet->budget, &out->tags.items, &out->tags.capacity, count,
                      sizeof *out->tags.items)) {
        return false;
    }
    memcpy(out->tags.items, sheet->tags.items, count * sizeof *out->tags.items);
    out->tags.count = count;
    out->tagging.ordered = sheet->ordered;
    for (size_t i = 0; i < count; i++) {
        out->tagging.figures = out->tagging.figures || sheet->tags.items[i].alt != XTR__NO_TEXT;
    }
    return true;
}

/* More rules than this are a drawing. */
enum { MOST_RULES = 64 };

/** Marks the lines right under a short rule that begins where they do, as footnotes are. */
static void mark_ruled(xtr__page_layout *page, const xtr__sheet *sheet) {
    for (size_t i = 0; sheet->bars.count <= MOST_RULES && i < sheet->bars.count; i++) {
        const xtr_box *bar = &sheet->bars.items[i].box;
        xtr__line *below = NULL;
        for (size_t k = 0; k < page->lines.count; k++) {
            xtr__line *line = &page->lines.items[k];
            bool begins = line->turn == 0 && line->cell == 0 && fabsf(line->x0 - bar->x0) < 15;
            if (begins && line->y > bar->y1 && (below == NULL || line->y < below->y)) {
                below = line;
            }
        }
        bool is_short = bar->x1 - bar->x0 > 20 && bar->x1 - bar->x0 < 0.5F * page->width;
        if (below != NULL && is_short && below->y - bar->y1 < 2.5F * below->size) {
            below->flags |= XTR__LINE_RULED;
        }
    }
}

static bool keep_urls(xtr__page_layout *out, const xtr__sheet *sheet) {
    size_t count = sheet->urls.count;
    if (count == 0) {
        return true;
    }
    if (!xtr__reserve(sheet->budget, &out->urls.items, &out->urls.capacity, count, 1)) {
        return false;
    }
    memcpy(out->urls.items, sheet->urls.items, count);
    out->urls.count = count;
    return true;
}

bool xtr__layout_page(xtr__page_layout *out, const xtr__sheet *sheet, xtr__scratch *scratch,
                      bool (*stop)(void *payload), void *payload) {
    *out = (xtr__page_layout){.number = sheet->number,
                              .width = sheet->width,
                              .height = sheet->height,
                              .unit = sheet->unit};
    xtr__scratch_reset(scratch);
    /* What lines refer to comes first: those there are when memory is gone are written. */
    bool whole = keep_tags(out, sheet) && keep_urls(out, sheet) &&
                 lay_out_flows(out, sheet, scratch, stop, payload);
    measure_page(out);
    if (whole) {
        mark_ruled(out, sheet);
        xtr__trust_tags(out);
    }
    return whole;
}
