/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Encrypted Office Open XML documents: a compound file ([MS-CFB]) whose stream EncryptedPackage
 * holds the encrypted archive and EncryptionInfo says how it is encrypted ([MS-OFFCRYPTO] 2.3.4).
 * Only decrypts: what reads the archive is the extractor of what it is. */
#include "container/crypt.h"
#include "container/ole.h"
#include "libextract/extractor.h"

#include <stdlib.h>

static const char *const mime_types[] = {"application/encrypted", NULL};

/* Reads one stream of the root, which may be damaged at its end. */
static int read_stream(xtr_job *job, xtr__ole *ole, const char *name, unsigned char **data,
                       size_t *size) {
    *data = NULL;
    int64_t entry = xtr__ole_find(ole, 0, name);
    if (entry < 0)
        return xtr_job_fail(job, XTR_E_CORRUPT, "is encrypted, but has no %s", name);
    int code = xtr__ole_read(ole, (uint32_t)entry, data, size);
    if (!*data)
        return xtr_job_fail(job, code, "cannot read %s", name);
    if (code)
        xtr_warn(xtr_job_builder(job), XTR_E_CORRUPT, 0, "the encrypted package ends early");
    return XTR_OK;
}

/* Reads what says how it is encrypted, and finds the key. */
static int unlock(xtr__crypt **crypt, xtr_job *job, xtr__ole *ole) {
    unsigned char *info;
    size_t size;
    int code = read_stream(job, ole, "EncryptionInfo", &info, &size);
    if (!code)
        code = xtr__crypt_open(crypt, job, info, size);
    free(info);
    if (code)
        return code;
    xtr__crypt_method method = xtr__crypt_method_of(*crypt);
    if (method != XTR__CRYPT_AGILE && method != XTR__CRYPT_STANDARD)
        return xtr_job_fail(job, XTR_E_UNSUPPORTED,
                            "is encrypted in a way that no password opens: a package by RC4");
    return xtr__crypt_unlock(*crypt);
}

/* The decrypted archive, to go on with. */
static int decrypt(xtr_job *job, xtr__ole *ole, xtr__crypt *crypt, unsigned char **data,
                   size_t *size) {
    bool altered;
    int code = read_stream(job, ole, "EncryptedPackage", data, size);
    if (code)
        return code;
    *size = xtr__crypt_package(crypt, *data, *size, &altered);
    if (altered)
        xtr_warn(xtr_job_builder(job), XTR_E_CORRUPT, 0,
                 "the encrypted package was changed after it was made");
    return XTR_OK;
}

/* What is protected by rights management has a key on a server; the streams are those of
 * [MS-OFFCRYPTO] 2.2.6 and, in binary documents, 2.2.8 to 2.2.11. */
static bool has_rights(xtr__ole *ole) {
    if (xtr__ole_find(ole, 0, "\011DRMContent") >= 0)
        return true;
    int64_t spaces = xtr__ole_find(ole, 0, "\006DataSpaces");
    int64_t info = spaces < 0 ? -1 : xtr__ole_find(ole, (uint32_t)spaces, "DataSpaceInfo");
    return info >= 0 && xtr__ole_find(ole, (uint32_t)info, "DRMEncryptedDataSpace") >= 0;
}

static int run(xtr_job *job) {
    xtr__ole *ole;
    xtr__crypt *crypt = NULL;
    unsigned char *data = NULL;
    size_t size = 0;
    int code = xtr__ole_open(&ole, job);
    if (code)
        return code;
    if (has_rights(ole))
        code = xtr_job_fail(job, XTR_E_UNSUPPORTED,
                            "is protected by rights management: no password opens it");
    else if (xtr__ole_find(ole, 0, "EncryptedPackage") < 0)
        code = xtr_job_fail(job, XTR_E_MISMATCH, "has no encrypted package inside");
    else
        code = unlock(&crypt, job, ole);
    if (!code && !xtr_job_should_stop(job))
        code = decrypt(job, ole, crypt, &data, &size);
    xtr__crypt_drop(crypt);
    xtr__ole_drop(ole);
    if (!data || code || xtr_job_should_stop(job)) {
        free(data);
        return code;
    }
    return xtr_job_continue(job, data, size, xtr_input_name(xtr_job_input(job)));
}

const xtr_extractor xtr_extractor_encrypted_office = {
    .name = "encrypted_office",
    .title = "Encrypted Office documents",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_WRAPPED,
    .run = run,
    .flags = XTR_UNWRAPS,
};
