/* What is saved in the middle of a network's life goes on bit for bit; what does not fit is
 * refused; and how much room there is for spikes is kept to. */
#include "support_network.h"
#include "wrap_malloc.h"

#define N 150
#define HALF 47.
#define END 420. /* the longest delays arrive, too */

/* All tests but a few are made three times. */
static int plastic;

static int with_plastic_groups(void **state)
{
    (void)state;
    plastic = 1;
    return 0;
}

static int with_waiting_groups(void **state)
{
    (void)state;
    plastic = 2;
    return 0;
}

static struct web web_of(int32_t precision)
{
    struct web web = {.plain = 1, .plastic = plastic};
    web.population = (izh_population_config)IZH_POPULATION_CONFIG_INIT;
    web.population.n = N;
    web.population.method = IZH_PUBLISHED_2003;
    web.population.events = IZH_EVENTS_GRID;
    web.population.precision = precision;
    web.population.noise_sigma = 2;
    web.population.seed = 7;
    return web;
}

struct blob {
    size_t size;
    unsigned char *bytes;
};

static struct blob save(izh_network *net)
{
    struct blob blob = {izh_network_save(net, NULL, 0), NULL};
    check_true(blob.size > 0);
    blob.bytes = malloc(blob.size);
    check_true(izh_network_save(net, blob.bytes, blob.size) == blob.size);
    return blob;
}

static void check_same_blobs(struct blob x, struct blob y)
{
    size_t at = 0;
    assert_int_equal(x.size, y.size);
    while (at < x.size && x.bytes[at] == y.bytes[at])
        at++;
    if (at < x.size)
        fail_msg("word %zu differs", at / 8);
}

/* Nothing of it changes the network. */
static void disturb(izh_network *net)
{
    const double hz = 333, weight = .125, I = 3;
    izh_population *p = izh_network_population(net);
    check_network(izh_network_run(net, izh_population_time(p) + 33), net);
    check_network(izh_network_set_rates(net, 0, 10, &hz, 0), net);
    check_network(izh_network_set_background(net, 0, 5, 10, &hz, &weight, 0), net);
    check_network(izh_network_set_weights(net, 3, 0, 1, &weight), net);
    check_network(izh_network_send(net, &(izh_spike){10000, 3, 0}, 1), net);
    check_population(izh_population_set_current(p, 0, 3, &I, 0), p);
}

/* Runs on to the end; the spikes and the network are those that were to be. */
static void check_end(izh_network *net, const struct train *from, uint64_t hash,
                      const struct train *expected)
{
    struct train train = {0};
    check_network(network_run(net, END, &train), net);
    assert_int_equal(from->n + train.n, expected->n);
    for (size_t k = 0; k < train.n; k++)
        check_true(!memcmp(&train.spikes[k], &expected->spikes[from->n + k], sizeof *train.spikes));
    check_true(izh_network_hash(net) == hash);
    train_free(&train);
}

static void a_saved_network_goes_on(void **state)
{
    (void)state;
    for (int32_t precision = support_few(); precision < 2; precision++) {
        struct web web = web_of(precision);
        struct train train = {0}, half = {0};
        izh_network *net = web_create(&web);
        check_network(network_run(net, HALF, &train), net);
        check_network(network_run(net, HALF, &half), net); /* nothing */
        assert_int_equal(half.n, 0);
        half.n = train.n;
        const struct blob blob = save(net);
        const uint64_t at_half = izh_network_hash(net);
        check_network(network_run(net, END, &train), net);
        check_true(train.n > 1000);
        const uint64_t hash = izh_network_hash(net);
        const struct blob at_end = save(net);
        for (int twice = 0; twice < 2; twice++) { /* into itself */
            check_network(izh_network_load(net, blob.bytes, blob.size), net);
            check_true(izh_network_hash(net) == at_half);
            const struct blob again = save(net);
            check_same_blobs(again, blob);
            free(again.bytes);
            check_end(net, &half, hash, &train);
        }
        izh_network_destroy(net);
        for (int way = 0; way < 4; way++) { /* into others, which have lived a little */
            web.population.threads = 1 + (uint32_t)way;
            web.population.tile = way % 2 ? 128 : 0;
            web.population.block = way / 2 ? 1 : 0;
            web.order = way % 3;
            izh_network *other = web_create(&web);
            if (way)
                disturb(other);
            check_network(izh_network_load(other, blob.bytes, blob.size), other);
            check_true(izh_network_hash(other) == at_half);
            check_end(other, &half, hash, &train);
            const struct blob end = save(other);
            check_same_blobs(end, at_end);
            free(end.bytes);
            izh_network_destroy(other);
        }
        free(blob.bytes);
        free(at_end.bytes);
        train_free(&train);
        free(half.spikes);
    }
}

