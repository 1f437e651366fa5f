/* The cortical microcircuit of T. C. Potjans and M. Diesmann, Cereb. Cortex 24 (2014) 785: four
 * layers, each with excitatory and inhibitory neurons, 77169 in all, 0.3 billion synapses. From
 * there are sizes, probabilities, background, and the synapses' strengths and time constant.
 *
 * Adapted are the neurons, which leaked and fired there: excitatory ones are the book's regular
 * spiking cells, inhibitory ones the same with little adaptation. What a spike does is what it did
 * to v there: 87.8 pA decaying with .5 ms on 250 pF; it is 4 times as much, downwards, from
 * inhibitory neurons, and twice as much from layer 4 to layer 2/3. All synapses of a kind are as
 * strong as each other, each pair has at most one, and delays are drawn evenly. The layers then
 * fire in the published order, about 1.5 times as fast, and as irregularly.
 *
 * Scaled are sizes, so the synapses of a neuron become fewer, too. As S. J. van Albada, M. Helias
 * and M. Diesmann do (PLoS Comput. Biol. 11 (2015) e1004490), each is stronger by one over the
 * root, which keeps the variance of what they give, and a constant current gives what then lacks to
 * its mean. */
#include "microcircuit.h"

#include <math.h>
#include <stdlib.h>

#define TAU .5                /* of synapses, ms */
#define STRENGTH (87.8 / 250) /* mV/ms */
#define INHIBITION (-4.)
#define BACKGROUND 8. /* Hz of each of a neuron's inputs from outside */
#define SHORTEST .5   /* delay, ms; so slices meet once in so long a time */

enum {
    L23E,
    L23I,
    L4E,
    L4I,
    L5E,
    L5I,
    L6E,
    L6I
};

const char *const microcircuit_names[POPULATIONS] = {"L2/3e", "L2/3i", "L4e", "L4i",
                                                     "L5e",   "L5i",   "L6e", "L6i"};

static const struct {
    double neurons, inputs; /* from outside, of a neuron */
    double rate;            /* in the paper, Hz: how much current scaling takes away */
} published[POPULATIONS] = {{20683, 1600, .86}, {5834, 1500, 2.8}, {21915, 2100, 4.5},
                            {5479, 1900, 5.8},  {4850, 2000, 7.6}, {1065, 1900, 8.6},
                            {14395, 2900, 1.1}, {2948, 2100, 7.8}};

/* From the column's population to the row's. */
static const double probability[POPULATIONS][POPULATIONS] = {
    {.1009, .1689, .0437, .0818, .0323, 0, .0076, 0},
    {.1346, .1371, .0316, .0515, .0755, 0, .0042, 0},
    {.0077, .0059, .0497, .135, .0067, .0003, .0453, 0},
    {.0691, .0029, .0794, .1597, .0033, 0, .1057, 0},
    {.1004, .0622, .0505, .0057, .0831, .3726, .0204, 0},
    {.0548, .0269, .0257, .0022, .06, .3158, .0086, 0},
    {.0156, .0066, .0211, .0166, .0572, .0197, .0396, .2252},
    {.0364, .001, .0034, .0005, .0277, .008, .0658, .1443},
};

const izh_receptor microcircuit_receptor = {.kind = IZH_CURRENT, .tau = TAU, .range = 4096};

struct microcircuit microcircuit_of(double scale, uint64_t seed)
{
    struct microcircuit m = {scale, seed, {0}};
    for (int k = 0; k < POPULATIONS; k++)
        m.start[k + 1] = m.start[k] + (uint32_t)fmax(1, floor(published[k].neurons * scale + .5));
    return m;
}

static uint32_t size_of(const struct microcircuit *m, int population)
{
    return m->start[population + 1] - m->start[population];
}

int microcircuit_population(const struct microcircuit *m, uint32_t neuron)
{
    int k = 0;
    while (neuron >= m->start[k + 1])
        k++;
    return k;
}

static int is_inhibitory(int population)
{
    return population % 2;
}

static izh_params params_of(int population)
{
    return is_inhibitory(population) ? izh_params_2007(100, .7, -60, -40, 35, .15, 0, -50, 25)
                                     : izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
}

