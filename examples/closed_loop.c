/* A closed loop, as in a dynamic clamp: the host has a clock of its own, ticks every millisecond,
 * reads v and feeds back the current of a synapse that it simulates itself,
 *
 *     I = drive - g (v - E),
 *
 * held from tick to tick. Every spike opens the synapse a little more and g decays in between, so
 * the neuron slows itself down: its firing adapts. */
#include <izh/izh.h>

#include <math.h>
#include <stdio.h>

#define TICK 1. /* ms */
#define TICKS 600
#define SWITCH_ON 50    /* tick of the drive */
#define DRIVE 180.      /* pA */
#define REVERSAL (-80.) /* E, mV */
#define OPENING .8      /* what a spike adds to g, nS (pA/mV) */
#define DECAY 90.       /* time constant of g, ms */

struct loop {
    double g, g_time; /* the conductance, and when it had this value, ms */
    double last_spike;
    double first_interval, last_interval;
    int spikes;
};

static double conductance(const struct loop *loop, double t)
{
    return loop->g * exp((loop->g_time - t) / DECAY);
}

/* The event's time is exact, not that of a tick, and so is the conductance after it. */
static int32_t on_spike(const izh_spike_event *spike, izh_state *after, void *user)
{
    struct loop *loop = user;
    const double interval = spike->t - loop->last_spike;
    (void)after; /* the model's reset stands */
    loop->g = conductance(loop, spike->t) + OPENING;
    loop->g_time = spike->t;
    loop->spikes++;
    if (loop->spikes == 2)
        loop->first_interval = interval;
    if (loop->spikes > 1)
        loop->last_interval = interval;
    loop->last_spike = spike->t;
    printf("%9.4f ms  spike %2d  u %6.2f pA  g %.3f nS\n", spike->t, loop->spikes, spike->before.u,
           loop->g);
    return IZH_CONTINUE;
}

/* One tick of the host: measure, feed back, let the neuron live for a millisecond. */
static izh_status tick(izh_solver *solver, const struct loop *loop, int i)
{
    const double t = i * TICK, v = izh_solver_state(solver).v;
    const double drive = i >= SWITCH_ON ? DRIVE : 0;
    const izh_status status =
        izh_solver_set_current(solver, drive - conductance(loop, t) * (v - REVERSAL));
    return status == IZH_OK ? izh_solver_run(solver, (i + 1) * TICK) : status;
}

int main(void)
{
    struct loop loop = {0};
    izh_solver *solver;
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.params = izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
    config.initial = (izh_state){-60, 0};
    if (izh_solver_create(&solver, &config) != IZH_OK)
        return 1;
    izh_solver_on_spike(solver, on_spike, &loop);

    izh_status status = IZH_OK;
    for (int i = 0; i < TICKS && status == IZH_OK; i++)
        status = tick(solver, &loop, i);
    if (status == IZH_OK)
        printf("%d spikes in %g ms; first interval %.2f ms, last %.2f ms\n", loop.spikes,
               izh_solver_time(solver), loop.first_interval, loop.last_interval);
    else
        fprintf(stderr, "%s: %s\n", izh_status_name(status), izh_solver_message(solver));
    izh_solver_destroy(solver);
    return status == IZH_OK ? 0 : 1;
}
