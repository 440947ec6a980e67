# SPDX-License-Identifier: GPL-2.0
#
# layers.jq - from shfmt's syntax trees of shell scripts: the functions that each defines,
# the files that it sources, the words that may be names of functions and the paths of
# commands. One line each: the script below $trees, KIND, the function it is in, the name.

# A word that is written out: bare or in single quotes.
def written_out:
	.. | objects | .Parts? | arrays | select(length == 1) | .[0]
	| select(.Type == "Lit" or .Type == "SglQuoted") | .Value | strings
	| select(test("^[a-z_][a-z0-9_]*$"));

# The end of any piece of a word, as of "$bht_top/scripts/bht-vm".
def commands:
	.. | objects | select(.Type == "Lit" or .Type == "SglQuoted") | .Value | strings
	| select(test("/scripts/bht-[a-z-]+$")) | sub(".*/"; "");

# What `source` and `.` name: the last piece of their last word, from its last
# variable or substitution on.
def sourced:
	.. | objects | select(.Type == "CallExpr") | .Args
	| select(length > 1 and (.[0].Parts[0].Value == "source" or .[0].Parts[0].Value == "."))
	| .[1] | [.. | objects | select(.Type == "Lit") | .Value] | last // empty;

def lines($file):
	def line($kind; $function; names): [names] | unique[] | [$file, $kind, $function, .];
	def uses($function): line("word"; $function; written_out), line("command"; $function; commands);
	line("source"; ""; sourced),
	if .Cmd.Type == "FuncDecl" then
		.Cmd.Name.Value as $name | line("defines"; ""; $name), (.Cmd.Body | uses($name))
	else
		uses("")
	end;

(input_filename | ltrimstr($trees)) as $file | .Stmts[]? | lines($file) | join("\t")
