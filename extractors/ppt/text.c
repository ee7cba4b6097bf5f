/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Text ([MS-PPT] 2.9): characters, then runs of paragraphs and of characters that say what they
 * look like, then what stands at single characters: fields and links. */
#include "ppt/ppt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_MARKS = 64, BUFFER = 512 };

bool ppt_read_text(records *from, ppt_text *out) {
    record r = {.type = 0};
    while (ppt_next(from, &r)) {
        if (r.type == PPT_TEXT_HEADER && r.body.size >= 4)
            break;
        r.type = 0;
    }
    if (r.type != PPT_TEXT_HEADER || r.body.size < 4 || !r.body.data)
        return false;
    *out = (ppt_text){.type = ppt_u32(r.body.data), .rest = {from->data, 0}};
    out->type = out->type < TEXT_TYPES ? out->type : TEXT_OTHER;
    for (records next = *from; ppt_next(&next, &r) && r.type != PPT_TEXT_HEADER; *from = next) {
        out->rest.size = (size_t)(next.data - out->rest.data);
        if (r.type == PPT_TEXT_CHARS || r.type == PPT_TEXT_BYTES) {
            out->characters = r.body;
            out->wide = r.type == PPT_TEXT_CHARS;
        } else if (r.type == PPT_STYLES) {
            out->styles = r.body;
        }
    }
    return true;
}

static size_t length_of(const ppt_text *t) {
    return t->wide ? t->characters.size / 2 : t->characters.size;
}

static uint32_t character_at(const ppt_text *t, size_t i) {
    return t->wide ? ppt_u16(t->characters.data + 2 * i) : t->characters.data[i];
}

bool ppt_is_blank(const ppt_text *t) {
    size_t length = length_of(t);
    for (size_t i = 0; i < length; i++) {
        uint32_t c = character_at(t, i);
        if (c > 0x20 && c != 0xA0)
            return false;
    }
    return true;
}

/* Runs -------------------------------------------------------------------------------------- */

typedef struct paragraph_runs {
    records from;
    size_t left; /* characters of this run */
    unsigned level;
    ppt_bullet bullet;
} paragraph_runs;

typedef struct character_runs {
    records from;
    size_t left;
    unsigned styles;
} character_runs;

static bool next_paragraph_run(paragraph_runs *r) {
    r->level = 0;
    r->bullet = (ppt_bullet){.set = false};
    if (r->from.size < 6) {
        r->left = SIZE_MAX;
        return false;
    }
    r->left = ppt_u32(r->from.data);
    r->level = ppt_u16(r->from.data + 4);
    r->level = r->level < PPT_LEVELS ? r->level : PPT_LEVELS - 1;
    r->from.data += 6;
    r->from.size -= 6;
    if (!ppt_read_paragraph(&r->from, &r->bullet))
        r->from.size = 0;
    return true;
}

static void next_character_run(character_runs *r) {
    r->styles = 0;
    if (r->from.size < 4) {
        r->left = SIZE_MAX;
        return;
    }
    r->left = ppt_u32(r->from.data);
    r->from.data += 4;
    r->from.size -= 4;
    if (!ppt_read_characters(&r->from, &r->styles))
        r->from.size = 0;
}

/* The runs of characters stand behind those of paragraphs, which cover one character more than
 * there are (2.9.44). */
static void open_runs(const ppt_text *t, paragraph_runs *paragraphs, character_runs *characters) {
    size_t covered = 0, length = length_of(t) + 1;
    *paragraphs = (paragraph_runs){.from = t->styles};
    paragraph_runs all = *paragraphs;
    while (covered < length && next_paragraph_run(&all))
        covered = all.left < length - covered ? covered + all.left : length;
    *characters = (character_runs){.from = all.from};
    next_paragraph_run(paragraphs);
    next_character_run(characters);
}

static void advance(paragraph_runs *p, character_runs *c) {
    if (p->left != SIZE_MAX && --p->left == 0)
        next_paragraph_run(p);
    if (c->left != SIZE_MAX && --c->left == 0)
        next_character_run(c);
}

/* Marks: fields and links -------------------------------------------------------------------- */

typedef struct mark {
    size_t from, to;
    unsigned field; /* the type of its record; 0: a link */
    char *url;
} mark;

typedef struct marks {
    mark items[MOST_MARKS];
    size_t count, at;
} marks;

static int by_id(const void *a, const void *b) {
    const ppt_link *one = a, *other = b;
    return (one->id > other->id) - (one->id < other->id);
}

void ppt_read_links(ppt *p) {
    enum { MOST_LINKS = 1 << 20 };
    records from = ppt_find(p->document, PPT_EXTERNAL_OBJECTS, -1);
    size_t capacity = 0;
    record r;
    while (ppt_next(&from, &r) && p->link_count < MOST_LINKS) {
        records atom = r.type == PPT_LINK ? ppt_find(r.body, PPT_LINK_ATOM, -1) : (records){0};
        if (atom.size < 4)
            continue;
        if (p->link_count == capacity) {
            capacity = capacity ? capacity * 2 : 32;
            ppt_link *grown = realloc(p->links, capacity * sizeof *grown);
            if (!grown)
                break;
            p->links = grown;
        }
        p->links[p->link_count++] = (ppt_link){ppt_u32(atom.data), r.body};
    }
    if (p->link_count)
        qsort(p->links, p->link_count, sizeof *p->links, by_id);
}

