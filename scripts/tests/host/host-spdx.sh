#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Every file that can carry a licence line has one at its top.
# time-limit: 180
# needs: git

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

while read -r file; do
	case $file in
	COPYING | *.md | *.json | *.txt | *.svg | *.dat | *.patch) continue ;;
	esac
	head -n 3 -- "$file" | grep 'SPDX-License-Identifier: GPL-2.0' >/dev/null ||
		wrong "$file has no SPDX-License-Identifier line"
done < <(source_files)
finish
