/* Slices of a network and the host's exchange between them: what it says, when it is called, what
 * of it is refused, and that trouble in it changes nothing. tests/determinism has their bits. */
#include <setjmp.h>

#include "support_network.h"

#define N 100
#define FIRST 37
#define MINE 50 /* neurons of the slice */
#define PERIOD 5
#define END 200

/* One slice that hears only itself, and an exchange that can fail. */
struct hub {
    size_t calls, fail_at; /* the call that fails, from 1 on; 0: none */
    izh_status failure;
    jmp_buf *leave;      /* NULL: it returns the failure */
    const izh_sent *odd; /* what is heard at that call instead */
    size_t odd_count;
    size_t told; /* spikes */
    izh_sent last[1000];
    size_t last_count;
    izh_network *net;
    double times[200]; /* of calls in runs */
    size_t time_count;
    size_t in_flight; /* of the network */
    int leaves_out;   /* the slice's own spikes */
};

static izh_status exchange(void *user, const izh_sent *mine, size_t count, const izh_sent **all,
                           size_t *total)
{
    struct hub *hub = user;
    const int fails = ++hub->calls == hub->fail_at;
    check_true(count <= LENGTH(hub->last));
    if (count)
        memcpy(hub->last, mine, count * sizeof *mine);
    hub->last_count = count;
    if (hub->calls > 2 && hub->time_count < LENGTH(hub->times))
        hub->times[hub->time_count++] = izh_population_time(izh_network_population(hub->net));
    if (fails && hub->leave)
        longjmp(*hub->leave, 1);
    if (fails && hub->failure != IZH_OK)
        return hub->failure;
    *all = fails ? hub->odd : mine;
    *total = fails ? hub->odd_count : hub->leaves_out && hub->calls > 2 ? 0 : count;
    hub->told += fails || hub->calls <= 2 ? 0 : count;
    return IZH_OK;
}

static izh_network *make(struct hub *hub)
{
    struct web web = {.plain = 1, .plastic = 2};
    web.population = (izh_population_config)IZH_POPULATION_CONFIG_INIT;
    web.population.n = MINE;
    web.population.first = FIRST;
    web.population.method = IZH_PUBLISHED_2003;
    web.population.events = IZH_EVENTS_GRID;
    web.neurons = N;
    web.delay_least = PERIOD - 1;
    web.in_flight = hub->in_flight;
    web.exchange = (izh_exchange){exchange, hub};
    hub->net = web_create(&web);
    return hub->net;
}

static uint64_t undisturbed(double t_end)
{
    static struct hub hub;
    struct train train = {0};
    hub = (struct hub){.calls = 0};
    izh_network *net = make(&hub);
    check_network(network_run(net, t_end, &train), net);
    check_true(train.n > 100);
    const uint64_t hash = izh_network_hash(net) ^ train_hash(&train);
    izh_network_destroy(net);
    train_free(&train);
    return hash;
}

/* ---- when and what ---- */

static void it_is_called_at_the_end_of_each_period(void **state)
{
    (void)state;
    static struct hub hub;
    struct train train = {0};
    izh_network *net = make(&hub);
    check_network(izh_network_build(net), net);
    assert_int_equal(hub.calls, 2);
    for (int t = 3; t <= END; t += 7)
        check_network(network_run(net, t, &train), net);
    check_network(network_run(net, END, &train), net);
    assert_int_equal(hub.time_count, END / PERIOD);
    for (size_t k = 0; k < hub.time_count; k++)
        check_true(hub.times[k] == (double)(PERIOD * (k + 1)));
    assert_int_equal(hub.told, train.n); /* the last period is over */
    izh_network_destroy(net);
    train_free(&train);
}

/* Before any of the spikes is handed to the host: of the last period, by their ticks. */
static void what_is_told_are_the_spikes_of_the_period(void **state)
{
    (void)state;
    static struct hub hub;
    izh_network *net = make(&hub);
    for (int t = PERIOD; t <= END; t += PERIOD) {
        struct train train = {0};
        check_network(network_run(net, t, &train), net);
        assert_int_equal(hub.last_count, train.n);
        for (size_t k = 0; k < train.n; k++) {
            const izh_spike x = train.spikes[k];
            size_t found = 0;
            for (size_t j = 0; j < hub.last_count; j++) {
                /* A spike by a jump at the start of its step counts at the end of it. */
                const double tick = hub.last[j].tick + (t - PERIOD) + 1;
                found += hub.last[j].source == FIRST + x.i && (tick == x.t || tick == x.t + 1);
            }
            check_true(found > 0);
        }
        train_free(&train);
    }
    izh_network_destroy(net);
}

/* Another slice's spike, told at the end of the first period. */
struct other {
    size_t calls;
    izh_sent spike;
};

