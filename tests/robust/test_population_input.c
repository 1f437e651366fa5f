/* Bad input to every function of populations: an error, and nothing half-changed. And neurons,
 * callbacks, threads and numbers of neurons that go wrong or to extremes: the others go on. */
#include "support_population.h"

#include <float.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED
#endif
#endif
/* Not where a sanitizer's own memory grows with what is asked for, nor on Windows, which limits no
 * process's memory. */
#if !defined(SANITIZED) && !defined(_WIN32)
#define LIMITED
#include <sys/resource.h>
#endif

#define N 150
#define T0 100.

static const double not_finite[] = {NAN, INFINITY, -INFINITY};

/* An allocator that lends no more than 16 MB at once. */
static size_t largest;

static void *modest_alloc(void *user, size_t size)
{
    (void)user;
    largest = size > largest ? size : largest;
    return size > 1 << 24 ? NULL : malloc(size);
}

static void modest_release(void *user, void *memory, size_t size)
{
    (void)user, (void)size;
    free(memory);
}

/* ---- create ---- */

static void expect_refused(const izh_population_config *config, izh_status status)
{
    izh_population *p = (izh_population *)&status;
    assert_int_equal(izh_population_create(&p, config), status);
    check_true(p == NULL);
    assert_int_equal(izh_population_create(NULL, config), IZH_E_INVALID);
}

/* Refused, and the log is told a message with this in it. */
static void expect_message(const izh_population_config *config, izh_status status,
                           const char *message)
{
    struct logbook book = {0};
    izh_population_config c = *config;
    c.log = support_log(&book);
    expect_refused(&c, status);
    check_true(book.n == 1 && book.status == status);
    check_has(book.text, message);
}

static void expect_accepted(const izh_population_config *config)
{
    izh_population *p;
    assert_int_equal(izh_population_create(&p, config), IZH_OK);
    check_population(izh_population_run(p, config->t0), p);
    izh_population_destroy(p);
}

static izh_population_config some(void)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = 3;
    return config;
}

static void create_refuses_bad_numbers(void **state)
{
    (void)state;
    const struct {
        size_t offset;
        const char *name;
    } fields[] = {{offsetof(izh_population_config, dt), "dt"},
                  {offsetof(izh_population_config, noise_sigma), "noise_sigma"},
                  {offsetof(izh_population_config, max_spikes_per_ms), "max_spikes_per_ms"},
                  {offsetof(izh_population_config, t0), "t0"}};
    for (size_t i = 0; i < LENGTH(fields); i++)
        for (size_t k = 0; k < LENGTH(not_finite) + 2; k++) {
            const double x = k < 3 ? not_finite[k] : k == 3 ? -1 : -DBL_MIN;
            izh_population_config config = some();
            if (k >= 3 && i == 3)
                continue; /* t0 may be negative */
            memcpy((char *)&config + fields[i].offset, &x, sizeof x);
            expect_message(&config, IZH_E_INVALID, fields[i].name);
        }
}

static void create_refuses_numbers_out_of_range(void **state)
{
    (void)state;
    izh_population_config config = some();
    config.dt = 1e-10;
    expect_message(&config, IZH_E_INVALID, "dt = 1e-10");
    config = some();
    config.t0 = 1e17; /* the default tick is lost beside it */
    expect_message(&config, IZH_E_INVALID, "t0 = 1e+17");
    config = some();
    config.max_spikes_per_ms = .5;
    expect_message(&config, IZH_E_INVALID, "max_spikes_per_ms = 0.5");
    config.max_spikes_per_ms = 1e7;
    expect_message(&config, IZH_E_INVALID, "max_spikes_per_ms = 1");
    config = some();
    config.threads = 1025;
    expect_message(&config, IZH_E_INVALID, "threads = 1025");
    config = some();
    config.first = UINT64_MAX - UINT32_MAX + 1;
    expect_message(&config, IZH_E_INVALID, "first");
    config.first--;
    expect_accepted(&config);
    config = some();
    config.precision = IZH_F32;
    config.noise_sigma = 1e39;
    expect_message(&config, IZH_E_INVALID, "noise_sigma");
    config.noise_sigma = 0;
    config.dt = 1e39;
    expect_message(&config, IZH_E_INVALID, "dt");
}

static void create_refuses_unknown_choices(void **state)
{
    (void)state;
    const int32_t unknown[] = {-1, 18, 64, 1000000, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < LENGTH(unknown); i++) {
        izh_population_config config = some();
        config.method = unknown[i];
        expect_message(&config, IZH_E_INVALID, "method");
        config = some();
        config.events = unknown[i];
        expect_message(&config, IZH_E_INVALID, "events");
        config = some();
        config.precision = unknown[i];
        expect_message(&config, IZH_E_INVALID, "precision");
        config = some();
        config.isa = unknown[i];
        expect_message(&config, IZH_E_INVALID, "isa");
    }
}

static void create_says_what_is_not_offered(void **state)
{
    (void)state;
    const izh_method methods[] = {IZH_EXPRB_ADAPTIVE, IZH_DOPRI5, IZH_PINN};
    izh_population_config config = some();
    for (size_t i = 0; i < LENGTH(methods); i++) {
        config.method = methods[i];
        expect_message(&config, IZH_E_UNSUPPORTED, "method");
    }
    config = some();
    config.method = IZH_TAYLOR;
    config.events = IZH_EVENTS_GRID;
    expect_message(&config, IZH_E_UNSUPPORTED, "taylor");
    config = some();
    for (config.isa = IZH_ISA_BEST; config.isa <= IZH_ISA_NEON; config.isa++)
        if (izh_isa_supported(config.isa))
            expect_accepted(&config);
        else
            expect_message(&config, IZH_E_UNSUPPORTED, "isa");
    check_true(izh_isa_supported(IZH_ISA_SCALAR) == 1);
    check_true(!izh_isa_supported(-1) && !izh_isa_supported(6) && !izh_isa_supported(INT32_MAX));
}

static void create_refuses_half_an_allocator(void **state)
{
    (void)state;
    struct heap heap = {0};
    izh_population_config config = some();
    config.allocator = support_allocator(&heap);
    config.allocator.release = NULL;
    expect_message(&config, IZH_E_INVALID, "allocator");
    config.allocator = support_allocator(&heap);
    config.allocator.alloc = NULL;
    expect_message(&config, IZH_E_INVALID, "allocator");
    assert_int_equal(heap.calls, 0);
}

union wide {
    izh_population_config config;
    unsigned char bytes[8192];
};

static union wide *wide(size_t size)
{
    static union wide w;
    memset(&w, 0, sizeof w);
    w.config = some();
    w.config.size = size;
    support_about("size %zu", size);
    return &w;
}

