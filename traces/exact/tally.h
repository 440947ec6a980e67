/* SPDX-License-Identifier: GPL-2.0 */
/* How often which value was met: exact histograms. */
#ifndef _BHT_EXACT_TALLY_H
#define _BHT_EXACT_TALLY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

void tally_clear(void);
void tally_add(const char *what, const char *name, const char *unit, uint64_t value,
	       unsigned int cpu, bool has_outcome, int outcome);
uint64_t tally_total(void);
void tally_write(FILE *out);

#endif /* _BHT_EXACT_TALLY_H */
