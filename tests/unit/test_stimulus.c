/* Currents: segments, ramps, callbacks. */
#include "support.h"

static struct spikes spikes, others;

static izh_solver *start(const izh_solver_config *config, struct spikes *record)
{
    izh_solver *s = support_create(config);
    memset(record, 0, sizeof *record);
    check_ok(izh_solver_on_spike(s, support_spike, record), s);
    return s;
}

static void check_same_end(izh_solver *x, izh_solver *y, double t_end)
{
    check_ok(izh_solver_run(x, t_end), x);
    check_ok(izh_solver_run(y, t_end), y);
    check_same_spikes(&spikes, &others);
    check_same_state(izh_solver_state(x), izh_solver_state(y));
    izh_solver_destroy(x);
    izh_solver_destroy(y);
}

/* Whether a solution cut short by the host has the bits of a step that ends there: not so where
 * dense output is an interpolant of its own. */
static int cuts_like_steps(izh_method m)
{
    return !support_adaptive(m) || m == IZH_TAYLOR;
}

static void check_close_end(izh_solver *x, izh_solver *y, double t_end)
{
    check_ok(izh_solver_run(x, t_end), x);
    check_ok(izh_solver_run(y, t_end), y);
    check_true(spikes.n == others.n);
    for (size_t i = 0; i < spikes.n; i++)
        check_close(spikes.event[i].t, others.event[i].t, 1e-2);
    izh_solver_destroy(x);
    izh_solver_destroy(y);
}

/* On a tick, off the ticks, and two within one step. */
static const izh_segment pieces[] = {
    {101, 70, 0}, {200.03, 300, 0}, {200.07, -20, 0}, {250.55, 90, 0}};

static void breakpoints_are_met_exactly(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        izh_solver *x = start(&config, &spikes), *y = start(&config, &others);
        check_ok(izh_solver_set_stimulus(x, pieces, LENGTH(pieces)), x);
        for (size_t k = 0; k < LENGTH(pieces); k++) {
            check_ok(izh_solver_run(y, pieces[k].t), y);
            check_ok(izh_solver_set_current(y, pieces[k].I), y);
        }
        (cuts_like_steps(config.method) ? check_same_end : check_close_end)(x, y, SUPPORT_UNTIL);
        check_true(spikes.n >= 1);
    }
}

/* v' = I(t): every method sums up the pieces without error, whatever their bounds. */
static void piecewise_constant_currents_sum_up(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        izh_solver_config config = support_line_config(m);
        config.dt = 1;
        izh_solver *s = support_create(&config);
        const izh_segment steps[] = {{1.25, 3, 0}, {1.5, -1, 0}, {4.125, 2, 0}};
        check_ok(izh_solver_set_stimulus(s, steps, 3), s);
        check_ok(izh_solver_run(s, 10), s);
        check_close(izh_solver_state(s).v, .25 * 3 - 2.625 + 5.875 * 2, 1e-13);
        izh_solver_destroy(s);
    }
}

static void ramps_are_met_exactly(void **state)
{
    (void)state;
    const izh_method exact[] = {IZH_MIDPOINT, IZH_RK4, IZH_EXP_EULER, IZH_TAYLOR};
    for (size_t i = 0; i < LENGTH(exact); i++) {
        support_about("%s", izh_method_name(exact[i]));
        izh_solver_config config = support_line_config(exact[i]);
        config.dt = 1;
        izh_solver *s = support_create(&config);
        const izh_segment ramps[] = {{.3, 1, 2}, {2.7, -4, .5}, {6, 0, 0}};
        check_ok(izh_solver_set_stimulus(s, ramps, 3), s);
        const double up = 2.4 + 2.4 * 2.4, down = 3.3 * -4 + .25 * 3.3 * 3.3;
        check_ok(izh_solver_run(s, 2.7), s);
        check_close(izh_solver_state(s).v, up, 1e-13);
        check_ok(izh_solver_run(s, 9), s);
        check_close(izh_solver_state(s).v, up + down, 1e-13);
        izh_solver_destroy(s);
    }
}

