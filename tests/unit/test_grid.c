/* Grid events: the textbook's way, spikes on ticks only. */
#include "support.h"

static struct spikes spikes;

static izh_solver *start(izh_method m, double dt)
{
    izh_solver_config config = support_config(m);
    config.events = IZH_EVENTS_GRID;
    config.dt = dt;
    izh_solver *s = support_create(&config);
    memset(&spikes, 0, sizeof spikes);
    check_ok(izh_solver_on_spike(s, support_spike, &spikes), s);
    check_ok(izh_solver_set_stimulus(s, support_current, 1), s);
    return s;
}

static void spikes_are_on_ticks(void **state)
{
    (void)state;
    const double dts[] = {.1, .25, .01};
    for (izh_method m = 0; (m = support_next_method(m)) != 0;)
        for (size_t k = 0; k < LENGTH(dts) && !support_adaptive(m); k++) {
            izh_solver *s = start(m, dts[k]);
            check_ok(izh_solver_run(s, SUPPORT_UNTIL), s);
            check_true(spikes.n >= 1);
            for (size_t i = 0; i < spikes.n; i++) {
                const double t = spikes.event[i].t;
                check_same(t, floor(t / dts[k] + .5) * dts[k]);
                check_true(spikes.event[i].before.v >= 35);
            }
            izh_solver_destroy(s);
        }
}

/* The listing that every textbook has, with RS at h = 1 ms. */
static void euler_gives_the_textbooks_bits(void **state)
{
    (void)state;
    const izh_params p = support_rs();
    const double k2 = p.k2 / p.cm, k1 = p.k1 / p.cm, k0 = p.k0 / p.cm, w = 1 / p.cm;
    double v = -60, u = 0;
    size_t n = 0;
    izh_solver *s = start(IZH_EULER, 1);
    for (int t = 0; t < 1000; t++) {
        const double I = t < 101 ? 0 : 70;
        const double dv = k2 * v * v + k1 * v + k0 - w * u + w * I;
        const double du = p.a * (p.b_lo * (v - p.vb) - p.r * u);
        v += 1 * dv;
        u += 1 * du;
        if (v >= p.vpeak) {
            v = p.c;
            u += p.d;
            n++;
        }
        check_ok(izh_solver_run(s, t + 1), s);
        check_same_state(izh_solver_state(s), ((izh_state){v, u}));
    }
    check_true(n >= 5);
    check_true(spikes.n == n);
    izh_solver_destroy(s);
}

/* The network listing of the 2003 paper, line by line. */
static void published_2003_gives_the_papers_bits(void **state)
{
    (void)state;
    const double a = .02, b = .2, c = -65, d = 8, I = 10;
    double v = -65, u = b * -65;
    size_t n = 0;
    izh_solver_config config = support_config(IZH_PUBLISHED_2003);
    config.params = izh_params_2003(a, b, c, d);
    config.initial = (izh_state){v, u};
    config.events = IZH_EVENTS_GRID;
    izh_solver *s = support_create(&config);
    check_ok(izh_solver_set_current(s, I), s);
    for (int t = 0; t < 1000; t++) {
        v = v + .5 * (.04 * v * v + 5 * v + 140 - u + I);
        v = v + .5 * (.04 * v * v + 5 * v + 140 - u + I);
        u = u + a * (b * v - u);
        if (v >= 30) {
            v = c;
            u = u + d;
            n++;
        }
        check_ok(izh_solver_run(s, t + 1), s);
        check_same_state(izh_solver_state(s), ((izh_state){v, u}));
    }
    check_true(n >= 10);
    izh_solver_destroy(s);
}

/* Between the ticks v stands beyond the peak, and waits. */
static void between_ticks_there_is_no_spike(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        if (support_adaptive(m))
            continue;
        izh_solver_config config = support_line_config(m);
        config.events = IZH_EVENTS_GRID;
        config.dt = 1;
        config.initial.v = 29;
        izh_solver *s = support_create(&config);
        memset(&spikes, 0, sizeof spikes);
        check_ok(izh_solver_on_spike(s, support_spike, &spikes), s);
        check_ok(izh_solver_set_current(s, 10), s);
        check_ok(izh_solver_run(s, .75), s);
        check_true(spikes.n == 0);
        check_close(izh_solver_state(s).v, 36.5, 1e-12);
        check_ok(izh_solver_run(s, 1), s);
        check_true(spikes.n == 1);
        check_same(spikes.event[0].t, 1);
        check_close(spikes.event[0].before.v, 39, 1e-12);
        check_same(izh_solver_state(s).v, -65);
        izh_solver_destroy(s);
    }
}

/* A breakpoint off the grid splits the step, and is no place for a spike. */
static void a_breakpoint_between_ticks_is_no_tick(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        if (support_adaptive(m))
            continue;
        izh_solver_config config = support_line_config(m);
        config.events = IZH_EVENTS_GRID;
        config.dt = 1;
        config.initial.v = 29;
        izh_solver *s = support_create(&config);
        memset(&spikes, 0, sizeof spikes);
        check_ok(izh_solver_on_spike(s, support_spike, &spikes), s);
        const izh_segment two[] = {{0, 10, 0}, {.75, 2, 0}};
        check_ok(izh_solver_set_stimulus(s, two, 2), s);
        check_ok(izh_solver_run(s, 1), s);
        check_true(spikes.n == 1);
        check_same(spikes.event[0].t, 1);
        check_close(spikes.event[0].before.v, 37, 1e-12);
        izh_solver_destroy(s);
    }
}

static void methods_of_own_steps_have_no_grid(void **state)
{
    (void)state;
    struct logbook book = {0};
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.events = IZH_EVENTS_GRID;
    config.log = support_log(&book);
    izh_solver *s = (izh_solver *)&config;
    check_status(izh_solver_create(&s, &config), IZH_E_UNSUPPORTED, NULL);
    assert_null(s);
    assert_int_equal(book.n, 1);
    assert_int_equal(book.status, IZH_E_UNSUPPORTED);
    check_has(book.text, "events");
    check_has(book.text, "taylor");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spikes_are_on_ticks),
        cmocka_unit_test(euler_gives_the_textbooks_bits),
        cmocka_unit_test(published_2003_gives_the_papers_bits),
        cmocka_unit_test(between_ticks_there_is_no_spike),
        cmocka_unit_test(a_breakpoint_between_ticks_is_no_tick),
        cmocka_unit_test(methods_of_own_steps_have_no_grid),
    };
    return cmocka_run_group_tests_name("grid", tests, NULL, NULL);
}
