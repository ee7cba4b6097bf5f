/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Spreadsheets of OpenDocument (ODS, OTS, and flat ones in one XML file; OpenDocument 1.3 part 3,
 * 9) and of OpenOffice 1 (SXC). Cells hold the text that they display beside their value. Cells and
 * rows may be repeated: up to a million empty ones in a few bytes, which cost nothing here. */
#include "container/chart.h"
#include "container/opendocument.h"
#include "sheet/cells.h"
#include "sheet/tables.h"

#include <stdlib.h>
#include <string.h>

static const char *const mime_types[] = {"application/vnd.oasis.opendocument.spreadsheet",
                                         "application/vnd.oasis.opendocument.spreadsheet-template",
                                         "application/vnd.oasis.opendocument.spreadsheet-flat-xml",
                                         "application/vnd.sun.xml.calc", NULL};

static const xtr__xml_space spaces[] = {
    {"office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"},
    {"office", "http://openoffice.org/2000/office"},
    {"table", "urn:oasis:names:tc:opendocument:xmlns:table:1.0"},
    {"table", "http://openoffice.org/2000/table"},
    {"text", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"},
    {"text", "http://openoffice.org/2000/text"},
    {"style", "urn:oasis:names:tc:opendocument:xmlns:style:1.0"},
    {"style", "http://openoffice.org/2000/style"},
    {"draw", "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"},
    {"draw", "http://openoffice.org/2000/drawing"},
    {"dc", "http://purl.org/dc/elements/1.1/"},
    {"xlink", "http://www.w3.org/1999/xlink"},
};

#define ODS_NAMES(X)                                 \
    X(E_TABLE, "table:table")                        \
    X(E_ROW, "table:table-row")                      \
    X(E_CELL, "table:table-cell")                    \
    X(E_COVERED, "table:covered-table-cell")         \
    X(E_P, "text:p")                                 \
    X(E_SPACE, "text:s")                             \
    X(E_TAB, "text:tab")                             \
    X(E_TAB_STOP, "text:tab-stop")                   \
    X(E_BREAK, "text:line-break")                    \
    X(E_LINK, "text:a")                              \
    X(E_NOTE, "office:annotation")                   \
    X(E_CREATOR, "dc:creator")                       \
    X(E_DATE, "dc:date")                             \
    X(E_SHAPES, "table:shapes")                      \
    X(E_FRAME, "draw:frame")                         \
    X(E_CUSTOM_SHAPE, "draw:custom-shape")           \
    X(E_OBJECT, "draw:object")                       \
    X(E_STYLE, "style:style")                        \
    X(E_TABLE_STYLE, "style:table-properties")       \
    X(E_CHANGES, "table:tracked-changes")            \
    X(A_NAME, "table:name")                          \
    X(A_STYLE, "table:style-name")                   \
    X(A_ROWS, "table:number-rows-repeated")          \
    X(A_COLUMNS, "table:number-columns-repeated")    \
    X(A_ROW_SPAN, "table:number-rows-spanned")       \
    X(A_COLUMN_SPAN, "table:number-columns-spanned") \
    X(A_FORMULA, "table:formula")                    \
    X(A_TYPE, "office:value-type")                   \
    X(A_VALUE, "office:value")                       \
    X(A_BOOLEAN, "office:boolean-value")             \
    X(A_STRING, "office:string-value")               \
    X(A_DATE, "office:date-value")                   \
    X(A_TIME, "office:time-value")                   \
    X(A_COUNT, "text:c")                             \
    X(A_HREF, "xlink:href")                          \
    X(A_STYLE_NAME, "style:name")                    \
    X(A_DISPLAY, "table:display")

enum {
    ODS_NONE,
#define X(id, name) id,
    ODS_NAMES(X)
#undef X
};

static const xtr__xml_name names[] = {
#define X(id, name) {name, id},
    ODS_NAMES(X)
#undef X
};

enum { MOST_REPEATED = 1 << 24, MOST_HIDDEN = 256, MOST_SPACES = 1000 };

/* A cell of the row that is being read; its text lies in `text`, by its number in `cells`. */
typedef struct row_cell {
    uint32_t column, repeated, row_span, column_span;
} row_cell;

typedef struct reader {
    xtr_job *job;
    xtr_builder *builder;
    xtr__sheets sheets;
    xtr__zip *zip; /* NULL: a flat document */
    xtr__charts charts;
    xtr__strings objects; /* of the sheet, as parts: they may be charts */
    xtr__strings text;    /* of the cells of the row */
    xtr__strings note, author;
    row_cell *cells;
    size_t room;
    char *hidden[MOST_HIDDEN]; /* names of styles */
    size_t hidden_count;
    char *style; /* the open one */
    uint32_t row, column, rows;
    size_t cell_from; /* in text */
    row_cell cell;
    unsigned ignored; /* open elements in which all is left out */
    bool in_sheet, in_row, in_cell, in_note, in_creator, in_text;
    bool has_paragraph, has_formula, formulas, failed;
} reader;

static uint32_t count_of(const xtr__xml_element *element, int attribute) {
    const char *text = xtr__xml_attribute_of(element, attribute);
    unsigned long count = text ? strtoul(text, NULL, 10) : 1;
    return count < 1 ? 1 : count < MOST_REPEATED ? (uint32_t)count : MOST_REPEATED;
}

/* Sheets -------------------------------------------------------------------------------------- */

static bool is_hidden(const reader *r, const char *style) {
    for (size_t i = 0; style && i < r->hidden_count; i++) {
        if (!strcmp(r->hidden[i], style))
            return true;
    }
    return false;
}

static void begin_style(reader *r, const xtr__xml_element *element) {
    const char *name = xtr__xml_attribute_of(element, A_STYLE_NAME);
    free(r->style);
    r->style = name ? strdup(name) : NULL;
}

static void read_table_style(reader *r, const xtr__xml_element *element) {
    const char *display = xtr__xml_attribute_of(element, A_DISPLAY);
    if (!display || strcmp(display, "false") != 0 || !r->style || r->hidden_count == MOST_HIDDEN)
        return;
    r->hidden[r->hidden_count++] = r->style;
    r->style = NULL;
}

static void begin_sheet(reader *r, const xtr__xml_element *element) {
    const char *name = xtr__xml_attribute_of(element, A_NAME);
    bool hidden = is_hidden(r, xtr__xml_attribute_of(element, A_STYLE));
    r->in_sheet = xtr__sheet_begin(&r->sheets, name ? name : "", hidden);
    r->row = 0;
    if (r->in_sheet && name)
        xtr_entry(r->builder, name, 1, r->sheets.number);
    else if (!r->in_sheet)
        r->ignored = 1;
}

/* What is drawn on a sheet comes before its cells, or in one. */
static void keep_object(reader *r, const xtr__xml_element *element) {
    const char *href = xtr__xml_attribute_of(element, A_HREF);
    int64_t part =
        r->zip && r->in_sheet && href ? xtr__opendocument_find(r->zip, href, "content.xml") : -1;
    if (part >= 0 && !xtr__strings_add(&r->objects, (const char *)&part, sizeof part))
        r->failed = true;
}

static void write_charts(reader *r) {
    int64_t part;
    if (r->objects.size)
        xtr__sheet_end_table(&r->sheets);
    for (size_t at = 0; at < r->objects.size; at += sizeof part) {
        memcpy(&part, r->objects.text + at, sizeof part);
        xtr__chart_write_odf(&r->charts, r->zip, part, r->sheets.number, (xtr_box){0});
    }
    r->objects.size = 0;
}

static void end_sheet(reader *r) {
    if (r->in_sheet) {
        write_charts(r);
        xtr__sheet_end(&r->sheets);
    }
    r->in_sheet = false;
}

/* Rows ---------------------------------------------------------------------------------------- */

static void begin_row(reader *r, const xtr__xml_element *element) {
    r->in_row = r->in_sheet;
    r->rows = count_of(element, A_ROWS);
    r->column = 0;
    r->text.size = r->text.count = 0;
}

/* Writes the row that was read, so often as it is repeated. */
static void end_row(reader *r) {
    uint32_t times = r->text.count ? r->rows : 0;
    r->in_row = false;
    for (uint32_t i = 0; i < times && !r->sheets.full && !r->failed; i++) {
        for (size_t cell = 0; cell < r->text.count && !r->sheets.full; cell++) {
            const row_cell *c = &r->cells[cell];
            size_t size;
            const char *text = xtr__strings_at(&r->text, cell, &size);
            for (uint32_t j = 0; j < c->repeated && !r->sheets.full; j++)
                xtr__sheet_put(&r->sheets, r->row + i, c->column + j, text, size);
            xtr__sheet_merge(&r->sheets,
                             &(xtr_cell_range){r->row + i, c->column, r->row + i + c->row_span - 1,
                                               c->column + c->column_span - 1});
        }
    }
    r->row = r->row > UINT32_MAX - r->rows ? UINT32_MAX : r->row + r->rows;
}

/* Cells --------------------------------------------------------------------------------------- */

static void add(reader *r, const char *text, size_t size) {
    xtr__strings *to = r->in_creator ? &r->author : r->in_note ? &r->note : &r->text;
    if (!r->failed && (r->in_note || r->in_cell))
        r->failed = !xtr__strings_add(to, text, size);
}

static void add_spaces(reader *r, const xtr__xml_element *element) {
    uint32_t count = count_of(element, A_COUNT);
    for (uint32_t i = 0; r->in_text && i < count && i < MOST_SPACES; i++)
        add(r, " ", 1);
}

/* What cells without text display, in files of programs that leave it out. */
static void add_value(reader *r, const xtr__xml_element *element) {
    static const int attributes[] = {A_STRING, A_DATE, A_TIME, A_VALUE};
    const char *boolean = xtr__xml_attribute_of(element, A_BOOLEAN);
    const char *value = NULL;
    if (boolean)
        value = !strcmp(boolean, "true") ? "TRUE" : "FALSE";
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes && !value; i++)
        value = xtr__xml_attribute_of(element, attributes[i]);
    char shown[XTR__SHOWN_SIZE];
    double number;
    if (value && xtr__xml_attribute_of(element, A_VALUE) &&
        xtr__number_parse(&number, value, strlen(value))) {
        xtr__number_show_general(shown, number);
        value = shown;
    }
    if (value)
        add(r, value, strlen(value));
}

