/* Real time: every public function but those that allocate and destroy, in the states that matter,
 * where all that allocates, locks, waits or does I/O stops the program. */
#include "calls.h"

/* ---- what may not be called ---- */

/* What the library may do: anything; nothing; or nothing but format the message of an error. */
static enum {
    ANYTHING,
    NOTHING,
    MESSAGES
} allowed;

static void forbidden(const char *name)
{
    allowed = ANYTHING;
    print_error("%s is called where a function is real-time safe\n", name);
    abort();
}

/* Hands on all that these functions take and give: at most four integers or pointers. */
#define WATCH(name)                                         \
    void *__real_##name(void *, void *, void *, void *);    \
    void *__wrap_##name(void *, void *, void *, void *);    \
    void *__wrap_##name(void *a, void *b, void *c, void *d) \
    {                                                       \
        if (allowed != ANYTHING)                            \
            forbidden(#name);                               \
        return __real_##name(a, b, c, d);                   \
    }
#include "watched.h"

int __real_vsnprintf(char *text, size_t size, const char *format, va_list arguments);
int __wrap_vsnprintf(char *text, size_t size, const char *format, va_list arguments);
int __wrap_snprintf(char *text, size_t size, const char *format, ...);

int __wrap_vsnprintf(char *text, size_t size, const char *format, va_list arguments)
{
    if (allowed == NOTHING)
        forbidden("vsnprintf");
    return __real_vsnprintf(text, size, format, arguments);
}

int __wrap_snprintf(char *text, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int length = __wrap_vsnprintf(text, size, format, arguments);
    va_end(arguments);
    return length;
}

/* A call that ends in an error. */
#define ERROR(call)                        \
    do {                                   \
        const int before_ = allowed;       \
        allowed = MESSAGES;                \
        const izh_status error_ = call;    \
        allowed = before_;                 \
        if (error_ >= 0)                   \
            forbidden("no error: " #call); \
    } while (0)

/* ---- solvers ---- */

static izh_solver *solver;
static izh_params params;
static double I_spiking;
static int takes_inputs; /* dialects and flow maps do not */
static unsigned char blob[1 << 20];

/* All that is allowed at a spike; what is not is an error. */
static int32_t at_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    int *spikes = user;
    const izh_segment segments[] = {{e->t, I_spiking, 0}, {e->t + 3, 2 * I_spiking, 0}};
    after->u -= .01;
    izh_solver_spike_error_bound(solver);
    izh_solver_set_params(solver, &params);
    izh_solver_set_stimulus(solver, segments, 2);
    izh_solver_save(solver, blob, sizeof blob);
    ERROR(izh_solver_run(solver, 1e6));
    ERROR(izh_solver_kick(solver, 1, 1));
    return ++*spikes % 3 ? IZH_CONTINUE : IZH_STOP;
}

static int32_t at_ask(izh_segment *segment, double *until, izh_state state, void *user)
{
    (void)user;
    segment->I = I_spiking - .01 * state.v;
    segment->slope = .01;
    *until = segment->t + 2.3;
    return IZH_CONTINUE;
}

static void run_on(double ms)
{
    const double t_end = izh_solver_time(solver) + ms;
    while (izh_solver_run(solver, t_end) == IZH_STOPPED)
        continue;
}

/* Spikes, breakpoints, a function's current, and stops between. */
static void drive(void)
{
    const double t = izh_solver_time(solver);
    const izh_segment segments[] = {
        {t + 1, I_spiking, 0}, {t + 5.05, 2 * I_spiking, .1}, {t + 30, I_spiking, 0}};
    const double times[] = {t + 100, t + 100.3, t + 102};
    izh_state states[3];
    izh_solver_set_stimulus(solver, segments, 3);
    run_on(60);
    const izh_input inputs[] = {{t + 61, I_spiking, 0, .1, 0}};
    if (takes_inputs)
        izh_solver_set_inputs(solver, inputs, 1);
    izh_solver_kick(solver, 3, 1);
    izh_solver_set_state(solver, (izh_state){-50, 1});
    run_on(10.03);
    izh_solver_set_state(solver, (izh_state){params.vpeak + 1, 1}); /* spikes at once */
    run_on(1);
    izh_solver_set_current(solver, I_spiking);
    while (izh_solver_sample(solver, times, 3, states) == IZH_STOPPED &&
           izh_solver_time(solver) < t + 100)
        continue;
    izh_solver_on_stimulus(solver, at_ask, NULL);
    run_on(20);
    izh_solver_state(solver);
}

static void err(void)
{
    static const double past[] = {-1e9};
    const izh_segment bad[] = {{0, NAN, 0}, {1, 1, 1}, {2, 1, 1}, {3, 1, 1}, {4, 1, 1}, {5, 1, 1}};
    const izh_params none = {0};
    izh_statistics statistics = IZH_STATISTICS_INIT;
    izh_state state;
    ERROR(izh_solver_run(solver, -1e9));
    ERROR(izh_solver_run(solver, NAN));
    ERROR(izh_solver_sample(solver, past, 1, &state));
    ERROR(izh_solver_set_current(solver, NAN));
    ERROR(izh_solver_set_state(solver, (izh_state){NAN, 0}));
    ERROR(izh_solver_kick(solver, INFINITY, 0));
    ERROR(izh_solver_set_params(solver, &none));
    ERROR(izh_solver_set_stimulus(solver, bad, 1));
    ERROR(izh_solver_set_stimulus(solver, bad + 1, 5)); /* more than max_segments */
    ERROR(izh_solver_load(solver, blob, 17));
    izh_solver_statistics(solver, &statistics);
    izh_solver_message(solver);
    izh_solver_set_log(solver, NULL);
    izh_solver_abandon(solver);
}

/* Where the solution ends. */
static void diverge(void)
{
    izh_solver_on_spike(solver, NULL, NULL);
    izh_solver_set_current(solver, 1e300);
    ERROR(izh_solver_run(solver, izh_solver_time(solver) + 100));
}

static void live(void)
{
    int spikes = 0;
    izh_solver_on_spike(solver, at_spike, &spikes);
    drive();
    const size_t size = izh_solver_save(solver, blob, sizeof blob);
    if (izh_solver_load(solver, blob, size) != IZH_OK)
        forbidden("a load that fails");
    drive();
    if (spikes == 0)
        forbidden("no spike");
    err();
}

static izh_flow *flow;

static void solvers_are_safe(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_or_dialect(&i, &config);)
        for (int how = 0; how < 2; how++) {
            struct heap heap = {0};
            config.max_segments = 4;
            config.flow = how && config.method == IZH_PINN ? flow : NULL;
            config.rtol = config.method == IZH_PINN ? 1e-3 : 0;
            if (how)
                config.allocator = support_allocator(&heap);
            params = config.params;
            I_spiking = params.cm > 1 ? 500 : 15;
            solver = support_create(&config);
            support_about("%s", izh_method_name(config.method));
            takes_inputs = !support_dialect(config.method) && !config.flow;
            allowed = NOTHING;
            live();
            if (config.method == IZH_TAYLOR || config.method == IZH_EULER)
                diverge();
            allowed = ANYTHING;
            izh_solver_destroy(solver);
        }
}

