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
        /* The variance of a process that is held in each tick is a double sum of exp(-|i - j| dt /
         * tau). */
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
        population_run(p, round(200. * k / pieces) * dt, NULL);
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
        population_run(p, 100, NULL);
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
        network_run(net, round(300. * k / pieces) * .1, NULL);
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

/* ---- solvers ---- */

static const izh_noise some_noise = {.5, 2, 3, {1, 4, 5}, 7, 3};

static int32_t note_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    (void)after;
    double *sum = user; /* of times, in this order */
    *sum = 1.25 * *sum + e->t;
    return IZH_CONTINUE;
}

static izh_solver *by_taylor(void)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.method = IZH_TAYLOR;
    return population_solver(&config, 0);
}

/* A population's neuron under the same noise. */
static void a_solver_is_a_populations_neuron_to_the_bit(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        if (config.precision == IZH_F32)
            continue;
        const int adaptive = config.method == IZH_TAYLOR;
        config.n = 40;
        config.first = 5;
        config.t0 = 1.7;
        config.dt = adaptive ? .5 : .1;
        config.noise_ou = (izh_ou){1, 4, 5};
        config.noise_white = k % 3 == 0 ? 0 : 3;
        config.noise_sigma = k % 3 == 1 ? 0 : 2;
        config.seed = 7;
        izh_population *p = population_create(&config, 1);
        struct train train = {0};
        population_run(p, config.t0 + 300 * config.dt, &train);
        for (uint32_t i = 0; i < 40; i++) {
            const izh_noise noise = {
                config.dt, config.noise_sigma, config.noise_white, config.noise_ou, 7, 5 + i};
            izh_state y;
            double spikes = 0, expected = 0;
            izh_solver *s = population_solver(&config, i);
            izh_solver_on_spike(s, note_spike, &spikes);
            check_ok(izh_solver_set_noise(s, &noise), s);
            if (izh_solver_run(s, config.t0 + 300 * config.dt) == IZH_OK) {
                for (size_t j = 0; j < train.n; j++)
                    expected =
                        train.spikes[j].i == i ? 1.25 * expected + train.spikes[j].t : expected;
                check_population(izh_population_get_state(p, i, 1, &y), p);
                check_close(y.v, izh_solver_state(s).v, 1e-8);
                check_close(y.u, izh_solver_state(s).u, 1e-8);
                if (!adaptive) {
                    check_same_state(y, izh_solver_state(s));
                    check_same(spikes, expected);
                }
            }
            izh_solver_destroy(s);
        }
        izh_population_destroy(p);
        train_free(&train);
    }
}

/* In some way: 0 at once; 1 in pieces; 2 sampled; 3 saved and loaded on the way. */
static double run_solver(const izh_solver_config *config, int way)
{
    double sum = 0;
    unsigned char blob[4096];
    izh_solver *s = support_create(config);
    const double T = config->t0 + 40;
    izh_solver_on_spike(s, note_spike, &sum);
    check_ok(izh_solver_set_current(s, 60), s);
    check_ok(izh_solver_set_noise(s, &some_noise), s);
    for (int k = 1; k < 17 && way == 1; k++)
        check_ok(izh_solver_run(s, config->t0 + 2.25 * k), s);
    if (way == 2) {
        double times[57];
        izh_state states[57];
        for (int k = 0; k < 57; k++)
            times[k] = config->t0 + .7 * k;
        check_ok(izh_solver_sample(s, times, 57, states), s);
    }
    if (way == 3) {
        check_ok(izh_solver_run(s, config->t0 + 17.3), s);
        const size_t size = izh_solver_save(s, blob, sizeof blob);
        check_true(size <= sizeof blob);
        izh_solver_destroy(s);
        s = support_create(config);
        izh_solver_on_spike(s, note_spike, &sum);
        check_ok(izh_solver_load(s, blob, size), s);
        check_true(izh_solver_save(s, NULL, 0) == size);
    }
    check_ok(izh_solver_run(s, T), s);
    sum = 1.25 * sum + izh_solver_state(s).v + 3 * izh_solver_state(s).u;
    izh_solver_destroy(s);
    return sum;
}

static void a_solvers_noise_does_not_depend_on_how_it_was_run(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int k = 0; support_next_or_dialect(&k, &config);) {
        if (config.method == IZH_PINN) /* which trains each window: minutes */
            continue;
        config.t0 = 0;
        if (support_dialect(config.method) || !support_adaptive(config.method))
            config.dt = config.dt > 0 ? config.dt : .25;
        if (support_dialect(config.method))
            config.dt = 0;
        const int grid = !support_adaptive(config.method); /* splits off the grid are steps */
        const double whole = run_solver(&config, 0);
        for (int way = 1; way < 4; way++)
            if (!(grid && way > 1 && !support_dialect(config.method)))
                check_same(run_solver(&config, way), whole);
        if (grid && !support_dialect(config.method)) {
            config.dt = .1; /* 17.3 is a tick */
            check_same(run_solver(&config, 3), run_solver(&config, 0));
        }
    }
}

