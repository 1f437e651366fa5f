#include "events/error_bound.h"

#include "util/float.h"

/* The bound is linear in the errors. This factor leaves room for the rest, and for the few
 * roundings that are not counted. The tests compare the bound with true errors over seven orders of
 * magnitude. */
#define BOUND_SAFETY 4
#define PER_LN_2 1.4426950408889634
#define FAR_APART 1e4
#define FADED 40. /* exp(-40) is below the rounding */

struct matrix {
    double vv, vu, uv, uu;
};

static izh_state apply_matrix(struct matrix m, izh_state x)
{
    return (izh_state){m.vv * x.v + m.vu * x.u, m.uv * x.v + m.uu * x.u};
}

static double dot(izh_state x, izh_state y)
{
    return x.v * y.v + x.u * y.u;
}

static izh_state turned(izh_state q)
{
    return (izh_state){-q.u, q.v};
}

void izh_error_bound_clear(struct izh_error_bound *bound)
{
    *bound = (struct izh_error_bound){{1, 0}, 0, 0};
}

/* The largest |w . error|. */
static double width(const struct izh_error_bound *b, izh_state w)
{
    return izh_fabs(dot(w, b->q)) * b->along + izh_fabs(dot(w, turned(b->q))) * b->across;
}

/* error <- A error + local, |local.v| <= local.v, |local.u| <= local.u. The new q is the image of
 * the longer side: a QR decomposition with pivoting. */
static void propagate(struct izh_error_bound *b, struct matrix a, izh_state local)
{
    izh_state major = apply_matrix(a, b->q), minor = apply_matrix(a, turned(b->q));
    double r_major = b->along, r_minor = b->across;
    if (dot(major, major) * r_major * r_major < dot(minor, minor) * r_minor * r_minor) {
        const izh_state swap = major;
        major = minor;
        minor = swap;
        r_major = b->across;
        r_minor = b->along;
    }
    const double length = __builtin_sqrt(dot(major, major));
    const double per_length = 1 / length;
    const izh_state q =
        length > 0 ? (izh_state){per_length * major.v, per_length * major.u} : (izh_state){1, 0};
    b->q = q;
    b->along = length * r_major + izh_fabs(dot(q, minor)) * r_minor + izh_fabs(q.v) * local.v +
               izh_fabs(q.u) * local.u;
    b->across = izh_fabs(dot(turned(q), minor)) * r_minor + izh_fabs(q.u) * local.v +
                izh_fabs(q.v) * local.u;
    if (!izh_isfinite(b->along) || !izh_isfinite(b->across))
        *b = (struct izh_error_bound){{1, 0}, IZH_INFINITY, IZH_INFINITY};
}

/* e^m by its eigenvalues t + r and t - r, for an r whose cosh might overflow. */
static struct matrix exponential_far_apart(struct matrix m, double t, double e, double r)
{
    const double first = t < 0 ? (m.vv * m.uu - m.vu * m.uv) / (t - r) : t + r;
    const double second = t < 0 ? t - r : (m.vv * m.uu - m.vu * m.uv) / (t + r);
    const double e1 = izh_exp2_rough(PER_LN_2 * first), e2 = izh_exp2_rough(PER_LN_2 * second);
    const double c = .5 * (e1 + e2), s = .5 * (e1 - e2) / r;
    return (struct matrix){c + s * e, s * m.vu, s * m.uv, c - s * e};
}

/* With T the mean of the diagonal and N^2 = d, e^(T + N) = e^T (C(d) + S(d) N), where C = cosh sqrt
 * d and S = sinh(sqrt d)/sqrt d are entire in d. d is quartered until it is at most 8, where the
 * series are good to 1e-5; C(4d) = 2 C^2 - 1 and S(4d) = S C lead back. */
static struct matrix exponential(struct matrix m)
{
    const double t = .5 * (m.vv + m.uu), e = .5 * (m.vv - m.uu);
    double d = e * e + m.vu * m.uv;
    if (d > FAR_APART)
        return exponential_far_apart(m, t, e, __builtin_sqrt(d));
    int halvings = 0;
    while (izh_fabs(d) > 8 && halvings < 60) {
        d *= .25;
        halvings++;
    }
    const double d2 = d * d, d4 = d2 * d2;
    double c = (1 + d * (1. / 2)) + d2 * (1. / 24 + d * (1. / 720)) +
               d4 * (1. / 40320 + d * (1. / 3628800) + d2 * (1. / 479001600));
    double s = (1 + d * (1. / 6)) + d2 * (1. / 120 + d * (1. / 5040)) +
               d4 * (1. / 362880 + d * (1. / 39916800) + d2 * (1. / 6227020800));
    for (; halvings > 0; halvings--) {
        s *= c;
        c = 2 * c * c - 1;
    }
    const double f = izh_exp2_rough(t * PER_LN_2);
    return (struct matrix){f * (c + s * e), f * s * m.vu, f * s * m.uv, f * (c - s * e)};
}

