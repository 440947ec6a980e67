# SPDX-License-Identifier: GPL-2.0
#
# result/result.jq - makes result.json. Joins the records that the tests printed with the
# KTAP around them, the console's problems, and how the VM ended. None of these is
# trusted alone. Called by bht-result with $request, $vm, $problems, $began (the line of
# the console where the first torture began, 0: none), $module_lines (the module's closing
# lines) and the KTAP as raw input.

include "soak";
include "protocol";

def starts_below($name): startswith($name + ".");
def belongs_to($name): . == $name or starts_below($name);

def hundredths: . * 100 | round / 100;

def lines: split("\n") | map(rtrimstr("\r"));

# A record line, whatever number of "# " the runners put before it.
def records:
	[.[] | capture("^(# *)*bhtorture: (?<json>\\{.*\\})$").json | fromjson? | select(.name)];

# The runner's own result lines.
def programs_ended:
	[.[] | capture("^(?<not>not )?ok [0-9]+ selftests: [^:]+: (?<name>[^ ]+)(?<rest>.*)$")
	 | {name, ok: (.not == null), skip: (.rest | test("# SKIP")), rest: (.rest | ltrimstr(" # "))}];

# The harness' result lines, one level down: FIXTURE[.VARIANT].TEST
def tests_ended:
	[.[] | capture("^# (?<not>not )?ok [0-9]+ (?<name>[^ ]+)") | {name, ok: (.not == null)}];

# The harness announces each test; the last that it did not end is the one that
# was running, under its record's name.
def running($program; $ended):
	[.[] | capture("^# # +RUN +(?<name>[^ ]+)").name
	 | select(belongs_to($program))] - [$ended[].name]
	| last // $program | if . == $program then . else sub("\\.[^.]*$"; "") end;

# Its last progress line is all that is known of its numbers.
def progress($name):
	[.[] | capture("^(# *)*(?<name>[^ :]+): (?<s>[0-9]+) s of [0-9]+, (?<m>[0-9]+) migrations, (?<e>[0-9]+) exposures")
	 | select(.name == $name)] | last
	| if . then {seconds: (.s | tonumber), migrations: (.m | tonumber), exposures: (.e | tonumber)}
	  else {} end;

# What the module said on the console, see module/judge/violation.c.
def told:
	[$last_words | capture("bhtorture: violation (?<oracle>[a-z_]+): device [0-9:]+ block (?<block>[0-9]+) .* expected (?<expected>[0-9]+) found (?<found>[0-9]+), .* by (?<thread>[^ ]+) on CPU (?<cpu>[0-9]+), (?<ms>[0-9]+) ms and (?<migrations>[0-9]+) migrations into")
	 | .ms |= tonumber | .migrations |= tonumber | .block |= tonumber | .cpu |= tonumber]
	| first;

def complete:
	{name: null, result: "error", reason: "", seconds: 0, lookups: 0, migrations: 0,
	 exposures: 0, violations: {}, first_violation: null} + .;

