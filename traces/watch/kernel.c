// SPDX-License-Identifier: GPL-2.0
/*
 * What the running kernel has: types (BTF), functions (kallsyms), rights. What is
 * missing for a watch is said in one line, with what would help.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/utsname.h>

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "lib/tools.h"
#include "watch/kernel.h"

#define BTF_FILE	"/sys/kernel/btf/vmlinux"
#define CAP_SYS_ADMIN	21
#define CAP_PERFMON	38
#define CAP_BPF		39

static struct btf *btf;

/* Of /proc/kallsyms, whose names anybody can read. */
static char *symbols;

static const char *release(void)
{
	static struct utsname name;

	uname(&name);
	return name.release;
}

/**
 * kernel_btf() - The types of the running kernel; without them the program ends.
 */
struct btf *kernel_btf(void)
{
	if (btf)
		return btf;
	if (access(BTF_FILE, R_OK))
		die(EXIT_ENVIRONMENT, "kernel %s has no BTF (%s: %s): it takes CONFIG_DEBUG_INFO_BTF=y",
		    release(), BTF_FILE, strerror(errno));
	btf = btf__parse(BTF_FILE, NULL);
	if (!btf)
		die(EXIT_ENVIRONMENT, "cannot read %s: %s", BTF_FILE, strerror(errno));
	return btf;
}

bool kernel_has_type(const char *function)
{
	return btf__find_by_name_kind(kernel_btf(), function, BTF_KIND_FUNC) > 0;
}

bool kernel_has_tracepoint(const char *name)
{
	char *type = printed("btf_trace_%s", name);
	bool has = btf__find_by_name_kind(kernel_btf(), type, BTF_KIND_TYPEDEF) > 0;

	free(type);
	return has;
}

static void read_symbols(void)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	size_t length = 0;

	if (!file)
		die(EXIT_ENVIRONMENT, "cannot read /proc/kallsyms (%s): the kernel needs CONFIG_KALLSYMS=y",
		    strerror(errno));
	if (getdelim(&symbols, &length, '\0', file) <= 0)
		die(EXIT_ENVIRONMENT, "/proc/kallsyms is empty");
	fclose(file);
}

/**
 * kernel_has_function() - Is there a function of this name that is not inlined everywhere?
 * @function: Its name.
 */
bool kernel_has_function(const char *function)
{
	char *name = printed(" %s", function), *found;
	size_t length = strlen(name);

	if (!symbols)
		read_symbols();
	/* A module's has a tab and [MODULE] after it. */
	for (found = strstr(symbols, name); found; found = strstr(found + 1, name))
		if (strchr("\n\t", found[length]) && strchr("tTwW", found[-1]))
			break;
	free(name);
	return found;
}

static const struct btf_enum *enumerator(const char *type, const char *name, __u32 value)
{
	int id = btf__find_by_name_kind(kernel_btf(), type, BTF_KIND_ENUM), i;
	const struct btf_type *found = id > 0 ? btf__type_by_id(btf, id) : NULL;
	const struct btf_enum *member;

	if (!found)
		return NULL;
	member = btf_enum(found);
	for (i = 0; i < btf_vlen(found); i++, member++)
		if (name ? !strcmp(btf__name_by_offset(btf, member->name_off), name) :
			   (__u32)member->val == value)
			return member;
	return NULL;
}

bool kernel_has_migrate_flag(void)
{
	return enumerator("bh_state_bits", "BH_Migrate", 0);
}

/**
 * reason_name() - Why a folio is moved, in the kernel's word: MR_NUMA_MISPLACED is
 * "numa_misplaced".
 * @reason: Its enum migrate_reason.
 */
const char *reason_name(__u32 reason)
{
	static char buffer[64];
	const struct btf_enum *member = enumerator("migrate_reason", NULL, reason);
	const char *name;
	size_t i;

	if (!member)
		return "unknown";
	name = btf__name_by_offset(btf, member->name_off);
	if (!strncmp(name, "MR_", 3))
		name += 3;
	for (i = 0; name[i] && i < sizeof(buffer) - 1; i++)
		buffer[i] = name[i] >= 'A' && name[i] <= 'Z' ? name[i] + ('a' - 'A') : name[i];
	buffer[i] = '\0';
	return buffer;
}

