/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keeps a mounted filesystem busy in the background.
 */
#ifndef _SELFTESTS_BHTORTURE_CHURN_H
#define _SELFTESTS_BHTORTURE_CHURN_H

#include "filesystem.h"
#include "run.h"

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
	unsigned long long refused;	/* slots given up, see may_fail */
};

struct churn {
	const struct filesystem *fs;
	bool stop;
	bool quiet;			/* nothing is changed */
	bool may_fail;			/* its own threads may be refused memory: faults.h */
	int nice;			/* of its threads; 0: of who starts them */
	struct churn_thread thread[CHURN_THREADS];
	struct churn_thread top[CHURN_TOP_THREADS];
	pthread_t syncer;
	bool syncing;
	pid_t stress;		/* process groups, 0: none */
	pid_t tar;
	unsigned long long operations;
	unsigned long long refused;
};

int churn_start(struct churn *churn, struct torture *t, const struct filesystem *fs);
int churn_start_tops(struct churn *churn, struct torture *t);
void churn_start_stress(struct churn *churn);
int churn_start_tar(struct churn *churn, struct torture *t);
void churn_quiet(struct churn *churn, bool quiet);
void churn_end(struct churn *churn, struct torture *t);

#endif /* _SELFTESTS_BHTORTURE_CHURN_H */
