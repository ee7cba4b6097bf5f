/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_XML_H
#define XTR_XML_H

#include "container/zip.h"

/** The deepest element that is given; what is deeper is left out. */
enum { XTR__XML_DEPTH = 100 };

/** Names a format knows: "w:p" with the prefixes of `spaces`, whatever the document calls them. An
 *  element or attribute that is not listed has id 0. */
typedef struct xtr__xml_space {
    const char *prefix; /* "w" */
    const char *uri;    /* several lines may give one prefix several namespaces */
} xtr__xml_space;

typedef struct xtr__xml_name {
    const char *name; /* "w:p", or "p" for one without a namespace */
    int id;           /* not 0; several names may have one */
} xtr__xml_name;

/** Both tables made into one that is quick to look up; make it once a job and keep it for all its
 *  parts. NULL when out of memory. One thread at a time. */
typedef struct xtr__xml_names xtr__xml_names;
xtr__xml_names *xtr__xml_names_new(const xtr__xml_space *spaces, size_t space_count,
                                   const xtr__xml_name *names, size_t name_count);
void xtr__xml_names_drop(xtr__xml_names *names);

typedef struct xtr__xml_attribute {
    int id;            /* 0: not listed */
    const char *name;  /* local part */
    const char *value; /* NUL-terminated */
    size_t size;
} xtr__xml_attribute;

/** An element as it begins. Borrowed until the callback returns. */
typedef struct xtr__xml_element {
    int id;           /* 0: not listed */
    const char *name; /* local part */
    unsigned depth;   /* 1: the root */
    const xtr__xml_attribute *attributes;
    size_t attribute_count;
} xtr__xml_element;

/** The value of the attribute with this id, or NULL; of that with this local name. */
const char *xtr__xml_attribute_of(const xtr__xml_element *element, int id);
const char *xtr__xml_attribute_named(const xtr__xml_element *element, const char *name);

/** Each element that began ends, also where the document does not say so. */
typedef struct xtr__xml_handler {
    const xtr__xml_names *names; /* may be NULL */
    void (*begin)(void *payload, const xtr__xml_element *element);
    /* May be NULL */
    void (*end)(void *payload, int id, const char *name);
    /* May be NULL. Text comes in pieces; UTF-8. */
    void (*text)(void *payload, const char *text, size_t size);
} xtr__xml_handler;

/** Parses a part of a package, or bytes, in one pass: no document type is loaded, no entity but
 *  characters, by number or by the names of XML and HTML, is replaced, nothing is fetched, and
 *  elements nested deeper than XTR__XML_DEPTH are left out, which makes it LIMIT; so do thousands
 * of attributes or namespaces in one place, where it ends. What is not well-formed is read as far
 * as possible. XTR_OK; CORRUPT when it ended early by damage (what came before was given), LIMIT,
 *  MEMORY, or what reading a part of a package fails with; it also ends, with XTR_OK, when the job
 *  should stop. Nothing is said to the job. */
int xtr__xml_parse_part(xtr_job *job, xtr__zip *zip, size_t part, const xtr__xml_handler *handler,
                        void *payload);
/** The same until *enough turns true, which callbacks may do: the rest is not read. */
int xtr__xml_parse_part_until(xtr_job *job, xtr__zip *zip, size_t part,
                              const xtr__xml_handler *handler, void *payload, const bool *enough);
int xtr__xml_parse_bytes(xtr_job *job, const void *data, size_t size,
                         const xtr__xml_handler *handler, void *payload);
int xtr__xml_parse_bytes_until(xtr_job *job, const void *data, size_t size,
                               const xtr__xml_handler *handler, void *payload, const bool *enough);
/** The job's whole input, piece by piece. */
int xtr__xml_parse_input(xtr_job *job, const xtr__xml_handler *handler, void *payload);
int xtr__xml_parse_input_until(xtr_job *job, const xtr__xml_handler *handler, void *payload,
                               const bool *enough);

#endif
