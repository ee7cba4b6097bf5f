/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* From tagged glyphs to tagged lines, and whether the tags of a page are to be trusted. */
#include "layout.h"

#include <math.h>
#include <string.h>

/* Tags -------------------------------------------------------------------------------------- */

uint32_t xtr__tag_above(const xtr__tag *tags, uint32_t tag, xtr__tag_role role) {
    while (tag != XTR__NO_TAG && tags[tag].role != role)
        tag = tags[tag].parent;
    return tag;
}

uint32_t xtr__tag_block(const xtr__tag *tags, uint32_t tag) {
    while (tag != XTR__NO_TAG && tags[tag].role <= XTR__TAG_INLINE)
        tag = tags[tag].parent;
    return tag;
}

/* Lines ------------------------------------------------------------------------------------- */

/* Blocks in one line that are told apart: a line of more is no line of any. */
enum { MOST_BLOCKS = 8 };

typedef struct share {
    uint32_t tag, letters;
} share;

bool xtr__is_artifact(const xtr__flow *flow, const xtr__word *word) {
    uint16_t mark = flow->glyphs[word->glyph].mark;
    return mark > 0 && flow->sheet->marks.items[mark - 1].artifact;
}

bool xtr__is_listed(const xtr__flow *flow, const xtr__word *word) {
    uint16_t mark = flow->glyphs[word->glyph].mark;
    uint32_t tag = mark > 0 ? flow->sheet->marks.items[mark - 1].tag : XTR__NO_TAG;
    return xtr__tag_above(flow->sheet->tags.items, tag, XTR__TAG_ITEM) != XTR__NO_TAG;
}

/** Whether glyphs of a mark are the label of a list item. */
static bool is_label(const xtr__sheet *sheet, uint16_t mark) {
    uint32_t tag = mark > 0 ? sheet->marks.items[mark - 1].tag : XTR__NO_TAG;
    return xtr__tag_above(sheet->tags.items, tag, XTR__TAG_LABEL) != XTR__NO_TAG;
}

/** Characters of the words at the start of a line that are a label, spaces between them too. */
static uint8_t label_of(const xtr__flow *flow, const uint32_t *words, uint32_t count) {
    uint32_t size = 0;
    for (uint32_t i = 0; i < count; i++) {
        const xtr__word *word = &flow->words[words[i]];
        uint32_t before = size;
        size += i > 0;
        for (uint32_t k = 0; k < word->count; k++) {
            const xtr__glyph *glyph = &flow->glyphs[word->glyph + k];
            if (!is_label(flow->sheet, glyph->mark))
                return (uint8_t)(k == 0 && before < 32 ? before : 0);
            size += glyph->count;
        }
    }
    return 0; /* nothing else */
}

void xtr__tag_line(const xtr__flow *flow, xtr__line *line, xtr__tagging *page,
                   const uint32_t *words, uint32_t count) {
    const xtr__sheet *sheet = flow->sheet;
    line->tag = XTR__NO_TAG;
    if (sheet->marks.count == 0)
        return;
    share shares[MOST_BLOCKS] = {{XTR__NO_TAG, 0}};
    uint32_t blocks = 1, artifacts = 0, letters = 0;
    uint16_t last = 0;
    uint32_t block = XTR__NO_TAG;
    for (uint32_t i = 0; i < count; i++) {
        const xtr__word *word = &flow->words[words[i]];
        for (uint32_t k = 0; k < word->count; k++) {
            const xtr__glyph *glyph = &flow->glyphs[word->glyph + k];
            const xtr__marked *mark = glyph->mark > 0 ? &sheet->marks.items[glyph->mark - 1] : NULL;
            if (glyph->mark != last)
                block = mark == NULL ? XTR__NO_TAG : xtr__tag_block(sheet->tags.items, mark->tag);
            last = glyph->mark;
            artifacts += mark != NULL && mark->artifact;
            letters++;
            uint32_t at = 0;
            while (at < blocks && shares[at].tag != block)
                at++;
            if (at == MOST_BLOCKS)
                continue;
            if (at == blocks)
                shares[blocks++] = (share){block, 0};
            shares[at].letters++;
        }
    }
    uint32_t best = 0;
    for (uint32_t at = 1; at < blocks; at++)
        best = shares[at].letters > shares[best].letters ? at : best;
    line->artifact = artifacts * 5 > letters * 4;
    line->tag =
        shares[best].letters * 2 > letters && !line->artifact ? shares[best].tag : XTR__NO_TAG;
    line->label = line->tag != XTR__NO_TAG ? label_of(flow, words, count) : 0;
    page->letters += letters;
    page->artifacts += artifacts;
    page->tagged +=
        letters - artifacts -
        (shares[0].letters < letters - artifacts ? shares[0].letters : letters - artifacts);
}

