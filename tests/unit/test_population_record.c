/* Recording gives the states that one would read tick by tick, however the run is cut into blocks,
 * parts and pieces. */
#include "support_population.h"

#define N 150
#define TICKS 42
#define LOST 11 /* a neuron that gets in trouble at once */

/* In no order, some twice. */
static const uint32_t neurons[] = {149, 0, 77, 0, LOST, 148, 5, 77};
#define COUNT LENGTH(neurons)

static izh_population *make(const izh_population_config *config)
{
    const double I = config->precision == IZH_F32 ? 1e30 : 1e150;
    izh_population *p = population_create(config, 1);
    check_population(izh_population_set_current(p, LOST, 1, &I, 0), p);
    return p;
}

static int next(int *k, izh_population_config *config)
{
    if (!population_next(k, config))
        return 0;
    config->n = N;
    config->dt = .5;
    config->t0 = 100;
    config->noise_sigma = 3;
    return 1;
}

static double time_of(const izh_population_config *config, int tick)
{
    return config->t0 + tick * config->dt;
}

/* Runs tick by tick and reads the states at those that are multiples of `every`. */
static size_t read_states(const izh_population_config *config, int every, izh_state *states,
                          uint64_t *hash)
{
    struct train train = {0};
    izh_population *p = make(config);
    size_t samples = 0;
    for (int tick = 1; tick <= TICKS; tick++) {
        population_run(p, time_of(config, tick), &train);
        if (tick % every)
            continue;
        for (size_t j = 0; j < COUNT; j++)
            check_population(
                izh_population_get_state(p, neurons[j], 1, states + samples * COUNT + j), p);
        samples++;
    }
    hash[0] = izh_population_hash(p);
    hash[1] = train_hash(&train);
    izh_population_destroy(p);
    train_free(&train);
    return samples;
}

static void check_states(const izh_state *x, const izh_state *y, size_t samples)
{
    for (size_t s = 0; s < samples; s++)
        for (size_t j = 0; j < COUNT; j++)
            if (memcmp(&x[s * COUNT + j], &y[s * COUNT + j], sizeof *x))
                fail_msg("sample %zu of neuron %u: (%.17g, %.17g), not (%.17g, %.17g)", s,
                         (unsigned)neurons[j], x[s * COUNT + j].v, x[s * COUNT + j].u,
                         y[s * COUNT + j].v, y[s * COUNT + j].u);
}

/* Records in a run of some pieces, and compares all with what was read. */
static void check_recording(const izh_population_config *config, int every, int pieces,
                            const izh_state *expected, size_t samples, const uint64_t *hash)
{
    struct train train = {0};
    izh_population *p = make(config);
    const size_t size = samples * COUNT * sizeof(izh_state);
    izh_state *states = malloc(size); /* sanitizers watch its end */
    memset(states, 0xa5, size);
    check_population(izh_population_record(p, neurons, COUNT, (uint32_t)every, states, samples), p);
    assert_int_equal(izh_population_recorded(p), 0);
    for (int k = 1; k <= pieces; k++) {
        population_run(p, time_of(config, TICKS * k / pieces), &train);
        assert_int_equal(izh_population_recorded(p), TICKS * k / pieces / every);
    }
    check_states(states, expected, samples);
    check_true(izh_population_hash(p) == hash[0] && train_hash(&train) == hash[1]);
    izh_population_destroy(p);
    train_free(&train);
    free(states);
}

static void recording_is_reading_tick_by_tick(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; next(&k, &config);)
        for (int every = 1; every <= 6; every += 5) {
            izh_state expected[TICKS * COUNT];
            uint64_t hash[2];
            izh_population_config c = config;
            const size_t samples = read_states(&config, every, expected, hash);
            assert_int_equal(samples, TICKS / every);
            check_recording(&c, every, 1, expected, samples, hash);
            check_recording(&c, every, 7, expected, samples, hash);
            c.block = 5;
            c.spike_capacity = 3;
            check_recording(&c, every, 2, expected, samples, hash);
            c.block = 0;
            c.threads = 3;
            c.tile = 32;
            check_recording(&c, every, 1, expected, samples, hash);
            c.isa = IZH_ISA_SCALAR;
            c.block = 1;
            check_recording(&c, every, 1, expected, samples, hash);
        }
}

