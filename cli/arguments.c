/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The command line. The options of an extraction come from xtr_option_table when the program runs:
 * only those of the program itself are named here, and --format, which learns one more word. */
#include "arguments.h"
#include "output.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Keys of argp: the options of the table from TABLE_KEY, files with items of a list from
 * FILE_KEY, each in the order of the table. */
enum { TABLE_KEY = 0x1000, FILE_KEY = 0x2000, MOST_OPTIONS = 256, NAME_SIZE = 48 };
enum { GROUP_DOCUMENT = 1, GROUP_PROGRAM = 2 };

typedef struct parser {
    arguments *given;
    const xtr_option_info *table;
    size_t table_count;
    struct argp_option options[MOST_OPTIONS];
    char names[MOST_OPTIONS][NAME_SIZE];
    size_t count;
} parser;

static const char *const layouts[] = {"text", "markdown", "json", "mime"};
static const char format_choices[] = "text|markdown|json|mime";

static const char usage[] = "FILE...\ndetect FILE...\nformats\ndoctor";

static const char about[] =
    "Prints the text of documents of any type.\v"
    "A FILE of - is standard input. With several files each text follows a line that names its "
    "file, JSON is one object a line, and the program goes on after a failure.\n"
    "\n"
    "Commands:\n"
    "  extract detect FILE...   the type of each file\n"
    "  extract formats          what can be extracted\n"
    "  extract doctor           versions, languages, sandbox\n"
    "A file that is called like a command is given as ./detect.\n"
    "\n"
    "Examples:\n"
    "  extract report.pdf\n"
    "  extract --format markdown --pages 1-3,7 report.pdf --output report.md\n"
    "  curl -s https://example.org/report.pdf | extract -\n"
    "  extract --format json *.pdf | jq -r .metadata.title\n";

_Noreturn static void refuse(const char *message) {
    fprintf(stderr, "extract: %s\n", message);
    exit(XTR_E_ARGUMENT);
}

/* The options of the program as argp wants them ---------------------------------------------- */

static const char *argument_of(const xtr_option_info *info) {
    switch (info->type) {
    case XTR_BOOLEAN:
        return NULL;
    case XTR_INTEGER:
        return "N";
    case XTR_DURATION:
        return "SECONDS";
    case XTR_SIZE:
        return "SIZE";
    case XTR_PAGES:
        return "RANGES";
    case XTR_CHOICE:
        return strcmp(info->name, "format") != 0 ? info->choices : format_choices;
    case XTR_STRING:
    case XTR_LIST:
        break;
    }
    return "TEXT";
}

static void add(parser *p, const xtr_option_info *info, int key, const char *before,
                const char *after, const char *argument) {
    if (p->count == MOST_OPTIONS - 1)
        abort();
    char *name = p->names[p->count];
    snprintf(name, NAME_SIZE, "%s%s%s", before, info->name, after);
    for (char *c = name; *c; c++) {
        if (*c == '_')
            *c = '-';
    }
    p->options[p->count++] = (struct argp_option){
        .name = name, .key = key, .arg = argument, .doc = info->doc, .group = GROUP_DOCUMENT};
}

static void add_table(parser *p) {
    p->table = xtr_option_table(&p->table_count);
    p->options[p->count++] = (struct argp_option){.doc = "Documents:", .group = GROUP_DOCUMENT};
    for (size_t i = 0; i < p->table_count; i++) {
        const xtr_option_info *info = &p->table[i];
        bool on = info->type == XTR_BOOLEAN && !strcmp(info->preset, "true");
        add(p, info, TABLE_KEY + (int)i, on ? "no_" : "", "", argument_of(info));
        if (info->type == XTR_LIST)
            add(p, info, FILE_KEY + (int)i, "", "_file", "FILE");
    }
}

static void add_program(parser *p) {
    static const struct argp_option own[] = {
        {.doc = "Program:", .group = GROUP_PROGRAM},
        {"output", 'o', "FILE", 0,
         "Write to FILE instead of standard output: whole, or not at all when a document fails.",
         GROUP_PROGRAM},
        {"threads", 'j', "N", 0, "Documents worked on at once (default: one a processor).",
         GROUP_PROGRAM},
        {"quiet", 'q', NULL, 0, "No warnings and no progress, errors only.", GROUP_PROGRAM},
        {"verbose", 'v', NULL, 0, "Say what was found in each document, and when.", GROUP_PROGRAM},
        {NULL, 'h', NULL, OPTION_HIDDEN, NULL, -1},
    };
    memcpy(&p->options[p->count], own, sizeof own);
    p->count += sizeof own / sizeof own[0];
}

/* Reading ------------------------------------------------------------------------------------ */

static void set(parser *p, const xtr_option_info *info, const char *value) {
    xtr_error error;
    bool format = !strcmp(info->name, "format");
    for (int i = AS_TEXT; format && value && i <= AS_MIME; i++) {
        if (!strcmp(value, layouts[i])) {
            p->given->layout = (layout)i;
            if (i == AS_MIME)
                return;
        }
    }
    if (info->type == XTR_BOOLEAN)
        value = strcmp(info->preset, "true") != 0 ? "true" : "false";
    if (!xtr_options_set(p->given->options, info->name, value, &error))
        return;
    if (format)
        snprintf(error.message, sizeof error.message,
                 "option 'format' cannot be '%.64s': choose one of %s", value, format_choices);
    refuse(error.message);
}

