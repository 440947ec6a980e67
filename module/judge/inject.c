// SPDX-License-Identifier: GPL-2.0
/*
 * The debug parameter `inject`: which oracle is to be provoked, how, and when.
 *
 * The fault itself is made where the oracle looks. This file only says when.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernel.h>
#include <linux/string.h>

#include "bhtorture.h"
#include "judge/inject.h"
#include "thread.h"

/* Behind the oracle's name and a dot. */
static const struct {
	enum oracle oracle;
	enum fault fault;
	const char *name;
} inject_faults[] = {
	{ ORACLE_STATE_LEAK, FAULT_FOLIO_LOCKED, "folio_locked" },
	{ ORACLE_STATE_LEAK, FAULT_FOLIO_REFERENCES, "folio_references" },
	{ ORACLE_STUCK, FAULT_LIVELOCK, "livelock" },
	{ ORACLE_STUCK, FAULT_FOR_GOOD, "for_good" },
};

static bool inject_find_fault(struct torture *t, const char *name)
{
	int i;

	t->fault = FAULT_PLAIN;
	if (!*name)
		return true;
	for (i = 0; i < ARRAY_SIZE(inject_faults); i++) {
		if (inject_faults[i].oracle == t->injected && name[0] == '.' &&
		    !strcmp(name + 1, inject_faults[i].name)) {
			t->fault = inject_faults[i].fault;
			return true;
		}
	}
	return false;
}

/**
 * inject_find() - Which oracle does the parameter mean, and which fault?
 * @t: The torture; its members injected and fault are set.
 *
 * Return: 0, or -EINVAL after one line when there is no such thing.
 */
int inject_find(struct torture *t)
{
	const char *name = t->params->inject;
	int i;

	t->injected = -1;
	if (!name || !*name)
		return 0;
	for (i = 0; i < ORACLE_COUNT; i++) {
		size_t length = strlen(oracle_names[i]);

		if (strncmp(name, oracle_names[i], length))
			continue;
		t->injected = i;
		if (inject_find_fault(t, name + length))
			return 0;
	}
	pr_err("inject=%s is not an oracle, or not one of its faults\n", name);
	return -EINVAL;
}

/**
 * inject_now() - Is it time to break something on purpose?
 * @ht: The thread.
 * @oracle: The oracle that is to notice.
 *
 * Return: true once in a few hundred calls if @oracle is the one to be provoked.
 */
bool inject_now(struct hammer_thread *ht, enum oracle oracle)
{
	return unlikely(ht->torture->injected == oracle) &&
	       !thread_random(ht, 256);
}
