/* Derivatives: what the host's calls do to them, and that they do not depend on how a run is cut.
 * Their values are also tested against quadruple precision: accuracy/test_gradient_reference.c. */
#include "support.h"

#define MANY 64
#define ROOM 65536

enum {
    FIELDS = 16,
    V0 = FIELDS,
    U0,
    SEGMENTS
};

static struct spikes spikes[2];

/* Asks for the derivatives with respect to each field, the initial state, and each part of the
 * segments. */
static size_t everything(izh_gradient *of, size_t segments)
{
    memset(of, 0, MANY * sizeof *of);
    for (size_t i = 0; i < FIELDS; i++)
        memcpy((char *)&of[i].params + i * sizeof(double), &(double){1}, sizeof(double));
    of[V0].initial.v = of[U0].initial.u = 1;
    for (size_t i = 0; i < 3 * segments; i++) {
        of[SEGMENTS + i].segment = (uint32_t)(i / 3);
        of[SEGMENTS + i].of_segment = IZH_SEGMENT_I + (int32_t)(i % 3);
    }
    return SEGMENTS + 3 * segments;
}

static izh_solver *create(const izh_solver_config *config, const izh_segment *stimulus, size_t n,
                          struct spikes *record)
{
    izh_solver *s = support_create(config);
    if (stimulus)
        check_ok(izh_solver_set_stimulus(s, stimulus, n), s);
    memset(record, 0, sizeof *record);
    check_ok(izh_solver_on_spike(s, support_spike, record), s);
    return s;
}

static izh_solver_config of_preset(const izh_preset *p, const izh_gradient *of, size_t n)
{
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.params = p->params;
    config.initial = p->initial;
    config.gradients = of;
    config.gradient_count = n;
    return config;
}

static void check_same_gradients(izh_solver *x, izh_solver *y, size_t n)
{
    izh_state of_x[MANY], of_y[MANY];
    double t_x[MANY], t_y[MANY];
    check_ok(izh_solver_gradients(x, of_x), x);
    check_ok(izh_solver_gradients(y, of_y), y);
    check_ok(izh_solver_spike_gradients(x, t_x), x);
    check_ok(izh_solver_spike_gradients(y, t_y), y);
    for (size_t i = 0; i < n; i++) {
        check_same_state(of_x[i], of_y[i]);
        check_same(t_x[i], t_y[i]);
    }
}

static size_t segments_of(const izh_preset *p)
{
    return p->segment_count < 4 ? p->segment_count : 4;
}

static void the_solution_keeps_its_bits(void **state)
{
    (void)state;
    izh_gradient of[MANY];
    for (size_t i = 0; i < izh_preset_count(); i++) {
        const izh_preset *p = izh_preset_get(i);
        izh_solver_config config = of_preset(p, of, everything(of, segments_of(p)));
        izh_solver *with = create(&config, p->segments, p->segment_count, &spikes[0]);
        config.gradient_count = 0;
        izh_solver *without = create(&config, p->segments, p->segment_count, &spikes[1]);
        izh_statistics counts[2] = {IZH_STATISTICS_INIT, IZH_STATISTICS_INIT};
        support_about("%s", p->name);
        const izh_status status = izh_solver_run(without, p->duration); /* one runs away */
        check_status(izh_solver_run(with, p->duration), status, with);
        check_same_spikes(&spikes[0], &spikes[1]);
        check_same_state(izh_solver_state(with), izh_solver_state(without));
        check_ok(izh_solver_statistics(with, &counts[0]), with);
        check_ok(izh_solver_statistics(without, &counts[1]), without);
        check_true(memcmp(&counts[0], &counts[1], sizeof counts[0]) == 0);
        izh_solver_destroy(with);
        izh_solver_destroy(without);
    }
}

