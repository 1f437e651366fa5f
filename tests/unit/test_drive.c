/* Jumps, currents and conductances that come to the cells of a population from outside: each neuron
 * does what its solver does under the same, and what comes out does not depend on how it was run.
 */
#include "support_population.h"

#include <stdbool.h>

#include "cells/isa.h"
#include "population/population.h"

#define N 210

/* ---- what comes ---- */

struct outside {
    const izh_population *population;
    bool sees;
    bool wild;           /* some jumps lead beyond the limit of stability, one into trouble */
    double jump;         /* 0: mixed ones; else all neurons jump by this, at each tick */
    uint64_t quiet_from; /* a tick; 0: never */
};

/* A number below 2^20 for a tick, neuron and use (SplitMix64's finalizer). */
static uint64_t draw(uint64_t tick, size_t i, uint64_t use)
{
    uint64_t x = tick * UINT64_C(0x9e3779b97f4a7c15) + 1000003 * i + (use << 56);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (x ^ x >> 31) >> 44;
}

static bool quiet(const struct outside *o, uint64_t tick)
{
    return o->quiet_from && tick >= o->quiet_from;
}

/* mV. Most neurons do not jump; one in some hundred leaps over any peak. */
static double jump_of(const struct outside *o, uint64_t tick, size_t i)
{
    static const double jumps[] = {1.7, -2.9, .3, 12, -9, 1e-3, -0., 140};
    if (quiet(o, tick))
        return 0;
    if (o->jump != 0)
        return o->jump;
    const uint64_t x = draw(tick, i, 1);
    if (o->wild && i == 5)
        return tick == 70 ? 200 : 0;
    if (o->wild && x % (i < 16 ? 32 : 512) == 9) /* often beside it */
        return -300;
    return x % 32 < LENGTH(jumps) && x / 32 % 4 == 0 ? jumps[x % 32] : 0;
}

/* nS; in some ticks nobody conducts. */
static double conductance_of(const struct outside *o, uint64_t tick, size_t i)
{
    const uint64_t x = draw(tick / 3, i, 2);
    return quiet(o, tick) || tick / 3 % 4 == 2 || x % 3 == 0 ? 0 : (double)(x % 101) / 64;
}

/* pA; the same for a few ticks. */
static double current_of(const struct outside *o, uint64_t tick, size_t i, double v, double u)
{
    const double I = quiet(o, tick) ? 0 : (double)(draw(tick / 2, i, 3) % 57) / 4;
    return o->sees ? I - .05 * v + .01 * u : I;
}

static void give_jumps(void *user, uint32_t worker, uint64_t tick, size_t at, size_t count,
                       double *dv)
{
    const struct outside *o = user;
    const struct izh_cells *c = &o->population->cells;
    check_true(count > 0 && at + count <= c->shape.n && worker < c->work.count);
    for (size_t k = 0; k < count; k++) {
        check_true(dv[k] == 0);
        dv[k] = jump_of(o, tick, at + k);
    }
}

static void give_input(void *user, uint32_t worker, uint64_t tick, size_t at, size_t count,
                       struct izh_kernel_input *input)
{
    const struct outside *o = user;
    const struct izh_cells *c = &o->population->cells;
    check_true(count > 0 && at + count <= c->shape.n && worker < c->work.count);
    for (size_t k = 0; k < count; k++) {
        const double v = o->sees ? izh_real_get(&c->shape, input->v, k) : 0;
        const double u = o->sees ? izh_real_get(&c->shape, input->u, k) : 0;
        check_true(input->G[k] == 0);
        input->I[k] += current_of(o, tick, at + k, v, u);
        input->G[k] += conductance_of(o, tick, at + k);
    }
}

static void set_drive(izh_population *p, struct outside *o)
{
    const struct izh_drive drive = {give_jumps, give_input, true, o->sees, o};
    o->population = p;
    izh_cells_set_drive(&p->cells, &drive);
}