static void create_checks_the_size_of_the_config(void **state)
{
    (void)state;
    const size_t known = sizeof(izh_population_config);
    const size_t bad[] = {0, 1, 4, 8, 16, 100, known - 1, 4097, 8192, SIZE_MAX};
    const size_t good[] = {known, known + 1, known + 8, 4095, 4096};
    expect_refused(NULL, IZH_E_INVALID);
    for (size_t i = 0; i < LENGTH(bad); i++)
        expect_refused(&wide(bad[i])->config, IZH_E_INVALID);
    for (size_t i = 0; i < LENGTH(good); i++) {
        union wide *w = wide(good[i]);
        memset(w->bytes + good[i], 0xff, sizeof *w - good[i]); /* beyond size: not read */
        expect_accepted(&w->config);
        if (good[i] == known)
            continue;
        w->bytes[good[i] - 1] = 1; /* within: a field that this library does not know */
        expect_refused(&w->config, IZH_E_INVALID);
    }
    size_t *small = malloc(sizeof *small); /* sanitizers watch its end */
    *small = 8;
    expect_refused((const izh_population_config *)(const void *)small, IZH_E_INVALID);
    free(small);
}

static void tiles_and_blocks_of_any_size_do(void **state)
{
    (void)state;
    const uint32_t sizes[] = {1, 3, 127, 1u << 30, 1u << 31, UINT32_MAX};
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);)
        for (size_t i = 0; i < LENGTH(sizes); i++)
            for (int what = 0; what < 2; what++) {
                config.n = 3;
                config.tile = what ? 0 : sizes[i];
                config.block = what ? sizes[i] : 0;
                config.allocator = (izh_allocator){modest_alloc, modest_release, NULL};
                izh_population *p;
                const izh_status status = izh_population_create(&p, &config);
                if (status == IZH_E_MEMORY && what && config.events == IZH_EVENTS_GRID)
                    continue; /* such blocks want memory */
                assert_int_equal(status, IZH_OK);
                check_population(izh_population_run(p, 20), p);
                check_same(izh_population_time(p), 20);
                izh_population_destroy(p);
            }
}

/* ---- NULL ---- */

static void null_populations_are_errors(void **state)
{
    (void)state;
    const izh_params params = support_rs();
    const double I = 0;
    const uint32_t i = 0;
    izh_state y = {7, 7};
    assert_int_equal(izh_population_set_params(NULL, 0, 0, &params, 0), IZH_E_INVALID);
    assert_int_equal(izh_population_set_state(NULL, 0, 0, &y, 0), IZH_E_INVALID);
    assert_int_equal(izh_population_set_current(NULL, 0, 0, &I, 0), IZH_E_INVALID);
    assert_int_equal(izh_population_on_current(NULL, NULL, NULL, 0), IZH_E_INVALID);
    assert_int_equal(izh_population_on_spikes(NULL, NULL, NULL), IZH_E_INVALID);
    assert_int_equal(izh_population_record(NULL, &i, 1, 1, &y, 1), IZH_E_INVALID);
    assert_int_equal(izh_population_run(NULL, 0), IZH_E_INVALID);
    assert_int_equal(izh_population_get_state(NULL, 0, 0, &y), IZH_E_INVALID);
    check_true(izh_population_spikes(NULL).count == 0);
    check_true(isnan(izh_population_time(NULL)));
    check_true(izh_population_hash(NULL) == 0 && izh_population_isa(NULL) == 0);
    check_true(izh_population_troubles(NULL).total == 0);
    assert_string_equal(izh_population_message(NULL), "");
    izh_population_destroy(NULL);
    check_same_state(y, ((izh_state){7, 7}));
}

/* ---- nothing half-changed ---- */

typedef void abuse(izh_population *p);

#define INVALID(call) check_population_status(call, IZH_E_INVALID, p)

/* Runs with and without the abuse: all must be the same, to the bit. */
static void check_harmless(abuse *call)
{
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        struct train trains[2] = {{0}};
        uint64_t hash[2];
        config.n = 9;
        config.first = 40; /* these fire */
        config.t0 = T0;
        for (int abused = 0; abused < 2; abused++) {
            izh_population *p = population_create(&config, 1);
            for (int t = 1; t <= 3; t++) {
                const double now = izh_population_time(p);
                if (abused)
                    call(p);
                check_same(izh_population_time(p), now);
                population_run(p, T0 + 10 * t, &trains[abused]);
            }
            hash[abused] = izh_population_hash(p);
            izh_population_destroy(p);
        }
        check_true(hash[0] == hash[1] && trains[0].n > 0);
        check_true(trains[0].n == trains[1].n && train_hash(&trains[0]) == train_hash(&trains[1]));
        train_free(&trains[0]);
        train_free(&trains[1]);
    }
}

static void abuse_ranges(izh_population *p)
{
    const uint32_t bad[][2] = {{0, 10},         {9, 1},          {10, 0},
                               {1, UINT32_MAX}, {UINT32_MAX, 1}, {UINT32_MAX, 0},
                               {8, 2},          {5, 5},          {2, UINT32_MAX - 1}};
    izh_params params[10];
    izh_state states[10] = {{0}}, before[9], after[9];
    double I[10] = {0};
    check_population(izh_population_get_state(p, 0, 9, before), p);
    for (int i = 0; i < 10; i++)
        params[i] = support_rs();
    for (size_t i = 0; i < LENGTH(bad); i++) {
        const uint32_t first = bad[i][0], count = bad[i][1];
        INVALID(izh_population_set_params(p, first, count, params, 1));
        check_has(izh_population_message(p), "n = 9");
        INVALID(izh_population_set_state(p, first, count, states, 1));
        INVALID(izh_population_set_current(p, first, count, I, 1));
        INVALID(izh_population_get_state(p, first, count, states));
    }
    INVALID(izh_population_set_params(p, 0, 9, NULL, 1));
    INVALID(izh_population_set_state(p, 0, 1, NULL, 0));
    INVALID(izh_population_set_current(p, 8, 1, NULL, 0));
    INVALID(izh_population_get_state(p, 0, 9, NULL));
    INVALID(izh_population_set_params(p, 0, 9, params, SIZE_MAX));
    INVALID(izh_population_set_state(p, 0, 9, states, SIZE_MAX / 4));
    INVALID(izh_population_set_current(p, 0, 2, I, SIZE_MAX));
    check_population(izh_population_set_params(p, 9, 0, NULL, 1), p); /* none: nothing happens */
    check_population(izh_population_set_current(p, 0, 0, NULL, 1), p);
    check_population(izh_population_get_state(p, 0, 0, NULL), p);
    check_population(izh_population_get_state(p, 0, 9, after), p);
    check_true(memcmp(before, after, sizeof before) == 0);
}

/* The last of many is wrong. */
static void abuse_params(izh_population *p)
{
    izh_params params[9];
    for (size_t field = 0; field < 16; field++)
        for (size_t k = 0; k < LENGTH(not_finite); k++) {
            if (field == 15 && not_finite[k] == INFINITY)
                continue;
            for (int i = 0; i < 9; i++)
                params[i] = support_rs();
            memcpy((char *)&params[8] + field * sizeof(double), &not_finite[k], sizeof(double));
            INVALID(izh_population_set_params(p, 0, 9, params, 1));
            check_has(izh_population_message(p), "neuron 8");
            INVALID(izh_population_set_params(p, 3, 5, &params[8], 0));
        }
    params[8] = support_rs();
    params[8].cm = 0;
    INVALID(izh_population_set_params(p, 0, 9, params, 1));
    check_has(izh_population_message(p), "neuron 8: cm = 0 must be > 0");
    params[8] = support_rs();
    params[8].vpeak = params[8].c;
    INVALID(izh_population_set_params(p, 0, 9, params, 1));
    check_has(izh_population_message(p), "must be below vpeak");
}

