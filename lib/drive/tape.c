#include "drive/tape.h"

#include <string.h>

#include "util/float.h"
#include "util/memory.h"

/* ---- memory ---- */

/* Rows are an odd number of cache lines, so that neighbouring traces' samples of one time fall into
 * different sets of the cache. */
size_t izh_tape_row(size_t samples)
{
    const size_t line = 64 / sizeof(double);
    return ((samples + line - 1) / line | 1) * line;
}

static size_t segment_count(const struct izh_tape *tape)
{
    return tape->count ? tape->ends[tape->count - 1] : 0;
}

static bool reserve_samples(struct izh_tape *tape, const izh_allocator *allocator)
{
    if (tape->samples > SIZE_MAX / 2 / sizeof(double))
        return false;
    tape->row = izh_tape_row(tape->samples);
    if (tape->count && tape->row > SIZE_MAX / 2 / sizeof(double) / tape->count)
        return false;
    return (tape->values =
                izh_allocate_raw(allocator, tape->row * tape->count, sizeof *tape->values));
}

static bool reserve_segments(struct izh_tape *tape, const izh_allocator *allocator, size_t segments)
{
    tape->ends = izh_allocate(allocator, tape->count, sizeof *tape->ends);
    tape->segments = izh_allocate(allocator, segments, sizeof *tape->segments);
    if (tape->ends && tape->segments)
        return true;
    izh_release(allocator, tape->ends, tape->count, sizeof *tape->ends);
    izh_release(allocator, tape->segments, segments, sizeof *tape->segments);
    return false;
}

bool izh_tape_reserve(struct izh_tape *tape, const izh_allocator *allocator, size_t segments)
{
    const bool has = tape->samples ? reserve_samples(tape, allocator)
                                   : reserve_segments(tape, allocator, segments);
    if (!has)
        *tape = (struct izh_tape){0};
    return has;
}

void izh_tape_release(struct izh_tape *tape, const izh_allocator *allocator)
{
    izh_release(allocator, tape->values, tape->row * tape->count, sizeof *tape->values);
    if (tape->ends) {
        izh_release(allocator, tape->segments, segment_count(tape), sizeof *tape->segments);
        izh_release(allocator, tape->ends, tape->count, sizeof *tape->ends);
    }
    *tape = (struct izh_tape){0};
}

void izh_tape_copy(struct izh_tape *tape, const izh_traces *traces)
{
    size_t end = 0;
    for (uint32_t k = 0; tape->values && k < tape->count; k++)
        memcpy(tape->values + k * tape->row, traces->values + k * tape->samples,
               tape->samples * sizeof *tape->values);
    for (uint32_t k = 0; tape->ends && k < tape->count; k++)
        tape->ends[k] = end += traces->lengths[k];
    if (end)
        memcpy(tape->segments, traces->segments, end * sizeof *tape->segments);
}

/* ---- checks ---- */

static void check_value(struct izh_checks *c, double x, bool conducts, size_t k, uint32_t trace,
                        size_t sample)
{
    IZH_REQUIRE(c, izh_isfinite(x), IZH_E_INVALID,
                "set_stimulus: traces[%zu]: sample %zu of trace %u is %s, and must be finite", k,
                sample, (unsigned)trace, izh_number(x).text);
    IZH_REQUIRE(c, !conducts || x >= 0, IZH_E_INVALID,
                "set_stimulus: traces[%zu]: sample %zu of trace %u is a conductance, %s, and "
                "negative",
                k, sample, (unsigned)trace, izh_number(x).text);
}

static void check_samples(struct izh_checks *c, const struct izh_tape *tape, size_t k,
                          bool conducts)
{
    for (uint32_t trace = 0; trace < tape->count && c->status == IZH_OK; trace++)
        for (size_t i = 0; i < tape->samples; i++) {
            const double x = tape->values[trace * tape->row + i];
            if (!izh_isfinite(x) || (conducts && x < 0)) {
                check_value(c, x, conducts, k, trace, i);
                return;
            }
        }
}

static bool stays_positive(const struct izh_tape *tape, size_t i, size_t end)
{
    const izh_segment *x = &tape->segments[i];
    return x->I >= 0 && (i + 1 < end ? x->I + x->slope * (x[1].t - x->t) >= 0 : x->slope >= 0);
}

static void check_pieces(struct izh_checks *c, const struct izh_tape *tape, size_t k, bool conducts)
{
    for (uint32_t trace = 0; trace < tape->count; trace++) {
        const size_t first = izh_tape_first(tape, trace), end = tape->ends[trace];
        for (size_t i = first; i < end && c->status == IZH_OK; i++) {
            const izh_segment *x = &tape->segments[i];
            IZH_REQUIRE(c, izh_isfinite(x->t) && izh_isfinite(x->I) && izh_isfinite(x->slope),
                        IZH_E_INVALID,
                        "set_stimulus: traces[%zu]: segment %zu of trace %u: t = %s, I = %s, "
                        "slope = %s must be finite",
                        k, i - first, (unsigned)trace, izh_number(x->t).text, izh_number(x->I).text,
                        izh_number(x->slope).text);
            IZH_REQUIRE(c, i == first || x->t > x[-1].t, IZH_E_INVALID,
                        "set_stimulus: traces[%zu]: segment %zu of trace %u: t = %s is not after "
                        "the one before",
                        k, i - first, (unsigned)trace, izh_number(x->t).text);
            IZH_REQUIRE(c, !conducts || stays_positive(tape, i, end), IZH_E_INVALID,
                        "set_stimulus: traces[%zu]: segment %zu of trace %u is a conductance that "
                        "becomes negative",
                        k, i - first, (unsigned)trace);
        }
    }
}

