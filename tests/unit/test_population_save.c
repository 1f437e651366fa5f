/* A population resumed from a blob goes on as if it had not been interrupted, bit for bit, whatever
 * machine and threads it goes on with; a bad blob changes nothing. */
#include "support_population.h"

#define N 150
#define T0 100.
#define LOST 11 /* a neuron that gets in trouble at once */

struct blob {
    size_t size;
    unsigned char *bytes;
};

static struct blob save(const izh_population *p)
{
    struct blob blob = {.size = izh_population_save(p, NULL, 0)};
    check_true(blob.size > 0);
    blob.bytes = malloc(blob.size + 1);
    memset(blob.bytes, 0x5a, blob.size + 1);
    check_true(izh_population_save(p, blob.bytes, blob.size - 1) == blob.size);
    check_true(blob.bytes[blob.size - 1] == 0x5a);
    check_true(izh_population_save(p, blob.bytes, blob.size) == blob.size);
    check_true(blob.bytes[blob.size] == 0x5a);
    return blob;
}

static void check_blobs(struct blob x, struct blob y, const char *what)
{
    if (x.size != y.size || memcmp(x.bytes, y.bytes, x.size))
        fail_msg("%s: blobs of %zu and %zu bytes differ", what, x.size, y.size);
}

static void check_saves_as(const izh_population *p, struct blob expected, const char *what)
{
    const struct blob blob = save(p);
    check_blobs(blob, expected, what);
    free(blob.bytes);
}

/* The mixed neurons, and one that runs away. */
static izh_population *make(const izh_population_config *config)
{
    const double I = config->precision == IZH_F32 ? 1e30 : 1e150;
    izh_population *p = population_create(config, 1);
    if (config->n > LOST)
        check_population(izh_population_set_current(p, LOST, 1, &I, 0), p);
    return p;
}

static int next(int *k, izh_population_config *config)
{
    if (!population_next(k, config))
        return 0;
    config->n = N;
    config->t0 = T0;
    config->noise_sigma = 3;
    config->seed = 99;
    config->first = 1000;
    return 1;
}

/* Another population of the same kind, as far from the first as can be. */
static izh_population *stranger(const izh_population_config *like, int which)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    izh_population *p;
    config.n = like->n;
    config.method = like->method;
    config.precision = like->precision;
    config.events = like->events;
    config.isa = which ? IZH_ISA_SCALAR : IZH_ISA_BEST;
    config.threads = which ? 2 : 0;
    config.tile = 128;
    config.block = which ? 3 : 500;
    config.spike_capacity = which ? 2 : 100000;
    config.dt = which ? .5 : 0;
    config.t0 = -7;
    config.max_spikes_per_ms = which ? 1 : 1000;
    config.seed = 3;
    if (which)
        p = population_create(&config, 0);
    else
        assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    izh_population_run(p, -5);
    return p;
}

/* Runs both on, and compares all there is. */
static void check_same_rest(izh_population *one, izh_population *other, double t_end)
{
    struct train trains[2] = {{0}};
    const izh_status status = population_run(one, t_end, &trains[0]);
    check_true(population_run(other, t_end, &trains[1]) == status);
    check_same(izh_population_time(one), t_end);
    check_same(izh_population_time(other), t_end);
    check_true(trains[0].n == trains[1].n && train_hash(&trains[0]) == train_hash(&trains[1]));
    check_true(izh_population_hash(one) == izh_population_hash(other));
    const struct blob blob = save(one);
    check_saves_as(other, blob, "at the end");
    free(blob.bytes);
    train_free(&trains[0]);
    train_free(&trains[1]);
}

static void a_resumed_run_is_the_uninterrupted_one(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; next(&k, &config);)
        for (int which = 0; which < 2; which++) {
            struct train train = {0};
            izh_population *one = make(&config), *other = stranger(&config, which);
            if (which)
                population_run(one, T0 + 13, &train);
            const struct blob blob = save(one);
            check_population(izh_population_load(other, blob.bytes, blob.size), other);
            check_same(izh_population_time(other), izh_population_time(one));
            check_true(izh_population_hash(other) == izh_population_hash(one));
            check_true(izh_population_spikes(other).count == 0);
            check_true(izh_population_troubles(other).total == izh_population_troubles(one).total);
            check_saves_as(other, blob, "after loading");
            check_same_rest(one, other, T0 + 23);
            check_true(izh_population_troubles(other).total > 0);
            izh_population_destroy(one);
            izh_population_destroy(other);
            train_free(&train);
            free(blob.bytes);
        }
}

