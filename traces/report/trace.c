// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a trace.dat: holds and waits from the probes of bht-hold, migrations and
 * violations from the module's own events.
 *
 * A task wants, acquires and releases; the three are joined by task and function,
 * as spinlocks nest. What became of the migration is only known when the function
 * returns: its holds wait for that. When the recording lost events, whatever was under way is
 * forgotten rather than joined wrongly.
 *
 * libtracecmd trusts the files that it reads. So a signal that it causes, or
 * reading that gets nowhere, ends in a line about the file like any other error.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <trace-cmd/trace-cmd.h>

#include "report.h"

#define TRACE_MAGIC	"\x17\x08\x44tracing"
#define GROUP		"bht_hold"
#define GROUP_MARKER	"bht-hold: "
#define STUCK_S		20	/* without a record */
#define OPEN_MAX	4	/* functions of a task that hold it at once */
#define PENDING_MAX	16	/* holds within one call of a function */
#define TASKS_FIRST	256

enum event_kind {
	EVENT_OTHER,
	EVENT_WANT, EVENT_ACQUIRED, EVENT_RELEASED, EVENT_RETURNED,
	EVENT_HOLD, EVENT_WAIT,		/* synthetic */
	EVENT_MIGRATE_END, EVENT_VIOLATION, EVENT_MARKER,
};

/* How to read one kind of record. */
struct event {
	enum event_kind kind;
	int function;
	struct tep_event *tep;
	struct tep_format_field *field[3];
};

struct function {
	const char *name;	/* the report's */
	bool acquired;		/* there are probes of it, not only synthetic events */
	bool returned;		/* its outcome will be known */
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

struct reader {
	struct report *report;
	struct tracecmd_input *handle;
	struct tep_handle *tep;
	struct event *events;	/* by id */
	size_t nr_events;
	struct function *functions;
	size_t nr_functions;
	struct task *tasks;	/* open addressing, by pid */
	size_t nr_tasks, room_tasks;
	uint64_t first_ts, last_ts, records, unjoined, unknown;
	bool empty;
};

static const char *reading;	/* for the signal handler */

static void say_damaged(int signal)
{
	const char *text = signal == SIGALRM ? ": damaged: reading it gets nowhere\n" :
					       ": truncated or damaged: it cannot be read\n";

	/* Only what is safe in a handler. */
	if (write(STDERR_FILENO, "bht-report: ", 12) < 0 ||
	    write(STDERR_FILENO, reading, strlen(reading)) < 0 ||
	    write(STDERR_FILENO, text, strlen(text)) < 0)
		_exit(EXIT_INPUT);
	_exit(EXIT_INPUT);
}

static const int caught[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM };

static void guard(const char *path)
{
	static char stack[64 * 1024];
	stack_t alternative = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_handler = say_damaged, .sa_flags = SA_ONSTACK };
	size_t i;

	reading = path;
	sigaltstack(&alternative, NULL);
	for (i = 0; i < ARRAY_SIZE(caught); i++)
		sigaction(caught[i], &action, NULL);
	alarm(STUCK_S);
}

static void unguard(void)
{
	size_t i;

	alarm(0);
	for (i = 0; i < ARRAY_SIZE(caught); i++)
		signal(caught[i], SIG_DFL);
}

static int find_function(struct reader *reader, const char *name)
{
	size_t i;

	for (i = 0; i < reader->nr_functions; i++)
		if (!strcmp(reader->functions[i].name, name))
			return i;
	reader->functions = must(realloc(reader->functions,
					 (i + 1) * sizeof(*reader->functions)));
	reader->functions[i] = (struct function){
		.name = report_name(reader->report, name),
	};
	reader->nr_functions++;
	return i;
}

/* "acquired_FUNCTION_3" is FUNCTION's; the number tells its events apart. */
static int function_of(struct reader *reader, const char *event, const char *prefix,
		       bool numbered)
{
	char *name = copy(event + strlen(prefix));
	char *end = strrchr(name, '_');
	int function;

	if (numbered && end && end[1] && strspn(end + 1, "0123456789") == strlen(end + 1))
		*end = '\0';
	function = find_function(reader, name);
	free(name);
	return function;
}

