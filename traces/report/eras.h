/* SPDX-License-Identifier: GPL-2.0 */
/* Which steps of a migration and a lookup of the same folio may meet, for each era. */
#ifndef _BHT_REPORT_ERAS_H
#define _BHT_REPORT_ERAS_H

enum pair_kind {
	PAIR_POSSIBLE,
	PAIR_FORBIDDEN,		/* a sound kernel excludes it */
	PAIR_MEANINGLESS,	/* there is no such step */
};

#define ERA_MIGRATION_STEPS	10
#define ERA_LOOKUP_STEPS	5

extern const char * const era_migration_steps[ERA_MIGRATION_STEPS];
extern const char * const era_lookup_steps[ERA_LOOKUP_STEPS];

enum pair_kind era_pair(const char *era, const char *migration, const char *lookup,
			const char **reason);

#endif /* _BHT_REPORT_ERAS_H */
