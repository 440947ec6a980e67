// SPDX-License-Identifier: GPL-2.0
/*
 * controls - is the judge awake, and is it fair?
 *
 * The strategy `busted` (the kernels 5.0 to 5.2) must be caught: with lookups that are
 * only aimed at the moving folio, and with the race window widened as well. The sound
 * strategies must stay clean under the same load. Variant `kernel` judges the kernel
 * under test. The program ends with a table: how many migrations and milliseconds each
 * oracle took, or the bound.
 */
#include <sys/mman.h>

#include "kselftest_harness.h"
#include "torture.h"
#include "verdict.h"

/* What must have happened for `clean`, and for `not caught`, to mean something. */
static const struct torture_floors floors = {
	.migrations_per_s = 50,
	.exposures_per_s = 20,
	.window_exposures_per_s = 1,
};

/* What a lookup that slips into the move can lead to; all else is a false alarm. */
static const char * const race_oracles[] = {
	"lost_update", "stale_read", "torn", "ref_moved", "stale_write", NULL
};

/*
 * Consequences that prove nothing by themselves. null_atomic: a lookup met the old folio
 * after its buffers had left. media_loss: a lost update reached the media before anybody
 * looked.
 */
static const char * const race_side_effects[] = {
	"null_atomic", "media_loss", NULL
};

#define AIMED		"aim_percent=90 hold_us=20 widen_us=0"
#define WIDENED		"aim_percent=90 hold_us=1000 widen_us=1000"

#define BATCH		512	/* pages per call */
#define CLEAN_MIN_S	3	/* for a sound strategy, else half of BHT_DURATION */

FIXTURE(controls) {
	struct torture torture;
	struct mover mover;
};

FIXTURE_VARIANT(controls) {
	const char *name;
	const char *strategy;
	const char *params;
	const char * const *expected_oracles;
};

FIXTURE_VARIANT_ADD(controls, busted) {
	"busted", "busted", AIMED, race_oracles
};

FIXTURE_VARIANT_ADD(controls, busted_widened) {
	"busted_widened", "busted", WIDENED, race_oracles
};

FIXTURE_VARIANT_ADD(controls, held) { "held", "held", AIMED, NULL };
FIXTURE_VARIANT_ADD(controls, evict) { "evict", "evict", AIMED, NULL };
FIXTURE_VARIANT_ADD(controls, kernel) { "kernel", "kernel", AIMED, NULL };

/*
 * The table. The harness runs each variant in a process of its own: the rows are
 * in memory shared with the program itself, which prints them at its end.
 */
#define ROWS	16

struct row {
	char name[32];
	char result[16];
	unsigned long long migrations;
	unsigned long long exposures;
	char kills[256];
};

static struct table {
	unsigned int rows;
	struct row row[ROWS];
} *table;

static pid_t program;

static void print_table(void)
{
	unsigned int i;

	if (getpid() != program)
		return;
	fflush(stdout);
	printf("# %-16s %-7s %10s %10s  %s\n", "strategy", "result",
	       "migrations", "exposures",
	       "migrations (and ms) until each oracle fired; or the bound");
	for (i = 0; i < table->rows && i < ROWS; i++)
		printf("# %-16s %-7s %10llu %10llu  %s\n", table->row[i].name,
		       table->row[i].result, table->row[i].migrations,
		       table->row[i].exposures, table->row[i].kills);
}

static void __attribute__((constructor)) make_table(void)
{
	table = mmap(NULL, sizeof(*table), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (table == MAP_FAILED)
		abort();
	program = getpid();
	atexit(print_table);
}

/* Before torture_end(), which forgets the statistics. */
static void add_row(const struct torture *t, const char *name)
{
	json_t *all = json_object_get(t->stats.json, "first_by_oracle");
	struct row *row = &table->row[table->rows % ROWS];
	const char *oracle;
	size_t used = 0;
	json_t *first;

	snprintf(row->name, sizeof(row->name), "%s", name);
	snprintf(row->result, sizeof(row->result), "%s", result_name(t->result));
	row->migrations = torture_migrations(t);
	row->exposures = torture_exposures(t);
	json_object_foreach(all, oracle, first) {
		if (used >= sizeof(row->kills))
			break;
		used += snprintf(row->kills + used, sizeof(row->kills) - used,
			"%s%s %lld (%lld)", used ? ", " : "", oracle,
			json_integer_value(json_object_get(first, "migrations")),
			json_integer_value(json_object_get(first, "ms")));
	}
	if (!used)
		snprintf(row->kills, sizeof(row->kills),
			 "none: less than %.2g per window exposure at 95 %%",
			 verdict_bound(t->stats.window_exposures));
	table->rows++;
}

FIXTURE_SETUP(controls)
{
	struct torture *t = &self->torture;

	torture_init(t, "controls", variant->name);
	t->strategy = variant->strategy;
	t->expected_oracles = variant->expected_oracles;
	t->tolerated_oracles = race_side_effects;
	t->floors = floors;
	snprintf(t->params, sizeof(t->params), "%s", variant->params);
	if (!t->expected_oracles) {
		t->duration_s /= 2;
		if (t->duration_s < CLEAN_MIN_S)
			t->duration_s = CLEAN_MIN_S;
	}
	torture_need_nodes(t);
}

FIXTURE_TEARDOWN(controls)
{
}

TEST_F_TIMEOUT(controls, judged, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	if (!torture_start(t) && !torture_move(t, &self->mover, BATCH))
		torture_wait(t);
	torture_move_end(t, &self->mover);
	torture_stop(t);
	if (t->stats.json)
		add_row(t, variant->name);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
