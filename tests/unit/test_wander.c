/* Noise whose effect does not depend on the tick: Ornstein-Uhlenbeck processes and white noise have
 * the moments that they should, rates agree over ticks, and nothing depends on how it was run. */
#include "support_network.h"

#define N 4000

/* v' = I: what v grows by in a tick is the tick's current. */
static izh_population *make_lines(const izh_population_config *config)
{
    const izh_params line = {.cm = 1, .vpeak = 1e9, .c = -65, .u_max = INFINITY};
    const izh_state start = {0, 0};
    izh_population *p;
    assert_int_equal(izh_population_create(&p, config), IZH_OK);
    check_population(izh_population_set_params(p, 0, config->n, &line, 0), p);
    check_population(izh_population_set_state(p, 0, config->n, &start, 0), p);
    return p;
}

/* The currents of the next tick, but for rounding. */
static void next_currents(izh_population *p, double *I)
{
    static izh_state from[N], to[N];
    const double dt = izh_population_dt(p);
    check_population(izh_population_get_state(p, 0, N, from), p);
    check_population(izh_population_run(p, izh_population_time(p) + dt), p);
    check_population(izh_population_get_state(p, 0, N, to), p);
    for (int i = 0; i < N; i++)
        I[i] = (to[i].v - from[i].v) / dt;
}

static double mean_of(const double *x)
{
    double sum = 0;
    for (int i = 0; i < N; i++)
        sum += x[i];
    return sum / N;
}

static double covariance(const double *x, const double *y)
{
    const double a = mean_of(x), b = mean_of(y);
    double sum = 0;
    for (int i = 0; i < N; i++)
        sum += (x[i] - a) * (y[i] - b);
    return sum / N;
}

/* ---- Ornstein-Uhlenbeck ---- */

static void check_moments(double dt, const izh_ou *ou, int32_t precision, uint64_t seed)
{
    enum {
        TICKS = 24
    };
    static double I[TICKS][N];
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = N;
    config.method = IZH_EULER;
    config.precision = precision;
    config.dt = dt;
    config.noise_ou = *ou;
    config.seed = seed;
    izh_population *p = make_lines(&config);
    for (int k = 0; k < TICKS; k++)
        next_currents(p, I[k]);
    const double variance = ou->sigma * ou->sigma, few = 5 / sqrt(N);
    for (int k = 0; k < TICKS; k += 7) { /* from the start on */
        check_close(mean_of(I[k]), ou->mean, few * ou->sigma);
        check_close(covariance(I[k], I[k]), variance, few * sqrt(2) * variance);
    }
    for (int lag = 1; lag < TICKS; lag += 2) {
        const double expected = variance * exp(-lag * dt / ou->tau);
        support_about("dt %g, tau %g, lag %d", dt, ou->tau, lag);
        check_close(covariance(I[0], I[lag]), expected, few * sqrt(2) * variance);
    }
    static double kicks[2][N]; /* what is new in a tick is independent of the one before */
    const double e = exp(-dt / ou->tau);
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < N; i++)
            kicks[k][i] = (I[9 + k][i] - ou->mean) - e * (I[8 + k][i] - ou->mean);
    check_close(covariance(kicks[0], kicks[0]), variance * (1 - e * e),
                few * sqrt(2) * variance * (1 - e * e));
    check_close(covariance(kicks[0], kicks[1]), 0, few * variance * (1 - e * e));
    check_close(covariance(kicks[0], I[8]), 0, few * variance * sqrt(1 - e * e));
    izh_population_destroy(p);
}

static void a_wandering_current_has_its_moments(void **state)
{
    (void)state;
    static const izh_ou laws[] = {{3, 2, 5}, {-20, .5, .4}, {0, 7, 100}};
    static const double ticks[] = {1, .5, .1, .05};
    for (size_t k = 0; k < LENGTH(laws) * LENGTH(ticks); k++)
        check_moments(ticks[k % LENGTH(ticks)], &laws[k / LENGTH(ticks)], k % 2 ? IZH_F32 : IZH_F64,
                      k);
}

/* Neighbours, and seeds, have nothing to do with each other, nor with the noise of noise_sigma. */
static void processes_are_independent(void **state)
{
    (void)state;
    static double I[3][N], x[2][N];
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = N;
    config.method = IZH_EULER;
    for (int way = 0; way < 3; way++) {
        config.noise_ou = way < 2 ? (izh_ou){0, 1, 1e-3} : (izh_ou){0, 0, 0};
        config.noise_sigma = way < 2 ? 0 : 1;
        config.seed = way == 1;
        izh_population *p = make_lines(&config);
        next_currents(p, I[way]);
        izh_population_destroy(p);
    }
    for (int i = 0; i < N; i++) {
        x[0][i] = I[0][i / 2 * 2];
        x[1][i] = I[0][i / 2 * 2 + 1];
    }
    check_close(covariance(I[0], I[1]), 0, 5 / sqrt(N));
    check_close(covariance(I[0], I[2]), 0, 5 / sqrt(N));
    check_close(covariance(x[0], x[1]), 0, 5 / sqrt(N / 2));
}

