/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Finding the article, in the way that Readability made known: paragraphs with much text and many
 * commas score for the elements around them, links and what names say count against; the best
 * element, and those beside it that are like it, are the article. */
#include "html/main.h"

#include <stdlib.h>
#include <strings.h>

enum {
    MIN_PARAGRAPH = 25, /* bytes of text */
    MAX_LEVELS = 5,     /* around a paragraph that it scores for */
    MOST_RIVALS = 5,
    ENOUGH = 500,   /* bytes of an article: with less, it is looked for again and less strictly */
    SOMETHING = 150 /* with so much, only half as much again is better */
};

/* Scores ------------------------------------------------------------------------------------ */

static float links_share(const xtr__html_part *part) {
    return part->text ? (float)part->links / (float)part->text : 0;
}

static float first_score(const xtr__html_part *part, bool weigh) {
    float score = weigh ? (float)part->weight : 0;
    switch (part->node->v.element.tag) {
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_MAIN:
        return score + 15;
    case GUMBO_TAG_DIV:
        return score + 5;
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_TD:
    case GUMBO_TAG_BLOCKQUOTE:
        return score + 3;
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_UL:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_LI:
    case GUMBO_TAG_FORM:
        return score - 3;
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6:
    case GUMBO_TAG_TH:
        return score - 5;
    default:
        return score;
    }
}

/* Lines of an element that belong together: a paragraph, or what stands in a <div> as one. */
static bool is_paragraph(const xtr__html_part *part) {
    switch (part->node->v.element.tag) {
    case GUMBO_TAG_P:
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_TD:
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_MAIN:
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_CENTER:
    case GUMBO_TAG_BODY:
        return part->own >= MIN_PARAGRAPH;
    default:
        return false;
    }
}

static void give(xtr__html_part *part, float score, bool weigh) {
    if (!(part->flags & XTR__PART_CANDIDATE)) {
        part->flags |= XTR__PART_CANDIDATE;
        part->score = first_score(part, weigh);
    }
    part->score += score;
}

static void score_paragraph(xtr__html_main *main, uint32_t number, bool weigh) {
    const xtr__html_part *part = &main->parts[number];
    float more = (float)part->own / 80;
    float score = 1 + (float)part->own_commas + (more > 3 ? 3 : more);
    /* Loose lines score for the element that they stand in. */
    bool loose = part->flags & XTR__PART_HAS_BLOCKS;
    uint32_t up = loose ? number : part->parent;
    for (int level = 0; level < MAX_LEVELS; level++) {
        give(&main->parts[up], level ? score / (float)(level == 1 ? 2 : level * 3) : score, weigh);
        if (!up)
            break;
        up = main->parts[up].parent;
    }
}

static bool is_dropped(const xtr__html_main *main, uint32_t number) {
    return main->parts[number].flags & XTR__PART_DROPPED;
}

static void score_all(xtr__html_main *main, bool weigh) {
    for (uint32_t i = 0; i < main->count; i++) {
        main->parts[i].flags &= ~(unsigned)(XTR__PART_CANDIDATE | XTR__PART_CHOSEN);
        main->parts[i].score = 0;
    }
    for (uint32_t i = 0; i < main->count; i++) {
        if (is_dropped(main, i))
            i = main->parts[i].end - 1;
        else if (is_paragraph(&main->parts[i]))
            score_paragraph(main, i, weigh);
    }
    for (uint32_t i = 0; i < main->count; i++)
        main->parts[i].score *= 1 - links_share(&main->parts[i]);
}

/* The best one ------------------------------------------------------------------------------ */

static bool is_around(const xtr__html_main *main, uint32_t outer, uint32_t inner) {
    return outer <= inner && inner < main->parts[outer].end;
}

static uint32_t find_rivals(const xtr__html_main *main, uint32_t rivals[MOST_RIVALS]) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < main->count; i++) {
        if (!(main->parts[i].flags & XTR__PART_CANDIDATE))
            continue;
        uint32_t at = count;
        while (at && main->parts[rivals[at - 1]].score < main->parts[i].score)
            at--;
        if (at == MOST_RIVALS)
            continue;
        count += count < MOST_RIVALS;
        memmove(&rivals[at + 1], &rivals[at], (count - 1 - at) * sizeof *rivals);
        rivals[at] = i;
    }
    return count;
}

/* Where several are nearly as good, the article is what holds them. */
static uint32_t around_rivals(const xtr__html_main *main, const uint32_t *rivals, uint32_t count) {
    uint32_t top = rivals[0];
    for (uint32_t up = main->parts[top].parent; up; up = main->parts[up].parent) {
        uint32_t holds = 0;
        for (uint32_t i = 1; i < count; i++)
            holds += main->parts[rivals[i]].score >= 0.75F * main->parts[top].score &&
                     !is_around(main, rivals[i], top) && is_around(main, up, rivals[i]);
        if (holds >= 3)
            return up;
    }
    return top;
}

