# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # arch_cross: lib/arch.sh
#
# lib/decode.sh - from addresses to file and line: a run's console.log as
# console-decoded.log, by the kernel source's own scripts/decode_stacktrace.sh, where debug
# information of the kernel is there; and the frames that matter of a stack in it. Sourced
# by bht-result, after lib/arch.sh.

readonly decode_limit_s=120

# debug_field RUN NAME: print what request.json says of the kernel's debug information.
debug_field()
{
	jq --raw-output --arg name "$2" '.debug[$name]? // empty' "$1/request.json" 2>/dev/null || true
}

# can_be_decoded RUN: there is something to decode, and what it takes.
can_be_decoded()
{
	local vmlinux source

	vmlinux=$(debug_field "$1" vmlinux)
	source=$(debug_field "$1" source)
	[[ -s $vmlinux && -s $source/scripts/decode_stacktrace.sh ]] &&
		command -v addr2line >/dev/null &&
		grep -qaE '[A-Za-z0-9_.]\+0x[0-9a-f]+/0x[0-9a-f]+' "$1/console.log"
}

# cross_of RUN: print what the tools for its architecture are called by, before their names.
cross_of()
{
	local architecture

	architecture=$(jq --raw-output '.architecture // empty' "$1/request.json")
	[[ -z $architecture ]] || (take_architecture "$architecture" && printf '%s' "$arch_cross")
}

# decode_console RUN: write it whole or not at all; without it the run is as good.
decode_console()
{
	local run=$1 vmlinux source modules work cross

	can_be_decoded "$run" || return 0
	vmlinux=$(debug_field "$run" vmlinux)
	source=$(debug_field "$run" source)
	modules=$(debug_field "$run" modules)
	# This machine's addr2line cannot relocate another architecture's modules.
	cross=$(cross_of "$run")
	work=$(mktemp -d) || return 0
	# All modules in one folder: the script searches one.
	find ${modules:+"$modules"} "$run/again" -name '*.ko' -exec ln -sft "$work" -- {} +
	# What it says of symbols that it does not know is of no use.
	# shellcheck disable=SC2310 # one pipeline
	if CROSS_COMPILE=$cross with_lines "$source/scripts/decode_stacktrace.sh" "$vmlinux" "$work" \
		<"$run/console.log" >"$work/decoded" 2>/dev/null; then
		mv -- "$work/decoded" "$run/console-decoded.log" || true
	else
		say "the stacks of $run/console.log were not decoded within $decode_limit_s s"
	fi
	rm -rf -- "$work"
}

# with_lines DECODER VMLINUX MODULES: the console, decoded. Paths begin at the kernel's
# source, those of our module at its folder.
with_lines()
{
	tr -d '\r\000' |
		timeout "$decode_limit_s" bash "$1" "$2" auto "$3" |
		sed -E 's,[^ (]*/kernels/[^ (]*/(module/[^ )]*),\1,g; s,[^ (]*/linux-headers-[^ (/]*/,,g
			s,[^ (]*/src/obj/\.\./,,g'
}

# frames LOG TEXT: print the two frames that matter of the stack that follows the line
# with TEXT: where it happened, and who called that. What reports it is skipped, and what
# everybody asks for memory and keeps it with. An address in that line is decoded, too.
frames()
{
	local text=${2%%+0x*}

	[[ $text == "$2" ]] || text=${text% *}
	[[ -s $1 ]] || return 0
	TEXT=$text awk '
		!found { found = index($0, ENVIRON["TEXT"]); next }
		++lines > 100 || told == 2 { exit }
		!/\([^ ()]+\.[chS]:[0-9]+|[+]0x[0-9a-f]+\/0x/ || / \? / { next }
		{
			sub(/^\[[^]]*\](\[[^]]*\])? */, "")
			sub(/^RIP: [0-9a-f]+:/, "")
			sub(/^bhtorture: +at /, "")
		}
		/^(__)?(dump_stack|violation_|show_|print_|kasan_|asan_|check_memory|report_|handle_bug|exc_|asm_|do_error|panic|nmi|die|oops|warn|fixup_|page_fault|do_user_addr|bad_area|no_context|debug_|lock_acquire|lockdep_|mark_lock|check_|validate_|dump_)/ { next }
		/^(__)?(might_|kmem_cache_|kmalloc|slab_|alloc_(pages|frozen)|get_page_from|fs_reclaim|xas_|xa_)/ { next }
		{ sub(/[ \r]+$/, ""); sub(/^ +/, ""); print; told++ }' "$1"
}
