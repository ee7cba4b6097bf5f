/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A page from bytes to the builder: its charset, the parser, the walk. */
#include "detect/charset.h"
#include "html/main.h"

#include <stdlib.h>

enum { LOOK_AT = 1 << 20 /* to guess a charset by */ };

/* Whether bytes that are not all well-formed are UTF-8 for the most part: as cut or patched pages
 * are. */
static bool is_mostly_utf8(const unsigned char *data, size_t size) {
    size_t good = 0, bad = 0;
    for (size_t i = 0; i < size; i++) {
        if (data[i] < 0x80)
            continue;
        size_t more = data[i] >= 0xF0 ? 3 : data[i] >= 0xE0 ? 2 : data[i] >= 0xC2 ? 1 : 0, k = 0;
        while (k < more && i + k + 1 < size && (data[i + k + 1] & 0xC0) == 0x80)
            k++;
        bool whole = more && k == more;
        good += whole;
        bad += !whole;
        i += whole ? more : 0;
    }
    return good > 4 * bad;
}

static const char *charset_of(const xtr__html_source *source) {
    const unsigned char *data = source->data;
    size_t size = source->size < LOOK_AT ? source->size : LOOK_AT;
    if (source->charset && xtr__charset_find(source->charset))
        return xtr__charset_find(source->charset)->name;
    const char *declared = xtr__charset_declared(data, size);
    const char *name = xtr__charset_guess(data, size, declared);
    if (name && strcmp(name, "UTF-8") != 0 && is_mostly_utf8(data, size))
        return "UTF-8";
    return name ? name : declared;
}

/* *owned is NULL when the bytes are UTF-8 already; *charged is to be given back with it. */
static int decode(xtr_job *job, const xtr__html_source *source, const char *charset, char **owned,
                  size_t *size, int64_t *charged) {
    *owned = NULL;
    *charged = 0;
    if (!strcmp(charset, "UTF-8") || !strcmp(charset, "US-ASCII"))
        return XTR_OK;
    /* A byte becomes three at most, beside the buffer's own room. */
    int64_t most = (int64_t)source->size * 4;
    if (!xtr_job_charge(job, most))
        return xtr_job_fail(job, XTR_E_MEMORY, "the page takes more than max_memory");
    int code = xtr__charset_decode(owned, size, charset, source->data, source->size);
    *charged = *owned && (int64_t)*size < most ? (int64_t)*size : 0;
    xtr_job_charge(job, *charged - most);
    if (code == XTR_E_MISSING_BACKEND)
        return xtr_job_fail(job, code, "iconv has no table for %s", charset);
    return code ? xtr_job_fail(job, code, "decoding from %s failed", charset) : XTR_OK;
}

/* <base href>, against where the page is from. */
static char *base_of(const xtr__html_source *source, const GumboNode *page) {
    const GumboNode *node = page;
    for (int i = 0; i < 200 && (node = xtr__html_next(node, page, true)); i++) {
        const char *href =
            xtr__html_is(node, GUMBO_TAG_BASE) ? xtr__html_attribute(node, "href") : NULL;
        if (href)
            return xtr__url_resolve(source->base, href);
    }
    return source->base ? strdup(source->base) : NULL;
}

static void write_main(xtr__html_writer *w, const char *title) {
    xtr__html_main *main = xtr__html_main_find(w->job, w->page, title);
    if (!main) {
        xtr_warn(w->builder, XTR_E_UNSUPPORTED, 0,
                 "no article was found: all of the page is given");
        xtr__html_walk(w, w->page);
        return;
    }
    w->main = main;
    for (uint32_t i = 0; i < main->count;) {
        const xtr__html_part *part = &main->parts[i];
        bool chosen = part->flags & XTR__PART_CHOSEN;
        if (chosen)
            xtr__html_walk(w, part->node);
        xtr__html_end_block(w);
        i = chosen ? part->end : i + 1;
    }
    xtr__html_main_drop(main);
}

static int write_tree(xtr_job *job, const xtr__html_source *source, const GumboNode *page,
                      bool has_notes) {
    xtr__html_notes *notes = has_notes ? xtr__html_notes_find(job, page) : NULL;
    xtr__html_writer w = {.job = job,
                          .builder = xtr_job_builder(job),
                          .source = source,
                          .page = page,
                          .notes = notes,
                          .now = {.type = XTR_PARAGRAPH},
                          .fresh = true,
                          .base = base_of(source, page)};
    xtr__html_facts *facts = xtr__html_facts_new();
    w.failed = !facts || (has_notes && !notes);
    if (facts)
        xtr__html_facts_of_page(facts, page, source->main_only);
    w.facts = source->main_only ? NULL : facts;
    if (source->main_only && facts)
        write_main(&w, xtr__html_facts_title(facts));
    else if (facts)
        xtr__html_walk(&w, page);
    xtr__html_close(&w);
    if (facts && !source->without_facts)
        xtr__html_facts_write(facts, w.builder);
    xtr__html_facts_drop(facts);
    xtr__html_notes_drop(notes);
    free(w.frames);
    free(w.lists);
    free(w.address);
    free(w.base);
    free(w.scratch.data);
    free(w.readings.data);
    return w.failed ? xtr_job_fail(job, XTR_E_MEMORY, "out of memory") : XTR_OK;
}

static int read_text(xtr_job *job, const xtr__html_source *source, const char *text, size_t size) {
    xtr__html_tamed page = {0};
    xtr__html_tree *tree = NULL;
    int code = XTR_OK;
    xtr__html_tame(&page, job, text, size, source);
    if (page.text.failed || page.runs.failed)
        code = xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    if (!code)
        code = xtr__html_parse(&tree, job, &page);
    if (!code)
        code = write_tree(job, source, xtr__html_root(tree), page.notes);
    xtr__html_tree_drop(tree);
    xtr__html_tamed_drop(&page);
    /* Who stopped the job knows why. */
    return code == XTR_E_CANCELLED ? XTR_OK : code;
}

int xtr__html_read(xtr_job *job, const xtr__html_source *source) {
    char *owned;
    int64_t charged;
    size_t size = source->size;
    if (source->charset && !xtr__charset_find(source->charset) && xtr_job_options(job)->charset)
        return xtr_job_fail(job, XTR_E_ARGUMENT, "unknown charset %s", source->charset);
    const char *charset = charset_of(source);
    if (!charset)
        return xtr_job_fail(job, XTR_E_UNSUPPORTED, "is binary, not text (%s)",
                            xtr_job_mime_type(job));
    int code = decode(job, source, charset, &owned, &size, &charged);
    if (!code)
        code = read_text(job, source, owned ? owned : source->data, size);
    if (!code && !source->without_facts)
        xtr_metadata(xtr_job_builder(job), "charset", charset);
    free(owned);
    xtr_job_charge(job, -charged);
    return code;
}
