/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What image files say of themselves: fields of TIFF and Exif (CIPA DC-008), IPTC (IIM 4.2) and the
 * resources of Photoshop that hold it, the text of PNG, and XMP. Of a fact that is said twice the
 * first one in the file counts. */
#include "image.h"

#include "container/xmp.h"
#include "detect/charset.h"
#include "detect/probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { MOST_TEXT = 64 << 10, MOST_BLOCK = 1 << 20, MOST_FIELDS = 1024 };

typedef xtr__image_file state;

/* Fields may lead to the same bytes again and again, and what is packed may come to much. Of what
 * is left, 0 means that it was told. */
static bool afford(const state *s, uint64_t size) {
    if (size < s->slot->facts) {
        s->slot->facts -= size;
        return true;
    }
    if (s->slot->facts)
        xtr_partial(s->builder, XTR_E_LIMIT, 0, "metadata was left out: there is too much of it");
    s->slot->facts = 0;
    return false;
}

/* Values ------------------------------------------------------------------------------------ */

/* Text up to a zero byte is in UTF-8 or, when it is not, in what it is likely to be in: of a few
 * letters that cannot be told, so they are Western. */
static const char *charset_of(const unsigned char *data, size_t *size) {
    const unsigned char *end = *size ? memchr(data, '\0', *size) : NULL;
    *size = end ? (size_t)(end - data) : *size;
    const char *charset = xtr__charset_guess(data, *size, NULL);
    size_t letters = 0;
    for (size_t i = 0; i < *size; i++)
        letters += data[i] >= 0x80;
    return letters > 3 || !charset || !strcmp(charset, "UTF-8") ? charset : "windows-1252";
}

static void add_text(const state *s, const char *key, const unsigned char *data, size_t size,
                     const char *charset) {
    char *text;
    size_t decoded;
    charset = charset ? charset : charset_of(data, &size);
    if (xtr__charset_decode(&text, &decoded, charset ? charset : "windows-1252", data, size))
        return;
    char *from = text + strspn(text, " \t\r\n");
    for (size_t i = strlen(from); i && strchr(" \t\r\n", from[i - 1]); i--)
        from[i - 1] = '\0';
    xtr_metadata(s->builder, key, from);
    free(text);
}

/* "2024:05:06 07:08:09" and the like, as ISO 8601. False when it is no date. */
static bool iso_date(const unsigned char *data, size_t size, char out[32]) {
    static const char shape[] = "dddd:dd:dd dd:dd:dd";
    size_t at = 0;
    for (; at < size && shape[at] && data[at]; at++) {
        if (shape[at] == 'd' ? data[at] < '0' || data[at] > '9'
                             : !strchr(shape[at] == ' ' ? " T" : ":-", data[at]))
            return false;
        out[at] = (char)data[at];
    }
    if (at < 10 || !memcmp(data, "0000", 4))
        return false;
    out[4] = out[7] = '-';
    if (at < 19)
        at = 10;
    else
        out[10] = 'T';
    out[at] = '\0';
    return true;
}

static unsigned char *read_block(const state *s, uint64_t at, uint64_t size, uint64_t most) {
    unsigned char *data = size && size <= most && afford(s, size) ? malloc((size_t)size) : NULL;
    if (data && xtr_input_read(s->input, at, data, (size_t)size) != (int64_t)size) {
        free(data);
        data = NULL;
    }
    return data;
}

/* Its tree takes memory while it is read. */
static void write_xmp(const state *s, const unsigned char *data, size_t size) {
    enum { PER_BYTE = 32 };
    int64_t taken = PER_BYTE * (int64_t)size;
    if (xtr_job_charge(s->job, taken)) {
        xtr__xmp_write(s->builder, data, size);
        xtr_job_charge(s->job, -taken);
    } else {
        xtr_partial(s->builder, XTR_E_MEMORY, 0, "XMP was left out: it needs too much memory");
    }
}

