/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Groups of an RTF document that are something of their own: what begins with them and what is done
 * at their end. */
#include "container/numerals.h"
#include "container/picture.h"
#include "document/utf8.h"
#include "rtf/rtf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Notes and other asides -------------------------------------------------------------------- */

static void leave_paragraph(group *g) {
    g->style = g->list = g->list_level = g->depth = 0;
    g->outline = NO_OUTLINE;
    g->in_table = g->linked = false;
}

void rtf_begin_aside(rtf *r, int kind) {
    group *g = rtf_group(r);
    /* Text in what is passed over is none; one aside a group. */
    if ((g->to != TO_BODY && g->to != TO_SHAPE) || g->aside)
        return;
    g->to = TO_BODY;
    g->opens = true;
    g->aside = (unsigned char)(1 + kind);
    leave_paragraph(g);
    xtr__prose_begin_aside(r->prose, (xtr__prose_aside)kind);
}

/* The mark of a note whose number is automatic goes into the text; \ftnalt follows at once. */
static void begin_note(rtf *r) {
    static const char endnote[] = "\\ftnalt";
    const group *g = rtf_group(r);
    bool at_end = r->size - r->at >= sizeof endnote - 1 &&
                  !memcmp(r->data + r->at, endnote, sizeof endnote - 1);
    r->note_label[0] = 0;
    if (r->mark_pending && g->to == TO_BODY && !g->deleted && !g->hidden) {
        char text[64];
        int number = at_end ? ++r->endnotes : ++r->notes;
        size_t size = xtr__number_format(text, at_end ? r->endnote_format : r->note_format, number);
        size = size < sizeof r->note_label ? size : sizeof r->note_label - 1;
        xtr__prose_text(r->prose, text, size, XTR_SUPERSCRIPT, NULL);
        memcpy(r->note_label, text, size);
        r->note_label[size] = 0;
    }
    r->mark_pending = false;
    rtf_begin_aside(r, XTR__ASIDE_NOTE);
}

static void end_aside(rtf *r, const group *g) {
    /* What the last paragraph is, its own group knows; a mark in a note is the note's own. */
    rtf_end_paragraph(r);
    const char *label = g->aside == 1 + XTR__ASIDE_NOTE      ? r->note_label
                        : g->aside == 1 + XTR__ASIDE_COMMENT ? r->author
                                                             : NULL;
    xtr__prose_end_aside(r->prose, label);
    r->mark_pending = false;
}

/* Fields ------------------------------------------------------------------------------------ */

static void begin_field(rtf *r) {
    group *g = rtf_group(r);
    if (g->opens_field || r->field_count == DEEPEST_FIELD)
        return;
    g->opens_field = true;
    g->linked = false;
    r->fields[r->field_count++] = (field){NULL, 0, false};
}

static void end_field(rtf *r) {
    field *f = &r->fields[--r->field_count];
    if (f->symbol && !f->shown)
        rtf_character(r, f->symbol);
    free(f->url);
}

static void end_instruction(rtf *r) {
    rtf_append(r, &r->capture, "", 1);
    if (r->failed || !r->field_count)
        return;
    field *f = &r->fields[r->field_count - 1];
    if (!f->url)
        f->url = xtr__prose_read_field(r->capture.bytes, &f->symbol);
}

/* Facts ------------------------------------------------------------------------------------- */

static void end_fact(rtf *r) {
    rtf_append(r, &r->capture, "", 1);
    if (r->failed)
        return;
    size_t size = strlen(r->capture.bytes);
    while (size && strchr(" ;\n", r->capture.bytes[size - 1]))
        r->capture.bytes[--size] = 0;
    xtr_metadata(r->builder, r->fact, r->capture.bytes);
}

static void end_time(rtf *r) {
    char text[64];
    const int *t = r->time;
    if (t[0] < 1900 || t[0] > 9999 || t[1] < 1 || t[1] > 12 || t[2] < 1 || t[2] > 31 || t[3] < 0 ||
        t[3] > 23 || t[4] < 0 || t[4] > 59)
        return;
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:00", t[0], t[1], t[2], t[3], t[4]);
    xtr_metadata(r->builder, r->fact, text);
}

/* Pictures ---------------------------------------------------------------------------------- */

/* The whole of a picture is kept when it is asked for, else its head, which knows its size. */
static bool is_enough(const rtf *r) {
    enum { HEAD = 64 << 10 };
    return xtr_job_options(r->job)->images != XTR_IMAGES_EXTRACT && r->picture.data.size >= HEAD;
}

