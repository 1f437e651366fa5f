/* What the native library computes, to the bit, for the page's tests: every preset in both
 * flavours, and every method on a few presets. Doubles are printed as the 16 hex digits of their
 * bits.
 *
 *     case PRESET METHOD EVENTS DT UNTIL    EVENTS 0 exact, 1 grid; what follows belongs to it
 *     refused STATUS                        there is no such solver; nothing follows
 *     sample T V U                          at chosen times
 *     spike T V U V U                       before and after the reset
 *     end STATUS T V U SPIKES               how sampling ended, and where
 *
 * With the word "analysis", the analysis of random neurons of the 2003 form instead:
 *
 *     at A B C D I                          what follows belongs to it
 *     equilibrium V U RE RE IM IM KIND BEYOND
 *     bifurcation I V U KIND ENDS
 *     rest I V U KIND ENDS                  above which there is no rest
 *
 * With the word "trains", the spikes of random neurons of the 2003 form, from rest:
 *
 *     at A B C D I                          what follows belongs to it
 *     train T ...                           in 1000 ms under a constant current I
 *
 * With "pairs", random pairs of neurons of the 2003 form that are coupled, in ticks of 0.1 ms:
 *
 *     pair A B C D I SLOPE G12 G21 DELAY TAU MORE DV    DELAY in ticks; MORE of the current, and
 *                                                       DV more of v, has the second neuron
 *     sample T V1 U1 V2 U2                              at the end of each run of 500 ticks
 *     fired T NEURON
 *     hash HASH
 *
 * With "network", that of the 2003 paper, whose weights and noise change after each 300 ms:
 *
 *     set WE WI NOISE NOISE                 largest weights, and noise of each kind
 *     fired T NEURON
 *     hash HASH
 */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <izh/izh.h>

enum {
    SAMPLES = 97, /* no multiple of a step */
    SPIKES = 1 << 16
};

struct spikes {
    size_t count;
    double numbers[SPIKES][5];
};

static void print(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    printf(" %016" PRIx64, bits);
}

static void print_all(const char *what, const double *numbers, size_t n)
{
    fputs(what, stdout);
    for (size_t i = 0; i < n; i++)
        print(numbers[i]);
    putchar('\n');
}

static int32_t keep(const izh_spike_event *e, izh_state *after, void *user)
{
    struct spikes *spikes = user;
    const double numbers[5] = {e->t, e->before.v, e->before.u, after->v, after->u};
    if (spikes->count == SPIKES)
        exit(1);
    memcpy(spikes->numbers[spikes->count++], numbers, sizeof numbers);
    return IZH_CONTINUE;
}

static void run(const izh_preset *preset, izh_method method, int32_t events, double dt,
                double until)
{
    static struct spikes spikes;
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.params = preset->params;
    config.initial = preset->initial;
    config.method = method;
    config.events = events;
    config.dt = dt;
    izh_solver *solver;
    printf("case %s %s %d", preset->name, izh_method_name(method), (int)events);
    print_all("", (double[]){dt, until}, 2);
    spikes.count = 0;
    izh_status status = izh_solver_create(&solver, &config);
    if (status != IZH_OK) {
        printf("refused %s\n", izh_status_name(status));
        return;
    }
    izh_solver_on_spike(solver, keep, &spikes);
    izh_solver_set_stimulus(solver, preset->segments, preset->segment_count);
    double times[SAMPLES];
    izh_state states[SAMPLES];
    for (int i = 0; i < SAMPLES; i++)
        times[i] = i + 1 == SAMPLES ? until : until * i / SAMPLES;
    status = izh_solver_sample(solver, times, SAMPLES, states);
    for (int i = 0; status == IZH_OK && i < SAMPLES; i++)
        print_all("sample", (double[]){times[i], states[i].v, states[i].u}, 3);
    for (size_t i = 0; i < spikes.count; i++)
        print_all("spike", spikes.numbers[i], 5);
    const izh_state end = izh_solver_state(solver);
    printf("end %s", izh_status_name(status));
    print_all("", (double[]){izh_solver_time(solver), end.v, end.u}, 3);
    izh_solver_destroy(solver);
}

