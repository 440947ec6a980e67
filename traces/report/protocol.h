/* SPDX-License-Identifier: GPL-2.0 */
/* Interleavings: which have been met, which are missing, which must not be. */
#ifndef _BHT_REPORT_PROTOCOL_H
#define _BHT_REPORT_PROTOCOL_H

#include <stdio.h>

#include "report/report.h"

struct protocol {
	unsigned int met, possible;	/* pairs that may meet */
	unsigned long long violations;	/* meetings that must not be */
};

void protocol_load(struct report *report, json_t *pairs, const char *test);
void protocol_merge(struct report *report, const struct report *part);
bool protocol_judge(const struct report *report, struct protocol *protocol);
json_t *protocol_json(const struct report *report);
void protocol_text(FILE *out, const struct report *report);
void protocol_html(FILE *out, const struct report *report);

#endif /* _BHT_REPORT_PROTOCOL_H */
