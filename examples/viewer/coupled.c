/* Coupled neurons for the page, by libizh's networks: a pair, and the network of the 2003 paper. As
 * in bridge.c, functions of numbers and addresses only. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"

/* A spike as the page reads it. */
struct fired {
    double t, i;
};

/* A network, and the spikes since they were last forgotten. */
struct coupled {
    izh_network *net;
    double t0, dt, ticks; /* ms, ms, and how many have passed */
    struct fired *spikes;
    size_t count, capacity;
    bool lost;             /* there was no memory for a spike */
    izh_segment *segments; /* of a pair: the current of the first neuron, */
    size_t segment_count;
    double more;   /* and what the second one has more of it */
    uint64_t draw; /* of the paper's network: the generator's state, */
    uint32_t *uniforms;
    double noise[2]; /* and the noise of each kind of neuron */
};

static bool has_room(struct coupled *c, size_t count)
{
    if (c->count + count <= c->capacity)
        return true;
    const size_t capacity = 2 * c->capacity + count;
    struct fired *spikes = realloc(c->spikes, capacity * sizeof *spikes);
    if (!spikes)
        return false;
    c->spikes = spikes;
    c->capacity = capacity;
    return true;
}

static int32_t keep_spikes(const izh_spike *spikes, size_t count, void *user)
{
    struct coupled *c = user;
    if (!has_room(c, count)) {
        bridge_keep_message(NULL, IZH_E_MEMORY, "out of memory");
        c->lost = true;
        return IZH_CONTINUE;
    }
    for (size_t k = 0; k < count; k++)
        c->spikes[c->count++] = (struct fired){spikes[k].t, spikes[k].i};
    return IZH_CONTINUE;
}

/* ---- both ---- */

void EXPORT(coupled_destroy)(struct coupled *c)
{
    if (!c)
        return;
    izh_network_destroy(c->net);
    free(c->spikes);
    free(c->segments);
    free(c->uniforms);
    free(c);
}

/* NULL, and a message, where there is none. */
static struct coupled *coupled_create(izh_population_config *neurons, const izh_receptor *receptors,
                                      uint32_t count)
{
    struct coupled *c = calloc(1, sizeof *c);
    if (!c) {
        bridge_keep_message(NULL, IZH_E_MEMORY, "out of memory");
        return NULL;
    }
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    neurons->log = (izh_log){bridge_keep_message, NULL};
    config.population = neurons;
    config.receptors = receptors;
    config.receptor_count = count;
    if (izh_network_create(&c->net, &config) != IZH_OK) {
        free(c);
        return NULL;
    }
    izh_population *all = izh_network_population(c->net);
    izh_population_on_spikes(all, keep_spikes, c);
    c->t0 = izh_population_time(all);
    c->dt = izh_population_dt(all);
    return c;
}

/* What was made so far is thrown away where a step of making it failed. */
static struct coupled *finished(struct coupled *c, izh_status status)
{
    if (status == IZH_OK)
        return c;
    coupled_destroy(c);
    return NULL;
}

double EXPORT(coupled_time)(const struct coupled *c)
{
    return izh_population_time(izh_network_population(c->net));
}

/* The 64 bits of the network's hash. */
void EXPORT(coupled_hash)(const struct coupled *c, uint64_t *hash)
{
    *hash = izh_network_hash(c->net);
}

/* Two doubles a spike, as struct fired has them; until the next call that runs the network. */
const struct fired *EXPORT(coupled_spikes)(const struct coupled *c)
{
    return c->spikes;
}

size_t EXPORT(coupled_spike_count)(const struct coupled *c)
{
    return c->count;
}

void EXPORT(coupled_forget_spikes)(struct coupled *c)
{
    c->count = 0;
}

/* Adds to v of neurons 0 .. count - 1. */
izh_status EXPORT(coupled_kick)(struct coupled *c, uint32_t count, double dv)
{
    return izh_population_kick(izh_network_population(c->net), 0, count, &dv, NULL, 0);
}

static izh_status run_tick(struct coupled *c)
{
    const izh_status status = izh_network_run(c->net, c->t0 + ++c->ticks * c->dt);
    return c->lost ? IZH_E_MEMORY : status;
}

/* ---- a pair: what each does to the other is excitation or inhibition ---- */

static const double reversal[2] = {0, -80}; /* mV, of excitation and inhibition */

static double part_of(double weight, int inhibition)
{
    const double part = inhibition ? -weight : weight;
    return part > 0 ? part : 0;
}

