/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Glyphs by name. For each font MuPDF looks up to 256 names of glyphs, most of which a subset does
 * not have, some under several spellings; FreeType compares each with all names of the font.
 * FT_Get_Name_Index is wrapped (libextract/CMakeLists.txt): a face gets a table of its names at the
 * third look, which FreeType drops with it. */
#include <ft2build.h>
#include FT_FREETYPE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

FT_UInt __real_FT_Get_Name_Index(FT_Face face, const FT_String *name);
/* Visible, for linkers think that HarfBuzz calls it, too. */
__attribute__((visibility("default"))) FT_UInt __wrap_FT_Get_Name_Index(FT_Face face,
                                                                        const FT_String *name);

enum { MOST_GLYPHS = 4096, LONGEST_NAME = 64 };

/** Open hashing: slots hold glyphs + 1, 0 when empty, of `names`, which are ended by NUL. */
typedef struct table {
    unsigned looks;
    bool useless; /* too large, or with names too long to be kept */
    uint32_t mask;
    uint32_t *slots;
    char (*names)[LONGEST_NAME];
} table;

static void drop_table(void *object) {
    FT_Face face = object;
    table *t = face->generic.data;
    free(t->slots);
    free(t->names);
    free(t);
    face->generic.data = NULL;
}

static uint32_t hash(const char *name) {
    uint32_t h = 0x811c9dc5U;
    for (; *name != '\0'; name++) {
        h = (h ^ (unsigned char)*name) * 0x01000193U;
    }
    return h ^ h >> 15;
}

/** The slot of a name, or an empty one. */
static uint32_t *find(const table *t, const char *name) {
    uint32_t at = hash(name) & t->mask;
    while (t->slots[at] != 0 && strcmp(t->names[t->slots[at] - 1], name) != 0) {
        at = (at + 1) & t->mask;
    }
    return &t->slots[at];
}

static bool fill(FT_Face face, table *t) {
    FT_Long count = face->num_glyphs;
    if (count <= 0 || count > MOST_GLYPHS || !FT_HAS_GLYPH_NAMES(face)) {
        return false;
    }
    uint32_t room = 64;
    while (room < 2 * (uint32_t)count) {
        room *= 2;
    }
    t->mask = room - 1;
    t->slots = calloc(room, sizeof *t->slots);
    t->names = calloc((size_t)count, sizeof *t->names);
    for (FT_Long i = 0; t->slots != NULL && t->names != NULL && i < count; i++) {
        if (FT_Get_Glyph_Name(face, (FT_UInt)i, t->names[i], LONGEST_NAME) != 0 ||
            strlen(t->names[i]) + 1 == LONGEST_NAME) {
            return false;
        }
        uint32_t *slot = find(t, t->names[i]);
        *slot = *slot == 0 ? (uint32_t)i + 1 : *slot; /* the first of a name */
    }
    return t->slots != NULL && t->names != NULL;
}

/** The table of a face at its third look, or NULL. */
static const table *table_of(FT_Face face) {
    enum { LOOKS = 3 };
    if (face->generic.data == NULL) {
        face->generic.data = calloc(1, sizeof(table));
        face->generic.finalizer = face->generic.data != NULL ? drop_table : NULL;
    } else if (face->generic.finalizer != drop_table) {
        return NULL; /* somebody else's */
    }
    table *t = face->generic.data;
    if (t == NULL || t->useless || ++t->looks < LOOKS) {
        return NULL;
    }
    if (t->slots == NULL) {
        t->useless = !fill(face, t);
    }
    return t->useless ? NULL : t;
}

FT_UInt __wrap_FT_Get_Name_Index(FT_Face face, const FT_String *name) {
    const table *t = face != NULL && name != NULL ? table_of(face) : NULL;
    if (t == NULL) {
        return __real_FT_Get_Name_Index(face, name);
    }
    uint32_t slot = *find(t, name);
    return slot > 0 ? slot - 1 : 0;
}