static izh_status tell_of_another(void *user, const izh_sent *mine, size_t count,
                                  const izh_sent **all, size_t *total)
{
    struct other *other = user;
    const int tells = ++other->calls == 3;
    *all = tells ? &other->spike : mine;
    *total = tells ? 1 : count;
    return IZH_OK;
}

/* Neuron 1 of two, at rest, onto which neuron 0 has a synapse. */
static izh_network *make_listener(struct other *other)
{
    const izh_receptor jump = {IZH_JUMP, 0, 0, 0, 0, 0};
    const izh_synapse synapse = {0, 0, PERIOD - 1, 0, 10};
    const izh_state rest = {-70, -14};
    izh_population_config population = IZH_POPULATION_CONFIG_INIT;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    izh_network *net;
    population.n = 1;
    population.first = 1;
    population.dt = 1;
    config.population = &population;
    config.neurons = 2;
    config.receptors = &jump;
    config.receptor_count = 1;
    config.exchange = (izh_exchange){tell_of_another, other};
    assert_int_equal(izh_network_create(&net, &config), IZH_OK);
    check_network(izh_network_connect(net, network_group(net, 0), &synapse, 1), net);
    izh_population *p = izh_network_population(net);
    check_population(izh_population_set_state(p, 0, 1, &rest, 0), p);
    return net;
}

static void anothers_spike_acts_at_its_tick(void **state)
{
    (void)state;
    for (uint32_t tick = 0; tick < PERIOD; tick++) {
        struct other other = {0, {0, tick}};
        const double acts = tick + 1 + (PERIOD - 1);
        izh_network *net = make_listener(&other);
        izh_population *p = izh_network_population(net);
        izh_state y;
        support_about("tick %u of the period", (unsigned)tick);
        check_network(izh_network_run(net, acts), net);
        check_population(izh_population_get_state(p, 0, 1, &y), p);
        check_close(y.v, -70, 1e-9);
        check_network(izh_network_run(net, acts + 1), net);
        check_population(izh_population_get_state(p, 0, 1, &y), p);
        check_true(y.v > -65);
        izh_network_destroy(net);
    }
}

/* It knows them. */
static void its_own_spikes_may_be_left_out(void **state)
{
    (void)state;
    static struct hub hub;
    struct train train = {0};
    const uint64_t expected = undisturbed(END + 3);
    hub = (struct hub){.leaves_out = 1};
    izh_network *net = make(&hub);
    check_network(network_run(net, END + 3, &train), net);
    check_true((izh_network_hash(net) ^ train_hash(&train)) == expected);
    izh_network_destroy(net);
    train_free(&train);
}

/* Where none has a synapse from a neuron, nobody needs to hear of spikes. */
static void spikes_that_act_on_nobody_are_not_told(void **state)
{
    (void)state;
    static struct hub hub;
    const double I = 20;
    const izh_population_config population = {.size = sizeof population, .n = 2, .dt = 1};
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    izh_network *net;
    config.population = &population;
    config.neurons = 3;
    hub = (struct hub){.last_count = 99};
    config.exchange = (izh_exchange){exchange, &hub};
    assert_int_equal(izh_network_create(&net, &config), IZH_OK);
    hub.net = net;
    check_population(izh_population_set_current(izh_network_population(net), 0, 2, &I, 0),
                     izh_network_population(net));
    struct train train = {0};
    check_network(network_run(net, 65536, &train), net);
    check_true(train.n > 1000);
    assert_int_equal(hub.calls, 3);
    assert_int_equal(hub.last_count, 0);
    izh_network_destroy(net);
    train_free(&train);
}

/* One with neuron 0 has the sources in its hash; in a network without neurons the only one. */
static void an_empty_slice_has_no_hash(void **state)
{
    (void)state;
    static struct hub hub;
    for (uint32_t neurons = 0; neurons <= N; neurons += N)
        for (uint64_t first = 0; first <= neurons; first += N) {
            const double hz = 10;
            const izh_population_config population = {.size = sizeof population, .first = first};
            izh_network_config config = IZH_NETWORK_CONFIG_INIT;
            izh_network *net;
            config.population = &population;
            config.neurons = neurons;
            config.sources = 3;
            hub = (struct hub){.calls = 0};
            config.exchange = (izh_exchange){exchange, &hub};
            assert_int_equal(izh_network_create(&net, &config), IZH_OK);
            hub.net = net;
            check_network(izh_network_set_rates(net, 0, 3, &hz, 0), net);
            support_about("neurons %u, first %u", (unsigned)neurons, (unsigned)first);
            check_true((izh_network_hash(net) == 0) == (neurons > 0));
            check_network(izh_network_run(net, 100), net);
            check_true((izh_network_hash(net) == 0) == (neurons > 0));
            izh_network_destroy(net);
        }
}

/* ---- trouble ---- */

/* The run says so; the next calls again with the same spikes, and goes on as if nothing had been.
 */
