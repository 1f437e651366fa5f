/* The search for the first time inside a step at which the solution reaches a line in the (v, u)
 * plane: the peak, or the kink of U(v). */
#ifndef IZH_LIB_CROSSING_H
#define IZH_LIB_CROSSING_H

#include <stdbool.h>

#include "events/event.h"
#include "methods/method.h"

/* Finds the first s in (0, *limit] at which the step's solution reaches the line; returns false if
 * it does not reach it. Else *limit becomes that s and *at the state there, exactly on the line. A
 * step that starts on the line, after an event there, has to leave it first. */
bool izh_crossing_first(const struct izh_method_ops *ops, const struct izh_step *step,
                        struct izh_line line, double *limit, izh_state *at);

#endif
