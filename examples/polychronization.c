/* The network of E. M. Izhikevich, Polychronization: computation with spikes, Neural Comput. 18
 * (2006) 245: a thousand neurons, 100 synapses each, delays of 1 to 20 ms, and STDP. A slow rhythm
 * of the first seconds gives way to faster ones, and weights go to one end or the other.
 *
 * Prints CSV. Arguments: what, and at which second. Of several things each but the first comes
 * after two empty lines.
 *     raster    the spikes of that second: time, ms, and neuron; from 800 on they are inhibitory
 *     weights   a histogram of the excitatory weights at its end
 *     spectrum  the power of the rhythm over frequency, from up to 10 s before its end; 1 is that
 *               of neurons that know nothing of each other */
#include <izh/izh.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXCITATORY 800
#define N 1000
#define OUT 100                     /* synapses of a neuron */
#define SYNAPSES (EXCITATORY * OUT) /* that learn */
#define LONGEST 20                  /* ms */
#define W_MAX 10
#define BINS 20     /* of the histogram */
#define SECOND 1000 /* ms */
#define WINDOWS 10  /* seconds of the spectrum */
#define FASTEST 100 /* Hz */

struct log {
    int raster;                     /* print spikes */
    int64_t begin;                  /* of the second, ms */
    double counts[WINDOWS][SECOND]; /* spikes in each ms of the last seconds */
};

static void on_error(void *user, izh_status status, const char *message)
{
    (void)user;
    fprintf(stderr, "%s: %s\n", izh_status_name(status), message);
}

