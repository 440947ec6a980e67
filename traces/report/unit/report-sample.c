// SPDX-License-Identifier: GPL-2.0
/*
 * report-sample - writes a trace.dat (format 6, as trace-cmd does) of a made-up load
 * of so many events. So tests of bht-report need neither a VM nor trace-cmd, and know
 * what must come out:
 *
 *   migration  want, acquired, released, returned in sample_migrate(), then the
 *              module's migrate_end. On CPU 0. Migration k holds the lock for
 *              1000 + 10 * (k % 1000) ns. Every 16th is refused with -EAGAIN.
 *   lookup     After each migration: want, acquired, released in sample_lookup(). On
 *              CPU 1. It holds the lock for 500 ns and waits 200 ns, every 100th 20 us.
 *   violation  The last event.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE		4096
#define PAGE_HEADER	16	/* time stamp, commit */
#define CPUS		2
#define FIRST_ID	1000
#define PERIOD_NS	100000	/* from one migration to the next */
#define START_NS	5000000000ULL
#define CALIBRATION	"bht-hold: calibration_ns=400 calibration_wait_ns=100\n"

enum { PRINT = 5 };
enum {
	WANT_M = FIRST_ID, ACQUIRED_M, RELEASED_M, RETURNED_M,
	WANT_L, ACQUIRED_L, RELEASED_L, END_M, VIOLATION
};

#define COMMON								\
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"	\
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"	\
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n" \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"

#define PROBE								\
	"\tfield:unsigned long __probe_ip;\toffset:8;\tsize:8;\tsigned:0;\n"	\
	"\tfield:u64 lock;\toffset:16;\tsize:8;\tsigned:0;\n\n"		\
	"print fmt: \"(%lx) lock=0x%llx\", REC->__probe_ip, REC->lock\n"

static const struct {
	int id;
	const char *system, *name, *fields;
} formats[] = {
	{ WANT_M, "bht_hold", "want_sample_migrate_1", PROBE },
	{ ACQUIRED_M, "bht_hold", "acquired_sample_migrate_1", PROBE },
	{ RELEASED_M, "bht_hold", "released_sample_migrate_2", PROBE },
	{ RETURNED_M, "bht_hold", "returned_sample_migrate",
	  "\tfield:unsigned long __probe_func;\toffset:8;\tsize:8;\tsigned:0;\n"
	  "\tfield:unsigned long __probe_ret_ip;\toffset:16;\tsize:8;\tsigned:0;\n"
	  "\tfield:s32 ret;\toffset:24;\tsize:4;\tsigned:1;\n\n"
	  "print fmt: \"ret=%d\", REC->ret\n" },
	{ WANT_L, "bht_hold", "want_sample_lookup_1", PROBE },
	{ ACQUIRED_L, "bht_hold", "acquired_sample_lookup_1", PROBE },
	{ RELEASED_L, "bht_hold", "released_sample_lookup_1", PROBE },
	{ END_M, "bhtorture", "bhtorture_migrate_end",
	  "\tfield:dev_t dev;\toffset:8;\tsize:4;\tsigned:0;\n"
	  "\tfield:unsigned long index;\toffset:16;\tsize:8;\tsigned:0;\n"
	  "\tfield:int rc;\toffset:24;\tsize:4;\tsigned:1;\n"
	  "\tfield:unsigned int duration_ns;\toffset:28;\tsize:4;\tsigned:0;\n\n"
	  "print fmt: \"rc=%d duration_ns=%u\", REC->rc, REC->duration_ns\n" },
	{ VIOLATION, "bhtorture", "bhtorture_violation",
	  "\tfield:dev_t dev;\toffset:8;\tsize:4;\tsigned:0;\n"
	  "\tfield:int oracle;\toffset:12;\tsize:4;\tsigned:1;\n"
	  "\tfield:unsigned long index;\toffset:16;\tsize:8;\tsigned:0;\n\n"
	  "print fmt: \"oracle=%s\", __print_symbolic(REC->oracle, { 1, \"lost_update\" })\n" },
};

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define FORMATS			ARRAY_SIZE(formats)

static const char print_format[] =
	"name: print\nID: 5\nformat:\n" COMMON
	"\tfield:unsigned long ip;\toffset:8;\tsize:8;\tsigned:0;\n"
	"\tfield:char buf[];\toffset:16;\tsize:0;\tsigned:1;\n\n"
	"print fmt: \"%ps: %s\", (void *)REC->ip, REC->buf\n";

