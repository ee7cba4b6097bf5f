/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/charset.h"
#include "document/utf8.h"

#include <assert.h>
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

/* A wider set stands for each narrower one that real documents confuse with it (WHATWG Encoding
 * Standard, section 4.2). */
const xtr__charset xtr__charsets[] = {
    {"UTF-8", "UTF-8", " utf8 unicode11utf8 usascii ascii ansix341968 iso646us us 646 ", 1},
    {"UTF-16LE", "UTF-16LE", " utf16le utf16 unicode ucs2 iso10646ucs2 ", 2},
    {"UTF-16BE", "UTF-16BE", " utf16be unicodefffe ", 2},
    {"UTF-32LE", "UTF-32LE", " utf32le utf32 ucs4 ", 4},
    {"UTF-32BE", "UTF-32BE", " utf32be ", 4},
    {"windows-1252", "CP1252",
     " windows1252 cp1252 xcp1252 iso88591 latin1 l1 iso885911987 cp819 ibm819 ansi ", 1},
    {"ISO-8859-15", "ISO-8859-15", " iso885915 latin9 l9 ", 1},
    {"macintosh", "MACINTOSH", " macintosh mac macroman xmacroman ", 1},
    {"IBM850", "CP850", " ibm850 cp850 850 ", 1},
    {"IBM437", "CP437", " ibm437 cp437 437 ", 1},
    {"windows-1250", "CP1250", " windows1250 cp1250 xcp1250 ", 1},
    {"ISO-8859-2", "ISO-8859-2", " iso88592 latin2 l2 ", 1},
    {"IBM852", "CP852", " ibm852 cp852 852 ", 1},
    {"x-mac-ce", "MAC-CENTRALEUROPE", " xmacce maccentraleurope ", 1},
    {"ISO-8859-3", "ISO-8859-3", " iso88593 latin3 l3 ", 1},
    {"ISO-8859-4", "ISO-8859-4", " iso88594 latin4 l4 ", 1},
    {"ISO-8859-10", "ISO-8859-10", " iso885910 latin6 l6 ", 1},
    {"ISO-8859-14", "ISO-8859-14", " iso885914 latin8 l8 ", 1},
    {"ISO-8859-16", "ISO-8859-16", " iso885916 latin10 l10 ", 1},
    {"windows-1257", "CP1257", " windows1257 cp1257 xcp1257 ", 1},
    {"ISO-8859-13", "ISO-8859-13", " iso885913 latin7 l7 ", 1},
    {"windows-1254", "CP1254", " windows1254 cp1254 xcp1254 iso88599 latin5 l5 ", 1},
    {"IBM857", "CP857", " ibm857 cp857 857 ", 1},
    {"windows-1258", "CP1258", " windows1258 cp1258 xcp1258 ", 1},
    {"VISCII", "VISCII", " viscii ", 1},
    {"windows-1251", "CP1251", " windows1251 cp1251 xcp1251 ", 1},
    {"KOI8-R", "KOI8-R", " koi8r koi8 koi cskoi8r ", 1},
    {"KOI8-U", "KOI8-U", " koi8u koi8ru ", 1},
    {"ISO-8859-5", "ISO-8859-5", " iso88595 cyrillic ", 1},
    {"IBM866", "CP866", " ibm866 cp866 866 ", 1},
    {"IBM855", "IBM855", " ibm855 cp855 855 ", 1},
    {"x-mac-cyrillic", "MAC-CYRILLIC", " xmaccyrillic maccyrillic macukrainian ", 1},
    {"windows-1253", "CP1253", " windows1253 cp1253 xcp1253 ", 1},
    {"ISO-8859-7", "ISO-8859-7", " iso88597 greek greek8 ecma118 ", 1},
    {"IBM737", "CP737", " ibm737 cp737 737 ", 1},
    {"windows-1255", "CP1255", " windows1255 cp1255 xcp1255 ", 1},
    {"ISO-8859-8", "ISO-8859-8", " iso88598 iso88598i hebrew logical visual ", 1},
    {"IBM862", "CP862", " ibm862 cp862 862 ", 1},
    {"windows-1256", "CP1256", " windows1256 cp1256 xcp1256 ", 1},
    {"ISO-8859-6", "ISO-8859-6", " iso88596 arabic asmo708 ecma114 ", 1},
    {"windows-874", "CP874", " windows874 cp874 tis620 iso885911 ", 1},
    {"Shift_JIS", "CP932", " shiftjis sjis xsjis mskanji ms932 cp932 windows31j ", 1},
    {"EUC-JP", "EUC-JP-MS", " eucjp xeucjp eucjpms ujis ", 1},
    {"ISO-2022-JP", "ISO-2022-JP-3", " iso2022jp jis ", 1},
    {"GB18030", "GB18030", " gb18030 gbk gb2312 euccn xgbk cp936 ms936 chinese gb231280 ", 1},
    {"Big5", "BIG5-HKSCS", " big5 big5hkscs cnbig5 xxbig5 cp950 ", 1},
    {"EUC-TW", "EUC-TW", " euctw xeuctw ", 1},
    {"EUC-KR", "CP949", " euckr uhc cp949 ms949 windows949 ksc5601 ksc56011987 korean ", 1},
    {"ISO-2022-KR", "ISO-2022-KR", " iso2022kr ", 1},
    {"Johab", "JOHAB", " johab cp1361 ms1361 ", 1},
    {NULL, NULL, NULL, 0},
};
static_assert(sizeof xtr__charsets / sizeof *xtr__charsets <= XTR__MOST_CHARSETS, "too many");

