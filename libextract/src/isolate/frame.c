/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "isolate/frame.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool is_line(const char *text, size_t size) {
    size_t i = 0;
    while (i < size && (unsigned char)text[i] >= 0x20 && text[i] != 0x7F)
        i++;
    return i < size && !text[i];
}

bool xtr__frame_valid(const xtr__frame *frame) {
    if (frame->type < XTR__FRAME_READY || frame->type > XTR__FRAME_LAST ||
        !is_line(frame->text, sizeof frame->text))
        return false;
    if (frame->type == XTR__FRAME_PAGE || frame->type == XTR__FRAME_RESULT)
        return frame->size && frame->size <= XTR__AREA_SIZE && frame->at < frame->total &&
               frame->size <= frame->total - frame->at;
    return true;
}

bool xtr__are_languages(const char *text) {
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-/+";
    size_t length = strspn(text, letters);
    return length && length < sizeof((xtr__spawn *)0)->languages && !text[length] && *text != '/';
}

bool xtr__message_send(int socket, const void *message, size_t size, const int *fds, size_t count) {
    union {
        char bytes[CMSG_SPACE(XTR__MOST_FDS * sizeof(int))];
        struct cmsghdr aligned;
    } control;
    struct iovec piece = {(void *)message, size};
    struct msghdr header = {.msg_iov = &piece, .msg_iovlen = 1};
    memset(&control, 0, sizeof control);
    if (count) {
        header.msg_control = control.bytes;
        header.msg_controllen = CMSG_SPACE(count * sizeof(int));
        struct cmsghdr *attached = CMSG_FIRSTHDR(&header);
        attached->cmsg_level = SOL_SOCKET;
        attached->cmsg_type = SCM_RIGHTS;
        attached->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(attached), fds, count * sizeof(int));
    }
    ssize_t sent;
    do
        sent = sendmsg(socket, &header, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)size;
}

/* However many descriptors somebody attached: those there is no place for do not stay open. */
static void take_fds(struct msghdr *header, int fds[XTR__MOST_FDS]) {
    size_t count = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        size_t here = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < here; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
            if (count < XTR__MOST_FDS)
                fds[count++] = fd;
            else
                close(fd);
        }
    }
}

ssize_t xtr__message_receive(int socket, void *message, size_t size, int fds[XTR__MOST_FDS]) {
    union {
        char bytes[CMSG_SPACE(XTR__MOST_FDS * sizeof(int))];
        struct cmsghdr aligned;
    } control;
    struct iovec piece = {message, size};
    struct msghdr header = {.msg_iov = &piece,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof control.bytes};
    for (size_t i = 0; i < XTR__MOST_FDS; i++)
        fds[i] = -1;
    ssize_t got;
    do
        got = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got >= 0) /* an empty message may bring some too */
        take_fds(&header, fds);
    return got;
}

bool xtr__frame_send(int socket, const xtr__frame *frame, int fd) {
    return xtr__message_send(socket, frame, sizeof *frame, &fd, fd >= 0);
}

int xtr__frame_receive(int socket, xtr__frame *frame, int *fd) {
    int fds[XTR__MOST_FDS];
    ssize_t got = xtr__message_receive(socket, frame, sizeof *frame, fds);
    for (size_t i = fd ? 1 : 0; i < XTR__MOST_FDS; i++) {
        if (fds[i] >= 0)
            close(fds[i]);
    }
    if (fd)
        *fd = fds[0];
    if (got < 0)
        return errno == EAGAIN ? -1 : 0;
    if (got > 0 && got != (ssize_t)sizeof *frame)
        frame->type = 0;
    return got > 0;
}
