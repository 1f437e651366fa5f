/* Solvers with a flow map: where they use it, where they train windows, and that they are solvers
 * as any other. */
#include "support_pinn.h"

#include <pthread.h>

#include "pinn/flow.h"

#define ROOM 4096

static izh_flow *flow; /* of the report's neuron */
static struct spikes spikes[4];

static int train_flow(void **state)
{
    (void)state;
    const izh_flow_config config = support_flow_config();
    flow = support_train_flow(&config);
    return 0;
}

static int destroy_flow(void **state)
{
    (void)state;
    izh_flow_destroy(flow);
    return 0;
}

/* ---- solvers ---- */

static izh_solver_config with_flow(void)
{
    izh_solver_config config = support_config(IZH_PINN);
    config.flow = flow;
    return config;
}

/* All kinds of current that the map was trained for: constant, slopes, jumps. */
static const izh_segment stimulus[] = {
    {5, 40, 0}, {21.7, 70, 0}, {150.25, 70, .5}, {200, 100, -1}, {260, 55.5, 0}};

static izh_solver *start(const izh_solver_config *config, const izh_segment *segments, size_t n,
                         struct spikes *record)
{
    izh_solver *s = support_create(config);
    memset(record, 0, sizeof *record);
    check_ok(izh_solver_set_stimulus(s, segments, n), s);
    check_ok(izh_solver_on_spike(s, support_spike, record), s);
    return s;
}

static izh_solver *make(const izh_solver_config *config, struct spikes *record)
{
    return start(config, stimulus, LENGTH(stimulus), record);
}

static izh_statistics statistics(const izh_solver *s)
{
    izh_statistics count = IZH_STATISTICS_INIT;
    check_true(izh_solver_statistics(s, &count) == IZH_OK);
    return count;
}

/* A step by the map looks at the equation in three places, and again where it is halved; a window
 * at many points, again and again. */
static int used_the_map_only(const izh_solver *s)
{
    const izh_statistics count = statistics(s);
    return count.rhs <= 3 * (count.steps + count.rejected + 1);
}

static void check_same_end(izh_solver *one, izh_solver *other, double t)
{
    static unsigned char blobs[2][ROOM];
    check_ok(izh_solver_run(one, t), one);
    check_ok(izh_solver_run(other, t), other);
    check_same_state(izh_solver_state(one), izh_solver_state(other));
    const size_t size = izh_solver_save(one, blobs[0], ROOM);
    check_true(size <= ROOM && izh_solver_save(other, blobs[1], ROOM) == size);
    check_true(memcmp(blobs[0], blobs[1], size) == 0);
}

/* ---- where the map holds ---- */

static void a_solvers_step_is_the_maps(void **state)
{
    (void)state;
    const izh_state from = {-58.3, 11};
    const double t[] = {0, .1, .25, .7, 1};
    izh_solver_config config = with_flow();
    izh_state y[LENGTH(t)], z[LENGTH(t)];
    config.initial = from;
    izh_solver *s = support_create(&config);
    check_ok(izh_solver_set_stimulus(s, (const izh_segment[]){{0, 62, -2}}, 1), s);
    check_ok(izh_solver_sample(s, t, LENGTH(t), y), s);
    check_true(izh_flow_eval(flow, from, 62, -2, t, LENGTH(t), z, NULL) == IZH_OK);
    for (size_t i = 0; i < LENGTH(t); i++)
        check_same_state(y[i], z[i]);
    check_true(used_the_map_only(s));
    izh_solver_destroy(s);
}

/* The report's six spikes, with steps of the map's length but where an event cuts them. */
static void the_reports_spikes_come_by_the_map_alone(void **state)
{
    (void)state;
    const struct reference_case *c = reference_case("report");
    const izh_solver_config config = with_flow();
    izh_solver *s = start(&config, c->stimulus, c->segments, &spikes[0]);
    check_ok(izh_solver_run(s, c->t_end), s);
    check_true(c->spikes == 6 && spikes[0].n == 6);
    for (size_t i = 0; i < 6; i++) {
        check_close(spikes[0].event[i].t, c->t[i], .1);
        check_same(spikes[0].event[i].before.v, 35);
        check_close(spikes[0].event[i].before.u, c->u[i], .5);
    }
    check_true(used_the_map_only(s) && statistics(s).steps < 1100);
    izh_solver_destroy(s);
}

