/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Compound files [MS-CFB]: a file system in a file. The header names the sectors of the FAT (the
 * rest of their list is in a chain of DIFAT sectors); the FAT says of each sector which one follows
 * it; the directory, a chain, has an entry of 128 bytes for each storage and stream. Streams under
 * 4096 bytes lie in mini sectors of 64 bytes, which are pieces of the root entry's own stream.
 *
 * Nothing in it can be trusted. The number of sectors is taken from the size of the file, chains
 * end at the first sector outside it and at loops, and sizes are cut to what a chain holds. Sectors
 * of the FAT are read when a chain first passes them. */
#include "container/ole.h"
#include "detect/probe.h"
#include "document/utf8.h"

#include <stdlib.h>
#include <string.h>

enum {
    HEADER_SIZE = 512,
    HEADER_FATS = 109, /* FAT sectors that the header itself names */
    ENTRY_SIZE = 128,
    MINI_SHIFT = 6,
    MOST_ENTRIES = 1 << 18,
    KEPT_CHAINS = 4,
    LONGEST_NAME = 31,
};
#define NO_SECTOR 0xFFFFFFFAU /* this and above are no sectors */
#define NO_ENTRY  0xFFFFFFFFU

typedef struct entry {
    uint32_t name; /* in `names` */
    uint32_t parent, start;
    uint32_t child, sibling; /* first child, next of the same storage; NO_ENTRY: none */
    uint64_t size;
    unsigned char kind; /* of object: 0 unused, 1 storage, 2 stream, 5 root */
    unsigned char class_id[16];
} entry;

/* The sectors of a stream in their order: read_at may go anywhere without walking. */
typedef struct chain {
    uint32_t owner; /* index of its entry, or NO_ENTRY: unused */
    uint32_t *sectors;
    uint32_t count;
} chain;

struct xtr__ole {
    xtr_job *job; /* may be NULL */
    xtr_input *input;
    int64_t charged;
    unsigned shift; /* log2 of the size of a sector */
    uint32_t sectors, fats;
    uint32_t cutoff;         /* smaller streams are in mini sectors */
    uint32_t *fat_at;        /* the sector of each part of the FAT */
    unsigned char **fat;     /* what it holds, once it was needed */
    unsigned char *mini_fat; /* `minis` numbers of 4 bytes */
    uint32_t minis;
    chain mini; /* the root entry's stream */
    entry *entries;
    uint32_t entry_count;
    char *names;
    size_t names_size;
    chain kept[KEPT_CHAINS];
    unsigned next_kept;
    unsigned char header[HEADER_SIZE];
};

/* Sectors ----------------------------------------------------------------------------------- */

static bool charge(xtr__ole *ole, size_t size) {
    if (!ole->job)
        return true;
    if (!xtr_job_charge(ole->job, (int64_t)size))
        return false;
    ole->charged += (int64_t)size;
    return true;
}

static uint32_t sector_size(const xtr__ole *ole) {
    return 1U << ole->shift;
}

/* Up to `size` bytes at `at` of a sector; the last one of a file may be cut off. */
static size_t read_sector(const xtr__ole *ole, uint32_t sector, uint32_t at, void *out,
                          size_t size) {
    if (sector >= ole->sectors)
        return 0;
    uint64_t place = (((uint64_t)sector + 1) << ole->shift) + at;
    int64_t got = xtr_input_read(ole->input, place, out, size);
    return got < 0 ? 0 : (size_t)got;
}

/* The sector after `sector`, or one that is none. */
static uint32_t next_sector(xtr__ole *ole, uint32_t sector) {
    unsigned per_fat = ole->shift - 2;
    uint32_t index = sector >> per_fat;
    if (index >= ole->fats || ole->fat_at[index] >= ole->sectors)
        return NO_SECTOR;
    if (!ole->fat[index]) {
        unsigned char *part = malloc(sector_size(ole));
        if (!part)
            return NO_SECTOR;
        memset(part, 0xFF, sector_size(ole));
        read_sector(ole, ole->fat_at[index], 0, part, sector_size(ole));
        ole->fat[index] = part;
    }
    return xtr__le32(ole->fat[index] + 4 * (size_t)(sector & ((1U << per_fat) - 1)));
}

