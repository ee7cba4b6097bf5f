/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the files of the PDF extractor share. Functions marked "throws" leave by MuPDF's longjmp
 * and are called inside fz_try only; no longjmp leaves this folder. */
#ifndef XTR_PDF_H
#define XTR_PDF_H

#include "compat.h"
#include "layout/layout.h"

typedef enum xtr__extra_kind { XTR__EXTRA_LINK, XTR__EXTRA_NOTE, XTR__EXTRA_IMAGE } xtr__extra_kind;

/** Something beside the text of a page: link (url, target), annotation (type, text, author) or
 *  image (format, description, width, height). Strings are offsets into the page's strings. */
typedef struct xtr__extra {
    xtr__extra_kind kind;
    xtr_box box;
    uint32_t strings[3];
    uint32_t target, width, height;
    int object;      /* of an image; 0: it stands in the content */
    uint32_t figure; /* of an image: the tag of the figure that it is, or XTR__NO_TAG */
    uint32_t data,
        data_size; /* such an image as a file, when that was asked for: in the page's data */
} xtr__extra;

/** What tells whether the text of a page has to be recognised. */
typedef struct xtr__evidence {
    uint32_t letters;       /* characters that show, or those of a hidden layer */
    uint32_t unmapped;      /* of them those to which the fonts give no meaning */
    uint32_t edge;          /* bytes of text at the upper and the lower edge */
    uint32_t words;         /* of Latin letters alone */
    uint32_t strange_words; /* of them those that no language writes so */
    uint32_t tokens, slips; /* what stands between spaces; of it what poor recognition leaves */
    uint32_t latin, vowels; /* letters of these words, and the vowels among them */
    bool hidden;            /* the text is a layer under the pictures */
    float pictures;         /* area of all, by that of the page */
    uint32_t shapes;        /* filled ones, as large as letters */
} xtr__evidence;

/** Whether a page is recognised, and why. */
typedef enum xtr__route {
    XTR__ROUTE_TEXT,    /* no: it has text, or nothing to read */
    XTR__ROUTE_PICTURE, /* pictures and no text */
    XTR__ROUTE_CURVES,  /* text that was turned into curves */
    XTR__ROUTE_SCAN,    /* a picture covers it, and little text stands on that */
    XTR__ROUTE_LAYER,   /* the hidden layer of its pictures is poor */
    XTR__ROUTE_GARBAGE, /* its text has no meaning */
    XTR__ROUTE_FORCED,  /* that was asked for */
    XTR__ROUTE_INLAYS   /* its text stays, its pictures are recognised */
} xtr__route;

/** What `collect` makes of a page: all that `finish` needs of it. */
typedef struct xtr__pdf_page {
    xtr__page_layout layout;
    XTR__VECTOR(xtr__extra) extras;
    XTR__VECTOR(char) strings; /* the empty string is at 0 */
    XTR__VECTOR(unsigned char) data;
    float width, height; /* in points, as displayed */
    int rotation;
    int turn;    /* of what was recognised, clockwise as displayed, in degrees */
    int trouble; /* number of errors.def: the page could not be read whole */
    xtr__evidence evidence;
    xtr__route route;
    bool recognised;         /* the layout is of what was recognised */
    float confidence;        /* of that */
    int recognition_trouble; /* number of errors.def: what had to be recognised was not */
    char recognition_complaint[256];
    bool left_out;       /* images in the content, for they are too large */
    char complaint[160]; /* the first error MuPDF met, or "" */
} xtr__pdf_page;

/** A font of a job that names alone describe (font.c). */
typedef struct xtr__plain_font {
    char key[96];
    pdf_font_desc *font;
} xtr__plain_font;

/** Which page, from 1, an object is. */
typedef struct xtr__page_object {
    int object;
    uint32_t page;
} xtr__page_object;

/** Page labels: ranges in the order of their pages. */
typedef struct xtr__label_range {
    uint32_t first; /* page from 0 */
    uint32_t start; /* number of its first page */
    char style;     /* D, R, r, A, a or 0 */
    char prefix[32];
} xtr__label_range;

typedef struct xtr__labels {
    XTR__VECTOR(xtr__label_range) ranges;
} xtr__labels;

enum { XTR__MOST_OPEN = 64 };

