/* What a solver says that it has done. */
#include "support.h"

static izh_statistics after(const izh_solver_config *config, const izh_segment *segments, size_t n,
                            double t_end)
{
    izh_statistics out = IZH_STATISTICS_INIT;
    izh_solver *s = support_create(config);
    check_ok(izh_solver_set_stimulus(s, segments, n), s);
    check_ok(izh_solver_run(s, t_end), s);
    check_ok(izh_solver_statistics(s, &out), s);
    izh_solver_destroy(s);
    return out;
}

static void a_new_solver_has_done_nothing(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        const izh_solver_config config = support_config(m);
        izh_solver *s = support_create(&config);
        izh_statistics n = {sizeof n, 1, 2, 3, 4, 5};
        check_ok(izh_solver_statistics(s, &n), s);
        check_true(n.size == sizeof n);
        check_true(!n.steps && !n.rejected && !n.rhs && !n.iterations && !n.spikes);
        izh_solver_destroy(s);
    }
}

static void at_rest_steps_are_ticks_and_each_costs_its_stages(void **state)
{
    (void)state;
    const struct {
        izh_method method;
        uint64_t stages;
    } fixed[] = {{IZH_EULER, 1}, {IZH_MIDPOINT, 2}, {IZH_RK4, 4}, {IZH_EXP_EULER, 1}};
    for (size_t i = 0; i < LENGTH(fixed); i++) {
        izh_solver_config config = support_config(fixed[i].method);
        config.events = IZH_EVENTS_GRID;
        support_about("%s", izh_method_name(fixed[i].method));
        const izh_statistics n = after(&config, NULL, 0, 50);
        check_true(n.steps == 500 && n.rejected == 0 && n.spikes == 0 && n.iterations == 0);
        check_true(n.rhs == 500 * fixed[i].stages);
    }
}

static void spikes_are_counted(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        static struct spikes spikes;
        memset(&spikes, 0, sizeof spikes);
        izh_statistics n = IZH_STATISTICS_INIT;
        izh_solver *s = support_create(&config);
        check_ok(izh_solver_on_spike(s, support_spike, &spikes), s);
        check_ok(izh_solver_set_current(s, 300), s);
        check_ok(izh_solver_run(s, 300), s);
        check_ok(izh_solver_statistics(s, &n), s);
        check_true(spikes.n >= 3);
        check_true(n.spikes == spikes.n);
        check_true(config.events == IZH_EVENTS_GRID ? n.iterations == 0 : n.iterations >= n.spikes);
        check_true(n.steps > 0 && n.rhs >= n.steps);
        izh_solver_destroy(s);
    }
}

static void a_step_without_solution_counts_as_rejected(void **state)
{
    (void)state;
    izh_solver_config config = support_config(IZH_BACKWARD_EULER);
    config.dt = 1;
    const izh_segment strong = {0, 300, 0};
    const izh_statistics n = after(&config, &strong, 1, 100);
    check_true(n.spikes >= 1 && n.rejected >= 1);
}

/* Steps do not depend on where a run was split. */
static void splitting_adds_no_steps(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        const izh_statistics whole = after(&config, support_current, 1, SUPPORT_UNTIL);
        izh_statistics n = IZH_STATISTICS_INIT;
        izh_solver *s = support_create(&config);
        check_ok(izh_solver_set_stimulus(s, support_current, 1), s);
        for (double t = 0; t < SUPPORT_UNTIL; t += .737)
            check_ok(izh_solver_run(s, t), s);
        check_ok(izh_solver_run(s, SUPPORT_UNTIL), s);
        check_ok(izh_solver_statistics(s, &n), s);
        check_true(n.steps == whole.steps && n.spikes == whole.spikes);
        check_true(n.rejected == whole.rejected);
        izh_solver_destroy(s);
    }
}

static void no_more_than_the_callers_size_is_written(void **state)
{
    (void)state;
    const izh_solver_config config = support_config(IZH_RK4);
    izh_solver *s = support_create(&config);
    check_ok(izh_solver_run(s, 10), s);
    union {
        izh_statistics n;
        unsigned char bytes[sizeof(izh_statistics) + 64];
    } out;
    for (size_t size = sizeof(size_t); size <= sizeof out; size += sizeof(uint64_t)) {
        memset(&out, 0xee, sizeof out);
        out.n.size = size;
        check_ok(izh_solver_statistics(s, &out.n), s);
        check_true(out.n.size == size);
        for (size_t i = size; i < sizeof out; i++)
            check_true(out.bytes[i] == 0xee);
        for (size_t i = sizeof out.n; i < size; i++)
            check_true(out.bytes[i] == 0);
        if (size >= 2 * sizeof(uint64_t))
            check_true(out.n.steps == 100);
    }
    izh_solver_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_solver_has_done_nothing),
        cmocka_unit_test(at_rest_steps_are_ticks_and_each_costs_its_stages),
        cmocka_unit_test(spikes_are_counted),
        cmocka_unit_test(a_step_without_solution_counts_as_rejected),
        cmocka_unit_test(splitting_adds_no_steps),
        cmocka_unit_test(no_more_than_the_callers_size_is_written),
    };
    return cmocka_run_group_tests_name("statistics", tests, NULL, NULL);
}