static void learn_event(struct reader *reader, struct event *event)
{
	static const struct {
		const char *system, *prefix;
		bool numbered;
		enum event_kind kind;
		const char *field[3];
	} known[] = {
		{ GROUP, "want_", true, EVENT_WANT, { "common_pid" } },
		{ GROUP, "acquired_", true, EVENT_ACQUIRED, { "common_pid" } },
		{ GROUP, "released_", true, EVENT_RELEASED, { "common_pid" } },
		{ GROUP, "returned_", false, EVENT_RETURNED, { "ret" } },
		{ "synthetic", "hold_", false, EVENT_HOLD, { "ns", "ret" } },
		{ "synthetic", "wait_", false, EVENT_WAIT, { "ns" } },
		{ "bhtorture", "bhtorture_migrate_end", false, EVENT_MIGRATE_END,
		  { "duration_ns", "rc", "index" } },
		{ "bhtorture", "bhtorture_violation", false, EVENT_VIOLATION,
		  { "index" } },
		{ "ftrace", "print", false, EVENT_MARKER, { "buf" } },
	};
	struct tep_event *tep = event->tep;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (!strcmp(tep->system, known[i].system) &&
		    !strncmp(tep->name, known[i].prefix, strlen(known[i].prefix)))
			break;
	if (i == ARRAY_SIZE(known))
		return;
	for (j = 0; j < ARRAY_SIZE(event->field) && known[i].field[j]; j++)
		event->field[j] = tep_find_any_field(tep, known[i].field[j]);
	/* An event of that name without what makes it one is another's. */
	if (!event->field[0])
		return;
	event->kind = known[i].kind;
	if (event->kind > EVENT_WAIT)
		return;
	event->function = function_of(reader, tep->name, known[i].prefix, known[i].numbered);
	if (event->kind == EVENT_ACQUIRED)
		reader->functions[event->function].acquired = true;
	if (event->kind == EVENT_RETURNED)
		reader->functions[event->function].returned = true;
}

static void learn_events(struct reader *reader)
{
	struct tep_event **all = tep_list_events(reader->tep, TEP_EVENT_SORT_ID);
	size_t i;

	for (i = 0; all && all[i]; i++)
		if (all[i]->id >= 0 && (size_t)all[i]->id >= reader->nr_events)
			reader->nr_events = all[i]->id + 1;
	if (reader->nr_events > 1024 * 1024)
		die(EXIT_INPUT, "%s: damaged: an event has the id %zu", reading,
		    reader->nr_events - 1);
	reader->events = must(calloc(reader->nr_events + 1, sizeof(*reader->events)));
	for (i = 0; all && all[i]; i++) {
		if (all[i]->id < 0)
			continue;
		reader->events[all[i]->id].tep = all[i];
		learn_event(reader, &reader->events[all[i]->id]);
	}
}

static struct task *task_slot(struct task *tasks, size_t room, int pid)
{
	size_t i = (unsigned int)pid * 2654435761u % room;

	while (tasks[i].used && tasks[i].pid != pid)
		i = (i + 1) % room;
	return &tasks[i];
}

static struct task *find_task(struct reader *reader, int pid)
{
	struct task *task;
	size_t i;

	if (reader->nr_tasks >= reader->room_tasks / 2) {
		size_t room = reader->room_tasks ? 2 * reader->room_tasks : TASKS_FIRST;
		struct task *tasks = must(calloc(room, sizeof(*tasks)));

		for (i = 0; i < reader->room_tasks; i++)
			if (reader->tasks[i].used)
				*task_slot(tasks, room, reader->tasks[i].pid) =
					reader->tasks[i];
		free(reader->tasks);
		reader->tasks = tasks;
		reader->room_tasks = room;
	}
	task = task_slot(reader->tasks, reader->room_tasks, pid);
	if (!task->used) {
		task->used = true;
		task->pid = pid;
		for (i = 0; i < OPEN_MAX; i++)
			task->open[i].function = -1;
		reader->nr_tasks++;
	}
	return task;
}

