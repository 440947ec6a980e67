/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The verdict on a run: floors, oracles, and what they mean together.
 */
#ifndef _SELFTESTS_BHTORTURE_VERDICT_H
#define _SELFTESTS_BHTORTURE_VERDICT_H

#include <stdbool.h>

#include "run.h"

bool verdict_caught(const struct torture *t);
bool verdict_stuck(const struct torture *t, const struct torture_stats *stats);
double verdict_asked_s(const struct torture *t);
bool verdict_is_conclusive(const struct torture *t);
bool verdict_has_enough(const struct torture *t);
void verdict_judge(struct torture *t);
double verdict_bound(unsigned long long exposures);

#endif /* _SELFTESTS_BHTORTURE_VERDICT_H */
