/* SPDX-License-Identifier: GPL-2.0 */
/* Where the kernel is watched: chosen by looking, and said. */
#ifndef _BHT_WATCH_PROBES_H
#define _BHT_WATCH_PROBES_H

#include <stdbool.h>
#include <stddef.h>

#include "watch/options.h"

struct bpf_link;
struct watch_bpf;

struct place {
	const char *role;		/* its programs are f_ROLE and k_ROLE */
	const char *names[3];		/* of the function, by version */
	bool has_end;			/* its return matters, too */
	bool needed;
	bool of_lookups;		/* armed only while folios migrate */
	const char *without;		/* what cannot be told then */
	const char *function;		/* chosen; NULL: absent */
	const char *how;		/* fentry, kprobe, tracepoint */
	struct bpf_link *links[2];
};

extern struct place places[];
extern const size_t nr_places;

struct watch_bpf *probes_load(const struct options *options);
void probes_follow_lookups(struct watch_bpf *bpf, bool follow);
void probes_settle(struct watch_bpf *bpf);
void probes_unload(struct watch_bpf *bpf);
const struct place *place_of(const char *role);

#endif /* _BHT_WATCH_PROBES_H */
