# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # shared with the tests and with expect.sh
#
# farm.sh - what the tests of bht-farm share: kernels that nobody packed, what a guest
# prints on its console. Sourced after expect.sh.

farm=$scratch/farm
export BHT_RUN=$scratch/bht-run

# A bht-run that packs at once; kernel 9.9 does not exist.
cat >"$BHT_RUN" <<'END'
#!/bin/bash
set -euo pipefail
image=bzImage
while (($#)); do
	case $1 in
	--output) output=$2 ;;
	--kernel) kernel=$2 ;;
	--arch) [[ $2 != arm64 ]] || image=Image ;;
	esac
	shift
done
[[ $kernel != 9.9 ]] || { echo "bht-kernel: no source package of kernel '9.9'" >&2; exit 2; }
for file in kernel.gz initramfs.gz "$image"; do
	printf '%s\n' "$file of $kernel" | gzip --no-name >"$output/$file"
done
printf '{"release":"%s","ident":"%s","version":"1","source":"%s 1"}\n' \
	"$kernel" "$kernel" "$kernel" >"$output/kernel.json"
END
chmod +x "$BHT_RUN"

# plan LINE...: a matrix of these lines, planned.
plan()
{
	printf '%s\n' "$@" >"$scratch/test.matrix"
	run scripts/bht-farm plan "$scratch/test.matrix" --farm "$farm"
}

# shards [JQ]: print the names of the planned shards, or some of them.
shards()
{
	jq --raw-output ".shards[] | select(${1:-true}).name" "$farm/plan.json"
}

# record NAME RESULT EXPOSURES [MORE]: print a test's record as the selftests do. All exposures are
# window exposures.
record()
{
	printf '# # bhtorture: {"name":"%s","strategy":"kernel","result":"%s","reason":"because \\"so\\"","seconds":2.5,"lookups":100,"migrations":50,"exposures":%s,"window_exposures":%s,%s"era":"held","latency":{"lookup_slow":{"count":2,"p50_ns":1,"histogram":[[512,1],[1024,1]]}},"padding":"%01500d"}\n' \
		"$1" "$2" "$3" "$3" "${4-}" 7
}

violated='"violations":{"lost_update":3},"first_violation":{"oracle":"lost_update","ms":120,"migrations":40,"block":7,"expected":2,"found":1},'
clean='"violations":{},"first_violation":null,'

# said KERNEL TEST RESULT EXPOSURES [MORE]: print what a guest says till its end.
said()
{
	local not=''

	[[ $3 == pass ]] || not='not '
	printf '%s\n' "# guest: ready, Linux $1, 2 CPUs, 2 NUMA nodes, 4 s after boot" \
		'TAP version 13' '1..1' "# #  RUN           $2.hammered ..." "# # $2: 2 s of 3, 50 migrations, $4 exposures"
	record "$2" "$3" "$4" "${5-$clean}"
	printf '%s\n' "# ${not}ok 1 $2.hammered" "${not}ok 1 selftests: bhtorture: $2" \
		'# guest: done, status 0, 4.2 s after boot'
}

# on_console: what of it arrives there, with messages of the kernel in between.
on_console()
{
	awk -v console=/dev/stdout -f scripts/guest/console.awk |
		sed -e 's/^<4>/[    5.123456] /' -e '2i[    5.000000] bhtorture: --- Start of test: device=/dev/ram0' |
		awk '{ print } /ktap\+/ { print "[    6.000000] brd: \"module\" unloaded" }'
}