static void abuse_states(izh_population *p)
{
    for (size_t k = 0; k < LENGTH(not_finite) + 2; k++) {
        const double x = k < 3 ? not_finite[k] : k == 3 ? 1e100 : -1e300;
        izh_state states[9] = {{0}};
        states[8].v = x;
        INVALID(izh_population_set_state(p, 0, 9, states, 1));
        check_has(izh_population_message(p), "neuron 8");
        states[8] = (izh_state){0, x};
        INVALID(izh_population_set_state(p, 0, 9, states, 1));
        INVALID(izh_population_set_state(p, 0, 9, &states[8], 0));
    }
}

static void abuse_currents(izh_population *p)
{
    for (size_t k = 0; k < LENGTH(not_finite); k++) {
        const double I[9] = {0, 0, 0, 0, 0, 0, 0, 0, not_finite[k]};
        INVALID(izh_population_set_current(p, 0, 9, I, 1));
        check_has(izh_population_message(p), "neuron 8");
        INVALID(izh_population_set_current(p, 0, 9, &I[8], 0));
    }
}

static void abuse_run(izh_population *p)
{
    const double now = izh_population_time(p);
    const double bad[] = {NAN,  INFINITY, -INFINITY, 0,       now - 1,    now - 2,   now + .037,
                          1e18, 1e30,     -DBL_MAX,  DBL_MAX, now + 1e-6, now - 1e-6};
    for (size_t i = 0; i < LENGTH(bad); i++)
        INVALID(izh_population_run(p, bad[i]));
    check_has(izh_population_message(p), "t_end");
}

static void abuse_record(izh_population *p)
{
    const uint32_t good[] = {0, 8}, bad[] = {0, 9}, worse = UINT32_MAX;
    izh_state states[4];
    INVALID(izh_population_record(p, NULL, 2, 1, states, 2));
    INVALID(izh_population_record(p, good, 2, 1, NULL, 2));
    INVALID(izh_population_record(p, good, 2, 0, states, 2));
    check_has(izh_population_message(p), "every");
    INVALID(izh_population_record(p, bad, 2, 1, states, 2));
    check_has(izh_population_message(p), "neurons[1] = 9");
    INVALID(izh_population_record(p, &worse, 1, 1, states, 2));
    INVALID(izh_population_record(p, good, 2, 1, states, SIZE_MAX));
    INVALID(izh_population_record(p, good, 2, 1, states, SIZE_MAX / 32 + 1));
    INVALID(izh_population_record(p, good, SIZE_MAX, 1, states, 1));
    assert_int_equal(izh_population_recorded(p), 0);
}

static void abuse_load(izh_population *p)
{
    check_population_status(izh_population_load(p, NULL, 0), IZH_E_FORMAT, p);
    check_population_status(izh_population_load(p, "izhpopul", 8), IZH_E_FORMAT, p);
}

static void bad_calls_change_nothing(void **state)
{
    (void)state;
    abuse *const all[] = {abuse_ranges, abuse_params, abuse_states, abuse_currents,
                          abuse_run,    abuse_record, abuse_load};
    for (size_t i = 0; i < LENGTH(all); i++)
        check_harmless(all[i]);
}

/* What is finite as a double, but not as a float, or no longer valid. */
static void what_floats_do_not_hold_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = {
#define PARAM(name, column) #name,
#include "model/params.def"
    };
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        config.n = 2;
        izh_population *p = population_create(&config, 0);
        for (size_t field = 0; field < 16; field++) {
            const double x = field == 12 ? -1e39 : 1e39; /* c must lie below vpeak */
            izh_params params = izh_params_2003(.02, .2, -65, 8);
            memcpy((char *)&params + field * sizeof(double), &x, sizeof x);
            if (config.precision == IZH_F64) {
                check_population(izh_population_set_params(p, 0, 2, &params, 0), p);
                continue;
            }
            INVALID(izh_population_set_params(p, 0, 2, &params, 0));
            check_has(izh_population_message(p), names[field]);
            check_has(izh_population_message(p), "1e+39");
        }
        const izh_state far = {1e20, 0};
        const double I = 1e39, small = 1e-46;
        izh_params params = izh_params_2003(.02, .2, 30 - 1e-9, 8);
        if (config.precision == IZH_F32) {
            INVALID(izh_population_set_state(p, 0, 2, &far, 0));
            INVALID(izh_population_set_current(p, 0, 2, &I, 0));
            INVALID(izh_population_set_params(p, 0, 2, &params, 0)); /* c = vpeak */
            check_has(izh_population_message(p), "c = 29.99");
            params = izh_params_2003(.02, .2, -65, 8);
            params.cm = small;
            INVALID(izh_population_set_params(p, 0, 2, &params, 0));
            check_has(izh_population_message(p), "cm");
        } else {
            check_population(izh_population_set_state(p, 0, 2, &far, 0), p);
            check_population(izh_population_set_current(p, 0, 2, &I, 0), p);
            check_population(izh_population_set_params(p, 0, 2, &params, 0), p);
        }
        izh_population_destroy(p);
    }
}

/* All neurons share a column until one differs, be it in a zero's sign only. */
/* Beside a large t0 times are rounded: no spike is later than the tick it belongs to, and a blob of
 * the population's own is good all the same. Ticks that cannot be told apart are refused. */
static void large_times_are_told_apart(void **state)
{
    (void)state;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    const double I = 10;
    size_t spikes = 0;
    config.n = 500;
    config.t0 = 1.7e12; /* ms since 1970 */
    config.noise_sigma = 5;
    izh_population *p;
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    check_population(izh_population_set_current(p, 0, config.n, &I, 0), p);
    for (int tick = 1; tick <= 2000; tick++) {
        check_population(izh_population_run(p, config.t0 + tick * .1), p);
        const izh_spikes now = izh_population_spikes(p);
        spikes += now.count;
        for (size_t k = 0; k < now.count; k++)
            check_true(now.data[k].t <= izh_population_time(p));
    }
    check_true(spikes > 1000);
    izh_population_destroy(p);
    config.dt = 1e-3;
    expect_message(&config, IZH_E_INVALID, "dt = 0.001");
    config.t0 = 1e15;
    config.dt = 0;
    expect_message(&config, IZH_E_INVALID, "t0 = 1e+15");
    izh_solver_config solver = support_config(IZH_EULER);
    izh_solver *s;
    solver.t0 = 1e15;
    assert_int_equal(izh_solver_create(&s, &solver), IZH_E_INVALID);
    solver.method = IZH_TAYLOR;
    assert_int_equal(izh_solver_create(&s, &solver), IZH_OK);
    izh_solver_destroy(s);
}