/* "of:=SUM([.A1:.A9])" as it is spelled behind its prefix, without the marks of references. */
static void add_formula(reader *r, const char *formula) {
    const char *equals = strchr(formula, '=');
    bool quoted = false;
    char before = 0;
    for (const char *c = equals ? equals : formula; *c; before = *c++) {
        quoted = quoted != (*c == '"');
        bool mark = *c == '[' || *c == ']' || (*c == '.' && (before == '[' || before == ':'));
        if (quoted || !mark)
            add(r, c, 1);
    }
}

static void begin_cell(reader *r, const xtr__xml_element *element) {
    r->in_cell = r->in_row;
    r->has_paragraph = false;
    r->cell = (row_cell){.column = r->column,
                         .repeated = count_of(element, A_COLUMNS),
                         .row_span = count_of(element, A_ROW_SPAN),
                         .column_span = count_of(element, A_COLUMN_SPAN)};
    r->column += r->cell.repeated < UINT32_MAX - r->column ? r->cell.repeated : 0;
    r->cell_from = r->text.size;
    const char *formula =
        r->formulas && r->in_cell ? xtr__xml_attribute_of(element, A_FORMULA) : NULL;
    r->has_formula = formula != NULL;
    if (formula)
        add_formula(r, formula);
    else
        add_value(r, element);
}

