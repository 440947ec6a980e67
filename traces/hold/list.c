// SPDX-License-Identifier: GPL-2.0
/*
 * What was found: which functions can be measured, which cannot, and why.
 */
#include "hold/list.h"
#include "hold/probes.h"

/**
 * report_functions() - Which functions are measured, and which cannot be.
 * @out: Where to.
 * @functions: The functions.
 * @wanted: Only these sides.
 * @function_format: For name, side, number of acquisitions.
 * @reason_format: For name, reason.
 */
void report_functions(FILE *out, const struct functions *functions,
		      const struct wanted *wanted, const char *function_format,
		      const char *reason_format)
{
	size_t f;

	for (f = 0; f < functions->count; f++) {
		const struct function *function = &functions->list[f];

		if (probe_wanted(function, wanted))
			fprintf(out, function_format, function->name,
				side_names[function->side], function->acquisitions);
		else if (wanted->side[function->side] && function->reason[0])
			fprintf(out, reason_format, function->name, function->reason);
	}
}

/**
 * list_functions() - Print all functions, and what is known of each.
 * @functions: The functions.
 * @sites: With the places where they take and drop the lock.
 */
void list_functions(const struct functions *functions, bool sites)
{
	size_t f, i;

	printf("private_lock is at offset %d of struct address_space, by %s\n",
	       functions->lock_offset, functions->offset_from);
	for (f = 0; f < functions->count; f++) {
		const struct function *function = &functions->list[f];

		printf("%-28s %-10s ", function->name, side_names[function->side]);
		if (!function->symbol)
			printf("no symbol: not in this kernel, or inlined\n");
		else if (function->reason[0])
			printf("unmeasurable: %s\n", function->reason);
		else if (!function->acquisitions)
			printf("does not take it itself\n");
		else
			printf("measurable, taken in %zu places\n", function->acquisitions);
		for (i = 0; sites && i < function->count; i++)
			printf("    %-8s +0x%llx %s %s\n",
			       probe_names[function->sites[i].kind],
			       (unsigned long long)(function->sites[i].address -
						    function->symbol->address),
			       function->sites[i].base ? "base" : "lock",
			       function->sites[i].fetch[0] ? function->sites[i].fetch : "-");
	}
}