/* A reset to -0 is one to 0, in a solver and in a population. */
static void a_reset_has_no_negative_zero(void **state)
{
    (void)state;
    const izh_params params = izh_params_2003(.02, .2, -0., 0);
    const double I = 1000;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    izh_solver_config solver = IZH_SOLVER_CONFIG_INIT;
    config.n = 1;
    config.events = solver.events = IZH_EVENTS_GRID;
    config.method = solver.method = IZH_EULER;
    solver.params = params;
    solver.initial = (izh_state){29, -13};
    izh_state y;
    izh_population *p;
    izh_solver *s = support_create(&solver);
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    check_population(izh_population_set_params(p, 0, 1, &params, 0), p);
    check_population(izh_population_set_state(p, 0, 1, &solver.initial, 0), p);
    check_population(izh_population_set_current(p, 0, 1, &I, 0), p);
    check_ok(izh_solver_set_current(s, I), s);
    check_population(izh_population_run(p, .1), p);
    check_ok(izh_solver_run(s, .1), s);
    check_population(izh_population_get_state(p, 0, 1, &y), p);
    check_same_state(y, izh_solver_state(s));
    check_same(y.v, 0.);
    izh_solver_destroy(s);
    izh_population_destroy(p);
}

static void a_zero_keeps_its_sign(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        config.n = 2;
        izh_params line = support_line();
        izh_population *p;
        assert_int_equal(izh_population_create(&p, &config), IZH_OK);
        check_population(izh_population_set_params(p, 0, 2, &line, 0), p);
        line.d = -0.;
        check_population(izh_population_set_params(p, 1, 1, &line, 0), p);
        check_population(izh_population_set_state(p, 0, 2, &(izh_state){40, -0.}, 0), p);
        check_population(izh_population_run(p, 0), p);
        izh_state y[2];
        check_population(izh_population_get_state(p, 0, 2, y), p);
        check_same_state(y[0], ((izh_state){-65, 0}));
        check_same_state(y[1], ((izh_state){-65, -0.}));
        izh_population_destroy(p);
    }
}

static void ticks_within_some_ulp_are_meant(void **state)
{
    (void)state;
    izh_population_config config = some();
    config.dt = .1;
    config.t0 = 1000;
    izh_population *p;
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    for (int tick = 1; tick < 100; tick++) {
        const double t = 1000 + tick * .1;
        check_population(izh_population_run(p, t * (1 + (tick % 3 - 1) * DBL_EPSILON)), p);
        check_same(izh_population_time(p), t);
        INVALID(izh_population_run(p, t * (1 + 20 * DBL_EPSILON)));
    }
    izh_population_destroy(p);
}

/* ---- few neurons, and many ---- */

static void no_neurons_and_one(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);)
        for (uint32_t n = 0; n < 2; n++)
            for (uint32_t threads = 0; threads < 3; threads++) {
                struct train train = {0};
                config.n = n;
                config.threads = threads;
                config.noise_sigma = 1;
                izh_population *p = population_create(&config, 1);
                const izh_state high = {60, 0};
                check_population(izh_population_set_state(p, 0, n, &high, 0), p);
                check_population(population_run(p, 20, &train), p);
                check_true(n ? train.n >= 1 : train.n == 0);
                check_true(n || izh_population_hash(p) == 0);
                izh_population_destroy(p);
                train_free(&train);
            }
}

static void too_many_neurons_want_too_much_memory(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        config.n = UINT32_MAX;
        config.allocator = (izh_allocator){modest_alloc, modest_release, NULL};
        largest = 0;
        expect_message(&config, IZH_E_MEMORY, "n = 4294967295");
        check_true(largest > UINT32_MAX);
        config.max_spikes_per_ms = 1000;
        config.threads = 1024;
        config.spike_capacity = SIZE_MAX;
        expect_message(&config, IZH_E_MEMORY, "n = 4294967295");
        config.n = 1;
        config.threads = 0;
        expect_message(&config, IZH_E_MEMORY, "memory");
        config.spike_capacity = SIZE_MAX / 16;
        expect_message(&config, IZH_E_MEMORY, "memory");
    }
}

#ifdef LIMITED
/* With malloc, and not one gigabyte touched. */
static void create_the_largest(void)
{
    izh_population_config config;
    struct rusage usage;
    /* Systems that promise memory that they have not: this keeps them from it. */
    const struct rlimit limit = {(rlim_t)8 << 30, (rlim_t)8 << 30};
    setrlimit(RLIMIT_AS, &limit);
    for (int k = 0; population_next(&k, &config);) {
        config.n = UINT32_MAX;
        izh_population *p;
        if (izh_population_create(&p, &config) != IZH_E_MEMORY || p)
            abort();
    }
    getrusage(RUSAGE_SELF, &usage);
    if (usage.ru_maxrss > 1 << 20)
        abort();
}
#endif

static void too_many_neurons_touch_no_memory(void **state)
{
    (void)state;
#ifdef LIMITED
    check_survives(create_the_largest);
#endif
}

/* ---- threads ---- */

static uint64_t hash_with_threads(izh_population_config config, uint32_t threads)
{
    struct train train = {0};
    config.threads = threads;
    izh_population *p = population_create(&config, 0);
    population_run(p, 5, &train);
    const uint64_t hash = izh_population_hash(p) ^ train_hash(&train);
    izh_population_destroy(p);
    train_free(&train);
    return hash;
}

static void any_number_of_threads_does(void **state)
{
    (void)state;
    const uint32_t threads[] = {1, 2, 3, 8, 33, 1024};
    for (int grid = 0; grid < 2; grid++) {
        izh_population_config config = IZH_POPULATION_CONFIG_INIT;
        config.n = 1500;
        config.tile = 32;
        config.events = grid ? IZH_EVENTS_GRID : IZH_EVENTS_EXACT;
        const uint64_t expected = hash_with_threads(config, 0);
        for (size_t i = 0; i < LENGTH(threads) - (size_t)(grid || support_few()); i++)
            check_true(hash_with_threads(config, threads[i]) == expected);
    }
}

/* A host that does the tasks one after the other, the last first. */
static void backwards(void *user, void (*task)(void *argument, uint32_t index), void *argument,
                      uint32_t count)
{
    ++*(int *)user;
    while (count-- > 0)
        task(argument, count);
}

static void a_host_may_run_the_tasks(void **state)
{
    (void)state;
    int runs = 0;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = 1500;
    config.tile = 32;
    const uint64_t expected = hash_with_threads(config, 0);
    config.executor = (izh_executor){backwards, &runs};
    check_true(hash_with_threads(config, 3) == expected);
    check_true(runs > 0);
}

static void idle(void *user, void (*task)(void *argument, uint32_t index), void *argument,
                 uint32_t count)
{
    (void)user;
    (void)task;
    (void)argument;
    (void)count;
}

static void what_a_host_leaves_is_done(void **state)
{
    (void)state;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = 1500;
    config.tile = 32;
    const uint64_t expected = hash_with_threads(config, 0);
    config.executor = (izh_executor){idle, NULL};
    check_true(hash_with_threads(config, 3) == expected);
}

/* ---- callbacks ---- */

struct caller {
    izh_population *p;
    size_t calls;
    double at;
};

#define BUSY(call) check_population_status(call, IZH_E_BUSY, p)

