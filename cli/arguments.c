/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The command line. The options of an extraction come from xtr_option_table when the program runs:
 * only those of the program itself are named here, and --format, which learns one more word. */
#include "arguments.h"
#include "help.h"
#include "output.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Keys of getopt: the options of the table from TABLE_KEY, files with items of a list from
 * FILE_KEY, each in the order of the table. */
enum {
    FILE_ARGUMENT = 1,
    VERSION,
    IMAGES_DIR,
    PAGE,
    FILES_FROM,
    AS,
    PROGRESS,
    TABLE_KEY = 0x1000,
    FILE_KEY = 0x2000,
    MOST_OPTIONS = 256
};

typedef struct parser {
    arguments *given;
    const xtr_option_info *table;
    size_t table_count;
    struct option options[MOST_OPTIONS];
    char names[MOST_OPTIONS][ARGUMENT_NAME_SIZE];
    size_t count;
    bool said_progress;
} parser;

static const char *const layouts[] = {"text", "markdown", "json", "html", "hocr",
                                      "alto", "tsv",      "pdf",  "mime"};

_Noreturn static void refuse(const char *message) {
    char shown[1024];
    fprintf(stderr, "extract: %s\n", printable(shown, sizeof shown, message));
    exit(XTR_E_ARGUMENT);
}

static bool ends_with(const char *start, const char *end, const char *words) {
    size_t size = strlen(words);
    return (size_t)(end - start) >= size && !memcmp(end - size, words, size);
}

void spell(char *out, size_t size, const char *message) {
    size_t n = 0;
    bool in_name = false;
    for (const char *c = message; *c && n < size - 3; c++) {
        in_name = in_name && *c != '\'';
        out[n++] = in_name && *c == '_' ? '-' : *c;
        if (ends_with(message, c + 1, "option '") || ends_with(message, c + 1, "did you mean '")) {
            in_name = true;
            out[n++] = '-';
            out[n++] = '-';
        }
    }
    out[n] = '\0';
}

/* Names -------------------------------------------------------------------------------------- */

bool argument_is_switch(const xtr_option_info *info) {
    return info->type == XTR_BOOLEAN;
}

static bool on_by_default(const xtr_option_info *info) {
    return info->type == XTR_BOOLEAN && !strcmp(info->preset, "true");
}

void argument_name(char name[ARGUMENT_NAME_SIZE], const xtr_option_info *info) {
    snprintf(name, ARGUMENT_NAME_SIZE, "%s%s", on_by_default(info) ? "no_" : "", info->name);
    for (char *c = name; *c; c++) {
        if (*c == '_')
            *c = '-';
    }
}

static void add(parser *p, const xtr_option_info *info, int key, const char *suffix) {
    if (p->count == MOST_OPTIONS - 1)
        abort();
    char *name = p->names[p->count];
    argument_name(name, info);
    strncat(name, suffix, ARGUMENT_NAME_SIZE - 1 - strlen(name));
    p->options[p->count++] = (struct option){name, !argument_is_switch(info), NULL, key};
}

static void add_options(parser *p) {
    static const struct option own[] = {
        {"output", required_argument, NULL, 'o'},
        {"threads", required_argument, NULL, 'j'},
        {"quiet", no_argument, NULL, 'q'},
        {"verbose", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, VERSION},
        {"images-dir", required_argument, NULL, IMAGES_DIR},
        {"page", required_argument, NULL, PAGE},
        {"files-from", required_argument, NULL, FILES_FROM},
        {"null", no_argument, NULL, '0'},
        {"as", required_argument, NULL, AS},
        {"progress", required_argument, NULL, PROGRESS},
    };
    memcpy(p->options, own, sizeof own);
    p->count = sizeof own / sizeof own[0];
    p->table = xtr_option_table(&p->table_count);
    for (size_t i = 0; i < p->table_count; i++) {
        add(p, &p->table[i], TABLE_KEY + (int)i, "");
        if (p->table[i].type == XTR_LIST)
            add(p, &p->table[i], FILE_KEY + (int)i, "-file");
    }
}

/* Whether two names differ by one slip: a letter too many, too few, wrong, or two swapped. */
static bool alike(const char *a, const char *b) {
    for (; *a && *a == *b; a++)
        b++;
    size_t left_a = strlen(a), left_b = strlen(b);
    for (; left_a && left_b && a[left_a - 1] == b[left_b - 1]; left_a--)
        left_b--;
    bool swapped = left_a == 2 && left_b == 2 && a[0] == b[1] && a[1] == b[0];
    return swapped || (left_a <= 1 && left_b <= 1);
}

/* What to put behind "unknown option": the name that may have been meant, one of all that are known
 * here when there is but one slip, or what the library says, which looks farther. */
