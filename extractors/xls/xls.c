/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Workbooks of Excel before 2007: a stream of records (BIFF), in a compound file or, before Excel
 * 5, alone. BIFF8 as in [MS-XLS]; BIFF2 to BIFF7 as in OpenOffice.org's documentation of the Excel
 * file format. Formulas are what they came to last, or, in BIFF8, as typed in; charts give their
 * titles. */
#include "xls/xls.h"

#include "container/ole.h"

#include <stdlib.h>
#include <string.h>

static const char *const mime_types[] = {"application/vnd.ms-excel", NULL};

/* A BOF record; a workbook without a compound file around it. */
static xtr_match probe(const unsigned char *head, size_t size, uint64_t input_size) {
    static const struct {
        uint16_t type, size;
    } known[] = {{0x0809, 16}, {0x0809, 8}, {0x0409, 6}, {0x0209, 6}, {0x0009, 4}, {0x0009, 6}};
    (void)input_size;
    if (size < 8)
        return xtr__no_match;
    uint16_t kind = xtr__le16(head + 6);
    bool usual = kind == XTR__XLS_GLOBALS || kind == XTR__XLS_SHEET || kind == XTR__XLS_CHART ||
                 kind == XTR__XLS_MACROS || kind == 0x100;
    for (size_t i = 0; usual && i < sizeof known / sizeof *known; i++) {
        if (xtr__le16(head) == known[i].type && xtr__le16(head + 2) == known[i].size)
            return (xtr_match){mime_types[0], 48};
    }
    return xtr__no_match;
}

/* The stream -------------------------------------------------------------------------------- */

static int read_stream(xtr__xls *book, xtr__ole *ole) {
    if (xtr__ole_find(ole, 0, "\011DRMContent") >= 0)
        return xtr_job_fail(book->job, XTR_E_UNSUPPORTED,
                            "is protected by rights management: no password opens it");
    /* One file may hold both, for Excel 95 and for later ones. */
    int64_t entry = xtr__ole_find(ole, 0, "Workbook");
    if (entry < 0)
        entry = xtr__ole_find(ole, 0, "Book");
    if (entry < 0)
        return xtr_job_fail(book->job, XTR_E_MISMATCH, "has no workbook inside");
    int code = xtr__ole_read(ole, (uint32_t)entry, &book->stream, &book->size);
    if (!book->stream)
        return xtr_job_fail(book->job, code, "the workbook inside cannot be read");
    book->cut = code != XTR_OK;
    return XTR_OK;
}

static int copy_input(xtr__xls *book) {
    size_t size;
    const unsigned char *data = xtr_input_bytes(xtr_job_input(book->job), &size);
    if (!data)
        return xtr_job_fail(book->job, XTR_E_IO, "reading failed");
    if (!xtr_job_charge(book->job, (int64_t)size))
        return xtr_job_fail(book->job, XTR_E_MEMORY,
                            "needs more memory than it may take: raise max_memory");
    book->charged = (int64_t)size;
    book->stream = malloc(size);
    if (!book->stream)
        return xtr_job_fail(book->job, XTR_E_MEMORY, "out of memory");
    memcpy(book->stream, data, size);
    book->size = size;
    return XTR_OK;
}

static bool is_compound(xtr_job *job) {
    static const unsigned char signature[] = {0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1};
    size_t size;
    const unsigned char *head = xtr_input_head(xtr_job_input(job), &size);
    return head && size >= sizeof signature && !memcmp(head, signature, sizeof signature);
}

/* Sheets ------------------------------------------------------------------------------------ */

/* Reads and writes the sheet whose BOF is `bof`; false when no more should be. */
static bool read_sheet(xtr__xls *book, xtr__sheets *out, const xtr__xls_record *bof,
                       const char *name, bool hidden, size_t *end) {
    bool is_chart = bof->size >= 4 && xtr__le16(bof->data + 2) == XTR__XLS_CHART;
    bool is_macros = bof->size >= 4 && xtr__le16(bof->data + 2) == XTR__XLS_MACROS;
    *end = xtr__xls_read_sheet(book, bof->next);
    bool wanted = is_chart ? book->titles.count > 0 : !is_macros;
    if (wanted && !book->code && xtr__sheet_begin(out, name, hidden)) {
        xtr__xls_write_sheet(book, out);
        xtr__sheet_end(out);
    }
    return !book->code && !xtr_job_should_stop(book->job);
}