/* Loads what another population is into a new one, and checks that both go on alike. */
static void check_loads_into_new(izh_population_config config, const izh_params *params)
{
    const double I = 10;
    izh_population *one, *other;
    config.n = 3;
    assert_int_equal(izh_population_create(&one, &config), IZH_OK);
    assert_int_equal(izh_population_create(&other, &config), IZH_OK);
    check_population(izh_population_set_params(one, 0, 3, params, 0), one);
    check_population(izh_population_set_current(one, 0, 3, &I, 0), one);
    check_population(izh_population_run(one, 50), one);
    const struct blob blob = save(one);
    check_population(izh_population_load(other, blob.bytes, blob.size), other);
    check_same_rest(one, other, 100);
    izh_population_destroy(one);
    izh_population_destroy(other);
    free(blob.bytes);
}

/* Whatever it was made for before: each parameter alone may ask for another kernel. */
static void each_parameter_is_loaded_into_a_new_population(void **state)
{
    (void)state;
    enum {
        FIELDS = sizeof(izh_params) / sizeof(double)
    };
    const double values[FIELDS] = {1.1,  .041, 5.1, 141, .021, 0,   .21, .21,
                                   1e-5, -60,  31,  .01, -64,  .01, 8.1, 20};
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);)
        for (size_t field = 0; field < FIELDS; field++) {
            izh_params params = izh_params_2003(.02, .2, -65, 8);
            memcpy((char *)&params + field * sizeof(double), &values[field], sizeof(double));
            check_loads_into_new(config, &params);
        }
}

/* Between two calls of a paused run, undelivered spikes and all. */
static void a_paused_run_is_resumed_too(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; next(&k, &config);)
        for (int which = 0; which < 2; which++) {
            config.spike_capacity = 5;
            config.block = 64;
            izh_population *one = make(&config), *other = stranger(&config, which);
            for (int calls = 0; calls < 3; calls++)
                check_population_status(izh_population_run(one, T0 + 20), IZH_PAUSED, one);
            const struct blob blob = save(one);
            check_population(izh_population_load(other, blob.bytes, blob.size), other);
            check_saves_as(other, blob, "paused");
            check_same_rest(one, other, T0 + 20);
            /* And again, over what was loaded before. */
            check_population(izh_population_load(one, blob.bytes, blob.size), one);
            check_population(izh_population_load(other, blob.bytes, blob.size), other);
            izh_population_run(other, T0 + 20);
            check_population(izh_population_load(other, blob.bytes, blob.size), other);
            check_same_rest(one, other, T0 + 20);
            izh_population_destroy(one);
            izh_population_destroy(other);
            free(blob.bytes);
        }
}

/* A spike that is due, and news of troubles, are in the blob. */
static void what_is_due_happens_after_loading(void **state)
{
    (void)state;
    const izh_state high = {60, 0};
    izh_population_config config;
    for (int k = 0; next(&k, &config);) {
        config.n = 20;
        izh_population *one = make(&config), *other = stranger(&config, 0);
        check_population(izh_population_set_state(one, 0, 3, &high, 0), one);
        const struct blob blob = save(one);
        check_population(izh_population_load(other, blob.bytes, blob.size), other);
        check_population(izh_population_run(other, T0), other);
        check_true(izh_population_spikes(other).count >= 3);
        check_same(izh_population_spikes(other).data[2].t, T0);
        check_true(izh_population_spikes(other).data[2].i == 2);
        izh_population_destroy(one);
        izh_population_destroy(other);
        free(blob.bytes);
    }
}

static struct blob run_and_save(const izh_population_config *config)
{
    struct train train = {0};
    izh_population *p = make(config);
    population_run(p, T0 + 8, &train);
    const struct blob blob = save(p);
    izh_population_destroy(p);
    train_free(&train);
    return blob;
}

static void blobs_do_not_depend_on_how_it_was_run(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; next(&k, &config);) {
        const struct blob expected = run_and_save(&config);
        for (int how = 0; how < 5; how++) {
            izh_population_config another = config;
            if (how == 0)
                another.isa = IZH_ISA_SCALAR;
            else if (how == 1)
                another.threads = 3, another.tile = 32;
            else if (how == 2)
                another.block = 1;
            else if (how == 3)
                another.block = 7;
            else
                another.spike_capacity = 1;
            const struct blob blob = run_and_save(&another);
            check_blobs(blob, expected, "another way of running");
            free(blob.bytes);
        }
        free(expected.bytes);
    }
}