static void call_everything(izh_population *p)
{
    const izh_params params = support_rs();
    const double I = 0;
    const uint32_t i = 0;
    izh_state y = {0, 0};
    BUSY(izh_population_set_params(p, 0, 1, &params, 0));
    BUSY(izh_population_set_state(p, 0, 1, &y, 0));
    BUSY(izh_population_set_current(p, 0, 1, &I, 0));
    BUSY(izh_population_on_current(p, NULL, NULL, 0));
    BUSY(izh_population_on_spikes(p, NULL, NULL));
    BUSY(izh_population_record(p, &i, 1, 1, &y, 1));
    BUSY(izh_population_run(p, 1e6));
    BUSY(izh_population_load(p, "", 0));
    izh_population_destroy(p);
    check_has(izh_population_message(p), "destroy");
}

static int32_t call_at_spikes(const izh_spike *spikes, size_t count, void *user)
{
    struct caller *c = user;
    izh_state y;
    check_true(count >= 1);
    c->calls++;
    call_everything(c->p);
    check_same(izh_population_time(c->p), izh_population_time(c->p));
    check_population(izh_population_get_state(c->p, spikes[0].i, 1, &y), c->p);
    check_true(izh_population_hash(c->p) != 0);
    check_true(izh_population_save(c->p, NULL, 0) > 0);
    return IZH_CONTINUE;
}

static void call_at_currents(double t, uint32_t first, uint32_t count, double *I, void *user)
{
    struct caller *c = user;
    (void)t, (void)first, (void)count, (void)I;
    c->calls++;
    call_everything(c->p);
}

static void calls_inside_callbacks_are_busy(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);)
        for (int stepwise = -1; stepwise < 2; stepwise++) {
            struct train trains[2] = {{0}};
            uint64_t hash[2];
            config.n = 9;
            config.first = 40; /* these fire */
            for (int called = 0; called < 2; called++) {
                izh_population *p = population_create(&config, 0);
                struct caller caller = {p, 0, 0};
                if (called && stepwise < 0)
                    check_population(izh_population_on_spikes(p, call_at_spikes, &caller), p);
                else if (called)
                    check_population(
                        izh_population_on_current(p, call_at_currents, &caller, stepwise), p);
                check_population(population_run(p, 20, &trains[called]), p);
                check_true(caller.calls > 0 || !called);
                hash[called] = izh_population_hash(p);
                check_population(izh_population_on_spikes(p, NULL, NULL), p); /* no longer busy */
                izh_population_destroy(p);
            }
            check_true(hash[0] == hash[1]);
            check_true(stepwise < 0 || train_hash(&trains[0]) == train_hash(&trains[1]));
            train_free(&trains[0]);
            train_free(&trains[1]);
        }
}

struct gathered {
    size_t n, most, every;
    izh_spike spikes[20000];
};

static int32_t gather(const izh_spike *spikes, size_t count, void *user)
{
    struct gathered *g = user;
    check_true(count >= 1 && count <= g->most && g->n + count <= LENGTH(g->spikes));
    memcpy(g->spikes + g->n, spikes, count * sizeof *spikes);
    g->n += count;
    return g->every && g->n % g->every == 0 ? IZH_STOP : IZH_CONTINUE;
}

/* The callback gets all the spikes, in order, however often it stops the run. */
static void spikes_go_to_the_callback(void **state)
{
    (void)state;
    static struct gathered g;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);)
        for (size_t every = 0; every < 3; every++) {
            struct train train = {0};
            config.n = 40;
            config.spike_capacity = 7;
            izh_population *p = population_create(&config, 0), *q = population_create(&config, 0);
            g = (struct gathered){.most = 7, .every = every};
            check_population(izh_population_on_spikes(p, gather, &g), p);
            izh_status status;
            size_t stops = 0;
            while ((status = izh_population_run(p, 30)) == IZH_STOPPED) {
                stops++;
                check_true(izh_population_spikes(p).count == 0);
            }
            check_population(status, p);
            check_population(population_run(q, 30, &train), q);
            check_true(every ? stops > 0 : stops == 0);
            check_true(train.n == g.n && g.n > 20);
            check_true(memcmp(train.spikes, g.spikes, g.n * sizeof *g.spikes) == 0);
            check_true(izh_population_hash(p) == izh_population_hash(q));
            izh_population_destroy(p);
            izh_population_destroy(q);
            train_free(&train);
        }
}

/* ---- currents by a function ---- */

#define SICK 77

struct driver {
    double nan_from; /* gives neuron SICK a NaN from then on */
    int checked;
};

/* Ever changing, or other than the constant one, or so for a while only. */
static double current_at(double t, uint32_t i)
{
    switch (i % 3) {
    case 0:
        return population_current(i) + 5 * sin(t) + .01 * i;
    case 1:
        return population_current(i) + 3;
    default:
        return population_current(i) + (t < 5 ? 4 : 0);
    }
}

static void drive(double t, uint32_t first, uint32_t count, double *I, void *user)
{
    const struct driver *d = user;
    for (uint32_t k = 0; k < count; k++) {
        check_close(I[k], population_current(first + k), 1e-4); /* the constant current */
        I[k] = current_at(t, first + k);
        if (first + k == SICK && t >= d->nan_from)
            I[k] = NAN;
    }
}

/* Sets the currents tick by tick. */
static void run_by_hand(izh_population *p, double dt, int ticks, struct train *train)
{
    double I[N];
    for (int tick = 0; tick < ticks; tick++) {
        for (uint32_t i = 0; i < N; i++)
            I[i] = current_at(tick * dt, i);
        check_population(izh_population_set_current(p, 0, N, I, 1), p);
        check_population(population_run(p, (tick + 1) * dt, train), p);
    }
}

static void currents_by_function_are_those_set_by_hand(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        struct train expected = {0};
        const double dt = config.dt = .5;
        struct driver driver = {INFINITY, 0};
        config.n = N;
        izh_population *p = population_create(&config, 0);
        run_by_hand(p, dt, 30, &expected);
        const uint64_t hash = izh_population_hash(p);
        izh_population_destroy(p);
        for (int how = 0; how < 8; how++) {
            struct train train = {0};
            config.block = how / 2 % 2 ? 7 : 0;
            config.threads = how / 2 % 2 ? 3 : 0;
            config.tile = 32;
            p = population_create(&config, 0);
            check_population(izh_population_on_current(p, drive, &driver, how % 2), p);
            if (how >= 4)
                check_population(population_run(p, 5.5, &train), p);
            check_population(population_run(p, 15, &train), p);
            check_true(izh_population_hash(p) == hash);
            check_true(train.n == expected.n && train_hash(&train) == train_hash(&expected));
            izh_population_destroy(p);
            train_free(&train);
        }
        config.block = config.threads = 0;
        train_free(&expected);
    }
}

/* ---- trouble ---- */

/* What makes neuron SICK go wrong, and what is then said of it. */
struct illness {
    void (*infect)(izh_population *p, const izh_population_config *config);
    izh_status status;
    double ticks; /* how many the neuron is well */
};

