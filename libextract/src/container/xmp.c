/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* XMP (ISO 16684-1): properties of rdf:Description, as elements or attributes. Parsed without
 * network, DTD or entities. */
#include "container/xmp.h"

#include "detect/charset.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

static const struct {
    const char *space, *name, *key;
} properties[] = {
    {"http://purl.org/dc/elements/1.1/", "title", "title"},
    {"http://purl.org/dc/elements/1.1/", "creator", "authors"},
    {"http://purl.org/dc/elements/1.1/", "description", "description"},
    {"http://purl.org/dc/elements/1.1/", "language", "language"},
    {"http://purl.org/dc/elements/1.1/", "subject", "keywords"},
    {"http://ns.adobe.com/xap/1.0/", "CreateDate", "created"},
    {"http://ns.adobe.com/xap/1.0/", "ModifyDate", "modified"},
    {"http://ns.adobe.com/xap/1.0/", "CreatorTool", "creator"},
    {"http://ns.adobe.com/pdf/1.3/", "Producer", "producer"},
    {"http://ns.adobe.com/pdf/1.3/", "Keywords", "keywords"},
    {"http://purl.org/dc/elements/1.1/", "rights", "copyright"},
    {"http://ns.adobe.com/photoshop/1.0/", "DateCreated", "created"},
    {"http://ns.adobe.com/photoshop/1.0/", "Headline", "subject"},
    {"http://ns.adobe.com/photoshop/1.0/", "City", "city"},
    {"http://ns.adobe.com/photoshop/1.0/", "Country", "country"},
    {"http://ns.adobe.com/tiff/1.0/", "Make", "camera_make"},
    {"http://ns.adobe.com/tiff/1.0/", "Model", "camera_model"},
    {"http://ns.adobe.com/exif/1.0/aux/", "Lens", "lens"},
    {"http://www.aiim.org/pdfa/ns/id/", "part", "pdfa_part"},
    {"http://www.aiim.org/pdfa/ns/id/", "conformance", "pdfa_conformance"},
};

static bool is_named(const xmlChar *name, const char *other) {
    return name != NULL && strcmp((const char *)name, other) == 0;
}

static const char *key_of(const xmlNs *space, const xmlChar *name) {
    for (size_t i = 0; space != NULL && i < sizeof properties / sizeof *properties; i++) {
        if (is_named(space->href, properties[i].space) && is_named(name, properties[i].name)) {
            return properties[i].key;
        }
    }
    return NULL;
}

/** The text of a property: of its one alternative, or of all its items joined. */
static void write_property(xtr_builder *builder, const char *key, xmlNode *node) {
    xmlNode *list = node->children;
    while (list != NULL && list->type != XML_ELEMENT_NODE) {
        list = list->next;
    }
    if (list == NULL) {
        xmlChar *text = xmlNodeGetContent(node);
        xtr_metadata(builder, key, (const char *)text);
        xmlFree(text);
        return;
    }
    bool alternatives = is_named(list->name, "Alt"), some = false;
    xmlBuffer *joined = xmlBufferCreate();
    for (xmlNode *item = list->children; item != NULL && joined != NULL; item = item->next) {
        if (item->type != XML_ELEMENT_NODE || (alternatives && some)) {
            continue;
        }
        xmlChar *text = xmlNodeGetContent(item);
        if (text != NULL && text[0] != '\0') {
            xmlBufferCat(joined, BAD_CAST(some ? "; " : ""));
            xmlBufferCat(joined, text);
            some = true;
        }
        xmlFree(text);
    }
    if (joined != NULL) {
        xtr_metadata(builder, key, (const char *)xmlBufferContent(joined));
        xmlBufferFree(joined);
    }
}

static void write_description(xtr_builder *builder, xmlNode *description) {
    for (xmlAttr *a = description->properties; a != NULL; a = a->next) {
        const char *key = key_of(a->ns, a->name);
        if (key != NULL) {
            xmlChar *text = xmlNodeGetContent((xmlNode *)a);
            xtr_metadata(builder, key, (const char *)text);
            xmlFree(text);
        }
    }
    for (xmlNode *node = description->children; node != NULL; node = node->next) {
        const char *key = node->type == XML_ELEMENT_NODE ? key_of(node->ns, node->name) : NULL;
        if (key != NULL) {
            write_property(builder, key, node);
        }
    }
}

static xmlNode *child_named(xmlNode *node, const char *name) {
    xmlNode *child = node != NULL ? node->children : NULL;
    while (child != NULL && !(child->type == XML_ELEMENT_NODE && is_named(child->name, name))) {
        child = child->next;
    }
    return child;
}

void xtr__xmp_write(xtr_builder *builder, const unsigned char *data, size_t size) {
    int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_RECOVER;
    const char *declared = xtr__charset_declared(data, size);
    if (declared) {
        (void)xtr__charset_ready(xtr__charset_find(declared)); /* libxml2 asks iconv for it */
    }
    xmlDoc *doc = xmlReadMemory((const char *)data, (int)size, "xmp", NULL, options);
    /* A packet declares no entities, which could stand for more than they take. */
    bool sound = doc != NULL && doc->intSubset == NULL;
    xmlNode *root = sound ? xmlDocGetRootElement(doc) : NULL;
    xmlNode *rdf = root != NULL && is_named(root->name, "RDF") ? root : child_named(root, "RDF");
    for (xmlNode *node = rdf != NULL ? rdf->children : NULL; node != NULL; node = node->next) {
        if (node->type == XML_ELEMENT_NODE && is_named(node->name, "Description")) {
            write_description(builder, node);
        }
    }
    xmlFreeDoc(doc);
}
