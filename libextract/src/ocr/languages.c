/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Names of languages: what people call them, what data there is of them, which are written in a
 * script. */
#include "ocr/ocr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* More at once are slow, and take each other's letters for theirs. */
enum { MOST_AT_ONCE = 3 };

typedef struct language {
    const char *data, *iso, *bibliographic, *name, *script;
} language;

static const language languages[] = {
#define XTR__LANGUAGE(data, iso, bibliographic, name, script) \
    {data, iso, bibliographic, name, script},
#include "languages.def"
#undef XTR__LANGUAGE
};

enum { LANGUAGES = sizeof languages / sizeof *languages };

/** Data of scripts: in Debian's packages tesseract-ocr-script-PACKAGE. */
static const struct {
    const char *data, *package, *script; /* as detection calls it */
} scripts[] = {
    {"script/Arabic", "arab", "Arabic"},
    {"script/Armenian", "armn", "Armenian"},
    {"script/Bengali", "beng", "Bengali"},
    {"script/Canadian_Aboriginal", "cans", "Canadian_Aboriginal"},
    {"script/Cherokee", "cher", "Cherokee"},
    {"script/Cyrillic", "cyrl", "Cyrillic"},
    {"script/Devanagari", "deva", "Devanagari"},
    {"script/Ethiopic", "ethi", "Ethiopic"},
    {"script/Fraktur", "frak", "Fraktur"},
    {"script/Georgian", "geor", "Georgian"},
    {"script/Greek", "grek", "Greek"},
    {"script/Gujarati", "gujr", "Gujarati"},
    {"script/Gurmukhi", "guru", "Gurmukhi"},
    {"script/HanS", "hans", "Han"},
    {"script/HanS_vert", "hans-vert", ""},
    {"script/HanT", "hant", "Han"},
    {"script/HanT_vert", "hant-vert", ""},
    {"script/Hangul", "hang", "Korean"},
    {"script/Hangul_vert", "hang-vert", ""},
    {"script/Hebrew", "hebr", "Hebrew"},
    {"script/Japanese", "jpan", "Japanese"},
    {"script/Japanese_vert", "jpan-vert", ""},
    {"script/Kannada", "knda", "Kannada"},
    {"script/Khmer", "khmr", "Khmer"},
    {"script/Lao", "laoo", "Lao"},
    {"script/Latin", "latn", "Latin"},
    {"script/Malayalam", "mlym", "Malayalam"},
    {"script/Myanmar", "mymr", "Myanmar"},
    {"script/Oriya", "orya", "Oriya"},
    {"script/Sinhala", "sinh", "Sinhala"},
    {"script/Syriac", "syrc", "Syriac"},
    {"script/Tamil", "taml", "Tamil"},
    {"script/Telugu", "telu", "Telugu"},
    {"script/Thaana", "thaa", "Thaana"},
    {"script/Thai", "thai", "Thai"},
    {"script/Tibetan", "tibt", "Tibetan"},
    {"script/Vietnamese", "viet", ""},
};

enum { SCRIPTS = sizeof scripts / sizeof *scripts };

/* Lists joined by "+" ----------------------------------------------------------------------- */

typedef struct list {
    char text[8192]; /* each with a "+" behind it */
    size_t size;
} list;

static void add(void *payload, const char *name) {
    list *l = payload;
    size_t length = strlen(name);
    if (l->size + length + 2 > sizeof l->text)
        return;
    memcpy(l->text + l->size, name, length);
    memcpy(l->text + l->size + length, "+", 2);
    l->size += length + 1;
}

static bool has(const char *text, const char *name) {
    size_t length = strlen(name);
    while (*text) {
        size_t size = strcspn(text, "+");
        if (size == length && !memcmp(text, name, size))
            return true;
        text += size + (text[size] == '+');
    }
    return false;
}

static unsigned count_of(const char *text) {
    unsigned count = 0;
    for (; *text; text++)
        count += *text == '+';
    return count;
}