/* Runs to t_end in parts of some lengths, is looked at, and goes on as another that is loaded. */
static izh_solver *run_in_parts(izh_solver *s, const izh_solver_config *config, double t_end)
{
    static unsigned char blob[ROOM];
    izh_state at[2 * MANY];
    double t = 0;
    for (int k = 0; t < t_end; k++) {
        const double from = t, parts[] = {.37, 3.1, .02, 7.7};
        t = fmin(t + parts[k % 4], t_end);
        const double times[] = {.5 * (from + t), t};
        check_ok(izh_solver_sample_gradients(s, times, 2, NULL, at), s);
        if (k % 16 != 7)
            continue;
        const size_t size = izh_solver_save(s, blob, ROOM);
        check_true(size <= ROOM);
        izh_solver *next = support_create(config);
        check_ok(izh_solver_load(next, blob, size), next);
        izh_solver_destroy(s);
        s = next;
    }
    return s;
}

static void they_do_not_depend_on_how_a_run_is_cut(void **state)
{
    (void)state;
    izh_gradient of[MANY];
    for (size_t i = 0; i < izh_preset_count(); i++) {
        const izh_preset *p = izh_preset_get(i);
        const size_t n = everything(of, segments_of(p));
        const izh_solver_config config = of_preset(p, of, n);
        const double t_end = fmin(p->duration, 150);
        izh_solver *whole = create(&config, p->segments, p->segment_count, &spikes[0]);
        izh_solver *parts = create(&config, p->segments, p->segment_count, &spikes[1]);
        support_about("%s", p->name);
        check_ok(izh_solver_run(whole, t_end), whole);
        parts = run_in_parts(parts, &config, t_end);
        check_same_gradients(whole, parts, n);
        izh_solver_destroy(whole);
        izh_solver_destroy(parts);
    }
}

static void samples_are_the_gradients_there(void **state)
{
    (void)state;
    izh_gradient of[MANY];
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.gradients = of;
    const size_t n = config.gradient_count = everything(of, 1);
    const double times[] = {40, 101, 180.5, 180.5, 201.5, 350};
    izh_state states[6], at[6 * MANY], there[MANY];
    izh_solver *s = create(&config, support_current, 1, &spikes[0]);
    check_ok(izh_solver_sample_gradients(s, times, 6, states, at), s);
    izh_solver *other = create(&config, support_current, 1, &spikes[1]);
    for (size_t k = 0; k < 6; k++) {
        check_ok(izh_solver_run(other, times[k]), other);
        check_same_state(izh_solver_state(other), states[k]);
        check_ok(izh_solver_gradients(other, there), other);
        for (size_t i = 0; i < n; i++)
            check_same_state(there[i], at[k * n + i]);
    }
    spikes[0].answer = IZH_STOP; /* of the next, at 496.7 ms */
    const double late[] = {400, 500};
    check_status(izh_solver_sample_gradients(s, late, 2, states, at), IZH_STOPPED, s);
    check_true(at[0].v == at[0].v && isnan(at[n].v) && isnan(at[2 * n - 1].u));
    izh_solver_destroy(s);
    izh_solver_destroy(other);
}

/* ---- closed forms ---- */

