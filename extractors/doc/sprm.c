/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Changes of properties (2.2.5): a code, which says how large its operand is, and the operand.
 * Those of Word 6 have codes of one byte; they are read as those of Word 97 that mean the same. */
#include "doc/doc.h"

#include <string.h>

enum { /* 2.6 */
       PARAGRAPH_STYLE = 0x4600,
       IN_TABLE = 0x2416,
       ROW_END = 0x2417,
       DEPTH = 0x6649,
       DEEPER = 0x664A,
       INNER_CELL = 0x244B,
       INNER_ROW_END = 0x244C,
       OUTLINE = 0x2640,
       LEVEL = 0x260A,
       LIST = 0x460B,
       LEFT = 0x840F,
       LEFT_NEW = 0x845E,
       FIRST = 0x8411,
       FIRST_NEW = 0x8460,
       HUGE_PARAGRAPH = 0x6646,
       HUGE_PARAGRAPH_OLD = 0x6645,
       TABLE_PROPERTIES = 0x646B,

       BOLD = 0x0835,
       ITALIC = 0x0836,
       STRIKE = 0x0837,
       CAPITALS = 0x083B,
       HIDDEN = 0x083C,
       DOUBLE_STRIKE = 0x2A53,
       RAISED = 0x2A48,
       DELETED = 0x0800,
       SPECIAL = 0x0855,
       FIELD_HIDDEN = 0x0802,
       CHARACTER_STYLE = 0x4A30,
       PLAIN = 0x2A33,
       FONT = 0x4A4F,
       SYMBOL = 0x6A09,

       TABLE_DEFINITION = 0xD608,
       TABLE_DEFINITION_OLD = 0xD606,
       TABLE_HEADER = 0x3404,
       VERTICAL_MERGE = 0xD62B,
       MERGE = 0x5624,
       TABS = 0xC615,
};

/* Codes of Word 6 up to the last that matters: how large the operand is (VARIABLE: a byte says it,
 * WORDS: two bytes) and what they mean. */
enum { VARIABLE = 100, WORDS = 101 };
static const struct {
    uint8_t size;
    uint16_t code;
} old_sprms[] = {
    [2] = {2, PARAGRAPH_STYLE},
    [3] = {VARIABLE, 0},
    [4] = {1, 0},
    [5] = {1, 0},
    [6] = {1, 0},
    [7] = {1, 0},
    [8] = {1, 0},
    [9] = {1, 0},
    [10] = {1, 0},
    [11] = {1, 0},
    [12] = {VARIABLE, 0},
    [13] = {1, LEVEL},
    [14] = {1, 0},
    [15] = {VARIABLE, 0},
    [16] = {2, 0},
    [17] = {2, LEFT},
    [18] = {2, 0},
    [19] = {2, FIRST},
    [20] = {4, 0},
    [21] = {2, 0},
    [22] = {2, 0},
    [23] = {VARIABLE, 0},
    [24] = {1, IN_TABLE},
    [25] = {1, ROW_END},
    [26] = {2, 0},
    [27] = {2, 0},
    [28] = {2, 0},
    [29] = {1, 0},
    [30] = {2, 0},
    [31] = {2, 0},
    [32] = {2, 0},
    [33] = {2, 0},
    [34] = {2, 0},
    [35] = {2, 0},
    [36] = {2, 0},
    [37] = {1, 0},
    [38] = {2, 0},
    [39] = {2, 0},
    [40] = {2, 0},
    [41] = {2, 0},
    [42] = {2, 0},
    [43] = {2, 0},
    [44] = {1, 0},
    [45] = {2, 0},
    [46] = {2, 0},
    [47] = {2, 0},
    [48] = {2, 0},
    [49] = {2, 0},
    [50] = {1, 0},
    [51] = {1, 0},
    [65] = {1, DELETED},
    [66] = {1, 0},
    [67] = {1, 0},
    [68] = {VARIABLE, 0},
    [69] = {2, 0},
    [70] = {4, 0},
    [71] = {1, 0},
    [72] = {2, 0},
    [73] = {3, 0},
    [74] = {VARIABLE, SYMBOL},
    [75] = {1, 0},
    [80] = {2, CHARACTER_STYLE},
    [81] = {VARIABLE, 0},
    [82] = {VARIABLE, 0},
    [83] = {0, PLAIN},
    [85] = {1, BOLD},
    [86] = {1, ITALIC},
    [87] = {1, STRIKE},
    [88] = {1, 0},
    [89] = {1, 0},
    [90] = {1, 0},
    [91] = {1, CAPITALS},
    [92] = {1, HIDDEN},
    [93] = {2, FONT},
    [94] = {1, 0},
    [95] = {3, 0},
    [96] = {2, 0},
    [97] = {2, 0},
    [98] = {1, 0},
    [99] = {2, 0},
    [100] = {1, 0},
    [101] = {2, 0},
    [102] = {1, 0},
    [103] = {VARIABLE, 0},
    [104] = {1, RAISED},
    [105] = {VARIABLE, 0},
    [106] = {VARIABLE, 0},
    [107] = {2, 0},
    [108] = {VARIABLE, 0},
    [109] = {2, 0},
    [110] = {2, 0},
    [117] = {1, SPECIAL},
    [118] = {1, 0},
    [182] = {2, 0},
    [183] = {2, 0},
    [184] = {2, 0},
    [185] = {1, 0},
    [186] = {1, TABLE_HEADER},
    [187] = {12, 0},
    [188] = {WORDS, 0},
    [189] = {2, 0},
    [190] = {WORDS, TABLE_DEFINITION},
};

