/* Work and precision of the methods that choose their step, beside other packages, in one run: the
 * 2003 paper's regular spiking neuron (peer.h), 1000 ms, 23 spikes. Each cost is the least of
 * several runs; the ratio is to the Taylor method's at its default tolerance. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <izh/izh.h>

#include "peer.h"

#define LEAST_SECONDS .15

/* Quadruple precision: tests/reference/spikes.csv, rs-2003. */
static const double exact[PEER_SPIKES] = {
    3.12705530387697530729508417483, 26.2260246341483764553971282129,
    71.0570973282095422286625109234, 115.869510996278195180793276262,
    160.68192466437373848482460019,  205.494338332469281788816805508,
    250.306752000564825092809010827, 295.119165668660368396801216145,
    339.931579336755911700793421464, 384.743993004851455004785626782,
    429.556406672946998308777832101, 474.36882034104254161277003742,
    519.181234009138084916762242738, 563.993647677233628220754448057,
    608.806061345329171524746653375, 653.618475013424714828738858694,
    698.430888681520258132731064013, 743.243302349615801436723269331,
    788.05571601771134471071547465,  832.868129685806888044707679968,
    877.680543353902431348699885287, 922.492957021997974652692090606,
    967.305370690093517956684295924};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double worst(const struct peer_spikes *spikes)
{
    double error = 0;
    if (spikes->count != PEER_SPIKES)
        return INFINITY;
    for (int i = 0; i < PEER_SPIKES; i++)
        error = fmax(error, fabs(spikes->t[i] - exact[i]));
    return error;
}

static izh_method method;
static uint64_t steps; /* that the last run of libizh tried */

static int32_t keep(const izh_spike_event *e, izh_state *after, void *user)
{
    struct peer_spikes *spikes = user;
    (void)after;
    if (spikes->count < PEER_SPIKES)
        spikes->t[spikes->count] = e->t;
    spikes->count++;
    return IZH_CONTINUE;
}

static void run_izh(double tolerance, struct peer_spikes *spikes)
{
    izh_solver *solver;
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = method;
    config.rtol = config.atol = tolerance;
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.initial = (izh_state){PEER_V0, PEER_U0};
    spikes->count = 0;
    if (izh_solver_create(&solver, &config) != IZH_OK)
        exit(1);
    izh_solver_on_spike(solver, keep, spikes);
    izh_solver_set_current(solver, PEER_CURRENT);
    izh_solver_run(solver, PEER_T_END);
    izh_statistics count = IZH_STATISTICS_INIT;
    izh_solver_statistics(solver, &count);
    steps = count.steps + count.rejected;
    izh_solver_destroy(solver);
}

static double least_us(peer_fn *run, double tolerance, struct peer_spikes *spikes)
{
    double least = INFINITY;
    const double start = now();
    for (int i = 0; i < 3 || now() - start < LEAST_SECONDS; i++) {
        const double t = now();
        run(tolerance, spikes);
        least = fmin(least, 1e6 * (now() - t));
    }
    return least;
}

static double baseline;

static void row(const char *name, peer_fn *run, double tolerance)
{
    struct peer_spikes spikes;
    const double us = least_us(run, tolerance, &spikes);
    printf("%-28s %8.0e %10.2e %12.1f %9.2f", name, tolerance, worst(&spikes), us, us / baseline);
    if (run == run_izh)
        printf(" %8llu %8.0f", (unsigned long long)steps, 1e3 * us / (double)steps);
    printf("\n");
    fflush(stdout);
}

static void rows(const char *name, peer_fn *run, int from, int to)
{
    for (int digits = from; digits <= to; digits++)
        row(name, run, pow(10, -digits));
    printf("\n");
}

/* bench_solver METHOD TOLERANCE: a hundred runs and no clock, for a profiler. */
static int profile(char **arguments)
{
    struct peer_spikes spikes;
    if (izh_method_find(arguments[1], &method) != IZH_OK)
        return 1;
    for (int i = 0; i < 100; i++)
        run_izh(atof(arguments[2]), &spikes);
    return 0;
}

int main(int count, char **arguments)
{
    if (count == 3)
        return profile(arguments);
    struct peer_spikes spikes;
    method = IZH_TAYLOR;
    baseline = least_us(run_izh, 0, &spikes);
    printf("%-28s %8s %10s %12s %9s %8s %8s\n", "", "tolerance", "error ms", "us per s", "ratio",
           "steps", "ns each");
    row("izh taylor", run_izh, 0);
    rows("izh taylor", run_izh, 3, 15);
    method = IZH_DOPRI5;
    rows("izh dopri5", run_izh, 2, 11);
    method = IZH_EXPRB_ADAPTIVE;
    rows("izh exprb-adaptive", run_izh, 2, 8);
#ifdef HAVE_GSL
    rows("gsl rk8pd", peer_gsl_rk8pd, 2, 13);
    rows("gsl rkf45", peer_gsl_rkf45, 3, 9);
#endif
#ifdef HAVE_SUNDIALS
    rows("sundials arkode dopri 5(4)", peer_arkode_dopri, 3, 12);
    rows("sundials cvode adams", peer_cvode_adams, 4, 12);
#endif
    return 0;
}
