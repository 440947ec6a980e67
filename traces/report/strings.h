/* SPDX-License-Identifier: GPL-2.0 */
/* Lists of strings, which own them. */
#ifndef _BHT_REPORT_STRINGS_H
#define _BHT_REPORT_STRINGS_H

#include <stdbool.h>
#include <stddef.h>

struct report_strings {
	char **string;
	size_t nr;
};

void strings_add(struct report_strings *strings, char *string);
bool strings_have(const struct report_strings *strings, const char *string);
void strings_free(struct report_strings *strings);

#endif /* _BHT_REPORT_STRINGS_H */
