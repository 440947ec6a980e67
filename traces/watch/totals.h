/* SPDX-License-Identifier: GPL-2.0 */
/* Sums of what the part in the kernel counts once per CPU. */
#ifndef _BHT_WATCH_TOTALS_H
#define _BHT_WATCH_TOTALS_H

#include <stddef.h>
#include <linux/types.h>

#include "watch/shared.h"

struct count_row {
	struct count_key key;
	struct counts counts;
};

struct null_row {
	struct null_key key;
	__u64 count;
};

struct totals {
	struct count_row *rows;		/* most moved first */
	size_t nr_rows;
	struct null_row *nulls;		/* most first */
	size_t nr_nulls;
	struct histogram histograms[KINDS];
	struct scalars scalars;
	struct counts all;
	__u64 refused;			/* all reasons together */
};

extern const char * const kind_names[KINDS];
extern const char * const refusal_names[REFUSALS];

struct watch_bpf;

void totals_read(struct totals *totals, struct watch_bpf *bpf);
void totals_free(struct totals *totals);
void counts_add(struct counts *sum, const struct counts *one);
__u64 counts_refused(const struct counts *counts);
__u64 histogram_quantile(const struct histogram *histogram, double part);
__u64 bin_begin(size_t bin);

#endif /* _BHT_WATCH_TOTALS_H */
