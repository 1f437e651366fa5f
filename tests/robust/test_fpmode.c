/* Floating-point modes of the caller: results are those of the default one, and the caller's mode
 * is as it was. */
#include <fenv.h>

#include "calls.h"
#include "util/fpmode.h"

/* The first has flushing, a direction of rounding and traps at once, as far as the processor has
 * them: where it traps, what is computed in it ends the program. */
static const uint64_t modes[] = {
#if defined(__SSE2__)
    0xe040,
    IZH_FPMODE_DEFAULT | 0x8040, /* flush to zero, denormals are zero */
    IZH_FPMODE_DEFAULT | 0x2000, /* round down */
    IZH_FPMODE_DEFAULT | 0x4000, /* up */
    IZH_FPMODE_DEFAULT | 0x6000, /* towards zero */
    0                            /* trap all */
#elif defined(__aarch64__) || (defined(__arm__) && defined(__ARM_FP))
    1 << 24 | 3 << 22, 1 << 24, 1 << 22, 2 << 22, 3 << 22
#elif defined(__s390x__)
    0xf8000001, 1, 2, 3, 0xf8000000
#else
    FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO
#endif
};

static size_t mode_count(void)
{
#if defined(__SSE2__) || defined(__s390x__) /* the first traps */
    if (!support_long())
        return 1;
#endif
    return LENGTH(modes);
}

/* In a mode, all else but the checks. */
#define IN_MODE(mode, statement)                  \
    do {                                          \
        izh_fpmode_set(mode);                     \
        statement;                                \
        const uint64_t after_ = izh_fpmode_get(); \
        izh_fpmode_set(IZH_FPMODE_DEFAULT);       \
        check_true(after_ == (mode));             \
    } while (0)

/* ---- a solver ---- */

static izh_status solve(const izh_solver_config *config, struct bytes *bytes)
{
    izh_solver *s;
    izh_state samples[3];
    izh_solver_config c = *config;
    c.params = support_dialect(c.method)
                   ? izh_params_2003(.02, .2, -65, 8)
                   : izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
    izh_status status = izh_solver_create(&s, &c);
    if (status != IZH_OK)
        return status;
    izh_solver_set_current(s, 71.3);
    izh_solver_kick(s, 1.1, -.3);
    status = izh_solver_sample(s, (const double[]){10.1, 20.7, 100.3}, 3, samples);
    bytes->size = izh_solver_save(s, bytes->data, sizeof bytes->data);
    if (status == IZH_OK)
        status = izh_solver_load(s, bytes->data, bytes->size);
    if (status == IZH_OK)
        status = izh_solver_run(s, 300.1);
    bytes->size = izh_solver_save(s, bytes->data, sizeof bytes->data);
    izh_solver_destroy(s);
    return status;
}

static void solvers_do_not_mind(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int k = 0; support_next_or_dialect(&k, &config);) {
        static struct bytes expected, bytes;
        check_status(solve(&config, &expected), IZH_OK, NULL);
        check_true(expected.size <= sizeof expected.data);
        for (size_t i = 0; i < mode_count(); i++) {
            izh_status status;
            memset(&bytes, 0, sizeof bytes);
            IN_MODE(modes[i], status = solve(&config, &bytes));
            check_status(status, IZH_OK, NULL);
            check_true(bytes.size == expected.size);
            check_true(memcmp(bytes.data, expected.data, expected.size) == 0);
        }
    }
}

/* ---- a population ---- */

/* A host whose threads have a mode of their own. */
static void execute(void *user, void (*task)(void *argument, uint32_t index), void *argument,
                    uint32_t count)
{
    const uint64_t before = izh_fpmode_get();
    izh_fpmode_set(*(const uint64_t *)user);
    for (uint32_t i = 0; i < count; i++)
        task(argument, i);
    izh_fpmode_set(before);
}

