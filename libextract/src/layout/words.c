/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Glyphs to words, words to fragments of lines, and rows of anything with a box. */
#include "layout.h"

#include <math.h>
#include <stdlib.h>

/* Words ------------------------------------------------------------------------------------- */

/** Whether b goes on with the word that a ends, in the order the page draws them. For letters of
 *  right-to-left scripts also where b stands left of a. */
static bool continues_word(const xtr__flow *flow, const xtr__glyph *a, const xtr__glyph *b) {
    if (b->flags & XTR__GLYPH_SPACED) {
        return false;
    }
    const uint32_t *text = flow->sheet->codepoints.items;
    bool rtl_b = xtr__is_rtl(text[b->text]);
    float em = !rtl_b && b->size > a->size ? b->size : a->size;
    if (fabsf(b->y - a->y) >= 0.45F * em) {
        return false;
    }
    float gap = b->x0 - a->x1;
    if (gap > -0.3F * em && gap < 0.15F * em) {
        return true;
    }
    float mirrored = a->x0 - b->x1;
    return (rtl_b || xtr__is_rtl(text[a->text])) && mirrored > -0.3F * em && mirrored < 0.15F * em;
}

/* Words of letters set apart ---------------------------------------------------------------- */

enum { LEAST_SPREAD = 6, MOST_SPREAD = 256 }; /* letters */

/** The gap to the next glyph of the same baseline and size, in em; NAN when it does not go on. */
static float spread(const xtr__flow *flow, const xtr__glyph *a, const xtr__glyph *b) {
    const uint32_t *text = flow->sheet->codepoints.items;
    float gap = (b->x0 - a->x1) / a->size;
    bool alike = fabsf(b->y - a->y) < 0.05F * a->size && fabsf(b->size - a->size) < 0.05F * a->size;
    return alike && gap > -0.3F && gap < 2 && !xtr__is_rtl(text[b->text]) &&
                   !xtr__is_cjk(text[b->text])
               ? gap
               : NAN;
}

/** Letters are set apart when nearly all gaps of their line are wide and even, without a space
 * between. Returns the widest gap in em between letters of a word, or 0, for the glyphs from
 * `first` to *end. */
static float find_spread(const xtr__flow *flow, uint32_t first, uint32_t *end) {
    float gaps[MOST_SPREAD];
    uint32_t count = 0, wide = 0, letters = 0, at = first;
    const xtr__glyph *glyphs = flow->glyphs;
    while (at + 1 < flow->glyph_count &&
           glyphs[at + 1].x0 - glyphs[at].x1 < 0.1F * glyphs[at].size) {
        at++; /* nearly all text */
    }
    if (at > first + 1) {
        *end = at;
        return 0;
    }
    for (at = first; at + 1 < flow->glyph_count && at - first < MOST_SPREAD; at++) {
        const xtr__glyph *next = &glyphs[at + 1];
        float gap = spread(flow, next - 1, next);
        if (isnan(gap)) {
            break;
        }
        letters += xtr__is_letter(flow->sheet->codepoints.items[next->text]);
        if (!(next->flags & XTR__GLYPH_SPACED)) {
            gaps[count++] = gap;
            wide += gap >= 0.15F;
        }
    }
    *end = at + 1;
    uint32_t all = at - first;
    if (count + 1 < LEAST_SPREAD || wide * 10 < count * 9 || letters * 10 < all * 8) {
        return 0;
    }
    qsort(gaps, count, sizeof *gaps, xtr__compare_floats);
    float median = gaps[count / 2];
    bool even = gaps[count / 10] > 0.6F * median && gaps[count * 6 / 10] < 1.25F * median;
    return even && median >= 0.15F && median < 0.6F ? 1.5F * median : 0;
}

static xtr__word make_word(const xtr__flow *flow, uint32_t first, uint32_t count) {
    const xtr__glyph *glyphs = flow->glyphs + first;
    xtr__word word = {.x0 = glyphs->x0,
                      .x1 = glyphs->x1,
                      .y = glyphs->y,
                      .size = glyphs->size,
                      .glyph = first,
                      .count = count};
    for (uint32_t i = 0; i < count; i++) {
        word.x0 = fminf(word.x0, glyphs[i].x0);
        word.x1 = fmaxf(word.x1, glyphs[i].x1);
        word.letters += glyphs[i].count;
        if (glyphs[i].size > word.size) {
            word.size = glyphs[i].size;
            word.y = glyphs[i].y;
        }
    }
    word.top = word.y - 0.75F * word.size;
    word.bottom = word.y + 0.22F * word.size;
    return word;
}