/* Where a run pauses, spikes wait to be delivered. */
static void a_pause_is_saved_too(void **state)
{
    (void)state;
    struct web web = web_of(IZH_F64);
    web.delay_least = 9;
    web.population.spike_capacity = 7;
    struct train whole = {0}, train = {0};
    izh_network *net = web_create(&web);
    check_network(network_run(net, END, &whole), net);
    const uint64_t hash = izh_network_hash(net);
    izh_network_destroy(net);
    net = web_create(&web);
    for (int pauses = 0; pauses < 40; pauses++) {
        check_network_status(izh_network_run(net, END), IZH_PAUSED, net);
        train.n += izh_population_spikes(izh_network_population(net)).count;
    }
    const struct blob blob = save(net);
    for (int twice = 0; twice < 2; twice++) {
        check_network(izh_network_load(net, blob.bytes, blob.size), net);
        check_end(net, &train, hash, &whole);
    }
    izh_network_destroy(net);
    free(blob.bytes);
    train_free(&whole);
}

/* A spike that has acted on all, which is not saved, may lie behind one that has not. */
static void the_longest_delays_are_saved(void **state)
{
    (void)state;
    const izh_receptor jump = {IZH_JUMP, 0, 0, 0, 0, 0};
    for (int from_neurons = 0; from_neurons < 2; from_neurons++) {
        izh_population_config population = IZH_POPULATION_CONFIG_INIT;
        izh_network_config config = IZH_NETWORK_CONFIG_INIT;
        const izh_synapse synapses[] = {{2, 0, 65535, 0, 5},
                                        {from_neurons ? 1 : 2, 1, 65535, 0, -5}};
        const izh_spike sent[] = {{3000, 0, 0}, {65000, 0, 0}};
        const double I = 10;
        izh_network *net;
        population.n = 2;
        population.method = IZH_PUBLISHED_2003;
        population.events = IZH_EVENTS_GRID;
        config.population = &population;
        config.sources = 1;
        config.receptors = &jump;
        config.receptor_count = 1;
        assert_int_equal(izh_network_create(&net, &config), IZH_OK);
        check_network(izh_network_connect(net, network_group(net, 0), synapses, 2), net);
        check_population(izh_population_set_current(izh_network_population(net), 0, 2, &I, 0),
                         izh_network_population(net));
        check_network(izh_network_send(net, sent, 2), net);
        for (int t = 0; t < 140000; t += 9973) {
            support_about("t = %d, from neurons: %d", t, from_neurons);
            check_network(izh_network_run(net, t), net);
            const uint64_t hash = izh_network_hash(net);
            const struct blob blob = save(net);
            check_network(izh_network_load(net, blob.bytes, blob.size), net);
            check_true(izh_network_hash(net) == hash);
            free(blob.bytes);
        }
        izh_network_destroy(net);
    }
}

/* The spikes of sources are on their way for as long as can be, those of neurons not. */
static void sources_may_be_slower_than_neurons(void **state)
{
    (void)state;
    const izh_receptor jump = {IZH_JUMP, 0, 0, 0, 0, 0};
    const izh_synapse synapses[] = {{2, 0, 65535, 0, 5}, {0, 1, 200, 0, 3}, {1, 0, 200, 0, -5}};
    const double I = 10;
    izh_population_config population = IZH_POPULATION_CONFIG_INIT;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    izh_network *net, *twin;
    population.n = 2;
    population.method = IZH_PUBLISHED_2003;
    population.events = IZH_EVENTS_GRID;
    config.population = &population;
    config.sources = 1;
    config.receptors = &jump;
    config.receptor_count = 1;
    for (int k = 0; k < 2; k++) {
        assert_int_equal(izh_network_create(k ? &net : &twin, &config), IZH_OK);
        izh_network *made = k ? net : twin;
        check_network(izh_network_connect(made, network_group(made, 0), synapses, 3), made);
        check_population(izh_population_set_current(izh_network_population(made), 0, 2, &I, 0),
                         izh_network_population(made));
        for (int t = 0; t < 68000; t += 7)
            check_network(izh_network_send(made, &(izh_spike){t, 0, 0}, 1), made);
    }
    for (int t = 65000; t < 68000; t += 37) {
        support_about("t = %d", t);
        check_network(izh_network_run(net, t), net);
        const struct blob blob = save(net);
        check_network(izh_network_load(net, blob.bytes, blob.size), net);
        free(blob.bytes);
    }
    check_network(izh_network_run(net, 68000), net);
    check_network(izh_network_run(twin, 68000), twin);
    check_true(izh_network_hash(net) == izh_network_hash(twin));
    izh_network_destroy(net);
    izh_network_destroy(twin);
}