static uint32_t next_mini(xtr__ole *ole, uint32_t sector) {
    return sector < ole->minis ? xtr__le32(ole->mini_fat + 4 * (size_t)sector) : NO_SECTOR;
}

/* The chain from `start`, at most `most` sectors. Loops are found by R. P. Brent's algorithm (BIT
 * 20, 1980): a second, waiting pointer moves up at each power of two. */
static bool read_chain(xtr__ole *ole, chain *out, uint32_t start, uint64_t most, bool mini) {
    uint32_t limit = mini ? ole->minis : ole->sectors;
    uint32_t capacity = 0;
    uint32_t waiting = NO_SECTOR;
    uint32_t turn = 1;
    uint32_t steps = 0;
    uint32_t sector = start;
    out->count = 0;
    for (; sector < limit && sector != waiting && out->count < most && out->count < limit;) {
        if (out->count == capacity) {
            capacity = capacity ? 2 * capacity : 16;
            uint32_t *grown = realloc(out->sectors, capacity * sizeof *grown);
            if (!grown)
                return false;
            out->sectors = grown;
        }
        out->sectors[out->count++] = sector;
        if (++steps == turn) {
            waiting = sector;
            turn *= 2;
            steps = 0;
        }
        sector = mini ? next_mini(ole, sector) : next_sector(ole, sector);
    }
    return true;
}

/* Up to `size` bytes at `at` of a chain of sectors; neighbours are read at once. */
static size_t read_run(const xtr__ole *ole, const chain *c, uint64_t at, unsigned char *out,
                       size_t size) {
    size_t done = 0;
    while (done < size && (at >> ole->shift) < c->count) {
        uint32_t index = (uint32_t)(at >> ole->shift);
        uint32_t within = (uint32_t)at & (sector_size(ole) - 1);
        uint32_t last = index;
        uint64_t run = sector_size(ole) - within;
        while (run < size - done && last + 1 < c->count &&
               c->sectors[last + 1] == c->sectors[last] + 1) {
            run += sector_size(ole);
            last++;
        }
        size_t piece = run < size - done ? (size_t)run : size - done;
        size_t got = read_sector(ole, c->sectors[index], within, out + done, piece);
        done += got;
        at += got;
        if (got < piece)
            break;
    }
    return done;
}

/* The same of mini sectors. */
static size_t read_minis(const xtr__ole *ole, const chain *c, uint64_t at, unsigned char *out,
                         size_t size) {
    enum { MINI = 1 << MINI_SHIFT };
    size_t done = 0;
    while (done < size && (at >> MINI_SHIFT) < c->count) {
        uint32_t within = (uint32_t)at & (MINI - 1);
        size_t piece = MINI - within < size - done ? MINI - within : size - done;
        uint64_t place = ((uint64_t)c->sectors[at >> MINI_SHIFT] << MINI_SHIFT) + within;
        size_t got = read_run(ole, &ole->mini, place, out + done, piece);
        done += got;
        at += got;
        if (got < piece)
            break;
    }
    return done;
}

/* Opening ----------------------------------------------------------------------------------- */

/* Where the FAT is: no more of it than sectors of the file could want. */
static bool find_fat(xtr__ole *ole) {
    uint32_t per_sector = sector_size(ole) / 4;
    uint32_t wanted = (uint32_t)(((uint64_t)ole->sectors + per_sector - 1) / per_sector);
    ole->fat_at = malloc((wanted + 1) * sizeof *ole->fat_at);
    ole->fat = calloc(wanted + 1, sizeof *ole->fat);
    unsigned char *part = malloc(sector_size(ole));
    if (!ole->fat_at || !ole->fat || !part) {
        free(part);
        return false;
    }
    for (uint32_t i = 0; i < HEADER_FATS && ole->fats < wanted; i++)
        ole->fat_at[ole->fats++] = xtr__le32(ole->header + 76 + 4 * (size_t)i);
    uint32_t difat = xtr__le32(ole->header + 68);
    while (ole->fats < wanted &&
           read_sector(ole, difat, 0, part, sector_size(ole)) == sector_size(ole)) {
        for (uint32_t i = 0; i + 1 < per_sector && ole->fats < wanted; i++)
            ole->fat_at[ole->fats++] = xtr__le32(part + 4 * (size_t)i);
        difat = xtr__le32(part + sector_size(ole) - 4);
    }
    free(part);
    return true;
}