bool xtr__find_words(xtr__flow *flow) {
    flow->words = xtr__scratch_take(flow->scratch, flow->glyph_count, sizeof *flow->words);
    if (flow->words == NULL) {
        return false;
    }
    uint32_t first = 0, end = 0; /* of letters that stand alike */
    float widest = 0;
    for (uint32_t i = 1; i <= flow->glyph_count; i++) {
        const xtr__glyph *glyph = &flow->glyphs[i];
        if (i > end) {
            widest = find_spread(flow, i - 1, &end);
        }
        bool joined = widest > 0 && i < end && !(glyph->flags & XTR__GLYPH_SPACED) &&
                      spread(flow, glyph - 1, glyph) < widest;
        if (i == flow->glyph_count || !(joined || continues_word(flow, glyph - 1, glyph))) {
            flow->words[flow->word_count++] = make_word(flow, first, i - first);
            first = i;
        }
    }
    flow->free_words = flow->word_count;
    return true;
}

/* Rows -------------------------------------------------------------------------------------- */

/** Vertical overlap of about half of the lower box: sub- and superscripts belong to the row. */
static bool same_row(const xtr__fragment *a, const xtr__fragment *b) {
    float share = fabsf(a->size - b->size) < 0.1F * a->size ? 0.55F : 0.45F;
    float low = fminf(a->bottom - a->top, b->bottom - b->top);
    return fminf(a->bottom, b->bottom) - fmaxf(a->top, b->top) > share * low;
}

typedef struct edge {
    float at;
    uint32_t item;
} edge;

static int compare_edges(const void *a, const void *b) {
    const edge *l = a, *r = b;
    return l->at != r->at ? (l->at < r->at ? -1 : 1) : (l->item > r->item) - (l->item < r->item);
}

/* How many followers are looked at: rows of a page have some dozen words, so this only bounds the
 * time for pages made to be slow. */
enum { LOOK_AHEAD = 2000 };

uint32_t xtr__group_rows(const xtr__flow *flow, const xtr__fragment *items, const uint32_t *which,
                         uint32_t count, float gap, uint32_t *group) {
    edge *order = xtr__scratch_take(flow->scratch, count, sizeof *order);
    uint32_t *parent = xtr__scratch_take(flow->scratch, count, sizeof *parent);
    if (order == NULL || parent == NULL) {
        return 0;
    }
    for (uint32_t i = 0; i < count; i++) {
        order[i] = (edge){items[which[i]].top, i};
        parent[i] = i;
    }
    xtr__sort(order, count, sizeof *order, compare_edges);
    for (uint32_t i = 0; i < count; i++) {
        const xtr__fragment *a = &items[which[order[i].item]];
        if (xtr__flow_stops(flow, i * 8 + 7)) { /* each has thousands of followers at worst */
            break;
        }
        for (uint32_t j = i + 1; j < count && j - i < LOOK_AHEAD; j++) {
            const xtr__fragment *b = &items[which[order[j].item]];
            if (b->top > a->bottom) {
                break;
            }
            float apart = fmaxf(a->x0, b->x0) - fminf(a->x1, b->x1);
            if (apart < gap * fmaxf(a->size, b->size) && a->row == b->row && same_row(a, b)) {
                parent[xtr__find_root(parent, order[i].item)] =
                    xtr__find_root(parent, order[j].item);
            }
        }
    }
    uint32_t groups = 0;
    for (uint32_t i = 0; i < count; i++) {
        group[i] = xtr__find_root(parent, i) == i ? groups++ : UINT32_MAX;
    }
    for (uint32_t i = 0; i < count; i++) {
        group[i] = group[xtr__find_root(parent, i)];
    }
    return groups;
}

/* Fragments --------------------------------------------------------------------------------- */

xtr__fragment xtr__word_fragment(const xtr__flow *flow, uint32_t index) {
    const xtr__word *word = &flow->words[index];
    xtr__fragment out = {.x0 = word->x0,
                         .x1 = word->x1,
                         .top = word->top,
                         .bottom = word->bottom,
                         .y = word->y,
                         .size = word->size,
                         .word = index,
                         .count = 1,
                         .letters = word->letters,
                         .row = xtr__row_of(flow->sheet, &flow->glyphs[word->glyph])};
    const uint32_t *text = flow->sheet->codepoints.items;
    out.cjk = xtr__is_cjk(text[flow->glyphs[word->glyph].text]);
    for (uint32_t i = 0; i < word->count; i++) {
        const xtr__glyph *glyph = &flow->glyphs[word->glyph + i];
        for (uint32_t k = 0; k < glyph->count; k++) {
            out.alphabetic += xtr__is_letter(text[glyph->text + k]);
        }
    }
    return out;
}

