// SPDX-License-Identifier: GPL-2.0
/*
 * The debug parameter `inject`: which oracle is to be provoked, and when.
 *
 * The fault itself is made where the oracle looks. This file only says when.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/string.h>

#include "bhtorture.h"
#include "judge/inject.h"
#include "thread.h"

/**
 * inject_find() - Which oracle does the parameter mean?
 * @t: The torture; its member injected is set.
 *
 * Return: 0, or -EINVAL after one line when there is no such oracle.
 */
int inject_find(struct torture *t)
{
	const char *name = t->params->inject;
	int i;

	t->injected = -1;
	if (!name || !*name)
		return 0;
	for (i = 0; i < ORACLE_COUNT; i++) {
		if (!strcmp(name, oracle_names[i])) {
			t->injected = i;
			return 0;
		}
	}
	pr_err("inject=%s is not an oracle\n", name);
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
