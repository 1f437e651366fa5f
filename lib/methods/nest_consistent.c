/* NEST's model izhikevich with consistent_integration true, its default (models/izhikevich.cpp):
 * explicit Euler for both,
 *
 *     v += h * ( 0.04 * v_old * v_old + 5.0 * v_old + 140.0 - u_old + I + I_e );
 *     u += h * a * ( b * v_old - u_old );
 *
 * Then v is limited to V_min, by default the lowest double, and the neuron spikes if v >= V_th. */
#include "methods/method.h"

static izh_status step_nest(struct izh_step *s)
{
    const izh_params *p = &s->model->p;
    const double h = s->h, v = s->from.v, u = s->from.u;
    izh_step_pull(s, v, h);
    s->to.v = v + h * (0.04 * v * v + 5.0 * v + 140.0 - u + s->I);
    s->to.u = u + h * p->a * (p->b_hi * v - u);
    izh_step_count(s, 1);
    return IZH_OK;
}

static const struct izh_dialect nest_dialect = {.threshold = 30};

const struct izh_method_ops izh_method_nest_consistent = {
    .dt = 1, .step = step_nest, .stable = 2, .dialect = &nest_dialect};
