/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Addresses relative to others: RFC 3986, section 5.2, on addresses as they are written. */
#include "html/writer.h"

#include <stdlib.h>

/* The size of "scheme:", or 0. */
static size_t scheme_size(const char *url) {
    size_t size = strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
    bool letter = (url[0] | 32) >= 'a' && (url[0] | 32) <= 'z';
    return letter && url[size] == ':' ? size + 1 : 0;
}

/* Of "scheme://host". */
static size_t authority_end(const char *url) {
    size_t at = scheme_size(url);
    if (strncmp(url + at, "//", 2) != 0)
        return at;
    return at + 2 + strcspn(url + at + 2, "/?#");
}

/* Removes "." and ".." from a path in place; section 5.2.4. */
static void remove_dots(char *path) {
    size_t size = strcspn(path, "?#"), out = 0, length;
    for (size_t at = 0; at < size; at += length) {
        length = 1 + strcspn(path + at + 1, "/?#");
        bool last = at + length >= size;
        bool up = length == 3 && !memcmp(path + at, "/..", 3);
        if (up) {
            while (out && path[--out] != '/')
                ;
        } else if (!(length == 2 && !memcmp(path + at, "/.", 2))) {
            memmove(path + out, path + at, length);
            out += length;
            continue;
        }
        if (last)
            path[out++] = '/';
    }
    memmove(path + out, path + size, strlen(path + size) + 1);
}

/* Without the white space around it. */
static size_t trimmed(const char *address) {
    size_t size = strlen(address);
    while (size && xtr__html_is_space(address[size - 1]))
        size--;
    return size;
}

static char *join(const char *base, size_t size, const char *slash, const char *address) {
    size_t more = strlen(slash), length = trimmed(address);
    char *url = malloc(size + more + length + 1);
    if (!url)
        return NULL;
    memcpy(url, base, size);
    memcpy(url + size, slash, more);
    memcpy(url + size + more, address, length);
    url[size + more + length] = '\0';
    return url;
}

char *xtr__url_resolve(const char *base, const char *address) {
    address += strspn(address, " \t\n\r\f");
    size_t scheme = base ? scheme_size(base) : 0;
    if (!scheme || scheme_size(address) || !strncmp(base, "data:", 5) || *address == '\0')
        return strndup(address, trimmed(address));
    if (!strncmp(address, "//", 2))
        return join(base, scheme, "", address);
    size_t authority = authority_end(base), size;
    if (*address == '#')
        return join(base, strcspn(base, "#"), "", address);
    if (*address == '?') {
        size = strcspn(base, "?#");
    } else if (*address == '/') {
        size = authority;
    } else {
        size = strcspn(base, "?#");
        while (size > authority && base[size - 1] != '/')
            size--;
    }
    char *url = join(base, size, size == authority && *address != '/' && *address != '?' ? "/" : "",
                     address);
    if (url && url[authority] == '/')
        remove_dots(url + authority);
    return url;
}
