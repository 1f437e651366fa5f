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
#include <stdbool.h>
#include <stddef.h>

#include "methods/method.h"
#include "util/float.h"

/* What a step may add to the error, as a share of the tolerance: near threshold an error in v is
 * one in time a hundred times as large. It costs a few percent. */
#define SAFETY .01
#define SIZE_OF_V 100. /* mV */
#define LAST 6         /* terms that tell the decay */
#define ORDER_MIN 8    /* both even */
#define ORDER_MAX 40

#define INLINE static inline __attribute__((always_inline))

/* Two neighbours, which cost as much as one: plain arithmetic on each, so the same bits as without
 * vectors. */
typedef double pair __attribute__((vector_size(16), aligned(8)));
typedef int64_t pair_bits __attribute__((vector_size(16)));

/* The coefficients of s, s^2, ... */
union coefficients {
    double one[ORDER_MAX];
    pair two[ORDER_MAX / 2];
};

struct taylor {
    double log_ratio; /* log2 of the ratio of a step to the radius of convergence */
    double rest;      /* bounds the terms left out, as a share of the scale */
    int order;        /* a multiple of 4 */
    union coefficients x, u;
    union coefficients x2; /* x^2, where U is cubic */
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
    const int order = (int)(10 - .6 * izh_log2_rough(rtol)) & ~3;
    return order < ORDER_MIN ? ORDER_MIN : order < ORDER_MAX ? order : ORDER_MAX;
}

/* cm x' = f0 + linear x + y x/2 - (u - u0) + slope_I s, y = 2 k2 x
 *    u' = a (U'(v0) x - r (u - u0)) + ... */
struct equation {
    double linear, twice_k2, w, slope_U, r, a, b3, z0;
};

/* What the cubic piece of U adds to the coefficient n of U(v0 + x): 3 b3 z0 x^2 + b3 x^3. */
static double cubic_term(struct taylor *t, double b3, double z0, int n)
{
    const double *x = t->x.one;
    double *x2 = t->x2.one, x3 = 0;
    double half = n & 1 ? 0 : .5 * (x[n / 2 - 1] * x[n / 2 - 1]);
    for (int i = 1; 2 * i < n; i++)
        half += x[i - 1] * x[n - i - 1];
    x2[n - 1] = 2 * half;
    for (int i = 2; i < n; i++)
        x3 += x2[i - 1] * x[n - i - 1];
    return b3 * (3 * z0 * x2[n - 1] + x3);
}

/* What the products take besides x.two, kept in the order in which they take it: a load that
 * straddles two fresh stores waits until both are done. */
struct helpers {
    pair between[ORDER_MAX / 2]; /* x[n] and x[n + 1] for even n, at n/2 */
    pair y[ORDER_MAX / 2 + 3];   /* y[n] twice */
};

/* x[n] and x[n + 1] */
INLINE pair neighbours(const struct taylor *t, const struct helpers *p, int n)
{
    return n & 1 ? t->x.two[n / 2] : p->between[n / 2];
}

/* Half the sum of x[i] y[n - i] over 2 < i < n - 2, and that for n + 1: each pair once, from the
 * middle outwards so that the newest coefficient comes last, in two strands. */
INLINE pair inner_products(const struct taylor *t, const struct helpers *p, int n)
{
    pair sum = p->y[n / 2] * neighbours(t, p, n / 2) * (pair){.5, 1}, other = {0, 0};
    int i = n / 2 - 1;
    for (; i > 4; i -= 2) {
        sum += p->y[i] * neighbours(t, p, n - i);
        other += p->y[i - 1] * neighbours(t, p, n - i + 1);
    }
    if (i == 4)
        other += p->y[4] * neighbours(t, p, n - 4);
    sum += other;
    return i < 3 ? sum : sum + p->y[3] * neighbours(t, p, n - 3);
}

INLINE pair products(const struct taylor *t, const struct helpers *p, int n)
{
    const double *x = t->x.one, y1 = p->y[1][0], y2 = p->y[2][0]; /* x[0] is that of s */
    if (n == 2)
        return (pair){.5 * (y1 * x[0]), y1 * x[1]};
    if (n == 4)
        return (pair){.5 * (y2 * x[1]) + y1 * x[2], y2 * x[2] + y1 * x[3]};
    const pair sum = inner_products(t, p, n);
    return (pair){sum[0] + y2 * x[n - 3] + y1 * x[n - 2], sum[1] + y2 * x[n - 2] + y1 * x[n - 1]};
}

