/* Stretches in which v follows u at once, runs away, or rests for ever: the default method passes
 * them in few steps, and is right there. Spikes are the last ones of tests/reference/quad.c's soak,
 * states those of the same series in quadruple precision. */
#include <float.h>

#include "support.h"

#include <time.h>

struct train {
    izh_solver *solver;
    long count;
    double last, bound;
};

static int32_t on_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    struct train *spikes = user;
    (void)after;
    spikes->count++;
    spikes->last = e->t;
    spikes->bound = izh_solver_spike_error_bound(spikes->solver);
    return IZH_CONTINUE;
}

static izh_solver_config regular(void)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.initial = (izh_state){-70, -14};
    return config;
}

static izh_solver *make(const izh_solver_config *config)
{
    izh_solver *s;
    assert_int_equal(izh_solver_create(&s, config), IZH_OK);
    return s;
}

static uint64_t steps(const izh_solver *s)
{
    izh_statistics statistics = IZH_STATISTICS_INIT;
    izh_solver_statistics(s, &statistics);
    return statistics.steps;
}

/* ---- strong inhibition ---- */

static void inhibition_costs_little(void **state)
{
    (void)state;
    const struct {
        double I, t, v, u;
    } cases[] = {{-1e5, 1000, -1641.170452549540269492874, -328.2340898812862996109335},
                 {-1e9, 1, -158176.3336945739014985755, -640.0751928441257063682072},
                 {-1e9, 30, -158175.2552748634241366809, -14281.05308523616782914364},
                 {-1e9, 100, -158174.2216370216523525026, -27355.49584548876305712434},
                 {-1e9, 1000, -158173.8833246518816833506, -31634.77659977453403036115}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        const izh_solver_config config = regular();
        izh_solver *s = make(&config);
        support_about("I = %g, t = %g", cases[i].I, cases[i].t);
        check_ok(izh_solver_set_current(s, cases[i].I), s);
        check_ok(izh_solver_run(s, cases[i].t), s);
        const izh_state y = izh_solver_state(s);
        check_close(y.v, cases[i].v, 1e-15 * fabs(cases[i].v));
        check_close(y.u, cases[i].u, 4e-15 * fabs(cases[i].u));
        check_true(steps(s) <= 100);
        izh_solver_destroy(s);
    }
}

static const struct {
    izh_segment segments[3];
    double t_end, last;
    long count;
} inhibited[] = {
    {{{0, 10, 0}, {50, -1e9, 0}, {70, 10, 0}}, 120, 117.945832081315986839730795981, 1061},
    {{{0, 10, 0}, {50, -1e9, 0}, {70, 10, 0}}, 420, 378.459057391708531733319415169, 1069},
    {{{0, 10, 0}, {50, -1e9, 0}, {70, 10, 0}}, 1020, 1005.83284874504613798921028963, 1083},
    {{{0, 10, 0}, {50, -1e5, -1e6}, {70, 10, 0}}, 420, 385.175001506786963920879124718, 117},
    {{{0, -1e9, 0}, {300, 10, 0}, {1100, 10, 0}}, 1200, 1166.85944926670950062242489006, 3214}};

static struct train run_inhibited(size_t i, double rtol)
{
    izh_solver_config config = regular();
    config.rtol = rtol;
    struct train spikes = {.solver = make(&config)};
    izh_solver_on_spike(spikes.solver, on_spike, &spikes);
    check_ok(izh_solver_set_stimulus(spikes.solver, inhibited[i].segments, 3), spikes.solver);
    check_ok(izh_solver_run(spikes.solver, inhibited[i].t_end), spikes.solver);
    izh_solver_destroy(spikes.solver);
    return spikes;
}

static void rebound_spikes_lie_within_the_bound(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(inhibited); i++)
        for (int digits = 6; digits <= 16; digits += 2) {
            support_about("case %zu, rtol 1e-%d", i, digits);
            const struct train spikes = run_inhibited(i, pow(10, -digits));
            check_true(spikes.count == inhibited[i].count);
            check_close(spikes.last, inhibited[i].last, spikes.bound);
            if (digits == 16)
                check_true(spikes.bound < 1e-6 * spikes.last);
        }
}

