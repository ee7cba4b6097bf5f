/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A database: documents, their pages and tables, and a full-text index over the text (FTS5).
 *
 * Documents are written in transactions; they are acknowledged when theirs is committed. A path
 * that is written again replaces what was there. */
#include "batch/sink.h"
#include "output.h"
#include "print.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PENDING = 256 };

typedef enum task { REMOVE, INSERT, PAGE, TABLE, COPY, COPY_PAGES, COPY_TABLES } task;

static const char *const statements[] = {
    [REMOVE] = "DELETE FROM documents WHERE path = ?1",
    [INSERT] =
        "INSERT INTO documents (path, status, mime_type, title, content, metadata, pages,"
        " error_code, error_message, parent) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [PAGE] = "INSERT INTO pages VALUES (?1, ?2, ?3, ?4)",
    [TABLE] = "INSERT INTO tables VALUES (?1, ?2, ?3, ?4, ?5)",
    [COPY] = "INSERT INTO documents (path, status, mime_type, title, content, metadata, pages,"
             " same_as) SELECT ?1, status, mime_type, title, content, metadata, pages, ?2"
             " FROM documents WHERE path = ?2",
    [COPY_PAGES] = "INSERT INTO pages SELECT ?1, number, label, pages.content FROM pages JOIN"
                   " documents ON document = id WHERE path = ?2",
    [COPY_TABLES] = "INSERT INTO tables SELECT ?1, number, page, markdown, csv FROM tables JOIN"
                    " documents ON document = id WHERE path = ?2",
};
enum { STATEMENTS = sizeof statements / sizeof statements[0] };

static const char schema[] =
    "PRAGMA foreign_keys = ON;"
    "CREATE TABLE IF NOT EXISTS documents (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE,"
    " status TEXT NOT NULL, mime_type TEXT, title TEXT, content TEXT, metadata TEXT,"
    " pages INTEGER, same_as TEXT, error_code TEXT, error_message TEXT,"
    " parent INTEGER REFERENCES documents ON DELETE CASCADE);"
    "CREATE INDEX IF NOT EXISTS children ON documents (parent) WHERE parent IS NOT NULL;"
    "CREATE TABLE IF NOT EXISTS pages (document INTEGER NOT NULL REFERENCES documents ON DELETE"
    " CASCADE, number INTEGER NOT NULL, label TEXT, content TEXT, PRIMARY KEY (document, number))"
    " WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS tables (document INTEGER NOT NULL REFERENCES documents ON DELETE"
    " CASCADE, number INTEGER NOT NULL, page INTEGER, markdown TEXT, csv TEXT,"
    " PRIMARY KEY (document, number)) WITHOUT ROWID;"
    "CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5 (title, content, content='documents',"
    " content_rowid='id');"
    "CREATE TRIGGER IF NOT EXISTS document_added AFTER INSERT ON documents BEGIN"
    " INSERT INTO search (rowid, title, content) VALUES (new.id, new.title, new.content); END;"
    "CREATE TRIGGER IF NOT EXISTS document_removed AFTER DELETE ON documents BEGIN"
    " INSERT INTO search (search, rowid, title, content) VALUES ('delete', old.id, old.title,"
    " old.content); END;";

typedef struct database {
    sqlite3 *handle;
    sqlite3_stmt *prepared[STATEMENTS];
    uint64_t pending[MOST_PENDING]; /* receipts of what the open transaction holds */
    size_t pending_count;
} database;

static int fail(const sink *s) {
    const database *d = s->state;
    char name[1024];
    int code = d->handle ? sqlite3_errcode(d->handle) : SQLITE_NOMEM;
    fprintf(stderr, "extract: %s: %s\n", printable(name, sizeof name, s->target),
            d->handle ? sqlite3_errmsg(d->handle) : "out of memory");
    return code == SQLITE_CANTOPEN || code == SQLITE_READONLY || code == SQLITE_PERM
               ? XTR_E_PERMISSION
               : XTR_E_IO;
}

static int open_database(sink *s, const char *last) {
    database *d = calloc(1, sizeof *d);
    if (!d)
        return complain(s->target, ENOMEM);
    s->state = d;
    if (sqlite3_open(s->target, &d->handle))
        return fail(s);
    sqlite3_busy_timeout(d->handle, 10000);
    if (sqlite3_exec(d->handle, schema, NULL, NULL, NULL))
        return fail(s);
    if (!last && s->given->begins_anew &&
        sqlite3_exec(d->handle, "DELETE FROM documents", NULL, NULL, NULL))
        return fail(s);
    for (int i = 0; i < STATEMENTS; i++) {
        if (sqlite3_prepare_v2(d->handle, statements[i], -1, &d->prepared[i], NULL))
            return fail(s);
    }
    return XTR_OK;
}

