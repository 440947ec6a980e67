// SPDX-License-Identifier: GPL-2.0
/*
 * The part of bht-watch in the kernel: where it is called. Each place has two programs,
 * for BPF trampolines (f_) and for kprobes (k_); probes.c loads those that the kernel
 * has places for, and says the names of these.
 */
#include "watch/bpf/vmlinux.h"

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#include "watch/bpf/lookup.h"
#include "watch/bpf/migration.h"

char LICENSE[] SEC("license") = "GPL";

/* libbpf 1.1 has no name for the sixth argument. */
#ifdef __TARGET_ARCH_x86
#define SIXTH(context)	BPF_CORE_READ(context, r9)
#else
#define SIXTH(context)	BPF_CORE_READ((struct user_pt_regs *)(context), regs[5])
#endif

/* migrate_pages(), whose sixth argument is the reason; or its tracepoint. */
SEC("tp_btf/mm_migrate_pages_start")
int t_reason(u64 *ctx)
{
	on_reason(ctx[1]);
	return 0;
}

SEC("fentry")
int f_reason(u64 *ctx)
{
	on_reason(ctx[5]);
	return 0;
}

SEC("kprobe")
int k_reason(struct pt_regs *ctx)
{
	on_reason(SIXTH(ctx));
	return 0;
}

/* The callback: mapping, new folio, old folio, mode. */
SEC("fentry")
int f_callback(u64 *ctx)
{
	on_callback(ctx, ctx[0], ctx[2]);
	return 0;
}

SEC("fexit")
int f_callback_end(u64 *ctx)
{
	on_callback_end(ctx, (s32)ctx[4]);
	return 0;
}

SEC("kprobe")
int k_callback(struct pt_regs *ctx)
{
	on_callback(ctx, PT_REGS_PARM1_CORE(ctx), PT_REGS_PARM3_CORE(ctx));
	return 0;
}

SEC("kretprobe")
int k_callback_end(struct pt_regs *ctx)
{
	on_callback_end(ctx, (s32)PT_REGS_RC_CORE(ctx));
	return 0;
}

/* What is called after the check only: one of the two, or both. */
SEC("fentry")
int f_check_copy(u64 *ctx)
{
	on_check();
	return 0;
}

SEC("kprobe")
int k_check_copy(struct pt_regs *ctx)
{
	on_check();
	return 0;
}

SEC("fentry")
int f_check_mapping(u64 *ctx)
{
	on_check();
	return 0;
}

SEC("kprobe")
int k_check_mapping(struct pt_regs *ctx)
{
	on_check();
	return 0;
}

SEC("fentry")
int f_lru_drop(u64 *ctx)
{
	on_lru_drop();
	return 0;
}

SEC("kprobe")
int k_lru_drop(struct pt_regs *ctx)
{
	on_lru_drop();
	return 0;
}

/* What is called before the release only: for each buffer, and once at the end. */
SEC("fentry")
int f_late_buffer(u64 *ctx)
{
	on_late_buffer(ctx[0]);
	return 0;
}

SEC("kprobe")
int k_late_buffer(struct pt_regs *ctx)
{
	on_late_buffer(PT_REGS_PARM1_CORE(ctx));
	return 0;
}

SEC("fentry")
int f_late_flags(u64 *ctx)
{
	on_late_flags();
	return 0;
}

SEC("kprobe")
int k_late_flags(struct pt_regs *ctx)
{
	on_late_flags();
	return 0;
}

/* Lookups: device, block, size, and of the common one whether it may not sleep. */
SEC("fentry")
int f_lookup_common(u64 *ctx)
{
	on_lookup(ctx[0], ctx[1], (u32)ctx[2], !(u8)ctx[3]);
	return 0;
}

SEC("fexit")
int f_lookup_common_end(u64 *ctx)
{
	on_lookup_end(ctx, ctx[4]);
	return 0;
}

SEC("kprobe")
int k_lookup_common(struct pt_regs *ctx)
{
	on_lookup(PT_REGS_PARM1_CORE(ctx), PT_REGS_PARM2_CORE(ctx),
		  (u32)PT_REGS_PARM3_CORE(ctx), !(u8)PT_REGS_PARM4_CORE(ctx));
	return 0;
}

SEC("fentry")
int f_lookup(u64 *ctx)
{
	on_lookup(ctx[0], ctx[1], (u32)ctx[2], 0);
	return 0;
}

SEC("fexit")
int f_lookup_end(u64 *ctx)
{
	on_lookup_end(ctx, ctx[3]);
	return 0;
}

SEC("kprobe")
int k_lookup(struct pt_regs *ctx)
{
	on_lookup(PT_REGS_PARM1_CORE(ctx), PT_REGS_PARM2_CORE(ctx),
		  (u32)PT_REGS_PARM3_CORE(ctx), 0);
	return 0;
}

SEC("fentry")
int f_lookup_sleeping(u64 *ctx)
{
	on_lookup(ctx[0], ctx[1], (u32)ctx[2], 1);
	return 0;
}

SEC("fexit")
int f_lookup_sleeping_end(u64 *ctx)
{
	on_lookup_end(ctx, ctx[3]);
	return 0;
}

SEC("kprobe")
int k_lookup_sleeping(struct pt_regs *ctx)
{
	on_lookup(PT_REGS_PARM1_CORE(ctx), PT_REGS_PARM2_CORE(ctx),
		  (u32)PT_REGS_PARM3_CORE(ctx), 1);
	return 0;
}

/* For each of the three. */
SEC("kretprobe")
int k_lookup_end(struct pt_regs *ctx)
{
	on_lookup_end(ctx, PT_REGS_RC_CORE(ctx));
	return 0;
}

SEC("fentry")
int f_release(u64 *ctx)
{
	on_release(ctx, ctx[0]);
	return 0;
}

SEC("kprobe")
int k_release(struct pt_regs *ctx)
{
	on_release(ctx, PT_REGS_PARM1_CORE(ctx));
	return 0;
}

/* Run on demand: what the kernel calls an address, without any right to see it. */
__u64 symbol_address;
char symbol_name[128];

SEC("syscall")
int symbol(void *ctx)
{
	static const char format[] = "%pB";
	u64 address = symbol_address;

	bpf_snprintf(symbol_name, sizeof(symbol_name), format, &address, sizeof(address));
	return 0;
}