static char *find_device(__u32 device)
{
	char *link = printed("/sys/dev/block/%u:%u", device >> 20, device & 0xfffff);
	char target[512], *slash, *name = NULL;
	ssize_t length = readlink(link, target, sizeof(target) - 1);

	if (length > 0) {
		target[length] = '\0';
		slash = strrchr(target, '/');
		name = slash ? copy(slash + 1) : NULL;
	}
	free(link);
	return name;
}

/**
 * device_name() - As in /dev, or MAJOR:MINOR. It is remembered for devices that go.
 * @device: The kernel's dev_t.
 */
const char *device_name(__u32 device)
{
	static struct {
		__u32 device;
		char *name;
	} known[64];
	static char number[32];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known) && known[i].name; i++)
		if (known[i].device == device)
			return known[i].name;
	if (i < ARRAY_SIZE(known)) {
		known[i].device = device;
		known[i].name = find_device(device);
		if (known[i].name)
			return known[i].name;
	}
	snprintf(number, sizeof(number), "%u:%u", device >> 20, device & 0xfffff);
	return number;
}

/* The word in brackets. */
static const char *lockdown_mode(void)
{
	static char line[256];
	FILE *file = fopen("/sys/kernel/security/lockdown", "r");
	char *word = NULL;

	if (file) {
		word = fgets(line, sizeof(line), file) ? strchr(line, '[') : NULL;
		fclose(file);
	}
	return word && strtok(word + 1, "]") ? word + 1 : "unknown";
}

static bool has_capability(int capability)
{
	unsigned long long set = 0;
	FILE *file = fopen("/proc/self/status", "r");
	char line[256];

	if (!file)
		return true;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "CapEff: %llx", &set) == 1)
			break;
	fclose(file);
	return set >> capability & 1;
}

/**
 * kernel_refuse() - End, with one line, where this cannot watch.
 */
void kernel_refuse(void)
{
	const char *locked = lockdown_mode();
	bool bpf = has_capability(CAP_BPF), perfmon = has_capability(CAP_PERFMON);

	if (!strcmp(locked, "confidentiality"))
		die(EXIT_ENVIRONMENT, "this kernel is locked down (lockdown=confidentiality): BPF may not read its memory; lockdown=integrity allows it");
	if (!has_capability(CAP_SYS_ADMIN) && !(bpf && perfmon))
		die(EXIT_ENVIRONMENT, "no permission: run it as root, or with CAP_BPF and CAP_PERFMON (missing: %s%s%s)",
		    bpf ? "" : "CAP_BPF", bpf || perfmon ? "" : ", ",
		    perfmon ? "" : "CAP_PERFMON");
	if (access("/proc/sys/kernel/unprivileged_bpf_disabled", F_OK))
		die(EXIT_ENVIRONMENT, "kernel %s has no bpf(2): it takes CONFIG_BPF_SYSCALL=y",
		    release());
	kernel_btf();
	/* libbpf makes no map for global data where this type is unknown. */
	if (!libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_SOCKET_FILTER, NULL))
		die(EXIT_ENVIRONMENT, "kernel %s has no network, and with it no socket filters, which libbpf tries a kernel's BPF with: it takes CONFIG_NET=y",
		    release());
}

/**
 * kernel_explain() - End, with one line that says why the kernel refused.
 * @error: Its error, positive.
 * @what: What was tried.
 */
void kernel_explain(int error, const char *what)
{
	if (error == EPERM || error == EACCES)
		die(EXIT_ENVIRONMENT, "the kernel does not permit to %s (%s; lockdown: %s): a security module, a container or a hardened kernel may forbid it",
		    what, strerror(error), lockdown_mode());
	die(EXIT_ENVIRONMENT, "kernel %s cannot %s: %s", release(), what, strerror(error));
}
