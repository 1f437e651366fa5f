#include "events/gradients.h"

#include <string.h>

#include "events/crossing.h"
#include "events/event.h"
#include "util/float.h"

#define RESOLVED 1e-11 /* a series' last terms, as a share of its values */
#define NOTHING 1e-200
#define SHORTENINGS_MAX 100
#define APART_MAX 1000000 /* steps of the tangents' own in one step; so many take seconds */

typedef int64_t pair_bits __attribute__((vector_size(16)));

static izh_state state_of(izh_pair z)
{
    return (izh_state){z[0], z[1]};
}

static izh_pair pair_of(izh_state y)
{
    return (izh_pair){y.v, y.u};
}

void izh_gradients_begin(struct izh_tangents *t)
{
    for (size_t i = 0; i < t->n; i++)
        t->of[i].start = pair_of(t->of[i].of.initial);
    t->ready = false;
}

void izh_gradients_set_up(struct izh_tangents *t, const izh_gradient *of)
{
    for (size_t i = 0; i < t->n; i++) {
        const izh_params *p = &of[i].params;
        t->of[i].of = of[i];
        t->of[i].dt = IZH_NAN;
        t->squares = t->squares || p->k2 != 0;
        t->cubes = t->cubes || p->b3 != 0;
        t->leaks = t->leaks || p->a != 0;
        t->kinked = t->kinked || p->b_lo != p->b_hi || p->b3 != 0;
    }
    izh_gradients_begin(t);
}

/* ---- steps ---- */

/* The derivatives at s. The even and the odd terms are summed apart, since a single chain is
 * long. */
static izh_pair sum_series(const struct izh_tangents *t, const struct izh_tangent *of, double s)
{
    const double x = s / t->unit, x2 = x * x;
    const izh_pair *z = of->series;
    izh_pair even = z[t->terms], odd = z[t->terms - 1];
    for (int n = t->terms - 2; n > 0; n -= 2) {
        even = even * x2 + z[n];
        odd = odd * x2 + z[n - 1];
    }
    return (even * x2 + z[0]) + odd * x;
}

/* Whether v is below vb at the start of a step. If v is at vb, the side to which it leaves
 * counts. */
static bool begins_low(const struct izh_step *step)
{
    struct izh_model m = *step->model;
    if (m.branch != IZH_BRANCH_HI || izh_model_has_kink(&m))
        return m.branch == IZH_BRANCH_LO;
    if (step->from.v != m.p.vb)
        return step->from.v < m.p.vb;
    const izh_state f = izh_model_rhs(&m, step->from, step->I);
    return f.v < 0 || (f.v == 0 && step->slope < f.u);
}

/* The kink, seen from one side, that a derivative meets though U has a single piece for the
 * solution. */
static struct izh_line hidden_kink(const struct izh_tangents *t, const struct izh_model *m)
{
    return (struct izh_line){m->p.vb, 0, t->low ? 1 : -1};
}

static bool may_hide_kink(const struct izh_tangents *t, const struct izh_step *step)
{
    return t->kinked && !izh_model_has_kink(step->model);
}

static izh_pair size_of_pair(izh_pair x)
{
    return (izh_pair)((pair_bits)x & INT64_MAX);
}

static double whole_power(double x, int n)
{
    double result = 1;
    for (; n > 0; n >>= 1, x *= x)
        if (n & 1)
            result *= x;
    return result;
}

/* The factor by which a series is to be shortened so that its last terms become small enough beside
 * its values; 1 or more: not at all. */
static double shortening(double value, double last, int terms)
{
    if (last <= RESOLVED * value || last < NOTHING)
        return 1;
    if (!izh_isfinite(last))
        return .5;
    const double excess = izh_log2_rough(last) - izh_log2_rough(value) - izh_log2_rough(RESOLVED);
    return izh_fmax(.5, izh_exp2_rough(-excess / (terms - 3) - .1));
}

/* How far a series is good, at most h. The length of the step is right for the solution. Near rest,
 * where the solution hardly moves, its series goes much further than those of its derivatives. */
static double good_length_of(const struct izh_tangents *t, struct izh_tangent *of, double h)
{
    const izh_pair *z = of->series + t->terms - 3;
    const bool lost = !izh_isfinite(of->start[0]) || !izh_isfinite(of->start[1]);
    for (int i = 0; i < (lost ? 1 : SHORTENINGS_MAX); i++) {
        const double x = h / t->unit, first = whole_power(x, t->terms - 3);
        of->end = sum_series(t, of, h);
        const izh_pair start = size_of_pair(of->start), end = size_of_pair(of->end);
        const izh_pair last =
            first * (size_of_pair(z[0]) +
                     x * (size_of_pair(z[1]) + x * (size_of_pair(z[2]) + x * size_of_pair(z[3]))));
        const double by = izh_fmin(shortening(izh_fmax(start[0], end[0]), last[0], t->terms),
                                   shortening(izh_fmax(start[1], end[1]), last[1], t->terms));
        if (lost || !(by < 1))
            break;
        h *= by;
    }
    return h;
}