/* The matrix that carries small errors over the first s of a step: Magnus' expansion to order 4
 * with Simpson's rule (Blanes, Casas, Oteo and Ros, Phys. Rep. 470 (2009), equation 254). Hermite's
 * cubic gives the state in the middle. If the equation does not depend on t, f itself solves the
 * variational equation. The result is then made to map f exactly, so that an error in time alone
 * stays one. */
static struct matrix transition(const struct izh_step *step, double s, izh_state at, izh_state f0,
                                izh_state f1)
{
    const struct izh_model *m = step->model;
    const izh_state from = step->from;
    const izh_state middle = {.5 * (from.v + at.v) + .125 * s * (f0.v - f1.v), 0};
    const struct izh_jacobian j0 = izh_model_jacobian(m, from), j1 = izh_model_jacobian(m, at);
    const struct izh_jacobian jm = izh_model_jacobian(m, middle);
    const double h = s / 6, dvv = j1.vv - j0.vv, duv = j1.uv - j0.uv, k = s * s / 12;
    /* The commutator term, -s^2/12 [J0, J1 - J0], where only vv and uv change. */
    const struct matrix omega = {
        h * (j0.vv + 4 * jm.vv + j1.vv) - k * (j0.vu * duv), s * j0.vu + k * (j0.vu * dvv),
        h * (j0.uv + 4 * jm.uv + j1.uv) - k * (j0.uv * dvv - j0.vv * duv + j0.uu * duv),
        s * j0.uu + k * (j0.vu * duv)};
    struct matrix a = exponential(omega);
    const double size = dot(f0, f0);
    if (step->slope == 0 && size > 1e-12) {
        const izh_state image = apply_matrix(a, f0);
        const double per_size = 1 / size;
        const izh_state off = {per_size * (f1.v - image.v), per_size * (f1.u - image.u)};
        a.vv += off.v * f0.v;
        a.vu += off.v * f0.u;
        a.uv += off.u * f0.v;
        a.uu += off.u * f0.u;
    }
    return a;
}

/* The rate at which v returns to where u wants it, 1/ms, below zero, in a step in which v follows
 * u. */
static double fall(const struct izh_step *step, double v)
{
    return izh_model_jacobian(step->model, (izh_state){v, 0}).vv;
}

/* Whether an error in v has decayed by the time s of the step. */
static bool fades(const struct izh_step *step, double s)
{
    return step->follows && -fall(step, step->from.v) * s > FADED;
}

/* transition() if v follows u. An error of v decays, and leaves behind what it added to u
 * meanwhile. An error of u obeys the slow equation z' = a (U' dv/du - r) z, where
 * 0 = (2 k2 v + k1) dv - du. */
static struct matrix slow_transition(const struct izh_step *step, double s, izh_state at)
{
    const struct izh_jacobian j = izh_model_jacobian(step->model, step->from);
    const struct izh_jacobian j1 = izh_model_jacobian(step->model, at);
    const double rate = .5 * (j.uv * (j.vu / -j.vv) + j1.uv * (j1.vu / -j1.vv)) + j.uu;
    const double uu = izh_exp2_rough(PER_LN_2 * (s * rate));
    const double uv = uu * (j.uv / -j.vv), v_per_u = j1.vu / -j1.vv;
    return (struct matrix){v_per_u * uv, v_per_u * uu, uv, uu};
}

/* What rounding adds in a step of length s: to the state itself, and through the terms of f, which
 * nearly cancel near threshold. If v follows u, only the recent part has not decayed. */
