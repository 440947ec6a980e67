# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # bht_top, matrix and qemu are those of the other scripts
#
# farm/plan.sh - from the rows of a matrix to LAVA jobs: packs each kernel once,
# fills in the template of the device, names each shard by the hash of its job. The
# same plan made twice is the same. Sourced by bht-farm.

readonly templates=$bht_top/scripts/farm
readonly bht_run=${BHT_RUN:-$bht_top/scripts/bht-run}	# tests bring their own
readonly boot_limit=180		# seconds, from QEMU's start to guest/init's first word
# LAVA's monitors wait for the next result for so long besides the test's duration.
readonly stall_allowance=300

# Later on the command line than guest_parameters: the boot is quiet until guest/init
# opens the console, and what it writes there is not limited in its rate.
readonly farm_parameters='loglevel=5 printk.devkmsg=on bht.output=console bht.mode=tests'
# A board has its own console and mostly one node; LAVA sees a panic end.
readonly board_parameters='numa=fake=2 panic=5'

# What LAVA's monitors read on the console, see guest/console.awk; in whole lines. The
# only thing looked up in `results` is the text of the result: that of a skipped test
# has a blank before it.
readonly pattern='(?:(?:ktap:(?: #)*|measured:)(?: (?![^\r\n]*# SKIP))?(?=(?:not| ok|ok) )|(?=Kernel panic - not syncing))(?P<result>not ok|ok| ok|Kernel) (?:[0-9]+ |(?=panic))(?:selftests: bhtorture: )?(?P<test_case_id>[A-Za-z0-9_.]+)(?: # (?P<measurement>[0-9.]+) (?P<units>[a-z]+))?[^\r\n]*[\r\n]'
readonly results='{"ok": pass, "not ok": fail, " ok": skip, "Kernel": fail}'

# need_plan: the farm has been planned, or else this is how.
need_plan()
{
	[[ -r $farm/plan.json ]] || usage_error "no plan in $farm: bht-farm plan MATRIX makes one"
}

