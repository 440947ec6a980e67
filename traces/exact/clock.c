// SPDX-License-Identifier: GPL-2.0
/*
 * Time, as the number of instructions. With icount the guest's own time is just that: each
 * instruction of any CPU lasts 2^shift ns, and CPUs run in turn. So durations in ns contain
 * the turns of the others. What a CPU has executed itself is told by watching whose turn it
 * is, at each block.
 */
#include <stdbool.h>
#include <string.h>

#include "exact/blocks.h"
#include "exact/clock.h"
#include "exact/machine.h"

#define CPUS_MAX	64

static struct {
	uint64_t base;			/* as machine_cpu() tells it */
	uint64_t own;			/* before its block */
	const struct block *block;	/* that it is in; NULL: not known */
} cpus[CPUS_MAX];
static unsigned int cpu_count, running, at;
static uint64_t all;
static unsigned int clock_shift;
static bool started;

/**
 * clock_init() - Before the guest starts.
 * @shift: An instruction lasts 2^shift ns.
 */
void clock_init(unsigned int shift)
{
	clock_shift = shift;
}

static void leave_block(unsigned int executed)
{
	cpus[running].own += executed;
	all += executed;
	cpus[running].block = NULL;
	at = 0;
}

/* Somebody else's turn comes at the end of a block only. */
static void take_turn(void)
{
	uint64_t base = machine_cpu();

	if (cpus[running].base == base)
		return;
	if (cpus[running].block)
		leave_block(cpus[running].block->count);
	for (running = 0; running < cpu_count; running++)
		if (cpus[running].base == base)
			return;
	if (cpu_count < CPUS_MAX - 1)
		cpu_count++;
	cpus[running].base = base;
}

/* An interrupt comes after a block, a fault within it: where the CPU goes on tells. */
static unsigned int executed_before_trap(const struct block *block)
{
	uint64_t then[2] = { 0, 0 };
	unsigned int i, index;

	guest->trapped_at(then);
	for (i = 0; i < 2; i++) {
		if (then[i] == block->next || then[i] == block->target)
			return block->count;
		index = block_index(block, then[i]);
		if (index < block->count)
			return index;
	}
	return block->count;
}

/**
 * clock_block() - A block is entered.
 * @block: The block.
 */
void clock_block(const struct block *block)
{
	const struct block *left;
	unsigned int executed;
	bool interrupted;

	if (!started)
		return;
	take_turn();
	left = cpus[running].block;
	if (left) {
		executed = block_executed(left, block->address, &interrupted);
		if (interrupted)
			executed = executed_before_trap(left);
		leave_block(executed);
	}
	cpus[running].block = block;
	at = 0;
}

/**
 * clock_at() - It is at an instruction of its block.
 * @index: Its number: so many were executed before it.
 */
void clock_at(unsigned int index)
{
	at = index;
}

/**
 * clock_start() - From now on it is known what each CPU has executed.
 */
void clock_start(void)
{
	unsigned int i;

	for (i = 0; i < cpu_count; i++)
		cpus[i].block = NULL;
	at = 0;
	take_turn();
	started = true;
}

/**
 * clock_stop() - That is not wanted any more.
 */
void clock_stop(void)
{
	started = false;
}

/**
 * clock_cpu() - The CPU that runs, counted from 0 in the order in which they were met.
 */
unsigned int clock_cpu(void)
{
	return running;
}

/**
 * clock_own_of() - How many instructions a CPU has executed.
 * @cpu: As clock_cpu() counts them.
 */
uint64_t clock_own_of(unsigned int cpu)
{
	return cpus[cpu].own + (cpu == running ? at : 0);
}

/**
 * clock_all() - How many all CPUs have executed.
 */
uint64_t clock_all(void)
{
	return all + at;
}

/**
 * clock_ns() - How long the guest believes that they take.
 * @instructions: Of all CPUs.
 */
uint64_t clock_ns(uint64_t instructions)
{
	return instructions << clock_shift;
}