static void find_hint(const parser *p, const char *given, char *hint, size_t size) {
    char name[ARGUMENT_NAME_SIZE];
    xtr_error error;
    snprintf(name, sizeof name, "%s", given);
    for (char *c = name; *c; c++)
        *c = *c == '_' ? '-' : *c;
    for (size_t i = 0; i < p->count; i++) {
        if (alike(name, p->options[i].name)) {
            snprintf(hint, size, ": did you mean '--%s'?", p->options[i].name);
            return;
        }
    }
    for (char *c = name; *c; c++)
        *c = *c == '-' ? '_' : *c;
    xtr_options_set(p->given->options, name, "", &error);
    const char *said = strstr(error.message, ": did you mean '");
    spell(hint, size, said ? said : "");
}

/* Refuses a long option that getopt does not know; it would not say what may have been meant. */
static void check_name(const parser *p, const char *argument) {
    char name[ARGUMENT_NAME_SIZE], hint[128], message[256];
    if (strncmp(argument, "--", 2) != 0)
        return;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(argument + 2, "="), argument + 2);
    for (size_t i = 0; i < p->count; i++) {
        if (!strncmp(p->options[i].name, name, strlen(name)))
            return; /* perhaps shortened */
    }
    find_hint(p, name, hint, sizeof hint);
    snprintf(message, sizeof message, "unknown option '--%s'%s", name, hint);
    refuse(message);
}

/* Values ------------------------------------------------------------------------------------- */

/* True when the format is one that only this program knows. */
static bool set_layout(arguments *given, const char *value) {
    for (int i = AS_TEXT; i <= AS_MIME; i++) {
        if (!strcmp(value, layouts[i]))
            given->layout = (layout)i;
    }
    return !strcmp(value, layouts[AS_MIME]);
}

/* What a batch decides by itself, unless it was said. */
static void note(arguments *given, const char *name) {
    const struct {
        const char *name;
        bool *given;
    } notes[] = {{"journal", &given->journal},
                 {"force", &given->begins_anew},
                 {"isolation", &given->isolation},
                 {"same_content", &given->same_content},
                 {"images", &given->pictures}};
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++) {
        if (!strcmp(notes[i].name, name))
            *notes[i].given = true;
    }
}

static void set(parser *p, const xtr_option_info *info, const char *value) {
    char message[sizeof(xtr_error) + 16];
    xtr_error error;
    bool format = !strcmp(info->name, "format");
    if (format && set_layout(p->given, value))
        return;
    if (argument_is_switch(info))
        value = on_by_default(info) ? "false" : "true";
    note(p->given, info->name);
    if (!xtr_options_set(p->given->options, info->name, value, &error))
        return;
    spell(message, sizeof message, error.message);
    if (format)
        snprintf(message, sizeof message,
                 "option '--format' cannot be '%.64s': choose one of " FORMAT_CHOICES, value);
    refuse(message);
}

/* Adds each line of a file, or of standard input for -, to a list. */
static void set_lines(parser *p, const xtr_option_info *info, const char *path) {
    FILE *file = strcmp(path, "-") != 0 ? fopen(path, "re") : stdin;
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;
    while (file && (size = getline(&line, &capacity, file)) >= 0) {
        while (size > 0 && (line[size - 1] == '\n' || line[size - 1] == '\r'))
            line[--size] = '\0';
        set(p, info, line);
    }
    if (!file || ferror(file))
        exit(complain(path, errno));
    free(line);
    if (file != stdin)
        fclose(file);
}

static unsigned read_threads(const char *value) {
    char *end;
    long threads = strtol(value, &end, 10);
    if (*end || threads < 1 || threads > 1024)
        refuse("option '--threads' must be from 1 to 1024");
    return (unsigned)threads;
}

static uint32_t read_page(const char *value) {
    char *end;
    long page = strtol(value, &end, 10);
    if (*end || page < 1 || page > INT32_MAX)
        refuse("option '--page' must be a number from 1");
    return (uint32_t)page;
}

/* Reading ------------------------------------------------------------------------------------ */

static void add_file(arguments *given, const char *file) {
    static const char *const commands[] = {
        [DETECT] = "detect", "formats", "doctor", "debug", "batch"};
    for (int i = DETECT; i <= BATCH; i++) {
        if (given->command == EXTRACT && !given->file_count && !strcmp(file, commands[i])) {
            given->command = (command)i;
            return;
        }
    }
    given->files[given->file_count++] = file;
}

static progress read_progress(const char *value) {
    static const char *const names[] = {"none", "bar", "lines", "json"};
    for (int i = PROGRESS_NONE; i <= PROGRESS_JSON; i++) {
        if (!strcmp(names[i], value))
            return (progress)i;
    }
    refuse("option '--progress' must be one of none, bar, lines, json");
}

