/* Neurons and trains of spikes out of bytes: whatever they are, what analysis.h and metrics.h
 * promise holds. */
#include "fuzz.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define TRAIN 12 /* spikes */
#define CURRENTS 3

/* ---- neurons ---- */

struct neuron {
    izh_params p;
    bool valid;
    bool tame; /* neither squares nor products of its numbers are lost */
};

static bool tame(double x)
{
    return x == 0 || (fabs(x) > 1e-4 && fabs(x) < 1e4);
}

static struct neuron neuron_from(struct bytes *b)
{
    struct neuron n = {fuzz_params(b), false, true};
    double field[sizeof n.p / sizeof(double)];
    memcpy(field, &n.p, sizeof field);
    n.valid = izh_params_check(&n.p, NULL) == IZH_OK;
    for (unsigned i = 0; i < LENGTH(field); i++)
        n.tame &= tame(field[i]) || field[i] == INFINITY; /* u_max */
    return n;
}

/* The sums of what the terms of v' and u' are as large as. */
static izh_state rate_size(const izh_params *p, izh_state y, double I)
{
    const double v = fabs(y.v), z = v + fabs(p->vb);
    const double U = (fabs(p->b_lo) + fabs(p->b_hi)) * z + fabs(p->b3) * z * z * z;
    izh_state size;
    size.v = ((fabs(p->k2) * v + fabs(p->k1)) * v + fabs(p->k0) + fabs(I) + fabs(y.u)) / p->cm;
    size.u = fabs(p->a) * (U + fabs(p->r * y.u));
    return size;
}

static bool is_stable(const izh_equilibrium *e)
{
    return e->kind == IZH_STABLE_NODE || e->kind == IZH_STABLE_FOCUS;
}

static void demand_equilibrium(const struct neuron *n, double I, const izh_equilibrium *e)
{
    izh_state rates;
    izh_matrix j;
    demand(e->kind >= IZH_STABLE_NODE && e->kind <= IZH_DEGENERATE, NULL);
    demand(e->beyond_peak == 0 || e->beyond_peak == 1, NULL);
    if (!n->tame || !(fabs(e->state.v) < 1e6))
        return;
    const izh_state size = rate_size(&n->p, e->state, I);
    demand(izh_params_rates(&n->p, e->state, I, &rates) == IZH_OK, NULL);
    demand(fabs(rates.v) <= 1e-12 * size.v && fabs(rates.u) <= 1e-12 * size.u, NULL);
    demand(izh_params_jacobian(&n->p, e->state, &j) == IZH_OK, NULL);
    const double trace = j.vv + j.uu, most = fabs(j.vv) + fabs(j.uu) + fabs(e->re[0]);
    demand(fabs(e->re[0] + e->re[1] - trace) <= 1e-9 * most, NULL);
    demand(e->re[0] <= e->re[1] && e->im[0] == -e->im[1] && e->im[0] <= 0, NULL);
    if (is_stable(e))
        demand(e->re[1] <= 0, NULL);
}

/* How many stable ones there are below the peak; and in `open` whether one is undecided. */
static size_t look_at_equilibria(const struct neuron *n, double I, bool *open)
{
    izh_equilibrium e[IZH_EQUILIBRIA_MAX];
    size_t count = 99, stable = 0;
    const izh_status status = izh_params_equilibria(&n->p, I, e, &count);
    demand(status == (n->valid && isfinite(I) ? IZH_OK : IZH_E_INVALID), NULL);
    demand(status == IZH_OK ? count <= IZH_EQUILIBRIA_MAX : count == 99, NULL);
    *open = status != IZH_OK;
    for (size_t i = 0; status == IZH_OK && i < count; i++) {
        demand_equilibrium(n, I, &e[i]);
        demand(i == 0 || e[i - 1].state.v <= e[i].state.v, NULL);
        stable += !e[i].beyond_peak && is_stable(&e[i]);
        *open |= e[i].kind > IZH_SADDLE;
    }
    return stable;
}

static void call_at(struct bytes *b, const struct neuron *n)
{
    const double I = fuzz_double(b);
    const izh_state y = fuzz_state(b);
    const bool finite = isfinite(y.v) && isfinite(y.u);
    izh_state rates = {7, 7};
    izh_matrix j = {7, 7, 7, 7};
    izh_nullclines lines;
    bool open;
    const izh_status status = izh_params_rates(&n->p, y, I, &rates);
    demand(status == (n->valid && finite && isfinite(I) ? IZH_OK : IZH_E_INVALID), NULL);
    demand(status == IZH_OK || (rates.v == 7 && rates.u == 7), NULL);
    demand(izh_params_jacobian(&n->p, y, &j) == (n->valid && finite ? IZH_OK : IZH_E_INVALID),
           NULL);
    demand(izh_params_nullclines(&n->p, I, &lines) ==
               (n->valid && isfinite(I) ? IZH_OK : IZH_E_INVALID),
           NULL);
    look_at_equilibria(n, I, &open);
}

