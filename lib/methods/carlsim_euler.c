/* CARLsim's FORWARD_EULER for its 4-parameter Izhikevich neurons. A millisecond has n sub-steps of
 * h = 1/n,
 *
 *     v_next = v + ((0.04 * v + 5.0) * v + 140.0 - u + I) * h;
 *     if (v_next > 30) { spike; v_next = c; u += d; }
 *     if (v_next < -90) v_next = -90;
 *     u += a * (b * v_next - u) * h;
 *
 * all under the current of the millisecond. A spike's time is the index of its millisecond. */
#include "methods/method.h"

static izh_state after_test(const izh_params *p, izh_state y, double h)
{
    const double v = izh_carlsim_clamp(y.v);
    return (izh_state){v, y.u + p->a * (p->b_hi * v - y.u) * h};
}

/* If the neuron fires, the step ends before the reset, and finish_carlsim_euler() does the rest. */
static izh_status step_carlsim_euler(struct izh_step *s)
{
    const double h = s->h, v = s->from.v, u = s->from.u;
    izh_step_pull(s, v, h);
    s->to = (izh_state){v + ((0.04 * v + 5.0) * v + 140.0 - u + s->I) * h, u};
    if (!(s->to.v > 30.0))
        s->to = after_test(&s->model->p, s->to, h);
    izh_step_count(s, 1);
    return IZH_OK;
}

static void finish_carlsim_euler(struct izh_firing *f)
{
    f->after = after_test(f->p, f->after, f->h);
}

static const struct izh_dialect carlsim_euler_dialect = {.threshold = 30,
                                                         .above = true,
                                                         .label_start = true,
                                                         .per_ms = 100,
                                                         .finish = finish_carlsim_euler};

const struct izh_method_ops izh_method_carlsim_euler = {
    .dt = .5, .step = step_carlsim_euler, .stable = 2, .dialect = &carlsim_euler_dialect};
