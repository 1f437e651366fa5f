/* Floating-point modes of the caller: results are those of the default one, and the caller's mode
 * is as it was. */
#include <fenv.h>

#include "support_pinn.h"
#include "support_population.h"
#include "util/fpmode.h"

#include "functions.h"

static const uint64_t modes[] = {
#if defined(__SSE2__)
    IZH_FPMODE_DEFAULT | 0x8040, /* flush to zero, denormals are zero */
    IZH_FPMODE_DEFAULT | 0x2000, /* round down */
    IZH_FPMODE_DEFAULT | 0x4000, /* up */
    IZH_FPMODE_DEFAULT | 0x6000, /* towards zero */
    0                            /* trap all: what is computed in it ends the program */
#elif defined(__aarch64__)
    1 << 24, 1 << 22, 2 << 22, 3 << 22
#elif defined(__s390x__)
    1, 2, 3, 0xf8000000 /* the last traps all */
#else
    FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO
#endif
};

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

struct bytes {
    unsigned char data[4096];
    size_t size;
};

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
        for (size_t i = 0; i < LENGTH(modes); i++) {
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
        for (size_t i = 0; i < 3 * LENGTH(modes); i++) {
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
    static izh_state expected[SAMPLES], states[SAMPLES];
    static double before[SAMPLES], residuals[SAMPLES];
    izh_pinn_config config = support_pinn_config();
    config.t_end = 250;
    check_true(train(&config, expected, before) == IZH_OK);
    for (size_t i = 0; i < LENGTH(modes); i++) {
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
    static struct bytes before_bytes, bytes;
    static izh_state expected[SAMPLES], states[SAMPLES];
    static double before[SAMPLES], residuals[SAMPLES];
    check_true(train_flow(&before_bytes, expected, before) == IZH_OK);
    for (size_t i = 0; i < LENGTH(modes); i++) {
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
    static struct bytes bytes;
    static izh_state expected[SAMPLES], states[SAMPLES];
    static double residuals[SAMPLES];
    check_true(train_flow(&bytes, states, residuals) == IZH_OK);
    check_true(run_by(bytes.data, bytes.size, expected) == IZH_OK);
    for (size_t i = 0; i < LENGTH(modes); i++) {
        izh_status status;
        IN_MODE(modes[i], status = run_by(bytes.data, bytes.size, states));
        check_true(status == IZH_OK);
        check_true(memcmp(states, expected, sizeof states) == 0);
    }
}

/* ---- each function ---- */

#define CAPACITY sizeof(((struct bytes *)0)->data)

/* What one call may touch: objects in the middle of their lives, room for others, and for what it
 * stores. */
static struct {
    izh_solver *solver[2];
    izh_population *population[2];
    izh_pinn *pinn[2];
    izh_flow *flow[2];
    struct { /* no pointers, for it is compared */
        izh_params params;
        izh_conversion units;
        izh_statistics statistics;
        izh_population_statistics population_statistics;
        izh_state states[12];
        double residuals[3];
        izh_method method;
        unsigned char blob[CAPACITY];
    } out;
    uint64_t hash; /* of all that came of the call */
} x;

static struct bytes solver_saved, population_saved, pinn_saved, flow_saved;

static char folder[] = "/tmp/izh-fpmode-XXXXXX", pinn_file[64], flow_file[64];
static const double times[] = {.125, .7, 2.3}, I = 7.1;
static const izh_segment segments[] = {{11.3, 70.1, 0}, {12.7, 300.3, .1}};
static const izh_input inputs[] = {{11.3, 70.1, 0, .3, 0}, {12.7, 300.3, .1, 1.7, -70}};
static izh_params rs, tiny;
static izh_solver_config of_solver;
static izh_population_config of_population;
static izh_pinn_config of_pinn;
static izh_flow_config of_flow;

static void put(const void *bytes, size_t size)
{
    const unsigned char *byte = bytes;
    for (size_t k = 0; k < size; k++)
        x.hash = (x.hash ^ byte[k]) * 0x100000001b3u;
}

#define CALL(function, ...)           \
    static void call_##function(void) \
    {                                 \
        (void)function(__VA_ARGS__);  \
    }
/* Its result is compared, too; it has no pointers. */
#define RETURNS(function, ...)                                             \
    static void call_##function(void)                                      \
    {                                                                      \
        const __typeof__(function(__VA_ARGS__)) y = function(__VA_ARGS__); \
        put(&y, sizeof y);                                                 \
    }
#define DESTROYS(function, object)    \
    static void call_##function(void) \
    {                                 \
        function(object);             \
        object = NULL;                \
    }

DESTROYS(izh_flow_destroy, x.flow[0])
RETURNS(izh_flow_eval, x.flow[0], (izh_state){-55.3, 3.1}, 66.6, .1, times, 3, x.out.states,
        x.out.residuals)
RETURNS(izh_flow_get_info, x.flow[0])
RETURNS(izh_flow_load, &x.flow[1], flow_saved.data, flow_saved.size, NULL, NULL)
RETURNS(izh_flow_load_file, &x.flow[1], flow_file, NULL, NULL)
CALL(izh_flow_message, x.flow[0])
RETURNS(izh_flow_save, x.flow[0], x.out.blob, CAPACITY)
RETURNS(izh_flow_save_file, x.flow[0], flow_file)
RETURNS(izh_flow_set_log, x.flow[0], NULL)
RETURNS(izh_flow_train, &x.flow[1], &of_flow)
RETURNS(izh_has, "threads")
RETURNS(izh_isa_supported, IZH_ISA_AVX2)
RETURNS(izh_method_find, "rk4", &x.out.method)
CALL(izh_method_name, IZH_RK4)
RETURNS(izh_params_2003, .021, .23, -64.7, 7.9)
RETURNS(izh_params_2007, 99.7, .71, -60.3, -40.1, 35, .03, -2, -50, 100)
RETURNS(izh_params_check, &tiny, NULL)
RETURNS(izh_params_rest, &rs, 11.3, x.out.states)
RETURNS(izh_params_to_2003, &rs, &x.out.params, &x.out.units)
RETURNS(izh_params_to_2007, &rs, 77.7, &x.out.params, &x.out.units)
DESTROYS(izh_pinn_destroy, x.pinn[0])
RETURNS(izh_pinn_end, x.pinn[0])
RETURNS(izh_pinn_eval, x.pinn[0], times, 3, x.out.states)
CALL(izh_pinn_get_losses, x.pinn[0])
CALL(izh_pinn_get_spikes, x.pinn[0])
CALL(izh_pinn_get_windows, x.pinn[0])
RETURNS(izh_pinn_load, &x.pinn[1], pinn_saved.data, pinn_saved.size, NULL, NULL)
RETURNS(izh_pinn_load_file, &x.pinn[1], pinn_file, NULL, NULL)
CALL(izh_pinn_message, x.pinn[0])
RETURNS(izh_pinn_residual, x.pinn[0], times, 3, x.out.residuals)
RETURNS(izh_pinn_save, x.pinn[0], x.out.blob, CAPACITY)
RETURNS(izh_pinn_save_file, x.pinn[0], pinn_file)
RETURNS(izh_pinn_set_log, x.pinn[0], NULL)
RETURNS(izh_pinn_train, &x.pinn[1], &of_pinn)
RETURNS(izh_population_abandon, x.population[0])
RETURNS(izh_population_create, &x.population[1], &of_population)
DESTROYS(izh_population_destroy, x.population[0])
RETURNS(izh_population_dt, x.population[0])
RETURNS(izh_population_get_state, x.population[0], 0, 10, x.out.states)
RETURNS(izh_population_get_statistics, x.population[0], &x.out.population_statistics)
RETURNS(izh_population_hash, x.population[0])
RETURNS(izh_population_isa, x.population[0])
RETURNS(izh_population_load, x.population[0], population_saved.data, population_saved.size)
CALL(izh_population_message, x.population[0])
RETURNS(izh_population_on_current, x.population[0], NULL, NULL, 0)
RETURNS(izh_population_on_spikes, x.population[0], NULL, NULL)
RETURNS(izh_population_record, x.population[0], (const uint32_t[]){3, 7}, 2, 3, x.out.states, 6)
RETURNS(izh_population_recorded, x.population[0])
RETURNS(izh_population_run, x.population[0], 20.1)
RETURNS(izh_population_save, x.population[0], x.out.blob, CAPACITY)
RETURNS(izh_population_set_current, x.population[0], 3, 1, &I, 0)
RETURNS(izh_population_set_log, x.population[0], NULL)
RETURNS(izh_population_set_params, x.population[0], 3, 1, &rs, 0)
RETURNS(izh_population_set_state, x.population[0], 3, 1, &(izh_state){-55.3, 3.1}, 0)
CALL(izh_population_spikes, x.population[0])
RETURNS(izh_population_time, x.population[0])
CALL(izh_population_troubles, x.population[0])
RETURNS(izh_preset_count, )
CALL(izh_preset_find, "rs")
CALL(izh_preset_get, 3)
RETURNS(izh_solver_abandon, x.solver[0])
RETURNS(izh_solver_create, &x.solver[1], &of_solver)
DESTROYS(izh_solver_destroy, x.solver[0])
RETURNS(izh_solver_kick, x.solver[0], 1.1, -.3)
RETURNS(izh_solver_load, x.solver[0], solver_saved.data, solver_saved.size)
CALL(izh_solver_message, x.solver[0])
RETURNS(izh_solver_on_spike, x.solver[0], NULL, NULL)
RETURNS(izh_solver_on_stimulus, x.solver[0], NULL, NULL)
RETURNS(izh_solver_run, x.solver[0], 20.1)
RETURNS(izh_solver_sample, x.solver[0], (const double[]){10.9, 20.1}, 2, x.out.states)
RETURNS(izh_solver_save, x.solver[0], x.out.blob, CAPACITY)
RETURNS(izh_solver_set_current, x.solver[0], I)
RETURNS(izh_solver_set_inputs, x.solver[0], inputs, 2)
RETURNS(izh_solver_set_log, x.solver[0], NULL)
RETURNS(izh_solver_set_params, x.solver[0], &rs)
RETURNS(izh_solver_set_state, x.solver[0], (izh_state){-55.3, 3.1})
RETURNS(izh_solver_set_stimulus, x.solver[0], segments, 2)
RETURNS(izh_solver_spike_error_bound, x.solver[0])
RETURNS(izh_solver_state, x.solver[0])
RETURNS(izh_solver_statistics, x.solver[0], &x.out.statistics)
RETURNS(izh_solver_time, x.solver[0])
CALL(izh_status_name, IZH_OK)
CALL(izh_status_text, IZH_OK)
RETURNS(izh_struct_size, "izh_params")
RETURNS(izh_version, )

/* All that the library exports: a function that is not called above cannot be built. */
#define ROW(function, kind) {#function, call_##function},
static const struct {
    const char *name;
    void (*call)(void);
} functions[] = {FUNCTIONS(ROW)};

/* ---- what they are called with ---- */

static int calls_in_another_mode;

static void note_mode(void)
{
    calls_in_another_mode += izh_fpmode_get() != IZH_FPMODE_DEFAULT;
}

static int32_t at_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    (void)e, (void)after, (void)user;
    note_mode();
    return IZH_CONTINUE;
}

static int32_t at_ask(izh_segment *segment, double *until, izh_state state, void *user)
{
    (void)user;
    note_mode();
    segment->I = 300.3 - .1 * state.v;
    *until = segment->t + 2.3;
    return IZH_CONTINUE;
}

static int32_t at_spikes(const izh_spike *spikes, size_t count, void *user)
{
    (void)spikes, (void)count, (void)user;
    note_mode();
    return IZH_CONTINUE;
}

static void at_currents(double t, uint32_t first, uint32_t count, double *currents, void *user)
{
    (void)t, (void)first, (void)user;
    note_mode();
    for (uint32_t i = 0; i < count; i++)
        currents[i] += 8.3;
}

/* A solver between two ends of steps, and a population of floats of which one is subnormal. */
static void make_things(void)
{
    memset(&x, 0, sizeof x);
    x.out.statistics.size = sizeof x.out.statistics;
    x.out.population_statistics.size = sizeof x.out.population_statistics;
    x.solver[0] = support_create(&of_solver);
    check_ok(izh_solver_on_spike(x.solver[0], at_spike, NULL), x.solver[0]);
    check_ok(izh_solver_on_stimulus(x.solver[0], at_ask, NULL), x.solver[0]);
    check_ok(izh_solver_run(x.solver[0], 10.7), x.solver[0]);
    x.population[0] = population_create(&of_population, 0);
    check_population(izh_population_on_spikes(x.population[0], at_spikes, NULL), x.population[0]);
    check_population(izh_population_on_current(x.population[0], at_currents, NULL, 0),
                     x.population[0]);
    check_population(izh_population_run(x.population[0], 10.3), x.population[0]);
    check_population(izh_population_set_state(x.population[0], 1, 1, &(izh_state){-60, 1e-40}, 0),
                     x.population[0]);
    if (pinn_saved.size)
        izh_pinn_load(&x.pinn[0], pinn_saved.data, pinn_saved.size, NULL, NULL);
    if (flow_saved.size)
        izh_flow_load(&x.flow[0], flow_saved.data, flow_saved.size, NULL, NULL);
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
        put(x.out.blob, izh_pinn_save(x.pinn[i], x.out.blob, CAPACITY));
        put(x.out.blob, izh_flow_save(x.flow[i], x.out.blob, CAPACITY));
    }
    put(&x.out.states, sizeof x.out.states); /* recorded ones */
}

static void destroy_things(void)
{
    for (int i = 0; i < 2; i++) {
        izh_solver_destroy(x.solver[i]);
        izh_population_destroy(x.population[i]);
        izh_pinn_destroy(x.pinn[i]);
        izh_flow_destroy(x.flow[i]);
    }
}

static uint64_t outcome(size_t function, uint64_t mode)
{
    make_things();
    IN_MODE(mode, functions[function].call());
    put_things();
    destroy_things();
    return x.hash;
}

static void choose_configs(void)
{
    rs = izh_params_2003(.021, .23, -64.7, 7.9);
    tiny = rs; /* valid, but not where its cm is flushed to zero */
    tiny.cm = 1e-308;
    tiny.k2 = tiny.k1 = tiny.k0 = 0;
    of_solver = support_config(IZH_TAYLOR);
    of_solver.t0 = .1;
    of_population = (izh_population_config)IZH_POPULATION_CONFIG_INIT;
    of_population.n = 20;
    of_population.precision = IZH_F32;
    of_population.t0 = .1;
    of_pinn = support_pinn_config();
    of_pinn.t_end = 30.3;
    of_flow = support_flow_config();
    of_flow.units = 8;
    of_flow.points = 200;
    of_flow.I_lo = 60.1;
    of_flow.I_hi = 70.3;
}

static void save_things(void)
{
    make_things();
    x.pinn[0] = support_train(&of_pinn);
    x.flow[0] = support_train_flow(&of_flow);
    solver_saved.size = izh_solver_save(x.solver[0], solver_saved.data, CAPACITY);
    population_saved.size = izh_population_save(x.population[0], population_saved.data, CAPACITY);
    pinn_saved.size = izh_pinn_save(x.pinn[0], pinn_saved.data, CAPACITY);
    flow_saved.size = izh_flow_save(x.flow[0], flow_saved.data, CAPACITY);
    check_true(solver_saved.size <= CAPACITY && population_saved.size <= CAPACITY);
    check_true(pinn_saved.size <= CAPACITY && flow_saved.size <= CAPACITY);
    check_true(mkdtemp(folder) != NULL);
    snprintf(pinn_file, sizeof pinn_file, "%s/pinn", folder);
    snprintf(flow_file, sizeof flow_file, "%s/flow", folder);
    check_true(izh_pinn_save_file(x.pinn[0], pinn_file) == IZH_OK);
    check_true(izh_flow_save_file(x.flow[0], flow_file) == IZH_OK);
    destroy_things();
}

static void no_function_minds(void **state)
{
    (void)state;
    choose_configs();
    save_things();
    for (size_t i = 0; i < LENGTH(functions); i++) {
        support_about("%s", functions[i].name);
        const uint64_t expected = outcome(i, IZH_FPMODE_DEFAULT);
        for (size_t k = 0; k < LENGTH(modes); k++)
            if (outcome(i, modes[k]) != expected)
                fail_msg("%s: mode %llx changes the bits", functions[i].name,
                         (unsigned long long)modes[k]);
    }
    check_true(calls_in_another_mode == 0);
    remove(pinn_file);
    remove(flow_file);
    remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(solvers_do_not_mind),
        cmocka_unit_test(populations_do_not_mind),
        cmocka_unit_test(pinn_does_not_mind),
        cmocka_unit_test(flow_maps_do_not_mind),
        cmocka_unit_test(solvers_by_a_flow_map_do_not_mind),
        cmocka_unit_test(no_function_minds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