/* A group for each receptor, with a synapse both ways, whose weight may be 0. */
static izh_status join(izh_network *net, uint32_t delay, const double weights[2])
{
    izh_status status = IZH_OK;
    for (int k = 0; k < 2 && status == IZH_OK; k++) {
        izh_group_config config = IZH_GROUP_CONFIG_INIT;
        uint32_t group;
        const izh_synapse synapses[2] = {{0, 1, delay, 0, part_of(weights[0], k)},
                                         {1, 0, delay, 0, part_of(weights[1], k)}};
        config.receptor = k;
        status = izh_network_group(net, &config, &group);
        if (status == IZH_OK)
            status = izh_network_connect(net, group, synapses, 2);
    }
    return status;
}

/* Two neurons of these parameters, solved exactly, whose synapses act at ticks. `states` are two,
 * `weights` those from the first to the second and back; `delay` is in ticks of `dt`, ms. NULL on
 * error; bridge_message() says why. */
struct coupled *EXPORT(pair_create)(const izh_params *params, const izh_state *states,
                                    const double *weights, uint32_t delay, double tau, double dt,
                                    double t0)
{
    izh_population_config neurons = IZH_POPULATION_CONFIG_INIT;
    izh_receptor receptors[2];
    for (int k = 0; k < 2; k++)
        receptors[k] = (izh_receptor){.kind = IZH_CONDUCTANCE, .tau = tau, .E = reversal[k]};
    neurons.n = 2;
    neurons.method = IZH_TAYLOR;
    neurons.dt = dt;
    neurons.t0 = t0;
    struct coupled *c = coupled_create(&neurons, receptors, 2);
    if (!c)
        return NULL;
    izh_population *both = izh_network_population(c->net);
    izh_status status = izh_population_set_params(both, 0, 2, params, 0);
    if (status == IZH_OK)
        status = izh_population_set_state(both, 0, 2, states, 1);
    if (status == IZH_OK)
        status = join(c->net, delay, weights);
    return finished(c, status);
}

izh_status EXPORT(pair_set_params)(struct coupled *c, const izh_params *params)
{
    return izh_population_set_params(izh_network_population(c->net), 0, 2, params, 0);
}

izh_status EXPORT(pair_set_weights)(struct coupled *c, const double *weights)
{
    izh_status status = IZH_OK;
    for (int k = 0; k < 2 && status == IZH_OK; k++) {
        const double parts[2] = {part_of(weights[0], k), part_of(weights[1], k)};
        status = izh_network_set_weights(c->net, (uint32_t)k, 0, 2, parts);
    }
    return status;
}

/* The current of the first neuron; the second has `more`. */
izh_status EXPORT(pair_set_stimulus)(struct coupled *c, const izh_segment *segments, size_t n,
                                     double more)
{
    izh_segment *copy = malloc((n + 1) * sizeof *copy);
    if (!copy) {
        bridge_keep_message(NULL, IZH_E_MEMORY, "out of memory");
        return IZH_E_MEMORY;
    }
    memcpy(copy, segments, n * sizeof *copy);
    free(c->segments);
    c->segments = copy;
    c->segment_count = n;
    c->more = more;
    return IZH_OK;
}

/* At a time: 0 before the first segment. */
static double current_at(const struct coupled *c, double t)
{
    size_t low = 0, high = c->segment_count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (c->segments[middle].t <= t)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return 0;
    const izh_segment *s = &c->segments[low - 1];
    return s->I + s->slope * (t - s->t);
}

/* Runs so many ticks, each under the current of its start. Five doubles a tick that was run: t, v
 * and u of both at its end. The status; *done says how many ticks there were. */
izh_status EXPORT(pair_run)(struct coupled *c, uint32_t ticks, double *samples, uint32_t *done)
{
    izh_population *both = izh_network_population(c->net);
    izh_status status = IZH_OK;
    for (*done = 0; *done < ticks && status >= IZH_OK; ++*done) {
        const double I = current_at(c, izh_population_time(both));
        const double currents[2] = {I, I + c->more};
        izh_state s[2];
        status = izh_population_set_current(both, 0, 2, currents, 1);
        if (status == IZH_OK)
            status = run_tick(c);
        izh_population_get_state(both, 0, 2, s);
        const double five[] = {izh_population_time(both), s[0].v, s[0].u, s[1].v, s[1].u};
        memcpy(samples + 5 * *done, five, sizeof five);
    }
    return status;
}

/* ---- the network of the 2003 paper: that of examples/network.c, with knobs ---- */

enum {
    EXCITATORY = 800,
    ALL = 1000
};

#define UNIT 0x1p-20 /* uniforms are no finer than weights are */
/* What the library would round to 0, and refuse, is 0: half a unit of weights below 1024. */
#define LEAST_WEIGHT 0x1p-22

static uint32_t drawn(struct coupled *c)
{
    c->draw = c->draw * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(c->draw >> 44);
}

/* Normal enough, with variance 1, and the same on all machines, as log and cos would not be. */
static double normal(struct coupled *c)
{
    double sum = -6;
    for (int k = 0; k < 12; k++)
        sum += drawn(c) * UNIT;
    return sum;
}

