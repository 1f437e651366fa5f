/* What networks refuse, what they say then, and that nothing has changed. */
#include <stdatomic.h>

#include "support_network.h"

#define N 10
#define SOURCES 3

static const izh_receptor receptors[] = {
    {IZH_JUMP, 0, 0, 0, 0, 0},
    {IZH_CURRENT, 0, 5, 0, 0, 16},
    {IZH_CONDUCTANCE, 0, 5, 0, 0, 4},
};

static izh_population_config population_config(void)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = N;
    config.dt = .5;
    return config;
}

static izh_network_config network_config(const izh_population_config *population)
{
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    config.population = population;
    config.sources = SOURCES;
    config.receptors = receptors;
    config.receptor_count = LENGTH(receptors);
    return config;
}

/* With a group for each receptor, and not yet built. */
static izh_network *make_loose_with(const izh_network_config *config)
{
    const double I = 12;
    izh_network *net;
    assert_int_equal(izh_network_create(&net, config), IZH_OK);
    izh_population *p = izh_network_population(net);
    check_population(izh_population_set_current(p, 0, N, &I, 0), p);
    for (uint32_t group = 0; group < LENGTH(receptors); group++) {
        const izh_synapse synapses[] = {{group, 2 * group + 1, 3 + group, 0, 2},
                                        {N + group, 3, 0, 0, 1.5}};
        check_true(network_group(net, group) == group);
        check_network(izh_network_connect(net, group, synapses, 2), net);
    }
    return net;
}

static izh_network *make_loose(void)
{
    const izh_population_config population = population_config();
    const izh_network_config config = network_config(&population);
    return make_loose_with(&config);
}

/* One that has run a little, with spikes in flight. */
static izh_network *make_running(void)
{
    izh_network *net = make_loose();
    const izh_spike spikes[] = {{1, 0, 0}, {2.2, 2, 0}, {40, 1, 0}};
    const double hz = 100, weight = 1;
    check_network(izh_network_send(net, spikes, LENGTH(spikes)), net);
    check_network(izh_network_set_rates(net, 0, SOURCES, &hz, 0), net);
    check_network(izh_network_set_background(net, 1, 0, N, &hz, &weight, 0), net);
    check_network(izh_network_run(net, 30), net);
    return net;
}

/* ---- refusals ---- */

struct saved {
    size_t size;
    unsigned char bytes[1 << 15];
};

static void save(izh_network *net, struct saved *to)
{
    to->size = izh_network_save(net, to->bytes, sizeof to->bytes);
    check_true(to->size > 0 && to->size <= sizeof to->bytes);
}

static struct saved before, after;

/* A built network refuses the call, says this, and is what it was. */
#define refuses(net, call, status, said)                             \
    do {                                                             \
        save(net, &before);                                          \
        check_network_status(call, status, net);                     \
        check_has(izh_network_message(net), said);                   \
        save(net, &after);                                           \
        check_true(before.size == after.size);                       \
        check_true(!memcmp(before.bytes, after.bytes, before.size)); \
    } while (0)

/* ---- create ---- */

static void refuses_config(const izh_network_config *config, izh_status status, const char *said)
{
    static struct logbook book;
    izh_population_config population = *config->population;
    izh_network_config with_log = *config;
    izh_network *net = (izh_network *)&book;
    book = (struct logbook){0};
    population.log = support_log(&book);
    with_log.population = &population;
    assert_int_equal(izh_network_create(&net, &with_log), status);
    check_true(!net && book.n == 1 && book.status == status);
    check_has(book.text, said);
}

static void a_config_is_checked(void **state)
{
    (void)state;
    izh_population_config population = population_config();
    izh_network_config config = network_config(&population);
    izh_network *net = (izh_network *)&config;
    assert_int_equal(izh_network_create(NULL, &config), IZH_E_INVALID);
    assert_int_equal(izh_network_create(&net, NULL), IZH_E_INVALID);
    check_true(!net);
    config.population = NULL;
    assert_int_equal(izh_network_create(&net, &config), IZH_E_INVALID);
    config.population = &population;
    config.size = 8;
    assert_int_equal(izh_network_create(&net, &config), IZH_E_INVALID);
    config = network_config(&population);
    config.receptor_count = 9;
    refuses_config(&config, IZH_E_INVALID, "receptor_count = 9");
    config.receptors = NULL;
    config.receptor_count = 2;
    refuses_config(&config, IZH_E_INVALID, "receptors is NULL");
    population.method = IZH_DOPRI5;
    config = network_config(&population);
    refuses_config(&config, IZH_E_UNSUPPORTED, "dopri5");
    population = population_config();
    population.dt = -1;
    refuses_config(&config, IZH_E_INVALID, "dt = -1");
    population = population_config();
    config.send_capacity = SIZE_MAX;
    refuses_config(&config, IZH_E_MEMORY, "send_capacity = ");
    config.send_capacity = 0;
    population.max_spikes_per_ms = 508;
    refuses_config(&config, IZH_E_INVALID, "max_spikes_per_ms");
    population.max_spikes_per_ms = 507; /* 2 + 253 */
    assert_int_equal(izh_network_create(&net, &config), IZH_OK);
    izh_network_destroy(net);
}

static izh_status pass_on(void *user, const izh_sent *mine, size_t count, const izh_sent **all,
                          size_t *total)
{
    (void)user;
    *all = mine;
    *total = count;
    return IZH_OK;
}

static void sizes_are_checked(void **state)
{
    (void)state;
    izh_population_config population = population_config();
    izh_network_config config = network_config(&population);
    izh_network *net;
    config.neurons = N - 1;
    refuses_config(&config, IZH_E_INVALID, "neurons = 9");
    config.neurons = N + 1;
    refuses_config(&config, IZH_E_INVALID, "exchange");
    config.exchange.run = pass_on;
    assert_int_equal(izh_network_create(&net, &config), IZH_OK);
    izh_network_destroy(net);
    population.first = 2;
    refuses_config(&config, IZH_E_INVALID, "first = 2");
    population.first = UINT64_MAX - UINT32_MAX - 1;
    refuses_config(&config, IZH_E_INVALID, "first = ");
    population.first = 1;
    config.sources = UINT32_MAX - N;
    refuses_config(&config, IZH_E_INVALID, "sources = 4294967285");
    config.neurons = UINT32_MAX;
    config.sources = 0;
    assert_int_equal(izh_network_create(&net, &config), IZH_OK);
    izh_network_destroy(net);
    config.sources = 1;
    refuses_config(&config, IZH_E_INVALID, "sources = 1");
}

