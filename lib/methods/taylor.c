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

#define ORDER_MAX 40

struct taylor {
    int order;
    double x[ORDER_MAX + 1], u[ORDER_MAX + 1]; /* coefficients; x[0] = 0 */
    double x2[ORDER_MAX + 1];                  /* of x^2 */
};

static const double reciprocal[ORDER_MAX + 1] = {
    0,       1. / 1,  1. / 2,  1. / 3,  1. / 4,  1. / 5,  1. / 6,  1. / 7,  1. / 8,
    1. / 9,  1. / 10, 1. / 11, 1. / 12, 1. / 13, 1. / 14, 1. / 15, 1. / 16, 1. / 17,
    1. / 18, 1. / 19, 1. / 20, 1. / 21, 1. / 22, 1. / 23, 1. / 24, 1. / 25, 1. / 26,
    1. / 27, 1. / 28, 1. / 29, 1. / 30, 1. / 31, 1. / 32, 1. / 33, 1. / 34, 1. / 35,
    1. / 36, 1. / 37, 1. / 38, 1. / 39, 1. / 40};

/* The order that is cheapest at this tolerance: a step grows as tolerance^(1/order) and costs about
 * order^2; measured with tests/bench. */
static int order_for(double rtol) {
    const int order = (int)(4 - .45 * izh_log2_rough(rtol));
    return order < ORDER_MAX ? order : ORDER_MAX;
}

/* The coefficient of s^n in x^2. */
static double square(const double *x, int n) {
    double sum = 0;
    for (int i = 1; 2 * i < n; i++)
        sum += x[i] * x[n - i];
    sum *= 2;
    return n & 1 ? sum : sum + x[n / 2] * x[n / 2];
}

/* The coefficient of s^n in x^3. */
static double cube(const double *x, const double *x2, int n) {
    double sum = 0;
    for (int i = 2; i < n; i++)
        sum += x2[i] * x[n - i];
    return sum;
}

static void series(struct taylor *t, const struct izh_step *s) {
    const struct izh_params *p = &s->model->p;
    const double v0 = s->from.v, u0 = s->from.u, z0 = v0 - p->vb;
    const double linear = 2 * p->k2 * v0 + p->k1;
    const double b3 = s->model->branch == IZH_BRANCH_HI ? p->b3 : 0;
    const double slope = izh_model_recovery_slope(s->model, v0), ar = p->a * p->r;
    const double w = s->model->w;
    double *x = t->x, *u = t->u, *x2 = t->x2;

    x[0] = x2[0] = x2[1] = 0;
    u[0] = u0;
    x[1] = ((p->k2 * v0 + p->k1) * v0 + p->k0 - u0 + s->I) * w;
    u[1] = izh_model_du(s->model, s->from);
    for (int n = 1; n < t->order; n++) {
        double dv = linear * x[n] - u[n], du = slope * x[n];
        x2[n] = square(x, n);
        dv += p->k2 * x2[n];
        if (n == 1)
            dv += s->slope;
        if (b3 != 0)
            du += b3 * (3 * z0 * x2[n] + cube(x, x2, n));
        x[n + 1] = dv * (w * reciprocal[n + 1]);
        u[n + 1] = (p->a * du - ar * u[n]) * reciprocal[n + 1];
    }
}

/* The step at which the last two terms reach the tolerance (Jorba and Zou, Exp. Math. 14 (2005),
 * equation 11, with the order given). */
static double longest(const double *c, int order, double tolerance) {
    double h = IZH_INFINITY;
    for (int n = order - 1; n <= order; n++) {
        const double size = izh_fabs(c[n]);
        if (size > 0)
            h = izh_fmin(h, izh_exp2_rough((izh_log2_rough(tolerance) - izh_log2_rough(size)) / n));
    }
    return h;
}

static double horner(const double *c, int order, double s) {
    double sum = 0;
    for (int n = order; n > 0; n--)
        sum = (sum + c[n]) * s;
    return sum;
}

static double reach(const double *x, int order, double h) {
    double sum = 0;
    for (int n = order; n > 0; n--)
        sum = (sum + izh_fabs(x[n])) * h;
    return sum;
}

static izh_state dense(const struct izh_step *s, double at) {
    const struct taylor *t = s->work;
    return (izh_state){s->from.v + horner(t->x, t->order, at),
                       s->from.u + horner(t->u, t->order, at)};
}

static izh_status step(struct izh_step *s) {
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
    s->h = izh_fmin(s->h, longest(t->x, t->order, atol + rtol * izh_fabs(s->from.v)));
    s->h = izh_fmin(s->h, longest(t->u, t->order, atol + rtol * izh_fabs(s->from.u)));
    s->reach = reach(t->x, t->order, s->h);
    s->to = dense(s, s->h);
    return IZH_OK;
}

const struct izh_method_ops izh_method_taylor = {
    .step = step, .dense = dense, .work_size = sizeof(struct taylor), .pieces = 4};
