#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# No file uses another one against the order of layers, which is written down in
# scripts/tests/host/layers, none uses another one in a circle, and none is longer than 400
# lines. The test then breaks each rule in a copy of the project, to see itself fail.
# time-limit: 900
# needs: build fetch trace report watch shfmt git

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"
# shellcheck source=scripts/tests/layers.sh
source "$bht_top/scripts/tests/layers.sh"

readonly layers=scripts/tests/host/layers
readonly areas='module selftests traces scripts'
readonly longest=400		# lines of a file
readonly sections='-ffunction-sections -fdata-sections -g0'

copy=$scratch/copy
build=$(kernel_field build)
source_tree=$(kernel_field source)

# quietly COMMAND...: what it prints is only of interest when it fails. Then nothing can be
# said about the uses.
quietly()
{
	"$@" >"$scratch/build.log" 2>&1 || {
		tail -n 20 -- "$scratch/build.log" >&2
		fail "$EXIT_FAIL" "failed: $*"
	}
}

# objects FOLDER: print the names of the object files below it that are of one source.
objects()
{
	(cd -- "$1" && find . -name '*.o' ! -name 'bhtorture*.o' -printf '%P\n' | sort)
}

# The uses_AREA functions print the uses between the area's files in $copy.
uses_module()
{
	quietly make -j"$(nproc)" -C "$build" M="$copy/module" O= KCFLAGS="$sections" modules
	# shellcheck disable=SC2046 # names of ours
	object_uses "$copy/module" $(objects "$copy/module")
	include_uses "$copy" module
}

uses_selftests()
{
	local out=$scratch/selftests

	quietly make -j"$(nproc)" -C "$copy/selftests" KSRC="$source_tree" OUTPUT="$out" \
		USERCFLAGS="$sections -O0" "$out/torture.build/torture.a"
	# shellcheck disable=SC2046 # names of ours
	object_uses "$out/torture.build" $(objects "$out/torture.build")
	include_uses "$copy" selftests
}

# Programs may have functions of the same name: each is looked at by itself.
uses_traces()
{
	local out=$scratch/traces line

	# shellcheck disable=SC2016 # for make
	printf '%s\n' 'include Makefile' \
		'define compile' \
		'@mkdir -p $(@D)' \
		'$(CC) $(CFLAGS) $(SECTIONS) -I$(OUTPUT) $(shell pkg-config --cflags libtracefs libtracecmd) -c $< -o $@' \
		'endef' \
		'$(OUTPUT)/%.o: %.c ; $(compile)' \
		'$(OUTPUT)/%.o: %.S ; $(compile)' \
		'objects_of = $(patsubst %,$(OUTPUT)/%.o,$(basename $(SOURCES_$(1))))' \
		'$(call objects_of,bht-watch): $(OUTPUT)/watch.skel.h' \
		'objects: $(foreach p,$(PROGRAMS) bht-watch,$(call objects_of,$(p)))' \
		'list: ; @$(foreach p,$(PROGRAMS) bht-watch,echo $(SOURCES_$(p));)' >"$scratch/traces.mk"
	quietly make -j"$(nproc)" -C "$copy/traces" -f "$scratch/traces.mk" OUTPUT="$out" SECTIONS="$sections -O0" objects
	make -s -C "$copy/traces" -f "$scratch/traces.mk" list |
		while read -r line; do
			# shellcheck disable=SC2046 # names of ours
			object_uses "$out" $(sed -E 's/[.][cS]( |$)/.o\1/g' <<<"$line")
		done |
		# A unit test has stand-ins for what it does not test.
		awk -F '\t' '$1 ~ /unit\// || $2 !~ /unit\//' | sort -u
	include_uses "$copy" traces
}

uses_scripts()
{
	script_uses "$copy" scripts "$scratch/trees"
}

# long_files: print the name and the length of each source file in $copy that is too long.
long_files()
{
	local area

	for area in $areas; do
		{
			area_files "$copy" "$area"
			(cd -- "$copy/$area" && find . \( -name '*.jq' -o -name '*.awk' \) -printf '%P\n')
		} | sed "s|^|$area/|"
	done | (cd -- "$copy" && xargs wc -l) |
		awk -v longest="$longest" '$2 != "total" && $1 > longest { print $2 ": " $1 " lines, more than " longest }'
}

# complaints AREA: print what is wrong in the area's folder in $copy.
complaints()
{
	{
		area_files "$copy" "$1"
		"uses_$1"
	} >"$scratch/uses"
	against_order "$layers" "$1" "$scratch/checked" <"$scratch/uses"
	circles "$1" "$scratch/checked.calls"
	circles "$1" "$scratch/checked.includes"
}

# call_from FILE FUNCTION: let a C file of $copy call it, at its end.
call_from()
{
	printf 'asm(".pushsection .text.against_the_order,\\"ax\\"; call %s; .popsection");\n' \
		"$2" >>"$copy/$1"
}

# noticed AREA REGEX...: what was broken in $copy is among the complaints.
noticed()
{
	local area=$1 regex

	shift
	output=$(complaints "$area")
	for regex in "$@"; do
		grep -qE -- "$regex" <<<"$output" || {
			printf '%s\n' "$output"
			wrong "$area: not noticed: $regex"
		}
	done
}

mkdir -- "$copy"
source_files | xargs cp -p --parents -t "$copy" --

for area in $areas; do
	output=$(complaints "$area")
	[[ -z $output ]] || {
		printf '%s\n' "$output"
		wrong "$area: the order of layers is not kept, see above"
	}
done
output=$(long_files)
[[ -z $output ]] || {
	printf '%s\n' "$output"
	wrong "files of more than $longest lines, see above"
}

# Each rule, broken.
call_from module/params.c torture_stop
touch "$copy/module/judge/unknown.c"
noticed module \
	'module/params is below torture .*: against_the_order\(\) uses torture_stop\(\)' \
	'module/judge/unknown is in no layer'

call_from selftests/lib/process.c torture_start
touch "$copy/selftests/lib/unknown.h"
noticed selftests \
	'selftests/lib/process is below lib/torture .*: against_the_order\(\) uses torture_start\(\)' \
	'selftests/lib/unknown is in no layer'

call_from traces/finder/symbols.c record
printf '#include "finder/step.h"\n' >>"$copy/traces/finder/value.h"
noticed traces \
	'traces/finder/symbols is below hold/record .*: against_the_order\(\) uses record\(\)' \
	'traces: a circle:' \
	'finder/value.h -> finder/step.h: includes finder/step.h' \
	'finder/step.h -> finder/value.h: includes finder/value.h'

# shellcheck disable=SC2016 # for the copy
printf 'against_the_order()\n{\n\tsupervise\n\t"$bht_top/scripts/bht-vm"\n}\n' >>"$copy/scripts/lib/base.sh"
mkdir -- "$copy/scripts/unknown"
cp -- "$copy/scripts/lib/base.sh" "$copy/scripts/unknown/unknown.sh"
noticed scripts \
	'scripts/lib/base is below vm/supervise .*: against_the_order\(\) calls supervise\(\)' \
	'scripts/lib/base is below bht-vm .*: against_the_order\(\) runs bht-vm' \
	'scripts/unknown/unknown is in no layer'

seq -f '# %g' $((longest + 1)) >"$copy/scripts/unknown/unknown.sh"
output=$(long_files)
expect_output "scripts/unknown/unknown.sh: $((longest + 1)) lines"

finish
