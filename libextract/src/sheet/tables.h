/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What cells refer to by number: shared strings, and styles for their number formats. */
#ifndef XTR_SHEET_TABLES_H
#define XTR_SHEET_TABLES_H

#include "libextract/extractor.h"
#include "sheet/number.h"

/** Strings one behind the other, charged to the job. */
typedef struct xtr__strings {
    xtr_job *job;
    char *text;
    uint32_t *ends;
    size_t size, room, count, end_room;
    int64_t charged;
} xtr__strings;

/** Adds to the string that is being made; ends it. False when out of memory. */
bool xtr__strings_add(xtr__strings *s, const char *text, size_t size);
bool xtr__strings_end(xtr__strings *s);
/** Borrowed, not NUL-terminated; empty when there is none. */
const char *xtr__strings_at(const xtr__strings *s, size_t index, size_t *size);
void xtr__strings_free(xtr__strings *s);

/** Number formats by their ids, and the ids of styles by their position. */
typedef struct xtr__formats {
    xtr__number_format **items;
    uint16_t *of_id;  /* position in items and 1, by id */
    uint16_t *styles; /* the same by style; 0: General */
    size_t count, room, style_count, style_room;
} xtr__formats;

/** Gives an id a code. Too many are left out: their cells show as General. */
void xtr__formats_define(xtr__formats *f, unsigned id, const char *code, size_t size);
/** Adds the next style. */
void xtr__formats_add_style(xtr__formats *f, unsigned id);
/** The format of a style; NULL is General. */
const xtr__number_format *xtr__formats_style(const xtr__formats *f, size_t style);
/** The format with this id, built in or defined; NULL is General. */
const xtr__number_format *xtr__formats_by_id(xtr__formats *f, unsigned id);
void xtr__formats_free(xtr__formats *f);

#endif
