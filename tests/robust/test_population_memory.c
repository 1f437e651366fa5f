/* Memory of populations: who asks for it and when, and what happens when there is none. */
#include "support_population.h"
#include "wrap_malloc.h"

#define N 150

/* ---- real time ---- */

static int32_t at_spikes(const izh_spike *spikes, size_t count, void *user)
{
    izh_state y;
    izh_population *p = user;
    izh_population_get_state(p, spikes[count - 1].i, 1, &y);
    izh_population_run(p, 1e6); /* busy */
    return izh_population_hash(p) % 2 ? IZH_STOP : IZH_CONTINUE;
}

static void at_currents(double t, uint32_t first, uint32_t count, double *I, void *user)
{
    (void)user;
    for (uint32_t i = 0; i < count; i++)
        I[i] += t > 10 && first + i == 7 ? NAN : 1;
}

/* All that does not allocate by its nature, errors included; what does is called before. */
static void live(izh_population *p, int32_t precision)
{
    static unsigned char blob[1 << 16];
    static izh_state states[N];
    const double I[2] = {30, precision == IZH_F32 ? 1e30 : 1e150};
    const izh_params bad = {0};
    izh_population_set_current(p, 1, 1, &I[0], 0);
    while (izh_population_run(p, 10) == IZH_PAUSED)
        izh_population_spikes(p);
    izh_population_set_current(p, 2, 1, &I[1], 0); /* trouble */
    while (izh_population_run(p, 15) == IZH_PAUSED)
        ;
    izh_population_get_state(p, 0, N, states);
    izh_population_set_state(p, 0, N, states, 1);
    izh_population_on_spikes(p, at_spikes, p);
    while (izh_population_run(p, 20) == IZH_STOPPED)
        ;
    izh_population_on_spikes(p, NULL, NULL);
    izh_population_run(p, 1); /* errors */
    izh_population_run(p, NAN);
    izh_population_set_params(p, 0, 1, &bad, 0);
    izh_population_load(p, blob, 17);
    check_true(izh_population_save(p, blob, sizeof blob) <= sizeof blob);
    izh_population_hash(p);
    izh_population_time(p);
    izh_population_recorded(p);
    check_true(izh_population_troubles(p).total > 0);
    check_true(*izh_population_message(p) != '\0');
}

static const uint32_t recorded[] = {5, 149, 5};
static izh_state samples[20][3];

static void a_run_does_not_allocate(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);)
        for (int how = 0; how < 6; how++) {
            struct heap heap = {0};
            config.n = N;
            config.threads = how % 2;
            config.spike_capacity = 3;
            config.noise_sigma = 1;
            const izh_allocator none = {NULL, NULL, NULL};
            config.allocator = how < 3 ? support_allocator(&heap) : none;
            const size_t created = mallocs;
            izh_population *p = population_create(&config, 1);
            check_true(mallocs > created); /* that is, the count works */
            if (how % 3)
                check_population(izh_population_on_current(p, at_currents, NULL, how % 3 == 2), p);
            check_population(izh_population_record(p, recorded, 3, 2, samples[0], 20), p);
            const size_t before = mallocs, calls = heap.calls, blocks = heap.live;
            live(p, config.precision);
            check_true(mallocs == before);
            check_true(heap.calls == calls && heap.live == blocks);
            check_true(izh_population_recorded(p) > 0);
            izh_population_destroy(p);
            check_true(mallocs > before && heap.live == 0 && heap.bytes == 0);
        }
}

static void with_an_allocator_malloc_is_never_called(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        struct heap heap = {0};
        izh_population *p;
        config.n = N;
        config.allocator = support_allocator(&heap);
        const size_t before = mallocs;
        assert_int_equal(izh_population_create(&p, &config), IZH_OK);
        check_population(izh_population_record(p, recorded, 3, 2, samples[0], 20), p);
        check_population(izh_population_on_current(p, at_currents, NULL, 1), p);
        check_true(heap.calls > 0 && mallocs - before == heap.calls); /* the allocator's own */
        izh_population_destroy(p);
        check_true(mallocs - before == 2 * heap.calls);
    }
}

/* ---- no memory ---- */

