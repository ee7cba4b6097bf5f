/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Tables at the head of an RTF document: fonts, styles, lists. */
#include "rtf/rtf.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_FONTS = 16384, MOST_STYLES = 16384, SLOTS = 1024, MOST_TRIES = 256 };

static void *grown(rtf *r, void *items, size_t *capacity, size_t count, size_t size) {
    if (count < *capacity)
        return items;
    size_t more = count ? 2 * count : 16;
    void *new = realloc(items, more * size);
    if (!new) {
        r->failed = true;
        return items;
    }
    *capacity = more;
    return new;
}

/* Fonts ------------------------------------------------------------------------------------- */

/* A slot holds the last font of its numbers; others are looked for among the last ones. */
int rtf_font_of(const rtf *r, int number) {
    uint16_t slot = r->font_slots[(unsigned)number % SLOTS];
    if (slot && r->fonts[slot - 1].number == number)
        return slot - 1;
    for (size_t i = r->font_count, tries = 0; i-- && tries < MOST_TRIES; tries++) {
        if (r->fonts[i].number == number)
            return (int)i;
    }
    return -1;
}

void rtf_open_font(rtf *r, int number) {
    if (r->font_count == MOST_FONTS)
        return;
    r->fonts = grown(r, r->fonts, &r->font_capacity, r->font_count, sizeof *r->fonts);
    if (r->failed)
        return;
    r->fonts[r->font_count++] = (font){.number = number, .charset = -1};
    r->font_slots[(unsigned)number % SLOTS] = (uint16_t)r->font_count;
}

/* Code pages of \fcharset; the numbers are those of LOGFONT. */
static int codepage_of(int charset) {
    static const struct {
        int charset, codepage;
    } known[] = {{0, 1252},   {77, 10000}, {78, 932},   {79, 949},   {80, 936},   {81, 950},
                 {128, 932},  {129, 949},  {130, 1361}, {134, 936},  {136, 950},  {161, 1253},
                 {162, 1254}, {163, 1258}, {177, 1255}, {178, 1256}, {186, 1257}, {204, 1251},
                 {222, 874},  {238, 1250}, {254, 437},  {255, 850}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].charset == charset)
            return known[i].codepage;
    }
    return 0;
}

static bool is_of_document(const rtf *r, const font *f) {
    return f->codepage == r->codepage || (f->charset > 0 && codepage_of(f->charset) == r->codepage);
}

/* Of the fonts that came since, for there may be many tables. \fcharset0 is Windows-1252, but there
 * are writers that say it of every font and mean the code page of the document: those that name no
 * font of that code page. */
void rtf_finish_fonts(rtf *r) {
    size_t from = r->fonts_finished;
    r->fonts_finished = r->font_count;
    for (size_t i = from; i < r->font_count; i++)
        r->zero_is_ansi = r->zero_is_ansi || is_of_document(r, &r->fonts[i]);
    for (size_t i = from; i < r->font_count; i++) {
        font *f = &r->fonts[i];
        int codepage = f->codepage ? f->codepage : codepage_of(f->charset);
        bool own = codepage && (f->charset != 0 || f->codepage || r->zero_is_ansi);
        const xtr__charset *charset = own ? xtr__charset_of_codepage((uint32_t)codepage) : NULL;
        f->decoded_as = charset && charset->unit == 1 ? charset : NULL;
        f->symbol = xtr__symbol(f->name, ' ') != 0;
    }
    int index = rtf_font_of(r, r->default_font);
    for (unsigned i = 0; i <= r->depth; i++)
        r->groups[i].font = index;
}

/* Styles ------------------------------------------------------------------------------------ */

const style *rtf_style_of(const rtf *r, int number) {
    uint16_t slot = r->style_slots[(unsigned)number % SLOTS];
    if (slot && r->styles[slot - 1].number == number)
        return &r->styles[slot - 1];
    for (size_t i = r->style_count, tries = 0; i-- && tries < MOST_TRIES; tries++) {
        if (r->styles[i].number == number)
            return &r->styles[i];
    }
    return NULL;
}

static void add_style(rtf *r, const char *name) {
    const group *g = rtf_group(r);
    if (r->style_count == MOST_STYLES)
        return;
    r->styles = grown(r, r->styles, &r->style_capacity, r->style_count, sizeof *r->styles);
    if (r->failed)
        return;
    style *s = &r->styles[r->style_count++];
    *s = (style){
        .number = g->style, .outline = g->outline, .list = g->list, .list_level = g->list_level};
    s->special = xtr__prose_style_of(name, &s->paragraph);
    r->style_slots[(unsigned)g->style % SLOTS] = (uint16_t)r->style_count;
}

