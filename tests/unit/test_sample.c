/* izh_solver_sample: the same bits as running there and looking. */
#include "support.h"

static struct spikes spikes, others;

static izh_solver *start(const izh_solver_config *config, struct spikes *record)
{
    izh_solver *s = support_create(config);
    memset(record, 0, sizeof *record);
    check_ok(izh_solver_on_spike(s, support_spike, record), s);
    check_ok(izh_solver_set_stimulus(s, support_current, 1), s);
    return s;
}

#define COUNT 700
static double times[COUNT];
static izh_state samples[COUNT];

static void choose_times(void)
{
    double t = 0;
    for (size_t i = 0; i < COUNT; i++, t += i % 7 ? .113 + .5 * (double)(i % 5) / 2 : 0)
        times[i] = i % 50 == 20 ? floor(t + 1) : t;
    for (size_t i = 1; i < COUNT; i++)
        if (times[i] < times[i - 1])
            times[i] = times[i - 1];
}

static void sampling_equals_running_and_looking(void **state)
{
    (void)state;
    choose_times();
    assert_true(times[COUNT - 1] > 250);
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        izh_solver *x = start(&config, &spikes), *y = start(&config, &others);
        check_ok(izh_solver_sample(x, times, COUNT, samples), x);
        for (size_t k = 0; k < COUNT; k++) {
            check_ok(izh_solver_run(y, times[k]), y);
            check_same_state(samples[k], izh_solver_state(y));
        }
        check_same(izh_solver_time(x), izh_solver_time(y));
        check_same_spikes(&spikes, &others);
        check_true(spikes.n >= 1);
        /* Sampling does not change what follows either. */
        izh_solver *whole = start(&config, &others);
        check_ok(izh_solver_run(x, SUPPORT_UNTIL), x);
        check_ok(izh_solver_run(whole, SUPPORT_UNTIL), whole);
        check_same_state(izh_solver_state(x), izh_solver_state(whole));
        check_same_spikes(&spikes, &others);
        izh_solver_destroy(x);
        izh_solver_destroy(y);
        izh_solver_destroy(whole);
    }
}

static void at_the_spikes_time_the_sample_is_after_the_reset(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        config.initial.v = 40; /* spikes at t0 */
        izh_solver *s = start(&config, &spikes);
        const double twice[] = {0, 0, 1};
        check_ok(izh_solver_sample(s, twice, 3, samples), s);
        check_true(spikes.n == 1);
        check_same_state(samples[0], ((izh_state){-50, 100}));
        check_same_state(samples[1], samples[0]);
        check_true(samples[2].v != -50);
        izh_solver_destroy(s);
    }
}

static void where_a_callback_stops_the_rest_is_nan(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        for (size_t k = 0; k < COUNT; k++)
            times[k] = (double)k;
        izh_solver *s = start(&config, &spikes);
        spikes.answer = IZH_STOP;
        check_status(izh_solver_sample(s, times, COUNT, samples), IZH_STOPPED, s);
        const double t = spikes.event[0].t;
        check_same(izh_solver_time(s), t);
        for (size_t k = 0; k < COUNT; k++) {
            if (times[k] == t)
                continue;
            check_true(!isnan(samples[k].v) == (times[k] < t));
            check_true(!isnan(samples[k].u) == (times[k] < t));
        }
        /* The run goes on from there. */
        check_ok(izh_solver_on_spike(s, NULL, NULL), s);
        check_ok(izh_solver_run(s, t + 10), s);
        izh_solver_destroy(s);
    }
}

static void where_the_solution_ends_the_rest_is_nan(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        const izh_solver_config config = support_config(m);
        izh_solver *s = start(&config, &spikes);
        spikes.replace = 1;
        spikes.after.v = 99;
        const double three[] = {0, 100, 350};
        check_status(izh_solver_sample(s, three, 3, samples), IZH_E_RESET, s);
        check_true(isfinite(samples[1].v) && isnan(samples[2].v) && isnan(samples[2].u));
        izh_solver_destroy(s);
    }
}

static void no_times_are_nothing(void **state)
{
    (void)state;
    const izh_solver_config config = support_config(IZH_RK4);
    izh_solver *s = start(&config, &spikes);
    check_ok(izh_solver_sample(s, NULL, 0, NULL), s);
    check_ok(izh_solver_sample(s, times, 0, samples), s);
    check_same(izh_solver_time(s), 0);
    izh_solver_destroy(s);
}

static void bad_times_are_refused_before_anything_moves(void **state)
{
    (void)state;
    const double bad[][3] = {{1, 3, 2},   {1, NAN, 3},       {1, 2, INFINITY}, {-1, 2, 3},
                             {NAN, 2, 3}, {-INFINITY, 2, 3}, {1, 2, NAN}};
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);)
        for (size_t k = 0; k < LENGTH(bad); k++) {
            izh_solver *s = start(&config, &spikes);
            izh_state out[3] = {{7, 7}, {7, 7}, {7, 7}};
            check_status(izh_solver_sample(s, bad[k], 3, out), IZH_E_INVALID, s);
            check_has(izh_solver_message(s), "times[");
            check_same(izh_solver_time(s), 0);
            for (size_t j = 0; j < 3; j++)
                check_same_state(out[j], ((izh_state){7, 7}));
            izh_solver_destroy(s);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sampling_equals_running_and_looking),
        cmocka_unit_test(at_the_spikes_time_the_sample_is_after_the_reset),
        cmocka_unit_test(where_a_callback_stops_the_rest_is_nan),
        cmocka_unit_test(where_the_solution_ends_the_rest_is_nan),
        cmocka_unit_test(no_times_are_nothing),
        cmocka_unit_test(bad_times_are_refused_before_anything_moves),
    };
    return cmocka_run_group_tests_name("sample", tests, NULL, NULL);
}