/* Neurons near rest, of which some are linear, with states that flushing would make zero. */
static uint64_t run(const izh_population_config *config, izh_status *status)
{
    izh_population *p;
    izh_params tiny = izh_params_2003(.02, .2, -65, 8);
    const int f32 = config->precision == IZH_F32;
    const double u = f32 ? 1e-37 : 1e-307, none = f32 ? -1e-38 : -1e-308, I = 7.1;
    tiny.k2 = tiny.k0 = tiny.b_lo = tiny.b_hi = 0;
    tiny.k1 = -.1;
    if ((*status = izh_population_create(&p, config)) != IZH_OK)
        return 0;
    izh_population_set_current(p, 0, config->n, &I, 0);
    izh_population_set_params(p, 0, config->n / 2, &tiny, 0);
    izh_population_set_state(p, 0, config->n / 2, &(izh_state){-1e-3, u}, 0);
    izh_population_set_current(p, 0, config->n / 2, &none, 0);
    while ((*status = izh_population_run(p, 25)) == IZH_PAUSED)
        ;
    static unsigned char blob[1 << 17];
    const size_t size = izh_population_save(p, blob, sizeof blob);
    if (*status == IZH_OK)
        *status = izh_population_load(p, blob, size);
    while (*status == IZH_OK && (*status = izh_population_run(p, 50)) == IZH_PAUSED)
        *status = IZH_OK;
    const uint64_t hash = izh_population_hash(p);
    izh_population_destroy(p);
    return hash;
}

static void populations_do_not_mind(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        izh_status status;
        config.n = 300;
        config.tile = 32;
        const uint64_t expected = run(&config, &status);
        check_true(status == IZH_OK);
        for (size_t i = 0; i < 3 * mode_count(); i++) {
            uint64_t hash, mode = modes[i / 3];
            config.threads = i % 3 ? 3 : 0;
            config.executor = (izh_executor){i % 3 == 2 ? execute : NULL, &mode};
            IN_MODE(mode, hash = run(&config, &status));
            check_true(status == IZH_OK);
            if (hash != expected)
                fail_msg("%s: mode %llx changes the bits", izh_method_name(config.method),
                         (unsigned long long)mode);
        }
    }
}

/* ---- a network ---- */

/* Some neurons may be in trouble. */
static izh_status run_to(izh_network *net, double t)
{
    const izh_status status = izh_network_run(net, t);
    return status == IZH_E_DIVERGED ? IZH_OK : status;
}

/* Builds, runs, saves and loads. */
static uint64_t run_network(izh_network *net, const izh_spike *spikes, size_t count)
{
    static unsigned char blob[1 << 18];
    static const double hz = 99.7, weight = 1.3;
    double input[2] = {0, 0};
    izh_status status = izh_network_send(net, spikes, count);
    if (status == IZH_OK)
        status = izh_network_set_background(net, 0, 0, 3, &hz, &weight, 0);
    if (status == IZH_OK)
        status = izh_network_set_weights(net, 1, 0, 1, &weight);
    if (status == IZH_OK)
        status = run_to(net, 5);
    const size_t size = izh_network_save(net, blob, sizeof blob);
    if (status == IZH_OK)
        status = size <= sizeof blob ? izh_network_load(net, blob, size) : IZH_E_MEMORY;
    if (status == IZH_OK)
        status = run_to(net, 10);
    if (status == IZH_OK)
        status = izh_network_get_input(net, 5, 0, 2, input);
    put(input, sizeof input);
    return status == IZH_OK ? izh_network_hash(net) : 0;
}

static void networks_do_not_mind(void **state)
{
    (void)state;
    static const izh_spike spikes[] = {{3.7, 3, 0}, {1.1, 0, 0}};
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);) {
        uint64_t expected = 0;
        for (size_t i = 0; i <= 2 * mode_count(); i++) {
            struct web web = {.population = config, .synapses = 2, .plain = 1, .plastic = 1};
            const uint64_t mode = i ? modes[(i - 1) / 2] : IZH_FPMODE_DEFAULT;
            uint64_t hash;
            web.population.n = 150;
            web.population.tile = 128;
            web.population.spike_capacity = 100000;
            web.population.threads = i % 2 ? 3 : 0;
            izh_network *net = web_create(&web);
            x.hash = 0;
            IN_MODE(mode, hash = run_network(net, spikes, 2));
            check_true(hash != 0);
            hash += x.hash;
            if (i && hash != expected)
                fail_msg("%s: mode %llx changes the bits", izh_method_name(config.method),
                         (unsigned long long)mode);
            expected = hash;
            izh_network_destroy(net);
        }
    }
}

