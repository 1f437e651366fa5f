/* The classical methods converge at their orders: on a smooth stretch, under a ramp, and in the
 * times of spikes under exact events. The exact values are quadruple precision (tests/reference).
 * Of the adaptive methods: test_adaptive. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <izh/izh.h>

#include "reference/reference.h"

static const struct {
    izh_method method;
    double order;
} methods[] = {
#define ORDER(method, order) {method, order},
#include "methods.def"
};

#define METHODS (sizeof methods / sizeof *methods)

static int32_t keep_last(const izh_spike_event *e, izh_state *after, void *last)
{
    (void)after;
    *(double *)last = e->t;
    return IZH_CONTINUE;
}

static izh_solver *make(const struct reference_case *c, izh_method method, double dt,
                        int32_t events)
{
    izh_solver *s;
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = method;
    config.events = events;
    config.dt = dt;
    config.params = c->params;
    config.initial = c->initial;
    assert_int_equal(izh_solver_create(&s, &config), IZH_OK);
    assert_int_equal(izh_solver_set_stimulus(s, c->stimulus, c->segments), IZH_OK);
    return s;
}

/* The error of v at the case's first state. */
static double state_error(const struct reference_case *c, izh_method method, double dt)
{
    izh_solver *s = make(c, method, dt, IZH_EVENTS_EXACT);
    assert_int_equal(izh_solver_run(s, c->state_t[0]), IZH_OK);
    const double error = izh_solver_state(s).v - c->state[0].v;
    izh_solver_destroy(s);
    return fabs(error);
}

/* The error of the case's spike `index`. */
static double spike_error(const struct reference_case *c, izh_method method, double dt,
                          size_t index)
{
    double t = 0;
    izh_solver *s = make(c, method, dt, IZH_EVENTS_EXACT);
    izh_solver_on_spike(s, keep_last, &t);
    assert_int_equal(izh_solver_run(s, c->t[index] + 5), IZH_OK);
    izh_statistics count = IZH_STATISTICS_INIT;
    izh_solver_statistics(s, &count);
    assert_int_equal(count.spikes, index + 1);
    izh_solver_destroy(s);
    return fabs(t - c->t[index]);
}

static void check_order(const char *what, size_t i, double coarse, double fine)
{
    const double order = log2(coarse / fine);
    if (getenv("IZH_VERBOSE"))
        fprintf(stderr, "%-16s %-18s %9.2g %9.2g order %.3f\n", what,
                izh_method_name(methods[i].method), coarse, fine, order);
    assert_true(fine > 1e-11); /* else rounding is measured, not the order */
    if (!(fabs(order - methods[i].order) < .15))
        fail_msg("%s, %s: order %g", what, izh_method_name(methods[i].method), order);
}

/* Whether the method takes such events. */
static int takes(izh_method method, int32_t events)
{
    izh_solver *s;
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = method;
    config.events = events;
    config.params = izh_params_2003(.02, .2, -65, 8);
    const izh_status status = izh_solver_create(&s, &config);
    izh_solver_destroy(s);
    return status == IZH_OK;
}

/* Dialects take no exact events, methods that choose their steps none on the grid. */
static void every_fixed_step_has_an_order(void **state)
{
    (void)state;
    size_t count = 0;
    for (izh_method m = 1; izh_method_name(m); m++)
        count += takes(m, IZH_EVENTS_EXACT) && takes(m, IZH_EVENTS_GRID);
    assert_int_equal(count, METHODS);
}

static void orders_on_a_smooth_stretch(void **state)
{
    (void)state;
    const struct reference_case *c = reference_case("order-smooth");
    for (size_t i = 0; i < METHODS; i++)
        check_order("smooth", i, state_error(c, methods[i].method, .05),
                    state_error(c, methods[i].method, .025));
}

static void orders_under_a_ramp(void **state)
{
    (void)state;
    const struct reference_case *c = reference_case("order-ramp");
    for (size_t i = 0; i < METHODS; i++)
        check_order("ramp", i, state_error(c, methods[i].method, .05),
                    state_error(c, methods[i].method, .025));
}

static void orders_of_spike_times(void **state)
{
    (void)state;
    const struct reference_case *c = reference_case("report");
    for (size_t i = 0; i < METHODS; i++) {
        /* On ticks that divide 101 ms, where the current begins. */
        check_order("spikes", i, spike_error(c, methods[i].method, .1, 2),
                    spike_error(c, methods[i].method, .05, 2));
    }
}

