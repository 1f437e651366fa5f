/* What a solver says that it has done. */
#include <stdbool.h>
#include <stddef.h>

#include "support_population.h"

static izh_statistics after(const izh_solver_config *config, const izh_segment *segments, size_t n,
                            double t_end)
{
    izh_statistics out = IZH_STATISTICS_INIT;
    izh_solver *s = support_create(config);
    check_ok(izh_solver_set_stimulus(s, segments, n), s);
    check_ok(izh_solver_run(s, t_end), s);
    check_ok(izh_solver_statistics(s, &out), s);
    izh_solver_destroy(s);
    return out;
}

static void a_new_solver_has_done_nothing(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        const izh_solver_config config = support_config(m);
        izh_solver *s = support_create(&config);
        izh_statistics n = {sizeof n, 1, 2, 3, 4, 5, 6, 7};
        check_ok(izh_solver_statistics(s, &n), s);
        check_true(n.size == sizeof n);
        check_true(!n.steps && !n.rejected && !n.rhs && !n.iterations && !n.spikes);
        check_true(!n.unstable_steps && isnan(n.unstable_t));
        izh_solver_destroy(s);
    }
}

static void at_rest_steps_are_ticks_and_each_costs_its_stages(void **state)
{
    (void)state;
    const struct {
        izh_method method;
        uint64_t stages;
    } fixed[] = {{IZH_EULER, 1}, {IZH_MIDPOINT, 2}, {IZH_RK4, 4}, {IZH_EXP_EULER, 1}};
    for (size_t i = 0; i < LENGTH(fixed); i++) {
        izh_solver_config config = support_config(fixed[i].method);
        config.events = IZH_EVENTS_GRID;
        support_about("%s", izh_method_name(fixed[i].method));
        const izh_statistics n = after(&config, NULL, 0, 50);
        check_true(n.steps == 500 && n.rejected == 0 && n.spikes == 0 && n.iterations == 0);
        check_true(n.rhs == 500 * fixed[i].stages);
    }
}

static void spikes_are_counted(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        static struct spikes spikes;
        memset(&spikes, 0, sizeof spikes);
        izh_statistics n = IZH_STATISTICS_INIT;
        izh_solver *s = support_create(&config);
        check_ok(izh_solver_on_spike(s, support_spike, &spikes), s);
        check_ok(izh_solver_set_current(s, 300), s);
        check_ok(izh_solver_run(s, 300), s);
        check_ok(izh_solver_statistics(s, &n), s);
        check_true(spikes.n >= 3);
        check_true(n.spikes == spikes.n);
        check_true(config.events == IZH_EVENTS_GRID ? n.iterations == 0 : n.iterations >= n.spikes);
        check_true(n.steps > 0 && n.rhs >= n.steps);
        izh_solver_destroy(s);
    }
}

static void a_step_without_solution_counts_as_rejected(void **state)
{
    (void)state;
    izh_solver_config config = support_config(IZH_BACKWARD_EULER);
    config.dt = 1;
    const izh_segment strong = {0, 300, 0};
    const izh_statistics n = after(&config, &strong, 1, 100);
    check_true(n.spikes >= 1 && n.rejected >= 1);
}

/* Steps do not depend on where a run was split. */
static void splitting_adds_no_steps(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        const izh_statistics whole = after(&config, support_current, 1, SUPPORT_UNTIL);
        izh_statistics n = IZH_STATISTICS_INIT;
        izh_solver *s = support_create(&config);
        check_ok(izh_solver_set_stimulus(s, support_current, 1), s);
        for (double t = 0; t < SUPPORT_UNTIL; t += .737)
            check_ok(izh_solver_run(s, t), s);
        check_ok(izh_solver_run(s, SUPPORT_UNTIL), s);
        check_ok(izh_solver_statistics(s, &n), s);
        check_true(n.steps == whole.steps && n.spikes == whole.spikes);
        check_true(n.rejected == whole.rejected);
        izh_solver_destroy(s);
    }
}

static void no_more_than_the_callers_size_is_written(void **state)
{
    (void)state;
    const izh_solver_config config = support_config(IZH_RK4);
    izh_solver *s = support_create(&config);
    check_ok(izh_solver_run(s, 10), s);
    union {
        izh_statistics n;
        unsigned char bytes[sizeof(izh_statistics) + 64];
    } out;
    for (size_t size = sizeof(size_t); size <= sizeof out; size += sizeof(uint64_t)) {
        memset(&out, 0xee, sizeof out);
        out.n.size = size;
        check_ok(izh_solver_statistics(s, &out.n), s);
        check_true(out.n.size == size);
        for (size_t i = size; i < sizeof out; i++)
            check_true(out.bytes[i] == 0xee);
        for (size_t i = sizeof out.n; i < size; i++)
            check_true(out.bytes[i] == 0);
        if (size >= 2 * sizeof(uint64_t))
            check_true(out.n.steps == 100);
    }
    izh_solver_destroy(s);
}

