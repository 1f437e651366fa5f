/* The explicit midpoint method (Runge 1895): y1 = y0 + h f(y0 + h/2 f(y0, t0), t0 + h/2). */
#include "methods/ticks.h"

IZH_TICKS_INLINE izh_status step(struct izh_step *s)
{
    const double h = s->h;
    const izh_state k1 = izh_step_stage(s, s->from, 0);
    const izh_state k2 = izh_step_stage(s, izh_state_add(s->from, .5 * h, k1), .5 * h);
    s->to = izh_state_add(s->from, h, k2);
    return IZH_OK;
}

static void ticks(struct izh_ticks *t)
{
    izh_ticks_take(t, step);
}

const struct izh_method_ops izh_method_midpoint = {
    .dt = .1, .step = step, .ticks = ticks, .stable = 2};
