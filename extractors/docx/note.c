/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Footnotes, endnotes (ECMA-376 part 1, 17.11) and comments (17.13.4): parts of their own, which
 * are recorded and written after the body, notes in the order of their marks. */
#include "container/numerals.h"
#include "docx/body.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A mark in the text. */
void xtr__docx_refer(xtr__docx_reader *r, const xtr__xml_element *e) {
    xtr__docx *d = r->d;
    bool endnote = e->id == W(ENDNOTEREFERENCE);
    const char *custom = xtr__xml_attribute_of(e, W(CUSTOMMARK));
    xtr__docx_paragraph *p = xtr__docx_open(r);
    if (!p || r->target != XTR__DOCX_TO_BODY ||
        !xtr__story_grow(&d->store, (void **)&d->notes, &d->note_room, d->note_count + 1,
                         sizeof *d->notes))
        return;
    xtr__docx_note *note = &d->notes[d->note_count++];
    *note = (xtr__docx_note){.endnote = endnote,
                             .id = xtr__docx_number(xtr__xml_attribute_of(e, W(ID)), -1)};
    if (custom && xtr__docx_is_on(custom)) {
        r->custom = d->note_count;
        return;
    }
    int number = endnote ? ++d->endnotes : ++d->footnotes;
    xtr__numeral(note->marker, sizeof note->marker, number,
                 endnote ? d->endnote_format : d->footnote_format);
    xtr__story_add(&d->store, &p->text, note->marker, strlen(note->marker), XTR_SUPERSCRIPT, 0);
    p->has_text = true;
}

void xtr__docx_record_begin(xtr__docx_reader *r, const xtr__xml_element *e) {
    const char *type = xtr__xml_attribute_of(e, W(TYPE));
    xtr__docx_records *records = r->records;
    if (!records || (type && strcmp(type, "normal") != 0) ||
        !xtr__story_grow(&r->d->store, (void **)&records->items, &records->room, records->count + 1,
                         sizeof *records->items)) {
        r->skip = r->depth;
        return;
    }
    records->items[records->count++] = (xtr__docx_record){
        .id = xtr__docx_number(xtr__xml_attribute_of(e, W(ID)), -1),
        .author = xtr__story_keep(&r->d->store, xtr__xml_attribute_of(e, W(AUTHOR))),
        .first = records->text.size,
        .last = records->text.size};
    r->in_record = true;
}

void xtr__docx_record_end(xtr__docx_reader *r) {
    if (r->in_record)
        r->records->items[r->records->count - 1].last = r->records->text.size;
    r->in_record = false;
}

static int by_id(const void *a, const void *b) {
    const xtr__docx_record *one = a, *other = b;
    return (one->id > other->id) - (one->id < other->id);
}

/* Of several with one id, which are damage, any. */
static const xtr__docx_record *find_record(const xtr__docx_records *sorted, int id) {
    const xtr__docx_record key = {.id = id};
    return bsearch(&key, sorted->items, sorted->count, sizeof key, by_id);
}

static void free_records(xtr__docx *d, xtr__docx_records *records) {
    xtr__story_free(&d->store, &records->text);
    xtr__story_release(&d->store, records->items, records->room, sizeof *records->items);
}

static void write_kind(xtr__docx *d, int64_t part, bool endnotes) {
    xtr__docx_records records = {.items = NULL};
    bool any = false;
    for (size_t i = 0; i < d->note_count && !any; i++)
        any = d->notes[i].endnote == endnotes;
    if (any && part >= 0 &&
        xtr__docx_read_part(d, part, XTR__DOCX_TO_RECORD, &records) == XTR_E_CORRUPT)
        xtr_partial(d->builder, XTR_E_CORRUPT, 0, "the %s are damaged",
                    endnotes ? "endnotes" : "footnotes");
    if (records.count)
        qsort(records.items, records.count, sizeof *records.items, by_id);
    for (size_t i = 0; i < d->note_count && records.count && !xtr_job_should_stop(d->job); i++) {
        const xtr__docx_note *note = &d->notes[i];
        const xtr__docx_record *record =
            note->endnote == endnotes ? find_record(&records, note->id) : NULL;
        if (!record)
            continue;
        xtr_element_begin(d->builder,
                          &(xtr_element_info){.type = XTR_FOOTNOTE, .marker = note->marker});
        xtr__story_write(&d->store, &records.text, record->first, record->last);
        xtr_element_end(d->builder);
    }
    free_records(d, &records);
}

void xtr__docx_write_notes(xtr__docx *d, int64_t footnotes, int64_t endnotes) {
    write_kind(d, footnotes, false);
    write_kind(d, endnotes, true);
}

void xtr__docx_write_comments(xtr__docx *d, int64_t part) {
    xtr__docx_records records = {.items = NULL};
    if (part < 0)
        return;
    if (xtr__docx_read_part(d, part, XTR__DOCX_TO_RECORD, &records) == XTR_E_CORRUPT)
        xtr_partial(d->builder, XTR_E_CORRUPT, 0, "the comments are damaged");
    for (size_t i = 0; i < records.count; i++) {
        const xtr__docx_record *record = &records.items[i];
        char *text = strndup(records.text.text ? records.text.text + record->first : "",
                             record->last - record->first);
        if (!text)
            break;
        xtr_annotation(d->builder, "Comment", text,
                       record->author ? d->store.strings.text + record->author : NULL, 0,
                       (xtr_box){0});
        free(text);
    }
    free_records(d, &records);
}
