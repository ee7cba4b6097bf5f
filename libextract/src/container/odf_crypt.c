/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Encrypted OpenDocument packages (OpenDocument 1.3 part 2, 3.4 and 4.8): each part is deflated,
 * then encrypted by a key that is made of the password and a salt of its own. What comes of them is
 * a package in plain, in which nothing is deflated. */
#include "container/odf_crypt.h"
#include "container/crypt_parts.h"
#include "container/xml.h"

#include <nettle/blowfish.h>
#include <nettle/cfb.h>
#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { MOST_PARTS = 8192, MOST_ROUNDS = 1000000, CHECKED = 1024, STEP = 1 << 18 };

typedef struct entry {
    char *name;
    xtr__field iv, salt, checksum;
    size_t key_size;
    uint32_t rounds;
    bool encrypted, aes, start_sha256, check_sha256, supported;
} entry;

typedef struct package {
    xtr_job *job;
    xtr__zip *zip;
    entry *parts;
    size_t count, room;
    bool out_of_memory;
    const char *password; /* the one that opened a part, or NULL */

    /* The package in plain, and its directory */
    unsigned char *data;
    size_t size, data_room;
    unsigned char *directory;
    size_t directory_size, directory_room;
    unsigned entries;
    int64_t charged;
} package;

/* The manifest ------------------------------------------------------------------------------ */

enum { FILE_ENTRY = 1, ENCRYPTION, ALGORITHM, DERIVATION, START_KEY };

static const xtr__xml_space spaces[] = {
    {"m", "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"},
    {"m", "http://openoffice.org/2001/manifest"},
};

static const xtr__xml_name names[] = {
    {"m:file-entry", FILE_ENTRY},
    {"m:encryption-data", ENCRYPTION},
    {"m:algorithm", ALGORITHM},
    {"m:key-derivation", DERIVATION},
    {"m:start-key-generation", START_KEY},
};

static void add_part(package *p, const char *name) {
    if (p->count == p->room) {
        size_t more = p->room ? 2 * p->room : 16;
        entry *grown = more <= MOST_PARTS ? realloc(p->parts, more * sizeof *grown) : NULL;
        p->out_of_memory |= !grown;
        if (!grown)
            return;
        p->parts = grown;
        p->room = more;
    }
    p->parts[p->count] = (entry){.name = strdup(name ? name : ""), .key_size = 16};
    p->out_of_memory |= !p->parts[p->count].name;
    p->count += p->parts[p->count].name != NULL;
}

static bool ends_in(const char *text, const char *end) {
    size_t size = text ? strlen(text) : 0, tail = strlen(end);
    return size >= tail && !strcasecmp(text + size - tail, end);
}

static void read_algorithm(entry *now, const xtr__xml_element *element) {
    const char *name = xtr__xml_attribute_named(element, "algorithm-name");
    now->aes = ends_in(name, "#aes256-cbc") || ends_in(name, "#aes192-cbc") ||
               ends_in(name, "#aes128-cbc");
    now->supported = now->aes || ends_in(name, "Blowfish CFB") || ends_in(name, "#blowfish");
    xtr__field_decode(&now->iv, xtr__xml_attribute_named(element, "initialisation-vector"));
}

static size_t number_of(const xtr__xml_element *element, const char *name, size_t preset) {
    const char *value = xtr__xml_attribute_named(element, name);
    unsigned long number = value ? strtoul(value, NULL, 10) : preset;
    return number < UINT32_MAX ? number : UINT32_MAX;
}

static void read_derivation(entry *now, const xtr__xml_element *element) {
    const char *name = xtr__xml_attribute_named(element, "key-derivation-name");
    now->supported &= ends_in(name, "PBKDF2");
    now->rounds = (uint32_t)number_of(element, "iteration-count", 1024);
    now->key_size = number_of(element, "key-size", 16);
    xtr__field_decode(&now->salt, xtr__xml_attribute_named(element, "salt"));
}

static void begin_element(void *payload, const xtr__xml_element *element) {
    package *p = payload;
    if (element->id == FILE_ENTRY)
        add_part(p, xtr__xml_attribute_named(element, "full-path"));
    entry *now = p->count && !p->out_of_memory ? &p->parts[p->count - 1] : NULL;
    if (!now)
        return;
    switch (element->id) {
    case ENCRYPTION: {
        const char *type = xtr__xml_attribute_named(element, "checksum-type");
        now->encrypted = true;
        now->check_sha256 = ends_in(type, "#sha256-1k");
        xtr__field_decode(&now->checksum, xtr__xml_attribute_named(element, "checksum"));
        break;
    }
    case ALGORITHM:
        read_algorithm(now, element);
        break;
    case DERIVATION:
        read_derivation(now, element);
        break;
    case START_KEY:
        now->start_sha256 =
            ends_in(xtr__xml_attribute_named(element, "start-key-generation-name"), "#sha256");
        break;
    default:
        break;
    }
}

