/* Bad input to every public function: an error, and nothing half-changed. */
#include "support.h"

#include <float.h>

static const double not_finite[] = {NAN, INFINITY, -INFINITY};

/* ---- create ---- */

static void expect_refused(const izh_solver_config *config, izh_status status)
{
    izh_solver *s = (izh_solver *)&status;
    check_status(izh_solver_create(&s, config), status, NULL);
    check_true(s == NULL);
    check_status(izh_solver_create(NULL, config), IZH_E_INVALID, NULL);
}

static void expect_accepted(const izh_solver_config *config)
{
    izh_solver *s = NULL;
    check_status(izh_solver_create(&s, config), IZH_OK, NULL);
    check_true(s != NULL);
    check_ok(izh_solver_run(s, config->t0), s);
    izh_solver_destroy(s);
}

static void create_refuses_null(void **state)
{
    (void)state;
    expect_refused(NULL, IZH_E_INVALID);
    check_status(izh_solver_create(NULL, NULL), IZH_E_INVALID, NULL);
}

static void create_refuses_every_double_that_is_not_finite(void **state)
{
    (void)state;
    const size_t offsets[] = {
        offsetof(izh_solver_config, dt),           offsetof(izh_solver_config, rtol),
        offsetof(izh_solver_config, atol),         offsetof(izh_solver_config, t0),
        offsetof(izh_solver_config, initial.v),    offsetof(izh_solver_config, initial.u),
        offsetof(izh_solver_config, params.cm),    offsetof(izh_solver_config, params.b3),
        offsetof(izh_solver_config, params.vpeak), offsetof(izh_solver_config, max_spikes_per_ms)};
    for (size_t i = 0; i < LENGTH(offsets); i++)
        for (size_t k = 0; k < LENGTH(not_finite); k++) {
            izh_solver_config config = support_config(IZH_RK4);
            memcpy((char *)&config + offsets[i], &not_finite[k], sizeof(double));
            support_about("offset %zu = %g", offsets[i], not_finite[k]);
            expect_refused(&config, IZH_E_INVALID);
        }
}

static void create_refuses_what_is_negative(void **state)
{
    (void)state;
    const double bad[] = {-1, -DBL_MIN, -1e300};
    for (size_t i = 0; i < LENGTH(bad); i++) {
        izh_solver_config config = support_config(IZH_RK4);
        config.dt = bad[i];
        expect_refused(&config, IZH_E_INVALID);
        config.dt = 0;
        config.rtol = bad[i];
        expect_refused(&config, IZH_E_INVALID);
        config.rtol = 0;
        config.atol = bad[i];
        expect_refused(&config, IZH_E_INVALID);
        config.atol = 0;
        config.max_spikes_per_ms = bad[i];
        expect_refused(&config, IZH_E_INVALID);
        config.max_spikes_per_ms = 0;
        config.params.cm = bad[i];
        expect_refused(&config, IZH_E_INVALID);
    }
}

static void create_refuses_unknown_methods_and_events(void **state)
{
    (void)state;
    const int32_t unknown[] = {-1, 64, 1000000, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < LENGTH(unknown); i++) {
        izh_solver_config config = support_config(unknown[i]);
        expect_refused(&config, IZH_E_INVALID);
        config = support_config(IZH_RK4);
        config.events = unknown[i];
        expect_refused(&config, IZH_E_INVALID);
    }
    for (izh_method m = 1; m < 64; m++)
        if (!izh_method_name(m)) {
            izh_solver_config config = support_config(m);
            expect_refused(&config, IZH_E_INVALID);
        }
}

static void create_refuses_half_an_allocator(void **state)
{
    (void)state;
    struct heap heap = {0};
    izh_solver_config config = support_config(IZH_RK4);
    config.allocator = support_allocator(&heap);
    config.allocator.release = NULL;
    expect_refused(&config, IZH_E_INVALID);
    config.allocator = support_allocator(&heap);
    config.allocator.alloc = NULL;
    expect_refused(&config, IZH_E_INVALID);
    assert_int_equal(heap.calls, 0);
}

