/* Dormand and Prince's method of order 5(4) with dense output of order 4 (J. Comput. Appl. Math. 6
 * (1980); Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I, table II.5.2 and
 * equation II.6.12 with the coefficients of the code DOPRI5). */
#include <stdbool.h>

#include "methods/control.h"
#include "util/float.h"

/* y(theta) = y0 + theta (d0 + (1 - theta) (d1 + theta (d2 + (1 - theta) d3))) */
struct dopri5 {
    double v[4], u[4];
    izh_state first, k3, k4, k5, k6, last; /* stages; first and last are f at the step's ends */
    izh_state step, end;                   /* to - from, and to */
    bool taken;
};

static const struct izh_controller controller = {.order = 5, .pi = .04, .rtol_least = 1e-13};

static izh_state attempt(struct izh_step *s)
{
    const struct izh_model *m = s->model;
    struct dopri5 *w = s->work;
    const double h = s->h, I = s->I, slope = s->slope;
    const izh_state y0 = s->from, k1 = w->first;
    izh_state y;

    y.v = y0.v + h * (1. / 5 * k1.v);
    y.u = y0.u + h * (1. / 5 * k1.u);
    const izh_state k2 = izh_model_rhs(m, y, I + slope * (1. / 5 * h));

    y.v = y0.v + h * (3. / 40 * k1.v + 9. / 40 * k2.v);
    y.u = y0.u + h * (3. / 40 * k1.u + 9. / 40 * k2.u);
    const izh_state k3 = izh_model_rhs(m, y, I + slope * (3. / 10 * h));

    y.v = y0.v + h * (44. / 45 * k1.v - 56. / 15 * k2.v + 32. / 9 * k3.v);
    y.u = y0.u + h * (44. / 45 * k1.u - 56. / 15 * k2.u + 32. / 9 * k3.u);
    const izh_state k4 = izh_model_rhs(m, y, I + slope * (4. / 5 * h));

    y.v = y0.v + h * (19372. / 6561 * k1.v - 25360. / 2187 * k2.v + 64448. / 6561 * k3.v -
                      212. / 729 * k4.v);
    y.u = y0.u + h * (19372. / 6561 * k1.u - 25360. / 2187 * k2.u + 64448. / 6561 * k3.u -
                      212. / 729 * k4.u);
    const izh_state k5 = izh_model_rhs(m, y, I + slope * (8. / 9 * h));

    y.v = y0.v + h * (9017. / 3168 * k1.v - 355. / 33 * k2.v + 46732. / 5247 * k3.v +
                      49. / 176 * k4.v - 5103. / 18656 * k5.v);
    y.u = y0.u + h * (9017. / 3168 * k1.u - 355. / 33 * k2.u + 46732. / 5247 * k3.u +
                      49. / 176 * k4.u - 5103. / 18656 * k5.u);
    const izh_state k6 = izh_model_rhs(m, y, I + slope * h);

    const izh_state step = {h * (35. / 384 * k1.v + 500. / 1113 * k3.v + 125. / 192 * k4.v -
                                 2187. / 6784 * k5.v + 11. / 84 * k6.v),
                            h * (35. / 384 * k1.u + 500. / 1113 * k3.u + 125. / 192 * k4.u -
                                 2187. / 6784 * k5.u + 11. / 84 * k6.u)};
    y = (izh_state){y0.v + step.v, y0.u + step.u};
    const izh_state k7 = izh_model_rhs(m, y, I + slope * h);

    if (s->count)
        s->count->rhs += 6;
    s->to = y;
    w->last = k7;
    w->step = step;
    w->k3 = k3;
    w->k4 = k4;
    w->k5 = k5;
    w->k6 = k6;
    return (izh_state){h * (71. / 57600 * k1.v - 71. / 16695 * k3.v + 71. / 1920 * k4.v -
                            17253. / 339200 * k5.v + 22. / 525 * k6.v - 1. / 40 * k7.v),
                       h * (71. / 57600 * k1.u - 71. / 16695 * k3.u + 71. / 1920 * k4.u -
                            17253. / 339200 * k5.u + 22. / 525 * k6.u - 1. / 40 * k7.u)};
}

/* The dense output's coefficients, one component. */
static void set_dense(double d[4], double h, double step, double k1, double k3, double k4,
                      double k5, double k6, double k7)
{
    d[0] = step;
    d[1] = h * k1 - step;
    d[2] = step - h * k7 - d[1];
    d[3] = h * (-12715105075. / 11282082432 * k1 + 87487479700. / 32700410799 * k3 -
                10690763975. / 1880347072 * k4 + 701980252875. / 199316789632 * k5 -
                1453857185. / 822651844 * k6 + 69997945. / 29380423 * k7);
}

static izh_status step(struct izh_step *s)
{
    struct dopri5 *w = s->work;
    /* First same as last, where nothing jumped since; the value is the same either way. */
    const bool same = w->taken && s->carry.h > 0 && s->slope == 0 && w->end.v == s->from.v &&
                      w->end.u == s->from.u;
    w->first = same ? w->last : izh_step_rhs(s, s->from, 0);
    w->taken = false;
    const izh_status status = izh_control_step(s, &controller, attempt);
    if (status != IZH_OK)
        return status;
    w->taken = true;
    w->end = s->to;
    set_dense(w->v, s->h, w->step.v, w->first.v, w->k3.v, w->k4.v, w->k5.v, w->k6.v, w->last.v);
    set_dense(w->u, s->h, w->step.u, w->first.u, w->k3.u, w->k4.u, w->k5.u, w->k6.u, w->last.u);
    s->reach = izh_fabs(w->v[0]) + izh_fabs(w->v[1]) + izh_fabs(w->v[2]) + izh_fabs(w->v[3]);
    return IZH_OK;
}

static double interpolate(const double d[4], double theta)
{
    const double rest = 1 - theta;
    return theta * (d[0] + rest * (d[1] + theta * (d[2] + rest * d[3])));
}

static izh_state dense(const struct izh_step *s, double at)
{
    const struct dopri5 *w = s->work;
    const double theta = at / s->h;
    return (izh_state){s->from.v + interpolate(w->v, theta), s->from.u + interpolate(w->u, theta)};
}

const struct izh_method_ops izh_method_dopri5 = {
    .step = step, .dense = dense, .work_size = sizeof(struct dopri5), .pieces = 2};
