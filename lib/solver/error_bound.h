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

/* The bound of the time of a spike that was found as a crossing, ms. */
double izh_error_bound_time(const struct izh_error_bound *bound, const struct izh_model *model,
                            double I, double t, izh_state before);

/* Over a reset. `crossing`: the state reached the peak by itself, so that an error in the state is
 * one in the time of the reset, too. `own`: the model's reset; else the host gave `after`, as
 * exact. */
void izh_error_bound_reset(struct izh_error_bound *bound, const struct izh_model *model, double I,
                           izh_state before, izh_state after, bool crossing, bool own);

#endif