/* ---- the size of the config ---- */

union wide {
    izh_solver_config config;
    unsigned char bytes[8192];
};

static union wide *wide(size_t size)
{
    static union wide w;
    memset(&w, 0, sizeof w);
    w.config = support_config(IZH_RK4);
    w.config.size = size;
    support_about("size %zu", size);
    return &w;
}

static void create_refuses_sizes_of_no_config(void **state)
{
    (void)state;
    const size_t sizes[] = {0, 1, 4, 8, 16, 100, 4097, 8192, SIZE_MAX, SIZE_MAX / 2 + 1};
    for (size_t i = 0; i < LENGTH(sizes); i++)
        expect_refused(&wide(sizes[i])->config, IZH_E_INVALID);
}

/* Nothing but the size may be read where the size is wrong: a page's end lies behind it. */
static void create_reads_no_further_than_size(void **state)
{
    (void)state;
    const size_t sizes[] = {0, 8, 4097, sizeof(izh_solver_config)};
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        const size_t room = sizes[i] == sizeof(izh_solver_config) ? sizes[i] : sizeof(size_t);
        unsigned char *exact = malloc(room); /* sanitizers watch its end */
        const izh_solver_config config = wide(sizes[i])->config;
        memcpy(exact, &config, room);
        izh_solver *s = NULL;
        check_status(izh_solver_create(&s, (const izh_solver_config *)(const void *)exact),
                     i == 3 ? IZH_OK : IZH_E_INVALID, NULL);
        izh_solver_destroy(s);
        free(exact);
    }
}

static void create_takes_larger_configs_with_a_zero_tail(void **state)
{
    (void)state;
    const size_t sizes[] = {sizeof(izh_solver_config), sizeof(izh_solver_config) + 1,
                            sizeof(izh_solver_config) + 8, 4095, 4096};
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        union wide *w = wide(sizes[i]);
        memset(w->bytes + sizes[i], 0xff, sizeof *w - sizes[i]); /* beyond size: not read */
        expect_accepted(&w->config);
    }
}

static void create_refuses_larger_configs_with_more_in_them(void **state)
{
    (void)state;
    const size_t size = 1000;
    for (size_t i = sizeof(izh_solver_config); i < size; i += i == 999 ? 1 : 7) {
        union wide *w = wide(size);
        w->bytes[i] = 1;
        expect_refused(&w->config, IZH_E_INVALID);
    }
    union wide *w = wide(4096);
    w->bytes[4095] = 0x80;
    expect_refused(&w->config, IZH_E_INVALID);
}

/* Half an allocator would be called. */
static void create_refuses_shorter_configs(void **state)
{
    (void)state;
    const size_t first = offsetof(izh_solver_config, max_steps_per_ms); /* 0.1's, or its end */
    for (size_t size = 0; size < sizeof(izh_solver_config); size++) {
        if (size == (first + 7) / 8 * 8 || size == first)
            continue;
        struct heap heap = {0};
        union wide *w = wide(size);
        w->config.allocator = support_allocator(&heap);
        expect_refused(&w->config, IZH_E_INVALID);
        assert_int_equal(heap.calls, 0);
    }
}

/* ---- values that are odd but valid ---- */

static void create_takes_odd_but_valid_values(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        izh_solver_config config = support_config(m);
        config.rtol = config.atol = 1e-300;
        expect_accepted(&config);
        config = support_config(m);
        config.dt = -0.;
        config.rtol = -0.;
        expect_accepted(&config);
        config = support_config(m);
        config.t0 = -1e13;
        expect_accepted(&config);
        config = support_config(m);
        config.params.d = -10;
        config.params.a = -.1;
        expect_accepted(&config);
    }
}