void rtf_add_digits(rtf *r, const unsigned char *digits, size_t size) {
    picture *p = &r->picture;
    unsigned char bytes[512];
    size_t count = 0;
    if (!p->open || is_enough(r))
        return;
    for (size_t i = 0; i < size; i++) {
        int value = xtr__hex((char)digits[i]);
        if (value < 0)
            continue;
        if (p->half)
            bytes[count++] = (unsigned char)(p->digit << 4 | value);
        p->digit = (unsigned char)value;
        p->half = !p->half;
        if (count == sizeof bytes) {
            rtf_append(r, &p->data, bytes, count);
            count = 0;
        }
    }
    rtf_append(r, &p->data, bytes, count);
}

static void end_picture(rtf *r) {
    picture *p = &r->picture;
    xtr__picture found = xtr__picture_of(p->data.bytes, p->data.size);
    bool shown = found.format && (!strcmp(found.format, "png") || !strcmp(found.format, "jpeg"));
    bool wanted = shown && xtr_job_options(r->job)->images == XTR_IMAGES_EXTRACT;
    const char *format = found.format ? found.format : p->format;
    if (p->open && format) {
        xtr_image(r->builder, &(xtr_image_info){.format = format,
                                                .width = found.width,
                                                .height = found.height,
                                                .data = wanted ? p->data.bytes : NULL,
                                                .data_size = wanted ? p->data.size : 0});
    }
    p->data.size = 0;
    p->open = p->half = false;
    p->format = NULL;
}

/* Beginning and end ------------------------------------------------------------------------- */

/* Whether text of this kind may stand in that around it: the body has everything. */
static bool may_begin(const group *g, int to) {
    switch (to) {
    case TO_NOTHING:
        return true;
    case TO_LEVEL_TEXT:
        return g->to == TO_LISTS;
    case TO_FACT:
    case TO_TIME:
        return g->to == TO_INFO || g->to == TO_BODY;
    case TO_PICTURE:
    case TO_SHAPE:
    case TO_BODY:
        return g->to == TO_BODY || g->to == TO_SHAPE;
    case TO_UPR:
        return true;
    case TO_UD:
        return g->outer != TO_NOTHING;
    default:
        return g->to == TO_BODY;
    }
}

static void begin_result(rtf *r) {
    group *g = rtf_group(r);
    if (!r->field_count)
        return;
    field *f = &r->fields[r->field_count - 1];
    f->shown = true;
    g->linked = f->url != NULL;
}

void rtf_begin(rtf *r, int to, const char *key) {
    group *g = rtf_group(r);
    if (g->to == TO_NOTHING && to != TO_UD)
        return;
    if (!may_begin(g, to)) {
        /* Within the instruction of a field everything is a part of it. */
        if (g->to != TO_INSTRUCTION)
            g->to = TO_NOTHING;
        return;
    }
    switch (to) {
    case TO_FIELD:
        begin_field(r);
        return;
    case TO_RESULT:
        begin_result(r);
        return;
    case TO_NOTE:
        begin_note(r);
        return;
    case TO_UPR:
        g->outer = g->to;
        g->to = TO_NOTHING;
        return;
    case TO_UD:
        g->to = g->outer;
        g->outer = TO_NOTHING;
        return;
    case TO_BODY:
        if (g->to == TO_SHAPE)
            g->to = TO_BODY;
        return;
    case TO_PICTURE:
        r->picture.open = true;
        break;
    case TO_STYLES:
        leave_paragraph(g);
        break;
    case TO_TIME:
        memset(r->time, 0, sizeof r->time);
        break;
    default:
        break;
    }
    r->fact = to == TO_FACT || to == TO_TIME ? key : r->fact;
    r->capture.size = 0;
    g->to = (unsigned char)to;
    g->opens = to != TO_NOTHING;
}

static void copy_capture(rtf *r, char *out, size_t room) {
    size_t size = xtr__utf8_floor(r->capture.bytes ? r->capture.bytes : "",
                                  r->capture.size < room ? r->capture.size : room - 1);
    memcpy(out, r->capture.bytes ? r->capture.bytes : "", size);
    out[size] = 0;
}

static void end_destination(rtf *r, int to) {
    switch (to) {
    case TO_FONTS:
        rtf_finish_fonts(r);
        break;
    case TO_LEVEL_TEXT:
        rtf_end_level_text(r);
        break;
    case TO_FACT:
        end_fact(r);
        break;
    case TO_TIME:
        end_time(r);
        break;
    case TO_MARKER:
        copy_capture(r, r->marker, sizeof r->marker);
        break;
    case TO_AUTHOR:
        copy_capture(r, r->author, sizeof r->author);
        break;
    case TO_INSTRUCTION:
        end_instruction(r);
        break;
    case TO_PICTURE:
        end_picture(r);
        break;
    default:
        break;
    }
}

/* The innermost group ends; its text has been delivered. */
void rtf_end(rtf *r) {
    const group *g = rtf_group(r);
    if (g->aside)
        end_aside(r, g);
    else if (g->opens)
        end_destination(r, g->to);
    if (g->opens_field)
        end_field(r);
}
