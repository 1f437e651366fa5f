/* Training by damped Gauss-Newton steps on the outer weights, in which theta and w are linear. The
 * hidden weights stay as they were drawn. */
#include "pinn/flow.h"

#include <string.h>

#include "pinn/normal_equations.h"
#include "util/memory.h"
#include "util/trig.h"

#define ITERATIONS 6
#define DAMPING 1e-8
#define FLOW_LESS_DAMPING 1e-2
#define FLOW_MORE_DAMPING 1e2
#define DAMPING_LEAST 1e-14
/* A step that leaves more than this share of the loss is the last one. */
#define PROGRESS .8
#define BLOCK 64 /* rows of the Jacobian at a time */
/* The offsets of the two rows of points: those to train at, and others. */
#define TRAINED .5
#define OTHERS .87

struct train_point {
    struct izh_flow_start start;
    double sigma;
};

struct trainer {
    struct izh_flow *flow;
    struct izh_flow_map *map;
    struct train_point *points;
    int n, rows;          /* number of weights; rows of the Jacobian that wait to be summed */
    double *block;        /* those rows */
    double *sum, *factor; /* n x n */
    double *gradient, *step;
};

/* ---- points ---- */

static double mix(double lo, double hi, double x)
{
    return lo + (hi - lo) * x;
}

/* A start at theta, without its state, which training does not need. */
static struct izh_flow_start start_at(double theta, double gamma, double drift, double bend)
{
    const struct izh_sincos half = izh_sincos(.5 * theta);
    return (struct izh_flow_start){
        .sin = half.sin, .cos = half.cos, .gamma = gamma, .drift = drift, .bend = bend};
}

/* Points all over the region, by the additive recurrence that fills a cube most evenly (M. Roberts,
 * The unreasonable effectiveness of quasirandom sequences, 2018): powers of 1/x for the root of
 * x^6 = x + 1. Small slopes come more often than steep ones, and the ends of a step more often than
 * its middle. */
static void draw_points(struct trainer *t, double offset)
{
    static const double golden[5] = {.8812714616335696, .7766393890897682, .6844301295853426,
                                     .6031687406857282, .5315553977157505};
    const struct izh_flow_map *m = t->map;
    for (uint32_t i = 0; i < t->flow->points; i++) {
        double x[5];
        for (int d = 0; d < 5; d++) {
            x[d] = offset + golden[d] * (i + 1.);
            x[d] -= (double)(int64_t)x[d];
        }
        const double g = 2 * x[2] - 1;
        t->points[i].start =
            start_at(mix(m->theta_lo, m->theta_peak, x[0]), mix(m->gamma_lo, m->gamma_hi, x[1]),
                     mix(m->drift_lo, m->drift_hi, .5 + .5 * g * (.2 + .8 * g * g)),
                     mix(-m->bend, m->bend, x[4]));
        t->points[i].sigma = .5 - .5 * izh_sincos(IZH_PI * x[3]).cos;
    }
}

/* ---- residuals ---- */

/* How the outputs change both residuals. */
static void effects(const struct izh_flow_path *path, const struct izh_flow_rates *rates,
                    const double weight[2], double sigma, double e[2][IZH_FLOW_OUTPUTS])
{
    double by[2][IZH_FLOW_FACTORS], power[IZH_FLOW_TERMS + 2] = {1};
    for (int i = 1; i < IZH_FLOW_TERMS + 2; i++)
        power[i] = power[i - 1] * sigma;
    izh_flow_factors(path, by);
    for (int o = 0; o < IZH_FLOW_OUTPUTS; o++) {
        const int k = izh_flow_outputs[o].in_w, i = izh_flow_outputs[o].power;
        const double own = by[k][izh_flow_outputs[o].factor];
        for (int l = 0; l < 2; l++) {
            const double rate = k == l ? (i + 2) * power[i + 1] : 0;
            e[l][o] = weight[l] * own * (rate - rates->by[l][k] * power[i + 2]);
        }
    }
}

/* The residuals at a point and, unless e is NULL, how the outputs change them. Residuals beyond the
 * peak do not count, since the neuron never gets there. */
static void residuals(const struct izh_flow_map *m, const struct train_point *p, double *units,
                      double r[2], double e[2][IZH_FLOW_OUTPUTS])
{
    double x[2], rate[2], weight[2];
    struct izh_flow_path path;
    izh_flow_units(m, &p->start, units);
    izh_flow_path(m, &p->start, units, &path);
    izh_flow_growth(&path, p->sigma, x, rate);
    izh_flow_weigh(m, &path, weight);
    const struct izh_sincos half = izh_sincos(.5 * x[0]);
    if (p->start.cos * half.cos - p->start.sin * half.sin < m->hold_cos) {
        x[0] = 0;
        weight[0] = weight[1] = 0;
    }
    const struct izh_flow_rates rates = izh_flow_rates(m, &p->start, p->sigma, x);
    for (int l = 0; l < 2; l++)
        r[l] = weight[l] * (rate[l] - rates.f[l]);
    if (e)
        effects(&path, &rates, weight, p->sigma, e);
}