/* ---- populations ---- */

#define N 100

static int32_t at_spikes(const izh_spike *spikes, size_t count, void *user)
{
    izh_state y;
    izh_population *p = user;
    izh_population_get_state(p, spikes[count - 1].i, 1, &y);
    ERROR(izh_population_run(p, 1e6));
    return izh_population_hash(p) % 2 ? IZH_STOP : IZH_CONTINUE;
}

static void at_currents(double t, uint32_t first, uint32_t count, double *I, void *user)
{
    (void)user;
    for (uint32_t i = 0; i < count; i++)
        I[i] += t > 10 && first + i == 7 ? NAN : 1;
}

static void population_errors(izh_population *p)
{
    const izh_params none = {0};
    const double nan = NAN;
    izh_population_statistics statistics = IZH_POPULATION_STATISTICS_INIT;
    izh_state y;
    ERROR(izh_population_run(p, -1));
    ERROR(izh_population_run(p, NAN));
    ERROR(izh_population_set_params(p, 0, 1, &none, 0));
    ERROR(izh_population_set_state(p, N, 1, &(izh_state){-60, 0}, 0));
    ERROR(izh_population_set_current(p, 0, 1, &nan, 0));
    ERROR(izh_population_get_state(p, N, 1, &y));
    ERROR(izh_population_load(p, blob, 17));
    izh_population_get_statistics(p, &statistics);
    izh_population_message(p);
    izh_population_set_log(p, NULL);
    izh_population_abandon(p);
}

