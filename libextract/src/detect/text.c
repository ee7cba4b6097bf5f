/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Types of text that say at their beginning what they are. */
#include "detect/probe.h"

#include <string.h>
#include <yajl/yajl_parse.h>

static bool starts(const char *text, size_t size, const char *word) {
    size_t length = strlen(word);
    return size >= length && !memcmp(text, word, length);
}

static const struct {
    const char *start, *type;
} starts_with[] = {
    {"BEGIN:VCARD", "text/vcard"},
    {"BEGIN:VCALENDAR", "text/calendar"},
    {"Windows Registry Editor Version", "text/x-ms-regedit"},
    {"REGEDIT4", "text/x-ms-regedit"},
    {"-----BEGIN PGP MESSAGE-----", "application/pgp-encrypted"},
    {"-----BEGIN PGP SIGNED MESSAGE-----", "application/pgp-signature"},
    {"-----BEGIN PGP SIGNATURE-----", "application/pgp-signature"},
    {"-----BEGIN PGP PUBLIC KEY", "application/pgp-keys"},
    {"-----BEGIN PGP PRIVATE KEY", "application/pgp-keys"},
    {"-----BEGIN CERTIFICATE", "application/x-pem-file"},
    {"-----BEGIN RSA PRIVATE KEY", "application/x-pem-file"},
    {"-----BEGIN PRIVATE KEY", "application/x-pem-file"},
    {"\\documentclass", "text/x-tex"},
    {"\\documentstyle", "text/x-tex"},
    {"\\input texinfo", "text/x-texinfo"},
    {"[Script Info]", "text/x-ssa"},
    {"<?php", "text/x-php"},
    {"diff --git ", "text/x-diff"},
};

/* A WebVTT signature ends the file or is followed by white space (W3C WebVTT 1, section 4). */
static bool is_webvtt(const char *text, size_t size) {
    return starts(text, size, "WEBVTT") && (size == 6 || strchr(" \t\r\n", text[6])) &&
           (size == 6 || text[6]);
}

static size_t skip_digits(const char *text, size_t size) {
    size_t at = 0;
    while (at < size && text[at] >= '0' && text[at] <= '9')
        at++;
    return at;
}

/* SubRip: a number, then "00:00:01,000 --> 00:00:02,000". */
static bool is_subrip(const char *text, size_t size) {
    size_t at = skip_digits(text, size);
    if (!at)
        return false;
    while (at < size && (text[at] == ' ' || text[at] == '\r'))
        at++;
    if (at == size || text[at++] != '\n' || size - at < 29)
        return false;
    const char *time = text + at;
    return time[2] == ':' && time[5] == ':' && (time[8] == ',' || time[8] == '.') &&
           memmem(time, 20, "-->", 3);
}

static const char *script_type(const char *text, size_t size) {
    static const struct {
        const char *word, *type;
    } interpreters[] = {{"python", "text/x-python"}, {"perl", "text/x-perl"},
                        {"ruby", "text/x-ruby"},     {"node", "text/javascript"},
                        {"php", "text/x-php"},       {"lua", "text/x-lua"},
                        {"Rscript", "text/x-r"},     {"sh", "text/x-shellscript"}};
    const char *end = memchr(text, '\n', size);
    size_t line = end ? (size_t)(end - text) : size;
    if (!starts(text, size, "#!") || line > 256)
        return NULL;
    for (size_t i = 0; i < sizeof interpreters / sizeof *interpreters; i++) {
        if (memmem(text, line, interpreters[i].word, strlen(interpreters[i].word)))
            return interpreters[i].type;
    }
    return NULL;
}

/* LaTeX may begin with comments. */
static bool is_latex(const char *text, size_t size) {
    while (size && (*text == '%' || *text == '\n' || *text == '\r' || *text == ' ')) {
        const char *end = memchr(text, '\n', size);
        size_t skip = end ? (size_t)(end - text) + 1 : size;
        text += skip;
        size -= skip;
    }
    return starts(text, size, "\\documentclass") || starts(text, size, "\\documentstyle");
}

/* JSON ----------------------------------------------------------------------------------------- */

typedef struct json {
    int depth, values; /* values at the top */
    bool notebook;
} json;

static int json_open(void *context) {
    json *j = context;
    j->values += j->depth++ == 0;
    return j->depth < 512;
}

static int json_close(void *context) {
    json *j = context;
    j->depth--;
    return 1;
}

static int json_key(void *context, const unsigned char *key, size_t size) {
    json *j = context;
    j->notebook |= j->depth == 1 && ((size == 8 && !memcmp(key, "nbformat", 8)) ||
                                     (size == 5 && !memcmp(key, "cells", 5)));
    return 1;
}

/* Objects and arrays only: a lone word or number is plain text. */
static const char *json_type(const char *text, size_t size) {
    static const yajl_callbacks callbacks = {.yajl_start_map = json_open,
                                             .yajl_map_key = json_key,
                                             .yajl_end_map = json_close,
                                             .yajl_start_array = json_open,
                                             .yajl_end_array = json_close};
    size_t space = 0;
    while (space < size && strchr(" \t\r\n", text[space]) && text[space])
        space++;
    if (space == size || (text[space] != '{' && text[space] != '['))
        return NULL;
    json j = {0};
    yajl_handle parser = yajl_alloc(&callbacks, NULL, &j);
    if (!parser)
        return NULL;
    yajl_config(parser, yajl_allow_multiple_values, 1);
    /* The head may end within a character. */
    yajl_config(parser, yajl_dont_validate_strings, 1);
    yajl_status status = yajl_parse(parser, (const unsigned char *)text, size);
    yajl_free(parser);
    if (status != yajl_status_ok || !j.values)
        return NULL;
    if (j.values > 1)
        return "application/jsonl";
    return j.notebook && memmem(text, size, "\"nbformat\"", 10) ? "application/x-ipynb+json"
                                                                : "application/json";
}

xtr_match xtr__probe_text(const char *text, size_t size) {
    xtr_match match = xtr__probe_markup(text, size);
    if (match.bits)
        return match;
    for (size_t i = 0; i < sizeof starts_with / sizeof *starts_with; i++) {
        if (starts(text, size, starts_with[i].start))
            return (xtr_match){starts_with[i].type, 8 * (int)strlen(starts_with[i].start)};
    }
    if (is_webvtt(text, size))
        return (xtr_match){"text/vtt", 48};
    if (is_subrip(text, size))
        return (xtr_match){"application/x-subrip", 64};
    const char *type = script_type(text, size);
    if (type)
        return (xtr_match){type, 40};
    if (is_latex(text, size))
        return (xtr_match){"text/x-tex", 112};
    type = json_type(text, size);
    if (type)
        return (xtr_match){type, 16};
    return xtr__probe_mail(text, size);
}
