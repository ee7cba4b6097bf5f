/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Leaves to lines: rows of a leaf, and the text of each with its styles and links. */
#include "blocks.h"
#include "document/utf8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/** A line while it is written: where its words and their styles are. */
typedef struct writer {
    xtr__page_layout *out;
    const xtr__flow *flow;
    xtr__line *line;
    const xtr__area **links; /* those that touch the line */
    uint32_t link_count;
    uint32_t styles, url;   /* of the open stretch */
    const xtr__glyph *base; /* the last glyph that was no script, or NULL */
    float base_end;         /* where it and its scripts end */
    bool in_word;           /* the last of the words that are kept is open */
    bool failed;
} writer;

/* Words with their places ------------------------------------------------------------------- */

static void end_word(writer *w) {
    if (w->in_word && !w->failed) {
        xtr__found_word *last = &w->out->words.items[w->out->words.count - 1];
        last->text_size = (uint32_t)w->out->text.count - last->text;
    }
    w->in_word = false;
}

/** From the usual ascender to the usual descender of a font of this size. */
static xtr_box glyph_box(const writer *w, const xtr__glyph *glyph) {
    const xtr__sheet *sheet = w->flow->sheet;
    xtr_box turned = {fminf(glyph->x0, glyph->x1), glyph->y - 0.8F * glyph->size,
                      fmaxf(glyph->x0, glyph->x1), glyph->y + 0.2F * glyph->size};
    return xtr__turn_back(turned, sheet->width, sheet->height, w->flow->turn);
}

/** The glyph that is put next is part of the open word, or begins one. */
static void add_to_word(writer *w, const xtr__glyph *glyph) {
    xtr_box box = glyph_box(w, glyph);
    if (!w->in_word) {
        xtr__found_word *word = XTR__PUSH(w->flow->sheet->budget, &w->out->words);
        if (word == NULL) {
            w->failed = true;
            return;
        }
        float base = w->flow->turn == 0 ? glyph->y : box.y1;
        *word = (xtr__found_word){.box = box,
                                  .baseline_left = base,
                                  .baseline_right = base,
                                  .size = w->line->size,
                                  .confidence = 1,
                                  .text = (uint32_t)w->out->text.count,
                                  .line = (uint32_t)(w->line - w->out->lines.items),
                                  .paragraph = w->line->leaf,
                                  .block = w->line->leaf,
                                  .vertical = w->flow->turn % 2 == 1};
        w->in_word = true;
        return;
    }
    xtr_box *whole = &w->out->words.items[w->out->words.count - 1].box;
    *whole = (xtr_box){fminf(whole->x0, box.x0), fminf(whole->y0, box.y0), fmaxf(whole->x1, box.x1),
                       fmaxf(whole->y1, box.y1)};
}

/* Text -------------------------------------------------------------------------------------- */

static void put_char(writer *w, uint32_t c) {
    if (!xtr__reserve(w->flow->sheet->budget, &w->out->text.items, &w->out->text.capacity,
                      w->out->text.count + 4, 1)) {
        w->failed = true;
        return;
    }
    w->out->text.count += xtr__utf8_encode(w->out->text.items + w->out->text.count, c);
}

/** Opens a stretch where style or link change. */
static void set_style(writer *w, uint32_t styles, uint32_t url) {
    if (w->line->stretch_count > 0 && styles == w->styles && url == w->url) {
        return;
    }
    uint32_t at = (uint32_t)w->out->text.count;
    if (w->line->stretch_count > 0) {
        xtr__stretch *open = &w->out->stretches.items[w->out->stretches.count - 1];
        open->size = at - open->at;
    }
    xtr__stretch *next = XTR__PUSH(w->flow->sheet->budget, &w->out->stretches);
    if (next == NULL) {
        w->failed = true;
        return;
    }
    *next = (xtr__stretch){.at = at, .styles = styles, .url = url};
    w->line->stretch_count++;
    w->styles = styles;
    w->url = url;
}

/** A space is styled when the words on both sides are styled alike. */
static void put_space(writer *w, uint32_t styles, uint32_t url, uint32_t count) {
    bool alike = w->line->stretch_count > 0 && styles == w->styles && url == w->url;
    end_word(w);
    if (!alike) {
        set_style(w, 0, XTR__NO_URL);
    }
    while (count-- > 0) {
        put_char(w, ' ');
    }
}

