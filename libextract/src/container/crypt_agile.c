/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Agile encryption of packages: [MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15. An XML descriptor names the
 * hash, the cipher and the salts, of the package and of the password. */
#include "container/crypt_parts.h"
#include "container/xml.h"
#include "detect/probe.h"

#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <stdlib.h>
#include <string.h>

enum { SEGMENT = 4096, MOST_SPINS = 1000000, MOST_BLOCK = 16 };

/* Keys for one purpose each: 2.3.4.13, 2.3.4.14 */
static const unsigned char for_input[8] = {0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79};
static const unsigned char for_hash[8] = {0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E};
static const unsigned char for_key[8] = {0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6};
static const unsigned char for_hmac_key[8] = {0x5F, 0xB2, 0xAD, 0x01, 0x0C, 0xB9, 0xE1, 0xF6};
static const unsigned char for_hmac[8] = {0xA0, 0x67, 0x7F, 0x02, 0xB2, 0x2C, 0x84, 0x33};

enum { KEY_DATA = 1, INTEGRITY, ENCRYPTED_KEY };

static const xtr__xml_space spaces[] = {
    {"e", "http://schemas.microsoft.com/office/2006/encryption"},
    {"p", "http://schemas.microsoft.com/office/2006/keyEncryptor/password"},
};

static const xtr__xml_name names[] = {
    {"e:keyData", KEY_DATA},
    {"e:dataIntegrity", INTEGRITY},
    {"p:encryptedKey", ENCRYPTED_KEY},
};

/* The descriptor ---------------------------------------------------------------------------- */

static const struct {
    const char *name;
    const struct nettle_hash *hash;
} hashes[] = {
    {"SHA512", &nettle_sha512},
    {"SHA-512", &nettle_sha512},
    {"SHA384", &nettle_sha384},
    {"SHA-384", &nettle_sha384},
    {"SHA256", &nettle_sha256},
    {"SHA-256", &nettle_sha256},
    {"SHA1", &nettle_sha1},
    {"SHA-1", &nettle_sha1},
    {"MD5", &nettle_md5},
    {"MD4", &nettle_md4},
    {"RIPEMD-160", &nettle_ripemd160},
    {"RIPEMD160", &nettle_ripemd160},
};

static size_t number_of(const xtr__xml_element *element, const char *name) {
    const char *value = xtr__xml_attribute_named(element, name);
    unsigned long number = value ? strtoul(value, NULL, 10) : 0;
    return number <= UINT32_MAX ? number : UINT32_MAX;
}

static void read_field(xtr__field *out, const xtr__xml_element *element, const char *name) {
    xtr__field_decode(out, xtr__xml_attribute_named(element, name));
}

static bool has_value(const xtr__xml_element *element, const char *name, const char *value) {
    const char *found = xtr__xml_attribute_named(element, name);
    return found && !strcmp(found, value);
}

static void read_key(xtr__agile_key *key, const xtr__xml_element *element) {
    const char *hash = xtr__xml_attribute_named(element, "hashAlgorithm");
    key->hash = NULL;
    for (size_t i = 0; hash && i < sizeof hashes / sizeof *hashes; i++) {
        if (!strcmp(hash, hashes[i].name))
            key->hash = hashes[i].hash;
    }
    key->hash_size = number_of(element, "hashSize");
    key->block_size = number_of(element, "blockSize");
    key->key_size = number_of(element, "keyBits") / 8;
    read_field(&key->salt, element, "saltValue");
    bool fits = key->key_size == 16 || key->key_size == 24 || key->key_size == 32;
    key->supported = key->hash && fits && key->block_size == AES_BLOCK_SIZE &&
                     has_value(element, "cipherAlgorithm", "AES") &&
                     has_value(element, "cipherChaining", "ChainingModeCBC");
}

static void begin_element(void *payload, const xtr__xml_element *element) {
    xtr__crypt *crypt = payload;
    switch (element->id) {
    case KEY_DATA:
        read_key(&crypt->data_key, element);
        break;
    case INTEGRITY:
        read_field(&crypt->hmac_key, element, "encryptedHmacKey");
        read_field(&crypt->hmac_value, element, "encryptedHmacValue");
        break;
    case ENCRYPTED_KEY:
        read_key(&crypt->password_key, element);
        crypt->spins = (uint32_t)number_of(element, "spinCount");
        read_field(&crypt->verifier, element, "encryptedVerifierHashInput");
        read_field(&crypt->verifier_hash, element, "encryptedVerifierHashValue");
        read_field(&crypt->key_value, element, "encryptedKeyValue");
        break;
    default:
        break;
    }
}

/* What is decrypted comes in whole blocks. */
static bool is_whole(const xtr__field *field, size_t least) {
    return field->size >= least && field->size % AES_BLOCK_SIZE == 0;
}

int xtr__agile_open(xtr__crypt *crypt, const unsigned char *xml, size_t size) {
    crypt->method = XTR__CRYPT_AGILE;
    xtr__xml_handler handler = {.begin = begin_element};
    xtr__xml_names *known = xtr__xml_names_new(spaces, sizeof spaces / sizeof *spaces, names,
                                               sizeof names / sizeof *names);
    handler.names = known;
    int code = known ? xtr__xml_parse_bytes(crypt->job, xml, size, &handler, crypt) : XTR_E_MEMORY;
    xtr__xml_names_drop(known);
    if (code == XTR_E_MEMORY)
        return xtr_job_fail(crypt->job, code, "out of memory");
    const xtr__agile_key *password = &crypt->password_key;
    if (!password->salt.size && crypt->data_key.supported)
        return xtr_job_fail(crypt->job, XTR_E_UNSUPPORTED,
                            "is encrypted for certificates: no password opens it");
    if ((password->hash || crypt->data_key.hash) &&
        !(password->supported && crypt->data_key.supported))
        return xtr_job_fail(crypt->job, XTR_E_UNSUPPORTED,
                            "is encrypted in a way that no password opens: not by AES-CBC");
    if (!password->supported || !crypt->data_key.supported || !is_whole(&crypt->verifier, 1) ||
        !is_whole(&crypt->verifier_hash, password->hash->digest_size) ||
        !is_whole(&crypt->key_value, crypt->data_key.key_size))
        return xtr_job_fail(crypt->job, XTR_E_CORRUPT,
                            "is encrypted, but what says how is damaged");
    if (crypt->spins > MOST_SPINS)
        return xtr_job_fail(crypt->job, XTR_E_CORRUPT,
                            "is encrypted, but asks for %u rounds to make its key", crypt->spins);
    return XTR_OK;
}

/* Keys -------------------------------------------------------------------------------------- */

/* Longer ones are cut, shorter ones filled: 2.3.4.11, 2.3.4.12. */
static void fit(unsigned char *out, size_t size, const unsigned char *data, size_t have) {
    memset(out, 0x36, size);
    memcpy(out, data, have < size ? have : size);
}

/* Decrypts a field of the password's key by the one for this purpose. */
static void decrypt_field(const xtr__agile_key *key, const unsigned char *digest,
                          const unsigned char purpose[8], xtr__field *field) {
    unsigned char made[XTR__DIGEST_MOST], cipher_key[32], iv[AES_BLOCK_SIZE];
    xtr__digest(key->hash, made, digest, key->hash->digest_size, purpose, 8);
    fit(cipher_key, key->key_size, made, key->hash->digest_size);
    fit(iv, sizeof iv, key->salt.data, key->salt.size);
    xtr__aes_decrypt(cipher_key, key->key_size, iv, field->data, field->size);
}

bool xtr__agile_unlock(xtr__crypt *crypt, const xtr__secret *secret) {
    const xtr__agile_key *key = &crypt->password_key;
    unsigned char digest[XTR__DIGEST_MOST], expected[XTR__DIGEST_MOST];
    xtr__digest(key->hash, digest, key->salt.data, key->salt.size, secret->data, secret->size);
    if (!xtr__spin(crypt->job, key->hash, digest, crypt->spins))
        return false;
    xtr__field input = crypt->verifier, hash = crypt->verifier_hash, value = crypt->key_value;
    decrypt_field(key, digest, for_input, &input);
    decrypt_field(key, digest, for_hash, &hash);
    /* The verifier is as long as the salt; what follows fills its last block. */
    size_t size = input.size < key->salt.size ? input.size : key->salt.size;
    xtr__digest(key->hash, expected, input.data, size, NULL, 0);
    if (!memeql_sec(expected, hash.data, key->hash->digest_size))
        return false;
    decrypt_field(key, digest, for_key, &value);
    memcpy(crypt->key, value.data, crypt->data_key.key_size);
    return true;
}

/* The package ------------------------------------------------------------------------------- */

static void iv_of(const xtr__agile_key *key, unsigned char iv[AES_BLOCK_SIZE], const void *what,
                  size_t size) {
    unsigned char digest[XTR__DIGEST_MOST];
    xtr__digest(key->hash, digest, key->salt.data, key->salt.size, what, size);
    fit(iv, AES_BLOCK_SIZE, digest, key->hash->digest_size);
}

/* Decrypts a field of dataIntegrity; false when it is too short. */
static bool decrypt_integrity(const xtr__crypt *crypt, xtr__field *field,
                              const unsigned char purpose[8]) {
    const xtr__agile_key *key = &crypt->data_key;
    unsigned char iv[AES_BLOCK_SIZE];
    if (!is_whole(field, key->hash->digest_size))
        return false;
    iv_of(key, iv, purpose, 8);
    xtr__aes_decrypt(crypt->key, key->key_size, iv, field->data, field->size);
    return true;
}

/* HMAC over hash functions of any size. */
static void hmac(const struct nettle_hash *hash, unsigned char *out, const unsigned char *key,
                 const unsigned char *data, size_t size) {
    _Alignas(16) unsigned char outer[512], inner[512], state[512];
    hmac_set_key(outer, inner, state, hash, hash->digest_size, key);
    hmac_update(state, hash, size, data);
    hmac_digest(outer, inner, state, hash, hash->digest_size, out);
}

/* Whether the check of integrity (2.3.4.14) says that the data are others. */
static bool is_altered(const xtr__crypt *crypt, const unsigned char *data, size_t size) {
    const struct nettle_hash *hash = crypt->data_key.hash;
    xtr__field key = crypt->hmac_key, value = crypt->hmac_value;
    unsigned char digest[XTR__DIGEST_MOST];
    if (!key.size || !value.size) /* some writers make none */
        return false;
    if (!decrypt_integrity(crypt, &key, for_hmac_key) ||
        !decrypt_integrity(crypt, &value, for_hmac))
        return true;
    hmac(hash, digest, key.data, data, size);
    return !memeql_sec(digest, value.data, hash->digest_size);
}

size_t xtr__agile_package(xtr__crypt *crypt, unsigned char *data, size_t size, bool *altered) {
    const xtr__agile_key *key = &crypt->data_key;
    if (size < 8)
        return 0;
    *altered = is_altered(crypt, data, size);
    uint64_t stated = xtr__le64(data);
    size_t whole = (size - 8) / AES_BLOCK_SIZE * AES_BLOCK_SIZE;
    for (size_t at = 0; at < whole && !xtr_job_should_stop(crypt->job); at += SEGMENT) {
        unsigned char iv[AES_BLOCK_SIZE];
        uint32_t number = (uint32_t)(at / SEGMENT);
        const unsigned char counter[4] = {(unsigned char)number, (unsigned char)(number >> 8),
                                          (unsigned char)(number >> 16),
                                          (unsigned char)(number >> 24)};
        size_t length = whole - at < SEGMENT ? whole - at : SEGMENT;
        iv_of(key, iv, counter, sizeof counter);
        memmove(data + at, data + at + 8, length);
        xtr__aes_decrypt(crypt->key, key->key_size, iv, data + at, length);
    }
    return stated < whole ? (size_t)stated : whole;
}
