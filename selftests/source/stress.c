// SPDX-License-Identifier: GPL-2.0
/*
 * stress-ng, which loads memory and its management. It moves nothing by itself, but runs
 * beside sources of migration.
 */
#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.h"
#include "source.h"

#define LOOK_EVERY_MS	100

/* The torture has priority: it is to be disturbed, not replaced. */
#define NICE		5

/*
 * With this capability its madvise stressor poisons pages. Now and then the kernel cannot
 * free one, and complains of a memory failure as if the memory were bad.
 */
#define POISONS		CAP_SYS_ADMIN

struct stress {
	pid_t group;
};

static const char *const command[] = {
	"stress-ng", "--quiet", "--temp-path", "/tmp",
	"--vm", "1", "--vm-bytes", "48m", "--vm-keep",
	"--mmap", "1", "--mmap-bytes", "16m",
	"--madvise", "1", "--mremap", "1", "--mremap-bytes", "4m",
	NULL
};

static int stress_open(struct source *source)
{
	struct stress *stress = calloc(1, sizeof(*stress));

	source->state = stress;
	if (!stress)
		return source_give_up(source, TORTURE_FAIL, "out of memory");
	if (!process_has_program(command[0]))
		return source_give_up(source, TORTURE_SKIP, "needs stress-ng");
	stress->group = process_fork_group();
	if (!stress->group) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (nice(NICE) >= 0 && !prctl(PR_CAPBSET_DROP, POISONS))
			execvp(command[0], (char *const *)command);
		_exit(127);
	}
	if (stress->group < 0)
		return source_give_up(source, TORTURE_FAIL, "no process: %s",
				      strerror(errno));
	return 0;
}

static int stress_round(struct source *source)
{
	struct stress *stress = source->state;
	int status = 0;

	source_pause(source, LOOK_EVERY_MS);
	if (waitpid(stress->group, &status, WNOHANG) != stress->group)
		return 0;
	stress->group = 0;
	return source_give_up(source, TORTURE_FAIL, "stress-ng has ended, status %#x",
			      status);
}

static void stress_close(struct source *source)
{
	struct stress *stress = source->state;

	process_end_group(&stress->group);
}

const struct source_ops source_stress = {
	.name = "stress-ng",
	.open = stress_open,
	.round = stress_round,
	.close = stress_close,
};