static void huge_current(izh_population *p, const izh_population_config *config)
{
    const double I = config->precision == IZH_F32 ? 1e30 : 1e150;
    check_population(izh_population_set_current(p, SICK, 1, &I, 0), p);
}

static void huge_k2(izh_population *p, const izh_population_config *config)
{
    izh_params params = izh_params_2003(.02, .2, -65, 8);
    params.k2 = config->precision == IZH_F32 ? 1e30 : 1e150;
    params.vpeak = 1e10; /* beyond what it reaches well */
    check_population(izh_population_set_params(p, SICK, 1, &params, 0), p);
    check_population(izh_population_set_state(p, SICK, 1, &(izh_state){20, 0}, 0), p);
}

/* v' = I - u: v grows by 10 a tick, from 5 to beyond 30 in the third; u = 200 then puts the reset
 * at 135. */
static void bad_reset(izh_population *p, const izh_population_config *config)
{
    const double I = 300;
    izh_params line = support_line();
    (void)config;
    line.c_u = 1;
    check_population(izh_population_set_params(p, SICK, 1, &line, 0), p);
    check_population(izh_population_set_state(p, SICK, 1, &(izh_state){5, 200}, 0), p);
    check_population(izh_population_set_current(p, SICK, 1, &I, 0), p);
}

static void bad_reset_now(izh_population *p, const izh_population_config *config)
{
    bad_reset(p, config);
    check_population(izh_population_set_state(p, SICK, 1, &(izh_state){31, 200}, 0), p);
}

static void no_current(izh_population *p, const izh_population_config *config)
{
    static struct driver driver = {-INFINITY, 0};
    (void)config;
    check_population(izh_population_on_current(p, drive, &driver, 0), p);
}

static const struct illness illnesses[] = {{huge_current, IZH_E_DIVERGED, 0},
                                           {huge_k2, IZH_E_DIVERGED, 0},
                                           {bad_reset, IZH_E_RESET, 2},
                                           {bad_reset_now, IZH_E_RESET, 0},
                                           {no_current, IZH_E_DIVERGED, 0}};

static izh_population *fall_ill(const izh_population_config *config, const struct illness *illness,
                                int ill)
{
    static struct driver healthy = {INFINITY, 0};
    izh_population *p = population_create(config, 0);
    if (illness->infect == no_current)
        check_population(izh_population_on_current(p, drive, &healthy, 0), p);
    check_population(izh_population_set_state(p, SICK, 1, &(izh_state){0, 0}, 0), p);
    struct train train = {0};
    check_population(population_run(p, T0 + 5 * config->dt, &train), p);
    train_free(&train);
    if (ill)
        illness->infect(p, config);
    return p;
}

/* The others' states and spikes. */
static void check_others(const izh_population *p, const izh_population *q, const struct train *x,
                         const struct train *y)
{
    izh_state a[N], b[N];
    size_t i = 0, j = 0;
    check_population(izh_population_get_state(p, 0, N, a), p);
    check_population(izh_population_get_state(q, 0, N, b), q);
    a[SICK] = b[SICK];
    check_true(memcmp(a, b, sizeof a) == 0);
    for (;; i++, j++) {
        while (i < x->n && x->spikes[i].i == SICK)
            i++;
        while (j < y->n && y->spikes[j].i == SICK)
            j++;
        if (i == x->n || j == y->n)
            break;
        check_true(memcmp(&x->spikes[i], &y->spikes[j], sizeof *x->spikes) == 0);
    }
    check_true(i == x->n && j == y->n && x->n > 10);
}

static void check_trouble(izh_population *p, const struct illness *illness, double dt)
{
    const izh_troubles troubles = izh_population_troubles(p);
    check_true(troubles.total == 1 && troubles.count == 1 && troubles.data[0].i == SICK);
    check_same(troubles.data[0].t, T0 + (5 + illness->ticks) * dt);
    check_true(troubles.data[0].status == illness->status);
    check_has(izh_population_message(p), "neuron 77");
    /* It is told once, and stays where it was. */
    struct train train = {0};
    izh_state before, after;
    check_population(izh_population_get_state(p, SICK, 1, &before), p);
    check_population(population_run(p, izh_population_time(p) + 10 * dt, &train), p);
    check_population(izh_population_get_state(p, SICK, 1, &after), p);
    check_same_state(before, after);
    for (size_t i = 0; i < train.n; i++)
        check_true(train.spikes[i].i != SICK);
    train_free(&train);
}

static void check_mended(izh_population *p, double dt)
{
    const izh_params line = support_line();
    const double I = 100;
    struct train train = {0};
    const double now = izh_population_time(p);
    check_population(izh_population_on_current(p, NULL, NULL, 0), p);
    check_population(izh_population_set_params(p, SICK, 1, &line, 0), p);
    check_population(izh_population_set_current(p, SICK, 1, &I, 0), p);
    check_true(izh_population_troubles(p).total == 1); /* until its state is set */
    check_population(izh_population_set_state(p, SICK, 1, &(izh_state){5, 0}, 0), p);
    check_true(izh_population_troubles(p).total == 0 && izh_population_troubles(p).count == 0);
    check_population(population_run(p, now + 10 * dt, &train), p);
    size_t spikes = 0;
    for (size_t i = 0; i < train.n; i++)
        spikes += train.spikes[i].i == SICK;
    assert_int_equal(spikes, 1); /* it goes from 5 to 30, and on from -65 */
    train_free(&train);
}

static void the_others_go_on(const izh_population_config *config, const struct illness *illness)
{
    struct train trains[2] = {{0}};
    izh_population *p = fall_ill(config, illness, 1), *q = fall_ill(config, illness, 0);
    const double until = T0 + 105 * config->dt;
    const izh_status status = population_run(p, until, &trains[0]);
    check_true(status == illness->status);
    check_population(population_run(q, until, &trains[1]), q);
    check_others(p, q, &trains[0], &trains[1]);
    check_trouble(p, illness, config->dt);
    check_mended(p, config->dt);
    izh_population_destroy(p);
    izh_population_destroy(q);
    train_free(&trains[0]);
    train_free(&trains[1]);
}

static void a_neuron_in_trouble_is_alone(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);)
        for (size_t i = 0; i < LENGTH(illnesses); i++)
            for (int how = 0; how < 4; how++) {
                support_about("%s, precision %d, events %d, illness %zu, how %d",
                              izh_method_name(config.method), (int)config.precision,
                              (int)config.events, i, how);
                izh_population_config c = config;
                c.n = N;
                c.t0 = T0;
                c.dt = .1;
                c.isa = how == 1 ? IZH_ISA_SCALAR : IZH_ISA_BEST;
                c.threads = how == 2 ? 3 : 0;
                c.tile = 32;
                c.block = how == 3 ? 3 : how == 1 ? 1 : 0;
                the_others_go_on(&c, &illnesses[i]);
            }
}

