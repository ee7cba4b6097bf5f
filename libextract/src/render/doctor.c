/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What this build and this machine offer. */
#include "isolate/isolate.h"
#include "render/report.h"

#include <dirent.h>
#include <dlfcn.h>
#include <fribidi.h>
#include <libxml/xmlversion.h>
#include <magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>
#include <yajl/yajl_version.h>
#ifdef XTR_WITH_MUPDF
#include <mupdf/fitz.h>
#endif

static void libraries(xtr__report *r) {
    char version[48];
    xtr__report_key(r, "libraries");
    xtr__report_begin(r, "map");
#ifdef XTR_WITH_MUPDF
    xtr__report_text(r, "MuPDF", FZ_VERSION);
#endif
    xtr__report_text(r, "libuv", uv_version_string());
    snprintf(version, sizeof version, "%d.%02d", magic_version() / 100, magic_version() % 100);
    xtr__report_text(r, "libmagic", version);
    xtr__report_text(r, "libxml2", LIBXML_DOTTED_VERSION);
    xtr__report_text(r, "FriBidi", FRIBIDI_VERSION);
    snprintf(version, sizeof version, "%d.%d.%d", YAJL_MAJOR, YAJL_MINOR, YAJL_MICRO);
    xtr__report_text(r, "yajl", version);
    xtr__report_end(r);
}

/* Recognition ------------------------------------------------------------------------------- */

#ifdef XTR_WITH_TESSERACT
static const char *data_folder(void) {
    const char *named = getenv("TESSDATA_PREFIX");
    return named ? named : "/usr/share/tesseract-ocr/5/tessdata";
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The languages that have data: NAME.traineddata, but osd, which is no language. */
static size_t find_languages(char **names, size_t capacity) {
    size_t count = 0;
    DIR *folder = opendir(data_folder());
    for (struct dirent *file; folder && count < capacity && (file = readdir(folder));) {
        char *dot = strstr(file->d_name, ".traineddata");
        if (!dot || dot[strlen(".traineddata")] || !strncmp(file->d_name, "osd.", 4))
            continue;
        *dot = '\0';
        if ((names[count] = strdup(file->d_name)))
            count++;
    }
    if (folder)
        closedir(folder);
    qsort(names, count, sizeof names[0], by_name);
    return count;
}

static void languages(xtr__report *r) {
    enum { MOST = 256 };
    char *names[MOST];
    size_t count = find_languages(names, MOST);
    xtr__report_key(r, "languages");
    if (!r->stop)
        r->stop = r->visitor->begin_array(r->payload, count);
    for (size_t i = 0; i < count; i++) {
        if (!r->stop)
            r->stop = r->visitor->string(r->payload, names[i], strlen(names[i]));
        free(names[i]);
    }
    xtr__report_end(r);
}

#endif

/* Tesseract is loaded here only to ask for its version; this version does not recognise text. */
static void recognition(xtr__report *r) {
    xtr__report_key(r, "recognition");
    xtr__report_begin(r, "recognition");
    xtr__report_boolean(r, "supported", false);
#ifdef XTR_WITH_TESSERACT
    void *library = dlopen("libtesseract.so.5", RTLD_LAZY | RTLD_LOCAL);
    const char *(*version)(void) = NULL;
    if (library)
        *(void **)&version = dlsym(library, "TessVersion");
    xtr__report_boolean(r, "installed", version != NULL);
    if (version)
        xtr__report_text(r, "version", version());
    else
        xtr__report_text(r, "hint", "apt-get install tesseract-ocr");
    if (library)
        dlclose(library);
    languages(r);
#endif
    xtr__report_end(r);
}

/* Sandbox ----------------------------------------------------------------------------------- */

/* What a worker process that is started now says of its own sandbox. */
static void sandbox(xtr__report *r) {
    const int full = XTR__LEVEL_RLIMITS | XTR__LEVEL_SECCOMP | XTR__LEVEL_LANDLOCK;
    xtr_error error;
    int level = xtr__isolation_level(&error);
    xtr__report_key(r, "sandbox");
    xtr__report_begin(r, "sandbox");
    xtr__report_text(r, "level", level < 0 ? "none" : level == full ? "full" : "partial");
    if (level < 0)
        xtr__report_text(r, "hint", error.message);
    xtr__report_boolean(r, "processes", level >= 0);
    xtr__report_boolean(r, "rlimits", level >= 0 && level & XTR__LEVEL_RLIMITS);
    xtr__report_boolean(r, "seccomp", level >= 0 && level & XTR__LEVEL_SECCOMP);
    xtr__report_boolean(r, "landlock", level >= 0 && level & XTR__LEVEL_LANDLOCK);
    xtr__report_end(r);
}

int xtr_doctor(const xtr_visitor *visitor, void *payload) {
    xtr__report r = {visitor, payload, 0};
    xtr__report_begin(&r, "doctor");
    xtr__report_text(&r, "version", xtr_version());
    xtr__report_number(&r, "processors", uv_available_parallelism());
    libraries(&r);
    recognition(&r);
    sandbox(&r);
    xtr__report_end(&r);
    return r.stop;
}
