/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Property sets of compound files [MS-OLEPS]: a header with one or two sets, each a table of
 * (identifier, offset) and values with a type. Property 1 is the code page of its strings. The
 * second set of \005DocumentSummaryInformation has properties that users named, in a dictionary
 * that is property 0. */
#include "container/ole.h"
#include "detect/charset.h"
#include "detect/probe.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    MOST_STREAM = 16 << 20,
    MOST_PROPERTIES = 1024, /* of a set */
    MOST_TEXT = 64 << 10,
    SETS_AT = 28,
    CODEPAGE = 1, /* property */
    UTF_16 = 1200,
    WINDOWS_LATIN = 1252,
};

enum { /* types of values (2.15) */
       VT_I2 = 2,
       VT_I4 = 3,
       VT_R8 = 5,
       VT_BOOL = 11,
       VT_LPSTR = 30,
       VT_LPWSTR = 31,
       VT_FILETIME = 64
};

typedef struct set {
    const unsigned char *data; /* from the set's own beginning */
    size_t size;
    uint32_t count;
    uint32_t codepage;
    xtr_builder *builder;
} set;

static const struct {
    uint32_t id;
    const char *key;
} summary[] =
    {
        {2, "title"},         {3, "subject"},          {4, "authors"},          {5, "keywords"},
        {6, "description"},   {7, "template"},         {8, "last_modified_by"}, {9, "revision"},
        {11, "last_printed"}, {12, "created"},         {13, "modified"},        {14, "page_count"},
        {15, "word_count"},   {16, "character_count"}, {18, "creator"},
},
  document[] = {
      {2, "category"},           {3, "presentation_format"},
      {5, "line_count"},         {6, "paragraph_count"},
      {7, "slide_count"},        {8, "note_count"},
      {9, "hidden_slide_count"}, {14, "manager"},
      {15, "company"},           {26, "content_type"},
      {27, "content_status"},    {28, "language"},
      {29, "document_version"},
};

/* Strings ----------------------------------------------------------------------------------- */

/* Text in a code page, as UTF-8 and yours to free, up to its first zero character; NULL if it
 * cannot be read. */
static char *decode(uint32_t codepage, const unsigned char *text, size_t size) {
    const xtr__charset *charset = xtr__charset_of_codepage(codepage);
    if (!charset)
        charset = xtr__charset_of_codepage(WINDOWS_LATIN);
    size_t unit = charset->unit;
    size_t length = 0;
    for (; length + unit <= size; length += unit) {
        bool zero = !text[length] && (unit < 2 || !text[length + 1]);
        if (zero)
            break;
    }
    char *out;
    size_t out_size;
    return xtr__charset_decode(&out, &out_size, charset->name, text, length) ? NULL : out;
}

/* A string of a set: its length stands before it, in bytes or, `wide`, in UTF-16 units. */
static char *read_string(const set *s, size_t at, bool wide) {
    if (at > s->size || s->size - at < 4)
        return NULL;
    uint64_t size = xtr__le32(s->data + at);
    size = wide ? 2 * size : size;
    if (size > s->size - at - 4 || size > MOST_TEXT)
        return NULL;
    return decode(wide ? UTF_16 : s->codepage, s->data + at + 4, (size_t)size);
}

/* Values ------------------------------------------------------------------------------------ */

/* 100 ns since 1601, as ISO 8601; 0 is what writers put for "never". */
static bool format_time(char *out, size_t size, uint64_t ticks) {
    enum { PER_SECOND = 10000000, LEAST_YEAR = 1900 };
    const int64_t epoch = 11644473600; /* 1970, in seconds since 1601 */
    time_t seconds = (time_t)((int64_t)(ticks / PER_SECOND) - epoch);
    struct tm t;
    if (!gmtime_r(&seconds, &t) || t.tm_year < LEAST_YEAR - 1900 || t.tm_year > 9999 - 1900)
        return false;
    return strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &t) > 0;
}

/* The value at `at` as text, yours to free; NULL: of another type, empty or damaged. */
static char *read_value(const set *s, size_t at) {
    char text[64] = "";
    if (at > s->size || s->size - at < 8)
        return NULL;
    uint32_t type = xtr__le32(s->data + at) & 0xFFFF;
    const unsigned char *value = s->data + at + 4;
    bool long_enough = s->size - at >= 12;
    if (type == VT_LPSTR || type == VT_LPWSTR)
        return read_string(s, at + 4, type == VT_LPWSTR);
    if (type == VT_I2)
        snprintf(text, sizeof text, "%d", (int16_t)xtr__le16(value));
    else if (type == VT_I4)
        snprintf(text, sizeof text, "%" PRId32, (int32_t)xtr__le32(value));
    else if (type == VT_BOOL)
        snprintf(text, sizeof text, "%s", xtr__le16(value) ? "true" : "false");
    else if (type == VT_R8 && long_enough) {
        uint64_t bits = xtr__le64(value);
        double number;
        memcpy(&number, &bits, sizeof number);
        snprintf(text, sizeof text, "%.15g", number);
    } else if (type == VT_FILETIME && long_enough && xtr__le64(value)) {
        if (!format_time(text, sizeof text, xtr__le64(value)))
            return NULL;
    }
    return *text ? strdup(text) : NULL;
}

