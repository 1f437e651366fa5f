/* Real roots of polynomials of degree up to three. */
#ifndef IZH_LIB_CUBIC_H
#define IZH_LIB_CUBIC_H

/* Finds the real roots of c[0] + c[1] x + c[2] x^2 + c[3] x^3 in ascending order, as exactly as the
 * polynomial's own rounding allows. A double root may be found once, twice or not at all. Returns
 * the number of roots: 0 if all coefficients but c[0] are zero. A c[3] so small that its own root
 * lies beyond 1e60 counts as 0. */
int izh_cubic_roots(const double c[4], double root[3]);

#endif
