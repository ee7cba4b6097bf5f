/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The layout of a page as a picture (SVG 1.1) for people who work on it: what the page holds in
 * grey, what the layout found in colours, and a column beside the page with the evidence for
 * headings. All text is that of a document: it is escaped, and cut where there is no end to it. */
#include "blocks.h"
#include "trace.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    MOST_SHAPES = 20000, /* of each kind: no reader tells more apart */
    MOST_NOTES = 100,    /* beside the page */
    MOST_QUOTED = 48,    /* characters of a line */
    NOTE_POINTS = 4      /* in a row */
};
static const float NOTES_WIDTH = 280, NOTE_STEP = 7;

/* How far below the threshold lines are still shown. */
static const float NEARLY = 0.25F;

typedef struct pen {
    xtr_builder *builder;
    const xtr__page_layout *page;
    const xtr__sheet *sheet;
    xtr__blocks blocks;
    float height; /* of the page or of what stands beside it */
} pen;

typedef struct kind {
    const char *name, *colour;
} kind;

static const kind kinds[] = {
    [XTR_PARAGRAPH] = {"paragraph", "#4477aa"}, [XTR_HEADING] = {"heading", "#cc3311"},
    [XTR_LIST_ITEM] = {"list item", "#228833"}, [XTR_TABLE] = {"table", "#aa3377"},
    [XTR_CODE] = {"code", "#ee7733"},           [XTR_QUOTE] = {"quote", "#33bbee"},
    [XTR_FORMULA] = {"formula", "#999900"},     [XTR_CAPTION] = {"caption", "#994455"},
    [XTR_IMAGE] = {"image", "#777777"},         [XTR_HEADER] = {"header", "#888888"},
    [XTR_FOOTER] = {"footer", "#888888"},       [XTR_FOOTNOTE] = {"footnote", "#885522"},
    [XTR_VERBATIM] = {"verbatim", "#117755"},
};

/* Writing ----------------------------------------------------------------------------------- */

/** Numbers and words of our own. */
__attribute__((format(printf, 2, 3))) static void put(const pen *p, const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (size > 0) {
        xtr_text(p->builder, text, (size_t)size < sizeof text ? (size_t)size : sizeof text - 1);
    }
}

/** Up to `most` characters of a document; what XML cannot hold is left out. */
static void put_text(const pen *p, const char *text, size_t size, size_t most) {
    for (size_t at = 0; at < size && most > 0; most--) {
        size_t from = at;
        uint32_t c = xtr__utf8_next(text, size, &at);
        const char *name = c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : NULL;
        if (name != NULL) {
            xtr_text(p->builder, name, strlen(name));
        } else if (c >= ' ' && c != 0xfffe && c != 0xffff) {
            xtr_text(p->builder, text + from, at - from);
        }
    }
}

/** A length that a picture can hold. */
static double length_of(float value) {
    return value > -1e6F && value < 1e6F ? (double)value : 0;
}

static void put_box(const pen *p, xtr_box box, const char *look) {
    put(p, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"%s/>\n", length_of(box.x0),
        length_of(box.y0), length_of(fmaxf(0, box.x1 - box.x0)),
        length_of(fmaxf(0, box.y1 - box.y0)), look);
}

static xtr_box unite(xtr_box a, xtr_box b) {
    return (xtr_box){fminf(a.x0, b.x0), fminf(a.y0, b.y0), fmaxf(a.x1, b.x1), fmaxf(a.y1, b.y1)};
}

static xtr_box line_box(const xtr__page_layout *page, const xtr__line *line) {
    return xtr__turn_back((xtr_box){line->x0, line->top, line->x1, line->bottom}, page->width,
                          page->height, line->turn);
}

static size_t shown(size_t count) {
    return count < MOST_SHAPES ? count : MOST_SHAPES;
}

/* What the page holds ----------------------------------------------------------------------- */

