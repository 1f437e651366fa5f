/* What arrives at a neuron, against closed forms and a solution in quadruple precision; Poisson
 * processes against their distribution. */
#include <float.h>

#include "quad_math.h"
#include "support_network.h"

/* ---- one neuron with one receptor ---- */

/* A network of n neurons and as many sources, source i onto neuron i. */
static izh_network *make_pairs(const izh_population_config *population,
                               const izh_receptor *receptor, double weight)
{
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    izh_network *net;
    config.population = population;
    config.sources = population->n;
    config.receptors = receptor;
    config.receptor_count = 1;
    assert_int_equal(izh_network_create(&net, &config), IZH_OK);
    const uint32_t group = network_group(net, 0);
    for (uint32_t i = 0; i < population->n; i++) {
        const izh_synapse synapse = {population->n + i, i, 0, 0, weight};
        check_network(izh_network_connect(net, group, &synapse, 1), net);
    }
    return net;
}

static izh_population_config one_neuron(izh_method method, double dt)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = 1;
    config.method = method;
    config.dt = dt;
    return config;
}

static void set_neurons(izh_network *net, const izh_params *params, izh_state state, uint32_t n)
{
    izh_population *p = izh_network_population(net);
    check_population(izh_population_set_params(p, 0, n, params, 0), p);
    check_population(izh_population_set_state(p, 0, n, &state, 0), p);
}

static double v_of(izh_network *net)
{
    izh_population *p = izh_network_population(net);
    izh_state y;
    check_population(izh_population_get_state(p, 0, 1, &y), p);
    return y.v;
}

static void run_to(izh_network *net, double t)
{
    check_network(izh_network_run(net, t), net);
}

static void send_at(izh_network *net, double t)
{
    check_network(izh_network_send(net, &(izh_spike){t, 0, 0}, 1), net);
}

/* ---- charge ---- */

/* v' = I: what v rises by is the charge. */
static double charge_after(const izh_receptor *receptor, double weight, double dt, int ticks)
{
    const izh_params line = support_line();
    const izh_population_config population = one_neuron(IZH_MIDPOINT, dt);
    izh_network *net = make_pairs(&population, receptor, weight);
    set_neurons(net, &line, (izh_state){-64, 0}, 1);
    send_at(net, 0);
    run_to(net, ticks * dt);
    const double charge = v_of(net) + 64;
    izh_network_destroy(net);
    return charge;
}

static void a_charge_does_not_depend_on_dt(void **state)
{
    (void)state;
    static const double dts[] = {.1, .25, .7, 1, 3};
    const izh_receptor pulse = {IZH_CURRENT, 0, 0, 0, 0, 0},
                       decaying = {IZH_CURRENT, 0, 2.5, 0, 0, 0};
    for (size_t k = 0; k < LENGTH(dts); k++) {
        support_about("dt %g", dts[k]);
        check_close(charge_after(&pulse, 8, dts[k], 1), 8, 1e-13);
        check_close(charge_after(&pulse, 8, dts[k], 9), 8, 1e-13);
        check_close(charge_after(&decaying, 8, dts[k], (int)(120 / dts[k])), 8 * 2.5, 1e-12);
    }
}

/* One that does not decay for long is a constant current. */
static void a_long_tau_is_a_constant_current(void **state)
{
    (void)state;
    static const double taus[] = {1e9, 1e11, 1e15, 1e17, 1e300, DBL_MAX};
    for (size_t k = 0; k < LENGTH(taus); k++) {
        const izh_receptor steady = {IZH_CURRENT, 0, taus[k], 0, 0, 0};
        support_about("tau %g", taus[k]);
        const double charge = 30 * (1 - 10 / taus[k] / 2); /* in 10 ms */
        check_close(charge_after(&steady, 3, .25, 40), charge, taus[k] < 1e10 ? 1e-5 : 1e-11);
    }
}