/* ---- white noise ---- */

static double charge_variance(double dt, double white, double sigma, const izh_ou *ou, double t)
{
    static izh_state y[N];
    static double v[N];
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = N;
    config.method = IZH_EULER;
    config.dt = dt;
    config.noise_white = white;
    config.noise_sigma = sigma;
    if (ou)
        config.noise_ou = *ou;
    izh_population *p = make_lines(&config);
    check_population(izh_population_run(p, t), p);
    check_population(izh_population_get_state(p, 0, N, y), p);
    for (int i = 0; i < N; i++)
        v[i] = y[i].v;
    izh_population_destroy(p);
    return covariance(v, v);
}

static void white_noise_brings_the_same_charge_whatever_the_tick(void **state)
{
    (void)state;
    static const double ticks[] = {1, .5, .1, .05};
    const double few = 5 * sqrt(2. / N);
    const izh_ou ou = {1, 2, 4};
    for (size_t k = 0; k < LENGTH(ticks); k++) {
        const double t = 8, dt = ticks[k];
        check_close(charge_variance(dt, 3, 0, NULL, t), 9 * t, few * 9 * t);
        const double both = 9 * t + 4 * dt * t; /* held noise: dt^2 t / dt of its variance */
        check_close(charge_variance(dt, 3, 2, NULL, t), both, few * both);
        /* Of a process that is held in each tick: a double sum of exp(-|i - j| dt / tau). */
        double sum = 0;
        const int n = (int)(t / dt + .5);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                sum += 4 * exp(-abs(i - j) * dt / 4) * dt * dt;
        check_close(charge_variance(dt, 0, 0, &ou, t), sum, few * sum);
        check_close(charge_variance(dt, 3, 0, &ou, t), sum + 9 * t, few * (sum + 9 * t));
        const double limit = 2 * 4 * 16 * (t / 4 - 1 + exp(-t / 4));
        check_close(sum, limit, .015 * limit); /* and that hardly depends on dt */
    }
}

/* ---- rates ---- */

static double rate(double dt, double white, const izh_ou *ou)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    const izh_params rs = support_rs();
    const izh_state start = {-60, 0};
    const double I = 45;
    struct train train = {0};
    izh_population *p;
    config.n = 100;
    config.method = IZH_TAYLOR;
    config.dt = dt;
    config.noise_white = white;
    config.noise_ou = *ou;
    config.seed = (uint64_t)(1 / dt);
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    check_population(izh_population_set_params(p, 0, 100, &rs, 0), p);
    check_population(izh_population_set_state(p, 0, 100, &start, 0), p);
    check_population(izh_population_set_current(p, 0, 100, &I, 0), p);
    check_population(population_run(p, 1000, &train), p);
    const double n = (double)train.n;
    train_free(&train);
    izh_population_destroy(p);
    return n;
}

/* Below the current at which the neuron fires without noise. */
static void rates_agree_over_ticks(void **state)
{
    (void)state;
    static const double ticks[] = {1, .5, .1, .05};
    static const izh_ou none = {0, 0, 0}, ou = {0, 60, 10};
    for (int way = 0; way < 2; way++) {
        double n[4];
        for (int k = 0; k < 4; k++) {
            n[k] = way ? rate(ticks[k], 0, &ou) : rate(ticks[k], 200, &none);
            support_about("%s, dt %g: %g spikes, at dt 1 %g", way ? "OU" : "white", ticks[k], n[k],
                          n[0]);
            check_true(n[k] > 400);
            check_close(n[k], n[0], 4 * sqrt(2 * n[0]));
        }
    }
}

/* ---- how it was run does not matter ---- */

static uint64_t run(const izh_population_config *config, int pieces, int saved)
{
    izh_population *p = population_create(config, 1);
    izh_population_config plain = *config;
    const double dt = izh_population_dt(p);
    plain.noise_white = 0;
    plain.noise_ou = (izh_ou){0, 0, 0};
    for (int k = 1; k <= pieces; k++) {
        population_run(p, round(200. * k / pieces) * dt, &(struct train){0});
        if (!saved || k != pieces / 2)
            continue;
        const size_t size = izh_population_save(p, NULL, 0);
        unsigned char *blob = malloc(size);
        assert_int_equal(izh_population_save(p, blob, size), size);
        const uint64_t hash = izh_population_hash(p);
        izh_population_destroy(p);
        assert_int_equal(izh_population_create(&p, saved == 1 ? config : &plain), IZH_OK);
        check_population(izh_population_load(p, blob, size), p);
        check_true(izh_population_hash(p) == hash);
        free(blob);
    }
    const uint64_t hash = izh_population_hash(p);
    izh_population_destroy(p);
    return hash;
}