/* Between the ends of such long steps, too, and however the run is split. */
static void inside_the_steps(void **state)
{
    (void)state;
    const izh_solver_config config = regular();
    izh_solver *s = make(&config), *whole = make(&config);
    izh_solver_set_current(s, -1e9);
    izh_solver_set_current(whole, -1e9);
    for (double t = .001; t < 200; t *= 1.3) {
        check_ok(izh_solver_run(s, t), s);
        const izh_state y = izh_solver_state(s);
        if (t > .1) /* u' = a (b v - u), v nearly constant */
            check_close(y.v, (-5 - sqrt(25 - .16 * (140 - 1e9 - y.u))) / .08, .5);
    }
    check_ok(izh_solver_run(s, 200), s);
    check_ok(izh_solver_run(whole, 200), whole);
    check_same_state(izh_solver_state(s), izh_solver_state(whole));
    const double times[] = {200, 201, 230, 230.0000001, 300};
    izh_state states[LENGTH(times)];
    check_ok(izh_solver_sample(s, times, LENGTH(times), states), s);
    for (size_t i = 0; i < LENGTH(times); i++) {
        check_ok(izh_solver_run(whole, times[i]), whole);
        check_same_state(izh_solver_state(whole), states[i]);
    }
    izh_solver_destroy(s);
    izh_solver_destroy(whole);
}

/* ---- what never comes back ---- */

static void a_runaway_u_is_told(void **state)
{
    (void)state;
    izh_solver_config config = regular();
    config.params = izh_params_2003(-.09, 1, -60, 8);
    config.initial = (izh_state){-70, -70};
    izh_solver *s = make(&config);
    izh_solver_set_current(s, 5);
    const clock_t start = clock();
    check_status(izh_solver_run(s, 300), IZH_E_DIVERGED, s);
    check_true(clock() - start < CLOCKS_PER_SEC / 10);
    check_has(izh_solver_message(s), "u runs away");
    check_true(izh_solver_state(s).u <= 1e12);
    check_true(steps(s) < 2000);
    izh_solver_destroy(s);
}

/* ---- huge peaks ---- */

/* v' = v^2 + 1 from -1e8 to 1e8 takes 2 atan(1e8). */
static void a_quadratic_neuron_with_distant_peaks(void **state)
{
    (void)state;
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.params = (izh_params){.cm = 1, .k2 = 1, .r = 1, .vpeak = 1e8, .c = -1e8};
    config.initial = (izh_state){-1e8, 0};
    for (int n = 1; n <= 2; n++) {
        struct train spikes = {.solver = make(&config)};
        izh_solver_on_spike(spikes.solver, on_spike, &spikes);
        izh_solver_set_current(spikes.solver, 1);
        check_ok(izh_solver_run(spikes.solver, 3.2 * n), spikes.solver);
        check_true(spikes.count == n);
        check_close(spikes.last, n * 3.14159263358979324, 1e-12);
        check_close(spikes.last, n * 3.14159263358979324, spikes.bound);
        check_true(steps(spikes.solver) < 300u * (unsigned)n);
        izh_solver_destroy(spikes.solver);
    }
}

/* ---- the rebound spike by spike ---- */

/* An RS cell of 2003 from (-70, -14), first strongly inhibited, then released to I = 10. */
struct release {
    izh_segment segments[4];
    size_t count;
    double until;
    izh_state at; /* then */
    double spikes[5];
    uint64_t steps; /* at most, until then */
};

