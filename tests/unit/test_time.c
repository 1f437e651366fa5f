/* Time: ticks, pieces of runs, ends that lie on no tick. */
#include "support.h"

#include <float.h>

struct outcome {
    izh_state state;
    double time;
    struct spikes spikes;
};

static izh_solver *start(const izh_solver_config *config, struct spikes *spikes)
{
    izh_solver *s = support_create(config);
    memset(spikes, 0, sizeof *spikes);
    check_ok(izh_solver_on_spike(s, support_spike, spikes), s);
    check_ok(izh_solver_set_stimulus(s, support_current, 1), s);
    return s;
}

static void finish(izh_solver *s, struct outcome *out)
{
    check_ok(izh_solver_run(s, SUPPORT_UNTIL), s);
    out->state = izh_solver_state(s);
    out->time = izh_solver_time(s);
    check_true(out->spikes.n >= 1);
    izh_solver_destroy(s);
}

static void whole(const izh_solver_config *config, struct outcome *out)
{
    finish(start(config, &out->spikes), out);
}

static void check_same_outcome(const struct outcome *x, const struct outcome *y)
{
    check_same_spikes(&x->spikes, &y->spikes);
    check_same_state(x->state, y->state);
    check_same(x->time, y->time);
}

static struct outcome at_once, in_pieces;

static void pieces_on_ticks_equal_the_whole(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        whole(&config, &at_once);
        izh_solver *s = start(&config, &in_pieces.spikes);
        for (int tick = 0; tick < 400; tick += 1 + tick % 3)
            check_ok(izh_solver_run(s, tick), s);
        finish(s, &in_pieces);
        check_same_outcome(&at_once, &in_pieces);
    }
}

static void pieces_off_ticks_equal_the_whole(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        whole(&config, &at_once);
        izh_solver *s = start(&config, &in_pieces.spikes);
        for (double t = 0; t < SUPPORT_UNTIL; t += .0371 + fmod(t, .3))
            check_ok(izh_solver_run(s, t), s);
        finish(s, &in_pieces);
        check_same_outcome(&at_once, &in_pieces);
    }
}

static void pieces_of_long_steps_equal_the_whole(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        config.dt = .75;
        config.t0 = -3.3;
        config.params.vpeak = 0; /* backward Euler has no step of this length much above */
        whole(&config, &at_once);
        izh_solver *s = start(&config, &in_pieces.spikes);
        for (double t = -3.3; t < SUPPORT_UNTIL; t += .61)
            check_ok(izh_solver_run(s, t), s);
        finish(s, &in_pieces);
        check_same_outcome(&at_once, &in_pieces);
    }
}

/* The host's own clock t += 0.1 drifts off the ticks by a hundred ulp; the solution does not. */
static void a_drifting_clock_changes_nothing(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        whole(&config, &at_once);
        izh_solver *s = start(&config, &in_pieces.spikes);
        double t = 0;
        for (int k = 0; k < 3000; k++)
            check_ok(izh_solver_run(s, t += .1), s);
        assert_true(t != 300);
        finish(s, &in_pieces);
        check_same_outcome(&at_once, &in_pieces);
    }
}

static double ulps(double t, int n)
{
    for (int i = 0; i < abs(n); i++)
        t = nextafter(t, n > 0 ? INFINITY : -INFINITY);
    return t;
}

static izh_solver *to(izh_method method, double t0, double t_end)
{
    izh_solver_config config = support_config(method);
    config.t0 = t0;
    config.dt = .1;
    izh_solver *s = support_create(&config);
    check_ok(izh_solver_set_current(s, 70), s);
    check_ok(izh_solver_run(s, t_end), s);
    return s;
}