static void run_with_loose_tolerances(void)
{
    const double loose[] = {.5, 1, 100, 1e4, 1e10, 1e300, DBL_MAX};
    for (izh_method m = 0; (m = support_next_method(m)) != 0;)
        for (size_t i = 0; i < LENGTH(loose); i++)
            for (int which = 1; which < 4; which++) {
                izh_solver_config config = support_config(m);
                config.rtol = which & 1 ? loose[i] : 0;
                config.atol = which & 2 ? loose[i] : 0;
                config.dt = 10;
                izh_solver *s = support_create(&config);
                check_ok(izh_solver_set_current(s, 70), s);
                const izh_status status = izh_solver_run(s, 100);
                check_true(status == IZH_OK || status == IZH_E_DIVERGED ||
                           status == IZH_E_TOLERANCE);
                check_true(isfinite(izh_solver_state(s).v) && isfinite(izh_solver_state(s).u));
                izh_solver_destroy(s);
            }
}

/* A tolerance of any size is valid. */
static void loose_tolerances_do_no_harm(void **state)
{
    (void)state;
    check_survives(run_with_loose_tolerances);
}

/* ---- NULL ---- */

static void null_solvers_are_errors(void **state)
{
    (void)state;
    izh_statistics n = IZH_STATISTICS_INIT;
    const izh_params p = support_rs();
    const double times[] = {1};
    izh_state out = {7, 7};
    check_status(izh_solver_run(NULL, 1), IZH_E_INVALID, NULL);
    check_status(izh_solver_sample(NULL, times, 1, &out), IZH_E_INVALID, NULL);
    check_status(izh_solver_set_current(NULL, 1), IZH_E_INVALID, NULL);
    check_status(izh_solver_set_stimulus(NULL, support_current, 1), IZH_E_INVALID, NULL);
    check_status(izh_solver_on_stimulus(NULL, NULL, NULL), IZH_E_INVALID, NULL);
    check_status(izh_solver_on_spike(NULL, NULL, NULL), IZH_E_INVALID, NULL);
    check_status(izh_solver_set_params(NULL, &p), IZH_E_INVALID, NULL);
    check_status(izh_solver_set_state(NULL, out), IZH_E_INVALID, NULL);
    check_status(izh_solver_kick(NULL, 1, 1), IZH_E_INVALID, NULL);
    check_status(izh_solver_statistics(NULL, &n), IZH_E_INVALID, NULL);
    check_true(isnan(izh_solver_time(NULL)));
    check_true(isnan(izh_solver_state(NULL).v) && isnan(izh_solver_state(NULL).u));
    assert_string_equal(izh_solver_message(NULL), "");
    izh_solver_destroy(NULL);
    check_same_state(out, ((izh_state){7, 7}));
}

/* ---- nothing half-changed ---- */

typedef void abuse(izh_solver *s);

/* Runs RS with and without the abuse at an odd time: all must be the same, to the bit. */
static void check_harmless(abuse *call)
{
    static struct spikes spikes, others;
    izh_solver_config config;
    for (int i = 0; support_next_or_dialect(&i, &config);) {
        memset(&spikes, 0, sizeof spikes);
        memset(&others, 0, sizeof others);
        izh_solver *x = support_create(&config), *y = support_create(&config);
        check_ok(izh_solver_on_spike(x, support_spike, &spikes), x);
        check_ok(izh_solver_on_spike(y, support_spike, &others), y);
        check_ok(izh_solver_set_stimulus(x, support_current, 1), x);
        check_ok(izh_solver_set_stimulus(y, support_current, 1), y);
        for (double t = 50.03; t < 300; t += 150.037) {
            check_ok(izh_solver_run(x, t), x);
            check_ok(izh_solver_run(y, t), y);
            call(x);
            check_same(izh_solver_time(x), izh_solver_time(y));
            check_same_state(izh_solver_state(x), izh_solver_state(y));
        }
        check_ok(izh_solver_run(x, SUPPORT_UNTIL), x);
        check_ok(izh_solver_run(y, SUPPORT_UNTIL), y);
        check_same_state(izh_solver_state(x), izh_solver_state(y));
        check_same_spikes(&spikes, &others);
        check_true(spikes.n >= 1);
        izh_solver_destroy(x);
        izh_solver_destroy(y);
    }
}

