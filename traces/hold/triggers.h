/* SPDX-License-Identifier: GPL-2.0 */
/* Triggers of the events in our instance. */
#ifndef _BHT_HOLD_TRIGGERS_H
#define _BHT_HOLD_TRIGGERS_H

#include <stdbool.h>

#include <tracefs.h>

void trigger_set(const char *system, const char *event, const char *what);
bool triggers_remove(struct tracefs_instance *instance, const char *system);

#endif /* _BHT_HOLD_TRIGGERS_H */