static records link_with_id(const ppt *p, uint32_t id) {
    const ppt_link key = {.id = id};
    const ppt_link *found =
        p->link_count ? bsearch(&key, p->links, p->link_count, sizeof key, by_id) : NULL;
    return found ? found->body : (records){NULL, 0};
}

/* A link to a slide says "256,2,Title": which is listed as a link to that page. */
static char *url_of(ppt *p, records interaction) {
    records atom = ppt_find(interaction, PPT_INTERACTION_ATOM, -1);
    if (atom.size < 16)
        return NULL;
    records link = link_with_id(p, ppt_u32(atom.data + 4));
    records target = ppt_find(link, PPT_STRING, 1), place = ppt_find(link, PPT_STRING, 3);
    char *url = target.size >= 2 ? ppt_utf8(target) : NULL;
    char *location = !url && place.size >= 2 ? ppt_utf8(place) : NULL;
    const char *comma = location ? strchr(location, ',') : NULL;
    long page = comma ? strtol(comma + 1, NULL, 10) : 0;
    if (page > 0 && (size_t)page <= p->slides.count)
        xtr_link(p->builder, NULL, (uint32_t)page, p->page, (xtr_box){0});
    else if (url)
        xtr_link(p->builder, url, 0, p->page, (xtr_box){0});
    free(location);
    return url;
}

static void read_marks(ppt *p, const ppt_text *t, marks *out) {
    records from = t->rest, interaction = {NULL, 0};
    record r;
    out->count = out->at = 0;
    while (ppt_next(&from, &r) && out->count < MOST_MARKS) {
        mark m = {.field = r.type};
        switch (r.type) {
        case PPT_INTERACTION:
            interaction = r.body;
            break;
        case PPT_TEXT_LINK:
            m = (mark){.url = r.body.size >= 8 ? url_of(p, interaction) : NULL};
            if (!m.url)
                break;
            m.from = ppt_u32(r.body.data);
            m.to = ppt_u32(r.body.data + 4);
            out->items[out->count++] = m;
            break;
        case PPT_SLIDE_NUMBER:
        case PPT_DATE:
        case PPT_GENERIC_DATE:
        case PPT_HEADER:
        case PPT_FOOTER:
            if (r.body.size < 4)
                break;
            m.from = ppt_u32(r.body.data);
            m.to = m.from + 1;
            out->items[out->count++] = m;
            break;
        default:
            break;
        }
    }
}

static void free_marks(marks *m) {
    for (size_t i = 0; i < m->count; i++)
        free(m->items[i].url);
}

static const mark *mark_at(const marks *m, size_t at, bool field) {
    for (size_t i = 0; i < m->count; i++) {
        const mark *k = &m->items[i];
        if (at >= k->from && at < k->to && (k->field != 0) == field)
            return k;
    }
    return NULL;
}

/* Writing ----------------------------------------------------------------------------------- */

typedef struct writer {
    ppt *p;
    const ppt_text *text;
    xtr_element_type type;
    bool joins; /* all paragraphs into one element or cell */
    const char *between;
    xtr_box box;
    marks marks;
    paragraph_runs paragraphs;
    character_runs characters;
    unsigned char buffer[BUFFER];
    size_t size;
    unsigned styles;
    const char *url;
    bool begun;
} writer;

static void flush(writer *w) {
    if (!w->size)
        return;
    char *text = ppt_utf8((records){w->buffer, w->size});
    if (text) {
        xtr_style(w->p->builder, w->styles, w->url);
        xtr_text(w->p->builder, text, strlen(text));
    }
    free(text);
    w->size = 0;
}

static void put_plain(writer *w, const char *text) {
    flush(w);
    xtr_style(w->p->builder, 0, NULL);
    xtr_text(w->p->builder, text, strlen(text));
}

static void put_character(writer *w, size_t at, uint32_t c) {
    const mark *field = w->marks.count ? mark_at(&w->marks, at, true) : NULL;
    const mark *link = w->marks.count ? mark_at(&w->marks, at, false) : NULL;
    const char *url = link ? link->url : NULL;
    if (field) {
        char number[16] = "";
        if (field->field == PPT_SLIDE_NUMBER)
            snprintf(number, sizeof number, "%u", w->p->first_number + w->p->page - 1);
        put_plain(w, number);
        return;
    }
    if (c == 0x0B) {
        put_plain(w, w->type == XTR_HEADING ? " " : "\n");
        return;
    }
    bool low = c >= 0xDC00 && c < 0xE000; /* half of a character */
    if (!low && (w->characters.styles != w->styles || url != w->url || w->size + 4 > BUFFER)) {
        flush(w);
        w->styles = w->characters.styles;
        w->url = url;
    }
    if (w->size + 2 <= BUFFER) {
        w->buffer[w->size++] = (unsigned char)c;
        w->buffer[w->size++] = (unsigned char)(c >> 8);
    }
}

