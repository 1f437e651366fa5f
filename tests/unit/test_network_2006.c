/* The network of the 2006 paper (Izhikevich, Neural Comput. 18 (2006) 245), whose synapses learn by
 * spike-timing-dependent plasticity, for a minute: bit for bit the same spikes, weights and
 * changes that wait as those of a plain program in the order of the paper's listing. That goes
 * through all neurons and synapses at every tick, and keeps the listing's arrays of decaying
 * traces.
 *
 * Weights are integers, multiples of range 2^-31, and changes floats, as the library's; the formula
 * of v has the order of its kernels, .04 v v + 5 v, which rounds otherwise than (.04 v + 5) v. The
 * listing's delay of 1 ms is a delay of no tick. */
#include "network/learn.h"
#include "network/network.h"
#include "support_network.h"
#include "util/exp.h"

#define N 1000
#define EXCITATORY 800
#define M 100 /* synapses of a neuron */
#define D 20  /* delays */
#define SECONDS 60
#define LARGEST 10.
#define UNIT (1024 * 0x1p-31)
#define TAU 19.495725746223673 /* ms: the factor of 1 ms is .95 */

/* ---- who with whom ---- */

struct wiring {
    uint32_t post[N][M]; /* synapse j of an excitatory neuron has the delay j / (M / D) */
};

static uint32_t delay_of(uint32_t i, int j)
{
    return i < EXCITATORY ? (uint32_t)j / (M / D) : 0;
}

static int has(const uint32_t *row, int count, uint32_t target)
{
    for (int j = 0; j < count; j++)
        if (row[j] == target)
            return 1;
    return 0;
}

/* No two synapses between the same two neurons, none of a neuron with itself, and none between
 * inhibitory ones. */
static void wire(struct wiring *w)
{
    struct chance c = {2006};
    for (uint32_t i = 0; i < N; i++)
        for (int j = 0; j < M; j++)
            do
                w->post[i][j] = chance_below(&c, i < EXCITATORY ? N : EXCITATORY);
            while (w->post[i][j] == i || has(w->post[i], j, w->post[i][j]));
}

/* Which neuron gets 20 pA in a ms. */
static uint32_t thalamus(struct chance *c)
{
    return chance_below(c, N);
}

/* ---- the plain program ---- */

struct listing {
    double v[N], u[N], I[N];
    int32_t s[N][M]; /* weights, in units */
    float sd[N][M];
    double LTP[N][1000 + 1 + D], LTD[N];
    int firings[200000][2], count;
    int incoming[N], pre[N][EXCITATORY][2]; /* excitatory synapses onto a neuron: source and j */
    struct chance chance;
};

static double q;

/* A table's end: below a quarter of a unit there is nothing. */
static double seen(double trace)
{
    return trace < UNIT / 4 ? 0 : trace;
}

