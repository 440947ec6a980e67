/* SPDX-License-Identifier: GPL-2.0 */
/* The private_lock of one block device's page cache. */
#ifndef _BHT_HOLD_DEVICE_H
#define _BHT_HOLD_DEVICE_H

#include "finder/functions.h"

uint64_t lock_of_device(const char *device, const struct functions *functions);

#endif /* _BHT_HOLD_DEVICE_H */