/* By a Taylor series of order 44 in quadruple precision with a tolerance of 1e-33. */
static const struct release releases[] = {
    {.segments = {{0, -1e9, 0}, {1000, 10, 0}},
     .count = 2,
     .until = 1000,
     .at = {-158173.883324651881683351, -31634.7765997745340303612},
     .spikes = {1000.04693403136902751388, 1000.0499307649421851172, 1000.05292843405832835593,
                1000.05592703930158464498, 1000.0589265812566285265},
     .steps = 5000},
    {.segments = {{0, -1e5, 0}, {1000, 10, 0}},
     .count = 2,
     .until = 1000,
     .at = {-1641.17045254954026949287, -328.234089881286299610933},
     .spikes = {1000.64775708888455551998, 1000.8861840503747583714, 1001.13071621033087174238,
                1001.38168243286835398877, 1001.63943962173597804532},
     .steps = 200},
    {.segments = {{0, -1e4, 0}, {200, -1e4, -2e3}, {700, -1.01e6, 2e3}, {1200, 10, 0}},
     .count = 4,
     .until = 1200,
     .at = {-556.263874591275502358611, -314.538840072212796503524},
     .spikes = {1200.63108529936270362583, 1200.87832461172133249539, 1201.13214685833913888335,
                1201.39292191877251414514, 1201.66105266413630379874},
     .steps = 1000}};

/* Checks each spike against its own bound. */
struct witness {
    const struct release *release;
    izh_solver *solver;
    size_t n;
};

static int32_t see_release(const izh_spike_event *e, izh_state *after, void *user)
{
    struct witness *w = user;
    (void)after;
    const double bound = izh_solver_spike_error_bound(w->solver);
    check_true(fabs(e->t - w->release->spikes[w->n]) <= bound && bound < 1e-10);
    return ++w->n == LENGTH(w->release->spikes) ? IZH_STOP : IZH_CONTINUE;
}

static void taylor_takes_long_steps_where_v_follows_u(void **state)
{
    (void)state;
    for (const struct release *r = releases; r < releases + LENGTH(releases); r++) {
        izh_solver_config config = support_config(IZH_TAYLOR);
        config.params = izh_params_2003(.02, .2, -65, 8);
        config.initial = (izh_state){-70, -14};
        izh_solver *s = support_create(&config);
        struct witness witness = {r, s, 0};
        check_ok(izh_solver_on_spike(s, see_release, &witness), s);
        check_ok(izh_solver_set_stimulus(s, r->segments, r->count), s);
        check_ok(izh_solver_run(s, r->until), s);
        check_close(izh_solver_state(s).v, r->at.v, 32 * DBL_EPSILON * fabs(r->at.v));
        check_close(izh_solver_state(s).u, r->at.u, 32 * DBL_EPSILON * fabs(r->at.u));
        izh_statistics count = IZH_STATISTICS_INIT;
        check_ok(izh_solver_statistics(s, &count), s);
        check_true(count.steps <= r->steps);
        check_status(izh_solver_run(s, r->until + 10), IZH_STOPPED, s);
        check_true(witness.n == LENGTH(r->spikes));
        izh_solver_destroy(s);
    }
}

/* params_2003(-.09, 1, -60, 8) from (-70, -70) under I = 5, whose u grows as exp(.09 t). */
static void taylor_follows_a_u_that_grows(void **state)
{
    (void)state;
    static const struct {
        double t;
        izh_state y; /* in quadruple precision, as above */
    } truth[] = {{60, {-573.500596396157856049468, 10457.8740753670780926352}},
                 {100, {-3290.30166612570350298106, 416883.313290405611562722}},
                 {200, {-292913.467022409600336421, 3430480723.63244507958636}}};
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.params = izh_params_2003(-.09, 1, -60, 8);
    config.initial = (izh_state){-70, -70};
    izh_solver *s = support_create(&config);
    check_ok(izh_solver_set_current(s, 5), s);
    for (size_t i = 0; i < LENGTH(truth); i++) {
        check_ok(izh_solver_run(s, truth[i].t), s);
        check_close(izh_solver_state(s).v, truth[i].y.v, 1e-11 * fabs(truth[i].y.v));
        check_close(izh_solver_state(s).u, truth[i].y.u, 1e-11 * fabs(truth[i].y.u));
    }
    izh_solver_destroy(s);
}

