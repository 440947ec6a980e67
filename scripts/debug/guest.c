// SPDX-License-Identifier: GPL-2.0
/*
 * guest.c - registers and memory of the guest's CPU that runs.
 */
#include <string.h>

#include "guest.h"

struct qemu_plugin_register *rax, *rdx, *rdi, *rsi, *rsp, *rbp, *gs_base;

static struct plugin_bytes *bytes;

static void find_registers(qemu_plugin_id_t id, unsigned int cpu)
{
	struct plugin_array *all = qemu_plugin_get_registers();
	struct plugin_register *some = (struct plugin_register *)all->data;
	static const struct {
		const char *name;
		struct qemu_plugin_register **handle;
	} wanted[] = {
		{ "rax", &rax }, { "rdx", &rdx }, { "rdi", &rdi }, { "rsi", &rsi },
		{ "rsp", &rsp }, { "rbp", &rbp }, { "gs_base", &gs_base },
	};
	unsigned int i, j;

	if (bytes)
		return;		/* a handle is good for all CPUs */
	bytes = g_byte_array_new();
	for (i = 0; i < all->len; i++) {
		for (j = 0; j < sizeof(wanted) / sizeof(*wanted); j++) {
			if (!strcmp(some[i].name, wanted[j].name))
				*wanted[j].handle = some[i].handle;
		}
	}
}

/* To be called when the plugin is installed. */
void guest_init(qemu_plugin_id_t id)
{
	qemu_plugin_register_vcpu_init_cb(id, find_registers);
}

uint64_t register_value(struct qemu_plugin_register *handle)
{
	uint64_t value = 0;

	g_byte_array_set_size(bytes, 0);
	qemu_plugin_read_register(handle, bytes);
	memcpy(&value, bytes->data, bytes->len < 8 ? bytes->len : 8);
	return value;
}

bool read_memory(uint64_t address, void *to, size_t size)
{
	if (!qemu_plugin_read_memory_vaddr(address, bytes, size) || bytes->len < size)
		return false;
	memcpy(to, bytes->data, size);
	return true;
}

uint64_t word_at(uint64_t address)
{
	uint64_t value = 0;

	read_memory(address, &value, sizeof(value));
	return value;
}
