// SPDX-License-Identifier: GPL-2.0
/*
 * A process that has the device's pages mapped, for all that moves the pages of a
 * process. So the test's own pages stay where they are.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nodes.h"
#include "resident.h"

/* Migration leaves pages mapped, only reclaim takes them out. */
#define TOUCH_EVERY_US	50000

static char own[2 * RESIDENT_OWN_BYTES];

static char *own_page(void)
{
	unsigned long start = (unsigned long)own + RESIDENT_OWN_BYTES - 1;

	return (char *)(start / RESIDENT_OWN_BYTES * RESIDENT_OWN_BYTES);
}

/**
 * resident_open() - Start it.
 * @resident: What to fill in; resident_close() in any case.
 * @source: Whose it is.
 * @writable: Map the device for writing, too.
 * @live: What it does all its life, for example resident_stay().
 * @argument: For @live, as it is now.
 *
 * It ends with the thread that calls this, whatever happens.
 *
 * Return: 0, or -1 with the source's result decided.
 */
int resident_open(struct resident *resident, struct source *source, bool writable,
		  void (*live)(const struct resident *resident, const void *argument),
		  const void *argument)
{
	char reason[TORTURE_REASON_MAX];
	int ready[2];
	char byte;

	if (mapping_open(&resident->mapping, source->t, 0, writable, reason,
			 sizeof(reason)))
		return source_give_up(source, TORTURE_FAIL, "%s", reason);
	if (pipe(ready))
		return source_give_up(source, TORTURE_FAIL, "no pipe: %s",
				      strerror(errno));
	resident->pid = fork();
	if (!resident->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		mapping_touch(&resident->mapping);
		__atomic_store_n(own_page(), 1, __ATOMIC_RELAXED);
		if (write(ready[1], "", 1) == 1)
			live(resident, argument);
		_exit(1);
	}
	close(ready[1]);
	if (resident->pid < 0 || read(ready[0], &byte, 1) != 1)
		source_give_up(source, TORTURE_FAIL,
			       "no process that maps the device: %s",
			       resident->pid < 0 ? strerror(errno) : "it died");
	close(ready[0]);
	return source->result == TORTURE_UNDECIDED ? 0 : -1;
}

/**
 * resident_stay() - Keep the pages mapped and do nothing else.
 * @resident: In its own process.
 * @unused: Nothing.
 */
void resident_stay(const struct resident *resident, const void *unused)
{
	(void)unused;
	for (;;) {
		mapping_touch(&resident->mapping);
		usleep(TOUCH_EVERY_US);
	}
}

/**
 * resident_node() - On which node is memory of its own?
 * @resident: A living one.
 *
 * Return: the node, or -1 when the kernel does not tell.
 */
int resident_node(const struct resident *resident)
{
	return nodes_of_page(resident->pid, own_page());
}

/**
 * resident_close() - End it.
 * @resident: Zeroed or opened.
 */
void resident_close(struct resident *resident)
{
	if (resident->pid > 0) {
		kill(resident->pid, SIGKILL);
		waitpid(resident->pid, NULL, 0);
	}
	resident->pid = 0;
	mapping_close(&resident->mapping);
}
