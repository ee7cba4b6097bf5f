/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Encryption of binary Office documents and the standard one of packages: [MS-OFFCRYPTO] 2.3.4.5 to
 * 2.3.4.9 (standard, AES), 2.3.5 (RC4 of CryptoAPI), 2.3.6 (RC4) and 2.3.7 (XOR). */
#include "container/crypt_parts.h"
#include "detect/probe.h"

#include <nettle/md5.h>
#include <nettle/memops.h>
#include <nettle/sha1.h>
#include <string.h>

enum {
    RC4_SALT = 16,
    HEADER_LEAST = 32, /* fixed fields of EncryptionHeader, 2.3.2 */
    STANDARD_SPINS = 50000,
    OF_RC4 = 0x6801, /* AlgID, 2.3.2 */
    OF_AES128 = 0x660E,
    OF_AES256 = 0x6610
};

/* Opening ----------------------------------------------------------------------------------- */

static int fail_damaged(const xtr__crypt *crypt) {
    return xtr_job_fail(crypt->job, XTR_E_CORRUPT, "is encrypted, but what says how is damaged");
}

static void set_field(xtr__field *field, const unsigned char *data, size_t size) {
    memcpy(field->data, data, size);
    field->size = size;
}

/* 2.3.6.1: salt, verifier and its hash. */
static int open_rc4(xtr__crypt *crypt, const unsigned char *info, size_t size) {
    if (size < 3 * RC4_SALT)
        return fail_damaged(crypt);
    crypt->method = XTR__CRYPT_RC4;
    set_field(&crypt->salt, info, RC4_SALT);
    set_field(&crypt->verifier, info + RC4_SALT, RC4_SALT);
    set_field(&crypt->verifier_hash, info + (size_t)2 * RC4_SALT, MD5_DIGEST_SIZE);
    return XTR_OK;
}

/* EncryptionHeader; a key size of 0 means 40 bits. */
static int read_header(xtr__crypt *crypt, const unsigned char *header) {
    uint32_t algorithm = xtr__le32(header + 8);
    uint32_t bits = xtr__le32(header + 16);
    if (algorithm == OF_RC4) {
        crypt->method = XTR__CRYPT_RC4_CAPI;
        crypt->key_size = bits ? bits / 8 : 5;
        return crypt->key_size >= 5 && crypt->key_size <= 16 ? XTR_OK : fail_damaged(crypt);
    }
    if (algorithm < OF_AES128 || algorithm > OF_AES256)
        return xtr_job_fail(crypt->job, XTR_E_UNSUPPORTED,
                            "is encrypted in a way that no password opens: algorithm 0x%X",
                            (unsigned)algorithm);
    crypt->method = XTR__CRYPT_STANDARD;
    crypt->key_size = 16 + 8 * (size_t)(algorithm - OF_AES128);
    return XTR_OK;
}

int xtr__binary_open(xtr__crypt *crypt, unsigned major, const unsigned char *info, size_t size) {
    if (major == 1)
        return open_rc4(crypt, info, size);
    /* Flags, size of the header, header, verifier (2.3.3). */
    uint32_t header = size >= 8 ? xtr__le32(info + 4) : 0;
    if (header < HEADER_LEAST || header > size - 8)
        return fail_damaged(crypt);
    int code = read_header(crypt, info + 8);
    if (code)
        return code;
    const unsigned char *verifier = info + 8 + header;
    size_t left = size - 8 - header;
    size_t hash = crypt->method == XTR__CRYPT_STANDARD ? 32 : SHA1_DIGEST_SIZE;
    if (left < 40 + hash || xtr__le32(verifier) != RC4_SALT)
        return fail_damaged(crypt);
    set_field(&crypt->salt, verifier + 4, RC4_SALT);
    set_field(&crypt->verifier, verifier + 20, RC4_SALT);
    set_field(&crypt->verifier_hash, verifier + 40, hash);
    return XTR_OK;
}

/* RC4 --------------------------------------------------------------------------------------- */

