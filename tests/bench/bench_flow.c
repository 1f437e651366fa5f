/* Flow maps, a table of Markdown: training, errors under random steps of current from random
 * states, the same without the network, and the cost beside taylor in the same run. bench_flow */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <izh/izh.h>

#include "../flow_without.h"
#include "pinn/flow.h"

#define STIMULI 100
#define UNTIL 1000.
#define LEVELS 10
#define FIRST 6

/* The processor's, which other programs disturb less. */
static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

struct neuron {
    const char *name;
    izh_params params;
    double I_lo, I_hi;
};

struct stimulus {
    izh_segment levels[LEVELS];
    izh_state from;
};

struct spikes {
    double t[1000];
    size_t n;
};

static double uniform(double lo, double hi)
{
    static uint64_t state = 1; /* SplitMix64 */
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return lo + (hi - lo) * ((double)((z ^ z >> 31) >> 11) * 0x1p-53);
}

/* States from the inner part of the map's. */
static struct stimulus draw(const struct neuron *n, const izh_flow_info *info)
{
    struct stimulus s;
    const double mean = .5 * (info->u_lo + info->u_hi), half = .25 * (info->u_hi - info->u_lo);
    s.from =
        (izh_state){uniform(n->params.c - 10, n->params.c + 5), uniform(mean - half, mean + half)};
    for (int i = 0; i < LEVELS; i++)
        s.levels[i] = (izh_segment){i * UNTIL / LEVELS + uniform(0, .5 * UNTIL / LEVELS),
                                    uniform(n->I_lo, n->I_hi), 0};
    s.levels[0].t = 0;
    return s;
}

static int32_t keep(const izh_spike_event *event, izh_state *after, void *user)
{
    struct spikes *s = user;
    (void)after;
    if (s->n < 1000)
        s->t[s->n++] = event->t;
    return IZH_CONTINUE;
}

/* Returns the seconds that it took. */
static double run(const struct neuron *n, const struct stimulus *stimulus, const izh_flow *flow,
                  struct spikes *spikes)
{
    izh_solver *s;
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = flow ? IZH_PINN : IZH_TAYLOR;
    config.params = n->params;
    config.initial = stimulus->from;
    config.flow = flow;
    if (izh_solver_create(&s, &config) != IZH_OK)
        exit(1);
    spikes->n = 0;
    izh_solver_on_spike(s, keep, spikes);
    izh_solver_set_stimulus(s, stimulus->levels, LEVELS);
    const double start = seconds();
    if (izh_solver_run(s, UNTIL) != IZH_OK)
        exit(1);
    const double taken = seconds() - start;
    izh_solver_destroy(s);
    return taken;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct result {
    int right;
    double median, worst, seconds;
};

static double first_error(const struct spikes *spikes, const struct spikes *exact)
{
    double error = 0;
    for (size_t k = 0; k < FIRST && k < spikes->n && k < exact->n; k++)
        error = fmax(error, fabs(spikes->t[k] - exact->t[k]));
    return error;
}

/* By the map, or without its network. */
static struct result compare(const struct neuron *n, const struct stimulus *stimuli,
                             const struct spikes *exact, const izh_flow *flow, int without)
{
    static struct spikes spikes;
    double error[STIMULI];
    struct result r = {0, 0, 0, 0};
    for (int i = 0; i < STIMULI; i++) {
        const struct stimulus *s = &stimuli[i];
        if (without)
            spikes.n = flow_without(&flow->map, s->from, s->levels, LEVELS, UNTIL, spikes.t, FIRST);
        else
            r.seconds += run(n, s, flow, &spikes);
        r.right += spikes.n == exact[i].n;
        error[i] = first_error(&spikes, &exact[i]);
    }
    qsort(error, STIMULI, sizeof *error, ascending);
    r.median = error[STIMULI / 2];
    r.worst = error[STIMULI - 1];
    return r;
}

static void row(const struct neuron *n)
{
    static struct stimulus stimuli[STIMULI];
    static struct spikes exact[STIMULI];
    izh_flow *flow;
    izh_flow_config config = IZH_FLOW_CONFIG_INIT;
    config.params = n->params;
    config.I_lo = n->I_lo;
    config.I_hi = n->I_hi;
    const double start = seconds();
    if (izh_flow_train(&flow, &config) != IZH_OK)
        exit(1);
    const double training = seconds() - start;
    const izh_flow_info info = izh_flow_get_info(flow);
    double taylor = 0;
    for (int i = 0; i < STIMULI; i++) {
        stimuli[i] = draw(n, &info);
        taylor += run(n, &stimuli[i], NULL, &exact[i]);
    }
    const struct result map = compare(n, stimuli, exact, flow, 0);
    const struct result off = compare(n, stimuli, exact, flow, 1);
    printf("| %s, %g to %g | %.1f | %.2f | %d of %d | %.0e | %.0e | %.1f | %.2f | %.0f |\n",
           n->name, n->I_lo, n->I_hi, training, info.step, map.right, STIMULI, map.median,
           map.worst, off.median, 1e3 * map.seconds / STIMULI, map.seconds / taylor);
    izh_flow_destroy(flow);
}

int main(void)
{
    const izh_params rs = izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
    const struct neuron neurons[] = {
        {"the report's, pA", rs, 70, 200},
        {"the same, pA", rs, -50, 200},
        {"bursting (2007), pA", izh_params_2007(150, 1.2, -75, -45, 50, .01, 5, -56, 130), 300,
         700},
        {"chattering (2007), pA", izh_params_2007(50, 1.5, -60, -40, 25, .03, 1, -40, 150), 200,
         600},
        {"regular spiking (2003)", izh_params_2003(.02, .2, -65, 8), 0, 15},
        {"chattering (2003)", izh_params_2003(.02, .2, -50, 2), 6, 15},
        {"fast spiking (2003)", izh_params_2003(.1, .2, -65, 2), 5, 20}};
    printf("%d currents of %d random steps each over %g ms; errors are of the first six spikes, "
           "times the processor's\n\n"
           "| neuron, currents | training, s | step, ms | right number of spikes | median, ms | "
           "worst, ms | without the network: median, ms | a run, ms | times `taylor` |\n"
           "|---|---|---|---|---|---|---|---|---|\n",
           STIMULI, LEVELS, UNTIL);
    for (size_t i = 0; i < sizeof neurons / sizeof *neurons; i++)
        row(&neurons[i]);
    return 0;
}
