/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests share: one torture run from device to record.
 *
 * A test fills in a struct torture, calls torture_start(), makes folios move
 * until torture_continue() says that it is over, calls torture_end(), and hands
 * what came out to the harness with TORTURE_VERDICT(). Whatever goes wrong on
 * the way ends up as one result with one reason, and in one record on stdout.
 */
#ifndef _SELFTESTS_BHTORTURE_TORTURE_H
#define _SELFTESTS_BHTORTURE_TORTURE_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <jansson.h>

/* As kselftest.h defines it, which only tests may include. */
#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#endif

/*
 * The harness wants its time limit at compile time, BHT_DURATION is known at run
 * time: each run is bounded by a watchdog of its own (torture.c), well below
 * this.
 */
#define TORTURE_DURATION_MAX_S	36000
#define TORTURE_HARNESS_S	(4 * TORTURE_DURATION_MAX_S)

#define TORTURE_REASON_MAX	512

struct torture;

enum torture_result {
	TORTURE_UNDECIDED,
	TORTURE_PASS,
	TORTURE_FAIL,
	TORTURE_INCONCLUSIVE,
	TORTURE_SKIP,
};

/* --- options.c: the environment of the tests --- */

struct torture_options {
	const char *strategy;	/* BHT_STRATEGY: kernel, busted, held, evict */
	unsigned int duration_s;	/* BHT_DURATION */
	unsigned int seed;	/* BHT_SEED */
	const char *device;	/* BHT_DEVICE: by hand, else our own */
	const char *module;	/* BHT_MODULE: path of bhtorture.ko */
	const char *params;	/* BHT_MODULE_PARAMS: further ones, as insmod's */
	const char *only;	/* BHT_ONLY: globs of the runs wanted, others are skipped */
	bool keep_going;	/* BHT_KEEP_GOING: a violation does not end a run */
	bool brief;		/* BHT_BRIEF: fewer progress lines, no histograms */
	unsigned int cycles;	/* BHT_CYCLES: of tests that count, 0: their default */
};

int options_read(struct torture_options *options, char *reason, size_t size);

/* --- device.c: something to torture that nobody will miss --- */

enum device_kind {
	DEVICE_NONE,
	DEVICE_BY_HAND,
	DEVICE_BRD,
	DEVICE_LOOP,
	DEVICE_NULL_BLK,
	DEVICE_VIRTIO,
};

struct torture_device {
	enum device_kind kind;
	char path[256];
	int loop_fd;
	int file_fd;		/* behind a loop device, -1 otherwise */
};

int device_get(struct torture_device *device, const char *by_hand,
	       unsigned int kib, char *reason, size_t size);
int device_get_loop(struct torture_device *device, unsigned int kib);
int device_loop_setup(struct torture_device *device, int file);
void device_put(struct torture_device *device);
int device_run(const char *const argv[]);
void device_end_group(pid_t *group);
bool device_has_program(const char *name);
int device_zero(const char *path, unsigned long long bytes);
int device_refuse_unless_block(const char *path, char *reason, size_t size);
int device_refuse_unless_empty(const char *path, char *reason, size_t size);

/* --- disks.c: devices of other kinds --- */

int disk_get(struct torture *t, enum device_kind kind, unsigned int kib);
void disk_put(struct torture_device *device);
int disk_write_text(const char *path, const char *text);
int disk_read_text(const char *path, char *text, size_t size);

/* --- module.c: bhtorture.ko and what its debugfs folder says --- */

struct torture_stats {
	json_t *json;		/* all of stats.json, owned */
	unsigned long long elapsed_ms;
	unsigned long long lookups;
	unsigned long long exposures;
	unsigned long long migrations;	/* of folios with buffers */
	unsigned long long violations;	/* all oracles together */
	bool verdict_pass;
};

int module_find(const char *by_hand, char *path, size_t path_size,
		char *reason, size_t size);
int module_load(const char *path, const char *params, char *reason,
		size_t size);
int module_pause(bool pause, char *reason, size_t size);
int module_stop(char *reason, size_t size);
int module_unload(char *reason, size_t size);
int debugfs_mount(char *reason, size_t size);
int stats_read(struct torture_stats *stats, char *reason, size_t size);
int stats_parse(struct torture_stats *stats, const char *text, char *reason,
		size_t size);
void stats_prefer_corruption(struct torture_stats *stats);
void stats_release(struct torture_stats *stats);

/* --- record.c: floors, verdict, and the line that reports them --- */

/*
 * The least that must have happened for a pass to mean something, for each second
 * of the time asked for.
 */
struct torture_floors {
	unsigned int migrations_per_s;
	unsigned int exposures_per_s;
	unsigned int references_per_s;	/* held by the prober during a migration */
};