/* Mixed neurons with special terms may run away by themselves. */
static void live_population(izh_population *p, int f32, int special)
{
    static izh_state states[N];
    const double I = 30, huge = f32 ? 1e30 : 1e150;
    izh_population_set_current(p, 1, 1, &I, 0);
    allowed = special ? MESSAGES : NOTHING;
    while (izh_population_run(p, 10) == IZH_PAUSED)
        izh_population_spikes(p);
    allowed = NOTHING;
    izh_population_set_current(p, 2, 1, &huge, 0); /* trouble */
    allowed = MESSAGES;
    while (izh_population_run(p, 12) == IZH_PAUSED)
        continue;
    allowed = NOTHING;
    if (izh_population_troubles(p).total == 0)
        forbidden("no trouble");
    izh_population_get_state(p, 0, N, states);
    izh_population_set_state(p, 0, N, states, 1);
    izh_population_set_current(p, 2, 1, &I, 0);
    izh_population_on_spikes(p, at_spikes, p);
    allowed = MESSAGES; /* of the current that is no number */
    while (izh_population_run(p, 15) == IZH_STOPPED)
        continue;
    allowed = NOTHING;
    izh_population_on_spikes(p, NULL, NULL);
    population_errors(p);
    izh_population_save(p, blob, sizeof blob);
    izh_population_hash(p);
    izh_population_time(p);
    izh_population_dt(p);
    izh_population_isa(p);
    if (izh_population_recorded(p) == 0)
        forbidden("no record");
}

static void populations_are_safe(void **state)
{
    (void)state;
    static const uint32_t recorded[] = {5, 99, 5};
    static izh_state samples[20][3];
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);)
        for (int how = 0; how < 3; how++) {
            config.n = N;
            config.threads = how % 2;
            config.spike_capacity = 3;
            config.noise_sigma = 1;
            config.max_spikes_per_ms = 50; /* none runs away by itself */
            izh_population *p = population_create(&config, how == 1);
            if (how)
                check_population(izh_population_on_current(p, at_currents, NULL, how == 2), p);
            check_population(izh_population_record(p, recorded, 3, 2, samples[0], 20), p);
            allowed = NOTHING;
            live_population(p, config.precision == IZH_F32, how == 1);
            allowed = ANYTHING;
            izh_population_destroy(p);
        }
}

/* ---- networks ---- */

static int32_t at_network_spikes(const izh_spike *spikes, size_t count, void *user)
{
    double input;
    izh_network *net = user;
    izh_network_get_input(net, 2, spikes[count - 1].i, 1, &input);
    ERROR(izh_network_run(net, 1e6));
    ERROR(izh_network_send(net, NULL, 0));
    return izh_network_hash(net) % 2 ? IZH_STOP : IZH_CONTINUE;
}

static void network_errors(izh_network *net)
{
    const double nan = NAN;
    double input;
    static izh_spike many[400];
    for (uint32_t k = 0; k < LENGTH(many); k++)
        many[k] = (izh_spike){1e4, k % WEB_SOURCES, 0};
    ERROR(izh_network_run(net, -1));
    ERROR(izh_network_run(net, NAN));
    ERROR(izh_network_send(net, many, LENGTH(many))); /* more than send_capacity */
    ERROR(izh_network_set_rates(net, 0, 1, &nan, 0));
    ERROR(izh_network_set_background(net, 1, 0, 1, &nan, &nan, 0));
    ERROR(izh_network_set_weights(net, 0, 0, 1, &nan));
    ERROR(izh_network_set_gain(net, 4, nan));
    ERROR(izh_network_connect(net, 0, NULL, 1));
    ERROR(izh_network_get_input(net, 99, 0, 1, &input));
    ERROR(izh_network_load(net, blob, 17));
    izh_network_message(net);
}

