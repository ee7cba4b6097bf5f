/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Workbooks of Excel 2007 and later (XLSX, XLTX, XLSB and with macros): SpreadsheetML (ECMA-376
 * part 1, 12 and 18) in an OPC package, transitional or strict. A sheet is a page with a table of
 * what its cells display, and its charts behind it; chart sheets are pages with a chart. Cells are
 * read as they come, so that the size of a sheet costs no memory but that of its result. */
#include "xlsx/xlsx.h"

#include <stdlib.h>
#include <string.h>

static const char *const mime_types[] = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template",
    "application/vnd.ms-excel.sheet.macroEnabled.12",
    "application/vnd.ms-excel.template.macroEnabled.12",
    "application/vnd.ms-excel.addin.macroEnabled.12",
    "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    NULL};

/* Transitional and strict. */
static const xtr__xml_space spaces[] = {
    {"s", "http://schemas.openxmlformats.org/spreadsheetml/2006/main"},
    {"s", "http://purl.oclc.org/ooxml/spreadsheetml/main"},
    {"r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"},
    {"r", "http://purl.oclc.org/ooxml/officeDocument/relationships"},
    {"c", "http://schemas.openxmlformats.org/drawingml/2006/chart"},
    {"c", "http://purl.oclc.org/ooxml/drawingml/chart"},
};

static const xtr__xml_name names[] = {
#define X(id, name) {name, id},
    XLSX_NAMES(X)
#undef X
};

enum { MOST_SHEETS = 1 << 16 };

void xlsx_tell(xlsx_book *book, int code, const char *what) {
    if (code == XTR_E_MEMORY)
        xtr_partial(book->builder, code, book->sheets.number, "%s too large for max_memory", what);
    else if (code)
        xtr_partial(book->builder, code, book->sheets.number, "%s could not be read to the end",
                    what);
}

/* The workbook -------------------------------------------------------------------------------- */

void xlsx_add_sheet(xlsx_book *book, const char *name, const char *relation, bool hidden) {
    if (book->count >= MOST_SHEETS)
        return;
    if (book->count == book->room) {
        size_t room = book->room ? book->room * 2 : 16;
        void *moved = realloc(book->list, room * sizeof *book->list);
        if (!moved)
            return;
        book->list = moved;
        book->room = room;
    }
    xlsx_sheet sheet = {.name = strdup(name ? name : ""),
                        .relation = strdup(relation ? relation : ""),
                        .hidden = hidden};
    if (sheet.name && sheet.relation) {
        book->list[book->count++] = sheet;
        return;
    }
    free(sheet.name);
    free(sheet.relation);
}

static void book_begin(void *payload, const xtr__xml_element *element) {
    xlsx_book *book = payload;
    if (element->id == E_SHEET) {
        const char *state = xtr__xml_attribute_named(element, "state");
        xlsx_add_sheet(book, xtr__xml_attribute_named(element, "name"),
                       xtr__xml_attribute_of(element, A_RID),
                       state && strcmp(state, "visible") != 0);
    } else if (element->id == E_WORKBOOK_PR) {
        const char *epoch = xtr__xml_attribute_named(element, "date1904");
        book->epoch_1904 = epoch && (!strcmp(epoch, "1") || !strcmp(epoch, "true"));
    }
}

/* Whether a part is of records: its name says so. */
static bool is_binary(const xlsx_book *book, size_t part) {
    const char *ending = strrchr(xtr__zip_name(book->zip, part), '.');
    return ending && (!strcmp(ending, ".bin") || !strcmp(ending, ".BIN"));
}

/* Sheets -------------------------------------------------------------------------------------- */

static void read_parts(xlsx_book *book, const xtr__opc_relations *relations) {
    for (size_t i = 0; i < relations->count; i++) {
        const xtr__opc_relation *relation = &relations->items[i];
        if (relation->part < 0 || xtr_job_should_stop(book->job))
            continue;
        size_t part = (size_t)relation->part;
        bool binary = is_binary(book, part);
        if (!strcmp(relation->type, "comments") && binary)
            xlsx_read_binary_comments(book, part);
        else if (!strcmp(relation->type, "comments"))
            xlsx_read_comments(book, part);
        else if (!strcmp(relation->type, "table") && !binary)
            xlsx_read_table(book, part);
        else if (!strcmp(relation->type, "drawing") && !binary)
            xlsx_read_drawing(book, part);
    }
}

