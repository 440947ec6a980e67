// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a trace.dat. Holds and waits are from the probes of bht-hold; join.c puts them
 * together. Migrations and violations are from the module's own events. When the
 * recording lost events, all that was under way is forgotten.
 *
 * libtracecmd trusts the files that it reads. So a signal that it causes, or
 * reading that gets nowhere, ends in a line about the file like any other error. A
 * signal in our own code does not blame the file.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <trace-cmd/trace-cmd.h>

#include "lib/tools.h"
#include "report/facts.h"
#include "report/join.h"
#include "report/trace.h"
#include "report/whole.h"

#define GROUP		"bht_hold"
#define GROUP_MARKER	"bht-hold: "
#define STUCK_S		20	/* without a record */

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

struct reader {
	struct report *report;
	struct tracecmd_input *handle;
	struct tep_handle *tep;
	struct event *events;	/* by id */
	size_t nr_events;
	struct join *join;
	uint64_t first_ts, last_ts, records, unknown;
};

/* For the signal handler. */
static const char *reading;
static sig_atomic_t in_own_code;	/* read again after each call of another file */

static void say_damaged(int number)
{
	const char *text = ": truncated or damaged: it cannot be read\n";
	bool own = in_own_code && number != SIGALRM;

	if (number == SIGALRM)
		text = ": damaged: reading it gets nowhere\n";
	else if (own)
		text = ": bht-report crashed while it read this, please report it\n";
	/* Only what is safe in a handler. */
	if (write(STDERR_FILENO, "bht-report: ", 12) < 0 ||
	    write(STDERR_FILENO, reading, strlen(reading)) < 0 ||
	    write(STDERR_FILENO, text, strlen(text)) < 0)
		_exit(EXIT_INPUT);
	if (!own)
		_exit(EXIT_INPUT);
	/* As any program that crashes; the signal is blocked until the handler returns. */
	signal(number, SIG_DFL);
	raise(number);
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

/* "acquired_FUNCTION_3" is FUNCTION's; the number tells its events apart. */
static int function_of(struct reader *reader, const char *event, const char *prefix,
		       bool numbered)
{
	char *name = copy(event + strlen(prefix));
	char *end = strrchr(name, '_');
	int function;

	if (numbered && end && end[1] && strspn(end + 1, "0123456789") == strlen(end + 1))
		*end = '\0';
	function = join_function(reader->join, name);
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
	/* Without this field it is somebody else's event of the same name. */
	if (!event->field[0])
		return;
	event->kind = known[i].kind;
	if (event->kind > EVENT_WAIT)
		return;
	event->function = function_of(reader, tep->name, known[i].prefix, known[i].numbered);
	join_expect(reader->join, event->function, event->kind == EVENT_ACQUIRED,
		    event->kind == EVENT_RETURNED);
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

static void on_synthetic(struct reader *reader, const struct event *event,
			 unsigned long long ns, unsigned long long ret)
{
	struct report_series *series;
	char buffer[32];

	/* The probes themselves say the same, and more. */
	if (join_is_probed(reader->join, event->function))
		return;
	series = report_series(reader->report,
			       event->kind == EVENT_HOLD ? WHAT_HOLD : WHAT_WAIT,
			       join_name(reader->join, event->function), event->field[1] ?
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

	in_own_code = false;
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

static void dispatch(struct reader *reader, const struct event *event,
		     struct tep_record *record)
{
	unsigned long long value[3] = { 0 };
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
	in_own_code = true;
	switch (event->kind) {
	case EVENT_WANT:
		join_want(reader->join, pid, event->function, record->ts);
		break;
	case EVENT_ACQUIRED:
		join_acquired(reader->join, pid, event->function, record->ts);
		break;
	case EVENT_RELEASED:
		join_released(reader->join, pid, event->function, record->ts, record->cpu);
		break;
	case EVENT_RETURNED:
		join_returned(reader->join, pid, event->function, (int)value[0]);
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
	in_own_code = false;
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
		join_forget(reader->join);
	}
	if (reader->events[id].kind != EVENT_OTHER)
		dispatch(reader, &reader->events[id], record);
	return 0;
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
	reader.join = join_new(report);
	learn_events(&reader);
	handles = all_buffers(reader.handle, &nr);
	if (tracecmd_iterate_events_multi(handles, nr, on_record, &reader) < 0)
		die(EXIT_INPUT, "%s: damaged after record %llu", path,
		    (unsigned long long)reader.records);
	if (reader.records && reader.unknown == reader.records)
		die(EXIT_INPUT, "%s: damaged: none of its %llu records is of a known event", path,
		    (unsigned long long)reader.records);
	/* When a module is loaded again, the formats of its former events are lost. */
	if (reader.unknown)
		report_note(report, "%llu events of unknown format are left out",
			    (unsigned long long)reader.unknown);
	join_forget(reader.join);
	report->events += reader.records;
	report->seconds = seconds + (reader.last_ts - reader.first_ts) / 1e9;
	if (report->lost)
		report_note(report, "the recording lost %llu events: what they belonged to is not counted",
			    (unsigned long long)report->lost);
	if (join_unjoined(reader.join))
		report_note(report, "%llu holds without a beginning or an end in the recording are not counted",
			    (unsigned long long)join_unjoined(reader.join));
	while (nr > 1)
		tracecmd_close(handles[--nr]);
	free(handles);
	tracecmd_close(reader.handle);
	join_free(reader.join);
	free(reader.events);
	unguard();
}
