/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Paths of a page: the straight lines that rule it, and coloured boxes. */
#include "pdf.h"

#include <math.h>

/* Pages with more are drawings: nobody looks for tables there. */
enum { MOST_SEGMENTS = 40000, MOST_FILLS = 20000, MOST_DOTS = 1000 };
static const float LEAST_DOT = 1.2F, LARGEST_DOT = 8;
static const float LEAST_DRAWING = 15; /* points; less is a sign or an icon */
static const float THIN = 3;           /* a box of fewer points in one direction is a line */

/** A subpath while it is walked. */
typedef struct walker {
    xtr__pdf *pdf;
    fz_matrix ctm;
    bool stroked, shown;
    float width;      /* of the stroke */
    fz_rect all, box; /* of the path and the subpath */
    bool any;
    fz_point first, last;
    fz_point corners[5];
    uint32_t points;
    bool curved;
    float slant;      /* longest side of what is neither horizontal nor vertical, in points */
    size_t segments;  /* on the sheet before this subpath */
    uint32_t letters; /* shapes that may be letters */
} walker;

static void add_segment(xtr__pdf *pdf, float x0, float y0, float x1, float y1) {
    if (pdf->sheet.segments.count < MOST_SEGMENTS) {
        xtr__segment *out = XTR__PUSH(&pdf->budget, &pdf->sheet.segments);
        if (out != NULL) {
            *out = (xtr__segment){fminf(x0, x1), fminf(y0, y1), fmaxf(x0, x1), fmaxf(y0, y1)};
        }
    }
}

static void add_fill(xtr__pdf *pdf, xtr_box box) {
    const xtr__sheet *sheet = &pdf->sheet;
    bool background =
        box.x1 - box.x0 > 0.9F * sheet->width && box.y1 - box.y0 > 0.8F * sheet->height;
    if (!background && sheet->fills.count < MOST_FILLS) {
        xtr_box *out = XTR__PUSH(&pdf->budget, &pdf->sheet.fills);
        if (out != NULL) {
            *out = box;
        }
    }
}

/** A line, horizontal or vertical within a point and longer than that. */
static void add_line(walker *w, fz_point a, fz_point b) {
    float dx = fabsf(a.x - b.x), dy = fabsf(a.y - b.y);
    if (!((dy <= 1 && dx > 1) || (dx <= 1 && dy > 1))) {
        return;
    }
    if (w->width <= 2 * THIN) {
        float x = (a.x + b.x) / 2, y = (a.y + b.y) / 2;
        bool across = dx > dy;
        add_segment(w->pdf, across ? a.x : x, across ? y : a.y, across ? b.x : x, across ? y : b.y);
        return;
    }
    float half = w->width / 2; /* a box drawn as one thick line */
    add_fill(w->pdf, (xtr_box){fminf(a.x, b.x) - (dx > dy ? 0 : half),
                               fminf(a.y, b.y) - (dx > dy ? half : 0),
                               fmaxf(a.x, b.x) + (dx > dy ? 0 : half),
                               fmaxf(a.y, b.y) + (dx > dy ? half : 0)});
}

static bool at_corner(fz_rect box, fz_point p) {
    return fminf(fabsf(p.x - box.x0), fabsf(p.x - box.x1)) < 1 &&
           fminf(fabsf(p.y - box.y0), fabsf(p.y - box.y1)) < 1;
}

/** Takes note of a filled subpath that is a line or a box. */
static void end_fill(const walker *w) {
    float width = w->box.x1 - w->box.x0, height = w->box.y1 - w->box.y0;
    float x = (w->box.x0 + w->box.x1) / 2, y = (w->box.y0 + w->box.y1) / 2;
    if (height <= THIN && width >= height) {
        add_segment(w->pdf, w->box.x0, y, w->box.x1, y);
        return;
    }
    if (width <= THIN) {
        add_segment(w->pdf, x, w->box.y0, x, w->box.y1);
        return;
    }
    bool box = w->points == 4 || w->points == 5;
    for (uint32_t i = 0; box && i < w->points; i++) {
        box = at_corner(w->box, w->corners[i]);
    }
    if (box) {
        add_fill(w->pdf, (xtr_box){w->box.x0, w->box.y0, w->box.x1, w->box.y1});
    }
}

/** Curves and slanted lines make up a good part of the shape: it is no rounded box. */
static bool is_slanted(const walker *w) {
    float side = fmaxf(w->box.x1 - w->box.x0, w->box.y1 - w->box.y0);
    return w->slant >= 0.2F * side;
}

static void note_drawing(const walker *w) {
    if (w->slant < LEAST_DRAWING || w->pdf->sheet.drawings.count == MOST_FILLS) {
        return;
    }
    xtr_box *out = XTR__PUSH(&w->pdf->budget, &w->pdf->sheet.drawings);
    if (out != NULL) {
        *out = (xtr_box){w->box.x0, w->box.y0, w->box.x1, w->box.y1};
    }
}

/** Counts a line or curve to the slanted part of a shape. */
static void add_slant(walker *w, fz_point a, fz_point b) {
    float dx = fabsf(a.x - b.x), dy = fabsf(a.y - b.y);
    if (dx > 2 && dy > 2) {
        w->slant += fmaxf(dx, dy);
    }
}

/** Filled, of the height of a letter and not wider than a wide one, and no box. */
static bool is_letter_like(const walker *w) {
    float width = w->box.x1 - w->box.x0, height = w->box.y1 - w->box.y0;
    return w->shown && !w->stroked && w->points > 5 && height >= 3 && height <= 40 && width >= 1 &&
           width <= 1.6F * height;
}