void xtr__image_read_xmp(const state *s, uint64_t at, uint64_t size) {
    if (size > XTR__MOST_XMP)
        xtr_partial(s->builder, XTR_E_LIMIT, 0, "XMP was left out: it is too long");
    unsigned char *data = read_block(s, at, size, XTR__MOST_XMP);
    if (data)
        write_xmp(s, data, (size_t)size);
    free(data);
}

/* Exif -------------------------------------------------------------------------------------- */

typedef enum kind { TEXT, UTF_16, COMMENT, DATE, FRACTION, DECIMAL, WHOLE } kind;

typedef struct field {
    unsigned tag, type;
    uint64_t count;      /* of values */
    uint64_t at;         /* of the values in the structure */
    unsigned value_size; /* of one */
} field;

/* Where a place is told, in degrees, minutes and seconds. */
typedef struct place {
    double degrees[2]; /* of latitude, longitude */
    bool known[2], negative[2];
    double altitude;
    bool has_altitude, below;
} place;

static const struct {
    unsigned tag;
    const char *key;
    kind how;
} facts[] = {
    {0x010D, "title", TEXT},
    {0x010E, "description", TEXT},
    {0x010F, "camera_make", TEXT},
    {0x0110, "camera_model", TEXT},
    {0x0131, "creator", TEXT},
    {0x0132, "modified", DATE},
    {0x013B, "authors", TEXT},
    {0x8298, "copyright", TEXT},
    {0x829A, "exposure_time", FRACTION},
    {0x829D, "f_number", DECIMAL},
    {0x8827, "iso", WHOLE},
    {0x9003, "created", DATE},
    {0x9004, "created", DATE},
    {0x920A, "focal_length", DECIMAL},
    {0x9286, "description", COMMENT},
    {0x9C9B, "title", UTF_16},
    {0x9C9C, "description", UTF_16},
    {0x9C9D, "authors", UTF_16},
    {0x9C9E, "keywords", UTF_16},
    {0x9C9F, "subject", UTF_16},
    {0xA434, "lens", TEXT},
};

enum { IPTC = 0x83BB, RESOURCES = 0x8649, XMP = 0x02BC, EXIF = 0x8769, GPS = 0x8825 };

/* The n-th value as a fraction. */
static bool fraction_of(const xtr__tiff *t, const field *f, unsigned n, uint32_t *over,
                        uint32_t *under) {
    unsigned char pair[8];
    if (f->value_size != 8 || n >= f->count || !xtr__tiff_read(t, f->at + 8 * n, pair, 8))
        return false;
    *over = (uint32_t)xtr__tiff_number(t, pair, 4);
    *under = (uint32_t)xtr__tiff_number(t, pair + 4, 4);
    return *under > 0;
}

static uint64_t whole_of(const xtr__tiff *t, const field *f) {
    unsigned char value[8];
    if (!f->count || !f->value_size || !xtr__tiff_read(t, f->at, value, f->value_size))
        return 0;
    return xtr__tiff_number(t, value, f->value_size);
}

/* A number with up to `places` figures behind the point, without zeros at its end, whatever the
 * locale. */
static void add_decimal(const state *s, const char *key, double value, int places) {
    char text[48];
    uint64_t scale = 1;
    for (int i = 0; i < places; i++)
        scale *= 10;
    double size = value < 0 ? -value : value;
    if (!(size < 1e12))
        return;
    uint64_t scaled = (uint64_t)(size * (double)scale + .5);
    snprintf(text, sizeof text, "%s%llu.%0*llu", value < 0 && scaled ? "-" : "",
             (unsigned long long)(scaled / scale), places, (unsigned long long)(scaled % scale));
    size_t length = strlen(text);
    while (text[length - 1] == '0')
        length--;
    text[length - (text[length - 1] == '.')] = '\0';
    xtr_metadata(s->builder, key, text);
}

static void add_fraction(const xtr__tiff *t, const field *f, const char *key, bool decimal) {
    uint32_t over, under;
    char text[32];
    if (!fraction_of(t, f, 0, &over, &under) || !over)
        return;
    if (decimal || over >= under) {
        add_decimal(t->file, key, (double)over / under, 2);
        return;
    }
    /* A part of a second: one over how many. */
    snprintf(text, sizeof text, "1/%.0f", (double)under / over);
    xtr_metadata(t->file->builder, key, text);
}