static void run_flavours(const izh_preset *preset)
{
    izh_method method;
    run(preset, IZH_TAYLOR, IZH_EVENTS_EXACT, 0, preset->duration);
    if (izh_method_find(preset->published_method, &method) != IZH_OK)
        exit(1);
    run(preset, method, IZH_EVENTS_GRID, preset->published_dt, preset->published_until);
}

/* The network takes long: it has a shorter time. */
static void run_methods(const char *name)
{
    const izh_preset *preset = izh_preset_find(name);
    for (izh_method method = 1; izh_method_name(method); method++)
        for (int32_t events = IZH_EVENTS_EXACT; events <= IZH_EVENTS_GRID; events++)
            run(preset, method, events, 0, method == IZH_PINN ? 40 : 200);
}

/* From lo to hi, by a generator of 32 bits (Numerical Recipes). */
static double drawn(double lo, double hi)
{
    static uint32_t state = 2003;
    state = state * 1664525u + 1013904223u;
    return lo + (hi - lo) * ((state >> 8) / 16777216.0);
}

static void print_bifurcation(const char *what, const izh_bifurcation *b)
{
    print_all(what, (double[]){b->I, b->state.v, b->state.u, b->kind, b->ends_rest}, 5);
}

static void analyse(void)
{
    const double at[] = {drawn(0.001, 0.2), drawn(-0.5, 1), drawn(-80, -40), drawn(-2, 12),
                         drawn(-30, 30)};
    const izh_params params = izh_params_2003(at[0], at[1], at[2], at[3]);
    izh_equilibrium e[IZH_EQUILIBRIA_MAX];
    izh_bifurcation b[IZH_BIFURCATIONS_MAX], rest;
    size_t n;
    print_all("at", at, 5);
    izh_params_equilibria(&params, at[4], e, &n);
    for (size_t i = 0; i < n; i++)
        print_all("equilibrium",
                  (double[]){e[i].state.v, e[i].state.u, e[i].re[0], e[i].re[1], e[i].im[0],
                             e[i].im[1], e[i].kind, e[i].beyond_peak},
                  8);
    izh_params_bifurcations(&params, b, &n);
    for (size_t i = 0; i < n; i++)
        print_bifurcation("bifurcation", &b[i]);
    izh_params_rest_ends(&params, &rest);
    print_bifurcation("rest", &rest);
}

/* Its rest without current, or else its reset, with u where it stands still. */
static izh_state beginning(const izh_params *params)
{
    izh_equilibrium e[IZH_EQUILIBRIA_MAX];
    size_t n;
    izh_params_equilibria(params, 0, e, &n);
    for (size_t i = 0; i < n; i++)
        if ((e[i].kind == IZH_STABLE_NODE || e[i].kind == IZH_STABLE_FOCUS) && !e[i].beyond_peak)
            return e[i].state;
    return (izh_state){params->c, params->b_lo * (params->c - params->vb) / params->r};
}

static void fire(void)
{
    static struct spikes spikes;
    const double at[] = {drawn(0.002, 0.15), drawn(0.05, 0.35), drawn(-75, -40), drawn(0, 10),
                         drawn(0, 15)};
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.params = izh_params_2003(at[0], at[1], at[2], at[3]);
    config.initial = beginning(&config.params);
    config.method = IZH_TAYLOR;
    izh_solver *solver;
    if (izh_solver_create(&solver, &config) != IZH_OK)
        exit(1);
    spikes.count = 0;
    izh_solver_on_spike(solver, keep, &spikes);
    izh_solver_set_stimulus(solver, &(izh_segment){0, at[4], 0}, 1);
    if (izh_solver_run(solver, 1000) != IZH_OK)
        exit(1);
    izh_solver_destroy(solver);
    print_all("at", at, 5);
    fputs("train", stdout);
    for (size_t i = 0; i < spikes.count; i++)
        print(spikes.numbers[i][0]);
    putchar('\n');
}

/* ---- coupled neurons ---- */

enum {
    TICKS = 500, /* of a run */
    RUNS = 8
};

