// SPDX-License-Identifier: GPL-2.0
/*
 * blocks.c - a QEMU plugin that writes where each block of instructions begins that the
 * guest executes, 8 bytes each, to a pipe. Two guests that should do the same are
 * compared so, while they run. Once nobody reads any more the guest is ended.
 *
 * Arguments: out=FILE
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "exact/qemu.h"

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static FILE *out;

static void block_runs(unsigned int cpu, void *data)
{
	uint64_t address = (uintptr_t)data;

	if (fwrite_unlocked(&address, sizeof(address), 1, out) != 1)
		_exit(0);
}

static void block_is_translated(uint64_t id, struct qemu_plugin_tb *block)
{
	uint64_t address = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(block, 0));

	qemu_plugin_register_vcpu_tb_exec_cb(block, block_runs, QEMU_PLUGIN_CB_NO_REGS,
					     (void *)(uintptr_t)address);
}

static void guest_ends(uint64_t id, void *data)
{
	fclose(out);
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(uint64_t id, const struct qemu_info *info,
					   int argc, char **argv)
{
	if (argc == 1 && !strncmp(argv[0], "out=", 4))
		out = fopen(argv[0] + 4, "w");
	if (!out) {
		fprintf(stderr, "plugin: out= is missing, or cannot be written\n");
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	setvbuf(out, NULL, _IOFBF, 1 << 16);
	qemu_plugin_register_vcpu_tb_trans_cb(id, block_is_translated);
	qemu_plugin_register_atexit_cb(id, guest_ends, NULL);
	return 0;
}