static void a_failure_is_only_a_delay(void **state)
{
    (void)state;
    static struct hub hub;
    const uint64_t expected = undisturbed(END);
    for (size_t fail_at = 1; fail_at < 45; fail_at += fail_at < 5 ? 1 : 7)
        for (int status = 0; status < 2; status++) {
            struct train train = {0};
            hub = (struct hub){.fail_at = fail_at, .failure = status ? IZH_E_FILE : IZH_STOPPED};
            izh_network *net = make(&hub);
            support_about("call %zu fails with %d", fail_at, (int)hub.failure);
            check_network_status(network_run(net, END, &train), hub.failure, net);
            check_true(status == 0 || *izh_network_message(net));
            const double t = izh_population_time(izh_network_population(net));
            check_true(t == (fail_at < 3 ? 0 : (double)(PERIOD * (fail_at - 2))));
            static izh_sent told[1000];
            const size_t count = hub.last_count;
            memcpy(told, hub.last, sizeof told);
            hub.fail_at = hub.calls + 1; /* fails again */
            check_network_status(network_run(net, END, &train), hub.failure, net);
            if (fail_at >= 3) {
                assert_int_equal(hub.last_count, count);
                check_true(!memcmp(told, hub.last, count * sizeof *told));
            }
            check_true(izh_population_time(izh_network_population(net)) == t);
            check_network(network_run(net, END, &train), net);
            check_true((izh_network_hash(net) ^ train_hash(&train)) == expected);
            izh_network_destroy(net);
            train_free(&train);
        }
}

static void what_is_out_of_range_is_refused(void **state)
{
    (void)state;
    static struct hub hub;
    static const izh_sent odd[][2] = {{{3, 0}, {N, 0}},
                                      {{3, 0}, {UINT32_MAX, 0}},
                                      {{3, 0}, {3, PERIOD}},
                                      {{3, 0}, {3, UINT32_MAX}}};
    const uint64_t expected = undisturbed(END);
    for (size_t k = 0; k <= LENGTH(odd); k++) {
        struct train train = {0};
        hub = (struct hub){.fail_at = 9, .odd_count = 2};
        hub.odd = k < LENGTH(odd) ? odd[k] : NULL;
        izh_network *net = make(&hub);
        support_about("case %zu", k);
        check_network_status(network_run(net, END, &train), IZH_E_INVALID, net);
        check_has(izh_network_message(net), "exchange");
        check_network(network_run(net, END, &train), net);
        check_true((izh_network_hash(net) ^ train_hash(&train)) == expected);
        izh_network_destroy(net);
        train_free(&train);
    }
}

/* In building, slices agree on the period and what they must have in common. */
static void slices_must_fit_together(void **state)
{
    (void)state;
    static struct hub hub;
    static const izh_sent shorter[] = {{2, 300}, {7, 20}}, none[] = {{0, 0}};
    hub = (struct hub){.fail_at = 2, .odd = none, .odd_count = 1};
    izh_network *net = make(&hub);
    check_network_status(izh_network_build(net), IZH_E_INVALID, net);
    check_has(izh_network_message(net), "slices differ");
    check_network(izh_network_build(net), net);
    izh_network_destroy(net);
    for (size_t call = 1; call <= 2; call++) {
        hub = (struct hub){.fail_at = call};
        net = make(&hub);
        check_network_status(izh_network_build(net), IZH_E_INVALID, net);
        check_network(izh_network_run(net, END), net);
        izh_network_destroy(net);
    }
    /* Another's delays are shorter: the period is theirs. */
    hub = (struct hub){.fail_at = 1, .odd = shorter, .odd_count = 2};
    net = make(&hub);
    check_network(izh_network_run(net, 30), net);
    assert_int_equal(hub.calls, 2 + 30 / 3);
    izh_network_destroy(net);
}

/* The others are past what went well: to ask again would meet their next question. */
static void no_exchange_is_called_twice(void **state)
{
    (void)state;
    static struct hub hub;
    hub = (struct hub){.in_flight = SIZE_MAX / 2};
    izh_network *net = make(&hub);
    check_network_status(izh_network_build(net), IZH_E_MEMORY, net);
    assert_int_equal(hub.calls, 0);
    izh_network_destroy(net);
    hub = (struct hub){.fail_at = 2, .failure = IZH_E_FILE};
    net = make(&hub);
    check_network_status(izh_network_build(net), IZH_E_FILE, net);
    check_network(izh_network_build(net), net);
    assert_int_equal(hub.calls, 3);
    assert_int_equal(hub.last_count, 1);
    izh_network_destroy(net);
}

