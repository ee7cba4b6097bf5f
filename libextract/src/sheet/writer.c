/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Sheets as pages with a table each. */
#include "sheet/writer.h"

#include "document/document.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    GAP = 10, /* more empty rows than this become one */
    HEADING = 2,
    FIRST_ROOM = 256,
    MAX_COLUMN = 1 << 20 /* no format has as many */
};

void xtr__sheets_begin(xtr__sheets *w, xtr_job *job) {
    *w = (xtr__sheets){.job = job, .builder = xtr_job_builder(job)};
}

void xtr__sheets_end(xtr__sheets *w) {
    free(w->merges);
    free(w->jumps);
    xtr_job_charge(w->job, -w->charged);
    *w = (xtr__sheets){.job = w->job, .builder = w->builder};
}

/* Room for one more item of `size` bytes; the items, moved or not, or NULL. */
static void *grown(xtr__sheets *w, void *items, size_t count, size_t *room, size_t size) {
    if (count < *room)
        return items;
    size_t more = *room ? *room * 2 : FIRST_ROOM;
    int64_t bytes = (int64_t)((more - *room) * size);
    if (more > UINT32_MAX / 64 || !xtr_job_charge(w->job, bytes))
        return NULL;
    w->charged += bytes;
    void *moved = realloc(items, more * size);
    if (moved)
        *room = more;
    return moved;
}

static void fail_memory(xtr__sheets *w) {
    if (!w->out_of_memory)
        xtr_partial(w->builder, XTR_E_MEMORY, w->number, "sheet too large for max_memory");
    w->out_of_memory = true;
}

bool xtr__sheet_begin(xtr__sheets *w, const char *name, bool hidden) {
    const xtr_options *options = xtr_job_options(w->job);
    if (hidden && !options->hidden_sheets)
        return false;
    w->number++;
    if (!xtr_pages_include(&options->pages, w->number) || xtr_job_should_stop(w->job))
        return false;
    if (options->max_pages > 0 && w->read >= options->max_pages) {
        xtr_partial(w->builder, XTR_E_LIMIT, 0,
                    "has more than %" PRId64 " sheets: only so many were read (max_pages)",
                    options->max_pages);
        return false;
    }
    w->read++;
    w->full = w->in_table = w->out_of_memory = w->too_wide = false;
    w->cells = w->merge_count = 0;
    xtr_page_begin(w->builder, w->number,
                   &(xtr_page_info){.label = name, .read_by = XTR_READ_TEXT});
    xtr_element_begin(w->builder, &(xtr_element_info){.type = XTR_HEADING, .level = HEADING});
    xtr_text(w->builder, name, strlen(name));
    xtr_element_end(w->builder);
    return true;
}

/* Rows --------------------------------------------------------------------------------------- */

/* The row in the table of a row in the sheet: what the last jump at or before it took away. */
static uint32_t row_in_table(const xtr__sheets *w, uint32_t row) {
    size_t low = 0, high = w->jump_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (w->jumps[middle].row <= row)
            low = middle + 1;
        else
            high = middle;
    }
    uint32_t shift = low ? w->jumps[low - 1].shift : 0;
    return row > shift ? row - shift : 0;
}

/* Merged ranges, as rows and columns of the table; those before its first row are left out. */
void xtr__sheet_end_table(xtr__sheets *w) {
    if (!w->in_table)
        return;
    size_t count = 0;
    for (size_t i = 0; i < w->merge_count; i++) {
        xtr_cell_range range = w->merges[i];
        if (range.first_row < w->jumps[0].row || range.first_row > w->row)
            continue;
        range.first_row = row_in_table(w, range.first_row);
        range.last_row = row_in_table(w, range.last_row);
        w->merges[count++] = range;
    }
    w->merge_count = count;
    xtr__builder_settle_table(w->builder, w->first_column, w->merges, count);
    xtr_table_end(w->builder);
    w->in_table = false;
}

void xtr__sheet_end(xtr__sheets *w) {
    xtr__sheet_end_table(w);
    xtr_page_end(w->builder);
}

/* Notes from which row on the table has fewer rows than the sheet. */
static bool jump(xtr__sheets *w, uint32_t row) {
    void *items = grown(w, w->jumps, w->jump_count, &w->jump_room, sizeof *w->jumps);
    if (!items) {
        fail_memory(w);
        return false;
    }
    w->jumps = items;
    w->jumps[w->jump_count++] = (xtr__sheet_jump){row, w->shift};
    return true;
}