/* ---- the limit of stability ---- */

/* The largest -h (2 k2 v + k1) / cm of a step that is stable, from each method's own formula; 0:
 * any is. */
static double limit(izh_method method)
{
    switch (method) {
#define STABLE_TO(id, limit) \
    case id:                 \
        return limit;
#include "methods.def"
    default:
        return 0;
    }
}

static const struct stages {
    izh_method method;
    int count;
    double share[4];
} all_stages[] = {
#define STAGES(method, count, ...) {method, count, {__VA_ARGS__}},
#include "methods.def"
};

static const struct stages *stages_of(izh_method method)
{
    for (size_t i = 0; i < LENGTH(all_stages); i++)
        if (all_stages[i].method == method)
            return &all_stages[i];
    fail_msg("%s has no STAGES in tests/methods.def", izh_method_name(method));
    return NULL;
}

/* The v at which a step of h from y evaluates v', of RS of 2003, whose equations stand here. */
static int stages(izh_method method, izh_state y, double h, double I, double at[4])
{
    const struct stages *has = stages_of(method);
    izh_state f = {0, 0};
    for (int k = 0; k < has->count; k++) {
        const double v = y.v + has->share[k] * h * f.v, u = y.u + has->share[k] * h * f.u;
        f.v = .04 * v * v + 5 * v + 140 - u + I;
        f.u = method == IZH_PUBLISHED_2003 ? 0 : .02 * (.2 * v - u);
        at[k] = v;
    }
    return has->count;
}

static bool beyond(izh_method method, izh_state y, double h, double I)
{
    double at[4];
    const int count = stages(method, y, h, I, at);
    bool any = false;
    for (int k = 0; k < count; k++)
        any |= -h * (2 * .04 * at[k] + 5) > limit(method);
    return any;
}

/* A case of inhibition: RS of 2003, at (-70, -14), under a constant current for 200 ms. */
struct inhibition {
    izh_method method;
    double dt, I;
    uint64_t spikes; /* the method's; the equations have none */
};

static izh_solver_config inhibited(izh_method method, double dt, int32_t events)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = method;
    config.dt = dt;
    config.events = events;
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.initial = (izh_state){-70, -14};
    return config;
}

static izh_statistics under(const izh_solver_config *config, double t, double I, double t_end)
{
    const izh_segment current = {t, I, 0};
    support_about("%s, dt %g, I %g", izh_method_name(config->method), config->dt, I);
    return after(config, &current, 1, t_end);
}

static void false_spikes_under_inhibition_come_with_unstable_steps(void **state)
{
    (void)state;
    const struct inhibition cases[] = {
        {IZH_MIDPOINT, 1, -100, 159},      {IZH_MIDPOINT, 1, -200, 327},
        {IZH_MIDPOINT, 1, -500, 518},      {IZH_MIDPOINT, 1, -1000, 725},
        {IZH_MIDPOINT, .1, -10000, 1974},  {IZH_RK4, 1, -200, 204},
        {IZH_RK4, 1, -500, 361},           {IZH_RK4, 1, -1000, 531},
        {IZH_EULER, 1, -100, 182},         {IZH_PUBLISHED_2003, 1, -500, 167},
        {IZH_TAYLOR, 0, -10000, 0},        {IZH_EXP_EULER, 1, -1000, 0},
        {IZH_BACKWARD_EULER, 1, -1000, 0}, {IZH_EXPRB_ADAPTIVE, 0, -1000, 0},
        {IZH_DOPRI5, 0, -1000, 0},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const struct inhibition *c = &cases[i];
        const izh_solver_config config = inhibited(c->method, c->dt, IZH_EVENTS_EXACT);
        const izh_statistics n = under(&config, 0, c->I, 200);
        assert_int_equal(n.spikes, c->spikes);
        if (limit(c->method) > 0)
            check_true(n.unstable_steps >= c->spikes && n.unstable_t >= 0 && n.unstable_t < 30);
        else
            check_true(n.unstable_steps == 0 && isnan(n.unstable_t));
    }
}