static bool next_old(changes *from, sprm *out) {
    bytes sprms = from->sprms;
    unsigned code = doc_u8(sprms, from->at);
    if (code >= sizeof old_sprms / sizeof *old_sprms ||
        (!old_sprms[code].size && !old_sprms[code].code))
        return false;
    size_t size = old_sprms[code].size;
    size_t begin = from->at + 1;
    if (size == VARIABLE)
        size = doc_u8(sprms, begin++);
    if (size == WORDS) {
        size = doc_u16(sprms, begin);
        size = size ? size - 1 : 0;
        begin += 2;
    }
    *out = (sprm){old_sprms[code].code, doc_part(sprms, begin, size)};
    from->at = begin + size;
    return true;
}

static bool next_new(changes *from, sprm *out) {
    static const uint8_t sizes[] = {1, 1, 2, 4, 2, 2, 0, 3}; /* by spra; 0: variable */
    bytes sprms = from->sprms;
    uint16_t code = doc_u16(sprms, from->at);
    size_t begin = from->at + 2;
    size_t size = sizes[code >> 13];
    if (code == TABLE_DEFINITION || code == TABLE_DEFINITION_OLD) {
        size = doc_u16(sprms, begin);
        size = size ? size - 1 : 0;
        begin += 2;
    } else if (!size) {
        size = doc_u8(sprms, begin++);
        /* Too many tabs for a byte: counts of those to go, then of those to come. */
        if (code == TABS && size == 255) {
            size_t gone = doc_u8(sprms, begin);
            size = 1 + 4 * gone + 1;
            size += 3 * (size_t)doc_u8(sprms, begin + size - 1);
        }
    }
    *out = (sprm){code, doc_part(sprms, begin, size)};
    from->at = begin + size;
    return true;
}

/* The next change; false at the end. A list that all text may name is read for each run of it, so
 * it has a limit; there are fewer kinds of changes. */
bool doc_next_sprm(doc *d, changes *from, sprm *out) {
    enum { MOST_CHANGES = 512 };
    size_t least = d->old ? 1 : 3;
    if (from->sprms.size < least || from->at > from->sprms.size - least)
        return false;
    d->cut = d->cut || from->count == MOST_CHANGES;
    return from->count++ < MOST_CHANGES && (d->old ? next_old(from, out) : next_new(from, out));
}

