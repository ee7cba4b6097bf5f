/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Figures by their tags: what is said of a picture that cannot be seen. Names of files and what
 * programs fill in by themselves say nothing; of a figure with text of its own the text is there.
 */
#include "layout.h"

#include <stdlib.h>
#include <string.h>

/* Longer than anything that is said of a picture. */
enum { LEAST_LETTERS = 4, MOST_BYTES = 2000 };

static bool has_prefix(const char *text, size_t size, const char *prefix) {
    for (; *prefix != '\0'; prefix++, text++, size--) {
        char c = size > 0 && *text >= 'A' && *text <= 'Z' ? (char)(*text + 32) : *text;
        if (size == 0 || c != *prefix)
            return false;
    }
    return true;
}

/** "Picture 12", "Image", "Grafik 3": a kind and a number. */
static bool is_generic(const char *text, size_t size) {
    static const char *const kinds[] = {"picture", "image", "figure", "graphic",  "shape",
                                        "object",  "photo", "logo",   "chart",    "diagram",
                                        "grafik",  "bild",  "imagen", "immagine", NULL};
    for (const char *const *kind = kinds; *kind != NULL; kind++) {
        if (!has_prefix(text, size, *kind))
            continue;
        size_t at = strlen(*kind);
        while (at < size && (text[at] == ' ' || (text[at] >= '0' && text[at] <= '9')))
            at++;
        if (at == size)
            return true;
    }
    return false;
}

/** "cover.jpg", "C:\\Users\\me\\scan.png", "https://example.com/a.gif" */
static bool is_file(const char *text, size_t size) {
    static const char *const ends[] = {".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif",  ".tiff",
                                       ".svg", ".emf",  ".wmf", ".eps", ".pdf", ".webp", NULL};
    for (const char *const *end = ends; *end != NULL; end++) {
        size_t length = strlen(*end);
        if (size >= length && has_prefix(text + size - length, length, *end))
            return true;
    }
    bool drive = size > 2 && text[1] == ':' && text[2] == '\\';
    return drive || (memchr(text, ' ', size) == NULL && memchr(text, '/', size) != NULL);
}

/** Without space around it and without what programs add to what they guessed. */
static void trim(const char **text, size_t *size) {
    static const char *const added[] = {"ai-generated content may be incorrect.",
                                        "description automatically generated"};
    const char *at = *text, *end = at + *size;
    while (at < end && (unsigned char)*at <= ' ')
        at++;
    while (end > at && (unsigned char)end[-1] <= ' ')
        end--;
    for (size_t i = 0; i < sizeof added / sizeof *added; i++) {
        size_t length = strlen(added[i]);
        if ((size_t)(end - at) > length && has_prefix(end - length, length, added[i]))
            end -= length;
        while (end > at && (unsigned char)end[-1] <= ' ')
            end--;
    }
    *text = at;
    *size = (size_t)(end - at);
}

const char *xtr__figure_text(const xtr__tag *tag, const char *urls, size_t *size) {
    if (tag->role != XTR__TAG_FIGURE || tag->alt == XTR__NO_TEXT)
        return NULL;
    const char *text = urls + tag->alt;
    size_t letters = 0;
    *size = strlen(text);
    trim(&text, size);
    for (size_t i = 0; i < *size;)
        letters += xtr__is_letter(xtr__utf8_next(text, *size, &i));
    bool junk = letters < LEAST_LETTERS || *size > MOST_BYTES || is_generic(text, *size) ||
                is_file(text, *size);
    return junk ? NULL : text;
}

static const char *text_of(const xtr__page_layout *page, uint32_t tag, size_t *size) {
    return xtr__figure_text(&page->tags.items[tag], page->urls.items, size);
}

/** Marks the tags that lines belong to, and those above them. */
static void mark_texts(const xtr__page_layout *page, bool *marked) {
    for (size_t i = 0; i < page->lines.count; i++) {
        uint32_t tag = page->lines.items[i].tag;
        while (tag != XTR__NO_TAG && !marked[tag]) {
            marked[tag] = true;
            tag = page->tags.items[tag].parent;
        }
    }
}

static int compare_orders(const void *a, const void *b, void *payload) {
    const xtr__tag *tags = payload;
    uint32_t l = tags[*(const uint32_t *)a].order, r = tags[*(const uint32_t *)b].order;
    return (l > r) - (l < r);
}

uint32_t xtr__find_figures(const xtr__page_layout *page, xtr__scratch *scratch, uint32_t **out) {
    size_t size, count = page->tags.count;
    if (!page->tagging.figures || !page->tagging.ordered ||
        (page->lines.count > 0 && !page->tagging.trusted))
        return 0;
    bool *marked = xtr__scratch_take(scratch, count, sizeof *marked);
    uint32_t *found = xtr__scratch_take(scratch, count, sizeof *found), n = 0;
    if (marked == NULL || found == NULL)
        return 0;
    memset(marked, 0, count * sizeof *marked);
    mark_texts(page, marked);
    for (uint32_t i = 0; i < count; i++) {
        if (!marked[i] && text_of(page, i, &size) != NULL)
            found[n++] = i;
    }
    qsort_r(found, n, sizeof *found, compare_orders, page->tags.items);
    *out = found;
    return n;
}

void xtr__write_figure(xtr_builder *builder, const xtr__page_layout *page, uint32_t tag) {
    const xtr_element_info info = {.type = XTR_IMAGE, .image = page->tags.items[tag].image};
    size_t size;
    const char *text = text_of(page, tag, &size);
    xtr_element_begin(builder, &info);
    xtr_text(builder, text, size);
    xtr_element_end(builder);
}
