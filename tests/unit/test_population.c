/* Populations: every neuron is its solver, and what a run gives does not depend on how it was run.
 */
#include "support_population.h"

#define N 333
#define UNTIL 200.

/* ---- neurons are solvers ---- */

struct solo {
    const struct train *train;
    size_t next;
    uint32_t i;
    int grid;
};

/* Checks a solver's spike against the population's next one of that neuron. */
static int32_t compare_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    struct solo *solo = user;
    (void)after;
    while (solo->next < solo->train->n && solo->train->spikes[solo->next].i != solo->i)
        solo->next++;
    if (solo->next == solo->train->n)
        fail_msg("neuron %u: the spike at %.17g is missing", solo->i, e->t);
    if (e->t != solo->train->spikes[solo->next].t)
        fail_msg("neuron %u: a spike at %.17g, the solver's is at %.17g", solo->i,
                 solo->train->spikes[solo->next].t, e->t);
    solo->next++;
    return IZH_CONTINUE;
}

/* Where the solver's solution ends, the neuron is in trouble, from the tick before on. */
static void compare_trouble(const izh_population *p, uint32_t i, izh_status status, double t)
{
    const izh_troubles troubles = izh_population_troubles(p);
    size_t k = 0;
    while (k < troubles.count && troubles.data[k].i != i)
        k++;
    if (k == troubles.count)
        fail_msg("neuron %u is not in trouble; its solver: %s at %.17g", i, izh_status_name(status),
                 t);
    check_true(troubles.data[k].status == status);
    check_true(troubles.data[k].t <= t && t - troubles.data[k].t <= 1);
}

static void compare_neuron(const izh_population_config *pc, const izh_population *p, uint32_t i,
                           int special, const struct train *train)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    struct solo solo = {.train = train, .i = i};
    izh_state mine;
    config.method = pc->method;
    config.events = pc->events;
    config.params = population_params(i, special);
    config.initial = population_initial(i);
    izh_solver *s = support_create(&config);
    izh_solver_on_spike(s, compare_spike, &solo);
    check_ok(izh_solver_set_current(s, population_current(i)), s);
    const izh_status status = izh_solver_run(s, UNTIL);
    if (status != IZH_OK) {
        compare_trouble(p, i, status, izh_solver_time(s));
        izh_solver_destroy(s);
        return;
    }
    for (; solo.next < train->n; solo.next++)
        if (train->spikes[solo.next].i == i)
            fail_msg("neuron %u: a spike at %.17g too many", i, train->spikes[solo.next].t);
    check_population(izh_population_get_state(p, i, 1, &mine), p);
    if (memcmp(&mine, &(izh_state){izh_solver_state(s).v, izh_solver_state(s).u}, sizeof mine))
        fail_msg("neuron %u: v = %.17g, u = %.17g; the solver has %.17g, %.17g", i, mine.v, mine.u,
                 izh_solver_state(s).v, izh_solver_state(s).u);
    izh_solver_destroy(s);
}

static void each_neuron_is_its_solver_to_the_bit(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);)
        for (int special = 0; special < 2 && config.precision == IZH_F64; special++) {
            struct train train = {0};
            config.n = N;
            izh_population *p = population_create(&config, special);
            population_run(p, UNTIL, &train);
            check_true(train.n > 100);
            check_true(izh_population_troubles(p).total < 50);
            for (uint32_t i = 0; i < N; i++)
                compare_neuron(&config, p, i, special, &train);
            izh_population_destroy(p);
            train_free(&train);
        }
}

/* ---- float32 ---- */

/* Float32 has 7 digits: over 50 ms most trains still agree with float64's to microseconds. */
static void float32_is_close_to_float64(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        if (config.precision == IZH_F32)
            continue;
        struct train trains[2] = {{0}};
        config.n = 128;
        for (int precision = 0; precision < 2; precision++) {
            config.precision = precision;
            izh_population *p = population_create(&config, 0);
            check_population(population_run(p, 50, &trains[precision]), p);
            izh_population_destroy(p);
        }
        check_close((double)trains[0].n, (double)trains[1].n, 2);
        size_t close = 0;
        for (size_t i = 0; i < trains[0].n; i++)
            for (size_t j = 0; j < trains[1].n; j++)
                close += trains[0].spikes[i].i == trains[1].spikes[j].i &&
                         fabs(trains[0].spikes[i].t - trains[1].spikes[j].t) < 1e-3;
        check_true(close > .9 * (double)trains[0].n);
        train_free(&trains[0]);
        train_free(&trains[1]);
    }
}

/* ---- how it was run does not matter ---- */

struct result {
    uint64_t hash, spikes;
    size_t n;
};

static struct result run(const izh_population_config *config, int pieces, double t_end)
{
    struct train train = {0};
    izh_population *p = population_create(config, 1);
    const double dt = config->method == IZH_PUBLISHED_2003 || config->method == IZH_TAYLOR ? 1 : .1;
    const int ticks = (int)(t_end / dt + .5);
    for (int k = 1; k <= pieces; k++)
        population_run(p, ticks * k / pieces * dt, &train); /* some neurons get in trouble */
    const struct result result = {izh_population_hash(p), train_hash(&train), train.n};
    izh_population_destroy(p);
    train_free(&train);
    return result;
}

static void check_result(struct result x, struct result y, const char *what)
{
    if (x.hash != y.hash || x.spikes != y.spikes || x.n != y.n)
        fail_msg("%s: hash %llx, %zu spikes; was %llx, %zu", what, (unsigned long long)x.hash, x.n,
                 (unsigned long long)y.hash, y.n);
}

static void how_it_was_run_does_not_matter(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        config.n = 259;
        config.noise_sigma = 5;
        config.seed = 42;
        config.isa = IZH_ISA_SCALAR;
        const struct result expected = run(&config, 1, 20);
        check_true(expected.n > 50);
        for (int32_t isa = IZH_ISA_SCALAR; isa <= IZH_ISA_NEON; isa++) {
            if (!izh_isa_supported(isa))
                continue;
            config.isa = isa;
            check_result(run(&config, 1, 20), expected, "isa");
        }
        config.isa = IZH_ISA_BEST;
        check_result(run(&config, 7, 20), expected, "pieces");
        config.threads = 3;
        config.tile = 128;
        check_result(run(&config, 2, 20), expected, "threads");
        config.block = 3;
        config.spike_capacity = 1;
        check_result(run(&config, 1, 20), expected, "block of 3, capacity of 1");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_neuron_is_its_solver_to_the_bit),
        cmocka_unit_test(float32_is_close_to_float64),
        cmocka_unit_test(how_it_was_run_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
