/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What recognises text in images: an interface for backends. Tesseract is one, and built in; a
 * program may register its own. This interface may change from release to release; libextract.h
 * may not.
 */
#ifndef LIBEXTRACT_OCR_H
#define LIBEXTRACT_OCR_H

#include "libextract.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A grey image, upright. */
typedef struct xtr_ocr_image {
    const unsigned char *samples; /* one a pixel, row by row from the top; 0 is black */
    uint32_t width, height;       /* in pixels */
    size_t stride;                /* from row to row, in bytes */
    uint32_t dpi;                 /* dots per inch; 0: unknown */
} xtr_ocr_image;

/** One word. Lengths are pixels, y grows downwards. */
typedef struct xtr_ocr_word {
    const char *text; /* UTF-8, in logical order */
    size_t text_size;
    float x0, y0, x1, y1;                /* left, top, right, bottom */
    float baseline_left, baseline_right; /* y of the baseline at x0 and at x1 */
    float size;                          /* from ascender to descender of its line */
    float confidence;                    /* 0 to 1 */
    uint32_t line, paragraph, block;     /* numbers on this page, in reading order from 0 */
    bool vertical;                       /* written from top to bottom */
} xtr_ocr_word;

/** Where words go, in reading order. Functions of the engine; `payload` is theirs. */
typedef struct xtr_ocr_sink {
    void *payload;
    void (*add)(void *payload, const xtr_ocr_word *word);
    /** True when the job was cancelled or is out of time: return soon, with XTR_OK. Asked by any
     *  thread, as often as every millisecond. */
    bool (*should_stop)(void *payload);
} xtr_ocr_sink;

/** How the text of an image is laid out. */
typedef enum xtr_ocr_layout {
    XTR_OCR_PAGE,  /* in any way: columns, tables, pictures */
    XTR_OCR_BLOCK, /* as one column */
    XTR_OCR_SPARSE /* here and there */
} xtr_ocr_layout;

/** How far a page is turned, and what it is written in. */
typedef struct xtr_ocr_orientation {
    int turn;                /* clockwise, as the page stands: 0, 90, 180 or 270 degrees */
    float turn_confidence;   /* 0 to 1 */
    char script[32];         /* "Latin", "Han", ...; "" unknown */
    float script_confidence; /* 0 to 1 */
} xtr_ocr_orientation;

/** A backend. All functions may be called on any thread, for one recogniser by one at a time. Each
 *  returns XTR_OK or the number of an error, with a sentence for people in `message`. */
typedef struct xtr_ocr_backend {
    size_t size;      /* of this struct: sizeof(xtr_ocr_backend) */
    const char *name; /* up to 31 small letters, digits, "_" and "-" */
    unsigned flags;   /* 0 */

    /** Makes a recogniser of languages joined by "+". XTR_E_MISSING_LANGUAGE when data of one is
     *  not installed. */
    int (*open)(void **out, const char *languages, char message[256]);
    void (*drop)(void *recogniser);

    /** Finds the words of an image. */
    int (*recognise)(void *recogniser, const xtr_ocr_image *image, xtr_ocr_layout layout,
                     const xtr_ocr_sink *sink, char message[256]);

    /** Finds out how a page is turned. May be NULL. */
    int (*orient)(const xtr_ocr_image *image, xtr_ocr_orientation *out, char message[256]);

    /** Calls `add` with each language whose data is installed, in order. May be NULL: unknown. */
    void (*list_languages)(void (*add)(void *payload, const char *language), void *payload);

    /** Opens, and keeps, whatever `open`, `recognise` and `orient` need a file for: called in a
     *  worker process before its sandbox allows none any more. May be NULL. */
    void (*warm)(const char *languages);

    /** Memory that a recogniser of these languages takes, in bytes; 0 unknown. */
    size_t (*memory)(const char *languages);
} xtr_ocr_backend;

/** Registers a backend for jobs whose option `ocr_backend` names it. The struct is copied; what its
 *  functions use stays yours. It is called on the threads of this process: jobs with `isolation:
 *  process` or `fresh_process` that name it fail with ARGUMENT, and with `auto` its text is
 *  recognised in a thread. Fails with ARGUMENT (a name that is taken or cannot be one, no `open`,
 *  `drop` or `recognise`), MEMORY. */
XTR_API int xtr_ocr_register(const xtr_ocr_backend *backend, xtr_error *error);

/** Forgets a backend that was registered; its idle recognisers are dropped before this returns, and
 *  none of its functions is called afterwards. Fails with ARGUMENT (no such backend, or the one
 * that is built in), BUSY (a job uses it: drop its runtime first). */
XTR_API int xtr_ocr_unregister(const char *name, xtr_error *error);

/** Calls `add` with the name of each backend there is: "tesseract", then those registered, in their
 *  order. */
XTR_API void xtr_ocr_list(void (*add)(void *payload, const char *name), void *payload);

#ifdef __cplusplus
}
#endif
#endif
