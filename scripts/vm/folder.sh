# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# vm/folder.sh - what bht-vm leaves behind: a whole run folder, however the guest
# ended and even on a full disk. Sourced by bht-vm, whose variables it reads.
# shellcheck disable=SC2154

# unpack_results: what the guest brought out, see send_results in guest/init.
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

# link_recording: the run folder's own hold.hist and trace.dat are those of the
# test that was recorded last; each test has its own in results/.
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
	jq --null-input \
		--arg accel "$accel" --arg qemu "$(emulator_version "$emulator")" --argjson smp "$smp" --argjson mem_mb "$mem" \
		--arg mode "$mode" --arg ended "$ended" --arg reason "$reason" \
		--argjson code "$code" --arg status "$(guest_status)" \
		'{host: {accel: $accel, qemu: $qemu, smp: $smp, mem_mb: $mem_mb}, mode: $mode, ended: $ended,
		  reason: $reason, code: $code, guest_status: ($status | tonumber? // null)}' \
		>"$run/vm.json"
}

# complete_folder: leave a whole run folder behind, come what may, and set `code`.
complete_folder()
{
	local status=0

	: >>"$run/console.log"
	: >>"$run/ktap.log"
	unpack_results
	rm -rf -- "${run:?}/.vm"
	if write_record 2>/dev/null && "$bht_top/scripts/bht-result" --write "$run"; then
		"$bht_top/scripts/bht-result" --summary "$run" || status=$?
		if [[ $ended == finished && $mode == command ]]; then
			code=$(guest_status)
			((code)) || code=$status
		elif [[ $ended == finished ]]; then
			code=$status
		fi
	else
		# Not even room for that, or jq is gone: the little that is certain.
		say "$reason"
		printf '{"schema":1,"verdict":"error","ended":"%s","tests":[],"console":{"problems":[]}}\n' \
			"$ended" >"$run/result.json" || say "cannot write $run/result.json"
		((code)) || code=$EXIT_ENVIRONMENT
	fi
}
