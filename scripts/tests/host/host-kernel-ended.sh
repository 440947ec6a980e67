#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A build ends with the command that the user started, whatever signal ends that.
# time-limit: 120

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

cat >"$scratch/builds" <<-'END'
	#!/usr/bin/env bash
	set -euo pipefail
	source scripts/lib/base.sh
	source scripts/lib/progress.sh
	source scripts/kernel/build.sh
	compiles()
	{
		# As make does: its own process, which waits for another one.
		sh -c 'sleep 59.25; true'
	}
	: "$(logged "$1" test compiles)"
END
chmod +x -- "$scratch/builds"
export XDG_CACHE_HOME=$scratch/cache

# is_building: the job above is running.
is_building()
{
	pgrep -f '^sleep 59\.25$' >/dev/null
}

# ended_by SIGNAL
ended_by()
{
	mkdir -p -- "$scratch/out"
	env -u BHT_CACHE_USER "$scratch/builds" "$scratch/out" 2>/dev/null &
	for _ in {1..100}; do
		! is_building || break
		sleep 0.1
	done
	expect "nothing is built" is_building
	kill "-$1" "$!"
	wait "$!" 2>/dev/null || true
	for _ in {1..150}; do
		is_building || break
		sleep 0.1
	done
	refuse "the build goes on after SIG$1" is_building
}

! is_building || skip "another one of this test is running"
ended_by TERM
ended_by KILL

# One that ends by itself leaves nothing, either.
sed -i 's/59\.25/0.1/' "$scratch/builds"
run env -u BHT_CACHE_USER "$scratch/builds" "$scratch/out"
expect_status 0
expect_output 'built test in 0 CPU-seconds'
finish
