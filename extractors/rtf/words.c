/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Control words: what each does to the group it is in. */
#include "rtf/rtf.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 1024 };

typedef enum action {
    CHARACTER, /* argument: the character */
    GROUP,     /* a destination */
    ASIDE,     /* argument: the kind */
    FACT,      /* key */
    STYLE,     /* a flag of xtr_style, off with 0 */
    CODEPAGE,
    FONT,
    NOTE_FORMAT, /* argument: the format; of end notes with 256 added */
    LEVEL,       /* a property of a level of a list */
    TIME,        /* argument: the place in rtf.time */
    /* Argument: one of enum special */
    END,
    OF_PARAGRAPH,
    OF_ROW,
    OF_FONT,
    OF_LIST,
    SPECIAL,
} action;

enum special {
    PARAGRAPH,
    ROW,
    CELL,
    INNER_ROW,
    INNER_CELL,
    BREAK, /* of a page or column */
    PARD,
    PLAIN,
    UNICODE,
    UC,
    HIDDEN,
    DELETED,
    CAPITALS,
    NO_SUPER,
    STYLE_NUMBER,
    OUTLINE,
    LIST_NUMBER,
    LIST_LEVEL,
    IN_TABLE,
    TABLE_DEPTH,
    LEFT,
    FIRST,
    ROW_DEFAULTS,
    CELL_RIGHT,
    CELL_LEFT_JOIN,
    CELL_TOP_JOIN,
    ROW_HEADER,
    FONT_CHARSET,
    FONT_CODEPAGE,
    DEFAULT_FONT,
    NOTE_MARK,
    PICTURE_FORMAT,
    LIST,
    LIST_LEVEL_NEW,
    LIST_ID,
    OVERRIDE,
    BIN,
};

typedef struct word {
    const char *name;
    action action;
    int argument;
    const char *text;
} word;

struct words {
    uint16_t slots[SLOTS]; /* 1 + the index */
};

