/* The curve of all equilibria, over all currents. On each piece of U it is a polynomial in
 * z = v - vb. */
#ifndef IZH_LIB_CURVE_H
#define IZH_LIB_CURVE_H

#include <stdbool.h>

#include <izh/analysis.h>

#include "model/model.h"
#include "util/roots.h"

/* A piece of U, b z + b3 z^3. */
struct izh_piece {
    double b, b3;
    bool below, from_on; /* whether it holds for z < 0, and for z >= 0 */
};

/* Finds the pieces of U in the order of v; returns how many there are. */
int izh_pieces(const struct izh_model *m, struct izh_piece piece[2]);

/* The polynomial r (k2 v^2 + k1 v + k0 + I) - U. Its roots are the z of the equilibria at I on a
 * piece, wherever the piece holds. */
void izh_curve_polynomial(const izh_params *p, const struct izh_piece *piece, double I,
                          struct izh_twofold c[4]);

/* The most that rounding may change the current. */
double izh_curve_slack(const izh_params *p, double I);

/* u on the v-nullcline without current, k2 v^2 + k1 v + k0. */
struct izh_twofold izh_curve_parabola(const izh_params *p, struct izh_twofold z);

/* The Jacobian on a piece, by its trace and its determinant. */
struct izh_linear {
    struct izh_twofold trace, determinant;
    double near_zero; /* a trace of at most this size is zero */
};
struct izh_linear izh_curve_linear(const izh_params *p, const struct izh_piece *piece,
                                   struct izh_twofold z);

/* The state at z on the v-nullcline under I. */
izh_state izh_curve_state(const izh_params *p, struct izh_twofold z, struct izh_twofold I);

#endif
