/* SPDX-License-Identifier: GPL-2.0 */
/* Is it a trace.dat, and whole? */
#ifndef _BHT_REPORT_WHOLE_H
#define _BHT_REPORT_WHOLE_H

#include <stdbool.h>

bool looks_like_trace(const char *path);
bool is_whole(const char *path);

#endif /* _BHT_REPORT_WHOLE_H */
