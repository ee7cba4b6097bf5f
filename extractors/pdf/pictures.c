/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The images of a document, with their bytes when `images: extract` asked for them. An object is
 * decoded once, when the first page that shows it is written, so it does not matter which slot read
 * the page; an image that stands in the content has no number, and is kept with its page. */
#include "pdf.h"

#include <string.h>

enum {
    /* Bytes of a page, and pixels of an image: one in the content should have 4 KB (ISO 32000-1,
       8.9.7). */
    MOST_INLINE = 8 << 20,
    /* What `shown` says of an object besides the number of its image. */
    UNSEEN = 0,
    FAILED = -1
};

static bool wants_pictures(const xtr__pdf *pdf) {
    return xtr_job_options(pdf->job)->images == XTR_IMAGES_EXTRACT;
}

void xtr__pdf_keep_inline(xtr__pdf *pdf, xtr__pdf_page *page, xtr__extra *extra, fz_image *image) {
    fz_context *ctx = pdf->ctx;
    if (extra->object != 0 || !wants_pictures(pdf))
        return;
    xtr__picture picture = {0};
    fz_var(picture);
    if ((int64_t)image->w * image->h > MOST_INLINE) {
        page->left_out = true;
        return;
    }
    fz_try(ctx) {
        picture = xtr__pdf_encode_image(pdf, image);
    }
    fz_catch(ctx) {
        fz_rethrow_if(ctx, FZ_ERROR_TRYLATER);
        compat_ignore(ctx);
        return;
    }
    size_t at = page->data.count, size = picture.data->len;
    page->left_out = page->left_out || size > MOST_INLINE - at;
    if (size <= MOST_INLINE - at &&
        xtr__reserve(&pdf->budget, &page->data.items, &page->data.capacity, at + size, 1)) {
        memcpy(page->data.items + at, picture.data->data, size);
        page->data.count = at + size;
        extra->data = (uint32_t)at;
        extra->data_size = (uint32_t)size;
        extra->width = picture.width;
        extra->height = picture.height;
        extra->strings[0] = xtr__pdf_string(pdf, page, picture.format);
    }
    fz_drop_buffer(ctx, picture.data);
}

/* Descriptions ------------------------------------------------------------------------------ */

static float area_of(const xtr_box *b) {
    return (b->x1 - b->x0) * (b->y1 - b->y0);
}

/** Of the pictures of one figure the largest shows it. */
void xtr__pdf_describe_images(xtr__pdf *pdf, xtr__pdf_page *page) {
    const xtr__sheet *sheet = &pdf->sheet;
    size_t count = sheet->tags.count, size;
    const xtr__extra **largest =
        count > 0 ? xtr__scratch_take(&pdf->scratch, count, sizeof *largest) : NULL;
    if (largest == NULL)
        return;
    memset(largest, 0, count * sizeof *largest);
    for (size_t i = 0; i < page->extras.count; i++) {
        const xtr__extra *e = &page->extras.items[i];
        if (e->kind != XTR__EXTRA_IMAGE || e->figure == XTR__NO_TAG)
            continue;
        const xtr__extra **of = &largest[e->figure];
        *of = *of == NULL || area_of(&e->box) > area_of(&(*of)->box) ? e : *of;
    }
    for (size_t i = 0; i < page->extras.count; i++) {
        xtr__extra *e = &page->extras.items[i];
        if (e->kind != XTR__EXTRA_IMAGE || e->figure == XTR__NO_TAG)
            continue;
        const xtr__tag *figure = &sheet->tags.items[e->figure];
        const char *text =
            largest[e->figure] == e ? xtr__figure_text(figure, sheet->urls.items, &size) : NULL;
        if (text == NULL)
            e->figure = XTR__NO_TAG;
        else
            e->strings[1] = xtr__pdf_string_sized(pdf, page, text, size);
    }
}

/* Writing ----------------------------------------------------------------------------------- */

/** Makes room in `shown` for all objects of these pages, and forgets what it knew. */
void xtr__pdf_begin_pictures(xtr__pdf *pdf) {
    int most = -1;
    pdf->shown.count = 0;
    for (size_t i = 0; i < pdf->pages.count && wants_pictures(pdf); i++) {
        const xtr__pdf_page *page = &pdf->pages.items[i];
        for (size_t k = 0; k < page->extras.count; k++) {
            if (page->extras.items[k].object > most)
                most = page->extras.items[k].object;
        }
    }
    size_t count = (size_t)(most + 1);
    if (count > 0 && pdf->doc != NULL &&
        xtr__reserve(&pdf->budget, &pdf->shown.items, &pdf->shown.capacity, count,
                     sizeof *pdf->shown.items)) {
        memset(pdf->shown.items, 0, count * sizeof *pdf->shown.items);
        pdf->shown.count = count;
    }
}

