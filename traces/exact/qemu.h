/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What QEMU offers its plugins, as far as it is used here (interface version 4, QEMU 9.2
 * to 10.0 and those that still take it). Distributions do not package its header.
 */
#ifndef _BHT_EXACT_QEMU_H
#define _BHT_EXACT_QEMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QEMU_PLUGIN_VERSION	4
#define QEMU_PLUGIN_EXPORT	__attribute__((visibility("default")))

/* For people who build against glib: GByteArray and GArray. */
struct qemu_bytes {
	uint8_t *data;
	unsigned int len;
};

struct qemu_array {
	void *data;
	unsigned int len;
};

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_register;

struct qemu_info {
	const char *target_name;
	struct {
		int min, cur;
	} version;
	bool system_emulation;
	struct {
		int smp_vcpus, max_vcpus;
	} system;
};

struct qemu_register {
	struct qemu_plugin_register *handle;
	const char *name;
	const char *feature;
};

enum qemu_plugin_cb_flags {
	QEMU_PLUGIN_CB_NO_REGS,
	QEMU_PLUGIN_CB_R_REGS,
	QEMU_PLUGIN_CB_RW_REGS,
};

typedef void (*qemu_vcpu_cb)(uint64_t id, unsigned int vcpu);
typedef void (*qemu_trans_cb)(uint64_t id, struct qemu_plugin_tb *tb);
typedef void (*qemu_exec_cb)(unsigned int vcpu, void *data);
typedef void (*qemu_exit_cb)(uint64_t id, void *data);

/* What a plugin has to have. */
extern QEMU_PLUGIN_EXPORT int qemu_plugin_version;
QEMU_PLUGIN_EXPORT int qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc,
					   char **argv);

void qemu_plugin_register_vcpu_init_cb(uint64_t id, qemu_vcpu_cb cb);
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id, qemu_trans_cb cb);
void qemu_plugin_register_atexit_cb(uint64_t id, qemu_exit_cb cb, void *data);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, qemu_exec_cb cb,
					  enum qemu_plugin_cb_flags flags, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, qemu_exec_cb cb,
					    enum qemu_plugin_cb_flags flags, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *code, size_t length);
struct qemu_array *qemu_plugin_get_registers(void);
int qemu_plugin_read_register(struct qemu_plugin_register *handle, struct qemu_bytes *bytes);
bool qemu_plugin_read_memory_vaddr(uint64_t address, struct qemu_bytes *bytes, size_t length);
void qemu_plugin_outs(const char *text);

/* QEMU is linked to glib. */
struct qemu_bytes *g_byte_array_new(void);
struct qemu_bytes *g_byte_array_set_size(struct qemu_bytes *bytes, unsigned int length);

#endif /* _BHT_EXACT_QEMU_H */