static void a_neuron_at_rest_stays_to_the_bit(void **state)
{
    (void)state;
    const izh_params p = support_rs();
    for (double I = 0; I < 30; I += 2.5) {
        izh_solver_config config = with_flow();
        support_about("%g pA", I);
        check_true(izh_params_rest(&p, I, &config.initial) == IZH_OK);
        izh_solver *s = support_create(&config);
        check_ok(izh_solver_set_current(s, I), s);
        check_ok(izh_solver_run(s, 3000), s);
        check_same_state(izh_solver_state(s), config.initial);
        check_true(used_the_map_only(s));
        izh_solver_destroy(s);
    }
}

/* dt is the longest step also for a map. */
static void no_step_is_longer_than_dt(void **state)
{
    (void)state;
    izh_solver_config config = with_flow();
    config.dt = .125;
    izh_solver *s = make(&config, &spikes[0]);
    check_ok(izh_solver_run(s, 20), s);
    check_true(statistics(s).steps == 160 && used_the_map_only(s));
    izh_solver_destroy(s);
}

/* A map's step that the current cuts ends where the current says, to the bit: there is none left
 * over, to be taken for a rounding error. Here the map's own step, 0.162... ms, is no round number.
 */
static void a_step_that_is_cut_ends_there(void **state)
{
    (void)state;
    enum {
        N = 2000
    };
    static izh_segment segments[N];
    izh_flow_config fast = support_flow_config();
    fast.params = izh_params_2003(.02, .2, -65, 8);
    fast.I_hi = 8;
    fast.units = 24;
    fast.points = 600;
    izh_flow *other = support_train_flow(&fast);
    izh_solver_config config = with_flow();
    config.params = fast.params;
    config.initial = (izh_state){-70, -14};
    config.flow = other;
    config.rtol = 1;
    for (int i = 0; i < N; i++)
        segments[i] = (izh_segment){i * .0123, 1 + i % 2, 0};
    izh_solver *s = start(&config, segments, N, &spikes[0]);
    check_ok(izh_solver_run(s, N * .0123), s);
    check_true(statistics(s).steps == N - 1 && spikes[0].n == 0);
    izh_solver_destroy(s);
    izh_flow_destroy(other);
}

/* Where the residual is above rtol a step is halved, and where that is no help, a window is
 * trained.
 */
static void rtol_says_what_is_left_to_the_map(void **state)
{
    (void)state;
    const double rtol[] = {1, 5e-6, 1e-8};
    izh_statistics count[LENGTH(rtol)];
    for (size_t i = 0; i < LENGTH(rtol); i++) {
        izh_solver_config config = with_flow();
        config.rtol = rtol[i];
        support_about("rtol %g", rtol[i]);
        izh_solver *s = make(&config, &spikes[0]);
        check_ok(izh_solver_run(s, 100), s);
        count[i] = statistics(s);
        check_true(used_the_map_only(s) == (i < 2));
        izh_solver_destroy(s);
    }
    check_true(count[0].steps == 100); /* all of the map's length, but for those cut by a segment */
    check_true(count[1].steps > 150 && count[1].steps < 800);
    check_true(count[2].steps < 50); /* windows are longer */
}

static void the_default_tolerance_is_a_ten_thousandth(void **state)
{
    (void)state;
    izh_solver_config config = with_flow();
    izh_solver *s = make(&config, &spikes[0]);
    config.rtol = 1e-4;
    izh_solver *other = make(&config, &spikes[1]);
    check_ok(izh_solver_run(s, 260), s);
    check_ok(izh_solver_run(other, 260), other);
    check_same_spikes(&spikes[0], &spikes[1]);
    check_same_state(izh_solver_state(s), izh_solver_state(other));
    check_true(statistics(s).rhs == statistics(other).rhs);
    izh_solver_destroy(s);
    izh_solver_destroy(other);
}

