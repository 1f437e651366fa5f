/* What a method gets from its scheme: its step, and whole steps in a row, from tick to tick, as
 * long as surely no event happens. */
#ifndef IZH_LIB_TICKS_H
#define IZH_LIB_TICKS_H

#include <stdbool.h>

#include "drive/clock.h"
#include "drive/stimulus.h"
#include "methods/method.h"
#include "util/float.h"

/* A solver's pack is one double. */
#include "util/real.h"
#include "util/vec_scalar.h"
#define PACK 1
#include "methods/schemes.h"

struct izh_ticks {
    const struct izh_model *model;
    const struct izh_stimulus *stimulus; /* holds to the end of the last tick */
    const struct izh_clock *clock;       /* stands on the tick to start from */
    bool exact;                          /* events inside a step count, not only those at its end */
    double stable;                       /* the method's limit of stability */
    int64_t most;                        /* the most ticks to take */
    izh_state state;                     /* in and out */
    int64_t taken;                       /* out: ticks taken */
    uint64_t rhs;                        /* out: evaluations in them */
    uint64_t beyond;                     /* out: ticks beyond the method's limit of stability */
    int64_t first_beyond;                /* out: how many ticks lie before the first of those */
};

/* What a scheme needs at the start of a step. */
struct izh_scheme_start {
    struct neurons neuron;
    struct states y;
    struct variant is;
};

ALWAYS_INLINE struct izh_scheme_start izh_scheme_start(const struct izh_step *s)
{
    const struct izh_model *m = s->model;
    return (struct izh_scheme_start){.neuron = {.k2 = m->k2,
                                                .k1 = m->k1,
                                                .k0 = m->k0,
                                                .w = m->w,
                                                .a = m->p.a,
                                                .r = m->p.r,
                                                .b_lo = m->p.b_lo,
                                                .b_hi = m->p.b_hi,
                                                .b3 = m->p.b3,
                                                .vb = m->p.vb},
                                     .y = {.v = s->from.v,
                                           .u = s->from.u,
                                           .wI = m->w * s->I,
                                           .low = m->branch == IZH_BRANCH_LO,
                                           .I = s->I,
                                           .slope = s->slope},
                                     /* b_lo = 0 and b_hi = -0 are equal, so there is no kink; yet
                                      * their products with v - vb differ in sign. */
                                     .is = {.decided = m->branch != IZH_BRANCH_BY_V,
                                            .special = izh_model_has_kink(m) || m->p.b_lo == 0,
                                            .linear = s->slope != 0}};
}

/* A step by a scheme that evaluates the right-hand side `evaluations` times. */
ALWAYS_INLINE izh_status izh_scheme_step(struct izh_step *s, scheme_fn *scheme, int evaluations)
{
    struct izh_scheme_start start = izh_scheme_start(s);
    izh_step_count(s, evaluations);
    scheme(&start.neuron, &start.y, s->h, start.is);
    s->to = (izh_state){start.y.v, start.y.u};
    s->pull = larger(s->h * start.y.pull, s->pull);
    return IZH_OK;
}

/* Whether surely no event lies in a step or at its end: see izh_crossing_first(). */
ALWAYS_INLINE bool izh_tick_is_plain(const struct izh_step *s, bool exact)
{
    const struct izh_model *m = s->model;
    const double u = m->p.vpeak_u;
    if (exact) {
        const izh_state f = izh_model_rhs(m, s->from, s->I);
        const double speed = f.v - u * f.u;
        if (!(izh_model_above_peak(m, s->from) + IZH_HUMP * s->h * speed < 0))
            return false;
    }
    return izh_model_above_peak(m, s->to) < 0 && izh_fabs(s->to.v) < IZH_STATE_MAX &&
           izh_fabs(s->to.u) < IZH_RUNAWAY_U;
}

/* The loop of izh_ticks_take(), compiled once for each method, kind of events and kind of
 * current. */
ALWAYS_INLINE void izh_ticks_loop(struct izh_ticks *t, izh_status (*step)(struct izh_step *),
                                  bool exact, bool linear)
{
    struct izh_model m = *t->model;
    struct izh_clock clock = *t->clock;
    izh_statistics count = {0};
    struct izh_step s;
    s.model = &m;
    s.count = &count;
    s.I = t->stimulus->now.I;
    s.slope = linear ? t->stimulus->now.slope : 0;
    s.h = clock.dt;
    s.from = t->state;
    int64_t taken = 0, first_beyond = 0;
    uint64_t rhs = 0, beyond = 0;
    for (; taken < t->most; taken++) {
        if (linear) {
            clock.tick = t->clock->tick + taken;
            clock.base = izh_clock_tick_time(&clock, clock.tick);
            s.I = izh_stimulus_current(t->stimulus, &clock);
        }
        s.pull = 0;
        step(&s);
        if (!izh_tick_is_plain(&s, exact))
            break;
        rhs = count.rhs;
        if (s.pull > t->stable && beyond++ == 0)
            first_beyond = taken;
        s.from = s.to;
    }
    t->state = s.from;
    t->taken = taken;
    t->rhs = rhs;
    t->beyond = beyond;
    t->first_beyond = first_beyond;
}

/* `ticks` of izh_method_ops, for a method with this step. */
ALWAYS_INLINE void izh_ticks_take(struct izh_ticks *t, izh_status (*step)(struct izh_step *))
{
    const bool linear = t->stimulus->now.slope != 0;
    if (t->exact && linear)
        izh_ticks_loop(t, step, true, true);
    else if (t->exact)
        izh_ticks_loop(t, step, true, false);
    else if (linear)
        izh_ticks_loop(t, step, false, true);
    else
        izh_ticks_loop(t, step, false, false);
}

/* Defines the operations of a method that has its scheme's name. */
#define IZH_SCHEME_METHOD(scheme, evaluations, ...)            \
    static inline izh_status step_##scheme(struct izh_step *s) \
    {                                                          \
        return izh_scheme_step(s, scheme, evaluations);        \
    }                                                          \
    static void ticks_##scheme(struct izh_ticks *t)            \
    {                                                          \
        izh_ticks_take(t, step_##scheme);                      \
    }                                                          \
    const struct izh_method_ops izh_method_##scheme = {        \
        .step = step_##scheme, .ticks = ticks_##scheme, __VA_ARGS__}

#endif