/* Paragraphs -------------------------------------------------------------------------------- */

/* Changes that are too long for their page are in the stream Data. */
static bytes huge(const doc *d, bytes operand) {
    uint32_t at = doc_u32(operand, 0);
    return doc_part(d->data, (size_t)at + 2, doc_u16(d->data, at));
}

static int clamp(int value, int most) {
    return value < 0 ? 0 : value < most ? value : most;
}

static void apply_one(paragraph *p, const sprm *s) {
    bytes o = s->operand;
    switch (s->code) {
    case IN_TABLE:
        p->in_table = doc_u8(o, 0) != 0;
        break;
    case ROW_END:
        p->row_end = doc_u8(o, 0) != 0;
        break;
    case DEPTH:
        p->depth = clamp((int32_t)doc_u32(o, 0), 100);
        break;
    case DEEPER:
        p->depth = clamp(p->depth + clamp((int32_t)doc_u32(o, 0), 100), 100);
        break;
    case INNER_CELL:
        p->inner_cell = doc_u8(o, 0) != 0;
        break;
    case INNER_ROW_END:
        p->inner_row_end = doc_u8(o, 0) != 0;
        break;
    case OUTLINE:
        p->outline = clamp(doc_u8(o, 0), NO_OUTLINE);
        break;
    case LEVEL:
        p->level = clamp(doc_u8(o, 0), XTR__LIST_LEVELS - 1);
        break;
    case LIST:
        p->list = (int16_t)doc_u16(o, 0);
        break;
    case LEFT:
    case LEFT_NEW:
        p->left = (int16_t)doc_u16(o, 0);
        break;
    case FIRST:
    case FIRST_NEW:
        p->first = (int16_t)doc_u16(o, 0);
        break;
    default:
        break;
    }
}

enum { MOST_HUGE = 2 }; /* writers have one of paragraphs and one of tables */

static bool is_huge(const sprm *s) {
    return s->code == HUGE_PARAGRAPH || s->code == HUGE_PARAGRAPH_OLD ||
           s->code == TABLE_PROPERTIES;
}

void doc_apply_paragraph(doc *d, paragraph *p, bytes sprms) {
    sprm s, inner;
    unsigned huges = 0;
    for (changes c = {.sprms = sprms}; doc_next_sprm(d, &c, &s);) {
        apply_one(p, &s);
        if (!is_huge(&s) || huges++ >= MOST_HUGE)
            continue;
        for (changes more = {.sprms = huge(d, s.operand)}; doc_next_sprm(d, &more, &inner);)
            apply_one(p, &inner);
    }
}

/* Characters -------------------------------------------------------------------------------- */

/* Off, on, as the style, or the opposite of it. */
static bool toggled(bytes operand, bool of_style) {
    unsigned value = doc_u8(operand, 0);
    return value == 0x80 ? of_style : value == 0x81 ? !of_style : value != 0;
}

static void set(character *c, const character *of_style, unsigned flag, bytes operand) {
    bool on = toggled(operand, (of_style->styles & flag) != 0);
    c->styles = on ? c->styles | flag : c->styles & ~flag;
}

static void apply_character(character *c, const character *of_style, const sprm *s) {
    static const struct {
        uint16_t code;
        unsigned flag;
    } flags[] = {{BOLD, XTR_BOLD},
                 {ITALIC, XTR_ITALIC},
                 {STRIKE, XTR_STRIKE},
                 {DOUBLE_STRIKE, XTR_STRIKE},
                 {CAPITALS, XTR__PROSE_CAPITALS}};
    bytes o = s->operand;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (flags[i].code == s->code)
            set(c, of_style, flags[i].flag, o);
    }
    switch (s->code) {
    case HIDDEN:
        c->hidden = toggled(o, of_style->hidden);
        break;
    case DELETED:
        c->deleted = doc_u8(o, 0) != 0;
        break;
    case SPECIAL:
        c->special = doc_u8(o, 0) != 0;
        break;
    case RAISED:
        c->styles &= ~(unsigned)(XTR_SUPERSCRIPT | XTR_SUBSCRIPT);
        c->styles |= doc_u8(o, 0) == 1 ? XTR_SUPERSCRIPT : doc_u8(o, 0) == 2 ? XTR_SUBSCRIPT : 0;
        break;
    case FONT:
        c->font = doc_u16(o, 0);
        break;
    case SYMBOL:
        c->has_symbol = c->special = true;
        c->symbol_font = doc_u16(o, 0);
        c->symbol = o.size == 3 ? doc_u8(o, 2) : doc_u16(o, 2);
        break;
    case PLAIN:
        *c = (character){.special = c->special, .styles = of_style->styles};
        break;
    default:
        break;
    }
}