static void nothing_depends_on_how_it_was_run(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        config.n = 150;
        config.noise_ou = (izh_ou){1, 3, 7};
        config.noise_white = k % 3 ? 2 : 0;
        config.seed = 5;
        const uint64_t whole = run(&config, 1, 0);
        check_true(run(&config, 7, 0) == whole);
        check_true(run(&config, 100, 0) == whole);
        check_true(run(&config, 6, 1) == whole);
        check_true(run(&config, 6, 2) == whole);
        config.threads = 3;
        config.tile = 1;
        config.block = 7;
        check_true(run(&config, 1, 0) == whole);
        config.threads = 2;
        config.block = 100000;
        check_true(run(&config, 1, 0) == whole);
        config.threads = config.tile = 0;
        uint64_t slices = 0;
        for (int slice = 0; slice < 3; slice++) { /* that do not begin at a block of normals */
            config.first = (uint64_t)(slice * 51);
            config.n = slice < 2 ? 51 : 48;
            slices += run(&config, 2, 0);
        }
        check_true(slices == whole);
        config.first = 0;
        config.n = 150;
        config.seed++;
        check_true(run(&config, 1, 0) != whole);
    }
}

/* A block that is taken back, since its spikes do not fit, begins anew from where it began. */
static void a_block_that_is_taken_back_begins_anew(void **state)
{
    (void)state;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    uint64_t hash[2];
    config.n = 300;
    config.noise_ou = (izh_ou){0, 40, 3};
    for (int way = 0; way < 2; way++) {
        const double I = 300; /* all spike at once, far more than a tick's room for each */
        config.block = way ? 1 : 2000;
        izh_population *p = population_create(&config, 0);
        check_population(izh_population_set_current(p, 0, 300, &I, 0), p);
        population_run(p, 100, &(struct train){0});
        hash[way] = izh_population_hash(p);
        izh_population_destroy(p);
    }
    check_true(hash[0] == hash[1]);
}

static uint64_t run_network(uint32_t threads, int pieces)
{
    struct web web = {.population = IZH_POPULATION_CONFIG_INIT, .plain = 1};
    web.population.n = 150;
    web.population.threads = threads;
    web.population.noise_ou = (izh_ou){1, 4, 5};
    web.population.noise_white = 1;
    izh_network *net = web_create(&web);
    for (int k = 1; k <= pieces; k++)
        network_run(net, round(300. * k / pieces) * .1, &(struct train){0});
    const uint64_t hash = izh_network_hash(net);
    izh_network_destroy(net);
    return hash;
}

static void a_network_has_them_too(void **state)
{
    (void)state;
    const uint64_t whole = run_network(0, 1);
    check_true(run_network(0, 9) == whole);
    check_true(run_network(3, 1) == whole);
}

/* ---- bad input ---- */

static void bad_noise_is_refused(void **state)
{
    (void)state;
    static const struct {
        double white, mean, sigma, tau;
        int32_t precision;
        const char *message;
    } bad[] = {
        {-1, 0, 0, 0, IZH_F64, "noise_white = -1"},
        {NAN, 0, 0, 0, IZH_F64, "noise_white = nan"},
        {1e300, 0, 0, 0, IZH_F32, "noise_white = 1e+300"},
        {1.7e308, 0, 0, 0, IZH_F64, "too large for dt"},
        {0, INFINITY, 1, 1, IZH_F64, "noise_ou.mean = inf"},
        {0, 0, -1, 1, IZH_F64, "noise_ou.sigma = -1"},
        {0, 0, NAN, 1, IZH_F64, "noise_ou.sigma = nan"},
        {0, 0, 1e39, 1, IZH_F32, "noise_ou.sigma = 1e+39"},
        {0, 0, 1, 0, IZH_F64, "noise_ou.tau = 0"},
        {0, 3, 0, 0, IZH_F64, "noise_ou.tau = 0"},
        {0, 0, 1, -5, IZH_F64, "noise_ou.tau = -5"},
        {0, 0, 0, INFINITY, IZH_F64, "noise_ou.tau = inf"},
    };
    for (size_t k = 0; k < LENGTH(bad); k++) {
        struct logbook book = {0};
        izh_population_config config = IZH_POPULATION_CONFIG_INIT;
        izh_population *p;
        config.n = 1;
        config.precision = bad[k].precision;
        config.log = support_log(&book);
        config.noise_white = bad[k].white;
        config.noise_ou = (izh_ou){bad[k].mean, bad[k].sigma, bad[k].tau};
        assert_int_equal(izh_population_create(&p, &config), IZH_E_INVALID);
        check_has(book.text, bad[k].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wandering_current_has_its_moments),
        cmocka_unit_test(processes_are_independent),
        cmocka_unit_test(white_noise_brings_the_same_charge_whatever_the_tick),
        cmocka_unit_test(rates_agree_over_ticks),
        cmocka_unit_test(nothing_depends_on_how_it_was_run),
        cmocka_unit_test(a_block_that_is_taken_back_begins_anew),
        cmocka_unit_test(a_network_has_them_too),
        cmocka_unit_test(bad_noise_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
