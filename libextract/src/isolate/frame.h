/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What passes between a host, its zygote and its workers: messages of fixed size on SOCK_SEQPACKET
 * sockets, and an area of shared memory for what is larger.
 *
 * Three sockets: the zygote's control (host asks for workers), and for each worker its data socket
 * (frames) and its lease (between host and zygote: the zygote tells the worker's fate; when the
 * host closes it the zygote kills the worker).
 *
 * The area is the host's: it is sized and sealed before a worker sees it. The host writes a job's
 * options into it and reads documents from it by pread, into memory of its own: a worker that
 * writes while the host reads changes only what the host then finds to be invalid. */
#ifndef XTR_FRAME_H
#define XTR_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    XTR__AREA_SIZE = 4 << 20,
    XTR__CONTROL_FD = 3, /* of the zygote */
    XTR__DATA_FD = 3,    /* of a worker */
    XTR__AREA_FD = 4
};

typedef enum xtr__frame_type {
    /* Host to worker */
    XTR__FRAME_JOB = 1, /* size: of name and options in the area; flags; helpers; the input is
                           attached */
    XTR__FRAME_STOP,    /* code: why */
    XTR__FRAME_TAKEN,   /* the piece in the area was read */
    /* Worker to host */
    XTR__FRAME_READY,    /* code: xtr__level flags; text: version */
    XTR__FRAME_PROGRESS, /* first with each job; then when something has moved */
    XTR__FRAME_PAGE,     /* a piece of a page's document: total, at, size */
    XTR__FRAME_RESULT,   /* a piece of the result's document, the same; the last ends the job */
    XTR__FRAME_NEEDS,    /* text: languages, or none and `flags`; ends the job */
    XTR__FRAME_DONE,     /* code, os_error, text: an error, or 0 for no result; ends the job; with
                            it, RESULT and NEEDS comes the job's progress to its end */
    XTR__FRAME_LAST = XTR__FRAME_DONE
} xtr__frame_type;

enum {
    XTR__JOB_STREAMED = 1,
    XTR__JOB_LAST = 2 /* nothing follows, no STOP either: the worker ends with it */
};

enum { XTR__NEEDS_CHARSETS = 1 }; /* those that are not open from the start */

typedef struct xtr__frame {
    uint32_t type;
    uint32_t job; /* number of the job that it belongs to; 0 with READY */
    int32_t code, os_error;
    uint32_t flags, helpers;
    uint32_t pages_done, pages_total, beats;
    uint64_t bytes_done, bytes_total;
    uint64_t peak_memory;
    uint64_t total, at, size;
    char text[1016];
} xtr__frame;

/** Whether it is a frame that a worker may send: a known type, a piece that fits the area and its
 *  document, text that ends and is one line. */
bool xtr__frame_valid(const xtr__frame *frame);

/** Sends a frame, with a descriptor unless `fd` is -1. False when nobody is there any more. */
bool xtr__frame_send(int socket, const xtr__frame *frame, int fd);

/** Receives a frame; waits for it when the socket blocks. 1 (with type 0 for a message that is no
 *  frame); 0 when the other side has gone; -1 when there is none yet. A descriptor that came along
 *  goes to *fd, or is closed when that is NULL; -1 when there was none. */
int xtr__frame_receive(int socket, xtr__frame *frame, int *fd);

/* Control and lease ------------------------------------------------------------------------- */

/** Asks for a worker; its data socket, lease and area are attached. */
typedef struct xtr__spawn {
    uint64_t max_memory; /* bytes, 0: no limit */
    uint32_t charsets;   /* 1: all must be open */
    char languages[256]; /* for recognition, joined by +; "" for none */
} xtr__spawn;

/** On a lease: a worker's number once it is there, then how it ended. */
typedef struct xtr__fate {
    int32_t pid;    /* or 0 */
    int32_t status; /* as of wait, or -errno of a fork that failed; with pid 0 */
} xtr__fate;

/** Whether `text` is names of languages joined by "+", no paths, that fit a request: what a worker
 *  says it needs is opened outside of its sandbox. */
bool xtr__are_languages(const char *text);

/** sendmsg and recvmsg for any of these, with up to XTR__MOST_FDS descriptors. Receiving returns
 * the size of the message, 0 at the end, -1 with errno; unfilled places of `fds` are -1. */
enum { XTR__MOST_FDS = 3 };
bool xtr__message_send(int socket, const void *message, size_t size, const int *fds, size_t count);
ssize_t xtr__message_receive(int socket, void *message, size_t size, int fds[XTR__MOST_FDS]);

#endif
