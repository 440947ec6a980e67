/* SPDX-License-Identifier: GPL-2.0 */
/* Budgets, for --fail-if. */
#ifndef _BHT_REPORT_BUDGET_H
#define _BHT_REPORT_BUDGET_H

#include <stdio.h>

#include "report/report.h"

#define EXIT_BUDGET	1	/* a --fail-if was met */

struct report_budget;

extern const char budget_grammar[];

struct report_budget *budget_parse(const char *text, char *reason, size_t size);
int budget_judge(const struct report_budget *budget, struct report *report,
		 FILE *out);
void budget_free(struct report_budget *budget);

#endif /* _BHT_REPORT_BUDGET_H */
