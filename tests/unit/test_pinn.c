/* Nets, windows and trained solutions: parts, report, evaluation, refusals. */
#include "support_pinn.h"

#include "pinn/eval.h"
#include "pinn/pinn.h"
#include "quad_math.h"

/* ---- the Jacobian ---- */

static uint64_t seed;

static double uniform(void)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX generator */
    return (double)(seed >> 11) * 0x1p-53;
}

/* The weights of a small network in quadruple precision, in the order of izh_pinn_net_add, and the
 * window's equation. */
struct copy {
    int hidden;
    quad weight[IZH_PINN_WEIGHTS_MAX];
    const struct izh_pinn_equation *e;
};

/* v and theta' per window at an angle theta from the start on: written from the definition. */
static void phase(const struct izh_pinn_equation *e, quad theta, quad u, quad I, quad *v,
                  quad *rate)
{
    const izh_params *p = &e->model.p;
    const quad centre = -(quad)p->k1 / (2 * (quad)p->k2);
    quad sin, cos, t;
    quad_sincos(theta / 2, &sin, &cos);
    t = ((quad)e->turn * cos + sin) / (cos - (quad)e->turn * sin);
    *v = centre + e->scale * t;
    const quad dv = (p->k2 * *v * *v + p->k1 * *v + p->k0 - u + I) / p->cm;
    *rate = e->length * dv * 2 / (e->scale * (1 + t * t));
}

static void quad_residuals(const struct copy *c, quad tau, quad r[2])
{
    const struct izh_pinn_equation *e = c->e;
    const izh_params *p = &e->model.p;
    const int h = c->hidden;
    const quad *in = c->weight, *shift = in + h, *out = in + 2 * h, *bias = in + 4 * h;
    const quad z = 2 * tau - 1;
    quad n[2] = {bias[0], bias[1]}, dn[2] = {0, 0}, x[2], rate[2], f[2], v;
    for (int j = 0; j < h; j++) {
        const quad unit = quad_tanh(in[j] * z + shift[j]);
        for (int k = 0; k < 2; k++) {
            n[k] += out[k * h + j] * unit;
            dn[k] += out[k * h + j] * in[j] * (1 - unit * unit);
        }
    }
    for (int k = 0; k < 2; k++) {
        x[k] = tau * e->rate[k] + tau * tau * n[k];
        rate[k] = e->rate[k] + 2 * tau * n[k] + 2 * tau * tau * dn[k];
    }
    const quad u = e->from.u + e->u_scale * x[1], I = e->I + e->slope * tau * e->length;
    if (e->phase) {
        phase(e, x[0], u, I, &v, &f[0]);
    } else {
        v = e->from.v + e->scale * x[0];
        f[0] = e->length * (p->k2 * v * v + p->k1 * v + p->k0 - u + I) / (p->cm * (quad)e->scale);
    }
    const quad y = v - p->vb;
    const quad U = e->model.branch == IZH_BRANCH_LO ? p->b_lo * y : p->b_hi * y + p->b3 * y * y * y;
    f[1] = e->length * p->a * (U - p->r * u) / e->u_scale;
    r[0] = rate[0] - f[0];
    r[1] = rate[1] - f[1];
}

static struct copy copy_of(const struct izh_pinn_trained *w)
{
    const struct izh_pinn_net *net = &w->net;
    struct copy c = {.hidden = net->hidden, .e = &w->equation};
    const int h = net->hidden;
    for (int j = 0; j < h; j++) {
        c.weight[j] = net->in[j];
        c.weight[h + j] = net->shift[j];
        c.weight[2 * h + j] = net->out[0][j];
        c.weight[3 * h + j] = net->out[1][j];
    }
    c.weight[4 * h] = net->bias[0];
    c.weight[4 * h + 1] = net->bias[1];
    return c;
}

/* Residuals and Jacobian, all of it and that of the outer weights, against differences in quadruple
 * precision. */
