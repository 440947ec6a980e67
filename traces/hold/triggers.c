// SPDX-License-Identifier: GPL-2.0
/* Sets and removes triggers of the events in our instance. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hold/instance.h"
#include "hold/triggers.h"
#include "lib/tools.h"

#define PASSES		50	/* a variable goes after those that read it */
#define WAIT_US		100000	/* between attempts, PASSES of them */

/**
 * trigger_set() - Set a trigger; ends the program when the kernel refuses it.
 * @system: The event's.
 * @event: The event.
 * @what: The trigger.
 */
void trigger_set(const char *system, const char *event, const char *what)
{
	char *log;

	if (tracefs_event_file_append(instance_get(), system, event, "trigger", what) >= 0)
		return;
	log = tracefs_error_all(instance_get());
	say("%s", log ? log : "");
	die(EXIT_ENVIRONMENT, "the kernel refuses the trigger '%s' of %s: %s", what, event,
	    strerror(errno));
}

/* Return: whether there was a trigger. */
static bool remove_those_of(struct tracefs_instance *instance, const char *system,
			    const char *event)
{
	char *list = tracefs_event_file_read(instance, system, event, "trigger", NULL);
	char *line, *rest = list, *state, *remove;
	bool found = false;

	while (rest && (line = strsep(&rest, "\n"))) {
		if (!line[0] || line[0] == '#')
			continue;
		/* The kernel lists a trigger as it was set, with its state in between. */
		state = strstr(line, " [active]");
		state = state ? state : strstr(line, " [paused]");
		if (state)
			memmove(state, state + strlen(" [active]"),
				strlen(state + strlen(" [active]")) + 1);
		remove = printed("!%s", line);
		tracefs_event_file_append(instance, system, event, "trigger", remove);
		free(remove);
		found = true;
	}
	free(list);
	return found;
}

static bool remove_once(struct tracefs_instance *instance, const char *system)
{
	char *dir = tracefs_instance_get_dir(instance);
	char **events = tracefs_system_events(dir, system);
	bool found = false;
	size_t i;

	for (i = 0; events && events[i]; i++)
		found |= remove_those_of(instance, system, events[i]);
	tracefs_list_free(events);
	tracefs_put_tracing_file(dir);
	return found;
}

/**
 * triggers_remove() - Remove all triggers of a system's events.
 * @instance: Where they were set.
 * @system: The system.
 *
 * Some go only after those that read their variables, so it takes several passes.
 *
 * Return: whether one is left.
 */
bool triggers_remove(struct tracefs_instance *instance, const char *system)
{
	bool left = true;
	int pass;

	for (pass = 0; left && pass < PASSES; pass++) {
		left = remove_once(instance, system);
		if (left && pass > PASSES / 2)
			usleep(WAIT_US);
	}
	return left;
}
