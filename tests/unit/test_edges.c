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
        check_has(izh_solver_message(s), "t_end = 3 must be finite and not before now");
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

/* v' = v^2 + t from v = 0, all else zero: only every third coefficient of the series is not zero.
 * With v = -y'/y it is Airy's equation y'' = -t y, whose solution with y(0) = 1, y'(0) = 0 is 1 -
 * t^3/6 + ... */
static void a_series_with_gaps_is_not_cut_short(void **state)
{
    (void)state;
    static struct spikes taylor, rk4;
    const izh_segment ramp = {0, 0, 1};
    struct spikes *all[] = {&taylor, &rk4};
    for (int i = 0; i < 2; i++) {
        izh_solver_config config = support_line_config(i ? IZH_RK4 : IZH_TAYLOR);
        config.params.k2 = 1;
        config.params.c = -5;
        config.dt = i ? .001 : 0;
        izh_solver *s = support_create(&config);
        all[i]->n = 0;
        check_ok(izh_solver_set_stimulus(s, &ramp, 1), s);
        check_ok(izh_solver_on_spike(s, support_spike, all[i]), s);
        check_ok(izh_solver_run(s, 5), s);
        izh_solver_destroy(s);
    }
    check_true(taylor.n == rk4.n && taylor.n > 1);
    double y = 0, dy = 0, c = 1;
    const double t = taylor.event[0].t;
    for (int k = 0; k < 60; k += 3) {
        y += c * pow(t, k);
        dy += k ? k * c * pow(t, k - 1) : 0;
        c /= -(k + 3.) * (k + 2);
    }
    check_close(-dy / y, 30, 1e-11);
}

/* A linear neuron that rings, under a method that is exact for it and so may step over many turns.
 */
static void a_ringing_neuron_spikes_at_its_first_peak(void **state)
{
    (void)state;
    static struct spikes spikes[2];
    const izh_method methods[] = {IZH_TAYLOR, IZH_EXPRB_ADAPTIVE};
    for (int i = 0; i < 2; i++) {
        izh_solver_config config = support_line_config(methods[i]);
        config.params.k1 = -.02;
        config.params.a = config.params.b_lo = config.params.b_hi = 1;
        config.params.r = 0;
        config.params.vpeak = 6;
        config.params.c = -5;
        config.initial = (izh_state){1, 9.5};
        izh_solver *s = support_create(&config);
        spikes[i].n = 0;
        check_ok(izh_solver_set_current(s, 2), s);
        check_ok(izh_solver_on_spike(s, support_spike, &spikes[i]), s);
        check_ok(izh_solver_run(s, 60), s);
        izh_solver_destroy(s);
    }
    check_true(spikes[0].n == 2 && spikes[1].n == 2);
    check_close(spikes[0].event[0].t, spikes[1].event[0].t, 1e-9);
}

/* Backward Euler has a root again for steps beyond the fold, on a foreign branch; 0.37 ms is the
 * fold. */
static void backward_euler_does_not_jump_over_a_fold(void **state)
{
    (void)state;
    static struct spikes spikes;
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = IZH_BACKWARD_EULER;
    config.dt = 3.29;
    config.params = izh_params_2003(.058, .2228, -65, 8);
    config.initial = (izh_state){-36.14, -27.94};
    izh_solver *s = support_create(&config);
    izh_statistics count = IZH_STATISTICS_INIT;
    spikes.n = 0;
    check_ok(izh_solver_on_spike(s, support_spike, &spikes), s);
    check_ok(izh_solver_set_current(s, -36.83), s);
    check_ok(izh_solver_run(s, 3.29), s);
    check_ok(izh_solver_statistics(s, &count), s);
    check_true(spikes.n == 1 && count.rejected > 0);
    izh_solver_destroy(s);
}

/* The time that a spike reports is rounded; a run or a sample to it has the spike all the same. */
static void a_run_to_a_spikes_own_time_has_the_spike(void **state)
{
    (void)state;
    static struct spikes all, some;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        support_about("%s, events %d", izh_method_name(config.method), (int)config.events);
        izh_solver *s = support_create(&config);
        all.n = 0;
        check_ok(izh_solver_set_current(s, 300), s);
        check_ok(izh_solver_on_spike(s, support_spike, &all), s);
        check_ok(izh_solver_run(s, 500), s);
        izh_solver_destroy(s);
        check_true(all.n > 5);
        for (size_t k = 0; k < all.n; k++) {
            izh_state y;
            s = support_create(&config);
            some.n = 0;
            check_ok(izh_solver_set_current(s, 300), s);
            check_ok(izh_solver_on_spike(s, support_spike, &some), s);
            check_ok(izh_solver_sample(s, &all.event[k].t, 1, &y), s);
            check_true(some.n == k + 1);
            check_true(izh_solver_time(s) >= all.event[k].t);
            check_close(y.v, config.params.c, 1e-9);
            izh_solver_destroy(s);
        }
    }
}

