/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Character sets of text: which one is it, and decoding to UTF-8. What each means, iconv knows. */
#ifndef XTR_CHARSET_H
#define XTR_CHARSET_H

#include "libextract.h"

#include <uchar.h>

/** What is known about a charset. */
typedef struct xtr__charset {
    const char *name;   /* IANA's preferred name of the widest set: windows-1252 for ISO-8859-1 */
    const char *iconv;  /* what iconv calls it */
    const char *labels; /* other names, letters and digits only, between spaces */
    unsigned unit;      /* bytes of a code unit: 1, 2 or 4 */
} xtr__charset;

enum { XTR__MOST_CHARSETS = 64 };

/** All charsets, ended by a NULL name. */
extern const xtr__charset xtr__charsets[];

/** For a sandbox, before it closes its door: opens what is needed of the simple charsets. The
 * others take a mapping or two each of every process that could read them, and few documents have
 * any: they are not ready before xtr__charsets_open. One thread. */
void xtr__charsets_defer(void);
void xtr__charsets_open(void);

/** Whether one of the others was asked for in vain: what was read since may be wrong. */
bool xtr__charsets_missed(void);

/** Whether a charset can be decoded, as far as that is known; who finds it cannot goes without. */
bool xtr__charset_ready(const xtr__charset *set);

/** What each of the 256 bytes is on its own, 0 where it is nothing. Static; any thread. Asks iconv
 *  the first time, which takes it 0.1 ms. */
const char32_t *xtr__charset_bytes(const xtr__charset *set);

/** Whether each byte is a character of its own, or malformed, whatever follows. */
bool xtr__charset_simple(const xtr__charset *set);

/** The charset of a name or label, ignoring case and punctuation, or NULL. Static. */
const xtr__charset *xtr__charset_find(const char *label);

/** The charset of a code page of Windows (1252, 932, 65001), or NULL. Static. */
const xtr__charset *xtr__charset_of_codepage(uint32_t codepage);

/** The charset that the beginning of a document declares: XML declaration, HTML `meta`, CSS
 *  `@charset`, or "coding:" (PEP 263). NULL if there is none or it is unknown. Static. */
const char *xtr__charset_declared(const unsigned char *data, size_t size);

/** The charset of text, or NULL when the bytes are no text at all. `declared` (may be NULL) wins
 *  when the bytes can be that. Data may be cut anywhere at the end. Static. Algorithm: byte order
 *  mark; well-formed UTF-8; zero bytes of UTF-16 and UTF-32; then the likeliest of the charsets
 *  by xtr__charset_likeliest. */
const char *xtr__charset_guess(const unsigned char *data, size_t size, const char *declared);

/** The likeliest charset of text that is not Unicode, or NULL when none is plausible. */
const char *xtr__charset_likeliest(const unsigned char *data, size_t size, const char *declared);

/** Receives decoded text. */
typedef void (*xtr__decoded)(const char *text, size_t size, void *payload);

/** Decodes a stream piece by piece. For one thread at a time. */
typedef struct xtr__decoder xtr__decoder;

/** Fails with ARGUMENT (unknown charset), MISSING_BACKEND (iconv has no table), MEMORY. */
int xtr__decoder_new(xtr__decoder **out, const char *charset);
void xtr__decoder_drop(xtr__decoder *decoder);

/** Decodes a piece; characters may be split between pieces. `last` also ends a broken character.
 *  Malformed bytes become U+FFFD. */
void xtr__decoder_feed(xtr__decoder *decoder, const unsigned char *data, size_t size, bool last,
                       xtr__decoded sink, void *payload);

/** Decodes at once into *out, NUL-terminated, the caller's to free. The same failures. */
int xtr__charset_decode(char **out, size_t *out_size, const char *charset,
                        const unsigned char *data, size_t size);

#endif
