/* The GNU Scientific Library's adaptive steppers (gsl_odeiv2). GSL has no events: the crossing is
 * found by Newton's method on the length of the last step, taken again from where it began. */
#include "peer.h"

#include <math.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>

static int rhs(double t, const double *y, double *f, void *user)
{
    (void)t;
    (void)user;
    peer_rhs(y, f);
    return GSL_SUCCESS;
}

/* From y over the step that brings it to the peak; returns that step. */
static double to_peak(gsl_odeiv2_step *step, const gsl_odeiv2_system *system, double *y, double h)
{
    double f[2], error[2], z[2];
    for (int i = 0; i < 50; i++) {
        z[0] = y[0];
        z[1] = y[1];
        gsl_odeiv2_step_apply(step, 0, h, z, error, NULL, NULL, system);
        peer_rhs(z, f);
        const double change = (z[0] - PEER_PEAK) / f[0];
        h -= change;
        if (fabs(change) < 1e-15)
            break;
    }
    y[0] = z[0];
    y[1] = z[1];
    return h;
}

static void run(const gsl_odeiv2_step_type *type, double tolerance, struct peer_spikes *spikes)
{
    const gsl_odeiv2_system system = {rhs, NULL, 2, NULL};
    gsl_odeiv2_step *step = gsl_odeiv2_step_alloc(type, 2);
    gsl_odeiv2_control *control = gsl_odeiv2_control_y_new(tolerance, tolerance);
    gsl_odeiv2_evolve *evolve = gsl_odeiv2_evolve_alloc(2);
    double t = 0, h = .1, y[2] = {PEER_V0, PEER_U0};
    spikes->count = 0;
    while (t < PEER_T_END) {
        const double t0 = t;
        double before[2] = {y[0], y[1]};
        if (gsl_odeiv2_evolve_apply(evolve, control, step, &system, &t, PEER_T_END, &h, y))
            break;
        if (y[0] < PEER_PEAK)
            continue;
        gsl_odeiv2_step_reset(step);
        t = t0 +
            to_peak(step, &system, before, (t - t0) * (PEER_PEAK - before[0]) / (y[0] - before[0]));
        y[0] = before[0];
        y[1] = before[1];
        peer_reset(y, t, spikes);
        gsl_odeiv2_step_reset(step);
        gsl_odeiv2_evolve_reset(evolve);
    }
    gsl_odeiv2_evolve_free(evolve);
    gsl_odeiv2_control_free(control);
    gsl_odeiv2_step_free(step);
}

void peer_gsl_rk8pd(double tolerance, struct peer_spikes *spikes)
{
    run(gsl_odeiv2_step_rk8pd, tolerance, spikes);
}

void peer_gsl_rkf45(double tolerance, struct peer_spikes *spikes)
{
    run(gsl_odeiv2_step_rkf45, tolerance, spikes);
}