static void close_database(sink *s) {
    database *d = s->state;
    for (int i = 0; d && i < STATEMENTS; i++)
        sqlite3_finalize(d->prepared[i]);
    if (d)
        sqlite3_close(d->handle);
    free(d);
}

static int flush_database(sink *s) {
    database *d = s->state;
    int code = XTR_OK;
    if (!d->pending_count)
        return XTR_OK;
    if (sqlite3_exec(d->handle, "COMMIT", NULL, NULL, NULL))
        return fail(s);
    for (size_t i = 0; i < d->pending_count && !code; i++)
        code = sink_acknowledge(s, d->pending[i], NULL);
    d->pending_count = 0;
    return code;
}

/* Rows --------------------------------------------------------------------------------------- */

static void bind_text(sqlite3_stmt *statement, int place, const char *text, size_t size) {
    if (text)
        sqlite3_bind_text64(statement, place, text, size, SQLITE_TRANSIENT, SQLITE_UTF8);
    else
        sqlite3_bind_null(statement, place);
}

static void bind_string(sqlite3_stmt *statement, int place, const char *text) {
    bind_text(statement, place, text, text ? strlen(text) : 0);
}

static int step(sink *s, task which) {
    const database *d = s->state;
    int code = sqlite3_step(d->prepared[which]);
    bool done = code == SQLITE_DONE || code == SQLITE_ROW;
    int failed = done ? XTR_OK : fail(s);
    sqlite3_reset(d->prepared[which]);
    sqlite3_clear_bindings(d->prepared[which]);
    return failed;
}

/* Pages and tables, as a visit tells of them: an array of objects, whose values are bound as they
 * come. */
typedef struct rows {
    sink *sink;
    task which;
    int64_t document, count;
    int depth, place; /* of the next value; 0: not wanted */
    int failed;
} rows;

static int begin_object(void *payload, const char *type) {
    rows *r = payload;
    (void)type;
    if (++r->depth == 2)
        r->count++;
    return 0;
}

static int begin_array(void *payload, size_t count) {
    (void)count;
    ((rows *)payload)->depth++;
    return 0;
}

static sqlite3_stmt *statement_of(const rows *r) {
    const database *d = r->sink->state;
    return d->prepared[r->which];
}

static int end(void *payload) {
    rows *r = payload;
    if (r->depth-- != 2)
        return 0;
    sqlite3_bind_int64(statement_of(r), 1, r->document);
    if (r->which == TABLE)
        sqlite3_bind_int64(statement_of(r), 2, r->count);
    return r->failed = step(r->sink, r->which);
}

static int key(void *payload, const char *name) {
    static const struct {
        task which;
        const char *name;
        int place;
    } columns[] = {{PAGE, "number", 2},       {PAGE, "label", 3},     {PAGE, "content", 4},
                   {TABLE, "page_number", 3}, {TABLE, "markdown", 4}, {TABLE, "csv", 5}};
    rows *r = payload;
    r->place = 0;
    for (size_t i = 0; i < sizeof columns / sizeof columns[0] && r->depth == 2; i++) {
        if (columns[i].which == r->which && !strcmp(columns[i].name, name))
            r->place = columns[i].place;
    }
    return 0;
}

static int string(void *payload, const char *text, size_t size) {
    rows *r = payload;
    if (r->place && r->depth == 2)
        bind_text(statement_of(r), r->place, text, size);
    return 0;
}

static int integer(void *payload, int64_t value) {
    rows *r = payload;
    if (r->place && r->depth == 2)
        sqlite3_bind_int64(statement_of(r), r->place, value);
    return 0;
}

static int number(void *payload, double value) {
    (void)payload;
    (void)value;
    return 0;
}

static int boolean(void *payload, bool value) {
    (void)payload;
    (void)value;
    return 0;
}

static int bytes(void *payload, const void *data, size_t size) {
    (void)payload;
    (void)data;
    (void)size;
    return 0;
}

static int null(void *payload) {
    (void)payload;
    return 0;
}

static const xtr_visitor rows_visitor = {.begin_object = begin_object,
                                         .begin_array = begin_array,
                                         .end = end,
                                         .key = key,
                                         .string = string,
                                         .integer = integer,
                                         .number = number,
                                         .boolean = boolean,
                                         .bytes = bytes,
                                         .null = null};

static size_t field_of(const char *name) {
    size_t count;
    const xtr_field_info *fields = xtr_field_table(&count);
    for (size_t i = 0; i < count; i++) {
        if (!strcmp(fields[i].object, "result") && !strcmp(fields[i].name, name))
            return i;
    }
    return count;
}

