/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Words of a reading as glyphs of a sheet. */
#include "ocr/lines.h"

#include <math.h>
#include <string.h>

/* Body text is this large in print, in points; what is far from it comes without a resolution, or
 * a wrong one. */
#define LEAST_BODY 6.0F
#define MOST_BODY  16.0F
#define USUAL_BODY 10.0F

/* Below this hardly anything of a line is right. */
#define DOUBTFUL 0.4F

enum { BULLET = 0x2022 };

/** A reading on its way to a sheet. */
typedef struct transfer {
    xtr__sheet *sheet;
    const xtr__reading *reading;
    const xtr__read_line *line;
    uint32_t row;       /* of a line that begins with the first word */
    uint16_t font;      /* the plain one; the bold one follows */
    float x, y, dx, dy; /* from pixels of the reading to points of the sheet */
} transfer;

/* Lines ------------------------------------------------------------------------------------- */

/** How many characters of a text show, and are written without spaces. */
typedef struct tally {
    uint32_t visible, wide;
} tally;

static tally count_characters(const char *text, size_t size) {
    tally out = {0};
    for (size_t at = 0; at < size;) {
        uint32_t c = xtr__utf8_next(text, size, &at);
        out.visible += !xtr__is_space(c);
        out.wide += xtr__is_cjk(c);
    }
    return out;
}

static bool is_same_line(const xtr__read_word *a, const xtr__read_word *b) {
    return a->line == b->line && a->block == b->block && a->vertical == b->vertical;
}

/** Returns how many lines there are. */
static uint32_t find_lines(const xtr__reading *reading, xtr__read_line *out) {
    uint32_t count = 0, wide = 0;
    for (uint32_t i = 0; i < reading->words.count; i++) {
        const xtr__read_word *word = &reading->words.items[i];
        tally letters = count_characters(reading->text.items + word->text, word->text_size);
        if (i == 0 || !is_same_line(word - 1, word)) {
            out[count++] = (xtr__read_line){.first = i, .vertical = word->vertical};
            wide = 0;
        }
        xtr__read_line *line = &out[count - 1];
        line->end = i + 1;
        wide += letters.wide;
        line->letters += letters.visible;
        line->confidence += (float)letters.visible * word->confidence;
        line->wide = wide * 2 > line->letters;
    }
    for (uint32_t i = 0; i < count; i++)
        out[i].confidence /= (float)(out[i].letters > 0 ? out[i].letters : 1);
    return count;
}

/** The size that half of all letters do not exceed. */
static float body_of(const xtr__read_line *lines, uint32_t count) {
    float best = 0;
    uint64_t most = 0;
    for (uint32_t i = 0; i < count && i < 4096; i++) {
        uint64_t letters = 0;
        if (lines[i].size == best)
            continue;
        for (uint32_t k = 0; k < count && k < 4096; k++)
            letters += lines[k].size == lines[i].size ? lines[k].letters : 0;
        if (letters > most) {
            most = letters;
            best = lines[i].size;
        }
    }
    return best;
}

/* Words ------------------------------------------------------------------------------------- */

/** Where a word stands along its line, and its baseline at both ends, in points of text that runs
 *  to the right. */
typedef struct spot {
    float x0, x1, left, right;
} spot;

/** Backends are not all to be trusted: a length between two others, whatever it was. */
static float within(float value, float least, float most) {
    return value > least ? fminf(value, most) : least;
}

static xtr_box clean_box(const xtr__reading *reading, xtr_box box) {
    float width = (float)reading->width, height = (float)reading->height;
    float x0 = within(box.x0, 0, width), y0 = within(box.y0, 0, height);
    return (xtr_box){x0, y0, within(box.x1, x0, width), within(box.y1, y0, height)};
}