static void receptors_are_checked(void **state)
{
    (void)state;
    static const struct {
        izh_receptor receptor;
        const char *said; /* NULL: it is fine */
    } cases[] = {
        {{-1, 0, 0, 0, 0, 0}, "kind = -1"},
        {{3, 0, 0, 0, 0, 0}, "kind = 3"},
        {{IZH_CONDUCTANCE, 2, 1, 0, 0, 0}, "nmda = 2"},
        {{IZH_CURRENT, 1, 1, 0, 0, 0}, "nmda = 1"},
        {{IZH_CURRENT, 0, -1, 0, 0, 0}, "tau = -1"},
        {{IZH_CURRENT, 0, NAN, 0, 0, 0}, "tau = "},
        {{IZH_CURRENT, 0, INFINITY, 0, 0, 0}, "tau = "},
        {{IZH_JUMP, 0, 1, 0, 0, 0}, "tau = 1"},
        {{IZH_CONDUCTANCE, 0, 0, 0, 0, 0}, "tau = 0"},
        {{IZH_CONDUCTANCE, 0, 4, -1, 0, 0}, "rise = -1"},
        {{IZH_CONDUCTANCE, 0, 4, 3.9, 0, 0}, "rise = 3.9"},
        {{IZH_CONDUCTANCE, 0, 4, NAN, 0, 0}, "rise = "},
        {{IZH_CURRENT, 0, 4, 1, 0, 0}, "rise = 1"},
        {{IZH_CONDUCTANCE, 0, 4, 0, NAN, 0}, "E = "},
        {{IZH_CONDUCTANCE, 0, 4, 0, -INFINITY, 0}, "E = "},
        {{IZH_CURRENT, 0, 4, 0, -70, 0}, "E = -70"},
        {{IZH_JUMP, 0, 0, 0, 0, 3}, "range = 3"},
        {{IZH_JUMP, 0, 0, 0, 0, -2}, "range = -2"},
        {{IZH_JUMP, 0, 0, 0, 0, NAN}, "range = "},
        {{IZH_JUMP, 0, 0, 0, 0, 0x1p-21}, "range = "},
        {{IZH_JUMP, 0, 0, 0, 0, 0x1p31}, "range = "},
        {{IZH_JUMP, 0, 0, 0, 0, 0x1p-20}, NULL},
        {{IZH_JUMP, 0, 0, 0, 0, 0x1p30}, NULL},
        {{IZH_CONDUCTANCE, 1, 4, 3.8, -70, 1}, NULL},
    };
    const izh_population_config population = population_config();
    for (size_t k = 0; k < LENGTH(cases); k++) {
        izh_network_config config = network_config(&population);
        izh_receptor three[3] = {receptors[0], receptors[1], cases[k].receptor};
        izh_network *net;
        support_about("case %zu", k);
        config.receptors = three;
        if (cases[k].said) {
            refuses_config(&config, IZH_E_INVALID, cases[k].said);
            refuses_config(&config, IZH_E_INVALID, "receptors[2]");
        } else {
            assert_int_equal(izh_network_create(&net, &config), IZH_OK);
            izh_network_destroy(net);
        }
    }
}

/* ---- groups and synapses ---- */

/* A network that is not built refuses the call and says this. */
#define refuses_loose(net, call, status, said)     \
    do {                                           \
        check_network_status(call, status, net);   \
        check_has(izh_network_message(net), said); \
    } while (0)

static void refuse_stp(izh_network *net)
{
    static const struct {
        izh_stp stp;
        const char *said;
    } cases[] = {
        {{-.5, 0, 0}, "stp.U = -0.5 must be from 0 to 1"},
        {{1.5, 0, 0}, "stp.U = 1.5"},
        {{NAN, 0, 0}, "stp.U = nan"},
        {{.5, -1, 0}, "stp.tau_rec = -1 must be finite and not negative"},
        {{.5, INFINITY, 0}, "stp.tau_rec = inf"},
        {{.5, 0, NAN}, "stp.tau_facil = nan"},
        {{.5, 0, -2}, "stp.tau_facil = -2 must be finite and not negative"},
        {{0, 100, 0}, "stp.U = 0 is no plasticity, but there are time constants"},
        {{0, 0, 100}, "stp.U = 0"},
    };
    for (size_t k = 0; k < LENGTH(cases); k++) {
        izh_group_config config = IZH_GROUP_CONFIG_INIT;
        uint32_t group = 77;
        config.stp = cases[k].stp;
        refuses_loose(net, izh_network_group(net, &config, &group), IZH_E_INVALID, cases[k].said);
        check_true(group == 77);
    }
}