/* Ends where the other does: status, spikes, state, counts and all that a blob has. */
static void check_ticks_equal_the_whole(const izh_solver_config *config, const izh_segment *current,
                                        size_t n, int ticks)
{
    static struct spikes spikes[2];
    static unsigned char blobs[2][8192];
    izh_solver *s[2];
    izh_status status[2] = {IZH_OK, IZH_OK};
    memset(spikes, 0, sizeof spikes);
    for (int k = 0; k < 2; k++) {
        s[k] = support_create(config);
        check_ok(izh_solver_on_spike(s[k], support_spike, &spikes[k]), s[k]);
        check_ok(izh_solver_set_stimulus(s[k], current, n), s[k]);
    }
    status[0] = izh_solver_run(s[0], ticks * config->dt);
    for (int i = 1; i <= ticks && status[1] == IZH_OK; i++)
        status[1] = izh_solver_run(s[1], i * config->dt);
    check_status(status[1], status[0], s[1]);
    check_same_spikes(&spikes[0], &spikes[1]);
    check_same_state(izh_solver_state(s[0]), izh_solver_state(s[1]));
    const size_t size = izh_solver_save(s[0], blobs[0], sizeof blobs[0]);
    check_true(size > 0 && size <= sizeof blobs[0]);
    check_true(izh_solver_save(s[1], blobs[1], sizeof blobs[1]) == size);
    check_true(status[0] != IZH_OK || memcmp(blobs[0], blobs[1], size) == 0);
    izh_solver_destroy(s[0]);
    izh_solver_destroy(s[1]);
}

/* Where nothing happens a run takes many ticks at once. */
static void ticks_one_by_one_equal_many_at_once(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int k = 0; support_next_config(&k, &config);)
        for (size_t i = 0; i < izh_preset_count() && !support_adaptive(config.method); i++) {
            const izh_preset *preset = izh_preset_get(i);
            config.params = preset->params;
            config.initial = preset->initial;
            config.dt = i % 2 ? .1 : .25;
            support_about("%s, %s, events %d", preset->name, izh_method_name(config.method),
                          (int)config.events);
            check_ticks_equal_the_whole(&config, preset->segments, preset->segment_count,
                                        (int)fmin(preset->duration / config.dt, 2000));
        }
}

/* Also where a strong inhibition makes the steps unstable, and at the limits of what may happen in
 * a millisecond. */
static void unstable_ticks_one_by_one_equal_many_at_once(void **state)
{
    (void)state;
    const izh_segment current[] = {{0, 10, 0}, {51.3, -40, -2}, {80, -200, 0}, {120, 10, .5}};
    izh_solver_config config;
    for (int k = 0; support_next_config(&k, &config);)
        for (int dt = 1; dt <= 8 && !support_adaptive(config.method); dt *= 2) {
            config.params = izh_params_2003(.02, .2, -65, 8);
            config.initial = (izh_state){-65, -13};
            config.dt = .125 * dt;
            config.max_steps_per_ms = config.max_spikes_per_ms = dt;
            check_ticks_equal_the_whole(&config, current, LENGTH(current), 1600 / dt);
        }
}

static void near_a_tick_is_that_tick(void **state)
{
    (void)state;
    const double t0s[] = {0, -7, 3.3, 1e6};
    for (izh_method m = 0; (m = support_next_method(m)) != 0;)
        for (size_t k = 0; k < LENGTH(t0s) && !support_adaptive(m); k++) {
            const double tick = t0s[k] + 331 * .1;
            izh_solver *on = to(m, t0s[k], tick);
            check_same(izh_solver_time(on), tick);
            for (int n = -4; n <= 4; n++) {
                izh_solver *near = to(m, t0s[k], ulps(tick, n));
                check_same(izh_solver_time(near), tick);
                check_same_state(izh_solver_state(near), izh_solver_state(on));
                izh_solver_destroy(near);
            }
            izh_solver_destroy(on);
        }
}

static void further_from_a_tick_is_not(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        const double tick = 331 * .1;
        for (int n = -1; n <= 1; n += 2) {
            izh_solver *s = to(m, 0, ulps(tick, 10 * n));
            check_true(izh_solver_time(s) != tick);
            check_close(izh_solver_time(s), ulps(tick, 10 * n), 2 * DBL_EPSILON * tick);
            izh_solver_destroy(s);
        }
    }
}

