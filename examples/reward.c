/* The distal reward problem (E. M. Izhikevich, Cereb. Cortex 17 (2007) 2443): which of 80000
 * synapses earned a reward that comes seconds later? A thousand neurons fire at random. Whenever
 * two of them fire within 10 ms, the second after the first, dopamine is given 1 to 3 s later.
 * Pairs leave an eligibility that decays in a second, and dopamine turns it into weight. So the
 * synapse between the two, which is 0 at first, grows to the top.
 *
 * Prints CSV: time, that weight, the mean of all others, rewards so far. Arguments: seconds, a
 * seed. */
#include <izh/izh.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define EXCITATORY 800
#define N 1000
#define OUT 100                     /* synapses of a neuron */
#define SYNAPSES (EXCITATORY * OUT) /* that learn */
#define SWEEP 10                    /* ms between changes of weights */
#define COINCIDENCE 10              /* ms */
#define W_MAX 4.
#define REWARDS 64 /* on their way at once, at most */

struct experiment {
    izh_network *net;
    uint32_t group, first, second; /* what learns; the two neurons, with its synapse 0 between */
    double first_spike;            /* the last one, ms */
    double dopamine;               /* above its base line */
    double due[REWARDS];           /* times of rewards that are on their way */
    int on_their_way, rewards;
    uint64_t random;
};

static void on_error(void *user, izh_status status, const char *message)
{
    (void)user;
    fprintf(stderr, "%s: %s\n", izh_status_name(status), message);
}

/* ---- the network ---- */

static izh_status set_neurons(izh_population *p)
{
    const izh_params excitatory = izh_params_2003(.02, .2, -65, 8),
                     inhibitory = izh_params_2003(.1, .2, -65, 2);
    const izh_state state = {-65, -13};
    izh_status status = izh_population_set_params(p, 0, EXCITATORY, &excitatory, 0);
    if (status == IZH_OK)
        status = izh_population_set_params(p, EXCITATORY, N - EXCITATORY, &inhibitory, 0);
    return status == IZH_OK ? izh_population_set_state(p, 0, N, &state, 0) : status;
}

/* Each of `count` neurons from `first` on to OUT of the first `targets` ones. The delay of 1 ms is
 * that to the step in which v shows it: 0 ticks. */
static izh_status connect(izh_network *net, const izh_group_config *config, uint32_t first,
                          uint32_t count, uint32_t targets, double weight, uint32_t *group)
{
    izh_status status = izh_network_group(net, config, group);
    for (uint32_t i = first; i < first + count && status == IZH_OK; i++) {
        uint32_t target[OUT];
        izh_synapse synapses[OUT];
        izh_draw_in_degree(1, targets, i, 1, OUT, target); /* a source's targets, for once */
        for (int k = 0; k < OUT; k++)
            synapses[k] = (izh_synapse){i, target[k], 0, 0, weight};
        status = izh_network_connect(net, *group, synapses, OUT);
    }
    return status;
}

static izh_status wire(struct experiment *e)
{
    const izh_group_config fixed = IZH_GROUP_CONFIG_INIT;
    izh_group_config learning = IZH_GROUP_CONFIG_INIT;
    uint32_t inhibition;
    learning.stdp = (izh_stdp){.a_plus = .1,
                               .a_minus = .15,
                               .tau_plus = 20,
                               .tau_minus = 20,
                               .w_max = W_MAX,
                               .every = SWEEP,
                               .keep = .99, /* so an eligibility decays in 1 s */
                               .pairs = IZH_PAIRS_NEAREST};
    izh_status status = connect(e->net, &learning, 0, EXCITATORY, N, 1, &e->group);
    if (status == IZH_OK)
        status = connect(e->net, &fixed, EXCITATORY, N - EXCITATORY, EXCITATORY, -1, &inhibition);
    return status;
}

