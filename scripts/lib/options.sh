# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib/options.sh - reads the command line of every command with util-linux's
# getopt(1): --name=value, --name value, --, -h. An error is one line and exit 2.
# Sourced after lib/base.sh by commands, which have a function usage().

operands=()			# the words that are no options, set by take_options
declare -A given_options=()	# [NAME]=1 for those on the command line

# take_options SPEC WORD...: set variables as the words of a command line say. SPEC is
# a list of words:
#   NAME            an option without a value: sets the variable NAME to 1
#   NAME:           an option with a value: sets the variable NAME to it
#   ...=VARIABLE    sets another variable
#   ...=ARRAY[]     appends the value to an array
# A NAME of one letter is a short option. A `-` in NAME is a `_` in its variable.
take_options()
{
	local option_word option_name option_text option_longs='' option_shorts=h
	local -A option_variable=() option_takes_value=()
	local -a option_words

	for option_word in $1 help; do
		option_name=${option_word%%=*}
		[[ $option_name != *: ]] || option_takes_value[${option_name%:}]=1
		if [[ ${option_name%:} == ? ]]; then
			option_shorts+=$option_name
		else
			# getopt accepts an abbreviation that fits one option only.
			# With a twin for each option, none fits one only.
			option_longs+=,$option_name,${option_name%:}~::
		fi
		option_name=${option_name%:}
		option_variable[$option_name]=${option_name//-/_}
		[[ $option_word != *=* ]] || option_variable[$option_name]=${option_word#*=}
	done
	shift
	option_text=$(LC_ALL=C getopt --name getopt --options "$option_shorts" \
		--longoptions "${option_longs#,}" -- "$@" 2>&1) || refuse_options "$option_text"
	eval "option_words=($option_text)"
	set -- "${option_words[@]}"
	while [[ $1 != -- ]]; do
		option_name=${1#-}
		option_name=${option_name#-}
		case $option_name in
		h | help) usage; exit "$EXIT_PASS" ;;
		*~) usage_error "unknown option '$1'; see ${0##*/} --help" ;;
		esac
		# shellcheck disable=SC2034 # for was_given
		given_options[$option_name]=1
		if [[ ! -v option_takes_value[$option_name] ]]; then
			printf -v "${option_variable[$option_name]}" 1
			shift
			continue
		fi
		if [[ ${option_variable[$option_name]} == *'[]' ]]; then
			local -n option_array=${option_variable[$option_name]%'[]'}
			option_array+=("$2")
			unset -n option_array
		else
			printf -v "${option_variable[$option_name]}" '%s' "$2"
		fi
		shift 2
	done
	shift
	operands=("$@")
}

# refuse_options TEXT: say in our words what getopt said first.
refuse_options()
{
	local said=${1%%$'\n'*} what

	what=${said#*\'}
	case $said in
	*" -- '"*) what=-${what%\'} ;;
	*"' "*) what=${what%\' *} ;;
	*) what=${what%\'} ;;
	esac
	case $said in
	*'requires an argument'*) usage_error "option $what needs a value; see ${0##*/} --help" ;;
	*"' doesn't allow an argument") usage_error "option ${what%%\' *} takes no value; see ${0##*/} --help" ;;
	*) usage_error "unknown option '${what%%\' is ambiguous*}'; see ${0##*/} --help" ;;
	esac
}

# was_given NAME: the option is on the command line.
was_given()
{
	[[ -v given_options[$1] ]]
}

# no_operands: there was nothing but options.
no_operands()
{
	((${#operands[@]} == 0)) ||
		usage_error "unexpected word '${operands[0]}'; see ${0##*/} --help"
}

# number OPTION VALUE MIN MAX [UNIT]
number()
{
	is_integer "$2" "$3" "$4" ||
		usage_error "bad $1 '$2': allowed is a whole number from $3 to $4${5:+ ($5)}"
}

# one_of OPTION VALUE ALLOWED...
one_of()
{
	local option=$1 value=$2 allowed

	shift 2
	for allowed in "$@"; do
		[[ $value != "$allowed" ]] || return 0
	done
	usage_error "bad $option '$value': allowed is one of $*"
}

# random_seed: print one.
random_seed()
{
	od -An -N4 -tu4 /dev/urandom | tr -d ' '
}
