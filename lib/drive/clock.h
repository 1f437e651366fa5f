/* A solver's time.
 *
 * With fixed steps, the clock stands `offset` after tick number `tick`, whose time is t0 + tick dt.
 * So results do not depend on how large t is. If the method chooses its steps, the time is
 * base + offset, the unevaluated sum of two doubles, so that a long run does not lose small steps
 * (Knuth's TwoSum). */
#ifndef IZH_LIB_CLOCK_H
#define IZH_LIB_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "util/float.h"

struct izh_clock {
    double t0, dt; /* dt = 0: there are no ticks */
    int64_t tick;
    double base, offset;
    int64_t hold; /* for dialects: how many ticks (1, or those of a millisecond) share the input at
                     the first of them; 0: input acts at its own time */
};

static inline struct izh_clock izh_clock_start(double t0, double dt)
{
    return (struct izh_clock){t0, dt, 0, t0, 0, 0};
}

/* The shortest tick, ms: a run of 1 ms then takes a billion ticks. */
#define IZH_DT_MIN 1e-9

/* Whether the times of ticks differ enough for izh_clock_until() to tell them apart. */
static inline bool izh_clock_can_tick(double t0, double dt)
{
    return dt >= IZH_DT_MIN && dt > 16 * DBL_EPSILON * izh_fabs(t0);
}

static inline double izh_clock_tick_time(const struct izh_clock *c, int64_t tick)
{
    return c->t0 + (double)tick * c->dt;
}

/* When the ticks that share this tick's input began: at a whole millisecond if they are several. */
static inline double izh_clock_held_since(const struct izh_clock *c, int64_t tick)
{
    return c->hold > 1 ? c->t0 + (double)(tick / c->hold) : izh_clock_tick_time(c, tick);
}

/* The time s after the clock's. A step covers the time after its tick, up to and including the next
 * tick. So, whatever the rounding, the result is never after the next tick, and is after the
 * step's own tick unless offset + s is 0. */
static inline double izh_clock_time(const struct izh_clock *c, double s)
{
    const double t = c->base + (c->offset + s);
    if (c->dt == 0)
        return t;
    const double tick = izh_clock_tick_time(c, c->tick);
    if (!(t > tick) && c->offset + s > 0)
        return izh_next(tick);
    return izh_fmin(t, izh_clock_tick_time(c, c->tick + 1));
}

/* The time until t. A t within 4 ulp of a tick means that tick. */
static inline double izh_clock_until(const struct izh_clock *c, double t)
{
    if (c->dt == 0)
        return (t - c->base) - c->offset;
    const double ticks = (t - c->t0) / c->dt, nearest = izh_round(ticks);
    const double slack = 4 * DBL_EPSILON * izh_fmax(izh_fabs(t), izh_fabs(c->t0));
    if (izh_fabs(t - (c->t0 + nearest * c->dt)) <= slack)
        return (nearest - (double)c->tick) * c->dt - c->offset;
    return (t - c->base) - c->offset;
}

/* The time until the next tick; infinity without ticks. */
static inline double izh_clock_to_tick(const struct izh_clock *c)
{
    return c->dt == 0 ? IZH_INFINITY : c->dt - c->offset;
}

static inline bool izh_clock_on_tick(const struct izh_clock *c)
{
    return c->offset == 0;
}

/* Advances by s > 0, at most to the next tick. */
static inline void izh_clock_advance(struct izh_clock *c, double s)
{
    if (c->dt == 0) {
        izh_two_sum(c->base, c->offset + s, &c->base, &c->offset);
    } else if (s >= izh_clock_to_tick(c) || c->offset + s >= c->dt) {
        c->tick++;
        c->base = izh_clock_tick_time(c, c->tick);
        c->offset = 0;
    } else {
        c->offset += s;
    }
}

/* Only without ticks. Before steps of s, rounds the offset to so few bits that sums of it and of
 * steps with few bits are exact, in any order, as soon as |t| is large against s. */
static inline void izh_clock_round(struct izh_clock *c, double s)
{
    const double unit = izh_pow2(izh_exponent(s) - 51);
    c->offset = unit * izh_round(c->offset / unit);
}

/* Only without ticks. Advances by s, the sum of many steps. The result is that of the single steps
 * if none of their sums is rounded. */
static inline void izh_clock_advance_far(struct izh_clock *c, double s)
{
    double rest;
    izh_two_sum(c->base, s, &c->base, &rest);
    izh_two_sum(c->base, rest + c->offset, &c->base, &c->offset);
}

#endif