/* What the manifest says of each part. */
static int read_manifest(package *p) {
    unsigned char *data = NULL;
    size_t size = 0;
    int64_t at = xtr__zip_find(p->zip, "META-INF/manifest.xml");
    if (at < 0 || xtr__zip_read(p->zip, (size_t)at, &data, &size) ||
        !memmem(data, size, "encryption-data", 15)) {
        free(data);
        return XTR_OK;
    }
    xtr__xml_handler handler = {.begin = begin_element};
    xtr__xml_names *known = xtr__xml_names_new(spaces, sizeof spaces / sizeof *spaces, names,
                                               sizeof names / sizeof *names);
    handler.names = known;
    int code = known ? xtr__xml_parse_bytes(p->job, data, size, &handler, p) : XTR_E_MEMORY;
    xtr__xml_names_drop(known);
    free(data);
    if (code == XTR_E_MEMORY || p->out_of_memory)
        return xtr_job_fail(p->job, XTR_E_MEMORY, "out of memory");
    return XTR_OK;
}

/* Decryption -------------------------------------------------------------------------------- */

/* PBKDF2 with HMAC and SHA-1 (RFC 8018, 5.2), which asks whether to stop. False when it should. */
static bool derive(xtr_job *job, const unsigned char *secret, size_t secret_size, const entry *part,
                   unsigned char *key) {
    enum { LOOK = 4096 };
    struct hmac_sha1_ctx context;
    unsigned char block[2 * SHA1_DIGEST_SIZE] = {0}, round[SHA1_DIGEST_SIZE];
    hmac_sha1_set_key(&context, secret_size, secret);
    for (size_t number = 0; number < 2; number++) {
        const unsigned char tail[4] = {0, 0, 0, (unsigned char)(number + 1)};
        unsigned char *sum = block + number * SHA1_DIGEST_SIZE;
        hmac_sha1_update(&context, part->salt.size, part->salt.data);
        hmac_sha1_update(&context, sizeof tail, tail);
        hmac_sha1_digest(&context, sizeof round, round);
        memcpy(sum, round, sizeof round);
        for (uint32_t i = 1; i < part->rounds; i++) {
            if (i % LOOK == 0 && xtr_job_should_stop(job))
                return false;
            hmac_sha1_update(&context, sizeof round, round);
            hmac_sha1_digest(&context, sizeof round, round);
            for (size_t j = 0; j < sizeof round; j++)
                sum[j] ^= round[j];
        }
    }
    memcpy(key, block, part->key_size);
    return true;
}

static size_t decrypt(const entry *part, const unsigned char *key, unsigned char *data,
                      size_t size) {
    if (!part->aes) {
        struct blowfish_ctx context;
        unsigned char iv[BLOWFISH_BLOCK_SIZE];
        memcpy(iv, part->iv.data, sizeof iv);
        blowfish_set_key(&context, part->key_size, key);
        cfb_decrypt(&context, (nettle_cipher_func *)blowfish_encrypt, sizeof iv, iv, size, data,
                    data);
        return size;
    }
    size -= size % AES_BLOCK_SIZE;
    xtr__aes_decrypt(key, part->key_size, part->iv.data, data, size);
    size_t filled = size ? data[size - 1] : 0; /* the last byte counts those that fill up */
    return filled >= 1 && filled <= AES_BLOCK_SIZE ? size - filled : size;
}

static bool is_right(const entry *part, const unsigned char *data, size_t size) {
    const struct nettle_hash *hash = part->check_sha256 ? &nettle_sha256 : &nettle_sha1;
    unsigned char digest[XTR__DIGEST_MOST];
    xtr__digest(hash, digest, data, size < CHECKED ? size : CHECKED, NULL, 0);
    return part->checksum.size == hash->digest_size &&
           memeql_sec(digest, part->checksum.data, hash->digest_size);
}

/* Decrypts a copy of a part into `data`, its size into `plain`; false when it is another key. */
static bool open_with(package *p, const entry *part, const char *password,
                      const unsigned char *secret, unsigned char *data, size_t size,
                      size_t *plain) {
    const struct nettle_hash *hash = part->start_sha256 ? &nettle_sha256 : &nettle_sha1;
    unsigned char start[XTR__DIGEST_MOST], key[2 * SHA1_DIGEST_SIZE];
    xtr__digest(hash, start, password, strlen(password), NULL, 0);
    if (!derive(p->job, start, hash->digest_size, part, key))
        return false;
    memcpy(data, secret, size);
    *plain = decrypt(part, key, data, size);
    return is_right(part, data, *plain);
}

