/* SPDX-License-Identifier: GPL-2.0 */
/* The kprobe events of the group bht_hold. */
#ifndef _BHT_HOLD_PROBES_H
#define _BHT_HOLD_PROBES_H

#include "hold/wanted.h"

bool probe_wanted(const struct function *function, const struct wanted *wanted);
char *probe_event(const struct function *function, enum probe_kind kind, int n,
		  const struct site **site);
void probes_create(const struct functions *functions, const struct wanted *wanted);
void probes_filter(const struct functions *functions, const struct wanted *wanted);
void probes_enable(bool on);
void probes_remove(void);

#endif /* _BHT_HOLD_PROBES_H */