/* A spike that acts at the tick of the blob, and is awaited by nobody after that. */
static void what_is_due_now_is_saved(void **state)
{
    (void)state;
    const izh_receptor jump = {IZH_JUMP, 0, 0, 0, 0, 0};
    for (uint32_t delay = 0; delay < 3; delay++) {
        izh_population_config population = IZH_POPULATION_CONFIG_INIT;
        izh_network_config config = IZH_NETWORK_CONFIG_INIT;
        izh_network *net;
        izh_state before, after, again;
        population.n = 1;
        population.dt = 1;
        config.population = &population;
        config.sources = 1;
        config.receptors = &jump;
        config.receptor_count = 1;
        support_about("a delay of %u", (unsigned)delay);
        assert_int_equal(izh_network_create(&net, &config), IZH_OK);
        izh_population *p = izh_network_population(net);
        const izh_synapse synapse = {1, 0, delay, 0, 20};
        check_network(izh_network_connect(net, network_group(net, 0), &synapse, 1), net);
        check_network(izh_network_send(net, &(izh_spike){10, 0, 0}, 1), net);
        check_network(izh_network_run(net, 10 + delay), net);
        const struct blob blob = save(net);
        check_population(izh_population_get_state(p, 0, 1, &before), p);
        check_network(izh_network_run(net, 11 + delay), net);
        check_population(izh_population_get_state(p, 0, 1, &after), p);
        check_true(after.v > before.v + 10);
        check_network(izh_network_load(net, blob.bytes, blob.size), net);
        check_network(izh_network_run(net, 11 + delay), net);
        check_population(izh_population_get_state(p, 0, 1, &again), p);
        check_true(again.v == after.v && again.u == after.u);
        free(blob.bytes);
        izh_network_destroy(net);
    }
}

/* ---- the hash ---- */

/* That of a web with one synapse more, before and after it is built. */
static uint64_t hash_with(uint32_t group, izh_synapse more)
{
    const struct web web = web_of(IZH_F64);
    izh_network *net = web_create(&web);
    const uint64_t without = izh_network_hash(net);
    check_network(izh_network_connect(net, group, &more, 1), net);
    const uint64_t hash = izh_network_hash(net);
    check_true(hash != without);
    check_network(izh_network_build(net), net);
    check_true(izh_network_hash(net) == hash);
    izh_network_destroy(net);
    return hash;
}

static void building_does_not_change_the_hash(void **state)
{
    (void)state;
    static const izh_synapse others[] = {
        {8, 5, 9, 0, .5}, {7, 6, 9, 0, .5}, {7, 5, 10, 0, .5}, {7, 5, 9, 0, .5 + 0x1p-20}};
    const uint64_t hash = hash_with(2, (izh_synapse){7, 5, 9, 0, .5});
    for (size_t k = 0; k < LENGTH(others); k++)
        check_true(hash_with(2, others[k]) != hash);
    check_true(hash_with(3, (izh_synapse){7, 5, 9, 0, .5}) != hash);
    uint64_t orders[3];
    for (int order = 0; order < 3; order++) {
        struct web web = web_of(IZH_F64);
        web.order = order;
        izh_network *net = web_create(&web);
        orders[order] = izh_network_hash(net);
        check_true(orders[order] == orders[0]);
        izh_network_destroy(net);
    }
}

/* ---- equal networks have equal blobs ---- */

/* A network that is a slice and the whole, and hears its spikes in one order or the other. */
struct echo {
    int backwards;
    izh_sent heard[1 << 16];
};