/* v' = g (E - v) with the charge of g known at each tick: the mean of g over a tick is exact. */
static void a_conductance_has_its_charge_at_every_tick(void **state)
{
    (void)state;
    const double tau = 4, rise = 1.5, E = 12, w = .5, dt = .5;
    const izh_params line = support_line();
    const izh_receptor rising = {IZH_CONDUCTANCE, 0, tau, rise, E, 0};
    const izh_population_config population = one_neuron(IZH_TAYLOR, dt);
    izh_network *net = make_pairs(&population, &rising, w);
    set_neurons(net, &line, (izh_state){-64, 0}, 1);
    send_at(net, dt);
    const double at = tau * rise / (tau - rise) * log(tau / rise);
    const double peak = 1 / (exp(-at / tau) - exp(-at / rise));
    for (int k = 1; k < 60; k++) {
        const double t = k > 1 ? (k - 1) * dt : 0;
        const double charge = w * peak * (tau * (1 - exp(-t / tau)) - rise * (1 - exp(-t / rise)));
        run_to(net, k * dt);
        check_close(v_of(net), E + (-64 - E) * exp(-charge), 1e-11);
    }
    izh_network_destroy(net);
}

/* ---- the course of time ---- */

/* What is read at each tick is the closed form; the largest is the weight. */
static void a_rise_has_its_peak_where_it_should(void **state)
{
    (void)state;
    static const double rises[] = {.02, .5, 3, 5.6};
    const double tau = 6, w = .75;
    for (size_t r = 0; r < LENGTH(rises); r++) {
        const quad a = (quad)tau, b = (quad)rises[r];
        const quad at = a * b / (a - b) * quad_log(a / b);
        const double dt = (double)at / 16; /* its peak is at tick 16 */
        const quad peak = 1 / (quad_exp(-at / a) - quad_exp(-at / b));
        const izh_receptor receptor = {IZH_CONDUCTANCE, 0, tau, rises[r], 0, 0};
        const izh_population_config population = one_neuron(IZH_EULER, dt);
        izh_network *net = make_pairs(&population, &receptor, w);
        support_about("rise %g", rises[r]);
        send_at(net, 0);
        double largest = 0;
        for (int k = 1; k < 100; k++) {
            double input;
            const quad t = (quad)k * (quad)dt;
            run_to(net, k * dt);
            check_network(izh_network_get_input(net, 0, 0, 1, &input), net);
            const quad g = (quad)w * peak * (quad_exp(-t / a) - quad_exp(-t / b));
            check_close(input, (double)g, 1e-12);
            largest = fmax(largest, input);
            check_true(k != 16 || fabs(input - w) < 1e-12);
        }
        check_close(largest, w, 1e-12);
        izh_network_destroy(net);
    }
}

/* A rise so short that it rounds to nothing counts as no rise; the shortest above that is finite.
 */
static void the_shortest_rises_are_finite(void **state)
{
    (void)state;
    static const double taus[] = {1.7e308, 1e300, 6, 1e-30, 1e-200, 1e-300};
    for (size_t k = 0; k < LENGTH(taus); k++)
        for (double part = .5; part > 0; part *= 1e-9) {
            const double dt = taus[k] > 1 ? .5 : 1e-9;
            const izh_receptor receptor = {IZH_CONDUCTANCE, 0, taus[k], taus[k] * part, 0, 0};
            const izh_population_config population = one_neuron(IZH_EULER, dt);
            izh_network *net = make_pairs(&population, &receptor, 1);
            double input;
            support_about("tau %g, rise %g", receptor.tau, receptor.rise);
            send_at(net, 0);
            run_to(net, dt);
            check_network(izh_network_get_input(net, 0, 0, 1, &input), net);
            check_true(input >= 0 && input <= 1);
            if (taus[k] == 6 && part < 1e-5)
                check_close(input, exp(-dt / 6), 1e-4);
            check_true(isfinite(v_of(net)));
            izh_network_destroy(net);
        }
}

static void states_below_1e_30_are_nothing(void **state)
{
    (void)state;
    const izh_receptor receptor = {IZH_CURRENT, 0, 1, 0, 0, 0};
    const izh_population_config population = one_neuron(IZH_EULER, 1);
    izh_network *net = make_pairs(&population, &receptor, -1);
    double input;
    send_at(net, 0);
    for (int k = 1; k < 75; k++) {
        run_to(net, k);
        check_network(izh_network_get_input(net, 0, 0, 1, &input), net);
        check_true(k > 68 || input < 0);
        check_true(k < 71 || input == 0);
    }
    izh_network_destroy(net);
}