/* Adds each line of a file to a list. */
static void set_lines(parser *p, const xtr_option_info *info, const char *path) {
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;
    if (file) {
        while ((size = getline(&line, &capacity, file)) >= 0) {
            while (size > 0 && (line[size - 1] == '\n' || line[size - 1] == '\r'))
                line[--size] = '\0';
            set(p, info, line);
        }
    }
    if (!file || ferror(file)) {
        int code = errno == ENOENT   ? XTR_E_NOT_FOUND
                   : errno == EACCES ? XTR_E_PERMISSION
                                     : XTR_E_IO;
        complain(path, strerrordesc_np(errno));
        exit(code);
    }
    free(line);
    fclose(file);
}

static unsigned read_threads(const char *value) {
    char *end;
    long threads = strtol(value, &end, 10);
    if (*end || threads < 1 || threads > 1024)
        refuse("option 'threads' must be from 1 to 1024");
    return (unsigned)threads;
}

static void add_file(arguments *given, const char *file, bool quoted) {
    static const char *const commands[] = {[DETECT] = "detect", "formats", "doctor"};
    for (int i = DETECT; !quoted && i <= DOCTOR; i++) {
        if (given->command == EXTRACT && !given->file_count && !strcmp(file, commands[i])) {
            given->command = (command)i;
            return;
        }
    }
    given->files[given->file_count++] = file;
}

static void check(const arguments *given, struct argp_state *state) {
    bool wants_files = given->command == EXTRACT || given->command == DETECT;
    size_t inputs = 0;
    if (wants_files && !given->file_count)
        argp_error(state, "no FILE given");
    if (!wants_files && given->file_count)
        argp_error(state, "this command takes no FILE");
    for (size_t i = 0; i < given->file_count; i++)
        inputs += !strcmp(given->files[i], "-");
    if (inputs > 1)
        refuse("standard input can be read once only: give - once");
}

static error_t parse(int key, char *value, struct argp_state *state) {
    parser *p = state->input;
    switch (key) {
    case 'o':
        p->given->output = strcmp(value, "-") != 0 ? value : NULL;
        return 0;
    case 'j':
        p->given->threads = read_threads(value);
        return 0;
    case 'q':
        p->given->quiet = true;
        return 0;
    case 'v':
        p->given->verbose = true;
        return 0;
    case 'h':
        argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
        return 0;
    case ARGP_KEY_ARG:
        add_file(p->given, value, state->quoted && state->next > state->quoted);
        return 0;
    case ARGP_KEY_END:
        check(p->given, state);
        return 0;
    default:
        break;
    }
    if (key >= FILE_KEY && key < FILE_KEY + (int)p->table_count)
        set_lines(p, &p->table[key - FILE_KEY], value);
    else if (key >= TABLE_KEY && key < TABLE_KEY + (int)p->table_count)
        set(p, &p->table[key - TABLE_KEY], value);
    else
        return ARGP_ERR_UNKNOWN;
    return 0;
}

/* Help --------------------------------------------------------------------------------------- */

static char *exit_codes(void) {
    size_t count, size;
    const xtr_error_info *errors = xtr_error_table(&count);
    char *text = NULL;
    FILE *file = open_memstream(&text, &size);
    if (!file)
        return NULL;
    fputs("Exit codes (with several files, that of the first failure):\n    0  no error\n", file);
    for (size_t i = 0; i < count; i++)
        fprintf(file, "  %3d  %s\n", errors[i].code, errors[i].text);
    fputs("  143  ended by SIGTERM\n", file);
    return fclose(file) ? NULL : text;
}

/* Adds to the text of the table what else it says about an option. */
static char *help(int key, const char *text, void *input) {
    const parser *p = input;
    char *longer = NULL;
    if (key == ARGP_KEY_HELP_EXTRA)
        return exit_codes();
    if (p && key >= FILE_KEY && key < FILE_KEY + (int)p->table_count)
        return asprintf(&longer, "The same, from a file: one a line.") < 0 ? NULL : longer;
    if (!p || key < TABLE_KEY || key >= TABLE_KEY + (int)p->table_count)
        return (char *)(uintptr_t)text;
    const xtr_option_info *info = &p->table[key - TABLE_KEY];
    const char *more = info->type == XTR_LIST ? " May be repeated." : "";
    int size = info->type == XTR_BOOLEAN || !*info->preset
                   ? asprintf(&longer, "%s%s", text, more)
                   : asprintf(&longer, "%s%s (default: %s)", text, more, info->preset);
    return size < 0 ? NULL : longer;
}

static void print_version(FILE *stream, struct argp_state *state) {
    (void)state;
    fprintf(stream, "extract %s\n", xtr_version());
}

void arguments_read(arguments *out, int argc, char **argv) {
    parser p = {.given = out};
    const struct argp argp = {.options = p.options,
                              .parser = parse,
                              .args_doc = usage,
                              .doc = about,
                              .help_filter = help};
    static char name[] = "extract";
    *out = (arguments){.options = xtr_options_new(),
                       .files = calloc((size_t)argc + 1, sizeof *out->files)};
    if (!out->options || !out->files) {
        fputs("extract: out of memory\n", stderr);
        exit(XTR_E_MEMORY);
    }
    add_table(&p);
    add_program(&p);
    if (argc > 0)
        argv[0] = name;
    argp_program_version_hook = print_version;
    argp_err_exit_status = XTR_E_ARGUMENT;
    argp_parse(&argp, argc, argv, 0, NULL, &p);
}

void arguments_clear(arguments *given) {
    xtr_options_drop(given->options);
    free(given->files);
}
