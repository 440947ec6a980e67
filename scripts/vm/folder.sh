# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# vm/folder.sh - the run folder that bht-vm leaves behind. It is complete however the
# guest ended, even on a full disk. Sourced by bht-vm, whose variables it reads.
# shellcheck disable=SC2154

# unpack_results: the files that the guest sent, see send_results in guest/init.
unpack_results()
{
	local image=$run/.vm/results.img

	if [[ -s $image && $(head -c 512 -- "$image" 2>/dev/null | tr -d '\0' | wc -c) != 0 ]]; then
		mkdir -p -- "$run/results"
		tar --extract --file="$image" --directory="$run/results" \
			--no-same-owner 2>/dev/null || say "result files are incomplete"
		link_recording
	fi
}

# link_recording: each test has its hold.hist and trace.dat in results/. Those of the
# run folder are links to the last ones.
link_recording()
{
	local file

	while read -r file; do
		ln -sfn -- "results/$file" "$run/${file##*/}"
	done < <(cd -- "$run/results" && find . -mindepth 1 -maxdepth 2 -type f \
		\( -name hold.hist -o -name trace.dat \) -printf '%T@ %P\n' | sort -n | cut -d ' ' -f 2-)
}

# write_record: how the VM ended, for bht-result.
write_record()
{
	local fingerprint='' ktap=''

	if [[ -s $run/inputs ]]; then
		fingerprint=$(hash_of "$run/inputs")
		ktap=$(hash_of "$run/ktap.log")
	fi
	jq --null-input \
		--arg fingerprint "$fingerprint" --arg output "$ktap" \
		--arg accel "$accel" --arg qemu "$(emulator_version "$emulator")" --argjson smp "$smp" --argjson mem_mb "$mem" \
		--arg mode "$mode" --arg ended "$ended" --arg reason "$reason" \
		--argjson code "$code" --arg status "$(guest_status)" \
		--arg khz "$clock_khz" --arg ready "$clock_ready" --arg finished "$clock_done" \
		'def number: tonumber? // null;
		 {host: {accel: $accel, qemu: $qemu, smp: $smp, mem_mb: $mem_mb}, mode: $mode, ended: $ended,
		  reason: $reason, code: $code, guest_status: ($status | number),
		  clock: {tsc_khz: ($khz | number), ready: ($ready | number), done: ($finished | number)},
		  fingerprint: ($fingerprint | select(. != "") // null),
		  output: ($output | select(. != "") // null)}' \
		>"$run/vm.json"
}

# complete_folder: complete the run folder, whatever fails, and set `code`. What a run
# means is for bht-result to say, a command, of every run folder alike.
complete_folder()
{
	local status=0

	: >>"$run/console.log"
	: >>"$run/ktap.log"
	# The verdict first, in the room that was kept for it. The result files may need more
	# room than there is.
	find "$run/.vm" -mindepth 1 ! -name results.img -delete
	if write_record 2>/dev/null && "$bht_top/scripts/bht-result" --write "$run"; then
		"$bht_top/scripts/bht-result" --summary "$run" || status=$?
		if [[ $ended == finished && $mode == command ]]; then
			code=$(guest_status)
			((code)) || code=$status
		elif [[ $ended == finished ]]; then
			code=$status
		fi
	else
		# No room for that, or no jq: write the little that is certain.
		say "$reason"
		printf '{"schema":1,"verdict":"error","ended":"%s","tests":[],"console":{"problems":[]}}\n' \
			"$ended" >"$run/result.json" || say "cannot write $run/result.json"
		((code)) || code=$EXIT_ENVIRONMENT
	fi
	in_strict_shell unpack_results || say "the guest's result files are incomplete: no room for them in $run"
	rm -rf -- "${run:?}/.vm"
}
