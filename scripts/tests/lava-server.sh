# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # scratch is expect.sh's
#
# lava-server.sh - a LAVA server of its own for a test, on loopback: PostgreSQL, the
# web application, scheduler and one worker with one QEMU device. Started without
# systemd, ended by their pids. (No publisher: it listens on all addresses, and the
# worker asks every few seconds anyway.) Sourced after expect.sh.

readonly lava_port=8765
readonly lava_device=bht-qemu
readonly lava_dictionary=/etc/lava-server/dispatcher-config/devices/$lava_device.jinja2
lava_pids=()
lava_cluster=''		# of PostgreSQL, when we started it

# lava_start NAME COMMAND...: in the background; it ends with us.
lava_start()
{
	local name=$1

	shift
	setpriv --pdeathsig TERM -- "$@" >"$scratch/$name.log" 2>&1 </dev/null &
	lava_pids+=("$!")
}

lava_manage()
{
	lava-server manage "$@"
}

# lava_server_start: all of it; sets XDG_CONFIG_HOME to where lavacli finds the server
# as identity `farm`, with a token of its own.
lava_server_start()
{
	local token

	trap 'lava_server_stop; rm -rf -- "$scratch"' EXIT
	# The scheduler writes its log there as lavaserver.
	chmod 755 -- "$scratch"
	lava_cluster=$(pg_lsclusters --no-header | awk '$4 == "down" && !found++ { print $1, $2 }')
	# shellcheck disable=SC2086 # version and name
	[[ -z $lava_cluster ]] || pg_ctlcluster $lava_cluster start
	/usr/bin/python3 /usr/share/lava-server/postinst.py >"$scratch/postinst.log" 2>&1

	lava_start gunicorn gunicorn3 lava_server.wsgi -u lavaserver -g lavaserver \
		--worker-class eventlet --workers 2 --bind "127.0.0.1:$lava_port"
	lava_start scheduler lava-server manage lava-scheduler --log-file "$scratch/scheduler.out"
	lava_manage users add bht --superuser --passwd "$RANDOM$RANDOM" >/dev/null 2>&1 || true
	lava_manage workers add bht-worker >/dev/null 2>&1 || true
	lava_manage device-types add qemu >/dev/null 2>&1 || true
	lava_manage devices add --device-type qemu --worker bht-worker "$lava_device" >/dev/null 2>&1 || true
	printf "{%% extends 'qemu.jinja2' %%}\n" >"$lava_dictionary"
	chown lavaserver: "$lava_dictionary"
	lava_manage devices update --health GOOD --worker bht-worker "$lava_device" >/dev/null

	export XDG_CONFIG_HOME=$scratch/config
	mkdir -m 700 -- "$XDG_CONFIG_HOME"
	token=$(lava_manage tokens add --user bht 2>/dev/null)
	(umask 077 && cat >"$XDG_CONFIG_HOME/lavacli.yaml") <<-END
		farm:
		  uri: http://127.0.0.1:$lava_port/RPC2/
		  username: bht
		  token: $token
	END
	token=$(lava_manage workers details bht-worker | sed -n 's/^token *: *//p')
	(umask 077 && printf '%s\n' "$token" >"$scratch/worker-token")
	lava_start worker lava-worker --url "http://127.0.0.1:$lava_port/" --name bht-worker \
		--token-file "$scratch/worker-token" --worker-dir "$scratch/worker" \
		--log-file "$scratch/worker.out" --ping-interval 5
}

lava_server_stop()
{
	local pid

	for pid in "${lava_pids[@]}"; do
		kill -TERM "$pid" 2>/dev/null || true
	done
	for pid in "${lava_pids[@]}"; do
		wait "$pid" 2>/dev/null || true
	done
	rm -f -- "$lava_dictionary"
	# shellcheck disable=SC2086 # version and name
	[[ -z $lava_cluster ]] || pg_ctlcluster $lava_cluster stop
}
