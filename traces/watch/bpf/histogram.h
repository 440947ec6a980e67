/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Adds a duration to a histogram of this CPU: each power of two has HISTOGRAM_STEPS
 * bins, those below 2 * HISTOGRAM_STEPS ns are 1 ns wide.
 */
#ifndef _BHT_WATCH_BPF_HISTOGRAM_H
#define _BHT_WATCH_BPF_HISTOGRAM_H

#include "watch/bpf/maps.h"

/* last_bit: the number of the highest bit of a value that is not 0. */
static __always_inline u32 last_bit(u64 value)
{
	u32 bit = 0;

	if (value >> 32) {
		value >>= 32;
		bit += 32;
	}
	if (value >> 16) {
		value >>= 16;
		bit += 16;
	}
	if (value >> 8) {
		value >>= 8;
		bit += 8;
	}
	if (value >> 4) {
		value >>= 4;
		bit += 4;
	}
	if (value >> 2) {
		value >>= 2;
		bit += 2;
	}
	return bit + (value >> 1);
}

static __always_inline void add_duration(u32 kind, u64 ns)
{
	struct histogram *histogram = bpf_map_lookup_elem(&histograms, &kind);
	u32 bin = ns, shift;

	if (!histogram)
		return;
	if (ns >= HISTOGRAM_STEPS) {
		shift = last_bit(ns) - HISTOGRAM_STEPS_LOG2;
		bin = shift * HISTOGRAM_STEPS + (ns >> shift);
	}
	if (bin >= HISTOGRAM_BINS)
		bin = HISTOGRAM_BINS - 1;
	histogram->count++;
	histogram->total_ns += ns;
	if (ns > histogram->max_ns)
		histogram->max_ns = ns;
	histogram->bins[bin]++;
}

#endif /* _BHT_WATCH_BPF_HISTOGRAM_H */
