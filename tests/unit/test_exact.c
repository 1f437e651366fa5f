/* Exact events: spikes inside the step, callbacks that reset, veto and stop, spikes at once. */
#include "support.h"

static struct spikes spikes, others;

static izh_solver *start(const izh_solver_config *config, struct spikes *record)
{
    izh_solver *s = support_create(config);
    memset(record, 0, sizeof *record);
    check_ok(izh_solver_on_spike(s, support_spike, record), s);
    return s;
}

/* The RS neuron under a current that makes it spike. */
static izh_solver *start_firing(const izh_solver_config *config, struct spikes *record)
{
    izh_solver *s = start(config, record);
    check_ok(izh_solver_set_stimulus(s, support_current, 1), s);
    return s;
}

/* ---- the search ---- */

static void spikes_lie_inside_steps_and_exactly_on_the_peak(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        izh_solver_config config = support_config(m);
        config.dt = .5;
        izh_solver *s = start_firing(&config, &spikes);
        check_ok(izh_solver_run(s, SUPPORT_UNTIL), s);
        check_true(spikes.n >= 1);
        for (size_t i = 0; i < spikes.n; i++) {
            const izh_spike_event *e = &spikes.event[i];
            check_same(e->before.v, 35);
            check_true(e->t / .5 != floor(e->t / .5));
            check_true(e->neuron == 0 && e->reserved == 0);
        }
        izh_solver_destroy(s);
    }
}

/* v' = 95/3.7: every method is exact here, and the spikes are at 3.7, 7.4, ... */
static void all_spikes_inside_one_step_are_found(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        izh_solver_config config = support_line_config(m);
        config.dt = 100;
        config.initial.v = -65;
        izh_solver *s = start(&config, &spikes);
        check_ok(izh_solver_set_current(s, 95 / 3.7), s);
        check_ok(izh_solver_run(s, 100), s);
        check_true(spikes.n == 27);
        for (size_t i = 0; i < spikes.n; i++)
            check_close(spikes.event[i].t, 3.7 * (double)(i + 1), 1e-12);
        check_close(izh_solver_state(s).v, -65 + 95 * (.1 / 3.7), 1e-11);
        izh_solver_destroy(s);
    }
}

/* A 2003 neuron driven hard, 11 spikes in a ms: in one step of rk4 they are those of taylor. */
static void a_step_over_many_spikes_finds_them_in_order(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        izh_solver_config config = support_config(m);
        config.params = izh_params_2003(.1, .2, -65, 2);
        config.initial = (izh_state){-65, -13};
        config.dt = 1;
        izh_solver *s = start(&config, &spikes);
        check_ok(izh_solver_set_current(s, 1000), s);
        check_ok(izh_solver_run(s, 1), s);
        check_true(m == IZH_TAYLOR || m == IZH_RK4 ? spikes.n == 11 : spikes.n >= 10);
        for (size_t i = 0; i < spikes.n; i++) {
            check_true(spikes.event[i].t > (i ? spikes.event[i - 1].t : 0));
            check_true(spikes.event[i].t <= 1);
        }
        izh_solver_destroy(s);
    }
}

/* I = 100 - 100 s makes v = 100 s - 50 s^2, exactly so for methods of order two: up to 50 and down
 * again within the step of 2 ms. */
static void run_hump(izh_method m, double peak)
{
    izh_solver_config config = support_line_config(m);
    config.dt = 2;
    config.params.vpeak = peak;
    izh_solver *s = start(&config, &spikes);
    const izh_segment ramp = {0, 100, -100};
    check_ok(izh_solver_set_stimulus(s, &ramp, 1), s);
    check_ok(izh_solver_run(s, 2), s);
    izh_solver_destroy(s);
}

