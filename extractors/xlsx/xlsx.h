/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_XLSX_H
#define XTR_XLSX_H

#include "container/chart.h"
#include "container/opc.h"
#include "sheet/cells.h"
#include "sheet/formula.h"
#include "sheet/tables.h"

/* Elements and attributes: X(id, name) */
#define XLSX_NAMES(X)                \
    X(E_WORKBOOK_PR, "s:workbookPr") \
    X(E_SHEET, "s:sheet")            \
    X(E_SI, "s:si")                  \
    X(E_T, "s:t")                    \
    X(E_PHONETIC, "s:rPh")           \
    X(E_FORMAT, "s:numFmt")          \
    X(E_CELL_STYLES, "s:cellXfs")    \
    X(E_STYLE, "s:xf")               \
    X(E_ROW, "s:row")                \
    X(E_CELL, "s:c")                 \
    X(E_VALUE, "s:v")                \
    X(E_FORMULA, "s:f")              \
    X(E_INLINE, "s:is")              \
    X(E_MERGED, "s:mergeCell")       \
    X(E_LINK, "s:hyperlink")         \
    X(E_AUTHOR, "s:author")          \
    X(E_COMMENT, "s:comment")        \
    X(E_TABLE, "s:table")            \
    X(E_CHART, "c:chart")            \
    X(A_RID, "r:id")                 \
    X(A_R, "r")                      \
    X(A_S, "s")                      \
    X(A_T, "t")                      \
    X(A_REF, "ref")

enum {
    XLSX_NONE,
#define X(id, name) id,
    XLSX_NAMES(X)
#undef X
};

/* One sheet of the workbook, as its list has it. */
typedef struct xlsx_sheet {
    char *name, *relation;
    bool hidden;
} xlsx_sheet;

typedef struct xlsx_book {
    xtr_job *job;
    xtr_builder *builder;
    xtr__zip *zip;
    xtr__xml_names *names;
    xtr__opc_relations relations;
    xtr__strings strings;
    xtr__formats formats;
    xtr__sheets sheets;
    xlsx_sheet *list;
    size_t count, room;
    bool epoch_1904, formulas;
    xtr__formulas spelled; /* of binary workbooks, when `formulas` */
    xtr__charts charts;
} xlsx_book;

/** Adds text as documents spell it (ECMA-376 part 1, 22.9.2.19): "_x000D_" is a character. What is
 *  there from `from` on is rewritten in place; returns its new size. */
size_t xlsx_unescape(char *text, size_t size);

/** Reads the shared strings, or the styles. */
void xlsx_read_strings(xlsx_book *book, size_t part);
void xlsx_read_styles(xlsx_book *book, size_t part);

/** Reads the cells of a worksheet, its links and what is merged. */
void xlsx_read_cells(xlsx_book *book, size_t part, const xtr__opc_relations *relations);

/** Reads the comments of a sheet; the name of a table of it. */
void xlsx_read_comments(xlsx_book *book, size_t part);
void xlsx_read_table(xlsx_book *book, size_t part);

/** Writes the charts that are drawn on a sheet; of each drawing once. */
void xlsx_read_drawing(xlsx_book *book, size_t part);

/** The same of binary workbooks, and their list of sheets. */
void xlsx_read_binary_book(xlsx_book *book, size_t part);
void xlsx_read_binary_strings(xlsx_book *book, size_t part);
void xlsx_read_binary_styles(xlsx_book *book, size_t part);
void xlsx_read_binary_cells(xlsx_book *book, size_t part, const xtr__opc_relations *relations);
void xlsx_read_binary_comments(xlsx_book *book, size_t part);

/** Adds a sheet to the list; strings are copied. */
void xlsx_add_sheet(xlsx_book *book, const char *name, const char *relation, bool hidden);

/** Says that a part could not be read to its end. */
void xlsx_tell(xlsx_book *book, int code, const char *what);

#endif