plan_command()
{
	local wanted=${1-} folder=''
	local -a rows

	[[ $wanted && $wanted != -* ]] || usage_error "plan needs a matrix; see bht-farm --help"
	shift
	parse_farm "$@"
	no_options
	[[ -f $wanted || $wanted == */* || ! -f $templates/$wanted ]] || wanted=$templates/$wanted
	[[ -f $wanted && -r $wanted ]] || usage_error "no matrix '$wanted'"
	"$bht_top/scripts/bht-setup" --for run --for farm-plan || exit
	read_matrix "$wanted"
	if [[ -z $farm_given ]]; then
		folder=$(basename -- "$wanted" .matrix)
		farm=$bht_top/build/farm/$folder
	fi
	mkdir -p -- "$farm"/{kernels,jobs,logs,runs}
	exec 9>"$farm/plan.lock"
	flock 9
	pack_kernels
	make_jobs
	if [[ $folder ]]; then
		ln -sfn -- "$folder" "$bht_top/build/farm/.latest.$$"
		mv -T -- "$bht_top/build/farm/.latest.$$" "$bht_top/build/farm/latest"
	fi
	describe_plan
}

# kernel_id KERNEL MUTANT: print the two as one word for people.
kernel_id()
{
	local name=$1

	[[ $2 == none ]] || name+=+$2
	printf '%s\n' "$name"
}

# pack_kernels: every kernel of `rows` with all tests that its shards run; sets the
# array packed[KERNEL_ID] to the folder.
pack_kernels()
{
	local row id line kernel mutant tests rest log=$farm/pack.log
	local -A tests_of=() options_of=() line_of=()

	declare -gA packed=()
	for row in "${rows[@]}"; do
		IFS=$'\t' read -r line kernel mutant tests rest <<<"$row"
		id=$(kernel_id "$kernel" "$mutant")
		tests_of[$id]+=" ${tests//+/ }"
		line_of[$id]=$line
		options_of[$id]=$kernel$'\t'$mutant
	done
	for id in "${!options_of[@]}"; do
		IFS=$'\t' read -r kernel mutant <<<"${options_of[$id]}"
		say "packing $id (output: $log)"
		rm -rf -- "$farm/kernels/new"
		mkdir -- "$farm/kernels/new"
		line_number=${line_of[$id]}
		pack_kernel "$kernel" "$mutant" "${tests_of[$id]}" >"$log" 2>&1 9>&- ||
			pack_failed "$?" "$log"
		packed[$id]=$(keep_packed "$id")
	done
}

# pack_kernel KERNEL MUTANT TESTS
pack_kernel()
{
	local -a options=(--kernel "$1")

	[[ $2 == none ]] || options+=(--mutant "$2")
	"$bht_run" --mode pack --output "$farm/kernels/new" \
		--tests "$(tr ' ' '\n' <<<"$3" | sort -u | paste -s -d ' ')" "${options[@]}" </dev/null || return
	# The disk that is a guest's own, see qemu_outputs(): 200 KB until it is written.
	qemu-img create -q -f qcow2 "$farm/kernels/new/scratch.qcow2" "${scratch_disk_mib}M"
}

# pack_failed STATUS LOG: a kernel that does not exist is the line's fault.
pack_failed()
{
	local said

	said=$(tail -n 1 -- "$2" | sed 's/^bht-[a-z]*: //')
	(($1 != EXIT_USAGE)) || bad_line "$said"
	fail "$1" "$matrix:$line_number: $said"
}

# keep_packed ID: move the new folder to its place, named by its contents; print it.
keep_packed()
{
	local name

	name=$(tr -c 'A-Za-z0-9._+\n-' '-' <<<"$1")
	name+=-$(cd -- "$farm/kernels/new" && sha256sum -- * | sha256sum | cut -c1-12)
	if [[ ! -e $farm/kernels/$name ]]; then
		mv -T -- "$farm/kernels/new" "$farm/kernels/$name"
	fi
	rm -rf -- "$farm/kernels/new"
	printf '%s\n' "$farm/kernels/$name"
}

# make_jobs: the job of each row, then plan.json of them all.
make_jobs()
{
	local row line kernel mutant tests strategy seed seconds soak smp mem accel device
	local name id
	local -A sums=() seen=()

	for id in "${!packed[@]}"; do
		sums[$id]=$(sha256sum -- "${packed[$id]}"/{kernel.gz,initramfs.gz,bzImage,scratch.qcow2} |
			cut -d ' ' -f 1 | paste -s -d ' ')
	done
	for row in "${rows[@]}"; do
		IFS=$'\t' read -r line kernel mutant tests strategy seed seconds soak smp mem accel device <<<"$row"
		id=$(kernel_id "$kernel" "$mutant")
		make_job
		[[ -z ${seen[$name]-} ]] || continue
		seen[$name]=1
		printf '%s\t%s\t%s\t%s\n' "$name" "$id" "${packed[$id]##*/}" "$row"
	done >"$farm/plan.rows"
	write_plan <"$farm/plan.rows"
	rm -- "$farm/plan.rows"
}

# make_job: one, named by the hash of what is in it. Uses and sets make_jobs' variables.
make_job()
{
	local job limit kernel_sum initramfs_sum image_sum scratch_sum machine parameters

	read -r kernel_sum initramfs_sum image_sum scratch_sum <<<"${sums[$id]}"
	limit=$(run_limit "$(wc -w <<<"${tests//+/ }")" "$seconds" "$soak")
	parameters="$farm_parameters bht.tests=${tests//+/,} bht.strategy=$strategy bht.duration=$seconds bht.seed=$seed"
	((!soak)) || parameters+=" bht.soak_s=$soak"
	if [[ $device == qemu ]]; then
		qemu_machine "$accel" "$smp" "$mem"
		machine="${qemu[*]:1}"
		parameters="$(kernel_parameters "$accel")$parameters"
		job=$(<"$templates/job-qemu.yaml")
	else
		machine=''
		parameters="$(kernel_parameters kvm)$board_parameters $parameters"
		parameters=${parameters#console=* }
		job=$(<"$templates/job-board.yaml")
	fi
	# Comments are for those who read the template.
	job=$(sed -E -e '/^ *#/d' -e 's/ +# .*//' <<<"$job")
	job=${job//@DEVICE@/"${device%:*}"}
	job=${job//@BOOT_METHOD@/"${device#*:}"}
	job=${job//@MACHINE@/"$machine"}
	job=${job//@COMMAND_LINE@/"$parameters"}
	job=${job//@JOB_LIMIT@/"$((limit + 600))"}
	job=${job//@BOOT_LIMIT@/"$boot_limit"}
	job=${job//@TEST_LIMIT@/"$limit"}
	job=${job//@STALL_LIMIT@/"$((seconds + stall_allowance))"}
	job=${job//@KERNEL_SHA256@/"$kernel_sum"}
	job=${job//@INITRAMFS_SHA256@/"$initramfs_sum"}
	job=${job//@BZIMAGE_SHA256@/"$image_sum"}
	job=${job//@SCRATCH_SHA256@/"$scratch_sum"}
	job=${job//@PATTERN@/"$pattern"}
	job=${job//@RESULTS@/"$results"}
	job=${job//@KERNEL@/"$id"}
	job=${job//@TESTS@/"$tests"}
	job=${job//@SEED@/"$seed"}
	name=$(sha256sum <<<"$job" | cut -c1-12)
	job=${job//@NAME@/"$name"}
	job=${job//@ARTIFACTS@/"file://${packed[$id]}"}
	printf '%s\n' "$job" >"$farm/jobs/$name.yaml"
}

# write_plan: plan.json of the rows on stdin, whole or not at all.
write_plan()
{
	jq --raw-input --slurp --arg matrix "$matrix" '
		{schema: 1, matrix: $matrix, shards: [splits("\n") | select(. != "") | split("\t") |
			{name: .[0], kernel: .[1], packed: .[2], asked: .[4], mutant: .[5],
			 tests: (.[6] | split("+")), strategy: .[7], seed: (.[8] | tonumber),
			 duration: (.[9] | tonumber), soak_s: (.[10] | tonumber), smp: (.[11] | tonumber),
			 mem: (.[12] | tonumber), accel: .[13], device: .[14]}]}' >"$farm/plan.json.new"
	mv -- "$farm/plan.json.new" "$farm/plan.json"
}

# describe_plan: print what there is to do, and what each kernel's files take.
describe_plan()
{
	local id

	for id in "${!packed[@]}"; do
		printf '%-32s %s MB\n' "$id" "$(du -cm -- "${packed[$id]}"/* | tail -n 1 | cut -f 1)"
	done
	printf 'farm: %s\n' "$farm"
	printf '%s shards planned, %s of them have ended\n' "$(jq '.shards | length' "$farm/plan.json")" \
		"$(jq --raw-output '.shards[].name' "$farm/plan.json" | ended_shards | wc -l)"
}