/* On receptor 0, whose unit is 2^-21. */
static void refuse_stdp(izh_network *net)
{
#define GOOD .1, .12, 20, 20, 0, 10
    static const struct {
        izh_stdp stdp;
        const char *said;
    } cases[] = {
        {{0, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0}, "stdp.a_plus = 0 and a_minus = 0 are no rule"},
        {{0, 0, 0, 0, 0, 0, 0, 0, 0, 1000, 0}, "stdp.a_plus = 0 and a_minus = 0 are no rule"},
        {{-.1, .1, 20, 20, 0, 10, 0, 0, 0, 0, 0}, "stdp.a_plus = -0.1 must be from 0"},
        {{.1, NAN, 20, 20, 0, 10, 0, 0, 0, 0, 0}, "stdp.a_minus = nan"},
        {{1024, .1, 20, 20, 0, 10, 0, 0, 0, 0, 0}, "stdp.a_plus = 1024 must be from 0 to below"},
        {{15.9 * 0x1p-21, .1, 20, 20, 0, 10, 0, 0, 0, 0, 0}, "is below 16 units"},
        {{.1, 15.9 * 0x1p-21, 20, 20, 0, 10, 0, 0, 0, 0, 0}, "stdp.a_minus = 7.58"},
        {{.1, .1, 0, 20, 0, 10, 0, 0, 0, 0, 0}, "stdp.tau_plus = 0 must be above 0"},
        {{.1, .1, 20, 0, 0, 10, 0, 0, 0, 0, 0}, "stdp.tau_minus = 0 must be above 0"},
        {{.1, .1, 20, -1, 0, 10, 0, 0, 0, 0, 0}, "stdp.tau_minus = -1"},
        {{.1, .1, INFINITY, 20, 0, 10, 0, 0, 0, 0, 0}, "stdp.tau_plus = inf"},
        {{.1, .1, 1e6, 20, 0, 10, 0, 0, 0, 0, 0},
         "stdp.tau_plus = 1e+06 must be from 0 to 65536 dt"},
        {{.1, .1, 20, 20, -1, 10, 0, 0, 0, 0, 0}, "stdp.w_min = -1 must have the sign of w_max"},
        {{.1, .1, 20, 20, 10, 10, 0, 0, 0, 0, 0}, "stdp.w_max = 10 must be above w_min"},
        {{.1, .1, 20, 20, 0, -10, 0, 0, 0, 0, 0}, "stdp.w_max = -10 must be above w_min"},
        {{.1, .1, 20, 20, 0, 2000, 0, 0, 0, 0, 0}, "stdp.w_max = 2000 is no weight"},
        {{.1, .1, 20, 20, NAN, 20, 0, 0, 0, 0, 0}, "stdp.w_min = nan is no weight"},
        {{GOOD, .01, 0, 0, 0, 0}, "stdp.drift = 0.01 must be 0 where every is 0"},
        {{GOOD, 0, .9, 0, 0, 0}, "stdp.keep = 0.9 must be 0 where every is 0"},
        {{GOOD, 0, 0, 1, 0, 0}, "stdp.gain = 1 must be 0 where every is 0"},
        {{GOOD, INFINITY, 0, 0, 10, 0}, "stdp.drift = inf"},
        {{GOOD, 0, 1.1, 0, 10, 0}, "stdp.keep = 1.1 must be from 0 to 1"},
        {{GOOD, 0, -.1, 0, 10, 0}, "stdp.keep = -0.1"},
        {{GOOD, 0, 0, NAN, 10, 0}, "stdp.gain = nan must be finite"},
        {{GOOD, 0, 0, 0, 0, 2}, "stdp.pairs = 2 is neither"},
        {{GOOD, 0, 0, 0, 0, -1}, "stdp.pairs = -1"},
    };
#undef GOOD
    for (size_t k = 0; k < LENGTH(cases); k++) {
        izh_group_config config = IZH_GROUP_CONFIG_INIT;
        uint32_t group = 77;
        config.stdp = cases[k].stdp;
        support_about("case %zu", k);
        refuses_loose(net, izh_network_group(net, &config, &group), IZH_E_INVALID, cases[k].said);
        check_true(group == 77);
    }
}

static void refuse_groups(izh_network *net)
{
    izh_group_config config = IZH_GROUP_CONFIG_INIT;
    uint32_t group = 77;
    refuses_loose(net, izh_network_group(net, NULL, &group), IZH_E_INVALID, "group");
    refuses_loose(net, izh_network_group(net, &config, NULL), IZH_E_INVALID, "group");
    config.receptor = 3;
    refuses_loose(net, izh_network_group(net, &config, &group), IZH_E_INVALID, "receptor = 3");
    config.receptor = -1;
    refuses_loose(net, izh_network_group(net, &config, &group), IZH_E_INVALID, "receptor = -1");
    config.receptor = 0;
    config.size = 4;
    refuses_loose(net, izh_network_group(net, &config, &group), IZH_E_INVALID, "size");
    refuse_stp(net);
    refuse_stdp(net);
    check_true(group == 77);
    assert_int_equal(izh_network_group(NULL, &config, &group), IZH_E_INVALID);
}

/* A good synapse comes before a bad one, and another after it: none is added. */
static void refuse_synapses(izh_network *net)
{
    static const struct {
        uint32_t group;
        izh_synapse synapse;
        const char *said;
    } cases[] = {
        {0, {N + SOURCES, 0, 0, 0, 1}, "source = 13"},
        {0, {UINT32_MAX, 0, 0, 0, 1}, "source = 4294967295"},
        {0, {0, N, 0, 0, 1}, "target = 10"},
        {0, {0, UINT32_MAX, 0, 0, 1}, "target = 4294967295"},
        {0, {0, 0, 65536, 0, 1}, "delay = 65536"},
        {0, {0, 0, UINT32_MAX, 0, 1}, "delay = 4294967295"},
        {0, {0, 0, 0, 1, 1}, "reserved = 1"},
        {0, {0, 0, 0, 0, NAN}, "weight = nan must be a number"},
        {0, {0, 0, 0, 0, INFINITY}, "weight = "},
        {0, {0, 0, 0, 0, -INFINITY}, "weight = "},
        {0, {0, 0, 0, 0, 1024}, "weight = 1024"},
        {0, {0, 0, 0, 0, -1025}, "weight = -1025"},
        {0, {0, 0, 0, 0, 1e300}, "weight = 1e+300"},
        {0,
         {0, 0, 0, 0, 1024 - 0x1p-23},
         "rounds to the receptor's range, 1024"}, /* rounds to it */
        {0, {0, 0, 0, 0, 0x1p-22}, "round to 0"}, /* half a unit: to even */
        {0, {0, 0, 0, 0, -1e-7}, "round to 0"},
        {0, {0, 0, 0, 0, 1e-7}, "multiples of 4.76837158203125e-07"},
        {0, {0, 0, 0, 0, 4.9e-324}, "round to 0"},
        {1, {0, 0, 0, 0, 16}, "weight = 16"},
        {2, {0, 0, 0, 0, 4}, "weight = 4"},
        {2, {0, 0, 0, 0, -1}, "negative"},
        {2, {0, 0, 0, 0, -2e-9}, "negative"}, /* more than half a unit */
    };
    for (size_t k = 0; k < LENGTH(cases); k++) {
        const izh_synapse good = {1, 1, 1, 0, 1};
        const izh_synapse three[] = {good, cases[k].synapse, good};
        const uint32_t group = cases[k].group;
        support_about("case %zu", k);
        refuses_loose(net, izh_network_connect(net, group, three, 3), IZH_E_INVALID, cases[k].said);
        check_has(izh_network_message(net), "synapse 1");
        assert_int_equal(izh_network_count(net, group), 2);
    }
    assert_int_equal(izh_network_connect(NULL, 0, NULL, 0), IZH_E_INVALID);
    refuses_loose(net, izh_network_connect(net, 0, NULL, 1), IZH_E_INVALID, "connect");
    refuses_loose(net, izh_network_connect(net, 3, NULL, 0), IZH_E_INVALID, "group = 3");
    check_network(izh_network_connect(net, 0, NULL, 0), net);
}

