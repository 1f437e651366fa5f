/* What may be called inside a callback, and what may not. */
#include "support.h"

struct insider {
    izh_solver *solver;
    struct logbook book;
    size_t calls;
    int quiet; /* do nothing */
};

static izh_solver *start(izh_solver_config config, struct insider *insider)
{
    memset(insider, 0, sizeof *insider);
    config.log = support_log(&insider->book);
    insider->solver = support_create(&config);
    return insider->solver;
}

static void check_busy(izh_solver *s, const struct insider *insider, izh_status status,
                       const char *word)
{
    check_status(status, IZH_E_BUSY, s);
    check_has(izh_solver_message(s), word);
    check_has(insider->book.text, word);
    assert_int_equal(insider->book.status, IZH_E_BUSY);
}

static void try_what_moves(struct insider *insider)
{
    izh_solver *s = insider->solver;
    const double time = izh_solver_time(s), times[] = {time + 1};
    izh_state out;
    check_busy(s, insider, izh_solver_run(s, time), "run");
    check_busy(s, insider, izh_solver_run(s, time + 1), "run");
    check_busy(s, insider, izh_solver_sample(s, times, 1, &out), "sample");
    check_busy(s, insider, izh_solver_set_state(s, (izh_state){-60, 0}), "state");
    check_busy(s, insider, izh_solver_kick(s, 1, 1), "callback");
    const size_t reports = insider->book.n;
    izh_solver_destroy(s);
    check_true(insider->book.n == reports + 1);
    assert_int_equal(insider->book.status, IZH_E_BUSY);
    check_same(izh_solver_time(s), time);
}

static int32_t try_at_the_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    struct insider *insider = user;
    (void)after;
    insider->calls++;
    if (insider->quiet)
        return IZH_CONTINUE;
    check_same(izh_solver_time(insider->solver), e->t);
    check_same_state(izh_solver_state(insider->solver), e->before);
    try_what_moves(insider);
    check_same_state(izh_solver_state(insider->solver), e->before);
    return IZH_CONTINUE;
}

static void the_spike_callback_cannot_move_its_solver(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        struct insider loud, quiet;
        izh_solver *x = start(config, &loud), *y = start(config, &quiet);
        quiet.quiet = 1;
        check_ok(izh_solver_on_spike(x, try_at_the_spike, &loud), x);
        check_ok(izh_solver_on_spike(y, try_at_the_spike, &quiet), y);
        check_ok(izh_solver_set_stimulus(x, support_current, 1), x);
        check_ok(izh_solver_set_stimulus(y, support_current, 1), y);
        check_ok(izh_solver_run(x, SUPPORT_UNTIL), x);
        check_ok(izh_solver_run(y, SUPPORT_UNTIL), y);
        check_true(loud.calls >= 1 && loud.calls == quiet.calls);
        check_same_state(izh_solver_state(x), izh_solver_state(y));
        izh_solver_destroy(x);
        izh_solver_destroy(y);
    }
}

static int32_t set_at_the_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    struct insider *insider = user;
    izh_solver *s = insider->solver;
    const izh_params p = support_rs();
    const izh_segment segment = {e->t + 1, 70, 0};
    izh_statistics n = IZH_STATISTICS_INIT;
    (void)after;
    insider->calls++;
    check_ok(izh_solver_set_current(s, 70), s);
    check_ok(izh_solver_set_current(s, 60), s);
    check_ok(izh_solver_set_stimulus(s, &segment, 1), s);
    check_ok(izh_solver_on_stimulus(s, NULL, NULL), s);
    check_ok(izh_solver_set_params(s, &p), s);
    check_ok(izh_solver_on_spike(s, set_at_the_spike, insider), s);
    check_ok(izh_solver_statistics(s, &n), s);
    check_ok(izh_solver_set_current(s, 70), s);
    return IZH_CONTINUE;
}

static void the_spike_callback_may_set_current_stimulus_and_parameters(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        struct insider insider;
        izh_solver *s = start(config, &insider);
        check_ok(izh_solver_on_spike(s, set_at_the_spike, &insider), s);
        check_ok(izh_solver_set_current(s, 70), s);
        check_ok(izh_solver_run(s, SUPPORT_UNTIL), s);
        check_true(insider.calls >= 2);
        check_true(insider.book.n == 0);
        izh_solver_destroy(s);
    }
}

static int32_t try_in_the_stimulus(izh_segment *segment, double *until, izh_state now, void *user)
{
    struct insider *insider = user;
    izh_solver *s = insider->solver;
    insider->calls++;
    *until = segment->t + 40.5;
    segment->I = 70;
    if (insider->quiet)
        return IZH_CONTINUE;
    const izh_params p = support_rs();
    check_same(izh_solver_time(s), segment->t);
    check_same_state(izh_solver_state(s), now);
    try_what_moves(insider);
    check_busy(s, insider, izh_solver_set_current(s, 1), "stimulus");
    check_busy(s, insider, izh_solver_set_stimulus(s, support_current, 1), "stimulus");
    check_busy(s, insider, izh_solver_on_stimulus(s, NULL, NULL), "stimulus");
    check_busy(s, insider, izh_solver_set_params(s, &p), "stimulus");
    return IZH_CONTINUE;
}

static void the_stimulus_callback_can_change_nothing(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        struct insider loud, quiet;
        izh_solver *x = start(config, &loud), *y = start(config, &quiet);
        quiet.quiet = 1;
        check_ok(izh_solver_on_stimulus(x, try_in_the_stimulus, &loud), x);
        check_ok(izh_solver_on_stimulus(y, try_in_the_stimulus, &quiet), y);
        check_ok(izh_solver_run(x, SUPPORT_UNTIL), x);
        check_ok(izh_solver_run(y, SUPPORT_UNTIL), y);
        check_true(loud.calls >= 10 && quiet.calls == loud.calls);
        check_same_state(izh_solver_state(x), izh_solver_state(y));
        izh_solver_destroy(x);
        izh_solver_destroy(y);
    }
}

static int32_t run_another(const izh_spike_event *e, izh_state *after, void *user)
{
    izh_solver *other = user;
    (void)after;
    check_ok(izh_solver_run(other, e->t), other);
    check_ok(izh_solver_kick(other, 1, 0), other);
    return IZH_CONTINUE;
}

static void another_solver_is_free_in_a_callback(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        const izh_solver_config config = support_config(m);
        izh_solver *s = support_create(&config), *other = support_create(&config);
        check_ok(izh_solver_on_spike(s, run_another, other), s);
        check_ok(izh_solver_set_current(s, 100), s);
        check_ok(izh_solver_run(s, 200), s);
        check_true(izh_solver_time(other) > 0);
        izh_solver_destroy(s);
        izh_solver_destroy(other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_spike_callback_cannot_move_its_solver),
        cmocka_unit_test(the_spike_callback_may_set_current_stimulus_and_parameters),
        cmocka_unit_test(the_stimulus_callback_can_change_nothing),
        cmocka_unit_test(another_solver_is_free_in_a_callback),
    };
    return cmocka_run_group_tests_name("busy", tests, NULL, NULL);
}