static void each_allocation_of_create_may_fail(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);)
        for (uint32_t threads = 0; threads <= 3; threads += 3)
            for (size_t nth = 1;; nth++) {
                struct heap heap = {.fail_at = nth};
                struct logbook book = {0};
                config.n = N;
                config.threads = threads;
                config.allocator = support_allocator(&heap);
                config.log = support_log(&book);
                izh_population *p = (izh_population *)&heap;
                const izh_status status = izh_population_create(&p, &config);
                if (status == IZH_OK) {
                    check_true(heap.calls == nth - 1 && nth > 3);
                    izh_population_destroy(p);
                    check_true(heap.live == 0 && heap.bytes == 0);
                    break;
                }
                assert_int_equal(status, IZH_E_MEMORY);
                check_true(p == NULL && heap.live == 0 && heap.bytes == 0);
                check_true(book.n == 1 && book.status == IZH_E_MEMORY);
                check_has(book.text, "memory");
            }
}

struct blob {
    size_t size;
    unsigned char *bytes;
};

static struct blob save(const izh_population *p)
{
    struct blob blob = {.size = izh_population_save(p, NULL, 0)};
    blob.bytes = malloc(blob.size);
    check_true(izh_population_save(p, blob.bytes, blob.size) == blob.size);
    return blob;
}

static void check_saves_as(const izh_population *p, struct blob expected)
{
    const struct blob blob = save(p);
    check_true(blob.size == expected.size && memcmp(blob.bytes, expected.bytes, blob.size) == 0);
    free(blob.bytes);
}

/* What wants memory; `blob` is a paused population's, of all kinds of neurons and more spikes. */
typedef izh_status want(izh_population *p, struct blob blob);

static izh_status want_params(izh_population *p, struct blob blob)
{
    izh_params params[N];
    (void)blob;
    for (uint32_t i = 0; i < N; i++)
        params[i] = population_params(i, 1);
    return izh_population_set_params(p, 0, N, params, 1);
}

static izh_status want_currents(izh_population *p, struct blob blob)
{
    (void)blob;
    return izh_population_on_current(p, at_currents, NULL, 1);
}

static izh_status want_record(izh_population *p, struct blob blob)
{
    (void)blob;
    return izh_population_record(p, recorded, 3, 1, samples[0], 20);
}

static izh_status want_load(izh_population *p, struct blob blob)
{
    return izh_population_load(p, blob.bytes, blob.size);
}

static struct blob rich_blob(izh_population_config config)
{
    config.spike_capacity = 1;
    config.block = 200;
    config.max_spikes_per_ms = 50;
    izh_population *p = population_create(&config, 1);
    check_population_status(izh_population_run(p, 10), IZH_PAUSED, p);
    const struct blob blob = save(p);
    izh_population_destroy(p);
    return blob;
}

/* What the call makes of a population, where there is memory at last: the hash of its run. */
static uint64_t run_on(izh_population *p, want *call, struct blob blob)
{
    struct train train = {0};
    check_population(call(p, blob), p);
    population_run(p, 12, &train);
    const uint64_t hash = izh_population_hash(p) ^ train_hash(&train);
    train_free(&train);
    return hash;
}

static izh_population *create_and_run(const izh_population_config *config)
{
    struct train train = {0};
    izh_population *p;
    assert_int_equal(izh_population_create(&p, config), IZH_OK);
    check_population(population_run(p, 2, &train), p);
    train_free(&train);
    return p;
}

/* Makes each allocation of a call fail in turn: the population is as before. */
static void check_want(izh_population_config config, want *call, size_t least, struct blob blob)
{
    izh_population *p = create_and_run(&config);
    const struct blob before = save(p);
    const uint64_t expected = run_on(p, call, blob);
    izh_population_destroy(p);
    for (size_t nth = 1;; nth++) {
        struct heap heap = {0};
        config.allocator = support_allocator(&heap);
        p = create_and_run(&config);
        heap.fail_at = nth;
        const izh_status status = call(p, blob);
        const int failed = heap.fail_at == 0;
        heap.fail_at = 0;
        if (failed) {
            check_population_status(status, IZH_E_MEMORY, p);
            check_has(izh_population_message(p), "memory");
            check_saves_as(p, before);
            assert_int_equal(izh_population_recorded(p), 0);
            check_true(run_on(p, call, blob) == expected);
        } else
            check_population(status, p);
        izh_population_destroy(p);
        check_true(heap.live == 0 && heap.bytes == 0);
        if (!failed) {
            check_true(nth > least);
            break;
        }
    }
    free(before.bytes);
}