static void a_spike_is_found_where_v_falls_back_within_the_step(void **state)
{
    (void)state;
    const izh_method exact[] = {IZH_MIDPOINT, IZH_RK4, IZH_EXP_EULER, IZH_TAYLOR};
    const double peaks[] = {1, 25, 49, 49.9, 49.999999};
    for (size_t i = 0; i < LENGTH(exact); i++)
        for (size_t k = 0; k < LENGTH(peaks); k++) {
            support_about("%s, peak %g", izh_method_name(exact[i]), peaks[k]);
            run_hump(exact[i], peaks[k]);
            check_true(spikes.n >= 1);
            check_close(spikes.event[0].t, 1 - sqrt(1 - peaks[k] / 50),
                        1e-13 / sqrt(1 - peaks[k] / 50));
        }
}

static void no_spike_where_v_turns_below_the_peak(void **state)
{
    (void)state;
    const izh_method exact[] = {IZH_MIDPOINT, IZH_RK4, IZH_EXP_EULER, IZH_TAYLOR};
    for (size_t i = 0; i < LENGTH(exact); i++) {
        support_about("%s", izh_method_name(exact[i]));
        run_hump(exact[i], 50.000001);
        check_true(spikes.n == 0);
    }
}

/* Peak and reset that depend on u, and the clamp, of the book's cells. */
static void the_peak_and_the_reset_may_depend_on_u(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        izh_solver_config config = support_config(m);
        config.dt = .1;
        config.params = izh_params_2007(20, .3, -66, -40, 30, .17, 5, -45, 100);
        config.params.vpeak_u = -.1;
        config.params.c_u = .04;
        config.params.u_max = 60;
        config.initial = (izh_state){-66, 0};
        izh_solver *s = start(&config, &spikes);
        spikes.answer = IZH_STOP;
        check_ok(izh_solver_set_current(s, 400), s);
        for (size_t i = 0; i < 5; i++) {
            check_status(izh_solver_run(s, 1000), IZH_STOPPED, s);
            const izh_state before = spikes.event[i].before, after = izh_solver_state(s);
            check_same(before.v, 30 + -.1 * before.u);
            check_same(after.v, -45 + .04 * before.u);
            check_same(after.u, before.u + 100 < 60 ? before.u + 100 : 60);
        }
        izh_solver_destroy(s);
    }
}

/* The FS cell of the book has a kink in U(v): steps that end on it keep the order. */
static void the_kink_does_not_spoil_the_method(void **state)
{
    (void)state;
    izh_solver_config config = support_config(IZH_RK4);
    config.params = izh_params_2007(20, 1, -55, -40, 25, .2, 0, -45, 0);
    config.params.b3 = .025;
    config.initial = (izh_state){-70, 0};
    config.dt = .1;
    izh_solver *rk4 = start(&config, &spikes);
    config.method = IZH_TAYLOR;
    config.dt = 0;
    izh_solver *taylor = start(&config, &others);
    check_ok(izh_solver_set_current(rk4, 100), rk4);
    check_ok(izh_solver_set_current(taylor, 100), taylor);
    check_ok(izh_solver_run(rk4, 60), rk4);
    check_ok(izh_solver_run(taylor, 60), taylor);
    check_true(others.n >= 3);
    check_true(spikes.n == others.n);
    for (size_t i = 0; i < spikes.n; i++)
        check_close(spikes.event[i].t, others.event[i].t, 2e-3);
    izh_solver_destroy(rk4);
    izh_solver_destroy(taylor);
}

/* ---- spikes at once ---- */

static void check_spiked_at_once(izh_solver *s, double t, izh_state before)
{
    check_ok(izh_solver_run(s, t), s);
    check_true(spikes.n == 1);
    check_same(spikes.event[0].t, t);
    check_same_state(spikes.event[0].before, before);
    const izh_params p = support_rs();
    check_same_state(izh_solver_state(s), ((izh_state){p.c, before.u + p.d}));
    check_same(izh_solver_time(s), t);
    /* once, and not again */
    check_ok(izh_solver_run(s, t), s);
    check_true(spikes.n == 1);
    izh_solver_destroy(s);
}

static void an_initial_state_at_or_above_the_peak_spikes_at_t0(void **state)
{
    (void)state;
    const double vs[] = {35, 35.5, 1000};
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);)
        for (size_t k = 0; k < LENGTH(vs); k++) {
            config.t0 = 12.34;
            config.initial = (izh_state){vs[k], 7};
            izh_solver *s = start(&config, &spikes);
            check_same_state(izh_solver_state(s), config.initial);
            check_spiked_at_once(s, 12.34, config.initial);
        }
}