static izh_status draw_neurons(struct coupled *c)
{
    izh_population *neurons = izh_network_population(c->net);
    izh_status status = IZH_OK;
    for (uint32_t j = 0; j < ALL && status == IZH_OK; j++) {
        const double r = drawn(c) * UNIT;
        const izh_params params = j < EXCITATORY
                                      ? izh_params_2003(.02, .2, -65 + 15 * r * r, 8 - 6 * r * r)
                                      : izh_params_2003(.02 + .08 * r, .25 - .05 * r, -65, 2);
        const izh_state state = {-65, params.b_lo * -65};
        status = izh_population_set_params(neurons, j, 1, &params, 0);
        if (status == IZH_OK)
            status = izh_population_set_state(neurons, j, 1, &state, 0);
    }
    return status;
}

static double weight_of(double scale, uint32_t uniform)
{
    const double weight = scale * (uniform * UNIT);
    return weight <= LEAST_WEIGHT && weight >= -LEAST_WEIGHT ? 0 : weight;
}

/* All to all, each with a weight of its own; a spike adds to all currents of the next ms. */
static izh_status connect_all(struct coupled *c, const double scales[2])
{
    uint32_t group;
    const izh_group_config config = IZH_GROUP_CONFIG_INIT;
    izh_status status = izh_network_group(c->net, &config, &group);
    for (uint32_t j = 0; j < ALL && status == IZH_OK; j++) {
        izh_synapse row[ALL];
        uint32_t *uniforms = c->uniforms + (size_t)j * ALL;
        for (uint32_t i = 0; i < ALL; i++) {
            uniforms[i] = drawn(c);
            row[i] = (izh_synapse){j, i, 0, 0, weight_of(scales[j >= EXCITATORY], uniforms[i])};
        }
        status = izh_network_connect(c->net, group, row, ALL);
    }
    return status == IZH_OK ? izh_network_build(c->net) : status;
}

/* `scales` are the largest weights of excitatory and inhibitory neurons, the latter negative. All
 * else is drawn by a generator that begins with `draw`. NULL on error. */
struct coupled *EXPORT(network_create)(double draw, const double *scales, const double *noise)
{
    izh_population_config neurons = IZH_POPULATION_CONFIG_INIT;
    const izh_receptor receptor = {.kind = IZH_CURRENT}; /* tau 0: for one tick */
    neurons.n = ALL;
    neurons.method = IZH_PUBLISHED_2003; /* its tick is 1 ms */
    neurons.events = IZH_EVENTS_GRID;
    struct coupled *c = coupled_create(&neurons, &receptor, 1);
    if (!c)
        return NULL;
    c->draw = (uint64_t)draw;
    c->noise[0] = noise[0];
    c->noise[1] = noise[1];
    c->uniforms = malloc((size_t)ALL * ALL * sizeof *c->uniforms);
    if (!c->uniforms) {
        bridge_keep_message(NULL, IZH_E_MEMORY, "out of memory");
        return finished(c, IZH_E_MEMORY);
    }
    const izh_status status = draw_neurons(c);
    return finished(c, status == IZH_OK ? connect_all(c, scales) : status);
}

void EXPORT(network_set_noise)(struct coupled *c, const double *noise)
{
    memcpy(c->noise, noise, sizeof c->noise);
}

/* Sets the largest weight of the excitatory neurons, or of the inhibitory ones. */
izh_status EXPORT(network_set_weights)(struct coupled *c, int32_t inhibitory, double scale)
{
    izh_status status = IZH_OK;
    const uint32_t first = inhibitory ? EXCITATORY : 0, end = inhibitory ? ALL : EXCITATORY;
    for (uint32_t j = first; j < end && status == IZH_OK; j++) {
        double row[ALL];
        for (uint32_t i = 0; i < ALL; i++)
            row[i] = weight_of(scale, c->uniforms[(size_t)j * ALL + i]);
        status = izh_network_set_weights(c->net, 0, (size_t)j * ALL, ALL, row);
    }
    return status;
}

/* So many ms, each under its own noise, which is the neurons' constant current. */
izh_status EXPORT(network_run)(struct coupled *c, uint32_t ms)
{
    izh_population *neurons = izh_network_population(c->net);
    izh_status status = IZH_OK;
    for (uint32_t k = 0; k < ms && status >= IZH_OK; k++) {
        double I[ALL];
        for (uint32_t i = 0; i < ALL; i++)
            I[i] = c->noise[i >= EXCITATORY] * normal(c);
        status = izh_population_set_current(neurons, 0, ALL, I, 1);
        if (status == IZH_OK)
            status = run_tick(c);
    }
    return status;
}