static void where_memory_is_missing_nothing_changes(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        config.n = N;
        const struct blob blob = rich_blob(config);
        check_want(config, want_params, 10, blob);
        check_want(config, want_currents, 1, blob);
        check_want(config, want_record, 2, blob);
        check_want(config, want_load, 3, blob);
        free(blob.bytes);
    }
}

static void calls_again_and_again_do_not_leak(void **state)
{
    (void)state;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    struct heap heap = {0};
    izh_population *p;
    config.n = N;
    const struct blob blob = rich_blob(config);
    config.allocator = support_allocator(&heap);
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    size_t live = 0, bytes = 0;
    for (int i = 0; i < 20; i++) {
        check_population(want_params(p, blob), p);
        check_population(want_currents(p, blob), p);
        check_population(want_record(p, blob), p);
        check_population(want_load(p, blob), p);
        live = i ? live : heap.live;
        bytes = i ? bytes : heap.bytes;
        check_true(heap.live == live && heap.bytes == bytes);
    }
    check_population(izh_population_record(p, NULL, 0, 1, NULL, 0), p);
    check_population(izh_population_on_current(p, NULL, NULL, 0), p);
    check_true(heap.live == live - 3); /* given back */
    izh_population_destroy(p);
    check_true(heap.live == 0 && heap.bytes == 0);
    free(blob.bytes);
}

/* ---- how much ---- */

#define MANY 100000

static void *count_up(void *user, size_t size)
{
    *(size_t *)user += size;
    return malloc(size);
}

static void count_down(void *user, void *memory, size_t size)
{
    *(size_t *)user -= size;
    free(memory);
}

static void *count_asked(void *user, size_t size)
{
    *(size_t *)user += size;
    return malloc(size);
}

static void give_back(void *user, void *memory, size_t size)
{
    (void)user, (void)size;
    free(memory);
}

static void run_here(void *user, void (*task)(void *argument, uint32_t index), void *argument,
                     uint32_t count)
{
    (void)user;
    for (uint32_t i = 0; i < count; i++)
        task(argument, i);
}

static struct blob blob_of(izh_population_config config, double max_spikes_per_ms)
{
    izh_population *p;
    config.max_spikes_per_ms = max_spikes_per_ms;
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    check_population(izh_population_run(p, 3), p);
    const struct blob blob = save(p);
    izh_population_destroy(p);
    return blob;
}

/* A blob's word for how many spikes a neuron may have in a tick gets no memory that neither the
 * population nor the blob's size warrants: 163 MB it was for 2.7 kB. */
static void a_small_blob_gets_little_memory(void **state)
{
    (void)state;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = 100;
    config.dt = 1;
    for (uint32_t threads = 0; threads <= 1024; threads += 512) {
        izh_population *p, *like;
        size_t asked = 0;
        config.threads = 0;
        const struct blob many = blob_of(config, 100000), few = blob_of(config, 20);
        assert_int_equal(izh_population_create(&like, &config), IZH_OK);
        const struct blob before = save(like);
        izh_population_destroy(like);
        config.threads = threads;
        config.executor = (izh_executor){run_here, NULL};
        config.allocator = (izh_allocator){count_asked, give_back, &asked};
        assert_int_equal(izh_population_create(&p, &config), IZH_OK);
        const size_t own = asked;
        check_population_status(izh_population_load(p, many.bytes, many.size), IZH_E_INVALID, p);
        check_true(strstr(izh_population_message(p), "max_spikes_per_ms = 1e5") ||
                   strstr(izh_population_message(p), "max_spikes_per_ms = 100000"));
        check_true(asked == own);
        check_saves_as(p, before);
        const izh_status status = izh_population_load(p, few.bytes, few.size);
        check_true(status == (threads ? IZH_E_INVALID : IZH_OK));
        check_true(asked - own <= own + 16 * few.size);
        izh_population_destroy(p);
        /* One that was made with as much room takes all. */
        config.threads = 0;
        config.allocator = (izh_allocator){NULL, NULL, NULL};
        config.max_spikes_per_ms = 100000;
        assert_int_equal(izh_population_create(&p, &config), IZH_OK);
        check_population(izh_population_load(p, many.bytes, many.size), p);
        check_saves_as(p, many);
        izh_population_destroy(p);
        config.max_spikes_per_ms = 0;
        free(many.bytes);
        free(few.bytes);
        free(before.bytes);
    }
}

