/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Marked content (ISO 32000-1, 14.6). MuPDF 1.21 shows it to no device, so it is seen where MuPDF
 * interprets it: of the processor that runs a page four operators are replaced by ours, which do
 * their work and go on to MuPDF's. The glyphs drawn in between get the mark that is open. */
#include "pdf.h"

#include <string.h>

/* Marks of a page; text behind them belongs to none. Characters of a replacement, more are cut; and
 * of all those of a page. */
enum { MOST_MARKS = UINT16_MAX - 1, MOST_SPELLED = 4096, MOST_IN_ALL = 1 << 20 };

/** What was shown so far goes to the device before the mark changes. A rendering intent makes MuPDF
 *  do so, and nothing that is kept depends on it. */
static void flush_text(fz_context *ctx, pdf_processor *proc) {
    proc->op_ri(ctx, proc, "RelativeColorimetric");
}

static xtr__marked open_mark(const xtr__pdf *pdf) {
    uint16_t open = pdf->sheet.open_mark;
    return open > 0 ? pdf->sheet.marks.items[open - 1]
                    : (xtr__marked){.tag = XTR__NO_TAG, .text = XTR__NO_TEXT};
}

uint32_t xtr__pdf_open_figure(const xtr__pdf *pdf) {
    return xtr__tag_above(pdf->sheet.tags.items, open_mark(pdf).tag, XTR__TAG_FIGURE);
}

/* Replacement text -------------------------------------------------------------------------- */

uint32_t xtr__pdf_replacement(xtr__pdf *pdf, pdf_obj *string) {
    xtr__sheet *sheet = &pdf->sheet;
    if (!pdf_is_string(pdf->ctx, string) || pdf_to_str_len(pdf->ctx, string) > 4 * MOST_SPELLED ||
        sheet->spelled.count > MOST_IN_ALL)
        return XTR__NO_TEXT;
    const char *text = pdf_to_text_string(pdf->ctx, string);
    size_t size = strlen(text);
    xtr__replacement *out = XTR__PUSH(&pdf->budget, &sheet->replacements);
    if (out == NULL)
        fz_throw(pdf->ctx, FZ_ERROR_MEMORY, "out of memory");
    *out = (xtr__replacement){.at = (uint32_t)sheet->spelled.count};
    for (size_t at = 0; at < size && out->count < MOST_SPELLED; out->count++) {
        uint32_t *to = XTR__PUSH(&pdf->budget, &sheet->spelled);
        if (to == NULL)
            fz_throw(pdf->ctx, FZ_ERROR_MEMORY, "out of memory");
        *to = xtr__utf8_next(text, size, &at);
    }
    return (uint32_t)sheet->replacements.count - 1;
}

/* Operators --------------------------------------------------------------------------------- */

/** The mark inside of which the text now stands: what encloses it and what is new. */
static xtr__marked inner_mark(xtr__pdf *pdf, const char *name, pdf_obj *properties) {
    fz_context *ctx = pdf->ctx;
    xtr__marked mark = open_mark(pdf);
    if (name != NULL && strcmp(name, "Artifact") == 0)
        mark.artifact = true;
    if (!pdf_is_dict(ctx, properties))
        return mark;
    pdf_obj *id = pdf_dict_get(ctx, properties, PDF_NAME(MCID));
    if (pdf_is_int(ctx, id) && pdf->marking.parents != NULL) {
        mark.tag = xtr__pdf_tag_of_content(pdf, pdf_to_int(ctx, id));
        for (uint32_t t = mark.tag; t != XTR__NO_TAG && mark.text == XTR__NO_TEXT;
             t = pdf->sheet.tags.items[t].parent)
            mark.text = pdf->sheet.tags.items[t].text;
    }
    if (mark.text == XTR__NO_TEXT)
        mark.text = xtr__pdf_replacement(pdf, pdf_dict_get(ctx, properties, PDF_NAME(ActualText)));
    return mark;
}