/* ---- bad blobs ---- */

static void check_refused(izh_population *p, const void *bytes, size_t size, izh_status status)
{
    const struct blob before = save(p);
    check_population_status(izh_population_load(p, bytes, size), status, p);
    check_has(izh_population_message(p), "load");
    check_saves_as(p, before, "after a refusal");
    free(before.bytes);
}

static void damaged_blobs_change_nothing(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; next(&k, &config);) {
        config.n = 5;
        config.spike_capacity = 1;
        config.block = 200;
        izh_population *one = make(&config), *p = stranger(&config, 1);
        check_population_status(izh_population_run(one, T0 + 20), IZH_PAUSED, one);
        const struct blob blob = save(one);
        check_refused(p, NULL, blob.size, IZH_E_FORMAT);
        for (size_t size = 0; size < blob.size; size++)
            check_refused(p, blob.bytes, size, IZH_E_FORMAT);
        for (size_t i = 0; i < blob.size; i++) {
            blob.bytes[i] ^= 1u << i % 8;
            check_refused(p, blob.bytes, blob.size, IZH_E_FORMAT);
            blob.bytes[i] ^= 1u << i % 8;
        }
        check_population(izh_population_load(p, blob.bytes, blob.size), p);
        izh_population_destroy(one);
        izh_population_destroy(p);
        free(blob.bytes);
    }
}

static void blobs_of_others_change_nothing(void **state)
{
    (void)state;
    izh_population_config config, another;
    for (int k = 0; next(&k, &config);)
        for (int j = 0; next(&j, &another);) {
            config.n = another.n = 5;
            another.n += j == k;
            izh_population *p = make(&config), *q = make(&another);
            const struct blob blob = save(q);
            check_refused(p, blob.bytes, blob.size, IZH_E_INVALID);
            const izh_method method = another.method ? another.method : IZH_MIDPOINT;
            check_true(strstr(izh_population_message(p), izh_method_name(method)));
            izh_population_destroy(p);
            izh_population_destroy(q);
            free(blob.bytes);
        }
    const izh_solver_config solver = support_config(IZH_RK4);
    unsigned char bytes[4096];
    izh_solver *s = support_create(&solver);
    config = (izh_population_config)IZH_POPULATION_CONFIG_INIT;
    izh_population *p = make(&config);
    check_refused(p, bytes, izh_solver_save(s, bytes, sizeof bytes), IZH_E_FORMAT);
    izh_solver_destroy(s);
    izh_population_destroy(p);
}

static void put_word(struct blob blob, size_t word, uint64_t value)
{
    for (size_t i = 0; i < 8; i++)
        blob.bytes[8 * word + i] = (unsigned char)(value >> 8 * i);
}

static uint64_t get_word(struct blob blob, size_t word)
{
    uint64_t value = 0;
    for (size_t i = 0; i < 8; i++)
        value |= (uint64_t)blob.bytes[8 * word + i] << 8 * i;
    return value;
}

static double get_double(struct blob blob, size_t word)
{
    const uint64_t bits = get_word(blob, word);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* Makes the frame right for what is inside. */
static void seal(struct blob blob)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a, as lib/util/blob.h says */
    put_word(blob, 2, blob.size - 32);
    for (size_t i = 0; i < blob.size - 8; i++)
        hash = (hash ^ blob.bytes[i]) * UINT64_C(0x100000001b3);
    put_word(blob, blob.size / 8 - 1, hash);
}

/* The words of a blob's body, in order. */
enum {
    WORD_N = 3,
    WORD_METHOD,
    WORD_PRECISION,
    WORD_EVENTS,
    WORD_FIRST,
    WORD_DT,
    WORD_T0,
    WORD_TICK,
    WORD_SIGMA,
    WORD_SEED,
    WORD_SPIKES_PER_TICK,
    WORD_SPECIAL,
    WORD_DUE,
    WORD_VARYING,
    WORD_COLUMNS
};

