# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with bht-hunt
#
# corpus.sh - seeds that convicted once: a file of lines of JSON, one a seed, with all that
# it takes to run it again. What convicted a kernel is worth running after each change.
# scripts/hunt/corpus/KERNEL are those that the project keeps; a hunt adds its own to
# build/hunts/corpus. Sourced by bht-hunt after seed.sh.

# A seed draws another schedule where something that the guest boots has changed. So many
# seeds, from it on, may be tried then.
readonly corpus_tries=8

# corpus_line SEED RECORD: print the line of a seed of this hunt: how to run it, what came of it.
corpus_line()
{
	jq --null-input --compact-output --arg kernel "$kernel" --argjson seed "$1" \
		--arg tests "$tests" --arg strategy "$strategy" --argjson duration "$duration" \
		--argjson smp "$smp" --argjson mem "$mem" --arg params "$params" \
		--argjson record "$2" '
		{kernel: $kernel, mutants: $ARGS.positional, seed: $seed, tests: $tests,
		 strategy: $strategy, duration: $duration, smp: $smp, mem: $mem, params: $params,
		 found: ($record | {oracle, ms, migrations: .migrations_before, fingerprint, output})
		}' --args -- ${mutants[@]+"${mutants[@]}"}
}

# remember SEED RECORD: add it to the hunts' corpus, instead of what it came to before.
remember()
{
	local line file=$hunts/corpus

	line=$(corpus_line "$1" "$2")
	{
		[[ ! -s $file ]] || jq --compact-output --argjson new "$line" \
			'select(del(.found) != ($new | del(.found)))' "$file"
		printf '%s\n' "$line"
	} >"$file.$$"
	mv -- "$file.$$" "$file"
}

# take_line LINE: set the hunt's options from a line.
take_line()
{
	kernel=$(jq --raw-output .kernel <<<"$1")
	tests=$(jq --raw-output .tests <<<"$1")
	strategy=$(jq --raw-output .strategy <<<"$1")
	duration=$(jq .duration <<<"$1")
	smp=$(jq .smp <<<"$1") mem=$(jq .mem <<<"$1")
	params=$(jq --raw-output .params <<<"$1")
	first=$(jq .seed <<<"$1") last=$first
	mapfile -t mutants < <(jq --raw-output '.mutants[]' <<<"$1")
}

# killers LINE: print the oracles that may convict: the one that did, and those that the
# headers of its mutants name. A seed may draw that nobody looks at a block before the end:
# then a lost update is seen on the media.
killers()
{
	local mutant

	jq --raw-output .found.oracle <<<"$1"
	for mutant in ${mutants[@]+"${mutants[@]}"}; do
		sed -n 's|^// oracles: *||p' "$bht_top/selftests/mutants/$mutant.cocci" 2>/dev/null || true
	done | sed '/lost_update/ s/$/ media_loss/'
}

# judge_seed LINE: say how the seed of take_line() went. It has to do what it did; if its
# inputs are others, one of a few seeds has to convict. Else one more has failed.
judge_seed()
{
	local name record same oracle

	name="$kernel${mutants[*]:+ with ${mutants[*]}}"
	record=$(seed_record "$first")
	same=$(jq --argjson line "$1" '.fingerprint != null and .fingerprint == $line.found.fingerprint' <<<"$record")
	if [[ $same == true ]]; then
		if jq --exit-status --argjson line "$1" '.output == $line.found.output' <<<"$record" >/dev/null; then
			printf 'exactly the same: %s, seed %s: %s\n' "$name" "$first" "$(violation "$record")"
			return
		fi
		printf 'not the same, from the same inputs: %s, seed %s: %s, was %s\n' "$name" "$first" \
			"$(violation "$record")" "$(jq --compact-output .found <<<"$1")"
		corpus_failed=$((corpus_failed + 1))
		return
	fi
	if ((!convicted)); then
		last=$((first + corpus_tries - 1))
		hunt_all
	fi
	if ((!convicted)); then
		printf 'convicts no more: %s, seeds %s to %s, was %s\n' "$name" "$first" "$last" \
			"$(jq --raw-output .found.oracle <<<"$1")"
		corpus_failed=$((corpus_failed + 1))
		return
	fi
	record=$(seed_record "$convicted")
	oracle=$(jq --raw-output .oracle <<<"$record")
	if [[ " $(killers "$1" | tr '\n' ' ') " != *" $oracle "* ]]; then
		printf 'convicts otherwise: %s, seed %s: %s, was %s\n' "$name" "$convicted" \
			"$(violation "$record")" "$(jq --raw-output .found.oracle <<<"$1")"
		corpus_failed=$((corpus_failed + 1))
		return
	fi
	printf 'convicts still: %s, seed %s: %s (other inputs)\n' "$name" "$convicted" "$(violation "$record")"
}

# run_corpus FILE: does each of its seeds convict?
run_corpus()
{
	local line count=0

	corpus_failed=0
	while IFS= read -r -u 6 line; do
		[[ $line == '{'* ]] || continue
		take_line "$line"
		hunt_seeds
		count=$((count + 1))
		judge_seed "$line"
		end_all
	done 6<"$1"
	printf '%d of %d seeds convict still\n' $((count - corpus_failed)) "$count"
	((!corpus_failed)) || return "$EXIT_FAIL"
}
