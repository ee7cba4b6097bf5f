/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Word writes the names of built-in styles in English whatever its language; other writers do not,
 * so headings are known in the languages of most documents. */
#include "container/style_names.h"

#include <string.h>

enum { MOST_NAME = 64, NOT_SAID = -1 };

/* Names that a level follows, without spaces and hyphens. */
static const char *const heading_names[] = {
    "heading", "überschrift", "titre",   "titolo",   "título",    "titulo",     "kop",
    "rubrik",  "overskrift",  "otsikko", "nagłówek", "заголовок", "nadpis",     "címsor",
    "başlık",  "标题",        "標題",    "見出し",   "제목",      "überschrift"};

static const struct {
    const char *name;
    xtr__style_kind kind;
} known_names[] = {
    {"title", XTR__STYLE_TITLE},
    {"titel", XTR__STYLE_TITLE},
    {"caption", XTR__STYLE_CAPTION},
    {"tablecaption", XTR__STYLE_CAPTION},
    {"imagecaption", XTR__STYLE_CAPTION},
    {"figurecaption", XTR__STYLE_CAPTION},
    {"quote", XTR__STYLE_QUOTE},
    {"intensequote", XTR__STYLE_QUOTE},
    {"blocktext", XTR__STYLE_QUOTE},
    {"blockquote", XTR__STYLE_QUOTE},
    {"quotations", XTR__STYLE_QUOTE},
    {"blockquotation", XTR__STYLE_QUOTE},
    {"sourcecode", XTR__STYLE_CODE},
    {"code", XTR__STYLE_CODE},
    {"htmlpreformatted", XTR__STYLE_CODE},
    {"preformattedtext", XTR__STYLE_CODE},
    {"codeblock", XTR__STYLE_CODE},
    {"macrotext", XTR__STYLE_CODE},
    {"macro", XTR__STYLE_CODE},
};

static const char *const mono_fonts[] = {"Courier",         "Consolas",       "Menlo",
                                         "Monaco",          "Lucida Console", "DejaVu Sans Mono",
                                         "Liberation Mono", "Source Code",    "Cascadia",
                                         "Roboto Mono",     "Ubuntu Mono",    "Noto Sans Mono"};

bool xtr__style_is_mono(const char *font) {
    for (size_t i = 0; font && i < sizeof mono_fonts / sizeof *mono_fonts; i++) {
        if (!strncmp(font, mono_fonts[i], strlen(mono_fonts[i])))
            return true;
    }
    return false;
}

/* Lower case in ASCII, without spaces, hyphens and underscores. */
static void squeeze(char out[MOST_NAME], const char *name) {
    size_t at = 0;
    for (; *name && at < MOST_NAME - 1; name++) {
        if (strchr(" -_\t", *name))
            continue;
        out[at++] = *name >= 'A' && *name <= 'Z' ? (char)(*name + 32) : *name;
    }
    out[at] = 0;
}

void xtr__style_name(xtr__style_kind *kind, int *level, const char *name) {
    char squeezed[MOST_NAME];
    squeeze(squeezed, name);
    if (!strncmp(squeezed, "\xC3\x9C", 2)) /* a capital that ASCII does not know */
        squeezed[1] = '\xBC';
    for (size_t i = 0; i < sizeof known_names / sizeof *known_names; i++) {
        if (!strcmp(squeezed, known_names[i].name))
            *kind = known_names[i].kind;
    }
    for (size_t i = 0; i < sizeof heading_names / sizeof *heading_names; i++) {
        size_t size = strlen(heading_names[i]);
        const char *rest = squeezed + size;
        if (strncmp(squeezed, heading_names[i], size) != 0 || *rest < '1' || *rest > '9' || rest[1])
            continue;
        *kind = XTR__STYLE_HEADING;
        if (*level == NOT_SAID)
            *level = *rest - '1';
    }
}