/* ---- runs ---- */

static void append(struct train *train, izh_spikes spikes)
{
    train->capacity = train->n + spikes.count;
    train->spikes = realloc(train->spikes, (train->capacity + 1) * sizeof *train->spikes);
    if (spikes.count)
        memcpy(train->spikes + train->n, spikes.data, spikes.count * sizeof *spikes.data);
    train->n += spikes.count;
}

static void check_order(const struct train *train)
{
    for (size_t k = 0; k < train->n; k++)
        check_true(train->spikes[k].reserved == 0 &&
                   (k == 0 || train->spikes[k - 1].t <= train->spikes[k].t));
}

/* How often, at one time, the order of neurons begins anew. */
static size_t most_falls(const struct train *train)
{
    size_t most = 0, falls = 0;
    for (size_t k = 1; k < train->n; k++) {
        const izh_spike x = train->spikes[k - 1], y = train->spikes[k];
        falls = x.t == y.t ? falls + (x.i > y.i) : 0;
        most = falls > most ? falls : most;
    }
    return most;
}

static izh_status run_to(izh_population *p, double t, struct train *train)
{
    izh_status status;
    do {
        status = izh_population_run(p, t);
        append(train, izh_population_spikes(p));
    } while (status == IZH_PAUSED);
    return status;
}

/* ---- how it was run does not matter ---- */

struct result {
    uint64_t hash, spikes, troubles;
    size_t count;
    izh_population_statistics statistics;
};

/* A neuron whose reset, from this state, lies beyond its peak. */
static void make_troubled(izh_population *p, uint32_t i)
{
    const izh_state rest = {-65, -13};
    izh_params params = izh_params_2003(.02, .2, -65, 8);
    params.c_u = -100;
    check_population(izh_population_set_params(p, i, 1, &params, 1), p);
    check_population(izh_population_set_state(p, i, 1, &rest, 1), p);
}

static struct result run(const izh_population_config *config, int special, struct outside o,
                         int ticks, int split)
{
    struct train train = {0};
    izh_population *p = population_create(config, special);
    if (o.wild)
        make_troubled(p, 5);
    set_drive(p, &o);
    for (int k = 0; k < ticks;) {
        k = split && k + split < ticks ? k + split : ticks;
        run_to(p, k * izh_population_dt(p), &train);
    }
    struct result result = {izh_population_hash(p),
                            train_hash(&train),
                            izh_population_troubles(p).total,
                            train.n,
                            {sizeof(izh_population_statistics), 0, 0, 0, 0}};
    izh_population_get_statistics(p, &result.statistics);
    check_order(&train);
    check_true(most_falls(&train) <= 1);
    izh_population_destroy(p);
    train_free(&train);
    return result;
}

static void compare(struct result x, struct result y)
{
    check_true(x.count == y.count);
    check_true(x.spikes == y.spikes);
    check_true(x.hash == y.hash);
    check_true(x.troubles == y.troubles);
    check_true(x.statistics.unstable_steps == y.statistics.unstable_steps);
    check_true(x.statistics.unstable_i == y.statistics.unstable_i);
    if (x.statistics.unstable_steps)
        check_same(x.statistics.unstable_t, y.statistics.unstable_t);
}

static void compare_runs(izh_population_config config, int special, struct outside o, int ticks)
{
    config.n = N;
    config.isa = IZH_ISA_SCALAR;
    const struct result expected = run(&config, special, o, ticks, 0);
    check_true(expected.count > 50);
    for (config.isa = IZH_ISA_SCALAR + 1; config.isa <= IZH_ISA_NEON; config.isa++)
        if (izh_isa_supported(config.isa))
            compare(run(&config, special, o, ticks, 0), expected);
    config.isa = IZH_ISA_BEST;
    config.block = 1;
    compare(run(&config, special, o, ticks, 0), expected);
    config.block = 7;
    config.tile = 1;
    config.threads = 3;
    compare(run(&config, special, o, ticks, 13), expected);
    config.block = 0;
    config.spike_capacity = 3;
    compare(run(&config, special, o, ticks, 1), expected);
}

