/* A balanced network of 4000 neurons, after the benchmarks of R. Brette et al., Simulation of
 * networks of spiking neurons, J. Comput. Neurosci. 23 (2007) 349: 3200 excitatory and 800
 * inhibitory neurons, each pair connected with probability .02; synapses of 5 and 10 ms; by
 * currents (their CUBA) or by conductances (COBA: 0 and -80 mV). From there are the numbers, the
 * probability, the time constants and the reversals, and the currents' weights, 1.62 and 9 mV times
 * their leak of 10 nS. Adapted are the cells, which leaked and fired there and are the book's
 * regular spiking ones here; their drive, a little above threshold as in CUBA; and the
 * conductances' weights, which give the currents' at -50 mV. Argument: currents or conductances; a
 * seed. */
#include <izh/izh.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXCITATORY 3200
#define N 4000
#define P .02
#define DT .1
#define DELAY 0    /* they have none: a spike acts from the tick on at which it counts */
#define DRIVE 100. /* pA */
#define BEGIN 200  /* ms, from which on spikes count */
#define END 1200

/* Kinds of neurons, and the receptors that they act on. */
enum {
    E,
    I
};

static const izh_receptor currents[] = {{.kind = IZH_CURRENT, .tau = 5},
                                        {.kind = IZH_CURRENT, .tau = 10}};
static const izh_receptor conductances[] = {{.kind = IZH_CONDUCTANCE, .tau = 5, .E = 0},
                                            {.kind = IZH_CONDUCTANCE, .tau = 10, .E = -80}};
static const double current_weights[] = {16.2, -90};    /* pA */
static const double conductance_weights[] = {.324, 3.}; /* nS */

static void on_error(void *user, izh_status status, const char *message)
{
    (void)user;
    fprintf(stderr, "%s: %s\n", izh_status_name(status), message);
}

/* Synapses of neurons first .. first + count - 1 onto all. */
static izh_status connect(izh_network *net, uint64_t seed, int kind, double weight)
{
    const uint32_t first = kind == E ? 0 : EXCITATORY,
                   count = kind == E ? EXCITATORY : N - EXCITATORY;
    izh_group_config config = IZH_GROUP_CONFIG_INIT;
    uint32_t group;
    config.receptor = kind;
    izh_status status = izh_network_group(net, &config, &group);
    for (uint32_t i = 0; i < N && status == IZH_OK; i++) {
        uint32_t source[EXCITATORY], target[EXCITATORY];
        izh_synapse synapses[EXCITATORY];
        const size_t drawn = izh_draw_pairwise(seed, count, i, 1, P, source, target, count);
        for (size_t k = 0; k < drawn; k++)
            synapses[k] = (izh_synapse){first + source[k], i, DELAY, 0, weight};
        status = izh_network_connect(net, group, synapses, drawn);
    }
    return status;
}

/* States are spread, so that the neurons do not begin together. */
static void set_neurons(izh_population *p, uint64_t seed)
{
    const izh_params params = izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
    const double drive = DRIVE;
    izh_population_set_params(p, 0, N, &params, 0);
    izh_population_set_current(p, 0, N, &drive, 0);
    for (uint32_t i = 0; i < N; i++) {
        uint32_t place; /* on a line from -65 to -45 mV */
        izh_draw_in_degree(seed, 1000, i, 1, 1, &place);
        const izh_state state = {-65 + .02 * place, 0};
        izh_population_set_state(p, i, 1, &state, 0);
    }
}

static int32_t count_spikes(const izh_spike *spikes, size_t count, void *user)
{
    double *counts = user;
    for (size_t k = 0; k < count; k++)
        if (spikes[k].t >= BEGIN)
            counts[spikes[k].i < EXCITATORY ? E : I]++;
    return IZH_CONTINUE;
}

int main(int argc, char **argv)
{
    const int by_currents = argc < 2 || !strcmp(argv[1], "currents");
    const uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    const double *weights = by_currents ? current_weights : conductance_weights;
    double counts[2] = {0, 0};
    izh_network *net;
    izh_population_config neurons = IZH_POPULATION_CONFIG_INIT;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    neurons.n = N;
    neurons.dt = DT;
    neurons.log.write = on_error;
    config.population = &neurons;
    config.receptors = by_currents ? currents : conductances;
    config.receptor_count = 2;
    if (izh_network_create(&net, &config) != IZH_OK)
        return 1;
    izh_population *p = izh_network_population(net);
    set_neurons(p, seed);
    izh_population_on_spikes(p, count_spikes, counts);
    izh_status status = connect(net, 3 * seed, E, weights[E]);
    if (status == IZH_OK)
        status = connect(net, 3 * seed + 1, I, weights[I]);
    if (status == IZH_OK)
        status = izh_network_run(net, END);
    const double seconds = (END - BEGIN) / 1000.;
    if (status == IZH_OK)
        printf("by %s: excitatory %.2f Hz, inhibitory %.2f Hz\n",
               by_currents ? "currents" : "conductances", counts[E] / EXCITATORY / seconds,
               counts[I] / (N - EXCITATORY) / seconds);
    izh_network_destroy(net);
    return status == IZH_OK ? 0 : 1;
}