bool record_caught(const struct torture *t);
bool record_stuck(const struct torture *t);
unsigned long long record_number(const struct torture *t, const char *key);
double record_asked_s(const struct torture *t);
bool record_is_conclusive(const struct torture *t);
void record_judge(struct torture *t);
double record_bound(unsigned long long exposures);
char *record_format(const struct torture *t);
const char *result_name(enum torture_result result);

/* --- filler.c: memory that takes the room of others --- */

struct filler {
	char *memory;
	size_t pages;
	int node;
};

int filler_open(struct filler *filler, int node, size_t pages);
void filler_fill(struct filler *filler);
void filler_keep(struct filler *filler, size_t one_in);
void filler_free(struct filler *filler, size_t one_in);
void filler_close(struct filler *filler);

/* --- mapping.c: the device, mapped --- */

struct mapping {
	int fd;
	char *start;
	size_t pages;
};

int mapping_open(struct mapping *mapping, const struct torture *t, size_t bytes,
		 bool writable, char *reason, size_t size);
size_t mapping_bytes(const struct mapping *mapping);
char *mapping_page(const struct mapping *mapping, size_t page);
void mapping_touch_page(const char *page);
void mapping_touch(const struct mapping *mapping);
void mapping_close(struct mapping *mapping);

/* --- meminfo.c: what the kernel says of its memory --- */

long meminfo_kib(const char *path, const char *key);
unsigned long memory_available_kib(void);
unsigned long memory_clean_kib(void);
long node_free_kib(int node);
unsigned long long vmstat_events(const char *name);

/* --- mover.c: move_pages(2) on the device's own mapping --- */

#define MOVER_OTHER_NODE	-1

struct mover {
	struct mapping mapping;
	size_t pages;
	unsigned int batch;	/* pages per call */
	unsigned int pause_us;	/* after each pass */
	int nodes[2];
	pthread_t thread;
	bool running;
	bool stop;
	int error;		/* errno of a call that cannot work here */
	void **address;
	int *node;
	int *status;
};

int mover_nodes(int nodes[2]);
int mover_open(struct mover *mover, const struct torture *t,
	       unsigned int batch, char *reason, size_t size);
int mover_open_device(struct mover *mover, const struct torture *t, size_t bytes,
		      unsigned int batch, char *reason, size_t size);
int mover_pass(struct mover *mover, int node);
int mover_start(struct mover *mover);
void mover_stop(struct mover *mover);
void mover_close(struct mover *mover);

/* --- fragment.c: plenty of memory, but not in one piece --- */

/* Module parameters: enough of the device to be in the way, 32 MB in 1 KiB blocks. */
#define FRAGMENTS_PARAMS	"blocks=32768"
#define FRAGMENTS_NEXT_NODE	-1

struct fragments {
	struct mover mover;
	struct filler filler;
	unsigned int rounds;
};

int fragments_open(struct fragments *fragments, struct torture *t);
int fragments_make(struct fragments *fragments, struct torture *t, int node);
long fragments_huge_pages(int node);
void fragments_close(struct fragments *fragments);

/* --- huge.c: huge pages, asked for in both ways --- */

struct thp {
	char enabled[32];	/* how it was */
	char defrag[32];
};

struct thp_faults {
	struct filler memory;
	unsigned long long asked, got;	/* huge pages */
	double huge_s;		/* spent in faults that got one */
	double base_s;		/* and in the others */
	double longest_s;
};

long huge_page_kib(void);
bool huge_pool_exists(int node, long kib);
long huge_pool_set(int node, long kib, long number);
int thp_begin(struct thp *thp, struct torture *t, const char *defrag);
void thp_end(struct thp *thp);
int thp_fault(struct thp_faults *faults, struct torture *t, int node, long pages,
	      unsigned int pause_us);
void thp_release(struct thp_faults *faults);
json_t *supply_json(const char *what, unsigned long long asked, unsigned long long got);

/* --- memory_block.c: physical memory that folios have to leave --- */

#define MEMORY_BLOCKS	64

struct memory_blocks {
	unsigned int count;
	unsigned long number[MEMORY_BLOCKS];	/* ascending */
};

/* What has been asked to leave, and how long that took. */
struct vacating {
	unsigned long long attempts, done;
	unsigned long long pages;	/* of the device, that were there */
	double total_s, longest_s;
	double began;
};

unsigned long memory_block_bytes(void);
int memory_block_node(unsigned long number);
void memory_blocks_find(struct memory_blocks *blocks, const char *file, const char *word);
int memory_block_set(unsigned long number, const char *state);
int memory_block_bring(struct torture *t, struct mover *mover, unsigned long number);
void vacating_begin(struct vacating *vacating, const struct mover *mover,
		    unsigned long long first, unsigned long long bytes);
