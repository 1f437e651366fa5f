/* Backward Euler: y1 = y0 + h f(y1, t1), solved in closed form.
 *
 * With x = v1 - v0, eliminating u1 = u0 + rho (U(v1) - r u0), rho = h a/(1 + h a r), leaves
 *
 *     0 = h (f0 - w rho g0) + (h (df/dv - w rho U') - 1) x + h (k2 - w rho U''/2) x^2  - h w rho b3
 * x^3
 *
 * with f0 = v'(y0) under the current at t1 and g0 = U(v0) - r u0. The solution wanted is the one
 * that grows out of x = 0 as h grows from 0: the first root in the direction of the constant term,
 * as long as there was one all the way. On the upstroke of a spike there is none once h is too long
 * (v' = v^2 has none for 4 h v0 > 1), and for a longer one still a foreign branch may come up: the
 * step then has no solution and is halved. */
#include "methods/method.h"
#include "util/cubic.h"
#include "util/float.h"

#define HALVINGS 40
#define TRIALS 40

/* The smallest positive root where c[0] > 0; infinity for none. */
static double first_root(const double c[4])
{
    if (c[3] != 0) {
        double root[3];
        const int n = izh_cubic_roots(c, root);
        for (int i = 0; i < n; i++)
            if (root[i] > 0)
                return root[i];
        return IZH_INFINITY;
    }
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

/* Whether the polynomials of all steps up to h fall from c0 > 0 to a root before anything turns
 * them, by bounds of |c0|, -c1, |c2|, |c3| that grow with h: for x up to 2 c0/c1 the derivative
 * stays below 0 if c1 > 2 c2 x + 3 c3 x^2, and then p(2 c0/c1) < 0. With |h a r| < 1/2, rho is at
 * most 2 h |a|. */
static int plainly_connected(const struct izh_step *s)
{
    const struct izh_model *m = s->model;
    const double h = s->h, rho = 2 * h * izh_fabs(m->p.a), x = s->from.v - m->p.vb;
    if (!(h * izh_fabs(m->p.a * m->p.r) < .5))
        return 0;
    const struct izh_jacobian j = izh_model_jacobian(m, s->from);
    const double slope = izh_model_recovery_slope(m, s->from.v), b3 = izh_fabs(m->p.b3);
    const double f0 = izh_fabs(izh_model_dv(m, s->from, s->I)) + m->w * izh_fabs(s->slope) * h;
    const double g0 = izh_fabs(izh_model_recovery(m, s->from.v) - m->p.r * s->from.u);
    const double c0 = h * (f0 + m->w * rho * g0), c3 = h * m->w * rho * b3;
    const double c2 = h * izh_fabs(m->k2) + 3 * c3 * izh_fabs(x);
    const double c1 = 1 - h * (izh_fmax(0, j.vv) + m->w * rho * izh_fabs(slope));
    return c1 > 0 && c1 * c1 * c1 > 4 * c2 * c0 * c1 + 12 * c3 * c0 * c0;
}

/* Whether every shorter step has a solution, too, so that the one found is connected with the
 * current state. Where bounds do not tell, ever shorter steps are tried, down to 1/200; a gap
 * narrower than an eighth of its place may go unseen. */
static int connected(const struct izh_step *s)
{
    if (plainly_connected(s))
        return 1;
    struct izh_step shorter = *s;
    shorter.count = NULL;
    for (int i = 0; i < TRIALS; i++) {
        shorter.h *= .875;
        if (plainly_connected(&shorter))
            return 1;
        if (!solve(&shorter))
            return 0;
    }
    return 1;
}

static izh_status step(struct izh_step *s)
{
    for (int i = 0; i < HALVINGS; i++) {
        if (solve(s) && connected(s))
            return IZH_OK;
        s->h *= .5;
        if (s->count)
            s->count->rejected++;
    }
    return IZH_E_DIVERGED;
}

const struct izh_method_ops izh_method_backward_euler = {.dt = .1, .step = step};
