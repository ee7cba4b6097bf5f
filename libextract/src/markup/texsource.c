/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "markup/texsource.h"

#include <stdbool.h>
#include <string.h>

typedef struct stretch {
    const char *from, *to;
} stretch;

static stretch trimmed(stretch s) {
    static const char spaces[] = " \t\r\n";
    while (s.from < s.to && strchr(spaces, *s.from))
        s.from++;
    while (s.from < s.to && strchr(spaces, s.to[-1]))
        s.to--;
    return s;
}

static bool strip(stretch *s, const char *before, const char *after) {
    size_t size = strlen(before);
    size_t whole = (size_t)(s->to - s->from);
    if (whole < 2 * size || memcmp(s->from, before, size) != 0 ||
        memcmp(s->to - size, after, size) != 0 ||
        memmem(s->from + size, whole - 2 * size, before, size)) /* several formulas */
        return false;
    *s = trimmed((stretch){s->from + size, s->to - size});
    return true;
}

const char *xtr__texsource_formula(const char *tex, size_t *size) {
    static const char begins[] = "\\begin{document}", ends[] = "\\end{document}";
    static const char *const marks[][2] = {
        {"$$", "$$"}, {"$", "$"}, {"\\[", "\\]"}, {"\\(", "\\)"}};
    const char *begin = strstr(tex, begins);
    const char *from = begin ? begin + sizeof begins - 1 : tex;
    const char *end = strstr(from, ends);
    stretch s = trimmed((stretch){from, end ? end : from + strlen(from)});
    for (size_t i = 0; i < sizeof marks / sizeof *marks && !strip(&s, marks[i][0], marks[i][1]);)
        i++;
    *size = (size_t)(s.to - s.from);
    return s.from;
}