/* Worst error of the report's six spikes. */
static double worst_of_report(izh_method method, double dt, int32_t events)
{
    const struct reference_case *c = reference_case("report");
    izh_solver *s = make(c, method, dt, events);
    double worst = 0, t = 0;
    izh_solver_on_spike(s, keep_last, &t);
    for (size_t i = 0; i < c->spikes; i++) {
        assert_int_equal(izh_solver_run(s, c->t[i] + 30), IZH_OK);
        worst = fmax(worst, fabs(t - c->t[i]));
    }
    izh_solver_destroy(s);
    return worst;
}

static void exact_events_are_at_least_three_times_better(void **state)
{
    (void)state;
    for (size_t i = 0; i < METHODS; i++)
        if (methods[i].order >= 2)
            assert_true(3 * worst_of_report(methods[i].method, .1, IZH_EVENTS_EXACT) <
                        worst_of_report(methods[i].method, .1, IZH_EVENTS_GRID));
}

/* Table II of the report, and its midpoint column, as its programs give them: explicit steps of 1
 * ms, reset on the grid, the current one step early. */
static void the_reports_own_numbers(void **state)
{
    (void)state;
    static const struct {
        izh_method method;
        izh_state at[4];
    } table[] = {
        {IZH_EULER,
         {{-54.4819, 6.2834}, {-50.6154, 59.0910}, {-49.5530, -12.4763}, {-53.6973, 1.5649}}},
        {IZH_MIDPOINT,
         {{-54.3740, 5.7359}, {-53.5920, 47.6712}, {-48.9731, -13.5284}, {-53.1837, -.9515}}}};
    const izh_segment current = {100, 70, 0};
    for (size_t i = 0; i < 2; i++) {
        izh_solver *s = make(reference_case("report"), table[i].method, 1, IZH_EVENTS_GRID);
        assert_int_equal(izh_solver_set_stimulus(s, &current, 1), IZH_OK);
        for (int k = 0; k < 4; k++) {
            assert_int_equal(izh_solver_run(s, 250 * (k + 1)), IZH_OK);
            assert_true(fabs(izh_solver_state(s).v - table[i].at[k].v) <= .5e-4);
            assert_true(fabs(izh_solver_state(s).u - table[i].at[k].u) <= .5e-4);
        }
        izh_solver_destroy(s);
    }
}

/* Section 11 of the design: quadruple precision. */
static void the_reports_scenario_is_exact(void **state)
{
    (void)state;
    static const double spikes[] = {201.0224709569527329, 348.8095578693403655,
                                    496.6640773642638478, 644.5185823306922809,
                                    792.3730873002390488, 940.2275922697851474};
    static const izh_state at[] = {{-54.61144118857747917, 7.06647593741063187},
                                   {-51.94158517280034419, 55.36003983071822820},
                                   {-49.55254466251725427, -12.42743825248823684},
                                   {-53.76179615316104863, 1.910006056031906362}};
    izh_solver *s = make(reference_case("report"), IZH_TAYLOR, 0, IZH_EVENTS_EXACT);
    double t = 0;
    izh_solver_on_spike(s, keep_last, &t);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(izh_solver_run(s, spikes[i] + 1), IZH_OK);
        assert_true(fabs(t - spikes[i]) <= 2e-12);
    }
    izh_solver_destroy(s);
    s = make(reference_case("report"), IZH_TAYLOR, 0, IZH_EVENTS_EXACT);
    for (int k = 0; k < 4; k++) {
        assert_int_equal(izh_solver_run(s, 250 * (k + 1)), IZH_OK);
        assert_true(fabs(izh_solver_state(s).v - at[k].v) <= 1e-9);
        assert_true(fabs(izh_solver_state(s).u - at[k].u) <= 1e-9);
    }
    izh_solver_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fixed_step_has_an_order),
        cmocka_unit_test(orders_on_a_smooth_stretch),
        cmocka_unit_test(orders_under_a_ramp),
        cmocka_unit_test(orders_of_spike_times),
        cmocka_unit_test(exact_events_are_at_least_three_times_better),
        cmocka_unit_test(the_reports_own_numbers),
        cmocka_unit_test(the_reports_scenario_is_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
