/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Documents inside documents: boxes of the mock format, each of a line "size name" and its bytes.
 */
#include "document/document.h"
#include "extract.h"
#include "zipped.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A box around one document; yours to free. */
static char *box(const char *name, const char *bytes, size_t size, size_t *length) {
    char *out = malloc(size + 100);
    int head = snprintf(out, 100, "%%box 1\n%zu %s\n", size, name);
    memcpy(out + head, bytes, size);
    *length = (size_t)head + size;
    return out;
}

static char *extract(const char *bytes, size_t size, const char *const *settings) {
    return extract_json(xtr_source_new_copy(bytes, size), 1, settings);
}

static const char *const as_listed[] = {NULL};
static const char *const in_thread[] = {"attachments", "extract", "isolation", "thread", NULL};
static const char *const in_process[] = {"attachments", "extract", "isolation", "process", NULL};

static const char two[] = "%box 1\n6 a.txt\nHello.15 b.template\n%template 1\n# B";

TEST(children, are_listed_or_extracted) {
    char *listed = extract(two, sizeof two - 1, as_listed);
    char *whole = extract(two, sizeof two - 1, in_thread);
    const char *entries = "\"attachments\":[{\"name\":\"a.txt\",\"size\":6},"
                          "{\"name\":\"b.template\",\"size\":15}]";
    ck_assert_ptr_nonnull(strstr(listed, entries));
    ck_assert_ptr_nonnull(strstr(listed, "\"children\":[]"));
    ck_assert_ptr_nonnull(strstr(whole, entries));
    ck_assert_ptr_nonnull(strstr(whole, "{\"name\":\"a.txt\",\"content\":\"Hello.\\n\","
                                        "\"mime_type\":\"text/plain\",\"status\":\"complete\""));
    ck_assert_ptr_nonnull(strstr(whole, "{\"name\":\"b.template\",\"content\":\"B\\n\""));
    free(listed);
    free(whole);
}

TEST(children, are_the_same_from_a_process) {
    char *here = extract(two, sizeof two - 1, in_thread);
    char *there = extract(two, sizeof two - 1, in_process);
    ck_assert_str_eq(here, there);
    free(here);
    free(there);
}

TEST(children, one_that_fails_touches_nothing_else) {
    static const char bad[] = "%box 1\n12 bad\n%box 1\n99 x\n6 a.txt\nHello.";
    char *json = extract(bad, sizeof bad - 1, in_thread);
    ck_assert_ptr_nonnull(strstr(json, "\"content\":\"a box\\n\",\"mime_type\":\"mock:box\","
                                       "\"status\":\"complete\""));
    ck_assert_ptr_nonnull(strstr(json, "{\"name\":\"bad\",\"error\":{\"code\":\"CORRUPT\","
                                       "\"message\":\"bad: cut off\"}}"));
    ck_assert_ptr_nonnull(strstr(json, "{\"name\":\"a.txt\",\"content\":\"Hello.\\n\""));
    free(json);
}

/* Boxes in boxes, to a level that no document needs. */
static char *bomb(int levels, size_t *size) {
    char *inner = strdup("deep");
    *size = 4;
    for (int i = 0; i < levels; i++) {
        char *outer = box("x", inner, *size, size);
        free(inner);
        inner = outer;
    }
    return inner;
}

static int count(const char *text, const char *what) {
    int found = 0;
    for (; (text = strstr(text, what)); text++)
        found++;
    return found;
}

TEST(children, levels_are_limited) {
    static const char *const deep[] = {"attachments", "extract", "isolation", "thread",
                                       "max_depth",   "20",      NULL};
    static const char *const shallow[] = {"attachments", "extract", "isolation", "process",
                                          "max_depth",   "3",       NULL};
    size_t size;
    char *bytes = bomb(40, &size);
    char *json = extract(bytes, size, deep);
    ck_assert_int_eq(count(json, "\"content\":\"a box"), 21);
    ck_assert_int_eq(count(json, "deeper than max_depth (20)"), 1);
    free(json);
    json = extract(bytes, size, shallow);
    ck_assert_int_eq(count(json, "\"content\":\"a box"), 4);
    ck_assert_int_eq(count(json, "\"status\":\"partial\""), 1);
    free(json);
    free(bytes);
}

