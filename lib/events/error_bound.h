/* How far the state may be from the exact solution: carried through steps by the variational
 * equation and through spikes by their saltation matrix. */
#ifndef IZH_LIB_ERROR_BOUND_H
#define IZH_LIB_ERROR_BOUND_H

#include <stdbool.h>

#include "methods/method.h"

/* The error lies in the rectangle |error . q| <= along, |error . q'| <= across, where q = (v, u) is
 * a unit vector and q' = (-u, v). The direction follows the solution, so that what the flow
 * contracts stays contracted (Lohner's method: R. J. Lohner, in Computer Arithmetic and
 * Self-Validating Numerical Methods, 1990). Infinite where the method gives no bound of its own. */
struct izh_error_bound {
    izh_state q;
    double along, across;
};

/* No error. */
void izh_error_bound_clear(struct izh_error_bound *bound);

/* Over the first s of a step, which ends at `at`. */
void izh_error_bound_step(struct izh_error_bound *bound, const struct izh_step *step, double s,
                          izh_state at);

/* A state that reached the peak. */
struct izh_crossing {
    izh_state before, f; /* the state and its rate there */
    izh_state gradient;  /* of the distance from the peak's line */
    bool found;          /* by itself; else a kick or the like put it there, exactly now */
};

/* The bound of the time of a spike at t, ms. */
double izh_error_bound_time(const struct izh_error_bound *bound,
                            const struct izh_crossing *crossing, double t);

/* Over the reset to `after`, where the rate is f. v_u and u_u are what the reset keeps of an error
 * in u: d v/d u and d u/d u; both 0 where the host gave the state, as exact. */
void izh_error_bound_reset(struct izh_error_bound *bound, const struct izh_crossing *crossing,
                           izh_state after, izh_state f, double v_u, double u_u);

#endif
