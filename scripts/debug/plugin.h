/* SPDX-License-Identifier: GPL-2.0 */
/*
 * plugin.h - what QEMU's plugins get from QEMU, as far as it is used here. Debian has no
 * header for it. From QEMU 9.2 on all of this is there (interface version 4).
 *
 * A plugin sees what the guest executes, and the guest does not notice. One trap: with
 * one thread for all CPUs the CPU number that a callback gets is that of the CPU which
 * translated the code. Threads are told apart by the kernel's stack pointer, CPUs by
 * gs_base: registers and memory are those of the CPU that runs.
 */
#ifndef _BHT_DEBUG_PLUGIN_H
#define _BHT_DEBUG_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_register;
struct qemu_info;

struct plugin_bytes {		/* GByteArray */
	uint8_t *data;
	unsigned int len;
};

struct plugin_array {		/* GArray */
	char *data;
	unsigned int len;
};

struct plugin_register {	/* qemu_plugin_reg_descriptor */
	struct qemu_plugin_register *handle;
	const char *name;
	const char *feature;
};

enum { PLUGIN_NO_REGISTERS, PLUGIN_READS_REGISTERS };

#define PLUGIN_EXPORT __attribute__((visibility("default")))

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
					   void (*cb)(qemu_plugin_id_t id,
						      struct qemu_plugin_tb *block));
void qemu_plugin_register_vcpu_init_cb(qemu_plugin_id_t id,
				       void (*cb)(qemu_plugin_id_t id, unsigned int cpu));
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id,
				    void (*cb)(qemu_plugin_id_t id, void *data),
				    void *data);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *block,
					  void (*cb)(unsigned int cpu, void *data),
					  int registers, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    void (*cb)(unsigned int cpu, void *data),
					    int registers, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block,
						 size_t n);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *to, size_t size);
struct plugin_array *qemu_plugin_get_registers(void);
int qemu_plugin_read_register(struct qemu_plugin_register *handle,
			      struct plugin_bytes *to);
bool qemu_plugin_read_memory_vaddr(uint64_t address, struct plugin_bytes *to, size_t size);
struct plugin_bytes *g_byte_array_new(void);
struct plugin_bytes *g_byte_array_set_size(struct plugin_bytes *bytes, unsigned int size);

/* What a plugin has for QEMU. */
int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc,
			char **argv);

#endif /* _BHT_DEBUG_PLUGIN_H */