/** Marked content of the page at hand. */
typedef struct xtr__marking {
    pdf_obj *parents;              /* kept: structure elements by number of content, or NULL */
    size_t depth;                  /* marks that are open */
    size_t floor;                  /* of them outside of the form at hand */
    uint16_t open[XTR__MOST_OPEN]; /* what was open before each */
    void (*begin_marked)(fz_context *, pdf_processor *, const char *);
    void (*begin_with_properties)(fz_context *, pdf_processor *, const char *, pdf_obj *,
                                  pdf_obj *);
    void (*end_marked)(fz_context *, pdf_processor *);
    void (*do_form)(fz_context *, pdf_processor *, const char *, COMPAT_FORM_PARAMETERS);
} xtr__marking;

/** A font of the sheet. */
typedef struct xtr__pdf_font {
    fz_font *font; /* kept until the next page */
    uint8_t codes; /* xtr__tex_codes */
} xtr__pdf_font;

/** The state of a slot, and of the job that runs on it. */
typedef struct xtr__pdf {
    fz_context *ctx;
    xtr__budget budget;
    xtr__scratch scratch;
    xtr__sheet sheet;
    fz_cookie cookie;
    char complaint[160];
    XTR__VECTOR(xtr__pdf_font) fonts; /* of the sheet */
    xtr__marking marking;
    XTR__VECTOR(uint32_t) tag_slots; /* hash of the numbers of the sheet's tags */

    XTR__VECTOR(float) advances; /* in em, of the glyphs of a text so far */
    const fz_text *advances_of;  /* which; NULL: they are not known */
    float advance;               /* of the glyph that was asked for last */
    unsigned shown_glyphs;
    unsigned allocations;

    /* of the job */
    xtr_job *job;
    xtr__plain_font plain_fonts[16];
    size_t plain_font_count;
    pdf_document *doc;
    uint32_t page_count;
    XTR__VECTOR(xtr__pdf_page) pages;
    XTR__VECTOR(xtr__page_object) page_objects; /* by number, once `mapped` */
    bool mapped;
    xtr__labels labels; /* loaded before the first page is written */
    pdf_obj *structure; /* kept: the root of the structure tree, or NULL */
    bool structure_known;
    XTR__VECTOR(uint32_t) places; /* of the kids of element `places_of`, by their numbers */
    uint32_t places_of;           /* 0: the root */
    XTR__VECTOR(uint32_t)
    shown; /* by number of an object: the image that shows it, as pictures.c
              says */
    const struct xtr__inlays
        *inlays;    /* whose words belong to the page that is collected, or NULL */
    bool rendering; /* pixels are wanted: images come with their data */
    bool left_out;  /* one that is too large did not */
    size_t most;    /* that the budget may use while a picture is decoded */
} xtr__pdf;

/** Asks the job whether to stop, and tells MuPDF. */
bool xtr__pdf_should_stop(xtr__pdf *pdf);

/** Puts a copy of `text` among the strings of a page; 0 for NULL, "" and out of memory. */
uint32_t xtr__pdf_string(xtr__pdf *pdf, xtr__pdf_page *page, const char *text);
uint32_t xtr__pdf_string_sized(xtr__pdf *pdf, xtr__pdf_page *page, const char *text, size_t size);

/** Puts a copy of `url` among those of the sheet. */
uint32_t xtr__pdf_url(xtr__pdf *pdf, const char *url);

/* paths.c */
/** Notes what of a path rules the page, or colours it. `stroke` is NULL for a filled one; what is
 *  not shown still parts columns. Returns how many of its filled shapes are as large as letters. */
uint32_t xtr__pdf_add_path(xtr__pdf *pdf, const fz_path *path, fz_matrix ctm,
                           const fz_stroke_state *stroke, bool shown);
/** Whether a box is so thin that it is a line; then notes it. */
bool xtr__pdf_add_thin_box(xtr__pdf *pdf, xtr_box box);

/* signs.c */
/** The character of a large sign of mathematics that only its name tells, or 0. *down: how many em
 *  its line is below its origin. */
uint32_t xtr__pdf_large_sign(fz_context *ctx, fz_font *font, int glyph, float *down);
/** What a private character for a piece of a tall bracket stands for: the bracket, or 0 for the
 * other pieces of it. Any other character is itself. */
uint32_t xtr__pdf_whole_of_piece(uint32_t c);

