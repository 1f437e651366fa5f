/* Each public function, called once on objects in the middle of their lives: for tests of what must
 * hold of all of them. A new function needs a line here. */
#ifndef CALLS_H
#define CALLS_H

#include "portable.h"
#include "support_network.h"
#include "support_pinn.h"

#include "functions.h"

struct bytes {
    unsigned char data[4096];
    size_t size;
};

#define CAPACITY sizeof(((struct bytes *)0)->data)

/* What one call may touch: objects in the middle of their lives, room for others, and for what it
 * stores. */
static struct {
    izh_solver *solver[2];
    izh_population *population[2];
    izh_network *network[3]; /* the last is not built */
    izh_pinn *pinn[2];
    izh_flow *flow[2];
    struct { /* no pointers, for it is compared */
        izh_params params, forms[9];
        izh_conversion units;
        izh_statistics statistics;
        izh_population_statistics population_statistics;
        izh_state states[12];
        double residuals[3], slopes[2];
        izh_method method;
        uint32_t indices[16];
        double inputs[12];
        izh_equilibrium equilibria[IZH_EQUILIBRIA_MAX];
        izh_bifurcation bifurcations[IZH_BIFURCATIONS_MAX];
        izh_matrix jacobian;
        izh_nullclines nullclines;
        izh_rheobase rheobase;
        izh_f_i points[3];
        size_t count;
        izh_synapse synapses[2];
        izh_intervals intervals;
        size_t size;
        unsigned char blob[CAPACITY];
    } out;
    uint64_t hash; /* of all that came of the call */
} x;

static struct bytes solver_saved, population_saved, network_saved, pinn_saved, flow_saved;

static char folder[PORTABLE_FOLDER], pinn_file[PORTABLE_FOLDER + 8], flow_file[PORTABLE_FOLDER + 8];
static const double given_times[] = {.125, .7, 2.3}, given_I = 7.1;
static const izh_segment given_segments[] = {{11.3, 70.1, 0}, {12.7, 300.3, .1}};
static const izh_input given_inputs[] = {{11.3, 70.1, 0, .3, 0}, {12.7, 300.3, .1, 1.7, -70}};
static const izh_gradient given_gradients[] = {{.params.k2 = 1.1, .params.a = .3},
                                               {.initial.v = 1, .of_segment = IZH_SEGMENT_I}};
static izh_params given_rs, given_tiny;
static izh_solver_config of_solver;
static izh_population_config of_population;
static izh_network_config of_network;
static const izh_group_config of_group = IZH_GROUP_CONFIG_INIT;
static const double given_hz[] = {133.3, 66.7}, given_weights[] = {1.3, .7};
static const izh_spike given_spikes[] = {{12.7, 1, 0}, {11.3, 0, 0}};
static const izh_synapse given_synapses[] = {{3, 7, 2, 0, 1.3}, {21, 7, 0, 0, .7}};
static const izh_receptor given_receptors[] = {{IZH_JUMP, 0, 0, 0, 0, 0},
                                               {IZH_CURRENT, 0, 5.3, 0, 0, 0},
                                               {IZH_CONDUCTANCE, 1, 9.7, 1.3, 2.1, 0}};
static const double given_samples[] = {70.1, 3.3, 11.7};
static const size_t given_length = 2;
static const izh_traces given_traces[] = {
    {1, IZH_LINEAR, 10.2, 1.3, 3, given_samples, NULL, NULL, NULL, NULL, 1, 0, -11.3},
    {1, IZH_HELD, 0, 0, 0, NULL, given_segments, &given_length, NULL, NULL, 0, 0, 0}};
static const izh_noise given_noise = {.7, 3.3, 1.7, {11.3, 5.1, 7.7}, 3, 5};
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

