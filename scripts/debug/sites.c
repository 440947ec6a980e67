// SPDX-License-Identifier: GPL-2.0
/*
 * sites.c - a QEMU plugin: where the guest's functions of interest begin and end, and
 * where to stop. See culprit.c for what becomes of it. The guest does not notice: with
 * the same input the n-th event is the same again.
 *
 * So a second replay stops where the first one has found something. The guest stands still
 * at the begin of a block of instructions until the file `go` is there. Then it goes on to
 * the end of it, where QEMU stops it.
 *
 * Arguments: sites=FILE log=FILE go=FILE, block= and index= of the violation, text=FILE
 * (the module's code), taken=N (where the culprit's reference is taken), stop=count:N
 * (where so many instructions have been executed) or stop=migration:N.
 *
 * A line of the file of sites is KIND kernel START END, KIND module START END (in its
 * code), current kernel OFFSET 0 or stack kernel BYTES 0. Numbers there are hexadecimal.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "culprit.h"
#include "exact/guest.h"
#include "exact/machine.h"
#include "exact/qemu.h"

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

#define SITES		64
#define MODULE_NAME	24	/* in struct module, of all kernels */
#define MODULE_BYTES	2048	/* of it, in which the code's address is */
#define MODULES_BEGIN	0xffffffffa0000000ULL
#define MODULES_END	0xffffffffff000000ULL
#define TEXT_BYTES	4096
#define LATE_US		300000

struct site {
	enum site_kind kind;
	bool of_module;
	uint64_t start, end;
};

/* An instruction at which one begins or ends. */
struct place {
	const struct site *site;
	uint64_t at;
};

static struct site sites[SITES];
static unsigned int site_count;
static uint64_t module_base;
static uint8_t text[TEXT_BYTES];
static size_t text_size;
static const char *go_file = "";
static bool stopped;

/* Instructions at the end of the present block. */
static uint64_t reached;

static struct {
	const char *name;
	const uint64_t *now;
	uint64_t at;
} stops[] = {
	{ .name = "count:", .now = &reached },
	{ .name = "migration:", .now = &migrations },
};

#define STOPS (sizeof(stops) / sizeof(*stops))

/* QEMU's monitor is told to stop the guest meanwhile. It does so between two blocks. */
static void stop_if_due(void)
{
	unsigned int i;

	for (i = 0; i < STOPS && !stopped; i++) {
		if (!stops[i].at || *stops[i].now < stops[i].at)
			continue;
		stopped = true;
		fprintf(culprit_options.log, "stopped event %lu count %lu\n",
			events, count);
		fflush(culprit_options.log);
		while (access(go_file, F_OK))
			usleep(20000);
	}
}

/* So many bytes of the module's code are at an address: all but what was relocated. */
static size_t equal_bytes(uint64_t address)
{
	static uint8_t there[TEXT_BYTES];
	size_t i, equal = 0;

	if (!machine_memory(address, there, text_size))
		return 0;
	for (i = 0; i < text_size; i++)
		equal += there[i] == text[i];
	return equal;
}

/* struct module differs from kernel to kernel; where the code is stands somewhere in it. */
static void module_loads(void)
{
	uint64_t module = machine_argument(GUEST_FIRST), words[MODULE_BYTES / 8];
	char name[16] = "";
	size_t i;

	machine_memory(module + MODULE_NAME, name, sizeof(name) - 1);
	if (strcmp(name, "bhtorture") || !machine_memory(module, words, sizeof(words)))
		return;
	for (i = 0; i < MODULE_BYTES / 8; i++) {
		if (words[i] < MODULES_BEGIN || words[i] >= MODULES_END || words[i] & 0xfff ||
		    equal_bytes(words[i]) <= text_size / 2)
			continue;
		module_base = words[i];
		fprintf(culprit_options.log, "module %lx\n", module_base);
		fflush(culprit_options.log);
		return;
	}
}

static void site_begins(unsigned int cpu, void *data)
{
	const struct place *place = data;

	events++;
	if (place->site->kind == SITE_LOAD)
		module_loads();
	else
		culprit_begins(place->site->kind, place->at);
	stop_if_due();
}

static void site_ends(unsigned int cpu, void *data)
{
	const struct place *place = data;

	events++;
	culprit_ends(place->site->kind, place->at);
	stop_if_due();
}

static void block_runs(unsigned int cpu, void *data)
{
	if (stopped)
		usleep(LATE_US);
	count = reached;
	reached += (uintptr_t)data;
	stop_if_due();
}

static bool is_return(const struct qemu_plugin_insn *insn)
{
	uint8_t code[2] = { 0 };

	qemu_plugin_insn_data(insn, code, sizeof(code));
	return code[0] == 0xc3 || (code[0] == 0xf3 && code[1] == 0xc3);
}

/* What is translated again is little. */
static struct place *new_place(const struct site *site, uint64_t at)
{
	struct place *place = malloc(sizeof(*place));