static void begin(struct listing *l, const struct wiring *w)
{
    memset(l, 0, sizeof *l);
    l->chance = (struct chance){1952};
    for (uint32_t i = 0; i < N; i++) {
        l->v[i] = -65;
        l->u[i] = .2 * -65;
        for (int j = 0; j < M; j++) {
            const uint32_t target = w->post[i][j];
            l->s[i][j] = (int32_t)((i < EXCITATORY ? 6 : -5) / UNIT);
            if (i >= EXCITATORY)
                continue;
            l->pre[target][l->incoming[target]][0] = (int)i;
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
        const int delay = (int)delay_of((uint32_t)source, j);
        l->sd[source][j] += (float)seen(l->LTP[source][t + D - delay - 1]);
    }
    l->firings[l->count][0] = t;
    l->firings[l->count++][1] = i;
}

static void deliver(struct listing *l, const struct wiring *w, int t)
{
    for (int k = l->count - 1; t - l->firings[k][0] < D; k--) {
        const int i = l->firings[k][1];
        for (int j = 0; j < M; j++) {
            if ((int)delay_of((uint32_t)i, j) != t - l->firings[k][0])
                continue;
            const uint32_t target = w->post[i][j];
            l->I[target] += l->s[i][j] * UNIT;
            if (i < EXCITATORY)
                l->sd[i][j] -= (float)seen(l->LTD[target]);
        }
    }
}

static double speed(double v, double u, double I)
{
    return .04 * v * v + 5 * v + 140 - u + I;
}

static void step(struct listing *l, int t)
{
    for (int i = 0; i < N; i++) {
        l->v[i] += .5 * speed(l->v[i], l->u[i], l->I[i]);
        l->v[i] += .5 * speed(l->v[i], l->u[i], l->I[i]);
        l->u[i] += (i < EXCITATORY ? .02 : .1) * (.2 * l->v[i] - l->u[i]);
        l->LTP[i][t + D + 1] = l->LTP[i][t + D] * q;
        l->LTD[i] *= q;
    }
}

/* A second is over. */
static void learn(struct listing *l)
{
    for (int i = 0; i < N; i++)
        for (int j = 0; j < D + 1; j++)
            l->LTP[i][j] = l->LTP[i][1000 + j];
    int k = l->count - 1;
    while (1000 - l->firings[k][0] < D)
        k--;
    for (int i = 1; i < l->count - k; i++) {
        l->firings[i][0] = l->firings[k + i][0] - 1000;
        l->firings[i][1] = l->firings[k + i][1];
    }
    l->count -= k;
    for (int i = 0; i < EXCITATORY; i++)
        for (int j = 0; j < M; j++) {
            const double s = l->s[i][j] + rint((.01 + (double)l->sd[i][j]) / UNIT);
            l->s[i][j] = (int32_t)(s < 0 ? 0 : s > LARGEST / UNIT ? LARGEST / UNIT : s);
            l->sd[i][j] *= .9f;
        }
}

/* The ticks of a second. */
static void run_second(struct listing *l, const struct wiring *w, int second, struct train *train)
{
    for (int t = 0; t < 1000; t++) {
        memset(l->I, 0, sizeof l->I);
        l->I[thalamus(&l->chance)] = 20;
        for (int i = 0; i < N; i++) {
            if (l->v[i] < 30)
                continue;
            fire(l, i, t);
            if (train->n == train->capacity) {
                train->capacity = 2 * train->capacity + 1000;
                train->spikes = realloc(train->spikes, train->capacity * sizeof *train->spikes);
            }
            train->spikes[train->n++] = (izh_spike){1000. * second + t, (uint32_t)i, 0};
        }
        deliver(l, w, t);
        step(l, t);
    }
}

/* ---- the network ---- */

static izh_network *make_network(const struct wiring *w, uint32_t threads)
{
    const izh_receptor receptor = {.kind = IZH_CURRENT};
    izh_population_config population = IZH_POPULATION_CONFIG_INIT;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    izh_group_config plastic = IZH_GROUP_CONFIG_INIT;
    izh_network *net;
    uint32_t learns;
    population.n = N;
    population.method = IZH_PUBLISHED_2003;
    population.events = IZH_EVENTS_GRID;
    population.dt = 1;
    population.threads = threads;
    config.population = &population;
    config.sources = N;
    config.receptors = &receptor;
    config.receptor_count = 1;
    assert_int_equal(izh_network_create(&net, &config), IZH_OK);
    plastic.stdp = (izh_stdp){.1, .12, TAU, TAU, 0, LARGEST, .01, .9, 1, 1000, IZH_PAIRS_NEAREST};
    check_network(izh_network_group(net, &plastic, &learns), net);
    const uint32_t fixed = network_group(net, 0);
    for (uint32_t i = 0; i < N; i++) {
        izh_synapse row[M];
        for (int j = 0; j < M; j++)
            row[j] = (izh_synapse){i, w->post[i][j], delay_of(i, j), 0, i < EXCITATORY ? 6 : -5};
        check_network(izh_network_connect(net, i < EXCITATORY ? learns : fixed, row, M), net);
        const izh_synapse kick = {N + i, i, 0, 0, 20};
        check_network(izh_network_connect(net, fixed, &kick, 1), net);
    }
    return net;
}

static void set_neurons(izh_population *p)
{
    const izh_params excitatory = izh_params_2003(.02, .2, -65, 8);
    const izh_params inhibitory = izh_params_2003(.1, .2, -65, 2);
    const izh_state state = {-65, .2 * -65};
    check_population(izh_population_set_params(p, 0, EXCITATORY, &excitatory, 0), p);
    check_population(izh_population_set_params(p, EXCITATORY, N - EXCITATORY, &inhibitory, 0), p);
    check_population(izh_population_set_state(p, 0, N, &state, 0), p);
}

static void send_second(izh_network *net, int second, struct chance *c)
{
    izh_spike spikes[1000];
    for (int t = 0; t < 1000; t++)
        spikes[t] = (izh_spike){1000. * second + t, thalamus(c), 0};
    check_network(izh_network_send(net, spikes, 1000), net);
}

/* ---- both ---- */

/* The spikes that count at ticks below `end`; others are left. */
static void check_spikes(struct train *net, struct train *plain, double end)
{
    size_t k = 0;
    for (; k < plain->n; k++) {
        const izh_spike x = plain->spikes[k];
        if (k >= net->n || net->spikes[k].t != x.t || net->spikes[k].i != x.i)
            fail_msg("%g ms, neuron %u: not so in the network", x.t, (unsigned)x.i);
    }
    check_true(k == net->n || net->spikes[k].t == end);
    memmove(net->spikes, net->spikes + k, (net->n - k) * sizeof *net->spikes);
    net->n -= k;
    plain->n = 0;
}

/* Before what waits changes the weights. */
static void check_synapses(izh_network *net, const struct listing *l, const struct wiring *w)
{
    struct izh_walk walk = izh_walk_from(&net->wiring, 0, 0, izh_network_count(net, 0));
    const struct izh_wire *wire;
    uint32_t source, target;
    while ((wire = izh_walk_next(&walk, &source, &target))) {
        int j = 0;
        while (w->post[source][j] != target)
            j++;
        const struct izh_weight got = izh_learn_weight(&net->arrivals, 0, source, target, wire);
        if (got.k != l->s[source][j] || got.waits != l->sd[source][j])
            fail_msg("%u -> %u: %d units, %a wait, not %d, %a", (unsigned)source, (unsigned)target,
                     (int)got.k, (double)got.waits, (int)l->s[source][j], (double)l->sd[source][j]);
    }
}

static void compare(uint32_t threads, int seconds)
{
    static struct listing l;
    static struct wiring w;
    struct train plain = {0}, train = {0};
    struct chance chance = {1952};
    size_t spikes = 0;
    q = izh_exp(-1 / TAU);
    check_true(q == .95);
    wire(&w);
    begin(&l, &w);
    izh_network *net = make_network(&w, threads);
    set_neurons(izh_network_population(net));
    for (int second = 0; second < seconds; second++) {
        run_second(&l, &w, second, &plain);
        spikes += plain.n;
        send_second(net, second, &chance);
        check_network(network_run(net, 1000 * (second + 1), &train), net);
        support_about("second %d, threads %u", second, (unsigned)threads);
        check_spikes(&train, &plain, 1000 * (second + 1));
        check_synapses(net, &l, &w);
        learn(&l);
    }
    check_true(spikes > (size_t)seconds * 1000);
    izh_network_destroy(net);
    train_free(&plain);
    train_free(&train);
}

static void it_is_the_listing(void **state)
{
    (void)state;
    compare(1, SECONDS);
}

static void on_threads(void **state)
{
    (void)state;
    compare(2, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_listing),
        cmocka_unit_test(on_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