/* The sheets that the workbook lists. Those of a sound one do not overlap: once all that was read
 * is more than the stream, no more are. */
static void read_listed(xtr__xls *book, xtr__sheets *out) {
    size_t left = book->size;
    bool goes_on = true;
    for (size_t i = 0; i < book->sheets.count && goes_on; i++) {
        const xtr__xls_sheet *sheet = &book->sheets.items[i];
        xtr__xls_record bof;
        size_t end;
        char *name = strndup(xtr__xls_text_of(book, sheet->name), sheet->name.size);
        if (!name || !xtr__xls_record_at(book, sheet->at, &bof) || !xtr__xls_is_bof(bof.type)) {
            xtr_warn(book->builder, name ? XTR_E_CORRUPT : XTR_E_MEMORY, 0,
                     "sheet \"%s\" cannot be found", name ? name : "");
            free(name);
            continue;
        }
        goes_on = read_sheet(book, out, &bof, name, sheet->hidden, &end);
        free(name);
        xtr_job_set_progress(book->job, (uint32_t)i + 1, (uint32_t)book->sheets.count);
        if (end - sheet->at > left) {
            xtr_partial(book->builder, XTR_E_CORRUPT, 0, "sheets overlap: some were left out");
            return;
        }
        left -= end - sheet->at;
    }
}

/* A workbook without a list: what there is, one after the other. */
static void read_unlisted(xtr__xls *book, xtr__sheets *out) {
    xtr__xls_record bof;
    size_t at = 0;
    bool goes_on = true;
    while (goes_on && xtr__xls_record_at(book, at, &bof)) {
        bool globals = bof.size >= 4 && xtr__le16(bof.data + 2) == XTR__XLS_GLOBALS;
        at = bof.next;
        if (xtr__xls_is_bof(bof.type) && !globals)
            goes_on = read_sheet(book, out, &bof, "", false, &at);
    }
}

/* Run --------------------------------------------------------------------------------------- */

static int read_book(xtr__xls *book) {
    xtr__sheets out;
    int code = xtr__xls_read_globals(book);
    if (code || xtr_job_should_stop(book->job))
        return code;
    book->text_before = book->text.count;
    xtr__sheets_begin(&out, book->job);
    if (book->sheets.count)
        read_listed(book, &out);
    else
        read_unlisted(book, &out);
    xtr__sheets_end(&out);
    if (book->cut)
        xtr_warn(book->builder, XTR_E_CORRUPT, 0, "the workbook ends early");
    return book->code;
}

static void drop_book(xtr__xls *book) {
    xtr__xls_drop_formats(book);
    xtr__formulas_end(&book->formulas);
    free(book->stream);
    free(book->text.items);
    free(book->strings.items);
    free(book->sheets.items);
    free(book->formats.items);
    free(book->xfs.items);
    free(book->cells.items);
    free(book->merged.items);
    free(book->links.items);
    free(book->notes.items);
    free(book->shapes.items);
    free(book->titles.items);
    xtr_job_charge(book->job, -book->charged);
}

static int run(xtr_job *job) {
    xtr__xls book = {.job = job, .builder = xtr_job_builder(job)};
    xtr__ole *ole = NULL;
    int code;
    xtr__formulas_begin(&book.formulas, job, false);
    if (is_compound(job)) {
        code = xtr__ole_open(&ole, job);
        if (!code)
            code = read_stream(&book, ole);
    } else {
        code = copy_input(&book);
    }
    if (!code)
        code = read_book(&book);
    if (!code && ole)
        xtr__ole_properties(ole, book.builder);
    drop_book(&book);
    xtr__ole_drop(ole);
    return code;
}

const xtr_extractor xtr_extractor_xls = {
    .name = "xls",
    .title = "Excel 2.0 to 2003 workbooks",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_PAGES,
    .probe = probe,
    .run = run,
};