static int write_rows(sink *s, task which, const char *field, int64_t document,
                      const xtr_result *result) {
    rows r = {.sink = s, .which = which, .document = document};
    xtr_result_visit_field(result, field_of(field), &rows_visitor, &r);
    return r.failed;
}

/* The metadata as JSON, yours to free. */
static char *metadata_of(const xtr_result *result) {
    char *text = NULL;
    size_t size;
    output out = {.file = open_memstream(&text, &size), .name = "metadata"};
    printer p = {.out = &out};
    if (!out.file)
        return NULL;
    int code = xtr_result_visit_field(result, field_of("metadata"), &print_json, &p);
    if (fclose(out.file) || code) {
        free(text);
        return NULL;
    }
    return text;
}

/* A row of documents: a result, or why there is none. */
typedef struct row {
    const char *path;
    const xtr_result *result;
    int code;
    const char *message;
    int64_t parent; /* its row; 0: none */
} row;

static int write_row(sink *s, const row *r) {
    database *d = s->state;
    sqlite3_stmt *insert = d->prepared[INSERT];
    char *metadata = NULL;
    bind_string(insert, 1, r->path);
    bind_string(insert, 2,
                r->code == XTR_E_SKIPPED           ? "skipped"
                : !r->result                       ? "failed"
                : xtr_result_is_partial(r->result) ? "partial"
                                                   : "complete");
    if (r->result) {
        size_t size;
        const char *text = xtr_result_content(r->result, &size);
        metadata = metadata_of(r->result);
        bind_string(insert, 3, xtr_result_mime_type(r->result));
        bind_string(insert, 4, xtr_result_metadata(r->result, "title"));
        bind_text(insert, 5, text, size);
        bind_string(insert, 6, metadata);
        sqlite3_bind_int64(insert, 7, (int64_t)xtr_result_page_count(r->result));
    } else {
        bind_string(insert, 8, xtr_error_describe(r->code)->name);
        bind_string(insert, 9, r->message);
    }
    if (r->parent)
        sqlite3_bind_int64(insert, 10, r->parent);
    int code = step(s, INSERT);
    free(metadata);
    return code;
}

/* A document, its pages, its tables, and those that were found inside of it. */
static int write_document(sink *s, const row *r) {
    const database *d = s->state;
    int code = write_row(s, r);
    if (code || !r->result)
        return code;
    int64_t document = sqlite3_last_insert_rowid(d->handle);
    code = write_rows(s, PAGE, "pages", document, r->result);
    if (!code)
        code = write_rows(s, TABLE, "tables", document, r->result);
    for (size_t i = 0; i < xtr_result_child_count(r->result) && !code; i++) {
        const xtr_child_result child = xtr_result_child(r->result, i);
        char *name = sink_child_name(r->result, i), *path = NULL;
        if (!name || asprintf(&path, "%s/%s", r->path, name) < 0)
            code = complain(s->target, ENOMEM);
        const row inside = {.path = path,
                            .result = child.result,
                            .code = child.code,
                            .message = child.message,
                            .parent = document};
        free(name);
        if (!code)
            code = write_document(s, &inside);
        free(path);
    }
    return code;
}

static int copy_document(sink *s, const xtr_item *item) {
    const database *d = s->state;
    bind_string(d->prepared[COPY], 1, item->path);
    bind_string(d->prepared[COPY], 2, item->same_as);
    int code = step(s, COPY);
    int64_t document = sqlite3_last_insert_rowid(d->handle);
    for (int i = COPY_PAGES; i <= COPY_TABLES && !code; i++) {
        sqlite3_bind_int64(d->prepared[i], 1, document);
        bind_string(d->prepared[i], 2, item->same_as);
        code = step(s, (task)i);
    }
    return code;
}

static int write_item(sink *s, const xtr_item *item) {
    database *d = s->state;
    if (!d->pending_count && sqlite3_exec(d->handle, "BEGIN IMMEDIATE", NULL, NULL, NULL))
        return fail(s);
    bind_string(d->prepared[REMOVE], 1, item->path);
    int code = step(s, REMOVE);
    if (!code)
        code = item->same_as ? copy_document(s, item)
                             : write_document(s, &(row){.path = item->path,
                                                        .result = item->result,
                                                        .code = item->code,
                                                        .message = item->error.message});
    if (code)
        return code;
    d->pending[d->pending_count++] = item->receipt;
    return d->pending_count == MOST_PENDING ? flush_database(s) : XTR_OK;
}

const sink_kind sink_sqlite = {.name = "sqlite",
                               .open = open_database,
                               .write = write_item,
                               .flush = flush_database,
                               .close = close_database,
                               .has_output = NULL};
