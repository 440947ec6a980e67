// SPDX-License-Identifier: GPL-2.0
/* The architectures that are known. */
#include <stddef.h>
#include <string.h>

#include "exact/architecture.h"
#include "exact/guest.h"

/**
 * guest_choose() - Of which architecture the guest is.
 * @target: As QEMU calls it.
 *
 * Return: false when nothing is known of that.
 */
bool guest_choose(const char *target)
{
	static const struct guest *const guests[] = { &guest_x86, &guest_arm64, NULL };
	unsigned int i;

	for (i = 0; guests[i]; i++)
		if (!strcmp(guests[i]->target, target))
			guest = guests[i];
	return guest;
}
