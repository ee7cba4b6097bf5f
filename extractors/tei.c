/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* TEI P5 (and P4): editions of texts. The header gives the facts; of two readings of a place the
 * corrected, regular and expanded one is taken. */
#include "markup/vocabulary.h"

#define RULE(name, role) \
    { name, NULL, XTR__ROLE_##role, 0, NULL }
#define RULE_WITH(name, role, arg) \
    { name, NULL, XTR__ROLE_##role, arg, NULL }
#define INSIDE(name, under, role) \
    { name, under, XTR__ROLE_##role, 0, NULL }
#define FACT(name, under, role, key) \
    { name, under, XTR__ROLE_##role, 0, key }

static const xtr__rule rules[] = {
    /* What the text is */
    FACT("title", "titleStmt", SKIP, "title"),
    FACT("author", "titleStmt", SKIP, "authors"),
    FACT("publisher", "publicationStmt", SKIP, "publisher"),
    FACT("date", "publicationStmt", SKIP, "created"),
    FACT("language", "langUsage", SKIP, "language"),
    RULE("teiHeader", NONE),
    RULE("fileDesc", NONE),
    RULE("profileDesc", NONE),
    RULE("titleStmt", NONE),
    RULE("publicationStmt", NONE),
    RULE("langUsage", NONE),
    RULE("editionStmt", SKIP),
    RULE("extent", SKIP),
    RULE("seriesStmt", SKIP),
    RULE("notesStmt", SKIP),
    RULE("sourceDesc", SKIP),
    RULE("encodingDesc", SKIP),
    RULE("revisionDesc", SKIP),
    RULE("xenoData", SKIP),
    INSIDE("respStmt", "titleStmt", SKIP),
    INSIDE("funder", "titleStmt", SKIP),
    INSIDE("sponsor", "titleStmt", SKIP),
    INSIDE("principal", "titleStmt", SKIP),
    INSIDE("editor", "titleStmt", SKIP),
    INSIDE("pubPlace", "publicationStmt", SKIP),
    INSIDE("availability", "publicationStmt", SKIP),
    INSIDE("idno", "publicationStmt", SKIP),
    INSIDE("address", "publicationStmt", SKIP),
    INSIDE("authority", "publicationStmt", SKIP),
    INSIDE("distributor", "publicationStmt", SKIP),
    INSIDE("p", "publicationStmt", SKIP),
    INSIDE("textClass", "profileDesc", SKIP),
    INSIDE("creation", "profileDesc", SKIP),
    INSIDE("abstract", "profileDesc", SKIP),
    INSIDE("particDesc", "profileDesc", SKIP),
    INSIDE("settingDesc", "profileDesc", SKIP),
    INSIDE("correspDesc", "profileDesc", SKIP),
    RULE("fw", SKIP),
    RULE("facsimile", SKIP),
    RULE("surface", SKIP),
    RULE("standOff", SKIP),
    /* Structure */
    RULE("div", SECTION),
    RULE("div0", SECTION),
    RULE("div1", SECTION),
    RULE("div2", SECTION),
    RULE("div3", SECTION),
    RULE("div4", SECTION),
    RULE("div5", SECTION),
    RULE("div6", SECTION),
    RULE("div7", SECTION),
    INSIDE("head", "figure", CAPTION),
    INSIDE("head", "table", CAPTION),
    INSIDE("head", "list", BLOCK),
    RULE("head", TITLE),
    RULE("docTitle", TITLE),
    RULE("titlePart", TITLE),
    RULE("byline", BLOCK),
    RULE("docAuthor", BLOCK),
    RULE("docImprint", BLOCK),
    RULE("docDate", BLOCK),
    RULE("opener", BLOCK),
    RULE("closer", BLOCK),
    RULE("signed", BLOCK),
    RULE("salute", BLOCK),
    RULE("dateline", BLOCK),
    RULE("trailer", BLOCK),
    RULE("argument", BLOCK),
    RULE("p", BLOCK),
    RULE("ab", BLOCK),
    RULE("lg", BLOCK),
    RULE("stage", BLOCK),
    RULE("speaker", BLOCK),
    RULE("label", BLOCK),
    RULE("l", LINE),
    RULE("sp", NONE),
    RULE("cit", NONE),
    INSIDE("quote", "p", QUOTED),
    RULE("quote", QUOTE),
    RULE("q", QUOTED),
    RULE("list", LIST),
    RULE("item", ITEM),
    RULE("eg", CODE),
    RULE_WITH("note", NOTE, 1),
    RULE("bibl", BLOCK),
    RULE("biblStruct", SPACED),
    RULE("table", TABLE),
    RULE("row", ROW),
    RULE("cell", CELL),
    RULE("graphic", IMAGE),
    RULE("figDesc", BLOCK),
    RULE("formula", NONE),
    INSIDE("sic", "choice", SKIP),
    INSIDE("orig", "choice", SKIP),
    INSIDE("abbr", "choice", SKIP),
    RULE("del", SKIP),
    /* Words */
    RULE_WITH("hi", STYLE, XTR_ITALIC),
    RULE_WITH("emph", STYLE, XTR_ITALIC),
    RULE_WITH("code", STYLE, XTR_MONO),
    RULE_WITH("gi", STYLE, XTR_MONO),
    RULE_WITH("att", STYLE, XTR_MONO),
    RULE_WITH("val", STYLE, XTR_MONO),
    RULE("ref", LINK),
    RULE("ptr", LINK),
    RULE("lb", BREAK),
};

static const char *const mime_types[] = {"application/tei+xml", NULL};

static int run(xtr_job *job) {
    return xtr__vocabulary_read(job, &(xtr__vocabulary){rules, sizeof rules / sizeof *rules});
}

const xtr_extractor xtr_extractor_tei = {
    .name = "tei",
    .title = "Text Encoding Initiative",
    .mime_types = mime_types,
    .run = run,
};