static void a_state_just_below_the_peak_does_not_spike_at_once(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        config.initial = (izh_state){nextafter(35, 0), 7};
        izh_solver *s = start(&config, &spikes);
        check_ok(izh_solver_run(s, 0), s);
        check_true(spikes.n == 0);
        check_same_state(izh_solver_state(s), config.initial);
        check_ok(izh_solver_run(s, 1), s);
        check_true(spikes.n == 1);
        izh_solver_destroy(s);
    }
}

static void a_kick_to_the_peak_spikes_at_once(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        izh_solver *s = start(&config, &spikes);
        check_ok(izh_solver_run(s, 20), s);
        const izh_state rest = izh_solver_state(s);
        check_ok(izh_solver_kick(s, 200, 3), s);
        const izh_state kicked = {rest.v + 200, rest.u + 3};
        check_same_state(izh_solver_state(s), kicked);
        check_spiked_at_once(s, 20, kicked);
    }
}

static void a_kick_to_the_peak_off_a_tick_spikes_at_once(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        const izh_solver_config config = support_config(m);
        izh_solver *s = start(&config, &spikes);
        check_ok(izh_solver_run(s, 20.0625), s);
        check_ok(izh_solver_kick(s, 200, 3), s);
        check_spiked_at_once(s, izh_solver_time(s), izh_solver_state(s));
    }
}

static void a_new_state_at_the_peak_spikes_at_once(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        izh_solver *s = start(&config, &spikes);
        check_ok(izh_solver_run(s, 20), s);
        check_ok(izh_solver_set_state(s, (izh_state){35, -2}), s);
        check_spiked_at_once(s, 20, (izh_state){35, -2});
    }
}

static void a_peak_lowered_to_v_spikes_at_once(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        config.initial.v = -45;
        config.params.c = -70;
        izh_solver *s = start(&config, &spikes);
        check_ok(izh_solver_run(s, 2), s);
        const izh_state now = izh_solver_state(s);
        izh_params p = config.params;
        p.vpeak = now.v;
        check_ok(izh_solver_set_params(s, &p), s);
        check_true(spikes.n == 0);
        check_ok(izh_solver_run(s, 2), s);
        check_true(spikes.n == 1);
        check_same(spikes.event[0].t, 2);
        check_same_state(spikes.event[0].before, now);
        check_same(izh_solver_state(s).v, -70);
        izh_solver_destroy(s);
    }
}

/* ---- the callback ---- */

static void without_a_callback_the_model_resets(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        izh_solver *with = start_firing(&config, &spikes),
                   *without = start_firing(&config, &others);
        check_ok(izh_solver_on_spike(without, NULL, NULL), without);
        check_ok(izh_solver_run(with, SUPPORT_UNTIL), with);
        check_ok(izh_solver_run(without, SUPPORT_UNTIL), without);
        check_true(spikes.n >= 1 && others.n == 0);
        check_same_state(izh_solver_state(with), izh_solver_state(without));
        izh_solver_destroy(with);
        izh_solver_destroy(without);
    }
}

static int32_t expect_the_models_reset(const izh_spike_event *e, izh_state *after, void *user)
{
    const izh_params *p = user;
    check_same(after->v, p->c);
    check_same(after->u, e->before.u + p->d);
    return IZH_STOP;
}

static void after_arrives_as_the_models_reset(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        izh_solver *s = start_firing(&config, &spikes);
        check_ok(izh_solver_on_spike(s, expect_the_models_reset, &config.params), s);
        check_status(izh_solver_run(s, SUPPORT_UNTIL), IZH_STOPPED, s);
        izh_solver_destroy(s);
    }
}

