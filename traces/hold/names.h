/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The names of everything that bht-hold makes in tracefs: easy to find, easy to
 * remove, by another process as well.
 */
#ifndef _BHT_HOLD_NAMES_H
#define _BHT_HOLD_NAMES_H

#define HOLD_GROUP		"bht_hold"	/* of the kprobe events */
#define HOLD_INSTANCE		"bht_hold"
#define CALIBRATION_NAME	"calibration"	/* as if it were a function */

#endif /* _BHT_HOLD_NAMES_H */
