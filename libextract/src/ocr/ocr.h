/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Recognition of text, for extractors: an image is prepared, read by a backend, and its words are
 * put on a sheet, which the layout code reads like the glyphs of a PDF.
 *
 *   image -> prepared (ocr/prepare.c) -> words (backend) -> reading     xtr__ocr_read
 *   a reading that is poor -> other turns, layouts and languages        improve.c
 *   reading -> sheet -> layout                                          xtr__ocr_fill_sheet
 */
#ifndef XTR_OCR_OCR_H
#define XTR_OCR_OCR_H

#include "layout/layout.h"
#include "ocr/module.h"

#include <stdio.h>

/** The module, loaded on first need, or NULL, with the reason. Any thread. */
const xtr__ocr_module *xtr__ocr_load(char message[256]);

/** The backend of this name (NULL: Tesseract), not unregistered until it is given back. XTR_OK or
 *  why there is none. Any thread. */
int xtr__ocr_backend_take(const xtr_ocr_backend **out, const char *name, char message[256]);
void xtr__ocr_backend_give(const xtr_ocr_backend *backend);

/** Whether a job of these options may name its backend, asked before it is read: XTR_OK or why
 *  not. */
int xtr__ocr_check(const xtr_options *options, char message[256]);

/** Whether a job may recognise text in this process, asked before anything is decoded or drawn for
 *  it. When false nothing of the job counts: it begins again in a worker process or, told to
 *  recognise (`ocr: force`) without what that takes, has failed. */
bool xtr__ocr_is_here(xtr_job *job);

/** `warm` of an extractor that recognises: loads the module and the data of languages, "" none. */
void xtr__ocr_warm(const char *languages);

/** Memory that a recogniser of languages takes beside what its job may take; "" has none. */
uint64_t xtr__ocr_room(const char *languages);

/* Recognisers (recognisers.c) --------------------------------------------------------------- */

typedef struct xtr__recogniser xtr__recogniser;

/** One that is idle, or a new one. XTR_OK, or why not. Any thread. */
int xtr__recogniser_take(xtr__recogniser **out, const xtr_ocr_backend *backend,
                         const char *languages, char message[256]);
/** Gives it back, to be taken again. */
void xtr__recogniser_give(xtr__recogniser *recogniser);
void *xtr__recogniser_handle(xtr__recogniser *recogniser);

/** True when the process is about to end: whoever recognises is to stop. */
bool xtr__recognisers_are_ending(void);

/** Drops the idle ones of a backend that nobody takes any more. */
void xtr__recognisers_drop_of(const xtr_ocr_backend *backend);

/** Keeps idle ones until they were released as often as they were kept. */
void xtr__recognisers_keep(void);
void xtr__recognisers_release(void);

/** Sees to it that their lock is free in a fork; once. */
void xtr__recognisers_watch_forks(void);

/** How many are idle, and what memory they take. */
size_t xtr__recognisers_idle(size_t *memory);

/* Reading ----------------------------------------------------------------------------------- */

/** A word of a reading. Pixels of the image as it was given, turned upright by the reading's `turn`
 *  and straightened by its `skew`. */
typedef struct xtr__read_word {
    xtr_box box;
    float baseline_left, baseline_right;
    float size;
    float confidence;
    uint32_t text, text_size; /* of the reading's text */
    uint32_t line, paragraph, block;
    bool vertical;
    float stroke; /* thickness of its letters' strokes; 0 unknown */
} xtr__read_word;

/** How much of a reading makes sense. All count letters. */
typedef struct xtr__legibility {
    double letters;    /* in all */
    double confidence; /* the sum of theirs */
    double legible;    /* that are probably right, each by its confidence */
    double vertical;   /* in lines that were taken as running down the page */
} xtr__legibility;

/** What was recognised of an image. */
typedef struct xtr__reading {
    xtr__budget *budget;
    uint32_t width, height; /* of the image, upright */
    int turn;               /* clockwise, as the image stands: 0, 90, 180 or 270 */
    float skew;       /* by which it was turned back, clockwise, in radians; about its centre */
    float confidence; /* 0 to 1, the mean of its letters */
    xtr__legibility legibility;
    XTR__VECTOR(xtr__read_word) words;
    XTR__VECTOR(char) text;
    XTR__VECTOR(xtr__segment) rules; /* ruled lines, in pixels as the words */
} xtr__reading;

/** Multiplies all lengths of a word. */
void xtr__read_word_scale(xtr__read_word *word, float by);
void xtr__read_word_move(xtr__read_word *word, float dx, float dy);
/** Turns a word about the middle of its image, clockwise, in radians. Its box moves, and stays as
 *  wide and high as it was: turning it back gives what it was, up to rounding. */
void xtr__read_word_turn(xtr__read_word *word, float by, uint32_t width, uint32_t height);

/** Recognises an image, in the languages of the job's options. XTR_OK, also when the job is to
 *  stop; otherwise why not, with a sentence (XTR_E_LIMIT: it is noise). The reading is yours to
 *  drop in any case. */
int xtr__ocr_read(xtr_job *job, xtr__budget *budget, const xtr_ocr_image *image, xtr__reading *out,
                  char message[256]);
void xtr__reading_drop(xtr__reading *reading);

/** Warns of a page of which little can have been read right. */
void xtr__ocr_warn_of_doubt(xtr_builder *builder, uint32_t page, float confidence);

/** Counts the memory that xtr__ocr_read of an image takes against the limit of the job: how much,
 * to be given back by xtr_job_charge; 0, with a sentence, when it is too much. */
