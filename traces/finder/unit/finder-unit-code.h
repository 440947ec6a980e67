/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Functions in finder-unit-code.S, for finder-unit.c to look for locks in: begin and
 * end of each, and how it treats private_lock. None of them is ever run.
 */
#ifndef _BHT_HOLD_UNIT_CODE_H
#define _BHT_HOLD_UNIT_CODE_H

/* As _raw_spin_lock() and _raw_spin_unlock() are called. */
extern const char lock[], unlock[];

/* The lock's address is kept in a register that calls preserve. */
extern const char kept[], kept_end[];
/* It is kept on the stack. */
extern const char spilled[], spilled_end[];
/* Dropped by a store instead of a call. */
extern const char stored[], stored_end[];
/* Its release is not there. */
extern const char unseen[], unseen_end[];
/* Two paths with two locks lead to one call. */
extern const char either[], either_end[];
/* One of two locks is chosen without a jump. */
extern const char chosen[], chosen_end[];
/* Half of the word on the stack is written over. */
extern const char overwritten[], overwritten_end[];
/* Another lock is what is taken. */
extern const char another[], another_end[];
/* Dropped by a jump, at the end. */
extern const char jumped[], jumped_end[];

#endif