static void add_once(list *l, const char *name) {
    if (!has(l->text, name))
        add(l, name);
}

/* Without the last "+". False when it is too long or empty. */
static bool write_list(const list *l, char out[256]) {
    if (!l->size || l->size > 256)
        return false;
    memcpy(out, l->text, l->size - 1);
    out[l->size - 1] = '\0';
    return true;
}

static list installed(const xtr_ocr_backend *backend) {
    list l = {.size = 0};
    if (backend->list_languages)
        backend->list_languages(add, &l);
    return l;
}

/* How data is called there, or NULL. Debian's packages put that of scripts beside that of
 * languages, others into the folder "script". */
static const char *name_of(const list *there, const char *data) {
    const char *folder = strchr(data, '/');
    if (has(there->text, data))
        return data;
    return folder && has(there->text, folder + 1) ? folder + 1 : NULL;
}

/* What people say --------------------------------------------------------------------------- */

static const language *find_language(const char *said) {
    for (size_t i = 0; i < LANGUAGES; i++) {
        const language *l = &languages[i];
        if (*said && (!strcasecmp(said, l->data) || !strcasecmp(said, l->iso) ||
                      !strcasecmp(said, l->bibliographic) || !strcasecmp(said, l->name)))
            return l;
    }
    return NULL;
}

/* The name of the data that `said` means; itself when it is none that is known. */
static const char *data_of(const char *said) {
    const language *found = find_language(said);
    for (size_t i = 0; !found && i < SCRIPTS; i++) {
        if (!strcasecmp(said, scripts[i].data) ||
            !strcasecmp(said, strchr(scripts[i].data, '/') + 1))
            return scripts[i].data;
    }
    return found ? found->data : said;
}

/* tesseract-ocr-chi-sim of chi_sim, and -script-frak of script/Fraktur. */
static void write_package(const char *data, char out[64]) {
    for (size_t i = 0; i < SCRIPTS; i++) {
        if (!strcmp(data, scripts[i].data)) {
            snprintf(out, 64, "tesseract-ocr-script-%s", scripts[i].package);
            return;
        }
    }
    snprintf(out, 64, "tesseract-ocr-%.48s", data);
    for (char *c = out; *c; c++)
        *c = *c == '_' ? '-' : *c;
}

/* Names that begin alike, or NULL. */
static const language *find_similar(const char *said) {
    for (size_t length = strlen(said); length >= 3; length--) {
        for (size_t i = 0; i < LANGUAGES; i++) {
            if (!strncasecmp(said, languages[i].name, length))
                return &languages[i];
        }
    }
    return NULL;
}

/* As people write a list, cut where it gets long. */
static void write_names(const list *l, char out[100]) {
    size_t to = 0;
    for (size_t i = 0; i + 1 < l->size && to < 90; i++) {
        if (l->text[i] == '+')
            out[to++] = ',';
        out[to++] = l->text[i] == '+' ? ' ' : l->text[i];
    }
    strcpy(out + to, !to ? "none" : to < 90 ? "" : "...");
}

static int say_missing(const char *said, const list *there, char message[256]) {
    const char *data = data_of(said);
    const language *similar = find_similar(said);
    char package[64];
    int size = 0;
    write_package(data, package);
    if (data != said || find_language(said))
        size = snprintf(message, 256, "no data of the language %.32s: apt-get install %s", data,
                        package);
    else if (similar)
        size = snprintf(message, 256, "no language %.32s: did you mean %s (%s)?", said,
                        similar->data, similar->name);
    else
        size = snprintf(message, 256, "no language %.32s", said);
    char names[100];
    write_names(there, names);
    snprintf(message + size, 256 - (size_t)size, "; installed: %s", names);
    return XTR_E_MISSING_LANGUAGE;
}

/* Choosing ---------------------------------------------------------------------------------- */

