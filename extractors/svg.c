/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* SVG 1.1 and 2: the words of a drawing, and what its title and description say. */
#include "markup/rules.h"

static const xtr__rule rules[] = {
    RULE("style", SKIP),     RULE("script", SKIP),
    RULE("metadata", SKIP),  FACT("title", NULL, BLOCK, "title"),
    RULE("desc", BLOCK),     RULE("text", BLOCK),
    RULE("flowRoot", BLOCK), RULE("flowPara", BLOCK),
    RULE("tspan", APART),    RULE("p", BLOCK),
    RULE("div", BLOCK),      RULE("li", BLOCK),
    RULE("td", BLOCK),       RULE("th", BLOCK),
    RULE("br", BREAK),       RULE("image", IMAGE),
    RULE("a", LINK),
};

static const char *const mime_types[] = {"image/svg+xml", NULL};

static int run(xtr_job *job) {
    return xtr__vocabulary_read(job, &(xtr__vocabulary){rules, sizeof rules / sizeof *rules});
}

const xtr_extractor xtr_extractor_svg = {
    .name = "svg",
    .title = "SVG",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_METADATA,
    .run = run,
};