static void add_field(const xtr__tiff *t, const field *f, const char *key, kind how) {
    const state *s = t->file;
    char date[32];
    if (how == FRACTION || how == DECIMAL) {
        add_fraction(t, f, key, how == DECIMAL);
        return;
    }
    if (how == WHOLE) {
        uint64_t value = whole_of(t, f);
        if (value)
            add_decimal(s, key, (double)value, 1);
        return;
    }
    uint64_t size = f->count < MOST_TEXT ? f->count : MOST_TEXT;
    bool readable = f->value_size == 1 && afford(s, size);
    unsigned char *data = readable ? malloc((size_t)size + 1) : NULL;
    if (data && size && xtr__tiff_read(t, f->at, data, (size_t)size)) {
        bool plain = size > 8 && !memcmp(data, "ASCII\0\0\0", 8);
        bool wide = size > 8 && !memcmp(data, "UNICODE\0", 8);
        if (how == DATE && iso_date(data, (size_t)size, date))
            xtr_metadata(s->builder, key, date);
        else if (how == TEXT)
            add_text(s, key, data, (size_t)size, NULL);
        else if (how == UTF_16)
            add_text(s, key, data, (size_t)size, "UTF-16LE");
        else if (how == COMMENT && (plain || wide))
            add_text(s, key, data + 8, (size_t)size - 8,
                     plain           ? NULL
                     : t->big_endian ? "UTF-16BE"
                                     : "UTF-16LE");
    }
    free(data);
}

static void read_place(const xtr__tiff *t, const field *f, place *p) {
    uint32_t over, under;
    bool east_west = f->tag > 2;
    if (f->tag == 1 || f->tag == 3) {
        unsigned char side = 0;
        (void)xtr__tiff_read(t, f->at, &side, 1);
        p->negative[east_west] = side == 'S' || side == 'W';
    } else if (f->tag == 2 || f->tag == 4) {
        double value = 0;
        for (unsigned i = 0, part = 1; i < 3; i++, part *= 60) {
            if (!fraction_of(t, f, i, &over, &under))
                return;
            value += (double)over / under / part;
        }
        p->degrees[east_west] = value;
        p->known[east_west] = value <= (east_west ? 180 : 90);
    } else if (f->tag == 5) {
        p->below = whole_of(t, f) == 1;
    } else if (f->tag == 6 && fraction_of(t, f, 0, &over, &under)) {
        p->altitude = (double)over / under;
        p->has_altitude = true;
    }
}

static void write_place(const state *s, const place *p) {
    if (p->known[0] && p->known[1]) {
        add_decimal(s, "latitude", p->negative[0] ? -p->degrees[0] : p->degrees[0], 6);
        add_decimal(s, "longitude", p->negative[1] ? -p->degrees[1] : p->degrees[1], 6);
    }
    if (p->has_altitude)
        add_decimal(s, "altitude", p->below ? -p->altitude : p->altitude, 1);
}

static bool read_entry(const xtr__tiff *t, uint64_t at, field *f) {
    static const unsigned sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};
    unsigned char entry[20];
    size_t size = t->big_tiff ? 20 : 12, inside = t->big_tiff ? 8 : 4;
    if (!xtr__tiff_read(t, at, entry, size))
        return false;
    f->tag = (unsigned)xtr__tiff_number(t, entry, 2);
    f->type = (unsigned)xtr__tiff_number(t, entry + 2, 2);
    f->count = xtr__tiff_number(t, entry + 4, inside);
    f->value_size = f->type < sizeof sizes / sizeof *sizes ? sizes[f->type] : 0;
    f->at = at + size - inside;
    if (f->count > inside || f->count * f->value_size > inside)
        f->at = xtr__tiff_number(t, entry + size - inside, inside);
    return true;
}

static void read_facts(const xtr__tiff *t, uint64_t at, unsigned level);

