/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/mime.h"

#include <string.h>

static const xtr__mime types[] = {
#define XTR_MIME_ALIAS(alias, type)
#define XTR_MIME(type, KIND, ...) \
    {type, XTR__FAMILY_##KIND, (const char *const[]){__VA_ARGS__, NULL}},
#include "detect/mime.def"
#undef XTR_MIME
#undef XTR_MIME_ALIAS
};

static const struct {
    const char *alias, *type;
} aliases[] = {
#define XTR_MIME(type, KIND, ...)
#define XTR_MIME_ALIAS(alias, type) {alias, type},
#include "detect/mime.def"
#undef XTR_MIME
#undef XTR_MIME_ALIAS
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Whether `text` up to its end, or up to parameters and spaces, is `word`. */
static bool same(const char *text, const char *word) {
    while (*word && lower(*text) == lower(*word)) {
        text++;
        word++;
    }
    return !*word && (!*text || *text == ';' || *text == ' ');
}

static const xtr__mime *find_type(const char *type) {
    for (size_t i = 0; i < COUNT(types); i++) {
        if (same(type, types[i].type))
            return &types[i];
    }
    return NULL;
}

const xtr__mime *xtr__mime_find(const char *type) {
    const xtr__mime *found = find_type(type);
    for (size_t i = 0; !found && i < COUNT(aliases); i++) {
        if (same(type, aliases[i].alias))
            found = find_type(aliases[i].type);
    }
    return found;
}

const char *xtr__mime_canonical(const char *type) {
    const xtr__mime *found = xtr__mime_find(type);
    return found ? found->type : type;
}

static const xtr__mime *find_extension(const char *extension) {
    for (size_t i = 0; i < COUNT(types); i++) {
        for (const char *const *e = types[i].extensions; *e; e++) {
            if (same(extension, *e))
                return &types[i];
        }
    }
    return NULL;
}

const xtr__mime *xtr__mime_of_name(const char *name) {
    const char *slash = strrchr(name, '/');
    const char *file = slash ? slash + 1 : name;
    const char *dot = strrchr(file, '.');
    if (dot)
        return dot[1] ? find_extension(dot + 1) : NULL;
    const xtr__mime *found = *file ? find_extension(file) : NULL;
    return found && found->family == XTR__FAMILY_TEXT ? found : NULL;
}

const char *xtr_mime_of_name(const char *name) {
    const xtr__mime *found = xtr__mime_of_name(name);
    return found ? found->type : NULL;
}

const char *const *xtr_extensions_of_mime(const char *mime_type) {
    static const char *const none[] = {NULL};
    const xtr__mime *found = xtr__mime_find(mime_type);
    return found ? found->extensions : none;
}
