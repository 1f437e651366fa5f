/* What a network costs, in one run: what the machine can do at most, delivery, building, and whole
 * networks beside a plain loop, on one and two threads. Those that are compared take turns, and
 * each figure is the median of its runs. Prints Markdown. */
#include "bench_network.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 7
#define ARMS_MOST 8
#define CHUNK 1000000u /* synapses of a call of connect */
#define SEED 7
#define SIGMA 5. /* of the noise */

/* s. What runs on one thread is timed by the processor's clock, which other programs do not move so
 * much; what runs on two by the wall's. */
static double now(bool by_wall)
{
    struct timespec t;
    clock_gettime(by_wall ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void *must(void *memory)
{
    if (memory)
        return memory;
    fprintf(stderr, "no memory\n");
    exit(1);
}

void must_be_well(izh_status status, const char *what, const char *message)
{
    if (status == IZH_OK)
        return;
    fprintf(stderr, "%s: %s: %s\n", what, izh_status_text(status), message);
    exit(1);
}

uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/* ---- races ---- */

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void race(struct arm *arms, int count)
{
    double times[ARMS_MOST][ROUNDS];
    for (int round = -1; round < ROUNDS; round++) /* the first warms up */
        for (int j = 0; j < count; j++) {
            const double t = now(arms[j].by_wall), units = arms[j].run(arms[j].what);
            if (round >= 0)
                times[j][round] = 1e9 * (now(arms[j].by_wall) - t) / units;
        }
    for (int j = 0; j < count; j++) {
        qsort(times[j], ROUNDS, sizeof *times[j], compare);
        arms[j].median = times[j][ROUNDS / 2];
    }
}

/* ---- the machine's limit: a[random] += w, with 8 bytes streamed ---- */

struct event {
    uint32_t at;
    int32_t w;
};

struct limit {
    struct event *events;
    size_t count;
    int64_t *table;
    size_t size;
};

static double run_limit(void *what)
{
    const struct limit *l = what;
    for (size_t k = 0; k < l->count; k++)
        l->table[l->events[k].at] += l->events[k].w;
    return (double)l->count;
}

static struct limit new_limit(int log2_events)
{
    struct limit l = {.count = (size_t)1 << log2_events};
    l.events = must(malloc(l.count * sizeof *l.events));
    return l;
}

/* Makes a table of so many sums, and draws events for it. */
static void set_table(struct limit *l, size_t size)
{
    free(l->table);
    l->size = size;
    l->table = must(calloc(size, sizeof *l->table));
    for (size_t k = 0; k < l->count; k++)
        l->events[k] = (struct event){(uint32_t)(mix(k + 1) & (size - 1)), (int32_t)k};
}

static void free_limit(struct limit *l)
{
    free(l->table);
    free(l->events);
}

static void print_limit(int log2_events)
{
    struct limit l = new_limit(log2_events);
    printf("The machine: `a[random] += w`, 2^%d events of 8 bytes streamed\n\n"
           "| table | ns an event |\n|---|---|\n",
           log2_events);
    for (size_t size = 1 << 12; size <= 1 << 24; size *= 4) {
        set_table(&l, size);
        struct arm arm = {run_limit, &l, false, 0};
        race(&arm, 1);
        printf("| %zu KiB | %.2f |\n", l.size * sizeof *l.table / 1024, arm.median);
        fflush(stdout);
    }
    free_limit(&l);
}

/* ---- webs ---- */

/* A random network of the 2003 form at dt 1 ms, by explicit Euler steps: so Brian2 has it, too. */
struct web {
    uint32_t n, k, threads;        /* neurons, synapses of each */
    uint32_t shortest, longest;    /* delays, ticks */
    double excitation, inhibition; /* the largest weights */
    int ms;                        /* of a run */
    izh_stdp stdp;                 /* of excitatory synapses */
};

#define FIXED ((izh_stdp){.every = 0})

static struct web web_of(uint32_t n, uint32_t threads)
{
    return (struct web){n, 1000, threads, 1, 20, .05, .1, 200, FIXED};
}

/* All to all, as in the 2003 paper. */
static struct web paper_web(uint32_t threads)
{
    return (struct web){1000, 1000, threads, 0, 0, .5, 1, 1000, FIXED};
}

static bool is_excitatory(const struct web *web, uint32_t i)
{
    return i < web->n / 5 * 4;
}

static izh_synapse synapse_of(const struct web *web, uint32_t i, uint32_t k)
{
    const uint64_t x = mix((uint64_t)i * web->k + k + 1), y = mix(x);
    const double w = (double)(1 + (y >> 44)) * 0x1p-20; /* no finer than weights are, and not 0 */
    return (izh_synapse){
        .source = i,
        .target = web->k == web->n ? k : (uint32_t)((x >> 32) * web->n >> 32),
        .delay =
            web->shortest + (uint32_t)((x & 0xffffffff) * (web->longest - web->shortest + 1) >> 32),
        .weight = is_excitatory(web, i) ? web->excitation * w : -web->inhibition * w,
    };
}

static izh_params params_of(const struct web *web, uint32_t i)
{
    return is_excitatory(web, i) ? izh_params_2003(.02, .2, -65, 8)
                                 : izh_params_2003(.1, .2, -65, 2);
}

/* A network that runs it, and what it took. */
struct bench {
    struct web web;
    izh_network *net;
    izh_allocator allocator;
    size_t bytes, most_bytes;
    double built, per_synapse, peak; /* ns; bytes when built, and at most: a synapse */
    int t;
    uint64_t spikes;
};

static void *count_alloc(void *user, size_t size)
{
    struct bench *b = user;
    b->bytes += size;
    if (b->bytes > b->most_bytes)
        b->most_bytes = b->bytes;
    return malloc(size);
}

static void count_release(void *user, void *memory, size_t size)
{
    struct bench *b = user;
    b->bytes -= size;
    free(memory);
}

static int32_t count_spikes(const izh_spike *spikes, size_t count, void *user)
{
    (void)spikes;
    ((struct bench *)user)->spikes += count;
    return IZH_CONTINUE;
}

static void set_neurons(struct bench *b)
{
    izh_population *p = izh_network_population(b->net);
    for (uint32_t i = 0; i < b->web.n; i++) {
        const izh_params params = params_of(&b->web, i);
        const izh_state state = {-65, -13};
        izh_population_set_params(p, i, 1, &params, 0);
        izh_population_set_state(p, i, 1, &state, 0);
    }
    izh_population_on_spikes(p, count_spikes, b);
}

/* The first `count` synapses, those of inhibitory neurons in the second group; returns the time
 * that the library took. A call has the synapses of one kind. */
static double connect(struct bench *b, const uint32_t groups[2], uint64_t count)
{
    izh_synapse *synapses = must(malloc(CHUNK * sizeof *synapses));
    double time = 0;
    for (uint64_t at = 0; at < count;) {
        size_t chunk = 0;
        const bool excitatory = is_excitatory(&b->web, (uint32_t)(at / b->web.k));
        for (; chunk < CHUNK && at < count &&
               is_excitatory(&b->web, (uint32_t)(at / b->web.k)) == excitatory;
             chunk++, at++)
            synapses[chunk] =
                synapse_of(&b->web, (uint32_t)(at / b->web.k), (uint32_t)(at % b->web.k));
        const double t = now(false);
        must_be_well(izh_network_connect(b->net, groups[!excitatory], synapses, chunk), "connect",
                     izh_network_message(b->net));
        time += now(false) - t;
    }
    free(synapses);
    return time;
}

static void create(struct bench *b, const struct web *web, bool connected)
{
    uint32_t groups[2];
    const izh_receptor receptor = {.kind = IZH_CURRENT, .range = 2};
    izh_group_config synapses = IZH_GROUP_CONFIG_INIT;
    izh_population_config neurons = IZH_POPULATION_CONFIG_INIT;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    *b = (struct bench){.web = *web, .allocator = {count_alloc, count_release, b}};
    neurons.n = web->n;
    neurons.method = IZH_EULER;
    neurons.events = IZH_EVENTS_GRID;
    neurons.dt = 1;
    neurons.threads = web->threads;
    neurons.noise_sigma = SIGMA;
    neurons.seed = SEED;
    neurons.allocator = b->allocator;
    config.population = &neurons;
    config.receptors = &receptor;
    config.receptor_count = 1;
    must_be_well(izh_network_create(&b->net, &config), "create", "");
    set_neurons(b);
    const size_t before = b->bytes;
    /* Without, one synapse stays, for the shortest delay says how long a block is. */
    const uint64_t count = connected ? (uint64_t)web->n * web->k : 1;
    must_be_well(izh_network_group(b->net, &synapses, &groups[1]), "group", "");
    synapses.stdp = web->stdp;
    must_be_well(izh_network_group(b->net, &synapses, &groups[0]), "group",
                 izh_network_message(b->net));
    const double time = connect(b, groups, count), t = now(false);
    must_be_well(izh_network_build(b->net), "build", izh_network_message(b->net));
    b->built = 1e9 * (time + now(false) - t) / (double)count;
    b->per_synapse = (double)(b->bytes - before) / (double)count;
    b->peak = (double)(b->most_bytes - before) / (double)count;
}

/* Units are simulated s. */
static double run_bench(void *what)
{
    struct bench *b = what;
    b->t += b->web.ms;
    must_be_well(izh_network_run(b->net, b->t), "run", izh_network_message(b->net));
    return 1e-3 * b->web.ms;
}

static double rate_of(const struct bench *b)
{
    return 1e3 * (double)b->spikes / b->web.n / b->t;
}

/* ---- the plain loop ---- */

struct plain_synapse {
    uint32_t target, delay;
    double w;
};

/* As one would write it: rows by source, and a ring of what is to come. */
struct plain {
    struct web web;
    double *v, *u, *ring; /* ring: [slot][neuron] */
    izh_params *params;
    struct plain_synapse *synapses;
    uint32_t slots;
    int t;
    uint64_t random, spikes;
};

static void plain_create(struct plain *p, const struct web *web)
{
    *p = (struct plain){.web = *web, .slots = web->longest + 1, .random = SEED};
    p->v = must(malloc(web->n * sizeof *p->v));
    p->u = must(malloc(web->n * sizeof *p->u));
    p->params = must(malloc(web->n * sizeof *p->params));
    p->ring = must(calloc((size_t)p->slots * web->n, sizeof *p->ring));
    p->synapses = must(malloc((size_t)web->n * web->k * sizeof *p->synapses));
    for (uint32_t i = 0; i < web->n; i++) {
        p->v[i] = -65;
        p->u[i] = -13;
        p->params[i] = params_of(web, i);
        for (uint32_t k = 0; k < web->k; k++) {
            const izh_synapse s = synapse_of(web, i, k);
            p->synapses[(size_t)i * web->k + k] =
                (struct plain_synapse){s.target, s.delay, s.weight};
        }
    }
}

static double plain_uniform(struct plain *p)
{
    p->random = p->random * 6364136223846793005u + 1442695040888963407u;
    return (double)(p->random >> 11) * 0x1p-53;
}

static double plain_normal(struct plain *p)
{
    double x, y, s;
    do { /* Marsaglia's polar method */
        x = 2 * plain_uniform(p) - 1;
        y = 2 * plain_uniform(p) - 1;
        s = x * x + y * y;
    } while (s >= 1 || s == 0);
    return x * sqrt(-2 * log(s) / s);
}

static void plain_spike(struct plain *p, uint32_t i)
{
    const struct plain_synapse *row = &p->synapses[(size_t)i * p->web.k];
    p->v[i] = p->params[i].c;
    p->u[i] += p->params[i].d;
    p->spikes++;
    for (uint32_t k = 0; k < p->web.k; k++) {
        const uint32_t slot = ((uint32_t)p->t + 1 + row[k].delay) % p->slots;
        p->ring[(size_t)slot * p->web.n + row[k].target] += row[k].w;
    }
}

/* Spikes of the step act from the next one on, so its slot is empty before. */
static void plain_step(struct plain *p)
{
    double *I = &p->ring[(size_t)((uint32_t)p->t % p->slots) * p->web.n];
    for (uint32_t i = 0; i < p->web.n; i++) {
        const double v = p->v[i], u = p->u[i];
        const double input = I[i] + SIGMA * plain_normal(p);
        I[i] = 0;
        p->v[i] = v + (.04 * v * v + 5 * v + 140 - u + input);
        p->u[i] = u + p->params[i].a * (p->params[i].b_lo * v - u);
    }
    for (uint32_t i = 0; i < p->web.n; i++)
        if (p->v[i] >= 30)
            plain_spike(p, i);
    p->t++;
}

static double run_plain(void *what)
{
    struct plain *p = what;
    for (int t = 0; t < p->web.ms; t++)
        plain_step(p);
    return 1e-3 * p->web.ms;
}

static void plain_destroy(struct plain *p)
{
    free(p->v);
    free(p->u);
    free(p->ring);
    free(p->params);
    free(p->synapses);
}

/* ---- tables ---- */

/* As many sums as a part of a network has in a block of two ticks: at most 1 MiB. */
static size_t sums_of(uint32_t n)
{
    size_t size = 1 << 10;
    while (size < 2 * (size_t)n && size < 1 << 17)
        size *= 2;
    return size;
}

/* A network beside the same neurons without synapses: the difference is delivery. But its spikes
 * are other ones; so the neurons' own cost is taken as it is without. Beside them the machine's
 * limit, with a table as large as a part's sums, and a plain loop over rows. */
static void print_delivery(uint32_t n, int log2_events)
{
    struct bench benches[4];
    struct limit limit = new_limit(log2_events);
    struct rows *rows = rows_new(n, 1000, 6);
    struct arm arms[6];
    for (int j = 0; j < 4; j++) {
        const struct web web = web_of(n, 1 + j % 2);
        create(&benches[j], &web, j < 2);
        arms[j] = (struct arm){run_bench, &benches[j], web.threads > 1, 0};
    }
    set_table(&limit, sums_of(n));
    arms[4] = (struct arm){run_limit, &limit, false, 0};
    arms[5] = (struct arm){rows_run, rows, false, 0};
    race(arms, 6);
    const double events = rate_of(&benches[0]) * n * benches[0].web.k;
    const double one = (arms[0].median - arms[2].median) / events;
    printf(
        "| %.0e | %.1f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f | %.1f | %.1f | %.1f |\n",
        (double)n * benches[0].web.k, rate_of(&benches[0]), arms[4].median, arms[5].median, one,
        one / arms[4].median, one / arms[5].median, (arms[1].median - arms[3].median) / events,
        arms[0].median / arms[1].median, benches[0].built, benches[0].per_synapse, benches[0].peak);
    fflush(stdout);
    for (int j = 0; j < 4; j++)
        izh_network_destroy(benches[j].net);
    free_limit(&limit);
    rows_free(rows);
}

static void print_delivery_head(void)
{
    printf("\nDelivery, 1000 synapses a neuron, delays 1 to 20 ticks\n\n"
           "| synapses | Hz | the limit, ns | a loop over rows, ns | ns an event | x limit | x "
           "loop | by 2 threads | all, 2 threads x"
           " | building, ns a synapse | bytes a synapse | at most |\n"
           "|---|---|---|---|---|---|---|---|---|---|---|---|\n");
}

static void print_whole(const char *name, struct web (*of)(uint32_t threads))
{
    struct bench benches[2];
    struct plain plain;
    struct arm arms[3];
    for (uint32_t j = 0; j < 2; j++) {
        const struct web web = of(j + 1);
        create(&benches[j], &web, true);
        arms[j] = (struct arm){run_bench, &benches[j], web.threads > 1, 0};
    }
    plain_create(&plain, &benches[0].web);
    arms[2] = (struct arm){run_plain, &plain, false, 0};
    race(arms, 3);
    printf("| %s | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f |\n", name, 1e-6 * arms[0].median,
           1e-6 * arms[1].median, 1e-6 * arms[2].median, arms[2].median / arms[0].median,
           rate_of(&benches[0]), 1e3 * (double)plain.spikes / plain.web.n / plain.t);
    fflush(stdout);
    for (int j = 0; j < 2; j++)
        izh_network_destroy(benches[j].net);
    plain_destroy(&plain);
}

/* Rules whose steps are as small as they may be: so that rates stay those of fixed synapses. */
static izh_stdp rule(uint32_t every, int32_t pairs)
{
    const double step = 20 * 0x1p-30;
    return (izh_stdp){.a_plus = step,
                      .a_minus = step,
                      .tau_plus = 20,
                      .tau_minus = 20,
                      .w_max = 1,
                      .keep = every ? .9 : 0,
                      .gain = every ? 1 : 0,
                      .every = every,
                      .pairs = pairs};
}

/* Beside the same neurons without synapses, as for delivery. */
static void print_plastic(uint32_t n)
{
    const struct {
        const char *name;
        izh_stdp stdp;
    } rules[] = {
        {"fixed", FIXED},
        {"nearest pairs, at arrival", rule(0, IZH_PAIRS_NEAREST)},
        {"all pairs, at arrival", rule(0, IZH_PAIRS_ALL)},
        {"all pairs, every 1000 ticks", rule(1000, IZH_PAIRS_ALL)},
    };
    struct bench benches[5];
    struct arm arms[5];
    for (int j = 0; j < 5; j++) {
        struct web web = web_of(n, 1);
        web.stdp = j < 4 ? rules[j].stdp : rules[0].stdp;
        create(&benches[j], &web, j < 4);
        arms[j] = (struct arm){run_bench, &benches[j], false, 0};
    }
    race(arms, 5);
    printf("\nPlastic synapses, 8 of 10 in %.0e\n\n"
           "| | Hz | ns an event | x fixed | bytes a synapse |\n|---|---|---|---|---|\n",
           (double)n * benches[0].web.k);
    const double fixed = arms[0].median - arms[4].median;
    for (int j = 0; j < 4; j++) {
        const double events = rate_of(&benches[j]) * n * benches[j].web.k;
        const double time = arms[j].median - arms[4].median;
        printf("| %s | %.1f | %.2f | %.2f | %.1f |\n", rules[j].name, rate_of(&benches[j]),
               time / events, time / fixed, benches[j].per_synapse);
    }
    for (int j = 0; j < 5; j++)
        izh_network_destroy(benches[j].net);
}

static struct web large_web(uint32_t threads)
{
    return web_of(10000, threads);
}

static void print_wholes(void)
{
    printf("\nWhole networks, ms for a second\n\n"
           "| | 1 thread | 2 threads | plain loop | plain / 1 thread | Hz | Hz of the loop |\n"
           "|---|---|---|---|---|---|---|\n");
    print_whole("1000 x 1000 (2003)", paper_web);
    print_whole("10^4 x 1000", large_web);
}

static struct web plastic_web(uint32_t threads)
{
    struct web web = web_of(2000, threads);
    web.stdp = rule(0, IZH_PAIRS_ALL);
    return web;
}

/* For a script that puts another program beside it: ms for a second, and the rate. */
static int run_few(const char *name, uint32_t threads)
{
    struct bench b;
    const bool bare = !strcmp(name, "bare");
    struct web web = !strcmp(name, "paper")   ? paper_web(threads)
                     : !strcmp(name, "large") ? large_web(threads)
                                              : plastic_web(threads);
    if (bare)
        web.stdp = FIXED;
    create(&b, &web, !bare);
    struct arm arm = {run_bench, &b, threads > 1, 0};
    race(&arm, 1);
    printf("%.6g %.4g\n", 1e-6 * arm.median, rate_of(&b));
    izh_network_destroy(b.net);
    return 0;
}

static int run_all(int log2_events, uint32_t n)
{
    print_limit(log2_events);
    print_delivery_head();
    print_delivery(n, log2_events);
    print_wholes();
    print_plastic(n);
    print_2006();
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 1)
        return run_all(27, 10000);
    if (argc == 2 && !strcmp(argv[1], "--quick"))
        return run_all(20, 2000);
    if (argc == 2 && !strcmp(argv[1], "--large")) {
        print_delivery_head();
        print_delivery(100000, 27);
        return 0;
    }
    if (argc == 4 && !strcmp(argv[1], "--few"))
        return run_few(argv[2], (uint32_t)atoi(argv[3]));
    fprintf(stderr, "%s [--quick | --large | --few paper|large|plastic|bare THREADS]\n", argv[0]);
    return 2;
}
