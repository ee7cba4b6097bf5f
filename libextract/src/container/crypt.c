/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Encryption of Office files: which one it is, passwords, and what the kinds have in common. */
#include "container/crypt.h"
#include "container/crypt_parts.h"
#include "detect/probe.h"

#include <nettle/base64.h>
#include <nettle/cbc.h>
#include <stdlib.h>
#include <string.h>

/* Opening ----------------------------------------------------------------------------------- */

static xtr__crypt *crypt_new(xtr_job *job) {
    xtr__crypt *crypt = calloc(1, sizeof *crypt);
    if (crypt)
        crypt->job = job;
    else
        xtr_job_fail(job, XTR_E_MEMORY, "out of memory");
    return crypt;
}

/* [MS-OFFCRYPTO] 2.3.4.5, 2.3.4.10, 2.3.5.1 and 2.3.6.1 all begin with a version. */
static int read_info(xtr__crypt *crypt, const unsigned char *info, size_t size) {
    if (size < 4)
        return xtr_job_fail(crypt->job, XTR_E_CORRUPT, "is encrypted, but does not say how");
    unsigned major = xtr__le16(info);
    unsigned minor = xtr__le16(info + 2);
    if (major == 4 && minor == 4)
        return size < 8
                   ? xtr_job_fail(crypt->job, XTR_E_CORRUPT, "is encrypted, but does not say how")
                   : xtr__agile_open(crypt, info + 8, size - 8);
    if ((major == 1 && minor == 1) || (major >= 2 && major <= 4 && minor == 2))
        return xtr__binary_open(crypt, major, info + 4, size - 4);
    return xtr_job_fail(crypt->job, XTR_E_UNSUPPORTED,
                        "is encrypted in a way that no password opens: version %u.%u", major,
                        minor);
}

int xtr__crypt_open(xtr__crypt **out, xtr_job *job, const unsigned char *info, size_t size) {
    *out = crypt_new(job);
    if (!*out)
        return XTR_E_MEMORY;
    int code = read_info(*out, info, size);
    if (code) {
        xtr__crypt_drop(*out);
        *out = NULL;
    }
    return code;
}

int xtr__crypt_open_xor(xtr__crypt **out, xtr_job *job, uint16_t key, uint16_t verifier) {
    *out = crypt_new(job);
    if (!*out)
        return XTR_E_MEMORY;
    (*out)->method = XTR__CRYPT_XOR;
    (*out)->xor_key = key;
    (*out)->xor_verifier = verifier;
    return XTR_OK;
}

void xtr__crypt_drop(xtr__crypt *crypt) {
    free(crypt);
}

xtr__crypt_method xtr__crypt_method_of(const xtr__crypt *crypt) {
    return crypt->method;
}

/* Passwords --------------------------------------------------------------------------------- */

static void put_unit(xtr__secret *secret, uint32_t unit) {
    if (secret->size + 2 > sizeof secret->data)
        return;
    secret->data[secret->size++] = (unsigned char)unit;
    secret->data[secret->size++] = (unsigned char)(unit >> 8);
}

/* UTF-8 to UTF-16; a byte that is not of UTF-8 stands for itself, as in Latin-1. */
static void read_password(xtr__secret *secret, const char *password) {
    const unsigned char *p = (const unsigned char *)password;
    secret->size = 0;
    while (*p) {
        unsigned more = *p >= 0xF0 && *p < 0xF8   ? 3
                        : *p >= 0xE0 && *p < 0xF0 ? 2
                        : *p >= 0xC2 && *p < 0xE0 ? 1
                                                  : 0;
        uint32_t c = more ? *p & (0x3FU >> more) : *p;
        unsigned i = 1;
        for (; i <= more && (p[i] & 0xC0) == 0x80; i++)
            c = c << 6 | (p[i] & 0x3F);
        if (i <= more) {
            c = *p;
            more = 0;
        }
        p += more + 1;
        if (c >= 0x10000 && c < 0x110000) {
            put_unit(secret, 0xD800 + ((c - 0x10000) >> 10));
            c = 0xDC00 + ((c - 0x10000) & 0x3FF);
        }
        put_unit(secret, c);
    }
}

