/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Content first, then the name, then libmagic:
 *
 *  1. Signatures and the extractors' own probes find binary types; ZIP and compound files are
 *     looked into.
 *  2. What has a charset is text. Its beginning tells XML, HTML, mail and the like; among plain
 *     text types the name decides.
 *  3. What is left goes to libmagic, whole.
 *  4. The name alone is believed when the content says nothing at all.
 *
 * Throughout, content that only tells a family (application/zip, image/tiff, text/plain) lets the
 * name choose within it, and a name never wins over content that tells a type. */
#include "detect/detect.h"
#include "detect/charset.h"
#include "detect/mime.h"
#include "detect/probe.h"
#include "runtime/error.h"
#include "runtime/registry.h"
#include "runtime/source.h"

#include <magic.h>
#include <stdlib.h>
#include <string.h>

#define MAX_MAGIC    ((size_t)32 << 20)
#define TEXT_LOOK    ((size_t)64 << 10)
#define MIN_BITS     24 /* a match of fewer is a coincidence as likely as not */
#define MIN_BINARY   40 /* fewer matching bits do not make binary what reads as text */
#define PLAIN_BITS   8  /* what "it is all text" is worth */
#define FAMILY_COUNT (XTR__FAMILY_MAIL + 1)

struct xtr__detector {
    magic_t magic; /* NULL until needed */
};

xtr__detector *xtr__detector_new(void) {
    return calloc(1, sizeof(xtr__detector));
}

void xtr__detector_drop(xtr__detector *detector) {
    if (!detector)
        return;
    if (detector->magic)
        magic_close(detector->magic);
    free(detector);
}

/* What content says that could be any of its family. */
static bool is_generic(const char *type) {
    static const char *const generic[FAMILY_COUNT] = {
        [XTR__FAMILY_TEXT] = "text/plain",     [XTR__FAMILY_XML] = "application/xml",
        [XTR__FAMILY_ZIP] = "application/zip", [XTR__FAMILY_OLE] = "application/x-ole-storage",
        [XTR__FAMILY_TIFF] = "image/tiff",     [XTR__FAMILY_MP4] = "video/mp4",
        [XTR__FAMILY_OGG] = "application/ogg", [XTR__FAMILY_MAIL] = "application/mbox",
    };
    const xtr__mime *mime = xtr__mime_find(type);
    const char *first = mime ? generic[mime->family] : NULL;
    return first && !strcmp(first, type);
}

/* An encrypted Office Open XML document is what its name says. */
static bool may_be(const xtr__mime *content, const xtr__mime *named) {
    if (!strcmp(content->type, "application/encrypted"))
        return named->family == XTR__FAMILY_ZIP && strstr(named->type, "office");
    return is_generic(content->type) && named->family == content->family;
}

/* The type of binary content, refined by the name inside its family. */
static xtr_match refine(xtr_match match, const xtr__mime *named) {
    const xtr__mime *content = xtr__mime_find(match.mime_type);
    if (content && named && may_be(content, named))
        match.mime_type = named->type;
    return match;
}

static xtr_match probe_binary(const xtr__sample *s) {
    xtr_match best = xtr__probe_signature(s);
    for (int i = 0; xtr__extractors[i]; i++) {
        if (!xtr__extractors[i]->probe)
            continue;
        xtr_match match = xtr__extractors[i]->probe(s->head, s->size, s->input_size);
        if (match.bits > best.bits)
            best = match;
    }
    xtr_match inside = xtr__no_match;
    if (best.bits && !strcmp(best.mime_type, "application/zip"))
        inside = xtr__probe_zip(s);
    else if (best.bits && !strcmp(best.mime_type, "application/x-ole-storage"))
        inside = xtr__probe_ole(s);
    return inside.bits ? inside : best;
}

/* Text holds none of the control characters that every binary type has near its start. */
static bool has_controls(const xtr__sample *s) {
    for (size_t i = 0; i < s->size && i < 512; i++) {
        unsigned char c = s->head[i];
        if (c < 7 || (c > 13 && c < 32 && c != 0x1A && c != 0x1B))
            return true;
    }
    return false;
}

static xtr_match probe_text(const xtr__sample *s, const char *charset) {
    const unsigned char *data = s->head;
    size_t size = s->size < TEXT_LOOK ? s->size : TEXT_LOOK;
    char *decoded = NULL;
    xtr_match match = xtr__no_match;
    if (xtr__charset_find(charset)->unit > 1) {
        if (xtr__charset_decode(&decoded, &size, charset, data, size))
            return match;
        data = (const unsigned char *)decoded;
    }
    size_t mark = size >= 3 && !memcmp(data, "\xEF\xBB\xBF", 3) ? 3 : 0;
    match = xtr__probe_text((const char *)data + mark, size - mark);
    free(decoded);
    return match;
}

