/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Charts, which Office Open XML and OpenDocument have as parts of their own. */
#ifndef XTR_CHART_H
#define XTR_CHART_H

#include "container/tree.h"

/** What the charts of a document share; begins with its job, and the rest zero. */
typedef struct xtr__charts {
    xtr_job *job;
    xtr__xml_names *names;
    xtr__tree *tree;
    bool *taken; /* by part */
} xtr__charts;

void xtr__charts_end(xtr__charts *charts);

/** Writes the chart that a part is: its titles as captions, the values it was drawn from as tables.
 *  Nothing when it was written before, so that no chart costs more than it holds, or is -1. What is
 *  damaged is said of `page`. */
void xtr__chart_write(xtr__charts *charts, xtr__zip *zip, int64_t part, uint32_t page, xtr_box box);

/** The same of a part of OpenDocument, which is left alone if it is no chart. */
void xtr__chart_write_odf(xtr__charts *charts, xtr__zip *zip, int64_t part, uint32_t page,
                          xtr_box box);

/** What a format knows of charts. */
typedef struct xtr__chart_names {
    const xtr__xml_space *spaces;
    size_t space_count;
    const xtr__xml_name *names;
    size_t name_count;
    xtr__tree_unlisted unlisted;
} xtr__chart_names;

/** Whether a part is taken for the first time: each is looked at once. */
bool xtr__charts_take(xtr__charts *charts, xtr__zip *zip, int64_t part);

/** Reads a part into the tree; false when there is nothing in it. */
bool xtr__charts_read(xtr__charts *charts, xtr__zip *zip, int64_t part, uint32_t page,
                      const xtr__chart_names *known, bool (*has_text)(int id));

#endif
