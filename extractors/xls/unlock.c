/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Encrypted workbooks ([MS-XLS] 2.2.10): the data of records are encrypted, their headers not, and
 * a few records are plain altogether. */
#include "xls/xls.h"

/* Records whose data are plain. */
static bool is_plain(unsigned type) {
    static const uint16_t plain[] = {XTR__R_FILEPASS,
                                     XTR__R_INTERFACEHDR,
                                     0x138, /* RRDHead */
                                     0x194, /* UsrExcl */
                                     0x195, /* FileLock */
                                     0x196 /* RRDInfo */};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        if (type == plain[i])
            return true;
    }
    return xtr__xls_is_bof(type);
}

static void decrypt(xtr__xls *book, xtr__crypt *crypt, size_t from) {
    enum { LOOK = 1024, RC4_BLOCK = 1024 };
    xtr__xls_record record;
    for (size_t i = 1; xtr__xls_record_at(book, from, &record); i++, from = record.next) {
        if (i % LOOK == 0 && xtr_job_should_stop(book->job))
            return;
        size_t plain = is_plain(record.type)              ? record.size
                       : record.type == XTR__R_BOUNDSHEET ? 4 /* where the sheet begins */
                                                          : 0;
        if (plain >= record.size)
            continue;
        unsigned char *data = book->stream + record.at + 4 + plain;
        size_t size = record.size - plain;
        if (xtr__crypt_method_of(crypt) == XTR__CRYPT_XOR)
            xtr__crypt_xor(crypt, record.at + 4 + record.size + plain, data, size);
        else
            xtr__crypt_rc4_stream(crypt, RC4_BLOCK, record.at + 4 + plain, data, size);
    }
}

/* XOR in BIFF5 and, as type 0, in BIFF8; else what begins with a version. */
static int open_crypt(xtr__crypt **crypt, xtr__xls *book, const xtr__xls_record *filepass) {
    const unsigned char *data = filepass->data;
    size_t size = filepass->size;
    if (book->version >= 8 && size >= 2 && xtr__le16(data))
        return xtr__crypt_open(crypt, book->job, data + 2, size - 2);
    size_t at = book->version >= 8 ? 2 : 0;
    if (size < at + 4)
        return xtr_job_fail(book->job, XTR_E_CORRUPT, "is encrypted, but does not say how");
    return xtr__crypt_open_xor(crypt, book->job, xtr__le16(data + at), xtr__le16(data + at + 2));
}

int xtr__xls_unlock(xtr__xls *book, const xtr__xls_record *filepass) {
    xtr__crypt *crypt = NULL;
    int code = open_crypt(&crypt, book, filepass);
    if (code)
        return code;
    xtr__crypt_method method = xtr__crypt_method_of(crypt);
    if (method == XTR__CRYPT_AGILE || method == XTR__CRYPT_STANDARD)
        code = xtr_job_fail(book->job, XTR_E_UNSUPPORTED,
                            "is encrypted in a way that no password opens: a workbook by AES");
    else
        code = xtr__crypt_unlock(crypt);
    if (!code && !xtr_job_should_stop(book->job))
        decrypt(book, crypt, filepass->next);
    xtr__crypt_drop(crypt);
    return code;
}