static izh_status echo(void *user, const izh_sent *mine, size_t count, const izh_sent **all,
                       size_t *total)
{
    struct echo *e = user;
    if (count > LENGTH(e->heard))
        return IZH_E_MEMORY;
    for (size_t k = 0; k < count; k++)
        e->heard[k] = mine[e->backwards ? count - 1 - k : k];
    *all = e->heard;
    *total = count;
    return IZH_OK;
}

#define CUTS 4
#define TIMES 5

/* Runs with blocks that are cut so, and saves at some times, also between exchanges. */
static void save_often(struct web web, int cut, struct echo *e, struct blob blobs[TIMES])
{
    static const double times[TIMES] = {10, 47, 120, 330, 334};
    static const uint32_t blocks[CUTS] = {0, 1, 3, 7};
    struct train train = {0};
    const double none = 0, weight = .5 * cut;
    web.delay_least = 9;
    web.population.block = blocks[cut];
    web.population.threads = 1 + cut % 2;
    web.population.tile = cut / 2 ? 128 : 0;
    web.order = cut % 3;
    if (e)
        web.exchange = (izh_exchange){echo, e};
    izh_network *net = web_create(&web);
    check_network(izh_network_set_background(net, 2, 0, N, &none, &weight, 0), net);
    for (int k = 0; k < TIMES; k++) {
        if (cut % 2 && k)
            check_network(network_run(net, times[k] - 2, &train), net);
        check_network(network_run(net, times[k], &train), net);
        blobs[k] = save(net);
    }
    check_network(izh_network_load(net, blobs[TIMES - 2].bytes, blobs[TIMES - 2].size), net);
    check_network(izh_network_run(net, times[TIMES - 1]), net);
    const struct blob again = save(net);
    check_same_blobs(again, blobs[TIMES - 1]);
    free(again.bytes);
    izh_network_destroy(net);
    train_free(&train);
}

static void how_blocks_are_cut_is_not_in_a_blob(void **state)
{
    (void)state;
    static struct echo e;
    for (int slice = 0; slice < 2; slice++) {
        struct blob blobs[CUTS][TIMES];
        for (int cut = 0; cut < CUTS; cut++) {
            e.backwards = cut % 2;
            save_often(web_of(IZH_F64), cut, slice ? &e : NULL, blobs[cut]);
            for (int k = 0; k < TIMES; k++) {
                support_about("slice %d, cut %d, time %d", slice, cut, k);
                check_same_blobs(blobs[cut][k], blobs[0][k]);
            }
        }
        for (int cut = 0; cut < CUTS; cut++)
            for (int k = 0; k < TIMES; k++)
                free(blobs[cut][k].bytes);
    }
}

/* ---- another structure ---- */

struct change {
    const char *what;
    void (*make)(struct web *web);
    const char *said;
};

static void more_synapses(struct web *web)
{
    web->synapses = 17;
}

static void other_delays(struct web *web)
{
    web->delay_least = 1;
}

static void other_dt(struct web *web)
{
    web->population.dt = .5;
}

static void other_seed(struct web *web)
{
    web->population.seed++;
}

static void other_n(struct web *web)
{
    web->population.n++;
}

static void other_precision(struct web *web)
{
    web->population.precision = IZH_F32;
}

static void other_method(struct web *web)
{
    web->population.method = IZH_MIDPOINT;
    web->population.dt = 1;
}

static void a_network_of_another_structure_refuses(void **state)
{
    (void)state;
    static const struct change changes[] = {
        {"synapses", more_synapses, "or synapses"},
        {"delays", other_delays, "or synapses"},
        {"dt", other_dt, "the network dt = 0.5"},
        {"seed", other_seed, "the network dt = "},
        {"n", other_n, "the population n = "},
        {"precision", other_precision, ", f32, grid events"},
        {"method", other_method, "the population n = "},
    };
    struct web web = web_of(IZH_F64);
    izh_network *net = web_create(&web);
    check_network(izh_network_run(net, HALF), net);
    const struct blob blob = save(net);
    izh_network_destroy(net);
    for (size_t k = 0; k < LENGTH(changes); k++) {
        support_about("another %s", changes[k].what);
        web = web_of(IZH_F64);
        changes[k].make(&web);
        net = web_create(&web);
        check_network(izh_network_run(net, 13), net);
        const struct blob before = save(net);
        check_network_status(izh_network_load(net, blob.bytes, blob.size), IZH_E_INVALID, net);
        check_has(izh_network_message(net), changes[k].said);
        const struct blob after = save(net);
        check_same_blobs(after, before);
        free(before.bytes);
        free(after.bytes);
        izh_network_destroy(net);
    }
    free(blob.bytes);
}

