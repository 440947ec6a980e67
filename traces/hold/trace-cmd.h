/* SPDX-License-Identifier: GPL-2.0 */
/* trace-cmd, which writes the events of our instance to trace.dat. */
#ifndef _BHT_HOLD_TRACE_CMD_H
#define _BHT_HOLD_TRACE_CMD_H

#include <stdbool.h>
#include <sys/types.h>

pid_t trace_cmd_start(const char *folder, bool lookups);
void trace_cmd_stop(pid_t pid, const char *folder);
bool trace_cmd_runs(void);

#endif /* _BHT_HOLD_TRACE_CMD_H */