/* v' = I(t) - w u with cm = 1: what every derivative is can be said. */
static void a_line_has_closed_forms(void **state)
{
    (void)state;
    izh_gradient of[MANY];
    izh_solver_config config = support_line_config(IZH_TAYLOR);
    config.initial = (izh_state){-65, 0};
    config.gradients = of;
    config.gradient_count = everything(of, 2);
    const izh_segment stimulus[] = {{2, 3, 0}, {10, 5, .5}};
    izh_solver *s = create(&config, stimulus, 2, &spikes[0]);
    check_ok(izh_solver_run(s, 40), s);
    check_true(spikes[0].n > 0);
    /* -65 + 3 (10 - 2) + 5 x + x^2/4 = 30 where x = t - 10; the rate there is 5 + x/2. */
    const double x = 2 * (-5 + sqrt(25 + 71)), rate = 5 + .5 * x;
    izh_solver *first = create(&config, stimulus, 2, &spikes[1]);
    spikes[1].answer = IZH_STOP;
    check_status(izh_solver_run(first, 40), IZH_STOPPED, first);
    double dt[MANY];
    check_ok(izh_solver_spike_gradients(first, dt), first);
    check_close(spikes[1].event[0].t, 10 + x, 1e-12);
    check_close(dt[V0], -1 / rate, 1e-14);
    check_close(dt[10], 1 / rate, 1e-14);             /* vpeak */
    check_close(dt[3], -(x + 10) / rate, 1e-13);      /* k0 */
    check_close(dt[SEGMENTS], -8 / rate, 1e-13);      /* I of the first, 8 ms long */
    check_close(dt[SEGMENTS + 1], -32 / rate, 1e-13); /* slope: 8^2/2 */
    check_close(dt[SEGMENTS + 2], 3 / rate, 1e-13);   /* t */
    check_close(dt[SEGMENTS + 3], -x / rate, 1e-13);  /* I of the second */
    check_close(dt[SEGMENTS + 4], -x * x / 2 / rate, 1e-13);
    check_close(dt[SEGMENTS + 5], (5 - 3 + .5 * x) / rate, 1e-13);
    check_close(dt[0], (95. + 0) / rate, 1e-12); /* cm: v climbed by 95 mV */
    check_close(dt[12], 0, 0);                   /* c: not yet */
    izh_solver_destroy(s);
    izh_solver_destroy(first);
}

/* d (v, u)/d I at rest: J z = -(1/cm, 0). */
static izh_state rest_by_current(const izh_params *p, double v)
{
    const double vv = (2 * p->k2 * v + p->k1) / p->cm, uv = p->a * p->b_lo, uu = -p->a * p->r;
    const double det = vv * uu + uv / p->cm;
    return (izh_state){-uu / p->cm / det, uv / p->cm / det};
}

static void at_rest_they_are_those_of_the_rest(void **state)
{
    (void)state;
    const izh_gradient of[] = {
        {.of_segment = IZH_SEGMENT_I}, {.initial.v = 1}, {.of_segment = IZH_SEGMENT_SLOPE}};
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.gradients = of;
    config.gradient_count = 2;
    izh_solver *s = create(&config, NULL, 0, &spikes[0]);
    check_ok(izh_solver_set_current(s, -20), s);
    izh_state z[3];
    check_ok(izh_solver_run(s, 1e9), s); /* goes through the rest at once */
    check_ok(izh_solver_gradients(s, z), s);
    const izh_state expected = rest_by_current(&config.params, izh_solver_state(s).v);
    check_close(z[0].v, expected.v, 1e-12);
    check_close(z[0].u, expected.u, 1e-12);
    check_true(z[1].v == 0 && z[1].u == 0); /* has faded */
    izh_solver_destroy(s);
    config.gradient_count = 3; /* a ramp's effect grows for ever */
    s = create(&config, NULL, 0, &spikes[0]);
    check_ok(izh_solver_set_current(s, -20), s);
    check_ok(izh_solver_run(s, 1e5), s);
    check_ok(izh_solver_gradients(s, z), s);
    izh_state later[3];
    check_ok(izh_solver_run(s, 1e5 + 100), s);
    check_ok(izh_solver_gradients(s, later), s);
    check_close((later[2].v - z[2].v) / 100, expected.v, 1e-9);
    check_close(later[0].v, expected.v, 1e-12);
    izh_solver_destroy(s);
}

