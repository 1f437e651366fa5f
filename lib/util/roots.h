/* Real roots of polynomials of degree up to three, to more than the digits of a double, and double
 * roots told from none and from two. */
#ifndef IZH_LIB_ROOTS_H
#define IZH_LIB_ROOTS_H

#include <stdbool.h>

#include "util/twofold.h"

struct izh_root {
    struct izh_twofold x;
    bool twice; /* the polynomial touches zero here and turns back */
};

/* c[0] + c[1] x + c[2] x^2 + c[3] x^3 */
struct izh_twofold izh_polynomial(const struct izh_twofold c[4], struct izh_twofold x);

/* The real roots, in ascending order. Where the polynomial turns with a value of at most `slack` in
 * size, that is one double root. Returns how many; 0 where all coefficients but c[0] are zero.
 * Where c[3] is so small that its own root is beyond 1e60, it is taken for 0. */
int izh_roots(const struct izh_twofold c[4], double slack, struct izh_root root[3]);

#endif
