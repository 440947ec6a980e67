/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bht-hold: how long private_lock is held and waited for, on a kernel as it is.
 *
 *   kallsyms -> symbols.c -> peek.c -> flow.c, step.c -> sites.c    where the lock is taken
 *   sites.c, device.c -> probes.c -> histograms.c -> calibrate.c    what is measured
 *   histograms.c -> sampling.c                                      and when
 *   main.c: options, record.c: a command or some seconds, clean.c: as it was before
 */
#ifndef _BHT_HOLD_H
#define _BHT_HOLD_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Exit codes, as in scripts/lib/base.sh. */
#define EXIT_USAGE		2
#define EXIT_ENVIRONMENT	3

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* Of everything that this program makes in tracefs: easy to find, easy to remove. */
#define HOLD_GROUP		"bht_hold"
#define HOLD_INSTANCE		"bht_hold"
#define HOLD_NAME_MAX		128
#define CALIBRATION_NAME	"calibration"	/* as if it were a function */

__printf(1, 2) void say(const char *format, ...);
__printf(1, 2) __noreturn void die(const char *format, ...);
void *allocate(size_t size);
__printf(1, 2) char *text(const char *format, ...);

/* --- symbols.c: what the running kernel says is where --- */

struct symbol {
	uint64_t address;
	uint64_t end;			/* where the next one begins */
	char *name;			/* with GCC's suffixes: .isra.0, .cold */
	char *module;			/* NULL: the kernel itself */
};

void symbols_load(void);
const struct symbol *symbols_find(const char *name, const char *module);
const struct symbol *symbols_next_part(const struct symbol *symbol,
				       const struct symbol *part);
bool symbols_shares_name(const struct symbol *symbol);
const struct symbol *symbols_at(uint64_t address);
bool symbols_probed_by_others(const struct symbol *symbol, char *where, size_t size);

/* --- peek.c: the kernel's code as it is in memory --- */

void peek_start(void);
void peek_read(uint64_t address, uint8_t *code, size_t length);
void peek_stop(void);

/* --- flow.c, step.c: which registers hold the address of which lock --- */

enum {
	GPR_AX, GPR_BX, GPR_CX, GPR_DX, GPR_SI, GPR_DI, GPR_BP, GPR_SP,
	GPR_R8, GPR_R9, GPR_R10, GPR_R11, GPR_R12, GPR_R13, GPR_R14, GPR_R15,
	REGS,
};

/* A value: what was in `origin` at its definition, plus offset. */
struct value {
	uint32_t origin;		/* 0: nothing is known */
	int32_t offset;
};

#define ORIGIN_ENTRY(reg)	(1 + (reg))	/* an argument, as the caller left it */

#define FLOW_SLOTS	64		/* words of the stack frame */

struct flow_state {
	bool reached;
	struct value reg[REGS];
	struct value slot[FLOW_SLOTS];
};

enum flow_kind {
	FLOW_OTHER,
	FLOW_CALL,			/* a call or a tail jump, see target */
	FLOW_STORE_ZERO,		/* of one byte: an unlock that was inlined */
};

struct flow_insn {
	uint64_t address;
	uint64_t next;			/* the one after it */
	enum flow_kind kind;
	bool tail;			/* a jump: nothing comes after it */
	bool plain;			/* neither branch nor call */
	bool joined;			/* jumped to: may be reached past the one before */
	uint64_t target;
	struct value at;		/* what FLOW_STORE_ZERO writes to */
	struct flow_state before;
};

struct flow {
	struct flow_insn *insns;
	size_t count;
};

struct flow *flow_analyse(const struct symbol *symbol);
const struct flow_insn *flow_find(const struct flow *flow, uint64_t address);
bool flow_holder(const struct flow_state *state, struct value value, char *fetch,
		 size_t size);
void flow_free(struct flow *flow);

/* --- sites.c: the functions, and where each takes and drops the lock --- */

enum side {
	SIDE_MIGRATION,
	SIDE_LOOKUP,
	SIDE_OTHER,
	SIDE_CALIBRATION,
	SIDES,
};