/* Runs a population that a forged blob made for a few ticks: all it says must make sense. */
static void check_sane(izh_population *p, uint32_t n, double dt)
{
    izh_state y;
    const double now = izh_population_time(p);
    check_true(isfinite(now));
    for (int tick = 0; tick < 3 && dt <= 10; tick++)
        for (int calls = 0; calls < 100; calls++) {
            const izh_status status = izh_population_run(p, now + tick * dt);
            const izh_spikes spikes = izh_population_spikes(p);
            for (size_t s = 0; s < spikes.count; s++)
                check_true(spikes.data[s].i < n && isfinite(spikes.data[s].t));
            if (status != IZH_PAUSED)
                break;
        }
    for (uint32_t i = 0; i < n; i++) {
        check_population(izh_population_get_state(p, i, 1, &y), p);
        check_true(isfinite(y.v) && isfinite(y.u));
    }
    const izh_troubles troubles = izh_population_troubles(p);
    check_true(troubles.total <= n && troubles.count <= troubles.total);
    for (size_t i = 0; i < troubles.count; i++)
        check_true(troubles.data[i].i < n && troubles.data[i].status < 0);
}

#define FINITE_BUT_WILD 8 /* of `doubles`, from here on */
static const double doubles[] = {0,        -1,        1,     NAN,    1e-3, 4.9e-324,
                                 INFINITY, -INFINITY, 1e300, -1e300, 1e40, -1e30};
static const uint64_t integers[] = {1,
                                    2,
                                    3,
                                    63,
                                    255,
                                    100001,
                                    UINT32_MAX,
                                    (uint64_t)1 << 32,
                                    (uint64_t)1 << 53,
                                    (uint64_t)1 << 61,
                                    (uint64_t)1 << 63,
                                    UINT64_MAX};

/* Runs what was loaded, unless the parameters are valid but wild: test_wild has those, and takes
 * its time. */
static void check_forged(izh_population *p, uint32_t n, struct blob blob, struct blob good, int run)
{
    seal(blob);
    if (izh_population_load(p, blob.bytes, blob.size) == IZH_OK) {
        check_sane(p, n, run ? get_double(blob, WORD_DT) : INFINITY);
        check_population(izh_population_load(p, good.bytes, good.size), p);
    } else
        check_saves_as(p, good, "after a forged blob");
}

/* Hostile words under a right checksum: refused without a trace, or a population that is sound. */
static void forged_blobs_do_no_harm(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; next(&k, &config);) {
        config.n = 4;
        config.spike_capacity = 1;
        config.block = 200;
        const double I = config.precision == IZH_F32 ? 1e30 : 1e150;
        const izh_state high = {60, 0};
        izh_population *p = population_create(&config, 1);
        check_population(izh_population_set_current(p, 3, 1, &I, 0), p);
        izh_population_run(p, T0 + 1);
        check_population(izh_population_set_state(p, 0, 3, &high, 0), p);
        check_population_status(izh_population_run(p, T0 + 20), IZH_PAUSED, p);
        const struct blob good = save(p), blob = save(p);
        for (size_t word = 3; 8 * word + 8 < blob.size; word++)
            for (size_t v = 0; v < LENGTH(doubles) + LENGTH(integers); v++) {
                memcpy(blob.bytes, good.bytes, good.size);
                put_word(blob, word,
                         v < LENGTH(doubles) ? bits_of(doubles[v]) : integers[v - LENGTH(doubles)]);
                check_forged(p, config.n, blob, good, v < FINITE_BUT_WILD || v >= LENGTH(doubles));
            }
        for (size_t words = 0; 8 * words + 32 < good.size; words++) { /* right, but for its end */
            struct blob shorter = {8 * words + 32, blob.bytes};
            memcpy(blob.bytes, good.bytes, good.size);
            check_forged(p, config.n, shorter, good, 1);
        }
        izh_population_destroy(p);
        free(good.bytes);
        free(blob.bytes);
    }
}

static void expect_format(izh_population *p, struct blob good, size_t word, uint64_t value)
{
    struct blob blob = {good.size, malloc(good.size)};
    memcpy(blob.bytes, good.bytes, good.size);
    put_word(blob, word, value);
    seal(blob);
    support_about("word %zu = %llx", word, (unsigned long long)value);
    check_refused(p, blob.bytes, blob.size, IZH_E_FORMAT);
    free(blob.bytes);
}