static const word table[] = {
    {"par", END, PARAGRAPH, 0},
    {"sect", END, PARAGRAPH, 0},
    {"row", END, ROW, 0},
    {"cell", END, CELL, 0},
    {"nestrow", END, INNER_ROW, 0},
    {"nestcell", END, INNER_CELL, 0},
    {"page", END, BREAK, 0},
    {"column", END, BREAK, 0},
    {"pard", SPECIAL, PARD, 0},
    {"plain", SPECIAL, PLAIN, 0},
    {"u", SPECIAL, UNICODE, 0},
    {"uc", SPECIAL, UC, 0},
    {"v", SPECIAL, HIDDEN, 0},
    {"deleted", SPECIAL, DELETED, 0},
    {"caps", SPECIAL, CAPITALS, 0},
    {"nosupersub", SPECIAL, NO_SUPER, 0},
    {"s", OF_PARAGRAPH, STYLE_NUMBER, 0},
    {"outlinelevel", OF_PARAGRAPH, OUTLINE, 0},
    {"ls", OF_PARAGRAPH, LIST_NUMBER, 0},
    {"ilvl", OF_PARAGRAPH, LIST_LEVEL, 0},
    {"intbl", OF_PARAGRAPH, IN_TABLE, 0},
    {"itap", OF_PARAGRAPH, TABLE_DEPTH, 0},
    {"li", OF_PARAGRAPH, LEFT, 0},
    {"fi", OF_PARAGRAPH, FIRST, 0},
    {"trowd", OF_ROW, ROW_DEFAULTS, 0},
    {"cellx", OF_ROW, CELL_RIGHT, 0},
    {"clmrg", OF_ROW, CELL_LEFT_JOIN, 0},
    {"clvmrg", OF_ROW, CELL_TOP_JOIN, 0},
    {"trhdr", OF_ROW, ROW_HEADER, 0},
    {"fcharset", OF_FONT, FONT_CHARSET, 0},
    {"cpg", OF_FONT, FONT_CODEPAGE, 0},
    {"deff", OF_FONT, DEFAULT_FONT, 0},
    {"field", GROUP, TO_FIELD, 0},
    {"fldrslt", GROUP, TO_RESULT, 0},
    {"chftn", SPECIAL, NOTE_MARK, 0},
    {"footnote", GROUP, TO_NOTE, 0},
    {"upr", GROUP, TO_UPR, 0},
    {"ud", GROUP, TO_UD, 0},
    {"list", OF_LIST, LIST, 0},
    {"listlevel", OF_LIST, LIST_LEVEL_NEW, 0},
    {"listid", OF_LIST, LIST_ID, 0},
    {"listoverride", OF_LIST, OVERRIDE, 0},
    {"bin", SPECIAL, BIN, 0},
    {"pngblip", SPECIAL, PICTURE_FORMAT, "png"},
    {"jpegblip", SPECIAL, PICTURE_FORMAT, "jpeg"},
    {"emfblip", SPECIAL, PICTURE_FORMAT, "emf"},
    {"wmetafile", SPECIAL, PICTURE_FORMAT, "wmf"},
    {"dibitmap", SPECIAL, PICTURE_FORMAT, "bmp"},
    {"macpict", SPECIAL, PICTURE_FORMAT, "pict"},

    {"tab", CHARACTER, '\t', 0},
    {"line", CHARACTER, '\n', 0},
    {"softline", CHARACTER, '\n', 0},
    {"lbr", CHARACTER, '\n', 0},
    {"emdash", CHARACTER, 0x2014, 0},
    {"endash", CHARACTER, 0x2013, 0},
    {"emspace", CHARACTER, 0x2003, 0},
    {"enspace", CHARACTER, 0x2002, 0},
    {"qmspace", CHARACTER, 0x2005, 0},
    {"bullet", CHARACTER, 0x2022, 0},
    {"lquote", CHARACTER, 0x2018, 0},
    {"rquote", CHARACTER, 0x2019, 0},
    {"ldblquote", CHARACTER, 0x201C, 0},
    {"rdblquote", CHARACTER, 0x201D, 0},
    {"ltrmark", CHARACTER, 0x200E, 0},
    {"rtlmark", CHARACTER, 0x200F, 0},
    {"zwj", CHARACTER, 0x200D, 0},
    {"zwnj", CHARACTER, 0x200C, 0},

    {"b", STYLE, XTR_BOLD, 0},
    {"i", STYLE, XTR_ITALIC, 0},
    {"strike", STYLE, XTR_STRIKE, 0},
    {"striked", STYLE, XTR_STRIKE, 0},
    {"super", STYLE, XTR_SUPERSCRIPT, 0},
    {"sub", STYLE, XTR_SUBSCRIPT, 0},

    {"ansi", CODEPAGE, 1252, 0},
    {"mac", CODEPAGE, 10000, 0},
    {"pc", CODEPAGE, 437, 0},
    {"pca", CODEPAGE, 850, 0},
    {"ansicpg", CODEPAGE, 0, 0},
    {"f", FONT, 0, 0},

    {"fonttbl", GROUP, TO_FONTS, 0},
    {"stylesheet", GROUP, TO_STYLES, 0},
    {"listtable", GROUP, TO_LISTS, 0},
    {"listoverridetable", GROUP, TO_OVERRIDES, 0},
    {"leveltext", GROUP, TO_LEVEL_TEXT, 0},
    {"info", GROUP, TO_INFO, 0},
    {"fldinst", GROUP, TO_INSTRUCTION, 0},
    {"listtext", GROUP, TO_MARKER, 0},
    {"pntext", GROUP, TO_MARKER, 0},
    {"pict", GROUP, TO_PICTURE, 0},
    {"atnauthor", GROUP, TO_AUTHOR, 0},
    {"nesttableprops", GROUP, TO_INNER_ROW, 0},
    {"shp", GROUP, TO_SHAPE, 0},
    {"shpinst", GROUP, TO_SHAPE, 0},
    {"do", GROUP, TO_SHAPE, 0},
    {"object", GROUP, TO_SHAPE, 0},
    {"result", GROUP, TO_BODY, 0},
    {"shppict", GROUP, TO_BODY, 0},
    {"moMath", GROUP, TO_BODY, 0},
    {"moMathPara", GROUP, TO_BODY, 0},
    {"mmath", GROUP, TO_BODY, 0},

    {"shptxt", ASIDE, XTR__ASIDE_BOX, 0},
    {"dptxbxtext", ASIDE, XTR__ASIDE_BOX, 0},
    {"annotation", ASIDE, XTR__ASIDE_COMMENT, 0},
    {"header", ASIDE, XTR__ASIDE_HEADER, 0},
    {"headerl", ASIDE, XTR__ASIDE_HEADER, 0},
    {"headerr", ASIDE, XTR__ASIDE_HEADER, 0},
    {"headerf", ASIDE, XTR__ASIDE_HEADER, 0},
    {"footer", ASIDE, XTR__ASIDE_FOOTER, 0},
    {"footerl", ASIDE, XTR__ASIDE_FOOTER, 0},
    {"footerr", ASIDE, XTR__ASIDE_FOOTER, 0},
    {"footerf", ASIDE, XTR__ASIDE_FOOTER, 0},

    /* Passed over without an asterisk. */
    {"colortbl", GROUP, TO_NOTHING, 0},
    {"filetbl", GROUP, TO_NOTHING, 0},
    {"revtbl", GROUP, TO_NOTHING, 0},
    {"nonshppict", GROUP, TO_NOTHING, 0},
    {"shprslt", GROUP, TO_NOTHING, 0},
    {"nonesttables", GROUP, TO_NOTHING, 0},
    {"objdata", GROUP, TO_NOTHING, 0},
    {"objclass", GROUP, TO_NOTHING, 0},
    {"objname", GROUP, TO_NOTHING, 0},
    {"xe", GROUP, TO_NOTHING, 0},
    {"tc", GROUP, TO_NOTHING, 0},
    {"tcn", GROUP, TO_NOTHING, 0},
    {"rxe", GROUP, TO_NOTHING, 0},
    {"txe", GROUP, TO_NOTHING, 0},
    {"bkmkstart", GROUP, TO_NOTHING, 0},
    {"bkmkend", GROUP, TO_NOTHING, 0},
    {"fchars", GROUP, TO_NOTHING, 0},
    {"lchars", GROUP, TO_NOTHING, 0},
    {"levelnumbers", GROUP, TO_NOTHING, 0},
    {"listname", GROUP, TO_NOTHING, 0},
    {"liststylename", GROUP, TO_NOTHING, 0},
    {"pntxta", GROUP, TO_NOTHING, 0},
    {"pntxtb", GROUP, TO_NOTHING, 0},
    {"ftnsep", GROUP, TO_NOTHING, 0},
    {"ftnsepc", GROUP, TO_NOTHING, 0},
    {"ftncn", GROUP, TO_NOTHING, 0},
    {"aftnsep", GROUP, TO_NOTHING, 0},
    {"aftnsepc", GROUP, TO_NOTHING, 0},
    {"aftncn", GROUP, TO_NOTHING, 0},
    {"mmathPict", GROUP, TO_NOTHING, 0},
    {"private", GROUP, TO_NOTHING, 0},

    {"title", FACT, 0, "title"},
    {"subject", FACT, 0, "subject"},
    {"author", FACT, 0, "authors"},
    {"manager", FACT, 0, "manager"},
    {"company", FACT, 0, "company"},
    {"operator", FACT, 0, "last_modified_by"},
    {"category", FACT, 0, "category"},
    {"keywords", FACT, 0, "keywords"},
    {"doccomm", FACT, 0, "description"},
    {"generator", FACT, 0, "creator"},
    {"creatim", GROUP, TO_TIME, "created"},
    {"revtim", GROUP, TO_TIME, "modified"},
    {"printim", GROUP, TO_TIME, "last_printed"},
    {"yr", TIME, 0, 0},
    {"mo", TIME, 1, 0},
    {"dy", TIME, 2, 0},
    {"hr", TIME, 3, 0},
    {"min", TIME, 4, 0},

    {"ftnnar", NOTE_FORMAT, XTR__NUMBER_ARABIC, 0},
    {"ftnnalc", NOTE_FORMAT, XTR__NUMBER_LOWER_LETTER, 0},
    {"ftnnauc", NOTE_FORMAT, XTR__NUMBER_UPPER_LETTER, 0},
    {"ftnnrlc", NOTE_FORMAT, XTR__NUMBER_LOWER_ROMAN, 0},
    {"ftnnruc", NOTE_FORMAT, XTR__NUMBER_UPPER_ROMAN, 0},
    {"ftnnchi", NOTE_FORMAT, XTR__NUMBER_CHICAGO, 0},
    {"aftnnar", NOTE_FORMAT, 256 + XTR__NUMBER_ARABIC, 0},
    {"aftnnalc", NOTE_FORMAT, 256 + XTR__NUMBER_LOWER_LETTER, 0},
    {"aftnnauc", NOTE_FORMAT, 256 + XTR__NUMBER_UPPER_LETTER, 0},
    {"aftnnrlc", NOTE_FORMAT, 256 + XTR__NUMBER_LOWER_ROMAN, 0},
    {"aftnnruc", NOTE_FORMAT, 256 + XTR__NUMBER_UPPER_ROMAN, 0},
    {"aftnnchi", NOTE_FORMAT, 256 + XTR__NUMBER_CHICAGO, 0},

    {"levelnfc", LEVEL, 0, 0},
    {"levelnfcn", LEVEL, 0, 0},
    {"levelstartat", LEVEL, 0, 0},
    {"levellegal", LEVEL, 0, 0},
    {"levelnorestart", LEVEL, 0, 0},
};