/* ---- forged blobs ---- */

#define WORD 8

/* FNV-1a over all but the last word, which it is. */
static void seal(struct blob *blob)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t k = 0; k < blob->size - WORD; k++)
        hash = (hash ^ blob->bytes[k]) * 0x100000001b3u;
    for (int k = 0; k < WORD; k++)
        blob->bytes[blob->size - WORD + (size_t)k] = (unsigned char)(hash >> 8 * k);
}

/* Each word in turn is another: the blob is taken or not, and what is taken runs. */
static void a_forged_blob_is_refused_or_runs(void **state)
{
    (void)state;
    static const uint64_t others[] = {0,
                                      1,
                                      255,
                                      UINT64_MAX,
                                      0x7ff8000000000000,
                                      0x7ff0000000000000,
                                      0xbff0000000000000,
                                      UINT64_C(1) << 32,
                                      0x7fefffffffffffff};
    struct web web = web_of(IZH_F64);
    web.population.n = 5;
    web.synapses = 5;
    izh_network *net = web_create(&web);
    check_network(izh_network_run(net, HALF), net);
    const struct blob blob = save(net);
    struct blob forged = {blob.size, malloc(blob.size)};
    size_t refused = 0, taken = 0;
    for (size_t word = 0; word + 1 < blob.size / WORD; word++)
        for (size_t k = 0; k < LENGTH(others); k++) {
            struct train train = {0};
            memcpy(forged.bytes, blob.bytes, blob.size);
            for (int b = 0; b < WORD; b++)
                forged.bytes[word * WORD + (size_t)b] = (unsigned char)(others[k] >> 8 * b);
            seal(&forged);
            support_about("word %zu is %llx", word, (unsigned long long)others[k]);
            check_network(izh_network_load(net, blob.bytes, blob.size), net);
            const uint64_t hash = izh_network_hash(net);
            const izh_status status = izh_network_load(net, forged.bytes, forged.size);
            if (status != IZH_OK) {
                check_true(status == IZH_E_FORMAT || status == IZH_E_INVALID ||
                           status == IZH_E_MEMORY);
                check_true(izh_network_hash(net) == hash);
                refused++;
                continue;
            }
            taken++;
            const double now = izh_population_time(izh_network_population(net));
            if (now < 1e6 && now == floor(now)) {
                network_run(net, now + 5, &train);
                const struct blob own = save(net);
                check_network(izh_network_load(net, own.bytes, own.size), net);
                free(own.bytes);
            }
            train_free(&train);
        }
    check_true(refused > 200 && taken > 200);
    free(blob.bytes);
    free(forged.bytes);
    izh_network_destroy(net);
}

/* Spikes of a neuron in a tick, in the population's blob. */
#define POPULATION 5 /* words before that */
#define PER_TICK (POPULATION + 13)

static izh_status load_with_per_tick(izh_network *net, const struct blob *blob, unsigned per_tick)
{
    struct blob forged = {blob->size, malloc(blob->size)};
    memcpy(forged.bytes, blob->bytes, blob->size);
    memset(forged.bytes + PER_TICK * WORD, 0, WORD);
    forged.bytes[PER_TICK * WORD] = (unsigned char)per_tick;
    forged.bytes[PER_TICK * WORD + 1] = (unsigned char)(per_tick >> 8);
    const unsigned char *words = forged.bytes + (POPULATION - 1) * WORD;
    struct blob population = {(words[0] + 256u * words[1]) * WORD,
                              forged.bytes + (size_t)POPULATION * WORD};
    seal(&population);
    seal(&forged);
    const izh_status status = izh_network_load(net, forged.bytes, forged.size);
    free(forged.bytes);
    return status;
}

