/* A program that was built with the headers of an earlier release runs with the library of now. It
 * makes one of each object by the INIT macros and frozen structs of then, and looks at what comes
 * back. */
#include <izh/izh.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CHECK(condition)                                                      \
    do {                                                                      \
        if (!(condition)) {                                                   \
            fprintf(stderr, "old.c:%d: not %s\n", (int)__LINE__, #condition); \
            return 1;                                                         \
        }                                                                     \
    } while (0)

static int32_t count(const izh_spike_event *e, izh_state *after, void *user)
{
    (void)e, (void)after;
    ++*(int *)user;
    return IZH_CONTINUE;
}

static int solve(void)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    izh_statistics statistics = IZH_STATISTICS_INIT;
    const izh_segment current = {101, 70, 0};
    izh_solver *solver;
    int spikes = 0;
    config.params = izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
    config.initial.v = -60;
    CHECK(izh_solver_create(&solver, &config) == IZH_OK);
    CHECK(izh_solver_on_spike(solver, count, &spikes) == IZH_OK);
    CHECK(izh_solver_set_stimulus(solver, &current, 1) == IZH_OK);
    CHECK(izh_solver_run(solver, 1000) == IZH_OK);
    CHECK(izh_solver_statistics(solver, &statistics) == IZH_OK);
    CHECK(spikes == 6 && statistics.spikes == 6 && statistics.size == sizeof statistics);
    CHECK(izh_solver_state(solver).v < 35 && izh_solver_time(solver) == 1000);
    izh_solver_destroy(solver);
    return 0;
}

static int populate(void)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    izh_population *population;
    const double current = 10;
    config.n = 10;
    config.method = IZH_RK4;
    CHECK(izh_population_create(&population, &config) == IZH_OK);
    CHECK(izh_population_set_current(population, 0, 10, &current, 0) == IZH_OK);
    CHECK(izh_population_run(population, 10) == IZH_OK);
    const izh_spikes spikes = izh_population_spikes(population);
    CHECK(spikes.count == 10 && spikes.data[9].i == 9 && spikes.data[9].t == spikes.data[0].t);
    CHECK(izh_population_troubles(population).total == 0);
    izh_population_destroy(population);
    return 0;
}

static int train(void)
{
    izh_pinn_config config = IZH_PINN_CONFIG_INIT;
    izh_pinn *pinn;
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.initial.v = -65;
    config.initial.u = -13;
    config.t_end = 10;
    CHECK(izh_pinn_train(&pinn, &config) == IZH_OK);
    CHECK(izh_pinn_end(pinn) == 10 && izh_pinn_get_windows(pinn).data[0].t == 0);
    CHECK(izh_pinn_get_losses(pinn).count > 0 && izh_pinn_get_spikes(pinn).count == 0);
    izh_pinn_destroy(pinn);
    return 0;
}

/* A map would take seconds: it is enough that the config is read and the fault in it found. */
static int refuse_map(void)
{
    izh_flow_config config = IZH_FLOW_CONFIG_INIT;
    izh_flow *flow;
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.I_lo = 1;
    config.I_hi = 0;
    CHECK(izh_flow_train(&flow, &config) == IZH_E_INVALID && !flow);
    config.I_hi = 2;
    config.units = 7;
    CHECK(izh_flow_train(&flow, &config) == IZH_E_INVALID && !flow);
    return 0;
}

static int look_up(void)
{
    izh_method method;
    const izh_preset *preset = izh_preset_find("report-RS");
    CHECK(izh_version() >= IZH_VERSION);
    CHECK(preset && preset->size >= sizeof *preset && preset->params.vpeak == 35);
    CHECK(preset->segments[1].I == 70 && preset->published_dt > 0 && preset->published_until > 0);
    CHECK(izh_method_find("taylor", &method) == IZH_OK && method == IZH_TAYLOR);
    CHECK(strcmp(izh_status_name(IZH_E_FILE), "IZH_E_FILE") == 0);
    CHECK(izh_has("populations") && !izh_has(""));
    CHECK(izh_struct_size("izh_params") == sizeof(izh_params));
    CHECK(izh_struct_size("izh_solver_config") >= sizeof(izh_solver_config));
    return 0;
}