static void begin(fz_context *ctx, pdf_processor *proc, const char *name, pdf_obj *properties) {
    xtr__pdf *pdf = fz_user_context(ctx);
    xtr__marking *m = &pdf->marking;
    if (m->depth++ >= XTR__MOST_OPEN || pdf->sheet.marks.count >= MOST_MARKS)
        return;
    m->open[m->depth - 1] = pdf->sheet.open_mark;
    xtr__marked outer = open_mark(pdf), mark = inner_mark(pdf, name, properties);
    if (mark.tag == outer.tag && mark.text == outer.text && mark.artifact == outer.artifact)
        return;
    flush_text(ctx, proc);
    xtr__marked *next = XTR__PUSH(&pdf->budget, &pdf->sheet.marks);
    if (next == NULL)
        fz_throw(ctx, FZ_ERROR_MEMORY, "out of memory");
    *next = mark;
    pdf->sheet.open_mark = (uint16_t)pdf->sheet.marks.count;
}

static void begin_marked(fz_context *ctx, pdf_processor *proc, const char *name) {
    xtr__pdf *pdf = fz_user_context(ctx);
    begin(ctx, proc, name, NULL);
    pdf->marking.begin_marked(ctx, proc, name);
}

static void begin_with_properties(fz_context *ctx, pdf_processor *proc, const char *name,
                                  pdf_obj *raw, pdf_obj *properties) {
    xtr__pdf *pdf = fz_user_context(ctx);
    begin(ctx, proc, name, properties);
    pdf->marking.begin_with_properties(ctx, proc, name, raw, properties);
}

static void end_marked(fz_context *ctx, pdf_processor *proc) {
    xtr__pdf *pdf = fz_user_context(ctx);
    xtr__marking *m = &pdf->marking;
    if (m->depth > m->floor && --m->depth < XTR__MOST_OPEN &&
        m->open[m->depth] != pdf->sheet.open_mark) {
        flush_text(ctx, proc);
        pdf->sheet.open_mark = m->open[m->depth];
    }
    m->end_marked(ctx, proc);
}

/** The content of a form has numbers of its own, and what it leaves open ends with it. */
static void do_form(fz_context *ctx, pdf_processor *proc, const char *name,
                    COMPAT_FORM_PARAMETERS) {
    xtr__pdf *pdf = fz_user_context(ctx);
    xtr__marking *m = &pdf->marking;
    pdf_obj *parents = m->parents;
    size_t depth = m->depth, floor = m->floor;
    uint16_t open = pdf->sheet.open_mark;
    m->floor = m->depth;
    m->parents = xtr__pdf_parents_of(pdf, form);
    fz_try(ctx) {
        m->do_form(ctx, proc, name, COMPAT_FORM_ARGUMENTS);
    }
    fz_always(ctx) {
        pdf_drop_obj(ctx, m->parents);
        m->parents = parents;
        m->depth = depth;
        m->floor = floor;
        pdf->sheet.open_mark = open;
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
}

/* Pages ------------------------------------------------------------------------------------- */

static void watch(xtr__marking *m, pdf_processor *proc) {
    m->begin_marked = proc->op_BMC;
    m->begin_with_properties = proc->op_BDC;
    m->end_marked = proc->op_EMC;
    m->do_form = proc->op_Do_form;
    proc->op_BMC = begin_marked;
    proc->op_BDC = begin_with_properties;
    proc->op_EMC = end_marked;
    proc->op_Do_form = do_form;
}

void xtr__pdf_run_contents(xtr__pdf *pdf, pdf_page *page, fz_device *dev) {
    fz_context *ctx = pdf->ctx;
    fz_default_colorspaces *spaces = NULL;
    pdf_processor *proc = NULL;
    fz_rect mediabox;
    fz_matrix ctm;
    fz_var(spaces);
    fz_var(proc);
    pdf->marking = (xtr__marking){0};
    fz_try(ctx) {
        pdf->marking.parents = xtr__pdf_parents_of(pdf, page->obj);
        spaces = pdf_load_default_colorspaces(ctx, pdf->doc, page);
        pdf_page_transform(ctx, page, &mediabox, &ctm);
        proc = compat_new_run_processor(ctx, page, dev, ctm, spaces, &pdf->cookie);
        watch(&pdf->marking, proc);
        compat_process_page(ctx, proc, page, &pdf->cookie);
        pdf_close_processor(ctx, proc);
    }
    fz_always(ctx) {
        pdf_drop_processor(ctx, proc);
        fz_drop_default_colorspaces(ctx, spaces);
        pdf_drop_obj(ctx, pdf->marking.parents);
        pdf->sheet.open_mark = 0;
        pdf->marking = (xtr__marking){0};
    }
    fz_catch(ctx) {
        fz_rethrow(ctx);
    }
}
