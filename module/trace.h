/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module's tracepoints, in the formats of migrate.h and writeback.h:
 * device as major:minor, page index and block in the usual names.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM bhtorture

#if !defined(_BHTORTURE_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _BHTORTURE_TRACE_H

#include <linux/types.h>

#include <linux/kdev_t.h>
#include <linux/migrate_mode.h>
#include <linux/tracepoint.h>

/* Recordings have only the names of enums. Readers need their values. */
TRACE_DEFINE_ENUM(MIGRATE_ASYNC);
TRACE_DEFINE_ENUM(MIGRATE_SYNC_LIGHT);
TRACE_DEFINE_ENUM(MIGRATE_SYNC);

TRACE_DEFINE_ENUM(ORACLE_REF_MOVED);
TRACE_DEFINE_ENUM(ORACLE_LOST_UPDATE);
TRACE_DEFINE_ENUM(ORACLE_STALE_READ);
TRACE_DEFINE_ENUM(ORACLE_TORN);
TRACE_DEFINE_ENUM(ORACLE_STALE_WRITE);
TRACE_DEFINE_ENUM(ORACLE_MEDIA_LOSS);
TRACE_DEFINE_ENUM(ORACLE_NULL_SLEEPING);
TRACE_DEFINE_ENUM(ORACLE_NULL_ATOMIC);
TRACE_DEFINE_ENUM(ORACLE_STUCK);
TRACE_DEFINE_ENUM(ORACLE_STATE_LEAK);
TRACE_DEFINE_ENUM(ORACLE_NEVER_MOVES);

TRACE_DEFINE_ENUM(LATENCY_LOOKUP_FAST);
TRACE_DEFINE_ENUM(LATENCY_LOOKUP_SLOW);
TRACE_DEFINE_ENUM(LATENCY_LOOKUP_SLEEPING);

#ifndef _BHTORTURE_TRACE_ONCE
#define _BHTORTURE_TRACE_ONCE
#define show_lookup_path(path)						\
	__print_symbolic(path,						\
		{ LATENCY_LOOKUP_FAST,		"fast" },		\
		{ LATENCY_LOOKUP_SLOW,		"slow" },		\
		{ LATENCY_LOOKUP_SLEEPING,	"sleeping" })

#define show_migrate_mode(mode)						\
	__print_symbolic(mode,						\
		{ MIGRATE_ASYNC,	"MIGRATE_ASYNC" },		\
		{ MIGRATE_SYNC_LIGHT,	"MIGRATE_SYNC_LIGHT" },		\
		{ MIGRATE_SYNC,		"MIGRATE_SYNC" })

#define show_oracle(oracle)						\
	__print_symbolic(oracle,					\
		{ ORACLE_REF_MOVED,	"ref_moved" },			\
		{ ORACLE_LOST_UPDATE,	"lost_update" },		\
		{ ORACLE_STALE_READ,	"stale_read" },			\
		{ ORACLE_TORN,		"torn" },			\
		{ ORACLE_STALE_WRITE,	"stale_write" },		\
		{ ORACLE_MEDIA_LOSS,	"media_loss" },			\
		{ ORACLE_NULL_SLEEPING,	"null_sleeping" },		\
		{ ORACLE_NULL_ATOMIC,	"null_atomic" },		\
		{ ORACLE_STUCK,		"stuck" },			\
		{ ORACLE_STATE_LEAK,	"state_leak" },			\
		{ ORACLE_NEVER_MOVES,	"never_moves" })
#endif

/* A folio of the target enters the migrate callback. */
TRACE_EVENT(bhtorture_migrate_begin,

	TP_PROTO(dev_t dev, unsigned long index, u64 block,
		 unsigned int buffers, enum migrate_mode mode),

	TP_ARGS(dev, index, block, buffers, mode),

	TP_STRUCT__entry(
		__field(dev_t,		dev)
		__field(unsigned long,	index)
		__field(u64,		block)
		__field(unsigned int,	buffers)
		__field(int,		mode)
	),

	TP_fast_assign(
		__entry->dev		= dev;
		__entry->index		= index;
		__entry->block		= block;
		__entry->buffers	= buffers;
		__entry->mode		= mode;
	),

	TP_printk("dev=%d:%d index=%lu block=%llu buffers=%u mode=%s",
		  MAJOR(__entry->dev), MINOR(__entry->dev), __entry->index,
		  __entry->block, __entry->buffers,
		  show_migrate_mode(__entry->mode))
);

