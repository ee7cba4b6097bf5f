/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_OPTIONS_H
#define XTR_OPTIONS_H

#include "libextract/extractor.h"

/** A copy (of the defaults when `options` is NULL); NULL when out of memory. */
xtr_options *xtr__options_copy(const xtr_options *options);

#endif