static bool reserve_cell(reader *r) {
    if (r->text.count < r->room)
        return true;
    size_t room = r->room ? r->room * 2 : 64;
    row_cell *moved = realloc(r->cells, room * sizeof *moved);
    if (moved) {
        r->cells = moved;
        r->room = room;
    }
    return moved != NULL;
}

static void end_cell(reader *r) {
    if (!r->in_cell)
        return;
    r->in_cell = false;
    if (r->text.size == r->cell_from || r->failed)
        return;
    r->cell.repeated = xtr__sheet_columns(&r->sheets, r->cell.column, r->cell.repeated);
    if (!r->cell.repeated) {
        r->text.size = r->cell_from;
        return;
    }
    if (!reserve_cell(r)) {
        r->failed = true;
        return;
    }
    r->cells[r->text.count] = r->cell;
    r->failed = !xtr__strings_end(&r->text);
}

/* The first paragraph takes the place of the value, unless that is a formula; others go on in a new
 * line. */
static void begin_paragraph(reader *r) {
    r->in_text = r->in_note || r->in_cell;
    if (r->in_note) {
        if (r->note.size)
            add(r, "\n", 1);
        return;
    }
    if (r->has_formula)
        r->in_text = false;
    else if (r->in_cell && r->has_paragraph)
        add(r, "\n", 1);
    else if (r->in_cell)
        r->text.size = r->cell_from;
    r->has_paragraph = true;
}

static void end_note(reader *r) {
    r->in_note = false;
    if (r->failed || !xtr__strings_add(&r->note, "", 1) || !xtr__strings_add(&r->author, "", 1)) {
        r->failed = true;
        return;
    }
    if (r->note.size > 1)
        xtr_annotation(r->builder, "Text", r->note.text, r->author.text, r->sheets.number,
                       (xtr_box){0});
}

/* Elements ------------------------------------------------------------------------------------ */

static void begin_text(reader *r, const xtr__xml_element *element) {
    switch (element->id) {
    case E_P:
        begin_paragraph(r);
        break;
    case E_SPACE:
        add_spaces(r, element);
        break;
    case E_TAB:
    case E_TAB_STOP:
    case E_BREAK:
        if (r->in_text)
            add(r, element->id == E_BREAK ? "\n" : "\t", 1);
        break;
    case E_LINK: {
        const char *url = xtr__xml_attribute_of(element, A_HREF);
        if (url && *url && *url != '#' && r->in_cell)
            xtr_link(r->builder, url, 0, r->sheets.number, (xtr_box){0});
        break;
    }
    case E_NOTE:
        r->in_note = r->in_sheet;
        r->note.size = r->author.size = 0;
        break;
    case E_CREATOR:
        r->in_creator = r->in_note;
        break;
    default:
        break;
    }
}

