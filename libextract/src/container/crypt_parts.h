/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the files of crypt.c share. */
#ifndef XTR_CRYPT_PARTS_H
#define XTR_CRYPT_PARTS_H

#include "container/crypt.h"

#include <nettle/aes.h>
#include <nettle/arcfour.h>
#include <nettle/nettle-meta.h>

enum {
    XTR__SALT_MOST = 64,     /* bytes of a salt that are looked at: more than any writer makes */
    XTR__DIGEST_MOST = 64,   /* SHA-512 */
    XTR__PASSWORD_MOST = 510 /* bytes: 255 characters of UTF-16 */
};

/** A password as it is hashed: UTF-16LE. */
typedef struct xtr__secret {
    unsigned char data[XTR__PASSWORD_MOST];
    size_t size;
} xtr__secret;

typedef struct xtr__field {
    unsigned char data[XTR__SALT_MOST + XTR__DIGEST_MOST];
    size_t size;
} xtr__field;

/** Agile: of the package (keyData) or of the password (the key encryptor). */
typedef struct xtr__agile_key {
    const struct nettle_hash *hash;
    size_t hash_size, key_size, block_size; /* bytes; 0: not said */
    xtr__field salt;
    bool supported; /* AES-CBC and a hash we have */
} xtr__agile_key;

struct xtr__crypt {
    xtr_job *job;
    xtr__crypt_method method;

    /* XOR */
    uint16_t xor_key, xor_verifier;
    unsigned char xor_array[16];

    /* RC4, CryptoAPI, standard */
    size_t key_size;
    xtr__field salt, verifier, verifier_hash;
    unsigned char base[XTR__DIGEST_MOST]; /* the hash that keys of blocks are made of */
    struct arcfour_ctx stream;            /* at `stream_at` of block `stream_block` */
    uint32_t stream_block;
    size_t stream_at;
    bool stream_open;

    /* Agile */
    xtr__agile_key data_key, password_key;
    uint32_t spins;
    xtr__field key_value, hmac_key, hmac_value; /* encrypted */

    unsigned char key[32]; /* of the package */
};

/** Bytes in base64; NULL, malformed or too many ones give none. */
void xtr__field_decode(xtr__field *out, const char *text);

/** Reads the XML descriptor of agile encryption. XTR_OK or what xtr_job_fail returned. */
int xtr__agile_open(xtr__crypt *crypt, const unsigned char *xml, size_t size);
bool xtr__agile_unlock(xtr__crypt *crypt, const xtr__secret *secret);
size_t xtr__agile_package(xtr__crypt *crypt, unsigned char *data, size_t size, bool *altered);

/** Reads the header of RC4, CryptoAPI and standard encryption, after its version. */
int xtr__binary_open(xtr__crypt *crypt, unsigned major, const unsigned char *info, size_t size);
bool xtr__binary_unlock(xtr__crypt *crypt, const xtr__secret *secret);
size_t xtr__standard_package(xtr__crypt *crypt, unsigned char *data, size_t size);

bool xtr__xor_unlock(xtr__crypt *crypt, const xtr__secret *secret);

/** AES in CBC, or, without an `iv`, in ECB, in place; `size` is a multiple of 16. */
void xtr__aes_decrypt(const unsigned char *key, size_t key_size, const unsigned char *iv,
                      unsigned char *data, size_t size);

/** The hash of up to three pieces; NULL is none. */
void xtr__digest(const struct nettle_hash *hash, unsigned char *out, const void *a, size_t a_size,
                 const void *b, size_t b_size);

/** Hashes `digest` with a counter before it, `spins` times. False when the job should stop. */
bool xtr__spin(xtr_job *job, const struct nettle_hash *hash, unsigned char *digest, uint32_t spins);

#endif
