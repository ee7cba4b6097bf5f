/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef XTR_OPTIONS_H
#define XTR_OPTIONS_H

#include "libextract/extractor.h"

/** What `options` (NULL: the defaults) say now, in a snapshot that no later setting changes; its
 *  mime_type is in canonical spelling. Shared by all who ask between two settings, and counted:
 *  xtr__options_release it, on any thread. NULL when out of memory. */
const xtr_options *xtr__options_snapshot(const xtr_options *options);
void xtr__options_release(const xtr_options *snapshot);

#endif