/* It says so before it looks at any. */
static void refuse_too_many(izh_network *net)
{
    static const size_t too_many[] = {SIZE_MAX, SIZE_MAX / 2, SIZE_MAX / 24, SIZE_MAX / 64};
    const izh_synapse one = {1, 1, 1, 0, 1};
    for (size_t k = 0; k < LENGTH(too_many); k++)
        refuses_loose(net, izh_network_connect(net, 0, &one, too_many[k]), IZH_E_MEMORY, "memory");
    assert_int_equal(izh_network_count(net, 0), 2);
}

/* After all that it is a network as any. */
static void what_is_refused_is_not_added(void **state)
{
    (void)state;
    izh_network *net = make_loose(), *twin = make_loose();
    refuse_groups(net);
    refuse_synapses(net);
    refuse_too_many(net);
    for (int twice = 0; twice < 2; twice++) {
        check_network(izh_network_run(net, 30 * twice), net);
        check_network(izh_network_run(twin, 30 * twice), twin);
        check_true(izh_network_hash(net) == izh_network_hash(twin));
    }
    check_true(izh_network_count(net, 3) == 0);
    izh_network_destroy(net);
    izh_network_destroy(twin);
}

static void a_built_network_takes_no_more(void **state)
{
    (void)state;
    const izh_group_config config = IZH_GROUP_CONFIG_INIT;
    const izh_synapse synapse = {0, 0, 0, 0, 1};
    uint32_t group;
    izh_network *net = make_loose();
    for (int twice = 0; twice < 2; twice++)
        check_network(izh_network_build(net), net);
    refuses(net, izh_network_group(net, &config, &group), IZH_E_INVALID, "built by build");
    refuses(net, izh_network_connect(net, 0, &synapse, 1), IZH_E_INVALID, "built by build");
    assert_int_equal(izh_network_build(NULL), IZH_E_INVALID);
    izh_network_destroy(net);
}

/* The edges of what a weight can be. */
static void weights_reach_their_range(void **state)
{
    (void)state;
    const double r = 0x1p-21;
    const double given[] = {
        1024 - r, -1024 + r, 0,       -0.,      .7 * r, -.7 * r, nextafter(.5 * r, 1),
        1.49 * r, 1.5 * r,   2.5 * r, -2.51 * r};
    const double kept[] = {1024 - r, -1024 + r, 0, 0, r, -r, r, r, 2 * r, 2 * r, -3 * r};
    const izh_population_config population = population_config();
    const izh_network_config config = network_config(&population);
    izh_network *net;
    double read;
    assert_int_equal(izh_network_create(&net, &config), IZH_OK);
    network_group(net, 0);
    check_network(izh_network_connect(net, 0, &(izh_synapse){0, 0, 0, 0, 1}, 1), net);
    for (size_t k = 0; k < LENGTH(given); k++) {
        check_network(izh_network_set_weights(net, 0, 0, 1, &given[k]), net);
        check_network(izh_network_get_weights(net, 0, 0, 1, &read), net);
        check_same(read, kept[k]);
    }
    izh_network_destroy(net);
}

/* ---- calls on a built network ---- */

static void refuse_runs(izh_network *net)
{
    refuses(net, izh_network_run(net, 29.5), IZH_E_INVALID, "29.5");
    refuses(net, izh_network_run(net, 30.2), IZH_E_INVALID, "30.2");
    refuses(net, izh_network_run(net, NAN), IZH_E_INVALID, "t_end");
    refuses(net, izh_network_run(net, 3), IZH_E_INVALID, "it is a time, not a duration");
    refuses(net, izh_network_run(net, INFINITY), IZH_E_INVALID, "t_end");
    assert_int_equal(izh_network_run(NULL, 30), IZH_E_INVALID);
}

static void refuse_sends(izh_network *net)
{
    izh_spike many[256];
    static const struct {
        izh_spike spike;
        const char *said;
    } cases[] = {
        {{31, SOURCES, 0}, "i = 3"},  {{31, UINT32_MAX, 0}, "i = 4294967295"},
        {{31, 0, 1}, "reserved = 1"}, {{29.9, 0, 0}, "t = 29.9"},
        {{NAN, 0, 0}, "t = "},        {{INFINITY, 0, 0}, "t = "},
        {{-INFINITY, 0, 0}, "t = "},  {{1e300, 0, 0}, "t = "},
    };
    for (size_t k = 0; k < LENGTH(cases); k++) {
        const izh_spike two[] = {{31, 0, 0}, cases[k].spike};
        support_about("case %zu", k);
        refuses(net, izh_network_send(net, two, 2), IZH_E_INVALID, cases[k].said);
        check_has(izh_network_message(net), "spike 1");
    }
    for (size_t k = 0; k < LENGTH(many); k++)
        many[k] = (izh_spike){31 - k % 2 * .1, 1, 0}; /* both count at 31 */
    refuses(net, izh_network_send(net, many, 256), IZH_E_INVALID, "255");
    check_network(izh_network_send(net, many, 200), net);
    refuses(net, izh_network_send(net, many, 56), IZH_E_INVALID, "255");
    check_network(izh_network_send(net, many, 55), net);
    refuses(net, izh_network_send(net, many, 1), IZH_E_INVALID, "255");
    refuses(net, izh_network_send(net, NULL, 1), IZH_E_INVALID, "send");
    check_network(izh_network_send(net, NULL, 0), net);
    assert_int_equal(izh_network_send(NULL, many, 1), IZH_E_INVALID);
}

