/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef CLI_HELP_H
#define CLI_HELP_H

/** Prints what --help says: options from xtr_option_table, exit codes from xtr_error_table. */
void print_help(void);

#endif