xtr__tag_role xtr__tag_role_of_line(const xtr__page_layout *page, const xtr__line *line) {
    uint32_t tag = xtr__tag_of_line(page, line);
    return tag == XTR__NO_TAG ? XTR__TAG_NONE : (xtr__tag_role)page->tags.items[tag].role;
}

/* Blocks ------------------------------------------------------------------------------------ */

xtr__relation xtr__tag_relation(const xtr__page_layout *page, const xtr__line *a,
                                const xtr__line *b) {
    if (!page->tagging.paragraphs || a->tag == XTR__NO_TAG || b->tag == XTR__NO_TAG)
        return XTR__UNKNOWN;
    return a->tag == b->tag ? XTR__TOGETHER : XTR__APART;
}

uint32_t xtr__list_item(const xtr__page_layout *page, const xtr__line *line) {
    return xtr__tag_above(page->tags.items, xtr__tag_of_line(page, line), XTR__TAG_ITEM);
}

int xtr__list_level(const xtr__page_layout *page, const xtr__line *line) {
    uint32_t tag = page->tagging.paragraphs ? xtr__list_item(page, line) : XTR__NO_TAG;
    int level = 0;
    if (tag == XTR__NO_TAG)
        return 0;
    for (; tag != XTR__NO_TAG; tag = page->tags.items[tag].parent)
        level += page->tags.items[tag].role == XTR__TAG_LIST;
    return level < 1 ? 1 : level;
}

/* Trust ------------------------------------------------------------------------------------- */

static bool ends_inside(const xtr__page_layout *page, const xtr__line *a, const xtr__line *b) {
    size_t at = 0;
    uint32_t last = xtr__utf8_last(page->text.items + a->text, a->text_size);
    uint32_t first = xtr__utf8_next(page->text.items + b->text, b->text_size, &at);
    return (xtr__is_letter(last) || last == ',' || last == '-') && xtr__is_lower(first);
}

/** Whether a sentence goes on from a line to the next, as it does inside of a paragraph. */
static bool runs_on(const xtr__page_layout *page, const xtr__line *a, const xtr__line *b) {
    float gap = b->y - a->y;
    return a->leaf == b->leaf && a->text_size > 20 && b->text_size > 0 && a->font == b->font &&
           fabsf(a->size - b->size) < 0.06F * a->size && gap > 0 && gap < 1.6F * a->size &&
           a->pieces == 1 && b->pieces == 1 && ends_inside(page, a, b);
}

void xtr__trust_tags(xtr__page_layout *page) {
    xtr__tagging *t = &page->tagging;
    uint32_t runs = 0, blocks = 0, pairs = 0, cut = 0, last = XTR__NO_TAG;
    for (size_t i = 0; i < page->tags.count; i++)
        page->tags.items[i].seen = false;
    for (size_t i = 0; i < page->lines.count; i++) {
        xtr__line *line = &page->lines.items[i];
        if (line->tag == XTR__NO_TAG)
            continue;
        uint32_t item = xtr__tag_above(page->tags.items, line->tag, XTR__TAG_ITEM);
        line->starts_item = item != XTR__NO_TAG && !page->tags.items[item].seen;
        if (item != XTR__NO_TAG && item != line->tag)
            page->tags.items[item].seen = true;
        xtr__tag *tag = &page->tags.items[line->tag];
        runs += line->tag != last;
        blocks += !tag->seen;
        tag->seen = true;
        if (i > 0 && line[-1].tag != XTR__NO_TAG && runs_on(page, &line[-1], line)) {
            pairs++;
            cut += line->tag != line[-1].tag;
        }
        last = line->tag;
    }
    uint32_t text = t->letters - t->artifacts;
    t->trusted =
        blocks > 0 && (float)t->tagged >= 0.8F * (float)text && runs <= 2 + blocks + blocks / 3;
    t->paragraphs = t->trusted && cut * 5 <= pairs;
}
