/* SPDX-License-Identifier: GPL-2.0 */
/* The tracing instance that bht-hold records into, apart from everybody else's. */
#ifndef _BHT_HOLD_INSTANCE_H
#define _BHT_HOLD_INSTANCE_H

#include <stdbool.h>

#include <tracefs.h>

struct tracefs_instance *instance_make(void);
struct tracefs_instance *instance_get(void);
bool instance_remove(void);

#endif /* _BHT_HOLD_INSTANCE_H */
