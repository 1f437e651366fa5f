/* Near the threshold and beyond all measure: every run ends in the status that the headers promise.
 */
#include "support.h"

#include <float.h>

/* v' = I, so v is what the current makes of it: an arc that only touches the peak. */
static izh_solver *arc(izh_method method, double top, struct spikes *spikes)
{
    izh_solver_config config = support_line_config(method);
    izh_solver *s;
    config.initial.v = 0;
    s = support_create(&config);
    /* I = 2 top - 2 top (t - 0): v = 2 top t - top t^2, highest at t = 1 with v = top. */
    const izh_segment ramp = {0, 2 * top, -2 * top};
    check_ok(izh_solver_set_stimulus(s, &ramp, 1), s);
    check_ok(izh_solver_on_spike(s, support_spike, spikes), s);
    return s;
}

static void an_arc_below_the_peak_does_not_spike(void **state)
{
    (void)state;
    static struct spikes spikes;
    const izh_method methods[] = {IZH_MIDPOINT, IZH_RK4, IZH_TAYLOR, IZH_DOPRI5,
                                  IZH_EXPRB_ADAPTIVE};
    for (size_t i = 0; i < LENGTH(methods); i++) {
        support_about("%s", izh_method_name(methods[i]));
        spikes.n = 0;
        izh_solver *s = arc(methods[i], 30 - 1e-9, &spikes);
        check_ok(izh_solver_run(s, 2), s);
        check_true(spikes.n == 0);
        check_close(izh_solver_state(s).v, 0, 1e-9);
        izh_solver_destroy(s);
    }
}

/* Above by eps the crossing is at 1 - sqrt(1 - 30/top). */
static void an_arc_above_the_peak_spikes_once_where_it_crosses(void **state)
{
    (void)state;
    static struct spikes spikes;
    const izh_method methods[] = {IZH_MIDPOINT, IZH_RK4, IZH_TAYLOR, IZH_DOPRI5,
                                  IZH_EXPRB_ADAPTIVE};
    const double heights[] = {1e-9, 1e-6, .01, 1};
    for (size_t i = 0; i < LENGTH(methods); i++)
        for (size_t k = 0; k < LENGTH(heights); k++) {
            const double top = 30 + heights[k];
            support_about("%s, %g above", izh_method_name(methods[i]), heights[k]);
            spikes.n = 0;
            izh_solver *s = arc(methods[i], top, &spikes);
            check_ok(izh_solver_run(s, 2), s);
            check_true(spikes.n == 1);
            /* A rounding of v by 4e-15 is one of t by that over the speed. */
            const double width = sqrt(1 - 30 / top);
            check_close(spikes.event[0].t, 1 - width, 2e-16 + 1e-15 / width);
            izh_solver_destroy(s);
        }
}

static void a_reset_just_below_the_peak_is_allowed_but_runs_away(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        izh_solver_config config = support_line_config(m);
        config.params.c = nextafter(config.params.vpeak, 0);
        support_about("%s", izh_method_name(m));
        izh_solver *s = support_create(&config);
        check_ok(izh_solver_set_current(s, 100), s);
        check_status(izh_solver_run(s, 10), IZH_E_DIVERGED, s);
        check_has(izh_solver_message(s), "within 1 ms");
        check_true(isfinite(izh_solver_state(s).v));
        izh_solver_destroy(s);
    }
}

/* A ramp without end: firing gets faster until the cap on spikes. */
static void a_ramp_without_end_runs_away(void **state)
{
    (void)state;
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.params.d = 0;
    izh_solver *s = support_create(&config);
    const izh_segment ramp = {0, 0, 1e6};
    check_ok(izh_solver_set_stimulus(s, &ramp, 1), s);
    check_status(izh_solver_run(s, 1000), IZH_E_DIVERGED, s);
    check_has(izh_solver_message(s), "max_spikes_per_ms");
    check_true(isfinite(izh_solver_state(s).v) && izh_solver_time(s) < 1000);
    izh_solver_destroy(s);
}

static void an_infinite_ramp_is_refused(void **state)
{
    (void)state;
    const izh_solver_config config = support_config(IZH_TAYLOR);
    izh_solver *s = support_create(&config);
    const izh_segment ramp = {0, 0, INFINITY};
    check_status(izh_solver_set_stimulus(s, &ramp, 1), IZH_E_INVALID, s);
    check_has(izh_solver_message(s), "slope = inf");
    izh_solver_destroy(s);
}

static void the_past_is_refused(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        const izh_solver_config config = support_config(m);
        izh_solver *s = support_create(&config);
        check_ok(izh_solver_run(s, 3.3), s);
        check_status(izh_solver_run(s, 3), IZH_E_INVALID, s);
        check_has(izh_solver_message(s), "t_end = 3;");
        check_close(izh_solver_time(s), 3.3, 1e-15);
        izh_solver_destroy(s);
    }
}

static int32_t stop_at(const izh_spike_event *e, izh_state *after, void *left)
{
    (void)e;
    (void)after;
    return --*(long *)left == 0 ? IZH_STOP : IZH_CONTINUE;
}

/* A billion spikes asked for: the run is the host's to stop, at any of them. */
static void a_billion_spikes_can_be_stopped(void **state)
{
    (void)state;
    izh_solver_config config = support_line_config(IZH_TAYLOR);
    config.params.c = 29;
    izh_solver *s = support_create(&config);
    long left = 100000;
    check_ok(izh_solver_set_current(s, 100), s);
    check_ok(izh_solver_on_spike(s, stop_at, &left), s);
    check_status(izh_solver_run(s, 1e7), IZH_STOPPED, s);
    check_close(izh_solver_time(s), .3 + (100000 - 1) * .01, 1e-9);
    izh_solver_destroy(s);
}

/* A million ms: spike times keep to the rounding of t. v' = 1 from -65 to 30 every 95 ms, exactly.
 */
static void long_runs_keep_their_spike_times(void **state)
{
    (void)state;
    static struct spikes spikes;
    const izh_solver_config config = support_line_config(IZH_TAYLOR);
    spikes.n = 0;
    izh_solver *s = support_create(&config);
    check_ok(izh_solver_on_spike(s, support_spike, &spikes), s);
    check_ok(izh_solver_set_current(s, .1), s);
    check_ok(izh_solver_run(s, 1e6), s);
    check_true(spikes.n > 1000);
    /* 0.1 is not 1/10, so the interval is 95 over that double, which long double holds well enough.
     */
    const long double interval = 95 / (long double).1;
    const long double first = (30 - (long double)config.initial.v) / (long double).1;
    for (size_t i = 0; i < spikes.n; i++) {
        const double exact = (double)(first + (long double)i * interval);
        check_close(spikes.event[i].t, exact, 2 * DBL_EPSILON * exact);
    }
    izh_solver_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arc_below_the_peak_does_not_spike),
        cmocka_unit_test(an_arc_above_the_peak_spikes_once_where_it_crosses),
        cmocka_unit_test(a_reset_just_below_the_peak_is_allowed_but_runs_away),
        cmocka_unit_test(a_ramp_without_end_runs_away),
        cmocka_unit_test(an_infinite_ramp_is_refused),
        cmocka_unit_test(the_past_is_refused),
        cmocka_unit_test(a_billion_spikes_can_be_stopped),
        cmocka_unit_test(long_runs_keep_their_spike_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