static void the_callback_replaces_the_reset(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        izh_solver *s = start_firing(&config, &spikes);
        spikes.answer = IZH_STOP;
        spikes.replace = 1;
        spikes.after = (izh_state){-71.5, 12};
        check_status(izh_solver_run(s, SUPPORT_UNTIL), IZH_STOPPED, s);
        check_same_state(izh_solver_state(s), spikes.after);
        /* It goes on from there as from a state that was set there. */
        izh_solver *set = start_firing(&config, &others);
        others.answer = IZH_STOP;
        check_status(izh_solver_run(set, SUPPORT_UNTIL), IZH_STOPPED, set);
        check_ok(izh_solver_set_state(set, spikes.after), set);
        check_ok(izh_solver_run(s, spikes.event[0].t + 20), s);
        check_ok(izh_solver_run(set, spikes.event[0].t + 20), set);
        check_same_state(izh_solver_state(s), izh_solver_state(set));
        izh_solver_destroy(s);
        izh_solver_destroy(set);
    }
}

/* A veto: v is held just below the peak, and reaches it again. */
static int32_t veto_once(const izh_spike_event *e, izh_state *after, void *user)
{
    int *calls = user;
    if ((*calls)++ == 0)
        *after = (izh_state){e->before.v - 1e-9, e->before.u};
    return IZH_CONTINUE;
}

static void a_vetoed_spike_comes_again(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        const izh_solver_config config = support_config(m);
        izh_solver *s = start_firing(&config, &spikes);
        int calls = 0;
        check_ok(izh_solver_on_spike(s, veto_once, &calls), s);
        check_ok(izh_solver_run(s, 300), s);
        check_true(calls == 2);
        izh_solver_destroy(s);
    }
}

/* ---- a reset that leaves v at the peak ---- */

static void check_bad_reset(const izh_solver_config *config, izh_state bad)
{
    izh_solver *s = start_firing(config, &spikes), *good = start_firing(config, &others);
    spikes.replace = 1;
    spikes.after = bad;
    check_status(izh_solver_run(s, SUPPORT_UNTIL), IZH_E_RESET, s);
    check_same(izh_solver_time(s), spikes.event[0].t);
    check_same_state(izh_solver_state(s), spikes.event[0].before);
    check_has(izh_solver_message(s), "reset");
    izh_statistics n = IZH_STATISTICS_INIT;
    check_ok(izh_solver_statistics(s, &n), s);
    check_true(n.spikes == 0);
    /* The same run again says the same, */
    check_status(izh_solver_run(s, SUPPORT_UNTIL), IZH_E_RESET, s);
    check_true(spikes.n == 2);
    check_same(spikes.event[1].t, spikes.event[0].t);
    check_same_state(spikes.event[1].before, spikes.event[0].before);
    /* and with a reset that is one, all is as if nothing had been. */
    memset(&spikes, 0, sizeof spikes);
    check_ok(izh_solver_run(s, SUPPORT_UNTIL), s);
    check_ok(izh_solver_run(good, SUPPORT_UNTIL), good);
    check_same_spikes(&spikes, &others);
    check_same_state(izh_solver_state(s), izh_solver_state(good));
    izh_solver_destroy(s);
    izh_solver_destroy(good);
}

static void a_reset_at_the_peak_or_above_is_an_error(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        check_bad_reset(&config, (izh_state){35, 0});
        check_bad_reset(&config, (izh_state){1e6, 0});
    }
}

static void a_reset_that_is_not_finite_is_an_error(void **state)
{
    (void)state;
    const izh_state bad[] = {{NAN, 0}, {-60, NAN}, {-INFINITY, 0}, {-60, INFINITY}, {INFINITY, 0}};
    for (izh_method m = 0; (m = support_next_method(m)) != 0;)
        for (size_t k = 0; k < LENGTH(bad); k++) {
            const izh_solver_config config = support_config(m);
            check_bad_reset(&config, bad[k]);
        }
}

static void the_models_own_reset_is_checked_where_it_depends_on_u(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        config.params.c = 100;
        config.params.c_u = -1e-3;
        izh_solver *s = start_firing(&config, &spikes);
        check_status(izh_solver_run(s, SUPPORT_UNTIL), IZH_E_RESET, s);
        check_same(izh_solver_time(s), spikes.event[0].t);
        check_same_state(izh_solver_state(s), spikes.event[0].before);
        izh_solver_destroy(s);
    }
}

