/* Spike-timing-dependent plasticity against a plain program that looks at every synapse at every
 * tick, with the same types and tables: bit for bit the same weights at all ticks, however often
 * they are read; and against sums over all pairs, in integers for nearest pairs, in quadruple
 * precision for all pairs. The targets spike when they are kicked over their peaks. */
#include "quad_math.h"
#include "support_network.h"
#include "util/exp.h"

#define N 300
#define SOURCES 40 /* beside one for each neuron, which kicks it */
#define SYNAPSES 2000
#define TICKS 600
#define RANGE 0x1p-10
#define UNIT (RANGE * 0x1p-31)
#define TABLE 4096

struct synapse {
    izh_synapse is;
    int32_t k;
    float waits;
    int64_t last; /* arrival; -1: none */
    double trace; /* of arrivals, there */
};

/* What is done, and what it does to synapses by the plain program. */
struct lab {
    izh_stdp rule;
    double dt;
    struct synapse *synapses; /* in the order in which a network reads them */
    size_t count;
    uint8_t (*pre)[N + SOURCES]; /* how often each source counts at each tick; the neurons first */
    int64_t last[N];             /* spike of each neuron; -1: none */
    double trace[N];
    double plus[TABLE], minus[TABLE], fade_plus[TABLE], fade_minus[TABLE];
    int ticks;
    uint32_t n; /* neurons */
};

/* ---- the plain program ---- */

static double factor(double tau, double dt)
{
    return izh_exp(-dt / tau);
}

/* From `start` on, and 0 where it is below `least`. */
static void fill(double *table, double start, double q, double least)
{
    double x = start;
    for (int n = 0; n < TABLE; n++, x *= q)
        table[n] = x < least ? 0 : x;
    check_true(table[TABLE - 1] == 0);
}

static void fill_tables(struct lab *lab)
{
    const izh_stdp *r = &lab->rule;
    const double plus = factor(r->tau_plus, lab->dt), minus = factor(r->tau_minus, lab->dt);
    fill(lab->plus, r->a_plus, plus, UNIT / 4);
    fill(lab->minus, r->a_minus, minus, UNIT / 4);
    fill(lab->fade_plus, 1, plus, 0x1p-53);
    fill(lab->fade_minus, 1, minus, 0x1p-53);
}

static double at(const double *table, int64_t lag)
{
    return lag < TABLE ? table[lag] : 0;
}

static int32_t cut(const izh_stdp *rule, double k)
{
    const double least = rint(rule->w_min / UNIT), most = rint(rule->w_max / UNIT);
    return (int32_t)(k < least ? least : k > most ? most : k);
}

static void change(const struct lab *lab, struct synapse *s, double by)
{
    if (lab->rule.every)
        s->waits += (float)by;
    else
        s->k = cut(&lab->rule, s->k + rint(by / UNIT));
}

static void sweep(struct lab *lab)
{
    const izh_stdp *r = &lab->rule;
    for (size_t i = 0; i < lab->count; i++) {
        struct synapse *s = &lab->synapses[i];
        s->k = cut(r, s->k + rint((r->drift + r->gain * (double)s->waits) / UNIT));
        s->waits = (float)r->keep * s->waits;
    }
}

static void posts(struct lab *lab, int tick)
{
    const int all = lab->rule.pairs == IZH_PAIRS_ALL;
    for (size_t i = 0; i < lab->count; i++) {
        struct synapse *s = &lab->synapses[i];
        for (int times = lab->pre[tick][s->is.target]; times > 0 && s->last >= 0; times--)
            change(lab, s, (all ? s->trace : 1) * at(lab->plus, tick - s->last - 1));
    }
    for (int i = 0; i < N; i++)
        for (int times = lab->pre[tick][i]; times > 0; times--) {
            const double left = lab->last[i] < 0 ? 0 : at(lab->fade_minus, tick - lab->last[i]);
            lab->trace[i] = 1 + lab->trace[i] * left;
            lab->last[i] = tick;
        }
}