/* symbols.c */
/** What a glyph of a font of symbols shows when the file does not say: `c` is what MuPDF made of
 * it, and what is returned when nothing better is known. Words in Wingdings, unless they are
 * private characters, are words of a font that was not there: only what stands alone is a sign. */
uint32_t xtr__pdf_symbol(fz_context *ctx, fz_font *font, int glyph, uint32_t c, bool alone);

/* widgets.c */
/** Draws the fields of forms on a page whose content has been drawn. Throws. */
void xtr__pdf_run_widgets(xtr__pdf *pdf, pdf_page *page, fz_device *dev);

/* texcodes.c */
/** How the codes of a bitmap font of TeX are to be read. */
typedef enum xtr__tex_codes {
    XTR__TEX_NONE, /* as they are */
    XTR__TEX_OT1,
    XTR__TEX_T1,
    XTR__TEX_SIGNS
} xtr__tex_codes;
xtr__tex_codes xtr__pdf_tex_codes(fz_context *ctx, fz_font *font);
/** The character of a code that the font gives no other meaning. */
uint32_t xtr__pdf_tex_character(xtr__tex_codes codes, uint32_t code);

/* memory.c */
fz_context *xtr__pdf_new_context(xtr__pdf *pdf);

/* stream.c */
/** The job's input as a stream that throws when the job is to stop. Throws. */
fz_stream *xtr__pdf_open_stream(xtr__pdf *pdf);

/* device.c */
/** A device that fills the sheet; images are noted on `page` without decoding them. Throws. */
fz_device *xtr__pdf_new_device(xtr__pdf *pdf, xtr__pdf_page *page);
void xtr__pdf_drop_fonts(xtr__pdf *pdf);

/* advances.c */
/** How far the pen moves with each glyph of a text, in em, or NULL: unknown. Borrowed. */
const float *xtr__pdf_advances(const xtr__pdf *pdf, const fz_text *text);

/* font.c */
void xtr__pdf_drop_plain_fonts(xtr__pdf *pdf);

/* image.c */
/** "jpeg", "png", ... as stored; "" when it is nothing of the kind. */
const char *xtr__pdf_image_format(fz_context *ctx, fz_image *image);
/** The same of the object of an image, by its last filter. */
const char *xtr__pdf_filter_format(fz_context *ctx, pdf_obj *dict);
/** The object it is, or 0. */
int xtr__pdf_image_object(fz_image *image);
/** With its data. Throws. */
fz_image *xtr__pdf_load_image(fz_context *ctx, pdf_document *doc, pdf_obj *obj);

/* encode.c */
/** A picture as a file. */
typedef struct xtr__picture {
    fz_buffer *data; /* yours to drop */
    const char *format;
    uint32_t width, height;
} xtr__picture;
/** The picture that an object of the document is. Throws. */
xtr__picture xtr__pdf_encode_object(xtr__pdf *pdf, int object);
/** An image with its data. Throws. */
xtr__picture xtr__pdf_encode_image(xtr__pdf *pdf, fz_image *image);

/* png.c */
/** A file of a pixmap: grey, RGB or, without colours, a stencil. A mask, which may be NULL and of
 *  another size, says what can be seen of it. Throws. */
xtr__picture xtr__pdf_encode_png(xtr__pdf *pdf, const fz_pixmap *pixmap, const fz_pixmap *mask);

/** The pixels of an opaque grey or RGB pixmap as an image of a document: in CCITT group 4 when they
 *  are black and white, else as PNG has them. Throws. */
pdf_obj *xtr__pdf_add_pixels(xtr__pdf *pdf, const fz_pixmap *pixmap);
/** A new stream, compressed alike by every version of zlib. Throws. */
pdf_obj *xtr__pdf_add_deflated(fz_context *ctx, pdf_document *doc, fz_buffer *data);

/* layer.c */
#define XTR__LAYER_FONT "InvisibleText"

/** Invisible text of a document that is written. */
typedef struct xtr__layer {
    xtr__pdf *pdf; /* NULL: nothing to drop */
    pdf_document *doc;
    pdf_obj *font;           /* complete after xtr__layer_end */
    uint16_t *codes[0x2000]; /* of characters, by their upper bits */
    uint32_t *characters;    /* by code, from 1 */
    size_t count, capacity;
    uint32_t *shown; /* characters of the word at hand */
    size_t most_shown;
} xtr__layer;