static void before_the_first_segment_there_is_no_current(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        izh_solver *x = start(&config, &spikes), *y = start(&config, &others);
        check_ok(izh_solver_set_current(x, 500), x); /* is replaced */
        const izh_segment late = {2000, 70, 3};      /* beyond the longest step */
        check_ok(izh_solver_set_stimulus(x, &late, 1), x);
        check_ok(izh_solver_run(x, 50), x);
        check_close(izh_solver_state(x).v, -60, 1e-9);
        (cuts_like_steps(config.method) ? check_same_end : check_close_end)(x, y, 99);
    }
}

/* The last segment that has begun holds, from its own start on. */
static void segments_may_have_begun(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        izh_solver_config config = support_line_config(m);
        config.dt = 1;
        izh_solver *s = support_create(&config);
        check_ok(izh_solver_run(s, 5), s);
        const izh_segment past[] = {{-10, 7, 0}, {1, 9, 1}, {2, 3, 0}, {6.5, 1, 0}};
        check_ok(izh_solver_set_stimulus(s, past, 4), s);
        check_ok(izh_solver_run(s, 8), s);
        check_close(izh_solver_state(s).v, 1.5 * 3 + 1.5, 1e-13);
        const izh_segment ramp = {4, 0, 2}; /* 8 now, 12 at 10 */
        if (m != IZH_EULER && m != IZH_BACKWARD_EULER && m != IZH_PUBLISHED_2003) {
            check_ok(izh_solver_set_stimulus(s, &ramp, 1), s);
            check_ok(izh_solver_run(s, 10), s);
            check_close(izh_solver_state(s).v, 6 + 20, 1e-13);
        }
        izh_solver_destroy(s);
    }
}

static void no_segments_are_no_current(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        const izh_solver_config config = support_line_config(m);
        izh_solver *s = support_create(&config);
        check_ok(izh_solver_set_current(s, 2), s);
        check_ok(izh_solver_run(s, 1), s);
        const izh_state one = izh_solver_state(s);
        check_ok(izh_solver_set_stimulus(s, NULL, 0), s);
        check_ok(izh_solver_run(s, 5), s);
        check_same(izh_solver_state(s).v, one.v);
        izh_solver_destroy(s);
    }
}

static void segments_are_copied(void **state)
{
    (void)state;
    const izh_solver_config config = support_config(IZH_RK4);
    izh_solver *x = start(&config, &spikes), *y = start(&config, &others);
    izh_segment mine[LENGTH(pieces)];
    memcpy(mine, pieces, sizeof mine);
    check_ok(izh_solver_set_stimulus(x, mine, LENGTH(mine)), x);
    memset(mine, 0xff, sizeof mine);
    check_ok(izh_solver_set_stimulus(y, pieces, LENGTH(pieces)), y);
    check_same_end(x, y, SUPPORT_UNTIL);
}

/* ---- the same current again ---- */

static void the_same_current_again_changes_no_bit(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        izh_solver *x = start(&config, &spikes), *y = start(&config, &others);
        check_ok(izh_solver_set_current(x, 70), x);
        check_ok(izh_solver_set_current(y, 70), y);
        for (double t = 0; t < SUPPORT_UNTIL; t += 1.37) {
            check_ok(izh_solver_run(x, t), x);
            check_ok(izh_solver_set_current(x, 70), x);
        }
        check_same_end(x, y, SUPPORT_UNTIL);
        check_true(spikes.n >= 1);
    }
}

static void the_last_segments_current_again_changes_no_bit(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        izh_solver *x = start(&config, &spikes), *y = start(&config, &others);
        check_ok(izh_solver_set_stimulus(x, support_current, 1), x);
        check_ok(izh_solver_set_stimulus(y, support_current, 1), y);
        check_ok(izh_solver_run(x, 150.017), x);
        check_ok(izh_solver_set_current(x, 70), x);
        check_same_end(x, y, SUPPORT_UNTIL);
    }
}

static void another_current_replaces_segments_to_come(void **state)
{
    (void)state;
    const izh_solver_config config = support_line_config(IZH_TAYLOR);
    izh_solver *s = support_create(&config);
    const izh_segment two[] = {{1, 3, 0}, {2, 100, 0}};
    check_ok(izh_solver_set_stimulus(s, two, 2), s);
    check_ok(izh_solver_run(s, 1.5), s);
    check_ok(izh_solver_set_current(s, 3), s); /* the same value, but now for ever */
    check_ok(izh_solver_run(s, 4), s);
    check_close(izh_solver_state(s).v, 9, 1e-13);
    izh_solver_destroy(s);
}