/* Sets -------------------------------------------------------------------------------------- */

/* Where a property of the set is, or 0. */
static size_t find(const set *s, uint32_t id) {
    for (uint32_t i = 0; i < s->count; i++) {
        const unsigned char *line = s->data + 8 + 8 * (size_t)i;
        uint32_t at = xtr__le32(line + 4);
        if (xtr__le32(line) == id && at < s->size && s->size - at >= 8)
            return at;
    }
    return 0;
}

/* The `index`-th set of a stream; false if there is none. */
static bool open_set(set *s, const unsigned char *data, size_t size, uint32_t index) {
    size_t line = SETS_AT + 20 * (size_t)index;
    if (size < line + 20 || xtr__le16(data) != 0xFFFE || xtr__le32(data + 24) <= index)
        return false;
    uint32_t at = xtr__le32(data + line + 16);
    if (at > size || size - at < 8)
        return false;
    s->data = data + at;
    s->size = size - at;
    s->count = xtr__le32(s->data + 4);
    size_t most = (s->size - 8) / 8;
    s->count = s->count > most ? (uint32_t)most : s->count;
    s->count = s->count > MOST_PROPERTIES ? MOST_PROPERTIES : s->count;
    size_t codepage = find(s, CODEPAGE);
    s->codepage = codepage ? xtr__le16(s->data + codepage + 4) : WINDOWS_LATIN;
    return true;
}

static void add(const set *s, uint32_t id, const char *key) {
    size_t at = find(s, id);
    char *value = at ? read_value(s, at) : NULL;
    bool number = at && (xtr__le32(s->data + at) & 0xFFFF) == VT_I4;
    /* A count of 0 is what writers put that do not count. */
    if (value && !(number && !strcmp(value, "0")))
        xtr_metadata(s->builder, key, value);
    free(value);
}

/* Properties of the user: the dictionary gives each its name (2.17), which is cut to what fits. */
static void add_named(const set *s) {
    size_t at = find(s, 0);
    uint32_t count = at ? xtr__le32(s->data + at) : 0;
    at += 4;
    bool wide = s->codepage == UTF_16;
    for (uint32_t i = 0; i < count && i < MOST_PROPERTIES && s->size - at >= 8; i++) {
        uint32_t id = xtr__le32(s->data + at);
        uint64_t size = xtr__le32(s->data + at + 4);
        size = wide ? (2 * size + 3) & ~(uint64_t)3 : size;
        if (size > s->size - at - 8)
            return;
        char *name = decode(s->codepage, s->data + at + 8, (size_t)size);
        /* Names with an underscore are of the writer: _PID_HLINKS, _AdHocReviewCycleID. */
        if (name && *name != '_' && id > CODEPAGE)
            add(s, id, name);
        free(name);
        at += 8 + (size_t)size;
    }
}

static unsigned char *read_stream(xtr__ole *ole, const char *name, size_t *size) {
    int64_t found = xtr__ole_find(ole, 0, name);
    xtr__ole_entry entry;
    unsigned char *data = NULL;
    if (found < 0 || !xtr__ole_entry_at(ole, (uint32_t)found, &entry) || entry.storage ||
        entry.size > MOST_STREAM)
        return NULL;
    xtr__ole_read(ole, (uint32_t)found, &data, size);
    return data;
}

void xtr__ole_properties(xtr__ole *ole, xtr_builder *builder) {
    set s = {.builder = builder};
    size_t size;
    unsigned char *data = read_stream(ole, "\005SummaryInformation", &size);
    if (data && open_set(&s, data, size, 0)) {
        for (size_t i = 0; i < sizeof summary / sizeof *summary; i++)
            add(&s, summary[i].id, summary[i].key);
    }
    free(data);
    data = read_stream(ole, "\005DocumentSummaryInformation", &size);
    if (data && open_set(&s, data, size, 0)) {
        for (size_t i = 0; i < sizeof document / sizeof *document; i++)
            add(&s, document[i].id, document[i].key);
    }
    if (data && open_set(&s, data, size, 1))
        add_named(&s);
    free(data);
}