/* What cannot be, word by word, of four neurons on the grid. */
static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    const izh_state high = {60, 0};
    config.n = 4;
    config.events = IZH_EVENTS_GRID;
    config.spike_capacity = 1;
    izh_population *p;
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    check_population(izh_population_set_state(p, 0, 4, &high, 0), p);
    check_population_status(izh_population_run(p, 1), IZH_PAUSED, p); /* three spikes wait */
    const struct blob good = save(p);
    const size_t words = good.size / 8, current = WORD_COLUMNS + 16, v = current + 4, u = v + 4;
    const size_t lost = u + 4, troubles = lost + 1, spikes = troubles + 3;
    check_true(words == spikes + 6 + 1);
    check_true(get_word(good, spikes + 1) == 1 && get_word(good, spikes + 5) == 3);
    const struct {
        size_t word;
        uint64_t value;
    } wrong[] = {{WORD_FIRST, UINT64_MAX},
                 {WORD_DT, bits_of(0)},
                 {WORD_DT, bits_of(NAN)},
                 {WORD_DT, bits_of(1e-10)},
                 {WORD_T0, bits_of(INFINITY)},
                 {WORD_T0, bits_of(1e300)},
                 {WORD_TICK, UINT64_MAX},
                 {WORD_TICK, (uint64_t)1 << 53},
                 {WORD_SIGMA, bits_of(-1)},
                 {WORD_SIGMA, bits_of(NAN)},
                 {WORD_SPIKES_PER_TICK, 0},
                 {WORD_SPIKES_PER_TICK, 100003},
                 {WORD_SPECIAL, 2},
                 {WORD_DUE, 2},
                 {WORD_VARYING, 1},       /* then the blob is too short */
                 {WORD_VARYING, 1 << 16}, /* the current's column is always there */
                 {WORD_COLUMNS + 3, bits_of(0)},
                 {WORD_COLUMNS + 3, bits_of(INFINITY)},
                 {WORD_COLUMNS + 9, bits_of(31)},  /* c above vpeak */
                 {WORD_COLUMNS + 11, bits_of(.3)}, /* b_hi, but not special */
                 {WORD_COLUMNS + 15, bits_of(NAN)},
                 {WORD_COLUMNS + 15, bits_of(-INFINITY)},
                 {current, bits_of(NAN)},
                 {current + 3, bits_of(INFINITY)},
                 {v, bits_of(1e100)},
                 {v + 3, bits_of(NAN)},
                 {u, bits_of(-1e100)},
                 {lost, 1},  /* but none in trouble */
                 {lost, 16}, /* no such neuron */
                 {troubles, 1},
                 {troubles + 1, 1},
                 {troubles + 2, 1},
                 {troubles + 2, 65},
                 {troubles + 2, UINT64_MAX / 2},
                 {spikes, bits_of(1000)}, /* not yet */
                 {spikes, bits_of(NAN)},
                 {spikes + 1, 4},
                 {spikes + 1, (uint64_t)1 << 32 | 1},
                 {spikes + 1, 3}, /* out of order */
                 {spikes + 4, bits_of(-.1)}};
    for (size_t i = 0; i < LENGTH(wrong); i++)
        expect_format(p, good, wrong[i].word, wrong[i].value);
    izh_population_destroy(p);
    free(good.bytes);
}

/* Version 2 has anchors, of which version 1 had smaller ones: each population writes one of the
 * two, and reads no other. */
static void versions_are_not_taken_for_each_other(void **state)
{
    (void)state;
    const struct {
        izh_method method;
        uint64_t own, other;
    } cases[] = {{IZH_TAYLOR, 2, 1}, {IZH_RK4, 1, 2}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        izh_population_config config = IZH_POPULATION_CONFIG_INIT;
        izh_population *p;
        config.n = 4;
        config.method = cases[i].method;
        assert_int_equal(izh_population_create(&p, &config), IZH_OK);
        const struct blob good = save(p);
        assert_int_equal(get_word(good, 1), cases[i].own);
        expect_format(p, good, 1, cases[i].other);
        expect_format(p, good, 1, 3);
        izh_population_destroy(p);
        free(good.bytes);
    }
}

/* No float is meant: refused where the population has floats. */
static void doubles_in_a_blob_of_floats_are_refused(void **state)
{
    (void)state;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    izh_population *p;
    config.n = 4;
    config.precision = IZH_F32;
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    const struct blob good = save(p);
    const size_t current = WORD_COLUMNS + 16;
    const double bad[] = {.1, 1e300, 1e39};
    for (size_t i = 0; i < LENGTH(bad); i++) {
        expect_format(p, good, WORD_COLUMNS, bits_of(bad[i]));
        expect_format(p, good, current, bits_of(bad[i]));
        expect_format(p, good, current + 4, bits_of(bad[i]));
    }
    expect_format(p, good, current + 8, bits_of(0x1p60)); /* beyond where neurons are well */
    izh_population_destroy(p);
    free(good.bytes);
}

