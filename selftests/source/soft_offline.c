// SPDX-License-Identifier: GPL-2.0
/*
 * Source of migration: soft offlining (MADV_SOFT_OFFLINE), as for a page whose memory has
 * begun to fail. Its contents move to another page, and it is never used again. Each
 * attempt has to succeed.
 *
 * So that the machine does not run out of memory, pages are given back through
 * hwpoison's debugfs folder. Without it, a test takes no more than LOST_MAX.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <unistd.h>

#include "clock.h"
#include "mapping.h"
#include "nodes.h"
#include "pagemap.h"
#include "process.h"
#include "source.h"
#include "sysfs.h"

#ifndef MADV_SOFT_OFFLINE
#define MADV_SOFT_OFFLINE	101
#endif

#define UNPOISON	"/sys/kernel/debug/hwpoison/unpoison-pfn"

#define LOST_MAX	1024	/* pages that may be out of use at a time */
/* Nobody else may have a reference: the module's quarantine keeps some for a while. */
#define GIVE_BACK_MS	200
#define GIVE_BACK_TRIES	50	/* at the end, as many times this long */

/* A buffer that somebody holds keeps a page where it is, but not for long. */
#define TRY_FOR_MS	30000	/* seven seconds were seen in a storm */
#define TRY_AGAIN_US	500

/* Each attempt tells the log; these lines are not for the console. */
#define SYSLOG_ACTION_CONSOLE_LEVEL	8
#define CONSOLE_LEVEL			6
#define PRINTK				"/proc/sys/kernel/printk"

struct offlined {
	unsigned long pfn;
	double since_ms;
};

struct soft_offline {
	struct mapping mapping;
	int pagemap;
	int unpoison;		/* -1: cannot be undone here */
	int console_level;	/* before */
	unsigned int pause_ms;	/* between attempts, if they cannot be undone */
	unsigned long long attempts, moved, retries, given_back;
	double total_ms, longest_ms;
	struct offlined out[LOST_MAX];	/* a ring */
	unsigned int oldest, count;
};

static double now_ms(void)
{
	return 1e3 * clock_s();
}

/* Return: the page frame, 0 if there is none or it is not told. */
static unsigned long page_frame(const struct soft_offline *so, const char *address)
{
	mapping_touch_page(address);
	return pagemap_frame(so->pagemap, address);
}

static int soft_offline_open(struct source *source)
{
	const char *const argv[] = { "modprobe", "hwpoison-inject", NULL };
	struct soft_offline *so = calloc(1, sizeof(*so));
	char reason[TORTURE_REASON_MAX];

	source->state = so;
	if (!so)
		return source_give_up(source, TORTURE_FAIL, "out of memory");
	so->unpoison = -1;
	so->pagemap = pagemap_open();
	if (so->pagemap < 0)
		return source_give_up(source, TORTURE_SKIP,
				      "/proc/self/pagemap: %s (CONFIG_PROC_PAGE_MONITOR)",
				      strerror(errno));
	if (mapping_open(&so->mapping, source->t, 0, false, reason, sizeof(reason)))
		return source_give_up(source, TORTURE_FAIL, "%s", reason);
	/* Of nothing: does the kernel know it at all? */
	if (madvise(so->mapping.start, 0, MADV_SOFT_OFFLINE) && errno == EINVAL)
		return source_give_up(source, TORTURE_SKIP,
				      "no MADV_SOFT_OFFLINE (CONFIG_MEMORY_FAILURE)");
	if (access(UNPOISON, W_OK))
		process_run(argv);
	so->unpoison = open(UNPOISON, O_WRONLY | O_CLOEXEC);
	if (so->unpoison < 0)
		so->pause_ms = source->t->duration_s * 1000 / LOST_MAX + 1;
	so->console_level = sysfs_number(PRINTK);
	if (so->console_level > CONSOLE_LEVEL)
		klogctl(SYSLOG_ACTION_CONSOLE_LEVEL, NULL, CONSOLE_LEVEL);
	return 0;
}

