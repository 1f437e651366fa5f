/* The first time inside a trained window at which the solution reaches a line in the (v, u) plane:
 * the peak, or the kink of U(v). */
#ifndef IZH_LIB_PINN_CROSSING_H
#define IZH_LIB_PINN_CROSSING_H

#include <stdbool.h>

#include "events/event.h"
#include "pinn/window.h"

/* Finds the first tau in (0, *limit] at which the window's solution reaches the line; returns false
 * if it does not reach it. Else *limit becomes that tau and *at the state there, exactly on the
 * line. */
bool izh_pinn_window_first(const struct izh_pinn_trained *window, struct izh_line line,
                           double *limit, izh_state *at);

#endif
