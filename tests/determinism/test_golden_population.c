/* Populations give the same bits from every compiler, on every machine, by every instruction set,
 * and however the work is shared out. tests/run.sh runs this by gcc, on other architectures
 * too; tests/long.sh by clang, with sanitizers and at -O0 and -O3 as well.
 *
 * IZH_MATRIX=few in the environment has one way of sharing out the work compared for each
 * instruction set, on small populations: for emulators, and where the same is run many times. */
#include "support_population.h"

#include <pthread.h>
#include <stdatomic.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif

struct hashes {
    uint64_t states, spikes;
    size_t count; /* of spikes */
};

/* Runs a mixed population over some ticks. */
static struct hashes run(const izh_population_config *config, int special, int ticks)
{
    const int slow = config->method == IZH_PUBLISHED_2003 || config->method == IZH_TAYLOR;
    struct train train = {0};
    izh_population *p = population_create(config, special);
    population_run(p, ticks * (slow ? 1 : .1), &train); /* some neurons get in trouble */
    const struct hashes hashes = {izh_population_hash(p), train_hash(&train), train.n};
    izh_population_destroy(p);
    train_free(&train);
    return hashes;
}

static int same_hashes(struct hashes x, struct hashes y)
{
    return x.states == y.states && x.spikes == y.spikes && x.count == y.count;
}

/* ---- golden bits ---- */

static const struct golden {
    izh_method method;
    int32_t precision, events;
    struct hashes hashes;
} golden[] = {
#define POPULATION_BITS(method, precision, events, states, spikes, count) \
    {method, precision, events, {states, spikes, count}},
#include "methods.def"
};

static const char *events_name(int32_t events)
{
    return events == IZH_EVENTS_GRID ? "IZH_EVENTS_GRID" : "IZH_EVENTS_EXACT";
}

static struct hashes find_golden(const izh_population_config *config)
{
    for (size_t k = 0; k < LENGTH(golden); k++)
        if (golden[k].method == config->method && golden[k].precision == config->precision &&
            golden[k].events == config->events)
            return golden[k].hashes;
    return (struct hashes){0, 0, 0};
}

/* Whether the population has the golden bits; prints those it has if not. */
static int check_golden(const izh_population_config *config)
{
    const struct hashes hashes = run(config, 1, 200);
    if (same_hashes(hashes, find_golden(config)))
        return 1;
    print_error("isa %d: POPULATION_BITS(%s, %s, %s, 0x%016llx, 0x%016llx, %zu)\n",
                (int)config->isa, izh_method_name(config->method),
                config->precision ? "IZH_F32" : "IZH_F64", events_name(config->events),
                (unsigned long long)hashes.states, (unsigned long long)hashes.spikes, hashes.count);
    return 0;
}

static void every_instruction_set_gives_the_golden_bits(void **state)
{
    (void)state;
    izh_population_config config;
    size_t configs = 0, wrong = 0;
    for (int k = 0; population_next(&k, &config); configs++) {
        config.n = 139;
        config.first = 5;
        config.noise_sigma = 5;
        config.seed = 42;
        for (config.isa = IZH_ISA_SCALAR; config.isa <= IZH_ISA_NEON; config.isa++)
            if (izh_isa_supported(config.isa))
                wrong += !check_golden(&config);
    }
    check_true(configs == LENGTH(golden));
    check_true(wrong == 0);
}

/* ---- however the work is shared out ---- */

#define WAYS 16

/* One of the ways to share out a run: threads, tile and block. */
static void set_way(izh_population_config *config, int way)
{
    static const uint32_t threads[] = {1, 2, 3, 8}, tiles[] = {128, 384}, blocks[] = {19, 41};
    config->threads = threads[way % 4];
    config->tile = tiles[way / 4 % 2];
    config->block = blocks[way / 8];
}

/* Cubic recovery takes backward Euler out of its kernel, at thirty times the time. */
static int is_special(const izh_population_config *config)
{
    return config->method != IZH_BACKWARD_EULER;
}

static void check_way(izh_population_config *config, int way, int ticks, struct hashes expected)
{
    set_way(config, way);
    support_about("%s, precision %d, events %d, n %u, isa %d, threads %u, tile %u, block %u",
                  izh_method_name(config->method), (int)config->precision, (int)config->events,
                  (unsigned)config->n, (int)config->isa, (unsigned)config->threads,
                  (unsigned)config->tile, (unsigned)config->block);
    check_true(same_hashes(run(config, is_special(config), ticks), expected));
}

/* Each instruction set in all ways, or in one of its own. */
static void check_ways(izh_population_config config, uint32_t n, int ticks, int all)
{
    config.n = n;
    config.isa = IZH_ISA_SCALAR;
    const struct hashes expected = run(&config, is_special(&config), ticks);
    check_true(expected.count > n / 20);
    for (int k = 0; config.isa <= IZH_ISA_NEON; config.isa++) {
        if (!izh_isa_supported(config.isa))
            continue;
        for (int way = all ? 0 : WAYS - 1 - 5 * (k++ % 4); way < WAYS; way += all ? 1 : WAYS)
            check_way(&config, way, ticks, expected);
    }
}

/* How large the populations are that are compared in all ways, and in one way for each instruction
 * set; 0 for none. */
struct sizes {
    uint32_t n;
    int ticks;
    uint32_t large_n;
    int large_ticks;
};

