// SPDX-License-Identifier: GPL-2.0
/*
 * Where private_lock is within struct address_space, from the type information
 * (BTF) that a kernel may carry about itself.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/btf.h>

#include "finder/offset.h"
#include "lib/tools.h"

#define KIND_ENUM64	19	/* newer than some headers */

struct btf {
	char *data;
	size_t size;
	const char *strings;
};

static bool read_all(struct btf *btf, const char *path)
{
	FILE *file = fopen(path, "r");
	size_t room = 0, got = 1;

	while (file && got) {
		if (btf->size == room) {
			room = room ? 2 * room : 1 << 20;
			btf->data = must(realloc(btf->data, room));
		}
		got = fread(btf->data + btf->size, 1, room - btf->size, file);
		btf->size += got;
	}
	if (file)
		fclose(file);
	return btf->size > sizeof(struct btf_header);
}

/* What follows a type, by its kind. */
static size_t extra(const struct btf_type *type)
{
	switch (BTF_INFO_KIND(type->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		return 4;
	case BTF_KIND_ARRAY:
		return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_DATASEC:
	case KIND_ENUM64:
		return 12 * BTF_INFO_VLEN(type->info);
	case BTF_KIND_ENUM:
	case BTF_KIND_FUNC_PROTO:
		return 8 * BTF_INFO_VLEN(type->info);
	default:
		return 0;
	}
}

static int member_offset(const struct btf *btf, const struct btf_type *type)
{
	const struct btf_member *members = (const void *)(type + 1);
	unsigned int i;

	for (i = 0; i < BTF_INFO_VLEN(type->info); i++) {
		const char *name = btf->strings + members[i].name_off;

		if (!strcmp(name, "i_private_lock") || !strcmp(name, "private_lock"))
			return BTF_MEMBER_BIT_OFFSET(members[i].offset) / 8;
	}
	return 0;
}

/**
 * offset_from_btf() - Ask a kernel's BTF.
 * @path: The file that has it. Ends the program when it is damaged.
 *
 * Return: the offset, 0 when it is not told: there is no file, or no such structure.
 */
int offset_from_btf(const char *path)
{
	const struct btf_header *header;
	const struct btf_type *type;
	struct btf btf = {};
	int offset = 0;
	char *at, *end;

	if (!read_all(&btf, path)) {
		free(btf.data);
		return 0;
	}
	header = (const void *)btf.data;
	if (header->magic != BTF_MAGIC ||
	    header->hdr_len + (size_t)header->str_off + header->str_len > btf.size)
		die(EXIT_ENVIRONMENT, "%s is not as it should be", path);
	btf.strings = btf.data + header->hdr_len + header->str_off;
	at = btf.data + header->hdr_len + header->type_off;
	end = at + header->type_len;
	for (; !offset && at + sizeof(*type) <= end; at += sizeof(*type) + extra(type)) {
		type = (const void *)at;
		if (BTF_INFO_KIND(type->info) == BTF_KIND_STRUCT &&
		    !strcmp(btf.strings + type->name_off, "address_space"))
			offset = member_offset(&btf, type);
	}
	free(btf.data);
	return offset;
}
