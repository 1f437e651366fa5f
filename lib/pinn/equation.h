/* The neuron's equations over a window, in the coordinates that a network learns.
 *
 * If v turns upwards, v = centre + scale tan(theta/2), and theta is learnt. As v' is quadratic in
 * v, the blow-up of a spike is then a turn at a bounded rate,
 *
 *     theta' = (k2/cm) scale (1 - cos theta) + g (1 + cos theta),
 *     g = (k0 - k1^2/(4 k2) + I - u)/(cm scale),  centre = -k1/(2 k2)
 *
 * (Ermentrout and Kopell, SIAM J. Appl. Math. 46 (1986)). Beyond the peak, where v would go through
 * infinity, u' depends on a v that continues linearly in theta; no part of a solution lies there. A
 * neuron without such a turn keeps v, as centre + scale theta. */
#ifndef IZH_LIB_EQUATION_H
#define IZH_LIB_EQUATION_H

#include <stdbool.h>

#include "model/model.h"

/* The two coordinates are how much theta, or v, and u have grown since the start, in units in which
 * they are numbers of the order of one. They are 0 at the start, so that what does not change stays
 * the same to the bit. */
struct izh_pinn_equation {
    struct izh_model model;
    double I, slope; /* the current at the start, and its slope */
    izh_state from;
    double length; /* ms */
    bool phase;
    double scale, u_scale;
    double turn, norm;               /* t = tan(theta/2) at the start, and 1/sqrt(1 + t^2) */
    double hold, hold_v, hold_slope; /* the angle from which v is linear, v there, and dv/dtheta */
    double rate[2];                  /* rates of the coordinates at the start, per window */
};

/* df[k][l] is df[k]/dx[l]. */
struct izh_pinn_rates {
    double f[2], df[2][2];
};

/* Sets a window that starts at `from` and has a length of 0; stretching it sets the length. */
void izh_pinn_equation_set(struct izh_pinn_equation *e, const struct izh_model *model, double I,
                           double slope, izh_state from);
void izh_pinn_equation_stretch(struct izh_pinn_equation *e, double length);

/* A time in which the solution may be expected to turn, ms: a first guess of a window's length. */
double izh_pinn_equation_time_scale(const struct izh_pinn_equation *e);

/* Rates per window at the coordinates x, after the share tau of the window. */
struct izh_pinn_rates izh_pinn_equation_rates(const struct izh_pinn_equation *e, double tau,
                                              const double x[2]);

izh_state izh_pinn_equation_state(const struct izh_pinn_equation *e, const double x[2]);

#endif
