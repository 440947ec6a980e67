# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # bht_top, matrix and qemu are those of the other scripts
#
# farm/plan.sh - from the rows of a matrix to LAVA jobs: packs each kernel once, has
# job.jq make the jobs, and names each shard by the hash of its job. Equal matrices make
# equal plans. Sourced by bht-farm.

readonly boot_limit=180		# seconds, from QEMU's start to guest/init's first word
# LAVA's monitors wait for the next result for so long besides the test's duration.
readonly stall_allowance=300

# These come after guest_parameters on the command line. The boot is quiet until
# guest/init opens the console, and the rate of what it writes there is not limited.
readonly farm_parameters='loglevel=5 printk.devkmsg=on bht.output=console bht.mode=tests'
# A board has its own console and mostly one node. LAVA waits for its reset after a panic.
readonly board_parameters='numa=fake=2 panic=5'

# What LAVA's monitors read on the console, see guest/console.awk; in whole lines.
readonly pattern='(?:(?:ktap:(?: #)*|measured:)(?: (?![^\r\n]*# SKIP))?(?=(?:not| ok|ok) )|(?=Kernel panic - not syncing))(?P<result>not ok|ok| ok|Kernel) (?:[0-9]+ |(?=panic))(?:selftests: bhtorture: )?(?P<test_case_id>[A-Za-z0-9_.]+)(?: # (?P<measurement>[0-9.]+) (?P<units>[a-z]+))?[^\r\n]*[\r\n]'

# need_plan: stop here when there is no plan.
need_plan()
{
	[[ -r $farm/plan.json ]] || usage_error "no plan in $farm: bht-farm plan MATRIX makes one"
}

# make_plan MATRIX
make_plan()
{
	local folder=''

	read_matrix "$1"
	if ! was_given farm; then
		folder=$(basename -- "$1" .matrix)
		farm=$bht_build/farm/$folder
	fi
	mkdir -p -- "$farm"/{kernels,jobs,logs,runs}
	exec 9>"$farm/plan.lock"
	flock 9
	pack_kernels
	make_jobs
	if [[ $folder ]]; then
		ln -sfn -- "$folder" "$bht_build/farm/.latest.$$"
		mv -T -- "$bht_build/farm/.latest.$$" "$bht_build/farm/latest"
	fi
	describe_plan
}

# kernel_id KERNEL MUTANT ARCH: print the three as one word for people.
kernel_id()
{
	local name=$1

	[[ $3 == x86_64 ]] || name+=@$3
	[[ $2 == none ]] || name+=+$2
	printf '%s\n' "$name"
}

