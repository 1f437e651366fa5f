/* Real roots of polynomials of degree up to three. */
#ifndef IZH_LIB_CUBIC_H
#define IZH_LIB_CUBIC_H

/* The real roots of c[0] + c[1] x + c[2] x^2 + c[3] x^3 in ascending order, each to the last bit of
 * the polynomial's own rounding; a double root may be found once, twice or not at all. Returns how
 * many; 0 where all coefficients but c[0] are zero. Where c[3] is so small that its root is beyond
 * 1e60, the others' roots alone. */
int izh_cubic_roots(const double c[4], double root[3]);

#endif
