#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The records of result/badness: bht-console takes each sample for what its record
# says, with as many call traces as the record announces, and no longer does when the
# record is taken out. They cover what rcutorture looks for.
# time-limit: 400
# needs: result

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

readonly records=scripts/result/badness
readonly other=$scratch/badness
readonly log=$scratch/console.log

# sampled NUMBER [WHOLE]: print a console with each sample of a record, when WHOLE with the
# traces and the end that it announces, and then more lines than a report can have. First
# line: the record's name, class and number of samples.
sampled()
{
	awk -v number="$1" -v whole="${2-}" '
		function message(text)
		{
			console = console sprintf("[   12.%06d][  T311] %s\n", NR, text)
		}
		/^[^#\t]/ {
			ours = ++count == number
			if (ours) {
				name = $1 " " $2
				traces = $3 + 0
				box = $3 ~ /=/
			}
		}
		/^\t/ && ours {
			samples++
			message(substr($0, 2))
			for (i = 0; i < traces && whole; i++)
				message("Call Trace:")
			if (box && whole)
				message("==================================================================")
			for (i = 0; i < 450; i++)
				message("filler")
		}
		END { printf "%s %d\n%s", name, samples, console }' "$records"
}

# without NUMBER: print the records but one.
without()
{
	awk -v number="$1" '/^[^#\t]/ { count++ } /^[#\t]/ || count != number' "$records"
}

# found RECORDS: print how many problems the log has by them.
found()
{
	LC_ALL=C BADNESS=$1 MOST=1000 ALLOW='' awk -f scripts/result/console.awk "$log" | wc -l
}

count=$(grep -c '^[^#	]' "$records")
((count > 80)) || wrong "only $count records"
for ((number = 1; number <= count; number++)); do
	sampled "$number" whole >"$log"
	read -r name class samples <"$log"
	((samples > 0)) || wrong "$name has no sample"
	without "$number" >"$other"
	reports=$(found "$records")
	others=$(found "$other")
	case $class in
	fine)
		((reports == 0)) || wrong "$name: $reports problems in what is harmless"
		((others > 0)) || wrong "$name: harmless without it, too" ;;
	problem | kernel | trace | opens)
		((reports == samples)) || wrong "$name: $reports problems in $samples reports"
		sampled "$number" >"$log"
		others=$(found "$other")
		((others < samples)) || wrong "$name: without it, each of its samples is a problem, too" ;;
	*) wrong "$name: unknown class '$class'" ;;
	esac
	printf '%-20s %-8s %d samples: %d problems, %d without the record\n' \
		"$name" "$class" "$samples" "$reports" "$others"
done

# What rcutorture looks for, as its script of each of these kernels says, one alternative
# after the other, is in a sample that is a problem.
awk '/^[^#\t]/ { problem = $2 != "fine" } /^\t/ && problem { print substr($0, 2) }' "$records" >"$scratch/samples"
for kernel in ${BHT_BADNESS_KERNELS:-6.1}; do
	script=$(scripts/bht-kernel fetch "$kernel")/tools/testing/selftests/rcutorture/bin/console-badness.sh
	alternatives=$(sed -n "s/^e*grep \(-E \)*'\(.*\)' |$/\2/p" "$script" | tr '|' '\n')
	(($(wc -l <<<"$alternatives") >= 12)) || wrong "$script: few alternatives: $alternatives"
	while IFS= read -r alternative; do
		grep -qE -- "$alternative" "$scratch/samples" ||
			wrong "rcutorture of $kernel looks for '$alternative', no record does"
	done <<<"$alternatives"
done
finish