/* ---- blocks that are taken back ---- */

/* Neurons that spike once a tick: more spikes in a long block than there is room for. */
static izh_population *busy(const izh_population_config *config)
{
    izh_population *p;
    const izh_params line = support_line();
    const double I = 950;
    assert_int_equal(izh_population_create(&p, config), IZH_OK);
    check_population(izh_population_set_params(p, 0, config->n, &line, 0), p);
    check_population(izh_population_set_current(p, 0, config->n, &I, 0), p);
    for (uint32_t i = 0; i < config->n; i++)
        check_population(izh_population_set_state(p, i, 1, &(izh_state){-65 + .5 * i, 0}, 0), p);
    return p;
}

static void recording_survives_blocks_that_are_taken_back(void **state)
{
    (void)state;
    const izh_method methods[] = {IZH_MIDPOINT, IZH_EXP_EULER, IZH_TAYLOR};
    const uint32_t some[] = {149, 3};
    for (size_t m = 0; m < LENGTH(methods); m++) {
        static izh_state states[2][90][2];
        size_t spikes[2];
        for (int long_blocks = 0; long_blocks < 2; long_blocks++) {
            struct train train = {0};
            izh_population_config config = IZH_POPULATION_CONFIG_INIT;
            config.n = N;
            config.method = methods[m];
            config.dt = .1;
            config.block = long_blocks ? 900 : 1;
            izh_population *p = busy(&config);
            check_population(izh_population_record(p, some, 2, 10, states[long_blocks][0], 90), p);
            check_population(population_run(p, 90, &train), p);
            assert_int_equal(izh_population_recorded(p), 90);
            spikes[long_blocks] = train.n;
            izh_population_destroy(p);
            train_free(&train);
        }
        check_true(spikes[0] == spikes[1] && spikes[0] > 100000);
        check_true(memcmp(states[0], states[1], sizeof states[0]) == 0);
    }
}

/* ---- which ticks ---- */

/* v is the time. */
static izh_population *clockwork(uint32_t n)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    izh_population *p;
    izh_params line = support_line();
    const double one = 1;
    config.n = n;
    config.dt = 1;
    line.vpeak = 1e6;
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    check_population(izh_population_set_params(p, 0, n, &line, 0), p);
    check_population(izh_population_set_state(p, 0, n, &(izh_state){0, 0}, 0), p);
    check_population(izh_population_set_current(p, 0, n, &one, 0), p);
    return p;
}

static void check_times(const izh_population *p, const izh_state *states, size_t n,
                        const double *times)
{
    assert_int_equal(izh_population_recorded(p), n);
    for (size_t i = 0; i < n; i++)
        check_same(states[i].v, times[i]);
}

static void samples_are_at_multiples_of_every_after_now(void **state)
{
    (void)state;
    const uint32_t last = 299;
    izh_state states[8];
    izh_population *p = clockwork(300);
    check_population(izh_population_record(p, &last, 1, 4, states, 8), p);
    check_population(izh_population_run(p, 9), p);
    check_times(p, states, 2, (const double[]){4, 8});
    check_population(izh_population_record(p, &last, 1, 4, states, 8), p); /* anew, from 9 */
    check_times(p, states, 0, NULL);
    check_population(izh_population_run(p, 12), p);
    check_times(p, states, 1, (const double[]){12});
    check_population(izh_population_record(p, &last, 1, 4, states, 8), p); /* at a multiple */
    check_population(izh_population_run(p, 16), p);
    check_times(p, states, 1, (const double[]){16});
    check_population(izh_population_record(p, &last, 1, 1, states, 8), p);
    check_population(izh_population_run(p, 19), p);
    check_times(p, states, 3, (const double[]){17, 18, 19});
    check_population(izh_population_record(p, &last, 1, UINT32_MAX, states, 8), p);
    check_population(izh_population_run(p, 1000), p);
    check_times(p, states, 0, NULL);
    izh_population_destroy(p);
}