static void check_equations(const struct izh_pinn_trained *w, double tau)
{
    double r[2], all[2][IZH_PINN_WEIGHTS_MAX], outer[2][IZH_PINN_WEIGHTS_MAX];
    double *rows[2] = {all[0], all[1]}, *outer_rows[2] = {outer[0], outer[1]};
    const int h = w->net.hidden;
    const quad step = (quad)0x1p-40;
    struct copy c = copy_of(w);
    quad exact[2];
    quad_residuals(&c, tau, exact);
    izh_pinn_window_equations(w, tau, r, rows, false);
    for (int k = 0; k < 2; k++)
        check_close(r[k], (double)exact[k], 1e-12);
    izh_pinn_window_equations(w, tau, r, outer_rows, true);
    for (int i = 0; i < IZH_PINN_WEIGHTS(h); i++) {
        const quad weight = c.weight[i];
        quad above[2], below[2];
        c.weight[i] = weight + step;
        quad_residuals(&c, tau, above);
        c.weight[i] = weight - step;
        quad_residuals(&c, tau, below);
        c.weight[i] = weight;
        for (int k = 0; k < 2; k++) {
            const double slope = (double)((above[k] - below[k]) / (2 * step));
            check_close(all[k][i], slope, 1e-11 * (1 + fabs(slope)));
            if (i >= 2 * h)
                check_same(outer[k][i - 2 * h], all[k][i]);
        }
    }
}

static void the_jacobian_is_exact(void **state)
{
    (void)state;
    static const char *const names[] = {"report", "rs-2003", "book-RTN-70", "book-FS-100",
                                        "simple-TC"};
    static struct izh_pinn_trained w;
    seed = 5;
    for (int i = 0; i < 2 * (int)LENGTH(names); i++) {
        izh_params params = reference_case(names[i / 2])->params;
        struct izh_model model;
        if (i % 2)
            params.k2 = -params.k2; /* no phase */
        support_about("%s%s", names[i / 2], i % 2 ? " without a phase" : "");
        izh_model_set(&model, &params);
        const izh_state from = {-70 + 20 * uniform(), 10 * uniform()};
        izh_model_choose_branch(&model, from, 50, .5);
        izh_pinn_equation_set(&w.equation, &model, 50, .5, from);
        check_true(w.equation.phase == !(i % 2));
        izh_pinn_equation_stretch(&w.equation, .2);
        izh_pinn_net_seed(&w.net, 8, (uint64_t)i);
        for (int j = 0; j < 8; j++) {
            w.net.out[0][j] = .1 * uniform() - .05;
            w.net.out[1][j] = .1 * uniform() - .05;
        }
        for (double tau = 0; tau <= 1; tau += .125)
            check_equations(&w, tau);
    }
}

/* ---- least squares ---- */

/* The gradient of |J x + r|^2 + damping |x|^2 vanishes at the step, to rounding. */
static void check_step(int m, int n, double damping)
{
    static double j[60 * 60], r[60], x[60], scratch[IZH_PINN_DAMPED_SCRATCH(60, 60)];
    for (int i = 0; i < m * n; i++)
        j[i] = 2 * uniform() - 1;
    for (int i = 0; i < m; i++)
        r[i] = 2 * uniform() - 1;
    izh_pinn_damped_step(x, j, r, m, n, damping, scratch);
    for (int k = 0; k < n; k++) {
        double gradient = damping * x[k];
        for (int i = 0; i < m; i++) {
            double row = r[i];
            for (int l = 0; l < n; l++)
                row += j[i * n + l] * x[l];
            gradient += j[i * n + k] * row;
        }
        check_close(gradient, 0, 1e-11);
    }
}

static void a_damped_step_is_least(void **state)
{
    (void)state;
    seed = 11;
    for (int m = 1; m <= 60; m += 7)
        for (int n = 1; n <= 60; n += 3)
            for (double damping = 1e-2; damping < 1e3; damping *= 100) {
                support_about("%d equations, %d unknowns, damping %g", m, n, damping);
                check_step(m, n, damping);
            }
}

/* ---- windows ---- */

static void the_same_seed_gives_the_same_bits_and_another_others(void **state)
{
    (void)state;
    izh_pinn_config config = support_pinn_config();
    config.t_end = 250;
    izh_pinn *one = support_train(&config), *same = support_train(&config);
    config.pinn.seed = 77;
    izh_pinn *other = support_train(&config);
    check_same(izh_pinn_get_spikes(one).data[0].t, izh_pinn_get_spikes(same).data[0].t);
    check_true(izh_pinn_get_spikes(one).data[0].t != izh_pinn_get_spikes(other).data[0].t);
    izh_pinn_destroy(one);
    izh_pinn_destroy(same);
    izh_pinn_destroy(other);
}