static void draw_shapes(const pen *p) {
    const xtr__sheet *sheet = p->sheet;
    put(p, "<g id=\"fills\" fill=\"#ffcc66\" fill-opacity=\"0.15\">\n");
    for (size_t i = 0; i < shown(sheet->fills.count); i++) {
        put_box(p, sheet->fills.items[i], "");
    }
    put(p, "</g>\n<g id=\"drawings\" fill=\"none\" stroke=\"#bbbbbb\" stroke-width=\"0.3\">\n");
    for (size_t i = 0; i < shown(sheet->drawings.count); i++) {
        put_box(p, sheet->drawings.items[i], "");
    }
    put(p, "</g>\n<g id=\"pictures\" fill=\"#dddddd\" fill-opacity=\"0.5\" stroke=\"#777777\">\n");
    for (size_t i = 0; i < shown(sheet->pictures.count); i++) {
        put_box(p, sheet->pictures.items[i].box, "");
    }
    put(p, "</g>\n<g id=\"rules\" stroke=\"#00aaaa\" stroke-width=\"0.6\">\n");
    for (size_t i = 0; i < shown(sheet->segments.count); i++) {
        const xtr__segment *s = &sheet->segments.items[i];
        put(p, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", length_of(s->x0),
            length_of(s->y0), length_of(s->x1), length_of(s->y1));
    }
    put(p, "</g>\n");
}

static void draw_text(const pen *p) {
    const xtr__page_layout *page = p->page;
    put(p, "<g id=\"text\" fill=\"#999999\">\n");
    for (size_t i = 0; i < shown(page->lines.count); i++) {
        const xtr__line *line = &page->lines.items[i];
        xtr_box pen_at = xtr__turn_back((xtr_box){line->x0, line->y, line->x0, line->y},
                                        page->width, page->height, line->turn);
        put(p,
            "<text transform=\"translate(%.1f %.1f) rotate(%d)\" font-size=\"%.1f\" "
            "textLength=\"%.1f\" lengthAdjust=\"spacingAndGlyphs\">",
            length_of(pen_at.x0), length_of(pen_at.y0), line->turn * 90, length_of(line->size),
            length_of(fmaxf(0.1F, line->x1 - line->x0)));
        put_text(p, xtr__line_text(page, line), line->text_size, SIZE_MAX);
        put(p, "</text>\n");
    }
    put(p, "</g>\n");
}

/* What the layout found --------------------------------------------------------------------- */

enum { MOST_COLUMNS = 200 }; /* between which gutters are drawn */

/** Boxes of the leaves that are no cells, in `out`; returns how many. */
static uint32_t find_columns(const xtr__page_layout *page, xtr_box *out) {
    uint32_t count = 0;
    for (size_t i = 0, end; i < shown(page->lines.count) && count < MOST_COLUMNS; i = end) {
        const xtr__line *first = &page->lines.items[i];
        xtr_box box = line_box(page, first);
        for (end = i + 1; end < page->lines.count && page->lines.items[end].leaf == first->leaf;
             end++) {
            box = unite(box, line_box(page, &page->lines.items[end]));
        }
        if (first->cell == 0) {
            out[count++] = box;
        }
    }
    return count;
}

/** Whether a column stands between two heights and two sides. */
static bool is_between(const xtr_box *columns, uint32_t count, xtr_box gutter) {
    for (uint32_t i = 0; i < count; i++) {
        const xtr_box *c = &columns[i];
        if (c->x1 > gutter.x0 + 1 && c->x0 < gutter.x1 - 1 && c->y1 > gutter.y0 + 1 &&
            c->y0 < gutter.y1 - 1) {
            return true;
        }
    }
    return false;
}

