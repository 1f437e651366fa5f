/* A bound of the state's distance from the exact solution. Steps carry it by the variational
 * equation, spikes by their saltation matrix. */
#ifndef IZH_LIB_ERROR_BOUND_H
#define IZH_LIB_ERROR_BOUND_H

#include <stdbool.h>

#include "methods/method.h"

/* The error lies in the rectangle |error . q| <= along, |error . q'| <= across, where q = (v, u) is
 * a unit vector and q' = (-u, v). The direction follows the solution, so that what the flow
 * contracts stays contracted (Lohner's method: R. J. Lohner, in Computer Arithmetic and
 * Self-Validating Numerical Methods, 1990). The bound is infinite if the method gives no bound of
 * its own error. */
struct izh_error_bound {
    izh_state q;
    double along, across;
};

/* Sets the bound to no error. */
void izh_error_bound_clear(struct izh_error_bound *bound);

/* Carries the bound over the first s of a step; `at` is the state there. */
void izh_error_bound_step(struct izh_error_bound *bound, const struct izh_step *step, double s,
                          izh_state at);

/* A state that reached the peak. */
struct izh_crossing {
    izh_state before, f; /* the state and its rate there */
    izh_state gradient;  /* of the distance from the peak's line */
    bool found; /* the solution led there; else a kick or the like put it there, at exactly this
                   time */
};

/* The bound of the error of the time of a spike at t, ms. */
double izh_error_bound_time(const struct izh_error_bound *bound,
                            const struct izh_crossing *crossing, double t);

/* Carries the bound over the reset to `after`, where the rate is f. v_u and u_u are the derivatives
 * of the reset: d v/d u and d u/d u; both are 0 if the host gave the state, which is exact then. */
void izh_error_bound_reset(struct izh_error_bound *bound, const struct izh_crossing *crossing,
                           izh_state after, izh_state f, double v_u, double u_u);

#endif
