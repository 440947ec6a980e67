// SPDX-License-Identifier: GPL-2.0
/*
 * For those who watch the machine from outside: an emulator's plugin (traces/exact), a
 * debugger. They stop at these functions and read the arguments. So it is known when a
 * torture begins and ends, which test it is of, and whose lock and lookups are meant.
 */
#include <linux/compiler.h>

#include "report/outside.h"

/**
 * outside_begin() - A torture begins.
 * @mapping: The target's; NULL: any.
 * @bdev: The target; NULL: any.
 * @test: The test's name, or NULL.
 * @ns: When.
 */
noinline void outside_begin(const struct address_space *mapping,
			    const struct block_device *bdev, const char *test, u64 ns)
{
	/* Called for its arguments: they must stay. */
	asm volatile("" : : "r"(mapping), "r"(bdev), "r"(test), "r"(ns) : "memory");
}

/**
 * outside_end() - It is over: nobody looks up or migrates any more.
 * @mapping: As it began.
 * @ns: When.
 */
noinline void outside_end(const struct address_space *mapping, u64 ns)
{
	asm volatile("" : : "r"(mapping), "r"(ns) : "memory");
}