/* ---- the callback ---- */

/* Answers with segments, in order; counts its calls, and keeps what it was shown. */
struct teller {
    const izh_segment *segments;
    size_t n, calls;
    double asked[64];
    izh_state seen[64];
    int32_t answer;
};

static int32_t tell(izh_segment *segment, double *until, izh_state now, void *user)
{
    struct teller *teller = user;
    size_t next = 0;
    while (next < teller->n && teller->segments[next].t <= segment->t)
        next++;
    teller->asked[teller->calls % 64] = segment->t;
    teller->seen[teller->calls++ % 64] = now;
    check_same(segment->I, 0);
    check_same(segment->slope, 0);
    check_true(*until == INFINITY);
    if (next > 0) {
        const izh_segment *piece = &teller->segments[next - 1];
        segment->I = piece->I + piece->slope * (segment->t - piece->t);
        segment->slope = piece->slope;
    }
    if (next < teller->n)
        *until = teller->segments[next].t;
    return teller->answer;
}

/* Which of the calls was at t, or within `slack` of it. */
static size_t call_at(const struct teller *teller, double t, double slack)
{
    size_t k = 0;
    check_true(teller->calls <= LENGTH(teller->asked));
    while (k < teller->calls && !(fabs(teller->asked[k] - t) <= slack))
        k++;
    check_true(k < teller->calls);
    return k;
}

/* It is asked at the start, where a piece begins, and after each spike. */
static void check_told(const izh_segment *segments, size_t n)
{
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        izh_solver *x = start(&config, &spikes), *y = start(&config, &others);
        struct teller teller = {.segments = segments, .n = n};
        check_ok(izh_solver_on_stimulus(x, tell, &teller), x);
        check_ok(izh_solver_set_stimulus(y, segments, n), y);
        int ramp = 0;
        for (size_t k = 0; k < n; k++)
            ramp = ramp || segments[k].slope != 0;
        (ramp ? check_close_end : check_same_end)(x, y, SUPPORT_UNTIL);
        size_t both = 0; /* a spike where a piece begins: one call */
        for (size_t k = 0; k < n * spikes.n; k++)
            both += segments[k % n].t == spikes.event[k / n].t;
        check_true(teller.calls == n + 1 + spikes.n - both);
        check_same(teller.asked[0], 0);
        check_same_state(teller.seen[0], config.initial);
        for (size_t k = 0; k < n; k++)
            call_at(&teller, segments[k].t, 0);
        for (size_t k = 0; k < spikes.n; k++)
            call_at(&teller, spikes.event[k].t, 0);
    }
}

static void a_callback_equals_segments_bit_for_bit(void **state)
{
    (void)state;
    const izh_segment on_ticks[] = {{101, 70, 0}, {200, 300, 0}, {202, -20, 0}, {250, 90, 0}};
    check_told(on_ticks, LENGTH(on_ticks));
    check_told(support_current, 1);
}

static void a_callback_equals_segments_off_ticks(void **state)
{
    (void)state;
    const izh_segment off_ticks[] = {{100.0625, 70, 0}, {200.03125, 300, 0}, {200.09375, 80, 0}};
    check_told(off_ticks, LENGTH(off_ticks));
}

static void a_callback_equals_ramps(void **state)
{
    (void)state;
    const izh_segment ramps[] = {{100, 0, .5}, {200.0625, 50, .25}, {300, 90, -.125}};
    check_told(ramps, LENGTH(ramps));
}

static void the_callback_sees_the_state_of_its_time(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        izh_solver *x = start(&config, &spikes), *y = start(&config, &others);
        struct teller teller = {.segments = pieces, .n = LENGTH(pieces)};
        check_ok(izh_solver_on_stimulus(x, tell, &teller), x);
        check_ok(izh_solver_run(x, SUPPORT_UNTIL), x);
        check_ok(izh_solver_set_stimulus(y, pieces, LENGTH(pieces)), y);
        for (size_t k = 0; k < LENGTH(pieces); k++) {
            check_ok(izh_solver_run(y, pieces[k].t), y);
            const size_t call = call_at(&teller, pieces[k].t, 1e-13);
            check_same_state(teller.seen[call], izh_solver_state(y));
        }
        izh_solver_destroy(x);
        izh_solver_destroy(y);
    }
}

