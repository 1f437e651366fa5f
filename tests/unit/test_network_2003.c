/* The network of the 2003 paper by izh_network gives, bit for bit, what it gives by a host that
 * runs a population tick by tick and sets the currents itself, as one had to before there were
 * networks. Weights are multiples of range 2^-31; the host adds the sum of the synapses once to the
 * noise. */
#include "support_population.h"

#include <izh/network.h>

#define N 1000
#define EXCITATORY 800
#define TICKS 300

static double S[N][N]; /* S[j][i]: what a spike of j adds to the current of i in the next ms */

static uint64_t word(void)
{
    static uint64_t x = 2003;
    x = x * 6364136223846793005u + 1442695040888963407u;
    return x >> 11;
}

static double uniform(void)
{
    return (double)word() * 0x1p-53;
}

static double normal(void)
{
    double sum = -6;
    for (int k = 0; k < 12; k++)
        sum += uniform();
    return sum;
}

static void set_weights(void)
{
    for (int j = 0; j < N; j++)
        for (int i = 0; i < N; i++)
            S[j][i] = (double)(word() % (1 << 20)) * (j < EXCITATORY ? 0x1p-21 : -0x1p-20);
}

static void set_neurons(izh_population *a, izh_population *b)
{
    for (uint32_t j = 0; j < N; j++) {
        const double r = uniform();
        const izh_params params = j < EXCITATORY
                                      ? izh_params_2003(.02, .2, -65 + 15 * r * r, 8 - 6 * r * r)
                                      : izh_params_2003(.02 + .08 * r, .25 - .05 * r, -65, 2);
        const izh_state state = {-65, params.b_lo * -65};
        izh_population *both[] = {a, b};
        for (int k = 0; k < 2; k++) {
            check_population(izh_population_set_params(both[k], j, 1, &params, 0), both[k]);
            check_population(izh_population_set_state(both[k], j, 1, &state, 0), both[k]);
        }
    }
}

/* By the host: noise, and the spikes of the last tick, are the currents. */
static void run_host(izh_population *p, int t, const double *noise)
{
    double I[N];
    const izh_spikes fired = izh_population_spikes(p);
    for (int i = 0; i < N; i++) {
        double sum = 0; /* exact: multiples of 2^-21 */
        for (size_t k = 0; k < fired.count; k++)
            sum += S[fired.data[k].i][i];
        I[i] = noise[i] + sum;
    }
    check_population(izh_population_set_current(p, 0, N, I, 1), p);
    check_population(izh_population_run(p, t + 1), p);
}

static void run_network(izh_network *net, int t, const double *noise)
{
    izh_population *p = izh_network_population(net);
    check_population(izh_population_set_current(p, 0, N, noise, 1), p);
    assert_int_equal(izh_network_run(net, t + 1), IZH_OK);
}

static izh_network *make_network(const izh_population_config *neurons)
{
    izh_network *net;
    uint32_t group;
    const izh_receptor receptor = {.kind = IZH_CURRENT};
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    izh_group_config synapses = IZH_GROUP_CONFIG_INIT;
    config.population = neurons;
    config.receptors = &receptor;
    config.receptor_count = 1;
    assert_int_equal(izh_network_create(&net, &config), IZH_OK);
    assert_int_equal(izh_network_group(net, &synapses, &group), IZH_OK);
    for (uint32_t j = 0; j < N; j++) {
        izh_synapse row[N];
        for (uint32_t i = 0; i < N; i++)
            row[i] = (izh_synapse){j, i, 0, 0, S[j][i]};
        assert_int_equal(izh_network_connect(net, group, row, N), IZH_OK);
    }
    return net;
}

static void same_spikes(izh_population *a, izh_population *b, int t)
{
    const izh_spikes x = izh_population_spikes(a), y = izh_population_spikes(b);
    if (x.count != y.count || (x.count && memcmp(x.data, y.data, x.count * sizeof *x.data) != 0))
        fail_msg("%d ms: %zu spikes by the host, %zu by the network, or other ones", t, x.count,
                 y.count);
}

static void same_states(izh_population *a, izh_population *b, int t)
{
    izh_state x[N], y[N];
    check_population(izh_population_get_state(a, 0, N, x), a);
    check_population(izh_population_get_state(b, 0, N, y), b);
    for (int i = 0; i < N; i++)
        if (memcmp(&x[i], &y[i], sizeof x[i]) != 0)
            fail_msg("%d ms, neuron %d: v = %a by the host, %a by the network", t, i, x[i].v,
                     y[i].v);
}

static void compare(int32_t method, int32_t events, int32_t precision, uint32_t threads)
{
    izh_population *host;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = N;
    config.method = method;
    config.events = events;
    config.precision = precision;
    config.dt = 1;
    config.threads = threads;
    assert_int_equal(izh_population_create(&host, &config), IZH_OK);
    izh_network *net = make_network(&config);
    izh_population *neurons = izh_network_population(net);
    set_neurons(host, neurons);
    size_t spikes = 0;
    for (int t = 0; t < TICKS; t++) {
        double noise[N];
        for (int i = 0; i < N; i++)
            noise[i] = (float)((i < EXCITATORY ? 5 : 2) * normal()); /* as f32 keeps it */
        run_host(host, t, noise);
        run_network(net, t, noise);
        same_spikes(host, neurons, t);
        same_states(host, neurons, t);
        spikes += izh_population_spikes(neurons).count;
    }
    assert_true(spikes > N * TICKS / 1000); /* more than 1 Hz */
    izh_population_destroy(host);
    izh_network_destroy(net);
}

static void as_published(void **state)
{
    (void)state;
    compare(IZH_PUBLISHED_2003, IZH_EVENTS_GRID, IZH_F64, 1);
}

static void on_threads(void **state)
{
    (void)state;
    compare(IZH_PUBLISHED_2003, IZH_EVENTS_GRID, IZH_F64, 3);
}

static void single_precision(void **state)
{
    (void)state;
    compare(IZH_PUBLISHED_2003, IZH_EVENTS_GRID, IZH_F32, 1);
}

static void exact_events(void **state)
{
    (void)state;
    compare(IZH_PUBLISHED_2003, IZH_EVENTS_EXACT, IZH_F64, 1);
}

static int set_up(void **state)
{
    (void)state;
    set_weights();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_published),
        cmocka_unit_test(on_threads),
        cmocka_unit_test(single_precision),
        cmocka_unit_test(exact_events),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
