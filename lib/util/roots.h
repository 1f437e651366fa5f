/* Real roots of polynomials of degree up to three, to more digits than a double has. Double roots
 * are told apart from no root and from two roots. */
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

/* Finds the real roots in ascending order. A turning point whose value is at most `slack` in size
 * counts as one double root. Returns the number of roots: 0 if all coefficients but c[0] are zero.
 * A c[3] so small that its own root lies beyond 1e60 counts as 0. */
int izh_roots(const struct izh_twofold c[4], double slack, struct izh_root root[3]);

#endif
