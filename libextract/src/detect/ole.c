/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Compound files: [MS-CFB]. Only children of the root storage count, since a presentation may hold
 * a whole workbook in a storage of its own. */
#include "detect/probe.h"

#include <stdlib.h>
#include <string.h>

#define MAX_ENTRIES 4096U
#define FREE_SECTOR 0xFFFFFFFAU /* this and above are no sectors */

typedef struct file {
    const xtr__sample *sample;
    uint32_t sector_size;
    unsigned char header[512];
} file;

static bool read_at(const file *f, uint64_t at, void *out, size_t size) {
    return xtr_input_read(f->sample->input, at, out, size) == (int64_t)size;
}

static uint64_t sector_at(const file *f, uint32_t sector) {
    return ((uint64_t)sector + 1) * f->sector_size;
}

/* The sector after `sector` in its chain. */
static uint32_t next_sector(const file *f, uint32_t sector) {
    uint32_t per_sector = f->sector_size / 4;
    uint32_t index = sector / per_sector;
    unsigned char word[4];
    uint32_t table = FREE_SECTOR;
    if (index < 109) {
        table = xtr__le32(f->header + 76 + 4 * (size_t)index);
    } else {
        /* The list of FAT sectors goes on in DIFAT sectors, each ending in a link to the next. */
        index -= 109;
        uint32_t difat = xtr__le32(f->header + 68);
        uint32_t hops = index / (per_sector - 1);
        for (; hops && hops < 1024 && difat < FREE_SECTOR; hops--)
            difat = read_at(f, sector_at(f, difat) + f->sector_size - 4, word, 4) ? xtr__le32(word)
                                                                                  : FREE_SECTOR;
        uint64_t at = sector_at(f, difat) + 4 * (uint64_t)(index % (per_sector - 1));
        if (!hops && difat < FREE_SECTOR && read_at(f, at, word, 4))
            table = xtr__le32(word);
    }
    if (table >= FREE_SECTOR ||
        !read_at(f, sector_at(f, table) + 4 * (uint64_t)(sector % per_sector), word, 4))
        return FREE_SECTOR;
    return xtr__le32(word);
}

/* Reads the directory into *out, the caller's; returns the number of its 128-byte entries. */
static uint32_t read_directory(unsigned char **out, const file *f) {
    uint32_t per_sector = f->sector_size / 128;
    uint32_t sector = xtr__le32(f->header + 48);
    uint32_t count = 0;
    *out = NULL;
    while (sector < FREE_SECTOR && count + per_sector <= MAX_ENTRIES) {
        unsigned char *grown = realloc(*out, (size_t)(count + per_sector) * 128);
        if (!grown)
            break;
        *out = grown;
        if (!read_at(f, sector_at(f, sector), grown + (size_t)count * 128, f->sector_size))
            break;
        count += per_sector;
        sector = next_sector(f, sector);
    }
    return count;
}

/* Names of the streams and storages that tell a type; more telling ones first. */
static const struct {
    const char *name, *type;
} telling[] = {
    {"EncryptedPackage", "application/x-ole-storage"},
    {"WordDocument", "application/msword"},
    {"PowerPoint Document", "application/vnd.ms-powerpoint"},
    {"PP97_DUALSTORAGE", "application/vnd.ms-powerpoint"},
    {"Workbook", "application/vnd.ms-excel"},
    {"WORKBOOK", "application/vnd.ms-excel"},
    {"Book", "application/vnd.ms-excel"},
    {"BOOK", "application/vnd.ms-excel"},
    {"__properties_version1.0", "application/vnd.ms-outlook"},
    {"VisioDocument", "application/vnd.visio"},
    {"Quill", "application/x-mspublisher"},
    {"HwpSummaryInformation", "application/x-hwp"},
    {"\005HwpSummaryInformation", "application/x-hwp"},
    {"MatOST", "application/vnd.ms-works"},
    {"   114", "application/vnd.ms-project"},
    {"   112", "application/vnd.ms-project"},
    {"Props14", "application/vnd.ms-project"},
};

#define TELLING (sizeof telling / sizeof *telling)

static bool has_name(const unsigned char *item, const char *name) {
    size_t length = strlen(name);
    if (xtr__le16(item + 64) != 2 * (length + 1))
        return false;
    for (size_t i = 0; i < length; i++) {
        if (item[2 * i] != (unsigned char)name[i] || item[2 * i + 1])
            return false;
    }
    return true;
}

/* Walks the tree of the root's children; each entry is visited once, so loops end. */
static size_t most_telling(const unsigned char *items, uint32_t count) {
    size_t best = TELLING;
    bool *seen = calloc(count, sizeof *seen);
    uint32_t *stack = malloc(((size_t)count + 1) * sizeof *stack);
    size_t depth = 0;
    if (seen && stack && xtr__le32(items + 76) < count) {
        stack[depth++] = xtr__le32(items + 76);
        seen[stack[0]] = true;
    }
    while (depth) {
        const unsigned char *item = items + (size_t)stack[--depth] * 128;
        for (size_t i = 0; i < best; i++) {
            if (has_name(item, telling[i].name))
                best = i;
        }
        for (size_t side = 68; side <= 72; side += 4) {
            uint32_t next = xtr__le32(item + side);
            if (next < count && !seen[next]) {
                seen[next] = true;
                stack[depth++] = next;
            }
        }
    }
    free(seen);
    free(stack);
    return best;
}

xtr_match xtr__probe_ole(const xtr__sample *s) {
    /* Class of an installer package {000C1084-...}, patch (1086) or transform (1082). */
    static const unsigned char installer[15] = {0x10, 0x0C, 0, 0, 0, 0, 0,   0xC0,
                                                0,    0,    0, 0, 0, 0, 0x46};
    file f = {.sample = s};
    if (!read_at(&f, 0, f.header, sizeof f.header))
        return xtr__no_match;
    f.sector_size = xtr__le16(f.header + 30) == 12 ? 4096 : 512;
    unsigned char *items;
    uint32_t count = read_directory(&items, &f);
    xtr_match match = xtr__no_match;
    if (count) {
        size_t found = most_telling(items, count);
        if (found < TELLING)
            match = (xtr_match){telling[found].type, 128};
        else if (!memcmp(items + 81, installer, sizeof installer))
            match = (xtr_match){"application/x-msi", 128};
    }
    free(items);
    return match;
}
