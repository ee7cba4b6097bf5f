/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* extract-worker: reads documents for a program that uses libextract, in a sandbox. Started by the
 * library, never by hand. */
#include "sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#ifdef XTR_SANITIZED
/* The leak sanitizer looks on from another process, which the sandbox forbids. */
__attribute__((visibility("default"))) int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void) {
    return 1;
}
#endif

static bool is_started_by_library(void) {
    int type = 0;
    socklen_t size = sizeof type;
    return !getsockopt(XTR__CONTROL_FD, SOL_SOCKET, SO_TYPE, &type, &size) &&
           type == SOCK_SEQPACKET;
}

int main(void) {
    const xtr__sandbox sandbox = {.prepare = prepare_sandbox, .enter = enter_sandbox};
    if (!is_started_by_library()) {
        fputs("extract-worker is started by libextract, for documents read with isolation process; "
              "to extract something run: extract FILE\n",
              stderr);
        return EXIT_FAILURE;
    }
    return xtr__worker_main(&sandbox);
}