static void arrivals(struct lab *lab, int tick)
{
    const int all = lab->rule.pairs == IZH_PAIRS_ALL;
    for (size_t i = 0; i < lab->count; i++) {
        struct synapse *s = &lab->synapses[i];
        const int sent = tick - (int)s->is.delay;
        for (int times = sent < 0 ? 0 : lab->pre[sent][s->is.source]; times > 0; times--) {
            const uint32_t j = s->is.target;
            if (lab->last[j] >= 0)
                change(lab, s, -((all ? lab->trace[j] : 1) * at(lab->minus, tick - lab->last[j])));
            s->trace = 1 + s->trace * (s->last < 0 ? 0 : at(lab->fade_plus, tick - s->last));
            s->last = tick;
        }
    }
}

/* All that happens at a tick before the step that starts there. */
static void step(struct lab *lab, int tick)
{
    if (tick > 0 && lab->rule.every && tick % (int)lab->rule.every == 0)
        sweep(lab);
    posts(lab, tick);
    arrivals(lab, tick);
}

/* ---- trains and synapses ---- */

static int compare(const void *a, const void *b)
{
    const izh_synapse *x = &((const struct synapse *)a)->is, *y = &((const struct synapse *)b)->is;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    if (x->delay != y->delay)
        return x->delay < y->delay ? -1 : 1;
    if (x->target != y->target)
        return x->target < y->target ? -1 : 1;
    return (x->weight > y->weight) - (x->weight < y->weight);
}

/* From neurons and sources; some several times between the same two. */
static void draw_synapses(struct lab *lab, struct chance *c, uint32_t delay_least)
{
    const izh_stdp *r = &lab->rule;
    for (size_t i = 0; i < lab->count; i++) {
        struct synapse *s = &lab->synapses[i];
        const int neuron = chance_below(c, 3) == 0;
        s->is.source = neuron ? chance_below(c, N) : N + chance_below(c, SOURCES);
        s->is.target = chance_below(c, chance_below(c, 8) ? N : 5);
        s->is.delay = chance_below(c, 8) ? chance_below(c, 20) : chance_below(c, 100);
        if (neuron)
            s->is.delay += delay_least;
        s->k = cut(r, rint(chance_between(c, r->w_min, r->w_max) / UNIT));
        s->is.weight = s->k * UNIT;
        s->last = -1;
    }
    qsort(lab->synapses, lab->count, sizeof *lab->synapses, compare);
}

/* Spikes of a source: singly, in bursts, twice in a tick where `twice`; long silences. */
static void draw_train(struct lab *lab, struct chance *c, uint32_t source, int twice)
{
    for (int tick = 2 + (int)chance_below(c, 60); tick < lab->ticks;) {
        lab->pre[tick][source] += twice && chance_below(c, 10) == 0 ? 2 : 1;
        const uint32_t how = chance_below(c, 20);
        tick += 1 + (int)(how < 10 ? chance_below(c, 4) : chance_below(c, how < 19 ? 60 : 500));
    }
}

static struct lab lab_new(const izh_stdp *rule, uint64_t seed, uint32_t delay_least)
{
    struct chance c = {seed};
    struct lab lab = {.rule = *rule, .dt = 1, .count = SYNAPSES, .ticks = TICKS, .n = N};
    lab.synapses = calloc(SYNAPSES, sizeof *lab.synapses);
    lab.pre = calloc(TICKS + 1, sizeof *lab.pre);
    for (int i = 0; i < N; i++)
        lab.last[i] = -1;
    fill_tables(&lab);
    draw_synapses(&lab, &c, delay_least);
    for (uint32_t i = 0; i < N + SOURCES; i++)
        draw_train(&lab, &c, i, i >= N);
    return lab;
}

static void lab_free(struct lab *lab)
{
    free(lab->synapses);
    free(lab->pre);
}

