/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Private to the extractor of RTF. */
#ifndef XTR_RTF_H
#define XTR_RTF_H

#include "container/symbol.h"
#include "detect/charset.h"
#include "libextract/extractor.h"
#include "prose/numbering.h"
#include "prose/prose.h"

enum {
    DEEPEST_GROUP = 512, /* deeper ones share the state of this one */
    DEEPEST_FIELD = 32,
    MOST_CELLS = 1024, /* of a row */
    MOST_LISTS = 4096,
    NAME_SIZE = 64,
    MARKER_SIZE = XTR__MARKER_SIZE,
    NO_OUTLINE = -1,
};

typedef struct words words;

/* What a group is for: where its text goes. */
typedef enum destination {
    TO_BODY,
    TO_NOTHING, /* all of it is passed over */
    TO_SHAPE,   /* no text of its own, but groups with some */
    TO_FONTS,
    TO_STYLES,
    TO_LISTS,
    TO_LEVEL_TEXT,
    TO_OVERRIDES,
    TO_INFO,
    TO_FACT, /* a property of the document, and so on: text that is kept in `capture` */
    TO_TIME,
    TO_MARKER,
    TO_INSTRUCTION,
    TO_AUTHOR,
    TO_PICTURE,
    TO_INNER_ROW, /* how the row of a table in a table looks */
    /* Of these a group takes another destination. */
    TO_FIELD,
    TO_RESULT,
    TO_NOTE,
    TO_UPR,
    TO_UD,
} destination;

typedef struct group {
    unsigned char to, outer; /* destinations; that around \upr */
    unsigned char uc;        /* characters to pass over after \u */
    unsigned char aside;     /* 1 + the kind of the aside that this group is */
    bool opens;              /* this group is a destination of its own, not a part of one */
    bool opens_field, opens_result;
    bool starred; /* \* came, and nothing since */
    bool hidden, deleted, in_table, capitals;
    unsigned styles;
    int font;                             /* index in fonts, or -1 */
    int style;                            /* number */
    int outline, list, list_level, depth; /* of the paragraph */
    int left, first;                      /* its indents, in twentieths of a point */
    bool linked;                          /* in the result of a hyperlink, the innermost field's */
} group;

typedef struct font {
    int number;
    int charset;                    /* \fcharset, or -1 */
    int codepage;                   /* \cpg, or 0 */
    const xtr__charset *decoded_as; /* set when the table has ended */
    bool symbol;
    char name[NAME_SIZE];
} font;

typedef struct style {
    int number;
    int outline, list, list_level;
    bool special; /* `paragraph` says what it makes */
    xtr__prose_paragraph paragraph;
} style;

typedef struct list {
    int id;
    unsigned level_count;
    xtr__numbering numbering;
} list;

typedef struct override {
    int number, list_id;
    int list; /* index, or -1: not looked for yet */
} override;

typedef struct rowshape {
    xtr__prose_cell cells[MOST_CELLS];
    size_t count;
    bool header, joins_left, joins_above;
} rowshape;

typedef struct field {
    char *url;       /* NULL: no hyperlink */
    uint32_t symbol; /* what a field without a result shows, or 0 */
    bool shown;
} field;

typedef struct buffer {
    char *bytes;
    size_t size, capacity;
} buffer;

typedef struct picture {
    const char *format;
    bool open;
    bool half; /* one digit of a byte was there */
    unsigned char digit;
    buffer data;
} picture;

typedef struct rtf {
    xtr_job *job;
    xtr_builder *builder;
    xtr__prose *prose;
    const words *words;
    const unsigned char *data;
    size_t size, at;
    group groups[DEEPEST_GROUP];
    unsigned depth;
    uint64_t beyond; /* groups deeper than the deepest */

    int codepage;                /* of \ansicpg and the like */
    const xtr__charset *charset; /* what it means */
    int default_font;
    font *fonts;
    size_t font_count, font_capacity;
    size_t fonts_finished;     /* whose table has ended */
    bool zero_is_ansi;         /* one of them is of the code page of the document */
    uint16_t font_slots[1024]; /* by number: 1 + the last one of a hash */
    style *styles;
    size_t style_count, style_capacity;
    uint16_t style_slots[1024];
    list *lists;
    size_t list_count, list_capacity;
    override *overrides;
    size_t override_count, override_capacity;
    unsigned open_level; /* of the list that is being read: 1 + its index */

    buffer pending; /* bytes of text in the font's charset */
    buffer capture; /* text of what is not the body */
    const xtr__charset *decoder_of;
    xtr__decoder *decoder;
    uint32_t surrogate; /* the first half of a pair, or 0 */
    unsigned skip;      /* characters left to pass over after \u */

    field fields[DEEPEST_FIELD];
    unsigned field_count;

    bool in_row;
    rowshape row, inner_row;
    char marker[MARKER_SIZE]; /* of the open paragraph */
    int indents[16];          /* of list items without list tables, outermost first */
    unsigned indent_count;

    const char *fact; /* the key that `capture` is for */
    int time[5];      /* year, month, day, hour, minute */
    char author[NAME_SIZE];
    bool mark_pending; /* \chftn came: a note follows */
    int notes, endnotes, note_format, endnote_format;
    char note_label[16];
    picture picture;
    uint32_t pictures;
    bool failed;
} rtf;

/* text.c */
bool rtf_append(rtf *r, buffer *to, const void *bytes, size_t size);
void rtf_bytes(rtf *r, const unsigned char *bytes, size_t size);
void rtf_character(rtf *r, uint32_t character);
void rtf_unicode(rtf *r, int value);
void rtf_flush(rtf *r);
void rtf_end_paragraph(rtf *r);
void rtf_end_cell(rtf *r, bool inner);
void rtf_end_row(rtf *r, bool inner);

/* tables.c: fonts, styles, lists */
void rtf_open_font(rtf *r, int number);
int rtf_font_of(const rtf *r, int number);
void rtf_name_entry(rtf *r);
void rtf_finish_fonts(rtf *r);
const style *rtf_style_of(const rtf *r, int number);
void rtf_open_list(rtf *r);
void rtf_open_level(rtf *r);
void rtf_set_level(rtf *r, const char *word, size_t size, int value);
void rtf_end_level_text(rtf *r);
void rtf_set_level_font(rtf *r);
void rtf_set_list_id(rtf *r, int id);
void rtf_open_override(rtf *r);
void rtf_set_override(rtf *r, bool number, int value);
xtr__numbering *rtf_list_of(rtf *r, int number);

/* destinations.c */
void rtf_begin(rtf *r, int to, const char *key);
void rtf_begin_aside(rtf *r, int kind);
void rtf_end(rtf *r);
void rtf_add_digits(rtf *r, const unsigned char *digits, size_t size);

/* words.c */
words *rtf_words_new(void);
void rtf_word(rtf *r, const char *word, size_t size, bool has_value, int value);

static inline group *rtf_group(rtf *r) {
    return &r->groups[r->depth];
}

#endif