static void read_fact(const xtr__tiff *t, const field *f, unsigned level) {
    uint64_t size = f->count <= UINT32_MAX ? f->count * f->value_size : 0;
    if (f->tag == XMP && f->at < t->end - t->base)
        xtr__image_read_xmp(t->file, t->base + f->at, size);
    else if (f->tag == IPTC && f->at < t->end - t->base)
        xtr__image_read_iptc(t->file, t->base + f->at, size);
    else if (f->tag == RESOURCES && f->at < t->end - t->base)
        xtr__image_read_resources(t->file, t->base + f->at, size);
    else if (f->tag == EXIF && !level)
        read_facts(t, whole_of(t, f), 1);
    else if (f->tag == GPS && !level)
        read_facts(t, whole_of(t, f), GPS);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        if (facts[i].tag == f->tag)
            add_field(t, f, facts[i].key, facts[i].how);
    }
}

/* `level`: 0 for the first directory, 1 for that of Exif, GPS for that. */
static void read_facts(const xtr__tiff *t, uint64_t at, unsigned level) {
    unsigned char count_of[8];
    size_t count_size = t->big_tiff ? 8 : 2, step = t->big_tiff ? 20 : 12;
    place p = {0};
    if (!at || !xtr__tiff_read(t, at, count_of, count_size))
        return;
    uint64_t count = xtr__tiff_number(t, count_of, count_size);
    at += count_size;
    for (uint64_t i = 0; i < count && i < MOST_FIELDS && !xtr_job_should_stop(t->file->job); i++) {
        field f;
        if (!read_entry(t, at + i * step, &f))
            break;
        if (level == GPS)
            read_place(t, &f, &p);
        else
            read_fact(t, &f, level);
    }
    write_place(t->file, &p);
}

void xtr__image_read_facts(const xtr__tiff *t, uint64_t directory) {
    read_facts(t, directory, 0);
}

/* IPTC -------------------------------------------------------------------------------------- */

/* Data sets of one kind, joined. */
static void join(xtr__buffer *list, const unsigned char *data, size_t size) {
    if (list->size)
        xtr__puts(list, "; ");
    xtr__put(list, (const char *)data, size);
}

static void add_list(const state *s, const char *key, xtr__buffer *list, const char *charset) {
    if (list->size && !list->failed)
        add_text(s, key, (const unsigned char *)list->data, list->size, charset);
    free(list->data);
}

void xtr__image_read_iptc(const state *s, uint64_t at, uint64_t size) {
    static const struct {
        unsigned set;
        const char *key;
    } sets[] = {{5, "title"},     {90, "city"},       {101, "country"},
                {105, "subject"}, {116, "copyright"}, {120, "description"}};
    unsigned char *data = read_block(s, at, size, MOST_BLOCK);
    xtr__buffer authors = {0}, keywords = {0};
    const char *charset = NULL;
    char date[32];
    for (uint64_t i = 0; data && i + 5 <= size && data[i] == 0x1C;) {
        unsigned record = data[i + 1], set = data[i + 2], length = xtr__be16(data + i + 3);
        const unsigned char *value = data + i + 5;
        i += 5;
        if (length > size - i)
            break; /* also one of the longer kind, which no text needs */
        i += length;
        if (record == 1 && set == 90 && length == 3 && !memcmp(value, "\x1B%G", 3))
            charset = "UTF-8";
        if (record != 2)
            continue;
        if (set == 80 || set == 25)
            join(set == 80 ? &authors : &keywords, value, length);
        if (set == 55 && length == 8) {
            snprintf(date, sizeof date, "%.4s:%.2s:%.2s", (const char *)value,
                     (const char *)value + 4, (const char *)value + 6);
            if (iso_date((const unsigned char *)date, 10, date))
                xtr_metadata(s->builder, "created", date);
        }
        for (size_t j = 0; j < sizeof sets / sizeof *sets; j++) {
            if (sets[j].set == set)
                add_text(s, sets[j].key, value, length, charset);
        }
    }
    add_list(s, "authors", &authors, charset);
    add_list(s, "keywords", &keywords, charset);
    free(data);
}