/* As in a network that can be created: else sums could overflow. */
static void a_neuron_spikes_at_most_255_times_in_a_tick(void **state)
{
    (void)state;
    struct web web = web_of(IZH_F64);
    web.population.n = 5;
    izh_network *net = web_create(&web);
    const struct blob blob = save(net);
    check_true(blob.bytes[PER_TICK * WORD] == 6); /* 2 + 4 a ms */
    check_network_status(load_with_per_tick(net, &blob, 256), IZH_E_FORMAT, net);
    check_network(load_with_per_tick(net, &blob, 255), net);
    free(blob.bytes);
    izh_network_destroy(net);
}

/* A source and a neuron that have spiked once: their traces are 1, and no other number is. */
static izh_network *make_traces(void)
{
    const izh_receptor jump = {IZH_JUMP, 0, 0, 0, 0, 1024};
    const izh_synapse kick = {1, 0, 0, 0, 200}, learns = {2, 0, 3, 0, .25};
    izh_population_config population = IZH_POPULATION_CONFIG_INIT;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    izh_group_config group = IZH_GROUP_CONFIG_INIT;
    izh_network *net;
    uint32_t learning;
    population.n = 1;
    config.population = &population;
    config.sources = 2;
    config.receptors = &jump;
    config.receptor_count = 1;
    assert_int_equal(izh_network_create(&net, &config), IZH_OK);
    check_network(izh_network_connect(net, network_group(net, 0), &kick, 1), net);
    group.stdp = (izh_stdp){.01, .02, 9, 8, 0, .5, .001, .75, .5, 10000, IZH_PAIRS_ALL};
    check_network(izh_network_group(net, &group, &learning), net);
    check_network(izh_network_connect(net, learning, &learns, 1), net);
    for (uint32_t i = 0; i < 2; i++)
        check_network(izh_network_send(net, &(izh_spike){1, i, 0}, 1), net);
    check_network(izh_network_run(net, 10), net);
    return net;
}

/* Larger traces than spikes can make would make weights of no size. */
static void a_trace_has_a_bound(void **state)
{
    (void)state;
    static const double one = 1, fine = 0x1p25, wrong[] = {0x1p26, 1e300, -1, NAN};
    izh_network *net = make_traces();
    const struct blob blob = save(net);
    const unsigned char *words = blob.bytes + (POPULATION - 1) * WORD;
    unsigned char *at = blob.bytes + (POPULATION + words[0] + 256u * words[1]) * WORD;
    size_t traces = 0;
    for (; at < blob.bytes + blob.size; at += WORD) {
        struct blob forged = blob;
        if (memcmp(at, &one, WORD) != 0)
            continue;
        traces++;
        for (size_t k = 0; k < LENGTH(wrong); k++) {
            memcpy(at, &wrong[k], WORD);
            seal(&forged);
            check_network_status(izh_network_load(net, blob.bytes, blob.size), IZH_E_FORMAT, net);
        }
        memcpy(at, &fine, WORD);
        seal(&forged);
        check_network(izh_network_load(net, blob.bytes, blob.size), net);
        memcpy(at, &one, WORD);
    }
    assert_int_equal(traces, 4); /* of both as targets and sources, and of the one that kicks */
    free(blob.bytes);
    izh_network_destroy(net);
}

/* ---- room ---- */

/* Where there is no room for more spikes on their way, the run ends at a tick that stands, as a run
 * to there would have; what is saved there goes on where there is room. */
