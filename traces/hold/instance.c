// SPDX-License-Identifier: GPL-2.0
/*
 * The tracing instance that bht-hold records into. Its clock is `mono`: with the
 * default clock, some differences of times are zero.
 */
#include <errno.h>
#include <string.h>

#include "hold/instance.h"
#include "hold/names.h"
#include "lib/tools.h"

static struct tracefs_instance *instance;

/**
 * instance_make() - Make it, unless it is there.
 *
 * Return: the instance, never NULL: that would be everybody's.
 */
struct tracefs_instance *instance_make(void)
{
	tracefs_instance_free(instance);
	instance = tracefs_instance_create(HOLD_INSTANCE);
	if (!instance)
		die(EXIT_ENVIRONMENT, "cannot make a tracing instance: %s", strerror(errno));
	tracefs_instance_file_write(instance, "trace_clock", "mono");
	return instance;
}

/**
 * instance_get() - The instance, which was made before.
 */
struct tracefs_instance *instance_get(void)
{
	return instance;
}

/**
 * instance_remove() - Remove it, whoever made it.
 *
 * Return: whether it is gone; while somebody has a file of it open, it stays.
 */
bool instance_remove(void)
{
	struct tracefs_instance *left = tracefs_instance_alloc(NULL, HOLD_INSTANCE);
	bool gone = !left || !tracefs_instance_destroy(left);

	tracefs_instance_free(left);
	return gone;
}