/** Some writers say of Thai's sara am, drawn in two parts, both that it is one and the second part.
 */
static bool is_part_of_last(const writer *w, uint32_t c) {
    return c == 0xe32 && w->out->text.count > w->line->text &&
           xtr__utf8_last(w->out->text.items, w->out->text.count) == 0xe33;
}

static bool is_hyphen(uint32_t c) {
    return c == '-' || c == 0xad || c == 0x2010;
}

/** Whether a character of a glyph says again what the one before says: "-", U+00AD and U+2010. */
static bool is_said(const uint32_t *text, uint32_t i) {
    return i > 0 && is_hyphen(text[i]) && is_hyphen(text[i - 1]);
}

/** What is drawn as a hyphen inside a line is one, though the font calls it soft (U+00AD). */
static void put_glyph(writer *w, const xtr__glyph *glyph, bool mirrored, bool last) {
    const uint32_t *text = w->flow->sheet->codepoints.items + glyph->text;
    if (w->flow->sheet->keeps_words) {
        add_to_word(w, glyph);
    }
    for (uint32_t i = 0; i < glyph->count; i++) {
        if (is_part_of_last(w, text[i]) || is_said(text, i)) {
            continue;
        }
        uint32_t c = text[i] == 0xad && !last ? '-' : text[i];
        put_char(w, mirrored && glyph->count == 1 ? xtr__mirror(c) : c);
    }
}

/* Runs -------------------------------------------------------------------------------------- */

/** Ends the last run of the line before the text that comes now. */
static void end_run(writer *w) {
    xtr__run *last = w->out->runs.count > 0 ? &w->out->runs.items[w->out->runs.count - 1] : NULL;
    if (last != NULL && last->text_size == 0)
        last->text_size = (uint32_t)w->out->text.count - last->text;
}

static void begin_run(writer *w, float x0, float x1, float y) {
    xtr__run *run = XTR__PUSH(w->flow->sheet->budget, &w->out->runs);
    if (run == NULL) {
        w->failed = true;
        return;
    }
    *run = (xtr__run){.x0 = x0,
                      .x1 = x1,
                      .y = y,
                      .line = (uint32_t)(w->line - w->out->lines.items),
                      .text = (uint32_t)w->out->text.count};
}

/** Whether a word of a formula stands above or below the line, farther than scripts do. */
static bool is_stacked(const xtr__line *line, const xtr__word *word) {
    return fabsf(word->y - line->y) > 0.5F * line->size;
}

/** Whether a word does not go on with the run of the word before it. */
static bool starts_run(const xtr__line *line, const xtr__word *before, const xtr__word *word) {
    float em = fmaxf(before->size, word->size);
    bool leaps = fabsf(word->y - before->y) > 0.15F * line->size || word->x0 < before->x0;
    bool stacked = is_stacked(line, word) || is_stacked(line, before);
    return word->x0 - before->x1 > 0.85F * em || (stacked && leaps);
}

/* Styles ------------------------------------------------------------------------------------ */

static uint32_t font_flags(const xtr__flow *flow, const xtr__glyph *glyph) {
    return flow->sheet->fonts.items[glyph->font].flags;
}

/** Weight and slope belong to whole words: of all their letters, or not. */
static uint32_t word_styles(const xtr__flow *flow, const xtr__word *word) {
    uint32_t all = XTR__FONT_BOLD | XTR__FONT_ITALIC | XTR__FONT_MONO;
    bool letters = false;
    for (uint32_t i = 0; i < word->count; i++) {
        const xtr__glyph *glyph = &flow->glyphs[word->glyph + i];
        uint32_t flags = font_flags(flow, glyph);
        flags &= flags & XTR__FONT_MATH ? 0 : ~0U;
        uint32_t c = flow->sheet->codepoints.items[glyph->text];
        if (xtr__is_letter(c) || xtr__is_digit(c)) {
            letters = true;
            all &= flags;
        }
    }
    if (!letters) {
        uint32_t flags = word->count > 0 ? font_flags(flow, &flow->glyphs[word->glyph]) : 0;
        all &= flags & XTR__FONT_MATH ? 0 : flags; /* signs have no slope */
    }
    return (all & XTR__FONT_BOLD ? (uint32_t)XTR_BOLD : 0) |
           (all & XTR__FONT_ITALIC ? (uint32_t)XTR_ITALIC : 0) |
           (all & XTR__FONT_MONO ? (uint32_t)XTR_MONO : 0);
}