/* The name of an entry as UTF-8; its place is in names. */
static uint32_t read_name(xtr__ole *ole, const unsigned char *item) {
    uint32_t place = (uint32_t)ole->names_size;
    size_t units = xtr__le16(item + 64) / 2U;
    units = units > LONGEST_NAME ? LONGEST_NAME : units;
    for (size_t i = 0; i < units; i++) {
        uint32_t character = xtr__le16(item + 2 * i);
        if (!character)
            break;
        if ((character & 0xF800) == 0xD800) {
            uint32_t low = i + 1 < units ? xtr__le16(item + 2 * i + 2) : 0;
            bool pair = character < 0xDC00 && (low & 0xFC00) == 0xDC00;
            i += pair;
            character = pair ? 0x10000 + ((character & 0x3FF) << 10) + (low & 0x3FF) : 0xFFFD;
        }
        ole->names_size += xtr__utf8_encode(ole->names + ole->names_size, character);
    }
    ole->names[ole->names_size++] = 0;
    return place;
}

static void read_entry(xtr__ole *ole, uint32_t index, const unsigned char *item) {
    entry *e = &ole->entries[index];
    *e = (entry){.parent = NO_ENTRY, .child = NO_ENTRY, .sibling = NO_ENTRY};
    e->kind = item[66];
    e->start = xtr__le32(item + 116);
    e->size = xtr__le64(item + 120);
    /* With small sectors the upper half is to be ignored (2.6.3): some writers leave rubbish. */
    if (ole->shift == 9)
        e->size &= 0xFFFFFFFFU;
    memcpy(e->class_id, item + 80, sizeof e->class_id);
    e->name = read_name(ole, item);
}

/* Which storage each entry is in. The tree of siblings is walked without recursion and each entry
 * is taken once, whatever it looks like. Entries that no path leads to are as good as deleted. */
static bool find_parents(xtr__ole *ole, const unsigned char *items) {
    uint32_t *stack = malloc(((size_t)ole->entry_count + 1) * sizeof *stack);
    if (!stack)
        return false;
    size_t depth = 0;
    ole->entries[0].parent = 0;
    stack[depth++] = 0;
    while (depth) {
        uint32_t index = stack[--depth];
        const unsigned char *item = items + (size_t)index * ENTRY_SIZE;
        for (unsigned link = 0; link < 3; link++) { /* left, right, child */
            bool down = link == 2;
            uint32_t next = xtr__le32(item + 68 + 4 * (size_t)link);
            if (next >= ole->entry_count || ole->entries[next].parent != NO_ENTRY ||
                (down ? ole->entries[index].kind == 2 : index == 0))
                continue;
            ole->entries[next].parent = down ? index : ole->entries[index].parent;
            stack[depth++] = next;
        }
    }
    free(stack);
    for (uint32_t i = ole->entry_count; --i;) {
        entry *e = &ole->entries[i];
        if (e->parent == NO_ENTRY || (e->kind != 1 && e->kind != 2)) {
            e->kind = 0;
            continue;
        }
        e->sibling = ole->entries[e->parent].child;
        ole->entries[e->parent].child = i;
    }
    return true;
}

