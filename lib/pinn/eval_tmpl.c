/* The evaluation of a window, compiled for each length of vectors, IZH_TRIG_BYTES, as the function
 * IZH_EVAL_NAME. The operations are those of net.c and equation.c, in the same order. */
#include "pinn/eval.h"

#include "util/trig.h"

#define EVAL_LANES IZH_TRIG_LANES
#define TANH_FAR 299

izh_pinn_eval_fn IZH_EVAL_NAME;

/* A window's coordinates at some shares of it. */
struct coordinate_lanes {
    izh_doubles x[2];
};

/* near: no unit needs the tanh of more than TANH_FAR. */
IZH_TRIG_INLINE struct coordinate_lanes coordinate_lanes(const struct izh_pinn_trained *w,
                                                         izh_doubles tau, bool near)
{
    const struct izh_pinn_net *net = &w->net;
    const izh_doubles z = 2 * tau - 1;
    izh_doubles theta = izh_doubles_of(net->bias[0]), u = izh_doubles_of(net->bias[1]);
    for (int j = 0; j < net->hidden; j++) {
        const izh_doubles x = net->in[j] * z + net->shift[j];
        const izh_doubles f = near ? izh_doubles_tanh_within(x) : izh_doubles_tanh(x);
        theta += net->out[0][j] * f;
        u += net->out[1][j] * f;
    }
    return (struct coordinate_lanes){
        {tau * (w->equation.rate[0] + tau * theta), tau * (w->equation.rate[1] + tau * u)}};
}

IZH_TRIG_INLINE izh_doubles voltage(const struct izh_pinn_equation *e, izh_doubles x)
{
    if (!e->phase)
        return e->from.v + e->scale * x;
    const struct izh_doubles_sincos grown = izh_doubles_sincos(.5 * x);
    const izh_doubles cos = e->norm * (grown.cos - e->turn * grown.sin);
    const izh_doubles v = e->from.v + e->scale * (grown.sin / (e->norm * cos));
    const izh_doubles held = e->hold_v + e->hold_slope * (x - e->hold);
    return izh_doubles_select(x < e->hold, v, held);
}

/* Evaluates EVAL_LANES points. */
IZH_TRIG_INLINE void evaluate(const struct izh_pinn_trained *w, double start, const double *times,
                              izh_state *states, bool near)
{
    const struct izh_pinn_equation *e = &w->equation;
    izh_doubles t;
    __builtin_memcpy(&t, times, sizeof t);
    const struct coordinate_lanes c = coordinate_lanes(w, (t - start) / e->length, near);
    const izh_doubles v = voltage(e, c.x[0]), u = e->from.u + e->u_scale * c.x[1];
    for (int i = 0; i < EVAL_LANES; i++)
        states[i] = (izh_state){v[i], u[i]};
}

IZH_TRIG_INLINE void evaluate_all(const struct izh_pinn_trained *w, double start,
                                  const double *times, size_t n, izh_state *states, bool near)
{
    size_t i = 0;
    for (; i + EVAL_LANES <= n; i += EVAL_LANES)
        evaluate(w, start, times + i, states + i, near);
    if (i == n)
        return;
    double last[EVAL_LANES];
    izh_state out[EVAL_LANES];
    for (size_t k = 0; k < EVAL_LANES; k++)
        last[k] = times[i + k < n ? i + k : n - 1];
    evaluate(w, start, last, out, near);
    for (size_t k = 0; i + k < n; k++)
        states[i + k] = out[k];
}

static bool is_near(const struct izh_pinn_net *net)
{
    bool near = true;
    for (int j = 0; j < net->hidden; j++)
        near = near && izh_fabs(net->in[j]) + izh_fabs(net->shift[j]) < TANH_FAR;
    return near;
}

void IZH_EVAL_NAME(const struct izh_pinn_trained *w, double start, const double *times, size_t n,
                   izh_state *states)
{
    if (is_near(&w->net))
        evaluate_all(w, start, times, n, states, true);
    else
        evaluate_all(w, start, times, n, states, false);
}
