// SPDX-License-Identifier: GPL-2.0
/*
 * Joins what the probes of bht-hold say: a task wants, acquires and releases. The
 * three belong together by task and function, as spinlocks nest. The outcome of a
 * migration is known when the function returns: until then, its holds are pending.
 *
 * A hold that lost its beginning or its end is counted as unjoined. It is never joined
 * with another one.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/tools.h"
#include "report/join.h"

#define OPEN_MAX	4	/* functions of a task that hold it at once */
#define PENDING_MAX	16	/* holds within one call of a function */
#define TASKS_FIRST	256

struct function {
	const char *name;	/* the report's */
	bool probed;		/* there are probes of it, not only synthetic events */
	bool returns;		/* its outcome will be known */
};

struct open_hold {
	int function;		/* -1: free */
	bool acquired;
	uint64_t want_ts, acquired_ts;
};

struct pending_hold {
	int function;
	uint64_t begin, end;
	int cpu;
};

struct task {
	int pid;
	bool used;
	struct open_hold open[OPEN_MAX];
	struct pending_hold pending[PENDING_MAX];
	unsigned int nr_pending;
};

struct join {
	struct report *report;
	struct function *functions;
	size_t nr_functions;
	struct task *tasks;	/* open addressing, by pid */
	size_t nr_tasks, room_tasks;
	uint64_t unjoined;
};

/**
 * join_new() - Nothing is under way.
 * @report: Gets the holds and waits.
 */
struct join *join_new(struct report *report)
{
	struct join *join = allocate(sizeof(*join));

	join->report = report;
	return join;
}

/**
 * join_free() - Give it back.
 * @join: The join.
 */
void join_free(struct join *join)
{
	free(join->functions);
	free(join->tasks);
	free(join);
}

/**
 * join_function() - The number by which the other functions know a function.
 * @join: The join.
 * @name: The function's.
 */
int join_function(struct join *join, const char *name)
{
	size_t i;

	for (i = 0; i < join->nr_functions; i++)
		if (!strcmp(join->functions[i].name, name))
			return i;
	join->functions = must(realloc(join->functions, (i + 1) * sizeof(*join->functions)));
	join->functions[i] = (struct function){ .name = report_name(join->report, name) };
	join->nr_functions++;
	return i;
}

/**
 * join_name() - The function's name, which the report owns.
 * @join: The join.
 * @function: The function.
 */
const char *join_name(const struct join *join, int function)
{
	return join->functions[function].name;
}

/**
 * join_is_probed() - Its own probes say what synthetic events say as well.
 * @join: The join.
 * @function: The function.
 */
bool join_is_probed(const struct join *join, int function)
{
	return join->functions[function].probed;
}

/**
 * join_expect() - Of which events there will be some.
 * @join: The join.
 * @function: The function.
 * @probed: Acquisitions.
 * @returns: Returns.
 */
void join_expect(struct join *join, int function, bool probed, bool returns)
{
	join->functions[function].probed |= probed;
	join->functions[function].returns |= returns;
}

static struct task *task_slot(struct task *tasks, size_t room, int pid)
{
	size_t i = (unsigned int)pid * 2654435761u % room;

	while (tasks[i].used && tasks[i].pid != pid)
		i = (i + 1) % room;
	return &tasks[i];
}

static void make_room(struct join *join)
{
	size_t i, room = join->room_tasks ? 2 * join->room_tasks : TASKS_FIRST;
	struct task *tasks = must(calloc(room, sizeof(*tasks)));

	for (i = 0; i < join->room_tasks; i++)
		if (join->tasks[i].used)
			*task_slot(tasks, room, join->tasks[i].pid) = join->tasks[i];
	free(join->tasks);
	join->tasks = tasks;
	join->room_tasks = room;
}

static struct task *find_task(struct join *join, int pid)
{
	struct task *task;
	size_t i;

	if (join->nr_tasks >= join->room_tasks / 2)
		make_room(join);
	task = task_slot(join->tasks, join->room_tasks, pid);
	if (!task->used) {
		task->used = true;
		task->pid = pid;
		for (i = 0; i < OPEN_MAX; i++)
			task->open[i].function = -1;
		join->nr_tasks++;
	}
	return task;
}

