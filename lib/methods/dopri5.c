/* Dormand and Prince's method of order 5(4) with dense output of order 4 (J. Comput. Appl. Math. 6
 * (1980); Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I, table II.5.2 and
 * equation II.6.12 with the coefficients of the code DOPRI5). */
#include <stdbool.h>

#include "methods/control.h"
#include "util/float.h"

#define STAGE_INLINE static inline __attribute__((always_inline))

/* y(theta) = y0 + theta (d0 + (1 - theta) (d1 + theta (d2 + (1 - theta) d3))) */
struct dopri5 {
    double v[7], u[7]; /* stages: rates of v and u; first and last at the step's ends */
    double d[4];       /* dense output of v; that of u is computed on demand */
    izh_state step;    /* to - from */
    izh_state end;     /* to */
    bool taken;
};

static const struct izh_controller dopri5_controller = {
    .exponent = 1. / 5, .pi = .04, .rtol_least = 1e-13};

static const double c[7] = {0, 1. / 5, 3. / 10, 4. / 5, 8. / 9, 1, 1};
static const double a[7][6] = {{0},
                               {1. / 5},
                               {3. / 40, 9. / 40},
                               {44. / 45, -56. / 15, 32. / 9},
                               {19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
                               {9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656},
                               {35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84}};
static const double error[7] = {71. / 57600,      0,         -71. / 16695, 71. / 1920,
                                -17253. / 339200, 22. / 525, -1. / 40};
static const double dense_3[7] = {-12715105075. / 11282082432,  0,
                                  87487479700. / 32700410799,   -10690763975. / 1880347072,
                                  701980252875. / 199316789632, -1453857185. / 822651844,
                                  69997945. / 29380423};

/* y plus h times the sum of b[i] k[i] for i < n. Only two operations wait for k[n - 1], the
 * newest. */
STAGE_INLINE double weighted_sum(double y, double h, const double *b, const double *k, int n)
{
    double known = b[0] * k[0];
    if (n == 1)
        return y + h * known;
#pragma GCC unroll 6
    for (int i = 1; i + 1 < n; i++)
        if (b[i] != 0)
            known += b[i] * k[i];
    return (y + h * known) + h * b[n - 1] * k[n - 1];
}

/* The neuron, with everything combined that does not change in a step. */
struct neuron {
    double k2, k1, w, vb, b, b3, a, r;
    double drive, slope; /* what the current and k0 add to v', and its rise over the step */
};

static struct neuron neuron_of(const struct izh_step *s)
{
    const struct izh_model *m = s->model;
    const bool low = m->branch == IZH_BRANCH_LO;
    return (struct neuron){m->k2,
                           m->k1,
                           m->w,
                           m->p.vb,
                           low ? m->p.b_lo : m->p.b_hi,
                           low ? 0 : m->p.b3,
                           m->p.a,
                           m->p.r,
                           m->k0 + m->w * s->I,
                           s->h * m->w * s->slope};
}

/* The rates of stage i at (v, u), in an order that leaves little to do once v is known. */
STAGE_INLINE void rate(struct dopri5 *w, const struct neuron *m, int i, double v, double u)
{
    const double x = v - m->vb;
    const double recovery = m->b3 == 0 ? m->b * x : (m->b + m->b3 * x * x) * x;
    w->v[i] = (m->k2 * v + m->k1) * v + (m->drive + c[i] * m->slope - m->w * u);
    w->u[i] = m->a * (recovery - m->r * u);
}

static izh_state attempt_dopri5(struct izh_step *s)
{
    struct dopri5 *w = s->work;
    const struct neuron m = neuron_of(s);
    const double h = s->h;
    const izh_state from = s->from;
#define STAGE(i) \
    rate(w, &m, i, weighted_sum(from.v, h, a[i], w->v, i), weighted_sum(from.u, h, a[i], w->u, i))
    STAGE(1);
    STAGE(2);
    STAGE(3);
    STAGE(4);
    STAGE(5);
#undef STAGE
    w->step = (izh_state){weighted_sum(0, h, a[6], w->v, 6), weighted_sum(0, h, a[6], w->u, 6)};
    s->to = (izh_state){from.v + w->step.v, from.u + w->step.u};
    rate(w, &m, 6, s->to.v, s->to.u);
    if (s->count)
        s->count->rhs += 6;
    return (izh_state){weighted_sum(0, h, error, w->v, 7), weighted_sum(0, h, error, w->u, 7)};
}

/* The coefficients of the dense output, for one component. */
static void set_dense(double d[4], double h, double step, const double *k)
{
    d[0] = step;
    d[1] = h * k[0] - step;
    d[2] = step - h * k[6] - d[1];
    d[3] = weighted_sum(0, h, dense_3, k, 7);
}

static izh_status step_dopri5(struct izh_step *s)
{
    struct dopri5 *w = s->work;
    /* First same as last: the last stage of the step before is the first of this one, unless
     * something jumped. A solver that was loaded has no last stage and computes it: the value is
     * the same, and so is the count. */
    const bool same = s->carry.h > 0 && s->slope == 0;
    if (!same && s->count)
        s->count->rhs++;
    if (same && w->taken && w->end.v == s->from.v && w->end.u == s->from.u) {
        w->v[0] = w->v[6];
        w->u[0] = w->u[6];
    } else {
        const struct neuron m = neuron_of(s);
        rate(w, &m, 0, s->from.v, s->from.u);
    }
    w->taken = false;
    const izh_status status = izh_control_step(s, &dopri5_controller, attempt_dopri5);
    if (status != IZH_OK)
        return status;
    w->taken = true;
    w->end = s->to;
    set_dense(w->d, s->h, w->step.v, w->v);
    s->reach = izh_fabs(w->d[0]) + izh_fabs(w->d[1]) + izh_fabs(w->d[2]) + izh_fabs(w->d[3]);
    return IZH_OK;
}

static double interpolate_dopri5(const double d[4], double theta)
{
    const double rest = 1 - theta;
    return theta * (d[0] + rest * (d[1] + theta * (d[2] + rest * d[3])));
}

static izh_state dense_dopri5(const struct izh_step *s, double at)
{
    const struct dopri5 *w = s->work;
    const double theta = at / s->h;
    double u[4];
    set_dense(u, s->h, w->step.u, w->u);
    return (izh_state){s->from.v + interpolate_dopri5(w->d, theta),
                       s->from.u + interpolate_dopri5(u, theta)};
}

const struct izh_method_ops izh_method_dopri5 = {
    .step = step_dopri5, .dense = dense_dopri5, .work_size = sizeof(struct dopri5), .pieces = 2};