static spot spot_of(const transfer *t, const xtr__read_word *word) {
    xtr_box b = clean_box(t->reading, word->box);
    if (word->vertical) {
        float middle = t->x + (b.x0 + b.x1) / 2 * t->dx;
        float base = t->sheet->width - middle + 0.35F * t->line->size * t->dx;
        return (spot){t->y + b.y0 * t->dy, t->y + b.y1 * t->dy, base, base};
    }
    float lowest = b.y1 + (b.y1 - b.y0);
    return (spot){t->x + b.x0 * t->dx, t->x + b.x1 * t->dx,
                  t->y + within(word->baseline_left, b.y0, lowest) * t->dy,
                  t->y + within(word->baseline_right, b.y0, lowest) * t->dy};
}

static uint32_t first_char(const xtr__reading *reading, const xtr__read_word *word) {
    size_t at = 0;
    return xtr__utf8_next(reading->text.items + word->text, word->text_size, &at);
}

static uint32_t last_char(const xtr__reading *reading, const xtr__read_word *word) {
    return xtr__utf8_last(reading->text.items + word->text, word->text_size);
}

/** Quotation marks, dashes and dots are those of the text around them. */
static bool needs_no_space(const transfer *t, uint32_t c) {
    bool sign = (c >= 0x2010 && c <= 0x2027) || c == 0xb7 ||
                (c < 128 && c > ' ' && !xtr__is_letter(c) && !xtr__is_digit(c));
    return xtr__is_cjk(c) || (t->line->wide && sign);
}

/** Text without spaces comes in words as well. */
static bool goes_on(const transfer *t, const xtr__read_word *a, const xtr__read_word *b) {
    return needs_no_space(t, last_char(t->reading, a)) &&
           needs_no_space(t, first_char(t->reading, b));
}

/** The places of two neighbours with room for a space between, or with none. */
static void part(const transfer *t, const xtr__read_word *a, const xtr__read_word *b, spot *left,
                 spot *right) {
    float em = t->line->size * t->dy, gap = right->x0 - left->x1;
    float middle = (left->x1 + right->x0) / 2;
    if (goes_on(t, a, b)) {
        if (gap < 0.9F * em)
            left->x1 = right->x0 = fmaxf(left->x0, fminf(middle, right->x1));
    } else if (gap < 0.2F * em) {
        left->x1 = fmaxf((left->x0 + left->x1) / 2, middle - 0.1F * em);
        right->x0 = fminf((right->x0 + right->x1) / 2, middle + 0.1F * em);
    }
}

static bool is_rtl(const char *text, size_t size) {
    for (size_t at = 0; at < size;) {
        if (xtr__is_rtl(xtr__utf8_next(text, size, &at)))
            return true;
    }
    return false;
}

/* Glyphs ------------------------------------------------------------------------------------ */

static bool add_codepoint(const transfer *t, uint32_t c) {
    xtr__sheet *sheet = t->sheet;
    uint32_t *row = NULL;
    while (sheet->rows.count <= sheet->codepoints.count) {
        row = XTR__PUSH(sheet->budget, &sheet->rows);
        if (!row)
            return false;
        *row = 0;
    }
    uint32_t *codepoint = row ? XTR__PUSH(sheet->budget, &sheet->codepoints) : NULL;
    if (codepoint) {
        *codepoint = c;
        *row = t->row + t->line->first;
    }
    return codepoint != NULL;
}

static xtr__glyph *add_glyph(const transfer *t) {
    xtr__glyph *glyph = XTR__PUSH(t->sheet->budget, &t->sheet->glyphs);
    if (glyph)
        *glyph = (xtr__glyph){.size = t->line->size * t->dy,
                              .text = (uint32_t)t->sheet->codepoints.count - 1,
                              .count = 1,
                              .font = (uint16_t)(t->font + t->line->bold),
                              .turn = t->line->vertical,
                              .flags = t->line->confidence < DOUBTFUL ? XTR__GLYPH_DOUBTFUL : 0};
    return glyph;
}

/** Letters share the width of their word. */
static void spread(xtr__glyph *glyphs, uint32_t count, const spot *at, bool backwards) {
    float step = (at->x1 - at->x0) / (float)count, slope = (at->right - at->left) / (float)count;
    for (uint32_t i = 0; i < count; i++) {
        float index = (float)(backwards ? count - 1 - i : i);
        glyphs[i].x0 = at->x0 + step * index;
        glyphs[i].x1 = at->x0 + step * (index + 1);
        glyphs[i].y = at->left + slope * (index + 0.5F);
    }
}