static void the_report_on_windows_adds_up(void **state)
{
    (void)state;
    const izh_pinn_config config = support_pinn_config();
    izh_pinn *pinn = support_train(&config);
    const izh_pinn_windows w = izh_pinn_get_windows(pinn);
    const izh_pinn_losses losses = izh_pinn_get_losses(pinn);
    uint64_t loss = 0;
    double t = 0;
    for (size_t i = 0; i < w.count; i++) {
        support_about("window %zu", i);
        check_close(w.data[i].t, t, 1e-9);
        check_true(w.data[i].length > 0 && w.data[i].length <= w.data[i].trained);
        check_true(w.data[i].residual >= 0 && w.data[i].residual < 1e-9);
        check_true(w.data[i].first_loss == loss && w.data[i].iterations >= 1);
        check_true(w.data[i].attempts >= 1 && w.data[i].parameters == 4 * 16 + 2);
        t = w.data[i].t + w.data[i].length;
        loss += w.data[i].iterations;
    }
    check_close(t, 1000, 1e-9);
    check_same(izh_pinn_end(pinn), 1000);
    check_true(loss == losses.count);
    for (size_t i = 0; i < losses.count; i++)
        check_true(losses.data[i] >= 0);
    check_true(losses.data[losses.count - 1] < 1e-20);
    izh_pinn_destroy(pinn);
}

static void the_residual_is_what_the_windows_report(void **state)
{
    (void)state;
    const izh_pinn_config config = support_pinn_config();
    izh_pinn *pinn = support_train(&config);
    for (double t = 0; t <= 1000; t += 1.7) {
        double residual;
        check_true(izh_pinn_residual(pinn, &t, 1, &residual) == IZH_OK);
        check_true(residual >= 0 && residual < 2e-9);
    }
    izh_pinn_destroy(pinn);
}

/* ---- evaluation ---- */

static void evaluation_gives_the_initial_state_the_spikes_and_the_end(void **state)
{
    (void)state;
    const izh_pinn_config config = support_pinn_config();
    izh_pinn *pinn = support_train(&config);
    const izh_pinn_spikes spikes = izh_pinn_get_spikes(pinn);
    double t[3] = {0, spikes.data[0].t, nextafter(spikes.data[0].t, 0)};
    izh_state y[3];
    check_true(izh_pinn_eval(pinn, t, 3, y) == IZH_OK);
    check_same_state(y[0], config.initial);
    check_same(y[1].v, -50);
    check_same(y[1].u, spikes.data[0].before.u + 100);
    check_close(y[2].v, 35, 1e-6);
    check_same(spikes.data[0].before.v, 35);
    t[0] = 1000;
    check_true(izh_pinn_eval(pinn, t, 1, y) == IZH_OK);
    check_close(y[0].v, -53.76179615316104863, 1e-6);
    check_close(y[0].u, 1.910006056031906362, 1e-6);
    izh_pinn_destroy(pinn);
}

static void times_outside_are_told(void **state)
{
    (void)state;
    izh_pinn_config config = support_pinn_config();
    config.t_end = 120;
    izh_pinn *pinn = support_train(&config);
    const double t[] = {5, -1e-9, 50, nextafter(120, 121), NAN, INFINITY, -INFINITY, 119, 120};
    const int inside[] = {1, 0, 1, 0, 0, 0, 0, 1, 1};
    izh_state y[LENGTH(t)];
    double r[LENGTH(t)];
    check_true(izh_pinn_eval(pinn, t, LENGTH(t), y) == IZH_E_INVALID);
    check_true(izh_pinn_residual(pinn, t, LENGTH(t), r) == IZH_E_INVALID);
    for (size_t i = 0; i < LENGTH(t); i++) {
        check_true(isfinite(y[i].v) == inside[i] && isfinite(y[i].u) == inside[i]);
        check_true(isfinite(r[i]) == inside[i]);
    }
    check_true(izh_pinn_eval(pinn, t, 0, NULL) == IZH_OK);
    check_true(izh_pinn_eval(pinn, NULL, 1, y) == IZH_E_INVALID);
    check_true(izh_pinn_eval(pinn, t, 1, NULL) == IZH_E_INVALID);
    check_true(izh_pinn_residual(pinn, t, 1, NULL) == IZH_E_INVALID);
    izh_pinn_destroy(pinn);
}