/** The columns, and the gutters between those that stand side by side. */
static void draw_columns(const pen *p) {
    xtr_box columns[MOST_COLUMNS];
    uint32_t count = find_columns(p->page, columns);
    put(p, "<g id=\"columns\" fill=\"none\" stroke=\"#88aa88\" stroke-width=\"0.5\" "
           "stroke-dasharray=\"4 2\">\n");
    for (uint32_t i = 0; i < count; i++) {
        xtr_box box = columns[i];
        put_box(p, (xtr_box){box.x0 - 3, box.y0 - 3, box.x1 + 3, box.y1 + 3}, "");
    }
    put(p, "</g>\n<g id=\"gutters\" fill=\"#88aa88\" fill-opacity=\"0.2\">\n");
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < count; k++) {
            const xtr_box *l = &columns[i], *r = &columns[k];
            xtr_box gutter = {l->x1, fmaxf(l->y0, r->y0), r->x0, fminf(l->y1, r->y1)};
            if (gutter.x1 > gutter.x0 && gutter.y1 > gutter.y0 &&
                !is_between(columns, count, gutter)) {
                put_box(p, gutter, "");
            }
        }
    }
    put(p, "</g>\n");
}

static void draw_tables(const pen *p) {
    const xtr__page_layout *page = p->page;
    put(p, "<g id=\"tables\" fill=\"#aa3377\" fill-opacity=\"0.05\" stroke=\"#aa3377\" "
           "stroke-width=\"0.4\">\n");
    for (size_t i = 0; i < shown(page->cells.count); i++) {
        const xtr__table_cell *cell = &page->cells.items[i];
        uint8_t turn = page->tables.items[cell->table].turn;
        put(p, "<g><title>row %u, column %u%s</title>", cell->row + 1U, cell->column + 1U,
            cell->header ? ", header" : "");
        put_box(p, xtr__turn_back(cell->box, page->width, page->height, turn),
                cell->header ? " fill=\"#ee7733\" fill-opacity=\"0.25\"" : "");
        put(p, "</g>\n");
    }
    put(p, "</g>\n");
}

static xtr_box table_box(const xtr__page_layout *page, const xtr__line *line) {
    const xtr__page_table *table = &page->tables.items[page->cells.items[line->cell - 1].table];
    return xtr__turn_back(table->box, page->width, page->height, table->turn);
}

/** What a block has in one column, from the line `i` on, which moves behind that. */
static xtr_box next_part(const pen *p, int32_t *i) {
    const xtr__page_layout *page = p->page;
    const xtr__line *first = &page->lines.items[*i];
    xtr_box box = line_box(page, first);
    if (first->cell > 0) {
        *i = XTR__NO_LINE;
        return table_box(page, first);
    }
    while ((*i = p->blocks.next[*i]) != XTR__NO_LINE && page->lines.items[*i].leaf == first->leaf) {
        box = unite(box, line_box(page, &page->lines.items[*i]));
    }
    return box;
}

static void draw_block(const pen *p, const xtr__text_block *block, uint32_t number) {
    const kind *k = &kinds[block->type];
    const xtr__line *first = &p->page->lines.items[block->first];
    xtr_box label = first->cell > 0 ? table_box(p->page, first) : line_box(p->page, first);
    put(p, "<g stroke=\"%s\" fill=\"%s\">", k->colour, k->colour);
    for (int32_t i = block->first; i != XTR__NO_LINE;) {
        put_box(p, next_part(p, &i), " fill-opacity=\"0.06\"");
    }
    put(p, "<text stroke=\"none\" x=\"%.1f\" y=\"%.1f\">%u %s", length_of(label.x0),
        length_of(label.y0 - 1), number, k->name);
    if (block->type == XTR_HEADING) {
        put(p, " %d", first->level);
    }
    put(p, "</text></g>\n");
}

static void draw_blocks(const pen *p) {
    put(p, "<g id=\"blocks\" stroke-width=\"0.8\" font-size=\"5\">\n");
    for (uint32_t i = 0; i < shown(p->blocks.count); i++) {
        draw_block(p, &p->blocks.items[i], i + 1);
    }
    put(p, "</g>\n");
}

static void put_middle(const pen *p, xtr_box box) {
    put(p, "%.1f,%.1f ", length_of((box.x0 + box.x1) / 2), length_of((box.y0 + box.y1) / 2));
}