/** Whether the dot noted last has the same middle: a disk was filled, then its edge drawn. */
static bool is_edge_of_last(const walker *w) {
    const xtr__sheet *sheet = &w->pdf->sheet;
    if (sheet->dots.count == 0) {
        return false;
    }
    const xtr_box *last = &sheet->dots.items[sheet->dots.count - 1].box;
    return fabsf(last->x0 + last->x1 - w->box.x0 - w->box.x1) < 2 &&
           fabsf(last->y0 + last->y1 - w->box.y0 - w->box.y1) < 2;
}

/** Takes note of what may be a bullet: a filled shape or a circle, small, and about as wide as
 *  high. */
static void note_dot(const walker *w) {
    float width = w->box.x1 - w->box.x0, height = w->box.y1 - w->box.y0;
    if (w->stroked && (!w->curved || is_edge_of_last(w))) {
        return;
    }
    if (w->points < 4 || fminf(width, height) < LEAST_DOT || fmaxf(width, height) > LARGEST_DOT ||
        fmaxf(width, height) > 1.4F * fminf(width, height) ||
        w->pdf->sheet.dots.count == MOST_DOTS) {
        return;
    }
    xtr__dot *out = XTR__PUSH(&w->pdf->budget, &w->pdf->sheet.dots);
    if (out != NULL) {
        *out = (xtr__dot){.box = {w->box.x0, w->box.y0, w->box.x1, w->box.y1}};
    }
}

static void end_subpath(walker *w) {
    if (w->shown) {
        note_dot(w);
    }
    w->letters += is_letter_like(w);
    bool slanted = w->points >= 2 && is_slanted(w);
    if (w->shown && slanted) {
        note_drawing(w);
    }
    if (w->curved && w->stroked && slanted) {
        w->pdf->sheet.segments.count = w->segments;
    } else if (!w->curved && !w->stroked && w->shown && w->points >= 2) {
        end_fill(w);
    }
    w->points = 0;
    w->curved = false;
    w->slant = 0;
}

static void reach(walker *w, fz_point p) {
    fz_rect at = {p.x, p.y, p.x, p.y};
    w->box = w->points == 0 ? at : fz_include_point_in_rect(w->box, p);
    w->all = w->any ? fz_include_point_in_rect(w->all, p) : at;
    w->any = true;
    if (w->points < 5) {
        w->corners[w->points] = p;
    }
    w->points += w->points < UINT32_MAX;
    w->last = p;
}

static void move_to(fz_context *ctx, void *payload, float x, float y) {
    (void)ctx;
    walker *w = payload;
    end_subpath(w);
    w->segments = w->pdf->sheet.segments.count;
    w->first = fz_transform_point_xy(x, y, w->ctm);
    reach(w, w->first);
}

static void line_to(fz_context *ctx, void *payload, float x, float y) {
    (void)ctx;
    walker *w = payload;
    fz_point to = fz_transform_point_xy(x, y, w->ctm);
    if (w->stroked && w->shown) {
        add_line(w, w->last, to);
    }
    add_slant(w, w->last, to);
    reach(w, to);
}

static void curve_to(fz_context *ctx, void *payload, float x1, float y1, float x2, float y2,
                     float x3, float y3) {
    (void)ctx;
    walker *w = payload;
    w->curved = true;
    add_slant(w, w->last, fz_transform_point_xy(x3, y3, w->ctm));
    reach(w, fz_transform_point_xy(x1, y1, w->ctm));
    reach(w, fz_transform_point_xy(x2, y2, w->ctm));
    reach(w, fz_transform_point_xy(x3, y3, w->ctm));
}

static void close_path(fz_context *ctx, void *payload) {
    (void)ctx;
    walker *w = payload;
    if (w->points > 0 && w->stroked && w->shown) {
        add_line(w, w->last, w->first);
    }
    if (w->points > 0 && !w->stroked) {
        reach(w, w->first);
    }
}

uint32_t xtr__pdf_add_path(xtr__pdf *pdf, const fz_path *path, fz_matrix ctm,
                           const fz_stroke_state *stroke, bool shown) {
    static const fz_path_walker calls = {
        .moveto = move_to, .lineto = line_to, .curveto = curve_to, .closepath = close_path};
    walker w = {.pdf = pdf, .ctm = ctm, .stroked = stroke != NULL, .shown = shown};
    w.width = stroke != NULL ? stroke->linewidth * fz_matrix_expansion(ctm) : 0;
    w.segments = pdf->sheet.segments.count;
    fz_walk_path(pdf->ctx, path, &calls, &w);
    end_subpath(&w);
    xtr_box box = {w.all.x0, w.all.y0, w.all.x1, w.all.y1};
    if (w.any && box.y1 - box.y0 < 3 && box.x1 - box.x0 > 20) {
        xtr__area *bar = XTR__PUSH(&pdf->budget, &pdf->sheet.bars);
        if (bar != NULL) {
            *bar = (xtr__area){box, XTR__NO_URL};
        }
    }
    return w.letters;
}

bool xtr__pdf_add_thin_box(xtr__pdf *pdf, xtr_box box) {
    float width = box.x1 - box.x0, height = box.y1 - box.y0;
    if (fminf(width, height) > THIN || fmaxf(width, height) < 20) {
        return false;
    }
    float x = (box.x0 + box.x1) / 2, y = (box.y0 + box.y1) / 2;
    if (width > height) {
        add_segment(pdf, box.x0, y, box.x1, y);
    } else {
        add_segment(pdf, x, box.y0, x, box.y1);
    }
    return true;
}
