/* GeNN's model Izhikevich (neuronModels.h). The reset comes with the next step:
 *
 *     if (V >= 30.0) { V = c; U += d; }
 *     V += 0.5*(0.04*V*V+5.0*V+140.0-U+Isyn)*DT;  (twice)
 *     U += a*(b*V-U)*DT;
 *     if (V > 30.0) V = 30.0;
 *
 * A neuron spikes if V >= 29.99 after that. */
#include "methods/method.h"

static double half_step(struct izh_step *s, double v, double u)
{
    const double I = s->I, dt = s->h;
    izh_step_pull(s, v, 0.5 * dt);
    return v + 0.5 * (0.04 * v * v + 5.0 * v + 140.0 - u + I) * dt;
}

static izh_status step_genn(struct izh_step *s)
{
    const izh_params *p = &s->model->p;
    double v = s->from.v, u = s->from.u;
    if (v >= 30.0) {
        v = p->c;
        u += p->d;
    }
    v = half_step(s, v, u);
    v = half_step(s, v, u);
    u += p->a * (p->b_hi * v - u) * s->h;
    izh_step_count(s, 2);
    s->to = (izh_state){v > 30.0 ? 30.0 : v, u};
    return IZH_OK;
}

/* Only a reset by the callback acts at once. */
static void finish_genn(struct izh_firing *f)
{
    if (f->after.v == f->own.v && f->after.u == f->own.u)
        f->after = f->before;
}

static const struct izh_dialect genn_dialect = {.threshold = 29.99, .finish = finish_genn};

const struct izh_method_ops izh_method_genn = {
    .dt = 1, .step = step_genn, .stable = 2, .dialect = &genn_dialect};
