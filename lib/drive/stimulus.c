#include "drive/stimulus.h"

#include <string.h>

static void hold(struct izh_stimulus *stimulus, double I, double until)
{
    stimulus->now = (izh_input){0, I, 0, 0, 0};
    stimulus->until = until;
    stimulus->n = stimulus->next = 0;
    stimulus->fn = NULL;
}

void izh_stimulus_set_constant(struct izh_stimulus *stimulus, double I)
{
    hold(stimulus, I, IZH_INFINITY);
}

void izh_stimulus_set_segments(struct izh_stimulus *stimulus, const izh_segment *segments, size_t n)
{
    hold(stimulus, 0, n ? segments[0].t : IZH_INFINITY);
    for (size_t i = 0; i < n; i++)
        stimulus->segments[i] = (izh_input){segments[i].t, segments[i].I, segments[i].slope, 0, 0};
    stimulus->n = n;
}

void izh_stimulus_set_inputs(struct izh_stimulus *stimulus, const izh_input *inputs, size_t n)
{
    hold(stimulus, 0, n ? inputs[0].t : IZH_INFINITY);
    if (n)
        memmove(stimulus->segments, inputs, n * sizeof *inputs);
    stimulus->n = n;
}

void izh_stimulus_set_fn(struct izh_stimulus *stimulus, izh_stimulus_fn *fn, void *user)
{
    hold(stimulus, 0, fn ? -IZH_INFINITY : IZH_INFINITY);
    stimulus->fn = fn;
    stimulus->user = user;
}

bool izh_stimulus_is_constant(const struct izh_stimulus *stimulus, double I)
{
    return stimulus->until == IZH_INFINITY && stimulus->now.slope == 0 && stimulus->now.g == 0 &&
           stimulus->now.I == I;
}

/* How long until t, for the input. Dialects compare times as their programs do: to the bit. */
static double time_until(const struct izh_clock *clock, double t)
{
    return clock->hold ? t - izh_clock_held_since(clock, clock->tick) : izh_clock_until(clock, t);
}

bool izh_stimulus_ended(const struct izh_stimulus *stimulus, const struct izh_clock *clock)
{
    return stimulus->until < IZH_INFINITY && time_until(clock, stimulus->until) <= 0;
}

void izh_stimulus_next_segment(struct izh_stimulus *stimulus, const struct izh_clock *clock)
{
    while (izh_stimulus_ended(stimulus, clock)) {
        stimulus->now = stimulus->segments[stimulus->next++];
        stimulus->until =
            stimulus->next < stimulus->n ? stimulus->segments[stimulus->next].t : IZH_INFINITY;
    }
}

double izh_stimulus_current(const struct izh_stimulus *stimulus, const struct izh_clock *clock)
{
    const izh_input *now = &stimulus->now;
    if (now->slope == 0)
        return now->I;
    return now->I + now->slope * -time_until(clock, now->t);
}