/* The coefficients n + 1 and n + 2, n even, from those before. Little of it waits for x[n]. */
INLINE void next(struct taylor *t, struct helpers *p, const struct equation *e, int n, bool cubic)
{
    const pair k = {reciprocal[n + 1], reciprocal[n + 2]}, f = e->w * k, g = e->a * k;
    const pair linear = e->linear * f, slope_U = e->slope_U * g, leak = e->r * g;
    const pair sum = products(t, p, n);
    const double x = t->x.one[n - 1], u = t->u.one[n - 1];
    const double x1 = linear[0] * x + (sum[0] - u) * f[0];
    double u1 = slope_U[0] * x - leak[0] * u;
    if (cubic)
        u1 += g[0] * cubic_term(t, e->b3, e->z0, n);
    const double x2 = linear[1] * x1 + (sum[1] - u1) * f[1];
    double u2 = slope_U[1] * x1 - leak[1] * u1;
    t->x.two[n / 2] = (pair){x1, x2};
    if (cubic)
        u2 += g[1] * cubic_term(t, e->b3, e->z0, n + 1);
    t->u.two[n / 2] = (pair){u1, u2};
    p->between[n / 2] = (pair){x, x1};
    if (n < ORDER_MAX / 2) {
        p->y[n + 1] = e->twice_k2 * (pair){x1, x1};
        p->y[n + 2] = e->twice_k2 * (pair){x2, x2};
    }
}

/* Written out, so that the compiler knows every index: a quarter of the time. */
INLINE void next_all(struct taylor *t, struct helpers *p, const struct equation *e)
{
#define FOUR(n)                    \
    next(t, p, e, n, false);       \
    next(t, p, e, (n) + 2, false); \
    if (t->order == (n) + 4)       \
        return;
    next(t, p, e, 2, false);
    FOUR(4) FOUR(8) FOUR(12) FOUR(16) FOUR(20) FOUR(24) FOUR(28) FOUR(32) FOUR(36)
#undef FOUR
}

/* By value and apart, so that next_all can keep its own in registers. */
static __attribute__((noinline)) void next_all_cubic(struct taylor *t, struct helpers p,
                                                     struct equation e)
{
    for (int n = 2; n < t->order; n += 2)
        next(t, &p, &e, n, true);
}

static void series(struct taylor *t, const struct izh_step *s)
{
    const struct izh_model *m = s->model;
    const struct izh_params *p = &m->p;
    const double v0 = s->from.v, twice_k2 = 2 * p->k2;
    const struct equation e = {twice_k2 * v0 + p->k1,
                               twice_k2,
                               m->w,
                               izh_model_recovery_slope(m, v0),
                               p->r,
                               p->a,
                               m->branch == IZH_BRANCH_HI ? p->b3 : 0,
                               v0 - p->vb};
    const double x1 = ((p->k2 * v0 + p->k1) * v0 + p->k0 - s->from.u + s->I) * m->w;
    const double u1 = izh_model_du(m, s->from);
    const double x2 = .5 * (m->w * (e.linear * x1 + (s->slope - u1)));
    struct helpers helpers;
    helpers.y[1] = twice_k2 * (pair){x1, x1};
    helpers.y[2] = twice_k2 * (pair){x2, x2};
    t->x.two[0] = (pair){x1, x2};
    t->u.two[0] = (pair){u1, .5 * (p->a * (e.slope_U * x1 - p->r * u1))};
    t->x2.one[0] = 0;
    if (e.b3 == 0)
        next_all(t, &helpers, &e);
    else
        next_all_cubic(t, helpers, e);
}

INLINE pair size(pair x)
{
    return (pair)((pair_bits)x & INT64_MAX);
}

/* How the series falls off: a bound of (|x[n]|/scale_v)^(1/n) and of the like of u over the last
 * terms, an estimate of one over the radius of convergence. Several terms are looked at because
 * some can be zero by structure (of v' = v^2 + t every third only is not); log2 of it, from
 * exponents alone, which is at most 1/n too high. */