/* ---- the network ---- */

/* Neurons that never spike by themselves, and keep their u. */
static void set_neurons(izh_population *p, uint32_t n)
{
    const izh_params params = izh_params_2003(.02, .2, -65, 0);
    const izh_state state = {-65, -13};
    check_population(izh_population_set_params(p, 0, n, &params, 0), p);
    check_population(izh_population_set_state(p, 0, n, &state, 0), p);
}

static void connect(izh_network *net, const struct lab *lab)
{
    izh_group_config config = IZH_GROUP_CONFIG_INIT;
    uint32_t group;
    config.stdp = lab->rule;
    check_network(izh_network_group(net, &config, &group), net);
    for (size_t i = 0; i < lab->count; i++)
        check_network(izh_network_connect(net, group, &lab->synapses[i].is, 1), net);
    const uint32_t kicks = network_group(net, 1);
    for (uint32_t i = 0; i < lab->n; i++) {
        const izh_synapse kick = {lab->n + SOURCES + i, i, 0, 0, 200};
        check_network(izh_network_connect(net, kicks, &kick, 1), net);
    }
}

/* A neuron that is kicked at a tick counts at the next one. */
static void send_all(izh_network *net, const struct lab *lab)
{
    static izh_spike spikes[100000];
    size_t count = 0;
    for (int tick = 0; tick < lab->ticks; tick++)
        for (uint32_t i = 0; i < N + SOURCES; i++)
            for (int times = lab->pre[tick][i]; times > 0; times--)
                spikes[count++] = i < N ? (izh_spike){(tick - 1) * lab->dt, SOURCES + i, 0}
                                        : (izh_spike){tick * lab->dt, i - N, 0};
    check_true(count < LENGTH(spikes));
    check_network(izh_network_send(net, spikes, count), net);
}

static int32_t events = IZH_EVENTS_GRID;

static izh_network *network_of(const struct lab *lab, uint32_t threads)
{
    static const izh_receptor receptors[] = {{IZH_CURRENT, 0, 0, 0, 0, RANGE},
                                             {IZH_JUMP, 0, 0, 0, 0, 0}};
    izh_population_config population = IZH_POPULATION_CONFIG_INIT;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    izh_network *net;
    population.n = lab->n;
    population.method = IZH_PUBLISHED_2003;
    population.events = events;
    population.max_spikes_per_ms = 100;
    population.dt = lab->dt;
    population.threads = threads;
    population.tile = threads > 1 ? 128 : 0;
    config.population = &population;
    config.sources = SOURCES + lab->n;
    config.receptors = receptors;
    config.receptor_count = 2;
    assert_int_equal(izh_network_create(&net, &config), IZH_OK);
    set_neurons(izh_network_population(net), lab->n);
    connect(net, lab);
    send_all(net, lab);
    return net;
}

/* The weights now are those of the plain program before this tick. */
static void check_weights(izh_network *net, const struct lab *lab, int tick)
{
    static double weights[SYNAPSES];
    check_network(izh_network_get_weights(net, 0, 0, lab->count, weights), net);
    for (size_t i = 0; i < lab->count; i++)
        if (weights[i] != lab->synapses[i].k * UNIT) {
            const izh_synapse *s = &lab->synapses[i].is;
            fail_msg("tick %d, synapse %zu, %u -> %u after %u: %.17g units, not %d", tick, i,
                     (unsigned)s->source, (unsigned)s->target, (unsigned)s->delay,
                     weights[i] / UNIT, (int)lab->synapses[i].k);
        }
}

/* ---- rules ---- */

#define A (RANGE / 300)