/* ---- pinn and flow maps ---- */

#define SAMPLES 100

static izh_status train(const izh_pinn_config *config, izh_state *states, double *residuals)
{
    double t[SAMPLES];
    izh_pinn *pinn;
    static unsigned char blob[1 << 17];
    izh_status status = izh_pinn_train(&pinn, config);
    if (status != IZH_OK)
        return status;
    const size_t size = izh_pinn_save(pinn, blob, sizeof blob);
    izh_pinn_destroy(pinn);
    status = izh_pinn_load(&pinn, blob, size, NULL, NULL);
    if (status != IZH_OK)
        return status;
    for (int i = 0; i < SAMPLES; i++)
        t[i] = .25 + 2.5 * i; /* exact in every mode */
    status = izh_pinn_eval(pinn, t, SAMPLES, states);
    if (status == IZH_OK)
        status = izh_pinn_residual(pinn, t, SAMPLES, residuals);
    izh_pinn_destroy(pinn);
    return status;
}

static void pinn_does_not_mind(void **state)
{
    (void)state;
    if (!izh_has("pinn"))
        return;
    static izh_state expected[SAMPLES], states[SAMPLES];
    static double before[SAMPLES], residuals[SAMPLES];
    izh_pinn_config config = support_pinn_config();
    config.t_end = 250;
    check_true(train(&config, expected, before) == IZH_OK);
    for (size_t i = 0; i < mode_count(); i++) {
        izh_status status;
        IN_MODE(modes[i], status = train(&config, states, residuals));
        check_true(status == IZH_OK);
        check_true(memcmp(states, expected, sizeof states) == 0);
        check_true(memcmp(residuals, before, sizeof residuals) == 0);
    }
}

/* ---- flow maps ---- */

static izh_status train_flow(struct bytes *bytes, izh_state *states, double *residuals)
{
    double t[SAMPLES];
    izh_flow *flow;
    izh_flow_config config = support_flow_config();
    config.units = 8;
    config.points = 200;
    config.I_lo = 60.1;
    config.I_hi = 70.3;
    izh_status status = izh_flow_train(&flow, &config);
    if (status != IZH_OK)
        return status;
    for (int i = 0; i < SAMPLES; i++)
        t[i] = i / 128.; /* exact in every mode */
    status = izh_flow_eval(flow, (izh_state){-55.3, 3.1}, 66.6, .1, t, SAMPLES, states, residuals);
    bytes->size = izh_flow_save(flow, NULL, 0);
    if (izh_flow_save(flow, bytes->data, sizeof bytes->data) > sizeof bytes->data)
        status = IZH_E_MEMORY;
    izh_flow_destroy(flow);
    return status;
}

static void flow_maps_do_not_mind(void **state)
{
    (void)state;
    if (!izh_has("pinn"))
        return;
    static struct bytes before_bytes, bytes;
    static izh_state expected[SAMPLES], states[SAMPLES];
    static double before[SAMPLES], residuals[SAMPLES];
    check_true(train_flow(&before_bytes, expected, before) == IZH_OK);
    for (size_t i = 0; i < mode_count(); i++) {
        izh_status status;
        IN_MODE(modes[i], status = train_flow(&bytes, states, residuals));
        check_true(status == IZH_OK);
        check_true(bytes.size == before_bytes.size);
        check_true(memcmp(bytes.data, before_bytes.data, bytes.size) == 0);
        check_true(memcmp(states, expected, sizeof states) == 0);
        check_true(memcmp(residuals, before, sizeof residuals) == 0);
    }
}

