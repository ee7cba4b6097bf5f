/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Fields (ECMA-376 part 1, 17.16): the result is text, the instruction is not; of instructions
 * HYPERLINK (17.16.5.25) alone counts. */
#include "docx/body.h"

#include <string.h>

bool xtr__docx_in_instruction(const xtr__docx_reader *r) {
    unsigned count = r->field_count < XTR__DOCX_FIELDS ? r->field_count : XTR__DOCX_FIELDS;
    for (unsigned i = 0; i < count; i++) {
        if (r->fields[i].in_instruction)
            return true;
    }
    return false;
}

size_t xtr__docx_link(const xtr__docx_reader *r) {
    unsigned links = r->link_count < XTR__DOCX_LINKS ? r->link_count : XTR__DOCX_LINKS;
    unsigned fields = r->field_count < XTR__DOCX_FIELDS ? r->field_count : XTR__DOCX_FIELDS;
    while (links) {
        if (r->links[--links])
            return r->links[links];
    }
    while (fields) {
        if (r->fields[--fields].url)
            return r->fields[fields].url;
    }
    return 0;
}

static size_t keep_url(xtr__docx_reader *r, const char *url) {
    size_t kept = xtr__story_keep(&r->d->store, url);
    if (kept)
        xtr_link(r->d->builder, url, 0, 0, (xtr_box){0});
    return kept;
}

/* `HYPERLINK "http://a/" \l "place"`; a place in the document alone is no link of ours. */
static size_t parse_instruction(xtr__docx_reader *r, char *p) {
    static const char name[] = "HYPERLINK";
    p += strspn(p, " \t\r\n");
    if (strncmp(p, name, sizeof name - 1) != 0)
        return 0;
    p += sizeof name - 1;
    p += strspn(p, " \t\r\n");
    if (*p == '\\' || !*p)
        return 0;
    bool quoted = *p == '"';
    p += quoted;
    p[strcspn(p, quoted ? "\"" : " \t\r\n")] = 0;
    return keep_url(r, p);
}

void xtr__docx_instruct(xtr__docx_reader *r, const char *text, size_t size) {
    size_t room = sizeof r->instruction - 1 - r->instruction_size;
    size = size < room ? size : room;
    memcpy(r->instruction + r->instruction_size, text, size);
    r->instruction_size += size;
}

void xtr__docx_field_char(xtr__docx_reader *r, const char *type) {
    if (!strcmp(type, "begin")) {
        if (r->field_count < XTR__DOCX_FIELDS)
            r->fields[r->field_count] =
                (xtr__docx_field){.in_instruction = true, .instruction = r->instruction_size};
        r->field_count++;
        return;
    }
    if (!r->field_count || r->field_count > XTR__DOCX_FIELDS) {
        r->field_count -= r->field_count && !strcmp(type, "end");
        return;
    }
    xtr__docx_field *field = &r->fields[r->field_count - 1];
    if (field->in_instruction) {
        r->instruction[r->instruction_size] = 0;
        if (!strcmp(type, "separate"))
            field->url = parse_instruction(r, r->instruction + field->instruction);
        r->instruction_size = field->instruction;
        field->in_instruction = false;
    }
    if (!strcmp(type, "end"))
        r->field_count--;
}

void xtr__docx_link_begin(xtr__docx_reader *r, const xtr__xml_element *e) {
    size_t url = 0;
    if (e->id == W(HYPERLINK)) {
        const xtr__opc_relation *to =
            xtr__opc_by_id(&r->relations, xtr__xml_attribute_of(e, W(R_ID)));
        url = to && to->external ? keep_url(r, to->target) : 0;
    } else {
        const char *instruction = xtr__xml_attribute_of(e, W(INSTR));
        size_t from = r->instruction_size;
        xtr__docx_instruct(r, instruction ? instruction : "",
                           instruction ? strlen(instruction) : 0);
        r->instruction[r->instruction_size] = 0;
        url = parse_instruction(r, r->instruction + from);
        r->instruction_size = from;
    }
    if (r->link_count < XTR__DOCX_LINKS)
        r->links[r->link_count] = url;
    r->link_count++;
}

void xtr__docx_link_end(xtr__docx_reader *r) {
    r->link_count -= r->link_count > 0;
}