enum { WORDS = sizeof table / sizeof *table };

static size_t slot_of(const char *name, size_t size) {
    uint32_t hash = 2166136261U; /* FNV-1a */
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)name[i]) * 16777619U;
    return (hash ^ hash >> 10) % SLOTS;
}

words *rtf_words_new(void) {
    words *w = calloc(1, sizeof *w);
    for (size_t i = 0; w && i < WORDS; i++) {
        size_t slot = slot_of(table[i].name, strlen(table[i].name));
        while (w->slots[slot])
            slot = (slot + 1) % SLOTS;
        w->slots[slot] = (uint16_t)(i + 1);
    }
    return w;
}

static const word *look_up(const words *w, const char *name, size_t size) {
    for (size_t slot = slot_of(name, size); w->slots[slot]; slot = (slot + 1) % SLOTS) {
        const word *found = &table[w->slots[slot] - 1];
        if (!strncmp(found->name, name, size) && !found->name[size])
            return found;
    }
    return NULL;
}

/* Formatting -------------------------------------------------------------------------------- */

static void reset_paragraph(group *g) {
    g->style = g->list = g->list_level = g->left = g->first = 0;
    g->outline = NO_OUTLINE;
    g->in_table = false;
    g->depth = 0;
}

static void reset_characters(rtf *r, group *g) {
    g->styles = 0;
    g->hidden = g->deleted = g->capitals = false;
    g->font = rtf_font_of(r, r->default_font);
}