/* From (-70, -70) u falls by itself; the equations have 7 spikes. */
static void a_falling_u_leads_beyond_the_limit_too(void **state)
{
    (void)state;
    izh_solver_config config = inhibited(IZH_TAYLOR, 0, IZH_EVENTS_EXACT);
    config.params = izh_params_2003(-.02, 1, -60, 8);
    config.initial = (izh_state){-70, -70};
    izh_statistics n = under(&config, 20, 5, 300);
    check_true(n.spikes == 7 && n.unstable_steps == 0);
    config.method = IZH_RK4;
    config.dt = .1;
    n = under(&config, 20, 5, 300);
    check_true(n.spikes == 688 && n.unstable_steps > 500);
    check_true(n.unstable_t > 100 && n.unstable_t < 300);
}

/* A healthy neuron is not told of. */
static void no_step_of_a_resting_or_spiking_neuron_is_unstable(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_or_dialect(&i, &config);) {
        const izh_statistics n = after(&config, support_current, 1, SUPPORT_UNTIL);
        check_true(n.unstable_steps == 0 && isnan(n.unstable_t));
    }
}

/* Steps from just within and just beyond the limit. */
static void each_method_has_its_own_limit(void **state)
{
    (void)state;
    for (izh_method m = 1; m < 64; m++) {
        if (!izh_method_name(m) || m == IZH_PINN)
            continue;
        izh_solver_config config =
            inhibited(m, 0, support_adaptive(m) ? IZH_EVENTS_EXACT : IZH_EVENTS_GRID);
        config.dt = m == IZH_NEMO || m == IZH_CARLSIM_EULER ? 1 : .25;
        const double most = limit(m) > 0 ? limit(m) : 8;
        const double v = -(most / config.dt + 5) / .08; /* h (.08 v + 5) = -most */
        for (int far = 0; far < 2; far++) {
            config.initial.v = far ? v - .001 : v + .001;
            support_about("%s from %s the limit", izh_method_name(m), far ? "beyond" : "within");
            izh_solver *s = support_create(&config);
            izh_statistics n = IZH_STATISTICS_INIT;
            check_ok(izh_solver_run(s, config.dt), s);
            check_ok(izh_solver_statistics(s, &n), s);
            check_true(n.unstable_steps == (uint64_t)(far && limit(m) > 0));
            check_same(n.unstable_t, n.unstable_steps ? 0 : NAN);
            izh_solver_destroy(s);
        }
    }
}

/* The two dialects that do not step from the state that the step before left, or not over its
 * length. */
static void a_dialects_step_counts_as_its_program_takes_it(void **state)
{
    (void)state;
    izh_statistics n = IZH_STATISTICS_INIT;
    izh_solver_config config = inhibited(IZH_GENN, 1, IZH_EVENTS_GRID);
    config.params.c = -112.6;            /* -(4 + 5)/.08 = -112.5 */
    config.initial = (izh_state){30, 0}; /* the reset comes with the next step */
    izh_solver *s = support_create(&config);
    check_ok(izh_solver_run(s, 1), s);
    check_ok(izh_solver_statistics(s, &n), s);
    check_true(n.unstable_steps == 1 && n.unstable_t == 0);
    izh_solver_destroy(s);

    config.method = IZH_SPINNAKER; /* after a spike 1.85 times as long */
    config.params.c = -(2 / 1.85 + 5) / .08 - .001;
    config.initial = (izh_state){29, 0};
    s = support_create(&config);
    check_ok(izh_solver_run(s, 1), s);
    check_ok(izh_solver_statistics(s, &n), s);
    check_true(n.spikes == 1 && n.unstable_steps == 0);
    check_ok(izh_solver_run(s, 2), s);
    check_ok(izh_solver_statistics(s, &n), s);
    check_true(n.unstable_steps == 1 && n.unstable_t == 1);
    izh_solver_destroy(s);
}

/* ---- the same counts, made here ---- */

#define INHIBITED_UNTIL 200

/* What a neuron does within its steps, as its solver's states and spikes tell it. */
struct diary {
    izh_method method;
    int32_t events;
    double I, tick_end;
    uint64_t unstable;
    double first;
};

static void note_step(struct diary *d, double t, izh_state y, double h)
{
    if (beyond(d->method, y, h, d->I) && d->unstable++ == 0)
        d->first = t;
}

