/* One network, made in C, in Python (tests/bindings/python/test_network.py) and in Lua
 * (tests/bindings/lua/test_network.lua), has one hash. They read GOLDEN from here. */
#include "support_network.h"

enum {
    N = 100,
    SOURCES = 20,
    AMPA = 0,
    GABA,
    KICK,
    NMDA
};

/* Hashes at 50 ms, and at 100 ms, after the weights were halved; spikes until then. */
static const struct {
    uint64_t at_50, at_100;
    size_t spikes;
} GOLDEN = {0x895791da40a6e685, 0xeb8bfbd6d6439219, 1752};

static izh_network *create(void)
{
    static const izh_receptor receptors[] = {
        [AMPA] = {.kind = IZH_CONDUCTANCE, .tau = 5},
        [GABA] = {.kind = IZH_CURRENT, .tau = 6},
        [KICK] = {.kind = IZH_JUMP},
        [NMDA] = {.kind = IZH_CONDUCTANCE, .nmda = 1, .tau = 100, .rise = 2, .range = 16},
    };
    izh_population_config population = IZH_POPULATION_CONFIG_INIT;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    izh_network *net;
    population.n = N;
    population.dt = .1;
    population.noise_sigma = 2;
    population.seed = 7;
    config.population = &population;
    config.sources = SOURCES;
    config.receptors = receptors;
    config.receptor_count = LENGTH(receptors);
    check_true(izh_network_create(&net, &config) == IZH_OK);
    return net;
}

/* ---- connecting ---- */

struct pairs {
    uint32_t *source, *target;
    size_t count;
};

static struct pairs new_pairs(size_t count)
{
    struct pairs pairs = {calloc(count, sizeof(uint32_t)), calloc(count, sizeof(uint32_t)), count};
    check_true(pairs.source && pairs.target);
    return pairs;
}

static void free_pairs(struct pairs pairs)
{
    free(pairs.source);
    free(pairs.target);
}

/* k of `sources`, which begin at `from`, for each neuron. */
static struct pairs in_degree(uint32_t from, uint32_t sources, uint32_t k, uint64_t seed)
{
    const struct pairs pairs = new_pairs((size_t)k * N);
    check_true(izh_draw_in_degree(seed, sources, 0, N, k, pairs.source) == IZH_OK);
    for (size_t i = 0; i < pairs.count; i++) {
        pairs.source[i] += from;
        pairs.target[i] = (uint32_t)i / k;
    }
    return pairs;
}

static struct pairs pairwise(uint32_t from, uint32_t sources, double p, uint64_t seed)
{
    const struct pairs pairs = new_pairs(izh_draw_pairwise(seed, sources, 0, N, p, NULL, NULL, 0));
    izh_draw_pairwise(seed, sources, 0, N, p, pairs.source, pairs.target, pairs.count);
    for (size_t i = 0; i < pairs.count; i++)
        pairs.source[i] += from;
    return pairs;
}

/* Weights grow with i % weights, delays with i % delays. */
static void connect(izh_network *net, int receptor, struct pairs pairs, double weight,
                    unsigned weights, uint32_t delay, unsigned delays)
{
    izh_group_config config = IZH_GROUP_CONFIG_INIT;
    izh_synapse *synapses = calloc(pairs.count, sizeof *synapses);
    uint32_t group;
    check_true(synapses);
    config.receptor = receptor;
    for (size_t i = 0; i < pairs.count; i++)
        synapses[i] =
            (izh_synapse){pairs.source[i], pairs.target[i], delay + (uint32_t)(i % delays), 0,
                          weight * (double)(1 + i % weights)};
    check_network(izh_network_group(net, &config, &group), net);
    check_true(group == (uint32_t)receptor);
    check_network(izh_network_connect(net, group, synapses, pairs.count), net);
    free(synapses);
    free_pairs(pairs);
}

static void connect_all(izh_network *net)
{
    struct pairs all = new_pairs(50); /* the first five sources with the first ten neurons */
    for (uint32_t i = 0; i < 50; i++) {
        all.source[i] = N + i % 5;
        all.target[i] = i / 5;
    }
    connect(net, AMPA, in_degree(0, 80, 10, 1), .125, 3, 5, 20);
    connect(net, GABA, pairwise(80, 20, .25, 2), -8, 1, 4, 1);
    connect(net, KICK, all, 2, 1, 0, 1);
    connect(net, NMDA, in_degree(N, SOURCES, 2, 3), .25, 1, 10, 1);
}

/* ---- running ---- */

static void drive(izh_network *net)
{
    double hz[SOURCES], current = 4, background = 200, weight = .25;
    izh_spike spikes[5];
    for (int i = 0; i < SOURCES; i++)
        hz[i] = 50 + i;
    for (uint32_t i = 0; i < 5; i++)
        spikes[i] = (izh_spike){1.05 + i, i, 0};
    izh_population *p = izh_network_population(net);
    check_true(izh_population_set_current(p, 0, N, &current, 0) == IZH_OK);
    check_network(izh_network_set_rates(net, 0, SOURCES, hz, 1), net);
    check_network(izh_network_set_background(net, AMPA, 0, N, &background, &weight, 0), net);
    check_network(izh_network_send(net, spikes, 5), net);
}

static size_t run(izh_network *net, double t_end)
{
    izh_status status;
    size_t count = 0;
    do {
        status = izh_network_run(net, t_end);
        count += izh_population_spikes(izh_network_population(net)).count;
    } while (status == IZH_PAUSED);
    check_true(status == IZH_OK);
    return count;
}

static void halve_weights(izh_network *net, uint32_t group)
{
    const size_t count = izh_network_count(net, group);
    double *weights = calloc(count, sizeof *weights);
    check_true(weights);
    check_network(izh_network_get_weights(net, group, 0, count, weights), net);
    for (size_t i = 0; i < count; i++)
        weights[i] /= 2;
    check_network(izh_network_set_weights(net, group, 0, count, weights), net);
    free(weights);
}

static void test_golden(void **state)
{
    (void)state;
    izh_network *net = create();
    connect_all(net);
    drive(net);
    size_t spikes = run(net, 50);
    const uint64_t at_50 = izh_network_hash(net);
    halve_weights(net, AMPA);
    spikes += run(net, 100);
    const uint64_t at_100 = izh_network_hash(net);
    izh_network_destroy(net);
    if (at_50 != GOLDEN.at_50 || at_100 != GOLDEN.at_100 || spikes != GOLDEN.spikes)
        printf("# {0x%016llx, 0x%016llx, %zu}\n", (unsigned long long)at_50,
               (unsigned long long)at_100, spikes);
    check_true(at_50 == GOLDEN.at_50 && at_100 == GOLDEN.at_100 && spikes == GOLDEN.spikes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_golden)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