static void refuse_rates(izh_network *net)
{
    static const double wrong[] = {-1, NAN, INFINITY, 100000.001, -1e-300};
    const double right = 100000; /* 50 a tick */
    for (size_t k = 0; k < LENGTH(wrong); k++) {
        const double hz[] = {1, wrong[k], 1}, weight[] = {1, 1, 1};
        support_about("case %zu", k);
        refuses(net, izh_network_set_rates(net, 0, 3, hz, 1), IZH_E_INVALID, "hz[1]");
        refuses(net, izh_network_set_background(net, 0, 0, 3, hz, weight, 1), IZH_E_INVALID,
                "hz[1]");
    }
    const double many = 1e6;
    refuses(net, izh_network_set_rates(net, 0, 3, &many, 0), IZH_E_INVALID,
            "set_rates: hz = 1e+06 is 500 spikes a tick, of dt = 0.5 ms: at most 50");
    refuses(net, izh_network_set_rates(net, 1, 3, &right, 0), IZH_E_INVALID, "count = 3");
    refuses(net, izh_network_set_rates(net, 4, 0, &right, 0), IZH_E_INVALID, "first = 4");
    refuses(net, izh_network_set_rates(net, 2, UINT32_MAX, &right, 0), IZH_E_INVALID, "count");
    refuses(net, izh_network_set_rates(net, 0, 1, NULL, 0), IZH_E_INVALID, "set_rates");
    refuses(net, izh_network_set_rates(net, 0, 3, &right, SIZE_MAX), IZH_E_INVALID, "stride");
    refuses(net, izh_network_set_rates(net, 0, 3, &right, SIZE_MAX / 8), IZH_E_INVALID, "stride");
    check_network(izh_network_set_rates(net, 0, 1, &right, SIZE_MAX), net);
    check_network(izh_network_set_rates(net, 3, 0, NULL, 0), net);
    check_network(izh_network_set_rates(net, 0, 3, &right, 0), net);
    assert_int_equal(izh_network_set_rates(NULL, 0, 1, &right, 0), IZH_E_INVALID);
}

static void refuse_background(izh_network *net)
{
    static const double wrong[] = {4, -1, NAN, 1e-12};
    const double hz[] = {1, 1, 1}, one = 1;
    for (size_t k = 0; k < LENGTH(wrong); k++) {
        const double weight[] = {1, 1, wrong[k]};
        support_about("case %zu", k);
        refuses(net, izh_network_set_background(net, 2, 4, 3, hz, weight, 1), IZH_E_INVALID,
                "neuron 6");
    }
    refuses(net, izh_network_set_background(net, 3, 0, 1, hz, &one, 0), IZH_E_INVALID,
            "receptor = 3");
    refuses(net, izh_network_set_background(net, 0, 8, 3, hz, &one, 0), IZH_E_INVALID, "first = 8");
    refuses(net, izh_network_set_background(net, 0, 0, 3, hz, &one, SIZE_MAX), IZH_E_INVALID,
            "stride");
    refuses(net, izh_network_set_background(net, 0, 0, 1, NULL, &one, 0), IZH_E_INVALID, "NULL");
    refuses(net, izh_network_set_background(net, 0, 0, 1, hz, NULL, 0), IZH_E_INVALID, "NULL");
    assert_int_equal(izh_network_set_background(NULL, 0, 0, 1, hz, &one, 0), IZH_E_INVALID);
}

static void refuse_weights(izh_network *net)
{
    static const double wrong[] = {4, -1, NAN, 1e-12};
    izh_synapse synapses[4];
    double weights[4] = {1, 1, 1, 1};
    for (size_t k = 0; k < LENGTH(wrong); k++) {
        const double two[] = {3, wrong[k]};
        support_about("case %zu", k);
        refuses(net, izh_network_set_weights(net, 2, 0, 2, two), IZH_E_INVALID, "weights[1]");
        refuses(net, izh_network_set_weights(net, 2, 1, 1, two + 1), IZH_E_INVALID,
                "weights[0], for number 1 of the group: weight = ");
    }
    refuses(net, izh_network_set_weights(net, 3, 0, 1, weights), IZH_E_INVALID, "group = 3");
    refuses(net, izh_network_set_weights(net, 0, 1, 2, weights), IZH_E_INVALID, "count = 2");
    refuses(net, izh_network_set_weights(net, 0, 0, 1, NULL), IZH_E_INVALID, "set_weights");
    refuses(net, izh_network_get_weights(net, 3, 0, 1, weights), IZH_E_INVALID, "group = 3");
    refuses(net, izh_network_get_weights(net, 0, SIZE_MAX, 2, weights), IZH_E_INVALID, "first");
    refuses(net, izh_network_get_weights(net, 0, 0, 1, NULL), IZH_E_INVALID, "get_weights");
    refuses(net, izh_network_synapses(net, 3, 0, 1, synapses), IZH_E_INVALID, "group = 3");
    refuses(net, izh_network_synapses(net, 0, 2, 1, synapses), IZH_E_INVALID, "first = 2");
    refuses(net, izh_network_synapses(net, 0, 0, 1, NULL), IZH_E_INVALID, "synapses");
    check_network(izh_network_synapses(net, 0, 2, 0, NULL), net);
    assert_int_equal(izh_network_synapses(NULL, 0, 0, 1, synapses), IZH_E_INVALID);
    assert_int_equal(izh_network_get_weights(NULL, 0, 0, 1, weights), IZH_E_INVALID);
    assert_int_equal(izh_network_set_weights(NULL, 0, 0, 1, weights), IZH_E_INVALID);
    refuses(net, izh_network_set_gain(net, 3, 1), IZH_E_INVALID, "group = 3");
    refuses(net, izh_network_set_gain(net, 0, 1), IZH_E_INVALID, "group 0 has no stdp");
    assert_int_equal(izh_network_set_gain(NULL, 0, 1), IZH_E_INVALID);
}

/* Which leaves no message. */
static void refuse_inputs(izh_network *net)
{
    double input[N + 1];
    char said[256];
    snprintf(said, sizeof said, "%s", izh_network_message(net));
    assert_int_equal(izh_network_get_input(net, 3, 0, 1, input), IZH_E_INVALID);
    assert_int_equal(izh_network_get_input(net, 0, 0, N + 1, input), IZH_E_INVALID);
    assert_int_equal(izh_network_get_input(net, 0, UINT32_MAX, 2, input), IZH_E_INVALID);
    assert_int_equal(izh_network_get_input(net, 0, 0, 1, NULL), IZH_E_INVALID);
    assert_int_equal(izh_network_get_input(NULL, 0, 0, 1, input), IZH_E_INVALID);
    check_network(izh_network_get_input(net, 0, N, 0, NULL), net);
    check_true(!strcmp(said, izh_network_message(net)));
}

