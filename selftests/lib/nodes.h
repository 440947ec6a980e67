/* SPDX-License-Identifier: GPL-2.0 */
/*
 * NUMA nodes: which there are, where a page is, and memory bound to one.
 */
#ifndef _SELFTESTS_BHTORTURE_NODES_H
#define _SELFTESTS_BHTORTURE_NODES_H

#include <stddef.h>
#include <sys/types.h>

int nodes_find(int nodes[2]);
int nodes_bind(void *start, size_t bytes, int node, unsigned int flags);
void nodes_prefer(int node);
int nodes_migrate(pid_t pid, int from, int to);
int nodes_of_page(pid_t pid, void *address);

#endif /* _SELFTESTS_BHTORTURE_NODES_H */