static void time_is_where_the_run_was_told_to_end(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        struct spikes spikes;
        izh_solver *s = start(&config, &spikes);
        for (double t = 0; t < SUPPORT_UNTIL; t += .731) {
            check_ok(izh_solver_run(s, t), s);
            check_close(izh_solver_time(s), t, 2 * DBL_EPSILON * t);
        }
        izh_solver_destroy(s);
    }
}

static void the_start_is_t0(void **state)
{
    (void)state;
    const double t0s[] = {0, -1e3, .1, 1e12};
    for (izh_method m = 0; (m = support_next_method(m)) != 0;)
        for (size_t k = 0; k < LENGTH(t0s); k++) {
            izh_solver_config config = support_config(m);
            config.t0 = t0s[k];
            izh_solver *s = support_create(&config);
            check_same(izh_solver_time(s), t0s[k]);
            check_ok(izh_solver_run(s, t0s[k]), s);
            check_same(izh_solver_time(s), t0s[k]);
            check_same_state(izh_solver_state(s), config.initial);
            izh_solver_destroy(s);
        }
}

/* Where the neuron starts in time is nothing to it. */
static void fixed_steps_do_not_depend_on_t0(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        if (support_adaptive(m))
            continue;
        izh_solver *near = to(m, 0, 300), *far = to(m, 1e7, 1e7 + 300);
        check_same_state(izh_solver_state(near), izh_solver_state(far));
        izh_solver_destroy(near);
        izh_solver_destroy(far);
    }
}

static void own_steps_hardly_depend_on_t0(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        if (!support_adaptive(m))
            continue;
        izh_solver *near = to(m, 0, 300), *far = to(m, 1e7, 1e7 + 300);
        check_close(izh_solver_state(near).v, izh_solver_state(far).v, 1e-10);
        check_close(izh_solver_state(near).u, izh_solver_state(far).u, 1e-10);
        izh_solver_destroy(near);
        izh_solver_destroy(far);
    }
}

static void a_long_run_stays_on_its_ticks(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        if (support_adaptive(m))
            continue;
        izh_solver *s = to(m, 0, 0);
        for (int k = 1; k <= 20; k++) {
            check_ok(izh_solver_run(s, k * 9999 * .1), s);
            check_same(izh_solver_time(s), k * 9999 * .1);
        }
        izh_statistics n = IZH_STATISTICS_INIT;
        check_ok(izh_solver_statistics(s, &n), s);
        check_true(n.steps >= 20 * 9999);
        izh_solver_destroy(s);
    }
}

/* Pacemaking without end has a period, which no running sum of times may bend. */
static void spikes_keep_their_period_over_a_long_run(void **state)
{
    (void)state;
    izh_solver_config config = support_line_config(IZH_TAYLOR);
    static struct spikes spikes;
    memset(&spikes, 0, sizeof spikes);
    izh_solver *s = support_create(&config);
    check_ok(izh_solver_on_spike(s, support_spike, &spikes), s);
    check_ok(izh_solver_set_current(s, 95 / 3.7), s); /* from -65 to 30 in 3.7 ms */
    check_ok(izh_solver_set_state(s, (izh_state){-65, 0}), s);
    check_ok(izh_solver_run(s, 3.7 * 4000 + 1), s);
    assert_int_equal(spikes.n, 4000);
    for (size_t i = 0; i < spikes.n; i++)
        check_close(spikes.event[i].t, 3.7 * (double)(i + 1), 1e-10);
    izh_solver_destroy(s);
}

