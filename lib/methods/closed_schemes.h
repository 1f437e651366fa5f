/* The schemes in closed form, in a pack of one vector: what a solver's file of the same name takes
 * step by step with every case, here for the many neurons that need no case. v is no number where
 * one does: the neuron then goes by the solver's. */
#ifndef IZH_LIB_CLOSED_SCHEMES_H
#define IZH_LIB_CLOSED_SCHEMES_H

#include "methods/schemes.h"
#include "util/float.h"

/* What a step without a limit of stability says of it. */
ALWAYS_INLINE void no_limit(struct states *y)
{
    y->least = y->v;
    y->pull = vec_set(0);
}

/* izh_model_recovery_slope at the start of a step. */
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

/* Where the step in closed form may not be the whole story, v is no number: the event function then
 * takes the neuron over the step. */
ALWAYS_INLINE vec if_true(vec_mask condition, vec v)
{
    return vec_select(condition, v, vec_set((real)IZH_NAN));
}

/* plainly_connected of lib/methods/backward_euler.c. */
ALWAYS_INLINE vec_mask plainly_connected(const struct neurons *m, const struct states *y, vec f0,
                                         vec g0, vec slope, real h, struct variant is)
{
    const vec one = vec_set(1), two = vec_set(2), half = vec_set((real).5);
    const vec rho = two * h * absolute(m->a), zero = vec_set(0);
    const vec jvv = two * m->k2 * y->v + m->k1;
    const vec c0 = h * (absolute(f0) + m->w * rho * absolute(g0));
    const vec c1 = one - h * (larger(zero, jvv) + m->w * rho * absolute(slope));
    const vec c2 = h * absolute(m->k2), four = vec_set(4);
    vec_mask fine = vec_and(vec_lt(h * absolute(m->a * m->r), half), vec_lt(zero, c1));
    fine = vec_and(fine, vec_lt(four * c2 * c0, c1 * c1));
    if (is.special) /* a cubic equation */
        fine = vec_and(fine, vec_ge(zero, absolute(m->b3)));
    return fine;
}

ALWAYS_INLINE vec backward_euler(const struct neurons *m, struct states *y, real h,
                                 struct variant is)
{
    const vec zero = vec_set(0), one = vec_set(1), two = vec_set(2), four = vec_set(4);
    const vec denominator = one + h * m->a * m->r, rho = h * m->a / denominator;
    const vec hwr = h * m->w * rho, f0 = rate_of_v(m, y->v, y->u, y->wI, is);
    const vec g0 = recovery(m, y, y->v, is) - m->r * y->u, slope = recovery_slope(m, y, is);
    const vec jvv = two * m->k2 * y->v + m->k1;
    const vec c0 = h * f0 - hwr * g0, c1 = h * jvv - hwr * slope - one;
    const vec_mask falling = vec_lt(c0, zero);
    const vec size = vec_select(falling, -c0, c0), c2 = h * m->k2;
    const vec disc = c1 * c1 - four * vec_select(falling, -c2, c2) * size;
    const vec q = -c1 + vec_sqrt(disc), root = two * size / q;
    const vec_mask known = plainly_connected(m, y, f0, g0, slope, h, is);
    const vec x = vec_select(falling, -root, root);
    y->v = if_true(known, y->v + x);
    y->u = y->u + rho * (g0 + x * slope);
    no_limit(y);
    return f0;
}

/* x I + y N: izh_pair of lib/methods/phi.h. */
struct pair {
    vec x, y;
};

ALWAYS_INLINE struct pair times(struct pair p, struct pair q, vec d)
{
    return (struct pair){p.x * q.x + d * p.y * q.y, p.x * q.y + p.y * q.x};
}

ALWAYS_INLINE struct pair plus(struct pair p, struct pair q)
{
    return (struct pair){p.x + q.x, p.y + q.y};
}

ALWAYS_INLINE struct pair cubic(const double c[4], struct pair z, struct pair z2, vec d)
{
    const vec c0 = vec_set((real)c[0]), c1 = vec_set((real)c[1]), c2 = vec_set((real)c[2]);
    const vec c3 = vec_set((real)c[3]);
    const struct pair low = {c0 + c1 * z.x, c1 * z.y}, high = {c2 + c3 * z.x, c3 * z.y};
    return plus(low, times(high, z2, d));
}

/* phi_1 for small z: series of lib/methods/phi.c. */
ALWAYS_INLINE struct pair phi_series(struct pair z, vec d)
{
    static const double c[] = {1. / 6,        1. / 24,        1. / 120,        1. / 720,
                               1. / 5040,     1. / 40320,     1. / 362880,     1. / 3628800,
                               1. / 39916800, 1. / 479001600, 1. / 6227020800, 1. / 87178291200};
    const struct pair z2 = times(z, z, d), z4 = times(z2, z2, d);
    const struct pair p0 = cubic(c, z, z2, d), p4 = cubic(c + 4, z, z2, d);
    const struct pair p8 = cubic(c + 8, z, z2, d);
    struct pair phi = plus(p0, times(z4, plus(p4, times(z4, p8, d)), d));
    phi = times(z, phi, d);
    phi.x = phi.x + (real).5;
    phi = times(z, phi, d);
    phi.x = phi.x + 1;
    return phi;
}

/* phi_1 of t I + N, N^2 = d: izh_phi_set of methods/phi.c, each neuron with its own doublings. */
ALWAYS_INLINE struct pair phi_1(vec t, vec d)
{
    const vec square = larger(t * t, absolute(d)), half = vec_set((real).5), one = vec_set(1);
    vec f = vec_select(vec_lt(vec_set((real).0625), square), half, one);
    for (real least = (real).25; vec_bits(vec_ge(square, vec_set(least))) && least < (real)0x1p100;
         least *= 4)
        f = vec_select(vec_ge(square, vec_set(least)), half * f, f);
    struct pair z = {f * t, f}, phi = phi_series(z, d);
    for (vec_mask more; vec_bits(more = vec_lt(z.y, one)); z = plus(z, z)) {
        struct pair step = times(z, phi, d);
        step = (struct pair){half * step.x + one, half * step.y};
        step = times(phi, step, d);
        phi.x = vec_select(more, step.x, phi.x);
        phi.y = vec_select(more, step.y, phi.y);
    }
    phi.x = if_true(vec_lt(square, vec_set((real)0x1p100)), phi.x);
    return phi;
}

ALWAYS_INLINE vec exp_euler(const struct neurons *m, struct states *y, real h, struct variant is)
{
    const struct rates f = rates_at(m, y, y->v, y->u, 0, is);
    const vec two = vec_set(2), jvv = two * m->k2 * y->v + m->k1, juu = -m->a * m->r;
    const real half = (real).5 * h;
    const vec t = half * (jvv + juu), e = half * (jvv - juu);
    const vec nvu = h * -m->w, nuv = h * (m->a * recovery_slope(m, y, is)), d = e * e + nvu * nuv;
    const struct pair phi = phi_1(t, d);
    y->v = y->v + h * (phi.x * f.v + phi.y * (e * f.v + nvu * f.u));
    y->u = y->u + h * (phi.x * f.u + phi.y * (nuv * f.v + -e * f.u));
    if (is.decided) /* it may ring, and turn within the step (count_pieces of lib/events) */
        y->v = if_true(vec_lt(vec_set((real)-2.4), d), y->v);
    no_limit(y);
    return f.v;
}

#endif