/* A semicolon ended the name of a font or style. */
void rtf_name_entry(rtf *r) {
    rtf_append(r, &r->capture, "", 1);
    if (r->failed)
        return;
    const char *name = r->capture.bytes + strspn(r->capture.bytes, " ");
    if (rtf_group(r)->to == TO_STYLES) {
        add_style(r, name);
    } else if (r->font_count) {
        font *f = &r->fonts[r->font_count - 1];
        size_t size = strnlen(name, NAME_SIZE - 1);
        memcpy(f->name, name, size);
        f->name[size] = 0;
    }
    r->capture.size = 0;
}

/* Lists ------------------------------------------------------------------------------------- */

void rtf_open_list(rtf *r) {
    r->open_level = 0;
    if (r->list_count == MOST_LISTS)
        return;
    r->lists = grown(r, r->lists, &r->list_capacity, r->list_count, sizeof *r->lists);
    if (!r->failed)
        r->lists[r->list_count++] = (list){.id = 0};
}

void rtf_open_level(rtf *r) {
    if (!r->list_count)
        return;
    list *l = &r->lists[r->list_count - 1];
    r->open_level = 0;
    if (l->level_count == XTR__LIST_LEVELS)
        return;
    l->numbering.levels[l->level_count] = (xtr__numbering_level){.start = 1, .restarts = true};
    r->open_level = ++l->level_count;
}

static xtr__numbering_level *open_level(rtf *r) {
    return r->open_level && r->list_count
               ? &r->lists[r->list_count - 1].numbering.levels[r->open_level - 1]
               : NULL;
}

void rtf_set_level(rtf *r, const char *word, size_t size, int value) {
    xtr__numbering_level *l = rtf_group(r)->to == TO_LISTS ? open_level(r) : NULL;
    if (!l)
        return;
    if (!strncmp(word, "levelnfc", 8))
        l->format = value;
    else if (!strncmp(word, "levelstartat", size))
        l->start = value;
    else if (!strncmp(word, "levellegal", size))
        l->legal = value != 0;
    else
        l->restarts = value == 0;
}

/* The text of a level: its length, then characters, of which 0 to 8 are numbers; UTF-8 in
 * `capture`, in which those are as they were. */
void rtf_end_level_text(rtf *r) {
    xtr__numbering_level *l = open_level(r);
    rtf_append(r, &r->capture, "", 1);
    if (!l || r->failed || r->capture.size < 2)
        return;
    const unsigned char *at = (const unsigned char *)r->capture.bytes + 1;
    unsigned length = (unsigned char)r->capture.bytes[0];
    const unsigned char *end = (const unsigned char *)r->capture.bytes + r->capture.size - 1;
    l->text_size = 0;
    while (at < end && l->text_size < length && l->text_size < XTR__LEVEL_TEXT) {
        uint32_t c = *at++;
        if (c >= 0xE0 && end - at >= 2) {
            c = (c & 15) << 12 | (at[0] & 63U) << 6 | (at[1] & 63U);
            at += 2;
        } else if (c >= 0xC0 && end - at >= 1) {
            c = (c & 31) << 6 | (at[0] & 63U);
            at++;
        }
        l->text[l->text_size++] = (uint16_t)c;
    }
}

/* The font of a level follows its text: what its bullet looks like. */
void rtf_set_level_font(rtf *r) {
    xtr__numbering_level *l = open_level(r);
    int index = rtf_group(r)->font;
    if (!l || index < 0 || l->format != XTR__NUMBER_BULLET)
        return;
    for (unsigned i = 0; i < l->text_size; i++)
        l->text[i] = (uint16_t)xtr__bullet(r->fonts[index].name, l->text[i]);
}

void rtf_set_list_id(rtf *r, int id) {
    if (r->list_count)
        r->lists[r->list_count - 1].id = id;
}

void rtf_open_override(rtf *r) {
    if (r->override_count == MOST_LISTS)
        return;
    r->overrides =
        grown(r, r->overrides, &r->override_capacity, r->override_count, sizeof *r->overrides);
    if (!r->failed)
        r->overrides[r->override_count++] = (override){.list = -1};
}

void rtf_set_override(rtf *r, bool number, int value) {
    if (!r->override_count)
        return;
    override *o = &r->overrides[r->override_count - 1];
    *(number ? &o->number : &o->list_id) = value;
}

/* The list of \ls, or NULL. Overrides are numbered from 1 in their order by nearly all. */
xtr__numbering *rtf_list_of(rtf *r, int number) {
    override *found = NULL;
    if (number > 0 && (size_t)number <= r->override_count &&
        r->overrides[number - 1].number == number)
        found = &r->overrides[number - 1];
    for (size_t i = 0; !found && i < r->override_count && i < MOST_TRIES; i++) {
        if (r->overrides[i].number == number)
            found = &r->overrides[i];
    }
    if (!found)
        return NULL;
    for (size_t i = 0; found->list < 0 && i < r->list_count; i++) {
        if (r->lists[i].id == found->list_id)
            found->list = (int)i;
    }
    return found->list < 0 ? NULL : &r->lists[found->list].numbering;
}