/* Alone, in any order, in any number, with every instruction set: the same bits. */
static void evaluation_does_not_depend_on_how_it_is_asked(void **state)
{
    (void)state;
    enum {
        N = 4001
    };
    static double t[N], shuffled[N];
    static izh_state y[N], z[N];
    izh_pinn_config config = support_pinn_config();
    config.t_end = 400;
    izh_pinn *pinn = support_train(&config);
    for (int i = 0; i < N; i++)
        t[i] = .1 * i;
    t[N - 1] = 400;
    check_true(izh_pinn_eval(pinn, t, N, y) == IZH_OK);
    for (int i = 0; i < N; i++)
        shuffled[i] = t[i * 1009 % N];
    check_true(izh_pinn_eval(pinn, shuffled, N, z) == IZH_OK);
    for (int i = 0; i < N; i++) {
        izh_state one;
        check_same_state(z[i], y[i * 1009 % N]);
        check_true(izh_pinn_eval(pinn, &t[i], 1, &one) == IZH_OK);
        check_same_state(one, y[i]);
    }
    izh_pinn_destroy(pinn);
}

static void every_instruction_set_gives_the_bits_of_training(void **state)
{
    (void)state;
    static double t[100];
    const izh_pinn_config config = support_pinn_config();
    izh_pinn *pinn = support_train(&config);
    for (int32_t isa = IZH_ISA_SCALAR; isa <= IZH_ISA_NEON; isa++)
        for (size_t i = 0; izh_pinn_eval_of(isa) && i < pinn->window_count; i++) {
            const struct izh_pinn_trained *w = &pinn->trained[i];
            const double start = pinn->windows[i].t;
            izh_state y[LENGTH(t) + 2];
            support_about("instruction set %d, window %zu", (int)isa, i);
            const size_t n = i % LENGTH(t) + 1;
            for (size_t k = 0; k < n; k++)
                t[k] = start + pinn->windows[i].trained * (double)k / LENGTH(t);
            memset(y, 0x5a, sizeof y);
            const izh_state canary = y[n];
            izh_pinn_eval_of(isa)(w, start, t, n, y);
            for (size_t k = 0; k < n; k++) {
                const double tau = (t[k] - start) / w->equation.length;
                check_same_state(y[k], izh_pinn_window_state(w, tau));
            }
            check_same_state(y[n], canary);
        }
    izh_pinn_destroy(pinn);
}

/* ---- progress ---- */

struct seen {
    size_t calls, stop_at;
    izh_pinn_progress last;
};

static int32_t look(const izh_pinn_progress *progress, void *user)
{
    struct seen *seen = user;
    check_true(
        progress->window > seen->last.window ||
        (progress->window == seen->last.window && progress->iteration == seen->last.iteration + 1));
    check_true(progress->t >= seen->last.t && progress->t_end == 1000);
    check_true(progress->length > 0 && progress->loss >= 0 && progress->reserved == 0);
    seen->last = *progress;
    return ++seen->calls == seen->stop_at ? IZH_STOP : IZH_CONTINUE;
}

static void progress_is_shown(void **state)
{
    (void)state;
    struct seen seen = {0};
    izh_pinn_config config = support_pinn_config();
    config.progress = look;
    config.progress_user = &seen;
    izh_pinn *pinn = support_train(&config);
    check_true(seen.calls == izh_pinn_get_losses(pinn).count);
    check_true(seen.last.window + 1 == izh_pinn_get_windows(pinn).count);
    izh_pinn_destroy(pinn);
}

static void training_can_be_stopped(void **state)
{
    (void)state;
    for (size_t stop_at = 1; stop_at <= 201; stop_at += 50) {
        struct seen seen = {.stop_at = stop_at};
        izh_pinn_config config = support_pinn_config();
        izh_pinn *pinn = NULL;
        izh_state y;
        config.progress = look;
        config.progress_user = &seen;
        support_about("stopped at call %zu", stop_at);
        check_true(izh_pinn_train(&pinn, &config) == IZH_STOPPED);
        check_true(pinn && seen.calls == stop_at);
        const double end = izh_pinn_end(pinn);
        check_true(end >= 0 && end < 1000 && (stop_at > 1) == (end > 0));
        check_true(izh_pinn_eval(pinn, &end, 1, &y) == IZH_OK && isfinite(y.v));
        izh_pinn_destroy(pinn);
    }
}

