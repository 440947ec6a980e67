// SPDX-License-Identifier: GPL-2.0
/*
 * What every part of bht-report needs: an end with one line, memory that is there,
 * strings and lists of them.
 */
#include <stdlib.h>
#include <string.h>

#include "report.h"

/**
 * die() - End with one line.
 * @status: Exit status.
 * @format: As printf's, for the line.
 */
void die(int status, const char *format, ...)
{
	va_list arguments;

	fflush(stdout);
	fprintf(stderr, "bht-report: ");
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "\n");
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
 * vprinted() - The same, for those that are called like printf() themselves.
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
 * strings_add() - Append to a list of strings.
 * @strings: The list, which now owns @string.
 * @string: The string.
 */
void strings_add(struct report_strings *strings, char *string)
{
	strings->string = must(realloc(strings->string, (strings->nr + 1) *
				       sizeof(*strings->string)));
	strings->string[strings->nr++] = string;
}

/**
 * strings_have() - Is it in the list?
 * @strings: The list.
 * @string: What to look for.
 */
bool strings_have(const struct report_strings *strings, const char *string)
{
	size_t i;

	for (i = 0; i < strings->nr; i++)
		if (!strcmp(strings->string[i], string))
			return true;
	return false;
}

/**
 * strings_free() - Give the strings back.
 * @strings: The list.
 */
void strings_free(struct report_strings *strings)
{
	size_t i;

	for (i = 0; i < strings->nr; i++)
		free(strings->string[i]);
	free(strings->string);
}
