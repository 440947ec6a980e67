/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A recording of the run, when BHT_TRACE asks for one.
 */
#ifndef _SELFTESTS_BHTORTURE_TRACER_H
#define _SELFTESTS_BHTORTURE_TRACER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct tracer {
	pid_t pid;		/* 0: none */
	char folder[512];
};

bool tracer_wants_lookups(void);
int tracer_start(struct tracer *tracer, const char *name, char *reason, size_t size);
int tracer_stop(struct tracer *tracer, char *reason, size_t size);

#endif /* _SELFTESTS_BHTORTURE_TRACER_H */
