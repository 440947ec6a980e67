# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with bht-hunt
#
# corpus.sh - seeds that convicted once: a file of lines of JSON, one a seed, with all that
# it takes to run it again. What convicted a kernel is worth running after each change.
# Sourced by bht-hunt after seed.sh.

# corpus_line SEED RECORD: print the line of a seed of this hunt.
corpus_line()
{
	jq --null-input --compact-output --arg kernel "$kernel" --argjson seed "$1" \
		--arg tests "$tests" --arg strategy "$strategy" --argjson duration "$duration" \
		--argjson smp "$smp" --argjson mem "$mem" --arg params "$params" \
		--argjson record "$2" '
		{kernel: $kernel, mutants: $ARGS.positional, seed: $seed, tests: $tests,
		 strategy: $strategy, duration: $duration, smp: $smp, mem: $mem, params: $params,
		 oracle: $record.oracle}' --args -- ${mutants[@]+"${mutants[@]}"}
}

# remember SEED RECORD: add it to the hunts' corpus, unless it is there.
remember()
{
	local line file=$hunts/corpus

	line=$(corpus_line "$1" "$2")
	grep -sqxF -- "$line" "$file" || printf '%s\n' "$line" >>"$file"
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

# run_corpus FILE: does each of its seeds convict? With a changed module a seed may draw
# something else: then the neighbours of the seed tell more than the file.
run_corpus()
{
	local line name failed=0 count=0 record

	while IFS= read -r -u 6 line; do
		[[ $line == '{'* ]] || continue
		take_line "$line"
		name="$kernel${mutants[*]:+ with ${mutants[*]}}, seed $first"
		hunt_seeds
		count=$((count + 1))
		record=$(seed_record "$first")
		if ((convicted)); then
			printf 'convicts still: %s: %s\n' "$name" "$(violation "$record")"
		else
			printf 'convicts no more: %s, was %s; hunt again\n' "$name" "$(jq --raw-output .oracle <<<"$line")"
			failed=$((failed + 1))
		fi
		end_all
	done 6<"$1"
	printf '%d of %d seeds convict still\n' $((count - failed)) "$count"
	((!failed)) || return "$EXIT_FAIL"
}
