/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_OPC_H
#define XTR_OPC_H

#include "container/xml.h"

/** One relationship of a package or of a part (ECMA-376 part 2, 6.5). Strings borrowed. */
typedef struct xtr__opc_relation {
    const char *id;
    const char *type;   /* the last segment of its URI, which all editions share: "styles" */
    const char *target; /* as written */
    int64_t part;       /* -1: outside the package, or not there */
    bool external;
} xtr__opc_relation;

typedef struct xtr__opc_relations {
    xtr__opc_relation *items;
    size_t count;
    const xtr__opc_relation **by_id; /* sorted, the first of each id */
    size_t id_count;
    char *text; /* that the strings are in */
} xtr__opc_relations;

/** Reads the relationships of a part, or of the package (part -1), into *out, which
 *  xtr__opc_relations_free empties; none when there are none. What xtr__xml_parse_part fails with;
 *  what was read before is there all the same. */
int xtr__opc_relations_read(xtr__opc_relations *out, xtr_job *job, xtr__zip *zip, int64_t part);
void xtr__opc_relations_free(xtr__opc_relations *relations);

/** The relationship with this id; the first of this type. NULL when there is none, or `id` is. */
const xtr__opc_relation *xtr__opc_by_id(const xtr__opc_relations *relations, const char *id);
const xtr__opc_relation *xtr__opc_by_type(const xtr__opc_relations *relations, const char *type);

/** The part that a reference ("../media/a.png", "/word/media/a.png#x") in part `from` means (-1:
 *  the package), or -1. */
int64_t xtr__opc_resolve(const xtr__zip *zip, int64_t from, const char *target);

/** Opens the package of a job: its main part, the one of type officeDocument, and its properties
 *  (core, extended and custom), which go into the metadata. What xtr_job_fail returned: as
 *  xtr__zip_open, or CORRUPT when there is no main part. *zip is yours. */
int xtr__opc_open(xtr__zip **zip, size_t *main_part, xtr_job *job);

#endif