static void read_option(parser *p, int key, const char *value) {
    switch (key) {
    case FILE_ARGUMENT:
        add_file(p->given, value);
        return;
    case VERSION:
        printf("extract %s\n", xtr_version());
        exit(0);
    case 'h':
        print_help();
        exit(0);
    case 'o':
        p->given->output = strcmp(value, "-") != 0 ? value : NULL;
        return;
    case 'j':
        p->given->threads = read_threads(value);
        return;
    case 'q':
        p->given->quiet = true;
        return;
    case 'v':
        p->given->verbose = true;
        return;
    case IMAGES_DIR:
        p->given->images = value;
        return;
    case PAGE:
        p->given->page = read_page(value);
        return;
    case FILES_FROM:
        p->given->files_from = value;
        return;
    case '0':
        p->given->zero = true;
        return;
    case AS:
        p->given->as = value;
        return;
    case PROGRESS:
        p->given->progress = read_progress(value);
        p->said_progress = true;
        return;
    case '?': /* getopt has said why */
        exit(XTR_E_ARGUMENT);
    default:
        break;
    }
    if (key >= FILE_KEY)
        set_lines(p, &p->table[key - FILE_KEY], value);
    else
        set(p, &p->table[key - TABLE_KEY], value);
}

/* The words behind "debug": what is to be seen, of which file. That file alone is left. */
static void check_debug(arguments *given) {
    if (given->file_count != 2 || strcmp(given->files[0], "layout") != 0)
        refuse("to debug, say what and one FILE: extract debug layout FILE");
    given->files[0] = given->files[1];
    given->file_count = 1;
    given->page = given->page ? given->page : 1;
}

static void preset(arguments *given, const char *name, const char *value) {
    if (xtr_options_set(given->options, name, value, NULL))
        refuse("out of memory");
}

static void check_batch(arguments *given, bool said_progress) {
    int64_t images = XTR_IMAGES_LIST, attachments = XTR_ATTACHMENTS_LIST;
    if (!given->file_count && !given->files_from)
        refuse("no PATH given: see extract --help");
    if (!given->output)
        refuse("say where the documents go by --output: a folder, FILE.jsonl or FILE.sqlite");
    if (given->as && strcmp(given->as, "tree") != 0 && strcmp(given->as, "jsonl") != 0 &&
        strcmp(given->as, "sqlite") != 0)
        refuse("option '--as' must be one of tree, jsonl, sqlite");
    if (given->layout == AS_MIME)
        refuse("--format mime is for extract FILE and detect");
    xtr_options_get_integer(given->options, "images", &images, NULL);
    given->pictures = images == XTR_IMAGES_EXTRACT;
    xtr_options_get_integer(given->options, "attachments", &attachments, NULL);
    given->children = attachments == XTR_ATTACHMENTS_EXTRACT;
    if (!given->isolation)
        preset(given, "isolation", "process");
    if (!given->same_content)
        preset(given, "same_content", given->pictures || given->children ? "extract" : "once");
    if (!said_progress)
        given->progress = given->quiet            ? PROGRESS_NONE
                          : isatty(STDERR_FILENO) ? PROGRESS_BAR
                                                  : PROGRESS_LINES;
}

static void check(arguments *given, bool said_progress) {
    if (given->command == BATCH) {
        check_batch(given, said_progress);
        return;
    }
    if (given->files_from || given->as || given->zero || said_progress)
        refuse("options '--files-from', '--null', '--as' and '--progress' are for extract batch");
    if (given->command == DEBUG)
        check_debug(given);
    else if (given->page)
        refuse("option '--page' is for debug layout: pages are chosen by --pages");
    bool wants_files = given->command != FORMATS && given->command != DOCTOR;
    size_t inputs = 0;
    if (wants_files && !given->file_count)
        refuse("no FILE given: see extract --help");
    if (!wants_files && given->file_count)
        refuse("this command takes no FILE: see extract --help");
    for (size_t i = 0; i < given->file_count; i++)
        inputs += !strcmp(given->files[i], "-");
    if (inputs > 1)
        refuse("standard input can be read once only: give - once");
    if (given->layout == AS_PDF && given->file_count > 1)
        refuse("--format pdf writes one document: give one FILE");
    if (given->layout == AS_PDF && !given->output && isatty(STDOUT_FILENO))
        refuse("a PDF is not for a terminal: say where it goes by --output");
}

void arguments_read(arguments *out, int argc, char **argv) {
    static char name[] = "extract"; /* what getopt calls us in its messages */
    parser p = {.given = out};
    int key;
    *out = (arguments){.options = xtr_options_new(),
                       .files = calloc((size_t)argc + 1, sizeof *out->files)};
    if (!out->options || !out->files) {
        fputs("extract: out of memory\n", stderr);
        exit(XTR_E_MEMORY);
    }
    add_options(&p);
    if (argc > 0)
        argv[0] = name;
    for (;;) {
        if (optind < argc)
            check_name(&p, argv[optind]);
        key = getopt_long(argc, argv, "-o:j:qvh0", p.options, NULL);
        if (key < 0)
            break;
        read_option(&p, key, optarg);
    }
    while (optind < argc) /* after --: files, whatever they are called */
        out->files[out->file_count++] = argv[optind++];
    if (out->images && xtr_options_set(out->options, "images", "extract", NULL))
        refuse("out of memory");
    check(out, p.said_progress);
}

void arguments_clear(arguments *given) {
    xtr_options_drop(given->options);
    free(given->files);
}