/* Begins the key stream of a block: 2.3.6.2 and 2.3.5.2. */
static void begin_block(xtr__crypt *crypt, uint32_t block) {
    const unsigned char number[4] = {(unsigned char)block, (unsigned char)(block >> 8),
                                     (unsigned char)(block >> 16), (unsigned char)(block >> 24)};
    unsigned char key[SHA1_DIGEST_SIZE] = {0};
    size_t size = 16;
    if (crypt->method == XTR__CRYPT_RC4) {
        xtr__digest(&nettle_md5, key, crypt->base, 5, number, sizeof number);
    } else {
        xtr__digest(&nettle_sha1, key, crypt->base, SHA1_DIGEST_SIZE, number, sizeof number);
        size = crypt->key_size;
        if (size == 5) { /* 40 bits are filled to 128 by zeros */
            memset(key + 5, 0, 11);
            size = 16;
        }
    }
    arcfour_set_key(&crypt->stream, size, key);
    crypt->stream_block = block;
    crypt->stream_at = 0;
    crypt->stream_open = true;
}

static void skip(xtr__crypt *crypt, size_t size) {
    unsigned char waste[256];
    while (size) {
        size_t step = size < sizeof waste ? size : sizeof waste;
        memset(waste, 0, step);
        arcfour_crypt(&crypt->stream, step, waste, waste);
        size -= step;
    }
}

void xtr__crypt_rc4(xtr__crypt *crypt, uint32_t block, size_t at, unsigned char *data,
                    size_t size) {
    if (!crypt->stream_open || crypt->stream_block != block || crypt->stream_at > at)
        begin_block(crypt, block);
    skip(crypt, at - crypt->stream_at);
    arcfour_crypt(&crypt->stream, size, data, data);
    crypt->stream_at = at + size;
}

void xtr__crypt_rc4_stream(xtr__crypt *crypt, size_t block_size, uint64_t at, unsigned char *data,
                           size_t size) {
    while (size) {
        size_t inside = (size_t)(at % block_size);
        size_t step = block_size - inside < size ? block_size - inside : size;
        xtr__crypt_rc4(crypt, (uint32_t)(at / block_size), inside, data, step);
        at += step;
        data += step;
        size -= step;
    }
}

/* 2.3.6.2: of a hash that is cut to 40 bits, sixteen times with the salt. */
static void make_rc4_base(xtr__crypt *crypt, const xtr__secret *secret) {
    unsigned char digest[MD5_DIGEST_SIZE], buffer[(5 + RC4_SALT) * 16];
    xtr__digest(&nettle_md5, digest, secret->data, secret->size, NULL, 0);
    for (size_t i = 0; i < 16; i++) {
        memcpy(buffer + i * (5 + RC4_SALT), digest, 5);
        memcpy(buffer + i * (5 + RC4_SALT) + 5, crypt->salt.data, RC4_SALT);
    }
    xtr__digest(&nettle_md5, crypt->base, buffer, sizeof buffer, NULL, 0);
}

static bool unlock_rc4(xtr__crypt *crypt) {
    const struct nettle_hash *hash = crypt->method == XTR__CRYPT_RC4 ? &nettle_md5 : &nettle_sha1;
    unsigned char digest[XTR__DIGEST_MOST];
    xtr__field verifier = crypt->verifier, expected = crypt->verifier_hash;
    crypt->stream_open = false;
    xtr__crypt_rc4(crypt, 0, 0, verifier.data, verifier.size);
    xtr__crypt_rc4(crypt, 0, verifier.size, expected.data, expected.size);
    crypt->stream_open = false;
    xtr__digest(hash, digest, verifier.data, verifier.size, NULL, 0);
    return memeql_sec(digest, expected.data, hash->digest_size);
}

/* Standard ---------------------------------------------------------------------------------- */

/* 2.3.4.7 */
static bool unlock_standard(xtr__crypt *crypt) {
    static const unsigned char none[4] = {0};
    unsigned char digest[SHA1_DIGEST_SIZE], padded[64], made[2 * SHA1_DIGEST_SIZE] = {0};
    if (!xtr__spin(crypt->job, &nettle_sha1, crypt->base, STANDARD_SPINS))
        return false;
    xtr__digest(&nettle_sha1, digest, crypt->base, SHA1_DIGEST_SIZE, none, sizeof none);
    for (size_t half = 0; half < 2; half++) {
        memset(padded, half ? 0x5C : 0x36, sizeof padded);
        for (size_t i = 0; i < sizeof digest; i++)
            padded[i] ^= digest[i];
        xtr__digest(&nettle_sha1, made + half * SHA1_DIGEST_SIZE, padded, sizeof padded, NULL, 0);
    }
    memcpy(crypt->key, made, crypt->key_size);
    xtr__field verifier = crypt->verifier, expected = crypt->verifier_hash;
    xtr__aes_decrypt(crypt->key, crypt->key_size, NULL, verifier.data, verifier.size);
    xtr__aes_decrypt(crypt->key, crypt->key_size, NULL, expected.data, expected.size);
    xtr__digest(&nettle_sha1, digest, verifier.data, verifier.size, NULL, 0);
    return memeql_sec(digest, expected.data, sizeof digest);
}

