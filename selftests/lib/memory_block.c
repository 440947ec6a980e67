// SPDX-License-Identifier: GPL-2.0
/*
 * Physical memory that folios have to leave: the memory blocks of sysfs, which can be
 * taken offline and online again.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory_block.h"
#include "progress.h"
#include "sysfs.h"

#define MEMORY	"/sys/devices/system/memory"

/* A node that has just got its first memory is allowed to us only a moment later. */
#define NODE_TRIES	100
#define NODE_WAIT_US	20000

/**
 * memory_block_bytes() - The size of each block, 0 when there are none.
 */
unsigned long memory_block_bytes(void)
{
	char text[32];

	if (sysfs_read(MEMORY "/block_size_bytes", text, sizeof(text)))
		return 0;
	return strtoul(text, NULL, 16);
}

/**
 * memory_block_node() - The NUMA node that a block belongs to, -1 if unknown.
 * @number: The block's.
 */
int memory_block_node(unsigned long number)
{
	struct dirent *entry;
	int node = -1;
	char path[64];
	DIR *folder;

	snprintf(path, sizeof(path), MEMORY "/memory%lu", number);
	folder = opendir(path);
	while (folder && (entry = readdir(folder)))
		if (sscanf(entry->d_name, "node%d", &node) == 1)
			break;
	if (folder)
		closedir(folder);
	return node;
}

static int is_block(const struct dirent *entry)
{
	unsigned long number;

	return sscanf(entry->d_name, "memory%lu", &number) == 1;
}

/**
 * memory_blocks_find() - The blocks of which one of their files says a word.
 * @blocks: Where to put them, the first MEMORY_BLOCKS.
 * @file: "state" or "valid_zones".
 * @word: The file's first line.
 */
void memory_blocks_find(struct memory_blocks *blocks, const char *file, const char *word)
{
	int count = 0, i;
	struct dirent **entries = NULL;
	char path[384], text[32];

	blocks->count = 0;
	count = scandir(MEMORY, &entries, is_block, versionsort);
	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), MEMORY "/%s/%s", entries[i]->d_name, file);
		if (blocks->count < MEMORY_BLOCKS &&
		    !sysfs_read(path, text, sizeof(text)) && !strcmp(text, word))
			sscanf(entries[i]->d_name, "memory%lu",
			       &blocks->number[blocks->count++]);
		free(entries[i]);
	}
	free(entries);
}

/**
 * memory_block_set() - Take a block offline or online.
 * @number: The block's.
 * @state: "offline", "online_movable" or "online_kernel".
 *
 * Return: 0, also when it is there already, or -1 with errno.
 */
int memory_block_set(unsigned long number, const char *state)
{
	char path[64], now[16] = "";

	snprintf(path, sizeof(path), MEMORY "/memory%lu/state", number);
	if (sysfs_read(path, now, sizeof(now)))
		return -1;
	/* To ask for what is there already is an error. */
	return strncmp(now, state, strlen(now)) ? sysfs_write(path, state) : 0;
}

/**
 * memory_block_bring() - Let all pages of the device come to a block's node.
 * @t: The running torture; what moves is not counted.
 * @mover: An open one.
 * @number: The block's.
 *
 * cpuset_track_online_nodes() only makes others notice the node: until they have,
 * move_pages(2) refuses it.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int memory_block_bring(struct torture *t, struct mover *mover, unsigned long number)
{
	int node = memory_block_node(number), tries = 0, rc;

	torture_exclude_begin(t);
	do {
		mover->error = 0;
		rc = mover_pass(mover, node);
		if (!rc || (mover->error != EACCES && mover->error != ENODEV))
			break;
		usleep(NODE_WAIT_US);
	} while (++tries < NODE_TRIES);
	torture_exclude_end(t);
	if (rc)
		torture_give_up(t, TORTURE_FAIL, "move_pages to node %d: %s", node,
				strerror(mover->error));
	return rc;
}
