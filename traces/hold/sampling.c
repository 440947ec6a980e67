// SPDX-License-Identifier: GPL-2.0
/*
 * Recording part of the time, for loads that could not bear the probes all the time.
 * A probe costs a trap, whatever it does. So fewer probes are the only way to pay
 * less. The histograms keep what they have while nothing is armed.
 */
#include <stdlib.h>
#include <unistd.h>

#include "hold/histograms.h"
#include "hold/sampling.h"
#include "lib/tools.h"

#define WINDOW_S	0.5	/* armed at a time */

static double spread(double seconds)
{
	/* At random, so that a periodic load is seen in all of its phases. */
	return seconds * (0.5 + drand48());
}

/**
 * sampling_begin() - The triggers were set: the first window begins.
 * @sampling: To be filled in.
 * @functions: The functions.
 * @wanted: What was asked for; its histograms only when it is to be sampled.
 */
void sampling_begin(struct sampling *sampling, const struct functions *functions,
		    const struct wanted *wanted)
{
	*sampling = (struct sampling){ .functions = functions, .wanted = wanted };
	sampling->armed = true;
	srand48(getpid());
	sampling->begun = now();
	sampling->turn = sampling->begun;
	sampling->next = sampling->begun + WINDOW_S;
}

static void disarm(struct sampling *sampling)
{
	/* Arming and disarming cost something, too. */
	double cost;

	sampling->armed_s += now() - sampling->begun;
	histograms_disarm(sampling->functions, sampling->wanted);
	cost = now() - sampling->turn;
	sampling->next = now() + spread(cost * (100.0 / sampling->wanted->percent - 1));
	sampling->armed = false;
}

static void arm(struct sampling *sampling)
{
	sampling->turn = now();
	histograms_arm(sampling->functions, sampling->wanted);
	sampling->begun = now();
	sampling->next = sampling->begun + WINDOW_S;
	sampling->armed = true;
}

/**
 * sampling_turn() - Arm or disarm when it is time to; call it often.
 * @sampling: Begun.
 */
void sampling_turn(struct sampling *sampling)
{
	if (sampling->wanted->percent == 100 || now() < sampling->next)
		return;
	if (sampling->armed)
		disarm(sampling);
	else
		arm(sampling);
}

/**
 * sampling_end() - How long was something recorded?
 * @sampling: Begun.
 *
 * Return: seconds.
 */
double sampling_end(struct sampling *sampling)
{
	if (sampling->armed)
		sampling->armed_s += now() - sampling->begun;
	sampling->armed = false;
	return sampling->armed_s;
}