static izh_state rounding(const struct izh_step *step, double s)
{
    const izh_params *p = &step->model->p;
    const double v = izh_fabs(step->from.v) + step->reach, u = izh_fabs(step->from.u);
    const double terms = (izh_fabs(p->k2) * v + izh_fabs(p->k1)) * v + izh_fabs(p->k0) + u +
                         izh_fabs(step->I) + step->g * (v + izh_fabs(step->E));
    const double recovery = izh_fabs(p->a) * (izh_fabs(izh_model_recovery_slope(step->model, v)) *
                                                  (v + izh_fabs(p->vb)) +
                                              izh_fabs(p->r) * u);
    const double memory = fades(step, s) ? izh_fmin(s, 2 / -fall(step, step->from.v)) : s;
    return (izh_state){DBL_EPSILON * (v + memory * step->model->w * terms),
                       DBL_EPSILON * (u + s * recovery)};
}

/* How far v may be off the solution's course. If the equation does not depend on t, an error along
 * f is an error in time, which stays the same, however large it is. */
static double off_course(const struct izh_error_bound *b, const struct izh_step *step, izh_state f)
{
    const double size = dot(f, f);
    if (step->slope != 0 || !(size > 1e-12))
        return width(b, (izh_state){1, 0});
    return izh_fabs(f.u) * width(b, turned(f)) / size;
}

void izh_error_bound_step(struct izh_error_bound *bound, const struct izh_step *step, double s,
                          izh_state at)
{
    if (!izh_isfinite(step->error.v) || !izh_isfinite(bound->along)) {
        bound->along = bound->across = IZH_INFINITY;
        return;
    }
    const struct izh_model *m = step->model;
    const izh_state f0 = izh_model_rhs(m, step->from, step->I);
    const izh_state f1 = izh_model_rhs(m, at, step->I + step->slope * s);
    /* The first nonlinear term: k2 dv^2 (and the like of the cubic piece), with a factor of 2 for
     * the growth of dv within the step. */
    const double dv = 2 * off_course(bound, step, f0);
    const double b3 = m->branch == IZH_BRANCH_HI ? izh_fabs(m->p.b3) : 0;
    const double x = izh_fabs(step->from.v - m->p.vb) + step->reach;
    const izh_state round = rounding(step, s);
    const izh_state local = {step->error.v + round.v + s * izh_fabs(m->k2) * dv * dv,
                             step->error.u + round.u + s * izh_fabs(m->p.a) * b3 * 3 * x * dv * dv};
    propagate(bound,
              fades(step, s) ? slow_transition(step, s, at) : transition(step, s, at, f0, f1),
              local);
}

/* The largest error of the search for the crossing, mV. */
static double placement(const struct izh_crossing *c)
{
    return 4 * DBL_EPSILON * (izh_fabs(c->before.v) + izh_fabs(c->gradient.u * c->before.u));
}

double izh_error_bound_time(const struct izh_error_bound *bound, const struct izh_crossing *c,
                            double t)
{
    const double rounding_of_t = DBL_EPSILON * izh_fabs(t), speed = dot(c->gradient, c->f);
    if (!izh_isfinite(bound->along) || (c->found && !(speed > 0)))
        return IZH_INFINITY;
    if (!c->found)
        return rounding_of_t;
    return BOUND_SAFETY * (width(bound, c->gradient) + placement(c)) / speed + rounding_of_t;
}

void izh_error_bound_reset(struct izh_error_bound *bound, const struct izh_crossing *c,
                           izh_state after, izh_state f, double v_u, double u_u)
{
    const double speed = dot(c->gradient, c->f), place = placement(c);
    if (!izh_isfinite(bound->along) || !izh_isfinite(f.v) || (c->found && !(speed > 0))) {
        bound->along = bound->across = IZH_INFINITY;
        return;
    }
    /* S = R (1 - f0 g/speed) + f1 g/speed, where R is the derivative of the reset (for example di
     * Bernardo et al., Piecewise-smooth Dynamical Systems, Springer 2008, equation 2.50). */
    const double jump_v = c->found ? (f.v - v_u * c->f.u) / speed : 0;
    const double jump_u = c->found ? (f.u - u_u * c->f.u) / speed : 0;
    const struct matrix saltation = {jump_v * c->gradient.v, v_u + jump_v * c->gradient.u,
                                     jump_u * c->gradient.v, u_u + jump_u * c->gradient.u};
    const izh_state local = {DBL_EPSILON * izh_fabs(after.v) + izh_fabs(jump_v) * place,
                             DBL_EPSILON * (izh_fabs(c->before.u) + izh_fabs(after.u)) +
                                 izh_fabs(jump_u) * place};
    propagate(bound, saltation, local);
}
