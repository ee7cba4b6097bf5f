/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What authors call the parts of their pages. Names are cut into words where letters change from
 * small to capital and at anything that is no letter: "relatedPosts", "entry-content". */
#include "html/main.h"

#include <strings.h>

enum { LONGEST_WORD = 24, MOST_BYTES = 300 };

typedef enum kind_of_hint {
    NOTHING,
    GOOD,     /* of an article */
    BAD,      /* of what stands around it */
    UNLIKELY, /* the same, so surely that it need not be weighed */
    MAYBE     /* an UNLIKELY one beside it may yet be one */
} kind_of_hint;

static const struct {
    const char *word;
    kind_of_hint hint;
} words[] = {{"article", GOOD},
             {"articlebody", GOOD},
             {"body", GOOD},
             {"content", GOOD},
             {"entry", GOOD},
             {"hentry", GOOD},
             {"hnews", GOOD},
             {"main", GOOD},
             {"page", GOOD},
             {"post", GOOD},
             {"posts", GOOD},
             {"text", GOOD},
             {"blog", GOOD},
             {"story", GOOD},
             {"storybody", GOOD},
             {"column", MAYBE},
             {"paragraph", GOOD},
             {"prose", GOOD},
             {"copy", GOOD},
             {"ad", UNLIKELY},
             {"ads", UNLIKELY},
             {"advert", UNLIKELY},
             {"agegate", UNLIKELY},
             {"banner", UNLIKELY},
             {"breadcrumb", UNLIKELY},
             {"breadcrumbs", UNLIKELY},
             {"combx", UNLIKELY},
             {"comment", UNLIKELY},
             {"comments", UNLIKELY},
             {"community", UNLIKELY},
             {"cookie", UNLIKELY},
             {"cookies", UNLIKELY},
             {"consent", UNLIKELY},
             {"disqus", UNLIKELY},
             {"extra", UNLIKELY},
             {"footer", UNLIKELY},
             {"gdpr", UNLIKELY},
             {"header", UNLIKELY},
             {"legends", UNLIKELY},
             {"menu", UNLIKELY},
             {"nav", UNLIKELY},
             {"navbar", UNLIKELY},
             {"navigation", UNLIKELY},
             {"newsletter", UNLIKELY},
             {"pager", UNLIKELY},
             {"pagination", UNLIKELY},
             {"popup", UNLIKELY},
             {"promo", UNLIKELY},
             {"related", UNLIKELY},
             {"remark", UNLIKELY},
             {"replies", UNLIKELY},
             {"rss", UNLIKELY},
             {"share", UNLIKELY},
             {"sharing", UNLIKELY},
             {"shoutbox", UNLIKELY},
             {"sidebar", UNLIKELY},
             {"skyscraper", UNLIKELY},
             {"social", UNLIKELY},
             {"sponsor", UNLIKELY},
             {"sponsored", UNLIKELY},
             {"subscribe", UNLIKELY},
             {"supplemental", UNLIKELY},
             {"toolbar", UNLIKELY},
             {"taboola", UNLIKELY},
             {"outbrain", UNLIKELY},
             {"yom", UNLIKELY},
             {"hid", BAD},
             {"hidden", BAD},
             {"com", BAD},
             {"contact", BAD},
             {"foot", BAD},
             {"footnote", BAD},
             {"gallery", BAD},
             {"masthead", BAD},
             {"media", BAD},
             {"meta", BAD},
             {"outbrain", BAD},
             {"scroll", BAD},
             {"shopping", BAD},
             {"tags", BAD},
             {"tool", BAD},
             {"tools", BAD},
             {"widget", BAD},
             {"teaser", BAD},
             {"teasers", BAD},
             {"recommended", BAD},
             {"trending", BAD},
             {"popular", BAD},
             {"login", BAD},
             {"signup", BAD},
             {"skip", BAD},
             {"byline", BAD},
             {"author", BAD},
             {"dateline", BAD}};

static kind_of_hint hint_of(const char *word) {
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (words[i].word[0] == word[0] && !strcmp(words[i].word, word))
            return words[i].hint;
    }
    return NOTHING;
}

typedef struct hints {
    bool good, bad, unlikely, maybe;
} hints;

static void add_hint(hints *h, char *word, size_t *size) {
    word[*size] = '\0';
    kind_of_hint hint = *size ? hint_of(word) : NOTHING;
    *size = 0;
    h->good = h->good || hint == GOOD;
    h->maybe = h->maybe || hint == MAYBE || hint == GOOD;
    h->unlikely = h->unlikely || hint == UNLIKELY;
    h->bad = h->bad || hint == BAD || hint == UNLIKELY;
}

static void read_names(hints *h, const char *names) {
    char word[LONGEST_WORD + 1];
    size_t size = 0;
    char before = ' ';
    for (size_t i = 0; names && names[i] && i < MOST_BYTES; i++) {
        char c = names[i];
        bool small = c >= 'a' && c <= 'z', capital = c >= 'A' && c <= 'Z';
        bool begins = capital && before >= 'a' && before <= 'z';
        if (begins || (!small && !capital))
            add_hint(h, word, &size);
        if ((small || capital) && size < LONGEST_WORD)
            word[size++] = (char)(c | 32);
        before = c;
    }
    add_hint(h, word, &size);
}

int xtr__html_weight_of(const GumboNode *node) {
    static const char *const attributes[] = {"class", "id"};
    int weight = 0;
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        hints h = {0};
        read_names(&h, xtr__html_attribute(node, attributes[i]));
        weight += (h.good ? 25 : 0) - (h.bad ? 25 : 0) - (h.unlikely ? 25 : 0);
    }
    const char *property = xtr__html_attribute(node, "itemprop");
    if (xtr__html_has_word(property, "articleBody"))
        weight += 50;
    return weight;
}

bool xtr__html_is_unlikely(const GumboNode *node) {
    static const char *const roles[] = {"menu",        "menubar",     "complementary", "navigation",
                                        "alert",       "alertdialog", "dialog",        "banner",
                                        "contentinfo", "search"};
    const char *role = xtr__html_attribute(node, "role");
    for (size_t i = 0; role && i < sizeof roles / sizeof *roles; i++) {
        if (!strcasecmp(role, roles[i]))
            return true;
    }
    hints h = {0};
    read_names(&h, xtr__html_attribute(node, "class"));
    read_names(&h, xtr__html_attribute(node, "id"));
    return h.unlikely && !h.maybe;
}