/* Superscript and subscript exclude each other. */
static void set_style(group *g, unsigned flag, bool on) {
    enum { RAISED = XTR_SUPERSCRIPT | XTR_SUBSCRIPT };
    if (flag & RAISED)
        g->styles &= ~(unsigned)RAISED;
    g->styles = on ? g->styles | flag : g->styles & ~flag;
}

static void set_paragraph(group *g, int what, int value) {
    switch (what) {
    case STYLE_NUMBER:
        g->style = value;
        break;
    case OUTLINE:
        g->outline = value >= 0 && value < 9 ? value : 9;
        break;
    case LIST_NUMBER:
        g->list = value;
        break;
    case LIST_LEVEL:
        g->list_level = value < 0 ? 0 : value < XTR__LIST_LEVELS ? value : XTR__LIST_LEVELS - 1;
        break;
    case IN_TABLE:
        g->in_table = true;
        break;
    case TABLE_DEPTH:
        g->depth = value < 0 ? 0 : value < 100 ? value : 100;
        break;
    case LEFT:
        g->left = value;
        break;
    case FIRST:
        g->first = value;
        break;
    }
}

/* Rows -------------------------------------------------------------------------------------- */

static void set_row(rtf *r, const group *g, int what, int value) {
    rowshape *row = g->to == TO_INNER_ROW ? &r->inner_row : &r->row;
    switch (what) {
    case ROW_DEFAULTS:
        row->count = 0;
        row->header = row->joins_left = row->joins_above = false;
        r->in_row = r->in_row || g->to != TO_INNER_ROW;
        break;
    case CELL_LEFT_JOIN:
        row->joins_left = true;
        break;
    case CELL_TOP_JOIN:
        row->joins_above = true;
        break;
    case ROW_HEADER:
        row->header = true;
        break;
    case CELL_RIGHT:
        if (row->count < MOST_CELLS)
            row->cells[row->count++] = (xtr__prose_cell){value, row->joins_left, row->joins_above};
        row->joins_left = row->joins_above = false;
        break;
    }
}

