/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The shrinker, whose interface changed in 6.0 and in 6.7.
 */
#ifndef _BHTORTURE_COMPAT_SHRINKER_H
#define _BHTORTURE_COMPAT_SHRINKER_H

#include <linux/shrinker.h>

typedef unsigned long (*shrinker_callback)(struct shrinker *,
					   struct shrink_control *);

/*
 * A shrinker with a count and a scan callback: registered in place before 6.7,
 * allocated since (commit c42d50aefd17); named since 6.0.
 */
#ifdef HAVE_SHRINKER_ALLOC
struct compat_shrinker {
	struct shrinker *shrinker;
	void *data;
};

#define compat_shrinker_data(s)	((s)->private_data)

static inline int compat_shrinker_start(struct compat_shrinker *shrinker,
					shrinker_callback count,
					shrinker_callback scan)
{
	shrinker->shrinker = shrinker_alloc(0, "bhtorture-quarantine");
	if (!shrinker->shrinker)
		return -ENOMEM;
	shrinker->shrinker->count_objects = count;
	shrinker->shrinker->scan_objects = scan;
	shrinker->shrinker->private_data = shrinker->data;
	shrinker_register(shrinker->shrinker);
	return 0;
}

static inline void compat_shrinker_stop(struct compat_shrinker *shrinker)
{
	shrinker_free(shrinker->shrinker);
	shrinker->shrinker = NULL;
}
#else
struct compat_shrinker {
	struct shrinker shrinker;
	void *data;
};

#define compat_shrinker_data(s)						\
	(container_of(s, struct compat_shrinker, shrinker)->data)

static inline int compat_shrinker_start(struct compat_shrinker *shrinker,
					shrinker_callback count,
					shrinker_callback scan)
{
	shrinker->shrinker.count_objects = count;
	shrinker->shrinker.scan_objects = scan;
	shrinker->shrinker.seeks = DEFAULT_SEEKS;
#ifdef HAVE_SHRINKER_NAME
	return register_shrinker(&shrinker->shrinker, "bhtorture-quarantine");
#else
	return register_shrinker(&shrinker->shrinker);
#endif
}

static inline void compat_shrinker_stop(struct compat_shrinker *shrinker)
{
	unregister_shrinker(&shrinker->shrinker);
}
#endif

#endif /* _BHTORTURE_COMPAT_SHRINKER_H */
