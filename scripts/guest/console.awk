# SPDX-License-Identifier: GPL-2.0
#
# guest/console.awk - test output on the console of a machine that has no other line
# (bht.output=console, see guest/init). Each line of input becomes a kernel message, so
# that no other message splits it. LAVA's test monitors read the messages as they come
# (scripts/farm/). scripts/farm/collect.sh makes the run's ktap.log of them again.
#
#   ktap: LINE         a line of output, or the end of one
#   ktap+ PART         the beginning of a line that does not fit into one message
#   measured: ok 0 NAME.WHAT # VALUE UNIT
#                      a number of a test's record as a test case of its own, because
#                      LAVA knows one measurement a test case
#
# Histograms are left out: a job's log has limits, and the quantiles tell enough.

BEGIN {
	if (!console)
		console = "/dev/kmsg"
	# devkmsg_write() refuses more than LOG_LINE_MAX, 976 to 1024 by version.
	part = 800
}

# One write is one message; of a level that the console shows.
function message(text)
{
	print "<4>" text >console
	fflush(console)
}

# value(KEY): of a number in the record, "" when it has none.
function value(key)
{
	key = "\"" key "\":"
	if (!match($0, key "[0-9.]+"))
		return ""
	return substr($0, RSTART + length(key), RLENGTH - length(key))
}

function measured(what, number, unit)
{
	if (number != "")
		message("measured: " outcome " 0 " name "." what " # " number " " unit)
}

/bhtorture: \{"name":/ {
	gsub(/,"histogram":\[[][0-9,]*\]/, "")
}

{
	line = $0
	for (; length(line) > part; line = substr(line, part + 1))
		message("ktap+ " substr(line, 1, part))
	message("ktap: " line)
}

/bhtorture: \{"name":/ && !/"result":"skip"/ {
	name = $0
	sub(/.*\{"name":"/, "", name)
	sub(/".*/, "", name)
	outcome = /"result":"pass"/ ? "ok" : "not ok"
	measured("migrations", value("migrations"), "migrations")
	measured("exposures", value("exposures"), "exposures")
	if (match($0, /"first_violation":\{[^}]*\}/)) {
		$0 = substr($0, RSTART, RLENGTH)
		measured("first_violation", value("ms"), "ms")
	}
}

/^# guest: done/ { exit }
