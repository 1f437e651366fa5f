/* The network of the 2006 paper (Izhikevich, Neural Comput. 18 (2006) 245), whose synapses learn:
 * libizh's beside a plain program in the order of the paper's listing. They have the same wiring
 * and the same input, but the plain one's weights are doubles: so they go apart after some seconds,
 * at equal rates. */
#include "bench_network.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N 1000
#define EXCITATORY 800
#define M 100 /* synapses of a neuron */
#define D 20  /* delays */
#define LARGEST 10.
#define TAU 19.495725746223673 /* ms: the factor of 1 ms is .95 */
#define SPIKES_MOST 200000

/* ---- who with whom ---- */

/* Synapse j of an excitatory neuron has the delay j / (M / D). */
static uint32_t post[N][M];

static uint32_t below(uint64_t *state, uint32_t n)
{
    *state += 0x9e3779b97f4a7c15;
    return (uint32_t)((mix(*state) >> 32) * n >> 32);
}

static bool has(const uint32_t *row, int count, uint32_t target)
{
    for (int j = 0; j < count; j++)
        if (row[j] == target)
            return true;
    return false;
}

static void wire(void)
{
    uint64_t state = 2006;
    for (uint32_t i = 0; i < N; i++)
        for (int j = 0; j < M; j++)
            do
                post[i][j] = below(&state, i < EXCITATORY ? N : EXCITATORY);
            while (post[i][j] == i || has(post[i], j, post[i][j]));
}

/* ---- the listing ---- */

struct listing {
    double v[N], u[N], I[N], s[N][M], sd[N][M], LTP[N][1000 + 1 + D], LTD[N];
    int firings[SPIKES_MOST][2], count;
    int incoming[N], pre[N][EXCITATORY][2]; /* of excitatory synapses: source and j */
    uint64_t random, spikes;
    double ms;
};

static void begin(struct listing *l)
{
    l->random = 1952;
    for (int i = 0; i < N; i++) {
        l->v[i] = -65;
        l->u[i] = .2 * -65;
        for (int j = 0; j < M; j++) {
            const uint32_t target = post[i][j];
            l->s[i][j] = i < EXCITATORY ? 6 : -5;
            if (i >= EXCITATORY)
                continue;
            l->pre[target][l->incoming[target]][0] = i;
            l->pre[target][l->incoming[target]++][1] = j;
        }
    }
    l->firings[0][0] = -D;
    l->count = 1;
}

static void fire(struct listing *l, int i, int t)
{
    l->v[i] = -65;
    l->u[i] += i < EXCITATORY ? 8 : 2;
    l->LTP[i][t + D] = .1;
    l->LTD[i] = .12;
    for (int k = 0; k < l->incoming[i]; k++) {
        const int source = l->pre[i][k][0], j = l->pre[i][k][1];
        l->sd[source][j] += l->LTP[source][t + D - j / (M / D) - 1];
    }
    l->firings[l->count][0] = t;
    l->firings[l->count++][1] = i;
    l->spikes++;
}

static void deliver(struct listing *l, int t)
{
    for (int k = l->count - 1; t - l->firings[k][0] < D; k--) {
        const int i = l->firings[k][1], age = t - l->firings[k][0];
        const bool excitatory = i < EXCITATORY;
        const int first = excitatory ? age * (M / D) : age ? M : 0;
        const int end = excitatory ? first + M / D : M;
        for (int j = first; j < end; j++) {
            l->I[post[i][j]] += l->s[i][j];
            if (excitatory)
                l->sd[i][j] -= l->LTD[post[i][j]];
        }
    }
}

static void step(struct listing *l, int t)
{
    for (int i = 0; i < N; i++) {
        for (int half = 0; half < 2; half++)
            l->v[i] += .5 * ((.04 * l->v[i] + 5) * l->v[i] + 140 - l->u[i] + l->I[i]);
        l->u[i] += (i < EXCITATORY ? .02 : .1) * (.2 * l->v[i] - l->u[i]);
        l->LTP[i][t + D + 1] = .95 * l->LTP[i][t + D];
        l->LTD[i] *= .95;
    }
}

/* A second is over. */
static void learn(struct listing *l)
{
    int k = l->count - 1;
    for (int i = 0; i < N; i++)
        memcpy(l->LTP[i], &l->LTP[i][1000], (D + 1) * sizeof l->LTP[i][0]);
    while (1000 - l->firings[k][0] < D)
        k--;
    for (int i = 1; i < l->count - k; i++) {
        l->firings[i][0] = l->firings[k + i][0] - 1000;
        l->firings[i][1] = l->firings[k + i][1];
    }
    l->count -= k;
    for (int i = 0; i < EXCITATORY; i++)
        for (int j = 0; j < M; j++) {
            l->s[i][j] += .01 + l->sd[i][j];
            l->sd[i][j] *= .9;
            if (l->s[i][j] > LARGEST)
                l->s[i][j] = LARGEST;
            if (l->s[i][j] < 0)
                l->s[i][j] = 0;
        }
}

