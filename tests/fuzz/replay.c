/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* main of all fuzz targets where libFuzzer is not built in: fuzz-replay NAME FOLDER... runs every
 * file of the folders through one. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef int fuzz_target(const uint8_t *data, size_t size);

#define FUZZ_TARGET(name) fuzz_target fuzz_##name;
#include "targets.def"
#undef FUZZ_TARGET

static const struct {
    const char *name;
    fuzz_target *run;
} targets[] = {
#define FUZZ_TARGET(name) {#name, fuzz_##name},
#include "targets.def"
#undef FUZZ_TARGET
};

static fuzz_target *find_target(const char *name) {
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        if (!strcmp(targets[i].name, name))
            return targets[i].run;
    }
    return NULL;
}

static int replay(fuzz_target *run, const char *path) {
    FILE *file = fopen(path, "rb");
    struct stat info;
    if (!file || fstat(fileno(file), &info) < 0)
        return 0;
    size_t size = (size_t)info.st_size;
    uint8_t *data = malloc(size ? size : 1);
    int ok = data && fread(data, 1, size, file) == size;
    if (ok)
        run(data, size);
    free(data);
    fclose(file);
    return ok;
}

int main(int argc, char **argv) {
    int count = 0;
    fuzz_target *run = argc > 1 ? find_target(argv[1]) : NULL;
    if (!run) {
        fprintf(stderr, "usage: fuzz-replay NAME FOLDER...\n");
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        for (struct dirent *entry; folder && (entry = readdir(folder));) {
            char path[4096];
            snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
            if (entry->d_type == DT_REG)
                count += replay(run, path);
        }
        if (folder)
            closedir(folder);
    }
    printf("%d inputs\n", count);
    return count == 0;
}
