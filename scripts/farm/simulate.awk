# SPDX-License-Identifier: GPL-2.0
#
# simulate.awk - what so many devices would make of a matrix that never ends: every
# device takes the next shard when it is free, which costs what one of the shards on
# stdin took (drawn anew each time), after the server and its worker have noticed.
#
# stdin: of each measured shard, seconds, window exposures, bytes of its log.
# -v devices= hours= seed=
# -v scheduler_s= worker_s=   how often a LAVA server looks for free devices, and a
#                             worker for jobs: 20 s each by default; 0: run --local

{ seconds[NR] = $1; exposures[NR] = $2; bytes[NR] = $3 }

# noticed(NOW, EVERY): the next look after NOW.
function noticed(now, every)
{
	return every ? (int(now / every) + 1) * every : now
}

END {
	if (!NR)
		exit 1
	srand(seed)
	for (device = 0; device < devices; device++) {
		phase = rand() * worker_s
		now = 0
		while (now < hours * 3600) {
			now = noticed(now, scheduler_s)
			now = noticed(now - phase, worker_s) + phase
			shard = int(rand() * NR) + 1
			now += seconds[shard]
			if (now > hours * 3600)
				break
			done++
			busy += seconds[shard]
			found += exposures[shard]
			logged += bytes[shard]
		}
	}
	printf "%7d  %8.0f  %4.0f %%  %18.3g  %14.2g  %8.1f\n", devices, done / hours,
		100 * busy / (devices * hours * 3600), found / hours,
		found ? 3 / (found / hours * 24) : 1, logged / hours / 1e6
}
