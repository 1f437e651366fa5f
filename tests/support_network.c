#include "support_network.h"

static void append(struct train *train, izh_spikes spikes)
{
    if (train->n + spikes.count > train->capacity) {
        train->capacity = 2 * (train->n + spikes.count);
        train->spikes = realloc(train->spikes, train->capacity * sizeof *train->spikes);
    }
    for (size_t k = 0; k < spikes.count; k++) {
        const izh_spike x = spikes.data[k];
        if (train->n && x.t < train->spikes[train->n - 1].t)
            fail_msg("spikes out of order: (%.17g, %u) after %.17g", x.t, (unsigned)x.i,
                     train->spikes[train->n - 1].t);
        train->spikes[train->n++] = x;
    }
}

izh_status network_run(izh_network *net, double t_end, struct train *train)
{
    struct train unwanted = {0};
    izh_status status;
    do {
        status = izh_network_run(net, t_end);
        append(train ? train : &unwanted, izh_population_spikes(izh_network_population(net)));
    } while (status == IZH_PAUSED);
    train_free(&unwanted);
    return status;
}

uint32_t network_group(izh_network *net, uint32_t receptor)
{
    izh_group_config config = IZH_GROUP_CONFIG_INIT;
    uint32_t group;
    config.receptor = (int32_t)receptor;
    check_network(izh_network_group(net, &config, &group), net);
    return group;
}

void network_hold(izh_network *net, uint32_t n)
{
    izh_population *p = izh_network_population(net);
    izh_params heavy = support_line();
    const izh_state rest = {-65, 0};
    heavy.cm = 1e200;
    check_population(izh_population_set_params(p, 0, n, &heavy, 0), p);
    check_population(izh_population_set_state(p, 0, n, &rest, 0), p);
}

/* Knuth's MMIX generator; its upper bits. */
static uint32_t next(struct chance *c)
{
    c->state = c->state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(c->state >> 32);
}

uint32_t chance_below(struct chance *c, uint32_t n)
{
    return (uint32_t)((uint64_t)next(c) * n >> 32);
}

double chance_between(struct chance *c, double lo, double hi)
{
    return lo + (hi - lo) * (next(c) * 0x1p-32);
}

/* ---- a web ---- */

const izh_receptor web_receptors[WEB_RECEPTORS] = {
    {IZH_JUMP, 0, 0, 0, 0, 0},
    {IZH_CURRENT, 0, 0, 0, 0, 0x1p20},
    {IZH_CURRENT, 0, 5, 0, 0, 64},
    {IZH_CONDUCTANCE, 0, 5, 0, 0, 1},
    {IZH_CONDUCTANCE, 0, 6, 0, -70, 0x1p-2},
    {IZH_CONDUCTANCE, 1, 100, 2, 0, 0x1p-5},
    {IZH_CONDUCTANCE, 0, 8, 7.6, -80, 0x1p3},
    {IZH_JUMP, 0, 0, 0, 0, 8},
};

static const double web_lo[WEB_RECEPTORS] = {-4, -20, -2, .01, .01, .0001, .01, -7};
static const double web_hi[WEB_RECEPTORS] = {6, 60, 6, .05, .1, .002, .07, 7};

static uint32_t neurons_of(const struct web *web)
{
    return web->neurons ? web->neurons : web->population.n;
}

/* A synapse of a neuron: a function of its global index and the synapse's number. */
static izh_synapse web_synapse(const struct web *web, uint32_t target, uint32_t number,
                               uint32_t *group)
{
    struct chance c = {((uint64_t)target << 32 | number) * 0x9e3779b97f4a7c15u};
    const uint32_t neurons = neurons_of(web);
    const uint32_t most = web->delay_most ? web->delay_most : WEB_DELAY_MOST;
    izh_synapse s = {0, target - (uint32_t)web->population.first, 0, 0, 0};
    chance_below(&c, 2);
    *group = chance_below(&c, WEB_RECEPTORS);
    s.source = chance_below(&c, neurons);
    s.delay = web->delay_least + chance_below(&c, most + 1 - web->delay_least);
    if (number % 8 == 1) /* most are short: so there is much to do from the first ticks on */
        s.delay = web->delay_least;
    if (number % 4 == 2) {
        s.source = neurons + chance_below(&c, WEB_SOURCES);
        s.delay = chance_below(&c, most < 19 ? most + 1 : 20);
    }
    s.weight = chance_between(&c, web_lo[*group], web_hi[*group]) * (web->plain ? .25 : 1);
    if (*group == 0 && chance_below(&c, 16) == 0)
        s.weight = 130; /* over the peak */
    return s;
}

