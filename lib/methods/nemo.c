/* NeMo's plugin Izhikevich (its CPU backend): four sub-steps to the millisecond,
 *
 *     if(!fired) { v += 0.25 * ((0.04*v + 5.0) * v + 140.0 - u + I);
 *                  u += 0.25 * (a * (b*v - u));  fired = v >= 30.0; }
 *
 * and the reset at the millisecond's end. */
#include "methods/method.h"

#define SUB_STEPS 4

static izh_status step_nemo(struct izh_step *s)
{
    const izh_params *p = &s->model->p;
    double v = s->from.v, u = s->from.u;
    bool fired = false;
    for (int i = 0; i < SUB_STEPS && !fired; i++) {
        izh_step_pull(s, v, 0.25);
        v += 0.25 * ((0.04 * v + 5.0) * v + 140.0 - u + s->I);
        u += 0.25 * (p->a * (p->b_hi * v - u));
        fired = v >= 30.0;
        izh_step_count(s, 1);
    }
    s->to = (izh_state){v, u};
    return IZH_OK;
}

static const struct izh_dialect nemo_dialect = {.threshold = 30, .per_ms = 1};

const struct izh_method_ops izh_method_nemo = {
    .dt = 1, .step = step_nemo, .stable = 2, .dialect = &nemo_dialect};