/* A run that ends exactly at `until` does not ask yet; the next one does. */
static void the_callback_is_asked_when_its_answer_is_needed(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        const izh_solver_config config = support_config(m);
        izh_solver *s = support_create(&config);
        struct teller teller = {.segments = support_current, .n = 1};
        check_ok(izh_solver_on_stimulus(s, tell, &teller), s);
        check_true(teller.calls == 0);
        check_ok(izh_solver_run(s, 50), s);
        check_true(teller.calls == 1);
        check_ok(izh_solver_run(s, 101), s);
        check_true(teller.calls <= 2);
        check_ok(izh_solver_run(s, 110), s);
        check_ok(izh_solver_run(s, 150), s);
        check_true(teller.calls == 2);
        izh_solver_destroy(s);
    }
}

static void a_callback_may_stop_the_run(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        izh_solver *x = start(&config, &spikes), *y = start(&config, &others);
        struct teller teller = {.segments = support_current, .n = 1, .answer = IZH_STOP};
        check_ok(izh_solver_on_stimulus(x, tell, &teller), x);
        check_ok(izh_solver_set_stimulus(y, support_current, 1), y);
        check_status(izh_solver_run(x, SUPPORT_UNTIL), IZH_STOPPED, x);
        check_same(izh_solver_time(x), 0);
        check_status(izh_solver_run(x, SUPPORT_UNTIL), IZH_STOPPED, x);
        check_same(izh_solver_time(x), 101);
        check_status(izh_solver_run(x, SUPPORT_UNTIL), IZH_STOPPED, x);
        check_same(izh_solver_time(x), spikes.event[0].t);
        teller.answer = IZH_CONTINUE;
        check_same_end(x, y, SUPPORT_UNTIL);
        check_true(teller.calls == 2 + spikes.n);
    }
}

/* ---- jumps end the callback's answer ---- */

static izh_state state_at_call(const struct teller *teller)
{
    return teller->seen[teller->calls - 1];
}

/* Answers of a state that is no more. */
static void a_jump_of_the_state_ends_the_answer(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        const izh_solver_config config = support_config(m);
        izh_solver *s = support_create(&config);
        struct teller teller = {.segments = support_current, .n = 1};
        check_ok(izh_solver_on_stimulus(s, tell, &teller), s);
        check_ok(izh_solver_run(s, 50), s);
        check_true(teller.calls == 1);
        check_ok(izh_solver_kick(s, 1, 2), s);
        const izh_state kicked = izh_solver_state(s);
        check_ok(izh_solver_run(s, 60), s);
        check_true(teller.calls == 2);
        check_same(teller.asked[1], 50);
        check_same_state(state_at_call(&teller), kicked);
        const izh_state put = {-58, 1};
        check_ok(izh_solver_set_state(s, put), s);
        check_ok(izh_solver_run(s, 70), s);
        check_true(teller.calls == 3);
        check_same(teller.asked[2], 60);
        check_same_state(state_at_call(&teller), put);
        check_ok(izh_solver_set_params(s, &config.params), s);
        check_ok(izh_solver_run(s, 80), s);
        check_true(teller.calls == 4);
        check_same(teller.asked[3], 70);
        izh_solver_destroy(s);
    }
}

static int32_t reset_elsewhere(const izh_spike_event *e, izh_state *after, void *user)
{
    *(struct spikes *)user = (struct spikes){.n = 1, .event = {*e}};
    *after = (izh_state){-70, 5};
    return IZH_CONTINUE;
}

static void a_reset_by_the_spike_callback_is_what_the_stimulus_sees(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        izh_solver *s = start(&config, &spikes);
        struct teller teller = {.segments = support_current, .n = 1};
        check_ok(izh_solver_on_stimulus(s, tell, &teller), s);
        check_ok(izh_solver_on_spike(s, reset_elsewhere, &spikes), s);
        while (!spikes.n)
            check_ok(izh_solver_run(s, izh_solver_time(s) + 1), s);
        check_same(teller.asked[teller.calls - 1], spikes.event[0].t);
        check_same(state_at_call(&teller).v, -70);
        check_same(state_at_call(&teller).u, 5);
        izh_solver_destroy(s);
    }
}