static void a_neuron_that_ran_away_can_be_set_right(void **state)
{
    (void)state;
    izh_solver_config config = support_line_config(IZH_RK4);
    const double c = config.params.c;
    config.params.c = nextafter(config.params.vpeak, 0);
    izh_solver *s = support_create(&config);
    check_ok(izh_solver_set_current(s, 100), s);
    check_status(izh_solver_run(s, 10), IZH_E_DIVERGED, s);
    config.params.c = c;
    check_ok(izh_solver_set_params(s, &config.params), s);
    check_ok(izh_solver_run(s, 10), s);
    izh_solver_destroy(s);
}

/* A tolerance above 1 counts as 1, one below what doubles hold as the tightest. */
static void absurd_tolerances_are_harmless(void **state)
{
    (void)state;
    static const izh_method methods[] = {IZH_TAYLOR, IZH_DOPRI5, IZH_EXPRB_ADAPTIVE};
    for (size_t m = 0; m < LENGTH(methods); m++) {
        izh_solver_config config = support_config(methods[m]);
        config.atol = 1e-310;
        config.params.a = 0; /* u stays 0, and so does its error */
        izh_solver *s = support_create(&config);
        check_ok(izh_solver_set_current(s, 10), s);
        check_ok(izh_solver_run(s, 100), s);
        izh_solver_destroy(s);
    }
    size_t spikes[2];
    for (int huge = 0; huge < 2; huge++) {
        izh_solver_config config = support_config(IZH_TAYLOR);
        izh_statistics count = IZH_STATISTICS_INIT;
        config.rtol = huge ? 1e300 : 1;
        izh_solver *s = support_create(&config);
        check_ok(izh_solver_set_stimulus(s, support_current, 1), s);
        check_ok(izh_solver_run(s, 1000), s);
        check_ok(izh_solver_statistics(s, &count), s);
        spikes[huge] = count.spikes;
        izh_solver_destroy(s);
    }
    check_true(spikes[0] > 3 && spikes[0] == spikes[1]);
}

struct refusing {
    izh_solver *solver;
    int refuse;
    double bound, t;
};

static int32_t refuse_once(const izh_spike_event *e, izh_state *after, void *user)
{
    struct refusing *r = user;
    r->bound = izh_solver_spike_error_bound(r->solver);
    r->t = e->t;
    if (r->refuse)
        after->v = 1000;
    return IZH_CONTINUE;
}

/* The spike that a bad reset leaves due is still one whose time has an error. */
static void a_refused_reset_keeps_the_bound(void **state)
{
    (void)state;
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.rtol = 1e-6;
    struct refusing r = {support_create(&config), 1, 0, 0};
    check_ok(izh_solver_set_stimulus(r.solver, support_current, 1), r.solver);
    izh_solver_on_spike(r.solver, refuse_once, &r);
    check_status(izh_solver_run(r.solver, 250), IZH_E_RESET, r.solver);
    const double bound = r.bound;
    r.refuse = 0;
    check_ok(izh_solver_set_current(r.solver, 75), r.solver);
    check_ok(izh_solver_run(r.solver, 250), r.solver);
    check_close(r.bound, bound, .5 * bound);
    izh_solver_destroy(r.solver);
}

/* u is below its bound before the spike, and its jump ends there. */
static void a_jump_of_u_ends_at_its_bound(void **state)
{
    (void)state;
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.params.u_max = 3;
    config.initial = (izh_state){30, 0};
    izh_solver *s = support_create(&config);
    check_ok(izh_solver_run(s, 0), s);
    check_same(izh_solver_state(s).v, -65);
    check_same(izh_solver_state(s).u, 3);
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
        cmocka_unit_test(a_series_with_gaps_is_not_cut_short),
        cmocka_unit_test(a_ringing_neuron_spikes_at_its_first_peak),
        cmocka_unit_test(backward_euler_does_not_jump_over_a_fold),
        cmocka_unit_test(a_run_to_a_spikes_own_time_has_the_spike),
        cmocka_unit_test(a_neuron_that_ran_away_can_be_set_right),
        cmocka_unit_test(absurd_tolerances_are_harmless),
        cmocka_unit_test(a_refused_reset_keeps_the_bound),
        cmocka_unit_test(a_jump_of_u_ends_at_its_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