# pack_kernels: every kernel of `rows` with all tests that its shards run; sets the
# array packed[KERNEL_ID] to the folder.
pack_kernels()
{
	local row id line kernel mutant tests rest arch log=$farm/pack.log
	local -A tests_of=() options_of=() line_of=()

	declare -gA packed=()
	for row in "${rows[@]}"; do
		IFS=$'\t' read -r line kernel mutant tests rest <<<"$row"
		arch=${row##*$'\t'}
		id=$(kernel_id "$kernel" "$mutant" "$arch")
		tests_of[$id]+=" ${tests//+/ }"
		line_of[$id]=$line
		options_of[$id]=$kernel$'\t'$mutant$'\t'$arch
	done
	for id in "${!options_of[@]}"; do
		IFS=$'\t' read -r kernel mutant arch <<<"${options_of[$id]}"
		say "packing $id (output: $log)"
		rm -rf -- "$farm/kernels/new"
		mkdir -- "$farm/kernels/new"
		line_number=${line_of[$id]}
		pack_kernel "$kernel" "$mutant" "${tests_of[$id]}" "$arch" >"$log" 2>&1 9>&- ||
			pack_failed "$?" "$log"
		packed[$id]=$(keep_packed "$id")
	done
}

# pack_kernel KERNEL MUTANT TESTS ARCH: by bht-run, a command: it fetches and builds, and
# ends its own process when it cannot.
pack_kernel()
{
	local -a options=(--kernel "$1")

	[[ $2 == none ]] || options+=(--mutant "$2")
	[[ $4 == "$host_architecture" ]] || options+=(--arch "$4")
	"$bht_run" --mode pack --output "$farm/kernels/new" \
		--tests "$(tr ' ' '\n' <<<"$3" | sort -u | paste -s -d ' ')" "${options[@]}" </dev/null || return
	# The scratch disk, see qemu_outputs(): 200 KB until it is written to.
	qemu-img create -q -f qcow2 "$farm/kernels/new/scratch.qcow2" "${scratch_disk_mib}M"
}

# pack_failed STATUS LOG: blame the line for a kernel that does not exist.
pack_failed()
{
	local said

	said=$(tail -n 1 -- "$2" | sed 's/^bht-[a-z]*: //')
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

# make_jobs: the job of each row, named by the hash of what is in it, then plan.json of
# them all.
make_jobs()
{
	local row line kernel mutant id job name number=0 arch
	local -A sums=() seen=() twice=()

	for id in "${!packed[@]}"; do
		sums[$id]=$(sha256sum -- "${packed[$id]}"/{kernel.gz,initramfs.gz,*Image,scratch.qcow2} |
			cut -d ' ' -f 1 | paste -s -d '\t')
	done
	for row in "${rows[@]}"; do
		job_values "$row"
	done | jq --raw-input --compact-output --arg pattern "$pattern" \
		--from-file "$templates/job.jq" >"$farm/plan.jobs"
	while IFS= read -r job; do
		row=${rows[number++]}
		name=$(sha256sum <<<"$job" | cut -c1-12)
		[[ -z ${seen[$name]-} ]] || continue
		seen[$name]=1
		IFS=$'\t' read -r line kernel mutant _ <<<"$row"
		arch=${row##*$'\t'}
		id=$(kernel_id "$kernel" "$mutant" "$arch")
		printf '%s\t%s\t%s\t%s\n' "$name" "$id" "${packed[$id]##*/}" "$row" >&7
		printf '%s\t%s\t%s\n' "$name" "${packed[$id]}" "$job" >&8
		# One shard of each kernel runs twice, to be compared.
		if [[ $row == *$'\ticount\t'* && -z ${twice[$id]-} ]]; then
			twice[$id]=$(sha256sum <<<"$job again" | cut -c1-12)
			printf '%s\t%s\t%s\t%s\t%s\n' "${twice[$id]}" "$id" "${packed[$id]##*/}" "$row" "$name" >&7
			printf '%s\t%s\t%s\n' "${twice[$id]}" "${packed[$id]}" "$job" >&8
		fi
	done <"$farm/plan.jobs" 7>"$farm/plan.rows" 8>"$farm/plan.named"
	write_jobs
	write_plan <"$farm/plan.rows"
	rm -- "$farm"/plan.{jobs,named,rows}
}

# job_values ROW: print what job.jq makes a job of. Uses the caller's sums.
job_values()
{
	local line kernel mutant tests strategy seed seconds soak smp mem accel device arch
	local id limit machine='' parameters slow=1
	local -a qemu=()

	IFS=$'\t' read -r line kernel mutant tests strategy seed seconds soak smp mem accel device arch <<<"$1"
	choose_architecture "$arch"
	id=$(kernel_id "$kernel" "$mutant" "$arch")
	limit=$(run_limit "$(wc -w <<<"${tests//+/ }")" "$seconds" "$soak")
	parameters="$farm_parameters bht.tests=${tests//+/,} bht.strategy=$strategy bht.duration=$seconds bht.seed=$seed"
	((!soak)) || parameters+=" bht.soak_s=$soak"
	if [[ $accel == icount ]]; then
		# The guest keeps its limits, in its own time.
		parameters+=" $(icount_parameters "$limit" "$((seconds + stall_allowance))")"
		slow=$icount_backstop
	fi
	if [[ $device == qemu ]]; then
		qemu_machine "$accel" "$smp" "$mem"
		machine="${qemu[*]:1}"
		parameters="$(kernel_parameters "$accel")$parameters"
	else
		parameters="$(kernel_parameters kvm)$board_parameters $parameters"
		parameters=${parameters#console=* }
	fi
	printf '%s\t' "$device" "$id" "$tests" "$seed" "$((limit * slow + 600))" "$((boot_limit * slow))" "$((limit * slow))" \
		"$(((seconds + stall_allowance) * slow))" "$machine" "$parameters" "$arch" "${arch_image##*/}"
	printf '%s\n' "${sums[$id]}"
}

# write_jobs: jobs/NAME.yaml of each line of plan.named: NAME, the folder of the kernel's
# files, the job. One yq for all of them, which takes long to start.
write_jobs()
{
	jq --raw-input --raw-output 'split("\t") as [$name, $folder, $job] | $job | fromjson
		| .job_name = "bhtorture \($name): \(.job_name)" | .metadata.shard = $name
		| (.actions[0].deploy | .. | objects | select(has("url"))).url |= "file://\($folder)/\(.)"
		| "---", tojson' "$farm/plan.named" |
		yq --yaml-output --width 1000 . |
		awk -F '\t' -v folder="$farm/jobs" '
			FNR == NR { names[++count] = $1; next }
			FNR == 1 || $0 == "---" { close(file); file = folder "/" names[++number] ".yaml" }
			$0 != "---" { print >file }
			END { exit number != count }' "$farm/plan.named" -
}

# write_plan: plan.json of the rows on stdin, whole or not at all.
write_plan()
{
	jq --raw-input --slurp --arg matrix "$matrix" '
		{schema: 1, matrix: $matrix, shards: [splits("\n") | select(. != "") | split("\t") |
			{name: .[0], kernel: .[1], packed: .[2], asked: .[4], mutant: .[5],
			 tests: (.[6] | split("+")), strategy: .[7], seed: (.[8] | tonumber),
			 duration: (.[9] | tonumber), soak_s: (.[10] | tonumber), smp: (.[11] | tonumber),
			 mem: (.[12] | tonumber), accel: .[13], device: .[14], arch: .[15]}
			+ if .[16] then {again: .[16]} else {} end]}' >"$farm/plan.json.new"
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