/* A state at the peak, and one above it, spike at once. */
static void a_state_at_the_peak_spikes_at_once(void **state)
{
    (void)state;
    for (double v = 35; v < 50; v += 10) {
        izh_solver_config config = with_flow();
        config.initial = (izh_state){v, 3};
        izh_solver *s = make(&config, &spikes[0]);
        check_ok(izh_solver_run(s, 1), s);
        check_true(spikes[0].n == 1);
        check_same(spikes[0].event[0].t, 0);
        izh_solver_destroy(s);
    }
}

/* ---- where it does not ---- */

/* As a solver without a map does, to the bit. */
static void check_without(izh_solver *s, const struct spikes *own, const izh_solver_config *config,
                          const struct reference_case *c)
{
    izh_solver_config plain = *config;
    plain.flow = NULL;
    plain.params = c->params;
    izh_solver *other = start(&plain, c->stimulus, c->segments, &spikes[3]);
    check_ok(izh_solver_run(s, c->t_end), s);
    check_ok(izh_solver_run(other, c->t_end), other);
    check_same_spikes(own, &spikes[3]);
    check_same_state(izh_solver_state(s), izh_solver_state(other));
    check_true(statistics(s).rhs == statistics(other).rhs);
    izh_solver_destroy(other);
}

static void check_exact(const struct spikes *own, const struct reference_case *c)
{
    check_true(own->n == c->spikes && c->spikes > 0);
    for (size_t i = 0; i < c->spikes; i++)
        check_close(own->event[i].t, c->t[i], 1e-6);
}

/* Currents, slopes or states that the map was not trained for: exact answers, by windows. */
static void beyond_the_region_windows_are_trained(void **state)
{
    (void)state;
    const struct reference_case *c = reference_case("report");
    izh_flow_config configs[3];
    for (size_t i = 0; i < LENGTH(configs); i++)
        configs[i] = support_flow_config();
    configs[0].I_lo = 600; /* the current is 70, and u never as high as would make up for it */
    configs[0].I_hi = 650;
    configs[1].v_lo = 30;
    configs[1].u_lo = -70;
    configs[1].u_hi = -60;
    configs[2].v_lo = -80;
    configs[2].u_lo = 500;
    configs[2].u_hi = 550;
    for (size_t i = 0; i < LENGTH(configs); i++) {
        support_about("region %zu", i);
        izh_flow *other = support_train_flow(&configs[i]);
        izh_solver_config config = with_flow();
        config.flow = other;
        izh_solver *s = start(&config, c->stimulus, c->segments, &spikes[0]);
        check_without(s, &spikes[0], &config, c);
        check_exact(&spikes[0], c);
        izh_solver_destroy(s);
        izh_flow_destroy(other);
    }
}

/* A pulse beyond the map's currents: windows while it lasts, and the map again. */
static void after_a_stretch_of_windows_the_map_goes_on(void **state)
{
    (void)state;
    const izh_segment pulse[] = {{0, 30, 0}, {10, 400, 0}, {12, 30, 0}};
    izh_solver_config config = with_flow();
    config.rtol = 1e-2;
    izh_solver *s = start(&config, pulse, LENGTH(pulse), &spikes[0]);
    check_ok(izh_solver_run(s, 10), s);
    check_true(used_the_map_only(s));
    check_ok(izh_solver_run(s, 12), s);
    const izh_statistics count = statistics(s);
    check_true(count.rhs > count.steps + 20);
    check_ok(izh_solver_run(s, 60), s);
    check_true(statistics(s).rhs - count.rhs <= 3 * (statistics(s).steps - count.steps + 1));
    check_true(statistics(s).steps - count.steps >= 48);
    izh_solver_destroy(s);
}

/* Tighter than any map is. */
static void a_tight_tolerance_gives_exact_answers(void **state)
{
    (void)state;
    const struct reference_case *c = reference_case("report");
    izh_solver_config config = with_flow();
    config.rtol = 1e-9;
    izh_solver *s = start(&config, c->stimulus, c->segments, &spikes[0]);
    check_ok(izh_solver_run(s, c->t_end), s);
    check_exact(&spikes[0], c);
    izh_solver_destroy(s);
}