/* ---- over all points ---- */

static void sum_rows(struct trainer *t)
{
    izh_pinn_normal_add(t->sum, t->block, t->rows, t->n);
    t->rows = 0;
}

static void add_row(struct trainer *t, const double *units, const double e[IZH_FLOW_OUTPUTS],
                    double r)
{
    double *row = t->block + (size_t)t->rows++ * (size_t)izh_pinn_normal_stride(t->n);
    for (int j = 0; j <= t->map->net.units; j++)
        for (int o = 0; o < IZH_FLOW_OUTPUTS; o++) {
            const double d = units[j] * e[o];
            row[j * IZH_FLOW_OUTPUTS + o] = d;
            t->gradient[j * IZH_FLOW_OUTPUTS + o] += d * r;
        }
    if (t->rows == BLOCK)
        sum_rows(t);
}

/* Returns the mean square of the residuals; sums up the normal equations, too, if asked. */
static double look_at_points(struct trainer *t, bool equations)
{
    const size_t n = (size_t)izh_pinn_normal_stride(t->n);
    double squares = 0, units[IZH_FLOW_UNITS_MAX + 1], r[2], e[2][IZH_FLOW_OUTPUTS];
    if (equations) {
        memset(t->sum, 0, n * n * sizeof *t->sum);
        memset(t->gradient, 0, n * sizeof *t->gradient);
    }
    for (uint32_t i = 0; i < t->flow->points; i++) {
        residuals(t->map, &t->points[i], units, r, equations ? e : NULL);
        squares += r[0] * r[0] + r[1] * r[1];
        for (int l = 0; equations && l < 2; l++)
            add_row(t, units, e[l], r[l]);
    }
    if (equations)
        sum_rows(t);
    return squares / (2. * t->flow->points);
}

/* ---- descent ---- */

/* Takes a step if it lowers the loss. */
static bool try_flow_step(struct trainer *t, double damping, double *loss)
{
    struct izh_flow_net *net = &t->map->net;
    if (!izh_pinn_normal_solve(t->step, t->sum, t->gradient, t->n, damping, t->factor))
        return false;
    double *out = &net->out[0][0];
    for (int k = 0; k < t->n; k++) {
        const double before = out[k];
        out[k] += t->step[k];
        t->step[k] = before;
    }
    const double trial = look_at_points(t, false);
    if (trial < *loss) {
        *loss = trial;
        return true;
    }
    memcpy(out, t->step, sizeof *out * (size_t)t->n);
    return false;
}

/* Returns the last loss. */
static double descend(struct trainer *t, izh_flow_progress_fn *progress, void *user, bool *stopped)
{
    double loss = 0, damping = DAMPING;
    bool refused = false; /* then the equations are still those of the step before */
    for (uint32_t i = 1; i <= ITERATIONS; i++) {
        if (!refused)
            loss = look_at_points(t, true);
        const double before = loss;
        refused = !try_flow_step(t, damping, &loss);
        damping = refused ? damping * FLOW_MORE_DAMPING
                          : izh_fmax(damping * FLOW_LESS_DAMPING, DAMPING_LEAST);
        t->flow->iterations = i;
        const izh_flow_progress now = {loss, i, ITERATIONS};
        *stopped = progress && progress(&now, user) != IZH_CONTINUE;
        if (*stopped || (!refused && !(loss < PROGRESS * before)))
            break;
    }
    return loss;
}

static bool allocate(struct trainer *t, size_t n)
{
    const izh_allocator *allocator = &t->flow->allocator;
    t->points = izh_allocate(allocator, t->flow->points, sizeof *t->points);
    t->block = izh_allocate(allocator, n, (BLOCK + 2 * n + 2) * sizeof *t->block);
    if (!t->points || !t->block)
        return false;
    t->sum = t->block + n * BLOCK;
    t->factor = t->sum + n * n;
    t->gradient = t->factor + n * n;
    t->step = t->gradient + n;
    return true;
}

izh_status izh_flow_descend(struct izh_flow *flow, izh_flow_progress_fn *progress, void *user)
{
    struct trainer t = {.flow = flow, .map = &flow->map};
    t.n = IZH_FLOW_OUTPUTS * (flow->map.net.units + 1);
    const size_t n = (size_t)izh_pinn_normal_stride(t.n);
    bool stopped = false;
    const bool able = allocate(&t, n);
    if (able) {
        draw_points(&t, TRAINED);
        flow->residual = __builtin_sqrt(descend(&t, progress, user, &stopped));
        draw_points(&t, OTHERS);
        flow->residual_new = __builtin_sqrt(look_at_points(&t, false));
    }
    izh_release(&flow->allocator, t.points, flow->points, sizeof *t.points);
    izh_release(&flow->allocator, t.block, n, (BLOCK + 2 * n + 2) * sizeof *t.block);
    return !able ? IZH_E_MEMORY : stopped ? IZH_STOPPED : IZH_OK;
}
