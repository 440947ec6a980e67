/* SPDX-License-Identifier: GPL-2.0 */
/*
 * prober.c: holds references on buffers of a folio that is being migrated.
 */
#ifndef _BHTORTURE_HAMMER_PROBER_H
#define _BHTORTURE_HAMMER_PROBER_H

struct hammer_thread;

void prober_step(struct hammer_thread *ht);

#endif /* _BHTORTURE_HAMMER_PROBER_H */