/* What ends or begins something ------------------------------------------------------------- */

static void end_something(rtf *r, const group *g, int what) {
    if (g->to != TO_BODY && g->to != TO_INNER_ROW)
        return;
    rtf_flush(r);
    switch (what) {
    case PARAGRAPH:
        rtf_end_paragraph(r);
        break;
    case BREAK:
        if (!g->in_table && !r->in_row)
            rtf_end_paragraph(r);
        break;
    case CELL:
    case INNER_CELL:
        rtf_end_cell(r, what == INNER_CELL);
        break;
    case ROW:
    case INNER_ROW:
        rtf_end_row(r, what == INNER_ROW);
        break;
    }
}

static void set_font_table(rtf *r, const group *g, int what, int value) {
    if (what == DEFAULT_FONT)
        r->default_font = value;
    else if (g->to == TO_FONTS && r->font_count)
        *(what == FONT_CHARSET ? &r->fonts[r->font_count - 1].charset
                               : &r->fonts[r->font_count - 1].codepage) = value;
}

static void set_list(rtf *r, const group *g, int what, int value) {
    if (g->to == TO_OVERRIDES) {
        if (what == OVERRIDE)
            rtf_open_override(r);
        else if (what == LIST_ID || what == LIST_NUMBER)
            rtf_set_override(r, what == LIST_NUMBER, value);
    } else if (g->to == TO_LISTS) {
        if (what == LIST)
            rtf_open_list(r);
        else if (what == LIST_LEVEL_NEW)
            rtf_open_level(r);
        else if (what == LIST_ID)
            rtf_set_list_id(r, value);
    }
}

/* Bytes as they are; they are of pictures and objects. */
static void pass_over_bytes(rtf *r, const group *g, int value) {
    size_t left = r->size - r->at;
    size_t size = value < 0 ? 0 : (size_t)value < left ? (size_t)value : left;
    if (g->to == TO_PICTURE && r->picture.open)
        rtf_append(r, &r->picture.data, r->data + r->at, size);
    r->at += size;
}