static const char header_page[] =
	"\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
	"\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
	"\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
	"\tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n";

static const char header_event[] =
	"# compressed entry header\n"
	"\ttype_len    :    5 bits\n\ttime_delta  :   27 bits\n\tarray       :   32 bits\n\n"
	"\tpadding     : type == 29\n\ttime_extend : type == 30\n"
	"\tdata max type_len  == 28\n";

/* One CPU's ring buffer, in pages of its own file until all is known. */
struct cpu {
	FILE *file;
	unsigned char page[PAGE];
	size_t used;
	uint64_t page_ts, last_ts, bytes;
};

static struct cpu cpus[CPUS];
static unsigned long long left;		/* events still to be written */

static void put(FILE *out, const void *data, size_t size)
{
	if (fwrite(data, 1, size, out) == size)
		return;
	fprintf(stderr, "report-sample: cannot write: %s\n", strerror(errno));
	exit(3);
}

static void put32(FILE *out, uint32_t value)
{
	put(out, &value, sizeof(value));
}

static void put64(FILE *out, uint64_t value)
{
	put(out, &value, sizeof(value));
}

static void flush_page(struct cpu *cpu)
{
	uint64_t commit = cpu->used - PAGE_HEADER;

	if (!cpu->used)
		return;
	memcpy(cpu->page, &cpu->page_ts, sizeof(cpu->page_ts));
	memcpy(cpu->page + 8, &commit, sizeof(commit));
	put(cpu->file, cpu->page, PAGE);
	cpu->bytes += PAGE;
	memset(cpu->page, 0, PAGE);
	cpu->used = 0;
}

/* One record; the first of a page has the page's own time stamp. */
static void event(int on, uint64_t ts, const void *data, size_t size)
{
	struct cpu *cpu = &cpus[on];
	uint32_t header;

	if (!left)
		return;
	left--;
	size = (size + 3) & ~3;
	if (cpu->used + 4 + size > PAGE)
		flush_page(cpu);
	if (!cpu->used) {
		cpu->used = PAGE_HEADER;
		cpu->page_ts = ts;
		cpu->last_ts = ts;
	}
	header = (uint32_t)(size / 4) | (uint32_t)(ts - cpu->last_ts) << 5;
	memcpy(cpu->page + cpu->used, &header, sizeof(header));
	memcpy(cpu->page + cpu->used + 4, data, size);
	cpu->used += 4 + size;
	cpu->last_ts = ts;
}

struct record {
	uint16_t type;
	uint8_t flags, preempt;
	int32_t pid;
	union {
		struct {
			uint64_t ip, lock;
		} probe;
		struct {
			uint64_t func, ret_ip;
			int32_t ret;
		} returned;
		struct {
			uint32_t dev, unused;
			uint64_t index;
			int32_t rc;
			uint32_t duration_ns;
		} end;
		struct {
			uint32_t dev;
			int32_t oracle;
			uint64_t index;
		} violation;
	};
};

#define COMMON_BYTES	8

static void probe(int cpu, int type, int pid, uint64_t ts)
{
	struct record record = { .type = type, .pid = pid };

	record.probe.ip = 0xffffffff81000000ULL + type;
	record.probe.lock = 0xffff888003c0d6fcULL;
	event(cpu, ts, &record, COMMON_BYTES + sizeof(record.probe));
}

static void migration(unsigned long long k, uint64_t ts)
{
	struct record record = { .type = RETURNED_M, .pid = 100 };
	unsigned int hold_ns = 1000 + 10 * (k % 1000);
	int rc = k % 16 == 15 ? -EAGAIN : 0;

	probe(0, WANT_M, 100, ts);
	probe(0, ACQUIRED_M, 100, ts + 300);
	probe(0, RELEASED_M, 100, ts + 300 + hold_ns);
	record.returned.ret = rc;
	event(0, ts + 12000, &record, COMMON_BYTES + sizeof(record.returned));
	memset(&record, 0, sizeof(record));
	record.type = END_M;
	record.pid = 100;
	record.end.index = k;
	record.end.rc = rc;
	record.end.duration_ns = 12500;
	event(0, ts + 12100, &record, COMMON_BYTES + sizeof(record.end));
}

static void lookup(unsigned long long k, uint64_t ts)
{
	unsigned int wait_ns = k % 100 == 99 ? 20000 : 200;

	probe(1, WANT_L, 200, ts);
	probe(1, ACQUIRED_L, 200, ts + wait_ns);
	probe(1, RELEASED_L, 200, ts + wait_ns + 500);
}

