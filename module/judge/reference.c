// SPDX-License-Identifier: GPL-2.0
/*
 * A referenced buffer must not move: norefs migration moves buffers only while
 * b_count is 0.
 */
#include "bhtorture.h"
#include "compat.h"
#include "judge/inject.h"
#include "judge/reference.h"
#include "judge/violation.h"
#include "target/target.h"
#include "thread.h"

static bool reference_moved(struct hammer_thread *ht, struct buffer_head *bh,
			    struct folio *folio, char *data,
			    struct violation *violation)
{
	struct folio *folio_now = compat_buffer_folio(bh);

	ht->counters.references_judged++;
	if (likely(folio_now == folio && READ_ONCE(bh->b_data) == data) &&
	    !inject_now(ht, ORACLE_REF_MOVED))
		return false;
	violation->oracle = ORACLE_REF_MOVED;
	violation->expected = folio_pfn(folio);
	violation->found = folio_pfn(folio_now);
	return true;
}

/**
 * reference_judge() - Has a buffer of the target stayed where it was?
 * @ht: The thread that holds the reference.
 * @bh: The buffer.
 * @block: Its block.
 * @folio: b_folio (b_page) when the reference was taken.
 * @data: b_data when the reference was taken.
 */
void reference_judge(struct hammer_thread *ht, struct buffer_head *bh,
		     u64 block, struct folio *folio, char *data)
{
	struct violation violation = { .block = block };

	if (likely(!reference_moved(ht, bh, folio, data, &violation)))
		return;
	violation.age_ms = target_age_ms(&ht->torture->target->ledger[block]);
	violation_report(ht->torture, &violation);
}

/**
 * reference_judge_probe() - The same for the prober, on anybody's device.
 * @ht: The prober.
 * @bh: The buffer it holds a reference on.
 * @block: Its block.
 * @folio: b_folio (b_page) when the reference was taken.
 * @data: b_data when the reference was taken.
 * @dev: The device.
 * @index: The page's index.
 */
void reference_judge_probe(struct hammer_thread *ht, struct buffer_head *bh,
			   u64 block, struct folio *folio, char *data,
			   dev_t dev, unsigned long index)
{
	struct violation violation = {
		.dev = dev,
		.index = index,
		.block = block,
	};

	ht->counters.checks++;
	if (reference_moved(ht, bh, folio, data, &violation))
		violation_report(ht->torture, &violation);
}