size_t xtr__ocr_charge(xtr_job *job, const xtr_ocr_image *image, char message[256]);

/* Readings on disk (reading_cache.c) -------------------------------------------------------- */

/** The name of a file for all that a reading comes from. */
typedef struct xtr__cache_key {
    char name[80];
} xtr__cache_key;

void xtr__cache_name(xtr__cache_key *out, const xtr_options *options, const xtr__ocr_module *module,
                     const xtr_ocr_image *image);

/** A descriptor of a folder, which is made when there is none and may be written to; -1 with errno.
 */
int xtr__cache_open(const char *folder);

/** A reading that was stored, into one that has a budget and nothing else. False when there is
 *  none. */
bool xtr__cache_load(int folder, const xtr__cache_key *key, xtr__reading *out);

/** Stores a reading, and removes others, oldest first, until all take `most` bytes at most. What
 *  fails leaves things as they are. */
void xtr__cache_store(int folder, uint64_t most, const xtr__cache_key *key,
                      const xtr__reading *reading);

/** What a file holds, hostile bytes. False when it is no reading; `out` is to drop in any case. */
bool xtr__reading_parse(xtr__reading *out, const void *data, size_t size);
bool xtr__reading_write(FILE *file, const xtr__reading *reading);
/** What reads images: of a job, or of a test. */
typedef struct xtr__reader {
    xtr__budget *budget;
    const xtr__ocr_module *module;
    const xtr_ocr_backend *backend;
    const char *languages; /* as asked for */
    bool (*should_stop)(void *payload);
    void *payload;
} xtr__reader;

int xtr__read_image(const xtr__reader *reader, const xtr_ocr_image *image, xtr__reading *out,
                    char message[256]);

/* Languages (languages.c) ------------------------------------------------------------------- */

/** Names of data, joined by "+", for what a user asked for: names of data, codes of ISO 639,
 * English names, or "auto", which stands for those of Latin script. XTR_OK or
 * XTR_E_MISSING_LANGUAGE. */
int xtr__languages_resolve(const xtr_ocr_backend *backend, const char *asked, char out[256],
                           char message[256]);
bool xtr__languages_are_auto(const char *asked);

/** Those of a script whose data is installed: all when they are few, else English and the system's
 *  own, or the first. False when there is none. */
bool xtr__languages_of_script(const xtr_ocr_backend *backend, const char *script, char out[256]);

/** The languages and, for German, data of Fraktur. False when they need none, or none is
 *  installed. */
bool xtr__languages_with_old_letters(const xtr_ocr_backend *backend, const char *of, char out[256]);

/* Steps of xtr__read_image ------------------------------------------------------------------ */

/** One way to read an image. */
typedef struct xtr__way {
    int turn; /* clockwise, as the image stands: 0, 90, 180 or 270 */
    xtr_ocr_layout layout;
    char languages[256]; /* names of data, joined by "+" */
} xtr__way;

/** Recognises an image as it is, without preparation (pass.c). `out` is to be empty; its lengths
 *  are pixels of `image`. XTR_OK, also when the job is to stop. */
int xtr__read_as_is(const xtr__reader *reader, const xtr_ocr_image *image, const xtr__way *way,
                    xtr__reading *out, char message[256]);

/** Turns an image upright and prepares it. XTR_OK or why not; *out is yours to drop in any case. */
int xtr__prepare_in_way(const xtr__reader *reader, const xtr_ocr_image *image, const xtr__way *way,
                        xtr__ocr_prepared *out);
void xtr__prepared_drop(xtr__ocr_prepared *prepared);

/** Reads what was prepared of `image`. */
int xtr__read_prepared(const xtr__reader *reader, const xtr_ocr_image *image,
                       const xtr__ocr_prepared *prepared, const xtr__way *way, xtr__reading *out,
                       char message[256]);

/** What a reading is worth: its legible letters, those that run down the page by a third. */
double xtr__worth(const xtr__legibility *legibility);

/** Whether another way of reading may do better. */
bool xtr__is_poor(const xtr__reading *reading);

/** Adds a word to what its reading is worth. */
void xtr__weigh(xtr__legibility *legibility, const xtr__read_word *word, const char *text);

/** Tries other ways on a part of the page and, when one does better there, on all of it: *reading
 *  becomes the best of them, *way and *prepared what it was made by and from (improve.c). `others`
 *  are languages that it may be in as well, or "". */
void xtr__improve(const xtr__reader *reader, const xtr_ocr_image *image, const char *others,
                  xtr__ocr_prepared *prepared, xtr__way *way, xtr__reading *reading);

/** Reads pieces of what was prepared that hold letters and no word of the reading, and adds their
 *  words (missed.c). */
void xtr__read_missed(const xtr__reader *reader, const xtr__ocr_prepared *prepared,
                      const xtr__way *way, xtr__reading *reading);

/** The mean thickness of the strokes of a word, in pixels of the image it stands on; 0 unknown
 *  (strokes.c). */
float xtr__ocr_stroke(const xtr_ocr_image *image, xtr_box box);

/** Puts a reading on a sheet, where its image stands on the page. On a sheet without text its unit
 * is set so that text is as large as in print: images often lack their resolution. False when
 * memory was refused. */
bool xtr__ocr_fill_sheet(xtr__sheet *sheet, const xtr__reading *reading, xtr_box place);

/** Keeps the words of a reading with the layout of its page, where its image stands on the page, in
 *  the place of any others. False when memory was refused. */
bool xtr__ocr_keep_words(xtr__page_layout *page, xtr__budget *budget, const xtr__reading *reading,
                         xtr_box place);

#endif