/* Neurons that differ in all their parameters. */
static izh_params mixed(uint32_t i, int special)
{
    const double x = 1 + 1e-3 * (i % 100);
    izh_params p = izh_params_2007(100 * x, .7 / x, -60 * x, -40 * x * x, 35 * x, .03 * x, -2 * x,
                                   -50 * x, 100 * x);
    if (!special)
        return p;
    p.b_hi *= 1.1;
    p.b3 = .01 * x;
    p.vpeak_u = .01 * x;
    p.c_u = .1 * x;
    p.u_max = 1000 * x;
    return p;
}

/* In reals a neuron, with grid events, besides a bit a neuron and tick of a block of 64. */
static void memory_is_what_docs_say(void **state)
{
    (void)state;
    static izh_params params[MANY];
    const double most[] = {3.1, 13.1, 18.1}; /* uniform, plain and special neurons */
    for (int32_t precision = IZH_F64; precision <= IZH_F32; precision++)
        for (int kind = 0; kind < 3; kind++) {
            size_t bytes = 0;
            izh_population_config config = IZH_POPULATION_CONFIG_INIT;
            config.n = MANY;
            config.precision = precision;
            config.events = IZH_EVENTS_GRID;
            config.spike_capacity = 1;
            config.allocator = (izh_allocator){count_up, count_down, &bytes};
            izh_population *p;
            assert_int_equal(izh_population_create(&p, &config), IZH_OK);
            for (uint32_t i = 0; i < MANY; i++)
                params[i] = mixed(i, kind == 2);
            if (kind)
                check_population(izh_population_set_params(p, 0, MANY, params, 1), p);
            const double reals = ((double)bytes / MANY - 8) / (precision == IZH_F32 ? 4 : 8);
            check_true(reals <= most[kind]);
            izh_population_destroy(p);
            assert_int_equal(bytes, 0);
        }
}

/* Bytes that a population of so many has asked for. */
static size_t bytes_of(izh_population_config config, uint32_t n)
{
    size_t bytes = 0;
    izh_population *p;
    config.n = n;
    config.allocator = (izh_allocator){count_up, count_down, &bytes};
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    const size_t most = bytes;
    izh_population_destroy(p);
    return most;
}

/* With exact events v and u are there twice, and 2 + 4 dt spikes; taylor has 14 doubles more. */
static void memory_for_exact_events_is_what_docs_say(void **state)
{
    (void)state;
    static const struct {
        izh_method method;
        int32_t precision;
        double bytes;
    } cases[] = {{IZH_MIDPOINT, IZH_F64, 5 * 8 + 2 * 16},
                 {IZH_MIDPOINT, IZH_F32, 5 * 4 + 2 * 16},
                 {IZH_PUBLISHED_2003, IZH_F64, 5 * 8 + 6 * 16},
                 {IZH_TAYLOR, IZH_F64, (5 + 14) * 8 + 6 * 16},
                 {IZH_TAYLOR, IZH_F32, 5 * 4 + 6 * 16}};
    for (size_t k = 0; k < LENGTH(cases); k++) {
        izh_population_config config = IZH_POPULATION_CONFIG_INIT;
        config.method = cases[k].method;
        config.precision = cases[k].precision;
        const size_t bytes = bytes_of(config, 2 * MANY) - bytes_of(config, MANY);
        check_close((double)bytes / MANY, cases[k].bytes + 3. / 8, .05); /* a bit thrice */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_does_not_allocate),
        cmocka_unit_test(with_an_allocator_malloc_is_never_called),
        cmocka_unit_test(each_allocation_of_create_may_fail),
        cmocka_unit_test(where_memory_is_missing_nothing_changes),
        cmocka_unit_test(calls_again_and_again_do_not_leak),
        cmocka_unit_test(a_small_blob_gets_little_memory),
        cmocka_unit_test(memory_is_what_docs_say),
        cmocka_unit_test(memory_for_exact_events_is_what_docs_say),
    };
    malloc_for_numbers();
    return cmocka_run_group_tests_name("population_memory", tests, NULL, NULL);
}
