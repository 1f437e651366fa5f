/* The schemes in closed form, in a pack of one vector. A solver's step uses them with one double,
 * and its file adds what goes beyond the closed form. The kernels' steps are for neurons that need
 * no more. A neuron that does need more gets a v of NaN, and then takes the solver's step. */
#ifndef IZH_LIB_CLOSED_SCHEMES_H
#define IZH_LIB_CLOSED_SCHEMES_H

#include "methods/phi.h"
#include "methods/schemes.h"
#include "util/float.h"

/* Fills in the outputs of a step that has no limit of stability. */
ALWAYS_INLINE void no_limit(struct states *y)
{
    y->least = y->v;
    y->pull = vec_set(0);
}

/* d v'/d v at the start of a step. */
ALWAYS_INLINE vec slope_of_v(const struct neurons *m, const struct states *y)
{
    const vec two = vec_set(2);
    return two * m->k2 * y->v + m->k1;
}

/* izh_model_recovery_slope() at the start of a step. */
ALWAYS_INLINE vec recovery_slope(const struct neurons *m, const struct states *y, struct variant is)
{
    if (!is.special)
        return m->b_lo;
    const vec x = y->v - m->vb, three = vec_set(3);
    vec_mask low = y->low;
    if (!is.decided)
        low = vec_lt(x, vec_set(0));
    return vec_select(low, m->b_lo, m->b_hi + three * m->b3 * x * x);
}

/* Makes v NaN where the step in closed form may not suffice. The event function then takes the
 * neuron over the step. */
ALWAYS_INLINE vec if_true(vec_mask condition, vec v)
{
    return vec_select(condition, v, vec_set((real)IZH_NAN));
}

/* ---- backward Euler: see lib/methods/backward_euler.c ---- */

/* With x = v1 - v0 on a straight U(v): 0 = c0 + c1 x + c2 x^2, and u1 = u0 + rho (g0 + x slope). */
struct implicit {
    vec c0, c1, c2;
    vec f0, g0, slope, rho, hwr;
};

ALWAYS_INLINE struct implicit implicit_equation(const struct neurons *m, const struct states *y,
                                                real h, struct variant is)
{
    const vec one = vec_set(1), rho = h * m->a / (one + h * m->a * m->r), hwr = h * m->w * rho;
    const vec f0 = rate_of_v(m, y->v, y->u, input_at(m, y, h, is), is);
    const vec g0 = recovery(m, y, y->v, is) - m->r * y->u, slope = recovery_slope(m, y, is);
    const vec c0 = h * f0 - hwr * g0, c1 = h * slope_of_v(m, y) - hwr * slope - one;
    return (struct implicit){c0, c1, h * m->k2, f0, g0, slope, rho, hwr};
}

/* Returns the smallest positive root, for c0 > 0, or a number that is not positive if no root is.
 * This form of the quadratic formula does not cancel as c2 goes to 0. */
ALWAYS_INLINE vec quadratic_root(vec c0, vec c1, vec c2)
{
    const vec two = vec_set(2), four = vec_set(4);
    return two * c0 / (-c1 + vec_sqrt(c1 * c1 - four * c2 * c0));
}

/* Bounds on a straight U(v) with |h a r| < 1/2, where rho is at most 2 h |a|: upper ones of |c0|
 * and |c2|, which grow with h, and a lower one of -c1, which falls with h. */
struct bounds {
    vec c0, c1, c2, rho;
};

ALWAYS_INLINE struct bounds bounds_of(const struct neurons *m, const struct states *y,
                                      const struct implicit *e, real h, struct variant is)
{
    const vec one = vec_set(1), two = vec_set(2), zero = vec_set(0);
    const vec rho = two * h * absolute(m->a);
    vec f0 = absolute(e->f0);
    if (is.linear)
        f0 = absolute(rate_of_v(m, y->v, y->u, input_at(m, y, 0, is), is)) +
             m->w * absolute(y->slope) * h;
    const vec c0 = h * (f0 + m->w * rho * absolute(e->g0));
    const vec c1 = one - h * (larger(zero, slope_of_v(m, y)) + m->w * rho * absolute(e->slope));
    return (struct bounds){c0, c1, h * absolute(m->k2), rho};
}

/* Whether these bounds show that the polynomials of all steps up to h fall from c0 > 0 to a root
 * before they turn. */
ALWAYS_INLINE vec_mask plainly_connected(const struct neurons *m, const struct bounds *b, real h)
{
    const vec half = vec_set((real).5), zero = vec_set(0), four = vec_set(4);
    const vec_mask fine = vec_and(vec_lt(h * absolute(m->a * m->r), half), vec_lt(zero, b->c1));
    return vec_and(fine, vec_lt(four * b->c2 * b->c0, b->c1 * b->c1));
}

ALWAYS_INLINE vec backward_euler(const struct neurons *m, struct states *y, real h,
                                 struct variant is)
{
    const vec zero = vec_set(0);
    const struct implicit e = implicit_equation(m, y, h, is);
    const struct bounds b = bounds_of(m, y, &e, h, is);
    const vec_mask falling = vec_lt(e.c0, zero);
    const vec root =
        quadratic_root(vec_select(falling, -e.c0, e.c0), e.c1, vec_select(falling, -e.c2, e.c2));
    const vec x = vec_select(falling, -root, root);
    vec_mask known = plainly_connected(m, &b, h);
    if (is.special) /* the equation is cubic */
        known = vec_and(known, vec_ge(zero, absolute(m->b3)));
    y->v = if_true(known, y->v + x);
    y->u = y->u + e.rho * (e.g0 + x * e.slope);
    no_limit(y);
    return e.f0;
}

/* ---- the exponential Rosenbrock-Euler method: see lib/methods/exp_euler.c ---- */

ALWAYS_INLINE struct argument linear_part(const struct neurons *m, const struct states *y, real h,
                                          struct variant is)
{
    return argument_of(h, slope_of_v(m, y), -m->w, m->a * recovery_slope(m, y, is), -m->a * m->r);
}

/* A step of any size; `a` is its linear part, h J. */
ALWAYS_INLINE vec exponential_step(const struct neurons *m, struct states *y, real h,
                                   struct variant is, const struct argument *a)
{
    const struct rates f = rates_at(m, y, y->v, y->u, 0, is);
    struct pair phi[4];
    phi_set(phi, a, is.linear ? 2 : 1);
    const struct rates f1 = apply(a, phi[1], f);
    y->v = ahead(y->v, h, f1.v);
    y->u = ahead(y->u, h, f1.u);
    if (is.linear) {
        const struct rates f_t = {m->w * y->slope, vec_set(0)}, f2 = apply(a, phi[2], f_t);
        y->v = ahead(y->v, h * h, f2.v);
        y->u = ahead(y->u, h * h, f2.u);
    }
    no_limit(y);
    return f.v;
}

ALWAYS_INLINE vec exp_euler(const struct neurons *m, struct states *y, real h, struct variant is)
{
    const struct argument a = linear_part(m, y, h, is);
    const vec rate = exponential_step(m, y, h, is, &a);
    if (is.decided) /* the solution may oscillate, and turn within the step (count_pieces() in
                       lib/events) */
        y->v = if_true(vec_lt(vec_set((real)-2.4), a.d), y->v);
    return rate;
}

#endif