static int fail_password(package *p) {
    if (xtr_job_should_stop(p->job))
        return XTR_OK;
    if (p->password)
        return xtr_job_fail(p->job, XTR_E_CORRUPT, "a part is encrypted by another password");
    if (!xtr_job_options(p->job)->password.count)
        return xtr_job_fail(p->job, XTR_E_PASSWORD_REQUIRED, "needs a password: pass --password");
    return xtr_job_fail(p->job, XTR_E_PASSWORD_WRONG,
                        "the password is wrong: pass another one with --password");
}

static int check_part(const package *p, const entry *part) {
    size_t block = part->aes ? AES_BLOCK_SIZE : BLOWFISH_BLOCK_SIZE;
    bool fits = part->aes ? part->key_size == 16 || part->key_size == 24 || part->key_size == 32
                          : part->key_size >= BLOWFISH_MIN_KEY_SIZE && part->key_size <= 40;
    if (!part->supported)
        return xtr_job_fail(p->job, XTR_E_UNSUPPORTED,
                            "is encrypted in a way that no password opens");
    if (!fits || part->iv.size < block || !part->salt.size || part->rounds > MOST_ROUNDS)
        return xtr_job_fail(p->job, XTR_E_CORRUPT, "is encrypted, but what says how is damaged");
    return XTR_OK;
}

/* The passwords of the job in order; once one has opened a part, that one alone. */
static int open_part(package *p, const entry *part, const unsigned char *secret, size_t size,
                     unsigned char *data, size_t *plain) {
    const xtr_list *given = &xtr_job_options(p->job)->password;
    int code = check_part(p, part);
    if (code)
        return code;
    if (p->password)
        return open_with(p, part, p->password, secret, data, size, plain) ? XTR_OK
                                                                          : fail_password(p);
    for (size_t i = 0; i < given->count && !xtr_job_should_stop(p->job); i++) {
        if (open_with(p, part, given->items[i], secret, data, size, plain)) {
            p->password = given->items[i];
            return XTR_OK;
        }
    }
    return fail_password(p);
}

/* The package in plain ---------------------------------------------------------------------- */

static bool reserve(package *p, unsigned char **data, size_t *room, size_t need) {
    if (need <= *room)
        return true;
    size_t more = need + need / 2 + STEP;
    if (more > UINT32_MAX || !xtr_job_charge(p->job, (int64_t)(more - *room)))
        return false;
    p->charged += (int64_t)(more - *room);
    unsigned char *grown = realloc(*data, more);
    if (!grown)
        return false;
    *data = grown;
    *room = more;
    return true;
}

static void put(unsigned char **at, uint64_t value, size_t bytes) {
    for (; bytes; bytes--, value >>= 8)
        *(*at)++ = (unsigned char)value;
}

/* Fields that local headers and the directory have in common (APPNOTE 4.4). */
static void put_common(unsigned char **at, const char *name, const unsigned char *data,
                       size_t size) {
    put(at, 20, 2);
    put(at, 0x0800, 2);               /* names in UTF-8 */
    put(at, (uint64_t)0x21 << 32, 6); /* stored; 1 January 1980 */
    put(at, crc32_z(0, data, size), 4);
    put(at, size, 4);
    put(at, size, 4);
    put(at, strlen(name), 2);
    put(at, 0, 2);
}

/* Ends the entry whose data follow the place of its local header, `header`. */
static bool end_entry(package *p, size_t header, const char *name) {
    size_t length = strlen(name), start = header + 30 + length;
    if (!reserve(p, &p->directory, &p->directory_room, p->directory_size + 46 + length))
        return false;
    unsigned char *at = p->data + header;
    put(&at, 0x04034B50, 4);
    put_common(&at, name, p->data + start, p->size - start);
    memcpy(at, name, length);
    at = p->directory + p->directory_size;
    put(&at, 0x02014B50, 4);
    put(&at, 20, 2);
    put_common(&at, name, p->data + start, p->size - start);
    put(&at, 0, 10); /* comment, disk, attributes */
    put(&at, header, 4);
    memcpy(at, name, length);
    p->directory_size += 46 + length;
    p->entries++;
    return true;
}

static bool begin_entry(package *p, const char *name) {
    size_t size = 30 + strlen(name);
    if (strlen(name) > UINT16_MAX || !reserve(p, &p->data, &p->data_room, p->size + size))
        return false;
    p->size += size;
    return true;
}

static int fail_memory(const package *p) {
    return xtr_job_fail(p->job, XTR_E_MEMORY,
                        "needs more memory than it may take: raise max_memory");
}

