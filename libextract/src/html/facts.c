/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a page says about itself: <title>, <meta> (with the names of HTML, Dublin Core and Open
 * Graph), <link rel=canonical>, <time> and schema.org in JSON-LD. Several of them say the same
 * thing; the one of the highest rank is believed. */
#include "html/writer.h"

#include <stdlib.h>
#include <strings.h>
#include <yajl/yajl_parse.h>

enum { MOST_VALUE = 2000, MAX_DEPTH = 12, MOST_SCRIPT = 1 << 20 };

typedef enum fact_key {
    TITLE,
    AUTHORS,
    DESCRIPTION,
    KEYWORDS,
    LANGUAGE,
    CREATED,
    MODIFIED,
    PRODUCER,
    URL,
    SITE_NAME,
    FACTS
} fact_key;

static const char *const keys[FACTS] = {
    [TITLE] = "title",        [AUTHORS] = "authors",   [DESCRIPTION] = "description",
    [KEYWORDS] = "keywords",  [LANGUAGE] = "language", [CREATED] = "created",
    [MODIFIED] = "modified",  [PRODUCER] = "producer", [URL] = "url",
    [SITE_NAME] = "site_name"};

struct xtr__html_facts {
    struct {
        xtr__buffer value;
        int rank;
    } of[FACTS];
};

/* Names of <meta> in lower case. */
static const struct {
    const char *name;
    fact_key fact;
    int rank;
} names[] = {{"author", AUTHORS, 5},
             {"dc.creator", AUTHORS, 4},
             {"dcterms.creator", AUTHORS, 4},
             {"citation_author", AUTHORS, 4},
             {"article:author", AUTHORS, 3},
             {"parsely-author", AUTHORS, 2},
             {"sailthru.author", AUTHORS, 2},
             {"description", DESCRIPTION, 5},
             {"dc.description", DESCRIPTION, 4},
             {"dcterms.description", DESCRIPTION, 4},
             {"og:description", DESCRIPTION, 3},
             {"twitter:description", DESCRIPTION, 2},
             {"keywords", KEYWORDS, 5},
             {"news_keywords", KEYWORDS, 4},
             {"dc.subject", KEYWORDS, 3},
             {"article:tag", KEYWORDS, 2},
             {"content-language", LANGUAGE, 4},
             {"dc.language", LANGUAGE, 3},
             {"og:locale", LANGUAGE, 1},
             {"article:published_time", CREATED, 6},
             {"datepublished", CREATED, 5},
             {"dcterms.created", CREATED, 4},
             {"dc.date.issued", CREATED, 4},
             {"dc.date", CREATED, 4},
             {"pubdate", CREATED, 3},
             {"publishdate", CREATED, 3},
             {"date", CREATED, 3},
             {"article:modified_time", MODIFIED, 6},
             {"datemodified", MODIFIED, 5},
             {"og:updated_time", MODIFIED, 4},
             {"dcterms.modified", MODIFIED, 4},
             {"last-modified", MODIFIED, 3},
             {"generator", PRODUCER, 5},
             {"og:title", TITLE, 4},
             {"dc.title", TITLE, 3},
             {"twitter:title", TITLE, 2},
             {"og:url", URL, 2},
             {"og:site_name", SITE_NAME, 5},
             {"application-name", SITE_NAME, 3}};

xtr__html_facts *xtr__html_facts_new(void) {
    return calloc(1, sizeof(xtr__html_facts));
}

void xtr__html_facts_drop(xtr__html_facts *facts) {
    for (int i = 0; facts && i < FACTS; i++)
        free(facts->of[i].value.data);
    free(facts);
}

/* Learning ---------------------------------------------------------------------------------- */

/* ISO 8601, or nothing that begins like it. */
static bool is_date(const char *value, size_t size) {
    return size >= 4 && strspn(value, "0123456789") == 4 && (size == 4 || value[4] == '-');
}

static bool is_said(const xtr__buffer *all, const char *value, size_t size) {
    return all->size && memmem(all->data, all->size, value, size);
}