/* A synapse, I = 5 + g (0 - v), g = 5 exp(-t/5), by tangents of the length *user. */
static int32_t synapse(izh_segment *segment, double *until, izh_state y, void *user)
{
    const double length = *(const double *)user, g = 5 * exp(-segment->t / 5);
    segment->I = 5 - g * y.v;
    segment->slope = g / 5 * y.v - g * (.04 * y.v * y.v + 5 * y.v + 140 - y.u + segment->I);
    *until = segment->t + length;
    return IZH_CONTINUE;
}

/* The spikes of that synapse on an RS cell of 2003 from (-70, -14): by a Taylor series of (v, u, g)
 * of order 40 in 40 digits. */
static const double synapse_spikes[] = {
    0.507783938646697274, 1.04007546027845280, 1.62126696044709999,
    2.26545472324138502,  2.99459800304338965, 3.84664925537519362,
    4.89938289286810421,  6.37874755271992030, 178.906371171074014};

static double worst_of_synapse(void)
{
    check_true(spikes.n == LENGTH(synapse_spikes));
    double worst = 0;
    for (size_t k = 0; k < LENGTH(synapse_spikes); k++)
        worst = fmax(worst, fabs(spikes.event[k].t - synapse_spikes[k]));
    return worst;
}

static double synapse_error(double length)
{
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.initial = (izh_state){-70, -14};
    izh_solver *s = start(&config, &spikes);
    check_ok(izh_solver_on_stimulus(s, synapse, &length), s);
    check_ok(izh_solver_run(s, 200), s);
    check_true(isfinite(izh_solver_spike_error_bound(s)));
    izh_solver_destroy(s);
    return worst_of_synapse();
}

/* Tangents are of order 2, also over resets, of which each shifts v by 95 mV. */
static void a_current_that_follows_v_is_of_order_2_over_resets(void **state)
{
    (void)state;
    const double coarse = synapse_error(.01), fine = synapse_error(.005);
    check_true(coarse < 1e-3);
    check_true(fine < coarse / 3.5 && fine > coarse / 4.5);
}

/* What a callback says wrong, and then right. */
struct liar {
    izh_segment segment;
    double until;
    int honest;
};

static int32_t lie(izh_segment *segment, double *until, izh_state now, void *user)
{
    const struct liar *liar = user;
    (void)now;
    if (segment->t < 10) {
        *until = 10.0625;
    } else if (!liar->honest) {
        *segment = liar->segment;
        *until = liar->until;
    } else {
        segment->I = 70;
    }
    return IZH_CONTINUE;
}

static void check_lie(struct liar liar, const char *word)
{
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        izh_solver *x = start(&config, &spikes), *y = start(&config, &others);
        check_ok(izh_solver_on_stimulus(x, lie, &liar), x);
        for (int again = 0; again < 2; again++) {
            check_status(izh_solver_run(x, 50), IZH_E_INVALID, x);
            check_has(izh_solver_message(x), word);
            check_has(izh_solver_message(x), "10.0625");
            check_same(izh_solver_time(x), 10.0625);
        }
        liar.honest = 1;
        const izh_segment truth = {10.0625, 70, 0};
        check_ok(izh_solver_set_stimulus(y, &truth, 1), y);
        check_same_end(x, y, SUPPORT_UNTIL);
        liar.honest = 0;
    }
}

static void until_must_be_later(void **state)
{
    (void)state;
    const double bad[] = {10.0625, 10, -1, -INFINITY, NAN};
    for (size_t i = 0; i < LENGTH(bad); i++)
        check_lie((struct liar){.until = bad[i]}, "until");
}

static void the_callbacks_current_must_be_finite(void **state)
{
    (void)state;
    check_lie((struct liar){{0, NAN, 0}, 20, 0}, "I = nan");
    check_lie((struct liar){{0, INFINITY, 0}, 20, 0}, "I = inf");
    check_lie((struct liar){{0, 0, -INFINITY}, 20, 0}, "slope = -inf");
}

