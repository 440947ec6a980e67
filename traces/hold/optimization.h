/* SPDX-License-Identifier: GPL-2.0 */
/* Whether kprobes may become jumps (debug.kprobes-optimization). */
#ifndef _BHT_HOLD_OPTIMIZATION_H
#define _BHT_HOLD_OPTIMIZATION_H

void optimization_off(void);
void optimization_restore(void);

#endif /* _BHT_HOLD_OPTIMIZATION_H */
