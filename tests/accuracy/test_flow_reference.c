/* A flow map against exact spike trains, under random currents that were drawn without knowing it:
 * constants, steps, ramps and pulses in 70 .. 200 pA, from random states. */
#include <stdlib.h>

#include "support_pinn.h"

#include "flow_without.h"
#include "pinn/flow.h"

#define FIRST 6

/* The steepest ramp of the reference crosses the range in 5 ms. */
static izh_flow *flows[2];

static int train_flows(void **state)
{
    (void)state;
    izh_flow_config config = IZH_FLOW_CONFIG_INIT;
    config.params = support_rs();
    config.I_lo = 70;
    config.I_hi = 200;
    config.slope = 26;
    for (size_t i = 0; i < LENGTH(flows); i++) {
        config.seed = i + 1;
        check_true(izh_flow_train(&flows[i], &config) == IZH_OK);
    }
    return 0;
}

struct result {
    size_t right;               /* cases with the right number of spikes */
    double first, all, typical; /* the worst error of a spike among the first and among all, and the
                                   median over cases of the first's worst, ms */
    double step;                /* ms on average */
};

static double run(const struct reference_case *c, const izh_flow *flow, double rtol,
                  struct spikes *spikes)
{
    izh_solver_config config = support_config(IZH_PINN);
    izh_statistics count = IZH_STATISTICS_INIT;
    config.params = c->params;
    config.initial = c->initial;
    config.flow = flow;
    config.rtol = rtol;
    izh_solver *s = support_create(&config);
    spikes->n = 0;
    check_ok(izh_solver_set_stimulus(s, c->stimulus, c->segments), s);
    check_ok(izh_solver_on_spike(s, support_spike, spikes), s);
    check_ok(izh_solver_run(s, c->t_end), s);
    izh_solver_statistics(s, &count);
    izh_solver_destroy(s);
    return c->t_end / (double)count.steps;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct result compare(const izh_flow *flow, double rtol)
{
    static struct spikes spikes;
    static double worst[1000];
    struct result r = {0, 0, 0, 0, 0};
    size_t n;
    const struct reference_case *cases = reference_flow_cases(&n);
    check_true(n <= LENGTH(worst));
    for (size_t i = 0; i < n; i++) {
        const struct reference_case *c = &cases[i];
        r.step += run(c, flow, rtol, &spikes) / (double)n;
        r.right += spikes.n == c->spikes;
        worst[i] = 0;
        for (size_t k = 0; k < spikes.n && k < c->spikes; k++) {
            const double error = fabs(spikes.event[k].t - c->t[k]);
            r.all = fmax(r.all, error);
            if (k < FIRST)
                worst[i] = fmax(worst[i], error);
        }
        r.first = fmax(r.first, worst[i]);
    }
    qsort(worst, n, sizeof *worst, ascending);
    r.typical = worst[n / 2];
    return r;
}

/* Asked for are 0.1 ms, and 0.01 ms aimed at. */
static void random_stimuli_without_training_again(void **state)
{
    (void)state;
    size_t n;
    reference_flow_cases(&n);
    for (size_t seed = 1; seed <= LENGTH(flows); seed++) {
        support_about("seed %d", (int)seed);
        const struct result r = compare(flows[seed - 1], 0);
        check_true(r.right == n);
        check_close(r.first, 0, 1e-2);
        check_close(r.all, 0, .1);
        check_true(r.step > .9); /* the map's steps, not windows trained for want of it */
    }
}

/* ---- without the network ---- */

/* The coordinates and the ansatz alone, in the map's steps. */
static void without_its_network_the_map_is_lost(void **state)
{
    (void)state;
    size_t n, lost = 0;
    const struct reference_case *cases = reference_flow_cases(&n);
    double worst = 0;
    for (size_t i = 0; i < n; i++) {
        const struct reference_case *c = &cases[i];
        double t[FIRST], error = 0;
        const size_t count = flow_without(&flows[0]->map, c->initial, c->stimulus, c->segments,
                                          c->t_end, t, c->spikes < FIRST ? c->spikes : FIRST);
        for (size_t k = 0; k < count; k++)
            error = fmax(error, fabs(t[k] - c->t[k]));
        worst = fmax(worst, error);
        lost += error > 1;
    }
    check_true(lost > n / 2 && worst > 5);
}

static int destroy_flows(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(flows); i++)
        izh_flow_destroy(flows[i]);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_stimuli_without_training_again),
        cmocka_unit_test(without_its_network_the_map_is_lost),
    };
    return cmocka_run_group_tests(tests, train_flows, destroy_flows);
}