/* Any method integrates the same numbers: v' = I. */
static void all_methods_have_the_same_noise(void **state)
{
    (void)state;
    double expected = 0;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        izh_solver_config config = support_line_config(m);
        if (m == IZH_PINN)
            continue;
        config.initial.v = -1000;
        config.t0 = 0;
        config.dt = support_adaptive(m) ? 0 : .17; /* steps are cut at the noise's ticks */
        izh_solver *s = support_create(&config);
        check_ok(izh_solver_set_noise(s, &some_noise), s);
        check_ok(izh_solver_run(s, 31.25), s);
        expected = expected == 0 ? izh_solver_state(s).v : expected;
        check_close(izh_solver_state(s).v, expected, 1e-9);
        izh_solver_destroy(s);
    }
    check_true(fabs(expected + 1000 - 31) > 1);
}

/* Numbers are of the tick, whenever noise is set; NULL ends it. */
static void noise_may_be_set_at_any_time(void **state)
{
    (void)state;
    const izh_noise white = {.25, 3, 0, {0, 0, 0}, 1, 0}, none = {.25, 0, 0, {0, 0, 0}, 1, 0};
    double v[2][3];
    for (int way = 0; way < 2; way++) {
        izh_solver_config config = support_line_config(IZH_TAYLOR);
        config.initial.v = -1000;
        config.t0 = -.4;
        izh_solver *s = support_create(&config);
        if (way == 0)
            check_ok(izh_solver_set_noise(s, &white), s);
        check_ok(izh_solver_run(s, 10.3), s);
        v[way][0] = izh_solver_state(s).v;
        check_ok(izh_solver_set_noise(s, &white), s);
        check_ok(izh_solver_run(s, 14.1), s);
        v[way][1] = izh_solver_state(s).v;
        check_ok(izh_solver_set_noise(s, way ? NULL : &none), s);
        check_ok(izh_solver_run(s, 20), s);
        v[way][2] = izh_solver_state(s).v;
        izh_solver_destroy(s);
    }
    check_same(v[1][0], -1000);
    check_close(v[0][1] - v[0][0], v[1][1] - v[1][0], 1e-11);
    check_true(v[1][1] != v[1][0]);
    check_same(v[0][2], v[0][1]);
    check_same(v[1][2], v[1][1]);
}

/* Without noise blobs are as they were, and loading one takes noise away. */
static void a_blob_without_noise_takes_it_away(void **state)
{
    (void)state;
    unsigned char blob[4096];
    izh_solver *s = by_taylor(), *noisy = by_taylor();
    check_ok(izh_solver_set_noise(noisy, &some_noise), noisy);
    const size_t size = izh_solver_save(s, blob, sizeof blob);
    check_true(blob[8] == 1);
    check_true(izh_solver_save(noisy, NULL, 0) > size);
    check_ok(izh_solver_load(noisy, blob, size), noisy);
    check_ok(izh_solver_run(noisy, 50), noisy);
    check_ok(izh_solver_run(s, 50), s);
    check_same_state(izh_solver_state(noisy), izh_solver_state(s));
    izh_solver_destroy(s);
    izh_solver_destroy(noisy);
}

static void bad_noise_of_a_solver_is_refused(void **state)
{
    (void)state;
    static const struct {
        izh_noise noise;
        const char *message;
    } bad[] = {
        {{0, 1, 0, {0, 0, 0}, 0, 0}, "noise.dt = 0"},
        {{NAN, 1, 0, {0, 0, 0}, 0, 0}, "noise.dt = nan"},
        {{INFINITY, 1, 0, {0, 0, 0}, 0, 0}, "noise.dt = inf"},
        {{1e-10, 1, 0, {0, 0, 0}, 0, 0}, "noise.dt = 1e-10"},
        {{1, -1, 0, {0, 0, 0}, 0, 0}, "noise.sigma = -1"},
        {{1, INFINITY, 0, {0, 0, 0}, 0, 0}, "noise.sigma = inf"},
        {{1, 1, NAN, {0, 0, 0}, 0, 0}, "noise_white = nan"},
        {{1e-9, 1, 1e308, {0, 0, 0}, 0, 0}, "too large for dt"},
        {{1, 1, 0, {0, -1, 1}, 0, 0}, "noise_ou.sigma = -1"},
        {{1, 1, 0, {0, 1, 0}, 0, 0}, "noise_ou.tau = 0"},
    };
    izh_solver *s = by_taylor(), *same = by_taylor();
    check_ok(izh_solver_set_noise(s, &some_noise), s);
    check_ok(izh_solver_set_noise(same, &some_noise), same);
    for (size_t k = 0; k < LENGTH(bad); k++) {
        check_status(izh_solver_set_noise(s, &bad[k].noise), IZH_E_INVALID, s);
        check_has(izh_solver_message(s), bad[k].message);
    }
    assert_int_equal(izh_solver_set_noise(NULL, &some_noise), IZH_E_INVALID);
    check_ok(izh_solver_run(s, 30), s);
    check_ok(izh_solver_run(same, 30), same);
    check_same_state(izh_solver_state(s), izh_solver_state(same));
    izh_solver_destroy(s);
    izh_solver_destroy(same);
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
        cmocka_unit_test(a_solver_is_a_populations_neuron_to_the_bit),
        cmocka_unit_test(a_solvers_noise_does_not_depend_on_how_it_was_run),
        cmocka_unit_test(all_methods_have_the_same_noise),
        cmocka_unit_test(noise_may_be_set_at_any_time),
        cmocka_unit_test(a_blob_without_noise_takes_it_away),
        cmocka_unit_test(bad_noise_of_a_solver_is_refused),
        cmocka_unit_test(bad_noise_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