/** Half of what a document may take is left to its text and to the pictures that are done. */
static bool ask_job(void *payload, size_t bytes) {
    xtr__pdf *pdf = payload;
    return pdf->budget.used + bytes <= pdf->most && xtr_job_charge(pdf->job, (int64_t)bytes);
}

/** The picture that an object is; without data, and said why, when there is none to be had. */
static xtr__picture decode(xtr__pdf *pdf, int object, uint32_t page) {
    fz_context *ctx = pdf->ctx;
    xtr__picture out = {0};
    int64_t limit = xtr_job_options(pdf->job)->max_memory;
    bool (*grow)(void *, size_t) = pdf->budget.grow;
    void *payload = pdf->budget.payload;
    pdf->most = limit > 0 ? (size_t)limit / 2 : SIZE_MAX;
    pdf->budget.grow = ask_job;
    pdf->budget.payload = pdf;
    pdf->complaint[0] = '\0';
    fz_var(out);
    fz_try(ctx) {
        out = xtr__pdf_encode_object(pdf, object);
    }
    fz_catch(ctx) {
        const char *why = fz_caught_message(ctx);
        xtr_builder *builder = xtr_job_builder(pdf->job);
        compat_ignore(ctx);
        if (pdf->budget.denied)
            xtr_partial(builder, XTR_E_LIMIT, page, "pictures were left out: raise max_memory");
        else if (strstr(why, "max_image_pixels") != NULL)
            xtr_partial(builder, XTR_E_LIMIT, page, "%s", why);
        else if (!xtr_job_should_stop(pdf->job))
            xtr_warn(builder, XTR_E_CORRUPT, page, "a picture cannot be read: %s", why);
    }
    if (out.data != NULL && pdf->complaint[0] != '\0')
        xtr_warn(xtr_job_builder(pdf->job), XTR_E_CORRUPT, page, "a picture is damaged: %s",
                 pdf->complaint);
    pdf->budget.grow = grow;
    pdf->budget.payload = payload;
    pdf->budget.denied = false;
    return out;
}

static uint32_t write_object(xtr__pdf *pdf, const xtr__extra *extra, xtr_image_info *info) {
    xtr__picture picture = decode(pdf, extra->object, info->page);
    if (picture.data != NULL) {
        info->format = picture.format;
        info->width = picture.width;
        info->height = picture.height;
        info->data = picture.data->data;
        info->data_size = picture.data->len;
    }
    uint32_t number = xtr_image(xtr_job_builder(pdf->job), info);
    fz_drop_buffer(pdf->ctx, picture.data);
    xtr__pdf_return_grant(pdf); /* it is large, and others may need it */
    return picture.data != NULL ? number : 0;
}

static uint32_t write_image(xtr__pdf *pdf, const xtr__pdf_page *page, const xtr__extra *extra) {
    xtr_image_info info = {.width = extra->width,
                           .height = extra->height,
                           .page = page->layout.number,
                           .box = extra->box,
                           .data_size = extra->data_size};
    if (extra->strings[0] > 0) /* the empty string is at 0 */
        info.format = page->strings.items + extra->strings[0];
    if (extra->strings[1] > 0) {
        info.description = page->strings.items + extra->strings[1];
        info.description_size = strlen(info.description);
    }
    if (extra->data_size > 0)
        info.data = page->data.items + extra->data;
    uint32_t *shown = extra->object > 0 && (size_t)extra->object < pdf->shown.count
                          ? &pdf->shown.items[extra->object]
                          : NULL;
    if (shown != NULL && *shown == UNSEEN) {
        uint32_t number = write_object(pdf, extra, &info);
        *shown = number > 0 ? number : (uint32_t)FAILED;
        return number;
    }
    info.same_as = shown != NULL && *shown != (uint32_t)FAILED ? *shown : 0;
    return xtr_image(xtr_job_builder(pdf->job), &info);
}

/** A figure refers to the picture that shows it. What was recognised has no tags. */
static void link_figure(const xtr__pdf_page *page, const xtr__extra *image, uint32_t number) {
    if (image->figure < page->layout.tags.count)
        page->layout.tags.items[image->figure].image = number;
}

void xtr__pdf_write_images(xtr__pdf *pdf, const xtr__pdf_page *page) {
    for (size_t i = 0; i < page->extras.count && !xtr_job_should_stop(pdf->job); i++) {
        const xtr__extra *e = &page->extras.items[i];
        if (e->kind == XTR__EXTRA_IMAGE)
            link_figure(page, e, write_image(pdf, page, e));
    }
    if (page->left_out)
        xtr_partial(
            xtr_job_builder(pdf->job), XTR_E_LIMIT, page->layout.number,
            "pictures that stand in the content were left out: they have more than %d pixels "
            "or bytes",
            MOST_INLINE);
}