/* pA at full size. */
static double weight_of(int from, int to)
{
    const double one = STRENGTH * params_of(to).cm;
    if (is_inhibitory(from))
        return INHIBITION * one;
    return from == L4E && to == L23E ? 2 * one : one;
}

/* What is missing of the mean current, pA. */
static double missing_current(const struct microcircuit *m, int to)
{
    double sum = 0; /* at full size */
    for (int from = 0; from < POPULATIONS; from++)
        sum += published[from].neurons * probability[to][from] * published[from].rate * 1e-3 * TAU *
               weight_of(from, to);
    return sum * (1 - sqrt(m->scale));
}

static izh_status set_neuron(const struct microcircuit *m, izh_network *net, uint32_t i,
                             uint32_t neuron)
{
    izh_population *p = izh_network_population(net);
    const int population = microcircuit_population(m, neuron);
    const izh_params params = params_of(population);
    const double current = missing_current(m, population), weight = weight_of(L23E, population);
    const double hz = BACKGROUND * published[population].inputs;
    uint32_t place; /* on a line from -65 to -55 mV */
    izh_draw_in_degree(m->seed, 1000, neuron, 1, 1, &place);
    const izh_state state = {-65 + .01 * place, 0};
    izh_status status = izh_population_set_params(p, i, 1, &params, 0);
    if (status == IZH_OK)
        status = izh_population_set_state(p, i, 1, &state, 0);
    if (status == IZH_OK)
        status = izh_population_set_current(p, i, 1, &current, 0);
    if (status == IZH_OK)
        status = izh_network_set_background(net, 0, i, 1, &hz, &weight, 0);
    return status;
}

/* Room for the synapses from a population to a neuron. */
struct room {
    uint32_t *source, *target, *delay;
    izh_synapse *synapses;
};

/* What is drawn depends on the seed and on global numbers alone, not on slices. */
static size_t draw(const struct microcircuit *m, struct room *room, int from, uint32_t i,
                   uint32_t neuron)
{
    const int to = microcircuit_population(m, neuron);
    const double mean = is_inhibitory(from) ? .8 : 1.5; /* ms */
    const uint32_t least = (uint32_t)(SHORTEST / TICK + .5);
    const uint32_t span = (uint32_t)(2 * (mean - SHORTEST) / TICK + .5) + 1;
    const double weight = weight_of(from, to) / sqrt(m->scale);
    const uint64_t seed = m->seed * 2 * POPULATIONS + (uint64_t)from;
    const size_t count = izh_draw_pairwise(seed, size_of(m, from), neuron, 1, probability[to][from],
                                           room->source, room->target, size_of(m, from));
    izh_draw_in_degree(seed + POPULATIONS, span, neuron, 1, (uint32_t)count, room->delay);
    for (size_t k = 0; k < count; k++)
        room->synapses[k] =
            (izh_synapse){m->start[from] + room->source[k], i, least + room->delay[k], 0, weight};
    return count;
}

static izh_status connect(const struct microcircuit *m, izh_network *net, struct room *room,
                          uint32_t first, uint32_t count)
{
    uint32_t group;
    const izh_group_config config = IZH_GROUP_CONFIG_INIT;
    izh_status status = izh_network_group(net, &config, &group);
    for (uint32_t i = 0; i < count && status == IZH_OK; i++)
        for (int from = 0; from < POPULATIONS && status == IZH_OK; from++)
            status =
                izh_network_connect(net, group, room->synapses, draw(m, room, from, i, first + i));
    return status;
}

izh_status microcircuit_set_up(const struct microcircuit *m, izh_network *net, uint32_t first,
                               uint32_t count)
{
    const size_t most = m->start[POPULATIONS];
    struct room room = {malloc(most * sizeof *room.source), malloc(most * sizeof *room.target),
                        malloc(most * sizeof *room.delay), malloc(most * sizeof *room.synapses)};
    izh_status status =
        room.source && room.target && room.delay && room.synapses ? IZH_OK : IZH_E_MEMORY;
    for (uint32_t i = 0; i < count && status == IZH_OK; i++)
        status = set_neuron(m, net, i, first + i);
    if (status == IZH_OK)
        status = connect(m, net, &room, first, count);
    free(room.source);
    free(room.target);
    free(room.delay);
    free(room.synapses);
    return status;
}
