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

/* Keys of getopt: the options of the table from TABLE_KEY, files with items of a list from
 * FILE_KEY, each in the order of the table. */
enum { FILE_ARGUMENT = 1, VERSION = 2, TABLE_KEY = 0x1000, FILE_KEY = 0x2000, MOST_OPTIONS = 256 };

typedef struct parser {
    arguments *given;
    const xtr_option_info *table;
    size_t table_count;
    struct option options[MOST_OPTIONS];
    char names[MOST_OPTIONS][ARGUMENT_NAME_SIZE];
    size_t count;
} parser;

static const char *const layouts[] = {"text", "markdown", "json", "mime"};

_Noreturn static void refuse(const char *message) {
    fprintf(stderr, "extract: %s\n", message);
    exit(XTR_E_ARGUMENT);
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
        {"output", required_argument, NULL, 'o'}, {"threads", required_argument, NULL, 'j'},
        {"quiet", no_argument, NULL, 'q'},        {"verbose", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},         {"version", no_argument, NULL, VERSION},
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

/* Values ------------------------------------------------------------------------------------- */

/* True when the format is one that only this program knows. */
static bool set_layout(arguments *given, const char *value) {
    for (int i = AS_TEXT; i <= AS_MIME; i++) {
        if (!strcmp(value, layouts[i]))
            given->layout = (layout)i;
    }
    return !strcmp(value, layouts[AS_MIME]);
}

static void set(parser *p, const xtr_option_info *info, const char *value) {
    xtr_error error;
    bool format = !strcmp(info->name, "format");
    if (format && set_layout(p->given, value))
        return;
    if (argument_is_switch(info))
        value = on_by_default(info) ? "false" : "true";
    if (!xtr_options_set(p->given->options, info->name, value, &error))
        return;
    if (format)
        snprintf(error.message, sizeof error.message,
                 "option 'format' cannot be '%.64s': choose one of " FORMAT_CHOICES, value);
    refuse(error.message);
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
        refuse("option 'threads' must be from 1 to 1024");
    return (unsigned)threads;
}

/* Reading ------------------------------------------------------------------------------------ */

static void add_file(arguments *given, const char *file) {
    static const char *const commands[] = {[DETECT] = "detect", "formats", "doctor"};
    for (int i = DETECT; i <= DOCTOR; i++) {
        if (given->command == EXTRACT && !given->file_count && !strcmp(file, commands[i])) {
            given->command = (command)i;
            return;
        }
    }
    given->files[given->file_count++] = file;
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

static void check(const arguments *given) {
    bool wants_files = given->command == EXTRACT || given->command == DETECT;
    size_t inputs = 0;
    if (wants_files && !given->file_count)
        refuse("no FILE given: see extract --help");
    if (!wants_files && given->file_count)
        refuse("this command takes no FILE: see extract --help");
    for (size_t i = 0; i < given->file_count; i++)
        inputs += !strcmp(given->files[i], "-");
    if (inputs > 1)
        refuse("standard input can be read once only: give - once");
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
    while ((key = getopt_long(argc, argv, "-o:j:qvh", p.options, NULL)) >= 0)
        read_option(&p, key, optarg);
    while (optind < argc) /* after --: files, whatever they are called */
        out->files[out->file_count++] = argv[optind++];
    check(out);
}

void arguments_clear(arguments *given) {
    xtr_options_drop(given->options);
    free(given->files);
}
