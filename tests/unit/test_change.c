/* Kicks, new states and new parameters while running, off the ticks too. */
#include "support.h"

static uint64_t steps(const izh_solver *s)
{
    izh_statistics n = IZH_STATISTICS_INIT;
    check_ok(izh_solver_statistics(s, &n), s);
    return n.steps;
}

static void a_kick_adds_to_the_state_now(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        izh_solver *s = support_create(&config);
        check_ok(izh_solver_set_current(s, 30), s);
        check_ok(izh_solver_run(s, 10.03), s);
        const izh_state before = izh_solver_state(s);
        const double t = izh_solver_time(s);
        check_ok(izh_solver_kick(s, 1.5, -2.25), s);
        check_same_state(izh_solver_state(s), ((izh_state){before.v + 1.5, before.u - 2.25}));
        check_same(izh_solver_time(s), t);
        izh_solver_destroy(s);
    }
}

/* One short step to the next tick, and then full ones again. */
static void after_a_kick_off_a_tick_the_grid_is_rejoined(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        if (support_adaptive(m))
            continue;
        izh_solver_config config = support_line_config(m);
        config.dt = .5;
        izh_solver *s = support_create(&config);
        check_ok(izh_solver_set_current(s, 3), s);
        check_ok(izh_solver_run(s, 2.125), s);
        check_ok(izh_solver_kick(s, -10, 0), s);
        check_ok(izh_solver_run(s, 5), s);
        check_close(izh_solver_state(s).v, 5, 1e-13);
        check_same(izh_solver_time(s), 5);
        check_true(steps(s) == 10 || steps(s) == 11); /* the part before the kick may not count */
        izh_solver_destroy(s);
    }
}

/* Euler by hand across a kick at 10.03: the steps end at 10, 10.03, 10.1, ... */
static void euler_rejoins_its_grid_as_by_hand(void **state)
{
    (void)state;
    const izh_params p = izh_params_2003(.02, .2, -65, 8);
    izh_solver_config config = support_config(IZH_EULER);
    config.params = p;
    config.initial = (izh_state){-70, -14};
    izh_solver *s = support_create(&config);
    check_ok(izh_solver_run(s, 10.03), s);
    check_ok(izh_solver_kick(s, 2, 1), s);
    check_ok(izh_solver_run(s, 20), s);
    double v = -70, u = -14;
    for (int tick = 0; tick < 200; tick++)
        for (int part = 0; part < (tick == 100 ? 2 : 1); part++) {
            const double h = tick != 100 ? .1 : part == 0 ? .03 : .07;
            const double dv = .04 * v * v + 5 * v + 140 - u, du = .02 * (.2 * v - u);
            v += h * dv + (tick == 100 && part == 0 ? 2 : 0);
            u += h * du + (tick == 100 && part == 0 ? 1 : 0);
        }
    check_close(izh_solver_state(s).v, v, 1e-11);
    check_close(izh_solver_state(s).u, u, 1e-11);
    izh_solver_destroy(s);
}

/* A solver that was changed goes on as a new one that starts there. */
static void check_as_new(izh_solver *s, const izh_solver_config *like, const izh_params *params,
                         double I)
{
    izh_solver_config config = *like;
    config.t0 = izh_solver_time(s);
    config.initial = izh_solver_state(s);
    config.params = *params;
    izh_solver *fresh = support_create(&config);
    check_ok(izh_solver_set_current(fresh, I), fresh);
    check_ok(izh_solver_run(s, 50), s);
    check_ok(izh_solver_run(fresh, 50), fresh);
    const double tolerance = support_adaptive(like->method) ? 1e-10 : 2e-2;
    check_close(izh_solver_state(s).v, izh_solver_state(fresh).v, tolerance);
    check_close(izh_solver_state(s).u, izh_solver_state(fresh).u, tolerance);
    izh_solver_destroy(fresh);
    izh_solver_destroy(s);
}

static izh_solver *running(izh_method m, izh_solver_config *config)
{
    *config = support_config(m);
    config->dt = .01;
    izh_solver *s = support_create(config);
    check_ok(izh_solver_set_current(s, 40), s);
    check_ok(izh_solver_run(s, 10.0371), s);
    return s;
}