static void load(unsigned long long events)
{
	struct {
		struct record record;
		char text[sizeof(CALIBRATION)];
	} marker = { .record = { .type = PRINT, .pid = 1 } };
	struct record record = { .type = VIOLATION, .pid = 200 };
	uint64_t ts = START_NS;
	unsigned long long k;

	left = events - 1;
	memcpy((char *)&marker + 16, CALIBRATION, sizeof(CALIBRATION));
	event(0, ts, &marker, 16 + sizeof(CALIBRATION));
	for (k = 0; left; k++, ts += PERIOD_NS) {
		migration(k, ts + 1000);
		lookup(k, ts + 50000);
	}
	left = 1;
	record.violation.oracle = 1;
	record.violation.index = k;
	event(1, ts, &record, COMMON_BYTES + sizeof(record.violation));
	flush_page(&cpus[0]);
	flush_page(&cpus[1]);
}

static void put_format(FILE *out, size_t i)
{
	char text[2048];

	snprintf(text, sizeof(text), "name: %s\nID: %d\nformat:\n" COMMON "%s",
		 formats[i].name, formats[i].id, formats[i].fields);
	put64(out, strlen(text));
	put(out, text, strlen(text));
}

static void put_systems(FILE *out)
{
	static const char * const systems[] = { "bht_hold", "bhtorture" };
	size_t i, s;

	put32(out, 2);
	for (s = 0; s < 2; s++) {
		uint32_t events = 0;

		for (i = 0; i < FORMATS; i++)
			events += !strcmp(formats[i].system, systems[s]);
		put(out, systems[s], strlen(systems[s]) + 1);
		put32(out, events);
		for (i = 0; i < FORMATS; i++)
			if (!strcmp(formats[i].system, systems[s]))
				put_format(out, i);
	}
}

static void put_headers(FILE *out)
{
	static const char cmdlines[] = "100 mover\n200 hammer\n";

	put(out, "\x17\x08\x44tracing6\0", 12);
	put(out, "\0\x08", 2);			/* little endian, 8 byte long */
	put32(out, PAGE);
	put(out, "header_page", 12);
	put64(out, sizeof(header_page) - 1);
	put(out, header_page, sizeof(header_page) - 1);
	put(out, "header_event", 13);
	put64(out, sizeof(header_event) - 1);
	put(out, header_event, sizeof(header_event) - 1);
	put32(out, 1);				/* events of ftrace itself */
	put64(out, sizeof(print_format) - 1);
	put(out, print_format, sizeof(print_format) - 1);
	put_systems(out);
	put32(out, 0);				/* kallsyms */
	put32(out, 0);				/* printk formats */
	put64(out, sizeof(cmdlines) - 1);
	put(out, cmdlines, sizeof(cmdlines) - 1);
	put32(out, CPUS);
	put(out, "options  ", 10);
	put(out, "\0", 2);
}

static void put_data(FILE *out)
{
	static const char zeros[PAGE];
	unsigned char page[PAGE];
	long at, offset;
	int i;

	put(out, "flyrecord", 10);
	at = ftell(out);
	offset = (at + CPUS * 16 + PAGE - 1) / PAGE * PAGE;
	put64(out, offset);
	put64(out, cpus[0].bytes);
	put64(out, offset + cpus[0].bytes);
	put64(out, cpus[1].bytes);
	put(out, zeros, offset - at - CPUS * 16);
	for (i = 0; i < CPUS; i++) {
		rewind(cpus[i].file);
		while (fread(page, PAGE, 1, cpus[i].file) == 1)
			put(out, page, PAGE);
	}
}

int main(int argc, char **argv)
{
	unsigned long long events;
	FILE *out;
	int i;

	events = argc == 3 ? strtoull(argv[1], NULL, 10) : 0;
	if (events < 2) {
		fprintf(stderr, "Usage: report-sample EVENTS FILE\n");
		return 2;
	}
	out = fopen(argv[2], "w");
	for (i = 0; i < CPUS; i++)
		cpus[i].file = tmpfile();
	if (!out || !cpus[0].file || !cpus[1].file) {
		fprintf(stderr, "report-sample: cannot write %s: %s\n", argv[2],
			strerror(errno));
		return 3;
	}
	load(events);
	put_headers(out);
	put_data(out);
	if (fclose(out)) {
		fprintf(stderr, "report-sample: cannot write %s: %s\n", argv[2],
			strerror(errno));
		return 3;
	}
	return 0;
}
