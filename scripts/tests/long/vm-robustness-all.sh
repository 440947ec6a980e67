#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The same at length: 1000 loads and unloads, 10,000 sets of parameters, CPUs that
# come and go and memory that is short for a minute.
# time-limit: 7200
# needs: run

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

robustness() # CYCLES TESTS
{
	run scripts/bht-run --runs-dir "$scratch" --duration 60 --env BHT_CYCLES="$1" \
		--tests "$2" --timeout 6000
	expect_status 0
}

robustness 1000 load_unload
robustness 10000 parameters
robustness 0 'hotplug device_trouble pressure'
finish