/** The baseline that a script is raised from: that of the glyph it stands at, which may be part of
 * a fraction, or that of the line. */
static float base_of(writer *w, const xtr__glyph *glyph) {
    float em = w->line->size;
    bool attached = w->base != NULL && glyph->x0 > w->base->x1 - 0.3F * em &&
                    glyph->x0 < w->base_end + 0.15F * em &&
                    fabsf(glyph->y - w->base->y) < 0.6F * em;
    w->base = attached ? w->base : NULL;
    w->base_end = fmaxf(w->base_end, glyph->x1);
    return attached ? w->base->y : w->line->y;
}

/** Raised or lowered and clearly smaller than the line. What was recognised has the size of its
 *  line. */
static uint32_t script_of(writer *w, const xtr__glyph *glyph) {
    const xtr__line *line = w->line;
    if (glyph->size > 0.85F * line->size || xtr__row_of(w->flow->sheet, glyph) > 0) {
        bool known = w->flow->sheet->codepoints.items[glyph->text] != 0xfffd;
        w->base = known ? glyph : NULL;
        w->base_end = glyph->x1;
        return 0;
    }
    float raised = base_of(w, glyph) - glyph->y;
    return raised > 0.18F * line->size    ? (uint32_t)XTR_SUPERSCRIPT
           : raised < -0.06F * line->size ? (uint32_t)XTR_SUBSCRIPT
                                          : 0;
}

static uint32_t link_at(const writer *w, const xtr__glyph *glyph) {
    const xtr__sheet *sheet = w->flow->sheet;
    if (w->link_count == 0) {
        return XTR__NO_URL;
    }
    float x = (glyph->x0 + glyph->x1) / 2, y = glyph->y - 0.25F * glyph->size;
    xtr_box point =
        xtr__turn_back((xtr_box){x, y, x, y}, sheet->width, sheet->height, w->flow->turn);
    for (uint32_t i = 0; i < w->link_count; i++) {
        const xtr_box *box = &w->links[i]->box;
        if (point.x0 >= box->x0 && point.x0 <= box->x1 && point.y0 >= box->y0 &&
            point.y0 <= box->y1) {
            return w->links[i]->url;
        }
    }
    return XTR__NO_URL;
}

/** Keeps the links whose boxes touch the line at hand. */
static void find_links(writer *w) {
    const xtr__sheet *sheet = w->flow->sheet;
    const xtr__line *l = w->line;
    xtr_box line = xtr__turn_back((xtr_box){l->x0, l->top, l->x1, l->bottom}, sheet->width,
                                  sheet->height, w->flow->turn);
    w->link_count = 0;
    for (size_t i = 0; i < sheet->links.count; i++) {
        const xtr__area *link = &sheet->links.items[i];
        if (link->url != XTR__NO_URL && link->box.x0 <= line.x1 && link->box.x1 >= line.x0 &&
            link->box.y0 <= line.y1 && link->box.y1 >= line.y0) {
            w->links[w->link_count++] = link;
        }
    }
}

/* Lines that read from the left ------------------------------------------------------------- */

static const xtr__word *word_at(const xtr__flow *flow, uint32_t index) {
    return &flow->words[index];
}

static uint32_t first_char(const xtr__flow *flow, const xtr__word *word) {
    return flow->sheet->codepoints.items[flow->glyphs[word->glyph].text];
}

static uint32_t last_char(const xtr__flow *flow, const xtr__word *word) {
    const xtr__glyph *glyph = &flow->glyphs[word->glyph + word->count - 1];
    return flow->sheet->codepoints.items[glyph->text + glyph->count - 1];
}

static bool space_between(const xtr__flow *flow, const xtr__word *a, const xtr__word *b) {
    const xtr__glyph *last = &flow->glyphs[a->glyph + a->count - 1];
    const xtr__glyph *first = &flow->glyphs[b->glyph];
    if (fabsf(first->y - last->y) > 0.5F * fmaxf(first->size, last->size)) {
        return true; /* a superscript over a subscript */
    }
    float em = fmaxf(a->size, b->size), gap = b->x0 - a->x1;
    bool spaced = flow->glyphs[b->glyph].flags & XTR__GLYPH_SPACED;
    if (gap < 0.13F * em && !spaced) {
        return false;
    }
    return !(xtr__is_cjk(last_char(flow, a)) && xtr__is_cjk(first_char(flow, b)) &&
             gap < (spaced ? 0.2F : 0.6F) * b->size);
}

