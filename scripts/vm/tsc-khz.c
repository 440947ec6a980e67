// SPDX-License-Identifier: GPL-2.0
/*
 * Prints the frequency of this machine's time stamp counter in kHz, for
 * tsc_early_khz= on a guest's command line. A guest's counter is the host's,
 * emulated (cpu_get_host_ticks() in QEMU) or not. Built and run by clock.sh.
 *
 * Fails with one line when the counter cannot be trusted.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <x86intrin.h>

#define TRIES		200
#define INTERVAL_NS	50000000
/* Two intervals that differ by more than this part: it does not count evenly. */
#define TOLERANCE	1000

struct moment {
	int64_t ns;
	uint64_t ticks;
};

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/*
 * The clock and the counter at one moment: of many tries the one that took
 * least. The machine may be busy, and a look interrupted between the two.
 */
static struct moment look(void)
{
	int64_t least = INT64_MAX;
	struct moment best = { 0 };
	int i;

	for (i = 0; i < TRIES; i++) {
		int64_t before = now_ns();
		uint64_t ticks = __rdtsc();
		int64_t took = now_ns() - before;

		if (took < least) {
			least = took;
			best = (struct moment){ .ns = before + took / 2, .ticks = ticks };
		}
	}
	return best;
}

static int64_t khz_between(const struct moment *from, const struct moment *to)
{
	return (to->ticks - from->ticks) * 1e6 / (to->ns - from->ns) + 0.5;
}

int main(void)
{
	const struct timespec interval = { .tv_nsec = INTERVAL_NS };
	struct moment first, middle, last;
	int64_t khz, apart;

	first = look();
	nanosleep(&interval, NULL);
	middle = look();
	nanosleep(&interval, NULL);
	last = look();
	khz = khz_between(&first, &last);
	apart = llabs(khz_between(&first, &middle) - khz_between(&middle, &last));
	if (khz <= 0 || apart > khz / TOLERANCE) {
		fprintf(stderr, "the time stamp counter does not count evenly\n");
		return EXIT_FAILURE;
	}
	printf("%lld\n", (long long)khz);
	return EXIT_SUCCESS;
}
