/* SPDX-License-Identifier: GPL-2.0 */
/*
 * reference.c: a referenced buffer must not move (the oracle ref_moved).
 */
#ifndef _BHTORTURE_JUDGE_REFERENCE_H
#define _BHTORTURE_JUDGE_REFERENCE_H

#include <linux/types.h>

struct buffer_head;
struct folio;
struct hammer_thread;

void reference_judge(struct hammer_thread *ht, struct buffer_head *bh,
		     u64 block, struct folio *folio, char *data);
void reference_judge_probe(struct hammer_thread *ht, struct buffer_head *bh,
			   u64 block, struct folio *folio, char *data,
			   dev_t dev, unsigned long index);

#endif /* _BHTORTURE_JUDGE_REFERENCE_H */
