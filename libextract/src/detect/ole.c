/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Compound files: [MS-CFB]. Only children of the root storage count, since a presentation may hold
 * a whole workbook in a storage of its own. */
#include "container/ole.h"
#include "detect/probe.h"

#include <string.h>

/* Names of the streams and storages that tell a type; more telling ones first. */
static const struct {
    const char *name, *type;
} telling[] = {
    {"EncryptedPackage", "application/encrypted"},
    {"WordDocument", "application/msword"},
    {"PowerPoint Document", "application/vnd.ms-powerpoint"},
    {"PP97_DUALSTORAGE", "application/vnd.ms-powerpoint"},
    {"Workbook", "application/vnd.ms-excel"},
    {"Book", "application/vnd.ms-excel"},
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

/* The best of the names of the root's children. */
static size_t most_telling(const xtr__ole *ole) {
    for (size_t i = 0; i < TELLING; i++) {
        if (xtr__ole_find(ole, 0, telling[i].name) >= 0)
            return i;
    }
    return TELLING;
}

xtr_match xtr__probe_ole(const xtr__sample *s) {
    /* Class of an installer package {000C1084-...}, patch (1086) or transform (1082). */
    static const unsigned char installer[15] = {0x10, 0x0C, 0, 0, 0, 0, 0,   0xC0,
                                                0,    0,    0, 0, 0, 0, 0x46};
    xtr__ole *ole;
    int code = xtr__ole_load(&ole, s->input);
    *s->out_of_memory |= code == XTR_E_MEMORY;
    if (code)
        return xtr__no_match;
    xtr__ole_entry root;
    xtr_match match = xtr__no_match;
    size_t found = most_telling(ole);
    if (found < TELLING)
        match = (xtr_match){telling[found].type, 128};
    else if (xtr__ole_entry_at(ole, 0, &root) &&
             !memcmp(root.class_id + 1, installer, sizeof installer))
        match = (xtr_match){"application/x-msi", 128};
    xtr__ole_drop(ole);
    return match;
}
