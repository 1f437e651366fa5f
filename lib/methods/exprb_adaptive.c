/* exprb32, the exponential Rosenbrock method of order 3 with an embedded one of order 2 (Hochbruck,
 * Ostermann and Schweitzer, SIAM J. Numer. Anal. 47 (2009), section 5.1, with 2.23 for the
 * non-autonomous term):
 *
 *     y2 = y0 + h phi_1(hJ) f(y0, t0) + h^2 phi_2(hJ) f_t         order 2
 *     y1 = y2 + 2 h phi_3(hJ) (g(y2) - g(y0))                     order 3
 *
 * where g(y) = f(y) - J y. The only nonlinear terms of the model are k2 v^2 and b3 (v - vb)^3, so
 * the difference has a closed form, and nothing cancels. The dense output at s <= h is a step of
 * length s. */
#include "methods/control.h"
#include "methods/ticks.h"

#include "methods/phi.h"

static const struct izh_controller exprb_controller = {.exponent = 1. / 3, .rtol_least = 1e-12};

/* f(y + dy) - f(y) - J dy */
static izh_state remainder_of(const struct izh_model *m, izh_state y, double dv)
{
    const int high = m->branch == IZH_BRANCH_HI;
    const double x = y.v - m->p.vb, b3 = high ? m->p.b3 : 0;
    return (izh_state){m->k2 * dv * dv, m->p.a * b3 * dv * dv * (3 * x + dv)};
}

/* Bounds |v - from.v| over the step if m = h |J| <= 1; else infinity. In the maximum norm,
 * phi_k(hJ) is at most phi_k(m) <= (1 + m)/k! for such m. */
static double reach(const struct izh_step *s, const struct izh_jacobian *j, izh_state f)
{
    const double h = s->h, b3 = s->model->branch == IZH_BRANCH_HI ? s->model->p.b3 : 0;
    const double m =
        h * izh_fmax(izh_fabs(j->vv) + izh_fabs(j->vu), izh_fabs(j->uv) + izh_fabs(j->uu));
    if (!(m <= 1))
        return IZH_INFINITY;
    const double rate =
        izh_fmax(izh_fabs(f.v), izh_fabs(f.u)) + .5 * h * izh_fabs(s->model->w * s->slope);
    const double dv = (1 + m) * h * rate, x = izh_fabs(s->from.v - s->model->p.vb);
    const double g = izh_fmax(izh_fabs(s->model->k2), izh_fabs(s->model->p.a * b3) * (3 * x + dv));
    return dv + (1 + m) * h / 3 * g * dv * dv;
}

/* Applies a function of A to a state. */
static izh_state on_state(const struct argument *a, struct pair phi, izh_state x)
{
    const struct rates y = apply(a, phi, (struct rates){x.v, x.u});
    return (izh_state){y.v, y.u};
}

static izh_state attempt_exprb(struct izh_step *s)
{
    const double h = s->h;
    const struct izh_jacobian j = izh_model_jacobian(s->model, s->from);
    const izh_state f = izh_step_rhs(s, s->from, 0);
    const struct argument a = argument_of(h, j.vv, j.vu, j.uv, j.uu);
    struct pair phi[4];
    phi_set(phi, &a, 3);
    izh_state y = izh_state_add(s->from, h, on_state(&a, phi[1], f));
    if (s->slope != 0) {
        const izh_state f_t = {s->model->w * s->slope, 0};
        y = izh_state_add(y, h * h, on_state(&a, phi[2], f_t));
    }
    const izh_state g = remainder_of(s->model, s->from, y.v - s->from.v);
    const izh_state correction = on_state(&a, phi[3], g);
    s->to = izh_state_add(y, 2 * h, correction);
    s->reach = reach(s, &j, f);
    return (izh_state){2 * h * correction.v, 2 * h * correction.u};
}

static izh_status step_exprb(struct izh_step *s)
{
    return izh_control_step(s, &exprb_controller, attempt_exprb);
}

static izh_state dense_exprb(const struct izh_step *s, double at)
{
    struct izh_step part = *s;
    part.h = at;
    attempt_exprb(&part);
    return part.to;
}

const struct izh_method_ops izh_method_exprb_adaptive = {
    .step = step_exprb, .dense = dense_exprb, .pieces = 2};