static const izh_stdp rules[] = {
    {A, 1.2 * A, 20, 20, 0, RANGE / 4, 0, 0, 0, 0, IZH_PAIRS_NEAREST},
    {A, .7 * A, 15, 33, 0, RANGE / 4, 0, 0, 0, 0, IZH_PAIRS_ALL},
    {3 * A, 2 * A, 5, 60, -RANGE / 3, 0, 0, 0, 0, 0, IZH_PAIRS_ALL},
    {0, A, 0, 12, RANGE / 8, RANGE / 7, 0, 0, 0, 0, IZH_PAIRS_NEAREST},
    {A, 0, 12, 0, -RANGE / 7, -RANGE / 8, 0, 0, 0, 0, IZH_PAIRS_ALL},
    {16 * UNIT, 16 * UNIT, 50, 50, 0, RANGE / 2, 0, 0, 0, 0, IZH_PAIRS_ALL},
    {A, 1.2 * A, 20, 20, 0, RANGE / 4, A / 10, .9, 1, 100, IZH_PAIRS_NEAREST},
    {A, 1.2 * A, 20, 25, 0, RANGE / 4, 0, .99, .1, 10, IZH_PAIRS_ALL},
    {A, A, 20, 20, -RANGE / 4, 0, -A / 7, 0, -2, 1, IZH_PAIRS_ALL},
    {A, 2 * A, 30, 20, 0, RANGE / 4, 0, 1, 1, 7, IZH_PAIRS_NEAREST},
};

/* Read at every tick, or seldom; set to what they are now and then; or some are set to others. */
enum reading {
    ALWAYS,
    SELDOM,
    NEVER,
    SET,
    READINGS,
    CHANGED = READINGS
};

/* Some weights, and the gain. */
static void change_some(izh_network *net, struct lab *lab, struct chance *c)
{
    double weights[50];
    const izh_stdp *r = &lab->rule;
    const size_t first = chance_below(c, SYNAPSES - LENGTH(weights));
    for (size_t i = 0; i < LENGTH(weights); i++) {
        struct synapse *s = &lab->synapses[first + i];
        s->k = cut(r, rint(chance_between(c, r->w_min, r->w_max) / UNIT));
        weights[i] = s->k * UNIT;
    }
    check_network(izh_network_set_weights(net, 0, first, LENGTH(weights), weights), net);
    if (!r->every)
        return;
    lab->rule.gain = chance_between(c, -1, 1);
    check_network(izh_network_set_gain(net, 0, lab->rule.gain), net);
}

static uint64_t run_lab(const izh_stdp *rule, uint32_t delay_least, enum reading reading,
                        uint32_t threads)
{
    static double weights[SYNAPSES];
    struct lab lab = lab_new(rule, 5 + delay_least, delay_least);
    izh_network *net = network_of(&lab, threads);
    struct train train = {0};
    struct chance chance = {3};
    for (int tick = 0; tick <= TICKS; tick++) {
        const int reads = reading == ALWAYS || (reading == SELDOM && tick % 97 == 0);
        if (reading != NEVER || tick == TICKS)
            check_network(network_run(net, tick * lab.dt, &train), net);
        if (reads || tick == TICKS)
            check_weights(net, &lab, tick);
        if (reading == SET && tick % 31 == 0) {
            check_network(izh_network_get_weights(net, 0, 0, lab.count, weights), net);
            check_network(izh_network_set_weights(net, 0, 0, lab.count / 2, weights), net);
        }
        if (reading == CHANGED && tick % 10 == 0)
            change_some(net, &lab, &chance);
        if (tick < TICKS)
            step(&lab, tick);
    }
    size_t kicks = 0;
    for (int tick = 0; tick <= TICKS; tick++)
        for (int i = 0; i < N; i++)
            kicks += lab.pre[tick][i];
    assert_int_equal(train.n, kicks);
    train_free(&train);
    lab_free(&lab);
    const uint64_t hash = izh_network_hash(net);
    izh_network_destroy(net);
    return hash;
}

