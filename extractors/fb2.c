/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* FictionBook 2 (gribuser.ru's schema 2.21): books in one file of XML. Notes are sections of a body
 * of their own, named by their titles, to which links of type "note" lead. */
#include "markup/rules.h"

static const xtr__rule rules[] = {
    /* What the book is */
    FACT("book-title", "title-info", SKIP, "title"),
    FACT("author", "title-info", SKIP, "authors"),
    FACT("lang", "title-info", SKIP, "language"),
    FACT("date", "title-info", SKIP, "created"),
    FACT("keywords", "title-info", SKIP, "keywords"),
    FACT("annotation", "title-info", SKIP, "description"),
    FACT("publisher", "publish-info", SKIP, "publisher"),
    FACT("isbn", "publish-info", SKIP, "identifier"),
    INSIDE("nickname", "author", SKIP),
    INSIDE("email", "author", SKIP),
    INSIDE("home-page", "author", SKIP),
    INSIDE("id", "author", SKIP),
    RULE("description", NONE),
    RULE("title-info", SKIP),
    RULE("src-title-info", SKIP),
    RULE("document-info", SKIP),
    RULE("publish-info", SKIP),
    RULE("custom-info", SKIP),
    RULE("binary", SKIP),
    RULE("stylesheet", SKIP),
    /* Its text */
    RULE("body", NOTES),
    RULE("section", SECTION),
    INSIDE("p", "title", LINE),
    INSIDE("title", "poem", BLOCK),
    RULE("title", TITLE),
    RULE_WITH("subtitle", TITLE, 1),
    RULE("p", BLOCK),
    RULE("text-author", BLOCK),
    RULE("date", BLOCK),
    RULE("stanza", BLOCK),
    RULE("v", LINE),
    RULE("epigraph", QUOTE),
    RULE("cite", QUOTE),
    RULE("image", IMAGE),
    RULE("table", TABLE),
    RULE("tr", ROW),
    RULE("td", CELL),
    RULE_WITH("th", CELL, 1),
    RULE("a", MARK),
    RULE_WITH("strong", STYLE, XTR_BOLD),
    RULE_WITH("emphasis", STYLE, XTR_ITALIC),
    RULE_WITH("strikethrough", STYLE, XTR_STRIKE),
    RULE_WITH("sub", STYLE, XTR_SUBSCRIPT),
    RULE_WITH("sup", STYLE, XTR_SUPERSCRIPT),
    RULE_WITH("code", STYLE, XTR_MONO),
    RULE_WITH("style", STYLE, 0),
};

static const char *const mime_types[] = {"application/x-fictionbook+xml", NULL};

static int run(xtr_job *job) {
    return xtr__vocabulary_read(job, &(xtr__vocabulary){rules, sizeof rules / sizeof *rules});
}

const xtr_extractor xtr_extractor_fb2 = {
    .name = "fb2",
    .title = "FictionBook",
    .mime_types = mime_types,
    .yields = XTR_YIELDS_TEXT | XTR_YIELDS_STRUCTURE | XTR_YIELDS_TABLES | XTR_YIELDS_METADATA,
    .run = run,
};