/* The time in a callback's segment is ignored. */
static int32_t ramp_from_nowhere(izh_segment *segment, double *until, izh_state now, void *user)
{
    (void)until, (void)now, (void)user;
    *segment = (izh_segment){-1e9, 3, 1};
    return IZH_CONTINUE;
}

static void the_callbacks_segment_starts_now(void **state)
{
    (void)state;
    const izh_solver_config config = support_line_config(IZH_TAYLOR);
    izh_solver *s = support_create(&config);
    check_ok(izh_solver_run(s, 5), s);
    check_ok(izh_solver_on_stimulus(s, ramp_from_nowhere, NULL), s);
    check_ok(izh_solver_run(s, 7), s);
    check_close(izh_solver_state(s).v, 6 + 2, 1e-13);
    izh_solver_destroy(s);
}

static void no_callback_is_no_current(void **state)
{
    (void)state;
    const izh_solver_config config = support_line_config(IZH_TAYLOR);
    izh_solver *s = support_create(&config);
    check_ok(izh_solver_on_stimulus(s, ramp_from_nowhere, NULL), s);
    check_ok(izh_solver_run(s, 1), s);
    check_ok(izh_solver_on_stimulus(s, NULL, NULL), s);
    check_ok(izh_solver_run(s, 5), s);
    check_close(izh_solver_state(s).v, 3.5, 1e-13);
    izh_solver_destroy(s);
}

/* ---- in the spike callback ---- */

struct driver {
    izh_solver *solver;
    double I;
};

static int32_t set_current_at_the_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    struct driver *driver = user;
    (void)e, (void)after;
    check_ok(izh_solver_set_current(driver->solver, driver->I += 10), driver->solver);
    return IZH_CONTINUE;
}

static void a_current_set_in_the_spike_callback_holds_from_the_spike_on(void **state)
{
    (void)state;
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        izh_solver *x = start(&config, &spikes), *y = start(&config, &others);
        struct driver driver = {x, 100};
        check_ok(izh_solver_set_current(x, 100), x);
        check_ok(izh_solver_on_spike(x, set_current_at_the_spike, &driver), x);
        check_ok(izh_solver_run(x, 150), x);
        others.answer = IZH_STOP;
        double I = 100;
        check_ok(izh_solver_set_current(y, I), y);
        while (izh_solver_run(y, 150) == IZH_STOPPED)
            check_ok(izh_solver_set_current(y, I += 10), y);
        check_true(others.n >= 2);
        check_same(driver.I, I);
        check_same_state(izh_solver_state(x), izh_solver_state(y));
        izh_solver_destroy(x);
        izh_solver_destroy(y);
    }
}

/* ---- conductances ---- */

/* k1 = 5 - 1/4 and k0 = 140 - 15, solved by tests/reference/quad.c. */
static void a_conductance_is_part_of_the_equation(void **state)
{
    (void)state;
    const izh_input held = {0, 20, 0, .25, -60};
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.initial = (izh_state){-70, -14};
    izh_solver *s = start(&config, &spikes);
    check_ok(izh_solver_set_inputs(s, &held, 1), s);
    check_ok(izh_solver_run(s, 300), s);
    check_true(spikes.n == 15);
    check_close(spikes.event[14].t, 289.406625557639252998802782592,
                izh_solver_spike_error_bound(s));
    check_true(izh_solver_spike_error_bound(s) < 1e-9);
    izh_solver_destroy(s);
}