static void learn(xtr__html_facts *facts, fact_key fact, int rank, const char *value, size_t size) {
    xtr__buffer *known = &facts->of[fact].value;
    while (size && xtr__html_is_space(*value)) {
        value++;
        size--;
    }
    while (size && xtr__html_is_space(value[size - 1]))
        size--;
    size = size < MOST_VALUE ? size : MOST_VALUE;
    bool several = fact == AUTHORS || fact == KEYWORDS;
    if (!size || rank < facts->of[fact].rank ||
        ((fact == CREATED || fact == MODIFIED) && !is_date(value, size)))
        return;
    /* An author's page is no name. */
    if (fact == AUTHORS && (!strncmp(value, "http", 4) || *value == '/'))
        return;
    if (rank == facts->of[fact].rank) {
        if (!several || is_said(known, value, size) || known->size > MOST_VALUE)
            return;
        xtr__puts(known, ", ");
    } else {
        known->size = 0;
    }
    facts->of[fact].rank = rank;
    for (size_t i = 0; i < size; i++) {
        bool space = xtr__html_is_space(value[i]);
        if (!space || !xtr__html_is_space(value[i - 1]))
            xtr__putc(known, space ? ' ' : value[i]);
    }
}

static void learn_string(xtr__html_facts *facts, fact_key fact, int rank, const char *value) {
    if (value)
        learn(facts, fact, rank, value, strlen(value));
}

/* The head ---------------------------------------------------------------------------------- */

static void read_meta(xtr__html_facts *facts, const GumboNode *meta) {
    static const char *const kinds[] = {"name", "property", "http-equiv", "itemprop"};
    const char *content = xtr__html_attribute(meta, "content");
    for (size_t k = 0; content && k < sizeof kinds / sizeof *kinds; k++) {
        const char *name = xtr__html_attribute(meta, kinds[k]);
        for (size_t i = 0; name && i < sizeof names / sizeof *names; i++) {
            if (!strcasecmp(name, names[i].name))
                learn_string(facts, names[i].fact, names[i].rank, content);
        }
    }
}

static void read_title(xtr__html_facts *facts, const GumboNode *title) {
    xtr__buffer text = {0};
    xtr__html_text_of(&text, title, MOST_VALUE);
    learn(facts, TITLE, 6, text.data, text.size);
    free(text.data);
}

static void read_of_head(xtr__html_facts *facts, const GumboNode *node) {
    if (xtr__html_is(node, GUMBO_TAG_META))
        read_meta(facts, node);
    else if (xtr__html_is(node, GUMBO_TAG_TITLE))
        read_title(facts, node);
    else if (xtr__html_is(node, GUMBO_TAG_SCRIPT))
        xtr__html_facts_of_script(facts, node);
    else if (xtr__html_is(node, GUMBO_TAG_LINK) &&
             xtr__html_has_word(xtr__html_attribute(node, "rel"), "canonical"))
        learn_string(facts, URL, 5, xtr__html_attribute(node, "href"));
}

void xtr__html_facts_of_time(xtr__html_facts *facts, const GumboNode *time) {
    const char *what = xtr__html_attribute(time, "itemprop");
    const char *date = xtr__html_attribute(time, "datetime");
    if (xtr__html_has_word(what, "datePublished") || xtr__html_attribute(time, "pubdate"))
        learn_string(facts, CREATED, 2, date);
    else if (xtr__html_has_word(what, "dateModified"))
        learn_string(facts, MODIFIED, 2, date);
}

/* Damaged pages have a part of their head in the body. */
void xtr__html_facts_of_page(xtr__html_facts *facts, const GumboNode *page, bool all) {
    const GumboNode *node = page;
    bool inside = true;
    while ((node = xtr__html_next(node, page, inside))) {
        inside = all || xtr__html_is(node, GUMBO_TAG_HTML) || xtr__html_is(node, GUMBO_TAG_HEAD) ||
                 xtr__html_is(node, GUMBO_TAG_BODY);
        if (xtr__html_is(node, GUMBO_TAG_HTML)) {
            const char *language = xtr__html_attribute(node, "lang");
            learn_string(facts, LANGUAGE, 5,
                         language ? language : xtr__html_attribute(node, "xml:lang"));
        }
        if (node->type == GUMBO_NODE_ELEMENT)
            read_of_head(facts, node);
        if (all && xtr__html_is(node, GUMBO_TAG_TIME))
            xtr__html_facts_of_time(facts, node);
    }
}

const char *xtr__html_facts_title(xtr__html_facts *facts) {
    xtr__buffer *title = &facts->of[TITLE].value;
    xtr__expect(title, title->size + 1);
    if (title->failed)
        return NULL;
    title->data[title->size] = '\0';
    return title->data;
}

/* JSON-LD ----------------------------------------------------------------------------------- */

typedef enum json_key {
    OTHER,
    AUTHOR,
    NAME,
    HEADLINE,
    PUBLISHED,
    CHANGED,
    ABOUT,
    TAGS,
    SPOKEN,
    PUBLISHER
} json_key;

