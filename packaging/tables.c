/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Prints the run-time tables of the library and its formats as JSON, for generate.py. */
#include "render/json.h"

#include <stdio.h>

static int visit(const void *nothing, const xtr_visitor *visitor, void *payload) {
    (void)nothing;
    visitor->begin_object(payload, "all");
    visitor->key(payload, "tables");
    xtr_visit_tables(visitor, payload);
    visitor->key(payload, "formats");
    xtr_visit_formats(visitor, payload);
    return visitor->end(payload);
}

int main(void) {
    xtr__buffer buffer = {.data = NULL};
    size_t size;
    bool ok = xtr__write_json(&buffer, visit, NULL);
    char *text = ok ? xtr__buffer_take(&buffer, &size) : NULL;
    ok = text && fwrite(text, 1, size, stdout) == size && !fflush(stdout);
    xtr_free(text);
    return ok ? 0 : XTR_E_IO;
}
