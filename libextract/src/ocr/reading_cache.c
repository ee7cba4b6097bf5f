/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Readings on disk, each in a file named by a hash (SHA-256, of MuPDF) of all that it comes from:
 * pixels, options, versions, data of languages. A file is written beside its place and moved there,
 * so several processes may share a folder. What is read of one is taken for hostile.
 *
 * Only threads use it: a worker process that a hostile document took over could store false
 * readings of others. */
#include "document/utf8.h"
#include "ocr/ocr.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <mupdf/fitz/crypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FORMAT = 1,
    MAGIC = 0x58545252,
    MOST_PIXELS = 1 << 24, /* along a side */
    MOST_FILE = 64 << 20,
    NAME = 2 * 32, /* letters of a hash */
    MOST_FILES = 1 << 20
};
static const char SUFFIX[] = ".reading";

typedef struct stored_head {
    uint32_t magic, format, width, height, turn, words, text, rules;
    float confidence, skew;
} stored_head;

typedef struct stored_word {
    float x0, y0, x1, y1, baseline_left, baseline_right, size, stroke, confidence;
    uint32_t text, text_size, line, paragraph, block, vertical;
} stored_word;

/* Who adds a field stores it too, and raises FORMAT. */
_Static_assert(sizeof(xtr__read_word) == sizeof(stored_word), "a word has other fields");

/* Files to readings and back ---------------------------------------------------------------- */

static bool is_length(float value) {
    return isfinite(value) && fabsf(value) <= 2.0F * MOST_PIXELS;
}

static bool is_share(float value) {
    return value >= 0 && value <= 1;
}

static bool is_head(const stored_head *h, size_t size) {
    return h->magic == MAGIC && h->format == FORMAT && h->width && h->height &&
           h->width <= MOST_PIXELS && h->height <= MOST_PIXELS && h->turn < 360 &&
           h->turn % 90 == 0 && is_share(h->confidence) && fabsf(h->skew) < 1 &&
           size == sizeof *h + (uint64_t)h->words * sizeof(stored_word) +
                       (uint64_t)h->rules * sizeof(xtr__segment) + h->text;
}

static bool take_word(xtr__reading *out, const stored_word *w) {
    uint32_t index = (uint32_t)out->words.count;
    const float *lengths = &w->x0;
    for (int i = 0; i < 8; i++) {
        if (!is_length(lengths[i]))
            return false;
    }
    if (!is_share(w->confidence) || w->vertical > 1 || w->line > index || w->paragraph > index ||
        w->block > index || !w->text_size || w->text > out->text.count ||
        w->text_size > out->text.count - w->text ||
        !xtr__utf8_is_clean(out->text.items + w->text, w->text_size, false))
        return false;
    out->words.items[out->words.count++] = (xtr__read_word){.box = {w->x0, w->y0, w->x1, w->y1},
                                                            .baseline_left = w->baseline_left,
                                                            .baseline_right = w->baseline_right,
                                                            .size = w->size,
                                                            .confidence = w->confidence,
                                                            .stroke = w->stroke,
                                                            .text = w->text,
                                                            .text_size = w->text_size,
                                                            .line = w->line,
                                                            .paragraph = w->paragraph,
                                                            .block = w->block,
                                                            .vertical = w->vertical != 0};
    return true;
}

static bool take_rules(xtr__reading *out, const char *data, size_t count) {
    memcpy(out->rules.items, data, count * sizeof *out->rules.items);
    out->rules.count = count;
    for (size_t i = 0; i < count; i++) {
        const xtr__segment *r = &out->rules.items[i];
        if (!is_length(r->x0) || !is_length(r->y0) || !is_length(r->x1) || !is_length(r->y1))
            return false;
    }
    return true;
}

static bool reserve(xtr__reading *out, const stored_head *head) {
    return xtr__reserve(out->budget, &out->words.items, &out->words.capacity, head->words + 1,
                        sizeof *out->words.items) &&
           xtr__reserve(out->budget, &out->rules.items, &out->rules.capacity, head->rules + 1,
                        sizeof *out->rules.items) &&
           xtr__reserve(out->budget, &out->text.items, &out->text.capacity, head->text + 1, 1);
}

