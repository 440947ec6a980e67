/* SPDX-License-Identifier: GPL-2.0 */
/* What the running kernel has and lacks, and what it calls things. */
#ifndef _BHT_WATCH_KERNEL_H
#define _BHT_WATCH_KERNEL_H

#include <stdbool.h>
#include <linux/types.h>

struct btf;

struct btf *kernel_btf(void);
bool kernel_has_type(const char *function);
bool kernel_has_tracepoint(const char *name);
bool kernel_has_function(const char *function);
bool kernel_has_migrate_flag(void);
void kernel_refuse(void);
__noreturn void kernel_explain(int error, const char *what);
const char *reason_name(__u32 reason);
const char *device_name(__u32 device);

#endif /* _BHT_WATCH_KERNEL_H */