static void refuse_blobs(izh_network *net)
{
    static struct saved blob;
    save(net, &blob);
    refuses(net, izh_network_load(net, NULL, 0), IZH_E_FORMAT, "blob");
    refuses(net, izh_network_load(net, blob.bytes, blob.size - 8), IZH_E_FORMAT, "blob");
    refuses(net, izh_network_load(net, blob.bytes, blob.size + 8), IZH_E_FORMAT, "blob");
    blob.bytes[blob.size / 2] ^= 1;
    refuses(net, izh_network_load(net, blob.bytes, blob.size), IZH_E_FORMAT, "blob");
    assert_int_equal(izh_network_load(NULL, blob.bytes, blob.size), IZH_E_INVALID);
    check_true(izh_network_save(NULL, blob.bytes, sizeof blob.bytes) == 0);
    /* What is too small is left alone. */
    blob.bytes[0] = 0xa5;
    check_true(izh_network_save(net, blob.bytes, blob.size - 1) == blob.size);
    check_true(blob.bytes[0] == 0xa5);
}

static void what_is_refused_changes_nothing(void **state)
{
    (void)state;
    izh_network *net = make_running();
    refuse_runs(net);
    refuse_sends(net);
    refuse_rates(net);
    refuse_background(net);
    refuse_weights(net);
    refuse_inputs(net);
    refuse_blobs(net);
    check_true(izh_network_hash(NULL) == 0 && izh_network_count(NULL, 0) == 0);
    check_true(!izh_network_population(NULL) && !*izh_network_message(NULL));
    izh_network_destroy(NULL);
    izh_network_destroy(net);
}

static void the_population_is_the_networks(void **state)
{
    (void)state;
    static unsigned char blob[1 << 14];
    izh_network *net = make_running();
    izh_population *p = izh_network_population(net);
    const size_t size = izh_population_save(p, blob, sizeof blob);
    check_true(size > 0 && size <= sizeof blob);
    save(net, &before);
    check_population_status(izh_population_run(p, 31), IZH_E_BUSY, p);
    check_population_status(izh_population_load(p, blob, size), IZH_E_BUSY, p);
    izh_population_destroy(p);
    save(net, &after);
    check_true(before.size == after.size && !memcmp(before.bytes, after.bytes, before.size));
    check_network(izh_network_run(net, 31), net);
    izh_network_destroy(net);
}

/* ---- in callbacks ---- */

struct caller {
    izh_network *net;
    int calls;
};

/* All but readers are busy. */
static void call_all(struct caller *c)
{
    static unsigned char blob[1 << 15];
    izh_network *net = c->net;
    const izh_group_config config = IZH_GROUP_CONFIG_INIT;
    const izh_synapse synapse = {0, 0, 0, 0, 1};
    const double x = 1;
    double got;
    uint32_t group;
    const double now = izh_population_time(izh_network_population(net));
    c->calls++;
    check_network_status(izh_network_group(net, &config, &group), IZH_E_BUSY, net);
    check_network_status(izh_network_connect(net, 0, &synapse, 1), IZH_E_BUSY, net);
    check_network_status(izh_network_build(net), IZH_E_BUSY, net);
    check_network_status(izh_network_run(net, now + 1), IZH_E_BUSY, net);
    check_network_status(izh_network_send(net, &(izh_spike){now + 10, 0, 0}, 1), IZH_E_BUSY, net);
    check_network_status(izh_network_set_rates(net, 0, 1, &x, 0), IZH_E_BUSY, net);
    check_network_status(izh_network_set_background(net, 0, 0, 1, &x, &x, 0), IZH_E_BUSY, net);
    check_network_status(izh_network_set_weights(net, 0, 0, 1, &x), IZH_E_BUSY, net);
    check_network_status(izh_network_set_gain(net, 0, 1), IZH_E_BUSY, net);
    check_network_status(izh_network_load(net, blob, sizeof blob), IZH_E_BUSY, net);
    izh_network_destroy(net);
    check_true(izh_network_count(net, 0) == 2);
    check_network(izh_network_get_input(net, 1, 0, 1, &got), net);
    check_true(izh_network_hash(net) != 0 && *izh_network_message(net));
}

static int32_t at_spikes(const izh_spike *spikes, size_t count, void *user)
{
    (void)spikes, (void)count;
    call_all(user);
    return IZH_CONTINUE;
}

static void at_current(double t, uint32_t first, uint32_t count, double *I, void *user)
{
    (void)t, (void)first, (void)count, (void)I;
    call_all(user);
}

static void callbacks_may_only_read(void **state)
{
    (void)state;
    izh_network *net = make_running(), *twin = make_running();
    struct caller caller = {net, 0};
    izh_population *p = izh_network_population(net);
    check_population(izh_population_on_spikes(p, at_spikes, &caller), p);
    check_network(izh_network_run(net, 80), net);
    check_true(caller.calls > 0);
    check_population(izh_population_on_current(p, at_current, &caller, 1), p);
    caller.calls = 0;
    check_network(izh_network_run(net, 90), net);
    check_true(caller.calls >= 20);
    check_network(izh_network_run(twin, 90), twin);
    check_true(izh_network_hash(net) == izh_network_hash(twin));
    izh_network_destroy(net);
    izh_network_destroy(twin);
}

/* ---- on several threads at once ---- */

#define WIDE 6000  /* in 47 parts */
#define READS 8000 /* synapses */

struct reader {
    izh_network *net;
    atomic_int calls, wrong;
};

static double weight_of(size_t k)
{
    return 1 + (double)(k * 7919 % READS);
}