static float weight_of(const xtr__fragment *part) {
    return part->size * (float)(part->letters < 8 ? part->letters : 8);
}

static int compare_words(const void *a, const void *b) {
    const xtr__word *l = a, *r = b;
    return l->x0 != r->x0 ? (l->x0 < r->x0 ? -1 : 1)
                          : (l->glyph > r->glyph) - (l->glyph < r->glyph);
}

/** A fragment without words in the place of each ruled table. */
static void add_tables(xtr__flow *flow, xtr__fragment *out) {
    float size = flow->word_count > 0 ? flow->words[0].size : 10;
    for (uint32_t i = 0; i < flow->table_count; i++) {
        xtr_box box = xtr__table_box(flow, i);
        out[i] = (xtr__fragment){.x0 = box.x0,
                                 .x1 = box.x1,
                                 .top = box.y0,
                                 .bottom = box.y1,
                                 .y = box.y1,
                                 .size = size,
                                 .word = i};
    }
}

/** Joins the words whose numbers of `group` are equal; words move so that those of a fragment
 *  stand together, from left to right. */
static bool gather(xtr__flow *flow, const xtr__fragment *parts, const uint32_t *group,
                   uint32_t groups) {
    xtr__word *words = xtr__scratch_take(flow->scratch, flow->word_count, sizeof *words);
    xtr__fragment *out =
        xtr__scratch_take(flow->scratch, groups + (size_t)flow->table_count, sizeof *out);
    float *heaviest = xtr__scratch_take(flow->scratch, groups, sizeof *heaviest);
    if (words == NULL || out == NULL || heaviest == NULL) {
        return false;
    }
    for (uint32_t g = 0; g < groups; g++) {
        out[g].count = 0;
    }
    for (uint32_t i = 0; i < flow->free_words; i++) {
        if (xtr__flow_stops(flow, i)) {
            return false;
        }
        xtr__fragment *to = &out[group[i]];
        const xtr__fragment *part = &parts[i];
        if (to->count == 0) {
            *to = *part;
            to->row = 0;
            heaviest[group[i]] = weight_of(part);
            continue;
        }
        to->count++;
        to->letters += part->letters;
        to->alphabetic += part->alphabetic;
        to->top = fminf(to->top, part->top);
        to->bottom = fmaxf(to->bottom, part->bottom);
        to->x1 = fmaxf(to->x1, part->x1);
        if (part->x0 < to->x0) {
            to->x0 = part->x0;
            to->cjk = part->cjk;
        }
        if (weight_of(part) > heaviest[group[i]]) {
            heaviest[group[i]] = weight_of(part);
            to->size = part->size;
            to->y = part->y;
        }
    }
    uint32_t at = 0;
    for (uint32_t g = 0; g < groups; g++) {
        out[g].word = at;
        at += out[g].count;
        out[g].count = 0;
    }
    for (uint32_t i = 0; i < flow->free_words; i++) {
        xtr__fragment *to = &out[group[i]];
        words[to->word + to->count++] = flow->words[i];
    }
    for (uint32_t g = 0; g < groups; g++) {
        xtr__sort(words + out[g].word, out[g].count, sizeof *words, compare_words);
    }
    for (uint32_t i = flow->free_words; i < flow->word_count; i++) {
        words[i] = flow->words[i];
    }
    flow->words = words;
    add_tables(flow, out + groups);
    flow->fragments = out;
    flow->fragment_count = groups + flow->table_count;
    return true;
}

bool xtr__find_fragments(xtr__flow *flow) {
    uint32_t count = flow->free_words;
    xtr__fragment *parts = xtr__scratch_take(flow->scratch, count, sizeof *parts);
    uint32_t *which = xtr__scratch_take(flow->scratch, count, sizeof *which);
    uint32_t *group = xtr__scratch_take(flow->scratch, count, sizeof *group);
    if (parts == NULL || which == NULL || group == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (xtr__flow_stops(flow, i)) {
            return false;
        }
        parts[i] = xtr__word_fragment(flow, i);
        which[i] = i;
    }
    /* Splitting too much is harmless, lines join again inside a leaf; joining over a gutter is
     * not. 0.85 em is narrower than any gutter and wider than nearly all word spaces. What a
     * recogniser took for one line may be set wider. */
    float gap = flow->sheet->rows.count > 0 ? 1.2F : 0.85F;
    uint32_t groups = xtr__group_rows(flow, parts, which, count, gap, group);
    return (groups > 0 || count == 0) && gather(flow, parts, group, groups);
}