/* Resources of Photoshop: "8BIM", number, name, size, data, each of even size. */
void xtr__image_read_resources(const state *s, uint64_t at, uint64_t size) {
    uint64_t end = at + size;
    unsigned char head[8];
    for (unsigned i = 0; i < MOST_FIELDS && at + 12 <= end && afford(s, 12); i++) {
        if (xtr_input_read(s->input, at, head, 7) != 7 || memcmp(head, "8BIM", 4) != 0)
            return;
        bool iptc = head[4] == 4 && head[5] == 4;
        at += 6 + ((head[6] + 2U) & ~1U);
        if (at + 4 > end || xtr_input_read(s->input, at, head, 4) != 4)
            return;
        uint32_t length = xtr__be32(head);
        at += 4;
        if (length > end - at)
            return;
        if (iptc)
            xtr__image_read_iptc(s, at, length);
        at += (uint64_t)length + length % 2;
    }
}

/* PNG --------------------------------------------------------------------------------------- */

static const char *key_of_png(const char *keyword) {
    static const struct {
        const char *keyword, *key;
    } keys[] = {{"Title", "title"},         {"Author", "authors"},
                {"Artist", "authors"},      {"Description", "description"},
                {"Copyright", "copyright"}, {"Creation Time", "created"},
                {"Software", "creator"},    {"Comment", "comment"}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (!strcmp(keys[i].keyword, keyword))
            return keys[i].key;
    }
    return NULL;
}

/* What is packed, yours to free, or NULL when it is not sound or too large. */
static unsigned char *inflate_text(const state *s, const unsigned char *data, size_t size,
                                   size_t *out_size) {
    uLongf room = XTR__MOST_XMP;
    unsigned char *out = afford(s, room) ? malloc(room) : NULL;
    if (out && uncompress(out, &room, data, size) != Z_OK) {
        free(out);
        out = NULL;
    }
    *out_size = room;
    s->slot->facts += out ? XTR__MOST_XMP - room : 0;
    return out;
}

static void add_png(const state *s, const char *keyword, const unsigned char *text, size_t size,
                    const char *charset) {
    const char *key = key_of_png(keyword);
    char date[32];
    if (!strcmp(keyword, "XML:com.adobe.xmp"))
        write_xmp(s, text, size);
    else if (key && strcmp(key, "created") != 0)
        add_text(s, key, text, size < MOST_TEXT ? size : MOST_TEXT, charset);
    else if (key && iso_date(text, size, date))
        xtr_metadata(s->builder, key, date);
}

/* tEXt: keyword, text. zTXt: keyword, method, packed text. iTXt: keyword, whether it is packed,
 * method, language, translated keyword, text. */
void xtr__image_read_png_text(const state *s, const unsigned char type[4], uint64_t at,
                              uint64_t size) {
    unsigned char *data = read_block(s, at, size, MOST_BLOCK), *packed = NULL;
    if (!data)
        return;
    const unsigned char *end = data + size, *text = memchr(data, '\0', (size_t)size);
    bool is_packed = type[0] == 'z', utf_8 = type[0] == 'i';
    text = text ? text + 1 : NULL;
    if (text && is_packed)
        text++; /* its method is Deflate */
    if (text && utf_8 && end - text > 2) {
        is_packed = *text == 1;
        text += 2;
        for (int i = 0; text && i < 2; i++) {
            text = memchr(text, '\0', (size_t)(end - text));
            text = text ? text + 1 : NULL;
        }
    }
    size_t length = text && text < end ? (size_t)(end - text) : 0;
    if (length && is_packed)
        text = packed = inflate_text(s, text, length, &length);
    if (text && length)
        add_png(s, (const char *)data, text, length, utf_8 ? "UTF-8" : NULL);
    free(packed);
    free(data);
}

void xtr__image_read_comment(const state *s, uint64_t at, uint64_t size) {
    unsigned char *data = read_block(s, at, size, MOST_TEXT);
    if (data)
        add_text(s, "comment", data, (size_t)size, NULL);
    free(data);
}
