/* The phi functions of real 2x2 matrices, for exponential integrators, in a vector of matrices (a
 * pack of one, see util/pack.h):
 *
 *     phi_1(z) = (e^z - 1)/z,   phi_{k+1}(z) = (phi_k(z) - 1/k!)/z
 *
 * Scaling and doubling (Higham, Functions of Matrices, SIAM 2008, chapter 10; for the phi functions
 * Skaflestad and Wright, Appl. Numer. Math. 59 (2009)) takes the Taylor series at A/2^s, then s
 * times
 *
 *     phi_1(2z) = phi_1(z) (1 + z phi_1(z)/2)
 *     phi_2(2z) = (phi_1(z)^2 + 2 phi_2(z))/4
 *     phi_3(2z) = (phi_1(z) phi_2(z) + phi_2(z) + 2 phi_3(z))/8
 *
 * in the algebra of pairs. It does not divide by a difference of eigenvalues, so nothing cancels
 * when they meet or turn complex, and it needs no transcendental function. */
#ifndef IZH_LIB_PHI_H
#define IZH_LIB_PHI_H

#include "methods/schemes.h"
#include "util/float.h"

/* A = t I + N, where t is half the trace of A, so that N^2 = d I. */
struct argument {
    vec t, d;
    vec e, vu, uv; /* N, whose diagonal is e and -e */
};

/* x I + y N. Every function of A has this form, whether the eigenvalues are real, double or
 * complex. */
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

ALWAYS_INLINE struct pair part(real f, struct pair p)
{
    return (struct pair){f * p.x, f * p.y};
}

ALWAYS_INLINE struct pair pick(vec_mask mask, struct pair yes, struct pair no)
{
    return (struct pair){vec_select(mask, yes.x, no.x), vec_select(mask, yes.y, no.y)};
}

/* (c[0] + c[1] z) + (c[2] + c[3] z) z^2 */
ALWAYS_INLINE struct pair cubic(const double c[4], struct pair z, struct pair z2, vec d)
{
    const vec c0 = vec_set((real)c[0]), c1 = vec_set((real)c[1]), c2 = vec_set((real)c[2]);
    const vec c3 = vec_set((real)c[3]);
    const struct pair low = {c0 + c1 * z.x, c1 * z.y}, high = {c2 + c3 * z.x, c3 * z.y};
    return plus(low, times(high, z2, d));
}

/* phi_3 by its series sum z^n/(n + 3)!, for |z| <= 1/2; then phi_2 = 1/2 + z phi_3, and
 * phi_1 = 1 + z phi_2. Grouping by powers of z^4 (Paterson and Stockmeyer) takes a third of the
 * products of Horner's scheme, and few of them wait for each other. */
ALWAYS_INLINE void phi_series(struct pair phi[4], struct pair z, vec d)
{
    static const double reciprocal_factorial[] = {
        1. / 6,        1. / 24,        1. / 120,        1. / 720,
        1. / 5040,     1. / 40320,     1. / 362880,     1. / 3628800,
        1. / 39916800, 1. / 479001600, 1. / 6227020800, 1. / 87178291200};
    const struct pair z2 = times(z, z, d), z4 = times(z2, z2, d);
    const struct pair p0 = cubic(reciprocal_factorial, z, z2, d);
    const struct pair p4 = cubic(reciprocal_factorial + 4, z, z2, d);
    const struct pair p8 = cubic(reciprocal_factorial + 8, z, z2, d);
    phi[3] = plus(p0, times(z4, plus(p4, times(z4, p8, d)), d));
    phi[2] = times(z, phi[3], d);
    phi[2].x = phi[2].x + vec_set((real).5);
    phi[1] = times(z, phi[2], d);
    phi[1].x = phi[1].x + vec_set(1);
}

/* From phi(z) to phi(2z), up to phi_<most>, for those matrices that need more doublings. */
ALWAYS_INLINE void phi_double(struct pair phi[4], struct pair z, vec d, vec_mask more, int most)
{
    struct pair half = part((real).5, times(z, phi[1], d)); /* (e^z - 1)/2 */
    half.x = half.x + vec_set(1);
    if (most >= 3) {
        const struct pair p12 = times(phi[1], phi[2], d);
        const struct pair sum = plus(plus(p12, phi[2]), part(2, phi[3]));
        phi[3] = pick(more, part((real).125, sum), phi[3]);
    }
    if (most >= 2) {
        const struct pair sum = plus(times(phi[1], phi[1], d), part(2, phi[2]));
        phi[2] = pick(more, part((real).25, sum), phi[2]);
    }
    phi[1] = pick(more, times(phi[1], half, d), phi[1]);
}

/* phi[k] = phi_k(A) for k = 1 ... most; each matrix has its own number of doublings. The result is
 * NaN if A is so large that no digit would be right. */
ALWAYS_INLINE void phi_set(struct pair phi[4], const struct argument *a, int most)
{
    const vec half = vec_set((real).5), one = vec_set(1), d = a->d;
    /* The spectral radius is at most |t| + sqrt|d|. It is scaled to 1/2 by powers of two,
     * exactly. */
    const vec square = larger(a->t * a->t, absolute(d));
    vec f = vec_select(vec_lt(vec_set((real).0625), square), half, one);
    for (real least = (real).25; vec_bits(vec_ge(square, vec_set(least))) && least < (real)0x1p100;
         least *= 4)
        f = vec_select(vec_ge(square, vec_set(least)), half * f, f);
    struct pair z = {f * a->t, f};
    phi_series(phi, z, d);
    for (vec_mask more; vec_bits(more = vec_lt(z.y, one)); z = plus(z, z))
        phi_double(phi, z, d, more, most);
    const vec_mask known = vec_lt(square, vec_set((real)0x1p100));
    for (int k = 1; k <= most; k++)
        phi[k].x = vec_select(known, phi[k].x, vec_set((real)IZH_NAN));
}

/* Applies a matrix p to a vector. */
ALWAYS_INLINE struct rates apply(const struct argument *n, struct pair p, struct rates x)
{
    return (struct rates){p.x * x.v + p.y * (n->e * x.v + n->vu * x.u),
                          p.x * x.u + p.y * (n->uv * x.v + -n->e * x.u)};
}

/* The argument h J, from the elements of J. */
ALWAYS_INLINE struct argument argument_of(real h, vec vv, vec vu, vec uv, vec uu)
{
    const real half = (real).5 * h;
    const vec e = half * (vv - uu), nvu = h * vu, nuv = h * uv;
    return (struct argument){half * (vv + uu), e * e + nvu * nuv, e, nvu, nuv};
}

#endif