/** In text of one width, spaces count. */
static uint32_t spaces_between(const xtr__line *line, float gap, bool far) {
    if (line->mono > 0.8F && line->advance > 0) {
        return (uint32_t)fminf(fmaxf(1, roundf(gap / line->advance)), 100);
    }
    return far ? 3 : 1;
}

static void write_left_to_right(writer *w, const uint32_t *words, uint32_t count) {
    const xtr__flow *flow = w->flow;
    for (uint32_t i = 0; i < count; i++) {
        const xtr__word *word = word_at(flow, words[i]);
        const xtr__word *before = i > 0 ? word_at(flow, words[i - 1]) : NULL;
        uint32_t styles = word_styles(flow, word);
        bool run = flow->sheet->keeps_runs && (i == 0 || starts_run(w->line, before, word));
        if (run)
            end_run(w);
        for (uint32_t k = 0; k < word->count; k++) {
            const xtr__glyph *glyph = &flow->glyphs[word->glyph + k];
            uint32_t style = styles | script_of(w, glyph), url = link_at(w, glyph);
            if (k == 0 && i > 0) {
                float gap = word->x0 - before->x1;
                bool far = w->line->flags & XTR__LINE_TABULAR && gap > 1.2F * w->line->size;
                if (far || space_between(flow, before, word)) {
                    put_space(w, style, url, spaces_between(w->line, gap, far));
                }
            }
            set_style(w, style, url);
            if (k == 0 && run) {
                begin_run(w, word->x0, word->x1, is_stacked(w->line, word) ? word->y : w->line->y);
            }
            put_glyph(w, glyph, false, i + 1 == count && k + 1 == word->count);
        }
        if (flow->sheet->keeps_runs && !w->failed) {
            xtr__run *last = &w->out->runs.items[w->out->runs.count - 1];
            last->x1 = fmaxf(last->x1, word->x1);
        }
    }
}

/* Lines with right-to-left letters ---------------------------------------------------------- */

static void write_by_direction(writer *w, const uint32_t *words, uint32_t count) {
    const xtr__flow *flow = w->flow;
    uint32_t total = 0;
    for (uint32_t i = 0; i < count; i++) {
        total += word_at(flow, words[i])->count;
    }
    uint32_t *glyphs = xtr__scratch_take(flow->scratch, total, sizeof *glyphs);
    xtr__placed *cells = xtr__scratch_take(flow->scratch, (size_t)total * 2, sizeof *cells);
    if (glyphs == NULL || cells == NULL) {
        w->failed = true;
        return;
    }
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        const xtr__word *word = word_at(flow, words[i]);
        for (uint32_t k = 0; k < word->count; k++) {
            glyphs[n++] = word->glyph + k;
        }
    }
    bool rtl;
    n = xtr__logical_order(cells, flow->glyphs, glyphs, total, flow->sheet->codepoints.items,
                           flow->scratch, &rtl);
    w->line->flags |= rtl ? XTR__LINE_RTL : 0;
    for (uint32_t i = 0; i < n; i++) {
        if (cells[i].glyph == UINT32_MAX) {
            put_space(w, 0, XTR__NO_URL, 1);
            continue;
        }
        const xtr__glyph *glyph = &flow->glyphs[cells[i].glyph];
        set_style(w, 0, link_at(w, glyph));
        put_glyph(w, glyph, cells[i].mirrored, i + 1 == n);
    }
}

static bool has_rtl(const xtr__flow *flow, const uint32_t *words, uint32_t count) {
    const uint32_t *text = flow->sheet->codepoints.items;
    for (uint32_t i = 0; i < count; i++) {
        const xtr__word *word = word_at(flow, words[i]);
        for (uint32_t k = 0; k < word->count; k++) {
            if (xtr__is_rtl(text[flow->glyphs[word->glyph + k].text])) {
                return true;
            }
        }
    }
    return false;
}

/* Lines ------------------------------------------------------------------------------------- */

static float weight_of(const xtr__word *word) {
    return word->size * (float)(word->letters < 8 ? word->letters : 8);
}

