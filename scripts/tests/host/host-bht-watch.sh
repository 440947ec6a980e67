#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# bht-watch builds for both architectures, without the BTF of the machine it is built on;
# refuses garbage with one line; and on this machine watches, or says in one line why it
# cannot.
# time-limit: 120
# needs: watch report git

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

out=$scratch/out
for arch in x86 arm64; do
	run make -C traces OUTPUT="$out" BPF_ARCH=$arch "$out/watch.$arch.bpf.o"
	expect_status 0
	refuse "warnings for $arch" grep -q 'warning:' <<<"$output"
done
run make -C traces OUTPUT="$out" "$out/bht-watch"
expect_status 0
refuse "warnings" grep -q 'warning:' <<<"$output"
watch=$out/bht-watch
refuse "not static: it goes to other machines" ldd "$watch"

run "$watch" --help
expect_status 0
expect_output 'Usage: bht-watch'

# bad REGEX OPTION...: is refused before anything is done, with one line.
bad()
{
	local regex=$1

	shift
	run "$watch" "$@"
	expect_status 2
	expect_lines 1
	expect_output "$regex"
}

bad "bad --duration 'ten'" --duration ten
bad "bad --duration '0'" --duration 0
bad "bad --duration '-1'" --duration -1
bad "bad --duration '0x10'" --duration 0x10
bad "bad --duration 'nan'" --duration nan
bad "bad --duration '1e99'" --duration 1e99
bad "bad --interval '1s'" --interval 1s
bad "bad --interval ''" --interval ''
bad "bad --json ''" --json ''
bad "bad --lookups 'sometimes': allowed are migrating, always, never" --lookups sometimes
bad "bad --probes 'module'" --probes module
bad "bad --callback 'a b'" --callback 'a b'
bad "bad --callback ''" --callback ''
bad "bad --stacks '21'" --stacks 21
bad "bad --stacks '-1'" --stacks -1
bad "bad option '--duratio=x'|bad --duration" --duratio=x
bad "bad option '--nothing'" --nothing
bad "bad option '--json'" --json
bad "unexpected 'ram0'" ram0
bad "bad --fail-if 'races'" --fail-if races
bad "bad --fail-if 'races>'" --fail-if 'races>'
bad "bad --fail-if 'races>many'" --fail-if 'races>many'
bad "no figure 'raves'" --fail-if 'raves>1'
bad "no figure 'callback'" --fail-if 'callback>1us'
bad "no figure 'callback.p98'" --fail-if 'callback.p98>1us'
bad "no figure 'refused.nothing'" --fail-if 'refused.nothing>1'
bad "'1us' is no number" --fail-if 'races>1us'
bad "'1parsec' is no number" --fail-if 'callback.p99>1parsec'
bad "'inf' is no number" --fail-if 'callback.p99>inf'

# On this machine, which may forbid it.
run make watch DURATION=1
if ((status == 0)); then
	expect_output '^verdict: '
else
	expect_status 2
	expect_output '^bht-watch: .*(permi|BTF|CONFIG_|locked down)'
fi
run "$watch" --duration 0.5 --interval 0.1 --fail-if 'migrations<0' --json "$scratch/watch.json"
case $status in
0 | 1)
	expect "no JSON" jq --exit-status '.schema == 1 and .tests[0].name == "bht-watch"' \
		"$scratch/watch.json"
	run scripts/bht-report --html --output "$scratch/watch.html" "$scratch/watch.json"
	expect_status 0 ;;
3)
	expect_lines 1
	refuse "JSON of nothing" test -e "$scratch/watch.json" ;;
*)
	wrong "exit status $status" ;;
esac
finish
