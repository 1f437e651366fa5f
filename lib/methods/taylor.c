/* The Taylor series method, which Parker and Sochacki made known for polynomial equations (Neural,
 * Parallel & Sci. Comp. 4 (1996); for this neuron Stewart and Bair, J. Comput. Neurosci. 27
 * (2009)).
 *
 * With v = v0 + x the equations are
 *
 *     cm x' = f0 + (2 k2 v0 + k1) x + k2 x^2 - (u - u0) + slope s,  f0 = cm v'(0)
 *        u' = a (U(v0 + x) - r u)
 *
 * and the coefficients of x and u follow from each other by Cauchy products. The parameters are not
 * divided by cm: a rounded quotient would be a small but systematic error, and near threshold the
 * terms of f0 almost cancel. */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "methods/method.h"
#include "methods/tangent.h"
#include "methods/taylor.h"
#include "util/float.h"

/* What a step may add to the error, as a share of the tolerance. It is small because near threshold
 * an error in v makes an error in time that is a hundred times as large. It costs a few percent. */
#define TAYLOR_SAFETY .01
#define SIZE_OF_V 100. /* mV */
#define LAST_TERMS 6   /* terms from which the decay is estimated */
#define ORDER_MIN 8    /* both are multiples of 4 */
#define ORDER_MAX IZH_TAYLOR_ORDER_MAX

#define INLINE static inline __attribute__((always_inline))

typedef izh_pair pair;
typedef int64_t pair_bits __attribute__((vector_size(16)));

/* The cheapest order at this tolerance. A step's length grows as tolerance^(1/order), its cost
 * about as order^2; measured with tests/bench. */
static int order_for(double rtol)
{
    const int order = (int)(10 - .6 * izh_log2_rough(rtol)) & ~3;
    return order < ORDER_MIN ? ORDER_MIN : order < ORDER_MAX ? order : ORDER_MAX;
}

/* The equations of a series:
 *
 *     cm x' = f0 + linear x + y x/2 - (u - u0) + slope_I s, y = 2 k2 x
 *        u' = a (U'(v0) x - r (u - u0)) + ... */
struct equation {
    double linear, twice_k2, w, slope_U, r, a, b3, z0;
};

/* What the cubic piece of U adds to coefficient n of U(v0 + x): that of 3 b3 z0 x^2 + b3 x^3. */
static double cubic_term(struct izh_taylor *t, double b3, double z0, int n)
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

/* Factors of the products besides x.two, stored in the order in which the products load them: a
 * load that straddles two fresh stores waits until both are done. */
struct helpers {
    pair between[ORDER_MAX / 2]; /* x[n] and x[n + 1] for even n, at index n/2 */
    pair y[ORDER_MAX / 2 + 3];   /* y[n] in both parts */
};

/* x[n] and x[n + 1] */
INLINE pair neighbours(const struct izh_taylor *t, const struct helpers *p, int n)
{
    return n & 1 ? t->x.two[n / 2] : p->between[n / 2];
}

/* Half the sum of x[i] y[n - i] over 2 < i < n - 2, and the same for n + 1. Each pair of factors is
 * multiplied once, from the middle outwards, so that the newest coefficient comes last; in two
 * independent chains. */
INLINE pair inner_products(const struct izh_taylor *t, const struct helpers *p, int n)
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

INLINE pair products(const struct izh_taylor *t, const struct helpers *p, int n)
{
    const double *x = t->x.one, y1 = p->y[1][0], y2 = p->y[2][0]; /* x[0] is the coefficient of s */
    if (n == 2)
        return (pair){.5 * (y1 * x[0]), y1 * x[1]};
    if (n == 4)
        return (pair){.5 * (y2 * x[1]) + y1 * x[2], y2 * x[2] + y1 * x[3]};
    const pair sum = inner_products(t, p, n);
    return (pair){sum[0] + y2 * x[n - 3] + y1 * x[n - 2], sum[1] + y2 * x[n - 2] + y1 * x[n - 1]};
}

