/* Other packages on the same task, for comparison: the regular spiking neuron of the 2003 paper
 * (.02, .2, -65, 8) from (-65, -13) under I = 10 for 1000 ms, 23 spikes. Each finds the spikes
 * inside its steps with what it offers for that, and restarts after each reset. */
#ifndef IZH_BENCH_PEER_H
#define IZH_BENCH_PEER_H

#define PEER_SPIKES 23
#define PEER_V0 (-65.)
#define PEER_U0 (-13.)
#define PEER_CURRENT 10.
#define PEER_T_END 1000.
#define PEER_PEAK 30.

struct peer_spikes {
    int count;
    double t[64];
};

static inline void peer_rhs(const double *y, double *f)
{
    f[0] = .04 * y[0] * y[0] + 5 * y[0] + 140 - y[1] + PEER_CURRENT;
    f[1] = .02 * (.2 * y[0] - y[1]);
}

static inline void peer_reset(double *y, double t, struct peer_spikes *spikes)
{
    if (spikes->count < 64)
        spikes->t[spikes->count] = t;
    spikes->count++;
    y[0] = -65;
    y[1] += 8;
}

/* One run at a tolerance (relative and absolute). */
typedef void peer_fn(double tolerance, struct peer_spikes *spikes);

peer_fn peer_gsl_rk8pd, peer_gsl_rkf45, peer_cvode_adams, peer_arkode_dopri;

#endif
