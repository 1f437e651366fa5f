/* The classical Runge-Kutta method (Kutta 1901; Hairer, Norsett and Wanner, Solving Ordinary
 * Differential Equations I, table II.1.2). */
#include "methods/ticks.h"

IZH_TICKS_INLINE izh_status step(struct izh_step *s)
{
    const double h = s->h;
    const izh_state k1 = izh_step_stage(s, s->from, 0);
    const izh_state k2 = izh_step_stage(s, izh_state_add(s->from, .5 * h, k1), .5 * h);
    const izh_state k3 = izh_step_stage(s, izh_state_add(s->from, .5 * h, k2), .5 * h);
    const izh_state k4 = izh_step_stage(s, izh_state_add(s->from, h, k3), h);
    const izh_state sum = {k1.v + 2 * (k2.v + k3.v) + k4.v, k1.u + 2 * (k2.u + k3.u) + k4.u};
    s->to = izh_state_add(s->from, h / 6, sum);
    return IZH_OK;
}

/* |1 + z + z^2/2 + z^3/6 + z^4/24| <= 1 for z from -2.785 on. */
static void ticks(struct izh_ticks *t)
{
    izh_ticks_take(t, step);
}

const struct izh_method_ops izh_method_rk4 = {
    .dt = .1, .step = step, .ticks = ticks, .stable = 2.785};