/* What is out of range is refused in silence. */
static void read_at_current(double t, uint32_t first, uint32_t count, double *I, void *user)
{
    struct reader *r = user;
    izh_synapse synapses[50];
    double weights[50], beyond;
    const size_t from = (first * 7 + (size_t)t * 131) % (READS - LENGTH(weights));
    (void)I, (void)count;
    int wrong = izh_network_get_weights(r->net, 0, from, LENGTH(weights), weights) != IZH_OK ||
                izh_network_synapses(r->net, 0, from, LENGTH(weights), synapses) != IZH_OK;
    for (size_t k = 0; !wrong && k < LENGTH(weights); k++)
        wrong |= weights[k] != weight_of(from + k) || synapses[k].weight != weights[k] ||
                 (k && (synapses[k].delay < synapses[k - 1].delay ||
                        (synapses[k].delay == synapses[k - 1].delay &&
                         synapses[k].target < synapses[k - 1].target)));
    wrong |= izh_network_get_weights(r->net, 0, READS, 1, &beyond) != IZH_E_INVALID ||
             izh_network_get_weights(r->net, 1, 0, 1, &beyond) != IZH_E_INVALID ||
             izh_network_get_weights(r->net, 0, 0, 1, NULL) != IZH_E_INVALID ||
             *izh_network_message(r->net) || izh_network_save(r->net, NULL, 0);
    atomic_fetch_add(&r->calls, 1);
    atomic_fetch_add(&r->wrong, wrong);
}

static void threads_may_read_at_once(void **state)
{
    (void)state;
    static izh_synapse synapses[READS];
    izh_population_config population = population_config();
    izh_network_config config = network_config(&population);
    population.n = WIDE;
    population.threads = 4;
    population.tile = 128;
    const izh_receptor wide = {IZH_JUMP, 0, 0, 0, 0, 0x1p20};
    config.receptors = &wide;
    config.receptor_count = 1;
    struct reader r = {NULL, 0, 0};
    assert_int_equal(izh_network_create(&r.net, &config), IZH_OK);
    network_group(r.net, 0);
    for (size_t k = 0; k < READS; k++)
        synapses[k] = (izh_synapse){0, (uint32_t)(k * 31 % WIDE), (uint32_t)(k % 40), 0, 1};
    check_network(izh_network_connect(r.net, 0, synapses, READS), r.net);
    double *weights = malloc(READS * sizeof *weights);
    for (size_t k = 0; k < READS; k++)
        weights[k] = weight_of(k);
    check_network(izh_network_set_weights(r.net, 0, 0, READS, weights), r.net);
    izh_population *p = izh_network_population(r.net);
    check_population(izh_population_on_current(p, read_at_current, &r, 0), p);
    check_network(izh_network_run(r.net, 20), r.net);
    check_true(atomic_load(&r.calls) >= 40 * WIDE / 128);
    check_true(atomic_load(&r.wrong) == 0);
    free(weights);
    izh_network_destroy(r.net);
}

#define LEARNERS 600 /* neurons, in 5 parts */
#define LEARNED 3000 /* synapses of each of two groups */
#define TICKS 120

/* Weights of a group that learns at once and of one that waits, in each tick. */
struct school {
    izh_network *net;
    double weights[TICKS + 1][2][LEARNED];
    atomic_int calls, wrong;
};

static izh_network *make_school(void)
{
    static izh_synapse synapses[2][LEARNED];
    const izh_receptor receptor = {IZH_JUMP, 0, 0, 0, 0, 32};
    const double hz = 40, I = 12;
    struct chance c = {7};
    izh_population_config population = population_config();
    izh_network_config config = network_config(&population);
    izh_group_config group = IZH_GROUP_CONFIG_INIT;
    izh_network *net;
    uint32_t g;
    population.n = LEARNERS;
    population.dt = 1;
    population.threads = 4;
    population.tile = 128;
    config.receptors = &receptor;
    config.receptor_count = 1;
    assert_int_equal(izh_network_create(&net, &config), IZH_OK);
    group.stdp = (izh_stdp){.5, .6, 9, 8, 0, 8, 0, 0, 0, 0, IZH_PAIRS_ALL};
    group.stp = (izh_stp){.5, 80, 0};
    for (int k = 0; k < 2; k++) {
        check_network(izh_network_group(net, &group, &g), net);
        for (size_t i = 0; i < LEARNED; i++)
            synapses[k][i] =
                (izh_synapse){chance_below(&c, LEARNERS + SOURCES), chance_below(&c, LEARNERS),
                              3 + chance_below(&c, 20), 0, 2};
        check_network(izh_network_connect(net, g, synapses[k], LEARNED), net);
        group.stdp = (izh_stdp){.5, .6, 9, 8, 0, 8, .01, .9, 1, 10, IZH_PAIRS_NEAREST};
    }
    check_network(izh_network_set_rates(net, 0, SOURCES, &hz, 0), net);
    izh_population *p = izh_network_population(net);
    check_population(izh_population_set_current(p, 0, LEARNERS, &I, 0), p);
    return net;
}

/* What a tick's sweep and arrivals made of the weights: no other thread changes them then. */
static void learn_at_current(double t, uint32_t first, uint32_t count, double *I, void *user)
{
    struct school *s = user;
    izh_synapse synapses[50];
    double weights[50];
    const size_t size = LENGTH(weights), from = (first * 7 + (size_t)t * 131) % (LEARNED - size);
    int wrong = 0;
    (void)I, (void)count;
    for (uint32_t g = 0; g < 2; g++) {
        const double *expected = s->weights[(int)t + 1][g] + from;
        wrong |= izh_network_get_weights(s->net, g, from, size, weights) != IZH_OK ||
                 izh_network_synapses(s->net, g, from, size, synapses) != IZH_OK;
        for (size_t k = 0; !wrong && k < size; k++)
            wrong |= weights[k] != expected[k] || synapses[k].weight != expected[k];
        wrong |= izh_network_get_weights(s->net, g, LEARNED, 1, weights) != IZH_E_INVALID;
    }
    wrong |= *izh_network_message(s->net) || izh_network_save(s->net, NULL, 0);
    atomic_fetch_add(&s->calls, 1);
    atomic_fetch_add(&s->wrong, wrong);
}

static void threads_may_read_what_learns(void **state)
{
    (void)state;
    static struct school s;
    izh_network *twin = make_school();
    for (int t = 0; t <= TICKS; t++) {
        check_network(izh_network_run(twin, t), twin);
        for (uint32_t g = 0; g < 2; g++)
            check_network(izh_network_get_weights(twin, g, 0, LEARNED, s.weights[t][g]), twin);
    }
    for (int g = 0; g < 2; g++)
        check_true(memcmp(s.weights[TICKS][g], s.weights[TICKS - 10][g], sizeof s.weights[0][g]));
    s.net = make_school();
    izh_population *p = izh_network_population(s.net);
    check_population(izh_population_on_current(p, learn_at_current, &s, 0), p);
    check_network(izh_network_run(s.net, TICKS), s.net);
    check_true(atomic_load(&s.calls) >= TICKS * LEARNERS / 128);
    check_true(atomic_load(&s.wrong) == 0);
    check_true(izh_network_hash(s.net) == izh_network_hash(twin));
    izh_network_destroy(s.net);
    izh_network_destroy(twin);
}