static int compare_x(const void *a, const void *b, void *payload) {
    const xtr__word *words = payload;
    const xtr__word *l = &words[*(const uint32_t *)a], *r = &words[*(const uint32_t *)b];
    return l->x0 != r->x0 ? (l->x0 < r->x0 ? -1 : 1)
                          : (l->glyph > r->glyph) - (l->glyph < r->glyph);
}

static void measure_gaps(const xtr__flow *flow, xtr__line *line, const uint32_t *words,
                         uint32_t count) {
    float gaps[64];
    uint32_t n = 0;
    line->second = count > 1 ? word_at(flow, words[1])->x0 : line->x1;
    for (uint32_t i = 1; i < count; i++) {
        line->last_gap = word_at(flow, words[i])->x0 - word_at(flow, words[i - 1])->x1;
        line->first_gap = i == 1 ? line->last_gap : line->first_gap;
        if (n < sizeof gaps / sizeof *gaps) {
            gaps[n++] = line->last_gap;
        }
    }
    if (n > 0) {
        qsort(gaps, n, sizeof *gaps, xtr__compare_floats);
        line->word_gap = gaps[n / 2];
    }
}

/** The share of glyphs of one width, and that width. */
static void measure_cells(const xtr__flow *flow, xtr__line *line, const uint32_t *words,
                          uint32_t count) {
    uint32_t glyphs = 0, mono = 0;
    float width = 0;
    for (uint32_t i = 0; i < count; i++) {
        const xtr__word *word = word_at(flow, words[i]);
        for (uint32_t k = 0; k < word->count; k++) {
            const xtr__glyph *glyph = &flow->glyphs[word->glyph + k];
            glyphs++;
            if (font_flags(flow, glyph) & XTR__FONT_MONO) {
                mono++;
                width += glyph->x1 - glyph->x0;
            }
        }
    }
    line->mono = glyphs > 0 ? (float)mono / (float)glyphs : 0;
    line->advance = mono > 0 ? width / (float)mono : 0;
}

static void measure_line(const xtr__flow *flow, xtr__line *line, const uint32_t *words,
                         uint32_t count) {
    float heaviest = 0, smallest = INFINITY, largest = 0; /* of capitals */
    uint32_t letters = 0, glyphs = 0, bold = 0, italic = 0, math = 0, doubtful = 0;
    bool lower = false;
    for (uint32_t i = 0; i < count; i++) {
        const xtr__word *word = word_at(flow, words[i]);
        line->x0 = i > 0 ? fminf(line->x0, word->x0) : word->x0;
        line->x1 = i > 0 ? fmaxf(line->x1, word->x1) : word->x1;
        if (weight_of(word) > heaviest) {
            heaviest = weight_of(word);
            line->size = word->size;
            line->y = word->y;
            line->font = flow->sheet->fonts.items[flow->glyphs[word->glyph].font].name;
        }
        for (uint32_t k = 0; k < word->count; k++) {
            const xtr__glyph *glyph = &flow->glyphs[word->glyph + k];
            uint32_t c = flow->sheet->codepoints.items[glyph->text];
            uint32_t flags = font_flags(flow, glyph);
            glyphs++;
            doubtful += (glyph->flags & XTR__GLYPH_DOUBTFUL) != 0;
            math += (flags & XTR__FONT_MATH) != 0;
            if (xtr__is_letter(c) || xtr__is_digit(c)) {
                letters++;
                bold += (flags & XTR__FONT_BOLD) != 0;
                italic += (flags & XTR__FONT_ITALIC) != 0;
                lower = lower || !(xtr__is_upper(c) || xtr__is_digit(c));
                smallest = xtr__is_upper(c) ? fminf(smallest, glyph->size) : smallest;
                largest = xtr__is_upper(c) ? fmaxf(largest, glyph->size) : largest;
            }
        }
    }
    float all = (float)(letters > 0 ? letters : 1);
    line->flags |= doubtful * 2 > glyphs ? XTR__LINE_DOUBTFUL : 0;
    line->bold = (float)bold / all;
    line->italic = (float)italic / all;
    line->math = (float)math / (float)(glyphs > 0 ? glyphs : 1);
    if (letters > 0 && !lower)
        line->flags |=
            smallest < 0.9F * largest ? XTR__LINE_CAPS | XTR__LINE_SMALL_CAPS : XTR__LINE_CAPS;
    line->top = line->y - 0.75F * line->size;
    line->bottom = line->y + 0.22F * line->size;
}

/* Rows -------------------------------------------------------------------------------------- */

