// SPDX-License-Identifier: GPL-2.0
/*
 * Modules' code, which may be elsewhere in each run. A module begins at a page. So a place
 * in it keeps its offset within the page. Where such an offset is met, the code around it
 * is compared with what the place was found in. Calls into the kernel and probes differ,
 * the rest must not.
 */
#include <stdlib.h>
#include <string.h>

#include "exact/machine.h"
#include "exact/module_code.h"

#define CODES_MAX	64
#define PAGE_MASK	0xfffULL
#define MODULES_ABOVE	0xffff000000000000ULL
/* Of 100 bytes so many are the same. Another function's have about 10. */
#define ALIKE_PERCENT	60

static struct code {
	uint64_t address;
	size_t length;
	uint8_t *bytes, *found;
} codes[CODES_MAX];
static size_t code_count;

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/**
 * module_code_add() - Some code, of the run in which the places were found.
 * @address: Where it was then.
 * @hex: Its bytes.
 */
bool module_code_add(uint64_t address, const char *hex)
{
	struct code *code = &codes[code_count];
	size_t i;

	if (code_count == CODES_MAX)
		return false;
	code->address = address;
	code->length = strlen(hex) / 2;
	code->bytes = calloc(code->length + 1, 1);
	code->found = calloc(code->length + 1, 1);
	for (i = 0; i < code->length; i++) {
		int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		code->bytes[i] = high << 4 | low;
	}
	code_count++;
	return code->length;
}

static const struct code *code_of(uint64_t address)
{
	size_t i;

	for (i = 0; i < code_count; i++)
		if (address - codes[i].address < codes[i].length)
			return &codes[i];
	return NULL;
}

/**
 * module_code_has() - Was an address within a module, when the places were found?
 * @address: The address.
 */
bool module_code_has(uint64_t address)
{
	return code_of(address);
}

/**
 * module_code_is() - Is an address in this run what a place was, in a module?
 * @place: Where the place was.
 * @address: The address; its code can be read.
 */
bool module_code_is(uint64_t place, uint64_t address)
{
	const struct code *code;
	size_t i, alike = 0;

	if ((place ^ address) & PAGE_MASK || address < MODULES_ABOVE)
		return false;
	code = code_of(place);
	if (!code || !machine_memory(address - (place - code->address), code->found,
				     code->length))
		return false;
	for (i = 0; i < code->length; i++)
		alike += code->bytes[i] == code->found[i];
	return alike * 100 >= code->length * ALIKE_PERCENT;
}