/* ---- order ---- */

struct course {
    const izh_receptor *receptor;
    double w, peak;
};

/* The regular spiking neuron of 2007, without spikes, in quadruple precision. */
static void slope_of(const struct course *c, quad t, const quad y[2], quad to[2])
{
    const izh_receptor *r = c->receptor;
    quad x = (quad)c->w * quad_exp(-t / (quad)r->tau);
    if (r->rise > 0)
        x = (quad)c->w * (quad)c->peak *
            (quad_exp(-t / (quad)r->tau) - quad_exp(-t / (quad)r->rise));
    if (r->nmda) {
        const quad z = (y[0] + 80) / 60 * ((y[0] + 80) / 60);
        x *= z / (1 + z);
    }
    const quad I = r->kind == IZH_CURRENT ? x : x * ((quad)r->E - y[0]);
    to[0] = ((quad).7 * (y[0] + 60) * (y[0] + 40) - y[1] + I) / 100;
    to[1] = (quad).03 * (-2 * (y[0] + 60) - y[1]);
}

static double solve_in_quad(const struct course *c, double t_end)
{
    enum {
        STEPS = 4000
    };
    const quad h = (quad)t_end / STEPS;
    quad y[2] = {-60, 0}, k[4][2], z[2];
    for (int n = 0; n < STEPS; n++) {
        const quad t = n * h;
        slope_of(c, t, y, k[0]);
        for (int s = 1; s < 4; s++) {
            const quad part = s < 3 ? h / 2 : h;
            for (int i = 0; i < 2; i++)
                z[i] = y[i] + part * k[s - 1][i];
            slope_of(c, t + part, z, k[s]);
        }
        for (int i = 0; i < 2; i++)
            y[i] += h / 6 * (k[0][i] + 2 * (k[1][i] + k[2][i]) + k[3][i]);
    }
    return (double)y[0];
}

static double error_at(const struct course *c, double dt, double t_end, double exact)
{
    const izh_params rs = izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
    const izh_population_config population = one_neuron(IZH_RK4, dt);
    izh_network *net = make_pairs(&population, c->receptor, c->w);
    set_neurons(net, &rs, (izh_state){-60, 0}, 1);
    send_at(net, 0);
    run_to(net, t_end);
    const double error = v_of(net) - exact;
    izh_network_destroy(net);
    return error;
}

/* Half the tick is a quarter of the error. */
static void inputs_are_of_second_order(void **state)
{
    (void)state;
    const double t_end = 12.8;
    static const izh_receptor receptors[] = {
        {IZH_CURRENT, 0, 5, 0, 0, 0},       {IZH_CONDUCTANCE, 0, 5, 0, 0, 0},
        {IZH_CONDUCTANCE, 0, 6, 0, -90, 0}, {IZH_CONDUCTANCE, 0, 8, 2, 0, 0},
        {IZH_CONDUCTANCE, 1, 20, 0, 0, 0},  {IZH_CONDUCTANCE, 1, 100, 2, 0, 0},
    };
    static const double weights[] = {128, 2, 8, 2, 4, 8};
    for (size_t r = 0; r < LENGTH(receptors); r++) {
        const double tau = receptors[r].tau, rise = receptors[r].rise;
        const double at = rise > 0 ? tau * rise / (tau - rise) * log(tau / rise) : 0;
        const double peak = rise > 0 ? 1 / (exp(-at / tau) - exp(-at / rise)) : 1;
        const struct course course = {&receptors[r], weights[r], peak};
        const double exact = solve_in_quad(&course, t_end);
        double before = error_at(&course, .2, t_end, exact);
        check_true(fabs(exact + 60) > .5);
        for (double dt = .1; dt > .02; dt /= 2) {
            const double error = error_at(&course, dt, t_end, exact);
            support_about("receptor %zu, dt %g: error %g, before %g", r, dt, error, before);
            check_true(fabs(error) < 1e-2 && fabs(error) > 1e-9);
            check_close(before / error, 4, .25);
            before = error;
        }
    }
}

/* ---- Poisson processes ---- */