static void add_hold(struct reader *reader, struct task *task,
		     const struct pending_hold *hold, const char *outcome, int rc)
{
	const struct function *function = &reader->functions[hold->function];
	struct report_series *series;

	series = report_series(reader->report, WHAT_HOLD, function->name, outcome);
	dist_add(&series->dist, hold->end - hold->begin, hold->end - hold->begin, 1);
	report_mark(reader->report, &(struct report_mark){
		.begin = hold->begin, .end = hold->end, .kind = MARK_HOLD,
		.cpu = hold->cpu, .pid = task->pid, .rc = rc, .name = function->name,
	});
}

/* Those that wait for the return of one function, or of any: function -1. */
static void settle(struct reader *reader, struct task *task, int function,
		   const char *outcome, int rc)
{
	unsigned int i, kept = 0;

	for (i = 0; i < task->nr_pending; i++) {
		if (function < 0 || task->pending[i].function == function)
			add_hold(reader, task, &task->pending[i], outcome, rc);
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

/* A slot for a new one; an older one of the same lost its end. */
static struct open_hold *take_open(struct reader *reader, struct task *task,
				   int function)
{
	struct open_hold *open = find_open(task, function);
	unsigned int i;

	for (i = 0; !open && i < OPEN_MAX; i++)
		if (task->open[i].function < 0)
			open = &task->open[i];
	if (!open)
		open = &task->open[0];
	if (open->function >= 0)
		reader->unjoined++;
	*open = (struct open_hold){ .function = function };
	return open;
}

static void on_acquired(struct reader *reader, struct task *task, int function,
			uint64_t ts)
{
	struct open_hold *open = find_open(task, function);
	struct report_series *series;

	if (open && !open->acquired) {
		series = report_series(reader->report, WHAT_WAIT,
				       reader->functions[function].name, NULL);
		dist_add(&series->dist, ts - open->want_ts, ts - open->want_ts, 1);
	} else {
		open = take_open(reader, task, function);
	}
	open->acquired = true;
	open->acquired_ts = ts;
}

static void on_released(struct reader *reader, struct task *task, int function,
			uint64_t ts, int cpu)
{
	struct open_hold *open = find_open(task, function);
	struct pending_hold hold = { .function = function, .end = ts, .cpu = cpu };

	if (!open || !open->acquired) {
		/* The recording began in the middle, or an event is lost. */
		reader->unjoined++;
		return;
	}
	open->function = -1;
	hold.begin = open->acquired_ts;
	if (!reader->functions[function].returned) {
		add_hold(reader, task, &hold, NULL, 0);
		return;
	}
	if (task->nr_pending == PENDING_MAX)
		settle(reader, task, -1, "unknown", 0);
	task->pending[task->nr_pending++] = hold;
}

static void on_synthetic(struct reader *reader, const struct event *event,
			 unsigned long long ns, unsigned long long ret)
{
	const struct function *function = &reader->functions[event->function];
	struct report_series *series;
	char buffer[32];

	/* The probes themselves say the same, and more. */
	if (function->acquired)
		return;
	series = report_series(reader->report,
			       event->kind == EVENT_HOLD ? WHAT_HOLD : WHAT_WAIT,
			       function->name, event->field[1] ?
			       outcome_name((int)ret, buffer, sizeof(buffer)) : NULL);
	dist_add(&series->dist, ns, ns, 1);
}

static void on_violation(struct reader *reader, const struct event *event,
			 struct tep_record *record, uint64_t index)
{
	struct report_mark mark = {
		.begin = record->ts, .end = record->ts, .kind = MARK_VIOLATION,
		.cpu = record->cpu, .index = index,
		.pid = tep_data_pid(reader->tep, record), .name = "violation",
	};
	struct trace_seq seq;
	char oracle[32];
	char *found;

	trace_seq_init(&seq);
	tep_print_event(reader->tep, &seq, record, "%s", TEP_PRINT_INFO);
	trace_seq_terminate(&seq);
	found = seq.buffer ? strstr(seq.buffer, "oracle=") : NULL;
	if (found && sscanf(found, "oracle=%31s", oracle) == 1)
		mark.name = report_name(reader->report, oracle);
	trace_seq_destroy(&seq);
	(void)event;
	report_mark(reader->report, &mark);
}

/* "bht-hold: KEY=VALUE": what the recorder says about its recording. */
static void on_marker(struct reader *reader, const struct event *event,
		      struct tep_record *record)
{
	int offset = event->field[0]->offset;
	char text[512];
	size_t length;

	if (offset < 0 || offset >= record->size)
		return;
	length = record->size - offset;
	if (length >= sizeof(text))
		length = sizeof(text) - 1;
	memcpy(text, (char *)record->data + offset, length);
	text[length] = '\0';
	text[strcspn(text, "\n")] = '\0';
	if (!strncmp(text, GROUP_MARKER, strlen(GROUP_MARKER)))
		report_fact(reader->report, text + strlen(GROUP_MARKER));
}

static void forget_open(struct reader *reader)
{
	size_t i, j;

	for (i = 0; i < reader->room_tasks; i++) {
		if (!reader->tasks[i].used)
			continue;
		settle(reader, &reader->tasks[i], -1, "unknown", 0);
		for (j = 0; j < OPEN_MAX; j++)
			reader->tasks[i].open[j].function = -1;
	}
}

static void dispatch(struct reader *reader, const struct event *event,
		     struct tep_record *record)
{
	unsigned long long value[3] = { 0 };
	char buffer[32];
	size_t i;
	int pid;

	if (event->kind == EVENT_MARKER) {
		on_marker(reader, event, record);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(value); i++) {
		const struct tep_format_field *field = event->field[i];

		if (!field)
			continue;
		if (field->offset < 0 || field->size < 0 ||
		    field->offset + field->size > record->size ||
		    tep_read_number_field(event->field[i], record->data, &value[i]))
			die(EXIT_INPUT, "%s: damaged: an event %s is too short", reading,
			    event->tep->name);
	}
	pid = tep_data_pid(reader->tep, record);
	switch (event->kind) {
	case EVENT_WANT:
		take_open(reader, find_task(reader, pid), event->function)->want_ts =
			record->ts;
		break;
	case EVENT_ACQUIRED:
		on_acquired(reader, find_task(reader, pid), event->function, record->ts);
		break;
	case EVENT_RELEASED:
		on_released(reader, find_task(reader, pid), event->function, record->ts,
			    record->cpu);
		break;
	case EVENT_RETURNED:
		settle(reader, find_task(reader, pid), event->function,
		       outcome_name((int)value[0], buffer, sizeof(buffer)),
		       (int)value[0]);
		break;
	case EVENT_HOLD:
	case EVENT_WAIT:
		on_synthetic(reader, event, value[0], value[1]);
		break;
	case EVENT_MIGRATE_END:
		report_mark(reader->report, &(struct report_mark){
			.begin = record->ts - (value[0] < record->ts ? value[0] : 0),
			.end = record->ts, .kind = MARK_MIGRATION,
			.cpu = record->cpu, .pid = pid, .rc = (int)value[1],
			.index = value[2], .name = "migration",
		});
		break;
	case EVENT_VIOLATION:
		on_violation(reader, event, record, value[0]);
		break;
	default:
		break;
	}
}

static int on_record(struct tracecmd_input *handle, struct tep_record *record,
		     int cpu, void *data)
{
	struct reader *reader = data;
	int id = tep_data_type(reader->tep, record);

	(void)handle;
	(void)cpu;
	reader->records++;
	if (!(reader->records & 0xffff))
		alarm(STUCK_S);
	if (id < 0 || (size_t)id >= reader->nr_events || !reader->events[id].tep) {
		reader->unknown++;
		return 0;
	}
	if (!reader->first_ts)
		reader->first_ts = record->ts;
	if (record->ts < reader->last_ts)
		die(EXIT_INPUT, "%s: damaged: time goes backwards at record %llu", reading,
		    (unsigned long long)reader->records);
	reader->last_ts = record->ts;
	if (record->missed_events) {
		reader->report->lost += record->missed_events > 0 ?
			record->missed_events : 1;
		forget_open(reader);
	}
	if (reader->events[id].kind != EVENT_OTHER)
		dispatch(reader, &reader->events[id], record);
	return 0;
}

/**
 * looks_like_trace() - Does the file begin as a trace.dat does?
 * @path: The file.
 */
bool looks_like_trace(const char *path)
{
	char magic[sizeof(TRACE_MAGIC) - 1];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool is;

	if (fd < 0)
		return false;
	is = read(fd, magic, sizeof(magic)) == (ssize_t)sizeof(magic) &&
	     !memcmp(magic, TRACE_MAGIC, sizeof(magic));
	close(fd);
	return is;
}

/* The main buffer and the instances, which bht-hold records into. */
static struct tracecmd_input **all_buffers(struct tracecmd_input *handle, int *nr)
{
	int i, instances = tracecmd_buffer_instances(handle);
	struct tracecmd_input **handles = must(calloc(instances + 1, sizeof(*handles)));

	handles[0] = handle;
	*nr = 1;
	for (i = 0; i < instances; i++) {
		handles[*nr] = tracecmd_buffer_instance_handle(handle, i);
		*nr += !!handles[*nr];
	}
	return handles;
}

static void free_reader(struct reader *reader)
{
	free(reader->functions);
	free(reader->events);
	free(reader->tasks);
}

/**
 * load_trace() - Read a trace.dat into the report.
 * @report: The report.
 * @path: The file. When it is truncated or damaged, this ends the program.
 */
void load_trace(struct report *report, const char *path)
{
	struct reader reader = { .report = report };
	double seconds = report->seconds;
	struct tracecmd_input **handles;
	int nr;

	guard(path);
	tracecmd_set_loglevel(TEP_LOG_NONE);
	tep_set_loglevel(TEP_LOG_NONE);
	if (is_whole(path))
		reader.handle = tracecmd_open(path, TRACECMD_FL_LOAD_NO_PLUGINS);
	if (!reader.handle)
		die(EXIT_INPUT, "%s: truncated or damaged: not a whole trace.dat", path);
	reader.tep = tracecmd_get_tep(reader.handle);
	learn_events(&reader);
	handles = all_buffers(reader.handle, &nr);
	if (tracecmd_iterate_events_multi(handles, nr, on_record, &reader) < 0)
		die(EXIT_INPUT, "%s: damaged after record %llu", path,
		    (unsigned long long)reader.records);
	if (reader.records && reader.unknown == reader.records)
		die(EXIT_INPUT, "%s: damaged: none of its %llu records is of a known event", path,
		    (unsigned long long)reader.records);
	/* The formats of a module's events go when it is unloaded and loaded again. */
	if (reader.unknown)
		report_note(report, "%llu events of unknown format are left out",
			    (unsigned long long)reader.unknown);
	forget_open(&reader);
	report->events += reader.records;
	report->seconds = seconds + (reader.last_ts - reader.first_ts) / 1e9;
	if (report->lost)
		report_note(report, "the recording lost %llu events: what they belonged to is not counted",
			    (unsigned long long)report->lost);
	if (reader.unjoined)
		report_note(report, "%llu holds without a beginning or an end in the recording are not counted",
			    (unsigned long long)reader.unjoined);
	while (nr > 1)
		tracecmd_close(handles[--nr]);
	free(handles);
	tracecmd_close(reader.handle);
	free_reader(&reader);
	unguard();
}
