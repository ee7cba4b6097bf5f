/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ZIP containers (APPNOTE.TXT 6.3.10). The central directory is read; where it is missing or
 * damaged, the local headers at the start of the file. Office formats follow ECMA-376 part 2
 * ([Content_Types].xml) and OpenDocument 1.3 part 2 and EPUB OCF 3.3 (the `mimetype` entry). */
#include "detect/mime.h"
#include "detect/probe.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define MAX_DIRECTORY ((size_t)1 << 20)
#define MAX_ENTRIES   10000
#define MAX_CONTENT   ((size_t)256 << 10)

typedef struct entry {
    bool found;
    bool encrypted;
    uint16_t method;
    uint64_t stored_size, at; /* `at`: of the local header */
} entry;

typedef struct survey {
    entry mimetype, content_types, manifest;
    unsigned names; /* bits: which of `telling` is there */
} survey;

/* Names that tell a type where nothing declares it; more telling ones first. */
static const struct {
    const char *name;
    bool prefix;
    const char *type;
} telling[] = {
    {"word/document.xml", false,
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"xl/workbook.xml", false, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"xl/workbook.bin", false, "application/vnd.ms-excel.sheet.binary.macroEnabled.12"},
    {"ppt/presentation.xml", false,
     "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"visio/document.xml", false, "application/vnd.ms-visio.drawing.main+xml"},
    {"FixedDocSeq.fdseq", false, "application/vnd.ms-xpsdocument"},
    {"FixedDocumentSequence.fdseq", false, "application/vnd.ms-xpsdocument"},
    {"3D/3dmodel.model", false, "model/3mf"},
    {"META-INF/container.xml", false, "application/epub+zip"},
    {"Contents/section0.xml", false, "application/hwp+zip"},
    {"AndroidManifest.xml", false, "application/vnd.android.package-archive"},
    {"index.apxl", false, "application/vnd.apple.keynote"},
    {"Index/Slide", true, "application/vnd.apple.keynote"},
    {"Index/Presentation", true, "application/vnd.apple.keynote"},
    {"Index/CalculationEngine", true, "application/vnd.apple.numbers"},
    {"Index/Document.iwa", false, "application/vnd.apple.pages"},
    {"doc.kml", false, "application/vnd.google-earth.kmz"},
    {"install.rdf", false, "application/x-xpinstall"},
    {"META-INF/mozilla.rsa", false, "application/x-xpinstall"},
    {"Payload/", true, "application/x-ios-app"},
    {"META-INF/MANIFEST.MF", false, "application/java-archive"},
};

/* The content type of an Open Packaging package's main part, without "+xml"; templates and macro
 * forms differ from the plain one only here. */
static const struct {
    const char *part, *type;
} parts[] = {
    {"wordprocessingml.document.main",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"wordprocessingml.template.main",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.template"},
    {"ms-word.document.macroEnabled", "application/vnd.ms-word.document.macroEnabled.12"},
    {"ms-word.template.macroEnabled", "application/vnd.ms-word.template.macroEnabled.12"},
    {"spreadsheetml.sheet.main",
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"spreadsheetml.template.main",
     "application/vnd.openxmlformats-officedocument.spreadsheetml.template"},
    {"ms-excel.sheet.macroEnabled", "application/vnd.ms-excel.sheet.macroEnabled.12"},
    {"ms-excel.template.macroEnabled", "application/vnd.ms-excel.template.macroEnabled.12"},
    {"ms-excel.addin.macroEnabled", "application/vnd.ms-excel.addin.macroEnabled.12"},
    {"ms-excel.sheet.binary", "application/vnd.ms-excel.sheet.binary.macroEnabled.12"},
    {"presentationml.presentation.main",
     "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"presentationml.slideshow.main",
     "application/vnd.openxmlformats-officedocument.presentationml.slideshow"},
    {"presentationml.template.main",
     "application/vnd.openxmlformats-officedocument.presentationml.template"},
    {"ms-powerpoint.presentation.macroEnabled",
     "application/vnd.ms-powerpoint.presentation.macroEnabled.12"},
    {"ms-powerpoint.slideshow.macroEnabled",
     "application/vnd.ms-powerpoint.slideshow.macroEnabled.12"},
    {"ms-powerpoint.template.macroEnabled",
     "application/vnd.ms-powerpoint.template.macroEnabled.12"},
    {"ms-powerpoint.addin.macroEnabled", "application/vnd.ms-powerpoint.addin.macroEnabled.12"},
    {"ms-visio.", "application/vnd.ms-visio.drawing.main+xml"},
    {"ms-package.xps", "application/vnd.ms-xpsdocument"},
    {"ms-package.3dmanufacturing-3dmodel", "model/3mf"},
};

static bool is_name(const unsigned char *name, size_t size, const char *wanted) {
    return size == strlen(wanted) && !memcmp(name, wanted, size);
}

static void note(survey *found, const unsigned char *name, size_t size, const entry *e) {
    if (is_name(name, size, "mimetype"))
        found->mimetype = *e;
    else if (is_name(name, size, "[Content_Types].xml"))
        found->content_types = *e;
    else if (is_name(name, size, "META-INF/manifest.xml"))
        found->manifest = *e;
    for (unsigned i = 0; i < sizeof telling / sizeof *telling; i++) {
        size_t length = strlen(telling[i].name);
        if ((telling[i].prefix ? size >= length : size == length) &&
            !memcmp(name, telling[i].name, length))
            found->names |= 1U << i;
    }
}

static void survey_directory(survey *found, const unsigned char *p, size_t size) {
    for (int count = 0; count < MAX_ENTRIES && size >= 46 && !memcmp(p, "PK\1\2", 4); count++) {
        size_t name = xtr__le16(p + 28);
        size_t total = 46 + name + xtr__le16(p + 30) + xtr__le16(p + 32);
        if (46 + name > size)
            return;
        entry e = {.found = true,
                   .encrypted = xtr__le16(p + 8) & 1,
                   .method = xtr__le16(p + 10),
                   .stored_size = xtr__le32(p + 20),
                   .at = xtr__le32(p + 42)};
        note(found, p + 46, name, &e);
        if (total > size)
            return;
        p += total;
        size -= total;
    }
}

/* For archives cut short: an entry follows an entry as long as sizes are known. */
static void survey_locals(survey *found, const xtr__sample *s) {
    size_t at = 0;
    for (int count = 0; count < MAX_ENTRIES && at + 30 <= s->size; count++) {
        const unsigned char *p = s->head + at;
        size_t name = xtr__le16(p + 26);
        if (memcmp(p, "PK\3\4", 4) != 0 || at + 30 + name > s->size)
            return;
        entry e = {.found = true,
                   .encrypted = p[6] & 1,
                   .method = xtr__le16(p + 8),
                   .stored_size = xtr__le32(p + 18),
                   .at = at};
        bool streamed = p[6] & 8;
        if (streamed)
            e.stored_size = s->size; /* up to where it inflates */
        note(found, p + 30, name, &e);
        if (streamed || e.stored_size > s->size)
            return;
        at += 30 + name + xtr__le16(p + 28) + (size_t)e.stored_size;
    }
}

/* Finds the end record and reads the directory before it into *out, which is the caller's. */
static size_t read_directory(unsigned char **out, const xtr__sample *s) {
    enum { TAIL = 65535 + 22 };
    *out = NULL;
    size_t size = s->input_size < TAIL ? (size_t)s->input_size : TAIL;
    unsigned char *tail = malloc(size + 1);
    if (!tail)
        return 0;
    uint64_t base = s->input_size - size;
    int64_t got = xtr_input_read(s->input, base, tail, size);
    uint64_t at = 0;
    uint64_t length = 0;
    for (int64_t i = got - 22; i >= 0 && !length; i--) {
        if (memcmp(tail + i, "PK\5\6", 4) != 0)
            continue;
        length = xtr__le32(tail + i + 12);
        at = base + (uint64_t)i - length; /* right also with junk before the archive */
        if (length == UINT32_MAX && i >= 76 && !memcmp(tail + i - 76, "PK\6\6", 4)) {
            length = xtr__le64(tail + i - 76 + 40);
            at = xtr__le64(tail + i - 76 + 48);
        }
    }
    free(tail);
    if (!length || length > s->input_size || at > s->input_size - length)
        return 0;
    size_t want = length < MAX_DIRECTORY ? (size_t)length : MAX_DIRECTORY;
    *out = malloc(want);
    got = *out ? xtr_input_read(s->input, at, *out, want) : 0;
    return got > 0 ? (size_t)got : 0;
}

static size_t inflate_some(unsigned char *out, size_t capacity, const unsigned char *in,
                           size_t size) {
    z_stream z = {.next_in = (unsigned char *)in,
                  .avail_in = (uInt)size,
                  .next_out = out,
                  .avail_out = (uInt)capacity};
    if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
        return 0;
    (void)inflate(&z, Z_SYNC_FLUSH); /* what comes before damage is enough */
    inflateEnd(&z);
    return capacity - z.avail_out;
}

/* The beginning of an entry's content as a string, the caller's to free; NULL if unreadable. */
static char *read_entry(const xtr__sample *s, const entry *e) {
    unsigned char header[30];
    if (!e->found || e->encrypted || (e->method != 0 && e->method != 8) ||
        xtr_input_read(s->input, e->at, header, 30) != 30 || memcmp(header, "PK\3\4", 4) != 0)
        return NULL;
    size_t size = e->stored_size < MAX_CONTENT ? (size_t)e->stored_size : MAX_CONTENT;
    uint64_t at = e->at + 30 + xtr__le16(header + 26) + xtr__le16(header + 28);
    unsigned char *in = malloc(size + 1);
    int64_t got = in ? xtr_input_read(s->input, at, in, size) : -1;
    if (got < 0 || e->method == 0) {
        if (in)
            in[got < 0 ? 0 : got] = 0;
        return (char *)in;
    }
    unsigned char *out = malloc(MAX_CONTENT + 1);
    if (out)
        out[inflate_some(out, MAX_CONTENT, in, (size_t)got)] = 0;
    free(in);
    return (char *)out;
}

static const char *declared_type(const char *content) {
    const xtr__mime *mime = xtr__mime_find(content);
    return mime && mime->family == XTR__FAMILY_ZIP ? mime->type : NULL;
}

/* `mimetype` holds the bare type, at most with white space around it. */
static const char *mimetype_of(char *content) {
    content += strspn(content, " \t\r\n");
    content[strcspn(content, " \t\r\n")] = 0;
    return declared_type(content);
}

/* OpenDocument without `mimetype`: the manifest's entry for the root "/". */
static const char *manifest_type(const char *content) {
    const char *type = strstr(content, "application/vnd.oasis.opendocument.");
    char name[96];
    size_t size = type ? strcspn(type, "\"'") : sizeof name;
    if (size >= sizeof name)
        return NULL;
    memcpy(name, type, size);
    name[size] = 0;
    return declared_type(name);
}

static const char *package_type(const char *content) {
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (strstr(content, parts[i].part))
            return parts[i].type;
    }
    return NULL;
}

static const char *type_of(const xtr__sample *s, const survey *found) {
    const char *type = NULL;
    char *content = read_entry(s, &found->mimetype);
    if (content)
        type = mimetype_of(content);
    free(content);
    if (!type && (content = read_entry(s, &found->content_types))) {
        type = package_type(content);
        free(content);
    }
    if (!type && (content = read_entry(s, &found->manifest))) {
        type = manifest_type(content);
        free(content);
    }
    for (unsigned i = 0; !type && i < sizeof telling / sizeof *telling; i++) {
        if (found->names & 1U << i)
            type = telling[i].type;
    }
    return type;
}

xtr_match xtr__probe_zip(const xtr__sample *s) {
    survey found = {0};
    unsigned char *directory;
    size_t size = read_directory(&directory, s);
    survey_directory(&found, directory, size);
    free(directory);
    const char *type = type_of(s, &found);
    if (!type) {
        found = (survey){0};
        survey_locals(&found, s);
        type = type_of(s, &found);
    }
    return type ? (xtr_match){type, 128} : xtr__no_match;
}
