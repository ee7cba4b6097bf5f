/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "markup/source.h"
#include "detect/charset.h"
#include "document/utf8.h"

#include <stdlib.h>
#include <string.h>

static const char *charset_of(xtr_job *job, const unsigned char *data, size_t size) {
    const char *given = xtr_job_options(job)->charset;
    const char *detected = xtr_job_charset(job);
    if (given)
        return given;
    if (*detected)
        return detected;
    return xtr__charset_guess(data, size, xtr__charset_declared(data, size));
}

int xtr__source_text(xtr_job *job, char **text, size_t *size) {
    size_t length;
    const unsigned char *data = xtr_input_bytes(xtr_job_input(job), &length);
    if (!data)
        return xtr_job_fail(job, XTR_E_IO, "reading failed");
    const char *charset = charset_of(job, data, length);
    if (!charset)
        return xtr_job_fail(job, XTR_E_UNSUPPORTED, "is binary, not text (%s)",
                            xtr_job_mime_type(job));
    int64_t most = (int64_t)length * 3; /* a byte that is malformed becomes three */
    if (!xtr_job_charge(job, most))
        return xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    int code = xtr__charset_decode(text, size, charset, data, length);
    xtr_job_charge(job, -most);
    if (!code && !xtr_job_charge(job, (int64_t)*size)) {
        free(*text);
        code = XTR_E_MEMORY;
    }
    if (code == XTR_E_ARGUMENT)
        return xtr_job_fail(job, code, "unknown charset %s", charset);
    if (code == XTR_E_MISSING_BACKEND)
        return xtr_job_fail(job, code,
                            "iconv has no table for %s: install locales or glibc's "
                            "charset modules",
                            charset);
    if (code)
        return xtr_job_fail(job, code, "out of memory");
    if (*size >= 3 && !memcmp(*text, "\xEF\xBB\xBF", 3)) {
        memmove(*text, *text + 3, *size - 2);
        *size -= 3;
        xtr_job_charge(job, -3);
    }
    const xtr__charset *known = xtr__charset_find(charset);
    xtr_metadata(xtr_job_builder(job), "charset", known ? known->name : charset);
    return XTR_OK;
}

void xtr__source_drop(xtr_job *job, char *text, size_t size) {
    free(text);
    xtr_job_charge(job, -(int64_t)size);
}