/** From the first line of each block to its last one, and on to the next block. */
static void draw_order(const pen *p) {
    const xtr__line *lines = p->page->lines.items;
    put(p, "<defs><marker id=\"arrow\" viewBox=\"0 0 6 6\" refX=\"3\" refY=\"3\" markerWidth=\"5\" "
           "markerHeight=\"5\" orient=\"auto\"><path d=\"M0 0L6 3L0 6z\" fill=\"#000000\"/>"
           "</marker></defs>\n<polyline id=\"order\" fill=\"none\" stroke=\"#000000\" "
           "stroke-width=\"0.8\" opacity=\"0.4\" marker-mid=\"url(#arrow)\" "
           "marker-end=\"url(#arrow)\" points=\"");
    for (uint32_t i = 0; i < shown(p->blocks.count); i++) {
        const xtr__text_block *block = &p->blocks.items[i];
        if (block->type == XTR_TABLE) {
            put_middle(p, table_box(p->page, &lines[block->first]));
            continue;
        }
        put_middle(p, line_box(p->page, &lines[block->first]));
        if (block->last != block->first) {
            put_middle(p, line_box(p->page, &lines[block->last]));
        }
    }
    put(p, "\"/>\n");
}

/* Evidence for headings --------------------------------------------------------------------- */

/** Whether it became a heading in the end: the tags of the document may say otherwise. */
static bool is_heading(const pen *p, const xtr__verdict *v) {
    return p->page->lines.items[v->line].flags & XTR__LINE_HEADING;
}

/** Whether it says why there is a heading, or why there is nearly one. */
static bool is_told(const pen *p, const xtr__verdict *v) {
    return v->heading || is_heading(p, v) ||
           v->sum > p->page->trace->enough - (v->veto != NULL ? 0 : NEARLY);
}

static uint32_t rows_of(const xtr__verdict *v) {
    return 1 + (v->count + NOTE_POINTS - 1) / NOTE_POINTS;
}

static void put_points(const pen *p, const xtr__verdict *v, uint32_t from, uint32_t to) {
    for (uint32_t i = from; i < to && i < v->count; i++) {
        float points = v->points[i].points;
        put(p, "%s%s %.2f",
            points < 0 ? " \u2212 "
            : i > 0    ? " + "
                       : "",
            v->points[i].why, (double)fabsf(points));
    }
}

static void put_verdict(const pen *p, const xtr__verdict *v) {
    put(p, "%.2f %s %.2f: %s%s", (double)v->sum,
        v->sum > p->page->trace->enough ? "&gt;" : "\u2264", (double)p->page->trace->enough,
        v->heading ? "heading" : "no heading", v->veto != NULL ? ", for it is: " : "");
    put(p, "%s", v->veto != NULL ? v->veto : "");
    if (v->heading != is_heading(p, v)) {
        put(p, "; its tag says %s", v->heading ? "no heading" : "heading");
    }
}

/** The lines of a verdict, with the evidence where the pointer rests. */
static void draw_verdict(const pen *p, const xtr__verdict *v) {
    const xtr__page_layout *page = p->page;
    xtr_box box = line_box(page, &page->lines.items[v->line]);
    for (uint32_t k = 1; k < v->line_count; k++) {
        box = unite(box, line_box(page, &page->lines.items[v->line + k]));
    }
    put(p, "<g fill=\"%s\"><title>", is_heading(p, v) ? "#cc3311" : "#666666");
    put_verdict(p, v);
    put(p, " = ");
    put_points(p, v, 0, v->count);
    put(p, "</title>");
    put_box(p, box,
            is_heading(p, v) ? " fill-opacity=\"0.08\""
                             : " fill-opacity=\"0.04\" stroke=\"#666666\" stroke-width=\"0.4\" "
                               "stroke-dasharray=\"2 1\"");
    put(p, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"5\">%.2f</text></g>\n", length_of(box.x1 + 1),
        length_of(box.y1), (double)v->sum);
}