/* A map as a blob of its own, and by it a solver. */
static izh_status run_by(const void *blob, size_t size, izh_state *states)
{
    double t[SAMPLES];
    izh_flow *flow;
    izh_solver *s;
    izh_status status = izh_flow_load(&flow, blob, size, NULL, NULL);
    if (status != IZH_OK)
        return status;
    for (int i = 0; i < SAMPLES; i++)
        t[i] = .25 + 2.5 * i;
    izh_solver_config config = support_config(IZH_PINN);
    config.params = izh_flow_get_info(flow).params;
    config.flow = flow;
    status = izh_solver_create(&s, &config);
    if (status == IZH_OK)
        status = izh_solver_set_current(s, 66.6);
    if (status == IZH_OK)
        status = izh_solver_sample(s, t, SAMPLES, states);
    izh_solver_destroy(s);
    izh_flow_destroy(flow);
    return status;
}

static void solvers_by_a_flow_map_do_not_mind(void **state)
{
    (void)state;
    if (!izh_has("pinn"))
        return;
    static struct bytes bytes;
    static izh_state expected[SAMPLES], states[SAMPLES];
    static double residuals[SAMPLES];
    check_true(train_flow(&bytes, states, residuals) == IZH_OK);
    check_true(run_by(bytes.data, bytes.size, expected) == IZH_OK);
    for (size_t i = 0; i < mode_count(); i++) {
        izh_status status;
        IN_MODE(modes[i], status = run_by(bytes.data, bytes.size, states));
        check_true(status == IZH_OK);
        check_true(memcmp(states, expected, sizeof states) == 0);
    }
}

/* ---- each function ---- */

static int calls_in_another_mode;

static void note_mode(void)
{
    calls_in_another_mode += izh_fpmode_get() != IZH_FPMODE_DEFAULT;
}

/* What became of them, also in time to come. */
static void put_things(void)
{
    put(&x.out, sizeof x.out);
    for (int i = 0; i < 2; i++) {
        izh_solver_run(x.solver[i], 50.3);
        put(x.out.blob, izh_solver_save(x.solver[i], x.out.blob, CAPACITY));
        izh_population_run(x.population[i], 20.1);
        put(x.out.blob, izh_population_save(x.population[i], x.out.blob, CAPACITY));
        izh_network_run(x.network[i], 20.1);
        put(x.out.blob, izh_network_save(x.network[i], x.out.blob, CAPACITY));
        put(x.out.blob, izh_pinn_save(x.pinn[i], x.out.blob, CAPACITY));
        put(x.out.blob, izh_flow_save(x.flow[i], x.out.blob, CAPACITY));
    }
    izh_network_run(x.network[2], 20.1);
    put(x.out.blob, izh_network_save(x.network[2], x.out.blob, CAPACITY));
    put(&x.out.states, sizeof x.out.states); /* recorded ones */
}

static uint64_t outcome(size_t function, uint64_t mode)
{
    make_things();
    IN_MODE(mode, calls[function].call());
    put_things();
    destroy_things();
    return x.hash;
}

static void no_function_minds(void **state)
{
    (void)state;
    note_callback = note_mode;
    save_things();
    for (size_t i = 0; i < LENGTH(calls); i++) {
        support_about("%s", calls[i].name);
        const uint64_t expected = outcome(i, IZH_FPMODE_DEFAULT);
        for (size_t k = 0; k < mode_count(); k++)
            if (outcome(i, modes[k]) != expected)
                fail_msg("%s: mode %llx changes the bits", calls[i].name,
                         (unsigned long long)modes[k]);
    }
    check_true(calls_in_another_mode == 0);
    forget_things();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(solvers_do_not_mind),
        cmocka_unit_test(populations_do_not_mind),
        cmocka_unit_test(networks_do_not_mind),
        cmocka_unit_test(pinn_does_not_mind),
        cmocka_unit_test(flow_maps_do_not_mind),
        cmocka_unit_test(solvers_by_a_flow_map_do_not_mind),
        cmocka_unit_test(no_function_minds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