static const struct sizes few = {0, 0, 395, 45},
#ifdef SANITIZED
                          usual = {395, 45, 0, 0};
#else
                          usual = {1003, 45, 10007, 65};
#endif

static struct sizes choose_sizes(void)
{
    struct sizes sizes = support_few() ? few : usual;
    if (support_long())
        sizes.large_ticks *= 3;
    return sizes;
}

static void how_the_work_is_shared_out_does_not_matter(void **state)
{
    (void)state;
    const struct sizes sizes = choose_sizes();
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        const int part = config.method == IZH_TAYLOR ? 10 : 1; /* it has no kernel */
        config.noise_sigma = 5;
        config.seed = 42;
        if (sizes.n)
            check_ways(config, sizes.n / part, sizes.ticks / part, 1);
        if (sizes.large_n)
            check_ways(config, sizes.large_n / part, sizes.large_ticks / part, 0);
    }
}

/* ---- a host's own threads ---- */

/* Tasks that several threads take as they come. */
struct tasks {
    void (*task)(void *argument, uint32_t index);
    void *argument;
    uint32_t count;
    atomic_uint next;
};

static void *take_tasks(void *argument)
{
    struct tasks *tasks = argument;
    for (uint32_t i; (i = atomic_fetch_add(&tasks->next, 1)) < tasks->count;)
        tasks->task(tasks->argument, i);
    return NULL;
}

static void on_three_threads(void *user, void (*task)(void *argument, uint32_t index),
                             void *argument, uint32_t count)
{
    struct tasks tasks = {task, argument, count, 0};
    pthread_t threads[2];
    ++*(int *)user;
    for (size_t i = 0; i < LENGTH(threads); i++)
        check_true(pthread_create(&threads[i], NULL, take_tasks, &tasks) == 0);
    take_tasks(&tasks);
    for (size_t i = 0; i < LENGTH(threads); i++)
        pthread_join(threads[i], NULL);
}

static void the_threads_of_a_host_do_not_matter(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        int runs = 0;
        config.n = 395;
        config.threads = 3;
        config.tile = 64;
        config.noise_sigma = 5;
        const struct hashes expected = run(&config, is_special(&config), 45);
        config.executor = (izh_executor){on_three_threads, &runs};
        check_true(same_hashes(run(&config, is_special(&config), 45), expected));
        check_true(runs > 0);
    }
}

/* ---- slices ---- */

/* Slices, cut anywhere, have the states of the whole. */
static void slices_are_the_whole(void **state)
{
    (void)state;
    static const uint32_t cuts[] = {0, 1, 66, 128, 203, 301};
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        uint64_t states = 0;
        size_t count = 0;
        config.noise_sigma = 5;
        config.n = cuts[LENGTH(cuts) - 1];
        const struct hashes whole = run(&config, 1, 50);
        for (size_t slice = 0; slice + 1 < LENGTH(cuts); slice++) {
            config.first = cuts[slice];
            config.n = cuts[slice + 1] - cuts[slice];
            const struct hashes hashes = run(&config, 1, 50);
            states += hashes.states;
            count += hashes.count;
        }
        check_true(states == whole.states && count == whole.count);
    }
}

#define WHOLE 512

/* Regular spiking neurons, most of them pushed about at their vb, which means nothing to them; the
 * last one of the whole has a special term, so that a slice without it has none. */
static izh_population *create_about_vb(const izh_population_config *config)
{
    izh_population *p;
    izh_params params = izh_params_2003(.02, .2, -65, 8);
    const izh_state initial = {-80, 0};
    double I[WHOLE];
    params.vb = -80;
    for (uint32_t i = 0; i < config->n; i++)
        I[i] = i % 4 ? 4 : 20;
    check_true(izh_population_create(&p, config) == IZH_OK);
    check_population(izh_population_set_params(p, 0, config->n, &params, 0), p);
    check_population(izh_population_set_state(p, 0, config->n, &initial, 0), p);
    check_population(izh_population_set_current(p, 0, config->n, I, 1), p);
    params.u_max = 1000;
    if (config->first + config->n == WHOLE)
        check_population(izh_population_set_params(p, config->n - 1, 1, &params, 0), p);
    return p;
}

static struct hashes run_about_vb(const izh_population_config *config)
{
    struct train train = {0};
    izh_population *p = create_about_vb(config);
    check_population(population_run(p, 100, &train), p);
    const struct hashes hashes = {izh_population_hash(p), 0, train.n};
    izh_population_destroy(p);
    train_free(&train);
    return hashes;
}

/* A neuron without special terms has the same bits whether or not others have some. */
static void a_plain_neuron_does_not_see_special_ones(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        config.dt = 1;
        config.noise_sigma = 1;
        config.seed = 1;
        config.n = WHOLE;
        const struct hashes whole = run_about_vb(&config);
        config.n = WHOLE / 2;
        const struct hashes plain = run_about_vb(&config);
        config.first = WHOLE / 2;
        const struct hashes special = run_about_vb(&config);
        check_true(whole.count > WHOLE / 4);
        check_true(plain.states + special.states == whole.states);
        check_true(plain.count + special.count == whole.count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_instruction_set_gives_the_golden_bits),
        cmocka_unit_test(how_the_work_is_shared_out_does_not_matter),
        cmocka_unit_test(the_threads_of_a_host_do_not_matter),
        cmocka_unit_test(slices_are_the_whole),
        cmocka_unit_test(a_plain_neuron_does_not_see_special_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
