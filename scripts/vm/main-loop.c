// SPDX-License-Identifier: GPL-2.0
/*
 * main-loop.so - preloaded into the QEMU of a deterministic guest (--accel icount): QEMU's
 * main loop goes on only while no CPU of the guest runs.
 *
 * The CPUs take turns in one thread, and that runs the guest's timers when it is time for
 * them. But each time it does, it wakes the main loop, and main_loop_wait() runs what timers
 * are due then, too. On a busy machine it comes late, between the turns of two CPUs. A timer
 * that it runs makes QEMU go on with the next CPU (qemu_cpu_kick(), rr_kick_next_cpu()). So
 * whole runs were another one now and then, after seconds that were the same.
 *
 * The thread of the CPUs waits by pthread_cond_wait() when all are idle (rr_wait_io_event())
 * or stopped. Then, and only then, the main loop has something to do: it moves the clock on.
 * A word from outside (monitor, debugger, a signal) does not have to wait for that.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LOOK_EVERY_MS	5	/* whether there is a word from outside */
#define LONGEST_WAIT_MS	10000	/* a guest that shuts down, but never idles */

static int (*next_ppoll)(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
			 const sigset_t *mask);
static int (*next_cond_wait)(pthread_cond_t *cond, pthread_mutex_t *mutex);

static pid_t main_thread;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t waits = PTHREAD_COND_INITIALIZER;
static unsigned int waiting;		/* threads but the main one; under the lock */

__attribute__((constructor)) static void begin(void)
{
	next_ppoll = dlsym(RTLD_NEXT, "ppoll");
	/* On x86-64 dlsym() finds the one of before glibc 2.3.2. */
	next_cond_wait = dlvsym(RTLD_NEXT, "pthread_cond_wait", "GLIBC_2.3.2");
	if (!next_cond_wait)
		next_cond_wait = dlsym(RTLD_NEXT, "pthread_cond_wait");
	main_thread = getpid();
}

int pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
	int rc;

	if (gettid() == main_thread)
		return next_cond_wait(cond, mutex);
	pthread_mutex_lock(&lock);
	waiting++;
	pthread_cond_signal(&waits);
	pthread_mutex_unlock(&lock);
	rc = next_cond_wait(cond, mutex);
	pthread_mutex_lock(&lock);
	waiting--;
	pthread_mutex_unlock(&lock);
	return rc;
}

/* By an eventfd QEMU's threads wake each other. Anything else comes from outside. */
static bool is_from_outside(int fd)
{
	char path[32], target[32];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		return true;
	target[length] = '\0';
	return strcmp(target, "anon_inode:[eventfd]");
}

/* Return: whether the CPUs' thread waits, after LOOK_EVERY_MS at the latest. */
static bool cpus_are_idle(void)
{
	struct timespec until;
	bool idle;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += LOOK_EVERY_MS * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	pthread_mutex_lock(&lock);
	while (!waiting && !pthread_cond_timedwait(&waits, &lock, &until))
		;
	idle = waiting;
	pthread_mutex_unlock(&lock);
	return idle;
}

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
	static const struct timespec now;
	int rc = next_ppoll(fds, count, timeout, mask);
	unsigned int looks;
	nfds_t i;

	if (gettid() != main_thread)
		return rc;
	for (looks = 0; rc >= 0 && looks < LONGEST_WAIT_MS / LOOK_EVERY_MS; looks++) {
		for (i = 0; rc && i < count; i++)
			if (fds[i].revents && is_from_outside(fds[i].fd))
				return rc;
		if (cpus_are_idle())
			break;
		rc = next_ppoll(fds, count, &now, mask);
	}
	return rc;
}