static double good_length_of_all(const struct izh_tangents *t, double h)
{
    double length = h;
    for (size_t i = 0; i < t->n; i++)
        length = izh_fmin(length, good_length_of(t, &t->of[i], h));
    return length;
}

/* As izh_crossing_first(). It is not counted, since the solution itself does not need it. */
static bool meets_hidden_kink(const struct izh_tangents *t, const struct izh_method_ops *ops,
                              const struct izh_step *step, double *limit, izh_state *at)
{
    struct izh_step uncounted = *step;
    uncounted.count = NULL;
    return may_hide_kink(t, step) &&
           izh_crossing_first(ops, &uncounted, hidden_kink(t, step->model), limit, at);
}

/* Whether the series of the step itself suffice to get through it. If so, they are ready. */
static bool in_one(struct izh_tangents *t, const struct izh_method_ops *ops,
                   const struct izh_step *step, double end)
{
    izh_state at;
    double limit = end;
    if (t->ready)
        return true;
    if (step->follows || meets_hidden_kink(t, ops, step, &limit, &at))
        return false;
    ops->tangents(step, t);
    t->ready = good_length_of_all(t, end) == end;
    return t->ready;
}

/* Takes a step of the tangents' own, at most h long, and finds their series over it. Returns how
 * far it goes; the next one starts there, at *to. */
static double step_apart(struct izh_tangents *t, const struct izh_method_ops *ops,
                         struct izh_step *own, double h, izh_state *to)
{
    own->h = h;
    t->low = begins_low(own);
    if (ops->step(own) != IZH_OK)
        return IZH_NAN;
    h = own->h;
    *to = own->to;
    meets_hidden_kink(t, ops, own, &h, to);
    ops->tangents(own, t);
    const double good = good_length_of_all(t, h);
    if (good < h)
        *to = izh_step_dense(ops, own, good);
    return good;
}

/* Derivatives that have decayed become 0. Otherwise they would decay for ever, and a run would
 * never rest. */
static izh_pair unless_faded(izh_pair z)
{
    const izh_pair x = size_of_pair(z);
    return x[0] < NOTHING && x[1] < NOTHING ? (izh_pair){0, 0} : z;
}

static void go_to(struct izh_tangents *t, double s)
{
    for (size_t i = 0; i < t->n; i++)
        t->of[i].start = unless_faded(sum_series(t, &t->of[i], s));
    t->ready = false;
}

static void give_up_tangents(struct izh_tangents *t)
{
    for (size_t i = 0; i < t->n; i++)
        t->of[i].start = (izh_pair){IZH_NAN, IZH_NAN};
}

/* Goes through the first s of a step in steps of the tangents' own, if the step passes over
 * something that they have to resolve. These steps do not depend on s. */
static void go_apart(struct izh_tangents *t, const struct izh_method_ops *ops,
                     const struct izh_step *step, double end, double s)
{
    struct izh_step own = *step;
    const double since = t->since;
    double done = 0;
    own.work = t->work;
    own.count = NULL;
    own.plain = true;
    memset(t->work, 0, ops->work_size);
    for (int i = 0; done < s && i < APART_MAX; i++) {
        izh_state to;
        const double h = step_apart(t, ops, &own, end - done, &to);
        go_to(t, done + h <= s ? h : izh_isnan(h) ? h : s - done);
        own.from = to;
        own.I += own.slope * h;
        done += h;
        t->since = since + done;
    }
    if (done < s)
        give_up_tangents(t);
    t->since = since;
}

void izh_gradients_renew(struct izh_tangents *t, const struct izh_stimulus *stimulus,
                         const struct izh_clock *clock)
{
    t->ready = false;
    t->segment = stimulus->fn ? -1 : stimulus->n ? (int64_t)stimulus->next - 1 : 0;
    t->since = -izh_clock_until(clock, stimulus->now.t);
    t->g = stimulus->now.g;
    t->E = stimulus->now.E;
}

