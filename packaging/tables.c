/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Prints the run-time tables of the library as JSON, for generate.py. */
#include <libextract.h>
#include <stdio.h>
#include <string.h>
#include <yajl/yajl_gen.h>

static void put_string(yajl_gen gen, const char *text) {
    yajl_gen_string(gen, (const unsigned char *)text, strlen(text));
}

static void put_pair(yajl_gen gen, const char *key, const char *value) {
    put_string(gen, key);
    put_string(gen, value);
}

static void put_integer(yajl_gen gen, const char *key, int64_t value) {
    put_string(gen, key);
    yajl_gen_integer(gen, value);
}

static void put_options(yajl_gen gen) {
    static const char *const types[] = {
        [XTR_BOOLEAN] = "boolean", [XTR_INTEGER] = "integer", [XTR_DURATION] = "duration",
        [XTR_SIZE] = "size",       [XTR_STRING] = "string",   [XTR_LIST] = "list",
        [XTR_CHOICE] = "choice",   [XTR_PAGES] = "pages"};
    size_t count;
    const xtr_option_info *table = xtr_option_table(&count);
    put_string(gen, "options");
    yajl_gen_array_open(gen);
    for (size_t i = 0; i < count; i++) {
        yajl_gen_map_open(gen);
        put_pair(gen, "name", table[i].name);
        put_pair(gen, "type", types[table[i].type]);
        put_integer(gen, "minimum", table[i].minimum);
        put_integer(gen, "maximum", table[i].maximum);
        put_pair(gen, "preset", table[i].preset);
        put_pair(gen, "choices", table[i].choices);
        put_pair(gen, "kreuzberg", table[i].kreuzberg);
        put_pair(gen, "doc", table[i].doc);
        yajl_gen_map_close(gen);
    }
    yajl_gen_array_close(gen);
}

static void put_errors(yajl_gen gen) {
    size_t count;
    const xtr_error_info *table = xtr_error_table(&count);
    put_string(gen, "errors");
    yajl_gen_array_open(gen);
    for (size_t i = 0; i < count; i++) {
        yajl_gen_map_open(gen);
        put_integer(gen, "code", table[i].code);
        put_pair(gen, "name", table[i].name);
        put_pair(gen, "kind", table[i].kind);
        put_pair(gen, "text", table[i].text);
        yajl_gen_map_close(gen);
    }
    yajl_gen_array_close(gen);
}

static void put_fields(yajl_gen gen) {
    size_t count;
    const xtr_field_info *table = xtr_field_table(&count);
    put_string(gen, "fields");
    yajl_gen_array_open(gen);
    for (size_t i = 0; i < count; i++) {
        yajl_gen_map_open(gen);
        put_pair(gen, "object", table[i].object);
        put_pair(gen, "name", table[i].name);
        put_pair(gen, "type", table[i].type);
        put_string(gen, "optional");
        yajl_gen_bool(gen, table[i].optional);
        put_pair(gen, "doc", table[i].doc);
        yajl_gen_map_close(gen);
    }
    yajl_gen_array_close(gen);
}

int main(void) {
    const unsigned char *text;
    size_t size;
    yajl_gen gen = yajl_gen_alloc(NULL);
    if (!gen)
        return XTR_E_MEMORY;
    yajl_gen_map_open(gen);
    put_options(gen);
    put_errors(gen);
    put_fields(gen);
    yajl_gen_map_close(gen);
    bool ok = yajl_gen_get_buf(gen, &text, &size) == yajl_gen_status_ok &&
              fwrite(text, 1, size, stdout) == size && !fflush(stdout);
    yajl_gen_free(gen);
    return ok ? 0 : XTR_E_IO;
}
