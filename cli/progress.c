/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "progress.h"
#include "output.h"

#include <signal.h>
#include <stdbool.h>
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

static size_t width_of(const char *text) {
    size_t width = 0;
    for (; *text; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

/* The end of a text that fits into a number of columns, taking each character for one wide. */
static const char *tail(const char *text, size_t width) {
    for (size_t left = width_of(text); left > width; left--)
        while (((unsigned char)*++text & 0xC0) == 0x80)
            ;
    return text;
}

/* The end of a long name is shown: what a folder is called matters less than how far we are. */
void progress_show(const char *file, size_t number, size_t count, const xtr_progress *pages) {
    char name[512], files[64] = "", place[64] = "", drawn[800];
    if (pages->pages_total)
        snprintf(place, sizeof place, ": page %u of %u", pages->pages_done, pages->pages_total);
    else if (pages->pages_done)
        snprintf(place, sizeof place, ": page %u", pages->pages_done);
    if (count > 1)
        snprintf(files, sizeof files, "[%zu/%zu] ", number, count);
    printable(name, sizeof name, file);
    size_t taken = strlen(files) + strlen(place) + 1, all = columns();
    size_t room = all > taken ? all - taken : 0;
    bool fits = width_of(name) <= room;
    int size = snprintf(drawn, sizeof drawn, "\r%s%s%s%s\033[K", files, fits || !room ? "" : "…",
                        tail(name, fits || !room ? room : room - 1), place);
    shown = 1;
    write_terminal(drawn, (size_t)size);
}

void progress_line(const char *line) {
    char drawn[800];
    size_t room = columns() - 1, size = 0;
    for (size_t width = 0; line[size] && width <= room; size++)
        width += ((unsigned char)line[size] & 0xC0) != 0x80;
    int length = snprintf(drawn, sizeof drawn, "\r%.*s\033[K", (int)size, line);
    shown = 1;
    write_terminal(drawn, (size_t)length < sizeof drawn ? (size_t)length : sizeof drawn - 1);
}

void progress_clear(void) {
    if (shown)
        write_terminal("\r\033[K", 4);
    shown = 0;
}
