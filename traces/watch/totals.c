// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the maps of the part in the kernel, and adds up what the CPUs have in them.
 * They go on counting meanwhile: a sum is of a moment or two.
 */
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/tools.h"
#include "watch.skel.h"
#include "watch/totals.h"

const char * const kind_names[KINDS] = {
	[KIND_LOOKUP] = "lookup",
	[KIND_LOOKUP_MIGRATING] = "lookup_migrating",
	[KIND_LOOKUP_DEVICE_MIGRATING] = "lookup_device_migrating",
	[KIND_SLEEPING] = "sleeping",
	[KIND_SLEEPING_MIGRATING] = "sleeping_migrating",
	[KIND_SLEEPING_DEVICE_MIGRATING] = "sleeping_device_migrating",
	[KIND_CALLBACK] = "callback",
	[KIND_CALLBACK_REFUSED] = "callback_refused",
};

const char * const refusal_names[REFUSALS] = {
	[REFUSED_FOLIO] = "folio_referenced",
	[REFUSED_LOCKED] = "buffer_locked",
	[REFUSED_BUFFER] = "buffer_referenced",
	[REFUSED_JOURNAL] = "journal",
	[REFUSED_LRU] = "lru",
	[REFUSED_MOVE] = "move_failed",
	[REFUSED_OTHER] = "other",
};

/* Structures of which every member is a __u64. */
static void add_words(void *into, const void *values, size_t size, int cpus)
{
	const char *value = values;
	__u64 *sum = into;
	size_t i;
	int cpu;

	for (cpu = 0; cpu < cpus; cpu++, value += size)
		for (i = 0; i < size / sizeof(*sum); i++)
			sum[i] += ((const __u64 *)value)[i];
}

static int all_cpus(void)
{
	int cpus = libbpf_num_possible_cpus();

	if (cpus < 0)
		die(EXIT_ENVIRONMENT, "cannot tell how many CPUs are possible: %s",
		    strerror(-cpus));
	return cpus;
}

/**
 * counts_add() - Add up.
 * @sum: Added to.
 * @one: What is added.
 */
void counts_add(struct counts *sum, const struct counts *one)
{
	add_words(sum, one, sizeof(*one), 1);
}

__u64 counts_refused(const struct counts *counts)
{
	__u64 sum = 0;
	int i;

	for (i = 0; i < REFUSALS; i++)
		sum += counts->refused[i];
	return sum;
}

static int more_moved(const void *left, const void *right)
{
	const struct count_row *a = left, *b = right;
	__u64 of_a = a->counts.moved + counts_refused(&a->counts);
	__u64 of_b = b->counts.moved + counts_refused(&b->counts);

	return of_a < of_b ? 1 : of_a > of_b ? -1 : 0;
}

static int more_nulls(const void *left, const void *right)
{
	const struct null_row *a = left, *b = right;

	return a->count < b->count ? 1 : a->count > b->count ? -1 : 0;
}

static void read_counts(struct totals *totals, int map, int cpus)
{
	struct counts *values = allocate(cpus * sizeof(*values));
	struct count_key key, next;
	void *previous = NULL;

	while (!bpf_map_get_next_key(map, previous, &next)) {
		struct count_row *row;

		key = next;
		previous = &key;
		if (bpf_map_lookup_elem(map, &key, values))
			continue;
		totals->rows = must(realloc(totals->rows, (totals->nr_rows + 1) *
					    sizeof(*totals->rows)));
		row = &totals->rows[totals->nr_rows++];
		*row = (struct count_row){ .key = key };
		add_words(&row->counts, values, sizeof(*values), cpus);
		counts_add(&totals->all, &row->counts);
	}
	free(values);
	if (totals->nr_rows)
		qsort(totals->rows, totals->nr_rows, sizeof(*totals->rows), more_moved);
	totals->refused = counts_refused(&totals->all);
}

static void read_nulls(struct totals *totals, int map, int cpus)
{
	__u64 *values = allocate(cpus * sizeof(*values));
	struct null_key key, next;
	void *previous = NULL;

	while (!bpf_map_get_next_key(map, previous, &next)) {
		struct null_row *row;

		key = next;
		previous = &key;
		if (bpf_map_lookup_elem(map, &key, values))
			continue;
		totals->nulls = must(realloc(totals->nulls, (totals->nr_nulls + 1) *
					     sizeof(*totals->nulls)));
		row = &totals->nulls[totals->nr_nulls++];
		*row = (struct null_row){ .key = key };
		add_words(&row->count, values, sizeof(*values), cpus);
	}
	free(values);
	if (totals->nr_nulls)
		qsort(totals->nulls, totals->nr_nulls, sizeof(*totals->nulls), more_nulls);
}

static void read_histograms(struct totals *totals, int map, int cpus)
{
	struct histogram *values = allocate(cpus * sizeof(*values));
	__u32 kind;
	int cpu;

	for (kind = 0; kind < KINDS; kind++) {
		struct histogram *sum = &totals->histograms[kind];

		if (bpf_map_lookup_elem(map, &kind, values))
			continue;
		add_words(sum, values, sizeof(*values), cpus);
		sum->max_ns = 0;
		for (cpu = 0; cpu < cpus; cpu++)
			if (values[cpu].max_ns > sum->max_ns)
				sum->max_ns = values[cpu].max_ns;
	}
	free(values);
}

/**
 * totals_read() - What was counted until now.
 * @totals: Filled in; free it with totals_free().
 * @bpf: The part in the kernel.
 */
void totals_read(struct totals *totals, struct watch_bpf *bpf)
{
	int cpus = all_cpus();
	struct scalars *values = allocate(cpus * sizeof(*values));
	__u32 zero = 0;

	memset(totals, 0, sizeof(*totals));
	read_counts(totals, bpf_map__fd(bpf->maps.count), cpus);
	read_nulls(totals, bpf_map__fd(bpf->maps.nulls), cpus);
	read_histograms(totals, bpf_map__fd(bpf->maps.histograms), cpus);
	if (!bpf_map_lookup_elem(bpf_map__fd(bpf->maps.scalars), &zero, values))
		add_words(&totals->scalars, values, sizeof(*values), cpus);
	free(values);
}

void totals_free(struct totals *totals)
{
	free(totals->rows);
	free(totals->nulls);
	memset(totals, 0, sizeof(*totals));
}

/**
 * bin_begin() - The least duration in a bin, in ns.
 * @bin: Its number.
 */
__u64 bin_begin(size_t bin)
{
	size_t shift = bin / HISTOGRAM_STEPS;

	if (shift < 2)
		return bin;
	return (__u64)(bin % HISTOGRAM_STEPS + HISTOGRAM_STEPS) << (shift - 1);
}

/**
 * histogram_quantile() - The duration that a part of all does not exceed.
 * @histogram: Of these.
 * @part: 0 to 1.
 *
 * Return: in ns, the middle of the bin; 0 if there is none.
 */
__u64 histogram_quantile(const struct histogram *histogram, double part)
{
	__u64 rank = part * histogram->count, seen = 0, value;
	size_t bin;

	if (!histogram->count)
		return 0;
	for (bin = 0; bin < HISTOGRAM_BINS; bin++) {
		seen += histogram->bins[bin];
		if (seen > rank || (seen && seen == histogram->count))
			break;
	}
	value = (bin_begin(bin) + bin_begin(bin + 1)) / 2;
	return value < histogram->max_ns ? value : histogram->max_ns;
}
