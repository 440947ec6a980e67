/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Other programs: run to their end, or kept in the background as a process group.
 */
#ifndef _SELFTESTS_BHTORTURE_PROCESS_H
#define _SELFTESTS_BHTORTURE_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

bool process_has_program(const char *name);
void process_silence(void);
int process_run(const char *const argv[]);
pid_t process_fork_group(void);
bool process_reap(pid_t pid, unsigned int ms);
pid_t process_parent(pid_t pid);
void process_kill_children(void);
void process_end_group(pid_t *group);

#endif /* _SELFTESTS_BHTORTURE_PROCESS_H */
