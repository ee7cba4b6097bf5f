/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cases FIXTURES OUT: runs the cases of fixtures/cases through C; its README.md has the
 * format. Writes all outcomes to OUT, where cases_equal.py compares them with other languages'. */
#include <glob.h>
#include <libextract.h>
#include <locale.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yajl/yajl_gen.h>
#include <yajl/yajl_tree.h>

enum { MESSAGE_SIZE = 2048 };

/* What a case came to: JSON, and in pieces when it failed. */
typedef struct outcome {
    char *json; /* yours to xtr_free; NULL when it failed */
    size_t size;
    xtr_error error;
} outcome;

/* Comparing --------------------------------------------------------------------------------- */

static yajl_val member(yajl_val object, const char *name) {
    return yajl_tree_get(object, (const char *[]){name, NULL}, yajl_t_any);
}

static const char *text_of(yajl_val value) {
    return YAJL_IS_STRING(value) ? value->u.string : "";
}

/* yajl's own conversion follows the locale. */
static double number_of(yajl_val value) {
    static locale_t plain;
    if (!plain)
        plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return strtod_l(YAJL_GET_NUMBER(value), NULL, plain);
}

static bool matches(yajl_val want, yajl_val have);

static bool contains(yajl_val want, yajl_val have) {
    if (YAJL_IS_STRING(have))
        return YAJL_IS_STRING(want) && strstr(text_of(have), text_of(want));
    for (size_t i = 0; YAJL_IS_ARRAY(have) && i < YAJL_GET_ARRAY(have)->len; i++) {
        if (matches(want, YAJL_GET_ARRAY(have)->values[i]))
            return true;
    }
    return false;
}

static bool fits(const char *pattern, const char *text) {
    regex_t regex;
    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB))
        return false;
    bool found = !regexec(&regex, text, 0, NULL, 0);
    regfree(&regex);
    return found;
}

/* Characters of a string, items of an array. */
static size_t length_of(yajl_val value) {
    size_t length = 0;
    if (YAJL_IS_ARRAY(value))
        return YAJL_GET_ARRAY(value)->len;
    for (const char *c = YAJL_IS_STRING(value) ? text_of(value) : ""; *c; c++)
        length += ((unsigned char)*c & 0xC0) != 0x80;
    return length;
}

static bool holds(const char *operation, yajl_val want, yajl_val have) {
    if (!strcmp(operation, "$contains"))
        return contains(want, have);
    if (!strcmp(operation, "$matches"))
        return YAJL_IS_STRING(have) && fits(text_of(want), text_of(have));
    if (!strcmp(operation, "$length"))
        return (double)length_of(have) == number_of(want);
    return false;
}

static bool object_matches(yajl_val want, yajl_val have) {
    for (size_t i = 0; i < YAJL_GET_OBJECT(want)->len; i++) {
        const char *key = YAJL_GET_OBJECT(want)->keys[i];
        yajl_val value = YAJL_GET_OBJECT(want)->values[i];
        bool same = *key == '$' ? holds(key, value, have)
                                : matches(value, YAJL_IS_OBJECT(have) ? member(have, key) : NULL);
        if (!same)
            return false;
    }
    return true;
}

/* Whether `have`, NULL when there is none, is what `want` says. */
static bool matches(yajl_val want, yajl_val have) {
    if (YAJL_IS_OBJECT(want))
        return have && object_matches(want, have);
    if (YAJL_IS_NULL(want) || !have)
        return YAJL_IS_NULL(want) && (!have || YAJL_IS_NULL(have));
    if (want->type != have->type)
        return false;
    if (YAJL_IS_STRING(want))
        return !strcmp(text_of(want), text_of(have));
    if (YAJL_IS_NUMBER(want))
        return number_of(want) == number_of(have);
    bool same = !YAJL_IS_ARRAY(want) || YAJL_GET_ARRAY(want)->len == YAJL_GET_ARRAY(have)->len;
    for (size_t i = 0; YAJL_IS_ARRAY(want) && same && i < YAJL_GET_ARRAY(want)->len; i++)
        same = matches(YAJL_GET_ARRAY(want)->values[i], YAJL_GET_ARRAY(have)->values[i]);
    return same;
}

/* Running ----------------------------------------------------------------------------------- */

static int set_value(xtr_options *options, const char *name, yajl_val value, xtr_error *error) {
    if (YAJL_IS_STRING(value))
        return xtr_options_set(options, name, text_of(value), error);
    if (YAJL_IS_INTEGER(value))
        return xtr_options_set_integer(options, name, YAJL_GET_INTEGER(value), error);
    if (YAJL_IS_TRUE(value) || YAJL_IS_FALSE(value))
        return xtr_options_set_integer(options, name, YAJL_IS_TRUE(value), error);
    int code = YAJL_IS_ARRAY(value) ? XTR_OK : XTR_E_INTERNAL;
    for (size_t i = 0; !code && i < YAJL_GET_ARRAY(value)->len; i++)
        code = set_value(options, name, YAJL_GET_ARRAY(value)->values[i], error);
    return code;
}