static void runs_do_not_matter(void **state)
{
    izh_population_config config;
    (void)state;
    for (int k = 0; population_next(&k, &config);)
        for (int special = 0; special < 2; special++) {
            config.dt = .2;
            config.noise_sigma = special ? 3 : 0;
            config.seed = 5;
            compare_runs(config, special, (struct outside){.sees = special}, 150);
        }
}

/* A block in which a neuron is lost, or steps are beyond the limit of stability, is looked at more
 * closely, and more than once. */
static void what_is_lost_or_beyond_the_limit_is_the_same(void **state)
{
    izh_population_config config;
    (void)state;
    for (int k = 0; population_next(&k, &config);) {
        const struct outside o = {.wild = true};
        config.dt = .2;
        compare_runs(config, 0, o, 150);
        config.n = N;
        const struct result result = run(&config, 0, o, 150, 0);
        check_true(result.troubles >= 1);
        check_true((result.statistics.unstable_steps > 10) ==
                   (izh_method_ops(config.method)->stable > 0));
    }
}

/* Blocks of exact events whose spikes do not fit are taken back: all neurons spike at each tick. */
static void blocks_are_taken_back(void **state)
{
    (void)state;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.dt = .1;
    for (int precision = 0; precision < 2; precision++) {
        config.precision = precision;
        config.n = 4 * N;
        config.block = 300;
        const struct outside o = {.jump = 250};
        const struct result whole = run(&config, 0, o, 300, 0);
        check_true(whole.count > 65536 + 4 * 4 * N); /* more than there is room for at once */
        config.block = 1;
        compare(run(&config, 0, o, 300, 0), whole);
    }
}

/* ---- neurons are solvers ---- */

/* cm = 1, where the quotients by it are what a solver has; of all forms. */
static izh_params params_of(uint32_t i, int special)
{
    izh_params p = population_params(i - i % 7 + i % 3, 0);
    if (special && i % 5 == 0) {
        p.vb = -61;
        p.b_hi = .25;
        p.b_lo = .1;
    }
    if (special && i % 5 == 1) {
        p.vpeak_u = .1;
        p.c_u = -.2;
        p.u_max = 3;
    }
    p.cm = 1;
    return p;
}

/* Some are at their peak, or beyond, at the start. */
static izh_state initial_of(uint32_t i)
{
    izh_state y = population_initial(i);
    if (i % 11 == 4)
        y.v = i % 2 ? 35 : 30;
    return y;
}

static izh_population *create_driven(const izh_population_config *config, int special,
                                     struct outside *o)
{
    izh_population *p = population_create(config, special);
    for (uint32_t i = 0; i < config->n; i++) {
        const izh_params params = params_of(i, special);
        const izh_state y = initial_of(i);
        const double I = population_current(i) / 20;
        check_population(izh_population_set_params(p, i, 1, &params, 1), p);
        check_population(izh_population_set_state(p, i, 1, &y, 1), p);
        check_population(izh_population_set_current(p, i, 1, &I, 1), p);
    }
    set_drive(p, o);
    return p;
}

static int32_t keep(const izh_spike_event *e, izh_state *after, void *user)
{
    struct train *train = user;
    izh_spike spike = {e->t, 0, 0};
    (void)after;
    append(train, (izh_spikes){&spike, 1});
    return IZH_CONTINUE;
}

