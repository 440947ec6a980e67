#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# time-limit: 400
# needs: build
#
# host-selftests-unit.sh - compiles and runs selftests/unit/: options, device
# refusal, verdict and record of the selftests, without root, module or VM.
set -euo pipefail
# shellcheck source=scripts/lib/base.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../../lib/base.sh"

have_libraries()
{
	printf '#include <blkid/blkid.h>\n#include <jansson.h>\n#include <numa.h>\n' |
		"${CC:-cc}" -E - >/dev/null 2>&1
}

have_libraries ||
	fail "$EXIT_SKIP" "needs libjansson-dev, libblkid-dev and libnuma-dev"

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

sources=("$bht_top"/selftests/unit/*.c "$bht_top"/selftests/lib/*.c)
"${CC:-cc}" -O1 -g -Wall -Wextra -Werror -D_GNU_SOURCE \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	'-D__printf(a, b)=__attribute__((format(printf, a, b)))' \
	-I"$bht_top/selftests/lib" -pthread -o "$work/unit" "${sources[@]}" -ljansson -lblkid -lnuma
"$work/unit"