static void set_note_format(rtf *r, int format) {
    if (format & 256)
        r->endnote_format = format & 255;
    else
        r->note_format = format;
}

static void set_codepage(rtf *r, int codepage) {
    const xtr__charset *charset = xtr__charset_of_codepage((uint32_t)codepage);
    if (charset && charset->unit == 1 && codepage) {
        r->codepage = codepage;
        r->charset = charset;
    }
}

static void do_special(rtf *r, const word *w, bool on, int value) {
    group *g = rtf_group(r);
    switch (w->argument) {
    case PARD:
        reset_paragraph(g);
        break;
    case PLAIN:
        rtf_flush(r);
        reset_characters(r, g);
        break;
    case UNICODE:
        rtf_unicode(r, value);
        r->skip = g->uc;
        break;
    case UC:
        g->uc = (unsigned char)(value < 0 ? 0 : value < 64 ? value : 64);
        break;
    case HIDDEN:
        rtf_flush(r);
        g->hidden = on;
        break;
    case DELETED:
        rtf_flush(r);
        g->deleted = on;
        break;
    case CAPITALS:
        rtf_flush(r);
        g->capitals = on;
        break;
    case NO_SUPER:
        rtf_flush(r);
        set_style(g, XTR_SUPERSCRIPT, false);
        break;
    case NOTE_MARK:
        r->mark_pending = r->mark_pending || g->to == TO_BODY;
        break;
    case PICTURE_FORMAT:
        if (g->to == TO_PICTURE)
            r->picture.format = w->text;
        break;
    case BIN:
        pass_over_bytes(r, g, value);
        break;
    }
}

static void begin_group(rtf *r, const word *w) {
    rtf_flush(r);
    if (w->action == ASIDE)
        rtf_begin_aside(r, w->argument);
    else
        rtf_begin(r, w->action == FACT ? TO_FACT : w->argument, w->text);
}

void rtf_word(rtf *r, const char *name, size_t size, bool has_value, int value) {
    group *g = rtf_group(r);
    const word *w = look_up(r->words, name, size);
    bool starred = g->starred;
    bool on = !has_value || value != 0;
    g->starred = false;
    if (!w) {
        /* Properties of formulas hold signs that are shown in another way. */
        bool properties = size > 3 && name[0] == 'm' && !memcmp(name + size - 2, "Pr", 2);
        if (starred || properties)
            rtf_begin(r, TO_NOTHING, NULL);
        return;
    }
    switch (w->action) {
    case CHARACTER:
        rtf_character(r, (uint32_t)w->argument);
        break;
    case GROUP:
    case ASIDE:
    case FACT:
        begin_group(r, w);
        break;
    case STYLE:
        rtf_flush(r);
        set_style(g, (unsigned)w->argument, on);
        break;
    case CODEPAGE:
        set_codepage(r, w->argument ? w->argument : value);
        break;
    case FONT:
        rtf_flush(r);
        if (g->to == TO_FONTS)
            rtf_open_font(r, value);
        g->font = rtf_font_of(r, value);
        if (g->to == TO_LISTS)
            rtf_set_level_font(r);
        break;
    case NOTE_FORMAT:
        set_note_format(r, w->argument);
        break;
    case LEVEL:
        rtf_set_level(r, name, size, value);
        break;
    case TIME:
        if (g->to == TO_TIME)
            r->time[w->argument] = value;
        break;
    case END:
        end_something(r, g, w->argument);
        break;
    case OF_PARAGRAPH:
        set_paragraph(g, w->argument, value);
        if (w->argument == LIST_NUMBER)
            set_list(r, g, w->argument, value);
        break;
    case OF_ROW:
        set_row(r, g, w->argument, value);
        break;
    case OF_FONT:
        set_font_table(r, g, w->argument, value);
        break;
    case OF_LIST:
        set_list(r, g, w->argument, value);
        break;
    case SPECIAL:
        do_special(r, w, on, value);
        break;
    }
}