static double log_decay(const struct taylor *t, double scale_v, double scale_u)
{
    const double per_v = 1 / scale_v, per_u = 1 / scale_u;
    double decay = -IZH_INFINITY;
    for (int k = (t->order - LAST) / 2; k < t->order / 2; k++) {
        const pair share = size(t->x.two[k]) * per_v + size(t->u.two[k]) * per_u;
        decay = izh_fmax(decay, (izh_exponent(share[0]) + 1) * reciprocal[2 * k + 1]);
        decay = izh_fmax(decay, (izh_exponent(share[1]) + 1) * reciprocal[2 * k + 2]);
    }
    return decay;
}

struct sums {
    double x, u, reach; /* reach: of the sizes of the terms of x */
};

/* The series at s, each as four strands of Horner's scheme, as one is a long chain. */
INLINE struct sums sum(const struct taylor *t, double s)
{
    const pair zero = {0, 0};
    const double s2 = s * s, s4 = s2 * s2;
    pair x = zero, u = zero, reach = zero, xx = zero, uu = zero, rr = zero;
    for (int k = t->order / 2 - 1; k > 0; k -= 2) {
        x = x * s4 + t->x.two[k - 1];
        u = u * s4 + t->u.two[k - 1];
        reach = reach * s4 + size(t->x.two[k - 1]);
        xx = xx * s4 + t->x.two[k];
        uu = uu * s4 + t->u.two[k];
        rr = rr * s4 + size(t->x.two[k]);
    }
    x += s2 * xx;
    u += s2 * uu;
    reach += s2 * rr;
    return (struct sums){s * (x[0] + s * x[1]), s * (u[0] + s * u[1]),
                         s * (reach[0] + s * reach[1])};
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
    const struct sums sums = sum(s->work, at);
    return (izh_state){s->from.v + sums.x, s->from.u + sums.u};
}

static void prepare(struct taylor *t, double rtol)
{
    t->order = order_for(rtol);
    t->log_ratio = izh_log2_rough(rtol) / (t->order + 1);
    const double ratio = izh_fmin(.9, izh_exp2_rough(t->log_ratio));
    t->rest = power(ratio, t->order + 1) / (1 - ratio);
}

/* The relative tolerance of a step. An absolute one that is larger than it at the size of v takes
 * its place: the terms' decay, seen from far above them, would tell nothing. */
static double relative(const struct izh_step *s)
{
    const double rtol = izh_fmax(s->rtol, s->atol / SIZE_OF_V);
    return izh_fmin(izh_fmax(SAFETY * rtol, .25 * DBL_EPSILON), SAFETY);
}

static izh_status step(struct izh_step *s)
{
    struct taylor *t = s->work;
    const double rtol = relative(s), atol = s->atol > 0 ? SAFETY * s->atol : rtol;
    if (!t->order)
        prepare(t, rtol);
    series(t, s);
    if (s->count)
        s->count->rhs += (uint64_t)t->order;
    if (!izh_isfinite(t->x.one[t->order - 1]) || !izh_isfinite(t->u.one[t->order - 1]))
        return IZH_E_DIVERGED;
    /* The step at which the first term left out is the tolerance (Jorba and Zou, Exp. Math. 14
     * (2005), section 3.2, with the order given), and a geometric series as the bound of all of
     * them. */
    const double scale_v = atol / rtol + izh_fabs(s->from.v);
    const double scale_u = atol / rtol + izh_fabs(s->from.u);
    const double h = izh_exp2_rough(t->log_ratio - log_decay(t, scale_v, scale_u));
    double rest = t->rest;
    if (s->h < h)
        rest *= power(s->h / h, t->order + 1);
    else
        s->h = h;
    const struct sums sums = sum(t, s->h);
    s->to = (izh_state){s->from.v + sums.x, s->from.u + sums.u};
    s->reach = sums.reach;
    s->error = (izh_state){scale_v * rest, scale_u * rest};
    return IZH_OK;
}

const struct izh_method_ops izh_method_taylor = {
    .step = step, .dense = dense, .work_size = sizeof(struct taylor), .pieces = 4};