/* Synapse 0, whose weight becomes 0. */
static izh_status choose(struct experiment *e)
{
    izh_synapse chosen;
    const double nothing = 0;
    izh_status status = izh_network_synapses(e->net, e->group, 0, 1, &chosen);
    e->first = chosen.source;
    e->second = chosen.target;
    e->first_spike = -COINCIDENCE;
    return status == IZH_OK ? izh_network_set_weights(e->net, e->group, 0, 1, &nothing) : status;
}

/* ---- rewards ---- */

static double uniform(struct experiment *e)
{
    e->random = e->random * 6364136223846793005u + 1442695040888963407u;
    return (double)(e->random >> 11) * 0x1p-53;
}

static void see(struct experiment *e, const izh_spike *spike)
{
    if (spike->i == e->second && spike->t > e->first_spike &&
        spike->t - e->first_spike <= COINCIDENCE && e->on_their_way < REWARDS)
        e->due[e->on_their_way++] = spike->t + 1000 + 2000 * uniform(e);
    if (spike->i == e->first)
        e->first_spike = spike->t;
}

/* Dopamine at t: it decays with a time constant of .2 s, and rewards add to it. */
static void give(struct experiment *e, double t)
{
    e->dopamine *= .951229424500714; /* exp(-SWEEP / 200), the same on all machines */
    for (int k = 0; k < e->on_their_way; k++)
        if (e->due[k] <= t) {
            e->dopamine += .5;
            e->due[k--] = e->due[--e->on_their_way];
            e->rewards++;
        }
}

/* ---- the experiment ---- */

/* From one sweep to the next, which the gain is set for. */
static izh_status sweep(struct experiment *e, double t)
{
    const izh_status status = izh_network_run(e->net, t);
    const izh_spikes spikes = izh_population_spikes(izh_network_population(e->net));
    for (size_t k = 0; k < spikes.count; k++)
        see(e, &spikes.data[k]);
    give(e, t);
    return status == IZH_OK ? izh_network_set_gain(e->net, e->group, .002 + e->dopamine) : status;
}

static izh_status report(struct experiment *e, int second)
{
    static double weights[SYNAPSES];
    double sum = 0;
    const izh_status status = izh_network_get_weights(e->net, e->group, 0, SYNAPSES, weights);
    for (int k = 1; k < SYNAPSES; k++)
        sum += weights[k];
    printf("%d,%.6f,%.6f,%d\n", second, weights[0], sum / (SYNAPSES - 1), e->rewards);
    return status;
}

static izh_status run(struct experiment *e, int seconds)
{
    izh_status status = choose(e);
    printf("s,chosen,others,rewards\n");
    for (int s = 0; s < seconds && status == IZH_OK; s++) {
        status = report(e, s);
        for (int t = SWEEP; t <= 1000 && status == IZH_OK; t += SWEEP)
            status = sweep(e, 1000. * s + t);
    }
    return status == IZH_OK ? report(e, seconds) : status;
}

int main(int argc, char **argv)
{
    struct experiment e = {.random = argc > 2 ? strtoull(argv[2], NULL, 10) : 1};
    izh_population_config neurons = IZH_POPULATION_CONFIG_INIT;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    const izh_receptor receptor = {.kind = IZH_CURRENT}; /* tau 0: for one tick */
    neurons.n = N;
    neurons.method = IZH_PUBLISHED_2003; /* its tick is 1 ms */
    neurons.events = IZH_EVENTS_GRID;
    neurons.noise_sigma = 13 / sqrt(12); /* the paper's are uniform, of width 13 */
    neurons.seed = e.random;
    neurons.spike_capacity = N * (SWEEP + 1);
    neurons.log.write = on_error;
    config.population = &neurons;
    config.receptors = &receptor;
    config.receptor_count = 1;
    if (izh_network_create(&e.net, &config) != IZH_OK)
        return 1;
    izh_status status = set_neurons(izh_network_population(e.net));
    if (status == IZH_OK)
        status = wire(&e);
    if (status == IZH_OK)
        status = run(&e, argc > 1 ? (int)strtol(argv[1], NULL, 10) : 3600);
    izh_network_destroy(e.net);
    return status == IZH_OK ? 0 : 1;
}