/* Little-endian by definition: these bytes, on every machine. */
static void the_first_bytes_are_those_of_the_format(void **state)
{
    (void)state;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    const unsigned char head[] = {'i', 'z', 'h', 'p', 'o', 'p', 'u', 'l', 1, 0, 0, 0, 0, 0, 0, 0};
    const double v[] = {-65, -60, -55};
    izh_population *p;
    config.n = 3;
    config.method = IZH_RK4;
    config.first = 0x0102030405060708;
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    for (uint32_t i = 0; i < 3; i++)
        check_population(izh_population_set_state(p, i, 1, &(izh_state){v[i], i}, 0), p);
    const struct blob blob = save(p);
    check_true(memcmp(blob.bytes, head, sizeof head) == 0);
    check_true(get_word(blob, 2) == blob.size - 32);
    check_true(blob.bytes[8 * WORD_N] == 3 && blob.bytes[8 * WORD_METHOD] == IZH_RK4);
    check_true(blob.bytes[8 * WORD_FIRST] == 8 && blob.bytes[8 * WORD_FIRST + 7] == 1);
    check_same(get_double(blob, WORD_DT), .1);
    check_same(get_double(blob, WORD_COLUMNS), .04);
    for (size_t i = 0; i < 3; i++) {
        check_same(get_double(blob, WORD_COLUMNS + 16 + 3 + i), v[i]);
        check_same(get_double(blob, WORD_COLUMNS + 16 + 6 + i), (double)i);
    }
    izh_population_destroy(p);
    free(blob.bytes);
}

static void check_dt(izh_method method, double dt, double expected, izh_population **p)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.method = method;
    config.dt = dt;
    check_true(izh_population_create(p, &config) == IZH_OK);
    check_true(izh_population_dt(*p) == expected);
}

static void the_tick_is_the_blobs(void **state)
{
    (void)state;
    izh_population *p, *q;
    check_dt(IZH_METHOD_DEFAULT, 0, .1, &p);
    check_dt(IZH_METHOD_DEFAULT, .25, .25, &q);
    const struct blob blob = save(q);
    check_population(izh_population_load(p, blob.bytes, blob.size), p);
    check_true(izh_population_dt(p) == .25);
    izh_population_destroy(p);
    izh_population_destroy(q);
    check_dt(IZH_PUBLISHED_2003, 0, 1, &p);
    izh_population_destroy(p);
    check_true(isnan(izh_population_dt(NULL)));
    free(blob.bytes);
}

static void null_is_nothing(void **state)
{
    (void)state;
    unsigned char byte = 7;
    assert_int_equal(izh_population_save(NULL, &byte, 1), 0);
    assert_int_equal(izh_population_load(NULL, &byte, 1), IZH_E_INVALID);
    assert_int_equal(byte, 7);
}

static void no_neurons_make_a_blob_too(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; next(&k, &config);) {
        config.n = 0;
        izh_population *p = make(&config), *q = stranger(&config, 0);
        check_population(izh_population_run(p, T0 + 3), p);
        const struct blob blob = save(p);
        check_population(izh_population_load(q, blob.bytes, blob.size), q);
        check_same_rest(p, q, T0 + 7);
        izh_population_destroy(p);
        izh_population_destroy(q);
        free(blob.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_resumed_run_is_the_uninterrupted_one),
        cmocka_unit_test(each_parameter_is_loaded_into_a_new_population),
        cmocka_unit_test(a_paused_run_is_resumed_too),
        cmocka_unit_test(what_is_due_happens_after_loading),
        cmocka_unit_test(blobs_do_not_depend_on_how_it_was_run),
        cmocka_unit_test(damaged_blobs_change_nothing),
        cmocka_unit_test(blobs_of_others_change_nothing),
        cmocka_unit_test(forged_blobs_do_no_harm),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(versions_are_not_taken_for_each_other),
        cmocka_unit_test(doubles_in_a_blob_of_floats_are_refused),
        cmocka_unit_test(the_first_bytes_are_those_of_the_format),
        cmocka_unit_test(the_tick_is_the_blobs),
        cmocka_unit_test(null_is_nothing),
        cmocka_unit_test(no_neurons_make_a_blob_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
