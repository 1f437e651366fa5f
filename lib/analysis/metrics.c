/* Compares spike trains, and describes them. */
#include <izh/metrics.h>

#include <stdbool.h>

#include "util/exp.h"
#include "util/float.h"
#include "util/fpmode.h"
#include "util/memory.h"

/* A spike train: n times, which do not decrease. */
struct train {
    const double *t;
    size_t n;
};

izh_status izh_metric_check(const double *times, size_t n, size_t *at)
{
    IZH_FPMODE;
    size_t i = 0;
    while (times && i < n && izh_isfinite(times[i]) && (i == 0 || times[i - 1] <= times[i]))
        i++;
    if (at)
        *at = i;
    return i == n ? IZH_OK : IZH_E_INVALID;
}

static bool are_trains(const struct train *a, const struct train *b)
{
    return izh_metric_check(a->t, a->n, NULL) == IZH_OK &&
           izh_metric_check(b->t, b->n, NULL) == IZH_OK;
}

/* ---- Gamma ---- */

/* Pairs the first two spikes that can pair: no other choice leaves more pairs to the rest. */
static size_t coincidences(struct train a, struct train b, double precision)
{
    size_t i = 0, j = 0, found = 0;
    while (i < a.n && j < b.n) {
        const double late = a.t[i] - b.t[j];
        if (late > precision)
            j++;
        else if (-late > precision)
            i++;
        else
            i++, j++, found++;
    }
    return found;
}

izh_status izh_metric_coincidence(const double *data, size_t n_data, const double *model,
                                  size_t n_model, double precision, double duration, double *gamma)
{
    IZH_FPMODE;
    const struct train a = {data, n_data}, b = {model, n_model};
    if (!gamma || !are_trains(&a, &b) || !(precision >= 0) || !izh_isfinite(precision) ||
        !(duration > 0) || !izh_isfinite(duration))
        return IZH_E_INVALID;
    const double chance = 2 * ((double)n_model / duration) * precision;
    if (!(chance < 1))
        return IZH_E_INVALID;
    const double half = .5 * ((double)n_data + (double)n_model);
    const double found = (double)coincidences(a, b, precision);
    *gamma = half > 0 ? (found - chance * (double)n_data) / half / (1 - chance) : 1;
    return IZH_OK;
}

/* ---- van Rossum ---- */

/* 1 - exp(-y) for y >= 0, without loss of digits for small y. */
static double lost_digits(double y)
{
    return y < .25 ? -izh_doubles_expm1(izh_doubles_of(-y))[0] : 1 - izh_exp(-y);
}

izh_status izh_metric_van_rossum(const double *a, size_t n_a, const double *b, size_t n_b,
                                 double tau, double *distance)
{
    IZH_FPMODE;
    const struct train x = {a, n_a}, y = {b, n_b};
    if (!distance || !are_trains(&x, &y) || !(tau > 0))
        return IZH_E_INVALID;
    double difference = 0, last = 0, twice = 0;
    for (size_t i = 0, j = 0; i < n_a || j < n_b;) {
        const bool of_a = j == n_b || (i < n_a && a[i] <= b[j]);
        const double t = of_a ? a[i++] : b[j++];
        if (difference != 0) {
            const double passed = (t - last) / tau;
            twice += difference * difference * lost_digits(2 * passed);
            difference *= izh_exp(-passed);
        }
        difference += of_a ? 1 : -1;
        last = t;
    }
    *distance = __builtin_sqrt(.5 * (twice + difference * difference));
    return IZH_OK;
}

/* ---- Victor and Purpura ---- */

static double cost_of_shift(double x, double y, double q)
{
    return q == 0 || x == y ? 0 : q * izh_fabs(x - y);
}

/* row[j]: the cost of turning the first i spikes of a into the first j of b. */
static void next_row(double *row, double t, double q, struct train b)
{
    double diagonal = row[0];
    row[0] += 1;
    for (size_t j = 1; j <= b.n; j++) {
        const double moved = diagonal + cost_of_shift(t, b.t[j - 1], q);
        diagonal = row[j];
        row[j] = izh_fmin(izh_fmin(row[j], row[j - 1]) + 1, moved);
    }
}

izh_status izh_metric_victor_purpura(const double *a, size_t n_a, const double *b, size_t n_b,
                                     double q, const izh_allocator *allocator, double *distance)
{
    IZH_FPMODE;
    static const izh_allocator malloc_and_free;
    const izh_allocator *from = allocator ? allocator : &malloc_and_free;
    struct train x = {a, n_a}, y = {b, n_b};
    if (!distance || !are_trains(&x, &y) || !(q >= 0) || !from->alloc != !from->release)
        return IZH_E_INVALID;
    if (n_a < n_b) {
        x = (struct train){b, n_b};
        y = (struct train){a, n_a};
    }
    double *row = izh_allocate_raw(from, y.n + 1, sizeof *row);
    if (!row)
        return IZH_E_MEMORY;
    for (size_t j = 0; j <= y.n; j++)
        row[j] = (double)j;
    for (size_t i = 0; i < x.n; i++)
        next_row(row, x.t[i], q, y);
    *distance = row[y.n];
    izh_release(from, row, y.n + 1, sizeof *row);
    return IZH_OK;
}

