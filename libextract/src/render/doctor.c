/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What this build and this machine offer. */
#include "isolate/isolate.h"
#include "libextract/ocr.h"
#include "ocr/ocr.h"
#include "render/report.h"

#include <fribidi.h>
#include <libxml/xmlversion.h>
#include <magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
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

static void add_string(void *payload, const char *text) {
    xtr__report *r = payload;
    if (!r->stop)
        r->stop = r->visitor->string(r->payload, text, strlen(text));
}

static void count_string(void *payload, const char *text) {
    (void)text;
    ++*(size_t *)payload;
}

/* The same twice: a visitor is told how many there are. */
static void report_list(xtr__report *r, const char *key,
                        void (*list)(void (*add)(void *payload, const char *text), void *payload)) {
    size_t count = 0;
    list(count_string, &count);
    xtr__report_key(r, key);
    xtr__report_array(r, count);
    list(add_string, r);
    xtr__report_end(r);
}

/* What `auto` of ocr_languages needs. */
static bool detects_scripts(const char *folder) {
    char path[4096];
    int size = snprintf(path, sizeof path, "%s/osd.traineddata", folder);
    return size > 0 && (size_t)size < sizeof path && !access(path, R_OK);
}

/* Tesseract is loaded for that. */
static void recognition(xtr__report *r) {
    char hint[256];
    const xtr__ocr_module *module = xtr__ocr_load(hint);
    xtr__report_key(r, "recognition");
    xtr__report_begin(r, "recognition");
    xtr__report_boolean(r, "supported", module != NULL);
    report_list(r, "backends", xtr_ocr_list);
    if (module) {
        xtr__report_text(r, "tesseract", module->version_of_tesseract());
        xtr__report_text(r, "leptonica", module->version_of_leptonica());
        xtr__report_text(r, "data", module->data_folder());
        report_list(r, "languages", module->tesseract->list_languages);
        xtr__report_boolean(r, "detects_scripts", detects_scripts(module->data_folder()));
    } else {
        xtr__report_text(r, "hint", hint);
    }
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