/* After a spike the rest of the step is taken. */
static int32_t note_spike(const izh_spike_event *e, izh_state *to, void *user)
{
    struct diary *d = user;
    if (d->events == IZH_EVENTS_EXACT && e->t < d->tick_end)
        note_step(d, e->t, *to, d->tick_end - e->t);
    return IZH_CONTINUE;
}

/* Runs a solver tick by tick, 1 ms each, until it ends or runs away. */
static struct diary keep_diary(izh_method method, int32_t events, izh_state initial, double I)
{
    izh_solver_config config = inhibited(method, 1, events);
    struct diary d = {method, events, I, 0, 0, NAN};
    izh_statistics n = IZH_STATISTICS_INIT;
    config.initial = initial;
    izh_solver *s = support_create(&config);
    check_ok(izh_solver_on_spike(s, note_spike, &d), s);
    check_ok(izh_solver_set_current(s, I), s);
    support_about("%s, events %d, I %g", izh_method_name(method), (int)events, I);
    for (int k = 0; k < INHIBITED_UNTIL; k++) {
        const struct diary before = d;
        d.tick_end = k + 1;
        note_step(&d, k, izh_solver_state(s), 1);
        const izh_status status = izh_solver_run(s, k + 1);
        if (status == IZH_E_DIVERGED) { /* what it was trying then does not count */
            d = before;
            break;
        }
        check_ok(status, s);
        check_ok(izh_solver_statistics(s, &n), s);
        assert_int_equal(n.unstable_steps, d.unstable);
        check_same(n.unstable_t, d.first);
    }
    izh_solver_destroy(s);
    return d;
}

static void every_unstable_step_is_counted(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(all_stages); i++)
        for (int32_t events = IZH_EVENTS_EXACT; events <= IZH_EVENTS_GRID; events++)
            for (double I = -5; I > -600; I *= 2) {
                const struct diary d =
                    keep_diary(all_stages[i].method, events, (izh_state){-70, -14}, I);
                check_true(I < -10 ? I > -400 || d.unstable > 50 : d.unstable == 0);
            }
}

/* Splitting, looking and saving between them changes no count; a step that is cut counts once. */
static void unstable_steps_do_not_depend_on_how_it_was_run(void **state)
{
    (void)state;
    const izh_solver_config config = inhibited(IZH_MIDPOINT, 1, IZH_EVENTS_EXACT);
    const izh_statistics whole = under(&config, 0, -300, 100);
    unsigned char blob[4096];
    izh_statistics n = IZH_STATISTICS_INIT, loaded = IZH_STATISTICS_INIT;
    izh_solver *s = support_create(&config), *other = support_create(&config);
    check_ok(izh_solver_set_current(s, -300), s);
    for (double t = 0; t < 100; t += .737)
        check_ok(izh_solver_run(s, t), s);
    check_ok(izh_solver_run(s, 100), s);
    check_ok(izh_solver_statistics(s, &n), s);
    check_true(n.unstable_steps == whole.unstable_steps && n.unstable_steps > 50);
    check_same(n.unstable_t, whole.unstable_t);
    check_ok(izh_solver_load(other, blob, izh_solver_save(s, blob, sizeof blob)), other);
    check_ok(izh_solver_statistics(other, &loaded), other);
    check_true(memcmp(&n, &loaded, sizeof n) == 0);
    check_ok(izh_solver_set_state(s, (izh_state){-150, -14}), s);
    check_ok(izh_solver_run(s, 100.5), s);
    check_ok(izh_solver_kick(s, 1, 0), s);
    check_ok(izh_solver_statistics(s, &n), s);
    check_true(n.unstable_steps == whole.unstable_steps + 1);
    izh_solver_destroy(s);
    izh_solver_destroy(other);
}

/* ---- populations ---- */

#define N 203 /* some parts, and some more */

static izh_state initial_of(uint32_t i)
{
    return (izh_state){-70 + .1 * (i % 31), -14};
}

/* Some neurons rest or spike; the others are inhibited more and more. */
static double current_of(uint32_t i)
{
    return i < N / 2 ? 10 * (i % 2) : -4. * (i % 60);
}