typedef struct reader {
    xtr__html_facts *facts;
    json_key keys[MAX_DEPTH]; /* the open ones */
    unsigned depth;
} reader;

static const struct {
    const char *name;
    json_key key;
} json_keys[] = {{"author", AUTHOR},        {"name", NAME},
                 {"headline", HEADLINE},    {"datePublished", PUBLISHED},
                 {"dateModified", CHANGED}, {"description", ABOUT},
                 {"keywords", TAGS},        {"inLanguage", SPOKEN},
                 {"publisher", PUBLISHER}};

static int on_key(void *payload, const unsigned char *name, size_t size) {
    reader *r = payload;
    r->keys[r->depth - 1] = OTHER;
    for (size_t i = 0; i < sizeof json_keys / sizeof *json_keys; i++) {
        if (strlen(json_keys[i].name) == size && !memcmp(json_keys[i].name, name, size))
            r->keys[r->depth - 1] = json_keys[i].key;
    }
    return 1;
}

/* The key that an open object or list is the value of. */
static json_key around(const reader *r, unsigned up) {
    unsigned at = r->depth;
    while (at) {
        json_key key = r->keys[--at];
        if (key != OTHER && !up--)
            return key;
        if (key == OTHER)
            return OTHER;
    }
    return OTHER;
}

static int on_string(void *payload, const unsigned char *text, size_t size) {
    reader *r = payload;
    const char *value = (const char *)text;
    json_key key = r->depth ? r->keys[r->depth - 1] : OTHER;
    key = key == OTHER ? around(r, 0) : key;
    json_key owner = key == NAME ? around(r, 1) : OTHER;
    if (owner == AUTHOR || key == AUTHOR)
        learn(r->facts, AUTHORS, 3, value, size);
    else if (owner == PUBLISHER)
        learn(r->facts, SITE_NAME, 2, value, size);
    else if (key == HEADLINE)
        learn(r->facts, TITLE, 3, value, size);
    else if (key == PUBLISHED)
        learn(r->facts, CREATED, 5, value, size);
    else if (key == CHANGED)
        learn(r->facts, MODIFIED, 5, value, size);
    else if (key == ABOUT)
        learn(r->facts, DESCRIPTION, 1, value, size);
    else if (key == TAGS)
        learn(r->facts, KEYWORDS, 1, value, size);
    else if (key == SPOKEN)
        learn(r->facts, LANGUAGE, 2, value, size);
    return 1;
}

static int on_open(void *payload) {
    reader *r = payload;
    if (r->depth == MAX_DEPTH)
        return 0;
    r->keys[r->depth++] = OTHER;
    return 1;
}

/* What a list holds belongs to the key of the list. */
static int on_open_list(void *payload) {
    reader *r = payload;
    json_key key = r->depth ? r->keys[r->depth - 1] : OTHER;
    if (!on_open(payload))
        return 0;
    r->keys[r->depth - 1] = key;
    return 1;
}

static int on_close(void *payload) {
    ((reader *)payload)->depth--;
    return 1;
}

void xtr__html_facts_of_script(xtr__html_facts *facts, const GumboNode *script) {
    static const yajl_callbacks callbacks = {.yajl_string = on_string,
                                             .yajl_start_map = on_open,
                                             .yajl_map_key = on_key,
                                             .yajl_end_map = on_close,
                                             .yajl_start_array = on_open_list,
                                             .yajl_end_array = on_close};
    const char *type = xtr__html_attribute(script, "type");
    const GumboVector *children = xtr__html_children(script);
    if (!type || strcasecmp(type, "application/ld+json") != 0 || !children->length)
        return;
    const GumboNode *text = children->data[0];
    if (text->type != GUMBO_NODE_TEXT)
        return;
    reader r = {.facts = facts};
    size_t size = strlen(text->v.text.text);
    yajl_handle parser = size < MOST_SCRIPT ? yajl_alloc(&callbacks, NULL, &r) : NULL;
    if (!parser)
        return;
    yajl_config(parser, yajl_dont_validate_strings, 1);
    yajl_parse(parser, (const unsigned char *)text->v.text.text, size);
    yajl_free(parser);
}

void xtr__html_facts_write(const xtr__html_facts *facts, xtr_builder *builder) {
    for (int i = 0; i < FACTS; i++) {
        xtr__buffer value = facts->of[i].value;
        char *text = value.size ? strndup(value.data, value.size) : NULL;
        if (text)
            xtr_metadata(builder, keys[i], text);
        free(text);
    }
}
