/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "markup/lines.h"

#include <string.h>
#include <strings.h>

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

bool xtr__lines_next(xtr__lines *lines, xtr__span *line) {
    if (lines->at >= lines->end)
        return false;
    const char *at = lines->at;
    const char *stop = at;
    while (stop < lines->end && *stop != '\n' && *stop != '\r')
        stop++;
    *line = (xtr__span){at, (size_t)(stop - at)};
    bool twice = lines->end - stop > 1 && stop[0] == '\r' && stop[1] == '\n';
    lines->at = stop < lines->end ? stop + 1 + twice : stop;
    return true;
}

xtr__span xtr__span_trim_end(xtr__span s) {
    while (s.size && is_space(s.text[s.size - 1]))
        s.size--;
    return s;
}

xtr__span xtr__span_trim(xtr__span s) {
    while (s.size && is_space(*s.text))
        s = xtr__span_skip(s, 1);
    return xtr__span_trim_end(s);
}

xtr__span xtr__span_skip(xtr__span s, size_t count) {
    count = count < s.size ? count : s.size;
    return (xtr__span){s.text + count, s.size - count};
}

bool xtr__span_starts(xtr__span s, const char *word) {
    size_t length = strlen(word);
    return s.size >= length && !memcmp(s.text, word, length);
}

bool xtr__span_is(xtr__span s, const char *word) {
    size_t length = strlen(word);
    return s.size == length && !strncasecmp(s.text, word, length);
}

bool xtr__span_cut(xtr__span *rest, char mark, xtr__span *head) {
    const char *found = rest->size ? memchr(rest->text, mark, rest->size) : NULL;
    *head = (xtr__span){rest->text, found ? (size_t)(found - rest->text) : rest->size};
    *rest = xtr__span_skip(*rest, head->size + (found != NULL));
    return found != NULL;
}