size_t xtr__standard_package(xtr__crypt *crypt, unsigned char *data, size_t size) {
    enum { STEP = 1 << 16 };
    if (size < 8)
        return 0;
    uint64_t stated = xtr__le64(data);
    size_t whole = (size - 8) / AES_BLOCK_SIZE * AES_BLOCK_SIZE;
    memmove(data, data + 8, whole);
    for (size_t at = 0; at < whole && !xtr_job_should_stop(crypt->job); at += STEP)
        xtr__aes_decrypt(crypt->key, crypt->key_size, NULL, data + at,
                         whole - at < STEP ? whole - at : STEP);
    return stated < whole ? (size_t)stated : whole;
}

bool xtr__binary_unlock(xtr__crypt *crypt, const xtr__secret *secret) {
    if (crypt->method == XTR__CRYPT_RC4) {
        make_rc4_base(crypt, secret);
        return unlock_rc4(crypt);
    }
    xtr__digest(&nettle_sha1, crypt->base, crypt->salt.data, crypt->salt.size, secret->data,
                secret->size);
    return crypt->method == XTR__CRYPT_STANDARD ? unlock_standard(crypt) : unlock_rc4(crypt);
}

/* XOR --------------------------------------------------------------------------------------- */

/* A step of the shift register (CRC-CCITT) that XOR keys come from. */
static uint16_t shift(uint16_t value) {
    return (uint16_t)(value << 1 ^ (value & 0x8000 ? 0x1021 : 0));
}

/* CreateXorKey_Method1 in 2.3.7.2, whose tables hold the states of this register. */
static uint16_t xor_key_of(const unsigned char *password, size_t length) {
    uint16_t base = 0x8000, end = 0xFFFF, key = 0;
    for (size_t i = length; i-- > 0;) {
        for (unsigned bit = 0; bit < 8; bit++) {
            base = shift(base);
            end = shift(end);
            if (bit < 7 && password[i] >> bit & 1)
                key ^= base;
        }
    }
    return key ^ end;
}

/* 2.3.7.1 */
static uint16_t xor_verifier_of(const unsigned char *password, size_t length) {
    unsigned verifier = 0;
    for (size_t i = length + 1; i-- > 0;)
        verifier = ((verifier >> 14 & 1) | (verifier << 1 & 0x7FFF)) ^
                   (i ? password[i - 1] : (unsigned)length);
    return (uint16_t)(verifier ^ 0xCE4B);
}

bool xtr__xor_unlock(xtr__crypt *crypt, const xtr__secret *secret) {
    static const unsigned char pad[15] = {0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80,
                                          0x00, 0xBE, 0x0F, 0x00, 0xBF, 0x0F, 0x00};
    unsigned char password[15];
    size_t length = 0;
    /* Characters are bytes of a code page: the low ones of UTF-16, or, where that is 0, the high
     * ones. */
    for (size_t i = 0; i + 1 < secret->size && length < sizeof password; i += 2)
        password[length++] = secret->data[i] ? secret->data[i] : secret->data[i + 1];
    if (!length || xor_key_of(password, length) != crypt->xor_key ||
        xor_verifier_of(password, length) != crypt->xor_verifier)
        return false;
    for (size_t i = 0; i < sizeof crypt->xor_array; i++) {
        unsigned char byte = i < length ? password[i] : pad[i - length];
        byte ^= (unsigned char)(i % 2 ? crypt->xor_key >> 8 : crypt->xor_key);
        crypt->xor_array[i] = (unsigned char)(byte >> 1 | byte << 7);
    }
    return true;
}

void xtr__crypt_xor(const xtr__crypt *crypt, size_t index, unsigned char *data, size_t size) {
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = data[i] ^ crypt->xor_array[(index + i) % 16];
        data[i] = (unsigned char)(byte << 3 | byte >> 5);
    }
}

void xtr__crypt_xor_text(const xtr__crypt *crypt, size_t index, unsigned char *data, size_t size) {
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = data[i] ^ crypt->xor_array[(index + i) % 16];
        if (data[i] && byte) /* no byte becomes, or was, zero */
            data[i] = byte;
    }
}
