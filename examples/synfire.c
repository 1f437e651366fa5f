/* A synfire chain (M. Diesmann, M.-O. Gewaltig and A. Aertsen, Nature 402 (1999) 529): pools of 100
 * noisy neurons, each pool wired to all of the next. A volley of spikes is sent to the first one.
 * Enough of them in a short time are handed on from pool to pool, ever sharper; too few, or too
 * spread, die out. Arguments: how many spikes, and their standard deviation, ms. */
#include <izh/izh.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define POOLS 10
#define SIZE 100 /* neurons of a pool, and sources */
#define N (POOLS * SIZE)
#define DT .1
#define DELAY 40   /* ticks */
#define WEIGHT 20. /* pA */
#define VOLLEY 150 /* ms */
#define DURATION 300

struct pool {
    int spikes;
    double sum, squares; /* of times after the volley, ms */
};

static void on_error(void *user, izh_status status, const char *message)
{
    (void)user;
    fprintf(stderr, "%s: %s\n", izh_status_name(status), message);
}

/* Pool 0's sources are the network's, which count from N on. */
static izh_status connect(izh_network *net)
{
    uint32_t group;
    const izh_group_config config = IZH_GROUP_CONFIG_INIT;
    izh_status status = izh_network_group(net, &config, &group);
    for (uint32_t i = 0; i < N && status == IZH_OK; i++) {
        izh_synapse synapses[SIZE];
        const uint32_t first = i < SIZE ? N : i / SIZE * SIZE - SIZE;
        for (uint32_t j = 0; j < SIZE; j++)
            synapses[j] = (izh_synapse){first + j, i, DELAY, 0, WEIGHT};
        status = izh_network_connect(net, group, synapses, SIZE);
    }
    return status;
}

/* Spread evenly over as long a time as has this standard deviation. */
static izh_status send_volley(izh_network *net, int count, double deviation)
{
    izh_status status = IZH_OK;
    for (int k = 0; k < count && status == IZH_OK; k++) {
        const double place = (k + .5) / count - .5;
        const izh_spike spike = {VOLLEY + sqrt(12) * deviation * place, (uint32_t)k % SIZE, 0};
        status = izh_network_send(net, &spike, 1);
    }
    return status;
}

/* Spikes of before are the noise's. */
static int32_t on_spikes(const izh_spike *spikes, size_t count, void *user)
{
    for (size_t k = 0; k < count; k++) {
        struct pool *pool = (struct pool *)user + spikes[k].i / SIZE;
        const double t = spikes[k].t - VOLLEY;
        if (t < 0)
            continue;
        pool->spikes++;
        pool->sum += t;
        pool->squares += t * t;
    }
    return IZH_CONTINUE;
}

static void print(const struct pool *pools)
{
    printf("pool  spikes  mean ms  deviation ms\n");
    for (int k = 0; k < POOLS; k++) {
        const struct pool *p = &pools[k];
        const double mean = p->sum / p->spikes, variance = p->squares / p->spikes - mean * mean;
        if (p->spikes)
            printf("%4d  %6d  %7.2f  %7.2f\n", k, p->spikes, mean, sqrt(fmax(variance, 0)));
        else
            printf("%4d       0\n", k);
    }
}

int main(int argc, char **argv)
{
    izh_network *net;
    struct pool pools[POOLS] = {{0, 0, 0}};
    izh_population_config neurons = IZH_POPULATION_CONFIG_INIT;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    const izh_receptor ampa = {.kind = IZH_CURRENT, .tau = 2};
    neurons.n = N;
    neurons.dt = DT;
    neurons.noise_sigma = 300; /* pA */
    neurons.seed = 1;
    neurons.log.write = on_error;
    config.population = &neurons;
    config.sources = SIZE;
    config.receptors = &ampa;
    config.receptor_count = 1;
    if (izh_network_create(&net, &config) != IZH_OK)
        return 1;

    izh_population *p = izh_network_population(net);
    const izh_params params = izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
    const izh_state state = {-60, 0};
    izh_population_set_params(p, 0, N, &params, 0);
    izh_population_set_state(p, 0, N, &state, 0);
    izh_population_on_spikes(p, on_spikes, pools);
    izh_status status = connect(net);
    if (status == IZH_OK)
        status = send_volley(net, argc > 1 ? (int)strtol(argv[1], NULL, 10) : 100,
                             argc > 2 ? strtod(argv[2], NULL) : 1);
    if (status == IZH_OK)
        status = izh_network_run(net, DURATION);
    if (status == IZH_OK)
        print(pools);
    izh_network_destroy(net);
    return status == IZH_OK ? 0 : 1;
}
