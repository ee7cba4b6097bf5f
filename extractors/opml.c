/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* OPML 2.0: outlines, such as lists of feeds. Items hang from items; their text is in attributes.
 */
#include "markup/rules.h"

static const xtr__rule rules[] = {
    FACT("title", "head", TITLE, "title"),
    FACT("ownerName", "head", SKIP, "authors"),
    FACT("dateCreated", "head", SKIP, "created"),
    FACT("dateModified", "head", SKIP, "modified"),
    RULE("expansionState", SKIP),
    RULE("vertScrollState", SKIP),
    RULE("windowTop", SKIP),
    RULE("windowLeft", SKIP),
    RULE("windowBottom", SKIP),
    RULE("windowRight", SKIP),
    RULE("ownerEmail", SKIP),
    RULE("ownerId", SKIP),
    RULE("docs", SKIP),
    RULE("outline", OUTLINE),
};

static const char *const mime_types[] = {"text/x-opml", NULL};

static int run(xtr_job *job) {
    return xtr__vocabulary_read(job, &(xtr__vocabulary){rules, sizeof rules / sizeof *rules});
}

const xtr_extractor xtr_extractor_opml = {
    .name = "opml",
    .title = "OPML",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_METADATA,
    .run = run,
};
