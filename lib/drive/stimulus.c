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

/* ---- checks of what the host gives ---- */

void izh_check_segments(struct izh_checks *c, const izh_segment *segments, size_t n)
{
    IZH_REQUIRE(c, segments || !n, IZH_E_INVALID, "segments is NULL");
    for (size_t i = 0; i < n && c->status == IZH_OK; i++) {
        const izh_segment *x = &segments[i];
        IZH_REQUIRE(c, izh_isfinite(x->t) && izh_isfinite(x->I) && izh_isfinite(x->slope),
                    IZH_E_INVALID, "segments[%zu]: t = %s, I = %s, slope = %s must be finite", i,
                    izh_number(x->t).text, izh_number(x->I).text, izh_number(x->slope).text);
        IZH_REQUIRE(c, !i || x->t > segments[i - 1].t, IZH_E_INVALID,
                    "segments[%zu].t = %s is not after segments[%zu].t = %s", i,
                    izh_number(x->t).text, i - 1, izh_number(segments[i - 1].t).text);
    }
}

void izh_check_inputs(struct izh_checks *c, const izh_input *inputs, size_t n)
{
    IZH_REQUIRE(c, inputs || !n, IZH_E_INVALID, "inputs is NULL");
    for (size_t i = 0; i < n && c->status == IZH_OK; i++) {
        const izh_input *x = &inputs[i];
        IZH_REQUIRE(c,
                    izh_isfinite(x->t) && izh_isfinite(x->I) && izh_isfinite(x->slope) &&
                        izh_isfinite(x->E) && izh_isfinite(x->g * x->E),
                    IZH_E_INVALID,
                    "inputs[%zu]: t = %s, I = %s, slope = %s, g = %s, E = %s must be finite, and "
                    "g E",
                    i, izh_number(x->t).text, izh_number(x->I).text, izh_number(x->slope).text,
                    izh_number(x->g).text, izh_number(x->E).text);
        IZH_REQUIRE(c, x->g >= 0, IZH_E_INVALID, "inputs[%zu].g = %s is negative", i,
                    izh_number(x->g).text);
        IZH_REQUIRE(c, !i || x->t > inputs[i - 1].t, IZH_E_INVALID,
                    "inputs[%zu].t = %s is not after inputs[%zu].t = %s", i, izh_number(x->t).text,
                    i - 1, izh_number(inputs[i - 1].t).text);
    }
}

void izh_check_ticks(struct izh_checks *c, double t0, double dt)
{
    IZH_REQUIRE(c, izh_isfinite(t0), IZH_E_INVALID, "t0 = %s must be finite", izh_number(t0).text);
    IZH_REQUIRE(c, !(dt > 0) || izh_clock_can_tick(t0, dt), IZH_E_INVALID,
                "dt = %s is below 1e-9 or lost beside t0 = %s", izh_number(dt).text,
                izh_number(t0).text);
}
