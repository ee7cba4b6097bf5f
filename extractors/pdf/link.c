/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Links and destinations. MuPDF resolves all links of a page when it loads it, and walks the page
 * tree for each; on pages of references that takes longer than their text. pdf_load_link_annots is
 * wrapped (libextract/CMakeLists.txt) to find none, and links are read here. */
#include "pdf.h"

#include <stdlib.h>
#include <string.h>

/* Text looks through the links of its page for each line. */
enum { MOST_LINKS = 4096 };

fz_link *__real_pdf_load_link_annots(fz_context *ctx, pdf_document *doc, pdf_page *page,
                                     pdf_obj *annots, int number, fz_matrix ctm);
fz_link *__wrap_pdf_load_link_annots(fz_context *ctx, pdf_document *doc, pdf_page *page,
                                     pdf_obj *annots, int number, fz_matrix ctm);

fz_link *__wrap_pdf_load_link_annots(fz_context *ctx, pdf_document *doc, pdf_page *page,
                                     pdf_obj *annots, int number, fz_matrix ctm) {
    if (fz_user_context(ctx) != NULL)
        return NULL;
    return __real_pdf_load_link_annots(ctx, doc, page, annots, number, ctm);
}

/* Page numbers ------------------------------------------------------------------------------ */

/* MuPDF's own map of the page tree leaks in 1.21, and its walk resolves what a destination refers
 * to, which may be missing. */

enum { MAX_DEPTH = 32 };

static void map_node(xtr__pdf *pdf, pdf_obj *node, int depth, uint32_t *page, uint32_t *left) {
    fz_context *ctx = pdf->ctx;
    pdf_obj *kids = pdf_dict_get(ctx, node, PDF_NAME(Kids));
    int count = pdf_array_len(ctx, kids);
    for (int i = 0; i<count && * left> 0 && !xtr__pdf_should_stop(pdf); i++) {
        pdf_obj *kid = pdf_array_get(ctx, kids, i);
        --*left;
        if (pdf_dict_get(ctx, kid, PDF_NAME(Kids)) != NULL) {
            if (depth < MAX_DEPTH)
                map_node(pdf, kid, depth + 1, page, left);
            continue;
        }
        xtr__page_object *entry = XTR__PUSH(&pdf->budget, &pdf->page_objects);
        if (entry == NULL)
            return;
        *entry = (xtr__page_object){pdf_to_num(ctx, kid), ++*page};
    }
}

static int compare_objects(const void *a, const void *b) {
    const xtr__page_object *l = a, *r = b;
    return l->object != r->object ? (l->object < r->object ? -1 : 1)
                                  : (l->page > r->page) - (l->page < r->page);
}

static void map_pages(xtr__pdf *pdf) {
    fz_context *ctx = pdf->ctx;
    uint32_t page = 0, left = pdf->page_count * 2 + 64;
    pdf_obj *root = pdf_dict_get(ctx, pdf_trailer(ctx, pdf->doc), PDF_NAME(Root));
    pdf->mapped = true;
    fz_try(ctx) {
        map_node(pdf, pdf_dict_get(ctx, root, PDF_NAME(Pages)), 0, &page, &left);
    }
    fz_catch(ctx) {
        compat_ignore(ctx);
    }
    if (pdf->page_objects.count > 0)
        qsort(pdf->page_objects.items, pdf->page_objects.count, sizeof *pdf->page_objects.items,
              compare_objects);
}

uint32_t xtr__pdf_page_of_object(xtr__pdf *pdf, pdf_obj *page) {
    if (!pdf_is_indirect(pdf->ctx, page))
        return 0;
    if (!pdf->mapped)
        map_pages(pdf);
    int object = pdf_to_num(pdf->ctx, page);
    size_t low = 0, high = pdf->page_objects.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pdf->page_objects.items[middle].object < object)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < pdf->page_objects.count && pdf->page_objects.items[low].object == object;
    return found ? pdf->page_objects.items[low].page : 0;
}