/* The language of the user's system, or NULL. */
static const language *language_of_system(void) {
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    const char *value = NULL;
    for (size_t i = 0; (!value || !*value) && i < sizeof names / sizeof *names; i++)
        value = getenv(names[i]);
    if (!value)
        return NULL;
    if (!strncmp(value, "zh_TW", 5) || !strncmp(value, "zh_HK", 5))
        return find_language("chi_tra");
    char code[8] = "";
    size_t length = strcspn(value, "_.@");
    if (length == 2 || length == 3)
        memcpy(code, value, length);
    return find_language(code);
}

static void add_of_script(list *out, const list *there, const char *script) {
    const language *own = language_of_system();
    list found = {.size = 0};
    for (size_t i = 0; i < LANGUAGES; i++) {
        if (!strcmp(languages[i].script, script) && has(there->text, languages[i].data))
            add(&found, languages[i].data);
    }
    if (has(found.text, "eng"))
        add_once(out, "eng");
    if (own && has(found.text, own->data))
        add_once(out, own->data);
    bool all = count_of(found.text) <= MOST_AT_ONCE;
    for (size_t i = 0; i < LANGUAGES && (all || !out->size); i++) {
        if (has(found.text, languages[i].data))
            add_once(out, languages[i].data);
    }
    for (size_t i = 0; i < SCRIPTS && !out->size; i++) {
        const char *name = name_of(there, scripts[i].data);
        if (!strcmp(scripts[i].script, script) && name)
            add(out, name);
    }
}

bool xtr__languages_of_script(const xtr_ocr_backend *backend, const char *script, char out[256]) {
    list there = installed(backend), chosen = {.size = 0};
    bool japanese =
        !strcmp(script, "Japanese") || !strcmp(script, "Hiragana") || !strcmp(script, "Katakana");
    if (!strcmp(script, "Hangul"))
        script = "Korean";
    add_of_script(&chosen, &there, japanese ? "Japanese" : script);
    if (!chosen.size && (japanese || !strcmp(script, "Han")))
        add_of_script(&chosen, &there, japanese ? "Han" : "Japanese");
    return write_list(&chosen, out);
}

bool xtr__languages_are_auto(const char *asked) {
    return !strcasecmp(asked, "auto");
}

int xtr__languages_resolve(const xtr_ocr_backend *backend, const char *asked, char out[256],
                           char message[256]) {
    list there = installed(backend), chosen = {.size = 0};
    if (xtr__languages_are_auto(asked))
        return xtr__languages_of_script(backend, "Latin", out) ||
                       xtr__languages_resolve(backend, "eng", out, message) == XTR_OK
                   ? XTR_OK
                   : XTR_E_MISSING_LANGUAGE;
    while (*asked) {
        char said[64];
        size_t size = strcspn(asked, "+");
        snprintf(said, sizeof said, "%.*s", (int)size, asked);
        asked += size + (asked[size] == '+');
        if (!*said)
            continue;
        const char *data = has(there.text, said) ? said : data_of(said);
        const char *name = name_of(&there, data);
        /* A backend that lists none is asked; others open nothing that is not in their list. */
        if (backend->list_languages && !name)
            return say_missing(said, &there, message);
        add_once(&chosen, name ? name : data);
    }
    if (write_list(&chosen, out))
        return XTR_OK;
    snprintf(message, 256, "ocr_languages names no language, or too many");
    return XTR_E_MISSING_LANGUAGE;
}

bool xtr__languages_with_old_letters(const xtr_ocr_backend *backend, const char *of,
                                     char out[256]) {
    static const char *const old[] = {"deu_latf", "frk", "script/Fraktur"};
    list there = installed(backend);
    if (!has(of, "deu"))
        return false;
    for (size_t i = 0; i < sizeof old / sizeof *old; i++) {
        const char *name = name_of(&there, old[i]);
        if (has(of, name ? name : old[i]))
            return false;
        if (name)
            return snprintf(out, 256, "%s+%s", of, name) < 256;
    }
    return false;
}