static void new_parameters_hold_from_now_on(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        izh_solver_config config;
        izh_solver *s = running(m, &config);
        izh_params p = izh_params_2007(50, .5, -62, -41, 25, .05, 1, -55, 20);
        check_ok(izh_solver_set_params(s, &p), s);
        const izh_params copy = p;
        memset(&p, 0xff, sizeof p); /* they are copied */
        check_as_new(s, &config, &copy, 40);
    }
}

static void a_new_state_holds_from_now_on(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        izh_solver_config config;
        izh_solver *s = running(m, &config);
        check_ok(izh_solver_set_state(s, (izh_state){-52, 11}), s);
        check_same_state(izh_solver_state(s), ((izh_state){-52, 11}));
        check_as_new(s, &config, &config.params, 40);
    }
}

static void a_new_current_holds_from_now_on(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        izh_solver_config config;
        izh_solver *s = running(m, &config);
        check_ok(izh_solver_set_current(s, -15), s);
        check_as_new(s, &config, &config.params, -15);
    }
}

/* Setting a thing does not move the solver. */
static void changes_take_no_time(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        izh_solver_config config;
        izh_solver *s = running(m, &config);
        const double t = izh_solver_time(s);
        const izh_state now = izh_solver_state(s);
        for (int i = 0; i < 100; i++) {
            check_ok(izh_solver_set_current(s, i), s);
            check_ok(izh_solver_set_params(s, &config.params), s);
            check_ok(izh_solver_kick(s, 0, 0), s);
            check_ok(izh_solver_set_state(s, now), s);
            check_ok(izh_solver_run(s, t), s);
        }
        check_same(izh_solver_time(s), t);
        check_same_state(izh_solver_state(s), now);
        izh_solver_destroy(s);
    }
}

/* Kicks at many odd times: v' = 0 keeps them all. */
static void kicks_add_up(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        config.params = support_line();
        config.initial = (izh_state){0, 0};
        izh_solver *s = support_create(&config);
        double t = 0;
        for (int k = 1; k <= 256; k++) {
            check_ok(izh_solver_run(s, t += .0371), s);
            check_ok(izh_solver_kick(s, .0625, 0), s);
            check_same(izh_solver_state(s).v, .0625 * k);
        }
        check_ok(izh_solver_run(s, 100), s);
        check_same(izh_solver_time(s), 100);
        check_same(izh_solver_state(s).v, 16);
        izh_solver_destroy(s);
    }
}

struct changer {
    izh_solver *solver;
    izh_params params;
};

static int32_t change_params(const izh_spike_event *e, izh_state *after, void *user)
{
    struct changer *changer = user;
    (void)e, (void)after;
    check_ok(izh_solver_set_params(changer->solver, &changer->params), changer->solver);
    return IZH_STOP;
}

static void parameters_set_in_the_spike_callback_hold_from_the_spike_on(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        izh_solver_config config;
        izh_solver *s = running(m, &config);
        struct changer changer = {s, support_rs()};
        changer.params.k2 = changer.params.k1 = changer.params.k0 = changer.params.a = 0;
        check_ok(izh_solver_on_spike(s, change_params, &changer), s);
        check_ok(izh_solver_set_state(s, (izh_state){20, 0}), s);
        check_status(izh_solver_run(s, 50), IZH_STOPPED, s);
        const izh_state reset = izh_solver_state(s);
        check_same(reset.v, -50); /* v' = (I - u)/cm from here on */
        const double t = izh_solver_time(s);
        check_ok(izh_solver_run(s, 50), s);
        check_close(izh_solver_state(s).v, -50 + (40 - reset.u) / 100 * (50 - t), 1e-10);
        check_close(izh_solver_state(s).u, reset.u, 0);
        izh_solver_destroy(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kick_adds_to_the_state_now),
        cmocka_unit_test(after_a_kick_off_a_tick_the_grid_is_rejoined),
        cmocka_unit_test(euler_rejoins_its_grid_as_by_hand),
        cmocka_unit_test(new_parameters_hold_from_now_on),
        cmocka_unit_test(a_new_state_holds_from_now_on),
        cmocka_unit_test(a_new_current_holds_from_now_on),
        cmocka_unit_test(changes_take_no_time),
        cmocka_unit_test(kicks_add_up),
        cmocka_unit_test(parameters_set_in_the_spike_callback_hold_from_the_spike_on),
    };
    return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}