RETURNS(izh_draw_in_degree, 7, 10, 3, 4, 3, x.out.indices)
RETURNS(izh_draw_pairwise, 7, 10, 3, 4, .31, x.out.indices, x.out.indices + 8, 8)
DESTROYS(izh_flow_destroy, x.flow[0])
RETURNS(izh_flow_eval, x.flow[0], (izh_state){-55.3, 3.1}, 66.6, .1, given_times, 3, x.out.states,
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
RETURNS(izh_metric_check, given_times, 3, &x.out.size)
RETURNS(izh_metric_coincidence, given_times, 3, given_times + 1, 2, .3, 7.7, x.out.residuals)
RETURNS(izh_metric_intervals, given_times, 3, &x.out.intervals)
RETURNS(izh_metric_spike, given_times, 3, given_times + 1, 2, .1, 7.7, x.out.residuals)
RETURNS(izh_metric_van_rossum, given_times, 3, given_times + 1, 1, 1.3, x.out.residuals)
RETURNS(izh_metric_victor_purpura, given_times, 3, given_times + 1, 2, .7, NULL, x.out.residuals)
RETURNS(izh_network_build, x.network[2])
RETURNS(izh_network_connect, x.network[2], 0, given_synapses, 2)
RETURNS(izh_network_count, x.network[0], 1)
RETURNS(izh_network_create, &x.network[1], &of_network)
DESTROYS(izh_network_destroy, x.network[0])
RETURNS(izh_network_get_input, x.network[0], 2, 0, 10, x.out.inputs)
RETURNS(izh_network_get_weights, x.network[0], 1, 0, 2, x.out.inputs)
RETURNS(izh_network_group, x.network[2], &of_group, x.out.indices)
RETURNS(izh_network_hash, x.network[0])
RETURNS(izh_network_load, x.network[0], network_saved.data, network_saved.size)
CALL(izh_network_message, x.network[0])
CALL(izh_network_population, x.network[0])
RETURNS(izh_network_run, x.network[0], 20.1)
RETURNS(izh_network_save, x.network[0], x.out.blob, CAPACITY)
RETURNS(izh_network_send, x.network[0], given_spikes, 2)
RETURNS(izh_network_set_background, x.network[0], 0, 3, 2, given_hz, given_weights, 1)
RETURNS(izh_network_set_gain, x.network[0], 3, .7)
RETURNS(izh_network_set_rates, x.network[0], 0, 2, given_hz, 1)
RETURNS(izh_network_set_weights, x.network[0], 1, 0, 2, given_weights)
RETURNS(izh_network_synapses, x.network[0], 1, 0, 2, x.out.synapses)
RETURNS(izh_params_2003, .021, .23, -64.7, 7.9)
RETURNS(izh_params_2007, 99.7, .71, -60.3, -40.1, 35, .03, -2, -50, 100)
RETURNS(izh_params_bifurcations, &given_rs, x.out.bifurcations, &x.out.count)
CALL(izh_params_2003_jacobian, .021, .23, -64.7, 7.9, x.out.forms)
CALL(izh_params_2007_jacobian, 99.1, .71, -60.3, -40.1, 34.9, .031, -2.1, -50.3, 99.7, x.out.forms)
RETURNS(izh_params_check, &given_tiny, NULL)
RETURNS(izh_params_equilibria, &given_rs, .7, x.out.equilibria, &x.out.count)
RETURNS(izh_params_f_i, &given_rs, given_times, 3, 10.3, &of_population, x.out.points)
RETURNS(izh_params_jacobian, &given_rs, (izh_state){-55.3, 3.1}, &x.out.jacobian)
RETURNS(izh_params_nullclines, &given_rs, 11.3, &x.out.nullclines)
RETURNS(izh_params_rates, &given_rs, (izh_state){-55.3, 3.1}, 11.3, x.out.states)
RETURNS(izh_params_rest, &given_rs, 11.3, x.out.states)
RETURNS(izh_params_rest_ends, &given_rs, x.out.bifurcations)
RETURNS(izh_params_rheobase, &given_rs, IZH_RHEOBASE_STEP, 3.3, 1e-3, &x.out.rheobase)
RETURNS(izh_params_to_2003, &given_rs, &x.out.params, &x.out.units)
RETURNS(izh_params_to_2007, &given_rs, 77.7, &x.out.params, &x.out.units)
DESTROYS(izh_pinn_destroy, x.pinn[0])
RETURNS(izh_pinn_end, x.pinn[0])
RETURNS(izh_pinn_eval, x.pinn[0], given_times, 3, x.out.states)
CALL(izh_pinn_get_losses, x.pinn[0])
CALL(izh_pinn_get_spikes, x.pinn[0])
CALL(izh_pinn_get_windows, x.pinn[0])
RETURNS(izh_pinn_load, &x.pinn[1], pinn_saved.data, pinn_saved.size, NULL, NULL)
RETURNS(izh_pinn_load_file, &x.pinn[1], pinn_file, NULL, NULL)
CALL(izh_pinn_message, x.pinn[0])
RETURNS(izh_pinn_residual, x.pinn[0], given_times, 3, x.out.residuals)
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
RETURNS(izh_population_kick, x.population[0], 3, 2, given_hz, given_weights, 1)
RETURNS(izh_population_load, x.population[0], population_saved.data, population_saved.size)
CALL(izh_population_message, x.population[0])
RETURNS(izh_population_on_current, x.population[0], NULL, NULL, 0)
RETURNS(izh_population_on_spikes, x.population[0], NULL, NULL)
RETURNS(izh_population_record, x.population[0], (const uint32_t[]){3, 7}, 2, 3, x.out.states, 6)
RETURNS(izh_population_recorded, x.population[0])
RETURNS(izh_population_run, x.population[0], 20.1)
RETURNS(izh_population_save, x.population[0], x.out.blob, CAPACITY)
RETURNS(izh_population_set_current, x.population[0], 3, 1, &given_I, 0)
RETURNS(izh_population_set_log, x.population[0], NULL)
RETURNS(izh_population_set_params, x.population[0], 3, 1, &given_rs, 0)
RETURNS(izh_population_set_state, x.population[0], 3, 1, &(izh_state){-55.3, 3.1}, 0)
RETURNS(izh_population_set_stimulus, x.population[0], given_traces, 2)
CALL(izh_population_spikes, x.population[0])
RETURNS(izh_population_time, x.population[0])
CALL(izh_population_troubles, x.population[0])
RETURNS(izh_preset_count, )
CALL(izh_preset_find, "rs")
CALL(izh_preset_get, 3)
RETURNS(izh_solver_abandon, x.solver[0])
RETURNS(izh_solver_create, &x.solver[1], &of_solver)
DESTROYS(izh_solver_destroy, x.solver[0])
RETURNS(izh_solver_gradients, x.solver[0], x.out.states)
RETURNS(izh_solver_kick, x.solver[0], 1.1, -.3)
RETURNS(izh_solver_load, x.solver[0], solver_saved.data, solver_saved.size)
CALL(izh_solver_message, x.solver[0])
RETURNS(izh_solver_next_spike, x.solver[0], 11.3, x.out.inputs)
RETURNS(izh_solver_on_spike, x.solver[0], NULL, NULL)
RETURNS(izh_solver_on_stimulus, x.solver[0], NULL, NULL)
RETURNS(izh_solver_run, x.solver[0], 20.1)
RETURNS(izh_solver_sample, x.solver[0], (const double[]){10.9, 20.1}, 2, x.out.states)
RETURNS(izh_solver_sample_gradients, x.solver[0], (const double[]){10.9, 20.1}, 2, x.out.states,
        x.out.states + 2)
RETURNS(izh_solver_save, x.solver[0], x.out.blob, CAPACITY)
RETURNS(izh_solver_set_current, x.solver[0], given_I)
RETURNS(izh_solver_set_inputs, x.solver[0], given_inputs, 2)
RETURNS(izh_solver_set_log, x.solver[0], NULL)
RETURNS(izh_solver_set_noise, x.solver[0], &given_noise)
RETURNS(izh_solver_set_params, x.solver[0], &given_rs)
RETURNS(izh_solver_set_state, x.solver[0], (izh_state){-55.3, 3.1})
RETURNS(izh_solver_set_stimulus, x.solver[0], given_segments, 2)
RETURNS(izh_solver_spike_error_bound, x.solver[0])
RETURNS(izh_solver_spike_gradients, x.solver[0], x.out.slopes)
RETURNS(izh_solver_state, x.solver[0])
RETURNS(izh_solver_statistics, x.solver[0], &x.out.statistics)
RETURNS(izh_solver_time, x.solver[0])
CALL(izh_status_name, IZH_OK)
CALL(izh_status_text, IZH_OK)
RETURNS(izh_struct_size, "izh_params")
RETURNS(izh_version, )

/* All that the library exports: a function that is not called above cannot be built. */
#define ROW(function, kind) {#function, kind, call_##function},
static const struct {
    const char *name;
    int kind; /* by the marks in the headers */
    void (*call)(void);
} calls[] = {FUNCTIONS(ROW)};

/* ---- what they are called with ---- */

/* Called in each callback. */
static void (*note_callback)(void);

static void note(void)
{
    if (note_callback)
        note_callback();
}

static int32_t call_at_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    (void)e, (void)after, (void)user;
    note();
    return IZH_CONTINUE;
}