/* The callback returned; rc=0 means the folio moved. */
TRACE_EVENT(bhtorture_migrate_end,

	TP_PROTO(dev_t dev, unsigned long index, u64 block,
		 unsigned int buffers, enum migrate_mode mode, int rc,
		 unsigned int exposures, unsigned int duration_ns),

	TP_ARGS(dev, index, block, buffers, mode, rc, exposures, duration_ns),

	TP_STRUCT__entry(
		__field(dev_t,		dev)
		__field(unsigned long,	index)
		__field(u64,		block)
		__field(unsigned int,	buffers)
		__field(int,		mode)
		__field(int,		rc)
		__field(unsigned int,	exposures)
		__field(unsigned int,	duration_ns)
	),

	TP_fast_assign(
		__entry->dev		= dev;
		__entry->index		= index;
		__entry->block		= block;
		__entry->buffers	= buffers;
		__entry->mode		= mode;
		__entry->rc		= rc;
		__entry->exposures	= exposures;
		__entry->duration_ns	= duration_ns;
	),

	TP_printk("dev=%d:%d index=%lu block=%llu buffers=%u mode=%s rc=%d exposures=%u duration_ns=%u",
		  MAJOR(__entry->dev), MINOR(__entry->dev), __entry->index,
		  __entry->block, __entry->buffers,
		  show_migrate_mode(__entry->mode),
		  __entry->rc, __entry->exposures, __entry->duration_ns)
);

/* An oracle saw a violation; stop a recording on this one. */
TRACE_EVENT(bhtorture_violation,

	TP_PROTO(dev_t dev, int oracle, unsigned long index, u64 block,
		 u64 expected, u64 found, unsigned int offset,
		 unsigned int age_ms),

	TP_ARGS(dev, oracle, index, block, expected, found, offset, age_ms),

	TP_STRUCT__entry(
		__field(dev_t,		dev)
		__field(int,		oracle)
		__field(unsigned long,	index)
		__field(u64,		block)
		__field(u64,		expected)
		__field(u64,		found)
		__field(unsigned int,	offset)
		__field(unsigned int,	age_ms)
	),

	TP_fast_assign(
		__entry->dev		= dev;
		__entry->oracle		= oracle;
		__entry->index		= index;
		__entry->block		= block;
		__entry->expected	= expected;
		__entry->found		= found;
		__entry->offset		= offset;
		__entry->age_ms		= age_ms;
	),

	TP_printk("dev=%d:%d oracle=%s index=%lu block=%llu expected=%llu found=%llu offset=%u age_ms=%u",
		  MAJOR(__entry->dev), MINOR(__entry->dev),
		  show_oracle(__entry->oracle), __entry->index,
		  __entry->block, __entry->expected, __entry->found,
		  __entry->offset, __entry->age_ms)
);

/*
 * A lookup by the hammer that was timed: by which path, and whether the folio was
 * inside the migrate callback meanwhile. While this event is on, all are timed.
 */
TRACE_EVENT(bhtorture_lookup,

	TP_PROTO(dev_t dev, unsigned long index, u64 block, int path,
		 bool migrating, bool found, u64 latency_ns),

	TP_ARGS(dev, index, block, path, migrating, found, latency_ns),

	TP_STRUCT__entry(
		__field(dev_t,		dev)
		__field(unsigned long,	index)
		__field(u64,		block)
		__field(u64,		latency_ns)
		__field(int,		path)
		__field(bool,		migrating)
		__field(bool,		found)
	),

	TP_fast_assign(
		__entry->dev		= dev;
		__entry->index		= index;
		__entry->block		= block;
		__entry->latency_ns	= latency_ns;
		__entry->path		= path;
		__entry->migrating	= migrating;
		__entry->found		= found;
	),

	TP_printk("dev=%d:%d index=%lu block=%llu path=%s migrating=%d found=%d latency_ns=%llu",
		  MAJOR(__entry->dev), MINOR(__entry->dev), __entry->index,
		  __entry->block, show_lookup_path(__entry->path),
		  __entry->migrating, __entry->found, __entry->latency_ns)
);

/* One of the module's own strategies has released private_lock. */
TRACE_EVENT(bhtorture_hold,

	TP_PROTO(dev_t dev, unsigned long index, u64 block,
		 const char *strategy, u64 hold_ns),

	TP_ARGS(dev, index, block, strategy, hold_ns),

	TP_STRUCT__entry(
		__field(dev_t,		dev)
		__field(unsigned long,	index)
		__field(u64,		block)
		__field(u64,		hold_ns)
		__array(char,		strategy, 8)
	),

	TP_fast_assign(
		__entry->dev		= dev;
		__entry->index		= index;
		__entry->block		= block;
		__entry->hold_ns	= hold_ns;
		strscpy(__entry->strategy, strategy, 8);
	),

	TP_printk("dev=%d:%d index=%lu block=%llu strategy=%s hold_ns=%llu",
		  MAJOR(__entry->dev), MINOR(__entry->dev), __entry->index,
		  __entry->block, __entry->strategy, __entry->hold_ns)
);

#endif /* _BHTORTURE_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
