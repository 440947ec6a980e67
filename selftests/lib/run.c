// SPDX-License-Identifier: GPL-2.0
/*
 * How a run's result is decided, and what it is called.
 */
#include <stdarg.h>
#include <stdio.h>

#include "run.h"

/**
 * torture_give_up() - Decide a run's result before its end.
 * @t: The run. The first decision stands, with two exceptions: a pass gives way to
 *     anything, and an inconclusive result to a failure (a damaged filesystem is found
 *     late).
 * @result: TORTURE_FAIL, TORTURE_INCONCLUSIVE or TORTURE_SKIP.
 * @format: The reason, one line.
 *
 * Return: -1, for the caller to pass on.
 */
int torture_give_up(struct torture *t, enum torture_result result,
		    const char *format, ...)
{
	bool overruled = t->result == TORTURE_INCONCLUSIVE && result == TORTURE_FAIL;
	va_list arguments;

	if (t->result != TORTURE_UNDECIDED && t->result != TORTURE_PASS && !overruled)
		return -1;
	t->result = result;
	va_start(arguments, format);
	vsnprintf(t->reason, sizeof(t->reason), format, arguments);
	va_end(arguments);
	return -1;
}

/**
 * result_name() - A result as records and the harness know it.
 * @result: The result; an undecided one is a failure.
 */
const char *result_name(enum torture_result result)
{
	switch (result) {
	case TORTURE_PASS:
		return "pass";
	case TORTURE_INCONCLUSIVE:
		return "inconclusive";
	case TORTURE_SKIP:
		return "skip";
	default:
		return "fail";
	}
}
