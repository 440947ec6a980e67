/* SPDX-License-Identifier: GPL-2.0 */
/* Leaves the kernel as it was. */
#ifndef _BHT_HOLD_CLEAN_H
#define _BHT_HOLD_CLEAN_H

void clean_lock(void);
void clean_all(void);

#endif /* _BHT_HOLD_CLEAN_H */