bool xtr__reading_parse(xtr__reading *out, const void *data, size_t size) {
    stored_head head;
    stored_word word;
    const char *at = data;
    if (size < sizeof head)
        return false;
    memcpy(&head, at, sizeof head);
    at += sizeof head;
    if (!is_head(&head, size) || !reserve(out, &head))
        return false;
    const char *rules = at + head.words * sizeof word;
    memcpy(out->text.items, rules + head.rules * sizeof(xtr__segment), head.text);
    out->text.count = head.text;
    for (uint32_t i = 0; i < head.words; i++, at += sizeof word) {
        memcpy(&word, at, sizeof word);
        if (!take_word(out, &word))
            return false;
    }
    if (!take_rules(out, rules, head.rules))
        return false;
    out->width = head.width;
    out->height = head.height;
    out->turn = (int)head.turn;
    out->confidence = head.confidence;
    out->skew = head.skew;
    return true;
}

static bool write_items(const void *items, size_t size, size_t count, FILE *file) {
    return !count || fwrite(items, size, count, file) == count;
}

bool xtr__reading_write(FILE *file, const xtr__reading *reading) {
    const stored_head head = {.magic = MAGIC,
                              .format = FORMAT,
                              .width = reading->width,
                              .height = reading->height,
                              .turn = (uint32_t)reading->turn,
                              .words = (uint32_t)reading->words.count,
                              .text = (uint32_t)reading->text.count,
                              .rules = (uint32_t)reading->rules.count,
                              .confidence = reading->confidence,
                              .skew = reading->skew};
    bool ok = fwrite(&head, sizeof head, 1, file) == 1;
    for (size_t i = 0; ok && i < reading->words.count; i++) {
        const xtr__read_word *w = &reading->words.items[i];
        const stored_word stored = {w->box.x0,        w->box.y0,         w->box.x1,    w->box.y1,
                                    w->baseline_left, w->baseline_right, w->size,      w->stroke,
                                    w->confidence,    w->text,           w->text_size, w->line,
                                    w->paragraph,     w->block,          w->vertical};
        ok = fwrite(&stored, sizeof stored, 1, file) == 1;
    }
    return ok &&
           write_items(reading->rules.items, sizeof *reading->rules.items, reading->rules.count,
                       file) &&
           write_items(reading->text.items, 1, reading->text.count, file);
}

/* Keys -------------------------------------------------------------------------------------- */

static void hash_text(fz_sha256 *state, const char *text) {
    size_t size = text ? strlen(text) + 1 : 0; /* with its end: "a", "b" are not "ab" */
    fz_sha256_update(state, (const unsigned char *)text, size);
}

static void hash_number(fz_sha256 *state, int64_t number) {
    fz_sha256_update(state, (const unsigned char *)&number, sizeof number);
}

