/* SPDX-License-Identifier: GPL-2.0 */
/* From what probes say to holds and waits. */
#ifndef _BHT_REPORT_JOIN_H
#define _BHT_REPORT_JOIN_H

#include "report/report.h"

struct join;

struct join *join_new(struct report *report);
void join_free(struct join *join);
int join_function(struct join *join, const char *name);
const char *join_name(const struct join *join, int function);
bool join_is_probed(const struct join *join, int function);
void join_expect(struct join *join, int function, bool probed, bool returns);
void join_want(struct join *join, int pid, int function, uint64_t ts);
void join_acquired(struct join *join, int pid, int function, uint64_t ts);
void join_released(struct join *join, int pid, int function, uint64_t ts, int cpu);
void join_returned(struct join *join, int pid, int function, int rc);
void join_forget(struct join *join);
uint64_t join_unjoined(const struct join *join);

#endif /* _BHT_REPORT_JOIN_H */
