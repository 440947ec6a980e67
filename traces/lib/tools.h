/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every program of traces/ needs: an end with one line, memory that is there,
 * formatted strings, the time.
 */
#ifndef _BHT_TOOLS_H
#define _BHT_TOOLS_H

#include <stdarg.h>
#include <stddef.h>

/* Exit codes, as in scripts/lib/base.sh. Others are a program's own. */
#define EXIT_OK			0
#define EXIT_INPUT		2	/* a bad option, or an input that is no good */
#define EXIT_ENVIRONMENT	3	/* no memory, no permission, not this kernel */

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

__printf(1, 2) void say(const char *format, ...);
__printf(2, 3) __noreturn void die(int status, const char *format, ...);
void *must(void *memory);
void *allocate(size_t size);
char *copy(const char *text);
__printf(1, 2) char *printed(const char *format, ...);
__printf(1, 0) char *vprinted(const char *format, va_list arguments);
double now(void);

#endif /* _BHT_TOOLS_H */