/* The neuron that another one becomes has no map. */
static void after_other_params_windows_are_trained(void **state)
{
    (void)state;
    const struct reference_case *c = reference_case("rs-2003");
    izh_solver_config config = with_flow();
    config.initial = c->initial;
    izh_solver *s = start(&config, c->stimulus, c->segments, &spikes[0]);
    check_ok(izh_solver_set_params(s, &c->params), s);
    check_without(s, &spikes[0], &config, c);
    check_exact(&spikes[0], c);
    izh_solver_destroy(s);
    /* And with the old ones the map is back. */
    const izh_params own = support_rs();
    config = with_flow();
    s = make(&config, &spikes[0]);
    check_ok(izh_solver_set_params(s, &c->params), s);
    check_ok(izh_solver_set_params(s, &own), s);
    check_ok(izh_solver_run(s, 15), s);
    check_true(used_the_map_only(s));
    izh_solver_destroy(s);
}

/* ---- what is refused, and what is ignored ---- */

static void a_map_of_another_neuron_is_refused(void **state)
{
    (void)state;
    struct logbook book = {0};
    izh_solver_config config = with_flow();
    izh_solver *s = (izh_solver *)&book;
    config.log = support_log(&book);
    config.params.d = nextafter(100, 101);
    check_true(izh_solver_create(&s, &config) == IZH_E_INVALID && s == NULL);
    check_true(book.n == 1);
    check_has(book.text, "flow");
}

/* A map is of one neuron, and a conductance makes it another. */
static void a_map_takes_no_conductances(void **state)
{
    (void)state;
    const izh_solver_config config = with_flow();
    const izh_input input = {0, 0, 0, 1, -60};
    izh_solver *s = make(&config, &spikes[0]), *untouched = make(&config, &spikes[1]);
    check_status(izh_solver_set_inputs(s, &input, 1), IZH_E_UNSUPPORTED, s);
    check_has(izh_solver_message(s), "a flow map has no conductances");
    check_same_end(s, untouched, 30); /* the stimulus stays */
    izh_solver_destroy(s);
    izh_solver_destroy(untouched);
    const izh_solver_config without = support_config(IZH_PINN);
    s = support_create(&without);
    check_ok(izh_solver_set_inputs(s, &input, 1), s);
    izh_solver_destroy(s);
}

static void other_methods_do_not_look_at_a_map(void **state)
{
    (void)state;
    for (izh_method m = 0; (m = support_next_method(m)) != 0;) {
        if (m == IZH_PINN)
            continue;
        izh_solver_config config = support_config(m), plain = config;
        config.flow = (const izh_flow *)&spikes; /* no map at all */
        izh_solver *s = make(&config, &spikes[0]), *other = make(&plain, &spikes[1]);
        check_same_end(s, other, 200);
        check_same_spikes(&spikes[0], &spikes[1]);
        const izh_input input = {200, 0, 0, 1, 0};
        const izh_status expected = izh_solver_set_inputs(other, &input, 1);
        assert_int_equal(izh_solver_set_inputs(s, &input, 1), expected);
        check_same_end(s, other, 210);
        izh_solver_destroy(s);
        izh_solver_destroy(other);
    }
}

/* ---- as any other solver ---- */

