/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "module.h"

static int set_option(xtr_options *options, napi_env env, napi_value key, napi_value value,
                      xtr_error *error) {
    char name[NAME_SIZE] = "";
    int64_t number;
    napi_get_value_string_utf8(env, key, name, sizeof name, NULL);
    if (!napi_get_value_int64(env, value, &number))
        return xtr_options_set_integer(options, name, number, error);
    char *text = copy_text(env, value);
    int code = text ? xtr_options_set(options, name, text, error) : XTR_E_MEMORY;
    free(text);
    return code;
}

static int parse(xtr_options **out, napi_env env, napi_value pairs, xtr_error *error) {
    uint32_t count = 0;
    *error = (xtr_error){.code = XTR_E_MEMORY, .message = "out of memory"};
    int code = (*out = xtr_options_new()) ? XTR_OK : XTR_E_MEMORY;
    napi_get_array_length(env, pairs, &count);
    for (uint32_t i = 0; i + 1 < count && !code; i += 2) {
        napi_value key, value;
        napi_get_element(env, pairs, i, &key);
        napi_get_element(env, pairs, i + 1, &value);
        code = set_option(*out, env, key, value, error);
    }
    if (!code)
        return code;
    xtr_options_drop(*out);
    *out = NULL;
    return code;
}

/* setOptions(pairs): what calls from now on have that have options; undefined, or an error. */
napi_value set_options(napi_env env, napi_callback_info info) {
    napi_value given[1];
    environment *e = arguments_of(env, info, given, 1);
    xtr_error error;
    xtr_options_drop(e->options);
    return parse(&e->options, env, given[0], &error) ? error_value(env, &error) : NULL;
}

const xtr_options *options_of(const environment *e, napi_value has_options) {
    bool has = false;
    napi_get_value_bool(e->env, has_options, &has);
    return has ? e->options : NULL;
}

/* option(pairs, name): the value of a numeric option after these, or an error. */
napi_value read_option(napi_env env, napi_callback_info info) {
    napi_value given[2];
    char name[NAME_SIZE] = "";
    int64_t value = 0;
    xtr_error error;
    xtr_options *options;
    arguments_of(env, info, given, 2);
    napi_get_value_string_utf8(env, given[1], name, sizeof name, NULL);
    int code = parse(&options, env, given[0], &error);
    if (!code)
        code = xtr_options_get_integer(options, name, &value, &error);
    xtr_options_drop(options);
    return code ? error_value(env, &error) : number_value(env, (double)value);
}
