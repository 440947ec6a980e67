/* SPDX-License-Identifier: GPL-2.0 */
/* --fail-if: what must not be true at the end. */
#ifndef _BHT_WATCH_BUDGET_H
#define _BHT_WATCH_BUDGET_H

#include <stdbool.h>

#include "watch/totals.h"

struct budget;
struct found;

extern const char budget_grammar[];

const struct budget *budget_parse(const char *text);
bool budget_met(const struct budget *budget, const struct totals *totals,
		const struct found *found);

#endif /* _BHT_WATCH_BUDGET_H */
