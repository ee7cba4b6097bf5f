/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The parts of the reader of binary presentations, between its files. Numbers in comments are
 * sections of [MS-PPT] and [MS-ODRAW]. */
#ifndef XTR_PPT_H
#define XTR_PPT_H

#include "container/crypt.h"
#include "container/ole.h"
#include "pptx/slide.h"

/* Types of records (2.13.24). */
enum {
    PPT_DOCUMENT = 0x03E8,
    PPT_DOCUMENT_ATOM = 0x03E9,
    PPT_SLIDE = 0x03EE,
    PPT_SLIDE_ATOM = 0x03EF,
    PPT_NOTES = 0x03F0,
    PPT_ENVIRONMENT = 0x03F2,
    PPT_SLIDE_PERSIST = 0x03F3,
    PPT_MASTER = 0x03F8,
    PPT_EXTERNAL_OBJECTS = 0x0409,
    PPT_DRAWING = 0x040C,
    PPT_FONTS_LIST = 0x07D5,
    PPT_PLACEHOLDER = 0x0BC3,
    PPT_OUTLINE_REFERENCE = 0x0F9E,
    PPT_TEXT_HEADER = 0x0F9F,
    PPT_TEXT_CHARS = 0x0FA0,
    PPT_STYLES = 0x0FA1,
    PPT_MASTER_STYLE = 0x0FA3,
    PPT_TEXT_BYTES = 0x0FA8,
    PPT_STYLES_9 = 0x0FAC,
    PPT_FONT = 0x0FB7,
    PPT_STRING = 0x0FBA,
    PPT_LINK_ATOM = 0x0FD3,
    PPT_LINK = 0x0FD7,
    PPT_SLIDE_NUMBER = 0x0FD8,
    PPT_HEADERS_FOOTERS = 0x0FD9,
    PPT_HEADERS_FOOTERS_ATOM = 0x0FDA,
    PPT_TEXT_LINK = 0x0FDF,
    PPT_TEXT_LIST = 0x0FF0,
    PPT_INTERACTION = 0x0FF2,
    PPT_INTERACTION_ATOM = 0x0FF3,
    PPT_EDIT = 0x0FF5,
    PPT_DATE = 0x0FF7,
    PPT_GENERIC_DATE = 0x0FF8,
    PPT_HEADER = 0x0FF9,
    PPT_FOOTER = 0x0FFA,
    PPT_TAGS = 0x1388,
    PPT_TAG = 0x138A,
    PPT_TAG_DATA = 0x138B,
    PPT_DIRECTORY = 0x1772,
    PPT_COMMENT = 0x2EE0,
    PPT_CRYPT = 0x2F14,
    ART_DRAWING = 0xF002,
    ART_GROUP = 0xF003,
    ART_SHAPE = 0xF004,
    ART_GROUP_PLACE = 0xF009,
    ART_SHAPE_ATOM = 0xF00A,
    ART_OPTIONS = 0xF00B,
    ART_TEXT = 0xF00D,
    ART_CHILD_PLACE = 0xF00F,
    ART_PLACE = 0xF010,
    ART_DATA = 0xF011,
    ART_MORE_OPTIONS = 0xF122
};

enum { PPT_MOST_DEPTH = 32, PPT_LEVELS = 5 };

/** A stretch of records. */
typedef struct records {
    const unsigned char *data;
    size_t size;
} records;

typedef struct record {
    unsigned version, instance, type;
    records body;
} record;

/** What a level of a text says of its bullets. */
typedef struct ppt_bullet {
    bool set, shown; /* set: whether it is shown is said */
    bool has_character, has_font;
    uint16_t character, font;
} ppt_bullet;

typedef struct ppt_styles {
    ppt_bullet levels[PPT_LEVELS];
} ppt_styles;

/** Types of text (2.13.33). */
enum {
    TEXT_TITLE,
    TEXT_BODY,
    TEXT_NOTES,
    TEXT_UNUSED,
    TEXT_OTHER,
    TEXT_CENTER_BODY,
    TEXT_CENTER_TITLE,
    TEXT_HALF_BODY,
    TEXT_QUARTER_BODY,
    TEXT_TYPES
};

/** A master, with the styles of its texts. */
typedef struct ppt_master {
    uint32_t id;
    ppt_styles styles[TEXT_TYPES];
} ppt_master;

/** An entry of a list of slides, masters or notes (2.4.14.3). */
typedef struct ppt_entry {
    uint32_t persist, id;
    records texts; /* of the outline, up to the next entry */
} ppt_entry;

typedef struct ppt_list {
    ppt_entry *items;
    size_t count;
} ppt_list;

/** A link by its number. */
typedef struct ppt_link {
    uint32_t id;
    records body;
} ppt_link;

enum { PPT_FONTS = 1 << 12 };

typedef struct ppt {
    xtr_job *job;
    xtr_builder *builder;
    unsigned char *data; /* the stream "PowerPoint Document" */
    size_t size;
    xtr__crypt *crypt;
    uint32_t *offsets; /* of objects, by persist id, plus one; 0: none */
    uint32_t offset_count;
    bool *decrypted;
    records document;
    float width, height;
    uint32_t first_number;
    ppt_list slides, masters;
    ppt_list notes; /* by id */
    ppt_master *styles;
    size_t style_count;
    ppt_styles others; /* of text that is no placeholder */
    ppt_link *links;   /* by id */
    size_t link_count;
    records *fonts; /* by their number, PPT_FONTS of them; NULL: none */
    records document_footers, footers;
    uint32_t page;
    const ppt_master *master; /* of the slide */
} ppt;

/** One text with what belongs to it, as it stands in a shape or in the outline. */
typedef struct ppt_text {
    unsigned type;      /* TEXT_* */
    records characters; /* of two bytes, or one */
    bool wide;
    records styles, styles9, rest; /* rest: all records behind the header */
} ppt_text;

/* records.c */
uint16_t ppt_u16(const unsigned char *p);
uint32_t ppt_u32(const unsigned char *p);
/** Takes the next record off; false at the end. One that is longer than what holds it is cut. */
bool ppt_next(records *from, record *out);
/** The first record of this type (and instance, if not -1); its body is empty when there is none.
 */
records ppt_find(records in, unsigned type, int instance);
/** UTF-16 as UTF-8: yours to free. NULL when out of memory. */
char *ppt_utf8(records utf16);

/* persist.c */
int ppt_open(ppt *p, xtr__ole *ole);
/** The object with this persist id, decrypted; type 0 when there is none. */
record ppt_object(ppt *p, uint32_t persist);

/* styles.c */
void ppt_read_masters(ppt *p);
const ppt_master *ppt_master_of(const ppt *p, uint32_t id);
/** Reads a paragraph's exception (2.9.20), after its mask; false when it is cut. */
bool ppt_read_paragraph(records *from, ppt_bullet *out);
/** The same of characters (2.9.14): XTR_BOLD and so on. */
bool ppt_read_characters(records *from, unsigned *styles);

/* text.c */
void ppt_read_links(ppt *p);
bool ppt_read_text(records *from, ppt_text *out);
bool ppt_is_blank(const ppt_text *text);
void ppt_write_text(ppt *p, const ppt_text *text, xtr_element_type type, xtr_box box);
void ppt_write_cell(ppt *p, const ppt_text *text);

/* shapes.c */
void ppt_write_shapes(ppt *p, records drawing, records outline);
void ppt_write_notes(ppt *p, records drawing);

#endif