/* Pieces, samples and stops change no bit, neither of what the map does nor of windows. */
static void splitting_a_run_changes_no_bit(void **state)
{
    (void)state;
    const double rtol[] = {0, 1e-5}; /* with the second, windows, too */
    for (size_t i = 0; i < LENGTH(rtol); i++) {
        izh_solver_config config = with_flow();
        config.rtol = rtol[i];
        support_about("rtol %g", rtol[i]);
        izh_solver *whole = make(&config, &spikes[0]), *pieces = make(&config, &spikes[1]);
        izh_solver *stopped = make(&config, &spikes[2]);
        for (double t = 0; t < 300; t += .37) {
            izh_state y;
            check_ok(izh_solver_sample(pieces, &t, 1, &y), pieces);
            check_same_state(y, izh_solver_state(pieces));
            check_ok(izh_solver_run(pieces, t), pieces);
        }
        spikes[2].answer = IZH_STOP;
        while (izh_solver_run(stopped, 300) == IZH_STOPPED)
            check_same(izh_solver_time(stopped), spikes[2].event[spikes[2].n - 1].t);
        check_same_end(whole, pieces, 300);
        check_same_end(whole, stopped, 300);
        check_same_spikes(&spikes[0], &spikes[1]);
        check_same_spikes(&spikes[0], &spikes[2]);
        check_true(spikes[0].n >= 2);
        izh_solver_destroy(whole);
        izh_solver_destroy(pieces);
        izh_solver_destroy(stopped);
    }
}

static void a_resumed_run_is_the_uninterrupted_one(void **state)
{
    (void)state;
    const double stops[] = {0, .05, 57.3, 101, 149.9, 150.25, 201.7};
    for (size_t i = 0; i < 2 * LENGTH(stops); i++) {
        static unsigned char blob[ROOM];
        izh_solver_config config = with_flow();
        config.rtol = i % 2 ? 1e-5 : 0;
        support_about("at %g ms, rtol %g", stops[i / 2], config.rtol);
        izh_solver *one = make(&config, &spikes[0]), *other = make(&config, &spikes[1]);
        check_ok(izh_solver_run(one, stops[i / 2]), one);
        check_ok(izh_solver_run(other, 77.7), other); /* amid a step of its own */
        const size_t size = izh_solver_save(one, blob, ROOM);
        check_true(size <= ROOM);
        check_ok(izh_solver_load(other, blob, size), other);
        check_same(izh_solver_time(one), izh_solver_time(other));
        check_same_state(izh_solver_state(one), izh_solver_state(other));
        spikes[0].n = spikes[1].n = 0;
        check_same_end(one, other, 260);
        check_same_spikes(&spikes[0], &spikes[1]);
        izh_solver_destroy(one);
        izh_solver_destroy(other);
    }
}

/* A blob comes back only into a solver with the very same map, which may be another object. */
static void a_blob_wants_its_map(void **state)
{
    (void)state;
    static unsigned char blob[ROOM], own[ROOM];
    izh_flow_config another = support_flow_config();
    another.units = 16;
    another.points = 300;
    another.I_hi = 50;
    izh_flow *foreign = support_train_flow(&another);
    const izh_flow *const flows[] = {flow, NULL, foreign};
    for (size_t from = 0; from < 3; from++)
        for (size_t to = 0; to < 3; to++) {
            izh_solver_config config[2] = {with_flow(), with_flow()};
            config[0].flow = flows[from];
            config[1].flow = flows[to];
            support_about("from map %zu to map %zu", from, to);
            izh_solver *s = make(&config[0], &spikes[0]), *other = make(&config[1], &spikes[1]);
            izh_solver *twin = make(&config[1], &spikes[2]);
            check_ok(izh_solver_run(s, 7.3), s);
            check_ok(izh_solver_run(other, 9.1), other);
            check_ok(izh_solver_run(twin, 9.1), twin);
            const size_t size = izh_solver_save(s, blob, ROOM);
            check_true(size <= ROOM);
            if (from == to) {
                check_ok(izh_solver_load(other, blob, size), other);
                check_same_end(s, other, 15);
            } else {
                check_true(izh_solver_save(other, own, ROOM) <= ROOM);
                check_status(izh_solver_load(other, blob, size), IZH_E_INVALID, other);
                check_has(izh_solver_message(other), "map");
                check_same_end(other, twin, 15);
            }
            izh_solver_destroy(s);
            izh_solver_destroy(other);
            izh_solver_destroy(twin);
        }
    izh_flow_destroy(foreign);
}