/* More than the list holds: the first ones, in order, and how many there are. */
static void many_troubles_are_counted(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        const double I = config.precision == IZH_F32 ? 1e30 : 1e150;
        const izh_state rest = {-65, -13};
        config.n = 200;
        config.threads = 2;
        config.tile = 32;
        izh_population *p;
        assert_int_equal(izh_population_create(&p, &config), IZH_OK);
        for (uint32_t i = 1; i < 200; i += 2)
            check_population(izh_population_set_current(p, i, 1, &I, 0), p);
        check_population_status(izh_population_run(p, 5), IZH_E_DIVERGED, p);
        const izh_troubles troubles = izh_population_troubles(p);
        check_true(troubles.total == 100 && troubles.count == 64);
        for (size_t i = 0; i < 64; i++)
            check_true(troubles.data[i].i == 2 * i + 1 && troubles.data[i].t == 0);
        check_has(izh_population_message(p), "neuron 1 ");
        check_has(izh_population_message(p), "100");
        check_population(izh_population_set_state(p, 0, 128, &rest, 0), p);
        check_true(izh_population_troubles(p).total == 36);
        check_true(izh_population_troubles(p).count == 0);
        check_population(izh_population_set_state(p, 0, 200, &rest, 0), p);
        check_true(izh_population_troubles(p).total == 0);
        check_population_status(izh_population_run(p, 10), IZH_E_DIVERGED, p); /* again */
        check_true(izh_population_troubles(p).total == 100);
        izh_population_destroy(p);
    }
}

/* All that were listed are mended before any run has told: the rest is still told. */
static void trouble_that_is_no_longer_listed_is_told(void **state)
{
    (void)state;
    const izh_state rest = {-65, -13};
    const double I = 1e150, none = 0, strong = 100;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = 200;
    config.spike_capacity = 1;
    izh_population *p;
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    check_population(izh_population_set_current(p, 0, 198, &I, 0), p);
    check_population(izh_population_set_current(p, 198, 2, &strong, 0), p);
    check_population_status(izh_population_run(p, 5), IZH_PAUSED, p); /* their spikes wait */
    assert_int_equal(izh_population_troubles(p).total, 198);
    check_population(izh_population_set_current(p, 0, 198, &none, 0), p);
    check_population(izh_population_set_state(p, 0, 64, &rest, 0), p);
    check_true(izh_population_troubles(p).count == 0);
    izh_status status;
    while ((status = izh_population_run(p, 5)) == IZH_PAUSED)
        ;
    check_population_status(status, IZH_E_DIVERGED, p);
    check_has(izh_population_message(p), "134 neurons");
    izh_population_destroy(p);
}

/* A state that leaves its range for some ticks is noticed whatever the block, though v and
 * u come back before the run ends. */
static void a_short_excursion_is_noticed(void **state)
{
    (void)state;
    const izh_params linear = {1, 0, -.1, 0, .5, 1, 0, 0, 0, 0, 30, 0, -65, 0, 8, INFINITY};
    for (int32_t precision = IZH_F64; precision <= IZH_F32; precision++)
        for (uint32_t block = 0; block < 2; block++) {
            const double most = precision == IZH_F32 ? 1e18 : 1e100;
            izh_population_config config = IZH_POPULATION_CONFIG_INIT;
            config.n = 2;
            config.method = IZH_EULER;
            config.events = IZH_EVENTS_GRID;
            config.precision = precision;
            config.block = block;
            izh_population *p;
            assert_int_equal(izh_population_create(&p, &config), IZH_OK);
            check_population(izh_population_set_params(p, 0, 2, &linear, 0), p);
            check_population(
                izh_population_set_state(p, 0, 1, &(izh_state){-.9 * most, .9 * most}, 0), p);
            check_population_status(izh_population_run(p, 40), IZH_E_DIVERGED, p);
            check_close(izh_population_troubles(p).data[0].t, .1, 1e-9);
            izh_population_destroy(p);
        }
}

static void check_own_blob(izh_population *p)
{
    static unsigned char blob[4096];
    check_true(izh_population_save(p, blob, sizeof blob) <= sizeof blob);
    check_population(izh_population_load(p, blob, izh_population_save(p, blob, sizeof blob)), p);
}

/* A reset that takes u out of the range of the population's numbers, in a run or at its start. */
static void a_reset_out_of_range_is_trouble(void **state)
{
    (void)state;
    for (int k = 0; k < 8; k++) {
        const int f32 = k & 1, due = k & 4;
        izh_population_config config = IZH_POPULATION_CONFIG_INIT;
        config.n = 1;
        config.precision = f32 ? IZH_F32 : IZH_F64;
        config.events = k & 2 ? IZH_EVENTS_GRID : IZH_EVENTS_EXACT;
        izh_population *p;
        const izh_params params = izh_params_2003(.02, .2, -65, f32 ? 1e20 : 1e200);
        const double I = 100;
        izh_state y = {due ? 31 : -65, -13};
        assert_int_equal(izh_population_create(&p, &config), IZH_OK);
        check_population(izh_population_set_params(p, 0, 1, &params, 0), p);
        check_population(izh_population_set_current(p, 0, 1, &I, 0), p);
        check_population(izh_population_set_state(p, 0, 1, &y, 0), p);
        const izh_status status = izh_population_run(p, 50);
        check_true(status == IZH_E_RESET || status == IZH_E_DIVERGED);
        assert_int_equal(izh_population_troubles(p).total, 1);
        assert_int_equal(izh_population_spikes(p).count, 0);
        check_population(izh_population_get_state(p, 0, 1, &y), p);
        check_true(fabs(y.u) < 1e3); /* that before the spike */
        check_own_blob(p);
        izh_population_destroy(p);
    }
}

/* A reset that is below the peak, but as a float is not. */
static void a_reset_is_judged_as_a_float(void **state)
{
    (void)state;
    const izh_params params = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30, 0, 20, 1 - 0x1p-24, 0, 1000};
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = 1;
    config.precision = IZH_F32;
    izh_population *p;
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    check_population(izh_population_set_params(p, 0, 1, &params, 0), p);
    check_population(izh_population_set_state(p, 0, 1, &(izh_state){31, 10}, 0), p);
    check_population_status(izh_population_run(p, 1), IZH_E_RESET, p);
    izh_population_destroy(p);
}

/* A trouble that comes in a run that pauses is told by the run that goes on, though another one,
 * which was told, is mended between them. */
static void trouble_in_a_paused_run_is_told(void **state)
{
    (void)state;
    const izh_state rest = {-65, -13}, peak = {31, 0};
    double I[3] = {1e200, 10, 10};
    struct train train = {0};
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = 3;
    config.spike_capacity = 1;
    izh_population *p;
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    check_population(izh_population_set_current(p, 0, 3, I, 1), p);
    check_population_status(izh_population_run(p, 1), IZH_E_DIVERGED, p);
    I[0] = 10;
    I[1] = 1e200;
    check_population(izh_population_set_current(p, 0, 3, I, 1), p);
    check_population(izh_population_set_state(p, 2, 1, &peak, 0), p);
    check_population_status(izh_population_run(p, 200), IZH_PAUSED, p);
    assert_int_equal(izh_population_troubles(p).total, 2);
    check_population(izh_population_set_state(p, 0, 1, &rest, 0), p);
    check_population_status(population_run(p, 200, &train), IZH_E_DIVERGED, p);
    check_has(izh_population_message(p), "neuron 1");
    check_population(population_run(p, 201, &train), p);
    train_free(&train);
    izh_population_destroy(p);
}