static int read_directory(xtr__ole *ole) {
    chain directory = {.owner = NO_ENTRY};
    uint64_t most = ((uint64_t)MOST_ENTRIES * ENTRY_SIZE) >> ole->shift;
    bool room = read_chain(ole, &directory, xtr__le32(ole->header + 48), most, false);
    size_t size = (size_t)directory.count << ole->shift;
    unsigned char *items = room && charge(ole, 3 * size) ? malloc(size + 1) : NULL;
    size = items ? read_run(ole, &directory, 0, items, size) : 0;
    free(directory.sectors);
    ole->entry_count = (uint32_t)(size / ENTRY_SIZE);
    ole->entries = malloc((ole->entry_count + 1) * sizeof *ole->entries);
    /* A unit of UTF-16 is three bytes of UTF-8 at most. */
    ole->names = malloc((size_t)ole->entry_count * (3 * LONGEST_NAME + 1) + 1);
    int code = items && ole->entries && ole->names ? XTR_OK : XTR_E_MEMORY;
    if (!code && !ole->entry_count)
        code = XTR_E_CORRUPT;
    for (uint32_t i = 0; !code && i < ole->entry_count; i++)
        read_entry(ole, i, items + (size_t)i * ENTRY_SIZE);
    if (!code && !find_parents(ole, items))
        code = XTR_E_MEMORY;
    free(items);
    return code;
}

static int read_mini_fat(xtr__ole *ole) {
    const entry *root = &ole->entries[0];
    chain table = {.owner = NO_ENTRY};
    uint64_t most = ((root->size >> MINI_SHIFT) * 4 >> ole->shift) + 1;
    bool room = read_chain(ole, &ole->mini, root->start, (root->size >> ole->shift) + 1, false) &&
                read_chain(ole, &table, xtr__le32(ole->header + 60), most, false);
    size_t size = (size_t)table.count << ole->shift;
    ole->mini_fat = room && charge(ole, size) ? malloc(size + 1) : NULL;
    if (ole->mini_fat)
        ole->minis = (uint32_t)(read_run(ole, &table, 0, ole->mini_fat, size) / 4);
    free(table.sectors);
    return ole->mini_fat ? XTR_OK : XTR_E_MEMORY;
}

static int load(xtr__ole **out, xtr_input *input, xtr_job *job) {
    static const unsigned char signature[] = {0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1};
    *out = NULL;
    xtr__ole *ole = calloc(1, sizeof *ole);
    if (!ole)
        return XTR_E_MEMORY;
    ole->job = job;
    ole->input = input;
    for (size_t i = 0; i < KEPT_CHAINS; i++)
        ole->kept[i].owner = NO_ENTRY;
    int code = xtr_input_read(input, 0, ole->header, HEADER_SIZE) == HEADER_SIZE &&
                       !memcmp(ole->header, signature, sizeof signature)
                   ? XTR_OK
                   : XTR_E_CORRUPT;
    if (!code) {
        ole->shift = xtr__le16(ole->header + 30) == 12 ? 12 : 9;
        ole->cutoff = xtr__le32(ole->header + 56);
        uint64_t sectors = (xtr_input_size(input) + sector_size(ole) - 1) >> ole->shift;
        ole->sectors = sectors - 1 < NO_SECTOR ? (uint32_t)(sectors - 1) : NO_SECTOR;
        code = find_fat(ole) ? read_directory(ole) : XTR_E_MEMORY;
    }
    if (!code)
        code = read_mini_fat(ole);
    if (code)
        xtr__ole_drop(ole);
    else
        *out = ole;
    return code;
}

int xtr__ole_load(xtr__ole **out, xtr_input *input) {
    return load(out, input, NULL);
}

int xtr__ole_open(xtr__ole **out, xtr_job *job) {
    int code = load(out, xtr_job_input(job), job);
    if (code == XTR_E_MEMORY)
        return xtr_job_fail(job, code, "out of memory");
    return code ? xtr_job_fail(job, code, "is no compound file, or its directory is damaged")
                : XTR_OK;
}

void xtr__ole_drop(xtr__ole *ole) {
    if (!ole)
        return;
    if (ole->charged)
        xtr_job_charge(ole->job, -ole->charged);
    for (uint32_t i = 0; i < ole->fats; i++)
        free(ole->fat[i]);
    for (size_t i = 0; i < KEPT_CHAINS; i++)
        free(ole->kept[i].sectors);
    free(ole->fat);
    free(ole->fat_at);
    free(ole->mini.sectors);
    free(ole->mini_fat);
    free(ole->entries);
    free(ole->names);
    free(ole);
}

