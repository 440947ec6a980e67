// SPDX-License-Identifier: GPL-2.0
/*
 * The names of the functions that take private_lock (i_private_lock from 6.8).
 */
#include <string.h>

#include "finder/functions.h"
#include "lib/tools.h"

#define TORTURE_MODULE	"bhtorture"

const char *const side_names[SIDES] = {
	[SIDE_MIGRATION] = "migration",
	[SIDE_LOOKUP] = "lookup",
	[SIDE_OTHER] = "other",
	[SIDE_CALIBRATION] = "calibration",
};

const char *const probe_names[PROBE_KINDS] = {
	[PROBE_WANT] = "want",
	[PROBE_ACQUIRED] = "acquired",
	[PROBE_RELEASED] = "released",
};

/*
 * From 5.0 to 7.3. Each kernel has some of them, and has inlined some into others.
 * `only`: takes no lock but this one by _raw_spin_lock().
 */
static const struct {
	const char *name;
	enum side side;
	const char *module;
	bool only;
	bool argument;		/* the lock is handed to it */
} known[] = {
	{ "__buffer_migrate_folio", SIDE_MIGRATION, NULL, true, false },
	{ "__buffer_migrate_page", SIDE_MIGRATION, NULL, true, false },
	{ "buffer_migrate_folio_norefs", SIDE_MIGRATION, NULL, true, false },
	{ "buffer_migrate_page_norefs", SIDE_MIGRATION, NULL, true, false },
	{ "held_move", SIDE_MIGRATION, TORTURE_MODULE, false, false },
	{ "busted_move", SIDE_MIGRATION, TORTURE_MODULE, false, false },
	{ "__find_get_block_slow", SIDE_LOOKUP, NULL, true, false },
	{ "find_get_block_common", SIDE_LOOKUP, NULL, true, false },
	{ "__find_get_block", SIDE_LOOKUP, NULL, true, false },
	{ "__find_get_block_nonatomic", SIDE_LOOKUP, NULL, true, false },
	{ "try_to_free_buffers", SIDE_OTHER, NULL, true, false },
	{ "block_dirty_folio", SIDE_OTHER, NULL, true, false },
	{ "__set_page_dirty_buffers", SIDE_OTHER, NULL, true, false },
	{ "grow_dev_folio", SIDE_OTHER, NULL, false, false },
	{ "grow_dev_page", SIDE_OTHER, NULL, false, false },
	{ "grow_buffers", SIDE_OTHER, NULL, false, false },
	{ "__getblk_slow", SIDE_OTHER, NULL, false, false },
	{ "__getblk_gfp", SIDE_OTHER, NULL, false, false },
	{ "bdev_getblk", SIDE_OTHER, NULL, false, false },
	{ "create_empty_buffers", SIDE_OTHER, NULL, false, false },
	{ "folio_create_empty_buffers", SIDE_OTHER, NULL, false, false },
	{ "mark_buffer_dirty_inode", SIDE_OTHER, NULL, false, false },
	{ "mmb_mark_buffer_dirty", SIDE_OTHER, NULL, false, false },
	{ "invalidate_inode_buffers", SIDE_OTHER, NULL, false, false },
	{ "remove_inode_buffers", SIDE_OTHER, NULL, false, false },
	{ "fsync_buffers_list", SIDE_OTHER, NULL, false, true },
	{ "sync_mapping_buffers", SIDE_OTHER, NULL, false, false },
};

/**
 * functions_init() - The functions of a kernel; nothing is known of them yet.
 * @functions: Filled in; give its list back by free().
 * @kernel: The kernel.
 */
void functions_init(struct functions *functions, const struct kernel *kernel)
{
	size_t f;

	*functions = (struct functions){
		.kernel = kernel,
		.count = ARRAY_SIZE(known),
		.list = allocate(ARRAY_SIZE(known) * sizeof(*functions->list)),
	};
	for (f = 0; f < functions->count; f++) {
		struct function *function = &functions->list[f];

		function->name = known[f].name;
		function->side = known[f].side;
		function->only = known[f].only;
		function->argument = known[f].argument;
		function->symbol = symbols_find(&kernel->symbols, known[f].name,
						known[f].module);
	}
}

/**
 * functions_know() - Is it the name of a function that takes the lock?
 * @name: Perhaps a function's.
 */
bool functions_know(const char *name)
{
	size_t f;

	for (f = 0; f < ARRAY_SIZE(known); f++)
		if (!strcmp(name, known[f].name))
			return true;
	return false;
}

/**
 * function_measurable() - Are there call sites, and are they certain?
 * @function: The function.
 */
bool function_measurable(const struct function *function)
{
	return function->acquisitions && !function->reason[0];
}