static int32_t call_at_ask(izh_segment *segment, double *until, izh_state state, void *user)
{
    (void)user;
    note();
    segment->I = 300.3 - .1 * state.v;
    *until = segment->t + 2.3;
    return IZH_CONTINUE;
}

static int32_t call_at_spikes(const izh_spike *spikes, size_t count, void *user)
{
    (void)spikes, (void)count, (void)user;
    note();
    return IZH_CONTINUE;
}

static void call_at_currents(double t, uint32_t first, uint32_t count, double *currents, void *user)
{
    (void)t, (void)first, (void)user;
    note();
    for (uint32_t i = 0; i < count; i++)
        currents[i] += 8.3;
}

static izh_status call_at_exchange(void *user, const izh_sent *mine, size_t count,
                                   const izh_sent **all, size_t *total)
{
    (void)user;
    note();
    *all = mine;
    *total = count;
    return IZH_OK;
}

static izh_network *make_network(void)
{
    izh_network *net;
    if (izh_network_create(&net, &of_network) != IZH_OK)
        fail_msg("no network");
    for (uint32_t k = 0; k < LENGTH(given_receptors); k++)
        check_network(izh_network_connect(net, network_group(net, k), given_synapses, 2), net);
    izh_group_config config = IZH_GROUP_CONFIG_INIT;
    uint32_t group;
    config.receptor = 1;
    config.stdp = (izh_stdp){.1, .12, 20.3, 19.7, 0, 10, .01, .9, 1, 3, IZH_PAIRS_ALL};
    check_network(izh_network_group(net, &config, &group), net);
    check_network(izh_network_connect(net, group, given_synapses, 2), net);
    return net;
}