/* Without the square v follows exponentials: every method, over pieces with and without one. */
static void conductances_charge_a_leak(void **state)
{
    (void)state;
    const izh_input synapse[] = {{1, 3, 0, .5, 10}, {5, 0, 0, 0, 1e9}, {6, 0, 0, 4, -70}};
    const double v5 = 16 - 66 * exp(-1), v9 = -70 + (v5 + 70) * exp(-6);
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        config.params = (izh_params){.cm = 2, .r = 1, .vpeak = 1e3, .c = -100};
        config.initial = (izh_state){-50, 0};
        config.dt = support_adaptive(config.method) ? 0 : 1. / 64;
        izh_solver *s = start(&config, &spikes);
        check_ok(izh_solver_set_inputs(s, synapse, 3), s);
        check_ok(izh_solver_run(s, 1), s);
        check_same(izh_solver_state(s).v, -50);
        check_ok(izh_solver_run(s, 5), s);
        const double rough = config.method == IZH_EULER || config.method == IZH_BACKWARD_EULER ||
                                     config.method == IZH_PUBLISHED_2003
                                 ? .3
                                 : 1e-3;
        check_close(izh_solver_state(s).v, v5, rough);
        check_ok(izh_solver_run(s, 9), s);
        check_close(izh_solver_state(s).v, v9, rough);
        if (config.method == IZH_TAYLOR)
            check_close(izh_solver_state(s).v, v9, 1e-12);
        izh_solver_destroy(s);
    }
}

/* The synapse above, by conductances held over pieces that have the mean of g: of order 2, with
 * every spike there for pieces of half a millisecond. */
static double synapse_error_by_pieces(double length)
{
    static izh_input held[20000];
    const size_t n = (size_t)(200 / length);
    check_true(n <= LENGTH(held));
    for (size_t k = 0; k < n; k++) {
        const double t = (double)k * length;
        const double mean = 5 * 5 * (exp(-t / 5) - exp(-(t + length) / 5)) / length;
        held[k] = (izh_input){t, 5, 0, mean, 0};
    }
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.initial = (izh_state){-70, -14};
    izh_solver *s = start(&config, &spikes);
    check_ok(izh_solver_set_inputs(s, held, n), s);
    check_ok(izh_solver_run(s, 200), s);
    izh_solver_destroy(s);
    return worst_of_synapse();
}

static void a_synapses_pieces_have_every_spike(void **state)
{
    (void)state;
    check_true(synapse_error_by_pieces(.5) < .05);
    check_true(synapse_error_by_pieces(1. / 16) < 5e-4);
    check_true(synapse_error_by_pieces(1. / 64) < 3e-5);
}

/* A piece is what the parameters with it folded in are, bit for bit: spikes, errors' bounds, the
 * run's splits, and blobs in the midst of it. */
static void a_piece_is_the_neuron_with_it_folded_in(void **state)
{
    (void)state;
    const izh_input synapse[] = {{0, 70, 0, 0, 0}, {40, 200, .5, 2, -50}, {90, 70, 0, .5, 0}};
    static unsigned char blob[8192];
    izh_solver_config config;
    for (int i = 0; support_next_config(&i, &config);) {
        const izh_params own = config.params;
        izh_solver *x = start(&config, &spikes), *y = start(&config, &others);
        check_ok(izh_solver_set_inputs(x, synapse, 3), x);
        for (int k = 0; k < 3; k++) {
            izh_params folded = own;
            const izh_segment segment = {synapse[k].t, synapse[k].I, synapse[k].slope};
            folded.k1 -= synapse[k].g;
            folded.k0 += synapse[k].g * synapse[k].E;
            check_ok(izh_solver_set_params(y, &folded), y);
            check_ok(izh_solver_set_stimulus(y, &segment, 1), y);
            check_ok(izh_solver_run(y, k < 2 ? synapse[k + 1].t : 200), y);
        }
        check_ok(izh_solver_run(x, 60.03), x);
        const size_t size = izh_solver_save(x, blob, sizeof blob);
        assert_true(size <= sizeof blob);
        check_ok(izh_solver_set_current(x, 0), x);
        check_ok(izh_solver_run(x, 70), x);
        check_ok(izh_solver_load(x, blob, size), x);
        check_ok(izh_solver_run(x, 200), x);
        if (cuts_like_steps(config.method))
            check_same_state(izh_solver_state(x), izh_solver_state(y));
        else
            check_close(izh_solver_state(x).u, izh_solver_state(y).u, 1);
        izh_solver_destroy(x);
        izh_solver_destroy(y);
    }
}