/* A population that has run; how, is the config's and the pieces'. */
static izh_population *inhibited_population(izh_population_config config, uint32_t first,
                                            int pieces)
{
    const izh_params rs = izh_params_2003(.02, .2, -65, 8);
    izh_population *p;
    config.first = first;
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    check_population(izh_population_set_params(p, 0, config.n, &rs, 0), p);
    for (uint32_t i = 0; i < config.n; i++) {
        const izh_state y = initial_of(first + i);
        const double I = current_of(first + i);
        check_population(izh_population_set_state(p, i, 1, &y, 0), p);
        check_population(izh_population_set_current(p, i, 1, &I, 0), p);
    }
    for (int k = 1; k <= pieces; k++) {
        izh_status status;
        do
            status = izh_population_run(p, INHIBITED_UNTIL * k / pieces);
        while (status == IZH_PAUSED);
        check_true(status == IZH_OK || status == IZH_E_DIVERGED); /* some run away */
    }
    return p;
}

static izh_population_statistics statistics_of(const izh_population *p)
{
    izh_population_statistics n = IZH_POPULATION_STATISTICS_INIT;
    assert_int_equal(izh_population_get_statistics(p, &n), IZH_OK);
    return n;
}

static izh_population_statistics ran(izh_population_config config, uint32_t first, int pieces)
{
    izh_population *p = inhibited_population(config, first, pieces);
    const izh_population_statistics n = statistics_of(p);
    izh_population_destroy(p);
    return n;
}

static void check_statistics(izh_population_statistics x, izh_population_statistics y)
{
    assert_int_equal(x.unstable_steps, y.unstable_steps);
    check_same(x.unstable_t, y.unstable_t);
    assert_int_equal(x.unstable_i, y.unstable_i);
}

static bool next_with_limit(int *k, izh_population_config *config)
{
    while (population_next(k, config))
        if (limit(config->method) > 0) {
            config->n = N;
            config->dt = 1;
            config->max_spikes_per_ms = 50;
            return true;
        }
    return false;
}

static void a_population_counts_what_its_solvers_count(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; next_with_limit(&k, &config);) {
        izh_population_statistics sum = {.unstable_t = NAN};
        if (config.precision == IZH_F32)
            continue;
        for (uint32_t i = 0; i < N; i++) {
            const struct diary d =
                keep_diary(config.method, config.events, initial_of(i), current_of(i));
            if (d.unstable && !(sum.unstable_t <= d.first)) {
                sum.unstable_t = d.first;
                sum.unstable_i = i;
            }
            sum.unstable_steps += d.unstable;
        }
        check_true(sum.unstable_steps > 500 && sum.unstable_i >= N / 2);
        support_about("%s, events %d", izh_method_name(config.method), (int)config.events);
        check_statistics(ran(config, 0, 1), sum);
    }
}

static void how_a_population_runs_does_not_change_its_counts(void **state)
{
    (void)state;
    izh_population_config config;
    for (int k = 0; next_with_limit(&k, &config);) {
        const izh_population_statistics whole = ran(config, 0, 1);
        check_true(whole.unstable_steps > 500);
        for (int32_t isa = IZH_ISA_SCALAR; isa <= IZH_ISA_NEON; isa++) {
            config.isa = isa;
            if (izh_isa_supported(isa))
                check_statistics(ran(config, 0, 1), whole);
        }
        config.isa = IZH_ISA_BEST;
        check_statistics(ran(config, 0, 8), whole);
        config.threads = 3;
        config.tile = 128;
        check_statistics(ran(config, 0, 1), whole);
        config.block = 7;
        check_statistics(ran(config, 0, 4), whole);
        config.block = 0;
        config.spike_capacity = 1; /* blocks are taken back, for their spikes do not fit */
        check_statistics(ran(config, 0, 1), whole);
        config.n = 101;
        const izh_population_statistics low = ran(config, 0, 1);
        config.n = N - 101;
        assert_int_equal(low.unstable_steps + ran(config, 101, 1).unstable_steps,
                         whole.unstable_steps);
    }
}

static void saving_keeps_a_populations_counts(void **state)
{
    (void)state;
    izh_population_config config;
    static unsigned char blob[1 << 18];
    for (int k = 0; next_with_limit(&k, &config);) {
        izh_population *p = inhibited_population(config, 0, 1), *other;
        assert_int_equal(izh_population_create(&other, &config), IZH_OK);
        check_true(isnan(statistics_of(other).unstable_t) && !statistics_of(other).unstable_steps);
        const size_t size = izh_population_save(p, blob, sizeof blob);
        check_population(izh_population_load(other, blob, size), other);
        check_statistics(statistics_of(other), statistics_of(p));
        while (izh_population_run(p, 250) == IZH_PAUSED)
            ;
        while (izh_population_run(other, 250) == IZH_PAUSED)
            ;
        check_true(statistics_of(p).unstable_steps > 600);
        check_statistics(statistics_of(other), statistics_of(p));
        izh_population_destroy(p);
        izh_population_destroy(other);
    }
}