/* All that does not allocate once a network is built and has room. */
static void live_network(izh_network *net, int plastic)
{
    static izh_synapse synapses[100];
    static double weights[100], inputs[N];
    izh_population *p = izh_network_population(net);
    const double hz = 30, weight = 1;
    for (int t = 1; t < 40; t++) {
        const izh_spike spikes[] = {{t + 1.5, 3, 0}, {t + .5, 5, 0}};
        izh_network_send(net, spikes, 2);
        while (izh_network_run(net, t) > 0)
            izh_population_spikes(p);
        izh_network_set_rates(net, 5, 3, &hz, 0);
        izh_network_set_background(net, 1, 0, N, &hz, &weight, 0);
        izh_network_synapses(net, 2, 3, 100, synapses);
        izh_network_get_weights(net, 2, 3, 100, weights);
        izh_network_set_weights(net, 2, 3, 100, weights);
        izh_network_get_weights(net, 3, 3, 100, weights);
        izh_network_set_weights(net, 3, 3, 100, weights);
        if (plastic)
            izh_network_set_gain(net, 4, .3);
        izh_network_get_input(net, 2, 0, N, inputs);
        izh_network_count(net, 2);
    }
    if (izh_population_time(p) != 39)
        forbidden("a run that ends early");
    if (izh_network_save(net, blob, sizeof blob) > sizeof blob)
        forbidden("too small a blob");
    network_errors(net);
}

static void networks_are_safe(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; population_next(&k, &config);)
        for (int how = 0; how < 3; how++) {
            struct web web = {.population = config, .plain = 1, .plastic = how};
            web.population.n = N;
            web.population.threads = how % 2;
            web.population.noise_sigma = 1;
            web.population.max_spikes_per_ms = 50;
            web.population.spike_capacity = 3;
            web.delay_least = how == 2 ? 9 : 0;
            web.in_flight = 100000;
            web.send_capacity = 310;
            izh_network *net = web_create(&web);
            izh_population *p = izh_network_population(net);
            if (how)
                check_population(izh_population_on_spikes(p, at_network_spikes, net), p);
            check_network(izh_network_build(net), net);
            allowed = NOTHING;
            live_network(net, how);
            allowed = ANYTHING;
            izh_network_destroy(net);
        }
}

/* ---- pinn and flow maps ---- */

static izh_pinn *pinn;

static void pinn_is_safe(void **state)
{
    (void)state;
    const double times[] = {0, 10, 205, 1e9, NAN}, within[] = {0, .1, 5};
    const izh_state from = {-60, 0};
    izh_state states[5];
    double residuals[5];
    allowed = NOTHING;
    izh_pinn_eval(pinn, times, 5, states);
    izh_pinn_residual(pinn, times, 5, residuals);
    izh_pinn_save(pinn, blob, sizeof blob);
    izh_flow_eval(flow, from, 65, 0, within, 3, states, residuals);
    izh_flow_eval(flow, from, 1e9, 0, within, 3, states, residuals);
    izh_flow_save(flow, blob, sizeof blob);
    allowed = ANYTHING;
}

/* ---- each function ---- */

/* By the marks in the headers. */
static void each_function_is_what_it_is_marked(void **state)
{
    (void)state;
    size_t called = 0;
    save_things();
    for (size_t i = 0; i < LENGTH(calls); i++) {
        if (!(calls[i].kind & REALTIME))
            continue;
        support_about("%s", calls[i].name);
        make_things();
        allowed = NOTHING;
        calls[i].call();
        allowed = ANYTHING;
        destroy_things();
        called++;
    }
    forget_things();
    check_true(called > 60);
}

static void odd_arguments_are_safe(void **state)
{
    (void)state;
    const izh_params p = izh_params_2003(.02, .2, -65, 8);
    izh_state rest;
    const char *field;
    allowed = NOTHING;
    izh_params_check(NULL, &field);
    izh_params_rest(&p, NAN, &rest);
    for (size_t i = 0; i < izh_preset_count(); i++)
        izh_preset_find(izh_preset_get(i)->name);
    allowed = ANYTHING;
}

static int set_up(void **state)
{
    (void)state;
    izh_pinn_config pinn_config = support_pinn_config();
    izh_flow_config flow_config = support_flow_config();
    pinn_config.t_end = 210;
    pinn_config.tolerance = 1e-4;
    flow_config.units = 8;
    flow_config.points = 200;
    flow_config.I_lo = 60;
    flow_config.I_hi = 70;
    pinn = support_train(&pinn_config);
    flow = support_train_flow(&flow_config);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    izh_pinn_destroy(pinn);
    izh_flow_destroy(flow);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(solvers_are_safe),
        cmocka_unit_test(populations_are_safe),
        cmocka_unit_test(networks_are_safe),
        cmocka_unit_test(pinn_is_safe),
        cmocka_unit_test(each_function_is_what_it_is_marked),
        cmocka_unit_test(odd_arguments_are_safe),
    };
    return cmocka_run_group_tests_name("realtime", tests, set_up, tear_down);
}