/* Which has run, with spikes on their way. */
static izh_network *make_running_network(void)
{
    izh_network *net = make_network();
    izh_population *p = izh_network_population(net);
    check_population(izh_population_set_current(p, 0, 20, &given_I, 0), p);
    check_population(izh_population_on_spikes(p, call_at_spikes, NULL), p);
    check_population(izh_population_on_current(p, call_at_currents, NULL, 0), p);
    check_network(izh_network_set_rates(net, 0, 2, given_hz, 1), net);
    check_network(izh_network_set_background(net, 1, 0, 20, given_hz, given_weights, 0), net);
    check_network(izh_network_run(net, 10.3), net);
    return net;
}

/* A solver between two ends of steps, and a population of floats of which one is subnormal. */
static void make_things(void)
{
    memset(&x, 0, sizeof x);
    x.out.statistics.size = sizeof x.out.statistics;
    x.out.intervals.size = sizeof x.out.intervals;
    x.out.population_statistics.size = sizeof x.out.population_statistics;
    x.solver[0] = support_create(&of_solver);
    check_ok(izh_solver_on_spike(x.solver[0], call_at_spike, NULL), x.solver[0]);
    check_ok(izh_solver_on_stimulus(x.solver[0], call_at_ask, NULL), x.solver[0]);
    check_ok(izh_solver_run(x.solver[0], 10.7), x.solver[0]);
    x.population[0] = population_create(&of_population, 0);
    check_population(izh_population_on_spikes(x.population[0], call_at_spikes, NULL),
                     x.population[0]);
    check_population(izh_population_on_current(x.population[0], call_at_currents, NULL, 0),
                     x.population[0]);
    check_population(izh_population_run(x.population[0], 10.3), x.population[0]);
    check_population(izh_population_set_state(x.population[0], 1, 1, &(izh_state){-60, 1e-40}, 0),
                     x.population[0]);
    x.network[0] = make_running_network();
    x.network[2] = make_network();
    if (pinn_saved.size)
        izh_pinn_load(&x.pinn[0], pinn_saved.data, pinn_saved.size, NULL, NULL);
    if (flow_saved.size)
        izh_flow_load(&x.flow[0], flow_saved.data, flow_saved.size, NULL, NULL);
}

