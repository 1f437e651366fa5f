/* The network listing of Izhikevich, IEEE Trans. Neural Networks 14 (2003): two half steps of v,
 * "for numerical stability", then u with the new v. */
#include "methods/ticks.h"

IZH_TICKS_INLINE izh_status step(struct izh_step *s)
{
    const izh_params *p = &s->model->p;
    const double half = s->h * .5;
    izh_state y = s->from;
    for (int i = 0; i < 2; i++) {
        izh_step_pull(s, y.v, s->h);
        y.v += half * izh_model_dv(s->model, y, s->I);
    }
    y.u +=
        s->h * p->a * (izh_model_recovery(s->model, y.v) - p->r * y.u); /* in the listing's order */
    if (s->count)
        s->count->rhs += 2;
    s->to = y;
    return IZH_OK;
}

static void ticks(struct izh_ticks *t)
{
    izh_ticks_take(t, step);
}

/* Twice explicit Euler's limit, since the steps are halves. */
const struct izh_method_ops izh_method_published_2003 = {
    .dt = 1, .step = step, .ticks = ticks, .stable = 4};