/** Throws. */
void xtr__layer_begin(xtr__layer *layer, xtr__pdf *pdf, pdf_document *doc);
/** Content that shows the words of a page with the font, which its page must have under the name
 *  XTR__LAYER_FONT. `ctm` leads from points of the layout to the page's own. Throws. */
fz_buffer *xtr__layer_draw(xtr__layer *layer, const xtr__page_layout *page, fz_matrix ctm);
/** Writes the font. Throws. */
void xtr__layer_end(xtr__layer *layer);
void xtr__layer_drop(xtr__layer *layer);

/* searchable.c */
/** Gives the job's builder the document with what was recognised as invisible text. XTR_OK, or why
 *  not. */
int xtr__pdf_make_searchable(xtr__pdf *pdf);
/** Lets `fill`, which may throw, add to the document, and gives the builder the file that it makes
 *  then. XTR_OK, or why not. */
int xtr__pdf_write_file(xtr__pdf *pdf, int (*fill)(xtr__pdf *pdf, xtr__layer *layer, void *payload),
                        void *payload);

/* pictures.c */
/** Puts an image that stands in the content among the data of the page, when pictures were asked
 *  for. Throws when the job is to stop. */
void xtr__pdf_keep_inline(xtr__pdf *pdf, xtr__pdf_page *page, xtr__extra *extra, fz_image *image);
/** Gives images the descriptions of the tagged figures that they are, when a page has been drawn.
 */
void xtr__pdf_describe_images(xtr__pdf *pdf, xtr__pdf_page *page);
/** Before the first page is written. */
void xtr__pdf_begin_pictures(xtr__pdf *pdf);
/** Before the text of their page, whose figures refer to them. */
void xtr__pdf_write_images(xtr__pdf *pdf, const xtr__pdf_page *page);

/* pdf.c */
/** Takes a slot's state for a helper of another slot's job: opens its document. False when that
 * fails; otherwise xtr__pdf_end gives it back. */
bool xtr__pdf_begin_helping(xtr__pdf *pdf, xtr_job *job);
void xtr__pdf_end(xtr__pdf *pdf);
/** A state for a job of another extractor, until xtr__pdf_close; NULL when out of memory. */
xtr__pdf *xtr__pdf_open(xtr_job *job);
void xtr__pdf_close(xtr__pdf *pdf);
/** Begins a new document. False when out of memory. */
bool xtr__pdf_create(xtr__pdf *pdf);
/** Gives back what was granted to this slot and is no longer used. */
void xtr__pdf_return_grant(xtr__pdf *pdf);
/** Opens the document of the running job once more, as it was at first. XTR_OK, or why not. */
int xtr__pdf_reopen(xtr__pdf *pdf);

/* collect.c */
/** Reads the pages that were asked for, with help when there are many. XTR_OK, or why the document
 * cannot be read. */
int xtr__pdf_collect_all(xtr__pdf *pdf);
/** Reads one page after the other; `write` is called with each alone in pdf->pages. XTR_OK, or what
 * `write` failed with. */
int xtr__pdf_collect_one_by_one(xtr__pdf *pdf, int (*write)(xtr__pdf *pdf));

/* route.c */
/** Adds what words of a text say to the evidence. */
void xtr__judge_text(xtr__evidence *evidence, const char *text, size_t size);
/** Adds what a page says that was laid out. */
void xtr__weigh_text(xtr__evidence *evidence, const xtr__page_layout *page);
/** Whether the text of such a page is recognised. */
xtr__route xtr__pdf_route(const xtr__evidence *evidence, xtr_ocr wish);
/** Whether what was read is better than what the page said. */
bool xtr__pdf_prefers(xtr__route route, const xtr__evidence *said, const xtr__evidence *read,
                      float confidence);

/* raster.c */
/** The resolution at which a page of this size (points) is drawn to be recognised, given that of
 *  its scan (0: it is none), what was asked for, and how many pixels it may have (0: any). 0 when
 *  so few are not readable. */
float xtr__raster_dpi(float width, float height, float scan, float wish, int64_t most_pixels);
/** The pixels of a page in grey, and where they stand on it. */
typedef struct xtr__raster {
    fz_pixmap *pixmap; /* yours to drop */
    float dpi;
    xtr_box place; /* points */
} xtr__raster;
/** Throws. The pixmap is NULL when it would be too large. */
xtr__raster xtr__pdf_draw_raster(xtr__pdf *pdf, const xtr__pdf_page *page);
/** The same of a part of a page, without text. Throws. */
xtr__raster xtr__pdf_draw_picture(xtr__pdf *pdf, const xtr__pdf_page *page, xtr_box box);