static void a_run_ends_where_there_is_no_room(void **state)
{
    (void)state;
    static const size_t rooms[] = {300, 700, 1500, 3000};
    struct web web = web_of(IZH_F64);
    struct train whole = {0};
    izh_network *net = web_create(&web);
    check_network(network_run(net, END, &whole), net);
    const uint64_t hash = izh_network_hash(net);
    izh_network_destroy(net);
    double last = 0;
    for (size_t k = 0; k < LENGTH(rooms); k++) {
        struct train train = {0};
        web.in_flight = rooms[k];
        net = web_create(&web);
        support_about("in_flight %zu", rooms[k]);
        check_network_status(network_run(net, END, &train), IZH_E_MEMORY, net);
        char said[40];
        snprintf(said, sizeof said, "more than in_flight = %zu", rooms[k]);
        check_has(izh_network_message(net), said);
        const double t = izh_population_time(izh_network_population(net));
        check_true(t >= last && t < END);
        last = t;
        const uint64_t there = izh_network_hash(net);
        const struct blob blob = save(net);
        check_network_status(network_run(net, END, &train), IZH_E_MEMORY, net);
        check_true(izh_population_time(izh_network_population(net)) == t);
        check_true(izh_network_hash(net) == there);
        const izh_spike late = {t, 0, 0};
        if (plastic == 1)
            check_network_status(izh_network_send(net, &late, 1), IZH_E_INVALID, net);
        check_true(izh_network_hash(net) == there);
        izh_network_destroy(net);
        struct train twins = {0};
        web.in_flight = 0;
        net = web_create(&web);
        check_network(network_run(net, t, &twins), net);
        /* Where synapses change when spikes arrive, those of the tick that failed have. */
        check_true(plastic == 1 || izh_network_hash(net) == there);
        assert_int_equal(twins.n, train.n);
        check_network(izh_network_load(net, blob.bytes, blob.size), net);
        check_end(net, &train, hash, &whole);
        izh_network_destroy(net);
        free(blob.bytes);
        train_free(&train);
        train_free(&twins);
    }
    check_true(last > 20);
    train_free(&whole);
}

/* With room for all, nothing in the loop asks for memory. */
static void a_run_with_room_does_not_allocate(void **state)
{
    (void)state;
    struct heap heap = {0};
    struct web web = web_of(IZH_F64);
    const double hz = 50, weight = 1;
    double input[N];
    static double weights[3000];
    web.in_flight = 100000;
    web.send_capacity = 1000;
    web.population.allocator = support_allocator(&heap);
    izh_network *net = web_create(&web);
    check_network(izh_network_build(net), net);
    const size_t count = izh_network_count(net, 2);
    check_true(count > 0 && count < LENGTH(weights));
    check_network(izh_network_set_background(net, 0, 0, N, &hz, &weight, 0), net);
    const size_t calls = heap.calls, others = mallocs;
    for (int t = 1; t <= END; t++) {
        check_network(izh_network_run(net, t), net);
        check_network(izh_network_send(net, &(izh_spike){t + 3., 3, 0}, 1), net);
        check_network(izh_network_set_rates(net, 0, 10, &hz, 0), net);
        check_network(izh_network_set_background(net, 0, 0, N, &hz, &weight, 0), net);
        check_network(izh_network_get_input(net, 2, 0, N, input), net);
        check_network(izh_network_get_weights(net, 2, 0, count, weights), net);
        check_network(izh_network_set_weights(net, 2, 0, count, weights), net);
        check_network(izh_network_get_weights(net, 3, 0, 100, weights), net);
        check_network(izh_network_set_weights(net, 3, 0, 100, weights), net);
        check_true(izh_network_hash(net) != 0);
    }
    check_true(heap.calls == calls && mallocs == others);
    izh_network_destroy(net);
    check_true(heap.live == 0 && heap.bytes == 0);
}

static void sent_spikes_have_their_room(void **state)
{
    (void)state;
    struct web web = web_of(IZH_F64);
    izh_spike spikes[10];
    web.send_capacity = 305; /* the web sends 300 */
    izh_network *net = web_create(&web);
    for (uint32_t k = 0; k < LENGTH(spikes); k++)
        spikes[k] = (izh_spike){200, k, 0};
    const uint64_t hash = izh_network_hash(net);
    check_network_status(izh_network_send(net, spikes, 6), IZH_E_MEMORY, net);
    check_has(izh_network_message(net), "send_capacity");
    check_true(izh_network_hash(net) == hash);
    check_network(izh_network_send(net, spikes, 5), net);
    check_network_status(izh_network_send(net, spikes, 1), IZH_E_MEMORY, net);
    check_network(izh_network_run(net, 150), net); /* those of the web are past */
    check_network(izh_network_send(net, spikes, 10), net);
    izh_network_destroy(net);
}

#define SENT 3000