static void destroy_things(void)
{
    for (size_t i = 0; i < LENGTH(x.network); i++)
        izh_network_destroy(x.network[i]);
    for (int i = 0; i < 2; i++) {
        izh_solver_destroy(x.solver[i]);
        izh_population_destroy(x.population[i]);
        izh_pinn_destroy(x.pinn[i]);
        izh_flow_destroy(x.flow[i]);
    }
}

static void choose_configs(void)
{
    given_rs = izh_params_2003(.021, .23, -64.7, 7.9);
    given_tiny = given_rs; /* valid, but not where its cm is flushed to zero */
    given_tiny.cm = 1e-308;
    given_tiny.k2 = given_tiny.k1 = given_tiny.k0 = 0;
    of_solver = support_config(IZH_TAYLOR);
    of_solver.t0 = .1;
    of_solver.max_segments = 2;
    of_solver.gradients = given_gradients;
    of_solver.gradient_count = LENGTH(given_gradients);
    of_population = (izh_population_config)IZH_POPULATION_CONFIG_INIT;
    of_population.n = 20;
    of_population.precision = IZH_F32;
    of_population.t0 = .1;
    of_network = (izh_network_config)IZH_NETWORK_CONFIG_INIT;
    of_network.population = &of_population;
    of_network.sources = 2;
    of_network.receptors = given_receptors;
    of_network.receptor_count = LENGTH(given_receptors);
    of_network.in_flight = 1000;
    of_network.send_capacity = 10;
    of_network.exchange.run = call_at_exchange;
    of_pinn = support_pinn_config();
    of_pinn.t_end = 30.3;
    of_flow = support_flow_config();
    of_flow.units = 8;
    of_flow.points = 200;
    of_flow.I_lo = 60.1;
    of_flow.I_hi = 70.3;
}

/* Once before any things are made to be called with. */
static void save_things(void)
{
    choose_configs();
    make_things();
    x.pinn[0] = support_train(&of_pinn);
    x.flow[0] = support_train_flow(&of_flow);
    solver_saved.size = izh_solver_save(x.solver[0], solver_saved.data, CAPACITY);
    population_saved.size = izh_population_save(x.population[0], population_saved.data, CAPACITY);
    network_saved.size = izh_network_save(x.network[0], network_saved.data, CAPACITY);
    pinn_saved.size = izh_pinn_save(x.pinn[0], pinn_saved.data, CAPACITY);
    flow_saved.size = izh_flow_save(x.flow[0], flow_saved.data, CAPACITY);
    check_true(solver_saved.size <= CAPACITY && population_saved.size <= CAPACITY);
    check_true(network_saved.size <= CAPACITY);
    check_true(pinn_saved.size <= CAPACITY && flow_saved.size <= CAPACITY);
    check_true(portable_folder(folder));
    snprintf(pinn_file, sizeof pinn_file, "%s/pinn", folder);
    snprintf(flow_file, sizeof flow_file, "%s/flow", folder);
    if (izh_has("pinn")) {
        check_true(izh_pinn_save_file(x.pinn[0], pinn_file) == IZH_OK);
        check_true(izh_flow_save_file(x.flow[0], flow_file) == IZH_OK);
    }
    destroy_things();
}

static void forget_things(void)
{
    remove(pinn_file);
    remove(flow_file);
    portable_remove_folder(folder);
}

#endif
