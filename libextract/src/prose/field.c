/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Fields of Word: an instruction of words, of arguments in quotes, and of options. */
#include "container/symbol.h"
#include "prose/prose.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The next argument of an instruction: NUL-terminated in place, without its quotes; NULL: none. */
static char *next_argument(char **at, bool *quoted) {
    char *from = *at + strspn(*at, " \t\n");
    *quoted = *from == '"';
    from += *quoted;
    if (!*from)
        return NULL;
    char *end = from + strcspn(from, *quoted ? "\"" : " \t\n");
    *at = *end ? end + 1 : end;
    *end = 0;
    return from;
}

/* HYPERLINK "url" \l "place" \o "tip"; places within the document are no links of the text. */
static char *read_hyperlink(char *at) {
    char *url = NULL;
    bool quoted;
    for (char *argument; (argument = next_argument(&at, &quoted));) {
        bool option = !quoted && argument[0] == '\\';
        if (option && argument[1] && strchr("lot", argument[1]))
            next_argument(&at, &quoted);
        else if (!option && !url)
            url = strdup(argument);
    }
    return url;
}

/* SYMBOL 183 \f "Symbol" */
static uint32_t read_symbol(char *at) {
    bool quoted;
    char *argument = next_argument(&at, &quoted);
    uint32_t character = argument ? (uint32_t)strtoul(argument, NULL, 0) : 0;
    uint32_t shown = character < 0x10000 && (character & 0xF800) != 0xD800 ? character : 0;
    while ((argument = next_argument(&at, &quoted))) {
        char *name = !strcmp(argument, "\\f") ? next_argument(&at, &quoted) : NULL;
        uint32_t known = name ? xtr__symbol(name, character) : 0;
        shown = known ? known : shown;
    }
    return shown;
}

char *xtr__prose_read_field(char *instruction, uint32_t *symbol) {
    bool quoted;
    char *at = instruction;
    const char *name = next_argument(&at, &quoted);
    *symbol = name && !strcasecmp(name, "SYMBOL") ? read_symbol(at) : 0;
    return name && !strcasecmp(name, "HYPERLINK") ? read_hyperlink(at) : NULL;
}