#define N 200
#define RUN 1000
#define UNIT 0x1p-30 /* by which v jumps at each spike */

static uint32_t counts[2][RUN][N];

/* v' = 0: v says how often it was hit. */
static izh_network *make_counters(uint64_t seed, double rate, int background)
{
    const izh_receptor jump = {IZH_JUMP, 0, 0, 0, 0, 0x1p-10};
    const izh_params line = support_line();
    izh_population_config population = one_neuron(IZH_EULER, 1);
    const double hz = 1000 * rate, weight = UNIT;
    population.n = N;
    population.seed = seed;
    izh_network *net = make_pairs(&population, &jump, UNIT);
    set_neurons(net, &line, (izh_state){0, 0}, N);
    if (background)
        check_network(izh_network_set_background(net, 0, 0, N, &hz, &weight, 0), net);
    else
        check_network(izh_network_set_rates(net, 0, N, &hz, 0), net);
    return net;
}

/* How often each neuron was hit at each of some ticks from `from` on. */
static void count_hits(izh_network *net, uint32_t (*to)[N], uint32_t n, int from, int ticks)
{
    static izh_state states[2][N];
    izh_population *p = izh_network_population(net);
    check_population(izh_population_get_state(p, 0, n, states[0]), p);
    for (int k = 0; k < ticks; k++) {
        run_to(net, from + k + 1);
        check_population(izh_population_get_state(p, 0, n, states[(k + 1) % 2]), p);
        for (uint32_t i = 0; i < n; i++) {
            const double hits = (states[(k + 1) % 2][i].v - states[k % 2][i].v) / UNIT;
            check_true(hits >= 0 && hits <= 255 && hits == floor(hits));
            to[k][i] = (uint32_t)hits;
        }
    }
}

static void check_moments(uint32_t (*of)[N], double rate)
{
    const double samples = (double)RUN * N;
    double sum = 0, squares = 0;
    for (int k = 0; k < RUN; k++)
        for (int i = 0; i < N; i++) {
            sum += of[k][i];
            squares += (of[k][i] - rate) * (of[k][i] - rate);
        }
    check_close(sum / samples, rate, 4.5 * sqrt(rate / samples));
    /* The fourth central moment is 3 rate^2 + rate. */
    check_close(squares / samples, rate, 4.5 * sqrt((2 * rate * rate + rate) / samples));
}

static void check_distribution(uint32_t (*of)[N], double rate)
{
    double seen[256] = {0}, chi = 0, rest = 1, rest_seen = (double)RUN * N;
    int bins = 0;
    for (int k = 0; k < RUN; k++)
        for (int i = 0; i < N; i++)
            seen[of[k][i]]++;
    double pooled = 0, pooled_seen = 0;
    for (int c = 0; c < 255; c++) {
        pooled += exp(c * log(rate) - rate - lgamma(c + 1));
        pooled_seen += seen[c];
        const double expected = pooled * RUN * N;
        if (expected < 10 || rest - pooled < 10. / RUN / N)
            continue;
        chi += (pooled_seen - expected) * (pooled_seen - expected) / expected;
        rest -= pooled;
        rest_seen -= pooled_seen;
        pooled = pooled_seen = 0;
        bins++;
    }
    chi += (rest_seen - rest * RUN * N) * (rest_seen - rest * RUN * N) / (rest * RUN * N);
    check_true(bins > 0 && chi < bins + 5 * sqrt(2. * bins) + 5);
}

/* The correlation of two rows of counts: about normal, with a deviation of 1. */
static double correlation(uint32_t (*x)[N], int k_step, int i_step, uint32_t (*y)[N], double rate)
{
    double sum = 0, n = 0;
    for (int k = 0; k + k_step < RUN; k++)
        for (int i = 0; i + i_step < N; i++, n++)
            sum += (x[k][i] - rate) * (y[k + k_step][i + i_step] - rate);
    return sum / rate / sqrt(n);
}

static void check_independence(double rate)
{
    for (int s = 0; s < 2; s++) {
        check_close(correlation(counts[s], 1, 0, counts[s], rate), 0, 4.5);
        check_close(correlation(counts[s], 0, 1, counts[s], rate), 0, 4.5);
        check_close(correlation(counts[s], 1, 1, counts[s], rate), 0, 4.5);
    }
    check_close(correlation(counts[0], 0, 0, counts[1], rate), 0, 4.5);
}