const xtr__charset *xtr__charset_find(const char *label) {
    char plain[40] = " ";
    size_t size = 1;
    for (; *label; label++) {
        char c = *label >= 'A' && *label <= 'Z' ? (char)(*label + 32) : *label;
        if ((c < 'a' || c > 'z') && (c < '0' || c > '9'))
            continue;
        if (size + 2 >= sizeof plain)
            return NULL;
        plain[size++] = c;
    }
    plain[size++] = ' ';
    for (const xtr__charset *set = xtr__charsets; size > 2 && set->name; set++) {
        if (memmem(set->labels, strlen(set->labels), plain, size))
            return set;
    }
    return NULL;
}

/* Declarations ------------------------------------------------------------------------------ */

/* The word after `key`, "=" or ":" and a quote; empty if there is none. */
static const char *declared_after(const char *text, const char *key, const char *marks) {
    const char *found = strstr(text, key);
    if (!found)
        return NULL;
    char label[40];
    found += strlen(key);
    size_t gap = strspn(found, marks);
    size_t size =
        strcspn(found + gap, "\"' \t\r\n;>/?*-_.") ? strcspn(found + gap, "\"' \t\r\n;>/?") : 0;
    if (!gap || !size || size >= sizeof label)
        return NULL;
    memcpy(label, found + gap, size);
    label[size] = 0;
    const xtr__charset *set = xtr__charset_find(label);
    /* A declaration that can be read as ASCII is none of UTF-16. */
    return set && set->unit == 1 ? set->name : NULL;
}

const char *xtr__charset_declared(const unsigned char *data, size_t size) {
    enum { LOOK = 4096 };
    char head[LOOK + 1];
    size = size < LOOK ? size : LOOK;
    for (size_t i = 0; i < size; i++)
        head[i] = (char)(data[i] >= 'A' && data[i] <= 'Z' ? data[i] + 32 : data[i] ? data[i] : 1);
    head[size] = 0;
    const char *name = NULL;
    if (!strncmp(head, "<?xml", 5)) {
        char *end = strstr(head, "?>");
        if (end)
            *end = 0;
        name = declared_after(head, "encoding", "=\"' \t\r\n");
        if (end)
            *end = '?';
    }
    if (!name && strchr(head, '<') && strstr(head, "<meta"))
        name = declared_after(strstr(head, "<meta"), "charset", "=\"' \t\r\n");
    if (!name && !strncmp(head, "@charset", 8))
        name = declared_after(head, "@charset", "\"' ");
    if (!name && (head[0] == '#' || !strncmp(head, "% -*-", 5))) {
        char *end = strchr(head, '\n');
        end = end ? strchr(end + 1, '\n') : NULL;
        if (end)
            *end = 0;
        name = declared_after(head, "coding", "=: ");
    }
    return name;
}

/* Unicode ----------------------------------------------------------------------------------- */

/* Length of the well-formed character at `p`, 0 if malformed, -1 if cut off by the end. */
static int utf8_length(const unsigned char *p, size_t left) {
    int length = p[0] < 0x80   ? 1
                 : p[0] < 0xC2 ? 0
                 : p[0] < 0xE0 ? 2
                 : p[0] < 0xF0 ? 3
                 : p[0] < 0xF5 ? 4
                               : 0;
    for (int i = 1; i < length; i++) {
        if ((size_t)i >= left)
            return -1;
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    }
    if (length >= 3 && ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F) ||
                        (p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F)))
        return 0;
    return length;
}

