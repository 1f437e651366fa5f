/* Backward Euler: y1 = y0 + h f(y1, t1), solved in closed form.
 *
 * With x = v1 - v0, eliminating u1 = u0 + rho (U(v1) - r u0), rho = h a/(1 + h a r), leaves
 *
 *     0 = h (f0 - w rho g0) + (h (df/dv - w rho U') - 1) x + h (k2 - w rho U''/2) x^2 - h w rho b3
 * x^3
 *
 * with f0 = v'(y0) under the current at t1 and g0 = U(v0) - r u0. As h grows from 0 the solution
 * leaves x = 0 in the direction of the constant term, so the first root in that direction is the
 * branch continuous with the current state. On the upstroke of a spike there is none once h is too
 * long (v' = v^2 has none for 4 h v0 > 1): the step has no solution and is halved. */
#include "methods/method.h"
#include "util/float.h"

#define HALVINGS 40

static double cubic(const double c[4], double x)
{
    return c[0] + x * (c[1] + x * (c[2] + x * c[3]));
}

/* The root between lo, where c is positive, and hi, where it is not: bisection to the last bit. */
static double bisect(const double c[4], double lo, double hi)
{
    for (;;) {
        const double x = lo + .5 * (hi - lo);
        if (!(lo < x && x < hi))
            return hi;
        if (cubic(c, x) > 0)
            lo = x;
        else
            hi = x;
    }
}

/* The smallest positive root where c[3] != 0 and c[0] > 0; infinity for none. The polynomial is
 * monotonic between the roots of its derivative. */
static double first_root_cubic(const double c[4])
{
    const double disc = c[2] * c[2] - 3 * c[3] * c[1];
    double edge[3], lo = 0;
    int n = 0;
    if (disc > 0) {
        const double q = -(c[2] + (c[2] < 0 ? -1 : 1) * __builtin_sqrt(disc));
        const double x1 = q / (3 * c[3]), x2 = c[1] / q;
        edge[n++] = izh_fmin(x1, x2);
        edge[n++] = izh_fmax(x1, x2);
    }
    /* Cauchy's bound on the roots. */
    const double largest = izh_fmax(izh_fabs(c[0]), izh_fmax(izh_fabs(c[1]), izh_fabs(c[2])));
    edge[n++] = 1 + largest / izh_fabs(c[3]);
    for (int i = 0; i < n; i++) {
        if (!(edge[i] > lo))
            continue;
        if (cubic(c, edge[i]) <= 0)
            return bisect(c, lo, edge[i]);
        lo = edge[i];
    }
    return IZH_INFINITY;
}

/* The smallest positive root where c[0] > 0; infinity for none. */
static double first_root(const double c[4])
{
    if (c[3] != 0)
        return first_root_cubic(c);
    const double disc = c[1] * c[1] - 4 * c[2] * c[0];
    if (!(disc >= 0))
        return IZH_INFINITY;
    /* The form of the quadratic formula that does not cancel as c[2] goes to 0. */
    const double q = -c[1] + __builtin_sqrt(disc);
    return q > 0 ? 2 * c[0] / q : IZH_INFINITY;
}

/* Sets to; false where a step of this length has no solution. */
static int solve(struct izh_step *s)
{
    const struct izh_model *m = s->model;
    const double h = s->h, denominator = 1 + h * m->p.a * m->p.r;
    if (!(denominator > 0))
        return 0;
    const struct izh_jacobian j = izh_model_jacobian(m, s->from);
    const double rho = h * m->p.a / denominator, hwr = h * m->w * rho;
    const double f0 = izh_step_rhs(s, s->from, h).v;
    const double g0 = izh_model_recovery(m, s->from.v) - m->p.r * s->from.u;
    const double slope = izh_model_recovery_slope(m, s->from.v);
    const int branch = m->branch == IZH_BRANCH_BY_V ? izh_model_branch(m, s->from.v) : m->branch;
    const double b3 = branch == IZH_BRANCH_HI ? m->p.b3 : 0;
    double c[4] = {h * f0 - hwr * g0, h * j.vv - hwr * slope - 1,
                   h * m->k2 - hwr * 3 * b3 * (s->from.v - m->p.vb), -hwr * b3};
    const double sign = c[0] < 0 ? -1 : 1;
    c[0] *= sign;
    c[2] *= sign; /* the polynomial in sign x, times sign */
    const double x = c[0] == 0 ? 0 : sign * first_root(c);
    s->to.v = s->from.v + x;
    s->to.u = s->from.u + rho * (g0 + x * (slope + b3 * x * (3 * (s->from.v - m->p.vb) + x)));
    return izh_isfinite(s->to.v) && izh_isfinite(s->to.u);
}

static izh_status step(struct izh_step *s)
{
    for (int i = 0; i < HALVINGS; i++) {
        if (solve(s))
            return IZH_OK;
        s->h *= .5;
        if (s->count)
            s->count->rejected++;
    }
    return IZH_E_DIVERGED;
}

const struct izh_method_ops izh_method_backward_euler = {.dt = .1, .step = step};