/* Trying again does not add up to a cap on spikes that never happened. */
static void a_bad_reset_may_be_tried_for_ever(void **state)
{
    (void)state;
    const izh_solver_config config = support_config(IZH_TAYLOR);
    izh_solver *s = start_firing(&config, &spikes);
    spikes.replace = 1;
    spikes.after = (izh_state){35, 0};
    for (int i = 0; i < 1100; i++)
        check_status(izh_solver_run(s, SUPPORT_UNTIL), IZH_E_RESET, s);
    izh_solver_destroy(s);
}

/* ---- stop and go on ---- */

static void stop_at_each_spike(const izh_solver_config *config, int32_t answer)
{
    izh_solver *s = start_firing(config, &spikes), *whole = start_firing(config, &others);
    check_ok(izh_solver_run(whole, SUPPORT_UNTIL), whole);
    spikes.answer = answer;
    for (size_t i = 0; i < others.n; i++) {
        check_status(izh_solver_run(s, SUPPORT_UNTIL), IZH_STOPPED, s);
        check_true(spikes.n == i + 1);
        check_same(izh_solver_time(s), spikes.event[i].t);
        check_same(izh_solver_state(s).v, config->params.c);
        check_same(izh_solver_state(s).u, spikes.event[i].before.u + config->params.d);
    }
    check_ok(izh_solver_run(s, SUPPORT_UNTIL), s);
    check_same_spikes(&spikes, &others);
    check_same_state(izh_solver_state(s), izh_solver_state(whole));
    check_same(izh_solver_time(s), izh_solver_time(whole));
    izh_solver_destroy(s);
    izh_solver_destroy(whole);
}

static void stopping_and_going_on_changes_no_bit(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);)
        stop_at_each_spike(&config, IZH_STOP);
}

static void any_other_answer_stops_too(void **state)
{
    (void)state;
    const izh_solver_config config = support_config(IZH_RK4);
    stop_at_each_spike(&config, 7);
    stop_at_each_spike(&config, -1);
}

static void a_run_to_the_spikes_own_time_includes_it(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        izh_solver *first = start_firing(&config, &others);
        others.answer = IZH_STOP;
        check_status(izh_solver_run(first, SUPPORT_UNTIL), IZH_STOPPED, first);
        izh_solver *s = start_firing(&config, &spikes);
        const double t = others.event[0].t;
        check_ok(izh_solver_run(s, nextafter(nextafter(t, 0), 0) - 1e-9), s);
        check_true(spikes.n == 0);
        check_ok(izh_solver_run(s, t), s);
        if (spikes.n == 0) /* the time of the spike is rounded: the spike may lie half an ulp on */
            check_ok(izh_solver_run(s, nextafter(t, INFINITY)), s);
        check_true(spikes.n == 1);
        check_same(spikes.event[0].t, t);
        izh_solver_destroy(first);
        izh_solver_destroy(s);
    }
}

/* ---- runaway ---- */

static izh_solver *start_runaway(izh_method m, double cap)
{
    izh_solver_config config = support_line_config(m);
    config.params.c = 29.999;
    config.initial.v = 29.9995;
    config.max_spikes_per_ms = cap;
    izh_solver *s = start(&config, &spikes);
    check_ok(izh_solver_set_current(s, 1000), s); /* a spike each us */
    return s;
}

static void runaway_firing_diverges_at_the_cap(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        izh_solver *s = start_runaway(m, 10);
        check_status(izh_solver_run(s, 100), IZH_E_DIVERGED, s);
        check_has(izh_solver_message(s), "max_spikes_per_ms = 10");
        check_true(spikes.n == 10);
        check_close(izh_solver_time(s), 10.5e-6, 1e-9);
        check_same(izh_solver_state(s).v, 30);
        izh_statistics n = IZH_STATISTICS_INIT;
        check_ok(izh_solver_statistics(s, &n), s);
        check_true(n.spikes == 10);
        /* It stays so, until the host changes something. */
        check_status(izh_solver_run(s, 100), IZH_E_DIVERGED, s);
        check_true(spikes.n == 10);
        check_ok(izh_solver_set_state(s, (izh_state){-65, 0}), s);
        check_ok(izh_solver_set_current(s, 0), s);
        check_ok(izh_solver_run(s, 100), s);
        izh_solver_destroy(s);
    }
}

