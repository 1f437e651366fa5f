/* Scaling and doubling (Higham, Functions of Matrices, SIAM 2008, chapter 10; for the phi functions
 * Skaflestad and Wright, Appl. Numer. Math. 59 (2009)): the Taylor series at A/2^s, then s times
 *
 *     phi_1(2z) = phi_1(z) (1 + z phi_1(z)/2)
 *     phi_2(2z) = (phi_1(z)^2 + 2 phi_2(z))/4
 *     phi_3(2z) = (phi_1(z) phi_2(z) + phi_2(z) + 2 phi_3(z))/8
 *
 * in the algebra of pairs. There is no division by a difference of eigenvalues, so nothing cancels
 * when they meet or turn complex, and no transcendental function. */
#include "methods/phi.h"
#include "util/float.h"

/* Products of pairs, with N^2 = d. */
static struct izh_phi_pair times(struct izh_phi_pair p, struct izh_phi_pair q, double d)
{
    return (struct izh_phi_pair){p.x * q.x + d * p.y * q.y, p.x * q.y + p.y * q.x};
}

static struct izh_phi_pair plus(struct izh_phi_pair p, struct izh_phi_pair q)
{
    return (struct izh_phi_pair){p.x + q.x, p.y + q.y};
}

static struct izh_phi_pair scale(double f, struct izh_phi_pair p)
{
    return (struct izh_phi_pair){f * p.x, f * p.y};
}

/* (c[0] + c[1] z) + (c[2] + c[3] z) z^2 */
static struct izh_phi_pair cubic(const double c[4], struct izh_phi_pair z, struct izh_phi_pair z2,
                                 double d)
{
    const struct izh_phi_pair low = {c[0] + c[1] * z.x, c[1] * z.y};
    const struct izh_phi_pair high = {c[2] + c[3] * z.x, c[3] * z.y};
    return plus(low, times(high, z2, d));
}

/* phi_3 by its series sum z^n/(n + 3)!, for |z| <= 1/2; then phi_2 = 1/2 + z phi_3, phi_1 = 1 + z
 * phi_2. In powers of z^4 (Paterson and Stockmeyer): a third of the products of Horner's scheme,
 * and few that wait for each other. */
static void series(struct izh_phi_pair phi[4], struct izh_phi_pair z, double d)
{
    static const double reciprocal_factorial[] = {
        1. / 6,        1. / 24,        1. / 120,        1. / 720,
        1. / 5040,     1. / 40320,     1. / 362880,     1. / 3628800,
        1. / 39916800, 1. / 479001600, 1. / 6227020800, 1. / 87178291200};
    const struct izh_phi_pair z2 = times(z, z, d), z4 = times(z2, z2, d);
    const struct izh_phi_pair p0 = cubic(reciprocal_factorial, z, z2, d);
    const struct izh_phi_pair p4 = cubic(reciprocal_factorial + 4, z, z2, d);
    const struct izh_phi_pair p8 = cubic(reciprocal_factorial + 8, z, z2, d);
    phi[3] = plus(p0, times(z4, plus(p4, times(z4, p8, d)), d));
    phi[2] = times(z, phi[3], d);
    phi[2].x += .5;
    phi[1] = times(z, phi[2], d);
    phi[1].x += 1;
}

static void twice(struct izh_phi_pair phi[4], struct izh_phi_pair z, double d)
{
    struct izh_phi_pair half = scale(.5, times(z, phi[1], d)); /* (e^z - 1)/2 */
    half.x += 1;
    const struct izh_phi_pair p12 = times(phi[1], phi[2], d);
    phi[3] = scale(.125, plus(plus(p12, phi[2]), scale(2, phi[3])));
    phi[2] = scale(.25, plus(times(phi[1], phi[1], d), scale(2, phi[2])));
    phi[1] = times(phi[1], half, d);
}

void izh_phi_set(struct izh_phi *phi, const struct izh_jacobian *j, double h)
{
    const double t = .5 * h * (j->vv + j->uu), e = .5 * h * (j->vv - j->uu);
    phi->n = (struct izh_jacobian){e, h * j->vu, h * j->uv, -e};
    const double d = e * e + phi->n.vu * phi->n.uv;

    /* The spectral radius is at most |t| + sqrt|d|; bring it to 1/2. Powers of two are exact. */
    const double square = izh_fmax(t * t, izh_fabs(d));
    if (!(square < 0x1p100)) { /* relative errors grow with size: no digit is left */
        phi->phi[1] = phi->phi[2] = phi->phi[3] = (struct izh_phi_pair){IZH_NAN, IZH_NAN};
        return;
    }
    const int doublings = square > 1. / 16 ? (izh_exponent(square) + 6) / 2 : 0;
    const double f = izh_pow2(-doublings);
    struct izh_phi_pair z = {f * t, f};
    series(phi->phi, z, d);
    for (int i = 0; i < doublings; i++) {
        twice(phi->phi, z, d);
        z = plus(z, z);
    }
}

izh_state izh_phi_apply(const struct izh_phi *phi, int k, izh_state x)
{
    const struct izh_phi_pair p = phi->phi[k];
    const struct izh_jacobian *n = &phi->n;
    return (izh_state){p.x * x.v + p.y * (n->vv * x.v + n->vu * x.u),
                       p.x * x.u + p.y * (n->uv * x.v + n->uu * x.u)};
}