static void read_sheet(xlsx_book *book, const xlsx_sheet *sheet) {
    if (!xtr__sheet_begin(&book->sheets, sheet->name, sheet->hidden))
        return;
    const xtr__opc_relation *relation = xtr__opc_by_id(&book->relations, sheet->relation);
    xtr_entry(book->builder, sheet->name, 1, book->sheets.number);
    if (!relation || relation->part < 0) {
        xlsx_tell(book, XTR_E_CORRUPT, "sheet");
    } else {
        size_t part = (size_t)relation->part;
        xtr__opc_relations relations = {.items = NULL};
        xlsx_tell(book, xtr__opc_relations_read(&relations, book->job, book->zip, relation->part),
                  "relationships");
        if (strcmp(relation->type, "chartsheet") != 0)
            (is_binary(book, part) ? xlsx_read_binary_cells : xlsx_read_cells)(book, part,
                                                                               &relations);
        read_parts(book, &relations);
        xtr__opc_relations_free(&relations);
    }
    xtr__sheet_end(&book->sheets);
}

/* The styles and strings that cells refer to. */
static void read_shared(xlsx_book *book) {
    const xtr__opc_relation *styles = xtr__opc_by_type(&book->relations, "styles");
    const xtr__opc_relation *strings = xtr__opc_by_type(&book->relations, "sharedStrings");
    if (styles && styles->part >= 0) {
        size_t part = (size_t)styles->part;
        (is_binary(book, part) ? xlsx_read_binary_styles : xlsx_read_styles)(book, part);
    }
    if (strings && strings->part >= 0) {
        size_t part = (size_t)strings->part;
        (is_binary(book, part) ? xlsx_read_binary_strings : xlsx_read_strings)(book, part);
    }
}

static void read_book(xlsx_book *book, size_t main_part) {
    xtr__xml_handler handler = {.names = book->names, .begin = book_begin};
    xlsx_tell(book,
              xtr__opc_relations_read(&book->relations, book->job, book->zip, (int64_t)main_part),
              "relationships");
    if (is_binary(book, main_part))
        xlsx_read_binary_book(book, main_part);
    else
        xlsx_tell(book, xtr__xml_parse_part(book->job, book->zip, main_part, &handler, book),
                  "list of sheets");
    read_shared(book);
    for (size_t i = 0; i < book->count && !xtr_job_should_stop(book->job); i++) {
        read_sheet(book, &book->list[i]);
        xtr_job_set_progress(book->job, (uint32_t)i + 1, (uint32_t)book->count);
    }
}

static int run(xtr_job *job) {
    xlsx_book book = {.job = job,
                      .builder = xtr_job_builder(job),
                      .strings = {.job = job},
                      .charts = {.job = job},
                      .formulas = xtr_job_options(job)->formulas};
    size_t main_part;
    int code = xtr__opc_open(&book.zip, &main_part, job);
    if (code)
        return code;
    xtr__sheets_begin(&book.sheets, job);
    xtr__formulas_begin(&book.spelled, job, true);
    book.names = xtr__xml_names_new(spaces, sizeof spaces / sizeof *spaces, names,
                                    sizeof names / sizeof *names);
    if (book.names)
        read_book(&book, main_part);
    else
        code = xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    if (!code && !book.count && !xtr_job_should_stop(job))
        code = xtr_job_fail(job, XTR_E_CORRUPT, "has no sheets");
    for (size_t i = 0; i < book.count; i++) {
        free(book.list[i].name);
        free(book.list[i].relation);
    }
    free(book.list);
    xtr__sheets_end(&book.sheets);
    xtr__charts_end(&book.charts);
    xtr__formulas_end(&book.spelled);
    xtr__strings_free(&book.strings);
    xtr__formats_free(&book.formats);
    xtr__opc_relations_free(&book.relations);
    xtr__xml_names_drop(book.names);
    xtr__zip_drop(book.zip);
    return code;
}

const xtr_extractor xtr_extractor_xlsx = {
    .name = "xlsx",
    .title = "Excel workbooks (Office Open XML)",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA |
              XTR_YIELDS_PAGES,
    .run = run,
};