/* Beyond the end of rest nothing rests. */
static void demand_no_rest(const struct neuron *n, const izh_bifurcation *end)
{
    bool open;
    const double I = end->I + 1e-6 * (1 + rate_size(&n->p, end->state, end->I).v * n->p.cm);
    const size_t stable = look_at_equilibria(n, I, &open);
    demand(open || stable == 0, NULL);
}

static void call_bifurcations(const struct neuron *n)
{
    izh_bifurcation x[IZH_BIFURCATIONS_MAX], end = {.kind = 77};
    size_t count = 99;
    const izh_status status = izh_params_bifurcations(&n->p, x, &count);
    demand(status == (n->valid ? IZH_OK : IZH_E_INVALID), NULL);
    demand(status == IZH_OK ? count <= IZH_BIFURCATIONS_MAX : count == 99, NULL);
    double last = -INFINITY, largest = -INFINITY;
    for (size_t i = 0; status == IZH_OK && i < count; i++) {
        demand(x[i].kind >= IZH_SADDLE_NODE && x[i].kind <= IZH_REST_AT_PEAK, NULL);
        demand(x[i].ends_rest == 0 || x[i].ends_rest == 1, NULL);
        demand(x[i].I >= last, NULL);
        last = x[i].I;
        largest = x[i].ends_rest ? last : largest;
    }
    const izh_status rest = izh_params_rest_ends(&n->p, &end);
    demand(n->valid ? rest == IZH_OK || rest == IZH_NO_REST : rest == IZH_E_INVALID, NULL);
    demand(rest != IZH_E_INVALID || end.kind == 77, NULL);
    demand(rest != IZH_NO_REST || isnan(end.I), NULL);
    if (rest != IZH_OK)
        return;
    demand(end.I == INFINITY ? end.kind == 0 && isnan(end.state.v) : end.I == largest, NULL);
    if (n->tame && fabs(end.I) < 1e6)
        demand_no_rest(n, &end);
}

static void call_rheobase(struct bytes *b, const struct neuron *n)
{
    const double durations[] = {.1, 1, 10, 100, INFINITY}, tolerances[] = {0, 1e-3, 1e-6};
    const double duration = fuzz_choice(b, durations, LENGTH(durations));
    const double tolerance = fuzz_choice(b, tolerances, LENGTH(tolerances));
    const int32_t shape = (int32_t)fuzz_below(b, 16) % 3;
    izh_rheobase x = {.runs = 77};
    if (duration > 1e3 && duration < INFINITY) /* takes long */
        return;
    const izh_status status = izh_params_rheobase(&n->p, shape, duration, tolerance, &x);
    demand(n->valid || status == IZH_E_INVALID, NULL);
    demand(status == IZH_OK || status == IZH_NO_REST || status == IZH_E_INVALID ||
               status == IZH_E_DIVERGED,
           NULL);
    demand(status >= 0 || x.runs == 77, NULL);
    demand(status != IZH_NO_REST || (isnan(x.I) && isnan(x.below)), NULL);
    demand(status != IZH_OK || x.I >= x.below, NULL);
    demand(status != IZH_OK || x.certified == 0 || x.certified == 1, NULL);
}

static void call_f_i(struct bytes *b, const struct neuron *n)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    struct fuzz_host host = {.most = 1 << 26};
    izh_f_i points[CURRENTS];
    double I[CURRENTS];
    bool right = n->valid;
    const size_t count = fuzz_below(b, CURRENTS + 1);
    const double duration = fuzz_byte(b) / 4.;
    config.allocator = fuzz_allocator(&host);
    config.log = fuzz_log(&host);
    config.dt = .25;
    for (size_t i = 0; i < CURRENTS; i++)
        I[i] = fuzz_double(b);
    for (size_t i = 0; i < count; i++)
        right &= isfinite(I[i]);
    host.starved = fuzz_below(b, 16) == 1;
    const izh_status status = izh_params_f_i(&n->p, I, count, duration, &config, points);
    demand(host.live == 0, NULL);
    demand(status == IZH_OK || status == IZH_E_INVALID || (status == IZH_E_MEMORY && host.starved),
           NULL);
    demand(status != IZH_OK || count == 0 || (right && duration > 0), NULL);
    for (size_t i = 0; status == IZH_OK && i < count; i++) {
        demand(points[i].spikes >= 2 || isnan(points[i].first), NULL);
        demand(points[i].trouble == IZH_OK || isnan(points[i].last), NULL);
    }
}

/* ---- trains ---- */

struct train {
    double t[TRAIN];
    size_t n;
    bool right; /* finite and in order */
};