void vacating_end(struct vacating *vacating, bool done);
json_t *vacating_json(const struct vacating *vacating);
size_t mover_pages_in(const struct mover *mover, unsigned long long first,
		      unsigned long long bytes);

/* --- tracer.c: a recording of the run, when BHT_TRACE asks for one --- */

struct tracer {
	pid_t pid;		/* 0: none */
	char folder[512];
};

bool tracer_wants_lookups(void);
int tracer_start(struct tracer *tracer, const char *name, char *reason, size_t size);
int tracer_stop(struct tracer *tracer, char *reason, size_t size);

/* --- torture.c: one run, from the device to the record --- */

struct torture {
	/* What the test wants; torture_init() presets from the environment. */
	char name[64];
	struct torture_options options;
	const char *strategy;
	unsigned int block_size;
	unsigned int duration_s;
	unsigned int device_kib;	/* of a device of our own, 0: the default */
	bool watch;		/* the test uses the device, the module watches */
	bool watch_all;		/* likewise, all devices */
	char params[256];	/* further module parameters of the test */
	struct torture_floors floors;
	bool wanting;		/* a floor of the test's own is not reached yet */
	bool fixed_duration;	/* it ends when it was asked to, whatever happened */
	bool until_complaint;	/* a WARN or worse ends the run, and fails it */
	const char * const *expected_oracles;	/* one must fire; NULL: none may */
	const char * const *tolerated_oracles;	/* may, beside an expected one */

	/* What came out. */
	enum torture_result result;
	char reason[TORTURE_REASON_MAX];
	double seconds;
	struct torture_stats stats;
	unsigned long long excluded_migrations;	/* made by the test's preparations */
	double excluded_s;	/* what they took: the floors do not ask for it */
	json_t *extra;		/* further keys for the record */

	/* How it is going. */
	bool prepared;
	bool loaded;
	char module[4096];	/* its path, or empty for modprobe */
	struct torture_device device;
	struct tracer tracer;
	double tracing_s;	/* what starting it took: nothing moved meanwhile */
	double began;
	double next_look;
	double next_progress;
	unsigned long taint;	/* of the kernel, before */
	bool stuck;		/* something of ours is, in the kernel */
	double violated;	/* when the first violation was noticed, or 0 */
	unsigned long long excluding_migrations;
	unsigned long long excluding_exposures;
	double excluding_began;
	pthread_t watchdog;
	sem_t ended;
	bool watched;
};

void torture_init(struct torture *t, const char *test, const char *variant);
void torture_need_nodes(struct torture *t);
int torture_prepare(struct torture *t);
int torture_start(struct torture *t);
void torture_arguments(const struct torture *t, char *arguments, size_t size);
bool torture_continue(struct torture *t);
void torture_wait(struct torture *t);
void torture_exclude_begin(struct torture *t);
void torture_exclude_end(struct torture *t);
void torture_restart_clock(struct torture *t);
int torture_move(struct torture *t, struct mover *mover, unsigned int batch);
int torture_move_device(struct torture *t, struct mover *mover, size_t bytes,
			unsigned int batch, unsigned int pause_us);
void torture_move_end(struct torture *t, struct mover *mover);
void torture_stop(struct torture *t);
void torture_end(struct torture *t);
int torture_give_up(struct torture *t, enum torture_result result,
		    const char *format, ...)
	__printf(3, 4);

static inline unsigned long long torture_migrations(const struct torture *t)
{
	return t->stats.migrations - t->excluded_migrations;
}

static inline unsigned long long torture_exposures(const struct torture *t)
{
	return t->stats.exposures;
}

/*
 * Hand the result to the harness. A macro because SKIP() and EXPECT_*() need the
 * test's own _metadata, whose layout differs from kernel to kernel.
 */
#define TORTURE_VERDICT(t) do {						\
	const struct torture *_t = (t);					\
									\
	if (_t->result == TORTURE_SKIP) {				\
		SKIP(break, "%s", _t->reason);				\
	} else {							\
		EXPECT_STREQ("pass", result_name(_t->result))		\
			TH_LOG("%s: %s", _t->name, _t->reason);		\
	}								\
} while (0)

/* --- filesystem.c: a filesystem on the device --- */

#define FILESYSTEM_PATH_MAX	512
/* At the begin of an ext4 of filesystem_make(): inodes, bitmaps, journal. */
#define FILESYSTEM_METADATA_BYTES	(16 * 1024 * 1024)

struct filesystem_type {
	const char *name;	/* as mount(2) and modprobe know it */
	const char *make;	/* a command; the device is appended */
	const char *check;	/* likewise, exit status 0: whole; NULL: there is none */
	const char *options;	/* for mount(2) */
	const char *config;	/* the kernel option that it needs */
	bool no_links;		/* neither hard nor symbolic ones */
};