static void abuse_run(izh_solver *s)
{
    const double bad[] = {NAN, INFINITY, -INFINITY, -1, izh_solver_time(s) - 1, -DBL_MAX};
    for (size_t i = 0; i < LENGTH(bad); i++)
        check_status(izh_solver_run(s, bad[i]), IZH_E_INVALID, s);
}

static void abuse_sample(izh_solver *s)
{
    const double now = izh_solver_time(s);
    const double bad[][2] = {{now + 2, now + 1}, {now - 1, now + 1}, {now, NAN}, {INFINITY, 1}};
    izh_state out[2] = {{7, 7}, {7, 7}};
    for (size_t i = 0; i < LENGTH(bad); i++) {
        check_status(izh_solver_sample(s, bad[i], 2, out), IZH_E_INVALID, s);
        check_same_state(out[0], ((izh_state){7, 7}));
    }
    check_status(izh_solver_sample(s, NULL, 2, out), IZH_E_INVALID, s);
    check_has(izh_solver_message(s), "times");
    check_status(izh_solver_sample(s, bad[0], 2, NULL), IZH_E_INVALID, s);
    check_has(izh_solver_message(s), "states");
}

static void abuse_current(izh_solver *s)
{
    for (size_t i = 0; i < LENGTH(not_finite); i++)
        check_status(izh_solver_set_current(s, not_finite[i]), IZH_E_INVALID, s);
}

static void abuse_stimulus(izh_solver *s)
{
    const izh_segment bad[][3] = {
        {{1, 0, 0}, {1, 0, 0}, {2, 0, 0}},         {{2, 0, 0}, {1, 0, 0}, {3, 0, 0}},
        {{1, 0, 0}, {2, 0, 0}, {-3, 0, 0}},        {{NAN, 0, 0}, {2, 0, 0}, {3, 0, 0}},
        {{1, 0, 0}, {2, NAN, 0}, {3, 0, 0}},       {{1, 0, 0}, {2, 0, 0}, {3, 0, -INFINITY}},
        {{-INFINITY, 0, 0}, {2, 0, 0}, {3, 0, 0}}, {{1, 0, 0}, {2, 0, 0}, {INFINITY, 0, 0}}};
    for (size_t i = 0; i < LENGTH(bad); i++) {
        check_status(izh_solver_set_stimulus(s, bad[i], 3), IZH_E_INVALID, s);
        check_has(izh_solver_message(s), "segments[");
    }
    check_status(izh_solver_set_stimulus(s, NULL, 1), IZH_E_INVALID, s);
    check_status(izh_solver_set_stimulus(s, NULL, SIZE_MAX), IZH_E_INVALID, s);
    check_status(izh_solver_set_stimulus(s, bad[0], SIZE_MAX), IZH_E_INVALID, s);
}

static void abuse_params(izh_solver *s)
{
    check_status(izh_solver_set_params(s, NULL), IZH_E_INVALID, s);
    check_has(izh_solver_message(s), "params");
    for (size_t field = 0; field < 16; field++)
        for (size_t i = 0; i < LENGTH(not_finite); i++) {
            izh_params p = support_rs();
            if (field == 15 && not_finite[i] == INFINITY)
                continue;
            memcpy((char *)&p + field * sizeof(double), &not_finite[i], sizeof(double));
            check_status(izh_solver_set_params(s, &p), IZH_E_INVALID, s);
        }
    izh_params p = support_rs();
    p.cm = 0;
    check_status(izh_solver_set_params(s, &p), IZH_E_INVALID, s);
    p = support_rs();
    p.vpeak = p.c;
    check_status(izh_solver_set_params(s, &p), IZH_E_INVALID, s);
}