/* What is around the best is better when it scores more, as when the text is in several parts. */
static uint32_t climb(const xtr__html_main *main, uint32_t top) {
    float last = main->parts[top].score;
    float least = last / 3;
    for (uint32_t up = main->parts[top].parent; up > 1; up = main->parts[up].parent) {
        const xtr__html_part *part = &main->parts[up];
        if (!(part->flags & XTR__PART_CANDIDATE))
            continue;
        if (part->score < least)
            break;
        if (part->score > last) {
            top = up;
            break;
        }
        last = part->score;
    }
    /* An only child is no article without what is around it. */
    for (;;) {
        uint32_t up = main->parts[top].parent;
        bool body = xtr__html_is(main->parts[up].node, GUMBO_TAG_BODY);
        if (!up || body || main->parts[up].end != main->parts[top].end || up + 1 != top)
            return top;
        top = up;
    }
}

/* Beside it --------------------------------------------------------------------------------- */

static bool is_like(const xtr__html_main *main, const xtr__html_part *part) {
    const xtr__html_part *top = &main->parts[main->top];
    const char *class = xtr__html_attribute(part->node, "class");
    const char *of_top = xtr__html_attribute(top->node, "class");
    bool same = class && of_top && *class && !strcmp(class, of_top);
    float least = top->score * 0.2F > 10 ? top->score * 0.2F : 10;
    if ((part->flags & XTR__PART_CANDIDATE) &&
        part->score + (same ? top->score * 0.2F : 0) >= least)
        return true;
    if (part->node->v.element.tag != GUMBO_TAG_P)
        return false;
    return part->text > 80 ? links_share(part) < 0.25F : part->text > 20 && !part->links;
}

static uint32_t choose(xtr__html_main *main) {
    uint32_t parent = main->parts[main->top].parent, text = 0;
    main->parts[main->top].flags |= XTR__PART_CHOSEN;
    for (uint32_t i = parent + 1; main->top && i < main->parts[parent].end;
         i = main->parts[i].end) {
        if (!is_dropped(main, i) && i != main->top && is_like(main, &main->parts[i]))
            main->parts[i].flags |= XTR__PART_CHOSEN;
    }
    for (uint32_t i = 0; i < main->count;
         i = main->parts[i].flags & XTR__PART_CHOSEN ? main->parts[i].end : i + 1)
        text += main->parts[i].flags & XTR__PART_CHOSEN ? main->parts[i].text : 0;
    return text;
}

/* Attempts ---------------------------------------------------------------------------------- */

static bool never_of_article(const GumboNode *node) {
    switch (node->v.element.tag) {
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_BUTTON:
    case GUMBO_TAG_SELECT:
    case GUMBO_TAG_INPUT:
    case GUMBO_TAG_TEXTAREA:
        return true;
    default:
        return false;
    }
}

static bool may_be_unlikely(const GumboNode *node) {
    GumboTag tag = node->v.element.tag;
    return tag != GUMBO_TAG_BODY && tag != GUMBO_TAG_HTML && tag != GUMBO_TAG_A &&
           tag != GUMBO_TAG_ARTICLE && tag != GUMBO_TAG_MAIN;
}

static void prune(xtr__html_main *main, bool unlikely) {
    for (uint32_t i = 0; i < main->count; i++) {
        xtr__html_part *part = &main->parts[i];
        part->flags &= ~(unsigned)XTR__PART_DROPPED;
        const char *aria = xtr__html_attribute(part->node, "aria-hidden");
        if ((aria && !strcasecmp(aria, "true")) ||
            (unlikely && (never_of_article(part->node) ||
                          (may_be_unlikely(part->node) && xtr__html_is_unlikely(part->node))))) {
            part->flags |= XTR__PART_DROPPED;
            i = part->end - 1;
        }
    }
    xtr__html_sum(main);
}

static uint32_t attempt(xtr__html_main *main, const char *title, int strictness) {
    uint32_t rivals[MOST_RIVALS + 1];
    prune(main, strictness > 1);
    score_all(main, strictness > 0);
    uint32_t count = find_rivals(main, rivals);
    if (!count)
        return 0;
    main->top = climb(main, around_rivals(main, rivals, count));
    choose(main);
    xtr__html_clean(main, title, strictness > 0);
    xtr__html_sum(main);
    uint32_t text = 0;
    for (uint32_t i = 0; i < main->count;
         i = main->parts[i].flags & XTR__PART_CHOSEN ? main->parts[i].end : i + 1)
        text += main->parts[i].flags & XTR__PART_CHOSEN ? main->parts[i].text : 0;
    return text;
}

xtr__html_main *xtr__html_main_find(xtr_job *job, const GumboNode *page, const char *title) {
    xtr__html_main *main = xtr__html_measure(job, page);
    uint32_t most = 0;
    int best = -1, tried = -1;
    for (int strictness = 2; main && strictness >= 0 && most < ENOUGH; strictness--) {
        uint32_t text = attempt(main, title, strictness);
        tried = strictness;
        if (most < SOMETHING ? text > most : text / 3 > most / 2) {
            most = text;
            best = strictness;
        }
    }
    if (main && best != tried && best >= 0)
        attempt(main, title, best);
    if (main && !most) {
        xtr__html_main_drop(main);
        return NULL;
    }
    return main;
}