static void the_cap_is_1000_by_default(void **state)
{
    (void)state;
    izh_solver *s = start_runaway(IZH_TAYLOR, 0);
    check_status(izh_solver_run(s, 100), IZH_E_DIVERGED, s);
    check_true(spikes.n == 1000);
    izh_solver_destroy(s);
}

/* Kicks at the given times, each a spike, under a cap of three. */
static izh_status kick_at(const double *times, size_t n)
{
    izh_solver_config config = support_line_config(IZH_TAYLOR);
    config.max_spikes_per_ms = 3;
    config.initial.v = -65;
    izh_solver *s = start(&config, &spikes);
    izh_status status = IZH_OK;
    for (size_t i = 0; i < n && status == IZH_OK; i++) {
        check_ok(izh_solver_run(s, times[i]), s);
        check_ok(izh_solver_kick(s, 95, 0), s);
        status = izh_solver_run(s, times[i]);
    }
    izh_solver_destroy(s);
    return status;
}

static void the_cap_counts_within_a_millisecond(void **state)
{
    (void)state;
    const double bearable[] = {5, 5.25, 5.75, 6, 6.25, 6.75, 7.5}, many[] = {5, 5.25, 5.5, 5.75};
    check_status(kick_at(bearable, LENGTH(bearable)), IZH_OK, NULL);
    check_status(kick_at(many, 3), IZH_OK, NULL);
    check_status(kick_at(many, 4), IZH_E_DIVERGED, NULL);
    check_true(spikes.n == 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spikes_lie_inside_steps_and_exactly_on_the_peak),
        cmocka_unit_test(all_spikes_inside_one_step_are_found),
        cmocka_unit_test(a_step_over_many_spikes_finds_them_in_order),
        cmocka_unit_test(a_spike_is_found_where_v_falls_back_within_the_step),
        cmocka_unit_test(no_spike_where_v_turns_below_the_peak),
        cmocka_unit_test(the_peak_and_the_reset_may_depend_on_u),
        cmocka_unit_test(the_kink_does_not_spoil_the_method),
        cmocka_unit_test(an_initial_state_at_or_above_the_peak_spikes_at_t0),
        cmocka_unit_test(a_state_just_below_the_peak_does_not_spike_at_once),
        cmocka_unit_test(a_kick_to_the_peak_spikes_at_once),
        cmocka_unit_test(a_kick_to_the_peak_off_a_tick_spikes_at_once),
        cmocka_unit_test(a_new_state_at_the_peak_spikes_at_once),
        cmocka_unit_test(a_peak_lowered_to_v_spikes_at_once),
        cmocka_unit_test(without_a_callback_the_model_resets),
        cmocka_unit_test(after_arrives_as_the_models_reset),
        cmocka_unit_test(the_callback_replaces_the_reset),
        cmocka_unit_test(a_vetoed_spike_comes_again),
        cmocka_unit_test(a_reset_at_the_peak_or_above_is_an_error),
        cmocka_unit_test(a_reset_that_is_not_finite_is_an_error),
        cmocka_unit_test(the_models_own_reset_is_checked_where_it_depends_on_u),
        cmocka_unit_test(a_bad_reset_may_be_tried_for_ever),
        cmocka_unit_test(stopping_and_going_on_changes_no_bit),
        cmocka_unit_test(any_other_answer_stops_too),
        cmocka_unit_test(a_run_to_the_spikes_own_time_includes_it),
        cmocka_unit_test(runaway_firing_diverges_at_the_cap),
        cmocka_unit_test(the_cap_is_1000_by_default),
        cmocka_unit_test(the_cap_counts_within_a_millisecond),
    };
    return cmocka_run_group_tests_name("exact", tests, NULL, NULL);
}