static bool add_word(const transfer *t, const xtr__read_word *word, const spot *at, bool spaced) {
    const char *text = t->reading->text.items + word->text;
    bool bullet = t->line->bullet && word == &t->reading->words.items[t->line->first];
    bool rtl = is_rtl(text, word->text_size);
    size_t first = t->sheet->glyphs.count;
    for (size_t i = 0; i < word->text_size;) {
        uint32_t c = xtr__utf8_next(text, word->text_size, &i);
        bool joins = t->sheet->glyphs.count > first && xtr__is_mark(c);
        if (xtr__is_space(c))
            continue;
        if (!add_codepoint(t, bullet ? BULLET : rtl ? xtr__mirror(c) : c))
            return false;
        xtr__glyph *glyph = joins ? &t->sheet->glyphs.items[t->sheet->glyphs.count - 1] : NULL;
        if (glyph && glyph->count < UINT16_MAX)
            glyph->count++;
        else if (!add_glyph(t))
            return false;
    }
    uint32_t count = (uint32_t)(t->sheet->glyphs.count - first);
    if (count > 0) {
        xtr__glyph *glyphs = t->sheet->glyphs.items + first;
        spread(glyphs, count, at, rtl);
        glyphs->flags |= spaced ? XTR__GLYPH_SPACED : 0;
    }
    return true;
}

/** Whether a word is a ruled line that was read as a sign. */
static bool is_rule(const xtr__reading *reading, const xtr__read_word *word) {
    uint32_t c = first_char(reading, word);
    bool down = c == '|', across = c == '-' || c == '_' || c == 0x2014 || c == 0x4e00;
    if ((!down && !across) ||
        count_characters(reading->text.items + word->text, word->text_size).visible != 1)
        return false;
    const xtr_box *b = &word->box;
    for (size_t i = 0; i < reading->rules.count; i++) {
        const xtr__segment *rule = &reading->rules.items[i];
        float x = fminf(rule->x1, b->x1) - fmaxf(rule->x0, b->x0);
        float y = fminf(rule->y1, b->y1) - fmaxf(rule->y0, b->y0);
        if (x >= 0 && y >= 0 && (down ? y > 0.5F * (b->y1 - b->y0) : x > 0.5F * (b->x1 - b->x0)))
            return true;
    }
    return false;
}

static bool add_line(transfer *t, const xtr__read_line *line) {
    const xtr__read_word *words = t->reading->words.items;
    t->line = line;
    spot last = {0}, at = spot_of(t, &words[line->first]);
    for (uint32_t i = line->first; i < line->end; i++) {
        bool more = i + 1 < line->end;
        spot next = more ? spot_of(t, &words[i + 1]) : last;
        if (more && next.x0 >= at.x0)
            part(t, &words[i], &words[i + 1], &at, &next);
        else if (more)
            part(t, &words[i + 1], &words[i], &next, &at);
        bool spaced = i == line->first || !goes_on(t, &words[i - 1], &words[i]);
        if (!is_rule(t->reading, &words[i]) && !add_word(t, &words[i], &at, spaced))
            return false;
        at = next;
    }
    return true;
}

/* Rules ------------------------------------------------------------------------------------- */

static bool is_blank(const xtr__reading *reading, const xtr__read_word *word) {
    return count_characters(reading->text.items + word->text, word->text_size).visible == 0;
}

/** Whether a rule is a stroke of a large letter: it keeps inside of a word. */
static bool is_lettering(const xtr__reading *reading, const xtr__segment *rule) {
    float least = 0.9F * (rule->x1 - rule->x0 + rule->y1 - rule->y0);
    for (size_t i = 0; i < reading->words.count; i++) {
        const xtr__read_word *word = &reading->words.items[i];
        const xtr_box *b = &word->box;
        float x = fminf(rule->x1, b->x1) - fmaxf(rule->x0, b->x0);
        float y = fminf(rule->y1, b->y1) - fmaxf(rule->y0, b->y0);
        if (x >= 0 && y >= 0 && fmaxf(x, y) > least && word->confidence > 0.5F &&
            !is_blank(reading, word) && !is_rule(reading, word))
            return true;
    }
    return false;
}

