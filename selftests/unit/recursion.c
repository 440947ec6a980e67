// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests: trace events of reclaim on behalf of a loop device.
 */
#include <stdio.h>

#include "recursion.h"
#include "unit.h"

#define TRACE(name, pid, event)						\
	"   " name "-" pid "   [000] d..1.    12.345678: " event
#define TRACE_START(name, pid, function)				\
	TRACE(name, pid, "workqueue_execute_start: work struct 01: function " function)
#define TRACE_END(name, pid)						\
	TRACE(name, pid, "workqueue_execute_end: work struct 01: function loop_workfn")
#define TRACE_RECLAIM(name, pid, flags)					\
	TRACE(name, pid, "mm_vmscan_direct_reclaim_begin: order=0 gfp_flags=" flags)

static void check_recursion(const char *what, unsigned int reclaims,
			    unsigned int recursions, const char * const lines[])
{
	struct recursion recursion = { .fd = -1 };
	char found[64];

	for (; *lines; lines++)
		recursion_line(&recursion, *lines);
	snprintf(found, sizeof(found), "%llu reclaims, %llu recursions",
		 recursion.reclaims, recursion.recursions);
	check(recursion.reclaims == reclaims && recursion.recursions == recursions, what,
	      found);
}

void test_recursion(void)
{
	check_recursion("a loop device's reclaim without filesystems is none", 1, 0,
			(const char * const[]){
		TRACE_START("kworker/u4:2", "41", "loop_rootcg_workfn [loop]"),
		TRACE_RECLAIM("kworker/u4:2", "41", "GFP_NOIO|__GFP_HIGHMEM|__GFP_WRITE"),
		NULL });
	check_recursion("one that may enter filesystems is a recursion", 2, 2,
			(const char * const[]){
		TRACE_START("kworker/u4:2-ev [x]", "41", "loop_workfn [loop]"),
		TRACE_RECLAIM("kworker/u4:2-ev [x]", "41", "GFP_HIGHUSER_MOVABLE"),
		TRACE_RECLAIM("kworker/u4:2-ev [x]", "41", "GFP_NOFS|__GFP_FS"),
		NULL });
	check_recursion("others may, and a worker before and after it served", 0, 0,
			(const char * const[]){
		TRACE_START("kworker/u4:2", "41", "loop_workfn [loop]"),
		TRACE_RECLAIM("tar", "42", "GFP_KERNEL"),
		TRACE_END("kworker/u4:2", "41"),
		TRACE_RECLAIM("kworker/u4:2", "41", "GFP_KERNEL"),
		TRACE_START("kworker/u4:2", "41", "wb_workfn"),
		TRACE_RECLAIM("kworker/u4:2", "41", "GFP_KERNEL"),
		"", "no trace line", NULL });
	check_recursion("a loop device's own thread, before 5.14", 1, 1,
			(const char * const[]){
		TRACE_RECLAIM("loop0", "43", "GFP_KERNEL"), NULL });
}
