// SPDX-License-Identifier: GPL-2.0
/*
 * What every program of traces/ needs: an end with one line, memory that is there,
 * formatted strings, the time.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/tools.h"

static __printf(1, 0) void say_line(const char *format, va_list arguments)
{
	fprintf(stderr, "%s: ", program_invocation_short_name);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
}

/**
 * say() - Print one line for the user, with the program's name before it.
 * @format: As printf's.
 */
void say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say_line(format, arguments);
	va_end(arguments);
}

/**
 * die() - End with one line. What atexit() registered runs.
 * @status: Exit status.
 * @format: As printf's, for the line.
 */
void die(int status, const char *format, ...)
{
	va_list arguments;

	fflush(stdout);
	va_start(arguments, format);
	say_line(format, arguments);
	va_end(arguments);
	exit(status);
}

/**
 * must() - End when there was no memory.
 * @memory: What an allocation returned.
 *
 * Return: the same, never NULL.
 */
void *must(void *memory)
{
	if (!memory)
		die(EXIT_ENVIRONMENT, "out of memory");
	return memory;
}

/**
 * allocate() - Zeroed memory.
 * @size: In bytes.
 *
 * Return: the memory, never NULL.
 */
void *allocate(size_t size)
{
	return must(calloc(1, size ? size : 1));
}

/**
 * copy() - strdup() that cannot fail.
 * @text: What to copy, or NULL.
 *
 * Return: the copy, NULL of NULL.
 */
char *copy(const char *text)
{
	return text ? must(strdup(text)) : NULL;
}

/**
 * printed() - A new string, as printf() would print it.
 * @format: As printf's.
 *
 * Return: to be freed.
 */
char *printed(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = vprinted(format, arguments);
	va_end(arguments);
	return text;
}

/**
 * vprinted() - The same, for functions that are called like printf() themselves.
 * @format: As printf's.
 * @arguments: For the format.
 *
 * Return: to be freed.
 */
char *vprinted(const char *format, va_list arguments)
{
	char *text;

	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	return must(text);
}

/**
 * now() - Seconds since some time in the past, monotonic.
 */
double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}
