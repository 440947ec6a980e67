/* SPDX-License-Identifier: GPL-2.0 */
/* Which steps of a migration and a lookup of the same folio may meet, for each era. */
#ifndef _BHT_EXACT_ERAS_H
#define _BHT_EXACT_ERAS_H

#include <stdbool.h>

enum pair_kind {
	PAIR_POSSIBLE,
	PAIR_FORBIDDEN,		/* a sound kernel excludes it */
	PAIR_MEANINGLESS,	/* there is no such step */
};

extern const char * const pair_kind_names[];

const char *era_of(const char *callback, bool flagged, const char **strategy);
enum pair_kind era_pair(const char *era, const char *migration, const char *lookup,
			const char **reason);

#endif /* _BHT_EXACT_ERAS_H */