static bool opens(xtr__crypt *crypt, const char *password) {
    xtr__secret secret;
    read_password(&secret, password);
    switch (crypt->method) {
    case XTR__CRYPT_XOR:
        return xtr__xor_unlock(crypt, &secret);
    case XTR__CRYPT_AGILE:
        return xtr__agile_unlock(crypt, &secret);
    case XTR__CRYPT_RC4:
    case XTR__CRYPT_RC4_CAPI:
    case XTR__CRYPT_STANDARD:
        break;
    }
    return xtr__binary_unlock(crypt, &secret);
}

int xtr__crypt_unlock(xtr__crypt *crypt) {
    /* [MS-XLS] 2.2.10: the password of workbooks that may be read by all. */
    static const char *const usual[] = {"VelvetSweatshop", ""};
    const xtr_list *given = &xtr_job_options(crypt->job)->password;
    bool open = false;
    for (size_t i = 0; i < given->count && !open && !xtr_job_should_stop(crypt->job); i++)
        open = opens(crypt, given->items[i]);
    for (size_t i = 0; i < 2 && !open && !xtr_job_should_stop(crypt->job); i++)
        open = opens(crypt, usual[i]);
    if (open || xtr_job_should_stop(crypt->job))
        return XTR_OK;
    if (!given->count)
        return xtr_job_fail(crypt->job, XTR_E_PASSWORD_REQUIRED,
                            "needs a password: pass --password");
    return xtr_job_fail(crypt->job, XTR_E_PASSWORD_WRONG,
                        "the password is wrong: pass another one with --password");
}

void xtr__field_decode(xtr__field *out, const char *text) {
    struct base64_decode_ctx context;
    size_t length = text ? strlen(text) : 0;
    out->size = 0;
    base64_decode_init(&context);
    if (length && BASE64_DECODE_LENGTH(length) <= sizeof out->data) {
        out->size = sizeof out->data;
        if (!base64_decode_update(&context, &out->size, out->data, length, text))
            out->size = 0;
    }
}

/* Parts ------------------------------------------------------------------------------------- */

void xtr__digest(const struct nettle_hash *hash, unsigned char *out, const void *a, size_t a_size,
                 const void *b, size_t b_size) {
    _Alignas(16) unsigned char context[512]; /* room for each of nettle's */
    hash->init(context);
    hash->update(context, a_size, a);
    if (b_size)
        hash->update(context, b_size, b);
    hash->digest(context, hash->digest_size, out);
}

bool xtr__spin(xtr_job *job, const struct nettle_hash *hash, unsigned char *digest,
               uint32_t spins) {
    enum { LOOK = 4096 }; /* some two milliseconds */
    unsigned char counter[4];
    for (uint32_t i = 0; i < spins; i++) {
        if (i % LOOK == 0 && xtr_job_should_stop(job))
            return false;
        for (unsigned j = 0; j < 4; j++)
            counter[j] = (unsigned char)(i >> (8 * j));
        xtr__digest(hash, digest, counter, sizeof counter, digest, hash->digest_size);
    }
    return true;
}

typedef union aes {
    struct aes128_ctx aes128;
    struct aes192_ctx aes192;
    struct aes256_ctx aes256;
} aes;

void xtr__aes_decrypt(const unsigned char *key, size_t key_size, const unsigned char *iv,
                      unsigned char *data, size_t size) {
    aes context;
    nettle_cipher_func *decrypt = key_size == 16   ? (nettle_cipher_func *)aes128_decrypt
                                  : key_size == 24 ? (nettle_cipher_func *)aes192_decrypt
                                                   : (nettle_cipher_func *)aes256_decrypt;
    if (key_size == 16)
        aes128_set_decrypt_key(&context.aes128, key);
    else if (key_size == 24)
        aes192_set_decrypt_key(&context.aes192, key);
    else
        aes256_set_decrypt_key(&context.aes256, key);
    if (iv) {
        unsigned char chain[AES_BLOCK_SIZE];
        memcpy(chain, iv, sizeof chain);
        cbc_decrypt(&context, decrypt, AES_BLOCK_SIZE, chain, size, data, data);
    } else {
        decrypt(&context, size, data, data);
    }
}

size_t xtr__crypt_package(xtr__crypt *crypt, unsigned char *data, size_t size, bool *altered) {
    *altered = false;
    return crypt->method == XTR__CRYPT_AGILE ? xtr__agile_package(crypt, data, size, altered)
                                             : xtr__standard_package(crypt, data, size);
}