static struct train train_from(struct bytes *b)
{
    struct train x = {.n = fuzz_below(b, TRAIN + 1), .right = true};
    const bool wild = fuzz_below(b, 8) == 1;
    double t = 0;
    for (size_t i = 0; i < x.n; i++) {
        x.t[i] = wild ? fuzz_double(b) : (t += fuzz_byte(b) / 16.);
        x.right &= isfinite(x.t[i]) && (i == 0 || x.t[i] >= x.t[i - 1]);
    }
    return x;
}

static bool is_tame(const struct train *x)
{
    return x->right && (x->n == 0 || (fabs(x->t[0]) < 1e6 && fabs(x->t[x->n - 1]) < 1e6));
}

static double victor_purpura(const struct train *a, const struct train *b, double q)
{
    double d = -1;
    demand(izh_metric_victor_purpura(a->t, a->n, b->t, b->n, q, NULL, &d) == IZH_OK, NULL);
    return d;
}

static double van_rossum(const struct train *a, const struct train *b, double tau)
{
    double d = -1;
    demand(izh_metric_van_rossum(a->t, a->n, b->t, b->n, tau, &d) == IZH_OK, NULL);
    return d;
}

/* Both are metrics. */
static void demand_metrics(const struct train x[3], double scale)
{
    for (int i = 0; i < 3; i++) {
        const struct train *a = &x[i], *b = &x[(i + 1) % 3], *c = &x[(i + 2) % 3];
        const double n = (double)(a->n + b->n), differ = fabs((double)a->n - (double)b->n);
        const double vp = victor_purpura(a, b, scale), vr = van_rossum(a, b, scale);
        demand(vp >= differ - 1e-9 && vp <= n + 1e-9, NULL);
        demand(fabs(vp - victor_purpura(b, a, scale)) <= 1e-9 * (1 + vp), NULL);
        demand(vp <= victor_purpura(a, c, scale) + victor_purpura(c, b, scale) + 1e-9, NULL);
        demand(vr >= 0 && vr <= n + 1e-9, NULL);
        demand(fabs(vr - van_rossum(b, a, scale)) <= 1e-7 * (1 + vr), NULL);
        demand(vr <= van_rossum(a, c, scale) + van_rossum(c, b, scale) + 1e-6, NULL);
        demand(victor_purpura(a, a, scale) == 0 && van_rossum(a, a, scale) == 0, NULL);
    }
}

static void call_intervals(const struct train *x)
{
    izh_intervals is = IZH_INTERVALS_INIT;
    size_t at = 99;
    const izh_status status = izh_metric_intervals(x->t, x->n, &is);
    demand(status == (x->right ? IZH_OK : IZH_E_INVALID), NULL);
    demand(izh_metric_check(x->t, x->n, &at) == status, NULL);
    demand(x->right ? at == x->n : at < x->n, NULL);
    if (!is_tame(x))
        return;
    demand(is.count == (x->n ? x->n - 1 : 0), NULL);
    demand(x->n < 2 ? isnan(is.mean) : is.mean >= 0, NULL);
    demand(x->n < 3 ? isnan(is.lv) : is.lv >= 0 && is.lv <= 3 && fabs(is.adaptation) <= 1, NULL);
}

static void call_metrics(struct bytes *b)
{
    const struct train x[3] = {train_from(b), train_from(b), train_from(b)};
    const double scales[] = {.01, .3, 1, 10};
    const double scale = fuzz_choice(b, scales, LENGTH(scales)), far = fuzz_double(b);
    double d = 77;
    call_intervals(&x[0]);
    izh_status status = izh_metric_coincidence(x[0].t, x[0].n, x[1].t, x[1].n, scale, 250, &d);
    demand(status == IZH_OK ? d <= 1 + 1e-12 : status == IZH_E_INVALID && d == 77, NULL);
    d = 77;
    status = izh_metric_spike(x[0].t, x[0].n, x[1].t, x[1].n, 0, far, &d);
    demand(status == IZH_OK ? d >= 0 && d <= 1 + 1e-12 : status == IZH_E_INVALID && d == 77, NULL);
    d = 77;
    status = izh_metric_van_rossum(x[0].t, x[0].n, x[1].t, x[1].n, scale, &d);
    demand(status == (x[0].right && x[1].right && scale > 0 ? IZH_OK : IZH_E_INVALID), NULL);
    demand(status == IZH_OK || d == 77, NULL);
    if (is_tame(&x[0]) && is_tame(&x[1]) && is_tame(&x[2]) && scale > 1e-6 && scale < 1e6)
        demand_metrics(x, scale);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes bytes = {data, data + size};
    while (bytes.at < bytes.end) {
        const uint8_t which = fuzz_byte(&bytes);
        if (which % 8 < 2) {
            call_metrics(&bytes);
            continue;
        }
        const struct neuron n = neuron_from(&bytes);
        if (which % 8 < 5)
            call_at(&bytes, &n);
        else if (which % 8 < 6)
            call_bifurcations(&n);
        else if (which % 8 < 7)
            call_rheobase(&bytes, &n);
        else
            call_f_i(&bytes, &n);
    }
    return 0;
}