/* Where v follows u at once the solution's steps are long, and the tangents take their own. */
static void under_strong_inhibition_they_are_those_of_the_slow_solution(void **state)
{
    (void)state;
    const izh_gradient of[] = {{.of_segment = IZH_SEGMENT_I}};
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.gradients = of;
    config.gradient_count = 1;
    izh_solver *s = create(&config, NULL, 0, &spikes[0]);
    check_ok(izh_solver_set_current(s, -1e8), s);
    check_ok(izh_solver_run(s, 2000), s);
    izh_state z;
    check_ok(izh_solver_gradients(s, &z), s);
    const izh_state expected = rest_by_current(&config.params, izh_solver_state(s).v);
    check_close(z.v / expected.v, 1, 1e-8);
    check_close(z.u / expected.u, 1, 1e-8);
    check_ok(izh_solver_set_current(s, -1e60), s); /* more steps than anybody waits for */
    check_ok(izh_solver_run(s, 2001), s);
    check_ok(izh_solver_run(s, 2010), s);
    check_ok(izh_solver_gradients(s, &z), s);
    check_true(isnan(z.v) && isnan(z.u));
    izh_solver_destroy(s);
}

/* ---- what the host does ---- */

/* How a host drives a solver, in dependence on x, and what of it is looked at. */
struct drive {
    double x;
    izh_solver *s;
    int calls;
};

typedef void drive_fn(struct drive *d);

static int32_t ask(izh_segment *segment, double *until, izh_state now, void *user)
{
    (void)user;
    (void)now;
    segment->I = 90;
    *until = segment->t + 13.7;
    return IZH_CONTINUE;
}

static int32_t change_at_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    struct drive *d = user;
    izh_params p = support_rs();
    (void)e;
    d->calls++;
    p.d = 60;
    p.k0 += d->x;
    izh_solver_set_params(d->s, &p);
    izh_solver_set_current(d->s, d->calls % 2 ? 120 : 90);
    if (d->calls % 2)
        after->v = -55;
    return IZH_CONTINUE;
}

static void kicks_and_currents(struct drive *d)
{
    izh_solver_set_current(d->s, 80);
    izh_solver_run(d->s, 30);
    izh_solver_kick(d->s, 5, -3);
    izh_solver_run(d->s, 60.3);
    izh_solver_set_current(d->s, 120);
    izh_solver_run(d->s, 300);
}

static void new_params(struct drive *d)
{
    izh_params p = support_rs();
    p.d = 60;
    p.vpeak = 20;
    p.k0 += d->x;
    izh_solver_set_current(d->s, 100);
    izh_solver_run(d->s, 77);
    izh_solver_set_params(d->s, &p);
    izh_solver_run(d->s, 300);
}

static void u_cut_off_at_the_reset(struct drive *d)
{
    izh_params p = support_rs();
    p.d = 60;
    p.u_max = -100; /* below all that u gets to */
    p.k0 += d->x;
    izh_solver_set_params(d->s, &p);
    izh_solver_set_current(d->s, 100);
    izh_solver_run(d->s, 100);
}

static void changes_at_spikes(struct drive *d)
{
    izh_solver_set_current(d->s, 100);
    izh_solver_on_spike(d->s, change_at_spike, d);
    izh_solver_run(d->s, 400);
}

static void a_function_gives_the_current(struct drive *d)
{
    izh_solver_on_stimulus(d->s, ask, NULL);
    izh_solver_run(d->s, 400);
}

static void conductances(struct drive *d)
{
    const izh_input inputs[] = {{10, 200, 0, 2, -70}, {80, 300, .2, 5, -50}, {200, 90, 0, 0, 0}};
    izh_solver_set_inputs(d->s, inputs, 3);
    izh_solver_run(d->s, 400);
}

static void a_larger_g(struct drive *d)
{
    const izh_input inputs[] = {
        {10, 200, 0, 2, -70}, {80, 300, .2, 5 + d->x, -50}, {200, 90, 0, 0, 0}};
    izh_solver_set_inputs(d->s, inputs, 3);
    izh_solver_run(d->s, 400);
}

static void a_larger_E(struct drive *d)
{
    const izh_input inputs[] = {
        {10, 200, 0, 2, -70}, {80, 300, .2, 5, -50 + d->x}, {200, 90, 0, 0, 0}};
    izh_solver_set_inputs(d->s, inputs, 3);
    izh_solver_run(d->s, 400);
}

