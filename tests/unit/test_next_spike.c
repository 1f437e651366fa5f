/* The next spike, without running there: its time to the bit, and nothing changed. */
#include "support.h"

#define ROOM 65536

static unsigned char before[ROOM], after[ROOM];

static size_t save(const izh_solver *s, unsigned char *blob)
{
    const size_t size = izh_solver_save(s, blob, ROOM);
    check_true(size <= ROOM);
    return size;
}

static int32_t stop(const izh_spike_event *e, izh_state *reset, void *user)
{
    (void)reset;
    *(double *)user = e->t;
    return IZH_STOP;
}

/* Looks from where two solvers stand, which is the same place; then one runs there, and the other
 * does, too, without having looked. */
static void check_looking(izh_solver *looks, izh_solver *runs, double limit)
{
    double t = 7, first = INFINITY, second = INFINITY;
    const size_t size = save(looks, before);
    check_ok(izh_solver_next_spike(looks, limit, &t), looks);
    check_true(save(looks, after) == size && memcmp(before, after, size) == 0);
    izh_solver_on_spike(looks, stop, &first);
    izh_solver_on_spike(runs, stop, &second);
    const izh_status status = izh_solver_run(looks, limit);
    check_true(izh_solver_run(runs, limit) == status);
    check_same(t, first);
    check_same(first, second);
    check_true((status == IZH_STOPPED) == (t < INFINITY));
    check_same_state(izh_solver_state(looks), izh_solver_state(runs));
    check_true(save(looks, after) == save(runs, before));
    check_true(memcmp(before, after, save(runs, before)) == 0);
}

/* Between spikes, inside steps, at spikes, under a stimulus of pieces, to limits before and after
 * spikes. */
static void each_method_knows_its_next_spike(void **state)
{
    (void)state;
    const izh_segment pieces[] = {{0, 12, 0}, {40.3, 0, .2}, {120.7, 9, 0}};
    int index = 0;
    izh_solver_config config;
    while (support_next_or_dialect(&index, &config)) {
        if (config.method == IZH_PINN)
            config.rtol = 1e-4;
        izh_solver *s[2];
        const double scale = config.params.cm > 1 ? 30 : 1;
        for (int i = 0; i < 2; i++) {
            izh_segment own[3];
            for (int k = 0; k < 3; k++)
                own[k] = (izh_segment){pieces[k].t, scale * pieces[k].I, scale * pieces[k].slope};
            s[i] = support_create(&config);
            check_ok(izh_solver_set_stimulus(s[i], own, 3), s[i]);
        }
        const double limits[] = {1.03, 60, 60.7, 61.21, 100, 100, 140.3, 150};
        for (size_t k = 0; k < LENGTH(limits); k++)
            if (izh_solver_time(s[0]) <= limits[k])
                check_looking(s[0], s[1], limits[k]);
        izh_solver_destroy(s[0]);
        izh_solver_destroy(s[1]);
    }
}

/* The derivatives, which a run carries along, stay where they are. */
static void gradients_do_not_notice(void **state)
{
    (void)state;
    const izh_gradient of[] = {{.params = {.k2 = 1}}, {.initial = {.v = 1}}};
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.gradients = of;
    config.gradient_count = 2;
    izh_solver *looks = support_create(&config), *runs = support_create(&config);
    izh_solver *const both[] = {looks, runs};
    for (double t = 7.3; t < 300; t += 31.7) {
        double next, dt[2][2];
        izh_state z[2][2];
        check_ok(izh_solver_next_spike(looks, t + 200, &next), looks);
        for (int i = 0; i < 2; i++) {
            check_ok(izh_solver_set_current(both[i], 100), both[i]);
            check_ok(izh_solver_run(both[i], t), both[i]);
            if (i == 0)
                check_ok(izh_solver_next_spike(looks, t + 200, &next), looks);
            check_ok(izh_solver_gradients(both[i], z[i]), both[i]);
            check_ok(izh_solver_spike_gradients(both[i], dt[i]), both[i]);
        }
        for (int k = 0; k < 2; k++) {
            check_same_state(z[0][k], z[1][k]);
            check_same(dt[0][k], dt[1][k]);
        }
    }
    izh_solver_destroy(looks);
    izh_solver_destroy(runs);
}

static void a_spike_that_is_due_is_next(void **state)
{
    (void)state;
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.t0 = 3.5;
    config.initial.v = config.params.vpeak;
    izh_solver *s = support_create(&config);
    double t = 0;
    check_ok(izh_solver_next_spike(s, 3.5, &t), s);
    check_same(t, 3.5);
    check_same(izh_solver_state(s).v, config.params.vpeak);
    izh_solver_destroy(s);
}

/* The line v' = 1 from 0 to 30: a spike at 30 exactly, which counts at the limit. */
static void a_spike_at_the_limit_counts(void **state)
{
    (void)state;
    izh_solver_config config = support_line_config(IZH_TAYLOR);
    config.initial.v = 0;
    izh_solver *s = support_create(&config);
    double t = 0;
    check_ok(izh_solver_set_current(s, 1), s);
    check_ok(izh_solver_next_spike(s, 100, &t), s);
    check_close(t, 30, 1e-12);
    const double exact = t;
    check_ok(izh_solver_next_spike(s, exact, &t), s);
    check_same(t, exact);
    check_ok(izh_solver_next_spike(s, nextafter(exact, 0) - 1e-9, &t), s);
    check_true(t == INFINITY);
    check_same(izh_solver_time(s), 0);
    izh_solver_destroy(s);
}

static int asked;