void izh_gradients_step(struct izh_tangents *t, const struct izh_method_ops *ops,
                        const struct izh_step *step, double end, double s)
{
    t->low = begins_low(step);
    if (!in_one(t, ops, step, end)) {
        go_apart(t, ops, step, end, s);
        return;
    }
    if (s < end)
        go_to(t, s);
    for (size_t i = 0; s >= end && i < t->n; i++)
        t->of[i].start = unless_faded(t->of[i].end);
    t->ready = false;
}

void izh_gradients_now(const struct izh_tangents *t, izh_state *out)
{
    for (size_t i = 0; i < t->n; i++)
        out[i] = state_of(t->of[i].start);
}

void izh_gradients_at(struct izh_tangents *t, const struct izh_method_ops *ops,
                      const struct izh_step *step, double end, double s, izh_state *out)
{
    t->low = begins_low(step);
    if (in_one(t, ops, step, end)) {
        for (size_t i = 0; i < t->n; i++)
            out[i] = state_of(sum_series(t, &t->of[i], s));
        return;
    }
    for (size_t i = 0; i < t->n; i++)
        t->of[i].kept = t->of[i].start;
    go_apart(t, ops, step, end, s);
    izh_gradients_now(t, out);
    for (size_t i = 0; i < t->n; i++)
        t->of[i].start = t->of[i].kept;
}

/* ---- inputs and spikes ---- */

/* A piece begins at t, where the rate f jumps. A later t lets the f before it act for longer:
 * d y/d t = f before - f after. */
void izh_gradients_breakpoint(struct izh_tangents *t, const izh_input *before,
                              const izh_input *after, size_t segment, double w, izh_state y)
{
    const double I = before->I + before->slope * (after->t - before->t);
    const double jump =
        w * (I - after->I + (before->g * (before->E - y.v) - after->g * (after->E - y.v)));
    for (size_t i = 0; i < t->n; i++) {
        const izh_gradient *of = &t->of[i].of;
        if (of->of_segment == IZH_SEGMENT_T && of->segment == segment)
            t->of[i].start[0] += jump;
    }
}

/* dt follows from z . gradient + f . gradient dt = d peak, since the solution stays on the line
 * v = vpeak + vpeak_u u. */
void izh_gradients_spike(struct izh_tangents *t, const struct izh_crossing *c)
{
    const double speed = c->gradient.v * c->f.v + c->gradient.u * c->f.u;
    for (size_t i = 0; i < t->n; i++) {
        const izh_params *along = &t->of[i].of.params;
        const izh_state z = state_of(t->of[i].start);
        const double gap = c->gradient.v * z.v + c->gradient.u * z.u -
                           (along->vpeak + along->vpeak_u * c->before.u);
        t->of[i].dt = c->found ? -gap / speed + 0. : 0; /* + 0. turns -0 into 0 */
    }
}

/* The derivative of the state after the reset, at the moving time of the spike. What the host gave
 * in place of the reset is a constant. */
static izh_state through_reset(izh_state z, double dt, const izh_params *along,
                               const struct izh_crossing *c, const izh_params *p, izh_state own,
                               izh_state after)
{
    const izh_state at_spike = {z.v + c->f.v * dt, z.u + c->f.u * dt};
    const bool clamped = !(c->before.u + p->d < p->u_max);
    izh_state moved = {0, 0};
    if (after.v == own.v)
        moved.v = along->c + along->c_u * c->before.u + p->c_u * at_spike.u;
    if (after.u == own.u)
        moved.u = clamped ? along->u_max : at_spike.u + along->d;
    return moved;
}

void izh_gradients_reset(struct izh_tangents *t, const struct izh_crossing *c, const izh_params *p,
                         izh_state own, izh_state after, izh_state f)
{
    for (size_t i = 0; i < t->n; i++) {
        struct izh_tangent *of = &t->of[i];
        const izh_state moved =
            through_reset(state_of(of->start), of->dt, &of->of.params, c, p, own, after);
        of->start = pair_of(moved) - of->dt * pair_of(f);
    }
    t->ready = false;
}

/* ---- rest ---- */

void izh_gradients_mark(struct izh_tangents *t)
{
    for (size_t i = 0; i < t->n; i++)
        t->of[i].marked = t->of[i].start;
}

static bool same_number(double x, double y)
{
    return x == y || (izh_isnan(x) && izh_isnan(y));
}

bool izh_gradients_at_mark(const struct izh_tangents *t)
{
    for (size_t i = 0; i < t->n; i++)
        if (!same_number(t->of[i].start[0], t->of[i].marked[0]) ||
            !same_number(t->of[i].start[1], t->of[i].marked[1]))
            return false;
    return true;
}