/* Gives the solver what the neuron gets at a tick; where nothing changes, nothing is said. */
static void give_solver(izh_solver *s, const struct outside *o, uint64_t tick, uint32_t i)
{
    const double dv = jump_of(o, tick, i), t = izh_solver_time(s);
    check_ok(izh_solver_run(s, t), s); /* what is due */
    if (dv != 0)
        check_ok(izh_solver_kick(s, dv, 0), s);
    check_ok(izh_solver_run(s, t), s);
    const izh_state y = {izh_solver_state(s).v, izh_solver_state(s).u};
    const double own = population_current(i) / 20, G = conductance_of(o, tick, i);
    const double I = own + current_of(o, tick, i, y.v, y.u);
    const bool conducted = tick && conductance_of(o, tick - 1, i) != 0;
    const izh_input input = {t, I, 0, G, 0};
    if (G != 0 || conducted)
        check_ok(izh_solver_set_inputs(s, &input, 1), s);
    else
        check_ok(izh_solver_set_current(s, I), s);
}

static void compare_with_solver(const izh_population_config *pc, const izh_population *p,
                                const struct outside *o, uint32_t i, int special, int ticks,
                                const struct train *train)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    struct train own = {0};
    izh_state mine;
    const double dt = izh_population_dt(p);
    config.method = pc->method;
    config.events = pc->events;
    config.dt = izh_method_ops(pc->method)->one_by_one ? 0 : dt;
    config.params = params_of(i, special);
    config.initial = initial_of(i);
    izh_solver *s = support_create(&config);
    izh_solver_on_spike(s, keep, &own);
    for (int k = 0; k < ticks; k++) {
        give_solver(s, o, (uint64_t)k, i);
        check_ok(izh_solver_run(s, (k + 1) * dt), s);
    }
    size_t next = 0;
    for (size_t k = 0; k < train->n; k++)
        if (train->spikes[k].i == i) {
            check_true(next < own.n);
            check_same(train->spikes[k].t, own.spikes[next++].t);
        }
    check_true(next == own.n);
    check_population(izh_population_get_state(p, i, 1, &mine), p);
    check_same(mine.v, izh_solver_state(s).v);
    check_same(mine.u, izh_solver_state(s).u);
    izh_solver_destroy(s);
    train_free(&own);
}

static void each_neuron_is_its_solver_to_the_bit(void **state)
{
    izh_population_config config;
    (void)state;
    for (int k = 0; population_next(&k, &config);)
        for (int special = 0; special < 2 && config.precision == IZH_F64; special++) {
            struct outside o = {.sees = special};
            struct train train = {0};
            config.n = 77;
            config.dt = .125;
            izh_population *p = create_driven(&config, special, &o);
            check_population(run_to(p, 200 * config.dt, &train), p);
            check_true(train.n > 77);
            for (uint32_t i = 0; i < config.n; i++)
                compare_with_solver(&config, p, &o, i, special, 200, &train);
            izh_population_destroy(p);
            train_free(&train);
        }
}

/* ---- a plain loop ---- */

struct plain {
    double k2, k1, k0, w, a, b, vb, vpeak, c, d;
    double v, u;
};

/* v', each operation as the listings have it. */
static double speed(const struct plain *n, double v, double u, double G, double I)
{
    const double k1 = n->k1 - n->w * G;
    return n->k2 * v * v + k1 * v + n->k0 - n->w * u + n->w * I;
}

static double recovery(const struct plain *n, double v, double u)
{
    return n->a * (n->b * (v - n->vb) - u);
}

static void step_midpoint(struct plain *n, double h, double G, double I)
{
    const double half = .5 * h;
    const double v2 = n->v + half * speed(n, n->v, n->u, G, I);
    const double u2 = n->u + half * recovery(n, n->v, n->u);
    const double v = n->v + h * speed(n, v2, u2, G, I);
    n->u = n->u + h * recovery(n, v2, u2);
    n->v = v;
}

static void step_2003(struct plain *n, double h, double G, double I)
{
    const double half = .5 * h;
    n->v = n->v + half * speed(n, n->v, n->u, G, I);
    n->v = n->v + half * speed(n, n->v, n->u, G, I);
    n->u = n->u + h * n->a * (n->b * (n->v - n->vb) - n->u);
}