/* Raw Deflate to its end, into the package; damaged data as far as they go. */
static int put_inflated(package *p, const unsigned char *data, size_t size) {
    const xtr_options *options = xtr_job_options(p->job);
    uint64_t most = (uint64_t)options->max_archive_size;
    size_t start = p->size;
    z_stream z = {.next_in = (unsigned char *)data, .avail_in = (uInt)size};
    int code = inflateInit2(&z, -MAX_WBITS);
    if (code != Z_OK)
        return fail_memory(p);
    bool room = true, allowed = true, dense = false;
    while (code == Z_OK && allowed && !dense && !xtr_job_should_stop(p->job) &&
           (room = reserve(p, &p->data, &p->data_room, p->size + STEP))) {
        z.next_out = p->data + p->size;
        z.avail_out = STEP;
        code = inflate(&z, Z_NO_FLUSH);
        p->size += STEP - z.avail_out;
        allowed = !most || p->size <= most;
        dense = xtr__zip_is_dense(options, p->size - start, size);
    }
    inflateEnd(&z);
    if (!allowed)
        return xtr_job_fail(p->job, XTR_E_LIMIT,
                            "is larger when unpacked than max_archive_size: raise it");
    if (dense)
        return xtr_job_fail(p->job, XTR_E_LIMIT, "is packed more than max_archive_ratio times");
    return room ? XTR_OK : fail_memory(p);
}

static const entry *find_part(const package *p, const char *name) {
    for (size_t i = 0; i < p->count; i++) {
        if (!strcmp(p->parts[i].name, name))
            return &p->parts[i];
    }
    return NULL;
}

static int add_decrypted(package *p, const entry *part, const unsigned char *secret, size_t size) {
    size_t plain = 0;
    unsigned char *data = malloc(size + 1);
    if (!data)
        return fail_memory(p);
    int code = open_part(p, part, secret, size, data, &plain);
    if (!code && !xtr_job_should_stop(p->job))
        code = put_inflated(p, data, plain);
    free(data);
    return code;
}

static int add_entry(package *p, size_t index) {
    const char *name = xtr__zip_name(p->zip, index);
    const entry *part = find_part(p, name);
    unsigned char *data = NULL;
    size_t size = 0, header = p->size;
    if (!strcmp(name, "META-INF/manifest.xml") || xtr__zip_read(p->zip, index, &data, &size))
        return XTR_OK; /* what is damaged is missing */
    int code = begin_entry(p, name) ? XTR_OK : fail_memory(p);
    if (!code && part && part->encrypted) {
        code = add_decrypted(p, part, data, size);
    } else if (!code) {
        if (reserve(p, &p->data, &p->data_room, p->size + size)) {
            memcpy(p->data + p->size, data, size);
            p->size += size;
        } else {
            code = fail_memory(p);
        }
    }
    if (!code && !end_entry(p, header, name))
        code = fail_memory(p);
    free(data);
    return code;
}

static bool end_package(package *p) {
    if (!reserve(p, &p->data, &p->data_room, p->size + p->directory_size + 22))
        return false;
    unsigned char *at = p->data + p->size;
    memcpy(at, p->directory, p->directory_size);
    at += p->directory_size;
    put(&at, 0x06054B50, 4);
    put(&at, 0, 4);
    put(&at, p->entries, 2);
    put(&at, p->entries, 2);
    put(&at, p->directory_size, 4);
    put(&at, p->size, 4);
    put(&at, 0, 2);
    p->size = (size_t)(at - p->data);
    return true;
}

static int make_plain(package *p) {
    int code = XTR_OK;
    for (size_t i = 0; i < xtr__zip_count(p->zip) && !code && !xtr_job_should_stop(p->job); i++) {
        if (p->entries < UINT16_MAX)
            code = add_entry(p, i);
    }
    if (!code && !xtr_job_should_stop(p->job) && !end_package(p))
        code = fail_memory(p);
    return code;
}

int xtr__odf_unlock(xtr_job *job, xtr__zip *zip, bool *goes_on) {
    package p = {.job = job, .zip = zip};
    int code = read_manifest(&p);
    *goes_on = p.count || code;
    if (!code && p.count)
        code = make_plain(&p);
    for (size_t i = 0; i < p.count; i++)
        free(p.parts[i].name);
    free(p.parts);
    free(p.directory);
    (void)xtr_job_charge(job, -p.charged);
    if (!code && p.count && !xtr_job_should_stop(job))
        return xtr_job_continue(job, p.data, p.size, xtr_input_name(xtr_job_input(job)));
    free(p.data);
    return code;
}