extern const char *const side_names[SIDES];

enum probe_kind {
	PROBE_WANT,
	PROBE_ACQUIRED,
	PROBE_RELEASED,
	PROBE_KINDS,
};

extern const char *const probe_names[PROBE_KINDS];

struct site {
	enum probe_kind kind;
	uint64_t address;
	char fetch[48];			/* where the lock's address is, "" nowhere */
	bool base;			/* fetch gives the mapping instead */
	int event;			/* which event of its kind: same fields, same one */
};

#define SITES_MAX	32

struct function {
	const char *name;
	enum side side;
	const struct symbol *symbol;
	struct site sites[SITES_MAX];
	size_t count;
	size_t acquisitions;
	unsigned long long lost;	/* acquisitions not measured, while armed before */
	char reason[256];		/* why it cannot be measured, "" it can */
	bool present;			/* it has a symbol */
};

struct functions {
	struct function *list;
	size_t count;
	int lock_offset;		/* of private_lock in struct address_space */
	const char *offset_from;	/* how that is known */
};

void sites_find(struct functions *functions, bool late);
bool sites_know(const char *name);
bool function_measurable(const struct function *function);

/* --- offset.c: where private_lock is within struct address_space --- */

int offset_from_btf(void);

/* --- tracefs.c: reading and writing its files --- */

__printf(2, 3) int trace_append(const char *file, const char *format, ...);
__printf(2, 3) int trace_put(const char *file, const char *format, ...);
char *trace_get(const char *file);
bool trace_has(const char *file);

/* --- probes.c, histograms.c --- */

struct wanted {
	bool side[SIDES];
	bool waits;			/* a probe before the lock as well */
	bool late;			/* a release is seen after it */
	bool events;			/* recorded by trace-cmd */
	bool histograms;
	unsigned int percent;		/* of the time that probes are armed; 100: always */
	uint64_t lock;			/* only this one, 0: all */
};

bool probe_wanted(const struct function *function, const struct wanted *wanted);
char *probe_event(const struct function *function, enum probe_kind kind, int n,
		  const struct site **site);
void probes_create(const struct functions *functions, const struct wanted *wanted);
void probes_filter(const struct functions *functions, const struct wanted *wanted);
void probes_enable(bool on);
bool histograms_possible(void);
void histograms_create(const struct functions *functions, const struct wanted *wanted);
void histograms_arm(const struct functions *functions, const struct wanted *wanted);
void histograms_disarm(const struct functions *functions, const struct wanted *wanted);
void histograms_dump(FILE *out, const struct functions *functions,
		     const struct wanted *wanted);

/* --- sampling.c: recording part of the time --- */

struct sampling {
	const struct functions *functions;
	const struct wanted *wanted;
	bool armed;
	double turn;			/* when arming began, in seconds as now() has them */
	double begun;			/* when it was done */
	double next;			/* when to arm or disarm */
	double armed_s;
};

void sampling_begin(struct sampling *sampling, const struct functions *functions,
		    const struct wanted *wanted);
void sampling_turn(struct sampling *sampling);
double sampling_end(struct sampling *sampling);

/* --- calibrate.c: what a probe costs, on a hold that takes no time --- */

struct calibration {
	long hold_ns;
	long wait_ns;
};

void calibrate(const struct wanted *wanted, struct calibration *calibration);

/* --- device.c --- */

uint64_t lock_of_device(const char *device, const struct functions *functions);

/* --- record.c --- */

struct recording {
	const char *output;		/* folder */
	const char *device;
	unsigned int seconds;		/* 0: until the command ends, or a signal */
	char **command;			/* NULL: none */
};

int record(struct functions *functions, struct wanted *wanted,
	   const struct recording *recording);
double now(void);
void report_functions(FILE *out, const struct functions *functions,
		      const struct wanted *wanted, const char *function_format,
		      const char *reason_format);

/* --- clean.c --- */

void clean_lock(void);
void clean_keep_probes_simple(void);
bool clean_triggers(void);
void clean_all(void);

#endif /* _BHT_HOLD_H */