/* ---- in the exchange ---- */

/* The exchange of a slice is a callback, too: in a build, where there are no synapses to be read
 * yet, and in a run. */
static izh_status at_exchange(void *user, const izh_sent *mine, size_t count, const izh_sent **all,
                              size_t *total)
{
    struct caller *c = user;
    double weight;
    if (c->calls < 2) {
        check_network_status(izh_network_get_weights(c->net, 0, 0, 1, &weight), IZH_E_BUSY, c->net);
        check_true(izh_network_save(c->net, NULL, 0) == 0);
    }
    call_all(c);
    return pass_on(NULL, mine, count, all, total);
}

static void an_exchange_may_only_read(void **state)
{
    (void)state;
    const izh_population_config population = population_config();
    izh_network_config config = network_config(&population);
    struct caller caller = {NULL, 0};
    izh_network *twin = make_loose();
    config.exchange = (izh_exchange){at_exchange, &caller};
    caller.net = make_loose_with(&config);
    check_network(izh_network_build(caller.net), caller.net);
    assert_int_equal(caller.calls, 2);
    check_network(izh_network_run(caller.net, 80), caller.net);
    assert_int_equal(caller.calls, 2 + 160 / 4);
    check_network(izh_network_run(twin, 80), twin);
    check_true(izh_network_hash(caller.net) == izh_network_hash(twin));
    izh_network_destroy(caller.net);
    izh_network_destroy(twin);
}

/* ---- sums ---- */

#define MANY 20000

/* Integers of more than 53 bits become doubles by one rounding. */
static void sums_round_once(void **state)
{
    (void)state;
    static izh_synapse synapses[MANY];
    izh_spike spikes[255];
    const izh_receptor steady = {IZH_CURRENT, 0, 1e300, 0, 0, 0x1p30}; /* exp(-dt / tau) is 1 */
    const izh_population_config population = population_config();
    izh_network_config config = network_config(&population);
    izh_network *net;
    double input;
    int64_t sum = 0;
    config.receptors = &steady;
    config.receptor_count = 1;
    assert_int_equal(izh_network_create(&net, &config), IZH_OK);
    network_hold(net, N);
    network_group(net, 0);
    for (int32_t k = 0; k < MANY; k++) {
        const int32_t weight = INT32_MAX - 7 * k - k % 3;
        synapses[k] = (izh_synapse){N, 4, 0, 0, weight * .5};
        sum += INT64_C(255) * weight;
    }
    check_true(sum > INT64_C(1) << 53);
    for (int k = 0; k < 255; k++)
        spikes[k] = (izh_spike){0, 0, 0};
    check_network(izh_network_connect(net, 0, synapses, MANY), net);
    check_network(izh_network_send(net, spikes, 255), net);
    check_network(izh_network_run(net, .5), net);
    check_network(izh_network_get_input(net, 0, 4, 1, &input), net);
    check_same(input, (double)sum * .5);
    izh_network_destroy(net);
}

#define SUMS_MOST ((size_t)1 << 23)

/* No sum of so many synapses overflows; of more it could. */
static void a_neuron_has_so_many_synapses_of_a_receptor(void **state)
{
    (void)state;
    const size_t piece = (size_t)1 << 20;
    izh_synapse *synapses = malloc(piece * sizeof *synapses);
    izh_network *net = make_loose();
    for (size_t k = 0; k < piece; k++)
        synapses[k] = (izh_synapse){(uint32_t)(k % N), 9, 1, 0, 1};
    for (size_t k = 0; k < SUMS_MOST; k += piece)
        check_network(izh_network_connect(net, 0, synapses, piece), net);
    check_network(izh_network_connect(net, 1, synapses, 1), net); /* another receptor's */
    check_network(izh_network_connect(net, 0, synapses, 1), net);
    for (int twice = 0; twice < 2; twice++) {
        check_network_status(izh_network_run(net, 1), IZH_E_INVALID, net);
        check_has(izh_network_message(net), "neuron 9");
        check_has(izh_network_message(net), "receptor 0");
        check_true(izh_population_time(izh_network_population(net)) == 0);
    }
    free(synapses);
    izh_network_destroy(net);
}

/* ---- nothing at all ---- */

static void nothing_is_a_network_too(void **state)
{
    (void)state;
    for (uint32_t n = 0; n < 2; n++)
        for (uint32_t sources = 0; sources < 2; sources++) {
            izh_population_config population = population_config();
            izh_network_config config = IZH_NETWORK_CONFIG_INIT;
            izh_network *net;
            const double hz = 100;
            population.n = n;
            config.population = &population;
            config.sources = sources;
            assert_int_equal(izh_network_create(&net, &config), IZH_OK);
            check_network(izh_network_set_rates(net, 0, sources, &hz, 0), net);
            check_network(izh_network_run(net, 100), net);
            save(net, &before);
            check_network(izh_network_load(net, before.bytes, before.size), net);
            check_network(izh_network_run(net, 200), net);
            check_true(izh_population_time(izh_network_population(net)) == 200);
            izh_network_destroy(net);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_config_is_checked),
        cmocka_unit_test(sizes_are_checked),
        cmocka_unit_test(receptors_are_checked),
        cmocka_unit_test(what_is_refused_is_not_added),
        cmocka_unit_test(a_built_network_takes_no_more),
        cmocka_unit_test(weights_reach_their_range),
        cmocka_unit_test(what_is_refused_changes_nothing),
        cmocka_unit_test(the_population_is_the_networks),
        cmocka_unit_test(callbacks_may_only_read),
        cmocka_unit_test(threads_may_read_at_once),
        cmocka_unit_test(threads_may_read_what_learns),
        cmocka_unit_test(an_exchange_may_only_read),
        cmocka_unit_test(sums_round_once),
        cmocka_unit_test(a_neuron_has_so_many_synapses_of_a_receptor),
        cmocka_unit_test(nothing_is_a_network_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