static void trains_are_of_poisson(void **state)
{
    (void)state;
    static const double rates[] = {.003, .4, 1, 7, 50};
    for (size_t r = 0; r < LENGTH(rates); r++) {
        for (int background = 0; background < 2; background++) {
            izh_network *net = make_counters(42, rates[r], background);
            support_about("rate %g, background %d", rates[r], background);
            count_hits(net, counts[background], N, 0, RUN);
            check_moments(counts[background], rates[r]);
            check_distribution(counts[background], rates[r]);
            izh_network_destroy(net);
        }
        support_about("rate %g", rates[r]);
        check_independence(rates[r]);
    }
}

static void another_seed_has_other_trains(void **state)
{
    (void)state;
    for (int seed = 0; seed < 2; seed++) {
        izh_network *net = make_counters((uint64_t)seed, 1, 0);
        count_hits(net, counts[seed], N, 0, RUN);
        izh_network_destroy(net);
    }
    check_close(correlation(counts[0], 0, 0, counts[1], 1), 0, 4.5);
}

/* A neuron's backgrounds on two receptors know nothing of one another. */
static void each_receptor_has_trains_of_its_own(void **state)
{
    (void)state;
    const izh_receptor jump = {IZH_JUMP, 0, 0, 0, 0, 0x1p-10}, jumps[2] = {jump, jump};
    const izh_params line = support_line();
    const double hz = 1000, weight = UNIT;
    for (uint32_t receptor = 0; receptor < 2; receptor++) {
        izh_population_config population = one_neuron(IZH_EULER, 1);
        izh_network_config config = IZH_NETWORK_CONFIG_INIT;
        izh_network *net;
        population.n = N;
        config.population = &population;
        config.receptors = jumps;
        config.receptor_count = 2;
        assert_int_equal(izh_network_create(&net, &config), IZH_OK);
        set_neurons(net, &line, (izh_state){0, 0}, N);
        check_network(izh_network_set_background(net, receptor, 0, N, &hz, &weight, 0), net);
        count_hits(net, counts[receptor], N, 0, RUN);
        izh_network_destroy(net);
    }
    check_close(correlation(counts[0], 0, 0, counts[1], 1), 0, 4.5);
}

/* A tick's count does not depend on what the rates were before. */
static void rates_hold_from_when_they_are_set(void **state)
{
    (void)state;
    const double none = 0, some[3] = {1000, 0, 3000};
    izh_network *net = make_counters(1, 1, 0);
    count_hits(net, counts[0], N, 0, 300);
    izh_network_destroy(net);
    net = make_counters(1, 1, 0);
    count_hits(net, counts[1], N, 0, 100);
    check_network(izh_network_set_rates(net, 0, N, &none, 0), net);
    count_hits(net, counts[1] + 100, N, 100, 100);
    check_network(izh_network_set_rates(net, 10, 2, some, 2), net);
    count_hits(net, counts[1] + 200, N, 200, 100);
    izh_network_destroy(net);
    for (int k = 0; k < 300; k++)
        for (int i = 0; i < N; i++) {
            const int on = k < 100 || (k >= 200 && i == 10);
            if (i == 11 && k >= 200) /* at three times the rate, by the same draws */
                check_true(counts[1][k][i] >= counts[0][k][i]);
            else
                assert_int_equal(counts[1][k][i], on ? counts[0][k][i] : 0);
        }
}

/* The others stay silent, and a background on some neurons is theirs alone. */
static void only_those_that_are_set_have_trains(void **state)
{
    (void)state;
    const izh_receptor jump = {IZH_JUMP, 0, 0, 0, 0, 0x1p-10};
    const izh_params line = support_line();
    const double hz = 2000, weight = UNIT;
    izh_population_config population = one_neuron(IZH_EULER, 1);
    population.n = N;
    for (int background = 0; background < 2; background++) {
        izh_network *net = make_pairs(&population, &jump, UNIT);
        set_neurons(net, &line, (izh_state){0, 0}, N);
        if (background)
            check_network(izh_network_set_background(net, 0, 5, 3, &hz, &weight, 0), net);
        else
            check_network(izh_network_set_rates(net, 5, 3, &hz, 0), net);
        count_hits(net, counts[0], N, 0, 50);
        for (int i = 0; i < N; i++) {
            uint32_t sum = 0;
            for (int k = 0; k < 50; k++)
                sum += counts[0][k][i];
            check_true((i >= 5 && i < 8) == (sum > 0));
        }
        izh_network_destroy(net);
    }
}