struct filesystem {
	struct filesystem_type type;
	char make[256];		/* where type.make is made up */
	char device[256];
	char path[64];		/* where it is mounted */
	bool made;
	bool mounted;
};

int filesystem_setup(struct filesystem *fs, struct torture *t,
		     const struct filesystem_type *type);
int filesystem_make(struct filesystem *fs, struct torture *t,
		    unsigned int block_size, const char *options);
int filesystem_mount(struct filesystem *fs, struct torture *t, bool read_only);
int filesystem_unmount(struct filesystem *fs, struct torture *t);
int filesystem_forget(struct torture *t, unsigned long long bytes);
void filesystem_end(struct filesystem *fs, struct torture *t, bool check);

/* --- churn.c: which is kept busy with metadata --- */

#define CHURN_THREADS	1
#define CHURN_TOP_THREADS	4

struct churn;

struct churn_thread {
	struct churn *churn;
	unsigned int number;
	pthread_t thread;
	bool running;
	int error;
	unsigned long long operations;	/* slots changed */
};

struct churn {
	const struct filesystem *fs;
	bool stop;
	int nice;			/* of its threads; 0: of who starts them */
	struct churn_thread thread[CHURN_THREADS];
	struct churn_thread top[CHURN_TOP_THREADS];
	pthread_t syncer;
	bool syncing;
	pid_t stress;		/* process groups, 0: none */
	pid_t tar;
	unsigned long long operations;
};

int churn_start(struct churn *churn, struct torture *t, const struct filesystem *fs);
int churn_start_tops(struct churn *churn, struct torture *t);
void churn_start_stress(struct churn *churn);
int churn_start_tar(struct churn *churn, struct torture *t);
void churn_end(struct churn *churn, struct torture *t);

/* --- contents.c: files whose contents are known, once they are synced --- */

#define CONTENTS_FILES	64

struct contents_file {
	unsigned int seed;
	size_t size;		/* 0: not known */
};

struct contents {
	char path[FILESYSTEM_PATH_MAX / 2];
	struct contents_file file[CONTENTS_FILES];
	pthread_t thread;
	bool running;
	bool stop;
	unsigned long long written;	/* files, and synced */
	unsigned long long compared;
	char reason[TORTURE_REASON_MAX];	/* what was wrong first, or empty */
};

int contents_start(struct contents *contents, struct torture *t, const char *folder);
void contents_stop(struct contents *contents, struct torture *t);
void contents_compare(struct contents *contents, struct torture *t);

/* --- taint.c: has the kernel complained? --- */

unsigned long taint_read(void);
bool taint_changed(struct torture *t, unsigned long former);

/* --- raw.c: the device itself --- */

struct raw {
	int buffered;
	int direct;
	off_t begin;
	off_t end;
	pthread_t thread;
	bool running;
	bool stop;
	unsigned long long rounds;	/* written one way, read the other */
	char reason[TORTURE_REASON_MAX];	/* what was wrong, or empty */
};

int raw_start(struct raw *raw, struct torture *t, off_t begin, off_t end);
void raw_stop(struct raw *raw, struct torture *t);

/* --- hog.c: memory at the edge --- */

struct hog {
	char *memory;
	size_t size;
	size_t used;
	unsigned long least_kib;	/* that were ever left */
};

int hog_open(struct hog *hog, struct torture *t, unsigned long most_kib);
bool hog_grow(struct hog *hog, unsigned long left_kib);
void hog_shrink(struct hog *hog, size_t bytes);
void hog_close(struct hog *hog);

struct reserves {
	unsigned long samples;		/* of a zone */
	unsigned long below;		/* of these under the min watermark */
	unsigned long least_percent;	/* of the min watermark that was free */
};

int reserves_look(struct reserves *reserves);

/* --- threads.c: the kernel's threads, by name --- */

unsigned int threads_each(const char *prefix, int (*act)(pid_t pid));
void kswapd_set_idle(bool idle);

/* --- recursion.c: reclaim on behalf of a loop device --- */

#define RECURSION_WORKERS	1024

struct recursion {
	int fd;
	pthread_t thread;
	bool running;
	bool stop;
	int worker[RECURSION_WORKERS];	/* processes that serve a loop device now */
	unsigned long long reclaims;	/* direct, by such a process */
	unsigned long long recursions;	/* of these such as may enter filesystems */
	char first[128];		/* its flags */
};

void recursion_line(struct recursion *recursion, const char *line);
int recursion_start(struct recursion *recursion, struct torture *t);
void recursion_stop(struct recursion *recursion);

#endif /* _SELFTESTS_BHTORTURE_TORTURE_H */