/* ---- SPIKE-distance ---- */

struct window {
    double begin, end;
};

/* A train with two more spikes: number 0 is at begin, number n + 1 at end. */
static double spike_at(const struct train *x, const struct window *w, size_t i)
{
    return i == 0 ? w->begin : i <= x->n ? x->t[i - 1] : w->end;
}

/* A place in a train: between two spikes with different times, of which the later is number i. Each
 * is `gap` away from the nearest spike of the other train. `near` is the last spike of the other
 * train to which the search has come, which only goes on. */
struct train_place {
    struct train train;
    size_t i, near;
    double before, after, gap_before, gap_after;
};

/* The distance of t from the other train's nearest spike. */
static double gap_of(struct train_place *p, const struct train *other, const struct window *w,
                     double t)
{
    while (p->near <= other->n && spike_at(other, w, p->near + 1) <= t)
        p->near++;
    const double above = p->near <= other->n ? spike_at(other, w, p->near + 1) - t : IZH_INFINITY;
    return izh_fmin(izh_fabs(t - spike_at(other, w, p->near)), izh_fabs(above));
}

static void enter_next(struct train_place *p, const struct train *other, const struct window *w)
{
    p->before = p->after;
    p->gap_before = p->gap_after;
    while (p->i < p->train.n + 1 && spike_at(&p->train, w, p->i) <= p->before)
        p->i++;
    p->after = spike_at(&p->train, w, p->i);
    p->gap_after = gap_of(p, other, w, p->after);
}

/* S_1 of the paper. */
static double local(const struct train_place *p, double t)
{
    return (p->gap_before * (p->after - t) + p->gap_after * (t - p->before)) /
           (p->after - p->before);
}

static double dissimilarity(const struct train_place *x, const struct train_place *y, double t)
{
    const double isi_x = x->after - x->before, isi_y = y->after - y->before;
    const double mean = .5 * (isi_x + isi_y);
    return (local(x, t) * isi_y + local(y, t) * isi_x) / (2 * mean * mean);
}

/* Between two spikes of either train S(t) is a straight line. */
static double integral(const struct train *a, const struct train *b, const struct window *w)
{
    struct train_place x = {*a, 0, 0, 0, w->begin, 0, 0}, y = {*b, 0, 0, 0, w->begin, 0, 0};
    double t = w->begin, sum = 0;
    while (t < w->end) {
        if (x.after <= t)
            enter_next(&x, b, w);
        if (y.after <= t)
            enter_next(&y, a, w);
        const double until = izh_fmin(x.after, y.after);
        sum += .5 * (until - t) * (dissimilarity(&x, &y, t) + dissimilarity(&x, &y, until));
        t = until;
    }
    return sum;
}

static bool is_within(const struct train *x, const struct window *w)
{
    return x->n == 0 || (x->t[0] >= w->begin && x->t[x->n - 1] <= w->end);
}

izh_status izh_metric_spike(const double *a, size_t n_a, const double *b, size_t n_b, double begin,
                            double end, double *distance)
{
    IZH_FPMODE;
    const struct train x = {a, n_a}, y = {b, n_b};
    const struct window w = {begin, end};
    if (!distance || !are_trains(&x, &y) || !(begin < end) || !izh_isfinite(begin) ||
        !izh_isfinite(end) || !is_within(&x, &w) || !is_within(&y, &w))
        return IZH_E_INVALID;
    *distance = integral(&x, &y, &w) / (end - begin);
    return IZH_OK;
}

/* ---- intervals ---- */

/* (y - x)/(x + y) */
static double contrast(double x, double y)
{
    return x + y > 0 ? (y - x) / (x + y) : 0;
}

/* The statistics that need at least two intervals. */
static void describe_variation(izh_intervals *of, const double *t)
{
    const double n = (double)of->count;
    double squares = 0, local_squares = 0, contrasts = 0;
    for (size_t i = 0; i < of->count; i++) {
        const double interval = t[i + 1] - t[i], off = interval - of->mean;
        squares += off * off;
        if (i == 0)
            continue;
        const double c = contrast(t[i] - t[i - 1], interval);
        local_squares += c * c;
        contrasts += c;
    }
    of->cv = of->mean > 0 ? __builtin_sqrt(squares / (n - 1)) / of->mean : 0;
    of->lv = 3 * local_squares / (n - 1);
    of->adaptation = contrasts / (n - 1);
}

izh_status izh_metric_intervals(const double *times, size_t n, izh_intervals *intervals)
{
    IZH_FPMODE;
    if (izh_metric_check(times, n, NULL) != IZH_OK)
        return IZH_E_INVALID;
    izh_intervals of = {.count = n > 1 ? n - 1 : 0,
                        .rate = IZH_NAN,
                        .mean = IZH_NAN,
                        .cv = IZH_NAN,
                        .lv = IZH_NAN,
                        .adaptation = IZH_NAN};
    if (of.count >= 1) {
        of.mean = (times[n - 1] - times[0]) / (double)of.count;
        of.rate = 1000 / of.mean;
    }
    if (of.count >= 2)
        describe_variation(&of, times);
    return izh_statistics_write(intervals, &of, sizeof of);
}
