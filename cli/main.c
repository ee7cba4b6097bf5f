/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* extract: text, Markdown, HTML and metadata of documents on the command line.
 *
 * A signal ends the program at once, whatever its threads do: the handler removes what is half
 * written and leaves. The exit code is that of the first error, by the numbers of errors.def. */
#include "arguments.h"
#include "batch/batch.h"
#include "commands.h"
#include "files.h"
#include "output.h"
#include "progress.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static void on_signal(int number) {
    output_abandon();
    progress_clear();
    _exit(128 + number);
}

static void watch_signals(void) {
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction end = {.sa_handler = on_signal}, ignore = {.sa_handler = SIG_IGN}, before;
    sigfillset(&end.sa_mask);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        sigaction(ends[i], &end, &before);
        if (ends[i] == SIGHUP && before.sa_handler == SIG_IGN)
            sigaction(SIGHUP, &before, NULL); /* nohup */
    }
    sigaction(SIGPIPE, &ignore, NULL);
}

/* A document must not be opened under the number of a closed standard stream. */
static void fill_standard_streams(void) {
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd ? O_RDONLY : O_WRONLY) < 0)
            _exit(XTR_E_IO);
    }
}

static int run(const arguments *given, output *out, bool *stuck) {
    switch (given->command) {
    case FORMATS:
        return print_formats(given, out);
    case DOCTOR:
        return print_doctor(given, out);
    case DEBUG:
        return debug_layout(given, out, stuck);
    case DETECT:
        return detect_files(given, out);
    case BATCH: /* see main */
    case EXTRACT:
        break;
    }
    return given->layout == AS_MIME ? detect_files(given, out) : extract_files(given, out, stuck);
}

int main(int argc, char **argv) {
    arguments given;
    output out;
    bool stuck = false;
    fill_standard_streams();
    watch_signals();
    arguments_read(&given, argc, argv);
    if (given.command == BATCH) {
        int ended = extract_batch(&given);
        arguments_clear(&given);
        return ended;
    }
    int code = output_open(&out, given.output);
    if (!code)
        code = run(&given, &out, &stuck);
    if (out.broken)
        code = XTR_OK; /* whoever closed the pipe has what they wanted */
    int failed = output_close(&out, !code);
    code = code ? code : failed;
    if (stuck)
        _exit(code); /* exit would join a thread that may be busy for long */
    arguments_clear(&given);
    return code;
}
