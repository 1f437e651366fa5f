/* sPyNNaker's Izhikevich neuron (neuron_model_izh_impl.h; M. Hopkins and S. Furber, Neural
 * Computation 27 (2015)): an explicit midpoint step. The step after a spike is longer, to make up
 * for the time that the spike lost on the grid,
 *
 *     pre_alph = 140 + I - U;  alpha = pre_alph + (5 + 0.04 * V) * V;  eta = V + half(h * alpha);
 *     beta = half(h * (b * V - U) * a);
 *     V += h * (pre_alph - beta + (5 + 0.04 * eta) * eta);  U += a * h * (-U - beta + b * eta);
 *
 * The board computes this in s16.15 fixed point, with 0.040008544921875 for 0.04. This file has its
 * scheme in double, not its bits. */
#include "methods/method.h"

#define LONGER 1.85 /* SIMPLE_TQ_OFFSET */

static izh_status step_spinnaker(struct izh_step *s)
{
    const izh_params *p = &s->model->p;
    const double h = s->memory != 0 ? s->h * LONGER : s->h;
    const double v = s->from.v, u = s->from.u, a = p->a, b = p->b_hi;
    const double pre_alph = 140.0 + s->I - u;
    const double alpha = pre_alph + (5.0 + 0.04 * v) * v;
    const double eta = v + .5 * (h * alpha);
    izh_step_pull(s, v, h);
    izh_step_pull(s, eta, h);
    const double beta = .5 * (h * (b * v - u) * a);
    s->to.v = v + h * (pre_alph - beta + (5.0 + 0.04 * eta) * eta);
    s->to.u = u + a * h * (-u - beta + b * eta);
    izh_step_count(s, 2);
    return IZH_OK;
}

static void finish_spinnaker(struct izh_firing *f)
{
    f->memory = 1;
}

static const struct izh_dialect spinnaker_dialect = {.threshold = 30, .finish = finish_spinnaker};

const struct izh_method_ops izh_method_spinnaker = {
    .dt = 1, .step = step_spinnaker, .stable = 2, .dialect = &spinnaker_dialect};
