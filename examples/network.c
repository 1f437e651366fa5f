/* The network of the 2003 paper (E. M. Izhikevich, Simple model of spiking neurons, IEEE Trans.
 * Neural Networks 14) for a second: 800 excitatory and 200 inhibitory neurons, wired all to all,
 * under noise. Numbers, step and events are those of the paper's listing; the random numbers are
 * not Matlab's. `network raster` prints the spikes, as CSV, for docs/pictures/overview.gp. */
#include <izh/izh.h>

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define EXCITATORY 800
#define N 1000
#define DURATION 1000

static double uniform(void)
{
    static uint64_t x = 2003;
    x = x * 6364136223846793005u + 1442695040888963407u;
    return (double)(x >> 44) * 0x1p-20; /* no finer than weights are */
}

/* Normal enough, with variance 1, and the same on all machines, as log and cos would not be. */
static double normal(void)
{
    double sum = -6;
    for (int k = 0; k < 12; k++)
        sum += uniform();
    return sum;
}

static void on_error(void *user, izh_status status, const char *message)
{
    (void)user;
    fprintf(stderr, "%s: %s\n", izh_status_name(status), message);
}

static izh_status set_neurons(izh_population *p)
{
    izh_status status = IZH_OK;
    for (uint32_t j = 0; j < N && status == IZH_OK; j++) {
        const double r = uniform();
        const izh_params params = j < EXCITATORY
                                      ? izh_params_2003(.02, .2, -65 + 15 * r * r, 8 - 6 * r * r)
                                      : izh_params_2003(.02 + .08 * r, .25 - .05 * r, -65, 2);
        const izh_state state = {-65, params.b_lo * -65};
        status = izh_population_set_params(p, j, 1, &params, 0);
        if (status == IZH_OK)
            status = izh_population_set_state(p, j, 1, &state, 0);
    }
    return status;
}

/* A spike adds to all currents of the next ms: the delay, in ticks from the spike on, is 0. */
static izh_status connect(izh_network *net)
{
    uint32_t group;
    const izh_group_config config = IZH_GROUP_CONFIG_INIT;
    izh_status status = izh_network_group(net, &config, &group);
    for (uint32_t j = 0; j < N && status == IZH_OK; j++) {
        izh_synapse row[N];
        for (uint32_t i = 0; i < N; i++)
            row[i] = (izh_synapse){j, i, 0, 0, j < EXCITATORY ? .5 * uniform() : -uniform()};
        status = izh_network_connect(net, group, row, N);
    }
    return status;
}

/* From t to t + 1; the noise is the neurons' constant current, to which the network adds. */
static izh_status tick(izh_network *net, int t)
{
    double I[N];
    for (int i = 0; i < N; i++)
        I[i] = (i < EXCITATORY ? 5 : 2) * normal();
    const izh_status status = izh_population_set_current(izh_network_population(net), 0, N, I, 1);
    return status == IZH_OK ? izh_network_run(net, t + 1) : status;
}

static void print_spikes(izh_spikes spikes)
{
    for (size_t k = 0; k < spikes.count; k++)
        printf("%g,%u\n", spikes.data[k].t, (unsigned)spikes.data[k].i);
}

/* Neurons that do not know of each other have a variance near the mean; a rhythm has more. */
static izh_status run(izh_network *net, int raster)
{
    double sum = 0, squares = 0;
    izh_status status = IZH_OK;
    for (int t = 0; t < DURATION && status == IZH_OK; t++) {
        status = tick(net, t);
        const izh_spikes list = izh_population_spikes(izh_network_population(net));
        const double spikes = (double)list.count;
        if (raster)
            print_spikes(list);
        sum += spikes;
        squares += spikes * spikes;
    }
    const double mean = sum / DURATION, variance = squares / DURATION - mean * mean;
    if (status == IZH_OK && !raster)
        printf("%.0f spikes in %d ms: %.3f Hz on average\n"
               "spikes in a ms: mean %.2f, variance / mean %.1f\n",
               sum, DURATION, 1000 * mean / N, mean, variance / mean);
    return status;
}

int main(int argc, char **argv)
{
    izh_network *net;
    izh_population_config neurons = IZH_POPULATION_CONFIG_INIT;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    const izh_receptor receptor = {.kind = IZH_CURRENT}; /* tau 0: for one tick */
    neurons.n = N;
    neurons.method = IZH_PUBLISHED_2003; /* its tick is 1 ms */
    neurons.events = IZH_EVENTS_GRID;
    neurons.log.write = on_error;
    config.population = &neurons;
    config.receptors = &receptor;
    config.receptor_count = 1;
    if (izh_network_create(&net, &config) != IZH_OK)
        return 1;

    izh_status status = set_neurons(izh_network_population(net));
    if (status == IZH_OK)
        status = connect(net);
    if (status == IZH_OK)
        status = run(net, argc > 1 && strcmp(argv[1], "raster") == 0);
    izh_network_destroy(net);
    return status == IZH_OK ? 0 : 1;
}
