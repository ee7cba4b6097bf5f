/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How tables of a vocabulary's rules are written. For .c files. */
#ifndef XTR_MARKUP_RULES_H
#define XTR_MARKUP_RULES_H

#include "markup/vocabulary.h"

/** An element, anywhere or below another one, with an argument of its role or a key of metadata. */
#define RULE(name, role) \
    { name, NULL, XTR__ROLE_##role, 0, NULL }
#define RULE_WITH(name, role, arg) \
    { name, NULL, XTR__ROLE_##role, arg, NULL }
#define INSIDE(name, under, role) \
    { name, under, XTR__ROLE_##role, 0, NULL }
#define FACT(name, under, role, key) \
    { name, under, XTR__ROLE_##role, 0, key }

#endif