/* ---- rest ---- */

static void rest_lasts_for_ever(void **state)
{
    (void)state;
    for (double I = -30; I < 3.9; I += .7) {
        izh_solver_config config = regular();
        izh_solver *s = make(&config), *parts = make(&config);
        support_about("I = %g", I);
        izh_solver_set_current(s, I);
        izh_solver_set_current(parts, I);
        const clock_t start = clock();
        check_ok(izh_solver_run(s, 1e300), s);
        check_true(clock() - start < CLOCKS_PER_SEC);
        izh_state rest;
        assert_int_equal(izh_params_rest(&config.params, I, &rest), IZH_OK);
        check_close(izh_solver_state(s).v, rest.v, 1e-12);
        check_same(izh_solver_time(s), 1e300);
        for (double t = 1; t < 1e300; t *= 1234.5)
            check_ok(izh_solver_run(parts, t), parts);
        check_ok(izh_solver_run(parts, 1e300), parts);
        check_same_state(izh_solver_state(parts), izh_solver_state(s));
        izh_solver_destroy(s);
        izh_solver_destroy(parts);
    }
}

/* What ends the rest: a kick, and the next piece of a stimulus; a blob remembers it. */
static void rest_ends(void **state)
{
    (void)state;
    const izh_solver_config config = regular();
    izh_solver *s = make(&config), *copy = make(&config);
    const izh_segment pulse[] = {{1e9, 10, 0}, {1e9 + 50, 0, 0}};
    struct train spikes = {.solver = s};
    static unsigned char blob[4096];
    izh_solver_on_spike(s, on_spike, &spikes);
    check_ok(izh_solver_set_stimulus(s, pulse, 2), s);
    check_ok(izh_solver_run(s, 5e8), s);
    const size_t size = izh_solver_save(s, blob, sizeof blob);
    assert_true(size <= sizeof blob);
    check_ok(izh_solver_load(copy, blob, size), copy);
    check_ok(izh_solver_run(s, 1e9 + 100), s);
    check_ok(izh_solver_run(copy, 1e9 + 100), copy);
    check_true(spikes.count > 0 && spikes.last > 1e9);
    check_same_state(izh_solver_state(copy), izh_solver_state(s));
    const long before = spikes.count;
    check_ok(izh_solver_run(s, 1e12), s);
    check_ok(izh_solver_kick(s, 60, 0), s);
    check_ok(izh_solver_run(s, 1e12 + 10), s);
    check_true(spikes.count > before);
    izh_solver_destroy(s);
    izh_solver_destroy(copy);
}

/* A neuron at rest, or coming to rest after a spike or under inhibition, until t; then a current
 * for 100 ms. Returns the last spike. */
static double wake(double I, double t, double pieces)
{
    static struct spikes spikes;
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.initial = (izh_state){-65, -13};
    izh_solver *s = support_create(&config);
    spikes = (struct spikes){0};
    check_ok(izh_solver_on_spike(s, support_spike, &spikes), s);
    check_ok(izh_solver_set_current(s, I), s);
    for (double k = 1; k <= pieces; k++)
        check_ok(izh_solver_run(s, t * k / pieces), s);
    check_ok(izh_solver_set_current(s, 10), s);
    check_ok(izh_solver_run(s, t + 100), s);
    check_true(spikes.n >= 3);
    if (t < 1e9)
        check_true(izh_solver_spike_error_bound(s) < 1e-7);
    izh_solver_destroy(s);
    return spikes.event[spikes.n - 1].t;
}

/* What is gone through at once is what goes step by step. */
static void rest_can_be_split(void **state)
{
    (void)state;
    const double currents[] = {0, 3, -20, -1e5};
    for (size_t i = 0; i < LENGTH(currents); i++) {
        const double last = wake(currents[i], 1e6, 1);
        check_same(wake(currents[i], 1e6, 7), last);
        check_same(wake(currents[i], 1e6, 1000), last);
    }
}

