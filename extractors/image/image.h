/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the files of the image extractor share. */
#ifndef XTR_IMAGE_H
#define XTR_IMAGE_H

#include "document/buffer.h"
#include "layout/layout.h"

enum { XTR__IMAGE_FACTS = 8 << 20 }; /* bytes of facts that are read of a file */

/** One page of an image file, as its header describes it. */
typedef struct xtr__picture_header {
    uint32_t width, height;
    uint32_t bits;        /* of a sample; 0 unknown */
    const char *color;    /* colour model, NULL unknown */
    double dpi_x, dpi_y;  /* 0 unknown */
    unsigned orientation; /* as Exif has it, 1 to 8; 0 unknown */
    uint32_t number;      /* of the page, from 1 */
    uint32_t directory;   /* of a TIFF, from 0 */
    bool upright;         /* its decoder heeds the orientation */
    bool inverted;        /* its CMYK counts paper, not ink, as Adobe's programs write it */
} xtr__picture_header;

/** What was recognised of a page. */
typedef struct xtr__image_text {
    xtr__page_layout layout; /* without lines when nothing was read */
    float confidence;
    int turn; /* clockwise, as the page stands by its header: 0, 90, 180 or 270 degrees */
    bool recognised;
    int trouble; /* number of errors.def */
    char complaint[256];
} xtr__image_text;

/** The state of a slot. */
typedef struct xtr__image_state {
    xtr__budget budget;
    xtr__scratch scratch;
    xtr__sheet sheet;
    xtr_job *job;   /* that runs on it */
    uint64_t facts; /* bytes of facts that it may still read */
} xtr__image_state;

/** A file that is read. */
typedef struct xtr__image_file {
    xtr_job *job;
    xtr_input *input;
    xtr_builder *builder;
    xtr__image_state *slot;
    const char *format;                        /* "png", ...; static */
    uint32_t pages;                            /* in the file */
    XTR__VECTOR(xtr__picture_header) pictures; /* that were asked for */
    bool only;                                 /* the file holds one picture */
} xtr__image_file;

/** A TIFF structure in a file: the file itself, or what Exif has. */
typedef struct xtr__tiff {
    const xtr__image_file *file;
    uint64_t base, end; /* in the file */
    bool big_endian, big_tiff;
} xtr__tiff;

/* headers.c */
bool xtr__image_read_at(const xtr__image_file *file, uint64_t at, void *out, size_t size);
/** Fails the job: the file is damaged. */
int xtr__image_corrupt(const xtr__image_file *file, const char *what);
int xtr__image_add_only_page(xtr__image_file *file, const xtr__picture_header *p);
/** The colour model of so many samples, or NULL. */
const char *xtr__image_color_of(unsigned channels);
/** Orientation, resolution and facts of Exif at this place. */
void xtr__image_read_exif(const xtr__image_file *file, xtr__picture_header *p, uint64_t at,
                          uint64_t size);
uint64_t xtr__tiff_number(const xtr__tiff *tiff, const unsigned char *bytes, size_t size);
/** Reads at a position inside the structure; false when that is not there. */
bool xtr__tiff_read(const xtr__tiff *tiff, uint64_t at, void *out, size_t size);

/** Finds the pages of a file, and writes what is known of it. XTR_OK, or why not, which the job was
 *  told. */
int xtr__image_read_headers(xtr__image_file *file);

/** Width and height of a page in points, as its header says it is displayed, turned upright by what
 *  its text says. */
void xtr__image_size(const xtr__picture_header *p, int turn, float *width, float *height);

/** How far it is turned clockwise to be displayed, by its header. */
int xtr__image_turn_of(const xtr__picture_header *p);

/* boxes.c: files of JPEG 2000 and HEIF */
int xtr__image_read_jp2(xtr__image_file *file);
int xtr__image_read_codestream(xtr__image_file *file);
int xtr__image_read_heif(xtr__image_file *file);

/* facts.c: facts about the document, at places in the file. What is damaged is passed over. */
/** Of a directory of a TIFF structure, and those of Exif and GPS that it leads to. */
void xtr__image_read_facts(const xtr__tiff *tiff, uint64_t directory);
void xtr__image_read_xmp(const xtr__image_file *file, uint64_t at, uint64_t size);
void xtr__image_read_iptc(const xtr__image_file *file, uint64_t at, uint64_t size);
void xtr__image_read_resources(const xtr__image_file *file, uint64_t at, uint64_t size);
void xtr__image_read_comment(const xtr__image_file *file, uint64_t at, uint64_t size);
/** Of a chunk of this type: tEXt, zTXt or iTXt. */
void xtr__image_read_png_text(const xtr__image_file *file, const unsigned char type[4], uint64_t at,
                              uint64_t size);

/* recognise.c */
/** Recognises pages of the job's input, with help when there are several; `out` is zeroed. */
void xtr__image_recognise(xtr__image_state *state, const xtr__picture_header *pages, uint32_t count,
                          xtr__image_text *out);

/* searchable.c */
/** Gives the job's builder a PDF of these pages. XTR_OK, or why not. */
int xtr__image_make_searchable(xtr_job *job, const xtr__picture_header *pages,
                               const xtr__image_text *texts, uint32_t count, const char *format);
/** Draws the layout of a page, the only one of `pages`. XTR_OK, or why not, which the job was told.
 */
int xtr__image_draw(xtr__image_state *state, const xtr__picture_header *pages, uint32_t count);

#endif