static void the_past_is_an_error(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        struct spikes spikes;
        izh_solver *s = start(&config, &spikes);
        check_ok(izh_solver_run(s, 50.05), s);
        const izh_state before = izh_solver_state(s);
        const double past[] = {50.04, 50, 0, -1, -INFINITY, NAN, INFINITY};
        for (size_t k = 0; k < LENGTH(past); k++) {
            check_status(izh_solver_run(s, past[k]), IZH_E_INVALID, s);
            check_has(izh_solver_message(s), "t_end");
        }
        check_same(izh_solver_time(s), 50.05);
        check_same_state(izh_solver_state(s), before);
        check_ok(izh_solver_run(s, 50.05), s);
        check_same_state(izh_solver_state(s), before);
        izh_solver_destroy(s);
    }
}

/* The least dt beside a t0 is as the headers say. */
static void dt_is_above_what_t0_swallows(void **state)
{
    (void)state;
    static const double starts[] = {1, 1.9, -1.9 * 0x1p44, 0x1p44};
    for (size_t k = 0; k < LENGTH(starts); k++)
        for (int above = 0; above < 2; above++) {
            izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
            izh_population_config pc = IZH_POPULATION_CONFIG_INIT;
            izh_solver *s;
            izh_population *p;
            const double least = 0x1p-48 * fabs(starts[k]);
            config.method = IZH_RK4;
            config.params = izh_params_2003(.02, .2, -65, 8);
            config.t0 = pc.t0 = starts[k];
            config.dt = pc.dt = fmax(1e-9, above ? nextafter(least, INFINITY) : least);
            const izh_status status = above || config.dt > least ? IZH_OK : IZH_E_INVALID;
            assert_int_equal(izh_solver_create(&s, &config), status);
            assert_int_equal(izh_population_create(&p, &pc), status);
            izh_solver_destroy(s);
            izh_population_destroy(p);
        }
}

static void dt_is_the_longest_step(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        izh_solver_config config = support_config(m);
        config.dt = .25;
        izh_solver *s = support_create(&config);
        check_ok(izh_solver_run(s, 50), s);
        izh_statistics n = IZH_STATISTICS_INIT;
        check_ok(izh_solver_statistics(s, &n), s);
        check_true(n.steps >= 200);
        if (!support_adaptive(m))
            check_true(n.steps == 200);
        izh_solver_destroy(s);
    }
}

static void default_steps_are_as_documented(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        if (support_adaptive(m))
            continue;
        izh_solver_config config = support_config(m);
        izh_solver *s = support_create(&config);
        check_ok(izh_solver_run(s, 50), s);
        izh_statistics n = IZH_STATISTICS_INIT;
        check_ok(izh_solver_statistics(s, &n), s);
        check_true(n.steps == (m == IZH_PUBLISHED_2003 ? 50 : 500));
        izh_solver_destroy(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_on_ticks_equal_the_whole),
        cmocka_unit_test(pieces_off_ticks_equal_the_whole),
        cmocka_unit_test(pieces_of_long_steps_equal_the_whole),
        cmocka_unit_test(a_drifting_clock_changes_nothing),
        cmocka_unit_test(ticks_one_by_one_equal_many_at_once),
        cmocka_unit_test(unstable_ticks_one_by_one_equal_many_at_once),
        cmocka_unit_test(near_a_tick_is_that_tick),
        cmocka_unit_test(further_from_a_tick_is_not),
        cmocka_unit_test(time_is_where_the_run_was_told_to_end),
        cmocka_unit_test(the_start_is_t0),
        cmocka_unit_test(fixed_steps_do_not_depend_on_t0),
        cmocka_unit_test(own_steps_hardly_depend_on_t0),
        cmocka_unit_test(a_long_run_stays_on_its_ticks),
        cmocka_unit_test(spikes_keep_their_period_over_a_long_run),
        cmocka_unit_test(the_past_is_an_error),
        cmocka_unit_test(dt_is_above_what_t0_swallows),
        cmocka_unit_test(dt_is_the_longest_step),
        cmocka_unit_test(default_steps_are_as_documented),
    };
    return cmocka_run_group_tests_name("time", tests, NULL, NULL);
}
