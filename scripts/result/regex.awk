# SPDX-License-Identifier: GPL-2.0
#
# regex.awk - does the awk that runs this match the extended regular expression in the
# environment's REGEX as its author meant it? Exit 1 and one line that says why not; an
# expression that does not compile ends awk itself. Run by bht-console with LC_ALL=C.

function refuse(why)
{
	print why
	exit 1
}

BEGIN {
	regex = ENVIRON["REGEX"]
	if ("" ~ regex)
		refuse("it matches any text")
	repeats = "aa" ~ "^a{2}$"
	for (i = 1; i <= length(regex); i++) {
		rest = substr(regex, i)
		if (rest ~ /^\\[A-Za-z0-9<>`']/)
			refuse("awk does not know '" substr(rest, 1, 2) "'; write it out, as [A-Za-z0-9_] or [0-9]")
		if (rest ~ /^\\/)
			i++
		else if (match(rest, /^\[\^?\]?([^]\[]|\[:[a-z]+:\]|\[)*\]/))
			i += RLENGTH - 1
		else if (!repeats && match(rest, /^\{[0-9]*,?[0-9]*\}/))
			refuse("this awk does not know '" substr(rest, 1, RLENGTH) "'; write it out, as in [0-9][0-9]")
		else if (rest ~ /^\(\?|^[*+?}][?+]/)
			refuse("awk does not know '" substr(rest, 1, 2) "', Perl does")
	}
}