static void abuse_state(izh_solver *s)
{
    for (size_t i = 0; i < LENGTH(not_finite); i++) {
        check_status(izh_solver_set_state(s, (izh_state){not_finite[i], 0}), IZH_E_INVALID, s);
        check_status(izh_solver_set_state(s, (izh_state){-60, not_finite[i]}), IZH_E_INVALID, s);
    }
}

static void abuse_kick(izh_solver *s)
{
    for (size_t i = 0; i < LENGTH(not_finite); i++) {
        check_status(izh_solver_kick(s, not_finite[i], 0), IZH_E_INVALID, s);
        check_status(izh_solver_kick(s, 0, not_finite[i]), IZH_E_INVALID, s);
    }
    check_status(izh_solver_kick(s, NAN, -NAN), IZH_E_INVALID, s);
}

static void abuse_statistics(izh_solver *s)
{
    const size_t sizes[] = {0, 1, 7, 4097, SIZE_MAX};
    check_status(izh_solver_statistics(s, NULL), IZH_E_INVALID, s);
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        izh_statistics n = {.size = sizes[i], .steps = 7, .spikes = 7};
        check_status(izh_solver_statistics(s, &n), IZH_E_INVALID, s);
        check_true(n.steps == 7 && n.spikes == 7);
    }
}

static void bad_calls_of_run_change_nothing(void **state)
{
    (void)state;
    check_harmless(abuse_run);
}

static void bad_calls_of_sample_change_nothing(void **state)
{
    (void)state;
    check_harmless(abuse_sample);
}

static void bad_calls_of_set_current_change_nothing(void **state)
{
    (void)state;
    check_harmless(abuse_current);
}

static void bad_calls_of_set_stimulus_change_nothing(void **state)
{
    (void)state;
    check_harmless(abuse_stimulus);
}

static void bad_calls_of_set_params_change_nothing(void **state)
{
    (void)state;
    check_harmless(abuse_params);
}

static void bad_calls_of_set_state_change_nothing(void **state)
{
    (void)state;
    check_harmless(abuse_state);
}

static void bad_calls_of_kick_change_nothing(void **state)
{
    (void)state;
    check_harmless(abuse_kick);
}

static void bad_calls_of_statistics_change_nothing(void **state)
{
    (void)state;
    check_harmless(abuse_statistics);
}

/* ---- counts that no array has ---- */

static void set_too_many_segments(size_t max_segments)
{
    izh_solver_config config = support_config(IZH_RK4);
    config.max_segments = max_segments;
    izh_solver *s = support_create(&config);
    const izh_segment ascending[] = {{1, 0, 0}, {2, 0, 0}, {3, 0, 0}};
    check_true(izh_solver_set_stimulus(s, ascending, SIZE_MAX) < 0);
    check_true(izh_solver_set_stimulus(s, ascending, SIZE_MAX / sizeof(izh_segment) + 1) < 0);
    izh_solver_destroy(s);
}

static void set_too_many_segments_where_some_may_come(void)
{
    set_too_many_segments(0);
}

static void set_more_segments_than_announced(void)
{
    set_too_many_segments(2);
}

static void an_overflowing_count_is_refused_before_it_is_read(void **state)
{
    (void)state;
    check_survives(set_too_many_segments_where_some_may_come);
    check_survives(set_more_segments_than_announced);
}

static void more_segments_than_announced_are_refused(void **state)
{
    (void)state;
    izh_solver_config config = support_config(IZH_RK4);
    config.max_segments = 2;
    izh_solver *s = support_create(&config);
    const izh_segment three[] = {{1, 0, 0}, {2, 0, 0}, {3, 0, 0}};
    check_status(izh_solver_set_stimulus(s, three, 3), IZH_E_INVALID, s);
    check_has(izh_solver_message(s), "max_segments");
    check_ok(izh_solver_set_stimulus(s, three, 2), s);
    izh_solver_destroy(s);
}

