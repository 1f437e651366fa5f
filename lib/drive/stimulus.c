#include "drive/stimulus.h"

#include <string.h>

#include "drive/noise.h"

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

/* The time until t, for the input. Dialects compare times as their programs do: to the bit. */
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

static double piece_current(const struct izh_stimulus *stimulus, const struct izh_clock *clock)
{
    const izh_input *now = &stimulus->now;
    if (now->slope == 0)
        return now->I;
    return now->I + now->slope * -time_until(clock, now->t);
}

double izh_stimulus_current(const struct izh_stimulus *stimulus, const struct izh_clock *clock)
{
    const double I = piece_current(stimulus, clock);
    const struct izh_stir *noise = &stimulus->noise;
    return noise->dt > 0 ? I + noise->wander + noise->normal : I;
}

/* ---- noise ---- */

static double normal_of(const struct izh_stir *noise, uint64_t key, uint64_t tick)
{
    return izh_normal_f64(key, noise->neuron, tick);
}

void izh_stir_hold(struct izh_stir *noise)
{
    noise->wander = noise->away + noise->law.is.mean;
    noise->normal =
        noise->sigma > 0 ? noise->sigma * normal_of(noise, noise->seed, (uint64_t)noise->tick) : 0;
    noise->until = noise->t0 + (double)(noise->tick + 1) * noise->dt;
}

/* Advances the process by the normal of its tick. */
static void wander(struct izh_stir *noise)
{
    const struct izh_wander_law *law = &noise->law;
    if (law->is.sigma > 0)
        noise->away =
            noise->away * law->keep +
            law->kick * normal_of(noise, izh_wander_key(noise->seed), (uint64_t)noise->tick);
}

/* The tick that contains the time t, which is not before t0. */
static int64_t tick_at(double t0, double dt, double t)
{
    const double nearest = izh_round((t - t0) / dt);
    const double slack = 4 * DBL_EPSILON * izh_fmax(izh_fabs(t), izh_fabs(t0));
    const bool begun = t0 + nearest * dt <= t + slack;
    return (int64_t)nearest - (begun ? 0 : 1);
}

void izh_stimulus_set_noise(struct izh_stimulus *stimulus, const izh_noise *noise, double t0,
                            double now)
{
    struct izh_stir *to = &stimulus->noise;
    *to = (struct izh_stir){0};
    if (!noise || (izh_wander_is_none(&noise->ou) && noise->sigma == 0 && noise->white == 0))
        return;
    *to = (struct izh_stir){.t0 = t0,
                            .dt = noise->dt,
                            .sigma = izh_noise_sigma(noise->sigma, noise->white, noise->dt),
                            .seed = noise->seed,
                            .neuron = noise->neuron,
                            .tick = tick_at(t0, noise->dt, now)};
    if (!izh_wander_is_none(&noise->ou))
        to->law = izh_wander_law(&noise->ou, noise->dt);
    to->away = noise->ou.sigma * normal_of(to, izh_wander_key(noise->seed), IZH_WANDER_START);
    wander(to);
    izh_stir_hold(to);
}

bool izh_stimulus_stirs(struct izh_stimulus *stimulus, const struct izh_clock *clock)
{
    struct izh_stir *noise = &stimulus->noise;
    bool stirs = false;
    while (noise->dt > 0 && time_until(clock, noise->until) <= 0) {
        noise->tick++;
        wander(noise);
        noise->until = noise->t0 + (double)(noise->tick + 1) * noise->dt;
        stirs = true;
    }
    if (stirs)
        izh_stir_hold(noise);
    return stirs;
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
