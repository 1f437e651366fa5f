#include "events/crossing.h"

#include <float.h>

#include "methods/method.h"
#include "util/float.h"

#define QUARTER_TURN 1.5707963267948966
#define PIECES_MAX 1000

/* A point of the step, seen from the line: the gap is below zero before the crossing, and speed is
 * its rate of change. */
struct point {
    double s, gap, speed;
    izh_state y;
};

struct search {
    const struct izh_method_ops *ops;
    const struct izh_step *step;
    struct izh_line line;
    bool turning;         /* search for the zero of speed, where v turns, instead of gap */
    struct izh_step part; /* the step, for trials of a shorter one; set once `trying` */
    bool trying;
};

/* The step for trials of a shorter one: only its inputs, copied once for the whole search. */
static struct izh_step *trial(struct search *search)
{
    struct izh_step *part = &search->part;
    const struct izh_step *step = search->step;
    if (search->trying)
        return part;
    search->trying = true;
    part->model = step->model;
    part->I = step->I;
    part->slope = step->slope;
    part->rtol = step->rtol;
    part->atol = step->atol;
    part->from = step->from;
    part->carry = step->carry;
    part->count = step->count;
    part->work = step->work;
    return part;
}

/* izh_step_dense(), with the search's own copy of the step. */
static izh_state state_at(struct search *search, double s)
{
    const struct izh_step *step = search->step;
    if (search->ops->dense || s <= 0 || s >= step->h)
        return izh_step_dense(search->ops, step, s);
    struct izh_step *part = trial(search);
    part->h = s;
    if (search->ops->step(part) == IZH_OK && part->h == s)
        return part->to;
    return izh_step_dense(search->ops, step, s);
}

/* Sets all of a point except its speed. */
static void glance(struct search *search, double s, struct point *p)
{
    p->s = s;
    p->y = state_at(search, s);
    p->gap = izh_line_gap(search->line, p->y);
    if (izh_isnan(p->gap))
        p->gap = IZH_INFINITY; /* NaN: nothing bounds v beyond the peak */
}

static void take_speed(const struct search *search, struct point *p)
{
    const struct izh_step *step = search->step;
    const izh_state f = izh_model_rhs(step->model, p->y, step->I + step->slope * p->s);
    p->speed = izh_line_speed(search->line, f);
}

static void look_along(struct search *search, double s, struct point *p)
{
    glance(search, s, p);
    take_speed(search, p);
}

static double value(const struct search *search, const struct point *p)
{
    return search->turning ? -p->speed : p->gap;
}

/* ---- a zero ---- */

/* The gap between two points, where x is the share of the way from a to b:
 *
 *     a + speed x + bend x^2 + third x^2 (x - 1)
 *
 * It leaves a with its speed and reaches b. This has all but the last term. */
struct curve {
    double from, width, a, speed, bend;
};

static struct curve curve_between(const struct point *a, const struct point *b)
{
    const double width = b->s - a->s, speed = a->speed * width;
    return (struct curve){a->s, width, a->gap, speed, b->gap - a->gap - speed};
}

/* The zero of the curve's parabola. */
static double parabola_zero(const struct curve *c)
{
    const double root = __builtin_sqrt(c->speed * c->speed - 4 * c->bend * c->a);
    return c->from - c->width * (2 * c->a / (c->speed + root));
}

/* The zero, near p, of the cubic that goes through p, too: by reversion of p's Taylor series (M.
 * Abramowitz and I. Stegun, Handbook of Mathematical Functions (1964), 3.6.25), and one step of
 * Newton's method. */
static double cubic_zero(const struct curve *c, const struct point *p)
{
    const double x = (p->s - c->from) / c->width, inverse = 1 / x;
    const double bend = ((p->gap - c->a) * inverse - c->speed) * inverse;
    const double third = (bend - c->bend) / (x - 1), second = bend + 2 * third * x;
    const double first = c->speed + x * (2 * bend + third * x), divisor = 1 / first;
    const double q = -p->gap * divisor, r = second * divisor;
    const double z = q * (1 - q * (r - q * (2 * r * r - third * divisor)));
    const double gap = p->gap + z * (first + z * (second + z * third));
    return p->s + c->width * (z - gap / (first + z * (2 * second + z * 3 * third)));
}

/* Where to look next between a and b, as a share of the way; c is the point before. Uses inverse
 * quadratic interpolation if that is safe, else the middle (T. R. Chandrupatla, Adv. Eng. Software
 * 28 (1997), 145-149). */
static double interpolate(double a, double b, double c, double fa, double fb, double fc)
{
    const double xi = (a - b) / (c - b), phi = (fa - fb) / (fc - fb);
    if (phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi)
        return fa / (fb - fa) * fc / (fb - fc) +
               (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb);
    return .5;
}

/* Whether the gap at p cannot be told from 0: it is smaller than the rounding of v, or than the
 * change of a gap with this rate over the resolution of s. */
static bool settled(const struct point *p, double rate)
{
    const double gap = izh_fabs(p->gap);
    return gap <= DBL_EPSILON * izh_fabs(p->y.v) || gap <= .5 * DBL_EPSILON * p->s * izh_fabs(rate);
}