TEST(children, number_is_limited_on_all_levels) {
    static const char *const few[] = {"attachments",  "extract", "isolation", "thread",
                                      "max_children", "2",       NULL};
    static const char inner[] = "%box 1\n1 a\nx1 b\ny1 c\nz";
    size_t size;
    char *bytes = box("inner", inner, sizeof inner - 1, &size);
    char *json = extract(bytes, size, few);
    ck_assert_int_eq(count(json, "{\"name\":\"a\",\"content\":"), 1);
    ck_assert_int_eq(count(json, "{\"name\":\"b\",\"content\":"), 0);
    ck_assert_int_eq(count(json, "more than max_children (2)"), 1);
    free(json);
    free(bytes);
}

TEST(children, sizes_together_are_limited) {
    static const char *const small[] = {"attachments",    "extract", "isolation", "thread",
                                        "max_input_size", "60",      NULL};
    static const char inner[] = "%box 1\n9 a\n123456789";
    size_t size;
    char *bytes = bomb(3, &size), *outer = box("inner", inner, sizeof inner - 1, &size);
    char *json = extract(outer, size, small);
    ck_assert_int_eq(count(json, "\"content\":\"123456789"), 1);
    free(json);
    free(outer);
    bytes = (free(bytes), bomb(4, &size));
    ck_assert_uint_le(size, 60);
    json = extract(bytes, size, small);
    ck_assert_int_eq(count(json, "together larger than max_input_size (60 bytes)"), 1);
    free(json);
    free(bytes);
}

/* What is inside of a compressed archive counts against the compressed file. */
TEST(children, wrappers_do_not_multiply) {
    enum { ZEROS = 40 << 20 };
    static const char *const dense[] = {"attachments",       "extract", "isolation", "thread",
                                        "max_archive_ratio", "2000",    NULL};
    archive *a = calloc(1, sizeof *a);
    char *zeros = calloc(1, ZEROS), packed[4096];
    ck_assert(a && zeros);
    add(a, "zeros.bin", true, zeros, ZEROS);
    finish(a);
    z_stream z = {.next_in = a->data,
                  .avail_in = (uInt)a->size,
                  .next_out = (unsigned char *)packed,
                  .avail_out = sizeof packed};
    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY), Z_OK);
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    char *json = extract(packed, z.total_out, dense);
    ck_assert_msg(strstr(json, "more than max_archive_ratio (2000)"), "%s", json);
    free(json);
    free(zeros);
    free(a);
}

TEST(children, text_of_all_is_limited_together) {
    static const char *const little[] = {"attachments",   "extract", "isolation", "process",
                                         "max_text_size", "10",      NULL};
    char *json = extract(two, sizeof two - 1, little);
    ck_assert_ptr_nonnull(strstr(json, "\"content\":\"Hell\\n\""));
    ck_assert_ptr_nonnull(strstr(json, "max_text_size is reached"));
    free(json);
}

/* What may abort is for a worker, wherever it is found; there it ends the whole document. */
TEST(children, that_may_abort_take_the_document_to_a_worker) {
    static const char mine[] = "%box 1\n11 x\n%mock-abort";
    xtr_source *source = xtr_source_new_copy(mine, sizeof mine - 1);
    xtr_options *options = xtr_options_new();
    xtr_result *result;
    xtr_error error;
    ck_assert_int_eq(xtr_options_set(options, "attachments", "extract", NULL), XTR_OK);
    ck_assert_int_eq(xtr_extract(&result, NULL, source, options, &error), XTR_E_CRASHED);
    xtr_options_drop(options);
    xtr_source_drop(source);
}

