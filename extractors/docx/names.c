/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The names that the format knows, in the namespaces of both editions. */
#include "container/omml.h"
#include "docx/docx.h"

static const xtr__xml_space spaces[] = {
    {"w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main"},
    {"w", "http://purl.oclc.org/ooxml/wordprocessingml/main"},
    {"r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"},
    {"r", "http://purl.oclc.org/ooxml/officeDocument/relationships"},
    {"m", "http://schemas.openxmlformats.org/officeDocument/2006/math"},
    {"m", "http://purl.oclc.org/ooxml/officeDocument/math"},
    {"mc", "http://schemas.openxmlformats.org/markup-compatibility/2006"},
    {"wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"},
    {"wp", "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing"},
    {"a", "http://schemas.openxmlformats.org/drawingml/2006/main"},
    {"a", "http://purl.oclc.org/ooxml/drawingml/main"},
    {"pic", "http://schemas.openxmlformats.org/drawingml/2006/picture"},
    {"pic", "http://purl.oclc.org/ooxml/drawingml/picture"},
    {"dgm", "http://schemas.openxmlformats.org/drawingml/2006/diagram"},
    {"dgm", "http://purl.oclc.org/ooxml/drawingml/diagram"},
    {"c", "http://schemas.openxmlformats.org/drawingml/2006/chart"},
    {"c", "http://purl.oclc.org/ooxml/drawingml/chart"},
    {"v", "urn:schemas-microsoft-com:vml"},
};

xtr__xml_names *xtr__docx_names(void) {
    static const xtr__xml_name names[] = {
#define X(id, name) {name, XTR__W_##id},
#include "docx/names.def"
#undef X
#define XTR__OMML_NAME(id, name) {name, XTR__OMML_##id},
#define XTR__OMML_SAME           XTR__OMML_NAME
#include "container/omml.def"
#undef XTR__OMML_NAME
#undef XTR__OMML_SAME
    };
    return xtr__xml_names_new(spaces, sizeof spaces / sizeof *spaces, names,
                              sizeof names / sizeof *names);
}