static void a_kick_to_the_peak(struct drive *d)
{
    izh_solver_set_current(d->s, 60);
    izh_solver_run(d->s, 20);
    izh_solver_kick(d->s, 200, 0);
    izh_solver_run(d->s, 150);
}

/* Drives a solver, the k0 of which is larger by x where the gradient's is, and leaves it where it
 * got to. */
static izh_solver *drive(drive_fn *fn, double x, const izh_gradient *of, size_t n)
{
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.params.k0 += of->params.k0 * x;
    config.gradients = of;
    config.gradient_count = n;
    struct drive d = {x, support_create(&config), 0};
    fn(&d);
    return d.s;
}

static void host_calls_do_what_is_said(void **state)
{
    (void)state;
    const izh_gradient k0 = {.params.k0 = 1};
    const struct {
        drive_fn *fn;
        izh_gradient of;
    } drives[] = {{kicks_and_currents, k0},
                  {new_params, k0},
                  {u_cut_off_at_the_reset, k0},
                  {changes_at_spikes, k0},
                  {a_function_gives_the_current, k0},
                  {conductances, k0},
                  {a_kick_to_the_peak, k0},
                  {a_larger_g, {.of_segment = IZH_SEGMENT_G, .segment = 1}},
                  {a_larger_E, {.of_segment = IZH_SEGMENT_E, .segment = 1}}};
    for (size_t i = 0; i < LENGTH(drives); i++) {
        const double x = 1e-5;
        drive_fn *const fn = drives[i].fn;
        const izh_gradient *of = &drives[i].of;
        izh_solver *s = drive(fn, 0, of, 1), *up = drive(fn, x, of, 0),
                   *down = drive(fn, -x, of, 0);
        izh_state z;
        support_about("drive %zu, %g ms", i, izh_solver_time(s));
        check_ok(izh_solver_gradients(s, &z), s);
        const double v = (izh_solver_state(up).v - izh_solver_state(down).v) / (2 * x);
        const double u = (izh_solver_state(up).u - izh_solver_state(down).u) / (2 * x);
        check_true(fabs(v) > 1e-3 && fabs(u) > 1e-3);
        check_close(z.v, v, 1e-6 * (1 + fabs(v)));
        check_close(z.u, u, 1e-6 * (1 + fabs(u)));
        izh_solver_destroy(s);
        izh_solver_destroy(up);
        izh_solver_destroy(down);
    }
}

/* Where nothing conducts yet, too: there the solver knows of no E. */
static void conductances_begin_at_zero(void **state)
{
    (void)state;
    const izh_gradient of = {.of_segment = IZH_SEGMENT_G, .segment = 1};
    izh_state z[2];
    for (int k = 0; k < 2; k++) {
        izh_solver_config config = support_config(IZH_TAYLOR);
        config.gradients = &of;
        config.gradient_count = 1;
        const izh_input inputs[] = {
            {10, 200, 0, 0, 0}, {80, 130, 0, k * 1e-9, -70}, {200, 90, 0, 0, 0}};
        izh_solver *s = support_create(&config);
        check_ok(izh_solver_set_inputs(s, inputs, 3), s);
        check_ok(izh_solver_run(s, 300), s);
        check_ok(izh_solver_gradients(s, &z[k]), s);
        izh_solver_destroy(s);
    }
    check_true(fabs(z[0].v) > 1e-3 && fabs(z[0].u) > 1e-3);
    check_close(z[0].v, z[1].v, 1e-5 * fabs(z[1].v));
    check_close(z[0].u, z[1].u, 1e-5 * fabs(z[1].u));
}