/* A result of a child lives as long as anybody keeps it. */
TEST(children, are_results_of_their_own) {
    xtr_source *source = xtr_source_new_copy(two, sizeof two - 1);
    xtr_options *options = xtr_options_new();
    xtr_result *result;
    ck_assert_int_eq(xtr_options_set(options, "attachments", "extract", NULL), XTR_OK);
    ck_assert_int_eq(xtr_options_set(options, "format", "markdown", NULL), XTR_OK);
    ck_assert_int_eq(xtr_extract(&result, NULL, source, options, NULL), XTR_OK);
    ck_assert_uint_eq(xtr_result_child_count(result), 2);
    const xtr_child_result child = xtr_result_child(result, 1);
    ck_assert_str_eq(child.name, "b.template");
    xtr_result *kept = xtr_result_keep(child.result);
    xtr_result_drop(result);
    ck_assert_str_eq(xtr_result_content(kept, NULL), "# B\n");
    ck_assert_str_eq(xtr_result_mime_type(kept), "application/x-libextract-template");
    ck_assert_uint_eq(xtr_result_child_count(kept), 0);
    xtr_result_drop(kept);
    xtr_options_drop(options);
    xtr_source_drop(source);
}

/* A document with two levels of children, as a block that may be damaged. */
static xtr__document *nest(void) {
    static xtr__account unlimited;
    xtr__document *inner = NULL;
    for (int i = 0; i < 3; i++) {
        xtr_builder *b = xtr__builder_new(0, &unlimited);
        xtr_element_begin(b, &(xtr_element_info){.type = XTR_PARAGRAPH});
        xtr_text(b, "text", 4);
        xtr_element_end(b);
        if (inner)
            xtr__builder_add_child(b, "inner", XTR_OK, NULL, inner);
        xtr__builder_add_child(b, "bad", XTR_E_CORRUPT, "broken", NULL);
        free(inner);
        inner = xtr__builder_finish(b);
        xtr__builder_drop(b);
    }
    return inner;
}

TEST(children, damaged_blocks_are_no_documents) {
    xtr__document *d = nest();
    ck_assert(xtr__document_valid(d, d->size));
    ck_assert_uint_eq(xtr__document_text_size(d), 15);
    xtr__child *child = (xtr__child *)(void *)((char *)d + d->children.at);
    child->document.size--;
    ck_assert(!xtr__document_valid(d, d->size));
    child->document.size++;
    child->document.at++;
    ck_assert(!xtr__document_valid(d, d->size));
    child->document.at--;
    xtr__document *inner = (xtr__document *)(uintptr_t)xtr__document_child(d, child);
    inner->text.count = inner->size;
    ck_assert(!xtr__document_valid(d, d->size));
    inner->text.count = 5;
    ck_assert(xtr__document_valid(d, d->size));
    /* The innermost says that it holds the outermost: of more than it has. */
    xtr__child *second = (xtr__child *)(void *)((char *)inner + inner->children.at);
    second->document.size = (uint32_t)(d->size / 8);
    ck_assert(!xtr__document_valid(d, d->size));
    free(d);
}

/* A second reading of a document whose worker crashed appends its pages, with their children. */
TEST(children, are_appended_with_their_document) {
    static xtr__account unlimited;
    xtr__document *d = nest();
    xtr_builder *b = xtr__builder_new(0, &unlimited);
    xtr__builder_append(b, d);
    xtr__builder_append(b, d);
    xtr__document *both = xtr__builder_finish(b);
    ck_assert(xtr__document_valid(both, both->size));
    ck_assert_uint_eq(both->children.count, 4);
    const xtr__child *children = XTR__ITEMS(both, children, xtr__child);
    ck_assert_str_eq(xtr__document_string(both, children[2].name), "inner");
    ck_assert_int_eq(memcmp(xtr__document_child(both, &children[2]),
                            xtr__document_child(both, &children[0]),
                            xtr__document_child(both, &children[0])->size),
                     0);
    xtr__builder_drop(b);
    free(both);
    free(d);
}

/* What only wraps gives way to what is inside of it, here as well. */
TEST(children, are_unwrapped) {
    static const char wrapped[] = "%box 1\n30 x\n%mock-wrap b.txt\nWrapped text.";
    char *json = extract(wrapped, sizeof wrapped - 1, in_thread);
    ck_assert_ptr_nonnull(strstr(json, "{\"name\":\"x\",\"content\":\"Wrapped text.\\n\","
                                       "\"mime_type\":\"text/plain\""));
    free(json);
}