static uint32_t random_below(uint32_t n)
{
    static uint64_t x = 2006;
    x = x * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((x >> 32) * n >> 32);
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

/* OUT different targets below `most`, none of them the neuron itself. */
static void draw_targets(uint32_t neuron, uint32_t most, uint32_t *target)
{
    for (int k = 0; k < OUT; k++) {
        int again;
        do {
            target[k] = random_below(most);
            again = target[k] == neuron;
            for (int j = 0; j < k; j++)
                again |= target[j] == target[k];
        } while (again);
    }
}

/* The paper's delay of d ms is that to the step in which v shows it: d - 1 ticks. */
static izh_status connect(izh_network *net, uint32_t *learning)
{
    izh_group_config config = IZH_GROUP_CONFIG_INIT;
    uint32_t fixed;
    izh_status status = izh_network_group(net, &config, &fixed);
    config.stdp = (izh_stdp){.a_plus = .1,
                             .a_minus = .12,
                             .tau_plus = 19.495725746223673, /* a factor of .95 in each ms */
                             .tau_minus = 19.495725746223673,
                             .w_max = W_MAX,
                             .every = SECOND,
                             .drift = .01,
                             .keep = .9,
                             .gain = 1,
                             .pairs = IZH_PAIRS_NEAREST};
    if (status == IZH_OK)
        status = izh_network_group(net, &config, learning);
    for (uint32_t i = 0; i < N && status == IZH_OK; i++) {
        const int excites = i < EXCITATORY;
        uint32_t target[OUT];
        izh_synapse synapses[OUT];
        draw_targets(i, excites ? N : EXCITATORY, target);
        for (uint32_t k = 0; k < OUT; k++)
            synapses[k] = excites ? (izh_synapse){i, target[k], k * LONGEST / OUT, 0, 6}
                                  : (izh_synapse){i, target[k], 0, 0, -5};
        status = izh_network_connect(net, excites ? *learning : fixed, synapses, OUT);
        const izh_synapse input = {N + i, i, 0, 0, 20};
        if (status == IZH_OK)
            status = izh_network_connect(net, fixed, &input, 1);
    }
    return status;
}

/* ---- a second ---- */

/* In each ms one neuron gets a current of 20, whichever it is. */
static izh_status send(izh_network *net, int64_t begin)
{
    izh_spike inputs[SECOND];
    for (int t = 0; t < SECOND; t++)
        inputs[t] = (izh_spike){(double)(begin + t), random_below(N), 0};
    return izh_network_send(net, inputs, SECOND);
}

static int32_t on_spikes(const izh_spike *spikes, size_t count, void *user)
{
    struct log *log = user;
    double *counts = log->counts[log->begin / SECOND % WINDOWS];
    for (size_t k = 0; k < count; k++) {
        const int64_t t = (int64_t)spikes[k].t - 1 - log->begin; /* the step that ends there */
        counts[t < 0 ? 0 : t] += spikes[k].i < EXCITATORY;
        if (log->raster)
            printf("%.0f,%u\n", spikes[k].t, (unsigned)spikes[k].i);
    }
    return IZH_CONTINUE;
}

static izh_status run(izh_network *net, struct log *log, int seconds, int raster)
{
    izh_status status = IZH_OK;
    izh_population_on_spikes(izh_network_population(net), on_spikes, log);
    for (int s = 0; s < seconds && status == IZH_OK; s++) {
        log->begin = (int64_t)s * SECOND;
        log->raster = raster && s == seconds - 1;
        memset(log->counts[s % WINDOWS], 0, sizeof log->counts[0]);
        status = send(net, log->begin);
        if (status == IZH_OK)
            status = izh_network_run(net, (double)(log->begin + SECOND));
    }
    return status;
}

/* ---- what comes of it ---- */

static izh_status print_weights(izh_network *net, uint32_t group)
{
    static double weights[SYNAPSES];
    int bins[BINS] = {0};
    const izh_status status = izh_network_get_weights(net, group, 0, SYNAPSES, weights);
    for (int k = 0; k < SYNAPSES; k++)
        bins[weights[k] < W_MAX ? (int)(weights[k] * BINS / W_MAX) : BINS - 1]++;
    printf("from,to,synapses\n");
    for (int k = 0; k < BINS; k++)
        printf("%g,%g,%d\n", (double)k * W_MAX / BINS, (k + 1.) * W_MAX / BINS, bins[k]);
    return status;
}

/* A window's power at a whole frequency: the square of the sum of a unit vector for each spike. */
static double power(const double *counts, int hz)
{
    double x = 0, y = 0;
    for (int t = 0; t < SECOND; t++) {
        const double angle = 2 * 3.14159265358979323846 * hz * t / SECOND;
        x += counts[t] * cos(angle);
        y += counts[t] * sin(angle);
    }
    return x * x + y * y;
}

static void print_spectrum(const struct log *log, int seconds)
{
    const int windows = seconds < WINDOWS ? seconds : WINDOWS;
    double spikes = 0;
    for (int w = 0; w < windows; w++)
        for (int t = 0; t < SECOND; t++)
            spikes += log->counts[w][t];
    printf("Hz,power\n");
    for (int hz = 1; hz <= FASTEST && spikes > 0; hz++) {
        double sum = 0;
        for (int w = 0; w < windows; w++)
            sum += power(log->counts[w], hz);
        printf("%d,%.4f\n", hz, sum / spikes);
    }
}

/* What is asked for, in this order. */
enum {
    RASTER = 1,
    WEIGHTS = 2,
    SPECTRUM = 4
};

static void part(int before)
{
    if (before)
        printf("\n\n");
}

static izh_status tell(izh_network *net, uint32_t group, int what, int seconds)
{
    static struct log log;
    if (what & RASTER)
        printf("ms,neuron\n");
    izh_status status = run(net, &log, seconds, what & RASTER);
    if (status == IZH_OK && what & WEIGHTS) {
        part(what & RASTER);
        status = print_weights(net, group);
    }
    if (status == IZH_OK && what & SPECTRUM) {
        part(what & (RASTER | WEIGHTS));
        print_spectrum(&log, seconds);
    }
    return status;
}

/* The words before the last argument; 0 where one is none of them. */
static int what_of(int count, char **words)
{
    static const char *const names[] = {"raster", "weights", "spectrum"};
    int what = 0;
    for (int k = 0; k < count; k++) {
        int which = 0;
        while (which < 3 && strcmp(words[k], names[which]) != 0)
            which++;
        if (which == 3)
            return 0;
        what |= 1 << which;
    }
    return what;
}

int main(int argc, char **argv)
{
    izh_network *net;
    izh_population_config neurons = IZH_POPULATION_CONFIG_INIT;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    const izh_receptor receptor = {.kind = IZH_CURRENT}; /* tau 0: for one tick */
    const int what = argc > 1 ? what_of(argc - 2, argv + 1) : WEIGHTS;
    const int seconds = argc > 1 ? (int)strtol(argv[argc - 1], NULL, 10) : 100;
    if (seconds < 1 || !what) {
        fprintf(stderr, "usage: polychronization raster|weights|spectrum... SECOND\n");
        return 2;
    }
    neurons.n = N;
    neurons.method = IZH_PUBLISHED_2003; /* its tick is 1 ms */
    neurons.events = IZH_EVENTS_GRID;
    neurons.log.write = on_error;
    config.population = &neurons;
    config.sources = N; /* one for each neuron */
    config.receptors = &receptor;
    config.receptor_count = 1;
    if (izh_network_create(&net, &config) != IZH_OK)
        return 1;
    uint32_t group = 0;
    izh_status status = set_neurons(izh_network_population(net));
    if (status == IZH_OK)
        status = connect(net, &group);
    if (status == IZH_OK)
        status = tell(net, group, what, seconds);
    izh_network_destroy(net);
    return status == IZH_OK ? 0 : 1;
}