/* Coefficients n + 1 and n + 2, for even n, from those before. Few operations wait for x[n]. */
INLINE void next_terms(struct izh_taylor *t, struct helpers *p, const struct equation *e, int n,
                       bool cubic)
{
    const pair k = {izh_reciprocals[n + 1], izh_reciprocals[n + 2]}, f = e->w * k, g = e->a * k;
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

#ifdef __OPTIMIZE_SIZE__
static void next_all(struct izh_taylor *t, struct helpers *p, const struct equation *e)
{
    for (int n = 2; n < t->order; n += 2)
        next_terms(t, p, e, n, e->b3 != 0);
}
#else
/* Written out, so that the compiler knows every index. This saves a quarter of the time. */
INLINE void next_all(struct izh_taylor *t, struct helpers *p, const struct equation *e)
{
#define FOUR(n)                          \
    next_terms(t, p, e, n, false);       \
    next_terms(t, p, e, (n) + 2, false); \
    if (t->order == (n) + 4)             \
        return;
    next_terms(t, p, e, 2, false);
    FOUR(4) FOUR(8) FOUR(12) FOUR(16) FOUR(20) FOUR(24) FOUR(28) FOUR(32) FOUR(36)
#undef FOUR
}

/* p and e are passed by value to a function of its own, so that next_all() can keep its own in
 * registers. */
static __attribute__((noinline)) void next_all_cubic(struct izh_taylor *t, struct helpers p,
                                                     struct equation e)
{
    for (int n = 2; n < t->order; n += 2)
        next_terms(t, &p, &e, n, true);
}
#endif

static void series(struct izh_taylor *t, const struct izh_step *s)
{
    const struct izh_model *m = s->model;
    const struct izh_params *p = &m->p;
    const double v0 = s->from.v, twice_k2 = 2 * p->k2, unit = t->unit;
    const struct equation e = {twice_k2 * v0 + p->k1,
                               twice_k2,
                               m->w * unit,
                               izh_model_recovery_slope(m, v0),
                               p->r,
                               p->a * unit,
                               m->branch == IZH_BRANCH_HI ? p->b3 : 0,
                               v0 - p->vb};
    const double x1 = ((p->k2 * v0 + p->k1) * v0 + p->k0 - s->from.u + s->I) * e.w;
    const double u1 = izh_model_du(m, s->from) * unit;
    const double x2 = .5 * (e.w * (e.linear * x1 + (s->slope * unit - u1)));
    struct helpers helpers;
    helpers.y[1] = twice_k2 * (pair){x1, x1};
    helpers.y[2] = twice_k2 * (pair){x2, x2};
    t->x.two[0] = (pair){x1, x2};
    t->u.two[0] = (pair){u1, .5 * (e.a * (e.slope_U * x1 - p->r * u1))};
    t->x2.one[0] = 0;
#ifdef __OPTIMIZE_SIZE__
    next_all(t, &helpers, &e);
#else
    if (e.b3 == 0)
        next_all(t, &helpers, &e);
    else
        next_all_cubic(t, helpers, e);
#endif
    t->from_v = v0;
}

static bool overflowed(const struct izh_taylor *t)
{
    return !izh_isfinite(t->x.one[t->order - 1]) || !izh_isfinite(t->u.one[t->order - 1]);
}

/* Finds the series, in a unit of time in which its coefficients do not overflow: those of a v of
 * 1e8 mV grow by about 1e8 from one to the next. */
static izh_status find_series(struct izh_taylor *t, const struct izh_step *s)
{
    const struct izh_model *m = s->model;
    t->unit = 1;
    series(t, s);
    if (s->count)
        s->count->rhs += (uint64_t)t->order;
    if (!overflowed(t))
        return IZH_OK;
    const double linear = izh_fabs(2 * m->k2 * s->from.v + m->k1);
    const double square = izh_fabs(m->k2 * izh_model_dv(m, s->from, s->I));
    const double rate = linear + __builtin_sqrt(square);
    if (!(rate > 1 && rate < 0x1p500))
        return IZH_E_DIVERGED;
    t->unit = izh_pow2(-izh_exponent(rate));
    series(t, s);
    return overflowed(t) ? IZH_E_DIVERGED : IZH_OK;
}

INLINE pair size(pair x)
{
    return (pair)((pair_bits)x & INT64_MAX);
}

/* How the series decays: log2 of a bound of (|x[n]|/scale_v)^(1/n), and of the same for u, over the
 * last terms. It estimates the reciprocal of the radius of convergence. It needs several terms
 * because some can be zero by structure (with v' = v^2 + t, only every third is not). It uses
 * exponents alone, and so is at most 1/n too high. */
static double log_decay(const struct izh_taylor *t, double scale_v, double scale_u)
{
    const double per_v = 1 / scale_v, per_u = 1 / scale_u;
    double decay = -IZH_INFINITY;
    for (int k = (t->order - LAST_TERMS) / 2; k < t->order / 2; k++) {
        const pair share = size(t->x.two[k]) * per_v + size(t->u.two[k]) * per_u;
        decay = izh_fmax(decay, (izh_exponent(share[0]) + 1) * izh_reciprocals[2 * k + 1]);
        decay = izh_fmax(decay, (izh_exponent(share[1]) + 1) * izh_reciprocals[2 * k + 2]);
    }
    return decay;
}

struct sums {
    double x, u, reach; /* reach: the sum of the sizes of x's terms */
};

/* The series at s, each in four chains of Horner's scheme: a single chain would be long. */
INLINE struct sums sum(const struct izh_taylor *t, double s)
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

struct scales {
    double v, u;
};

/* The step length at which the first omitted term is the tolerance (Jorba and Zou, Exp. Math. 14
 * (2005), section 3.2, with the order given). */
static double step_length(const struct izh_taylor *t, struct scales scale)
{
    return t->unit * izh_exp2_rough(t->log_ratio - log_decay(t, scale.v, scale.u));
}

/* Takes the step of length s->h, but at most h. A geometric series bounds the omitted terms. */
static void take_length(struct izh_step *s, const struct izh_taylor *t, struct scales scale,
                        double h)
{
    double rest = t->rest;
    if (s->h < h)
        rest *= power(s->h / h, t->order + 1);
    else
        s->h = h;
    const struct sums sums = sum(t, s->h / t->unit);
    s->to = (izh_state){t->from_v + sums.x, s->from.u + sums.u};
    s->reach = sums.reach;
    s->error = (izh_state){scale.v * rest, scale.u * rest};
}

/* ---- the slow solution ---- */

/* Far below threshold, or with a large conductance, v follows u within a moment, and the solution
 * is slow from then on. Still, a series about a state reaches no further than the fast solutions
 * nearby allow. So v is split. One solution, V, is slow; its series solves
 *
 *     (2 k2 V[0] + k1) V[n] = cm (n + 1) V[n + 1] + U[n] - I[n] - k2 sum V[i] V[n - i]
 *
 * by iteration, as the term with cm is small (the slow manifold: N. Fenichel, J. Differ. Equations
 * 31 (1979)). The distance of v from V has to be tiny; it decays at the rate of the linear part. */
#define FAST 100.  /* 1/ms: leaves published neurons, and their steps, as they are */
#define APART 100. /* the linear part is at least this many times as fast as u */
#define FURTHER 8  /* the step is at least this many times as long as the plain series' step */
#define FADED_FALLS 100. /* in units of 1/fall: after this time the distance has decayed */
#define NEAR_SLOW 1e-12  /* largest distance at the start, as a share of the scale, or rtol */
#define STRAIGHT 1e-6    /* the square adds at most this share to the linear part */
#define MAY_BE_NEAR 1e-3
#define SWEEPS_MAX 12
#define CHANGE (2 * DBL_EPSILON) /* of V from one sweep to the next, as a share of the scale */

/* What u gains per unit of the distance as that decays. */
static double gain_of_u(const struct izh_step *s, const struct izh_taylor *t)
{
    return s->model->p.a * izh_model_recovery_slope(s->model, s->from.v) / -t->fall;
}

static izh_state follow_dense(const struct izh_step *s, const struct izh_taylor *t, double at)
{
    const struct sums sums = sum(t, at);
    const double left = t->distance * izh_exp2_rough(1.4426950408889634 * (t->fall * at));
    return (izh_state){t->from_v + (sums.x + left),
                       s->from.u + (sums.u + gain_of_u(s, t) * (t->distance - left))};
}

/* Whether a slow solution may exist near v. */
static bool may_follow(const struct izh_step *s, double scale)
{
    const struct izh_model *m = s->model;
    const double fall = 2 * m->k2 * s->from.v + m->k1;
    if (!(fall < -FAST) || (m->branch != IZH_BRANCH_LO &&
                            (m->p.b3 != 0 || m->branch != IZH_BRANCH_HI) && izh_model_has_kink(m)))
        return false;
    const double b = izh_model_recovery_slope(m, s->from.v);
    const double slow = izh_fabs(m->p.a) * (izh_fabs(b * m->w / fall) + izh_fabs(m->p.r));
    return APART * slow <= -fall &&
           izh_fabs(izh_model_dv(m, s->from, s->I)) <= -fall * MAY_BE_NEAR * scale;
}

/* Sets V[0] and the distance of v from it. */
static void find_start(struct izh_taylor *t, const struct izh_step *s)
{
    const izh_params *p = &s->model->p;
    const double v = s->from.v, linear = 2 * p->k2 * v + p->k1;
    const double rest = ((p->k2 * v + p->k1) * v + p->k0 - s->from.u + s->I) - p->cm * t->x.one[0];
    t->distance = rest / (linear - p->k2 * rest / linear);
    t->from_v = v - t->distance;
}

/* One iteration, in place. x2 gets the changes. */
static void sweep(struct izh_taylor *t, const struct izh_step *s)
{
    const struct izh_model *m = s->model;
    const izh_params *p = &m->p;
    double *V = t->x.one, *U = t->u.one;
    find_start(t, s);
    const double per_linear = 1 / (2 * p->k2 * t->from_v + p->k1);
    const double slope_U = izh_model_recovery_slope(m, t->from_v);
    for (int n = 1; n <= t->order; n++) {
        double square = 0;
        for (int i = 1; i < n; i++)
            square += V[i - 1] * V[n - i - 1];
        if (n == 1)
            U[0] = izh_model_du(m, (izh_state){t->from_v, s->from.u});
        else
            U[n - 1] = p->a * (slope_U * V[n - 2] - p->r * U[n - 2]) * izh_reciprocals[n];
        const double ahead = n < t->order ? p->cm * (n + 1) * V[n] : 0;
        const double I = n == 1 ? s->slope : 0;
        const double next = (ahead + (U[n - 1] - I) - p->k2 * square) * per_linear;
        t->x2.one[n - 1] = next - V[n - 1];
        V[n - 1] = next;
    }
    if (s->count)
        s->count->rhs += (uint64_t)t->order;
}

/* How much a sweep that began with V[0] = `before` changed V over a step of length h. */
static double change_of(const struct izh_taylor *t, double before, double h)
{
    double sum = 0;
    for (int n = t->order; n > 0; n--)
        sum = (sum + izh_fabs(t->x2.one[n - 1])) * h;
    return sum + izh_fabs(t->from_v - before);
}

/* Finds V. Returns its error, which is infinite if the iteration does not settle. */
static double find_slow(struct izh_taylor *t, const struct izh_step *s, struct scales scale)
{
    double last = IZH_INFINITY;
    t->unit = 1;
    t->from_v = s->from.v;
    memset(&t->x, 0, sizeof t->x);
    for (int i = 0; i < SWEEPS_MAX; i++) {
        const double before = t->from_v;
        sweep(t, s);
        const double h = izh_fmin(s->h, step_length(t, scale));
        const double change = change_of(t, before, h);
        if (change <= CHANGE * scale.v)
            return change;
        if (i > 1 && !(change <= .5 * last))
            break;
        last = change;
    }
    return IZH_INFINITY;
}

/* Takes the step along V, in place of the plain series' step of length h. Returns false if the step
 * would not be much longer. */
static bool follow(struct izh_step *s, struct izh_taylor *t, struct scales scale, double rtol,
                   double h)
{
    const double change = find_slow(t, s, scale), length = step_length(t, scale);
    const double actual = izh_fmin(s->h, length), distance = izh_fabs(t->distance);
    t->fall = 2 * s->model->k2 * t->from_v + s->model->k1;
    if (!(change < IZH_INFINITY) || !(distance <= izh_fmax(rtol, NEAR_SLOW) * scale.v) ||
        !(izh_fabs(s->model->k2) * distance <= STRAIGHT * -t->fall) || !(actual >= FURTHER * h) ||
        !(-t->fall * actual >= FADED_FALLS))
        return false;
    take_length(s, t, scale, length);
    const double gain = gain_of_u(s, t), off = change + 1e-3 * distance;
    s->to.u += gain * t->distance;
    s->reach += distance;
    s->error.v += off;
    s->error.u += izh_fabs(gain) * (1 - t->fall * actual) * off;
    s->follows = true;
    return true;
}

static izh_state dense_taylor(const struct izh_step *s, double at)
{
    const struct izh_taylor *t = s->work;
    if (s->follows)
        return follow_dense(s, t, at);
    const struct sums sums = sum(t, at / t->unit);
    return (izh_state){s->from.v + sums.x, s->from.u + sums.u};
}

static void prepare_taylor(struct izh_taylor *t, double rtol)
{
    t->order = order_for(rtol);
    t->log_ratio = izh_log2_rough(rtol) / (t->order + 1);
    const double ratio = izh_fmin(.9, izh_exp2_rough(t->log_ratio));
    t->rest = power(ratio, t->order + 1) / (1 - ratio);
}

/* The relative tolerance of a step. An absolute tolerance that is larger at the size of v replaces
 * it: with a scale far above the terms, their decay would tell nothing. */
static double relative(const struct izh_step *s)
{
    const double rtol = izh_fmax(s->rtol, s->atol / SIZE_OF_V);
    return izh_fmin(izh_fmax(TAYLOR_SAFETY * rtol, .25 * DBL_EPSILON), TAYLOR_SAFETY);
}

static izh_status step_taylor(struct izh_step *s)
{
    struct izh_taylor *t = s->work;
    const double rtol = relative(s), atol = s->atol > 0 ? TAYLOR_SAFETY * s->atol : rtol;
    const struct scales scale = {atol / rtol + izh_fabs(s->from.v),
                                 atol / rtol + izh_fabs(s->from.u)};
    if (!t->order)
        prepare_taylor(t, rtol);
    s->follows = false;
    izh_status status = find_series(t, s);
    if (status != IZH_OK)
        return status;
    const double h = step_length(t, scale);
    if (!s->plain && s->h > FURTHER * h && may_follow(s, scale.v)) {
        if (follow(s, t, scale, rtol, h))
            return IZH_OK;
        status = find_series(t, s);
    }
    take_length(s, t, scale, h);
    return status;
}

const struct izh_method_ops izh_method_taylor = {.step = step_taylor,
                                                 .dense = dense_taylor,
                                                 .work_size = sizeof(struct izh_taylor),
                                                 .pieces = 4,
                                                 .one_by_one = true,
                                                 .tangents = IZH_HAS_GRADIENTS ? izh_taylor_tangents
                                                                               : NULL};
