/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The style sheet (2.9.271, STSH) and the names of fonts (2.9.286, SttbfFfn). */
#include "doc/doc.h"
#include "document/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { STYLES = 1, FONTS = 15, DEEPEST_STYLE = 11 };

/* UTF-16 or bytes as UTF-8, NUL-terminated and cut to what fits. */
static void read_name(const doc *d, char out[NAME_SIZE], bytes text, bool wide) {
    size_t size = 0;
    for (size_t at = 0; at < text.size && size + 5 < NAME_SIZE; at += wide ? 2 : 1) {
        uint32_t c = wide ? doc_u16(text, at) : d->characters[text.data[at]];
        if (!c)
            break;
        size += xtr__utf8_encode(out + size, (c & 0xF800) == 0xD800 ? 0xFFFD : c);
    }
    out[size] = 0;
}

void doc_read_fonts(doc *d) {
    bytes table = doc_structure(d, FONTS);
    uint32_t count = d->old ? 0x1000 : doc_u16(table, 0);
    size_t at = d->old ? 2 : 4;
    size_t name = d->old ? 5 : 39; /* in an entry, after its size */
    d->fonts = calloc(count + 1, sizeof *d->fonts);
    if (!d->fonts)
        return;
    while (d->font_count < count && at < table.size) {
        size_t size = doc_u8(table, at);
        bytes entry = doc_part(table, at + 1, size);
        read_name(d, d->fonts[d->font_count++],
                  doc_part(entry, name, entry.size > name ? entry.size - name : 0), !d->old);
        at += 1 + size;
    }
}

/* What built-in styles are (2.9.260, sti), whatever they are called in the language. */
static bool is_built_in(unsigned sti, xtr__prose_paragraph *out) {
    static const struct {
        unsigned sti;
        const char *name;
    } known[] = {{34, "caption"},
                 {62, "title"},
                 {74, "subtitle"},
                 {84, "block text"},
                 {101, "html preformatted"},
                 {180, "quote"},
                 {181, "intense quote"}};
    if (sti >= 1 && sti <= 9) {
        *out = (xtr__prose_paragraph){.type = XTR_HEADING, .level = sti < 6 ? (int)sti : 6};
        return true;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i].sti == sti)
            return xtr__prose_style_of(known[i].name, out);
    }
    return false;
}

/* The changes that follow the name: of a paragraph's style those of paragraphs, then of
 * characters; each begins at an even place. */
static void read_changes(style *s, bytes entry, size_t at) {
    at += at & 1;
    if (s->kind == 1) {
        size_t size = doc_u16(entry, at);
        s->of_paragraph = doc_part(entry, at + 4, size > 2 ? size - 2 : 0);
        at += 2 + size;
        at += at & 1;
    }
    if (s->kind == 1 || s->kind == 2)
        s->of_character = doc_part(entry, at + 2, doc_u16(entry, at));
}

static void read_style(const doc *d, style *s, bytes entry, size_t base_size) {
    char name[NAME_SIZE];
    if (entry.size < 10)
        return;
    unsigned first = doc_u16(entry, 0);
    unsigned second = doc_u16(entry, 2);
    s->known = true;
    s->sti = first & 0xFFF;
    s->kind = second & 15;
    s->base = second >> 4;
    size_t unit = d->old ? 1 : 2;
    size_t length = d->old ? doc_u8(entry, base_size) : doc_u16(entry, base_size);
    read_name(d, name, doc_part(entry, base_size + unit, unit * length), !d->old);
    s->special =
        s->kind == 1 && (is_built_in(s->sti, &s->makes) || xtr__prose_style_of(name, &s->makes));
    read_changes(s, entry, base_size + unit * (length + 2));
}

void doc_read_styles(doc *d) {
    bytes sheet = doc_structure(d, STYLES);
    size_t head = doc_u16(sheet, 0);
    uint32_t count = doc_u16(sheet, 2);
    size_t base_size = doc_u16(sheet, 4);
    size_t at = 2 + head;
    if (count > NO_STYLE || !(d->styles = calloc(count + 1, sizeof *d->styles)))
        return;
    for (d->style_count = 0; d->style_count < count && at + 2 <= sheet.size; d->style_count++) {
        size_t size = doc_u16(sheet, at);
        read_style(d, &d->styles[d->style_count], doc_part(sheet, at + 2, size), base_size);
        at += 2 + size + (size & 1);
    }
}

/* Adds what a style is based on, then itself. */
static void resolve(doc *d, style *s, unsigned depth) {
    s->resolved = true; /* before its base: a loop ends here */
    s->paragraph.outline = NO_OUTLINE;
    if (depth < DEEPEST_STYLE && s->base < d->style_count && d->styles[s->base].known) {
        style *base = &d->styles[s->base];
        if (!base->resolved)
            resolve(d, base, depth + 1);
        if (base->kind == s->kind) {
            s->paragraph = base->paragraph;
            s->character = base->character;
            if (!s->special && base->special && base->makes.type != XTR_HEADING) {
                s->special = true;
                s->makes = base->makes;
            }
        }
    }
    const character of_base = s->character;
    doc_apply_paragraph(d, &s->paragraph, s->of_paragraph);
    if (s->kind == 1)
        doc_apply_character(d, &s->character, &of_base, s->of_character);
}

/* A style with all that it is based on, or NULL. */
const style *doc_style(doc *d, unsigned index) {
    if (index >= d->style_count || !d->styles[index].known)
        return NULL;
    style *s = &d->styles[index];
    if (!s->resolved)
        resolve(d, s, 0);
    return s;
}
