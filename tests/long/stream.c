/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* stream FILE: streams the pages of a long document to a consumer that sleeps. Memory stays as it
 * was after the first hundred pages. */
#include "long.h"

#include <unistd.h>

enum { SETTLED = 100, NAP_US = 2000, MOST_GROWTH_KB = 10 << 10, MOST_ABSOLUTE_KB = 80 << 10 };

static long resident_kb(void) {
    long total, resident;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file && fscanf(file, "%ld %ld", &total, &resident) == 2, "/proc/self/statm");
    fclose(file);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

int main(int argc, char **argv) {
    xtr_stream *stream;
    xtr_item item;
    xtr_error error;
    CHECK(argc == 2, "usage: stream FILE");
    xtr_runtime *runtime = open_runtime(2);
    xtr_source *source = xtr_source_new_path(argv[1]);
    CHECK(!xtr_pages_open(&stream, runtime, source, NULL, &error), "%s", error.message);
    xtr_source_drop(source);
    long settled = 0, most = 0;
    size_t pages = 0;
    int code;
    while ((code = xtr_stream_next(stream, &item, 60000)) == XTR_OK) {
        xtr_result_drop(item.result);
        usleep(NAP_US);
        long now = resident_kb();
        most = now > most ? now : most;
        if (++pages == SETTLED)
            settled = now;
    }
    CHECK(code == XTR_END, "%s", item.error.message);
    xtr_stream_drop(stream);
    xtr_runtime_drop(runtime);
    printf("%zu pages: %ld kB after %d, %ld kB at most\n", pages, settled, SETTLED, most);
    CHECK(pages > SETTLED, "too short");
    CHECK(SANITIZED || (most - settled < MOST_GROWTH_KB && most < MOST_ABSOLUTE_KB), "memory grew");
    return 0;
}
