// SPDX-License-Identifier: GPL-2.0
/*
 * The registers and the memory of the CPU that runs.
 *
 * The CPU's number that QEMU hands to a callback is not used. Where one thread runs all
 * CPUs, it is that of the CPU which the code was translated for. So a CPU is told by its
 * per-CPU base, and a thread by its kernel stack.
 */
#include <stdio.h>
#include <string.h>

#include "exact/architecture.h"
#include "exact/machine.h"
#include "exact/qemu.h"

#define REGISTERS_MAX	64

const struct guest *guest;

static struct qemu_plugin_register *handles[REGISTERS_MAX];
static struct qemu_bytes *bytes;

/**
 * machine_init() - Learn which registers there are; called for each CPU.
 */
void machine_init(void)
{
	struct qemu_array *all;
	unsigned int i, which;

	if (bytes)
		return;
	bytes = g_byte_array_new();
	all = qemu_plugin_get_registers();
	for (i = 0; i < all->len; i++) {
		const struct qemu_register *one = (const struct qemu_register *)all->data + i;

		for (which = 0; which < guest->count; which++)
			if (!strcmp(one->name, guest->registers[which]))
				handles[which] = one->handle;
	}
}

/**
 * machine_register_named() - The register that a kprobe event calls so.
 * @name: Without the %, such as di or r12.
 *
 * Return: -1 when there is none.
 */
int machine_register_named(const char *name)
{
	unsigned int i;

	for (i = 0; i < guest->event_count; i++)
		if (!strcmp(name, guest->events[i]))
			return i;
	return -1;
}

/**
 * machine_read() - A register.
 * @which: Which one, of those that the guest's table has.
 */
uint64_t machine_read(int which)
{
	uint64_t value = 0;

	bytes->len = 0;
	if (handles[which] && qemu_plugin_read_register(handles[which], bytes) >= 8)
		memcpy(&value, bytes->data, sizeof(value));
	return value;
}

/**
 * machine_memory() - Memory, as the CPU sees it.
 * @address: Where it is.
 * @to: Gets it.
 * @length: How many bytes.
 *
 * Return: false when nothing is mapped there.
 */
bool machine_memory(uint64_t address, void *to, size_t length)
{
	g_byte_array_set_size(bytes, 0);
	if (!qemu_plugin_read_memory_vaddr(address, bytes, length) || bytes->len < length)
		return false;
	memcpy(to, bytes->data, length);
	return true;
}

/**
 * machine_word() - Eight bytes of memory; 0 when nothing is mapped there.
 * @address: Where.
 */
uint64_t machine_word(uint64_t address)
{
	uint64_t word = 0;

	machine_memory(address, &word, sizeof(word));
	return word;
}

/**
 * machine_text() - A string in memory.
 * @address: Where; 0: an empty one.
 * @text: Gets it.
 * @size: Of @text.
 */
void machine_text(uint64_t address, char *text, size_t size)
{
	size_t i;

	for (i = 0; address && i + 1 < size; i++)
		if (!machine_memory(address + i, text + i, 1) || !text[i])
			break;
	text[i] = '\0';
}

/**
 * machine_argument() - What the function that is just entered was given.
 * @which: Which argument.
 */
uint64_t machine_argument(enum guest_argument which)
{
	return machine_read(guest->argument[which]);
}

/**
 * machine_result() - What the function that returns has to say.
 */
uint64_t machine_result(void)
{
	return machine_read(guest->result);
}

/**
 * machine_stack() - The stack pointer.
 */
uint64_t machine_stack(void)
{
	return machine_read(guest->stack);
}

/**
 * machine_frame() - The frame pointer, where the kernel has one.
 */
uint64_t machine_frame(void)
{
	return machine_read(guest->frame);
}

/**
 * machine_cpu() - Which CPU runs: what only it has.
 */
uint64_t machine_cpu(void)
{
	return guest->cpu();
}
