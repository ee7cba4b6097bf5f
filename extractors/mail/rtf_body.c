/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Bodies that Outlook keeps as RTF: compressed by LZFu ([MS-OXRTFCP]), and mostly made of HTML or
 * text that is still inside ([MS-OXRTFEX]). */
#include "detect/charset.h"
#include "document/utf8.h"
#include "mail/mapi.h"

#include <stdlib.h>
#include <string.h>

/* Compression ------------------------------------------------------------------------------- */

enum { HEAD = 16, WINDOW = 4096 };

static const char dictionary[] =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    "\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    "\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

static uint32_t number_at(xtr__slice s, size_t at) {
    const unsigned char *p = (const unsigned char *)s.at + at;
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void unpack(xtr__buffer *out, xtr__slice in, size_t most) {
    char window[WINDOW] = "";
    size_t at = sizeof dictionary - 1;
    memcpy(window, dictionary, at);
    for (size_t i = 0; i < in.size;) {
        unsigned flags = (unsigned char)in.at[i++];
        for (int bit = 0; bit < 8 && i < in.size && out->size < most; bit++, flags >>= 1) {
            if (!(flags & 1)) {
                window[at++ % WINDOW] = in.at[i];
                xtr__putc(out, in.at[i++]);
                continue;
            }
            if (i + 1 >= in.size)
                return;
            unsigned token = (unsigned)(unsigned char)in.at[i] << 8 | (unsigned char)in.at[i + 1];
            size_t from = token >> 4, length = (token & 15) + 2;
            i += 2;
            if (from == at % WINDOW) /* the end */
                return;
            char piece[17];
            for (size_t k = 0; k < length; k++) {
                piece[k] = window[from++ % WINDOW];
                window[at++ % WINDOW] = piece[k];
            }
            xtr__put(out, piece, length);
        }
    }
}

bool xtr__rtf_unpack(xtr__buffer *out, xtr__slice packed) {
    if (packed.size < HEAD)
        return false;
    uint32_t size = number_at(packed, 4), kind = number_at(packed, 8);
    xtr__slice rest = xtr__slice_from(packed, HEAD);
    size_t most = size < XTR__RTF_MOST ? size : XTR__RTF_MOST;
    if (kind == 0x414C454D) /* "MELA": as it is */
        xtr__put(out, rest.at, rest.size < most ? rest.size : most);
    else if (kind == 0x75465A4C) /* "LZFu" */
        unpack(out, rest, most);
    return out->size > 0;
}

/* What is inside ---------------------------------------------------------------------------- */

enum { STEPS_PER_LOOK = 4096 };

typedef struct reader {
    xtr__buffer *out, bytes; /* bytes of the code page that wait to be decoded */
    const char *charset;
    int depth, skipped; /* groups that are open; the one from which on all is passed over, or 0 */
    int tag;            /* the group that is a piece of HTML, or 0 */
    bool hidden;        /* \htmlrtf: what RTF alone shows */
    bool html, starred;
    long fallback, uc; /* characters to pass over after \u */
    uint32_t high;     /* the first half of a character of UTF-16 that waits for the other, or 0 */
    unsigned steps;
} reader;

static void put_character(reader *r, uint32_t c) {
    char utf8[4];
    xtr__put(r->out, utf8, xtr__utf8_encode(utf8, c >> 11 == 0x1B ? 0xFFFD : c));
}

static void flush(reader *r) {
    if (r->high)
        put_character(r, r->high);
    r->high = 0;
    xtr__mime_text(r->out, xtr__slice_of(&r->bytes), r->charset);
    r->bytes.size = 0;
}

static bool is_shown(const reader *r) {
    return !r->skipped && (r->tag || !r->hidden);
}

static void put_byte(reader *r, char c) {
    if (r->fallback > 0)
        r->fallback--;
    else if (is_shown(r))
        xtr__putc(&r->bytes, c);
}

static void put_plain(reader *r, const char *text) {
    if (!is_shown(r))
        return;
    flush(r);
    xtr__puts(r->out, text);
}

static void put_unicode(reader *r, long number) {
    uint32_t c = (uint32_t)(number < 0 ? number + 65536 : number) & 0xFFFF;
    bool pair = r->high && c >> 10 == 0x37 && !r->bytes.size;
    if (is_shown(r) && pair) {
        put_character(r, 0x10000 + ((r->high & 0x3FF) << 10) + (c & 0x3FF));
        r->high = 0;
    } else if (is_shown(r)) {
        flush(r);
        if (c >> 10 == 0x36)
            r->high = c;
        else
            put_character(r, c);
    }
    r->fallback = r->uc;
}

/* Destinations that hold no text. */
static bool is_aside(const char *word) {
    static const char *const asides[] = {"fonttbl", "colortbl", "stylesheet", "info",
                                         "pict",    "object",   "listtable",  "generator"};
    for (size_t i = 0; i < sizeof asides / sizeof *asides; i++) {
        if (!strcmp(word, asides[i]))
            return true;
    }
    return false;
}

static void read_word(reader *r, const char *word, bool given, long number) {
    static const char *const letters[][2] = {{"par", "\r\n"},         {"line", "\r\n"},
                                             {"tab", "\t"},           {"lquote", "\u2018"},
                                             {"rquote", "\u2019"},    {"ldblquote", "\u201C"},
                                             {"rdblquote", "\u201D"}, {"bullet", "\u2022"},
                                             {"endash", "\u2013"},    {"emdash", "\u2014"}};
    bool starred = r->starred;
    r->starred = false;
    if (!strcmp(word, "htmltag") && !r->skipped)
        r->tag = r->tag ? r->tag : r->depth;
    else if (!strcmp(word, "mhtmltag") || (is_aside(word) || starred))
        r->skipped = r->skipped ? r->skipped : r->depth;
    else if (!strcmp(word, "htmlrtf"))
        r->hidden = !given || number;
    else if (!strcmp(word, "fromhtml"))
        r->html = true;
    else if (!strcmp(word, "ansicpg") && xtr__charset_of_codepage((uint32_t)number))
        r->charset = xtr__charset_of_codepage((uint32_t)number)->name;
    else if (!strcmp(word, "uc"))
        r->uc = number >= 0 && number < 10 ? number : 1;
    else if (!strcmp(word, "u"))
        put_unicode(r, number);
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        if (!strcmp(word, letters[i][0]))
            put_plain(r, letters[i][1]);
    }
}