static void a_new_state_is_the_initial_one(void **state)
{
    (void)state;
    izh_gradient of[MANY];
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.gradients = of;
    const size_t n = config.gradient_count = everything(of, 1);
    izh_solver *s = create(&config, support_current, 1, &spikes[0]);
    check_ok(izh_solver_run(s, 150.3), s);
    check_ok(izh_solver_set_state(s, (izh_state){-60, 0}), s);
    izh_state z[MANY];
    check_ok(izh_solver_gradients(s, z), s);
    for (size_t i = 0; i < n; i++)
        check_same_state(z[i], of[i].initial);
    izh_solver_destroy(s);
}

static int32_t look(const izh_spike_event *e, izh_state *after, void *user)
{
    izh_solver *s = user;
    izh_state z;
    double dt;
    (void)after;
    izh_solver_gradients(s, &z); /* before the reset: v meets the peak at the moving time */
    izh_solver_spike_gradients(s, &dt);
    const izh_params p = support_rs();
    const double rate =
        ((p.k2 * e->before.v + p.k1) * e->before.v + p.k0 - e->before.u + 70) / p.cm;
    check_close(z.v + rate * dt, 0, 1e-10 * fabs(z.v));
    return IZH_CONTINUE;
}

static void the_callback_sees_those_before_the_reset(void **state)
{
    (void)state;
    const izh_gradient of = {.params.a = 1};
    izh_solver_config config = support_config(IZH_TAYLOR);
    config.gradients = &of;
    config.gradient_count = 1;
    izh_solver *s = support_create(&config);
    double dt;
    check_ok(izh_solver_spike_gradients(s, &dt), s);
    check_true(isnan(dt));
    check_ok(izh_solver_set_stimulus(s, support_current, 1), s);
    check_ok(izh_solver_on_spike(s, look, s), s);
    check_ok(izh_solver_run(s, 400), s);
    check_ok(izh_solver_spike_gradients(s, &dt), s);
    check_true(dt < -1);
    izh_solver_destroy(s);
}

/* ---- forms ---- */

static void jacobians_are_the_limits_of_differences(void **state)
{
    (void)state;
    double x[9] = {100, .7, -60, -40, 35, .03, -2, -50, 100};
    izh_params jacobian[9], up, down;
    izh_params_2007_jacobian(x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[8], jacobian);
    for (int i = 0; i < 9; i++) {
        const double kept = x[i], h = 1e-6 * fabs(kept);
        x[i] = kept + h;
        up = izh_params_2007(x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[8]);
        x[i] = kept - h;
        down = izh_params_2007(x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[8]);
        x[i] = kept;
        for (size_t k = 0; k < FIELDS - 1; k++) { /* u_max is infinite */
            const double *one = (const double *)&up + k, *other = (const double *)&down + k;
            const double *slope = (const double *)&jacobian[i] + k;
            check_close(*slope, (*one - *other) / (2 * h), 1e-7 * (1 + fabs(*slope)));
        }
    }
    izh_params_2003_jacobian(.02, .2, -65, 8, jacobian);
    check_true(jacobian[0].a == 1 && jacobian[1].b_lo == 1 && jacobian[1].b_hi == 1);
    check_true(jacobian[2].c == 1 && jacobian[3].d == 1 && jacobian[3].cm == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_solution_keeps_its_bits),
        cmocka_unit_test(they_do_not_depend_on_how_a_run_is_cut),
        cmocka_unit_test(samples_are_the_gradients_there),
        cmocka_unit_test(a_line_has_closed_forms),
        cmocka_unit_test(at_rest_they_are_those_of_the_rest),
        cmocka_unit_test(under_strong_inhibition_they_are_those_of_the_slow_solution),
        cmocka_unit_test(host_calls_do_what_is_said),
        cmocka_unit_test(conductances_begin_at_zero),
        cmocka_unit_test(a_new_state_is_the_initial_one),
        cmocka_unit_test(the_callback_sees_those_before_the_reset),
        cmocka_unit_test(jacobians_are_the_limits_of_differences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