/* Those that have been out for long enough. */
static void give_back(struct soft_offline *so)
{
	struct offlined *out;
	char text[24];
	int length;

	while (so->unpoison >= 0 && so->count) {
		out = &so->out[so->oldest];
		if (now_ms() < out->since_ms + GIVE_BACK_MS)
			break;
		length = snprintf(text, sizeof(text), "%#lx", out->pfn);
		if (write(so->unpoison, text, length) != length) {
			/* Still held: look again later, after the others. */
			so->out[(so->oldest + so->count) % LOST_MAX] = (struct offlined) {
				out->pfn, now_ms()
			};
		} else {
			so->given_back++;
			so->count--;
		}
		so->oldest = (so->oldest + 1) % LOST_MAX;
	}
}

/*
 * A page that is on neither node is in memory that source/memory_offline.c has brought
 * online. If it went out of use, its whole block could not come online again.
 */
static bool may_go(const struct source *source, void *address)
{
	int node;

	mapping_touch_page(address);
	node = nodes_of_page(0, address);
	return node == source->nodes[0] || node == source->nodes[1];
}

static int offline_page(struct source *source, struct soft_offline *so, size_t page)
{
	char *address = mapping_page(&so->mapping, page);
	double began = now_ms(), took;
	unsigned long from, to;
	int rc;

	from = page_frame(so, address);
	so->attempts++;
	while ((rc = madvise(address, sysconf(_SC_PAGESIZE), MADV_SOFT_OFFLINE)) &&
	       (errno == EBUSY || errno == EAGAIN || errno == EIO) &&
	       now_ms() < began + TRY_FOR_MS && !source_stopping(source)) {
		so->retries++;
		usleep(TRY_AGAIN_US);
		from = page_frame(so, address);
	}
	if (rc && source_stopping(source)) {
		so->attempts--;
		return 0;
	}
	took = now_ms() - began;
	to = page_frame(so, address);
	if (rc)
		return source_give_up(source, TORTURE_FAIL,
				      "page %zu of the device, frame %#lx, not offlined after %.0f ms: %s",
				      page, from, took, strerror(errno));
	if (from && from == to)
		return source_give_up(source, TORTURE_FAIL,
				      "page %zu of the device is still in frame %#lx, which is said to be offline",
				      page, from);
	so->moved++;
	so->total_ms += took;
	if (took > so->longest_ms)
		so->longest_ms = took;
	so->out[(so->oldest + so->count++) % LOST_MAX] = (struct offlined) {
		from, now_ms()
	};
	return 0;
}

static int soft_offline_round(struct source *source)
{
	struct soft_offline *so = source->state;
	size_t page;

	give_back(so);
	if (so->count == LOST_MAX) {
		source_pause(source, GIVE_BACK_MS);
		return 0;
	}
	source_pause(source, so->pause_ms);
	page = source->rounds % so->mapping.pages;
	if (!may_go(source, mapping_page(&so->mapping, page)))
		return 0;
	return offline_page(source, so, page);
}

static json_t *soft_offline_figures(const struct source *source)
{
	const struct soft_offline *so = source->state;

	return json_pack("{s{sI,sI,sI,sf,sf,sI,sI}}", "soft_offline",
			 "attempts", (json_int_t)so->attempts,
			 "moved", (json_int_t)so->moved,
			 "retries", (json_int_t)so->retries,
			 "mean_ms", so->moved ? so->total_ms / so->moved : 0.0,
			 "longest_ms", so->longest_ms,
			 "given_back", (json_int_t)so->given_back,
			 "lost", (json_int_t)so->count);
}

static void soft_offline_close(struct source *source)
{
	struct soft_offline *so = source->state;
	int tries;

	for (tries = 0; so->unpoison >= 0 && so->count && tries < GIVE_BACK_TRIES; tries++) {
		usleep(GIVE_BACK_MS * 1000);
		give_back(so);
	}
	if (so->console_level > CONSOLE_LEVEL)
		klogctl(SYSLOG_ACTION_CONSOLE_LEVEL, NULL, so->console_level);
	if (so->unpoison >= 0)
		close(so->unpoison);
	if (so->pagemap >= 0)
		close(so->pagemap);
	mapping_close(&so->mapping);
}

const struct source_ops source_soft_offline = {
	.name = "soft_offline",
	.open = soft_offline_open,
	.round = soft_offline_round,
	.close = soft_offline_close,
	.figures = soft_offline_figures,
};