static void note_verdict(const pen *p, const xtr__verdict *v, double x, double y) {
    const xtr__page_layout *page = p->page;
    const xtr__line *line = &page->lines.items[v->line];
    put(p, "<text x=\"%.1f\" y=\"%.1f\"%s>\u201c", x, y,
        is_heading(p, v) ? " fill=\"#cc3311\"" : "");
    put_text(p, xtr__line_text(page, line), line->text_size, MOST_QUOTED);
    put(p, "\u201d ");
    put_verdict(p, v);
    put(p, "</text>\n");
    for (uint32_t row = 1; row < rows_of(v); row++) {
        put(p, "<text x=\"%.1f\" y=\"%.1f\">", x + 8, y + (double)row * (double)NOTE_STEP);
        put_points(p, v, (row - 1) * NOTE_POINTS, row * NOTE_POINTS);
        put(p, "</text>\n");
    }
}

static void draw_verdicts(const pen *p) {
    const xtr__trace *trace = p->page->trace;
    put(p, "<g id=\"evidence\">\n");
    for (size_t i = 0; i < shown(trace->verdicts.count); i++) {
        if (is_told(p, &trace->verdicts.items[i])) {
            draw_verdict(p, &trace->verdicts.items[i]);
        }
    }
    put(p, "</g>\n");
}

/* Beside the page --------------------------------------------------------------------------- */

/** What the colours mean, and the evidence; or, when only `measured`, nothing. Returns where it
 *  ends. */
static float draw_notes(const pen *p, bool measured) {
    const xtr__trace *trace = p->page->trace;
    double x = length_of(p->page->width + 8);
    float y = 2 * NOTE_STEP;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++, y += NOTE_STEP) {
        if (!measured) {
            put(p, "<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\">\u25a0 %s</text>\n", x, (double)y,
                kinds[i].colour, kinds[i].name);
        }
    }
    size_t told = 0;
    for (size_t i = 0; i < trace->verdicts.count && told < MOST_NOTES; i++) {
        const xtr__verdict *v = &trace->verdicts.items[i];
        if (!is_told(p, v)) {
            continue;
        }
        y += NOTE_STEP;
        if (!measured) {
            note_verdict(p, v, x, (double)y);
        }
        y += (float)rows_of(v) * NOTE_STEP;
        told++;
    }
    return y;
}

static void draw(const pen *p) {
    double width = length_of(p->page->width + NOTES_WIDTH), height = length_of(p->height);
    put(p,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.1f\" height=\"%.1f\" "
        "viewBox=\"0 0 %.1f %.1f\" font-family=\"Helvetica, Arial, sans-serif\">\n<title>page "
        "%u</title>\n",
        width, height, width, height, p->page->number);
    put_box(p, (xtr_box){0, 0, p->page->width + NOTES_WIDTH, p->height}, " fill=\"#f4f4f4\"");
    put_box(p, (xtr_box){0, 0, p->page->width, p->page->height}, " fill=\"#ffffff\"");
    draw_shapes(p);
    draw_text(p);
    draw_columns(p);
    draw_tables(p);
    draw_blocks(p);
    draw_order(p);
    draw_verdicts(p);
    put(p, "<g id=\"notes\" font-size=\"5.5\" fill=\"#333333\">\n");
    draw_notes(p, false);
    put(p, "</g>\n</svg>\n");
}

bool xtr__draw_page(xtr_job *job, const xtr__page_layout *page, const xtr__sheet *sheet,
                    xtr__scratch *scratch) {
    pen p = {.builder = xtr_job_builder(job), .page = page, .sheet = sheet};
    xtr__scratch_reset(scratch);
    xtr__find_blocks(&p.blocks, page, scratch);
    p.height = fmaxf(page->height, draw_notes(&p, true));
    xtr_page_begin(p.builder, page->number,
                   &(xtr_page_info){.width = page->width, .height = page->height});
    xtr_element_begin(p.builder, &(xtr_element_info){.type = XTR_VERBATIM});
    draw(&p);
    xtr_element_end(p.builder);
    xtr_page_end(p.builder);
    return !scratch->failed && !xtr_job_should_stop(job);
}