/* Entries ----------------------------------------------------------------------------------- */

bool xtr__ole_entry_at(const xtr__ole *ole, uint32_t index, xtr__ole_entry *out) {
    if (index >= ole->entry_count)
        return false;
    const entry *e = &ole->entries[index];
    *out = (xtr__ole_entry){
        .name = index && !e->kind ? "" : ole->names + e->name,
        .storage = e->kind != 2,
        .size = e->kind == 2 ? e->size : 0,
        .parent = index && !e->kind ? 0 : e->parent,
        .child = e->child == NO_ENTRY ? 0 : e->child,
        .next = e->sibling == NO_ENTRY ? 0 : e->sibling,
    };
    memcpy(out->class_id, e->class_id, sizeof out->class_id);
    return true;
}

static unsigned char lower(char c) {
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static bool same_name(const char *a, const char *b) {
    while (*a && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return !*a && !*b;
}

int64_t xtr__ole_find(const xtr__ole *ole, uint32_t parent, const char *name) {
    if (parent >= ole->entry_count)
        return -1;
    for (uint32_t i = ole->entries[parent].child; i != NO_ENTRY; i = ole->entries[i].sibling) {
        if (same_name(ole->names + ole->entries[i].name, name))
            return i;
    }
    return -1;
}

/* Streams ----------------------------------------------------------------------------------- */

static bool is_mini(const xtr__ole *ole, const entry *e) {
    return e->size < ole->cutoff;
}

/* The chain of an entry, of the last few that were asked for. NULL: out of memory. */
static const chain *chain_of(xtr__ole *ole, uint32_t index) {
    for (size_t i = 0; i < KEPT_CHAINS; i++) {
        if (ole->kept[i].owner == index)
            return &ole->kept[i];
    }
    const entry *e = &ole->entries[index];
    bool mini = is_mini(ole, e);
    unsigned shift = mini ? MINI_SHIFT : ole->shift;
    uint64_t most = (e->size >> shift) + ((e->size & ((1U << shift) - 1)) != 0);
    chain *c = &ole->kept[ole->next_kept];
    ole->next_kept = (ole->next_kept + 1) % KEPT_CHAINS;
    c->owner = NO_ENTRY;
    if (!read_chain(ole, c, e->start, most, mini))
        return NULL;
    c->owner = index;
    return c;
}

int64_t xtr__ole_read_at(xtr__ole *ole, uint32_t index, uint64_t at, void *buffer, size_t size) {
    if (index >= ole->entry_count || ole->entries[index].kind != 2)
        return -1;
    const entry *e = &ole->entries[index];
    if (at >= e->size || !size)
        return 0;
    size = size < e->size - at ? size : (size_t)(e->size - at);
    const chain *c = chain_of(ole, index);
    if (!c)
        return -1;
    return (int64_t)(is_mini(ole, e) ? read_minis(ole, c, at, buffer, size)
                                     : read_run(ole, c, at, buffer, size));
}

int xtr__ole_read(xtr__ole *ole, uint32_t index, unsigned char **data, size_t *size) {
    *data = NULL;
    *size = 0;
    if (index >= ole->entry_count || ole->entries[index].kind != 2)
        return XTR_E_CORRUPT;
    const entry *e = &ole->entries[index];
    const chain *c = chain_of(ole, index);
    if (!c)
        return XTR_E_MEMORY;
    uint64_t held = (uint64_t)c->count << (is_mini(ole, e) ? MINI_SHIFT : ole->shift);
    size_t room = (size_t)(held < e->size ? held : e->size);
    if (!charge(ole, room + 1))
        return XTR_E_MEMORY;
    *data = malloc(room + 1);
    if (!*data)
        return XTR_E_MEMORY;
    int64_t got = xtr__ole_read_at(ole, index, 0, *data, room);
    *size = got < 0 ? 0 : (size_t)got;
    (*data)[*size] = 0;
    return *size < e->size ? XTR_E_CORRUPT : XTR_OK;
}