/* Text: does the content or the name decide? */
static xtr_match choose_text(xtr_match match, const xtr__mime *named) {
    const xtr__mime *content = match.bits ? xtr__mime_find(match.mime_type) : NULL;
    if (!content) {
        match = (xtr_match){"text/plain", PLAIN_BITS};
        content = xtr__mime_find(match.mime_type);
    }
    if (!named)
        return match;
    bool named_text = named->family == XTR__FAMILY_TEXT;
    bool named_plain = !strcmp(named->type, "text/plain");
    switch (content->family) {
    case XTR__FAMILY_TEXT:
        if (named_text || named->family == XTR__FAMILY_XML)
            return (xtr_match){named->type, match.bits};
        /* Prose named report.pdf: whoever reads PDF says what is wrong with it. */
        if (!strcmp(content->type, "text/plain") && named->family != XTR__FAMILY_MAIL &&
            xtr__extractor_of_mime(named->type) >= 0)
            return (xtr_match){named->type, 0};
        return match;
    case XTR__FAMILY_XML:
        if ((named_text && !named_plain && !strcmp(content->type, "application/xml")) ||
            (!strcmp(named->type, "text/html") && !strcmp(content->type, "application/xhtml+xml")))
            return (xtr_match){named->type, match.bits};
        return refine(match, named);
    case XTR__FAMILY_MAIL:
        return named_text ? (xtr_match){named->type, PLAIN_BITS} : refine(match, named);
    default:
        return match;
    }
}

void xtr__detector_warm(xtr__detector *detector) {
    if (detector->magic)
        return;
    detector->magic = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS);
    if (detector->magic && magic_load(detector->magic, NULL)) {
        magic_close(detector->magic);
        detector->magic = NULL;
    }
}

/* NULL when libmagic's data are missing or it knows no better. */
static const char *ask_magic(xtr__detector *detector, xtr_input *input) {
    xtr__detector_warm(detector);
    size_t size = xtr_input_size(input) < MAX_MAGIC ? (size_t)xtr_input_size(input) : MAX_MAGIC;
    unsigned char *data = detector->magic ? malloc(size) : NULL;
    int64_t got = data ? xtr_input_read(input, 0, data, size) : -1;
    const char *type = got > 0 ? magic_buffer(detector->magic, data, (size_t)got) : NULL;
    free(data);
    const xtr__mime *mime = type ? xtr__mime_find(type) : NULL;
    if (!type || !strcmp(type, "application/octet-stream") || !strcmp(type, "application/x-empty"))
        return NULL;
    /* It calls text what only looks so at the start. */
    if (mime ? mime->family == XTR__FAMILY_TEXT : !strncmp(type, "text/", 5))
        return NULL;
    return mime ? mime->type : type;
}

static xtr_match choose_unknown(xtr__detector *detector, xtr_input *input, xtr_match weak,
                                const xtr__mime *named) {
    const char *type = ask_magic(detector, input);
    if (type)
        return refine((xtr_match){type, weak.bits ? weak.bits : PLAIN_BITS}, named);
    if (weak.bits)
        return refine(weak, named);
    if (named)
        return (xtr_match){named->type, 0};
    return (xtr_match){"application/octet-stream", 0};
}

static void put(xtr_detection *out, xtr_match match, const char *charset) {
    const xtr__mime *mime = xtr__mime_find(match.mime_type);
    bool text = charset && (!mime || mime->family == XTR__FAMILY_TEXT ||
                            mime->family == XTR__FAMILY_XML || mime->family == XTR__FAMILY_MAIL);
    strncpy(out->mime_type, match.mime_type, sizeof out->mime_type - 1);
    strncpy(out->charset, text ? charset : "", sizeof out->charset - 1);
    out->bits = match.bits;
}

int xtr__detect_input(xtr__detector *detector, xtr_input *input, xtr_detection *out,
                      xtr_error *error) {
    memset(out, 0, sizeof *out);
    bool out_of_memory = false;
    xtr__sample s = {
        .input = input, .input_size = xtr_input_size(input), .out_of_memory = &out_of_memory};
    s.head = xtr_input_head(input, &s.size);
    const char *name = xtr_input_name(input);
    if (!s.head)
        return xtr__error_memory(error);
    if (!s.size)
        return xtr__error(error, XTR_E_IO, "%s: cannot be read", name ? name : "input");
    const xtr__mime *named = name ? xtr__mime_of_name(name) : NULL;

    xtr_match match = probe_binary(&s);
    if (out_of_memory)
        return xtr__error_memory(error);
    if (match.bits >= MIN_BINARY || (match.bits >= MIN_BITS && has_controls(&s))) {
        put(out, refine(match, named), NULL);
        return XTR_OK;
    }
    const char *charset = xtr__charset_guess(s.head, s.size, xtr__charset_declared(s.head, s.size));
    if (charset)
        match = choose_text(probe_text(&s, charset), named);
    else if (match.bits >= MIN_BITS)
        match = refine(match, named);
    else
        match = choose_unknown(detector, input, match, named);
    put(out, match, charset);
    return XTR_OK;
}

int xtr_detect(xtr_detection *out, const xtr_source *source, xtr_error *error) {
    memset(out, 0, sizeof *out);
    xtr_input *input;
    int code = xtr__input_open(&input, source, 0, NULL, error);
    if (code)
        return code;
    xtr__detector *detector = xtr__detector_new();
    code = detector ? xtr__detect_input(detector, input, out, error) : xtr__error_memory(error);
    xtr__detector_drop(detector);
    xtr__input_drop(input);
    return code;
}
