/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* main of a fuzz target where libFuzzer is not built in: runs every file of the folders given. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path) {
    FILE *file = fopen(path, "rb");
    struct stat info;
    if (!file || fstat(fileno(file), &info) < 0)
        return 0;
    size_t size = (size_t)info.st_size;
    uint8_t *data = malloc(size ? size : 1);
    int ok = data && fread(data, 1, size, file) == size;
    if (ok)
        LLVMFuzzerTestOneInput(data, size);
    free(data);
    fclose(file);
    return ok;
}

int main(int argc, char **argv) {
    int count = 0;
    for (int i = 1; i < argc; i++) {
        DIR *folder = argv[i][0] == '-' ? NULL : opendir(argv[i]);
        for (struct dirent *entry; folder && (entry = readdir(folder));) {
            char path[4096];
            snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
            if (entry->d_type == DT_REG)
                count += replay(path);
        }
        if (folder)
            closedir(folder);
    }
    printf("%d inputs\n", count);
    return count == 0;
}
