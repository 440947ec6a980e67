// SPDX-License-Identifier: GPL-2.0
/* Lists of strings. */
#include <stdlib.h>
#include <string.h>

#include "lib/tools.h"
#include "report/strings.h"

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