static void web_connect_one(izh_network *net, const struct web *web, uint32_t i, uint32_t number)
{
    uint32_t group;
    const izh_synapse s = web_synapse(web, (uint32_t)web->population.first + i, number, &group);
    check_network(izh_network_connect(net, group, &s, 1), net);
}

/* One call for each group. */
static void web_connect_groups(izh_network *net, const struct web *web, uint32_t synapses)
{
    const uint32_t n = web->population.n;
    izh_synapse *all = malloc((size_t)n * synapses * sizeof *all + 1);
    for (uint32_t g = 0; g < WEB_RECEPTORS; g++) {
        size_t count = 0;
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t k = 0; k < synapses; k++) {
                uint32_t group;
                all[count] = web_synapse(web, (uint32_t)web->population.first + i, k, &group);
                count += group == g;
            }
        check_network(izh_network_connect(net, g, all, count), net);
    }
    free(all);
}

/* Group k is on receptor k. */
static void web_group(izh_network *net, const struct web *web, uint32_t k)
{
    static const izh_stp stps[] = {{.5, 80, 0}, {.05, 13, 53}, {.25, 0, 20}};
    static const izh_stdp stdps[] = {
        {.003, .0035, 4, 6, 0, .6, 0, 0, 0, 0, IZH_PAIRS_ALL},
        {.005, .004, 3, 4, 0, .1, 1e-4, .9, 1, 7, IZH_PAIRS_NEAREST},
        {.0002, .0002, 5, 4, 0, .002, -1e-6, .99, .5, 20, IZH_PAIRS_ALL},
    };
    izh_group_config config = IZH_GROUP_CONFIG_INIT;
    uint32_t group;
    config.receptor = (int32_t)k;
    if (web->whole_stp)
        config.stp.U = 1;
    if (web->plastic && k % 2 == 0)
        config.stp = stps[k / 2 % LENGTH(stps)];
    if (web->plastic && k >= 3 && k <= 5)
        config.stdp = stdps[k - 3];
    if (web->plastic == 2 && k == 3) {
        config.stdp.every = 33;
        config.stdp.keep = .5;
        config.stdp.gain = .7;
    }
    check_network(izh_network_group(net, &config, &group), net);
    check_true(group == k);
}

static void web_connect(izh_network *net, const struct web *web)
{
    const uint32_t n = web->population.n, synapses = web->synapses ? web->synapses : 16;
    for (uint32_t k = 0; k < WEB_RECEPTORS; k++)
        web_group(net, web, k);
    if (web->order == 0)
        web_connect_groups(net, web, synapses);
    for (uint32_t i = n; web->order == 1 && i-- > 0;)
        for (uint32_t k = 0; k < synapses; k++)
            web_connect_one(net, web, i, k);
    for (uint32_t k = synapses; web->order == 2 && k-- > 0;)
        for (uint32_t i = 0; i < n; i++)
            web_connect_one(net, web, i, k);
}

static void web_set_neurons(izh_network *net, const struct web *web)
{
    izh_population *p = izh_network_population(net);
    const uint32_t n = web->population.n, first = (uint32_t)web->population.first;
    izh_params *params = malloc((n + 1) * sizeof *params);
    izh_state *states = malloc((n + 1) * sizeof *states);
    double *I = malloc((n + 1) * sizeof *I);
    for (uint32_t i = 0; i < n; i++) {
        params[i] = population_params(first + i, !web->plain);
        states[i] = population_initial(first + i);
        I[i] = population_current(first + i);
    }
    check_population(izh_population_set_params(p, 0, n, params, 1), p);
    check_population(izh_population_set_state(p, 0, n, states, 1), p);
    check_population(izh_population_set_current(p, 0, n, I, 1), p);
    free(params);
    free(states);
    free(I);
}