/* The neurons; a population of implicit or exponential steps counts none. */
static void a_populations_false_spikes_come_with_unstable_steps(void **state)
{
    (void)state;
    const izh_method methods[] = {IZH_MIDPOINT,       IZH_RK4,    IZH_EULER,
                                  IZH_PUBLISHED_2003, IZH_TAYLOR, IZH_EXP_EULER,
                                  IZH_BACKWARD_EULER};
    const uint64_t spikes[] = {725, 531, 0, 167, 0, 0, 0};
    const double currents[] = {-1000, -1000, -150, -500, -1000, -1000, -1000};
    for (size_t m = 0; m < LENGTH(methods); m++) {
        izh_population_config config = IZH_POPULATION_CONFIG_INIT;
        const izh_params rs = izh_params_2003(.02, .2, -65, 8);
        const izh_state y = {-70, -14};
        struct train train = {0};
        izh_population *p;
        config.n = 1;
        config.method = methods[m];
        config.dt = 1;
        config.max_spikes_per_ms = 1000;
        support_about("%s", izh_method_name(methods[m]));
        assert_int_equal(izh_population_create(&p, &config), IZH_OK);
        check_population(izh_population_set_params(p, 0, 1, &rs, 0), p);
        check_population(izh_population_set_state(p, 0, 1, &y, 0), p);
        check_population(izh_population_set_current(p, 0, 1, &currents[m], 0), p);
        check_population(population_run(p, 200, &train), p);
        if (methods[m] != IZH_EULER)
            assert_int_equal(train.n, spikes[m]);
        assert_int_equal(statistics_of(p).unstable_steps > 50, limit(methods[m]) > 0);
        izh_population_destroy(p);
        train_free(&train);
    }
}

static void no_more_than_the_callers_population_size_is_written(void **state)
{
    (void)state;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    struct {
        izh_population_statistics known;
        unsigned char more[8];
    } n;
    config.n = N;
    config.dt = 1;
    izh_population *p = inhibited_population(config, 0, 1);
    memset(&n, 0xc5, sizeof n);
    n.known.size = offsetof(izh_population_statistics, unstable_t);
    assert_int_equal(izh_population_get_statistics(p, &n.known), IZH_OK);
    check_true(n.known.unstable_steps == statistics_of(p).unstable_steps);
    check_true(n.known.reserved == 0xc5c5c5c5);
    n.known.size = sizeof n;
    assert_int_equal(izh_population_get_statistics(p, &n.known), IZH_OK);
    check_true(n.known.size == sizeof n && !n.more[0] && !n.more[7]);
    n.known.size = 3;
    assert_int_equal(izh_population_get_statistics(p, &n.known), IZH_E_INVALID);
    assert_int_equal(izh_population_get_statistics(p, NULL), IZH_E_INVALID);
    assert_int_equal(izh_population_get_statistics(NULL, &n.known), IZH_E_INVALID);
    izh_population_destroy(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_solver_has_done_nothing),
        cmocka_unit_test(at_rest_steps_are_ticks_and_each_costs_its_stages),
        cmocka_unit_test(spikes_are_counted),
        cmocka_unit_test(a_step_without_solution_counts_as_rejected),
        cmocka_unit_test(splitting_adds_no_steps),
        cmocka_unit_test(no_more_than_the_callers_size_is_written),
        cmocka_unit_test(false_spikes_under_inhibition_come_with_unstable_steps),
        cmocka_unit_test(a_falling_u_leads_beyond_the_limit_too),
        cmocka_unit_test(no_step_of_a_resting_or_spiking_neuron_is_unstable),
        cmocka_unit_test(each_method_has_its_own_limit),
        cmocka_unit_test(a_dialects_step_counts_as_its_program_takes_it),
        cmocka_unit_test(every_unstable_step_is_counted),
        cmocka_unit_test(unstable_steps_do_not_depend_on_how_it_was_run),
        cmocka_unit_test(a_population_counts_what_its_solvers_count),
        cmocka_unit_test(how_a_population_runs_does_not_change_its_counts),
        cmocka_unit_test(saving_keeps_a_populations_counts),
        cmocka_unit_test(a_populations_false_spikes_come_with_unstable_steps),
        cmocka_unit_test(no_more_than_the_callers_population_size_is_written),
    };
    return cmocka_run_group_tests_name("statistics", tests, NULL, NULL);
}