/** A row of a leaf: its fragments, and after sorting its words. */
typedef struct row {
    uint32_t first, count; /* of the row's words */
    uint32_t pieces;
    xtr__line line;
} row;

static int compare_rows(const void *a, const void *b) {
    const xtr__line *l = &((const row *)a)->line, *r = &((const row *)b)->line;
    return l->y != r->y ? (l->y < r->y ? -1 : 1) : l->x0 != r->x0 ? (l->x0 < r->x0 ? -1 : 1) : 0;
}

/** Whether a word is the mark of an item, which stands apart from it as far as a list likes. */
static bool is_mark(const xtr__flow *flow, const xtr__word *word) {
    enum { LONGEST = 8 };
    static const char item[] = " item";
    char text[4 * LONGEST + sizeof item];
    size_t size = 0;
    for (uint32_t i = 0; i < word->count; i++) {
        const xtr__glyph *glyph = &flow->glyphs[word->glyph + i];
        if (i == LONGEST || glyph->count != 1) {
            return false;
        }
        size += xtr__utf8_encode(text + size, flow->sheet->codepoints.items[glyph->text]);
    }
    memcpy(text + size, item, sizeof item);
    return xtr__mark_at(text, (uint32_t)(size + sizeof item - 1)).size == size;
}

/** Whether pieces stand apart as the cells of a table do; `from`: of which word on. */
static bool has_wide_gap(const xtr__flow *flow, const row *r, const uint32_t *words,
                         uint32_t from) {
    float end = from < r->count ? word_at(flow, words[from])->x1 : 0;
    for (uint32_t i = from + 1; i < r->count; i++) {
        const xtr__word *word = word_at(flow, words[i]);
        if (word->x0 - end > 1.2F * r->line.size) {
            return true;
        }
        end = fmaxf(end, word->x1);
    }
    return false;
}

/** Whether a row begins with a mark and a word: a letter behind a dot is none. */
static bool is_item(const xtr__flow *flow, const row *r, const uint32_t *words) {
    return r->count > 1 && word_at(flow, words[1])->count > 1 &&
           is_mark(flow, word_at(flow, words[0]));
}

/** Three or more rows of several pieces that stand apart are a table; a list, when all that stands
 *  apart are the marks of its items. */
static void mark_runs(const xtr__flow *flow, row *rows, uint32_t count, const uint32_t *words,
                      uint16_t flag) {
    for (uint32_t i = 0, run = 0; i <= count; i++) {
        const uint32_t *of = i < count ? words + rows[i].first : NULL;
        uint32_t from = flag == XTR__LINE_TABULAR && of != NULL && is_item(flow, &rows[i], of);
        if (of != NULL && rows[i].pieces >= 2 && has_wide_gap(flow, &rows[i], of, from)) {
            run++;
            continue;
        }
        for (uint32_t k = i - run; run >= 3 && k < i; k++) {
            rows[k].line.flags |= flag;
        }
        run = 0;
    }
}

/** Mostly they are in order. */
static void sort_by_x(const xtr__flow *flow, uint32_t *words, uint32_t count) {
    for (uint32_t i = 1; i < count; i++) {
        if (compare_x(&words[i - 1], &words[i], flow->words) > 0) {
            qsort_r(words, count, sizeof *words, compare_x, flow->words);
            return;
        }
    }
}