/* Spikes and resets where v is at the peak. */
static void test_peak(struct plain *n, double t, uint32_t i, struct train *train)
{
    const izh_spike spike = {t, i, 0};
    if (n->v < n->vpeak)
        return;
    append(train, (izh_spikes){&spike, 1});
    n->v = n->c;
    n->u = n->u + n->d;
}

static struct plain plain_of(uint32_t i)
{
    const izh_params p = population_params(i, 0);
    const izh_state y = population_initial(i);
    return (struct plain){p.k2 / p.cm, p.k1 / p.cm, p.k0 / p.cm, 1 / p.cm, p.a, p.b_lo,
                          p.vb,        p.vpeak,     p.c,         p.d,      y.v, y.u};
}

/* All neurons tick by tick: the spikes are in order by themselves. */
static void compare_with_loop(izh_method method,
                              void (*step)(struct plain *, double, double, double))
{
    const double dt = .25;
    const int ticks = 400;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    struct outside o = {.sees = true};
    struct train theirs = {0}, own = {0};
    struct plain plain[N];
    config.n = N;
    config.method = method;
    config.events = IZH_EVENTS_GRID;
    config.dt = dt;
    izh_population *p = population_create(&config, 0);
    set_drive(p, &o);
    check_population(run_to(p, ticks * dt, &theirs), p);
    for (uint32_t i = 0; i < N; i++)
        plain[i] = plain_of(i);
    for (uint64_t k = 0; k < (uint64_t)ticks; k++) {
        for (uint32_t i = 0; i < N; i++)
            if (jump_of(&o, k, i) != 0) {
                plain[i].v += jump_of(&o, k, i);
                test_peak(&plain[i], (double)k * dt, i, &own);
            }
        for (uint32_t i = 0; i < N; i++) {
            const double I = population_current(i) + current_of(&o, k, i, plain[i].v, plain[i].u);
            step(&plain[i], dt, conductance_of(&o, k, i), I);
            test_peak(&plain[i], (double)(k + 1) * dt, i, &own);
        }
    }
    check_true(own.n > 1000 && own.n == theirs.n);
    check_true(memcmp(own.spikes, theirs.spikes, own.n * sizeof *own.spikes) == 0);
    for (uint32_t i = 0; i < N; i++) {
        izh_state y;
        izh_population_get_state(p, i, 1, &y);
        check_same_state(y, ((izh_state){plain[i].v, plain[i].u}));
    }
    izh_population_destroy(p);
    train_free(&theirs);
    train_free(&own);
}

static void a_plain_loop_gives_the_same_bits(void **state)
{
    (void)state;
    support_about("midpoint");
    compare_with_loop(IZH_MIDPOINT, step_midpoint);
    support_about("published-2003");
    compare_with_loop(IZH_PUBLISHED_2003, step_2003);
}

/* ---- trouble ---- */

/* Neuron 5 is thrown over its peak at tick 3, and its reset lies beyond it. */
static void throw_one(void *user, uint32_t worker, uint64_t tick, size_t at, size_t count,
                      double *dv)
{
    (void)user;
    (void)worker;
    for (size_t k = 0; k < count; k++)
        dv[k] = tick == 3 && at + k == 5 ? 200 : tick > 3 ? 1 : 0;
}