/* ---- how often they fire ---- */

static izh_population *lines(izh_population_config config, double I)
{
    izh_population *p;
    const izh_params line = support_line();
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    check_population(izh_population_set_params(p, 0, config.n, &line, 0), p);
    check_population(izh_population_set_state(p, 0, config.n, &(izh_state){-65, 0}, 0), p);
    check_population(izh_population_set_current(p, 0, config.n, &I, 0), p);
    return p;
}

/* Neurons set to their peak amid a pause spike in an array of their own: no array is out of order.
 */
static void what_is_due_in_a_pause_comes_in_order(void **state)
{
    (void)state;
    const izh_state peak = {31, 0};
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = 10;
    config.dt = .5;
    config.spike_capacity = 4;
    config.events = IZH_EVENTS_GRID;
    config.method = IZH_EULER;
    izh_population *p = lines(config, 1000); /* all spike in the first tick */
    check_population_status(izh_population_run(p, .5), IZH_PAUSED, p);
    check_population(izh_population_set_state(p, 2, 1, &peak, 0), p);
    check_population_status(izh_population_run(p, .5), IZH_PAUSED, p);
    check_population_status(izh_population_run(p, .5), IZH_PAUSED, p);
    assert_int_equal(izh_population_spikes(p).count, 2);
    check_population(izh_population_run(p, .5), p);
    assert_int_equal(izh_population_spikes(p).count, 1);
    assert_int_equal(izh_population_spikes(p).data[0].i, 2);
    izh_population_destroy(p);
}

/* v goes from -65 to 30 in 9.5 ms. */
static void all_fire_at_once(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);)
        for (size_t capacity = 1; capacity < 500; capacity += 149) {
            struct train train = {0};
            config.n = 300;
            config.dt = .5;
            config.spike_capacity = capacity;
            izh_population *p = lines(config, 10);
            check_population(population_run(p, 30, &train), p);
            assert_int_equal(train.n, 900);
            for (size_t i = 0; i < train.n; i++) {
                check_true(train.spikes[i].i == i % 300 && train.spikes[i].reserved == 0);
                check_close(train.spikes[i].t, 9.5 * (double)(i / 300 + 1), 1e-4);
            }
            izh_population_destroy(p);
            train_free(&train);
        }
}

static void one_of_many_fires(void **state)
{
    (void)state;
    const uint32_t which[] = {0, 63, 64, 127, 128, 299};
    const double I = 10;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);)
        for (size_t w = 0; w < LENGTH(which); w++) {
            struct train train = {0};
            config.n = 300;
            config.dt = .5;
            izh_population *p = lines(config, 0);
            check_population(izh_population_set_current(p, which[w], 1, &I, 0), p);
            check_population(population_run(p, 30, &train), p);
            assert_int_equal(train.n, 3);
            for (size_t i = 0; i < train.n; i++)
                check_true(train.spikes[i].i == which[w] &&
                           fabs(train.spikes[i].t - 9.5 * (double)(i + 1)) < 1e-4);
            izh_population_destroy(p);
            train_free(&train);
        }
}

/* At most 2 + max_spikes_per_ms dt spikes in a tick: by default 2 in a tick of 0.1 ms. */
static void too_many_spikes_are_trouble(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        if (config.events == IZH_EVENTS_GRID)
            continue; /* one a tick at most */
        config.n = 3;
        config.dt = .1;
        for (int most = 0; most <= 30; most += 10)
            for (int each = 1; each < 8; each++) { /* spikes in a tick */
                struct train train = {0};
                config.max_spikes_per_ms = most;
                izh_population *p = lines(config, 950 * (each + .001));
                const izh_status status = population_run(p, 1, &train);
                check_true(status == (each > 2 + most / 10 ? IZH_E_DIVERGED : IZH_OK));
                check_true(status != IZH_OK || train.n == (size_t)(3 * 10 * each));
                izh_population_destroy(p);
                train_free(&train);
            }
    }
}

/* The limit counts tick by tick, so blocks do not matter: here are 1500 spikes in a millisecond. */
static void many_spikes_are_no_trouble_where_allowed(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        if (config.events == IZH_EVENTS_GRID || config.precision == IZH_F32)
            continue;
        config.n = 2;
        config.dt = .1;
        config.max_spikes_per_ms = 5000;
        for (uint32_t block = 1; block < 100; block += 63) {
            struct train train = {0};
            config.block = block;
            izh_population *p = lines(config, 95 * 1500.5);
            check_population(population_run(p, 2, &train), p);
            assert_int_equal(train.n, 2 * 3001);
            izh_population_destroy(p);
            train_free(&train);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(create_refuses_bad_numbers),
        cmocka_unit_test(create_refuses_numbers_out_of_range),
        cmocka_unit_test(create_refuses_unknown_choices),
        cmocka_unit_test(create_says_what_is_not_offered),
        cmocka_unit_test(create_refuses_half_an_allocator),
        cmocka_unit_test(create_checks_the_size_of_the_config),
        cmocka_unit_test(tiles_and_blocks_of_any_size_do),
        cmocka_unit_test(null_populations_are_errors),
        cmocka_unit_test(bad_calls_change_nothing),
        cmocka_unit_test(what_floats_do_not_hold_is_refused),
        cmocka_unit_test(large_times_are_told_apart),
        cmocka_unit_test(a_reset_has_no_negative_zero),
        cmocka_unit_test(a_zero_keeps_its_sign),
        cmocka_unit_test(ticks_within_some_ulp_are_meant),
        cmocka_unit_test(no_neurons_and_one),
        cmocka_unit_test(too_many_neurons_want_too_much_memory),
        cmocka_unit_test(too_many_neurons_touch_no_memory),
        cmocka_unit_test(any_number_of_threads_does),
        cmocka_unit_test(a_host_may_run_the_tasks),
        cmocka_unit_test(what_a_host_leaves_is_done),
        cmocka_unit_test(calls_inside_callbacks_are_busy),
        cmocka_unit_test(spikes_go_to_the_callback),
        cmocka_unit_test(currents_by_function_are_those_set_by_hand),
        cmocka_unit_test(a_neuron_in_trouble_is_alone),
        cmocka_unit_test(many_troubles_are_counted),
        cmocka_unit_test(trouble_that_is_no_longer_listed_is_told),
        cmocka_unit_test(a_short_excursion_is_noticed),
        cmocka_unit_test(a_reset_out_of_range_is_trouble),
        cmocka_unit_test(a_reset_is_judged_as_a_float),
        cmocka_unit_test(trouble_in_a_paused_run_is_told),
        cmocka_unit_test(what_is_due_in_a_pause_comes_in_order),
        cmocka_unit_test(all_fire_at_once),
        cmocka_unit_test(one_of_many_fires),
        cmocka_unit_test(too_many_spikes_are_trouble),
        cmocka_unit_test(many_spikes_are_no_trouble_where_allowed),
    };
    return cmocka_run_group_tests_name("population_input", tests, NULL, NULL);
}
