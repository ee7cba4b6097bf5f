/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Charts of DrawingML, which all formats of Office Open XML have as parts of their own. */
#ifndef XTR_CHART_H
#define XTR_CHART_H

#include "container/tree.h"

/** What the charts of a document share; begins with its job, and the rest zero. */
typedef struct xtr__charts {
    xtr_job *job;
    xtr__xml_names *names;
    xtr__tree *tree;
    bool *written; /* by part */
} xtr__charts;

void xtr__charts_end(xtr__charts *charts);

/** Writes the chart that a part is: its titles as captions, the values it was drawn from as tables.
 *  Nothing when it was written before, so that no chart costs more than it holds, or is -1. What is
 *  damaged is said of `page`. */
void xtr__chart_write(xtr__charts *charts, xtr__zip *zip, int64_t part, uint32_t page, xtr_box box);

#endif