/* It is lost at the tick, from its state before the jump, silent, and stays there. */
static void a_reset_beyond_the_peak_is_trouble(void **state)
{
    izh_population_config config;
    (void)state;
    for (int k = 0; population_next(&k, &config);) {
        struct train train = {0};
        izh_state before, after;
        config.n = 150;
        config.dt = .25;
        izh_population *p = population_create(&config, 0);
        make_troubled(p, 5);
        const struct izh_drive drive = {.jump = throw_one};
        izh_cells_set_drive(&p->cells, &drive);
        check_population(run_to(p, .75, &train), p);
        check_population(izh_population_get_state(p, 5, 1, &before), p);
        check_population_status(run_to(p, 10, &train), IZH_E_RESET, p);
        check_population(izh_population_get_state(p, 5, 1, &after), p);
        check_same_state(before, after);
        const izh_troubles troubles = izh_population_troubles(p);
        check_true(troubles.total == 1 && troubles.data[0].i == 5 && troubles.data[0].t == .75);
        for (size_t s = 0; s < train.n; s++)
            check_true(train.spikes[s].i != 5);
        izh_population_destroy(p);
        train_free(&train);
    }
}

/* ---- what else a population does ---- */

/* A sample at a tick is the state before its jumps. */
static void samples_are_those_before_the_jumps(void **state)
{
    izh_population_config config;
    (void)state;
    for (int k = 0; population_next(&k, &config);) {
        static izh_state samples[2][40][3];
        struct outside o = {.sees = true};
        const uint32_t neurons[] = {0, 149, 66};
        config.n = 150;
        config.dt = .5;
        for (int single = 0; single < 2; single++) {
            struct train train = {0};
            izh_population *p = population_create(&config, 0);
            set_drive(p, &o);
            const size_t room = sizeof samples[0] / sizeof samples[0][0][0];
            if (!single)
                check_population(
                    izh_population_record(p, neurons, 3, 1, &samples[0][0][0], room / 3), p);
            for (int tick = 0; single && tick <= 40; tick++) {
                run_to(p, tick * .5, &train);
                for (int j = 0; tick && j < 3; j++)
                    izh_population_get_state(p, neurons[j], 1, &samples[1][tick - 1][j]);
            }
            run_to(p, 20, &train);
            izh_population_destroy(p);
            train_free(&train);
        }
        for (int tick = 0; tick < 39; tick++)
            for (int j = 0; j < 3; j++)
                check_same_state(samples[0][tick][j], samples[1][tick][j]);
    }
}

/* A blob holds spikes that wait in their order, jumps' after steps'. */
static void what_waits_is_saved(void **state)
{
    izh_population_config config;
    (void)state;
    for (int k = 0; population_next(&k, &config);) {
        struct outside o = {.jump = 0}, other = o;
        struct train whole = {0}, train = {0};
        config.n = N;
        config.dt = 1;
        config.spike_capacity = 5;
        izh_population *p = population_create(&config, 0), *q = population_create(&config, 0);
        set_drive(p, &o);
        set_drive(q, &other);
        check_true(izh_population_run(p, 60) == IZH_PAUSED);
        append(&train, izh_population_spikes(p));
        append(&whole, izh_population_spikes(p));
        const size_t size = izh_population_save(p, NULL, 0);
        void *blob = malloc(size);
        check_true(izh_population_save(p, blob, size) == size);
        check_population(izh_population_load(q, blob, size), q);
        run_to(p, 60, &whole);
        run_to(q, 60, &train);
        check_true(most_falls(&whole) == 1 || config.events == IZH_EVENTS_EXACT);
        check_true(whole.n == train.n && train_hash(&whole) == train_hash(&train));
        check_true(izh_population_hash(p) == izh_population_hash(q));
        free(blob);
        izh_population_destroy(p);
        izh_population_destroy(q);
        train_free(&whole);
        train_free(&train);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_loop_gives_the_same_bits),
        cmocka_unit_test(each_neuron_is_its_solver_to_the_bit),
        cmocka_unit_test(runs_do_not_matter),
        cmocka_unit_test(what_is_lost_or_beyond_the_limit_is_the_same),
        cmocka_unit_test(blocks_are_taken_back),
        cmocka_unit_test(a_reset_beyond_the_peak_is_trouble),
        cmocka_unit_test(samples_are_those_before_the_jumps),
        cmocka_unit_test(what_waits_is_saved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
