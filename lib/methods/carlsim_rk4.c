/* CARLsim's RUNGE_KUTTA4 for its 4-parameter Izhikevich neurons. A millisecond has n sub-steps of
 * h = 1/n, with k = h v' and l = h u' at the classical stages,
 *
 *     v_next = v + one_sixth * (k1 + 2 * k2 + 2 * k3 + k4);
 *     if (v_next > 30) { spike; v_next = c; u += d; }
 *     if (v_next < -90) v_next = -90;
 *     u += one_sixth * (l1 + 2 * l2 + 2 * l3 + l4);
 *
 * So u jumps first, and then changes as the stages found without the jump. */
#include "methods/method.h"

static izh_state stage(struct izh_step *s, double v, double u)
{
    const izh_params *p = &s->model->p;
    izh_step_count(s, 1);
    izh_step_pull(s, v, s->h);
    return (izh_state){((0.04 * v + 5.0) * v + 140.0 - u + s->I) * s->h,
                       p->a * (p->b_hi * v - u) * s->h};
}

static izh_status step_carlsim_rk4(struct izh_step *s)
{
    const double one_sixth = 1.0 / 6.0, v = s->from.v, u = s->from.u;
    const izh_state k1 = stage(s, v, u);
    const izh_state k2 = stage(s, v + k1.v / 2.0, u + k1.u / 2.0);
    const izh_state k3 = stage(s, v + k2.v / 2.0, u + k2.u / 2.0);
    const izh_state k4 = stage(s, v + k3.v, u + k3.u);
    const double v_next = v + one_sixth * (k1.v + 2.0 * k2.v + 2.0 * k3.v + k4.v);
    const double change = one_sixth * (k1.u + 2.0 * k2.u + 2.0 * k3.u + k4.u);
    if (v_next > 30.0) {
        s->to = (izh_state){v_next, u};
        s->next_memory = change;
    } else {
        s->to = (izh_state){izh_carlsim_clamp(v_next), u + change};
    }
    return IZH_OK;
}

static void finish_carlsim_rk4(struct izh_firing *f)
{
    f->after = (izh_state){izh_carlsim_clamp(f->after.v), f->after.u + f->memory};
    f->memory = 0;
}

static const struct izh_dialect carlsim_rk4_dialect = {.threshold = 30,
                                                       .above = true,
                                                       .label_start = true,
                                                       .per_ms = 100,
                                                       .finish = finish_carlsim_rk4};

const struct izh_method_ops izh_method_carlsim_rk4 = {
    .dt = .1, .step = step_carlsim_rk4, .stable = 2.785, .dialect = &carlsim_rk4_dialect};
