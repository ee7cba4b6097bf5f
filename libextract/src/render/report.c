/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "render/report.h"

#include <string.h>

void xtr__report_key(xtr__report *r, const char *name) {
    if (!r->stop)
        r->stop = r->visitor->key(r->payload, name);
}

void xtr__report_begin(xtr__report *r, const char *type) {
    if (!r->stop)
        r->stop = r->visitor->begin_object(r->payload, type);
}

void xtr__report_array(xtr__report *r, size_t count) {
    if (!r->stop)
        r->stop = r->visitor->begin_array(r->payload, count);
}

void xtr__report_end(xtr__report *r) {
    if (!r->stop)
        r->stop = r->visitor->end(r->payload);
}

void xtr__report_text(xtr__report *r, const char *name, const char *value) {
    xtr__report_key(r, name);
    if (!r->stop)
        r->stop = r->visitor->string(r->payload, value, strlen(value));
}

void xtr__report_number(xtr__report *r, const char *name, int64_t value) {
    xtr__report_key(r, name);
    if (!r->stop)
        r->stop = r->visitor->integer(r->payload, value);
}

void xtr__report_boolean(xtr__report *r, const char *name, bool value) {
    xtr__report_key(r, name);
    if (!r->stop)
        r->stop = r->visitor->boolean(r->payload, value);
}