static void on_begin(void *payload, const xtr__xml_element *element) {
    reader *r = payload;
    if (element->id == E_OBJECT)
        keep_object(r, element);
    if (r->ignored) {
        r->ignored++;
        return;
    }
    switch (element->id) {
    case E_SHAPES:
    case E_FRAME:
    case E_CUSTOM_SHAPE:
    case E_CHANGES:
        r->ignored = 1;
        break;
    case E_DATE:
        r->ignored = r->in_note;
        break;
    case E_TABLE:
        if (r->in_sheet)
            r->ignored = 1;
        else
            begin_sheet(r, element);
        break;
    case E_ROW:
        begin_row(r, element);
        break;
    case E_CELL:
        begin_cell(r, element);
        break;
    case E_COVERED: /* hidden by the cell that spans it */
        begin_cell(r, element);
        r->in_cell = false;
        r->text.size = r->cell_from;
        r->ignored = 1;
        break;
    case E_STYLE:
        begin_style(r, element);
        break;
    case E_TABLE_STYLE:
        read_table_style(r, element);
        break;
    default:
        begin_text(r, element);
        break;
    }
}

static void on_end(void *payload, int id, const char *name) {
    reader *r = payload;
    (void)name;
    if (r->ignored) {
        r->ignored--;
        return;
    }
    switch (id) {
    case E_P:
        r->in_text = false;
        break;
    case E_TABLE:
        end_sheet(r);
        break;
    case E_ROW:
        end_row(r);
        break;
    case E_CELL:
        end_cell(r);
        break;
    case E_NOTE:
        if (r->in_note)
            end_note(r);
        break;
    case E_CREATOR:
        r->in_creator = false;
        break;
    default:
        break;
    }
}

/* Text counts inside of paragraphs only; between elements it is white space of the file. */
static void on_text(void *payload, const char *text, size_t size) {
    reader *r = payload;
    if (r->ignored)
        return;
    if (r->in_sheet && (r->in_creator || r->in_text))
        add(r, text, size);
}

static int read_content(reader *r, const xtr__xml_names *known) {
    const xtr__xml_handler handler = {known, on_begin, on_end, on_text};
    const char *type = xtr_job_mime_type(r->job);
    bool goes_on = false;
    int code = strstr(type, "flat") ? XTR_OK : xtr__opendocument_open(&r->zip, r->job, &goes_on);
    if (code || goes_on)
        return -code;
    xtr__opendocument_metadata(r->job, r->zip);
    if (!r->zip)
        return xtr__xml_parse_input(r->job, &handler, r);
    size_t content = (size_t)xtr__zip_find(r->zip, "content.xml");
    return xtr__xml_parse_part(r->job, r->zip, content, &handler, r);
}

static int run(xtr_job *job) {
    reader r = {.job = job,
                .builder = xtr_job_builder(job),
                .charts = {.job = job},
                .objects = {.job = job},
                .text = {.job = job},
                .note = {.job = job},
                .author = {.job = job},
                .formulas = xtr_job_options(job)->formulas};
    xtr__xml_names *known = xtr__xml_names_new(spaces, sizeof spaces / sizeof *spaces, names,
                                               sizeof names / sizeof *names);
    if (!known)
        return xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    xtr__sheets_begin(&r.sheets, job);
    int code = read_content(&r, known);
    end_sheet(&r);
    if (r.failed)
        xtr_partial(r.builder, XTR_E_MEMORY, 0, "too large for max_memory");
    else if (code > 0)
        xtr_partial(r.builder, code, 0, "content could not be read to the end");
    xtr__sheets_end(&r.sheets);
    xtr__xml_names_drop(known);
    xtr__charts_end(&r.charts);
    xtr__zip_drop(r.zip);
    xtr__strings_free(&r.objects);
    xtr__strings_free(&r.text);
    xtr__strings_free(&r.note);
    xtr__strings_free(&r.author);
    for (size_t i = 0; i < r.hidden_count; i++)
        free(r.hidden[i]);
    free(r.style);
    free(r.cells);
    return code < 0 ? -code : XTR_OK;
}

const xtr_extractor xtr_extractor_ods = {
    .name = "ods",
    .title = "Spreadsheets of OpenDocument",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA |
              XTR_YIELDS_PAGES,
    .run = run,
};