void doc_apply_character(doc *d, character *c, const character *of_style, bytes sprms) {
    enum { MOST_STYLES = 2 }; /* writers name one */
    sprm s, inner;
    unsigned styles = 0;
    for (changes own = {.sprms = sprms}; doc_next_sprm(d, &own, &s);) {
        if (s.code != CHARACTER_STYLE) {
            apply_character(c, of_style, &s);
            continue;
        }
        d->cut = d->cut || styles == MOST_STYLES;
        const style *named = styles++ < MOST_STYLES ? doc_style(d, doc_u16(s.operand, 0)) : NULL;
        changes of_named = {.sprms = named && named->kind == 2 ? named->of_character : (bytes){0}};
        while (doc_next_sprm(d, &of_named, &inner))
            apply_character(c, of_style, &inner);
    }
}

/* Rows -------------------------------------------------------------------------------------- */

static size_t define_row(const doc *d, bytes o, xtr__prose_cell cells[MOST_CELLS]) {
    size_t count = doc_u8(o, 0);
    size_t entry = d->old ? 10 : 20; /* of a TC80 (2.9.316) */
    count = count < MOST_CELLS ? count : MOST_CELLS;
    size_t kinds = 1 + 2 * ((size_t)doc_u8(o, 0) + 1);
    for (size_t i = 0; i < count; i++) {
        unsigned flags = doc_u16(o, kinds + entry * i);
        cells[i] = (xtr__prose_cell){.right = (int16_t)doc_u16(o, 1 + 2 * (i + 1)),
                                     .joins_left = (flags & 3) == 2,
                                     .joins_above = (flags & 0x60) == 0x20};
    }
    return count;
}

static void merge(bytes o, xtr__prose_cell cells[MOST_CELLS], size_t count) {
    for (size_t i = (size_t)doc_u8(o, 0) + 1; i < doc_u8(o, 1) && i < count; i++)
        cells[i].joins_left = true;
}

static size_t row_cells(doc *d, bytes sprms, xtr__prose_cell cells[MOST_CELLS], bool *header,
                        bool within) {
    size_t count = 0;
    unsigned huges = within ? MOST_HUGE : 0;
    sprm s;
    for (changes c = {.sprms = sprms}; doc_next_sprm(d, &c, &s);) {
        if (s.code == TABLE_DEFINITION)
            count = define_row(d, s.operand, cells);
        else if (s.code == TABLE_HEADER)
            *header = doc_u8(s.operand, 0) != 0;
        else if (s.code == MERGE)
            merge(s.operand, cells, count);
        else if (s.code == VERTICAL_MERGE && doc_u8(s.operand, 0) < count)
            cells[doc_u8(s.operand, 0)].joins_above = doc_u8(s.operand, 1) == 1;
        else if (is_huge(&s) && huges++ < MOST_HUGE) {
            size_t found = row_cells(d, huge(d, s.operand), cells, header, true);
            count = found ? found : count;
        }
    }
    return count;
}

/* The cells of the row that a mark with these changes ends. */
size_t doc_row_cells(doc *d, bytes sprms, xtr__prose_cell cells[MOST_CELLS], bool *header) {
    *header = false;
    return row_cells(d, sprms, cells, header, false);
}
