/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "commands.h"
#include "files.h"
#include "print.h"

#include "libextract/debug.h"

#include <string.h>

/* detect ------------------------------------------------------------------------------------- */

static void detection_json(output *out, const char *file, const xtr_detection *found) {
    printer p = {.out = out};
    const xtr_visitor *v = &print_json;
    v->begin_object(&p, "detection");
    visit_string(v, &p, "file", file);
    visit_string(v, &p, "mime_type", found->mime_type);
    visit_string(v, &p, "charset", *found->charset ? found->charset : NULL);
    v->end(&p);
    output_string(out, "\n");
}

static void detection_line(output *out, const char *file, const xtr_detection *found) {
    char name[4096];
    output_string(out, printable(name, sizeof name, file));
    output_string(out, ": ");
    output_string(out, found->mime_type);
    if (*found->charset) {
        output_string(out, "; charset=");
        output_string(out, found->charset);
    }
    output_string(out, "\n");
}

static int detect(const arguments *given, output *out, const char *file) {
    xtr_source *source;
    xtr_detection found;
    xtr_error error;
    int code = open_source(&source, file, &error);
    if (!code) {
        code = xtr_detect(&found, source, &error);
        xtr_source_drop(source);
    }
    if (code) {
        fprintf(stderr, "extract: %s\n", error.message);
    } else if (given->layout == AS_MIME) {
        output_string(out, found.mime_type);
        output_string(out, "\n");
    } else if (given->layout == AS_JSON) {
        detection_json(out, file, &found);
    } else {
        detection_line(out, file, &found);
    }
    output_flush(out);
    return code;
}

int detect_files(const arguments *given, output *out) {
    int first = XTR_OK;
    for (size_t i = 0; i < given->file_count && !out->broken && !out->code; i++) {
        int code = detect(given, out, given->files[i]);
        if (!first)
            first = code;
    }
    return first;
}

/* formats ------------------------------------------------------------------------------------ */

static void format_lines(output *out, const xtr_format_info *format) {
    output_string(out, format->name);
    output_string(out, ": ");
    output_string(out, format->title);
    output_string(out, "\n");
    for (const char *const *type = format->mime_types; *type; type++) {
        output_string(out, "  ");
        output_string(out, *type);
        for (const char *const *e = xtr_extensions_of_mime(*type); *e; e++) {
            output_string(out, " .");
            output_string(out, *e);
        }
        output_string(out, "\n");
    }
    if (*format->yields)
        output_string(out, "  gives");
    for (const char *const *yield = format->yields; *yield; yield++) {
        output_string(out, yield == format->yields ? " " : ", ");
        output_string(out, *yield);
    }
    output_string(out, *format->yields ? "\n" : "");
}

int print_formats(const arguments *given, output *out) {
    if (given->layout == AS_JSON) {
        printer p = {.out = out};
        int code = xtr_visit_formats(&print_json, &p);
        output_string(out, "\n");
        return code;
    }
    size_t count;
    const xtr_format_info *formats = xtr_format_table(&count);
    for (size_t i = 0; i < count; i++)
        format_lines(out, &formats[i]);
    return XTR_OK;
}

/* debug -------------------------------------------------------------------------------------- */

int debug_layout(const arguments *given, output *out, bool *stuck) {
    xtr_source *source;
    xtr_error error;
    char *picture;
    size_t size;
    int code = open_source(&source, given->files[0], &error);
    if (!code) {
        code = xtr_debug_layout(&picture, &size, source, given->page, given->options, &error);
        xtr_source_drop(source);
    }
    if (code) {
        *stuck = code == XTR_E_TIMEOUT;
        fprintf(stderr, "extract: %s\n", error.message);
        return code;
    }
    output_write(out, picture, size);
    output_flush(out);
    xtr_free(picture);
    return XTR_OK;
}

/* doctor ------------------------------------------------------------------------------------- */

int print_doctor(const arguments *given, output *out) {
    bool json = given->layout == AS_JSON;
    printer p = {.out = out};
    int code = xtr_doctor(json ? &print_json : &print_lines, &p);
    if (json)
        output_string(out, "\n");
    return code;
}