static void conductances_are_checked(void **state)
{
    (void)state;
    const struct {
        izh_input inputs[2];
        const char *message;
    } bad[] = {{{{0, 0, 0, -1, 0}, {1, 0, 0, 0, 0}}, "inputs[0].g = -1 is negative"},
               {{{0, 0, 0, 1, 0}, {1, 0, 0, NAN, 0}}, "inputs[1]: t = 1"},
               {{{0, 0, 0, 1, INFINITY}, {1, 0, 0, 0, 0}}, "E = inf must be finite"},
               {{{0, 0, 0, 1e200, 1e200}, {1, 0, 0, 0, 0}}, "must be finite, and g E"},
               {{{0, 0, 0, 1, 0}, {0, 0, 0, 1, 0}}, "inputs[1].t = 0 is not after"}};
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.max_segments = 2;
    izh_solver *s = support_create(&config);
    for (size_t i = 0; i < LENGTH(bad); i++) {
        check_status(izh_solver_set_inputs(s, bad[i].inputs, 2), IZH_E_INVALID, s);
        check_has(izh_solver_message(s), bad[i].message);
    }
    const izh_input three[] = {{0, 0, 0, 1, 0}, {1, 0, 0, 1, 0}, {2, 0, 0, 1, 0}};
    check_status(izh_solver_set_inputs(s, three, 3), IZH_E_INVALID, s);
    check_has(izh_solver_message(s), "n = 3 is more than max_segments = 2");
    check_status(izh_solver_set_inputs(s, NULL, 1), IZH_E_INVALID, s);
    check_has(izh_solver_message(s), "inputs is NULL");
    check_ok(izh_solver_set_inputs(s, NULL, 0), s);
    assert_int_equal(izh_solver_set_inputs(NULL, three, 1), IZH_E_INVALID);
    izh_solver_destroy(s);
    for (izh_method m = 1; m < 64; m++) {
        if (!support_dialect(m))
            continue;
        izh_solver_config dialect = IZH_SOLVER_CONFIG_INIT;
        dialect.method = m;
        dialect.events = IZH_EVENTS_GRID;
        dialect.params = izh_params_2003(.02, .2, -65, 8);
        s = support_create(&dialect);
        check_status(izh_solver_set_inputs(s, three, 1), IZH_E_UNSUPPORTED, s);
        izh_solver_destroy(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(breakpoints_are_met_exactly),
        cmocka_unit_test(piecewise_constant_currents_sum_up),
        cmocka_unit_test(ramps_are_met_exactly),
        cmocka_unit_test(before_the_first_segment_there_is_no_current),
        cmocka_unit_test(segments_may_have_begun),
        cmocka_unit_test(no_segments_are_no_current),
        cmocka_unit_test(segments_are_copied),
        cmocka_unit_test(the_same_current_again_changes_no_bit),
        cmocka_unit_test(the_last_segments_current_again_changes_no_bit),
        cmocka_unit_test(another_current_replaces_segments_to_come),
        cmocka_unit_test(a_callback_equals_segments_bit_for_bit),
        cmocka_unit_test(a_callback_equals_segments_off_ticks),
        cmocka_unit_test(a_callback_equals_ramps),
        cmocka_unit_test(the_callback_sees_the_state_of_its_time),
        cmocka_unit_test(the_callback_is_asked_when_its_answer_is_needed),
        cmocka_unit_test(a_callback_may_stop_the_run),
        cmocka_unit_test(a_jump_of_the_state_ends_the_answer),
        cmocka_unit_test(a_reset_by_the_spike_callback_is_what_the_stimulus_sees),
        cmocka_unit_test(a_current_that_follows_v_is_of_order_2_over_resets),
        cmocka_unit_test(until_must_be_later),
        cmocka_unit_test(the_callbacks_current_must_be_finite),
        cmocka_unit_test(the_callbacks_segment_starts_now),
        cmocka_unit_test(no_callback_is_no_current),
        cmocka_unit_test(a_current_set_in_the_spike_callback_holds_from_the_spike_on),
        cmocka_unit_test(a_conductance_is_part_of_the_equation),
        cmocka_unit_test(conductances_charge_a_leak),
        cmocka_unit_test(a_synapses_pieces_have_every_spike),
        cmocka_unit_test(a_piece_is_the_neuron_with_it_folded_in),
        cmocka_unit_test(conductances_are_checked),
    };
    return cmocka_run_group_tests_name("stimulus", tests, NULL, NULL);
}
