/* Many whole steps at once, from tick to tick, as long as surely nothing happens: for methods of
 * fixed steps, each by its own step, inlined. */
#ifndef IZH_LIB_TICKS_H
#define IZH_LIB_TICKS_H

#include <stdbool.h>

#include "drive/clock.h"
#include "drive/stimulus.h"
#include "methods/method.h"
#include "util/float.h"

#define IZH_TICKS_INLINE static inline __attribute__((always_inline))

struct izh_ticks {
    const struct izh_model *model;
    const struct izh_stimulus *stimulus; /* holds to the end of the last tick */
    const struct izh_clock *clock;       /* on the tick from which to go */
    bool exact;                          /* an event inside a step counts, not only at its end */
    double stable;                       /* the method's limit of stability */
    int64_t most;                        /* so many at most */
    izh_state state;                     /* in and out */
    int64_t taken;                       /* out, as are: */
    uint64_t rhs;                        /* evaluations in them */
    uint64_t beyond;                     /* those beyond the method's limit of stability */
    int64_t first_beyond;                /* and how many ticks lie before the first */
};

/* Whether surely no event lies in a step, nor at its end: see izh_crossing_first(). */
IZH_TICKS_INLINE bool izh_tick_is_plain(const struct izh_step *s, bool exact)
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

/* The loop, once for each method, kind of events and kind of current. */
IZH_TICKS_INLINE void izh_ticks_loop(struct izh_ticks *t, izh_status (*scheme)(struct izh_step *),
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
    if (!izh_model_has_kink(&m) && m.p.b_lo != 0)
        m.branch = IZH_BRANCH_LO; /* the same on both sides, to the bit */
    for (; taken < t->most; taken++) {
        if (linear) {
            clock.tick = t->clock->tick + taken;
            clock.base = izh_clock_tick_time(&clock, clock.tick);
            s.I = izh_stimulus_current(t->stimulus, &clock);
        }
        s.pull = 0;
        scheme(&s);
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

/* What a method's `ticks` does. */
IZH_TICKS_INLINE void izh_ticks_take(struct izh_ticks *t, izh_status (*scheme)(struct izh_step *))
{
    const bool linear = t->stimulus->now.slope != 0;
    if (t->exact && linear)
        izh_ticks_loop(t, scheme, true, true);
    else if (t->exact)
        izh_ticks_loop(t, scheme, true, false);
    else if (linear)
        izh_ticks_loop(t, scheme, false, true);
    else
        izh_ticks_loop(t, scheme, false, false);
}

#endif