static double run_listing(void *what)
{
    struct listing *l = what;
    for (int t = 0; t < 1000; t++) {
        memset(l->I, 0, sizeof l->I);
        l->I[below(&l->random, N)] = 20;
        for (int i = 0; i < N; i++)
            if (l->v[i] >= 30)
                fire(l, i, t);
        deliver(l, t);
        step(l, t);
    }
    learn(l);
    l->ms += 1000;
    return 1;
}

/* ---- libizh's ---- */

struct library {
    izh_network *net;
    uint64_t random, spikes;
    double ms;
};

static int32_t count_spikes(const izh_spike *spikes, size_t count, void *user)
{
    (void)spikes;
    ((struct library *)user)->spikes += count;
    return IZH_CONTINUE;
}

static void set_neurons(struct library *l)
{
    const izh_params excitatory = izh_params_2003(.02, .2, -65, 8);
    const izh_params inhibitory = izh_params_2003(.1, .2, -65, 2);
    const izh_state state = {-65, .2 * -65};
    izh_population *p = izh_network_population(l->net);
    izh_population_set_params(p, 0, EXCITATORY, &excitatory, 0);
    izh_population_set_params(p, EXCITATORY, N - EXCITATORY, &inhibitory, 0);
    izh_population_set_state(p, 0, N, &state, 0);
    izh_population_on_spikes(p, count_spikes, l);
}

/* Each neuron has a source of its own, for the input. */
static void connect(struct library *l, uint32_t learns, uint32_t fixed)
{
    for (uint32_t i = 0; i < N; i++) {
        izh_synapse row[M];
        const bool excitatory = i < EXCITATORY;
        for (uint32_t j = 0; j < M; j++)
            row[j] =
                (izh_synapse){i, post[i][j], excitatory ? j / (M / D) : 0, 0, excitatory ? 6 : -5};
        const izh_synapse kick = {N + i, i, 0, 0, 20};
        must_be_well(izh_network_connect(l->net, excitatory ? learns : fixed, row, M), "connect",
                     izh_network_message(l->net));
        must_be_well(izh_network_connect(l->net, fixed, &kick, 1), "connect",
                     izh_network_message(l->net));
    }
}

static void create(struct library *l, uint32_t threads)
{
    const izh_receptor receptor = {.kind = IZH_CURRENT};
    izh_population_config population = IZH_POPULATION_CONFIG_INIT;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    izh_group_config group = IZH_GROUP_CONFIG_INIT;
    uint32_t learns, fixed;
    *l = (struct library){.random = 1952};
    population.n = N;
    population.method = IZH_PUBLISHED_2003;
    population.events = IZH_EVENTS_GRID;
    population.dt = 1;
    population.threads = threads;
    config.population = &population;
    config.sources = N;
    config.receptors = &receptor;
    config.receptor_count = 1;
    must_be_well(izh_network_create(&l->net, &config), "create", "");
    must_be_well(izh_network_group(l->net, &group, &fixed), "group", "");
    group.stdp = (izh_stdp){.1, .12, TAU, TAU, 0, LARGEST, .01, .9, 1, 1000, IZH_PAIRS_NEAREST};
    must_be_well(izh_network_group(l->net, &group, &learns), "group", izh_network_message(l->net));
    connect(l, learns, fixed);
    set_neurons(l);
    must_be_well(izh_network_build(l->net), "build", izh_network_message(l->net));
}

static double run_library(void *what)
{
    struct library *l = what;
    izh_spike spikes[1000];
    for (int t = 0; t < 1000; t++)
        spikes[t] = (izh_spike){l->ms + t, below(&l->random, N), 0};
    must_be_well(izh_network_send(l->net, spikes, 1000), "send", izh_network_message(l->net));
    l->ms += 1000;
    must_be_well(izh_network_run(l->net, l->ms), "run", izh_network_message(l->net));
    return 1;
}

/* ---- both ---- */

void print_2006(void)
{
    struct library library[2];
    struct listing *listing = must(calloc(1, sizeof *listing));
    wire();
    begin(listing);
    for (uint32_t k = 0; k < 2; k++)
        create(&library[k], k + 1);
    struct arm arms[] = {
        {run_library, &library[0], false, 0},
        {run_library, &library[1], true, 0},
        {run_listing, listing, false, 0},
    };
    race(arms, 3);
    printf("\n1000 x 100 that learn (2006), ms for a second\n\n"
           "| 1 thread | 2 threads | plain program | plain / 1 thread | Hz | Hz of the program |\n"
           "|---|---|---|---|---|---|\n| %.1f | %.1f | %.1f | %.1f | %.1f | %.1f |\n",
           1e-6 * arms[0].median, 1e-6 * arms[1].median, 1e-6 * arms[2].median,
           arms[2].median / arms[0].median, 1e3 * (double)library[0].spikes / N / library[0].ms,
           1e3 * (double)listing->spikes / N / listing->ms);
    for (int k = 0; k < 2; k++)
        izh_network_destroy(library[k].net);
    free(listing);
}