/* A table has a jump, to its first row. */
static bool begin_table(xtr__sheets *w, uint32_t row, uint32_t column) {
    w->first_column = column;
    w->shift = row;
    w->jump_count = 0;
    if (!jump(w, row))
        return false;
    xtr_table_begin(w->builder, (xtr_box){0});
    w->in_table = true;
    return true;
}

static bool take_row(xtr__sheets *w, uint32_t row, uint32_t column) {
    bool back = w->in_table && (row < w->row || (row == w->row && column <= w->column));
    if (back)
        xtr__sheet_end_table(w);
    if (!w->in_table)
        return begin_table(w, row, column);
    if (row - w->row <= GAP + 1)
        return true;
    w->shift += row - w->row - 2;
    return jump(w, row);
}

static bool take_cell(xtr__sheets *w) {
    int64_t most = xtr_job_options(w->job)->max_table_cells;
    if (most > 0 && w->cells >= (uint64_t)most) {
        xtr_partial(w->builder, XTR_E_LIMIT, w->number,
                    "has more than %" PRId64 " cells: only so many were read (max_table_cells)",
                    most);
        w->full = true;
    } else if (w->cells % 256 == 0 && xtr_job_should_stop(w->job)) {
        w->full = true;
    }
    w->cells++;
    return !w->full;
}

uint32_t xtr__sheet_columns(xtr__sheets *w, uint32_t column, uint32_t count) {
    uint32_t room = column < MAX_COLUMN ? MAX_COLUMN - column : 0;
    if (count <= room)
        return count;
    if (!w->too_wide)
        xtr_partial(w->builder, XTR_E_LIMIT, w->number,
                    "has more than %d columns: only so many were read", MAX_COLUMN);
    w->too_wide = true;
    return room;
}

bool xtr__sheet_cell(xtr__sheets *w, uint32_t row, uint32_t column) {
    if (w->full || !xtr__sheet_columns(w, column, 1) || !take_cell(w))
        return false;
    if (!take_row(w, row, column)) {
        w->full = true;
        return false;
    }
    w->row = row;
    w->column = column;
    w->first_column = column < w->first_column ? column : w->first_column;
    xtr_cell_begin(w->builder, &(xtr_cell_info){.row = row - w->shift,
                                                .column = column,
                                                .header = row == w->jumps[0].row});
    return true;
}

void xtr__sheet_put(xtr__sheets *w, uint32_t row, uint32_t column, const char *text, size_t size) {
    if (!size || !xtr__sheet_cell(w, row, column))
        return;
    xtr_text(w->builder, text, size);
    xtr_cell_end(w->builder);
}

/* Ranges ------------------------------------------------------------------------------------- */

void xtr__sheet_merge(xtr__sheets *w, const xtr_cell_range *range) {
    if (range->last_row < range->first_row || range->last_column < range->first_column ||
        (range->last_row == range->first_row && range->last_column == range->first_column))
        return;
    void *items = grown(w, w->merges, w->merge_count, &w->merge_room, sizeof *w->merges);
    if (!items) {
        fail_memory(w);
        return;
    }
    w->merges = items;
    w->merges[w->merge_count++] = *range;
}

/* "$AB$12"; the end of it, or NULL. */
static const char *read_cell(uint32_t *row, uint32_t *column, const char *at, const char *end) {
    *row = *column = 0;
    at += at < end && *at == '$';
    for (; at < end && (*at | 0x20) >= 'a' && (*at | 0x20) <= 'z' && *column < MAX_COLUMN; at++)
        *column = *column * 26 + (uint32_t)((*at | 0x20) - 'a') + 1;
    at += at < end && *at == '$';
    for (; at < end && *at >= '0' && *at <= '9' && *row < 100000000; at++)
        *row = *row * 10 + (uint32_t)(*at - '0');
    if (!*row || !*column)
        return NULL;
    --*row;
    --*column;
    return at;
}

bool xtr__sheet_range(xtr_cell_range *out, const char *text, size_t size) {
    const char *end = text + size;
    const char *at = read_cell(&out->first_row, &out->first_column, text, end);
    if (!at)
        return false;
    out->last_row = out->first_row;
    out->last_column = out->first_column;
    if (at < end && *at == ':')
        at = read_cell(&out->last_row, &out->last_column, at + 1, end);
    return at == end;
}