static void it_is_the_plain_program(void **state)
{
    (void)state;
    for (size_t r = 0; r < LENGTH(rules); r++)
        for (uint32_t least = 0; least < 14; least += 13) {
            uint64_t hash = 0;
            if (support_few() && (least > 0) != r % 2)
                continue;
            for (enum reading reading = support_few() ? SELDOM : ALWAYS; reading < READINGS;
                 reading++)
                for (uint32_t threads = 1; threads < 4; threads += 2) {
                    if (threads > 1 && (reading != SELDOM || least || r % 3))
                        continue;
                    support_about("rule %zu, delays from %u, reading %d, threads %u", r,
                                  (unsigned)least, (int)reading, (unsigned)threads);
                    const uint64_t got = run_lab(&rules[r], least, reading, threads);
                    check_true(!hash || got == hash);
                    hash = got;
                }
        }
}

static void what_the_host_sets_is_kept(void **state)
{
    (void)state;
    for (size_t r = 0; r < LENGTH(rules); r++) {
        support_about("rule %zu", r);
        run_lab(&rules[r], 3, CHANGED, 1);
    }
}

/* ---- several spikes in a tick ---- */

/* Neurons spike as they like, by exact events; the plain program hears of it afterwards. */
static void several_spikes_in_a_tick(void **state)
{
    (void)state;
    for (size_t r = 0; r < LENGTH(rules); r += support_few() ? 3 : 1) {
        struct lab lab = lab_new(&rules[r], 8, 0);
        struct train train = {0};
        size_t several = 0;
        double I[N];
        for (int tick = 0; tick <= TICKS; tick++)
            memset(lab.pre[tick], 0, N);
        events = IZH_EVENTS_EXACT;
        izh_network *net = network_of(&lab, 1);
        events = IZH_EVENTS_GRID;
        for (int i = 0; i < N; i++)
            I[i] = i % 3 ? 10 * (i % 60) : 0;
        izh_population *p = izh_network_population(net);
        check_population(izh_population_set_current(p, 0, N, I, 1), p);
        check_network(network_run(net, TICKS, &train), net);
        for (size_t k = 0; k < train.n; k++)
            several += lab.pre[(int)ceil(train.spikes[k].t)][train.spikes[k].i]++ > 0;
        check_true(several > 1000);
        for (int tick = 0; tick < TICKS; tick++)
            step(&lab, tick);
        support_about("rule %zu", r);
        check_weights(net, &lab, TICKS);
        izh_network_destroy(net);
        train_free(&train);
        lab_free(&lab);
    }
}

/* ---- all pairs ---- */

/* What a synapse hears, in order. */
struct trains {
    int64_t arrivals[TICKS], posts[TICKS];
    int arrival_count, post_count;
};

/* x / 2^-exponent as an integer, ties to even, from the parts of the double. */
static int64_t whole(double x, int exponent)
{
    int e;
    const int64_t m = (int64_t)ldexp(frexp(x, &e), 53);
    const int down = 53 - e - exponent;
    if (down <= 0)
        return m << -down;
    if (down > 60)
        return 0;
    const int64_t floor = m >> down, rest = m - (floor << down), half = (int64_t)1 << (down - 1);
    return floor + (rest > half || (rest == half && floor % 2));
}

/* What a pair changes, by its distance, in units. */
static quad exact_plus[TICKS], exact_minus[TICKS];

static void fill_exact(quad *table, double a, double tau, double dt)
{
    for (int lag = 0; lag < TICKS; lag++)
        table[lag] = a > 0 ? (quad)a / UNIT * quad_exp(-(quad)lag * dt / tau) : 0;
}

/* What a spike of the target adds, with the nearest arrival or all before. */
static quad plus_of(const struct lab *lab, const struct trains *t, int64_t p)
{
    quad sum = 0;
    for (int i = t->arrival_count; i-- > 0;) {
        const int64_t lag = p - t->arrivals[i] - 1;
        if (lag < 0)
            continue;
        if (lab->rule.pairs == IZH_PAIRS_NEAREST)
            return whole(at(lab->plus, lag), 41);
        sum += lag < TICKS ? exact_plus[lag] : 0;
    }
    return sum;
}