/* ---- the limit of steps ---- */

static double time_of_trouble(double dt, izh_params params, double most)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = 1;
    config.method = IZH_TAYLOR;
    config.dt = dt;
    config.max_steps_per_ms = most;
    config.max_spikes_per_ms = 1000;
    izh_population *p;
    assert_int_equal(izh_population_create(&p, &config), IZH_OK);
    const izh_state at = {-65, -13};
    const double I = 10;
    assert_int_equal(izh_population_set_params(p, 0, 1, &params, 0), IZH_OK);
    assert_int_equal(izh_population_set_state(p, 0, 1, &at, 0), IZH_OK);
    assert_int_equal(izh_population_set_current(p, 0, 1, &I, 0), IZH_OK);
    izh_population_run(p, 30);
    const double t = izh_population_troubles(p).count ? izh_population_troubles(p).data[0].t : -1;
    izh_population_destroy(p);
    return t;
}

/* One rule for the solver and the population, on the neuron's own clock, whatever the tick. */
static void the_limit_of_steps(void **state)
{
    (void)state;
    const struct {
        izh_params params;
        double most;
        const char *message;
    } cases[] = {
        {izh_params_2003(.02, .2, -65, 8), 2, "more than max_steps_per_ms = 2 steps within 1 ms"},
        {izh_params_2003(-1.75, .26, -65, 8), 0, "u runs away"}};
    for (size_t i = 0; i < LENGTH(cases); i++) {
        izh_solver_config config = regular();
        config.params = cases[i].params;
        config.initial = (izh_state){-65, -13};
        config.max_steps_per_ms = cases[i].most;
        izh_solver *s = make(&config);
        izh_solver_set_current(s, 10);
        check_status(izh_solver_run(s, 30), IZH_E_DIVERGED, s);
        check_has(izh_solver_message(s), cases[i].message);
        const double t = izh_solver_time(s);
        izh_solver_destroy(s);
        for (double dt = 1; dt > .001; dt /= 4) {
            const double trouble = time_of_trouble(dt, cases[i].params, cases[i].most);
            support_about("dt = %g, solver at %.17g, population at %.17g", dt, t, trouble);
            check_true(trouble <= t && trouble >= t - dt);
        }
    }
    check_true(time_of_trouble(.25, cases[0].params, 0) < 0);
    izh_solver_config config = regular();
    izh_solver *s;
    config.max_steps_per_ms = .5;
    assert_int_equal(izh_solver_create(&s, &config), IZH_E_INVALID);
}

/* ---- states beyond what can be squared ---- */

static void a_state_beyond_the_range_is_refused(void **state)
{
    (void)state;
    izh_solver_config config = regular();
    izh_solver *s = make(&config);
    check_status(izh_solver_set_state(s, (izh_state){-1e200, 0}), IZH_E_INVALID, s);
    check_has(izh_solver_message(s), "state.v = -1e+200 must be below 1e100 in size");
    check_status(izh_solver_kick(s, 0, 1e100), IZH_E_INVALID, s);
    check_has(izh_solver_message(s), "state.u = 1e+100 must be below 1e100 in size");
    izh_solver_destroy(s);
    config.initial.v = 1e200;
    assert_int_equal(izh_solver_create(&s, &config), IZH_E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inhibition_costs_little),
        cmocka_unit_test(rebound_spikes_lie_within_the_bound),
        cmocka_unit_test(inside_the_steps),
        cmocka_unit_test(a_runaway_u_is_told),
        cmocka_unit_test(a_quadratic_neuron_with_distant_peaks),
        cmocka_unit_test(taylor_takes_long_steps_where_v_follows_u),
        cmocka_unit_test(taylor_follows_a_u_that_grows),
        cmocka_unit_test(rest_lasts_for_ever),
        cmocka_unit_test(rest_can_be_split),
        cmocka_unit_test(rest_ends),
        cmocka_unit_test(the_limit_of_steps),
        cmocka_unit_test(a_state_beyond_the_range_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