/** Rows of one leaf from top to bottom, and their words from left to right in `words`. */
static row *find_rows(const xtr__flow *flow, const uint32_t *leaf, uint32_t count, bool cell,
                      uint32_t *row_count, uint32_t *words) {
    uint32_t *group = xtr__scratch_take(flow->scratch, count, sizeof *group);
    if (group == NULL) {
        return NULL;
    }
    uint32_t groups = xtr__group_rows(flow, flow->fragments, leaf, count, 1e6F, group);
    row *rows = xtr__scratch_take(flow->scratch, groups, sizeof *rows);
    if (rows == NULL || !xtr__merge_formulas(flow, leaf, count, group, &groups)) {
        return NULL;
    }
    memset(rows, 0, groups * sizeof *rows);
    for (uint32_t i = 0; i < count; i++) {
        rows[group[i]].count += flow->fragments[leaf[i]].count;
        rows[group[i]].pieces++;
    }
    uint32_t at = 0;
    for (uint32_t g = 0; g < groups; g++) {
        rows[g].first = at;
        at += rows[g].count;
        rows[g].count = 0;
    }
    for (uint32_t i = 0; i < count; i++) {
        row *r = &rows[group[i]];
        const xtr__fragment *f = &flow->fragments[leaf[i]];
        for (uint32_t k = 0; k < f->count; k++) {
            words[r->first + r->count++] = f->word + k;
        }
    }
    for (uint32_t g = 0; g < groups; g++) {
        if (xtr__flow_stops(flow, g)) {
            return NULL;
        }
        sort_by_x(flow, words + rows[g].first, rows[g].count);
        measure_line(flow, &rows[g].line, words + rows[g].first, rows[g].count);
        measure_gaps(flow, &rows[g].line, words + rows[g].first, rows[g].count);
        measure_cells(flow, &rows[g].line, words + rows[g].first, rows[g].count);
        xtr__unstack(flow, &rows[g].line, words + rows[g].first, rows[g].count);
    }
    xtr__sort(rows, groups, sizeof *rows, compare_rows);
    if (!cell) {
        mark_runs(flow, rows, groups, words, XTR__LINE_APART);
        mark_runs(flow, rows, groups, words, XTR__LINE_TABULAR);
    }
    *row_count = groups;
    return rows;
}

static void write_line(writer *w, const row *r, const uint32_t *words) {
    xtr__line *line = w->line;
    line->text = (uint32_t)w->out->text.count;
    line->stretches = (uint32_t)w->out->stretches.count;
    w->base = NULL;
    find_links(w);
    if (has_rtl(w->flow, words, r->count)) {
        if (w->flow->sheet->keeps_runs) {
            begin_run(w, line->x0, line->x1, line->y);
        }
        write_by_direction(w, words, r->count);
    } else {
        write_left_to_right(w, words, r->count);
    }
    end_run(w);
    end_word(w);
    line->text_size = (uint32_t)w->out->text.count - line->text;
    if (w->flow->glyphs[word_at(w->flow, words[0])->glyph].flags & XTR__GLYPH_SPACED) {
        line->flags |= XTR__LINE_SPACED;
    }
    if (line->stretch_count > 0 && !w->failed) {
        xtr__stretch *open = &w->out->stretches.items[w->out->stretches.count - 1];
        open->size = (uint32_t)w->out->text.count - open->at;
    }
}

bool xtr__make_lines(xtr__page_layout *out, const xtr__flow *flow) {
    xtr__budget *budget = flow->sheet->budget;
    uint32_t *words = xtr__scratch_take(flow->scratch, flow->word_count, sizeof *words);
    writer w = {.out = out, .flow = flow};
    w.links = xtr__scratch_take(flow->scratch, flow->sheet->links.count, sizeof(void *));
    if (words == NULL || w.links == NULL) {
        return false;
    }
    uint32_t leaf_base = out->lines.count > 0 ? out->lines.items[out->lines.count - 1].leaf + 1 : 0;
    for (uint32_t i = 0; i < flow->leaf_count; i++) {
        if (xtr__flow_stops(flow, i)) {
            return false;
        }
        uint32_t first = flow->leaves[i], end = flow->leaves[i + 1], row_count;
        uint32_t cell = flow->leaf_cells != NULL ? flow->leaf_cells[i] : 0;
        row *rows =
            find_rows(flow, flow->sequence + first, end - first, cell > 0, &row_count, words);
        if (rows == NULL) {
            return false;
        }
        if (cell > 0) {
            out->cells.items[cell - 1].first_line = (uint32_t)out->lines.count;
        }
        for (uint32_t k = 0; k < row_count && !w.failed; k++) {
            xtr__line *line = xtr__flow_stops(flow, k) ? NULL : XTR__PUSH(budget, &out->lines);
            if (line == NULL) {
                return false;
            }
            *line = rows[k].line;
            line->leaf = leaf_base + i;
            line->cell = cell;
            if (cell > 0) {
                out->cells.items[cell - 1].line_count++;
            }
            line->turn = flow->turn;
            line->pieces = (uint16_t)(rows[k].pieces < 1000 ? rows[k].pieces : 1000);
            w.line = line;
            xtr__tag_line(flow, line, &out->tagging, words + rows[k].first, rows[k].count);
            write_line(&w, &rows[k], words + rows[k].first);
        }
    }
    return !w.failed && !flow->scratch->failed;
}