static void web_set_input(izh_network *net, const struct web *web)
{
    const double dt = izh_population_dt(izh_network_population(net));
    const double hz[2] = {20 / dt, 100 / dt}, background_hz = 30 / dt;
    const double charge = 11, conductance = .02;
    struct chance c = {99};
    izh_spike sent[300];
    for (size_t k = 0; k < LENGTH(sent); k++)
        sent[k] = (izh_spike){web->population.t0 + chance_between(&c, 0, 120) * dt,
                              chance_below(&c, WEB_SOURCES), 0};
    check_network(izh_network_send(net, sent, LENGTH(sent)), net);
    check_network(izh_network_set_rates(net, 3, 2, hz, 1), net);
    const uint32_t n = web->population.n;
    check_network(izh_network_set_background(net, 1, 0, n, &background_hz, &charge, 0), net);
    check_network(izh_network_set_background(net, 4, 0, n, &background_hz, &conductance, 0), net);
}

izh_network *web_create(const struct web *web)
{
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    izh_network *net;
    config.population = &web->population;
    config.neurons = web->neurons;
    config.sources = WEB_SOURCES;
    config.receptors = web_receptors;
    config.receptor_count = WEB_RECEPTORS;
    config.in_flight = web->in_flight;
    config.send_capacity = web->send_capacity;
    config.exchange = web->exchange;
    const izh_status status = izh_network_create(&net, &config);
    if (status != IZH_OK)
        fail_msg("a web of %u neurons: %s", (unsigned)web->population.n, izh_status_name(status));
    web_set_neurons(net, web);
    web_connect(net, web);
    web_set_input(net, web);
    return net;
}

/* ---- slices ---- */

void meeting_open(struct meeting *m, unsigned slices)
{
    memset(m, 0, sizeof *m);
    pthread_mutex_init(&m->mutex, NULL);
    pthread_cond_init(&m->all_here, NULL);
    m->slices = slices;
}

void meeting_close(struct meeting *m)
{
    pthread_mutex_destroy(&m->mutex);
    pthread_cond_destroy(&m->all_here);
}

void meeting_break(struct meeting *m)
{
    pthread_mutex_lock(&m->mutex);
    m->broken = 1;
    pthread_cond_broadcast(&m->all_here);
    pthread_mutex_unlock(&m->mutex);
}

/* Waits until all slices have come; false where one never will. */
static int meet(struct meeting *m)
{
    pthread_mutex_lock(&m->mutex);
    const unsigned long round = m->round;
    if (++m->here == m->slices) {
        m->here = 0;
        m->round++;
        pthread_cond_broadcast(&m->all_here);
    }
    while (m->round == round && !m->broken)
        pthread_cond_wait(&m->all_here, &m->mutex);
    const int well = m->round != round;
    pthread_mutex_unlock(&m->mutex);
    return well;
}

/* What all have to say, from this slice's successor on. */
static size_t gather(struct slice *s)
{
    const struct meeting *m = s->meeting;
    size_t total = 0;
    for (unsigned k = 0; k < m->slices; k++)
        total += m->count[k];
    if (total > s->room) {
        s->room = 2 * total;
        free(s->heard);
        s->heard = malloc(s->room * sizeof *s->heard);
    }
    total = 0;
    for (unsigned k = 0; k < m->slices; k++) {
        const unsigned who = (s->which + 1 + k) % m->slices;
        for (size_t i = 0; i < m->count[who]; i++)
            s->heard[total++] = m->mine[who][i];
    }
    return total;
}

izh_status slice_exchange(void *user, const izh_sent *mine, size_t count, const izh_sent **all,
                          size_t *total)
{
    struct slice *s = user;
    s->calls++;
    s->meeting->mine[s->which] = mine;
    s->meeting->count[s->which] = count;
    if (!meet(s->meeting))
        return IZH_E_FILE;
    *total = gather(s);
    *all = s->heard;
    return meet(s->meeting) ? IZH_OK : IZH_E_FILE;
}
