/* SPDX-License-Identifier: GPL-2.0 */
/* Everything for programs. */
#ifndef _BHT_WATCH_JSON_H
#define _BHT_WATCH_JSON_H

#include "watch/found.h"
#include "watch/totals.h"

void write_json(const char *path, const struct totals *totals, const struct found *found,
		double seconds);

#endif /* _BHT_WATCH_JSON_H */
