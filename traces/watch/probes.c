// SPDX-License-Identifier: GPL-2.0
/*
 * Chooses the functions to probe, by what the kernel's types and symbols say, loads the
 * programs for them, arms and disarms these. By BPF trampolines where they work, by
 * kprobes else. Nothing of it outlives the program.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "lib/tools.h"
#include "watch.skel.h"
#include "watch/kernel.h"
#include "watch/probes.h"
#include "watch/shared.h"

struct place places[] = {
	{ .role = "callback", .has_end = true, .needed = true,
	  .names = { "buffer_migrate_folio_norefs", "buffer_migrate_page_norefs" } },
	{ .role = "reason", .names = { "migrate_pages" },
	  .without = "why folios are moved" },
	{ .role = "lru_drop", .names = { "invalidate_bh_lrus" },
	  .without = "whether the LRUs refused" },
	{ .role = "check_copy", .names = { "folio_mc_copy" } },
	{ .role = "check_mapping",
	  .names = { "folio_migrate_mapping", "migrate_page_move_mapping" } },
	{ .role = "late_buffer", .names = { "folio_set_bh", "set_bh_page" } },
	{ .role = "late_flags", .names = { "folio_migrate_flags", "migrate_page_states" } },
	{ .role = "lookup_common", .has_end = true, .of_lookups = true,
	  .names = { "find_get_block_common" } },
	{ .role = "lookup", .has_end = true, .of_lookups = true, .names = { "__find_get_block" } },
	{ .role = "lookup_sleeping", .has_end = true, .of_lookups = true,
	  .names = { "__find_get_block_nonatomic" } },
	{ .role = "release", .of_lookups = true, .names = { "__brelse" },
	  .without = "ref_moved" },
};

const size_t nr_places = ARRAY_SIZE(places);

#define REASON_TRACEPOINT	"mm_migrate_pages_start"
#define TRAMPOLINE_ARGUMENTS	6

/**
 * place_of() - What was chosen for a role.
 * @role: Its name.
 */
const struct place *place_of(const char *role)
{
	size_t i;

	for (i = 0; i < nr_places; i++)
		if (!strcmp(places[i].role, role))
			return &places[i];
	return NULL;
}

static int argument_count(const char *function)
{
	struct btf *btf = kernel_btf();
	int id = btf__find_by_name_kind(btf, function, BTF_KIND_FUNC);
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, id) : NULL;

	type = type ? btf__type_by_id(btf, type->type) : NULL;
	return type ? btf_vlen(type) : 0;
}

static void choose(struct place *place, bool trampolines)
{
	size_t i;

	place->function = NULL;
	place->how = NULL;
	if (!strcmp(place->role, "reason") && kernel_has_tracepoint(REASON_TRACEPOINT)) {
		place->function = REASON_TRACEPOINT;
		place->how = "tracepoint";
		return;
	}
	for (i = 0; i < ARRAY_SIZE(place->names) && place->names[i]; i++) {
		const char *name = place->names[i];

		if (!kernel_has_function(name))
			continue;
		place->function = name;
		place->how = trampolines && kernel_has_type(name) &&
			     argument_count(name) <= TRAMPOLINE_ARGUMENTS ? "fentry" : "kprobe";
		return;
	}
}

static void choose_all(const struct options *options, bool trampolines)
{
	size_t i;

	if (options->callback && !kernel_has_function(options->callback))
		die(EXIT_ENVIRONMENT, "no function %s in this kernel and its modules",
		    options->callback);
	for (i = 0; i < nr_places; i++) {
		if (places[i].needed && options->callback)
			places[i].names[0] = options->callback;
		choose(&places[i], trampolines);
		if (places[i].needed && !places[i].function)
			die(EXIT_ENVIRONMENT, "this kernel has no %s: it is before 5.0, or lacks CONFIG_MIGRATION=y or CONFIG_BLOCK=y",
			    places[i].names[0]);
		if (places[i].of_lookups && options->lookups == LOOKUPS_NEVER)
			places[i].function = NULL;
	}
	/* The common function sees what the other two do. */
	if (place_of("lookup_common")->function)
		for (i = 0; i < nr_places; i++)
			if (!strcmp(places[i].role, "lookup") ||
			    !strcmp(places[i].role, "lookup_sleeping"))
				places[i].function = NULL;
}

static struct bpf_program *program_of(struct watch_bpf *bpf, const struct place *place, bool end)
{
	char prefix = *place->how;	/* fentry, kprobe, tracepoint */
	const char *role = place->role;
	struct bpf_program *program;
	char *name;

	if (prefix == 'k' && end && place->of_lookups)
		role = "lookup";	/* they share it */
	name = printed("%c_%s%s", prefix, role, end ? "_end" : "");
	program = bpf_object__find_program_by_name(bpf->obj, name);
	if (!program)
		die(EXIT_ENVIRONMENT, "no program %s: this bht-watch was built wrongly", name);
	free(name);
	return program;
}

static int want(struct bpf_program *program, const struct place *place)
{
	bpf_program__set_autoload(program, true);
	return *place->how == 'f' ? bpf_program__set_attach_target(program, 0, place->function) : 0;
}