static ppt_bullet bullet_of(const writer *w) {
    ppt_bullet b = w->paragraphs.bullet;
    unsigned level = w->paragraphs.level;
    const ppt_styles *chain[2] = {w->p->master ? &w->p->master->styles[w->text->type] : NULL,
                                  w->text->type == TEXT_OTHER ? &w->p->others : NULL};
    for (size_t i = 0; i < 2; i++) {
        const ppt_bullet *base = chain[i] ? &chain[i]->levels[level] : NULL;
        if (!base)
            continue;
        if (!b.set) {
            b.set = base->set;
            b.shown = base->shown;
        }
        if (!b.has_character) {
            b.has_character = base->has_character;
            b.character = base->character;
            b.has_font = base->has_font;
            b.font = base->font;
        }
    }
    return b;
}

static void begin_paragraph(writer *w) {
    ppt_bullet b = bullet_of(w);
    char marker[12];
    xtr_element_info info = {.type = w->type, .box = w->box};
    if (w->type == XTR_HEADING)
        info.level = 1;
    if (w->type == XTR_PARAGRAPH && b.set && b.shown) {
        bool known = b.has_font && w->p->fonts && b.font < PPT_FONTS;
        records font = known ? w->p->fonts[b.font] : (records){NULL, 0};
        char *name = font.size >= 64 ? ppt_utf8((records){font.data, 64}) : NULL;
        xtr__slide_bullet(marker, sizeof marker, b.has_character ? b.character : 0, name);
        free(name);
        info.type = XTR_LIST_ITEM;
        info.level = (int)w->paragraphs.level + 1;
        info.marker = marker;
    }
    xtr_element_begin(w->p->builder, &info);
}

/* Whether there is something to read before the paragraph ends. */
static bool is_empty(const ppt_text *t, size_t at) {
    for (size_t length = length_of(t); at < length; at++) {
        uint32_t c = character_at(t, at);
        if (c == '\r')
            break;
        if (c > 0x20 && c != 0xA0)
            return false;
    }
    return true;
}

static void write_text(writer *w) {
    enum { LOOK = 4096 };
    size_t length = length_of(w->text);
    bool open = false, skips = false, starts = true;
    w->styles = 0;
    w->url = NULL;
    for (size_t i = 0; i < length; i++) {
        if (i % LOOK == LOOK - 1 && xtr_job_should_stop(w->p->job))
            length = i + 1;
        uint32_t c = character_at(w->text, i);
        if (starts) {
            skips = is_empty(w->text, i);
            open = !skips;
            if (open && !w->joins)
                begin_paragraph(w);
            if (open && w->joins && w->begun)
                put_plain(w, w->between);
            w->begun = w->begun || open;
        }
        starts = c == '\r';
        if (!skips && !starts)
            put_character(w, i, c);
        if (starts || i + 1 == length) {
            flush(w);
            if (open && !w->joins)
                xtr_element_end(w->p->builder);
        }
        advance(&w->paragraphs, &w->characters);
    }
}

static void write(writer *w) {
    open_runs(w->text, &w->paragraphs, &w->characters);
    read_marks(w->p, w->text, &w->marks);
    write_text(w);
    free_marks(&w->marks);
}

/* A title is one line, whatever it is broken into. */
static void write_title(writer *w) {
    ppt *p = w->p;
    w->type = XTR_HEADING;
    w->joins = true;
    w->between = " ";
    xtr_element_begin(p->builder,
                      &(xtr_element_info){.type = XTR_HEADING, .level = 1, .box = w->box});
    write(w);
    xtr_element_end(p->builder);
    records utf16 = {w->buffer, 0};
    size_t length = length_of(w->text);
    for (size_t i = 0; i < length && utf16.size + 2 <= BUFFER; i++) {
        uint32_t c = character_at(w->text, i);
        c = c == '\r' || c == 0x0B ? ' ' : c;
        w->buffer[utf16.size++] = (unsigned char)c;
        w->buffer[utf16.size++] = (unsigned char)(c >> 8);
    }
    char *title = ppt_utf8(utf16);
    if (title)
        xtr_entry(p->builder, title, 1, p->page);
    free(title);
}

void ppt_write_text(ppt *p, const ppt_text *text, xtr_element_type type, xtr_box box) {
    if (ppt_is_blank(text))
        return;
    writer *w = calloc(1, sizeof *w);
    if (!w)
        return;
    *w = (writer){.p = p, .text = text, .type = type, .box = box};
    if (type == XTR_HEADING)
        write_title(w);
    else
        write(w);
    free(w);
}

void ppt_write_cell(ppt *p, const ppt_text *text) {
    writer *w = ppt_is_blank(text) ? NULL : calloc(1, sizeof *w);
    if (!w)
        return;
    *w = (writer){.p = p, .text = text, .type = XTR_PARAGRAPH, .joins = true, .between = "\n"};
    write(w);
    free(w);
}