/* In which calls spikes are sent does not matter, nor how many wait for later ticks. */
static void spikes_may_be_sent_at_any_time(void **state)
{
    (void)state;
    static izh_spike spikes[SENT], now[SENT];
    static int when[SENT]; /* to send each */
    struct train once = {0}, often = {0};
    struct chance c = {17};
    for (size_t k = 0; k < SENT; k++) {
        spikes[k] = (izh_spike){1 + chance_below(&c, END - 1), chance_below(&c, 3), 0};
        when[k] = (int)chance_below(&c, (uint32_t)spikes[k].t + 1);
    }
    struct web web = web_of(IZH_F64);
    izh_network *net = web_create(&web);
    check_network(izh_network_send(net, spikes, SENT), net);
    check_network(network_run(net, END, &once), net);
    const uint64_t hash = izh_network_hash(net);
    izh_network_destroy(net);
    web.send_capacity = SENT / 2;
    net = web_create(&web);
    for (int t = 0; t < END; t++) {
        size_t count = 0;
        for (size_t k = 0; k < SENT; k++)
            if (when[k] == t)
                now[count++] = spikes[k];
        check_network(network_run(net, t, &often), net);
        check_network(izh_network_send(net, now, count), net);
    }
    check_end(net, &often, hash, &once);
    izh_network_destroy(net);
    train_free(&often);
    train_free(&once);
}

/* Each of these sends would take as long as all that waits is to sort, and the test a minute. */
static void a_send_takes_as_long_as_its_news(void **state)
{
    (void)state;
    static izh_spike many[100000];
    struct web web = web_of(IZH_F64);
    izh_network *net = web_create(&web);
    for (uint32_t k = 0; k < LENGTH(many); k++)
        many[k] = (izh_spike){1000 + k % 5000, k / 5000 % 3, 0};
    check_network(izh_network_send(net, many, LENGTH(many)), net);
    for (int k = 0; k < 20000; k++)
        check_network(izh_network_send(net, &(izh_spike){6000 + k, 1, 0}, 1), net);
    izh_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_saved_network_goes_on),
        cmocka_unit_test(a_pause_is_saved_too),
        cmocka_unit_test(the_longest_delays_are_saved),
        cmocka_unit_test(sources_may_be_slower_than_neurons),
        cmocka_unit_test(what_is_due_now_is_saved),
        cmocka_unit_test(building_does_not_change_the_hash),
        cmocka_unit_test(how_blocks_are_cut_is_not_in_a_blob),
        cmocka_unit_test(a_network_of_another_structure_refuses),
        cmocka_unit_test(a_forged_blob_is_refused_or_runs),
        cmocka_unit_test(a_neuron_spikes_at_most_255_times_in_a_tick),
        cmocka_unit_test(a_trace_has_a_bound),
        cmocka_unit_test(a_run_ends_where_there_is_no_room),
        cmocka_unit_test(a_run_with_room_does_not_allocate),
        cmocka_unit_test(sent_spikes_have_their_room),
        cmocka_unit_test(spikes_may_be_sent_at_any_time),
        cmocka_unit_test(a_send_takes_as_long_as_its_news),
        cmocka_unit_test_setup(a_saved_network_goes_on, with_plastic_groups),
        cmocka_unit_test_setup(a_saved_network_goes_on, with_waiting_groups),
        cmocka_unit_test_setup(a_pause_is_saved_too, with_plastic_groups),
        cmocka_unit_test_setup(a_pause_is_saved_too, with_waiting_groups),
        cmocka_unit_test_setup(building_does_not_change_the_hash, with_plastic_groups),
        cmocka_unit_test_setup(building_does_not_change_the_hash, with_waiting_groups),
        cmocka_unit_test_setup(how_blocks_are_cut_is_not_in_a_blob, with_plastic_groups),
        cmocka_unit_test_setup(how_blocks_are_cut_is_not_in_a_blob, with_waiting_groups),
        cmocka_unit_test_setup(a_network_of_another_structure_refuses, with_plastic_groups),
        cmocka_unit_test_setup(a_network_of_another_structure_refuses, with_waiting_groups),
        cmocka_unit_test_setup(a_forged_blob_is_refused_or_runs, with_plastic_groups),
        cmocka_unit_test_setup(a_forged_blob_is_refused_or_runs, with_waiting_groups),
        cmocka_unit_test_setup(a_run_ends_where_there_is_no_room, with_plastic_groups),
        cmocka_unit_test_setup(a_run_ends_where_there_is_no_room, with_waiting_groups),
        cmocka_unit_test_setup(a_run_with_room_does_not_allocate, with_plastic_groups),
        cmocka_unit_test_setup(a_run_with_room_does_not_allocate, with_waiting_groups),
    };
    malloc_for_numbers();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
