/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "help.h"
#include "arguments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_COLUMN = 28, WIDTH = 80 };

static const char head[] =
    "extract: text, Markdown, HTML and metadata of documents\n"
    "\n"
    "  extract [OPTION...] FILE...  print the text of documents; - is standard input\n"
    "  extract batch PATH... --output OUT  all files of folders into a folder, FILE.jsonl\n"
    "                               or FILE.sqlite, with a journal to go on with\n"
    "  extract detect FILE...       print the type of each\n"
    "  extract formats              list what can be extracted\n"
    "  extract doctor               show versions, languages, sandbox\n"
    "  extract debug layout FILE    draw how a page of a PDF or image is laid out, as SVG\n"
    "\n"
    "Of several files each text follows a line that names its file, JSON is one object\n"
    "a line, and a failure does not end the rest. A file that is called like a command\n"
    "is given as ./detect.\n";

static const char examples[] =
    "\nExamples\n"
    "  extract report.pdf\n"
    "  extract --format markdown --pages 1-3,7 report.pdf --output report.md\n"
    "  curl -s https://example.org/report.pdf | extract -\n"
    "  extract --format json *.pdf | jq -r .metadata.title\n"
    "  extract batch reports --format markdown --output reports.md.d --resume\n";

/* Prints words from TEXT_COLUMN on, broken before WIDTH. */
static void print_text(size_t column, const char *text) {
    if (column >= TEXT_COLUMN) {
        putchar('\n');
        column = 0;
    }
    printf("%*s", (int)(TEXT_COLUMN - column), "");
    column = TEXT_COLUMN;
    while (*text) {
        size_t size = strcspn(text, " ");
        if (column > TEXT_COLUMN && column + 1 + size >= WIDTH) {
            printf("\n%*s", TEXT_COLUMN, "");
            column = TEXT_COLUMN;
        } else if (column > TEXT_COLUMN) {
            putchar(' ');
            column++;
        }
        printf("%.*s", (int)size, text);
        column += size;
        text += size + strspn(text + size, " ");
    }
    putchar('\n');
}

static void print_option(const char *letter, const char *name, const char *argument,
                         const char *text) {
    int column =
        printf("  %3s --%s%s%s", letter, name, argument ? " " : "", argument ? argument : "");
    print_text((size_t)column, text);
}

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
        return strcmp(info->name, "format") != 0 ? info->choices : FORMAT_CHOICES;
    case XTR_STRING:
    case XTR_LIST:
        break;
    }
    return "TEXT";
}

/* A default as people write it: seconds, and MiB where that is a whole number. */
static void say_preset(char *buffer, size_t size, const xtr_option_info *info) {
    long long value = strtoll(info->preset, NULL, 10);
    if (info->type == XTR_DURATION && value % 1000 == 0)
        snprintf(buffer, size, " (default: %lld)", value / 1000);
    else if (info->type == XTR_SIZE && value && value % (1 << 20) == 0)
        snprintf(buffer, size, " (default: %lldMiB)", value >> 20);
    else if (*info->preset)
        snprintf(buffer, size, " (default: %s)", info->preset);
}

static void print_table(void) {
    size_t count;
    const xtr_option_info *table = xtr_option_table(&count);
    for (size_t i = 0; i < count; i++) {
        char name[ARGUMENT_NAME_SIZE], text[1024], preset[64] = "";
        const char *more = table[i].type == XTR_LIST          ? " May be repeated."
                           : !strcmp(table[i].name, "format") ? " mime prints the type alone."
                                                              : "";
        argument_name(name, &table[i]);
        if (!argument_is_switch(&table[i]))
            say_preset(preset, sizeof preset, &table[i]);
        snprintf(text, sizeof text, "%s%s%s", table[i].doc, more, preset);
        print_option("", name, argument_of(&table[i]), text);
        if (table[i].type != XTR_LIST)
            continue;
        strncat(name, "-file", sizeof name - 1 - strlen(name));
        print_option("", name, "FILE", "The same from a file or -, one a line.");
    }
}

static void print_exit_codes(void) {
    size_t count;
    const xtr_error_info *errors = xtr_error_table(&count);
    puts("\nExit codes (of several failures, that of the first)\n    0  no failure");
    for (size_t i = 0; i < count; i++)
        printf("  %3d  %s\n", errors[i].code, errors[i].text);
    puts("  143  ended by SIGTERM\n"
         "Of a batch: 0 all is done, 64 some documents failed, 65 none could be extracted,\n"
         "130 stopped by a signal: go on with --resume.");
}

void print_help(void) {
    fputs(head, stdout);
    puts("\nDocuments");
    print_table();
    puts("\nProgram");
    print_option("-o,", "output", "FILE",
                 "Write to FILE: whole, or not at all when a document fails.");
    print_option(
        "", "images-dir", "DIR",
        "Write pictures into DIR, where Markdown refers to them; of several files each has "
        "a folder in DIR, such as 2-report.pdf. Implies --images extract.");
    print_option("", "page", "N", "The page that debug layout draws (default: 1).");
    print_option("", "files-from", "FILE", "Of a batch: more paths from FILE or -, one a line.");
    print_option("-0,", "null", NULL, "Of a batch: paths of --files-from end with a zero byte.");
    print_option("", "as", "tree|jsonl|sqlite",
                 "Of a batch: what --output is, when its ending does not say.");
    print_option("", "progress", "none|bar|lines|json",
                 "Of a batch: how it says how far it is on standard error (default: bar on a "
                 "terminal, else lines).");
    print_option("-j,", "threads", "N", "Documents worked on at once (default: one a processor).");
    print_option("-q,", "quiet", NULL, "No warnings and no progress, errors only.");
    print_option("-v,", "verbose", NULL,
                 "Say what was found in each document, and how long that took.");
    print_option("-h,", "help", NULL, "Print this.");
    print_option("", "version", NULL, "Print the version.");
    fputs(examples, stdout);
    print_exit_codes();
}
