/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The parts of the reader of OpenDocument presentations and drawings, between its files. Numbers in
 * comments are sections of OpenDocument 1.3, part 3. */
#ifndef XTR_ODP_H
#define XTR_ODP_H

#include "container/tree.h"
#include "pptx/slide.h"

/* Elements and attributes, as "prefix:name". */
#define ODP_NAMES(X)                                                                                                           \
    X(BODY, "office:body")                                                                                                     \
    X(ANNOTATION, "office:annotation") X(PAGE, "draw:page") X(FRAME, "draw:frame") X(                                          \
        TEXT_BOX,                                                                                                              \
        "draw:text-box") X(IMAGE,                                                                                              \
                           "draw:image") X(OBJECT,                                                                             \
                                           "draw:object") X(GROUP,                                                             \
                                                            "draw:g") X(NOTES,                                                 \
                                                                        "presentation:notes")                                  \
        X(FOOTER, "presentation:footer") X(HEADER, "presentation:header") X(                                                   \
            DATE_TIME,                                                                                                         \
            "presentation:date-time") X(FOOTER_DECL,                                                                           \
                                        "presentation:footer-decl") X(HEADER_DECL,                                             \
                                                                      "presentation:header-decl")                              \
            X(DATE_DECL, "presentation:date-time-decl") X(P, "text:p") X(H, "text:h") X(                                       \
                SPAN, "text:span") X(LINK, "text:a") X(SPACES, "text:s") X(TAB, "text:tab")                                    \
                X(BREAK, "text:line-break") X(LIST, "text:list") X(ITEM, "text:list-item") X(                                  \
                    LIST_HEADER,                                                                                               \
                    "text:list-header") X(PAGE_NUMBER,                                                                         \
                                          "text:page-number") X(RUBY_TEXT,                                                     \
                                                                "text:ruby-text") X(TABLE,                                     \
                                                                                    "table:table")                             \
                    X(ROW, "table:table-row") X(HEADER_ROWS, "table:table-header-rows") X(                                     \
                        CELL, "table:table-cell") X(COVERED,                                                                   \
                                                    "table:covered-table-cell") X(TITLE,                                       \
                                                                                  "svg:title")                                 \
                        X(DESCRIPTION, "svg:desc") X(CREATOR, "dc:creator") X(                                                 \
                            CHART_TITLE,                                                                                       \
                            "chart:title") X(LIST_STYLE,                                                                       \
                                             "text:list-style") X(LEVEL_BULLET, "text:list-level-"                             \
                                                                                "style-bullet")                                \
                            X(LEVEL_NUMBER, "text:list-level-style-number") X(                                                 \
                                LEVEL_IMAGE,                                                                                   \
                                "text:list-level-style-image") X(STYLE,                                                        \
                                                                 "style:style") X(TEXT_PROPERTIES, "style:text-properties")    \
                                X(PAGE_LAYOUT,                                                                                 \
                                  "style:page-layout") X(PAGE_PROPERTIES, "style:page-layout-"                                 \
                                                                          "properties")                                        \
                                    X(MASTER, "style:master-page") X(AT_CLASS, "presentation:"                                 \
                                                                               "class") X(                                     \
                                        AT_PLACEHOLDER,                                                                        \
                                        "presentation:placeholder") X(AT_USE_FOOTER, "presentatio"                             \
                                                                                     "n:use-"                                  \
                                                                                     "footer-"                                 \
                                                                                     "name")                                   \
                                        X(AT_USE_HEADER,                                                                       \
                                          "presentation:use-header-name") X(AT_USE_DATE, "present"                             \
                                                                                         "ation:"                              \
                                                                                         "use-"                                \
                                                                                         "date-"                               \
                                                                                         "time-"                               \
                                                                                         "name")                               \
                                            X(AT_DECL_NAME, "presentation:name") X(AT_DRAW_NAME, "draw:name") X(               \
                                                AT_MASTER,                                                                     \
                                                "draw:master-page-name") X(AT_TRANSFORM, "draw:"                               \
                                                                                         "transfo"                             \
                                                                                         "rm")                                 \
                                                X(AT_X, "svg:x") X(AT_Y, "svg:y") X(                                           \
                                                    AT_WIDTH,                                                                  \
                                                    "svg:width") X(AT_HEIGHT, "svg:height")                                    \
                                                    X(AT_HREF, "xlink:href") X(                                                \
                                                        AT_LIST_STYLE,                                                         \
                                                        "text:style-name") X(AT_COUNT, "text:c")                               \
                                                        X(AT_LEVEL, "text:level") X(AT_BULLET, "t"                             \
                                                                                               "e"                             \
                                                                                               "x"                             \
                                                                                               "t"                             \
                                                                                               ":"                             \
                                                                                               "b"                             \
                                                                                               "u"                             \
                                                                                               "l"                             \
                                                                                               "l"                             \
                                                                                               "e"                             \
                                                                                               "t"                             \
                                                                                               "-"                             \
                                                                                               "c"                             \
                                                                                               "h"                             \
                                                                                               "a"                             \
                                                                                               "r") X(                         \
                                                            AT_START,                                                          \
                                                            "text:start-value") X(AT_CONTINUE, "t"                             \
                                                                                               "e"                             \
                                                                                               "x"                             \
                                                                                               "t"                             \
                                                                                               ":"                             \
                                                                                               "c"                             \
                                                                                               "o"                             \
                                                                                               "n"                             \
                                                                                               "t"                             \
                                                                                               "i"                             \
                                                                                               "n"                             \
                                                                                               "u"                             \
                                                                                               "e"                             \
                                                                                               "-"                             \
                                                                                               "n"                             \
                                                                                               "u"                             \
                                                                                               "m"                             \
                                                                                               "b"                             \
                                                                                               "e"                             \
                                                                                               "r"                             \
                                                                                               "i"                             \
                                                                                               "n"                             \
                                                                                               "g")                            \
                                                            X(AT_STYLE_NAME, "style:name") X(                                  \
                                                                AT_NUM_FORMAT,                                                 \
                                                                "style:num-format")                                            \
                                                                X(AT_NUM_PREFIX, "style:num-"                                  \
                                                                                 "prefix") X(                                  \
                                                                    AT_NUM_SUFFIX,                                             \
                                                                    "style:num-suffix") X(AT_LAYOUT, "style:page-layout-name") \
                                                                    X(AT_WEIGHT,                                               \
                                                                      "fo:font-weight")                                        \
                                                                        X(AT_SLANT, "fo:font-"                                 \
                                                                                    "style") X(                                \
                                                                            AT_FAMILY, "fo:font-"                              \
                                                                                       "family")                               \
                                                                            X(AT_FONT, "style:"                                \
                                                                                       "font-"                                 \
                                                                                       "name") X(                              \
                                                                                AT_STRIKE, "style"                             \
                                                                                           ":text"                             \
                                                                                           "-line"                             \
                                                                                           "-thro"                             \
                                                                                           "ugh-"                              \
                                                                                           "styl"                              \
                                                                                           "e")                                \
                                                                                X(AT_POSITION, "s"                             \
                                                                                               "t"                             \
                                                                                               "y"                             \
                                                                                               "l"                             \
                                                                                               "e"                             \
                                                                                               ":"                             \
                                                                                               "t"                             \
                                                                                               "e"                             \
                                                                                               "x"                             \
                                                                                               "t"                             \
                                                                                               "-"                             \
                                                                                               "p"                             \
                                                                                               "o"                             \
                                                                                               "s"                             \
                                                                                               "i"                             \
                                                                                               "t"                             \
                                                                                               "i"                             \
                                                                                               "o"                             \
                                                                                               "n") X(                         \
                                                                                    AT_PAGE_WIDTH,                             \
                                                                                    "fo:page-"                                 \
                                                                                    "width") X(AT_PAGE_HEIGHT,                 \
                                                                                               "f"                             \
                                                                                               "o"                             \
                                                                                               ":"                             \
                                                                                               "p"                             \
                                                                                               "a"                             \
                                                                                               "g"                             \
                                                                                               "e"                             \
                                                                                               "-"                             \
                                                                                               "h"                             \
                                                                                               "e"                             \
                                                                                               "i"                             \
                                                                                               "g"                             \
                                                                                               "h"                             \
                                                                                               "t")                            \
                                                                                    X(AT_COLUMN_SPAN,                          \
                                                                                      "table:"                                 \
                                                                                      "number-"                                \
                                                                                      "columns-"                               \
                                                                                      "spanned")                               \
                                                                                        X(AT_ROW_SPAN,                         \
                                                                                          "table:"                             \
                                                                                          "number"                             \
                                                                                          "-rows-"                             \
                                                                                          "spanne"                             \
                                                                                          "d")                                 \
                                                                                            X(AT_COLUMNS,                      \
                                                                                              "ta"                             \
                                                                                              "bl"                             \
                                                                                              "e:"                             \
                                                                                              "nu"                             \
                                                                                              "mb"                             \
                                                                                              "er"                             \
                                                                                              "-c"                             \
                                                                                              "ol"                             \
                                                                                              "um"                             \
                                                                                              "ns"                             \
                                                                                              "-r"                             \
                                                                                              "ep"                             \
                                                                                              "ea"                             \
                                                                                              "te"                             \
                                                                                              "d")                             \
                                                                                                X(AT_FIRST_ROW,                \
                                                                                                  "table:use-first-row-styles")