/* But where a synapse has come since. */
static void another_synapse_may_be_another_period(void **state)
{
    (void)state;
    static struct hub hub;
    hub = (struct hub){.fail_at = 2, .failure = IZH_E_FILE};
    izh_network *net = make(&hub);
    check_network_status(izh_network_build(net), IZH_E_FILE, net);
    check_network(izh_network_connect(net, 0, &(izh_synapse){1, 1, 1, 0, 1}, 1), net);
    check_network(izh_network_run(net, 20), net);
    assert_int_equal(hub.calls, 2 + 2 + 20 / 2);
    izh_network_destroy(net);
}

/* What was told stays so until there is room for it. */
static void what_is_heard_waits_for_room(void **state)
{
    (void)state;
    static struct hub hub;
    static izh_sent many[1500];
    for (size_t k = 0; k < LENGTH(many); k++)
        many[k] = (izh_sent){(uint32_t)(k % FIRST), 0};
    hub = (struct hub){.fail_at = 4, .odd = many, .odd_count = LENGTH(many), .in_flight = 1400};
    izh_network *net = make(&hub);
    for (int twice = 0; twice < 2; twice++) {
        check_network_status(izh_network_run(net, END), IZH_E_MEMORY, net);
        check_has(izh_network_message(net), "1500");
        check_true(izh_population_time(izh_network_population(net)) == 2 * PERIOD);
        assert_int_equal(hub.calls, 4);
    }
    izh_network_destroy(net);
}

/* In a build, too, the caller's mode of floating point comes back. */
static void an_exchange_may_be_left(void **state)
{
    (void)state;
    static struct hub hub;
    static jmp_buf leave;
    const uint64_t expected = undisturbed(END);
    for (size_t call = 1; call < 8; call += call < 3 ? 1 : 3) {
        struct train train = {0};
        hub = (struct hub){.fail_at = call, .leave = &leave};
        izh_network *net = make(&hub);
        izh_population *p = izh_network_population(net);
        support_about("call %zu is left", call);
        if (!setjmp(leave)) {
            network_run(net, END, &train);
            fail_msg("it is not left");
        }
        check_network_status(izh_network_run(net, END), IZH_E_BUSY, net);
        check_population(izh_population_abandon(p), p);
        volatile double zero = 0;
        check_true(isnan(zero / zero)); /* no trap */
        train_free(&train);
        train = (struct train){0};
        check_network(network_run(net, END, &train), net);
        if (call < 3) /* later ones had their spikes delivered into what was left */
            check_true((izh_network_hash(net) ^ train_hash(&train)) == expected);
        izh_network_destroy(net);
        train_free(&train);
    }
}

/* ---- saving ---- */

/* Also in the middle of a period, and where an exchange is owed. */
static void spikes_that_nobody_was_told_are_saved(void **state)
{
    (void)state;
    static struct hub hub, other;
    static unsigned char blob[1 << 17];
    const uint64_t expected = undisturbed(END);
    for (int t = 1; t < 60; t += t < 12 ? 1 : 13)
        for (int owed = 0; owed < 1 + (t % PERIOD == 0); owed++) {
            struct train train = {0};
            hub = (struct hub){.failure = IZH_E_FILE};
            hub.fail_at = owed ? 2 + (size_t)t / PERIOD : 0;
            izh_network *net = make(&hub);
            support_about("t %d, owed %d", t, owed);
            const izh_status status = network_run(net, t, &train);
            check_true(status == (owed ? IZH_E_FILE : IZH_OK));
            const size_t size = izh_network_save(net, blob, sizeof blob);
            const uint64_t hash = izh_network_hash(net);
            check_true(size > 0 && size <= sizeof blob);
            other = (struct hub){.calls = 0};
            izh_network *twin = make(&other);
            check_network(izh_network_load(twin, blob, size), twin);
            check_true(izh_network_hash(twin) == hash);
            check_network(network_run(twin, END, &train), twin);
            check_true((izh_network_hash(twin) ^ train_hash(&train)) == expected);
            izh_network_destroy(net);
            izh_network_destroy(twin);
            train_free(&train);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_called_at_the_end_of_each_period),
        cmocka_unit_test(what_is_told_are_the_spikes_of_the_period),
        cmocka_unit_test(anothers_spike_acts_at_its_tick),
        cmocka_unit_test(its_own_spikes_may_be_left_out),
        cmocka_unit_test(spikes_that_act_on_nobody_are_not_told),
        cmocka_unit_test(an_empty_slice_has_no_hash),
        cmocka_unit_test(a_failure_is_only_a_delay),
        cmocka_unit_test(what_is_out_of_range_is_refused),
        cmocka_unit_test(slices_must_fit_together),
        cmocka_unit_test(no_exchange_is_called_twice),
        cmocka_unit_test(another_synapse_may_be_another_period),
        cmocka_unit_test(what_is_heard_waits_for_room),
        cmocka_unit_test(an_exchange_may_be_left),
        cmocka_unit_test(spikes_that_nobody_was_told_are_saved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
