/* SPDX-License-Identifier: GPL-2.0 */
/*
 * culprit.c: which lookup or migration was the culprit of a violation.
 */
#ifndef _BHT_DEBUG_CULPRIT_H
#define _BHT_DEBUG_CULPRIT_H

#include <stdint.h>
#include <stdio.h>

/* What a function is, as the file of sites calls it. */
enum site_kind {
	SITE_MIGRATE = 'm',	/* the migrate callback */
	SITE_MOVE = 'c',	/* what moves or copies */
	SITE_LOOKUP = 'l',
	SITE_RELEASE = 'r',	/* of a reference */
	SITE_REPORT = 'v',	/* of a violation */
	SITE_LOAD = 'i',	/* of a module */
};

struct culprit_options {
	uint64_t block, index;		/* of the violation; -1: any */
	uint64_t taken;			/* show who takes a reference at this count */
	uint64_t current_offset;	/* of the current task, per CPU */
	uint64_t stack_bytes;		/* of a kernel stack, its alignment, too */
	FILE *log;
};

extern struct culprit_options culprit_options;
extern uint64_t events;		/* begins and ends of functions, so far */
extern uint64_t count;		/* instructions before the present block of them */
extern uint64_t migrations;	/* begun, so far */

void culprit_begins(enum site_kind kind, uint64_t at);
void culprit_ends(enum site_kind kind, uint64_t at);

#endif /* _BHT_DEBUG_CULPRIT_H */
