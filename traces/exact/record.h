/* SPDX-License-Identifier: GPL-2.0 */
/* What was measured of a torture, and its file. */
#ifndef _BHT_EXACT_RECORD_H
#define _BHT_EXACT_RECORD_H

void record_folder(const char *path);
void record_events(void);
void record_begins(void);
void record_ends(void);
void record_cut(void);

#endif /* _BHT_EXACT_RECORD_H */