/* A few broken characters among many whole ones are damage, not another charset. */
static bool is_utf8(const unsigned char *data, size_t size) {
    size_t whole = 0;
    size_t broken = 0;
    for (size_t at = 0; at < size;) {
        uint64_t eight;
        if (size - at >= sizeof eight) {
            memcpy(&eight, data + at, sizeof eight);
            if (!(eight & UINT64_C(0x8080808080808080))) {
                at += sizeof eight;
                continue;
            }
        }
        int length = utf8_length(data + at, size - at);
        if (length < 0)
            return whole && whole >= 20 * broken;
        whole += length > 1;
        broken += length == 0;
        at += length ? (size_t)length : 1;
    }
    return broken == 0 || whole >= 20 * broken;
}

/* UTF-16 without a mark: some of its units are ASCII characters, of which spaces and line breaks
 * are in every language, and nearly none are control characters or lone surrogates. */
static const char *guess_utf16(const unsigned char *data, size_t size) {
    size_t ascii[2] = {0};
    size_t bad[2] = {0};
    size_t units = size / 2;
    for (size_t i = 0; i < units; i++) {
        for (int big = 0; big < 2; big++) {
            unsigned high = data[2 * i + (big ? 0 : 1)];
            unsigned low = data[2 * i + (big ? 1 : 0)];
            if (high == 0)
                *(low >= 32 || low == '\n' || low == '\r' || low == '\t' ? &ascii[big]
                                                                         : &bad[big]) += 1;
            bad[big] += (high == 0xFF && low >= 0xFE) || (high >= 0xE0 && high < 0xF9);
        }
    }
    int big = ascii[1] > ascii[0];
    if (units < 2 || bad[big] * 50 > units || ascii[big] * 50 < units ||
        ascii[big] < 3 * ascii[!big])
        return NULL;
    return big ? "UTF-16BE" : "UTF-16LE";
}

static const char *guess_utf32(const unsigned char *data, size_t size) {
    size_t good[2] = {0};
    size_t units = size / 4;
    for (size_t i = 0; i < units; i++) {
        const unsigned char *p = data + 4 * i;
        good[0] += p[3] == 0 && p[2] <= 0x10 && (p[1] || p[0]);
        good[1] += p[0] == 0 && p[1] <= 0x10 && (p[2] || p[3]);
    }
    int big = good[1] > good[0];
    return units >= 2 && good[big] == units ? (big ? "UTF-32BE" : "UTF-32LE") : NULL;
}

static const char *guess_mark(const unsigned char *data, size_t size) {
    static const struct {
        const char *bytes;
        size_t size;
        const char *name;
    } marks[] = {{"\xEF\xBB\xBF", 3, "UTF-8"},
                 {"\xFF\xFE\0\0", 4, "UTF-32LE"},
                 {"\0\0\xFE\xFF", 4, "UTF-32BE"},
                 {"\xFF\xFE", 2, "UTF-16LE"},
                 {"\xFE\xFF", 2, "UTF-16BE"}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (size >= marks[i].size && !memcmp(data, marks[i].bytes, marks[i].size))
            return marks[i].name;
    }
    return NULL;
}

/* Seven-bit sets that switch by escape sequences (ISO 2022). */
static const char *guess_escapes(const unsigned char *data, size_t size) {
    if (!memchr(data, 0x1B, size))
        return NULL;
    if (memmem(data, size, "\x1B$B", 3) || memmem(data, size, "\x1B$@", 3) ||
        memmem(data, size, "\x1B(J", 3))
        return "ISO-2022-JP";
    return memmem(data, size, "\x1B$)C", 4) ? "ISO-2022-KR" : NULL;
}

const char *xtr__charset_guess(const unsigned char *data, size_t size, const char *declared) {
    const char *name = guess_mark(data, size);
    if (name)
        return name;
    size_t zeros = 0;
    size_t controls = 0;
    size_t high = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = data[i];
        zeros += c == 0;
        high += c >= 0x80;
        controls += (c < 32 && c && !(c >= 7 && c <= 13) && c != 0x1B && c != 0x1A) || c == 0x7F;
    }
    if (zeros) {
        name = guess_utf32(data, size);
        return name ? name : guess_utf16(data, size);
    }
    if (controls * 100 > size)
        return NULL;
    if (!high)
        name = guess_escapes(data, size);
    if (name || is_utf8(data, size))
        return name ? name : "UTF-8";
    return xtr__charset_likeliest(data, size, declared);
}

/* Decoding ---------------------------------------------------------------------------------- */

struct xtr__decoder {
    const char32_t *bytes; /* of a simple charset, which has no use for iconv */
    iconv_t iconv;
    unsigned unit;
    unsigned char rest[16]; /* a character cut off at the end of the last piece */
    size_t rest_size;
};