static void need(izh_status status)
{
    if (status != IZH_OK)
        exit(1);
}

static void print_fired(izh_network *net)
{
    const izh_spikes spikes = izh_population_spikes(izh_network_population(net));
    for (size_t k = 0; k < spikes.count; k++)
        print_all("fired", (double[]){spikes.data[k].t, spikes.data[k].i}, 2);
}

static void print_hash(izh_network *net)
{
    printf("hash %016" PRIx64 "\n", izh_network_hash(net));
}

struct ramp {
    double I, slope, more;
};

static void give_ramp(double t, uint32_t first, uint32_t count, double *I, void *user)
{
    const struct ramp *ramp = user;
    for (uint32_t i = 0; i < count; i++)
        I[i] = ramp->I + ramp->slope * t + (first + i == 1 ? ramp->more : 0);
}

/* Synapses both ways, of excitation or inhibition. */
static void connect_pair(izh_network *net, double g12, double g21, uint32_t delay)
{
    const double weights[2] = {g12, g21};
    for (int32_t inhibits = 0; inhibits < 2; inhibits++) {
        izh_group_config config = IZH_GROUP_CONFIG_INIT;
        uint32_t group;
        config.receptor = inhibits;
        need(izh_network_group(net, &config, &group));
        for (uint32_t i = 0; i < 2; i++) {
            const bool mine = inhibits ? weights[i] < 0 : weights[i] > 0;
            const double weight = !mine ? 0 : inhibits ? -weights[i] : weights[i];
            need(izh_network_connect(net, group, &(izh_synapse){i, 1 - i, delay, 0, weight}, 1));
        }
    }
}

static izh_network *make_pair(const double at[12])
{
    const izh_receptor receptors[2] = {{.kind = IZH_CONDUCTANCE, .tau = at[9], .E = 0},
                                       {.kind = IZH_CONDUCTANCE, .tau = at[9], .E = -80}};
    izh_population_config neurons = IZH_POPULATION_CONFIG_INIT;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    const izh_params params = izh_params_2003(at[0], at[1], at[2], at[3]);
    const izh_state states[2] = {{-65, -13}, {-65 + at[11], -13}};
    izh_network *net;
    neurons.n = 2;
    neurons.method = IZH_TAYLOR;
    neurons.dt = .1;
    config.population = &neurons;
    config.receptors = receptors;
    config.receptor_count = 2;
    need(izh_network_create(&net, &config));
    need(izh_population_set_params(izh_network_population(net), 0, 2, &params, 0));
    need(izh_population_set_state(izh_network_population(net), 0, 2, states, 1));
    connect_pair(net, at[6], at[7], (uint32_t)at[8]);
    return net;
}

static void run_pair(void)
{
    const double at[12] = {drawn(.01, .1), drawn(.15, .26), drawn(-65, -50),
                           drawn(1, 8),    drawn(5, 15),    drawn(-.005, .005),
                           drawn(-.3, .1), drawn(-.3, .1),  floor(drawn(0, 60)),
                           drawn(1, 20),   drawn(-1, 1),    drawn(-10, 20)};
    struct ramp ramp = {at[4], at[5], at[10]};
    izh_network *net = make_pair(at);
    izh_population *both = izh_network_population(net);
    print_all("pair", at, 12);
    need(izh_population_on_current(both, give_ramp, &ramp, 1));
    for (int k = 1; k <= RUNS; k++) {
        izh_state s[2];
        need(izh_network_run(net, k * TICKS * .1));
        print_fired(net);
        izh_population_get_state(both, 0, 2, s);
        print_all("sample", (double[]){izh_population_time(both), s[0].v, s[0].u, s[1].v, s[1].u},
                  5);
    }
    print_hash(net);
    izh_network_destroy(net);
}

/* As examples/network.c has it; its numbers are checked against that program's, too. */
enum {
    EXCITATORY = 800,
    ALL = 1000,
    MS = 300
};

static double uniforms[ALL * ALL];

static double uniform(void)
{
    static uint64_t x = 2003;
    x = x * 6364136223846793005u + 1442695040888963407u;
    return (double)(x >> 44) * 0x1p-20;
}