/* What an arrival takes off, with the nearest spike of the target or all that were. */
static quad minus_of(const struct lab *lab, const struct trains *t, int64_t a)
{
    quad sum = 0;
    for (int i = t->post_count; i-- > 0;) {
        const int64_t lag = a - t->posts[i];
        if (lag < 0)
            continue;
        if (lab->rule.pairs == IZH_PAIRS_NEAREST)
            return whole(at(lab->minus, lag), 41);
        sum += lag < TICKS ? exact_minus[lag] : 0;
    }
    return sum;
}

/* The weight in the end, event by event. */
static double weigh(const struct lab *lab, const struct trains *t, double k)
{
    for (int p = 0, a = 0; p < t->post_count || a < t->arrival_count;) {
        const int post =
            a == t->arrival_count || (p < t->post_count && t->posts[p] <= t->arrivals[a]);
        const quad by = post ? plus_of(lab, t, t->posts[p]) : -minus_of(lab, t, t->arrivals[a]);
        k = cut(&lab->rule, (double)((quad)k + (quad)rint((double)by)));
        p += post;
        a += !post;
    }
    return k;
}

static void hear(const struct lab *lab, const struct synapse *s, struct trains *t)
{
    *t = (struct trains){.post_count = 0};
    for (int tick = 0; tick < lab->ticks; tick++) {
        const int sent = tick - (int)s->is.delay;
        for (int n = lab->pre[tick][s->is.target]; n > 0; n--)
            t->posts[t->post_count++] = tick;
        for (int n = sent < 0 ? 0 : lab->pre[sent][s->is.source]; n > 0; n--)
            t->arrivals[t->arrival_count++] = tick;
    }
}

/* Nearest pairs exactly; all pairs within a unit an event. */
static void it_is_the_sum_over_pairs(void **state)
{
    (void)state;
    static double weights[SYNAPSES];
    for (size_t r = 0; r < LENGTH(rules) && !rules[r].every; r++) {
        struct lab lab = lab_new(&rules[r], 77 + r, 0);
        fill_exact(exact_plus, rules[r].a_plus, rules[r].tau_plus, lab.dt);
        fill_exact(exact_minus, rules[r].a_minus, rules[r].tau_minus, lab.dt);
        izh_network *net = network_of(&lab, 1);
        check_network(izh_network_run(net, TICKS), net);
        check_network(izh_network_get_weights(net, 0, 0, lab.count, weights), net);
        size_t moved = 0;
        for (size_t i = 0; i < lab.count; i += 7) {
            struct trains t;
            hear(&lab, &lab.synapses[i], &t);
            const double expected = weigh(&lab, &t, lab.synapses[i].k);
            const double off = fabs(weights[i] / UNIT - expected);
            support_about("rule %zu, synapse %zu: %g, not %g", r, i, weights[i] / UNIT, expected);
            check_true(off <=
                       (rules[r].pairs == IZH_PAIRS_ALL ? t.post_count + t.arrival_count : 0));
            moved += expected != lab.synapses[i].k;
        }
        check_true(moved > lab.count / 7 / 2);
        izh_network_destroy(net);
        lab_free(&lab);
    }
}

/* ---- one pair ---- */

#define WINDOW 60
#define START 150

