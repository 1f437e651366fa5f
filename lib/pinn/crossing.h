/* The first time inside a trained window at which the solution reaches a line in the (v, u) plane:
 * the peak, or the kink of U(v). */
#ifndef IZH_LIB_PINN_CROSSING_H
#define IZH_LIB_PINN_CROSSING_H

#include <stdbool.h>

#include "pinn/window.h"

/* The line v = level + slope u, approached from below (side 1) or from above (side -1). */
struct izh_pinn_border {
    double level, slope;
    int side;
};

/* The first tau in (0, *limit] at which the window's solution reaches the border; false for none.
 * On success *limit is that tau and *at the state there, exactly on the border. */
bool izh_pinn_window_first(const struct izh_pinn_trained *window, struct izh_pinn_border border,
                           double *limit, izh_state *at);

#endif