static void add_hold(struct join *join, struct task *task, const struct pending_hold *hold,
		     const char *outcome, int rc)
{
	const struct function *function = &join->functions[hold->function];
	struct report_series *series;

	series = report_series(join->report, WHAT_HOLD, function->name, outcome);
	dist_add(&series->dist, hold->end - hold->begin, hold->end - hold->begin, 1);
	report_mark(join->report, &(struct report_mark){
		.begin = hold->begin, .end = hold->end, .kind = MARK_HOLD,
		.cpu = hold->cpu, .pid = task->pid, .rc = rc, .name = function->name,
	});
}

/* Holds of one function get their outcome; function -1: of all functions. */
static void settle(struct join *join, struct task *task, int function, const char *outcome,
		   int rc)
{
	unsigned int i, kept = 0;

	for (i = 0; i < task->nr_pending; i++) {
		if (function < 0 || task->pending[i].function == function)
			add_hold(join, task, &task->pending[i], outcome, rc);
		else
			task->pending[kept++] = task->pending[i];
	}
	task->nr_pending = kept;
}

static struct open_hold *find_open(struct task *task, int function)
{
	unsigned int i;

	for (i = 0; i < OPEN_MAX; i++)
		if (task->open[i].function == function)
			return &task->open[i];
	return NULL;
}

/* A slot for a new hold. If the function has an open one, that lost its end. */
static struct open_hold *take_open(struct join *join, struct task *task, int function)
{
	struct open_hold *open = find_open(task, function);
	unsigned int i;

	for (i = 0; !open && i < OPEN_MAX; i++)
		if (task->open[i].function < 0)
			open = &task->open[i];
	if (!open)
		open = &task->open[0];
	if (open->function >= 0)
		join->unjoined++;
	*open = (struct open_hold){ .function = function };
	return open;
}

/**
 * join_want() - A task is about to take the lock.
 * @join: The join.
 * @pid: The task.
 * @function: In which function.
 * @ts: When.
 */
void join_want(struct join *join, int pid, int function, uint64_t ts)
{
	take_open(join, find_task(join, pid), function)->want_ts = ts;
}

/**
 * join_acquired() - A task has the lock.
 * @join: The join.
 * @pid: The task.
 * @function: In which function.
 * @ts: Since when.
 */
void join_acquired(struct join *join, int pid, int function, uint64_t ts)
{
	struct task *task = find_task(join, pid);
	struct open_hold *open = find_open(task, function);
	struct report_series *series;

	if (open && !open->acquired) {
		series = report_series(join->report, WHAT_WAIT, join->functions[function].name,
				       NULL);
		dist_add(&series->dist, ts - open->want_ts, ts - open->want_ts, 1);
	} else {
		open = take_open(join, task, function);
	}
	open->acquired = true;
	open->acquired_ts = ts;
}

/**
 * join_released() - A task is about to drop the lock.
 * @join: The join.
 * @pid: The task.
 * @function: In which function.
 * @ts: When.
 * @cpu: Where.
 */
void join_released(struct join *join, int pid, int function, uint64_t ts, int cpu)
{
	struct pending_hold hold = { .function = function, .end = ts, .cpu = cpu };
	struct task *task = find_task(join, pid);
	struct open_hold *open = find_open(task, function);

	if (!open || !open->acquired) {
		/* The recording began in the middle, or an event is lost. */
		join->unjoined++;
		return;
	}
	open->function = -1;
	hold.begin = open->acquired_ts;
	if (!join->functions[function].returns) {
		add_hold(join, task, &hold, NULL, 0);
		return;
	}
	if (task->nr_pending == PENDING_MAX)
		settle(join, task, -1, "unknown", 0);
	task->pending[task->nr_pending++] = hold;
}

/**
 * join_returned() - What became of the migration that the holds were part of.
 * @join: The join.
 * @pid: The task.
 * @function: The function that returned.
 * @rc: What it returned.
 */
void join_returned(struct join *join, int pid, int function, int rc)
{
	char buffer[32];

	settle(join, find_task(join, pid), function, outcome_name(rc, buffer, sizeof(buffer)),
	       rc);
}

/**
 * join_forget() - Events were lost: nothing that is under way can be trusted.
 * @join: The join.
 */
void join_forget(struct join *join)
{
	size_t i, j;

	for (i = 0; i < join->room_tasks; i++) {
		if (!join->tasks[i].used)
			continue;
		settle(join, &join->tasks[i], -1, "unknown", 0);
		for (j = 0; j < OPEN_MAX; j++)
			join->tasks[i].open[j].function = -1;
	}
}

/**
 * join_unjoined() - How many holds lack their beginning or their end.
 * @join: The join.
 */
uint64_t join_unjoined(const struct join *join)
{
	return join->unjoined;
}