/* inlays.c */
/** Whether there are pictures on a page that may hold words. */
bool xtr__pdf_has_inlays(const xtr__pdf_page *page);
typedef struct xtr__inlays xtr__inlays;
/** Recognises them. XTR_OK or why not, with a sentence; what was read is yours to drop in any case.
 */
int xtr__pdf_read_inlays(xtr__pdf *pdf, const xtr__pdf_page *page, xtr__inlays *out,
                         char complaint[256]);
void xtr__pdf_drop_inlays(xtr__inlays *inlays);
/** Puts the words of pdf->inlays on the sheet. False when memory was refused. */
bool xtr__pdf_add_inlays(xtr__pdf *pdf);

/* recognise.c */
/** Recognises those of the pages read so far that want it, with help when there are several. `done`
 *  of all `total` pages of the document are finished already. */
void xtr__pdf_recognise_pages(xtr__pdf *pdf, uint32_t done, uint32_t total);
/** Puts what is recognised of a page on the sheet, which keeps the last page alone. */
void xtr__pdf_recognise_again(xtr__pdf *pdf, const xtr__pdf_page *page);

/* page.c */
/** Memory that a page holds. */
size_t xtr__pdf_page_size(const xtr__pdf_page *page);
/** Reads page `index` (from 0) into `out`, which must be zeroed. What could be read is kept;
 *  `out->trouble` says whether that is all. */
void xtr__pdf_collect(xtr__pdf *pdf, uint32_t index, xtr__pdf_page *out);
void xtr__pdf_drop_page(xtr__pdf *pdf, xtr__pdf_page *page);
/** Throws. */
void xtr__pdf_collect_notes(xtr__pdf *pdf, xtr__pdf_page *out, pdf_page *page);

/* marked.c */
/** Draws the contents of a page on a device that fills the sheet, and marks the glyphs. Throws. */
void xtr__pdf_run_contents(xtr__pdf *pdf, pdf_page *page, fz_device *dev);
/** The tag of the figure whose marked content is drawn, or XTR__NO_TAG. */
uint32_t xtr__pdf_open_figure(const xtr__pdf *pdf);
/** Puts a text string among the sheet's replacements: its number, or XTR__NO_TEXT. Throws. */
uint32_t xtr__pdf_replacement(xtr__pdf *pdf, pdf_obj *string);

/* tags.c */
/** The structure elements that the content of a page or form belongs to, by number, kept; NULL when
 *  there are none. Throws. */
pdf_obj *xtr__pdf_parents_of(xtr__pdf *pdf, pdf_obj *content);
/** The tag of marked content `id`, with all above it on the sheet, or XTR__NO_TAG. Throws. */
uint32_t xtr__pdf_tag_of_content(xtr__pdf *pdf, int id);
/** Puts cells without content on the sheet. Throws. */
void xtr__pdf_complete_rows(xtr__pdf *pdf);
/** Finds out in which order the sheet's tags are read. Throws. */
void xtr__pdf_order_tags(xtr__pdf *pdf);
void xtr__pdf_drop_structure(xtr__pdf *pdf);

/* link.c */
/** The page, from 1, that an object is, or 0. Throws. */
uint32_t xtr__pdf_page_of_object(xtr__pdf *pdf, pdf_obj *page);
/** The page, from 1, that a destination leads to, or 0. Throws. */
uint32_t xtr__pdf_page_of_destination(xtr__pdf *pdf, pdf_obj *dest);
/** Links go to the sheet and the extras. Throws. */
void xtr__pdf_collect_links(xtr__pdf *pdf, xtr__pdf_page *out, pdf_page *page);

/* metadata.c, outline.c, form.c, labels.c */
void xtr__pdf_write_metadata(xtr__pdf *pdf);
void xtr__pdf_write_outline(xtr__pdf *pdf);
void xtr__pdf_write_form(xtr__pdf *pdf);
void xtr__pdf_write_attachments(xtr__pdf *pdf);

void xtr__pdf_load_labels(xtr__pdf *pdf, xtr__labels *labels);
/** The label of page `index` (from 0), or NULL when the document has none. */
const char *xtr__label_of(const xtr__labels *labels, uint32_t index, char out[64]);

#endif
