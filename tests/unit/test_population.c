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

/* Taylor's tick has no part in the solution. */
static void each_neuron_is_its_solver_to_the_bit(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);)
        for (int special = 0; special < 2 && config.precision == IZH_F64; special++) {
            struct train train = {0};
            config.n = N;
            config.dt = config.method == IZH_TAYLOR && special ? .4 : 0;
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

/* ---- the order of spikes ---- */

/* A neuron an instant below its peak at a tick spikes after that tick, and one at the peak on it;
 * in a solver, too. */
static int32_t keep_time(const izh_spike_event *e, izh_state *after, void *user)
{
    (void)after;
    *(double *)user = e->t;
    return IZH_CONTINUE;
}

static void a_spike_just_after_a_tick_is_after_it(void **state)
{
    (void)state;
    const izh_state states[] = {{nextafter(30, 0), 0}, {30, 0}};
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    izh_population *p;
    struct train train = {0};
    config.n = 2;
    config.dt = .1;
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    check_population(population_run(p, 100, &train), p);
    train.n = 0;
    check_population(izh_population_set_state(p, 0, 2, states, 1), p);
    check_population(population_run(p, 100.1, &train), p);
    assert_int_equal(train.n, 2);
    check_true(train.spikes[0].t == 100 && train.spikes[0].i == 1);
    check_true(train.spikes[1].t == nextafter(100, 200) && train.spikes[1].i == 0);
    izh_population_destroy(p);
    train_free(&train);

    izh_solver_config one = IZH_SOLVER_CONFIG_INIT;
    double t = 0;
    one.method = IZH_MIDPOINT;
    one.dt = .1;
    one.params = izh_params_2003(.02, .2, -65, 8);
    izh_solver *s = support_create(&one);
    check_ok(izh_solver_run(s, 100), s);
    check_ok(izh_solver_set_state(s, states[0]), s);
    izh_solver_on_spike(s, keep_time, &t);
    check_ok(izh_solver_run(s, 100.1), s);
    check_true(t == nextafter(100, 200));
    izh_solver_destroy(s);
}

#define STAGES 3
#define STAGE_TICKS 9
#define ORDER_N 200
#define CASES 400
#define VARIANTS 5

static uint64_t random_state;

static uint64_t draw(uint64_t below)
{
    uint64_t x = random_state += UINT64_C(0x9e3779b97f4a7c15); /* SplitMix64 */
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (x ^ x >> 31) % below;
}

/* What is run: stages of some ticks, and the states that are set before each. */
struct script {
    izh_population_config config;
    izh_state states[STAGES][ORDER_N];
};

/* At its peak, so few ulps below that a crossing rounds to the tick, within a step of it, or at
 * rest. */
static izh_state draw_state(void)
{
    static const double below[] = {0, 1, 2, 3, 40, 1e6, 1e9, 1e12, 1e13, 1e14, 1e15};
    const double v = draw(3) ? 30 - below[draw(LENGTH(below))] * 0x1p-48 : -65;
    return (izh_state){v, (double)draw(20) - 15};
}

static void draw_script(struct script *x, izh_population_config config)
{
    static const double t0[] = {0, 0, 100, 1e6, 5e12, -5e12, 1e13, 2e13, -2e13};
    config.n = 1 + (uint32_t)draw(draw(3) ? 5 : ORDER_N);
    config.t0 = t0[draw(LENGTH(t0))];
    config.dt = draw(2) ? .1 : 1;
    config.noise_sigma = draw(3) ? 0 : 5;
    x->config = config;
    for (int k = 0; k < STAGES; k++)
        for (uint32_t i = 0; i < config.n; i++)
            x->states[k][i] = draw_state();
}

static void draw_variant(izh_population_config *config)
{
    static const uint32_t blocks[] = {0, 1, 1, 2, 3, 5, 64};
    static const size_t capacities[] = {0, 1, 2, 7, 100};
    config->block = blocks[draw(LENGTH(blocks))];
    config->tile = draw(2) ? 1 : 0;
    config->threads = (uint32_t)draw(4);
    config->spike_capacity = capacities[draw(LENGTH(capacities))];
}

/* Runs a stage in so many pieces; its spikes are in order, at its start or in its ticks. */
static void run_stage(izh_population *p, int stage, int pieces, struct train *train)
{
    const double dt = izh_population_dt(p), start = izh_population_time(p);
    const double t0 = start - stage * STAGE_TICKS * dt;
    struct train own = {0};
    for (int k = 1; k <= pieces; k++)
        population_run(p, t0 + (stage * STAGE_TICKS + STAGE_TICKS * k / pieces) * dt, &own);
    for (size_t k = 0; k < own.n; k++)
        check_true(own.spikes[k].t >= start && own.spikes[k].t <= izh_population_time(p));
    train->spikes = realloc(train->spikes, (train->n + own.n + 1) * sizeof *train->spikes);
    if (own.n)
        memcpy(train->spikes + train->n, own.spikes, own.n * sizeof *own.spikes);
    train->n += own.n;
    train_free(&own);
}

static struct result run_script(const struct script *x, const izh_population_config *config,
                                int split)
{
    struct train train = {0};
    izh_population *p = population_create(config, 0);
    const izh_params params = izh_params_2003(.02, .2, -65, 8);
    check_population(izh_population_set_params(p, 0, config->n, &params, 0), p);
    for (int k = 0; k < STAGES; k++) {
        check_population(izh_population_set_state(p, 0, config->n, x->states[k], 1), p);
        run_stage(p, k, split ? 1 + (int)draw(STAGE_TICKS) : 1, &train);
    }
    const struct result result = {izh_population_hash(p), train_hash(&train), train.n};
    izh_population_destroy(p);
    train_free(&train);
    return result;
}

static void spikes_are_in_one_order_however_they_are_run(void **state)
{
    (void)state;
    static struct script x;
    izh_population_config config;
    size_t spikes = 0;
    random_state = 2026;
    for (int n = 0, k = 0; n < CASES; n++) {
        if (!population_next(&k, &config)) {
            k = 0;
            population_next(&k, &config);
        }
        draw_script(&x, config);
        const struct result expected = run_script(&x, &x.config, 0);
        spikes += expected.n;
        for (int variant = 0; variant < VARIANTS; variant++) {
            izh_population_config other = x.config;
            draw_variant(&other);
            support_about(
                "case %d: %s, events %d, n %u, t0 %g, dt %g; block %u, tile %u, threads %u", n,
                izh_method_name(other.method), (int)other.events, other.n, other.t0, other.dt,
                other.block, other.tile, other.threads);
            check_result(run_script(&x, &other, variant > 0), expected, "order");
        }
    }
    check_true(spikes > 10 * CASES);
}

/* A solver goes through a long rest at once, a population tick by tick. */
static void a_neuron_wakes_as_its_solver(void **state)
{
    (void)state;
    static struct spikes alone;
    const double T = 1e5, wake = 10;
    for (double I = -50; I < 3; I += 3.7) {
        izh_population_config pc = IZH_POPULATION_CONFIG_INIT;
        izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
        izh_population *p;
        izh_state y;
        support_about("I = %g", I);
        config.params = izh_params_2003(.02, .2, -65, 8);
        config.initial = (izh_state){-65, -13};
        izh_solver *s = support_create(&config);
        alone = (struct spikes){0};
        check_ok(izh_solver_on_spike(s, support_spike, &alone), s);
        check_ok(izh_solver_set_current(s, I), s);
        check_ok(izh_solver_run(s, T), s);
        check_ok(izh_solver_set_current(s, wake), s);
        check_ok(izh_solver_run(s, T + 200), s);
        pc.method = IZH_TAYLOR;
        pc.n = 1;
        assert_int_equal(izh_population_create(&p, &pc), IZH_OK);
        check_population(izh_population_set_current(p, 0, 1, &I, 0), p);
        check_population(izh_population_run(p, T), p);
        check_population(izh_population_set_current(p, 0, 1, &wake, 0), p);
        check_population(izh_population_run(p, T + 200), p);
        const izh_spikes together = izh_population_spikes(p);
        assert_int_equal(together.count, alone.n);
        for (size_t k = 0; k < alone.n; k++)
            check_same(together.data[k].t, alone.event[k].t);
        check_population(izh_population_get_state(p, 0, 1, &y), p);
        check_same_state(y, izh_solver_state(s));
        izh_population_destroy(p);
        izh_solver_destroy(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_neuron_is_its_solver_to_the_bit),
        cmocka_unit_test(float32_is_close_to_float64),
        cmocka_unit_test(how_it_was_run_does_not_matter),
        cmocka_unit_test(a_spike_just_after_a_tick_is_after_it),
        cmocka_unit_test(spikes_are_in_one_order_however_they_are_run),
        cmocka_unit_test(a_neuron_wakes_as_its_solver),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
