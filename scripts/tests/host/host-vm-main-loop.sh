#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# main-loop.so: what wakes QEMU's main loop from inside waits for the CPUs' thread to be
# idle, a word from outside does not. A program of two threads stands for QEMU. The library is
# one of a guest's inputs.
# time-limit: 60

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/lib/arch.sh
source scripts/lib/arch.sh
# shellcheck source=scripts/vm/icount.sh
source scripts/vm/icount.sh

cat >"$scratch/loop.c" <<-'END'
	#define _GNU_SOURCE
	#include <poll.h>
	#include <pthread.h>
	#include <stdio.h>
	#include <string.h>
	#include <unistd.h>
	#include <sys/eventfd.h>

	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
	static volatile int idle;
	static int fds[2], other[2];

	static void *cpus(void *unused)
	{
		unsigned long long one = 1;

		usleep(100000);
		if (write(fds[1], &one, sizeof(one)) < 0)
			return NULL;
		usleep(250000);
		if (other[1] && write(other[1], &one, 1) < 0)
			return NULL;
		usleep(250000);
		pthread_mutex_lock(&lock);
		idle = 1;
		pthread_cond_wait(&cond, &lock);
		return unused;
	}

	int main(int argc, char **argv)
	{
		struct pollfd poll[2] = { { .events = POLLIN }, { .fd = -1, .events = POLLIN } };
		pthread_t thread;

		if (argc > 1 && strcmp(argv[1], "outside"))
			fds[0] = fds[1] = eventfd(0, 0);
		else if (pipe(fds))
			return 1;
		poll[0].fd = fds[0];
		if (argc > 1 && !strcmp(argv[1], "both")) {
			if (pipe(other))
				return 1;
			poll[1].fd = other[0];
		}
		pthread_create(&thread, NULL, cpus, NULL);
		ppoll(poll, 2, NULL, NULL);
		puts(idle ? "idle" : "busy");
		return 0;
	}
END
gcc -o "$scratch/loop" "$scratch/loop.c"
library=$(main_loop_library)
for from in inside outside both; do
	run "$scratch/loop" "$from"
	expect_output '^busy$'
done
run env "LD_PRELOAD=$library" "$scratch/loop" inside
expect_output '^idle$'
# Also one that comes while it waits: a guest is to be stopped that is busy on purpose.
run env "LD_PRELOAD=$library" "$scratch/loop" both
expect_output '^busy$'
run env "LD_PRELOAD=$library" "$scratch/loop" outside
expect_output '^busy$'

# Another library is another guest.
emulator=/bin/true
emulator_firmware() { :; }
emulator_binary() { :; }
qemu_preload=$library
first=$(emulator_hash)
qemu_preload=$scratch/loop
expect "the fingerprint does not know it" test "$first" != "$(emulator_hash)"
finish
