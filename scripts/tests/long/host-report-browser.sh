#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# report.html in a real browser, light and dark: it draws, nothing is cut off or
# refused by the page's own policy, nothing is wider than the window, and the two
# looks differ as they should. The screenshots stay in build/check/.
# time-limit: 900
# needs: report result

# shellcheck source=scripts/tests/expect.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../expect.sh"

scripts/bht-setup --for browser || skip "no chromium"

tools=$scratch/traces
pictures=$bht_build/check
make -s -C traces OUTPUT="$tools" "$tools"/{bht-report,report-sample} ||
	environment_error "the report tools do not build"
mkdir -p -- "$pictures" "$scratch/run"
"$tools/report-sample" 20000 "$scratch/run/trace.dat"
printf '{"schema":1,"kernel":{"release":"6.1.0","era":"held"},"verdict":"fail","strategy":"kernel","tests":[
	{"name":"move_pages.block_1024","seconds":2,"lookups":100000,"migrations":9000,"refused":100,
	 "violations":{"lost_update":1},"first_violation":{"oracle":"lost_update","ms":1,"migrations":2},
	 "latency":{"lookup_slow":{"p50_ns":900,"p90_ns":1000,"p99_ns":2000,"p999_ns":4100,"max_ns":70000,
		"histogram":[[800,500],[960,400],[1920,90],[3968,9],[69632,1]]}}}]}' \
	>"$scratch/run/result.json"
"$tools/bht-report" --html --output "$scratch/report.html" "$scratch/run"

# browse WIDTH HEIGHT OPTION... ADDRESS: bounded, with a profile of its own.
browse()
{
	local width=$1 height=$2

	shift 2
	timeout 120 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars \
		--user-data-dir="$scratch/profile" --window-size="$width,$height" \
		--allow-file-access-from-files --enable-logging=stderr \
		"$@" 2>>"$scratch/browser.log"
}

# 0 is dark, 1 is light, as a reader's system says.
: >"$scratch/browser.log"
for look in 0 1; do
	# shellcheck disable=SC2310 # its status is Chromium's
	browse 1250 2900 --blink-settings=preferredColorScheme="$look" \
		--screenshot="$scratch/$look.png" "file://$scratch/report.html" ||
		wrong "no screenshot"
done
cp -- "$scratch/0.png" "$pictures/report-dark.png"
cp -- "$scratch/1.png" "$pictures/report-light.png"
refuse "the browser complains about the page" grep 'CONSOLE' "$scratch/browser.log"

# What was drawn, told by another page: colours of the pictures, sizes of the parts.
cat >"$scratch/check.html" <<'END'
<!DOCTYPE html><html><body><pre id="out"></pre><iframe id="page" src="report.html"></iframe><script>
const out = {};
function picture(name) {
	return new Promise(done => {
		const image = new Image();
		image.onload = () => {
			const canvas = document.createElement('canvas');
			canvas.width = image.width; canvas.height = image.height;
			const context = canvas.getContext('2d');
			context.drawImage(image, 0, 0);
			const data = context.getImageData(0, 0, image.width, image.height).data;
			const colours = new Set();
			for (let i = 0; i < data.length; i += 4)
				colours.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
			done({colours: colours.size, corner: (data[0] + data[1] + data[2]) / 3});
		};
		image.src = name;
	});
}
function sizes(width) {
	const frame = document.getElementById('page');
	frame.style.width = width + 'px';
	frame.style.height = '3000px';
	const page = frame.contentDocument, cut = [];
	for (const svg of page.querySelectorAll('svg')) {
		const box = svg.viewBox.baseVal;
		for (const text of svg.querySelectorAll('text')) {
			const own = text.getBBox();
			if (own.x < box.x - 1 || own.y < box.y - 1 || own.x + own.width > box.x + box.width + 1 ||
			    own.y + own.height > box.y + box.height + 1)
				cut.push(text.textContent);
		}
	}
	return {overflow: page.documentElement.scrollWidth - page.documentElement.clientWidth, cut: cut,
		drawings: page.querySelectorAll('svg').length, bars: page.querySelectorAll('rect').length,
		violations: page.querySelectorAll('svg .violation').length,
		badge: page.querySelector('.badge').textContent};
}
window.onload = async () => {
	out.dark = await picture('0.png');
	out.light = await picture('1.png');
	out.wide = sizes(1250);
	out.narrow = sizes(420);
	document.getElementById('out').textContent = 'RESULT' + JSON.stringify(out) + 'END';
};
</script></body></html>
END
# shellcheck disable=SC2310 # its status is Chromium's
browse 1400 3000 --virtual-time-budget=20000 --dump-dom "file://$scratch/check.html" >"$scratch/dom" ||
	wrong "the page was not looked at"
output=$(sed -n 's/.*RESULT\(.*\)END<\/pre>.*/\1/p' "$scratch/dom")
printf '%s\n' "$output"
expect_json()
{
	jq --exit-status "$1" <<<"$output" >/dev/null || wrong "not so: $1"
}
expect_json '.light.corner > 240 and .dark.corner < 40'
expect_json '.light.colours > 20 and .dark.colours > 20'
expect_json '.wide.drawings == 7 and .wide.bars > 100 and .wide.violations > 0'
expect_json '.wide.badge == "fail"'
expect_json '.wide.cut == [] and .narrow.cut == []'
expect_json '.wide.overflow <= 0 and .narrow.overflow <= 0'
finish