int xtr__decoder_new(xtr__decoder **out, const char *charset) {
    *out = NULL;
    const xtr__charset *set = xtr__charset_find(charset);
    if (!set)
        return XTR_E_ARGUMENT;
    if (!xtr__charset_ready(set))
        return XTR_E_MISSING_BACKEND;
    xtr__decoder *decoder = calloc(1, sizeof *decoder);
    if (!decoder)
        return XTR_E_MEMORY;
    if (xtr__charset_simple(set))
        decoder->bytes = xtr__charset_bytes(set);
    else
        decoder->iconv = iconv_open("UTF-8", set->iconv);
    if (decoder->iconv == (iconv_t)-1) {
        free(decoder);
        return XTR_E_MISSING_BACKEND;
    }
    decoder->unit = set->unit;
    *out = decoder;
    return XTR_OK;
}

void xtr__decoder_drop(xtr__decoder *decoder) {
    if (!decoder)
        return;
    if (!decoder->bytes)
        iconv_close(decoder->iconv);
    free(decoder);
}

static void decode_bytes(const char32_t *table, const unsigned char *data, size_t size,
                         xtr__decoded sink, void *payload) {
    enum { PIECE = 2048, LONGEST = 4, REPLACEMENT = 0xFFFD };
    char buffer[PIECE * LONGEST];
    while (size) {
        size_t piece = size < PIECE ? size : PIECE;
        size_t used = 0;
        for (size_t i = 0; i < piece; i++) {
            char32_t character = table[data[i]];
            bool none = !character && data[i];
            used += xtr__utf8_encode(buffer + used, none ? REPLACEMENT : character);
        }
        sink(buffer, used, payload);
        data += piece;
        size -= piece;
    }
}

/* Decodes up to a character cut off by the end; returns the number of bytes used. */
static size_t decode_some(xtr__decoder *d, const unsigned char *data, size_t size, bool last,
                          xtr__decoded sink, void *payload) {
    char *in = (char *)data;
    size_t left = size;
    while (left) {
        char buffer[8192];
        char *out = buffer;
        size_t room = sizeof buffer;
        size_t before = left;
        size_t result = iconv(d->iconv, &in, &left, &out, &room);
        int why = errno;
        if (out > buffer)
            sink(buffer, (size_t)(out - buffer), payload);
        if (result != (size_t)-1 || (why == E2BIG && left < before))
            continue;
        if (why == EINVAL && !last)
            break;
        /* Malformed, or cut off by the very end. */
        size_t skip = why == EINVAL ? left : left < d->unit ? left : d->unit;
        in += skip;
        left -= skip;
        sink("\xEF\xBF\xBD", 3, payload);
    }
    return size - left;
}

void xtr__decoder_feed(xtr__decoder *d, const unsigned char *data, size_t size, bool last,
                       xtr__decoded sink, void *payload) {
    if (d->bytes) {
        decode_bytes(d->bytes, data, size, sink, payload);
        return;
    }
    /* Completes the character cut off before, byte by byte. */
    while (d->rest_size && (size || last)) {
        if (size && d->rest_size < sizeof d->rest) {
            d->rest[d->rest_size++] = *data++;
            size--;
        }
        bool end = (last && !size) || d->rest_size == sizeof d->rest;
        size_t used = decode_some(d, d->rest, d->rest_size, end, sink, payload);
        d->rest_size -= used;
        memmove(d->rest, d->rest + used, d->rest_size);
    }
    if (d->rest_size)
        return;
    size_t used = decode_some(d, data, size, last, sink, payload);
    if (size - used <= sizeof d->rest) {
        memcpy(d->rest, data + used, size - used);
        d->rest_size = size - used;
    }
}

typedef struct gathered {
    char *text;
    size_t size, capacity;
    bool failed;
} gathered;

static void gather(const char *text, size_t size, void *payload) {
    gathered *all = payload;
    if (all->size + size + 1 > all->capacity) {
        size_t capacity = 2 * (all->size + size + 1);
        char *grown = all->failed ? NULL : realloc(all->text, capacity);
        all->failed = !grown;
        if (!grown)
            return;
        all->text = grown;
        all->capacity = capacity;
    }
    memcpy(all->text + all->size, text, size);
    all->size += size;
}

int xtr__charset_decode(char **out, size_t *out_size, const char *charset,
                        const unsigned char *data, size_t size) {
    *out = NULL;
    *out_size = 0;
    xtr__decoder *decoder;
    int code = xtr__decoder_new(&decoder, charset);
    if (code)
        return code;
    gathered all = {0};
    gather("", 0, &all);
    xtr__decoder_feed(decoder, data, size, true, gather, &all);
    xtr__decoder_drop(decoder);
    if (all.failed) {
        free(all.text);
        return XTR_E_MEMORY;
    }
    all.text[all.size] = 0;
    *out = all.text;
    *out_size = all.size;
    return XTR_OK;
}
