/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef CLI_ARGUMENTS_H
#define CLI_ARGUMENTS_H

#include "libextract.h"

typedef enum command { EXTRACT, DETECT, FORMATS, DOCTOR, DEBUG, BATCH } command;

/* How a batch says how far it is. */
typedef enum progress { PROGRESS_NONE, PROGRESS_BAR, PROGRESS_LINES, PROGRESS_JSON } progress;

/* What is printed of each document: AS_MIME is known to the command line only. */
typedef enum layout {
    AS_TEXT,
    AS_MARKDOWN,
    AS_JSON,
    AS_HTML,
    AS_HOCR,
    AS_ALTO,
    AS_TSV,
    AS_PDF,
    AS_MIME
} layout;

#define FORMAT_CHOICES "text|markdown|json|html|hocr|alto|tsv|pdf|mime"

typedef struct arguments {
    command command;
    const char **files; /* as given; "-" is standard input */
    size_t file_count;
    xtr_options *options;
    layout layout;
    const char *output; /* NULL: standard output */
    const char *images; /* the folder that pictures are written into; NULL: none */
    uint32_t page;      /* that `debug layout` draws */
    unsigned threads;   /* 0: as many as libuv's pool has or the machine has processors */
    bool quiet, verbose;

    /* Of a batch */
    const char *files_from; /* a file of more paths; NULL: none */
    bool zero;              /* they end with a zero byte, not with a line */
    const char *as;         /* tree, jsonl or sqlite; NULL: what the ending of `output` says */
    progress progress;
    bool journal, pictures, children, begins_anew; /* such options were given */
    bool isolation, same_content;                  /* the same */
} arguments;

/** Reads the command line into `out`. Prints help, the version or what is wrong with the command
 *  line, and ends the program, where that is all there is to do. */
void arguments_read(arguments *out, int argc, char **argv);
void arguments_clear(arguments *given);

/** The library speaks of option 'max_pages' where its caller wrote --max-pages. */
void spell(char *out, size_t size, const char *message);

enum { ARGUMENT_NAME_SIZE = 64 };

/** The name of an option of the library on the command line, without the two dashes. */
void argument_name(char name[ARGUMENT_NAME_SIZE], const xtr_option_info *info);

/** Whether it stands alone: --name, or --no-name where that is the news. */
bool argument_is_switch(const xtr_option_info *info);

#endif