static void probe(struct search *search, double s, struct point *p)
{
    if (search->step->count)
        search->step->count->iterations++;
    if (search->turning)
        look_along(search, s, p);
    else
        glance(search, s, p);
}

/* Finds the zero between two points at which the value has opposite signs, to the resolution of s.
 * While turning, the first point found beyond the line will do. */
static void zero(struct search *search, const struct point *from, const struct point *to,
                 struct point *p)
{
    double a = from->s, b = to->s; /* a: the newest; b: on the other side */
    double fa = value(search, from), fb = value(search, to);
    const struct curve curve = curve_between(from, to);
    double s = search->turning ? 0 : parabola_zero(&curve);
    for (bool first = !search->turning;; first = false) {
        if (!((s - a) * (b - s) > 0))
            s = .5 * (a + b);
        probe(search, s, p);
        if (search->turning ? p->gap >= 0 : settled(p, (fb - fa) / (b - a)))
            return;
        double c = a, fc = fa; /* the point before */
        const double fs = value(search, p);
        if ((fs < 0) != (fa < 0)) {
            c = b;
            fc = fb;
            b = a;
            fb = fa;
        }
        a = s;
        fa = fs;
        const double best = izh_fabs(fb) < izh_fabs(fa) ? b : a;
        const double width = b - a, least = DBL_EPSILON * best / izh_fabs(width);
        if (!(izh_fabs(width) > DBL_MIN) || !(least < .5) || fa == 0) {
            if (best != a)
                probe(search, best, p);
            return;
        }
        double t = first ? (cubic_zero(&curve, p) - a) / width : 0;
        if (!(t > 0 && t < 1))
            t = interpolate(a, b, c, fa, fb, fc);
        s = a + izh_fmin(izh_fmax(t, least), 1 - least) * width;
    }
}

/* Whether v may turn beyond the line after a, and return before s. In a short step v does not climb
 * much further than its speed at a would take it. */
static bool may_turn(const struct search *search, const struct point *a, double s)
{
    return a->speed > 0 &&
           (search->ops->pieces > 1 || a->gap + IZH_HUMP * (s - a->s) * a->speed >= 0);
}

/* The crossing between a and b, where b is beyond the line. A step that begins on the line, after
 * an event there, has to leave it first: halving s leads back to a point that is not beyond the
 * line. */
static void crossing(struct search *search, const struct point *a, const struct point *b,
                     struct point *p)
{
    struct point before = *a, beyond = *b;
    while (before.gap >= 0 && beyond.s > DBL_MIN) {
        look_along(search, .5 * beyond.s, p);
        if (p->gap > 0)
            beyond = *p;
        else if (p->gap < 0)
            before = *p;
        else
            return;
    }
    if (beyond.gap > 0 && before.gap < 0)
        zero(search, &before, &beyond, p);
    else
        *p = beyond;
}

/* Into how many pieces to divide the search, so that v turns at most once in each. A linear
 * equation turns twice in a period, and a method that is exact for it may step over many
 * periods. */
static int count_pieces(const struct izh_method_ops *ops, const struct izh_step *step, double h)
{
    if (!ops->pieces)
        return 1;
    const struct izh_jacobian j = izh_model_jacobian(step->model, step->from);
    const double e = .5 * (j.vv - j.uu), d = e * e + j.vu * j.uv;
    const double turns = d < 0 ? h * __builtin_sqrt(-d) / QUARTER_TURN : 0;
    return ops->pieces + (int)izh_fmin(turns, PIECES_MAX);
}

/* Finds the first crossing between two points, between which v turns at most once; returns whether
 * the solution crosses there. */
static bool between(struct search *search, const struct point *a, struct point *b, struct point *p)
{
    struct point top;
    if (b->gap < 0) {
        if (!may_turn(search, a, b->s))
            return false;
        take_speed(search, b);
        if (!(b->speed < 0))
            return false;
        search->turning = true;
        zero(search, a, b, &top);
        search->turning = false;
        b = &top;
    }
    if (b->gap < 0 || (b->gap == 0 && !(a->gap < 0)))
        return false;
    if (b->gap > 0 && a->gap < 0)
        zero(search, a, b, p);
    else
        crossing(search, a, b, p);
    return true;
}

bool izh_crossing_first(const struct izh_method_ops *ops, const struct izh_step *step,
                        struct izh_line line, double *limit, izh_state *at)
{
    const double reach = step->reach + 4 * DBL_EPSILON * (izh_fabs(step->from.v) + step->reach);
    if (line.slope == 0 && reach < -izh_line_gap(line, step->from)) /* even after rounding */
        return false;
    struct search search;
    search.ops = ops;
    search.step = step;
    search.line = line;
    search.turning = search.trying = false;
    const double h = *limit;
    const int pieces = count_pieces(ops, step, h);
    struct point ends[2], p;
    glance(&search, 0, &ends[0]);
    for (int i = 1; i <= pieces; i++) {
        struct point *from = &ends[(i - 1) % 2], *to = &ends[i % 2];
        take_speed(&search, from);
        glance(&search, i == pieces ? h : h * i / pieces, to);
        if (between(&search, from, to, &p)) {
            *limit = p.s;
            *at = izh_line_at(line, p.y.u);
            return true;
        }
    }
    return false;
}
