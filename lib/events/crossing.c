#include "events/crossing.h"

#include <float.h>

#include "util/float.h"

#define QUARTER_TURN 1.5707963267948966
#define PIECES_MAX 1000

/* A point of the step, seen from the line: gap is below zero before the crossing, speed its rate.
 */
struct point {
    double s, gap, speed;
    izh_state y;
};

struct search {
    const struct izh_method_ops *ops;
    const struct izh_step *step;
    struct izh_line line;
    bool turning;         /* search for the zero of speed, where v turns, and not of gap */
    struct izh_step part; /* step, for trials of a shorter one; ready once `trying` */
    bool trying;
};

static double gap(struct izh_line l, izh_state y)
{
    return l.side * (y.v - (l.level + l.slope * y.u));
}

/* izh_step_dense, with one copy of the step for all trials of a search. */
static izh_state state_at(struct search *search, double s)
{
    const struct izh_step *step = search->step;
    if (search->ops->dense || s <= 0 || s >= step->h)
        return izh_step_dense(search->ops, step, s);
    if (!search->trying)
        search->part = *step;
    search->trying = true;
    search->part.h = s;
    if (search->ops->step(&search->part) == IZH_OK && search->part.h == s)
        return search->part.to;
    return izh_step_dense(search->ops, step, s);
}

/* Without the speed. */
static struct point glance(struct search *search, double s)
{
    struct point p = {.s = s, .y = state_at(search, s)};
    p.gap = gap(search->line, p.y);
    if (izh_isnan(p.gap))
        p.gap = IZH_INFINITY; /* nothing bounds v beyond the peak: it went through */
    return p;
}

static struct point look(struct search *search, double s)
{
    const struct izh_step *step = search->step;
    struct point p = glance(search, s);
    const izh_state f = izh_model_rhs(step->model, p.y, step->I + step->slope * s);
    p.speed = search->line.side * (f.v - search->line.slope * f.u);
    return p;
}

static double value(const struct search *search, const struct point *p)
{
    return search->turning ? -p->speed : p->gap;
}

/* Where between a and b the gap is likely to be zero, as a share of the way: Hermite's cubic for s
 * as a function of the gap, which stays harmless where v blows up. */
static double likely(const struct point *a, const struct point *b)
{
    const double gap = b->gap - a->gap, slope = gap / (b->s - a->s), r = -a->gap / gap;
    const double t =
        r * (1 - r) * ((1 - r) * (slope / a->speed) - r * (slope / b->speed)) + r * r * (3 - 2 * r);
    return a->speed > 0 && b->speed > 0 && t > 0 && t < 1 ? t : .5;
}

/* The zero between a and b, where the value has opposite signs, to the resolution of s: inverse
 * quadratic interpolation where that is safe, else bisection (T. R. Chandrupatla, Adv. Eng.
 * Software 28 (1997), 145-149). While turning, the first point found beyond the line will do. */
static struct point zero(struct search *search, struct point a, struct point b)
{
    struct point c = a; /* a: the newest; b: on the other side; c: the one before */
    double t = search->turning ? .5 : likely(&a, &b);
    for (;;) {
        const double s = a.s + t * (b.s - a.s);
        const struct point p = search->turning ? look(search, s) : glance(search, s);
        if (search->step->count)
            search->step->count->iterations++;
        if (search->turning && p.gap >= 0)
            return p;
        const double fp = value(search, &p), fa = value(search, &a);
        c = a;
        if ((fp < 0) != (fa < 0)) {
            c = b;
            b = a;
        }
        a = p;
        const double f1 = fp, f2 = value(search, &b), f3 = value(search, &c);
        const struct point best = izh_fabs(f2) < izh_fabs(f1) ? b : a;
        const double width = izh_fabs(b.s - a.s), least = DBL_EPSILON * best.s / width;
        if (!(width > DBL_MIN) || !(least < .5) || value(search, &best) == 0)
            return best;
        const double xi = (a.s - b.s) / (c.s - b.s), phi = (f1 - f2) / (f3 - f2);
        t = .5;
        if (phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi)
            t = f1 / (f2 - f1) * f3 / (f2 - f3) +
                (c.s - a.s) / (b.s - a.s) * f1 / (f3 - f1) * f2 / (f3 - f2);
        t = izh_fmin(izh_fmax(t, least), 1 - least);
    }
}

/* A point between a and b that lies beyond the line, though neither end does; b itself for none. A
 * short step cannot have been much higher than it began to climb. */
static struct point hump(struct search *search, struct point a, struct point b)
{
    if (!(a.speed > 0 && b.speed < 0) ||
        (search->ops->pieces <= 1 && a.gap + IZH_HUMP * (b.s - a.s) * a.speed < 0))
        return b;
    search->turning = true;
    const struct point top = zero(search, a, b);
    search->turning = false;
    return top;
}

/* The crossing between a and b, b being beyond the line. A step that begins on the line, after an
 * event there, first leaves it: by halves, back to a point that is not beyond. */
static struct point crossing(struct search *search, struct point a, struct point b)
{
    while (a.gap >= 0 && b.s > DBL_MIN) {
        const struct point middle = look(search, .5 * b.s);
        if (middle.gap > 0)
            b = middle;
        else if (middle.gap < 0)
            a = middle;
        else
            return middle;
    }
    return b.gap > 0 && a.gap < 0 ? zero(search, a, b) : b;
}

/* Into how many pieces to look, so that v turns at most once in each: a linear equation turns twice
 * in a period, and a method that is exact for it may step over many. */
static int count_pieces(const struct izh_method_ops *ops, const struct izh_step *step, double h)
{
    if (!ops->pieces)
        return 1;
    const struct izh_jacobian j = izh_model_jacobian(step->model, step->from);
    const double e = .5 * (j.vv - j.uu), d = e * e + j.vu * j.uv;
    const double turns = d < 0 ? h * __builtin_sqrt(-d) / QUARTER_TURN : 0;
    return ops->pieces + (int)izh_fmin(turns, PIECES_MAX);
}

bool izh_crossing_first(const struct izh_method_ops *ops, const struct izh_step *step,
                        struct izh_line line, double *limit, izh_state *at)
{
    const double reach = step->reach + 4 * DBL_EPSILON * (izh_fabs(step->from.v) + step->reach);
    if (line.slope == 0 && reach < -gap(line, step->from)) /* even after rounding */
        return false;
    struct search search;
    search.ops = ops;
    search.step = step;
    search.line = line;
    search.turning = search.trying = false;
    const double h = *limit;
    const int pieces = count_pieces(ops, step, h);
    struct point a = look(&search, 0);
    for (int i = 1; i <= pieces; i++) {
        const struct point end = look(&search, i == pieces ? h : h * i / pieces);
        struct point b = end;
        if (b.gap < 0)
            b = hump(&search, a, b);
        if (b.gap > 0 || (b.gap == 0 && a.gap < 0)) {
            const struct point p = crossing(&search, a, b);
            *limit = p.s;
            *at = (izh_state){line.level + line.slope * p.y.u, p.y.u};
            return true;
        }
        a = end;
    }
    return false;
}
