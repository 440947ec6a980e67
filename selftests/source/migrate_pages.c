// SPDX-License-Identifier: GPL-2.0
/*
 * Source of migration: migrate_pages(2), all pages of a process from one node to
 * the other, and back. Asked for by the system call itself, or by the program
 * migratepages of numactl.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nodes.h"
#include "process.h"
#include "resident.h"
#include "source.h"

static int resident_make(struct source *source)
{
	source->state = calloc(1, sizeof(struct resident));
	if (!source->state)
		return source_give_up(source, TORTURE_FAIL, "out of memory");
	return resident_open(source->state, source, false, resident_stay, NULL);
}

static int migrate_pages_open(struct source *source)
{
	/* From here to here: does the kernel have it at all? */
	if (nodes_migrate(0, source->nodes[0], source->nodes[0]) < 0)
		return source_give_up(source, TORTURE_SKIP,
				      "migrate_pages: %s (CONFIG_NUMA, CONFIG_MIGRATION)",
				      strerror(errno));
	return resident_make(source);
}

static int migratepages_open(struct source *source)
{
	if (!process_has_program("migratepages"))
		return source_give_up(source, TORTURE_SKIP,
				      "needs the program migratepages (numactl)");
	return migrate_pages_open(source);
}

static int migrate_pages_round(struct source *source)
{
	const struct resident *resident = source->state;
	int from = source->nodes[source->rounds % 2];
	int to = source->nodes[(source->rounds + 1) % 2];

	if (nodes_migrate(resident->pid, from, to) < 0 && errno != ENOMEM && errno != EBUSY)
		return source_give_up(source, TORTURE_FAIL,
				      "migrate_pages from node %d to %d: %s",
				      from, to, strerror(errno));
	return 0;
}

static int migratepages_round(struct source *source)
{
	const struct resident *resident = source->state;
	char pid[16], from[16], to[16];
	const char *const argv[] = { "migratepages", pid, from, to, NULL };
	int rc;

	snprintf(pid, sizeof(pid), "%d", resident->pid);
	snprintf(from, sizeof(from), "%d", source->nodes[source->rounds % 2]);
	snprintf(to, sizeof(to), "%d", source->nodes[(source->rounds + 1) % 2]);
	rc = process_run(argv);
	if (rc)
		return source_give_up(source, TORTURE_FAIL,
				      "migratepages %s %s %s: exit status %d", pid,
				      from, to, rc);
	return 0;
}

static void migrate_pages_close(struct source *source)
{
	resident_close(source->state);
}

const struct source_ops source_migrate_pages = {
	.name = "migrate_pages",
	.open = migrate_pages_open,
	.round = migrate_pages_round,
	.close = migrate_pages_close,
};

const struct source_ops source_migratepages = {
	.name = "migratepages",
	.open = migratepages_open,
	.round = migratepages_round,
	.close = migrate_pages_close,
};