static int hex(char c) {
    const char *digits = "0123456789abcdef", *found = strchr(digits, c | 0x20);
    return c && found ? (int)(found - digits) : -1;
}

/* A control word or symbol behind its backslash; how many bytes it takes. */
static size_t read_control(reader *r, xtr__slice s) {
    char word[32] = "", digits[12] = "";
    size_t i = 0, n = 0;
    while (i < s.size && ((s.at[i] | 0x20) >= 'a' && (s.at[i] | 0x20) <= 'z') && i < 31) {
        word[i] = s.at[i];
        i++;
    }
    if (!i) {
        char c = s.size ? *s.at : '\0';
        if (c == '\'' && s.size > 2 && hex(s.at[1]) >= 0 && hex(s.at[2]) >= 0) {
            put_byte(r, (char)(hex(s.at[1]) * 16 + hex(s.at[2])));
            return 3;
        }
        r->starred = c == '*' || r->starred;
        if (c == '\\' || c == '{' || c == '}')
            put_byte(r, c);
        else if (c == '~')
            put_plain(r, "\u00A0");
        else if (c == '_')
            put_plain(r, "\u2011");
        return 1;
    }
    if (i < s.size && s.at[i] == '-')
        digits[n++] = s.at[i++];
    while (i < s.size && s.at[i] >= '0' && s.at[i] <= '9' && n < 10)
        digits[n++] = s.at[i++];
    read_word(r, word, n > 0, strtol(digits, NULL, 10));
    return i + (i < s.size && s.at[i] == ' ');
}

static void close_group(reader *r) {
    if (r->skipped == r->depth)
        r->skipped = 0;
    if (r->tag == r->depth)
        r->tag = 0;
    r->depth -= r->depth > 0;
    r->starred = false;
}

bool xtr__rtf_original(xtr__buffer *out, xtr_job *job, xtr__slice rtf) {
    reader r = {.out = out, .charset = "windows-1252", .uc = 1};
    for (size_t i = 0; i < rtf.size && !out->failed;) {
        if (job && ++r.steps % STEPS_PER_LOOK == 0 && xtr_job_should_stop(job))
            break;
        char c = rtf.at[i++];
        if (c == '{')
            r.depth++;
        else if (c == '}')
            close_group(&r);
        else if (c == '\\')
            i += read_control(&r, xtr__slice_from(rtf, i));
        else if (c != '\r' && c != '\n')
            put_byte(&r, c);
    }
    flush(&r);
    free(r.bytes.data);
    return r.html;
}
