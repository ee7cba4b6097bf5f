/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef CLI_PICTURES_H
#define CLI_PICTURES_H

#include "libextract.h"

/** Writes the pictures of a result as files, which replace those that have their names, into
 *  `folder`, or into the folder `inside` it when that is not NULL; both are made when there is a
 *  picture to write. Returns 0 or a code of errors.def, having said why. */
int pictures_write(const char *folder, const char *inside, const xtr_result *result);

#endif