/* All options of recognition but those of the cache. Who adds one need not think of it. */
static void hash_options(fz_sha256 *state, const xtr_options *options) {
#define HASH_STRING(value)   hash_text(state, value)
#define HASH_BOOLEAN(value)  hash_number(state, value)
#define HASH_INTEGER(value)  hash_number(state, value)
#define HASH_DURATION(value) hash_number(state, value)
#define HASH_SIZE(value)     hash_number(state, value)
#define HASH_CHOICE(value)   hash_number(state, value)
#define HASH_LIST(value)     (void)(value)
#define HASH_PAGES(value)    (void)(value)
#define XTR_OPTION(name, TYPE, preset, min, max, choices, kreuzberg, doc)    \
    if (!strncmp(#name, "ocr_", 4) && strncmp(#name, "ocr_cache", 9) != 0) { \
        hash_text(state, #name);                                             \
        HASH_##TYPE(options->name);                                          \
    }
#include "libextract/options.def"
#undef XTR_OPTION
}

void xtr__cache_name(xtr__cache_key *out, const xtr_options *options, const xtr__ocr_module *module,
                     const xtr_ocr_image *image) {
    fz_sha256 state;
    unsigned char digest[NAME / 2];
    fz_sha256_init(&state);
    hash_text(&state, xtr_version());
    hash_text(&state, module->version_of_tesseract());
    hash_text(&state, module->version_of_leptonica());
    hash_number(&state, (int64_t)module->data_stamp());
    hash_options(&state, options);
    hash_number(&state, FORMAT);
    hash_number(&state, image->width);
    hash_number(&state, image->height);
    hash_number(&state, image->dpi);
    for (uint32_t y = 0; y < image->height; y++)
        fz_sha256_update(&state, image->samples + y * image->stride, image->width);
    fz_sha256_final(&state, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(out->name + 2 * i, 3, "%02x", digest[i]);
    strcpy(out->name + NAME, SUFFIX);
}

/* Folder ------------------------------------------------------------------------------------ */

static bool read_whole(int file, char *data, size_t size) {
    size_t got = 0;
    while (got < size) {
        ssize_t more = read(file, data + got, size - got);
        if (more == 0 || (more < 0 && errno != EINTR))
            return false;
        got += more > 0 ? (size_t)more : 0;
    }
    return true;
}

bool xtr__cache_load(int folder, const xtr__cache_key *key, xtr__reading *out) {
    struct stat about;
    int file = openat(folder, key->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0)
        return false;
    char *data = NULL;
    bool ok = !fstat(file, &about) && S_ISREG(about.st_mode) && about.st_size > 0 &&
              about.st_size <= MOST_FILE;
    if (ok)
        data = xtr__budget_resize(out->budget, NULL, (size_t)about.st_size);
    ok = data && read_whole(file, data, (size_t)about.st_size) &&
         xtr__reading_parse(out, data, (size_t)about.st_size);
    if (ok)
        (void)futimens(file, NULL); /* who is asked for stays longest */
    if (!ok)
        xtr__reading_drop(out);
    xtr__budget_resize(out->budget, data, 0);
    close(file);
    return ok;
}

typedef struct file_age {
    char name[NAME + 32];
    struct timespec changed;
    uint64_t size;
} file_age;

static int by_age(const void *a, const void *b) {
    const struct timespec *x = &((const file_age *)a)->changed,
                          *y = &((const file_age *)b)->changed;
    if (x->tv_sec != y->tv_sec)
        return x->tv_sec < y->tv_sec ? -1 : 1;
    return (x->tv_nsec > y->tv_nsec) - (x->tv_nsec < y->tv_nsec);
}

/* Whether a file is one of ours, whole or on its way: others are left alone. */
static bool is_ours(const char *name) {
    size_t length = strlen(name);
    return strspn(name, "0123456789abcdef") == NAME && length < NAME + 32 &&
           !strncmp(name + NAME, SUFFIX, sizeof SUFFIX - 1);
}

static size_t list_files(DIR *dir, file_age **out, uint64_t *total) {
    size_t count = 0, capacity = 0;
    struct stat about;
    for (const struct dirent *entry; count < MOST_FILES && (entry = readdir(dir));) {
        if (!is_ours(entry->d_name) ||
            fstatat(dirfd(dir), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) ||
            !S_ISREG(about.st_mode))
            continue;
        if (count == capacity) {
            capacity = capacity ? 2 * capacity : 64;
            file_age *larger = realloc(*out, capacity * sizeof *larger);
            if (!larger)
                return count;
            *out = larger;
        }
        file_age *file = &(*out)[count++];
        *file = (file_age){.changed = about.st_mtim, .size = (uint64_t)about.st_size};
        strcpy(file->name, entry->d_name);
        *total += file->size;
    }
    return count;
}

/* Removes what was not asked for longest until all takes `most` bytes. */
static void evict(int folder, uint64_t most) {
    int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
    file_age *files = NULL;
    uint64_t total = 0;
    if (!dir) {
        if (copy >= 0)
            close(copy);
        return;
    }
    size_t count = list_files(dir, &files, &total);
    if (total > most)
        qsort(files, count, sizeof *files, by_age);
    for (size_t i = 0; i < count && total > most; i++) {
        (void)unlinkat(folder, files[i].name, 0);
        total -= files[i].size;
    }
    free(files);
    closedir(dir);
}

void xtr__cache_store(int folder, uint64_t most, const xtr__cache_key *key,
                      const xtr__reading *reading) {
    static atomic_uint count; /* of this process */
    char part[NAME + 32];
    snprintf(part, sizeof part, "%s.%x.%x", key->name, (unsigned)getpid(),
             atomic_fetch_add(&count, 1));
    int fd = openat(folder, part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!file) {
        if (fd >= 0)
            close(fd);
        return;
    }
    bool ok = xtr__reading_write(file, reading);
    ok = !fclose(file) && ok;
    if (!ok || renameat(folder, part, folder, key->name))
        (void)unlinkat(folder, part, 0);
    evict(folder, most);
}
