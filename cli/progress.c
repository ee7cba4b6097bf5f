/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "progress.h"
#include "output.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static volatile sig_atomic_t shown;

static void write_terminal(const char *text, size_t size) {
    ssize_t written = write(STDERR_FILENO, text, size);
    (void)written; /* a terminal that is gone needs no progress */
}

static size_t columns(void) {
    struct winsize size;
    return !ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col ? size.ws_col : 80;
}

/* Cuts a line to a number of columns, taking each character for one wide. */
static void cut(char *line, size_t width) {
    size_t column = 0;
    for (; *line; line++) {
        if (((unsigned char)*line & 0xC0) == 0x80)
            continue;
        if (column++ == width) {
            *line = '\0';
            return;
        }
    }
}

void progress_show(const char *file, size_t number, size_t count, const xtr_progress *pages) {
    char name[512], place[64] = "", line[768] = "";
    if (pages->pages_total)
        snprintf(place, sizeof place, ": page %u of %u", pages->pages_done, pages->pages_total);
    else if (pages->pages_done)
        snprintf(place, sizeof place, ": page %u", pages->pages_done);
    printable(name, sizeof name, file);
    if (count > 1)
        snprintf(line, sizeof line, "[%zu/%zu] %s%s", number, count, name, place);
    else
        snprintf(line, sizeof line, "%s%s", name, place);
    cut(line, columns() - 1);
    char drawn[800];
    int size = snprintf(drawn, sizeof drawn, "\r%s\033[K", line);
    shown = 1;
    write_terminal(drawn, (size_t)size);
}

void progress_clear(void) {
    if (shown)
        write_terminal("\r\033[K", 4);
    shown = 0;
}