/* One spike of a source to many neurons, each of which spikes once, at another time. */
static void one_pair_gives_the_window(void **state)
{
    (void)state;
    static const uint32_t delays[] = {0, 1, 7};
    for (size_t how = 0; how < 2 * LENGTH(delays); how++) {
        izh_stdp rule = rules[0];
        rule.pairs = how % 2;
        struct lab lab = lab_new(&rule, 1, 0);
        const uint32_t delay = delays[how / 2];
        memset(lab.pre, 0, (TICKS + 1) * sizeof *lab.pre);
        lab.count = 2 * WINDOW + 1;
        lab.pre[START][N] = 1;
        for (uint32_t i = 0; i < lab.count; i++) {
            lab.synapses[i] = (struct synapse){{N, i, delay, 0, rule.w_max / 2}, 0, 0, -1, 0};
            lab.pre[START + (int)delay + (int)i - WINDOW][i] = 1;
        }
        izh_network *net = network_of(&lab, 1);
        double weights[2 * WINDOW + 1];
        check_network(izh_network_run(net, TICKS), net);
        check_network(izh_network_get_weights(net, 0, 0, lab.count, weights), net);
        for (int i = 0; i < 2 * WINDOW + 1; i++) {
            const int p = i - WINDOW; /* from the arrival on */
            const double got = (weights[i] - rule.w_max / 2) / UNIT;
            const quad exact = p > 0 ? rule.a_plus * quad_exp(-(quad)(p - 1) / rule.tau_plus)
                                     : -rule.a_minus * quad_exp((quad)p / rule.tau_minus);
            const int64_t tabled = p > 0 ? whole(lab.plus[p - 1], 41) : -whole(lab.minus[-p], 41);
            support_about("delay %u, pairs %d, %d ticks: %g", (unsigned)delay, (int)rule.pairs, p,
                          got);
            check_true(got == (double)tabled);
            check_true(fabs((double)(got - exact / UNIT)) <= .5 + 1e-5);
        }
        izh_network_destroy(net);
        lab_free(&lab);
    }
}

/* ---- long silences ---- */

/* Ticks are kept by their lower bits. */
static void silence_may_be_long(void **state)
{
    (void)state;
    const int64_t far = (int64_t)1 << (support_long() ? 23 : 18),
                  pre[] = {5, 9, far - 3, far + 2, far + 100},
                  post[] = {3, 7, 8, far - 5, far - 1, far, far + 1, far + 101};
    for (int pairs = 0; pairs < 2; pairs++) {
        izh_stdp rule = rules[0];
        rule.pairs = pairs;
        struct lab lab = lab_new(&rule, 1, 0);
        struct trains t = {.post_count = 0};
        double weight;
        fill_exact(exact_plus, rule.a_plus, rule.tau_plus, lab.dt);
        fill_exact(exact_minus, rule.a_minus, rule.tau_minus, lab.dt);
        lab.count = 1;
        lab.ticks = 0;
        lab.n = 1;
        lab.synapses[0] = (struct synapse){{1, 0, 2, 0, rule.w_max / 2}, 0, 0, -1, 0};
        izh_network *net = network_of(&lab, 1);
        for (size_t k = 0; k < LENGTH(pre); k++) {
            const izh_spike spike = {(double)pre[k], 0, 0};
            check_network(izh_network_send(net, &spike, 1), net);
            t.arrivals[t.arrival_count++] = pre[k] + 2;
        }
        for (size_t k = 0; k < LENGTH(post); k++) {
            const izh_spike spike = {(double)post[k] - 1, SOURCES, 0};
            check_network(izh_network_send(net, &spike, 1), net);
            t.posts[t.post_count++] = post[k];
        }
        check_network(izh_network_run(net, (double)far + 200), net);
        check_network(izh_network_get_weights(net, 0, 0, 1, &weight), net);
        const double expected = weigh(&lab, &t, rule.w_max / 2 / UNIT);
        support_about("pairs %d: %g, not %g", pairs, weight / UNIT, expected);
        check_true(fabs(weight / UNIT - expected) <= (pairs ? 0 : LENGTH(pre) + LENGTH(post)));
        izh_network_destroy(net);
        lab_free(&lab);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_plain_program),   cmocka_unit_test(what_the_host_sets_is_kept),
        cmocka_unit_test(several_spikes_in_a_tick),  cmocka_unit_test(it_is_the_sum_over_pairs),
        cmocka_unit_test(one_pair_gives_the_window), cmocka_unit_test(silence_may_be_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
