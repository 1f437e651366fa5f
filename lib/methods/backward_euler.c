/* Backward Euler: y1 = y0 + h f(y1, t1), solved in closed form.
 *
 * Let x = v1 - v0 and rho = h a/(1 + h a r). Eliminating u1 = u0 + rho (U(v1) - r u0) leaves
 *
 *     0 = h (f0 - w rho g0) + (h (df/dv - w rho U') - 1) x
 *         + h (k2 - w rho U''/2) x^2 - h w rho b3 x^3
 *
 * with f0 = v'(y0) under the current at t1 and g0 = U(v0) - r u0. The wanted solution is the one
 * that grows out of x = 0 as h grows from 0: the first root in the direction of the constant term,
 * as long as that root exists for all smaller h. On the upstroke of a spike it vanishes once h is
 * too long (v' = v^2 has no root for 4 h v0 > 1), and for a longer h a root of another branch may
 * appear. The step then has no solution and is halved. */
#include "methods/ticks.h"

#include "methods/closed_schemes.h"
#include "util/cubic.h"

#define HALVINGS 40
#define TRIALS 40

/* The smallest positive root, for c[0] > 0; infinity if no root is positive. */
static double first_root(const double c[4])
{
    double root[3] = {quadratic_root(c[0], c[1], c[2])};
    const int n = c[3] != 0 ? izh_cubic_roots(c, root) : 1;
    for (int i = 0; i < n; i++)
        if (root[i] > 0)
            return root[i];
    return IZH_INFINITY;
}

/* Sets s->to. Returns false if a step of this length has no solution. */
static bool solve_implicit(struct izh_step *s)
{
    const struct izh_model *m = s->model;
    if (!(1 + s->h * m->p.a * m->p.r > 0))
        return false;
    const struct izh_scheme_start start = izh_scheme_start(s);
    const struct implicit e = implicit_equation(&start.neuron, &start.y, s->h, start.is);
    izh_step_count(s, 1);
    const int branch = m->branch == IZH_BRANCH_BY_V ? izh_model_branch(m, s->from.v) : m->branch;
    const double b3 = branch == IZH_BRANCH_HI ? m->p.b3 : 0, three = 3 * (s->from.v - m->p.vb);
    const double sign = e.c0 < 0 ? -1 : 1; /* c is the polynomial in sign x, times sign */
    const double c2 = e.c2 - e.hwr * 3 * b3 * (s->from.v - m->p.vb);
    const double c[4] = {sign * e.c0, e.c1, sign * c2, -e.hwr * b3};
    const double x = e.c0 == 0 ? 0 : sign * first_root(c);
    s->to.v = s->from.v + x;
    s->to.u = s->from.u + e.rho * (e.g0 + x * (e.slope + b3 * x * (three + x)));
    return izh_state_is_finite(s->to);
}

/* Whether bounds show that the polynomials of all steps up to h fall from c0 > 0 to a root before
 * they turn, with a cubic term, too. c0 to c3 are the bounds of the coefficients' sizes: the
 * derivative stays below 0 for x up to 2 c0/c1 if c1 > 2 c2 x + 3 c3 x^2 there, and then
 * p(2 c0/c1) < 0. */
static bool surely_connected(const struct izh_step *s)
{
    const struct izh_model *m = s->model;
    const struct izh_scheme_start start = izh_scheme_start(s);
    const struct implicit e = implicit_equation(&start.neuron, &start.y, s->h, start.is);
    const struct bounds b = bounds_of(&start.neuron, &start.y, &e, s->h, start.is);
    if (!plainly_connected(&start.neuron, &b, s->h))
        return false;
    const double c0 = b.c0, c1 = b.c1, c3 = s->h * m->w * b.rho * izh_fabs(m->p.b3);
    const double c2 = b.c2 + 3 * c3 * izh_fabs(s->from.v - m->p.vb);
    return c1 * c1 * c1 > 4 * c2 * c0 * c1 + 12 * c3 * c0 * c0;
}

/* Whether every shorter step has a solution, too, so that the one found is connected with the
 * current state. If bounds do not tell, ever shorter steps are tried, down to 1/200 of h. A gap
 * narrower than an eighth of the step at which it lies may be missed. */
static bool connected(const struct izh_step *s)
{
    if (surely_connected(s))
        return true;
    struct izh_step shorter = *s;
    shorter.count = NULL;
    for (int i = 0; i < TRIALS; i++) {
        shorter.h *= .875;
        if (surely_connected(&shorter))
            return true;
        if (!solve_implicit(&shorter))
            return false;
    }
    return true;
}

/* Takes the kernels' step. Returns false if that is not enough. */
static bool closed_step(struct izh_step *s)
{
    if (s->model->p.b3 != 0)
        return false;
    izh_scheme_step(s, backward_euler, 0);
    if (!izh_state_is_finite(s->to))
        return false;
    izh_step_count(s, 1);
    return true;
}

static izh_status step_backward_euler(struct izh_step *s)
{
    if (closed_step(s))
        return IZH_OK;
    for (int i = 0; i < HALVINGS; i++) {
        if (solve_implicit(s) && connected(s))
            return IZH_OK;
        s->h *= .5;
        if (s->count)
            s->count->rejected++;
    }
    return IZH_E_DIVERGED;
}

const struct izh_method_ops izh_method_backward_euler = {.dt = .1, .step = step_backward_euler};
