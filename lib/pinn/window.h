/* One window of a solution: a network, trained on the equation alone.
 *
 * With tau the share of the window and x the two coordinates,
 *
 *     x(tau) = rate tau + tau^2 N(2 tau - 1)
 *
 * so that the initial state and its rate hold whatever the weights are. Training makes the residual
 * dx/dtau - f(tau, x) small at Chebyshev points: first by the outer weights, in which x is linear
 * (Gauss-Newton, from units that the seed has drawn), then by all (Levenberg-Marquardt), at least
 * once. The window is trained if the residual meets the tolerance at the points and between them;
 * otherwise it is made shorter and begun anew.
 *
 * The weights of the window before are no better a start than the seed's: measured over the
 * reference's neurons they saved no iteration and, as hidden units drift, cost a tenth more
 * windows. So a window depends on its start alone, and takes over only the length. */
#ifndef IZH_LIB_WINDOW_H
#define IZH_LIB_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include <izh/solver.h>

#include "pinn/equation.h"
#include "pinn/least_squares.h"
#include "pinn/net.h"

#define IZH_PINN_RESIDUAL_DEFAULT 1e-9
#define IZH_PINN_RESIDUAL_LEAST 1e-11 /* below this, the residual's own rounding shows */
#define IZH_PINN_RESIDUAL_MOST 1e-2   /* above this, a spike may be lost */

/* A window and its network. */
struct izh_pinn_trained {
    struct izh_pinn_equation equation;
    struct izh_pinn_net net;
    double residual; /* the largest found, per window; of the last attempt if training failed */
    double next;     /* how long the next window may be, ms */
    int iterations;  /* of all attempts */
    int attempts;
};

/* Called after each step of training with the attempt's length, the iterations so far, and the mean
 * square of the residual. Any answer but 0 ends the training. */
typedef int izh_pinn_window_watch(void *user, double length, int iteration, double loss);

#define IZH_PINN_EQUATIONS_MAX (2 * IZH_PINN_POINTS_MAX)
#define IZH_PINN_WEIGHTS_MAX IZH_PINN_WEIGHTS(IZH_PINN_HIDDEN_MAX)

/* What training needs besides the window: what to aim at, and memory. All but the first five fields
 * are zero at first. */
struct izh_pinn_trainer {
    izh_pinn_network settings; /* prepare_trainer() fills in the defaults */
    double tolerance;
    izh_pinn_window_watch *watch;
    void *user;
    izh_statistics *count; /* NULL: do not count */

    bool prepared;
    struct izh_pinn_net seeded;
    double node[IZH_PINN_POINTS_MAX]; /* where to train: shares of the window */
    /* Where to look afterwards: between the nodes and at the ends. */
    double check[IZH_PINN_POINTS_MAX + 1];
    double r[IZH_PINN_EQUATIONS_MAX], trial[IZH_PINN_EQUATIONS_MAX];
    double step[IZH_PINN_WEIGHTS_MAX];
    double jacobian[IZH_PINN_EQUATIONS_MAX * IZH_PINN_WEIGHTS_MAX];
    double scratch[IZH_PINN_DAMPED_SCRATCH(IZH_PINN_EQUATIONS_MAX, IZH_PINN_WEIGHTS_MAX)];
};

/* Trains a window whose equation has been set, of at most `longest` ms. `first` is the length to
 * try first; 0 if nothing is known. Sets the equation's length. Returns IZH_E_TOLERANCE if not even
 * the shortest window meets the tolerance, and IZH_STOPPED if the watch ended it. */
izh_status izh_pinn_window_train(struct izh_pinn_trainer *trainer, struct izh_pinn_trained *window,
                                 double longest, double first);

/* The state at tau. At 0 it is the state at the start, to the bit. */
izh_state izh_pinn_window_state(const struct izh_pinn_trained *window, double tau);

/* The residuals of the two equations at tau, per window and, unless `row` is NULL, how they depend
 * on the weights: a row of the Jacobian for each equation, in the order of izh_pinn_net_add(). */
void izh_pinn_window_equations(const struct izh_pinn_trained *window, double tau, double r[2],
                               double *row[2], bool only_outer);

/* The larger of the residuals at tau. */
double izh_pinn_window_residual(const struct izh_pinn_trained *window, double tau);

#endif
