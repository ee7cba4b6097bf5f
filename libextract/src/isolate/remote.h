/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One job in a worker, from the host's side: split so that its frames can be fed by a fuzzer. */
#ifndef XTR_REMOTE_H
#define XTR_REMOTE_H

#include "isolate/isolate.h"

/** How a conversation with a worker ended. */
typedef enum xtr__ending {
    XTR__GOES_ON,
    XTR__ANSWERED, /* by `document`, or by the failure in the slot */
    XTR__NEEDS,    /* other languages */
    XTR__STOPPED,  /* by the job's owner or the clock */
    XTR__SILENT,   /* no sign of life for too long */
    XTR__FAILED,   /* the host has no memory for a page */
    XTR__LOST,     /* the worker has gone, and the document is not to blame */
    XTR__CRASHED,  /* `status` says how */
    XTR__LIED      /* what it sent makes no sense */
} xtr__ending;

typedef struct xtr__remote {
    xtr_job *job;
    xtr__worker *worker;
    xtr__spawn request;
    uint32_t number;  /* of the job for its worker, from 1 */
    bool streamed;    /* pages come one by one: to the job's stream or its builder */
    bool started;     /* the worker has the document */
    unsigned threads; /* that may work on it */
    unsigned pages;   /* that came */
    uint64_t last_sign;
    int status; /* of wait(2) */

    /* A document on its way: whatever the worker sent of it, nothing to look into */
    char *pieces;
    uint32_t type; /* of its frames */
    uint64_t received, total;

    /* The answer: an error, or a document that is whole and valid; NULL when there is none */
    int code;
    xtr__document *document;
} xtr__remote;

/** Does what a frame from the worker says. It is hostile, and so is the worker's area. */
xtr__ending xtr__remote_accept(xtr__remote *remote, const xtr__frame *frame);

#endif