/* ---- refusals and failures ---- */

static void expect(const izh_pinn_config *config, izh_status status, const char *part)
{
    struct logbook book = {0};
    izh_pinn_config c = *config;
    izh_pinn *pinn = (izh_pinn *)&book;
    c.log = support_log(&book);
    support_about("%s", part);
    check_true(izh_pinn_train(&pinn, &c) == status);
    check_true(pinn == NULL);
    check_true(book.n == 1 && book.status == status);
    check_has(book.text, part);
}

static void a_window_that_will_not_train_is_told(void **state)
{
    (void)state;
    izh_pinn_config config = support_pinn_config();
    config.pinn.shortest = 20;
    expect(&config, IZH_E_TOLERANCE, "residual");
    expect(&config, IZH_E_TOLERANCE, "at 101 ms");
    config.pinn.shortest = 0;
    config.pinn.hidden = 4;
    config.pinn.points = 4;
    config.pinn.shortest = 1;
    config.tolerance = 1e-11;
    expect(&config, IZH_E_TOLERANCE, "residual");
    izh_solver_config solver = support_config(IZH_PINN);
    solver.pinn.shortest = 20;
    izh_solver *s = support_create(&solver);
    check_ok(izh_solver_set_stimulus(s, support_current, 1), s);
    check_status(izh_solver_run(s, 1000), IZH_E_TOLERANCE, s);
    check_has(izh_solver_message(s), "at 101 ms");
    check_has(izh_solver_message(s), "residual");
    check_close(izh_solver_time(s), 101, 1e-9);
    izh_solver_destroy(s);
}

static void runaways_and_bad_resets_are_told(void **state)
{
    (void)state;
    izh_pinn_config config = support_pinn_config();
    config.params.c = 34.99;
    config.params.d = 0;
    const izh_segment strong = {0, 2e4, 0};
    config.segments = &strong;
    expect(&config, IZH_E_DIVERGED, "spikes within 1 ms");
    config = support_pinn_config();
    config.params.c_u = -10;
    expect(&config, IZH_E_RESET, "below the peak");
}

static void a_state_at_the_peak_spikes_at_once(void **state)
{
    (void)state;
    izh_pinn_config config = support_pinn_config();
    config.initial = (izh_state){40, 3};
    config.t0 = 5;
    config.t_end = 10;
    izh_pinn *pinn = support_train(&config);
    izh_state y;
    check_true(izh_pinn_get_spikes(pinn).count == 1);
    check_same(izh_pinn_get_spikes(pinn).data[0].t, 5);
    check_true(izh_pinn_eval(pinn, &config.t0, 1, &y) == IZH_OK);
    check_same_state(y, ((izh_state){-50, 103}));
    izh_pinn_destroy(pinn);
}