uint32_t xtr__pdf_page_of_destination(xtr__pdf *pdf, pdf_obj *dest) {
    fz_context *ctx = pdf->ctx;
    if (pdf_is_name(ctx, dest) || pdf_is_string(ctx, dest))
        dest = pdf_lookup_dest(ctx, pdf->doc, dest);
    if (pdf_is_dict(ctx, dest))
        dest = pdf_dict_get(ctx, dest, PDF_NAME(D));
    pdf_obj *page = pdf_array_get(ctx, dest, 0);
    if (!pdf_is_indirect(ctx, page) && pdf_is_int(ctx, page)) {
        int index = pdf_to_int(ctx, page);
        return index >= 0 && (uint32_t)index < pdf->page_count ? (uint32_t)index + 1 : 0;
    }
    return xtr__pdf_page_of_object(pdf, page);
}

/* Links ------------------------------------------------------------------------------------- */

/** Where an action leads: a URL, or the name of another file; NULL when inside. */
static const char *url_of_action(fz_context *ctx, pdf_obj *action) {
    pdf_obj *kind = pdf_dict_get(ctx, action, PDF_NAME(S));
    if (pdf_name_eq(ctx, kind, PDF_NAME(URI)))
        return pdf_dict_get_text_string(ctx, action, PDF_NAME(URI));
    if (!pdf_name_eq(ctx, kind, PDF_NAME(GoToR)) && !pdf_name_eq(ctx, kind, PDF_NAME(Launch)))
        return NULL;
    pdf_obj *file = pdf_dict_get(ctx, action, PDF_NAME(F));
    if (pdf_is_dict(ctx, file))
        file = pdf_dict_geta(ctx, file, PDF_NAME(UF), PDF_NAME(F));
    return pdf_to_text_string(ctx, file);
}

static void add_link(xtr__pdf *pdf, xtr__pdf_page *out, pdf_obj *dict, fz_matrix ctm) {
    fz_context *ctx = pdf->ctx;
    pdf_obj *action = pdf_dict_get(ctx, dict, PDF_NAME(A));
    pdf_obj *dest = pdf_dict_get(ctx, dict, PDF_NAME(Dest));
    const char *url = dest == NULL ? url_of_action(ctx, action) : NULL;
    fz_rect rect = pdf_dict_get_rect(ctx, dict, PDF_NAME(Rect));
    rect = fz_transform_rect(rect, ctm);
    xtr__extra link = {.kind = XTR__EXTRA_LINK, .box = {rect.x0, rect.y0, rect.x1, rect.y1}};
    if (url != NULL && url[0] != '\0') {
        link.strings[0] = xtr__pdf_string(pdf, out, url);
        xtr__area *area = XTR__PUSH(&pdf->budget, &pdf->sheet.links);
        if (area != NULL)
            *area = (xtr__area){link.box, xtr__pdf_url(pdf, url)};
    } else {
        dest = dest == NULL ? pdf_dict_get(ctx, action, PDF_NAME(D)) : dest;
        link.target = xtr__pdf_page_of_destination(pdf, dest);
        if (link.target == 0)
            return;
    }
    xtr__extra *extra = XTR__PUSH(&pdf->budget, &out->extras);
    if (extra != NULL)
        *extra = link;
}

void xtr__pdf_collect_links(xtr__pdf *pdf, xtr__pdf_page *out, pdf_page *page) {
    fz_context *ctx = pdf->ctx;
    fz_rect mediabox;
    fz_matrix ctm;
    pdf_page_transform(ctx, page, &mediabox, &ctm);
    pdf_obj *annots = pdf_dict_get(ctx, page->obj, PDF_NAME(Annots));
    int count = pdf_array_len(ctx, annots), links = 0;
    for (int i = 0; i < count && links < MOST_LINKS && !xtr__pdf_should_stop(pdf); i++) {
        pdf_obj *dict = pdf_array_get(ctx, annots, i);
        if (!pdf_name_eq(ctx, pdf_dict_get(ctx, dict, PDF_NAME(Subtype)), PDF_NAME(Link)))
            continue;
        links++;
        fz_try(ctx) {
            add_link(pdf, out, dict, ctm);
        }
        fz_catch(ctx) {
            compat_ignore(ctx); /* the others may lead somewhere */
        }
    }
}