static int run(outcome *out, yajl_val test) {
    yajl_val given = member(test, "options");
    xtr_options *options = xtr_options_new();
    xtr_source *source = xtr_source_new_path(text_of(member(test, "file")));
    xtr_result *result = NULL;
    int code = XTR_OK;
    for (size_t i = 0; given && !code && i < YAJL_GET_OBJECT(given)->len; i++)
        code = set_value(options, YAJL_GET_OBJECT(given)->keys[i],
                         YAJL_GET_OBJECT(given)->values[i], &out->error);
    if (!code)
        code = xtr_extract(&result, NULL, source, options, &out->error);
    if (!code)
        code = xtr_result_render(&out->json, &out->size, result, XTR_FORMAT_JSON,
                                 XTR_FURNITURE_AUTO, &out->error);
    xtr_result_drop(result);
    xtr_source_drop(source);
    xtr_options_drop(options);
    return code;
}

/* NULL, or why the outcome is not the one expected. */
static const char *check(const outcome *got, yajl_val test) {
    static char why[MESSAGE_SIZE];
    yajl_val error = member(test, "error"), expect = member(test, "expect");
    if (!error == !got->json)
        return got->json ? "there was no error" : got->error.message;
    if (error) {
        yajl_val part = member(error, "message_contains");
        const char *code = xtr_error_describe(got->error.code)->name;
        snprintf(why, sizeof why, "failed with %s: %s", code, got->error.message);
        bool said = !part || strstr(got->error.message, text_of(part));
        return said && !strcmp(code, text_of(member(error, "code"))) ? NULL : why;
    }
    yajl_val result = yajl_tree_parse(got->json, why, sizeof why);
    if (!result)
        return why;
    const char *problem = NULL;
    for (size_t i = 0; !problem && i < YAJL_GET_OBJECT(expect)->len; i++) {
        const char *key = YAJL_GET_OBJECT(expect)->keys[i];
        if (!matches(YAJL_GET_OBJECT(expect)->values[i], member(result, key)))
            problem = key;
    }
    if (problem)
        snprintf(why, sizeof why, "%s differs in %.900s", problem, got->json);
    yajl_tree_free(result);
    return problem ? why : NULL;
}

/* Files ------------------------------------------------------------------------------------- */

static yajl_val read_case(const char *path) {
    static char text[1 << 16];
    char why[MESSAGE_SIZE];
    FILE *file = fopen(path, "r");
    if (!file)
        return NULL;
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    yajl_val test = yajl_tree_parse(text, why, sizeof why);
    if (!test)
        fprintf(stderr, "%s: %s\n", path, why);
    return test;
}

static void write_outcome(yajl_gen gen, const char *name, const outcome *got) {
    yajl_gen_string(gen, (const unsigned char *)name, strlen(name));
    if (got->json) {
        yajl_gen_number(gen, got->json, got->size); /* as it is */
        return;
    }
    const char *code = xtr_error_describe(got->error.code)->name;
    const char *words[] = {"code", code, "message", got->error.message};
    yajl_gen_map_open(gen);
    yajl_gen_string(gen, (const unsigned char *)"error", 5);
    yajl_gen_map_open(gen);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        yajl_gen_string(gen, (const unsigned char *)words[i], strlen(words[i]));
    yajl_gen_map_close(gen);
    yajl_gen_map_close(gen);
}

/* Whether it went wrong. */
static bool run_case(yajl_gen gen, const char *path) {
    yajl_val test = read_case(path);
    if (!test)
        return true;
    outcome got = {.json = NULL};
    run(&got, test);
    const char *problem = check(&got, test);
    if (problem)
        fprintf(stderr, "%s: %s\n", path, problem);
    write_outcome(gen, path, &got);
    xtr_free(got.json);
    yajl_tree_free(test);
    return problem != NULL;
}

int main(int argc, char **argv) {
    glob_t found;
    size_t failed = 0, size;
    const unsigned char *text;
    FILE *out = argc == 3 ? fopen(argv[2], "w") : NULL;
    if (!setlocale(LC_ALL, "") || !out || chdir(argv[1]) || glob("cases/*.json", 0, NULL, &found)) {
        fprintf(stderr, "cases FIXTURES OUT: no cases, no place to write to, or no such locale\n");
        return 2;
    }
    yajl_gen gen = yajl_gen_alloc(NULL);
    yajl_gen_map_open(gen);
    for (size_t i = 0; i < found.gl_pathc; i++)
        failed += run_case(gen, found.gl_pathv[i]);
    yajl_gen_map_close(gen);
    yajl_gen_get_buf(gen, &text, &size);
    fwrite(text, 1, size, out);
    fclose(out);
    yajl_gen_free(gen);
    printf("%zu passed, %zu failed\n", found.gl_pathc - failed, failed);
    globfree(&found);
    return failed != 0;
}