static bool add_rule(const transfer *t, const xtr__segment *rule) {
    xtr__sheet *sheet = t->sheet;
    xtr_box at = clean_box(t->reading, (xtr_box){rule->x0, rule->y0, rule->x1, rule->y1});
    xtr__segment *out = XTR__PUSH(sheet->budget, &sheet->segments);
    if (!out)
        return false;
    *out = (xtr__segment){t->x + at.x0 * t->dx, t->y + at.y0 * t->dy, t->x + at.x1 * t->dx,
                          t->y + at.y1 * t->dy};
    if (out->x1 - out->x0 < 20 || out->x1 - out->x0 < out->y1 - out->y0)
        return true;
    xtr__area *bar = XTR__PUSH(sheet->budget, &sheet->bars);
    if (bar)
        *bar = (xtr__area){{out->x0, out->y0, out->x1, out->y1}, XTR__NO_URL};
    return bar != NULL;
}

/* Sheet ------------------------------------------------------------------------------------- */

static bool add_fonts(xtr__sheet *sheet) {
    xtr__font *fonts[2];
    for (int i = 0; i < 2; i++) {
        fonts[i] = XTR__PUSH(sheet->budget, &sheet->fonts);
        if (!fonts[i])
            return false;
        *fonts[i] = (xtr__font){.flags = i ? XTR__FONT_BOLD : 0};
    }
    return true;
}

/** Chooses the unit of an empty sheet. */
static void set_unit(xtr__sheet *sheet, float body) {
    if (sheet->glyphs.count || body <= 0 || (body >= LEAST_BODY && body <= MOST_BODY))
        return;
    sheet->unit = body / USUAL_BODY;
    sheet->width /= sheet->unit;
    sheet->height /= sheet->unit;
}

static bool fill(transfer *t, const xtr__read_line *lines, uint32_t count) {
    const xtr__reading *reading = t->reading;
    for (uint32_t i = 0; i < count; i++) {
        if (!add_line(t, &lines[i]))
            return false;
    }
    for (size_t i = 0; i < reading->rules.count; i++) {
        if (!is_lettering(reading, &reading->rules.items[i]) &&
            !add_rule(t, &reading->rules.items[i]))
            return false;
    }
    return true;
}

bool xtr__ocr_fill_sheet(xtr__sheet *sheet, const xtr__reading *reading, xtr_box place) {
    if (!reading->words.count || !reading->width || !reading->height)
        return true;
    xtr__read_line *lines =
        xtr__budget_resize(sheet->budget, NULL, reading->words.count * sizeof *lines);
    if (!lines || !add_fonts(sheet)) {
        xtr__budget_resize(sheet->budget, lines, 0);
        return false;
    }
    uint32_t count = find_lines(reading, lines);
    xtr__size_lines(reading, lines, count);
    float body = body_of(lines, count);
    xtr__weigh_lines(reading, lines, count, body);
    xtr__find_bullets(reading, lines, count);
    float dx = (place.x1 - place.x0) / (float)reading->width;
    float dy = (place.y1 - place.y0) / (float)reading->height;
    set_unit(sheet, body * dy);
    transfer t = {.sheet = sheet,
                  .reading = reading,
                  .row = (uint32_t)sheet->codepoints.count + 1,
                  .font = (uint16_t)(sheet->fonts.count - 2),
                  .x = place.x0 / sheet->unit,
                  .y = place.y0 / sheet->unit,
                  .dx = dx / sheet->unit,
                  .dy = dy / sheet->unit};
    bool whole = fill(&t, lines, count);
    xtr__budget_resize(sheet->budget, lines, 0);
    return whole;
}
