/* Trained solutions against the exact ones: what a physics-informed network is for. */
#include "support_pinn.h"

#include "pinn/pinn.h"

/* v at every 0.1 ms of the report's second. */
#define SAMPLES 10001

static double times[SAMPLES];
static izh_state exact[SAMPLES];

/* The Taylor method is exact to round-off, which test_reference shows. */
static void sample_exact(void)
{
    const izh_solver_config config = support_config(IZH_TAYLOR);
    izh_solver *s = support_create(&config);
    for (int i = 0; i < SAMPLES; i++)
        times[i] = .1 * i;
    check_ok(izh_solver_set_stimulus(s, support_current, 1), s);
    check_ok(izh_solver_sample(s, times, SAMPLES, exact), s);
    izh_solver_destroy(s);
}

static double mean_error(const izh_pinn *pinn)
{
    static izh_state y[SAMPLES];
    double sum = 0;
    check_true(izh_pinn_eval(pinn, times, SAMPLES, y) == IZH_OK);
    for (int i = 0; i < SAMPLES; i++)
        sum += fabs(y[i].v - exact[i].v);
    return sum / SAMPLES;
}

static double mean_window(const izh_pinn *pinn)
{
    return izh_pinn_end(pinn) / (double)izh_pinn_get_windows(pinn).count;
}

/* Asked for are 1e-3 ms, 1e-3 mV and 1 ms. */
static void the_reports_second_from_eight_seeds(void **state)
{
    (void)state;
    const struct reference_case *c = reference_case("report");
    sample_exact();
    for (uint64_t seed = 1; seed <= 8; seed++) {
        support_about("seed %d", (int)seed);
        izh_pinn_config config = support_pinn_config();
        config.pinn.seed = seed;
        izh_pinn *pinn = support_train(&config);
        check_close(support_worst_spike(pinn, c), 0, 1e-7);
        check_close(mean_error(pinn), 0, 1e-6);
        check_true(mean_window(pinn) > 5);
        izh_pinn_destroy(pinn);
    }
}

static void other_collocation_counts_and_sizes_give_other_results_as_good(void **state)
{
    (void)state;
    static const uint32_t points[] = {0, 16, 19, 24, 32}, hidden[] = {0, 12, 20};
    const struct reference_case *c = reference_case("report");
    double before = 0;
    sample_exact();
    for (size_t i = 0; i < LENGTH(points) + LENGTH(hidden) - 1; i++) {
        izh_pinn_config config = support_pinn_config();
        config.pinn.points = i < LENGTH(points) ? points[i] : 0;
        config.pinn.hidden = i < LENGTH(points) ? 0 : hidden[i - LENGTH(points) + 1];
        support_about("%u points, %u units", config.pinn.points, config.pinn.hidden);
        izh_pinn *pinn = support_train(&config);
        check_close(support_worst_spike(pinn, c), 0, 1e-6);
        check_close(mean_error(pinn), 0, 1e-5);
        check_true(izh_pinn_get_spikes(pinn).data[5].t != before);
        before = izh_pinn_get_spikes(pinn).data[5].t;
        izh_pinn_destroy(pinn);
    }
}

/* What is left without what was trained. */
static void zero_weights(izh_pinn *pinn)
{
    for (size_t i = 0; i < pinn->window_count; i++) {
        struct izh_pinn_net *net = &pinn->trained[i].net;
        memset(net->out, 0, sizeof net->out);
        memset(net->bias, 0, sizeof net->bias);
    }
}

static void with_zero_weights_the_solution_is_lost(void **state)
{
    (void)state;
    const izh_pinn_config config = support_pinn_config();
    sample_exact();
    izh_pinn *pinn = support_train(&config);
    const double trained = mean_error(pinn);
    zero_weights(pinn);
    check_true(mean_error(pinn) > 100 * trained);
    check_true(mean_error(pinn) > .1);
    izh_pinn_destroy(pinn);
}

/* Regular, bursting and fast spiking, chattering, thalamic; ramps, pulses, inhibition; kinks of U
 * and a peak that moves. Asked for are 1e-2 ms without any tuning. */
static const char *const neurons[] = {
    "rs-2003",      "pattern-C",      "pattern-N",       "pattern-R",     "pattern-S",
    "simple-IB",    "simple-CH",      "simple-FS",       "simple-LTS",    "book-RTN-70",
    "book-LTS-125", "book-TC-100",    "book-FS-100",     "book-LS-130",   "2003-FS-pulses",
    "2007-IB-ramp", "2007-RS-pulses", "stewart-bair-30", "2003-RS-steps", "random-2-excitatory"};

static void many_other_neurons_without_tuning(void **state)
{
    (void)state;
    double length = 0, windows = 0;
    for (size_t i = 0; i < LENGTH(neurons); i++) {
        const struct reference_case *c = reference_case(neurons[i]);
        const izh_pinn_config config = support_pinn_case(c);
        support_about("%s", c->name);
        izh_pinn *pinn = support_train(&config);
        check_close(support_worst_spike(pinn, c), 0, 1e-6);
        length += izh_pinn_end(pinn);
        windows += (double)izh_pinn_get_windows(pinn).count;
        izh_pinn_destroy(pinn);
    }
    check_true(length / windows > 1);
}

/* The method of a solver makes the same windows, but for where a run ends. */
static void the_method_is_as_good(void **state)
{
    (void)state;
    static struct spikes spikes;
    for (size_t i = 0; i < LENGTH(neurons); i += 3) {
        const struct reference_case *c = reference_case(neurons[i]);
        izh_solver_config config = support_config(IZH_PINN);
        config.params = c->params;
        config.initial = c->initial;
        support_about("%s", c->name);
        izh_solver *s = support_create(&config);
        spikes.n = 0;
        check_ok(izh_solver_set_stimulus(s, c->stimulus, c->segments), s);
        check_ok(izh_solver_on_spike(s, support_spike, &spikes), s);
        check_ok(izh_solver_run(s, c->t_end), s);
        check_true(spikes.n == c->spikes);
        for (size_t k = 0; k < c->spikes; k++)
            check_close(spikes.event[k].t, c->t[k], 1e-6);
        izh_solver_destroy(s);
    }
}

static void a_tighter_tolerance_is_closer(void **state)
{
    (void)state;
    const struct reference_case *c = reference_case("report");
    const double tolerance[] = {1e-4, 1e-7, 1e-11}, allowed[] = {1e-1, 1e-5, 1e-9};
    double before = INFINITY;
    for (size_t i = 0; i < LENGTH(tolerance); i++) {
        izh_pinn_config config = support_pinn_config();
        config.tolerance = tolerance[i];
        support_about("tolerance %g", tolerance[i]);
        izh_pinn *pinn = support_train(&config);
        const double worst = support_worst_spike(pinn, c);
        check_close(worst, 0, allowed[i]);
        check_true(worst < before);
        before = worst;
        izh_pinn_destroy(pinn);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reports_second_from_eight_seeds),
        cmocka_unit_test(other_collocation_counts_and_sizes_give_other_results_as_good),
        cmocka_unit_test(with_zero_weights_the_solution_is_lost),
        cmocka_unit_test(many_other_neurons_without_tuning),
        cmocka_unit_test(the_method_is_as_good),
        cmocka_unit_test(a_tighter_tolerance_is_closer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
