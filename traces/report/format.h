/* SPDX-License-Identifier: GPL-2.0 */
/* Durations and foreign texts, as they are shown. */
#ifndef _BHT_REPORT_FORMAT_H
#define _BHT_REPORT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "report/dist.h"

void format_us(double ns, const struct report_dist *dist, char *buffer, size_t size);
void format_duration(double ns, char *text, size_t size);
void format_cell(double value, bool insn, const struct report_dist *dist, char *text, size_t size);
void format_amount(double value, bool insn, char *text, size_t size);
void html_text(FILE *out, const char *text);

#endif /* _BHT_REPORT_FORMAT_H */