static void create_refuses_an_overflowing_max_segments(void **state)
{
    (void)state;
    izh_solver_config config = support_config(IZH_RK4);
    config.max_segments = SIZE_MAX;
    expect_refused(&config, IZH_E_MEMORY);
    config.max_segments = SIZE_MAX / sizeof(izh_segment) + 2;
    expect_refused(&config, IZH_E_MEMORY);
}

/* ---- derivatives ---- */

static void create_refuses_bad_gradients(void **state)
{
    (void)state;
    izh_gradient of[2] = {{.params.k2 = 1}, {.initial.v = 1}};
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.gradients = of;
    config.gradient_count = 2;
    expect_accepted(&config);
    for (size_t k = 0; k < LENGTH(not_finite); k++) {
        of[1].params.u_max = not_finite[k];
        expect_refused(&config, IZH_E_INVALID);
        of[1].params.u_max = 0;
        of[1].initial.u = not_finite[k];
        expect_refused(&config, IZH_E_INVALID);
        of[1].initial.u = 0;
    }
    const int32_t unknown[] = {-1, IZH_SEGMENT_E + 1, INT32_MAX, INT32_MIN};
    for (size_t k = 0; k < LENGTH(unknown); k++) {
        of[1].of_segment = unknown[k];
        expect_refused(&config, IZH_E_INVALID);
    }
    of[1].of_segment = IZH_SEGMENT_T;
    of[1].segment = UINT32_MAX; /* there may be such a segment */
    expect_accepted(&config);
    config.gradients = NULL;
    expect_refused(&config, IZH_E_INVALID);
    config.gradients = of;
    config.gradient_count = SIZE_MAX;
    expect_refused(&config, IZH_E_INVALID);
    config.gradient_count = 0;
    expect_accepted(&config);
}

static void methods_without_gradients_refuse_them(void **state)
{
    (void)state;
    const izh_gradient of = {.params.k2 = 1};
    izh_solver_config config;
    for (int i = 0; support_next_or_dialect(&i, &config);) {
        struct logbook book = {0};
        if (config.method == IZH_TAYLOR)
            continue;
        config.gradients = &of;
        config.gradient_count = 1;
        config.log = support_log(&book);
        support_about("%s", izh_method_name(config.method));
        expect_refused(&config, IZH_E_UNSUPPORTED);
        check_has(book.text, izh_method_name(config.method));
        check_has(book.text, "has no gradients, taylor has");
    }
}

static void bad_calls_of_gradients_change_nothing(void **state)
{
    (void)state;
    const izh_gradient of = {.params.k2 = 1};
    const double times[] = {5, 4}, late[] = {50, 51};
    izh_state z[2] = {{7, 7}, {7, 7}};
    double dt = 7;
    izh_solver_config config = support_config(IZH_TAYLOR);
    izh_solver *none = support_create(&config);
    config.gradients = &of;
    config.gradient_count = 1;
    izh_solver *s = support_create(&config);
    check_ok(izh_solver_run(s, 10), s);
    check_status(izh_solver_gradients(NULL, z), IZH_E_INVALID, NULL);
    check_status(izh_solver_gradients(s, NULL), IZH_E_INVALID, s);
    check_has(izh_solver_message(s), "gradients is NULL");
    check_status(izh_solver_gradients(none, z), IZH_E_INVALID, none);
    check_has(izh_solver_message(none), "made without gradients");
    check_status(izh_solver_spike_gradients(NULL, &dt), IZH_E_INVALID, NULL);
    check_status(izh_solver_spike_gradients(s, NULL), IZH_E_INVALID, NULL);
    check_status(izh_solver_spike_gradients(none, &dt), IZH_E_INVALID, NULL);
    check_status(izh_solver_sample_gradients(NULL, late, 2, z, z), IZH_E_INVALID, NULL);
    check_status(izh_solver_sample_gradients(none, late, 2, z, z), IZH_E_INVALID, none);
    check_status(izh_solver_sample_gradients(s, NULL, 2, z, z), IZH_E_INVALID, s);
    check_status(izh_solver_sample_gradients(s, late, 2, z, NULL), IZH_E_INVALID, s);
    check_status(izh_solver_sample_gradients(s, times, 2, z, z), IZH_E_INVALID, s);
    check_ok(izh_solver_sample_gradients(s, NULL, 0, NULL, NULL), s);
    check_true(z[0].v == 7 && z[1].u == 7 && dt == 7 && izh_solver_time(s) == 10);
    izh_solver_destroy(none);
    izh_solver_destroy(s);
}

