/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Huge pages, asked for in both ways that userspace has.
 */
#ifndef _SELFTESTS_BHTORTURE_HUGE_H
#define _SELFTESTS_BHTORTURE_HUGE_H

#include "filler.h"
#include "run.h"

struct thp {
	char enabled[32];	/* how it was */
	char defrag[32];
};

struct thp_faults {
	struct filler memory;
	unsigned long long asked, got;	/* huge pages */
	double huge_s;		/* spent in faults that got one */
	double base_s;		/* and in the others */
	double longest_s;
};

long huge_page_kib(void);
bool huge_pool_exists(int node, long kib);
long huge_pool_set(int node, long kib, long number);
int thp_begin(struct thp *thp, struct torture *t, const char *defrag);
void thp_end(struct thp *thp);
int thp_fault(struct thp_faults *faults, struct torture *t, int node, long pages,
	      unsigned int pause_us);
void thp_release(struct thp_faults *faults);
json_t *supply_json(const char *what, unsigned long long asked, unsigned long long got);

#endif /* _SELFTESTS_BHTORTURE_HUGE_H */