static int load(struct watch_bpf *bpf)
{
	struct bpf_program *program;
	size_t i;
	int rc = 0;

	bpf_object__for_each_program(program, bpf->obj)
		bpf_program__set_autoload(program, false);
	for (i = 0; i < nr_places && !rc; i++) {
		if (!places[i].function)
			continue;
		rc = want(program_of(bpf, &places[i], false), &places[i]);
		if (!rc && places[i].has_end)
			rc = want(program_of(bpf, &places[i], true), &places[i]);
	}
	if (rc)
		return rc;
	if (libbpf_probe_bpf_helper(BPF_PROG_TYPE_SYSCALL, BPF_FUNC_snprintf, NULL) == 1)
		bpf_program__set_autoload(bpf->progs.symbol, true);
	for (bpf->rodata->page_shift = 0; 1L << bpf->rodata->page_shift < sysconf(_SC_PAGESIZE);)
		bpf->rodata->page_shift++;
	bpf->rodata->has_late_buffer = !!place_of("late_buffer")->function;
	return watch_bpf__load(bpf);
}

static struct bpf_link *arm_program(struct bpf_program *program, const struct place *place,
				    bool end)
{
	if (*place->how == 'k')
		return bpf_program__attach_kprobe(program, end, place->function);
	return bpf_program__attach_trace(program);
}

static void disarm(struct place *place)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(place->links); i++) {
		bpf_link__destroy(place->links[i]);
		place->links[i] = NULL;
	}
}

/* The return is seen first: what began unseen is ignored, nothing seen stays open. */
static int arm(struct watch_bpf *bpf, struct place *place)
{
	int i, error;

	for (i = place->has_end; i >= 0; i--) {
		place->links[i] = arm_program(program_of(bpf, place, i), place, i);
		if (place->links[i])
			continue;
		error = errno;
		disarm(place);
		return -error;
	}
	return 0;
}

static int arm_all(struct watch_bpf *bpf, bool lookups, const char **function)
{
	size_t i;
	int rc;

	/* The callback is last: whatever happens in one that is seen is seen, too. */
	for (i = nr_places; i-- > 0;) {
		if (!places[i].function || places[i].of_lookups != lookups || places[i].links[0])
			continue;
		*function = places[i].function;
		rc = arm(bpf, &places[i]);
		if (rc)
			return rc;
	}
	return 0;
}

static void disarm_all(bool lookups_only)
{
	size_t i;

	for (i = 0; i < nr_places; i++)
		if (!lookups_only || places[i].of_lookups)
			disarm(&places[i]);
}

static int no_output(enum libbpf_print_level level, const char *format, va_list arguments)
{
	return 0;
}

/* Return: the part in the kernel, NULL with a positive error. */
static struct watch_bpf *try_load(const struct options *options, bool trampolines, int *error,
				  const char **function)
{
	struct watch_bpf *bpf = watch_bpf__open();
	int rc;

	if (!bpf) {
		*error = errno;
		return NULL;
	}
	choose_all(options, trampolines);
	rc = load(bpf);
	if (!rc)
		rc = arm_all(bpf, false, function);
	/* So that what cannot be armed is known now. */
	if (!rc)
		rc = arm_all(bpf, true, function);
	if (!rc) {
		bpf->bss->armed = 1;
		if (options->lookups != LOOKUPS_ALWAYS)
			disarm_all(true);
		return bpf;
	}
	disarm_all(false);
	watch_bpf__destroy(bpf);
	*error = -rc;
	return NULL;
}

/**
 * probes_load() - Choose, load and arm. What is missing ends the program.
 * @options: What the user wants.
 *
 * Return: the part in the kernel, for probes_unload().
 */
struct watch_bpf *probes_load(const struct options *options)
{
	const char *function = "load its programs";
	struct watch_bpf *bpf = NULL;
	int first = 0, error = 0;

	if (!options->verbose)
		libbpf_set_print(no_output);
	if (options->method != METHOD_KPROBE)
		bpf = try_load(options, true, &first, &function);
	if (!bpf && options->method != METHOD_FENTRY) {
		bpf = try_load(options, false, &error, &function);
		if (!bpf && first && !kernel_has_function("register_kprobe"))
			error = first;
	} else {
		error = first;
	}
	if (bpf)
		return bpf;
	if (error == ENOENT || error == ENODEV || error == ENOTSUP || error == 524)
		die(EXIT_ENVIRONMENT, "cannot probe %s: it takes CONFIG_KPROBES=y, or CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS=y with CONFIG_BPF_JIT=y",
		    function);
	kernel_explain(error, "load or attach BPF programs");
}

/**
 * probes_follow_lookups() - Arm or disarm what follows lookups.
 * @bpf: The part in the kernel.
 * @follow: Arm.
 */
void probes_follow_lookups(struct watch_bpf *bpf, bool follow)
{
	const char *function;
	int rc;

	if (!follow) {
		disarm_all(true);
		return;
	}
	rc = arm_all(bpf, true, &function);
	if (rc)
		kernel_explain(-rc, "probe lookups again");
}

/**
 * probes_settle() - Disarm that of the two late moments which is met before the other.
 * @bpf: The part in the kernel, which has seen which one that is, or not yet.
 */
void probes_settle(struct watch_bpf *bpf)
{
	const char *other = bpf->bss->last_moment == LAST_FLAGS ? "late_buffer" : "late_flags";
	size_t i;

	for (i = 0; i < nr_places && bpf->bss->last_moment != LAST_UNKNOWN; i++)
		if (!strcmp(places[i].role, other))
			disarm(&places[i]);
}

void probes_unload(struct watch_bpf *bpf)
{
	disarm_all(false);
	watch_bpf__destroy(bpf);
}
