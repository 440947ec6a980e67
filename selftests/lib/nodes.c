// SPDX-License-Identifier: GPL-2.0
/*
 * NUMA nodes: which there are, where a page is, and memory bound to one.
 */
#include <errno.h>

#include <numa.h>
#include <numaif.h>

#include "nodes.h"

/* Return: a mask with this node only, for free_mask(). */
static struct bitmask *mask_of(int node)
{
	return numa_bitmask_setbit(numa_allocate_nodemask(), node);
}

/* What went wrong before has to be told afterwards. */
static void free_mask(struct bitmask *mask)
{
	int error = errno;

	numa_free_nodemask(mask);
	errno = error;
}

/**
 * nodes_find() - The first two NUMA nodes that have memory.
 * @nodes: Where to put their numbers.
 *
 * Asks the kernel each time: libnuma remembers the nodes that there were when the
 * program was started, and memory comes and goes.
 *
 * Return: how many were found, 0 to 2.
 */
int nodes_find(int nodes[2])
{
	int node, found = 0;

	if (numa_available() < 0)
		return 0;
	for (node = 0; node < numa_num_possible_nodes() && found < 2; node++)
		if (numa_node_size64(node, NULL) > 0)
			nodes[found++] = node;
	return found;
}

/**
 * nodes_bind() - Bind memory to a node, as mbind(2) does with MPOL_BIND.
 * @start: The memory.
 * @bytes: Its size.
 * @node: The node.
 * @flags: Of mbind(2).
 *
 * Return: 0, or -1 with errno.
 */
int nodes_bind(void *start, size_t bytes, int node, unsigned int flags)
{
	struct bitmask *mask = mask_of(node);
	int rc;

	rc = mbind(start, bytes, MPOL_BIND, mask->maskp, mask->size + 1, flags);
	free_mask(mask);
	return rc;
}

/**
 * nodes_prefer() - From which node this thread takes memory, as long as there is some.
 * @node: The node, -1: any.
 */
void nodes_prefer(int node)
{
	struct bitmask *mask = node < 0 ? NULL : mask_of(node);

	if (mask)
		set_mempolicy(MPOL_PREFERRED, mask->maskp, mask->size + 1);
	else
		set_mempolicy(MPOL_DEFAULT, NULL, 0);
	if (mask)
		free_mask(mask);
}

/**
 * nodes_migrate() - Move all pages of a process from one node to another, as
 * migrate_pages(2).
 * @pid: The process, 0: this one.
 * @from: Where they are.
 * @to: Where they go.
 *
 * Return: how many could not be moved, or -1 with errno.
 */
int nodes_migrate(pid_t pid, int from, int to)
{
	struct bitmask *from_mask = mask_of(from), *to_mask = mask_of(to);
	int rc = numa_migrate_pages(pid, from_mask, to_mask);

	free_mask(from_mask);
	free_mask(to_mask);
	return rc;
}

/**
 * nodes_of_page() - On which node is a page?
 * @pid: The process that has it mapped, 0: this one.
 * @address: Where it is mapped.
 *
 * Return: the node, or -1 when the kernel does not tell.
 */
int nodes_of_page(pid_t pid, void *address)
{
	int status = -1;

	/* With no nodes given, the call tells where the page is. */
	if (move_pages(pid, 1, &address, NULL, &status, 0))
		return -1;
	return status;
}