# A test that left no record because the guest ended under it.
def unfinished($lines; $ended):
	. as $program | ($lines | running($program; $ended)) as $name
	| {name: $name, reason: "did not end: \($vm.reason)"} + ($lines | progress($name))
	| if told then
		. + {result: "fail", first_violation: told, migrations: ([.migrations, told.migrations] | max),
		     seconds: ([.seconds, told.ms / 1000] | max),
		     violations: ({(told.oracle): 1} + if $vm.ended == "panic" then {kernel: 1} else {} end)}
	  elif $vm.ended == "panic" then
		. + {result: "fail", violations: {kernel: 1},
		     first_violation: {oracle: "kernel", ms: ((.seconds // 0) * 1000),
				       migrations: (.migrations // 0)}}
	  else . end;

# The module's own verdict is a witness: a record that passes names the line with which the
# module has to end. Another one, or none, and one of the two does not work.
def witnessed:
	if .module_verdict == null or .result == "skip" then .
	else .name as $name | .module_verdict as $wanted
	| [$module_lines[] | select(.test == $name).says] as $says
	| (if .result == "pass" and $says == [] then "no closing line"
	   elif .result == "pass" and $says[-1] != $wanted then $says[-1]
	   elif (.result == "pass" or .result == "inconclusive") and $wanted != "FAILURE"
		and any($says[]; . == "FAILURE") then "FAILURE"
	   else null end) as $other
	| if $other then
		.result = "error"
		| .reason = "the module was to end with \($wanted), its console has \($other); the test said: \(.reason)"
	  else . end
	end;

def is_soak: ($request.soak_s // 0) > 0;

# The entries of one program: its records, corrected by what KTAP says.
def judged($program; $lines; $records; $programs; $ended):
	([$ended[] | select((.ok | not) and (.name | belongs_to($program))).name]) as $not_ok
	| [$records[] | select(.name | belongs_to($program))
	   | .name as $name
	   | if .result == "pass" and any($not_ok[]; belongs_to($name)) then
		.result = "fail" | .reason = "KTAP says not ok, the record pass: \(.reason)"
	     else witnessed end] as $own
	| [$not_ok[] | . as $name | select(all($own[]; .name as $record | $name | belongs_to($record) | not))
	   | {name: ., reason: "ended as not ok and left no record"}] as $silent
	| ([$programs[] | select(.name == $program)] | last) as $program_ended
	| ($own + $silent) as $all
	| $all + if $program_ended == null and $vm.mode == "tests" then
			[$program | unfinished($lines; $ended)]
		elif $program_ended == null then
			if $all == [] then [$program | unfinished($lines; $ended)] else [] end
		elif $program_ended.skip and $all == [] then
			[{name: $program, result: "skip", reason: "skipped without a word"}]
		elif $program_ended.ok and $all == [] then
			[{name: $program, reason: "ended as ok, but left no record"}]
		elif ($program_ended.ok or $program_ended.skip | not)
		     and all($all[]; .result == "pass" or .result == "skip") then
			[{name: $program, reason: "the program failed and no record says why: \($program_ended.rest)"}]
		else [] end
	| map(complete);

# A soak's programs, as often as they ran. One that Ctrl-C ended does not count.
def judged_runs:
	[runs_of_programs[]
	 | program_of as $program | programs_ended as $programs
	 | select($program and ($programs != [] or $vm.ended != "interrupted"))
	 | judged($program; .; records; $programs; tests_ended)[]];

# The host sees the guest's words a little late: only what is more than both is wrong.
def clock_tolerance: {part: 0.02, seconds: 0.5};

# What guest-init read on the guest's clock when it said so.
def uptimes($word):
	[.[] | capture("^# guest: \($word), .*, (?<s>[0-9.]+) s after boot$").s | tonumber];

# The guest's clock beside the host's, from ready to done; null without one of these.
def clock:
	(uptimes("ready") | first) as $ready | (uptimes("done") | last) as $done
	| $vm.clock as $host
	| if all($ready, $done, $host.ready, $host.done; . != null) then
		($done - $ready) as $guest_s | ($host.done - $host.ready) as $host_s
		| ($guest_s - $host_s | fabs) as $apart
		| {guest_s: ($guest_s | hundredths), host_s: ($host_s | hundredths),
		   factor: ($guest_s / ([$host_s, 0.01] | max) | . * 1000 | round / 1000),
		   agree: ($apart <= clock_tolerance.seconds or $apart <= $host_s * clock_tolerance.part)}
	  else null end;

# A wrong clock makes all times and rates wrong: no verdict is told by these.
def clock_entry:
	{name: "clock", seconds: .host_s,
	 reason: "the guest's clock ran \(.factor) times as fast as the host's (\(.guest_s) s in \(.host_s) s): its times and rates are wrong"};

def verdict_of($tests; $problems):
	[$tests[].result] as $results
	| if any($results[]; . == "error") then "error"
	  elif any($results[]; . == "fail") or ($problems | length) > 0 or $vm.ended == "panic" then "fail"
	  # A soak may be ended at any time: what was done counts.
	  elif $vm.ended != "finished" and (is_soak and $vm.ended == "interrupted" | not) then "error"
	  elif $vm.mode == "command" then if $vm.guest_status == 0 then "pass" else "fail" end
	  elif $tests == [] then "error"
	  elif any($results[]; . == "inconclusive") or all($results[]; . == "skip") then "inconclusive"
	  else "pass" end;

# What convicts the kernel of this race: an oracle, or what happened to the kernel after
# the torture had begun. A kernel that does not boot, that complains earlier, or that the
# module does not load on fails the run. It is not convicted.
def conviction($tests; $problems):
	([$tests[] | select(.result == "fail" and .expected_violations == null).first_violation.oracle
	  | select(. and . != "kernel")] | first)
	// if $began == 0 then null
	   elif $vm.ended == "panic" or any($problems[]; .line > $began) then "kernel"
	   elif ($vm.ended == "hang" or $vm.ended == "time_limit")
		and any($tests[]; (.migrations // 0) > 0) then "stuck"
	   else null end;

lines as $lines
| ($lines | records) as $records
| ($lines | programs_ended) as $programs
| ($lines | tests_ended) as $ended
| (if $vm.mode == "bench" then ["bench"]
   else ($request.tests // ($programs | map(.name))) end) as $wanted
| ($lines | [.[] | capture("^# guest: ready, Linux (?<release>[^ ,]+)").release] | first) as $booted
| (if $booted and $request.kernel.release and $booted != $request.kernel.release then
	[{name: "kernel", reason: "booted \($booted), asked for \($request.kernel.release)"} | complete]
   else [] end) as $wrong_kernel
| ($lines | clock) as $clock
| (if $clock and ($clock.agree | not) then [$clock | clock_entry | complete] else [] end) as $wrong_clock
| (if $vm.mode == "command" then []
   elif is_soak then
	($lines | judged_runs | all_together) + [$lines | readings | memory_entry | complete]
   else [$wanted[] as $program | judged($program; $lines; $records; $programs; $ended)[]] end
   + $wrong_kernel + $wrong_clock) as $untraced
| ($interleavings | add // [] | of_strategy($request)) as $interleavings
| [$untraced[] | with_protocol($interleavings)] as $tests
| {
	schema: 1,
	kernel: {
		release: ($booted // $request.kernel.release),
		# A test whose own strategy moved the folios cannot tell.
		era: ([$tests[].era // empty] | [(.[] | select(. != "unknown")), .[]] | first),
		source: $request.kernel.source
	},
	host: $vm.host,
	clock: ($clock // {} | {guest_s, host_s, factor, agree}
		+ {tsc_khz: $vm.clock.tsc_khz,
		   unstable: (if $unstable_clock == "" then null else $unstable_clock end)}),
	# Of a deterministic guest: the hashes of all that went in and of the KTAP.
	fingerprint: $vm.fingerprint,
	output: $vm.output,
	seed: $request.seed,
	verdict: verdict_of($tests; $problems),
	conviction: (if $wrong_clock == [] then conviction($tests; $problems) else null end),
	tests: $tests,
	protocol: protocol_of($interleavings),
	console: {problems: $problems},
	ended: $vm.ended,
	reason: $vm.reason,
	mode: $vm.mode,
	architecture: ($request.architecture // "x86_64"),
	strategy: $request.strategy,
	duration: $request.duration,
	profile: $request.profile
}
| if is_soak then
	($lines | readings) as $readings
	| .soak = {hours: ($request.soak_s / 3600), rounds: ($readings | length), memory: ($readings | thinned)}
  else . end
| .summary = {
	passed: ([$tests[] | select(.result == "pass")] | length),
	failed: (([$tests[] | select(.result == "fail" or .result == "error" or .result == "inconclusive")] | length)
		 + if ($problems | length) > 0 then 1 else 0 end),
	skipped: ([$tests[] | select(.result == "skip")] | length)
  }
# A run that did not end well never reads "0 failed".
| if (.verdict == "error" or .verdict == "fail") and .summary.failed == 0 then .summary.failed = 1 else . end
