/* The Taylor series method, which Parker and Sochacki made known for polynomial equations (Neural,
 * Parallel & Sci. Comp. 4 (1996); for this neuron Stewart and Bair, J. Comput. Neurosci. 27
 * (2009)).
 *
 * With v = v0 + x the equations are
 *
 *     cm x' = f0 + (2 k2 v0 + k1) x + k2 x^2 - (u - u0) + slope s,  f0 = cm v'(0)
 *        u' = a (U(v0 + x) - r u)
 *
 * and the coefficients of x and u follow one from another by Cauchy products. The parameters are
 * taken as they are and not divided by cm: a rounded quotient would be a small but systematic
 * error, and near threshold the terms of f0 almost cancel. */
#include "methods/method.h"
#include <string.h>

#include "util/float.h"

#define ORDER_MAX 40 /* even */
#define BLOCK 4

struct taylor {
    int order;                                         /* even */
    double x[ORDER_MAX + 1 + BLOCK], u[ORDER_MAX + 1]; /* coefficients; x[0] = 0 */
    double half_x2[2 * ORDER_MAX + BLOCK];             /* half the coefficients of x^2 */
};

static const double reciprocal[ORDER_MAX + 1] = {
    0,       1. / 1,  1. / 2,  1. / 3,  1. / 4,  1. / 5,  1. / 6,  1. / 7,  1. / 8,
    1. / 9,  1. / 10, 1. / 11, 1. / 12, 1. / 13, 1. / 14, 1. / 15, 1. / 16, 1. / 17,
    1. / 18, 1. / 19, 1. / 20, 1. / 21, 1. / 22, 1. / 23, 1. / 24, 1. / 25, 1. / 26,
    1. / 27, 1. / 28, 1. / 29, 1. / 30, 1. / 31, 1. / 32, 1. / 33, 1. / 34, 1. / 35,
    1. / 36, 1. / 37, 1. / 38, 1. / 39, 1. / 40};

/* The order that is cheapest at this tolerance: a step grows as tolerance^(1/order) and costs about
 * order^2; measured with tests/bench. */
static int order_for(double rtol)
{
    const int order = (int)(4 - .45 * izh_log2_rough(rtol)) & ~1;
    return order < ORDER_MAX ? order : ORDER_MAX;
}

/* Puts the products of x[n] and the coefficients before it where they belong. Sums in place rather
 * than dot products: these are independent of each other, so that a compiler makes vectors of them
 * without changing a bit. Coefficients from x[n] on are still zero. */
static void add_products(struct taylor *t, double xn, int n)
{
    const int last = n - 1 < t->order - 1 - n ? n - 1 : t->order - 1 - n;
    double *restrict sum = t->half_x2 + n;
    const double *restrict x = t->x;
    for (int j = 0; j <= last; j += BLOCK)
        for (int k = 0; k < BLOCK; k++)
            sum[j + k] += xn * x[j + k];
    sum[n] += .5 * (xn * xn);
}

/* The coefficient of s^n in x^3. */
static double cube(const struct taylor *t, int n)
{
    double sum = 0;
    for (int i = 2; i < n; i++)
        sum += t->half_x2[i] * t->x[n - i];
    return 2 * sum;
}

static void series(struct taylor *t, const struct izh_step *s)
{
    const struct izh_model *m = s->model;
    const struct izh_params *p = &m->p;
    const double v0 = s->from.v, u0 = s->from.u, z0 = v0 - p->vb;
    const double linear = 2 * p->k2 * v0 + p->k1, twice_k2 = 2 * p->k2;
    const double b3 = m->branch == IZH_BRANCH_HI ? p->b3 : 0;
    const double slope = izh_model_recovery_slope(m, v0), ar = p->a * p->r;

    memset(t->x, 0, sizeof t->x);
    memset(t->half_x2, 0, sizeof t->half_x2);
    double xn = ((p->k2 * v0 + p->k1) * v0 + p->k0 - u0 + s->I) * m->w;
    double un = izh_model_du(m, s->from);
    for (int n = 1;; n++) {
        add_products(t, xn, n);
        t->x[n] = xn;
        t->u[n] = un;
        if (n == t->order)
            return;
        double du = slope * xn;
        if (b3 != 0)
            du += b3 * (6 * z0 * t->half_x2[n] + cube(t, n));
        xn = (linear * xn - un + twice_k2 * t->half_x2[n] + (n == 1 ? s->slope : 0)) *
             (m->w * reciprocal[n + 1]);
        un = (p->a * du - ar * un) * reciprocal[n + 1];
    }
}

/* The step at which the last two terms reach the tolerances (Jorba and Zou, Exp. Math. 14 (2005),
 * equation 11, with the order given). */
static double longest(const struct taylor *t, double tol_v, double tol_u)
{
    double log_h = IZH_INFINITY;
    for (int n = t->order - 1; n <= t->order; n++) {
        const double size = izh_fmax(izh_fabs(t->x[n]) * tol_u, izh_fabs(t->u[n]) * tol_v);
        if (size > 0)
            log_h = izh_fmin(log_h, izh_log2_rough(tol_v * tol_u / size) * reciprocal[n]);
    }
    return izh_exp2_rough(log_h);
}

/* The sums of c[n] s^n from n = 1 on, odd and even powers apart: twice as fast as Horner's chain.
 */
static double sum(const double *c, int order, double s)
{
    const double s2 = s * s;
    double odd = 0, even = 0;
    for (int n = order; n > 0; n -= 2) {
        even = even * s2 + c[n];
        odd = odd * s2 + c[n - 1];
    }
    return s * (odd + s * even);
}

static double sum_of_sizes(const double *c, int order, double s)
{
    const double s2 = s * s;
    double odd = 0, even = 0;
    for (int n = order; n > 0; n -= 2) {
        even = even * s2 + izh_fabs(c[n]);
        odd = odd * s2 + izh_fabs(c[n - 1]);
    }
    return s * (odd + s * even);
}

static izh_state dense(const struct izh_step *s, double at)
{
    const struct taylor *t = s->work;
    return (izh_state){s->from.v + sum(t->x, t->order, at), s->from.u + sum(t->u, t->order, at)};
}

static izh_status step(struct izh_step *s)
{
    struct taylor *t = s->work;
    const double rtol = izh_fmax(s->rtol, .25 * DBL_EPSILON);
    const double atol = s->atol > 0 ? s->atol : rtol;
    if (!t->order)
        t->order = order_for(rtol);
    series(t, s);
    if (s->count)
        s->count->rhs += (uint64_t)t->order;
    if (!izh_isfinite(t->x[t->order]) || !izh_isfinite(t->u[t->order]))
        return IZH_E_DIVERGED;
    s->h = izh_fmin(
        s->h, longest(t, atol + rtol * izh_fabs(s->from.v), atol + rtol * izh_fabs(s->from.u)));
    s->reach = sum_of_sizes(t->x, t->order, s->h);
    s->to = dense(s, s->h);
    return IZH_OK;
}

const struct izh_method_ops izh_method_taylor = {
    .step = step, .dense = dense, .work_size = sizeof(struct taylor), .pieces = 4};