static void a_full_recording_ends(void **state)
{
    (void)state;
    const uint32_t last = 299;
    izh_state states[4] = {{0}};
    izh_population *p = clockwork(300);
    states[3].v = 7;
    check_population(izh_population_record(p, &last, 1, 10, states, 3), p);
    check_population(izh_population_run(p, 1000), p);
    check_times(p, states, 3, (const double[]){10, 20, 30});
    check_population(izh_population_run(p, 2000), p);
    check_times(p, states, 3, (const double[]){10, 20, 30});
    check_same(states[3].v, 7);
    check_population(izh_population_record(p, &last, 1, 10, NULL, 0), p); /* no room at all */
    check_population(izh_population_run(p, 2100), p);
    check_times(p, states, 0, NULL);
    izh_population_destroy(p);
}

static void recording_nothing_ends_it(void **state)
{
    (void)state;
    const uint32_t first = 0;
    izh_state states[8] = {{0}};
    izh_population *p = clockwork(1);
    check_population(izh_population_record(p, &first, 1, 1, states, 8), p);
    check_population(izh_population_run(p, 2), p);
    check_population(izh_population_record(p, NULL, 0, 0, NULL, 0), p);
    check_population(izh_population_run(p, 8), p);
    assert_int_equal(izh_population_recorded(p), 0);
    check_same(states[2].v, 0);
    izh_population_destroy(p);
    assert_int_equal(izh_population_recorded(NULL), 0);
}

static void recording_copies_the_indices(void **state)
{
    (void)state;
    uint32_t some[] = {3, 1};
    izh_state states[4];
    izh_population *p = clockwork(300);
    check_population(izh_population_set_state(p, 3, 1, &(izh_state){100, 0}, 0), p);
    check_population(izh_population_record(p, some, 2, 1, states, 2), p);
    some[0] = some[1] = 12345;
    check_population(izh_population_run(p, 2), p);
    check_same(states[0].v, 101);
    check_same(states[1].v, 1);
    check_same(states[2].v, 102);
    check_same(states[3].v, 2);
    izh_population_destroy(p);
}

/* The recording is the population's own: after a blob it goes on at the blob's time. */
static void recording_goes_on_after_loading(void **state)
{
    (void)state;
    const uint32_t last = 299;
    izh_state states[8];
    izh_population *p = clockwork(300);
    check_population(izh_population_run(p, 5), p);
    const size_t size = izh_population_save(p, NULL, 0);
    void *blob = malloc(size);
    check_true(izh_population_save(p, blob, size) == size);
    check_population(izh_population_record(p, &last, 1, 3, states, 8), p);
    check_population(izh_population_run(p, 10), p);
    check_population(izh_population_load(p, blob, size), p);
    check_population(izh_population_run(p, 10), p);
    check_times(p, states, 4, (const double[]){6, 9, 6, 9});
    izh_population_destroy(p);
    free(blob);
}

static void grow(double t, uint32_t first, uint32_t count, double *I, void *user)
{
    (void)first, (void)user;
    for (uint32_t i = 0; i < count; i++)
        I[i] = t; /* so v, which is its sum, is 0 + 1 + 2 + ... */
}

static void recording_goes_with_currents_by_function(void **state)
{
    (void)state;
    const uint32_t last = 299;
    for (int stepwise = 0; stepwise < 2; stepwise++) {
        izh_state states[4];
        izh_population *p = clockwork(300);
        check_population(izh_population_on_current(p, grow, NULL, stepwise), p);
        check_population(izh_population_record(p, &last, 1, 2, states, 4), p);
        check_population(izh_population_run(p, 8), p);
        check_times(p, states, 4, (const double[]){1, 6, 15, 28});
        izh_population_destroy(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recording_is_reading_tick_by_tick),
        cmocka_unit_test(recording_survives_blocks_that_are_taken_back),
        cmocka_unit_test(samples_are_at_multiples_of_every_after_now),
        cmocka_unit_test(a_full_recording_ends),
        cmocka_unit_test(recording_nothing_ends_it),
        cmocka_unit_test(recording_copies_the_indices),
        cmocka_unit_test(recording_goes_on_after_loading),
        cmocka_unit_test(recording_goes_with_currents_by_function),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