void izh_check_tape(struct izh_checks *c, const struct izh_tape *tape, size_t k, bool conducts)
{
    if (tape->values)
        check_samples(c, tape, k, conducts);
    else
        check_pieces(c, tape, k, conducts);
}

/* ---- regular samples ---- */

/* A t within 4 ulp of a time means that time, as for ticks. */
static bool means(const struct izh_tick *tick, double t, double time)
{
    const double size = izh_fmax(izh_fabs(time), izh_fmax(izh_fabs(t), izh_fabs(tick->t0)));
    return izh_fabs(t - time) <= 4 * DBL_EPSILON * size;
}

/* A time in units of samples, from the first one. */
static double in_samples(const struct izh_tape *tape, const struct izh_tick *tick, double t)
{
    const double x = (t - tape->t) / tape->dt, nearest = izh_round(x);
    return means(tick, t, tape->t + nearest * tape->dt) ? nearest : x;
}

/* The number of intervals between samples. A held sample has an interval of its own; lines lead
 * from one sample to the next, so they have one interval less. */
static double count_intervals(const struct izh_tape *tape)
{
    return (double)tape->samples - (tape->between == IZH_LINEAR ? 1 : 0);
}

/* Sets the weights for a place that lies in the interval after sample `at`. */
static void use_one(const struct izh_tape *tape, struct izh_tape_place *p)
{
    const double middle = ((p->from - (double)p->at) + (p->to - (double)p->at)) / 2;
    p->used = tape->between == IZH_LINEAR ? 2 : 1;
    p->weight[0] = p->used == 2 ? 1 - middle : 1;
    p->weight[1] = p->used == 2 ? middle : 0;
}

struct izh_tape_place izh_tape_find(const struct izh_tape *tape, const struct izh_tick *tick)
{
    struct izh_tape_place p = {
        in_samples(tape, tick, tick->from), in_samples(tape, tick, tick->to), {0, 0}, 0, 0};
    const double end = count_intervals(tape);
    if (!(p.to > 0 && p.from < end))
        return p;
    p.at = p.from > 0 ? (size_t)p.from : 0;
    p.used = 3;
    if (p.from >= 0 && p.to <= end && p.to <= (double)p.at + 1)
        use_one(tape, &p);
    return p;
}

/* The mean over a place that does not lie in one interval. */
static double mean_of_many(const struct izh_tape *tape, const struct izh_tape_place *place,
                           const double *x)
{
    const double end = izh_fmin(place->to, count_intervals(tape));
    const bool linear = tape->between == IZH_LINEAR;
    double sum = 0;
    for (size_t i = place->at; (double)i < end; i++) {
        const double from = izh_fmax(place->from - (double)i, 0), to = izh_fmin(end - (double)i, 1);
        const double middle = (from + to) / 2;
        sum += (to - from) * (linear ? (1 - middle) * x[i] + middle * x[i + 1] : x[i]);
    }
    return sum / (place->to - place->from);
}

/* ---- pieces ---- */

/* The last piece that begins at a time or before it; `first` if no piece does. */
static size_t piece_at(const struct izh_tape *tape, const struct izh_tick *tick, size_t first,
                       size_t end, double t)
{
    while (end - first > 1) {
        const size_t middle = first + (end - first) / 2;
        const double start = tape->segments[middle].t;
        if (start <= t || means(tick, t, start))
            first = middle;
        else
            end = middle;
    }
    return first;
}

/* The time t, limited to the tick. A t that means the tick's start or end becomes that. */
static double on_tick(const struct izh_tick *tick, double t)
{
    if (t <= tick->from || means(tick, t, tick->from))
        return tick->from;
    return t >= tick->to || means(tick, t, tick->to) ? tick->to : t;
}

static double mean_of_pieces(const struct izh_tape *tape, const struct izh_tick *tick, size_t first,
                             size_t end)
{
    const double length = tick->to - tick->from;
    double sum = 0;
    if (first == end)
        return 0;
    for (size_t i = piece_at(tape, tick, first, end, tick->from); i < end; i++) {
        const izh_segment *x = &tape->segments[i];
        const double from = on_tick(tick, x->t),
                     to = i + 1 < end ? on_tick(tick, x[1].t) : tick->to;
        if (from == tick->to)
            break;
        const double mean =
            x->slope == 0 ? x->I : x->I + x->slope * ((from - x->t) + (to - x->t)) / 2;
        if (from == tick->from && to == tick->to)
            return mean;
        sum += (to - from) / length * mean;
    }
    return sum;
}

double izh_tape_mean(const struct izh_tape *tape, const struct izh_tape_place *place,
                     const struct izh_tick *tick, uint32_t trace)
{
    if (!tape->values)
        return mean_of_pieces(tape, tick, izh_tape_first(tape, trace), tape->ends[trace]);
    const double *x = tape->values + trace * tape->row;
    switch (place->used) {
    case 0:
        return 0;
    case 1:
        return x[place->at];
    case 2:
        return place->weight[0] * x[place->at] + place->weight[1] * x[place->at + 1];
    default:
        return mean_of_many(tape, place, x);
    }
}