static void bad_configs_are_refused(void **state)
{
    (void)state;
    const double bad[] = {-1, NAN, INFINITY, -INFINITY};
    izh_pinn_config config;
    const struct {
        size_t at;
        const char *name;
    } fields[] = {{offsetof(izh_pinn_config, tolerance), "tolerance"},
                  {offsetof(izh_pinn_config, longest), "longest"},
                  {offsetof(izh_pinn_config, pinn.shortest), "shortest"},
                  {offsetof(izh_pinn_config, params.cm), "cm"}};
    for (size_t i = 0; i < LENGTH(fields); i++)
        for (size_t k = 0; k < LENGTH(bad); k++) {
            config = support_pinn_config();
            memcpy((char *)&config + fields[i].at, &bad[k], sizeof bad[k]);
            expect(&config, IZH_E_INVALID, fields[i].name);
        }
    const uint32_t hidden[] = {2, 5, 26, UINT32_MAX}, points[] = {1, 3, 33, UINT32_MAX};
    for (size_t i = 0; i < LENGTH(hidden); i++) {
        config = support_pinn_config();
        config.pinn.hidden = hidden[i];
        expect(&config, IZH_E_INVALID, "pinn.hidden");
        config = support_pinn_config();
        config.pinn.points = points[i];
        expect(&config, IZH_E_INVALID, "pinn.points");
        izh_solver_config solver = support_config(IZH_PINN);
        izh_solver *s;
        solver.pinn.points = points[i];
        check_true(izh_solver_create(&s, &solver) == IZH_E_INVALID);
        solver.method = IZH_TAYLOR; /* others do not look at it */
        check_true(izh_solver_create(&s, &solver) == IZH_OK);
        izh_solver_destroy(s);
    }
    config = support_pinn_config();
    config.initial.u = NAN;
    expect(&config, IZH_E_INVALID, "u = nan");
    config = support_pinn_config();
    config.t_end = 0;
    expect(&config, IZH_E_INVALID, "t_end = 0");
    config.t_end = NAN;
    expect(&config, IZH_E_INVALID, "t_end = nan");
    config = support_pinn_config();
    config.segments = NULL;
    expect(&config, IZH_E_INVALID, "segments is NULL");
    const izh_segment twice[] = {{5, 1, 0}, {5, 2, 0}};
    config.segments = twice;
    config.segment_count = 2;
    expect(&config, IZH_E_INVALID, "segments[1]");
    const izh_segment none[] = {{0, NAN, 0}};
    config.segments = none;
    config.segment_count = 1;
    expect(&config, IZH_E_INVALID, "I = nan");
}

static void bad_sizes_and_null_are_refused(void **state)
{
    (void)state;
    izh_pinn *pinn = (izh_pinn *)&seed;
    izh_pinn_config config = support_pinn_config();
    check_true(izh_pinn_train(NULL, &config) == IZH_E_INVALID);
    check_true(izh_pinn_train(&pinn, NULL) == IZH_E_INVALID && pinn == NULL);
    const size_t sizes[] = {0, 8, sizeof config - 1, 4097, SIZE_MAX};
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        config.size = sizes[i];
        check_true(izh_pinn_train(&pinn, &config) == IZH_E_INVALID);
    }
    izh_pinn_destroy(NULL);
    check_true(isnan(izh_pinn_end(NULL)));
    check_true(izh_pinn_get_spikes(NULL).count == 0 && izh_pinn_get_windows(NULL).count == 0);
    check_true(izh_pinn_get_losses(NULL).count == 0 && izh_pinn_save(NULL, NULL, 0) == 0);
    check_true(*izh_pinn_message(NULL) == '\0');
    check_true(izh_pinn_eval(NULL, NULL, 0, NULL) == IZH_E_INVALID);
    check_true(izh_pinn_residual(NULL, NULL, 0, NULL) == IZH_E_INVALID);
    check_true(izh_pinn_save_file(NULL, "x") == IZH_E_INVALID);
}

static void populations_have_no_pinn(void **state)
{
    (void)state;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    izh_population *p;
    config.n = 1;
    config.method = IZH_PINN;
    check_true(izh_population_create(&p, &config) == IZH_E_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_jacobian_is_exact),
        cmocka_unit_test(a_damped_step_is_least),
        cmocka_unit_test(the_same_seed_gives_the_same_bits_and_another_others),
        cmocka_unit_test(the_report_on_windows_adds_up),
        cmocka_unit_test(the_residual_is_what_the_windows_report),
        cmocka_unit_test(evaluation_gives_the_initial_state_the_spikes_and_the_end),
        cmocka_unit_test(times_outside_are_told),
        cmocka_unit_test(evaluation_does_not_depend_on_how_it_is_asked),
        cmocka_unit_test(every_instruction_set_gives_the_bits_of_training),
        cmocka_unit_test(progress_is_shown),
        cmocka_unit_test(training_can_be_stopped),
        cmocka_unit_test(a_window_that_will_not_train_is_told),
        cmocka_unit_test(runaways_and_bad_resets_are_told),
        cmocka_unit_test(a_state_at_the_peak_spikes_at_once),
        cmocka_unit_test(bad_configs_are_refused),
        cmocka_unit_test(bad_sizes_and_null_are_refused),
        cmocka_unit_test(populations_have_no_pinn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