static void a_loaded_map_serves_as_the_trained_one(void **state)
{
    (void)state;
    static unsigned char blob[ROOM];
    const size_t size = izh_flow_save(flow, NULL, 0);
    void *bytes = malloc(size);
    izh_flow *loaded;
    check_true(bytes && izh_flow_save(flow, bytes, size) == size);
    check_true(izh_flow_load(&loaded, bytes, size, NULL, NULL) == IZH_OK);
    free(bytes);
    izh_solver_config config = with_flow();
    izh_solver *s = make(&config, &spikes[0]);
    config.flow = loaded;
    izh_solver *other = make(&config, &spikes[1]);
    check_ok(izh_solver_run(s, 99.9), s);
    check_ok(izh_solver_load(other, blob, izh_solver_save(s, blob, ROOM)), other);
    spikes[0].n = 0;
    check_same_end(s, other, 220);
    check_same_spikes(&spikes[0], &spikes[1]);
    izh_solver_destroy(s);
    izh_solver_destroy(other);
    izh_flow_destroy(loaded);
}

/* ---- sharing ---- */

/* A solver on a thread of its own. */
static void *run_alone(void *argument)
{
    izh_solver *const *s = argument;
    return izh_solver_run(*s, 260) == IZH_OK ? argument : NULL;
}

static void solvers_share_a_map(void **state)
{
    (void)state;
    const izh_solver_config config = with_flow();
    izh_solver *alone = make(&config, &spikes[3]), *s[3];
    pthread_t threads[LENGTH(s)];
    check_ok(izh_solver_run(alone, 260), alone);
    /* In turn, one step each. */
    for (size_t i = 0; i < 2; i++)
        s[i] = make(&config, &spikes[i]);
    for (double t = .3; t < 260; t += .9)
        for (size_t i = 0; i < 2; i++)
            check_ok(izh_solver_run(s[i], t), s[i]);
    for (size_t i = 0; i < 2; i++) {
        check_same_end(alone, s[i], 260);
        check_same_spikes(&spikes[i], &spikes[3]);
        izh_solver_destroy(s[i]);
    }
    /* And at once. */
    for (size_t i = 0; i < LENGTH(s); i++) {
        s[i] = make(&config, &spikes[i]);
        check_true(pthread_create(&threads[i], NULL, run_alone, &s[i]) == 0);
    }
    for (size_t i = 0; i < LENGTH(s); i++) {
        void *answer;
        check_true(pthread_join(threads[i], &answer) == 0 && answer != NULL);
        check_same_end(alone, s[i], 260);
        check_same_spikes(&spikes[i], &spikes[3]);
        izh_solver_destroy(s[i]);
    }
    izh_solver_destroy(alone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_solvers_step_is_the_maps),
        cmocka_unit_test(the_reports_spikes_come_by_the_map_alone),
        cmocka_unit_test(a_neuron_at_rest_stays_to_the_bit),
        cmocka_unit_test(no_step_is_longer_than_dt),
        cmocka_unit_test(a_step_that_is_cut_ends_there),
        cmocka_unit_test(rtol_says_what_is_left_to_the_map),
        cmocka_unit_test(the_default_tolerance_is_a_ten_thousandth),
        cmocka_unit_test(a_state_at_the_peak_spikes_at_once),
        cmocka_unit_test(beyond_the_region_windows_are_trained),
        cmocka_unit_test(after_a_stretch_of_windows_the_map_goes_on),
        cmocka_unit_test(a_tight_tolerance_gives_exact_answers),
        cmocka_unit_test(after_other_params_windows_are_trained),
        cmocka_unit_test(a_map_of_another_neuron_is_refused),
        cmocka_unit_test(a_map_takes_no_conductances),
        cmocka_unit_test(other_methods_do_not_look_at_a_map),
        cmocka_unit_test(splitting_a_run_changes_no_bit),
        cmocka_unit_test(a_resumed_run_is_the_uninterrupted_one),
        cmocka_unit_test(a_blob_wants_its_map),
        cmocka_unit_test(a_loaded_map_serves_as_the_trained_one),
        cmocka_unit_test(solvers_share_a_map),
    };
    return cmocka_run_group_tests(tests, train_flow, destroy_flow);
}