enum odp_name {
    ODP_NONE,
#define X(id, name) ODP_##id,
    ODP_NAMES(X)
#undef X
        ODP_SHAPE /* rectangles, lines and whatever else may hold text */
};

enum { ODP_LEVELS = XTR__SLIDE_LEVELS };

/* A level of a list (16.31 to 16.34). */
typedef struct odp_level {
    bool shown;
    char format; /* '1', 'a', 'A', 'i', 'I' of a number; 0: a bullet */
    char before[8], behind[8];
    char bullet[12];
    uint32_t start;
} odp_level;

/* What has a name begins with it and its number in its list. */
typedef struct odp_named {
    char *name;
    uint32_t order;
} odp_named;

typedef struct odp_list_style {
    odp_named named;
    odp_level levels[ODP_LEVELS];
} odp_list_style;

typedef struct odp_text_style {
    odp_named named;
    unsigned styles;
} odp_text_style;

typedef struct odp_pair {
    odp_named named;
    char *value;
} odp_pair;

typedef struct odp_size {
    odp_named named;
    float width, height;
} odp_size;

/* A growing list of what has a name; sorted when it is searched. */
typedef struct odp_names {
    void *items;
    size_t count;
    bool sorted;
} odp_names;

typedef struct odp {
    xtr_job *job;
    xtr_builder *builder;
    xtr__zip *zip; /* NULL: a flat file */
    xtr__xml_names *names;
    xtr__tree *tree; /* of the page, or the style, that is being read */
    xtr__tree *side; /* of an object in it */
    uint32_t open;   /* depth of the element that `tree` is of; 0: none */
    bool in_body;
    odp_names list_styles, text_styles, sizes, masters, declarations;
    uint32_t page, pages; /* pages: all so far */
    uint32_t written;
    bool limited;
    xtr_box box; /* of the shape that is being written */
} odp;

/* styles.c */
void odp_read_style(odp *o);
const odp_list_style *odp_list_style_of(odp *o, const char *name);
unsigned odp_text_style_of(odp *o, const char *name);
const char *odp_declaration_of(odp *o, const char *name);
odp_size odp_size_of(odp *o, const char *master);
/** Points of "2.54cm", or 0. */
float odp_length(const char *text);
void odp_drop_styles(odp *o);

/* text.c */
bool odp_has_text(const xtr__tree *tree, uint32_t node);
void odp_write_blocks(odp *o, uint32_t parent, xtr_element_type type);
void odp_write_title(odp *o, uint32_t parent);
/** All paragraphs below a node into what is open, one a line. */
void odp_write_joined(odp *o, const xtr__tree *tree, uint32_t parent, const char *between);

/* shapes.c */
void odp_write_page(odp *o, uint32_t page);

/* table.c */
void odp_write_table(odp *o, const xtr__tree *tree, uint32_t table, xtr_box box);
void odp_write_chart(odp *o, const char *object, xtr_box box);

/* meta.c */
void odp_read_meta(odp *o);

#endif