static int32_t answer(izh_segment *segment, double *until, izh_state y, void *user)
{
    (void)y, (void)user;
    asked++;
    segment->I = 60;
    *until = segment->t + 50;
    return IZH_CONTINUE;
}

static void a_stimulus_function_is_not_asked(void **state)
{
    (void)state;
    const izh_solver_config config = support_config(IZH_TAYLOR);
    izh_solver *s = support_create(&config);
    double t = 7;
    asked = 0;
    check_ok(izh_solver_on_stimulus(s, answer, NULL), s);
    check_status(izh_solver_next_spike(s, 100, &t), IZH_E_UNSUPPORTED, s);
    check_has(izh_solver_message(s), "stimulus function");
    check_has(izh_solver_message(s), "limit = 100");
    check_ok(izh_solver_run(s, 1), s);
    check_true(asked == 1);
    check_ok(izh_solver_next_spike(s, 50, &t), s); /* to the end of its answer */
    check_true(t == INFINITY);
    t = 7;
    check_status(izh_solver_next_spike(s, 51, &t), IZH_E_UNSUPPORTED, s);
    check_true(asked == 1 && t == 7);
    check_ok(izh_solver_run(s, 400), s);
    check_true(asked > 8);
    izh_solver_destroy(s);
}

/* Two neurons that excite each other, in steps from spike to spike: as in one with the other's
 * spikes as kicks at known times. */
static void two_solvers_are_coupled_exactly(void **state)
{
    (void)state;
    izh_solver *s[2];
    double got[2][64];
    size_t n[2] = {0, 0};
    for (int i = 0; i < 2; i++) {
        izh_solver_config config = support_2003_config(IZH_TAYLOR);
        s[i] = support_create(&config);
        check_ok(izh_solver_set_current(s[i], i ? 5 : 10), s[i]);
    }
    for (;;) {
        double t[2];
        for (int i = 0; i < 2; i++)
            check_ok(izh_solver_next_spike(s[i], 300, &t[i]), s[i]);
        const int first = t[0] <= t[1] ? 0 : 1;
        if (t[first] == INFINITY)
            break;
        for (int i = 0; i < 2; i++)
            check_ok(izh_solver_run(s[i], t[first]), s[i]);
        got[first][n[first]++] = t[first];
        check_ok(izh_solver_kick(s[!first], 3, 0), s[!first]);
    }
    check_true(n[0] > 5 && n[1] > 2);
    izh_solver_config config = support_2003_config(IZH_TAYLOR);
    izh_solver *alone = support_create(&config); /* the first, kicked when the second spiked */
    static struct spikes spikes;
    check_ok(izh_solver_set_current(alone, 10), alone);
    izh_solver_on_spike(alone, support_spike, &spikes);
    for (size_t k = 0; k < n[1]; k++) {
        check_ok(izh_solver_run(alone, got[1][k]), alone);
        check_ok(izh_solver_kick(alone, 3, 0), alone);
    }
    check_ok(izh_solver_run(alone, 300), alone);
    check_true(spikes.n == n[0]);
    for (size_t k = 0; k < n[0]; k++)
        check_close(spikes.event[k].t, got[0][k], 1e-9);
    for (int i = 0; i < 2; i++)
        izh_solver_destroy(s[i]);
    izh_solver_destroy(alone);
}

static void an_end_before_the_spike_is_told(void **state)
{
    (void)state;
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.params.a = -.5; /* u runs away */
    config.initial = (izh_state){-60, -50};
    config.params.vpeak = 1e90;
    config.params.k2 = 0;
    config.params.k1 = -1;
    izh_solver *s = support_create(&config);
    double t = 7;
    check_status(izh_solver_next_spike(s, 1e4, &t), IZH_E_DIVERGED, s);
    check_same(t, 7);
    check_same(izh_solver_time(s), 0);
    check_same_state(izh_solver_state(s), config.initial);
    izh_solver_destroy(s);
}

static int32_t look(const izh_spike_event *e, izh_state *reset, void *user)
{
    double t;
    (void)e, (void)reset;
    check_true(izh_solver_next_spike(user, 1e3, &t) == IZH_E_BUSY);
    return IZH_STOP;
}

static void bad_input_is_refused(void **state)
{
    (void)state;
    const izh_solver_config config = support_config(IZH_TAYLOR);
    izh_solver *s = support_create(&config);
    double t = 7;
    check_ok(izh_solver_set_current(s, 200), s);
    check_ok(izh_solver_run(s, 5), s);
    check_true(izh_solver_next_spike(NULL, 10, &t) == IZH_E_INVALID);
    check_status(izh_solver_next_spike(s, 10, NULL), IZH_E_INVALID, s);
    check_status(izh_solver_next_spike(s, 4, &t), IZH_E_INVALID, s);
    check_has(izh_solver_message(s), "limit = 4 must be finite and not before now, 5 ms");
    check_status(izh_solver_next_spike(s, NAN, &t), IZH_E_INVALID, s);
    check_status(izh_solver_next_spike(s, INFINITY, &t), IZH_E_INVALID, s);
    check_same(t, 7);
    izh_solver_on_spike(s, look, s);
    check_status(izh_solver_run(s, 1000), IZH_STOPPED, s);
    izh_solver_destroy(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_method_knows_its_next_spike),
        cmocka_unit_test(gradients_do_not_notice),
        cmocka_unit_test(a_spike_that_is_due_is_next),
        cmocka_unit_test(a_spike_at_the_limit_counts),
        cmocka_unit_test(a_stimulus_function_is_not_asked),
        cmocka_unit_test(two_solvers_are_coupled_exactly),
        cmocka_unit_test(an_end_before_the_spike_is_told),
        cmocka_unit_test(bad_input_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