#if IZH_VERSION >= 2000
/* A source, by a synapse, makes a neuron spike; the neuron's statistics are those of then. */
static int connect(void)
{
    izh_population_config neurons = IZH_POPULATION_CONFIG_INIT;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    izh_group_config kind = IZH_GROUP_CONFIG_INIT;
    izh_population_statistics statistics = IZH_POPULATION_STATISTICS_INIT;
    const izh_receptor jump = {.kind = IZH_JUMP};
    const izh_synapse synapse = {.source = 1, .target = 0, .delay = 2, .weight = 200};
    const izh_spike sent = {.t = 1};
    izh_network *network;
    uint32_t group = 1;
    neurons.n = 1;
    config.population = &neurons;
    config.sources = 1;
    config.receptors = &jump;
    config.receptor_count = 1;
    CHECK(izh_network_create(&network, &config) == IZH_OK);
    CHECK(izh_network_group(network, &kind, &group) == IZH_OK && group == 0);
    CHECK(izh_network_connect(network, group, &synapse, 1) == IZH_OK);
    CHECK(izh_network_send(network, &sent, 1) == IZH_OK);
    CHECK(izh_network_run(network, 2) == IZH_OK);
    const izh_spikes spikes = izh_population_spikes(izh_network_population(network));
    CHECK(spikes.count == 1 && spikes.data[0].t > 1.1 && spikes.data[0].t < 1.3);
    CHECK(izh_population_get_statistics(izh_network_population(network), &statistics) == IZH_OK);
    CHECK(statistics.size == sizeof statistics && statistics.unstable_steps == 0);
    izh_network_destroy(network);
    return 0;
}

/* How fast the first spike comes sooner with the current, beside a difference. */
static double first_spike(double I, double *slope)
{
    const izh_gradient to_I = {.of_segment = IZH_SEGMENT_I};
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    izh_solver *solver;
    double t = -1;
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.initial.v = -65;
    config.initial.u = -13;
    config.gradients = &to_I;
    config.gradient_count = 1;
    if (izh_solver_create(&solver, &config) != IZH_OK)
        return t;
    if (izh_solver_set_current(solver, I) == IZH_OK &&
        izh_solver_next_spike(solver, 100, &t) == IZH_OK && izh_solver_run(solver, t) == IZH_OK &&
        izh_solver_spike_gradients(solver, slope) != IZH_OK)
        t = -1;
    izh_solver_destroy(solver);
    return t;
}

static int differentiate(void)
{
    double slope = 0, other;
    const double step = 1e-4, before = first_spike(10 - step, &other),
                 after = first_spike(10 + step, &other);
    CHECK(first_spike(10, &slope) > 0 && before > after && after > 0);
    CHECK(fabs(slope - (after - before) / (2 * step)) < 1e-6 * fabs(slope));
    return 0;
}

static int measure(void)
{
    izh_intervals intervals = IZH_INTERVALS_INIT;
    izh_rheobase rheobase;
    const izh_params params = izh_params_2003(.02, .2, -65, 8);
    const double times[] = {1, 3, 5};
    CHECK(izh_metric_intervals(times, 3, &intervals) == IZH_OK);
    CHECK(intervals.count == 2 && intervals.mean == 2 && intervals.cv == 0);
    CHECK(izh_params_rheobase(&params, IZH_RHEOBASE_STEP, 1e3, 0, &rheobase) == IZH_OK);
    CHECK(rheobase.below < rheobase.I && rheobase.I < 10);
    return 0;
}
#else
static int connect(void)
{
    return 0;
}

static int differentiate(void)
{
    return 0;
}

static int measure(void)
{
    return 0;
}
#endif

int main(void)
{
    return solve() || populate() || train() || refuse_map() || look_up() || connect() ||
           differentiate() || measure();
}
