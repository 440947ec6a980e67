/* SPDX-License-Identifier: GPL-2.0 */
/* The table for people. */
#ifndef _BHT_WATCH_TABLE_H
#define _BHT_WATCH_TABLE_H

#include "watch/found.h"
#include "watch/options.h"
#include "watch/totals.h"

const char *verdict_name(const struct totals *totals, const struct found *found);
void print_places(FILE *out);
void print_table(FILE *out, const struct options *options, const struct totals *totals,
		 const struct found *found, double seconds, bool last);

#endif /* _BHT_WATCH_TABLE_H */