static void a_source_counts_at_most_255_times(void **state)
{
    (void)state;
    izh_spike many[250];
    for (size_t k = 0; k < LENGTH(many); k++)
        many[k] = (izh_spike){1, k % 2 ? 3 : 7, 0};
    izh_network *net = make_counters(1, 50, 0);
    for (int twice = 0; twice < 2; twice++)
        check_network(izh_network_send(net, many, LENGTH(many)), net);
    count_hits(net, counts[0], N, 0, 3);
    for (int i = 0; i < N; i++)
        check_true((counts[0][1][i] == 255) == (i == 3 || i == 7));
    izh_network_destroy(net);
}

/* The trains of a slice are those of the whole. */
static izh_status nobody_else(void *user, const izh_sent *mine, size_t count, const izh_sent **all,
                              size_t *total)
{
    (void)user;
    *all = mine;
    *total = count;
    return IZH_OK;
}

static void slices_have_the_trains_of_the_whole(void **state)
{
    (void)state;
    const izh_receptor jumps[2] = {{IZH_JUMP, 0, 0, 0, 0, 0x1p-10},
                                   {IZH_JUMP, 0, 0, 0, 0, 0x1p-10}};
    const double hz = 900, background_hz = 1200, weight = UNIT;
    const izh_params line = support_line();
    for (int slice = 0; slice < 2; slice++) {
        const uint32_t first = slice ? 77 : 0, n = slice ? 61 : N;
        izh_population_config population = one_neuron(IZH_EULER, 1);
        izh_network_config config = IZH_NETWORK_CONFIG_INIT;
        izh_network *net;
        population.n = n;
        population.first = first;
        population.seed = 5;
        config.population = &population;
        config.neurons = N;
        config.sources = N;
        config.receptors = jumps;
        config.receptor_count = 2;
        config.exchange.run = slice ? nobody_else : NULL;
        assert_int_equal(izh_network_create(&net, &config), IZH_OK);
        const uint32_t group = network_group(net, 0);
        for (uint32_t i = 0; i < n; i++) {
            const izh_synapse synapse = {N + first + i, i, 0, 0, UNIT};
            check_network(izh_network_connect(net, group, &synapse, 1), net);
        }
        set_neurons(net, &line, (izh_state){0, 0}, n);
        check_network(izh_network_set_rates(net, 0, N, &hz, 0), net);
        check_network(izh_network_set_background(net, 1, 0, n, &background_hz, &weight, 0), net);
        count_hits(net, counts[slice], n, 0, 200);
        izh_network_destroy(net);
    }
    for (int k = 0; k < 200; k++)
        for (uint32_t i = 0; i < 61; i++)
            assert_int_equal(counts[1][k][i], counts[0][k][77 + i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_charge_does_not_depend_on_dt),
        cmocka_unit_test(a_long_tau_is_a_constant_current),
        cmocka_unit_test(a_conductance_has_its_charge_at_every_tick),
        cmocka_unit_test(a_rise_has_its_peak_where_it_should),
        cmocka_unit_test(the_shortest_rises_are_finite),
        cmocka_unit_test(states_below_1e_30_are_nothing),
        cmocka_unit_test(inputs_are_of_second_order),
        cmocka_unit_test(trains_are_of_poisson),
        cmocka_unit_test(another_seed_has_other_trains),
        cmocka_unit_test(each_receptor_has_trains_of_its_own),
        cmocka_unit_test(rates_hold_from_when_they_are_set),
        cmocka_unit_test(only_those_that_are_set_have_trains),
        cmocka_unit_test(a_source_counts_at_most_255_times),
        cmocka_unit_test(slices_have_the_trains_of_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