	if (!place)
		abort();
	*place = (struct place){ .site = site, .at = at };
	return place;
}

static void call_at(struct qemu_plugin_insn *insn, void (*cb)(unsigned int cpu, void *data),
		    void *place)
{
	qemu_plugin_register_vcpu_insn_exec_cb(insn, cb, QEMU_PLUGIN_CB_R_REGS, place);
}

static void block_is_translated(uint64_t id, struct qemu_plugin_tb *block)
{
	size_t n = qemu_plugin_tb_n_insns(block), i;
	unsigned int j;

	qemu_plugin_register_vcpu_tb_exec_cb(block, block_runs, QEMU_PLUGIN_CB_NO_REGS,
					     (void *)(uintptr_t)n);
	for (i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, i);
		uint64_t at = qemu_plugin_insn_vaddr(insn);

		for (j = 0; j < site_count; j++) {
			struct site *site = &sites[j];
			uint64_t from = at - (site->of_module ? module_base : 0);

			if ((site->of_module && !module_base) || from < site->start ||
			    from >= site->end)
				continue;
			if (from == site->start)
				call_at(insn, site_begins, new_place(site, at));
			else if (is_return(insn))
				call_at(insn, site_ends, new_place(site, at));
		}
	}
}

static void guest_ends(uint64_t id, void *data)
{
	fprintf(culprit_options.log, "end event %lu count %lu\n", events, count);
	fclose(culprit_options.log);
}

static bool read_sites(const char *name)
{
	char kind[16], where[16];
	uint64_t start, end;
	FILE *file = fopen(name, "r");

	if (!file)
		return false;
	while (fscanf(file, "%15s %15s %lx %lx", kind, where, &start, &end) == 4) {
		if (!strcmp(kind, "current"))
			culprit_options.current_offset = start;
		else if (!strcmp(kind, "stack"))
			culprit_options.stack_bytes = start;
		else if (site_count < SITES)
			sites[site_count++] = (struct site){
				.kind = kind[0], .of_module = where[0] == 'm',
				.start = start, .end = end,
			};
	}
	fclose(file);
	return true;
}

static bool read_text(const char *name)
{
	FILE *file = fopen(name, "r");

	if (!file)
		return false;
	text_size = fread(text, 1, sizeof(text), file);
	fclose(file);
	return true;
}

/* value_of() - What follows @name in @argument, or NULL. */
static const char *value_of(const char *argument, const char *name)
{
	size_t length = strlen(name);

	return strncmp(argument, name, length) ? NULL : argument + length;
}

static bool take_stop(const char *value)
{
	unsigned int i;

	for (i = 0; i < STOPS; i++) {
		if (value_of(value, stops[i].name)) {
			stops[i].at = strtoull(value_of(value, stops[i].name), NULL, 10);
			return stops[i].at;
		}
	}
	return false;
}

static bool take_log(const char *value)
{
	culprit_options.log = fopen(value, "w");
	return culprit_options.log;
}

static bool take_go(const char *value)
{
	go_file = strdup(value);
	return go_file;
}

static bool take_block(const char *value)
{
	culprit_options.block = strtoull(value, NULL, 10);
	return true;
}

static bool take_index(const char *value)
{
	culprit_options.index = strtoull(value, NULL, 10);
	return true;
}

static bool take_taken(const char *value)
{
	culprit_options.taken = strtoull(value, NULL, 10);
	return true;
}

static bool take_argument(const char *argument)
{
	static const struct {
		const char *name;
		bool (*take)(const char *value);
	} known[] = {
		{ "sites=", read_sites }, { "text=", read_text }, { "log=", take_log },
		{ "go=", take_go }, { "block=", take_block }, { "index=", take_index },
		{ "taken=", take_taken }, { "stop=", take_stop }, { }
	};
	unsigned int i;

	for (i = 0; known[i].name; i++) {
		const char *value = value_of(argument, known[i].name);

		if (value)
			return known[i].take(value);
	}
	return false;
}

static void cpu_begins(uint64_t id, unsigned int cpu)
{
	machine_init();
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(uint64_t id, const struct qemu_info *info,
					   int argc, char **argv)
{
	int i;

	if (!guest_choose(info->target_name)) {
		fprintf(stderr, "plugin: guests of %s are not known\n", info->target_name);
		return 1;
	}
	for (i = 0; i < argc; i++) {
		if (!take_argument(argv[i])) {
			fprintf(stderr, "plugin: bad argument '%s'\n", argv[i]);
			return 1;
		}
	}
	if (!culprit_options.log) {
		fprintf(stderr, "plugin: log= is missing\n");
		return 1;
	}
	qemu_plugin_register_vcpu_init_cb(id, cpu_begins);
	qemu_plugin_register_vcpu_tb_trans_cb(id, block_is_translated);
	qemu_plugin_register_atexit_cb(id, guest_ends, NULL);
	return 0;
}