static double normal(void)
{
    double sum = -6;
    for (int k = 0; k < 12; k++)
        sum += uniform();
    return sum;
}

static izh_network *make_network(void)
{
    izh_population_config neurons = IZH_POPULATION_CONFIG_INIT;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    const izh_receptor receptor = {.kind = IZH_CURRENT};
    izh_network *net;
    neurons.n = ALL;
    neurons.method = IZH_PUBLISHED_2003;
    neurons.events = IZH_EVENTS_GRID;
    config.population = &neurons;
    config.receptors = &receptor;
    config.receptor_count = 1;
    need(izh_network_create(&net, &config));
    for (uint32_t j = 0; j < ALL; j++) {
        const double r = uniform();
        const izh_params params = j < EXCITATORY
                                      ? izh_params_2003(.02, .2, -65 + 15 * r * r, 8 - 6 * r * r)
                                      : izh_params_2003(.02 + .08 * r, .25 - .05 * r, -65, 2);
        const izh_state state = {-65, params.b_lo * -65};
        need(izh_population_set_params(izh_network_population(net), j, 1, &params, 0));
        need(izh_population_set_state(izh_network_population(net), j, 1, &state, 0));
    }
    return net;
}

static double weight(size_t k, double wE, double wI)
{
    return k < (size_t)EXCITATORY * ALL ? wE * uniforms[k] : -wI * uniforms[k];
}

static void connect_network(izh_network *net)
{
    const izh_group_config config = IZH_GROUP_CONFIG_INIT;
    uint32_t group;
    need(izh_network_group(net, &config, &group));
    for (size_t k = 0; k < ALL * ALL; k++) {
        uniforms[k] = uniform();
        const uint32_t source = (uint32_t)(k / ALL), target = (uint32_t)(k % ALL);
        need(izh_network_connect(net, group, &(izh_synapse){source, target, 0, 0, weight(k, .5, 1)},
                                 1));
    }
}

/* A weight that the library would have to round to 0 is 0. */
static void set_weights(izh_network *net, double wE, double wI)
{
    static double weights[ALL * ALL];
    for (size_t k = 0; k < ALL * ALL; k++) {
        weights[k] = weight(k, wE, wI);
        if (fabs(weights[k]) <= 0x1p-22)
            weights[k] = 0;
    }
    need(izh_network_set_weights(net, 0, 0, ALL * ALL, weights));
}

static void run_network(void)
{
    static const double sets[][4] = {{.5, 1, 5, 2}, {.013, 3, 8, 4}, {1.1, .7, 3.3, 2.2}};
    izh_network *net = make_network();
    connect_network(net);
    for (int s = 0; s < 3; s++) {
        print_all("set", sets[s], 4);
        set_weights(net, sets[s][0], sets[s][1]);
        for (int t = s * MS; t < (s + 1) * MS; t++) {
            double I[ALL];
            for (int i = 0; i < ALL; i++)
                I[i] = sets[s][i < EXCITATORY ? 2 : 3] * normal();
            need(izh_population_set_current(izh_network_population(net), 0, ALL, I, 1));
            need(izh_network_run(net, t + 1));
            print_fired(net);
        }
    }
    print_hash(net);
    izh_network_destroy(net);
}

static void print_by_name(const char *name)
{
    static const struct {
        const char *name;
        void (*print_one)(void);
        int times;
    } all[] = {{"analysis", analyse, 100},
               {"trains", fire, 100},
               {"pairs", run_pair, 12},
               {"network", run_network, 1}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        for (int i = 0; strcmp(name, all[k].name) == 0 && i < all[k].times; i++)
            all[k].print_one();
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        print_by_name(argv[1]);
        return fflush(stdout) != 0;
    }
    for (size_t i = 0; i < izh_preset_count(); i++)
        run_flavours(izh_preset_get(i));
    run_methods("2003-RS");
    run_methods("2004-L");  /* k1 and k0 of its own */
    run_methods("2007-FS"); /* a cubic nullcline */
    run_methods("report-RS");
    return fflush(stdout) != 0;
}