static void blobs_of_other_gradients_are_refused(void **state)
{
    (void)state;
    static unsigned char blob[8192];
    izh_gradient of[] = {{.params.k2 = 1}, {.params.a = 1}};
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.gradients = of;
    config.gradient_count = 2;
    izh_solver *two = support_create(&config);
    check_ok(izh_solver_set_current(two, 90), two);
    check_ok(izh_solver_run(two, 200), two);
    const size_t size = izh_solver_save(two, blob, sizeof blob);
    check_true(size <= sizeof blob);
    for (int k = 0; k < 3; k++) {
        config.gradient_count = (size_t)k;
        of[1].params.a = 2;
        if (k == 2)
            of[0].params.k2 = 1; /* one of them is another */
        izh_solver *s = support_create(&config);
        check_ok(izh_solver_run(s, 10), s);
        check_status(izh_solver_load(s, blob, size), IZH_E_INVALID, s);
        check_has(izh_solver_message(s), k == 2 ? "gradients[1]" : "the blob has 2 gradients");
        check_true(izh_solver_time(s) == 10);
        izh_solver_destroy(s);
    }
    for (size_t cut = 0; cut < size; cut += 8) /* no part of it is one */
        check_status(izh_solver_load(two, blob, cut), IZH_E_FORMAT, two);
    check_ok(izh_solver_load(two, blob, size), two);
    izh_solver_destroy(two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(create_refuses_null),
        cmocka_unit_test(create_refuses_every_double_that_is_not_finite),
        cmocka_unit_test(create_refuses_what_is_negative),
        cmocka_unit_test(create_refuses_unknown_methods_and_events),
        cmocka_unit_test(create_refuses_half_an_allocator),
        cmocka_unit_test(create_refuses_sizes_of_no_config),
        cmocka_unit_test(create_reads_no_further_than_size),
        cmocka_unit_test(create_takes_larger_configs_with_a_zero_tail),
        cmocka_unit_test(create_refuses_larger_configs_with_more_in_them),
        cmocka_unit_test(create_refuses_shorter_configs),
        cmocka_unit_test(create_takes_odd_but_valid_values),
        cmocka_unit_test(loose_tolerances_do_no_harm),
        cmocka_unit_test(null_solvers_are_errors),
        cmocka_unit_test(bad_calls_of_run_change_nothing),
        cmocka_unit_test(bad_calls_of_sample_change_nothing),
        cmocka_unit_test(bad_calls_of_set_current_change_nothing),
        cmocka_unit_test(bad_calls_of_set_stimulus_change_nothing),
        cmocka_unit_test(bad_calls_of_set_params_change_nothing),
        cmocka_unit_test(bad_calls_of_set_state_change_nothing),
        cmocka_unit_test(bad_calls_of_kick_change_nothing),
        cmocka_unit_test(bad_calls_of_statistics_change_nothing),
        cmocka_unit_test(an_overflowing_count_is_refused_before_it_is_read),
        cmocka_unit_test(more_segments_than_announced_are_refused),
        cmocka_unit_test(create_refuses_an_overflowing_max_segments),
        cmocka_unit_test(create_refuses_bad_gradients),
        cmocka_unit_test(methods_without_gradients_refuse_them),
        cmocka_unit_test(bad_calls_of_gradients_change_nothing),
        cmocka_unit_test(blobs_of_other_gradients_are_refused),
    };
    return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
