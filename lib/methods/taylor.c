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
#include "util/float.h"

/* What a step may add to the error, as a share of the tolerance: near threshold an error in v is
 * one in time a hundred times as large. It costs a few percent. */
#define SAFETY .01
#define LAST 6      /* terms that tell the decay */
#define ORDER_MIN 8 /* both even */
#define ORDER_MAX 40

struct taylor {
    double log_ratio; /* log2 of the ratio of a step to the radius of convergence */
    int order;        /* even */
    double x[ORDER_MAX + 1], u[ORDER_MAX + 1]; /* coefficients, from the first on */
    double y[ORDER_MAX + 1];                   /* 2 k2 x */
    double x2[ORDER_MAX + 1];                  /* x^2, where U is cubic */
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
    const int order = (int)(4 - .6 * izh_log2_rough(rtol)) & ~1;
    return order < ORDER_MIN ? ORDER_MIN : order < ORDER_MAX ? order : ORDER_MAX;
}

/* Half the sum of x[i] y[n - i] over 1 < i < n - 1, where y is a multiple of x: each pair once,
 * from the middle outwards so that the newest coefficient comes last, in two strands. */
static double products(const double *x, const double *y, int n)
{
    double sum = n & 1 ? 0 : .5 * (x[n / 2] * y[n / 2]), other = 0;
    const double *p = x + (n - 1) / 2, *q = y + n - (n - 1) / 2, *const end = x + 2;
    for (; p > end; p -= 2, q += 2) {
        sum += p[0] * q[0];
        other += p[-1] * q[1];
    }
    return (p == end ? sum + p[0] * q[0] : sum) + other;
}

/* The coefficient of s^n in x^2. */
static double square(const double *x, int n)
{
    double sum = n & 1 ? 0 : .5 * (x[n / 2] * x[n / 2]);
    for (int i = 1; 2 * i < n; i++)
        sum += x[i] * x[n - i];
    return 2 * sum;
}

/* What the cubic piece of U adds to the coefficient n of U(v0 + x): 3 b3 z0 x^2 + b3 x^3. */
static double cubic(struct taylor *t, double b3, double z0, int n)
{
    double x3 = 0;
    t->x2[n] = square(t->x, n);
    for (int i = 2; i < n; i++)
        x3 += t->x2[i] * t->x[n - i];
    return b3 * (3 * z0 * t->x2[n] + x3);
}

static void series(struct taylor *t, const struct izh_step *s)
{
    const struct izh_model *m = s->model;
    const struct izh_params *p = &m->p;
    const double v0 = s->from.v, z0 = v0 - p->vb, twice_k2 = 2 * p->k2;
    const double linear = twice_k2 * v0 + p->k1, slope = izh_model_recovery_slope(m, v0);
    const double b3 = m->branch == IZH_BRANCH_HI ? p->b3 : 0;
    double xn = ((p->k2 * v0 + p->k1) * v0 + p->k0 - s->from.u + s->I) * m->w, older_x = 0;
    double un = izh_model_du(m, s->from);
    const double y1 = twice_k2 * xn;
    for (int n = 1;; n++) {
        t->x[n] = xn;
        t->u[n] = un;
        t->y[n] = twice_k2 * xn;
        if (n == t->order)
            return;
        /* All but a multiplication and an addition can be done while xn is still on its way. */
        const double f = m->w * reciprocal[n + 1], g = p->a * reciprocal[n + 1];
        const double slope_I = n == 1 ? s->slope : 0;
        const double rest = (products(t->x, t->y, n) + slope_I + y1 * older_x) * f - un * f;
        un = slope * g * xn - p->r * g * un;
        if (b3 != 0)
            un += g * cubic(t, b3, z0, n);
        older_x = n == 1 ? 0 : xn; /* the pair (1, 1) of n = 2 is in products */
        xn = linear * f * xn + rest;
    }
}

/* How the series falls off: a bound of (|x[n]|/scale_v)^(1/n) and of the like of u over the last
 * terms, an estimate of one over the radius of convergence. Several terms are looked at because
 * some can be zero by structure (of v' = v^2 + t every third only is not); log2 of it, from
 * exponents alone, which is at most 1/n too high. */
static double log_decay(const struct taylor *t, double scale_v, double scale_u)
{
    const double per_v = 1 / scale_v, per_u = 1 / scale_u;
    double decay = -IZH_INFINITY;
    for (int n = t->order - LAST + 1; n <= t->order; n++) {
        const double size = izh_fmax(izh_fabs(t->x[n]) * per_v, izh_fabs(t->u[n]) * per_u);
        if (size >= DBL_MIN)
            decay = izh_fmax(decay, (izh_exponent(size) + 1) * reciprocal[n]);
    }
    return decay;
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

static double power(double x, int n)
{
    double result = 1;
    for (; n > 0; n >>= 1, x *= x)
        if (n & 1)
            result *= x;
    return result;
}

static izh_state dense(const struct izh_step *s, double at)
{
    const struct taylor *t = s->work;
    return (izh_state){s->from.v + sum(t->x, t->order, at), s->from.u + sum(t->u, t->order, at)};
}

static izh_status step(struct izh_step *s)
{
    struct taylor *t = s->work;
    const double rtol = izh_fmax(SAFETY * s->rtol, .25 * DBL_EPSILON);
    const double atol = s->atol > 0 ? SAFETY * s->atol : rtol;
    if (!t->order) {
        t->order = order_for(rtol);
        t->log_ratio = izh_log2_rough(rtol) / (t->order + 1);
    }
    series(t, s);
    if (s->count)
        s->count->rhs += (uint64_t)t->order;
    if (!izh_isfinite(t->x[t->order]) || !izh_isfinite(t->u[t->order]))
        return IZH_E_DIVERGED;
    /* The step at which the first term left out is the tolerance (Jorba and Zou, Exp. Math. 14
     * (2005), section 3.2, with the order given), and a geometric series as the bound of all of
     * them. */
    const double scale_v = atol / rtol + izh_fabs(s->from.v);
    const double scale_u = atol / rtol + izh_fabs(s->from.u);
    const double decay = log_decay(t, scale_v, scale_u);
    s->h = izh_fmin(s->h, izh_exp2_rough(t->log_ratio - decay));
    s->reach = sum_of_sizes(t->x, t->order, s->h);
    s->to = dense(s, s->h);
    const double ratio = izh_fmin(.9, s->h * izh_exp2_rough(decay));
    const double rest = power(ratio, t->order + 1) / (1 - ratio);
    s->error = (izh_state){scale_v * rest, scale_u * rest};
    return IZH_OK;
}

const struct izh_method_ops izh_method_taylor = {
    .step = step, .dense = dense, .work_size = sizeof(struct taylor), .pieces = 4};
