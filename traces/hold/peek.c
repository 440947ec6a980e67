// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the kernel's code as it is in memory, patched alternatives included.
 *
 * /proc/kcore could do that, but small kernels lack it. Instead, a kprobe event on
 * getpriority() takes the caller's first argument for an address, and records what
 * is there. Only our own calls count.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <event-parse.h>
#include "hold/instance.h"
#include "hold/names.h"
#include "hold/peek.h"
#include "lib/tools.h"

#define EVENT		"peek"
#define CHUNK		512	/* bytes of one array: 64 words are the limit */
#define CHUNKS		4
#define GETPRIORITY	SYSCALL("getpriority")

static struct tep_handle *tep;
static uint8_t *destination;
static bool arrived;

/**
 * peek_start() - Set the probe up.
 */
void peek_start(void)
{
	struct tracefs_instance *instance = instance_make();
	char fields[512], *ours = printed("common_pid == %d", getpid());
	int i, used = 0;

	for (i = 0; i < CHUNKS; i++)
		used += snprintf(fields + used, sizeof(fields) - used,
				 "c%d=+%d(+0x%x(%s)):x64[%d] ", i, i * CHUNK,
				 REGS_FIRST_ARGUMENT, FIRST_ARGUMENT, CHUNK / 8);
	if (tracefs_kprobe_raw(HOLD_GROUP, EVENT, GETPRIORITY, fields))
		die(EXIT_ENVIRONMENT, "cannot probe " GETPRIORITY ": %s (CONFIG_KPROBE_EVENTS, lockdown)",
		    strerror(errno));
	tep = tracefs_local_events_system(NULL, (const char *[]){ HOLD_GROUP, NULL });
	if (!tep)
		die(EXIT_ENVIRONMENT, "cannot read the events of " HOLD_GROUP);
	if (tracefs_event_file_write(instance, HOLD_GROUP, EVENT, "filter", ours) < 0 ||
	    tracefs_event_enable(instance, HOLD_GROUP, EVENT))
		die(EXIT_ENVIRONMENT, "cannot enable the probe on " GETPRIORITY);
	free(ours);
}

static int take(struct tep_event *event, struct tep_record *record, int cpu,
		void *context)
{
	int i;

	(void)cpu;
	(void)context;
	for (i = 0; i < CHUNKS; i++) {
		struct tep_format_field *field;
		char name[8];

		snprintf(name, sizeof(name), "c%d", i);
		field = tep_find_field(event, name);
		if (!field)
			die(EXIT_ENVIRONMENT, "the probe on " GETPRIORITY " lacks a field");
		memcpy(destination + i * CHUNK, (uint8_t *)record->data + field->offset,
		       CHUNK);
	}
	arrived = true;
	return 0;
}

/**
 * peek_read() - Copy code out of the kernel.
 * @address: Where it is.
 * @code: Where it goes.
 * @length: How many bytes.
 */
void peek_read(uint64_t address, uint8_t *code, size_t length)
{
	uint8_t block[CHUNKS * CHUNK];
	size_t done, part;

	for (done = 0; done < length; done += part) {
		part = length - done < sizeof(block) ? length - done : sizeof(block);
		destination = block;
		arrived = false;
		/* An unknown kind of priority is refused, after the probe. */
		syscall(SYS_getpriority, address + done, 0);
		tracefs_iterate_raw_events(tep, instance_get(), NULL, 0, take, NULL);
		if (!arrived)
			die(EXIT_ENVIRONMENT, "the probe on " GETPRIORITY " did not record");
		memcpy(code + done, block, part);
	}
}

/**
 * peek_stop() - Remove the probe.
 */
void peek_stop(void)
{
	tracefs_event_disable(instance_get(), HOLD_GROUP, EVENT);
	tracefs_instance_file_append(NULL, "kprobe_events", "-:" HOLD_GROUP "/" EVENT);
	tep_free(tep);
}
