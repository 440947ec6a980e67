# SPDX-License-Identifier: GPL-2.0
#
# html.jq - of farm.json, a page that needs nothing else, in the style of
# traces/report/html.c. Everything that came from elsewhere is escaped (@html).

def style: ":root{--page:#fff;--text:#1b1f24;--dim:#5c6670;--line:#dde2e7;--card:#f6f8fa;--bad:#c62f2f;--good:#1a7f45;--odd:#d9822b}
@media (prefers-color-scheme:dark){:root{--page:#14181d;--text:#e4e8ec;--dim:#98a3ae;--line:#313a44;--card:#1b2128;--bad:#ff6b66;--good:#4fc37f;--odd:#f0a352}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1200px;padding:24px;background:var(--page);color:var(--text);font:15px/1.45 system-ui,\"DejaVu Sans\",sans-serif}
h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:32px 0 8px}.facts{color:var(--dim)}
.badge{display:inline-block;padding:1px 10px;border-radius:10px;font-size:15px;vertical-align:middle;color:var(--page);background:var(--odd)}
.badge.pass{background:var(--good)}.badge.fail,.badge.error{background:var(--bad)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:4px 10px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th{color:var(--dim);font-weight:600;font-size:13px}th.t,td.t{text-align:left}
pre{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px;overflow-x:auto;font:13px/1.4 \"DejaVu Sans Mono\",monospace}";
def badge: @html "<span class=\"badge \(.)\">\(.)</span>";
def bound: if . == null then "-" else . as $x | (log10 | floor) as $e
	| "\($x / pow(10; $e) * 10 | round / 10)e\($e)" end;
def finding($title; f): if . == [] then empty else "<h2>\($title)</h2>", (.[] | f) end;
def which: "shard \(.shard), \(.kernel), strategy \(.strategy)";

"<!DOCTYPE html>",
"<html lang=\"en\"><head><meta charset=\"utf-8\">",
"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
"<meta name=\"color-scheme\" content=\"light dark\">",
"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
"<title>bhtorture farm</title><style>\(style)</style></head><body>",
"<h1>bhtorture farm \(.verdict | badge)</h1>",
@html "<p class=\"facts\">matrix \(.matrix) &middot; \(.shards.planned) shards planned, \(.shards.ended) ended, \(.shards.died) died, \(.shards.missing) missing</p>",
"<div class=\"scroll\"><table><tr><th class=\"t\">kernel</th><th class=\"t\">strategy</th><th class=\"t\">test</th><th class=\"t\">verdict</th><th>ended</th><th>seconds</th><th>lookups</th><th>migrations</th><th>exposures</th><th>bound at 95&nbsp;%</th><th>violations</th><th class=\"t\">first violation</th></tr>",
(.tests[] | @html "<tr><td class=\"t\">\(.kernel)</td><td class=\"t\">\(.strategy)</td><td class=\"t\">\(.test)</td><td class=\"t\">"
	+ (.verdict | badge)
	+ @html "</td><td>\(.ended)/\(.shards)</td><td>\(.seconds | round)</td><td>\(.lookups)</td><td>\(.migrations)</td><td>\(.exposures)</td><td>\(.bound_per_exposure | bound)</td><td>\([.violations[]] | add // 0)</td><td class=\"t\">\(.first_violation | if . then "\(.fastest.oracle), \(.fastest.ms) ms, \(.fastest.migrations) migrations; median \(.median_ms) ms, \(.median_migrations)" else "-" end)</td></tr>"),
"</table></div>",
(.violations | finding("Violations"; @html "<p>\(which), \(.test), seed \(.seed): \(.reason)</p><pre>\(.command)</pre>")),
(.trouble | finding("Nothing proven"; @html "<p>\(which), \(.test), seed \(.seed): \(.verdict): \(.reason)</p><pre>\(.command)</pre>")),
(.lost | finding("Shards without a result"; @html "<p>\(.state): \(which), \(.tests | join("+")), seed \(.seed)</p><pre>\(.command)</pre>")),
"</body></html>"
