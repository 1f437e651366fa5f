/* The figure listings of Izhikevich, figure 2 of IEEE Trans. Neural Networks 14 (2003) and
 * figure1.m of IEEE Trans. Neural Networks 15 (2004): explicit Euler for v, then u with the new v,
 *
 *     V = V + tau*(0.04*V^2+5*V+140-u+I);  u = u + tau*a*(b*V-u);
 *     if V > 30 ... V = c; u = u + d;
 *
 * where patterns (G) and (L) have 4.1*V+108, and (R) has u = u + tau*a*(b*(V+65)). The loop runs
 * over t = 0, tau, ..., T, so that a spike is drawn at its step's start. */
#include "methods/method.h"

static izh_status step_figure1(struct izh_step *s)
{
    const izh_params *p = &s->model->p;
    const double tau = s->h, I = s->I;
    double v = s->from.v, u = s->from.u;
    izh_step_pull(s, v, tau);
    v = v + tau * (0.04 * (v * v) + p->k1 * v + p->k0 - u + I);
    if (p->r == 0)
        u = u + tau * p->a * (p->b_hi * (v - p->vb));
    else
        u = u + tau * p->a * (p->b_hi * v - u);
    izh_step_count(s, 1);
    s->to = (izh_state){v, u};
    return IZH_OK;
}

static const struct izh_dialect figure1_dialect = {
    .threshold = 30, .above = true, .label_start = true, .any_k = true};

const struct izh_method_ops izh_method_figure1 = {
    .dt = .25, .step = step_figure1, .stable = 2, .dialect = &figure1_dialect};
