/* Explicit Euler: y1 = y0 + h f(y0, t0). */
#include "methods/ticks.h"

IZH_TICKS_INLINE izh_status step(struct izh_step *s)
{
    s->to = izh_state_add(s->from, s->h, izh_step_stage(s, s->from, 0));
    return IZH_OK;
}

static void ticks(struct izh_ticks *t)
{
    izh_ticks_take(t, step);
}

const struct izh_method_ops izh_method_euler = {
    .dt = .1, .step = step, .ticks = ticks, .stable = 2};
