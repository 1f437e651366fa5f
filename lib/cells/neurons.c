#include "cells/neurons.h"

#include "cells/cells.h"
#include "drive/noise.h"
#include "util/float.h"
#include "util/memory.h"

/* ---- the flight of one of the neurons ---- */

/* The neuron's model; if all parameters agree, all neurons have the same. */
static const struct izh_model *own_model(struct izh_worker *w, size_t i)
{
    if (!w->uniform)
        izh_columns_model(&w->cells->columns, i, &w->model);
    return &w->model;
}

/* k - w G in the cells' precision, as in the kernels. */
static double less_conductance(const struct izh_cells_shape *s, double k, double w, double G)
{
    return s->precision == IZH_F32 ? (double)((float)k - (float)w * (float)G) : k - w * G;
}

/* The neuron's model under a conductance. */
static const struct izh_model *model_of(struct izh_worker *w, size_t i, double G)
{
    const struct izh_cells_shape *s = &w->cells->shape;
    const struct izh_model *own = own_model(w, i);
    struct izh_model *m = &w->conducting;
    if (G == 0)
        return own;
    *m = *own;
    m->p.k1 = less_conductance(s, own->p.k1, s->one_by_one ? 1 : own->w, G);
    m->k1 = s->one_by_one ? m->p.k1 / m->p.cm : m->p.k1;
    return m;
}

static void begin_tick(struct izh_worker *w, int64_t tick)
{
    w->spikes = 0;
    w->beyond.count = 0;
    w->start = izh_tick_time(&w->cells->shape, tick);
    w->end = izh_tick_time(&w->cells->shape, tick + 1);
    w->counts = (uint32_t)(tick - w->cells->work.block.tick) + 1;
}

static void place_neuron(struct izh_worker *w, const struct izh_model *m, size_t i, int64_t tick,
                         izh_state state)
{
    izh_flight_place(&w->flight, m, tick, izh_tick_time(&w->cells->shape, tick), state);
    w->neuron = (uint32_t)i;
}

/* Keeps a spike of the tick under way; returns false if there is no room. However its time is
 * rounded, it is after the tick's start and not after the tick's end. Otherwise the order of spikes
 * would depend on which ticks are sorted together. */
static bool keep_spike(struct izh_worker *w, double t)
{
    if (w->spikes == w->cells->spikes.per_tick)
        return false;
    t = t > w->start ? izh_fmin(t, w->end) : izh_next(w->start);
    w->pending[w->spikes++] = (izh_spike){t, w->neuron, w->counts};
    return true;
}

/* The workers' flights call this at a spike; `user` is the worker. */
static int32_t on_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    (void)after;
    return keep_spike(user, e->t) ? IZH_CONTINUE : IZH_STOP;
}

bool izh_worker_set_up(struct izh_worker *w, struct izh_cells *cells, const izh_params *params,
                       double max_steps_per_ms)
{
    const struct izh_flight_config config = {.ops = izh_method_ops(cells->shape.method),
                                             .events = cells->shape.events,
                                             .max_spikes_per_ms = DBL_MAX, /* limited per tick */
                                             .max_steps_per_ms = max_steps_per_ms,
                                             .report = &w->report};
    struct izh_flight *f = &w->flight;
    w->cells = cells;
    izh_flight_set_up(f, &config);
    izh_flight_set_params(f, params);
    f->on_spike = on_spike;
    f->on_spike_user = w;
    const size_t work = config.ops->work_size;
    return !work || (f->step.work = izh_allocate(&cells->shape.allocator, 1, work));
}

void izh_worker_release(struct izh_worker *w)
{
    if (w->flight.step.work)
        izh_release(&w->cells->shape.allocator, w->flight.step.work, 1, w->flight.ops->work_size);
}

/* Adds the spikes of the tick to the list, and counts even those that do not fit. Adds the steps
 * beyond the limit of stability, too. */
static void end_tick(struct izh_worker *w)
{
    struct izh_cells *c = w->cells;
    for (uint32_t k = 0; k < w->spikes; k++) {
        const size_t at = atomic_fetch_add_explicit(&c->spikes.count, 1, memory_order_relaxed);
        if (at < c->spikes.capacity)
            c->spikes.list[at] = w->pending[k];
    }
    izh_unstable_add(&w->unstable, w->beyond);
    w->spikes = 0;
    w->beyond.count = 0;
}

/* Runs the flight to the end of the tick. */
static izh_status run_tick(struct izh_worker *w, double I)
{
    struct izh_flight *f = &w->flight;
    if (!izh_isfinite(I))
        return IZH_E_DIVERGED;
    izh_flight_set_current(f, I);
    /* Limits count by ticks, whatever the block, unless an anchor carries the count. */
    f->spikes = (struct izh_window){w->start, 0};
    if (!w->cells->states.anchors[0])
        f->steps = f->spikes;
    f->count.unstable_steps = 0;
    const izh_status status = izh_flight_run(f, w->end);
    w->beyond = (struct izh_unstable){f->count.unstable_steps, f->count.unstable_t, w->neuron};
    return status == IZH_STOPPED ? IZH_E_DIVERGED : status; /* too many spikes */
}

/* The nearest float. It goes through memory because GCC 12 omits the rounding when it puts two of
 * them into one vector (-O3). */
static double nearest_float(double x)
{
    volatile float y = (float)x;
    return (double)y;
}

/* A state in the cells' precision, but still below the peak. */
static izh_state rounded(const struct izh_cells_shape *s, const struct izh_model *m, izh_state y)
{
    if (s->precision != IZH_F32)
        return y;
    y = (izh_state){nearest_float(y.v), nearest_float(y.u)};
    for (double down = (double)FLT_MIN; izh_model_above_peak(m, y) >= 0; down *= 2)
        y.v = nearest_float(y.v - izh_fabs(y.v) * (double)FLT_EPSILON - down);
    return y;
}

/* ---- the limit of stability ---- */

static void count_unstable(const struct izh_worker *w, struct izh_unstable *to, double t)
{
    izh_unstable_add(to, (struct izh_unstable){1, t, w->neuron});
}

void izh_neuron_unstable(const struct izh_kernel_job *job, uint64_t tick, size_t i)
{
    struct izh_worker *w = job->context;
    const struct izh_cells *c = w->cells;
    w->neuron = (uint32_t)i;
    /* Padding and neurons in trouble do not count. */
    if (i < c->shape.n && !izh_bit(c->states.lost[izh_states_next_side(&c->states)], i))
        count_unstable(w, &w->unstable, izh_tick_time(&c->shape, (int64_t)tick));
}

/* ---- events ---- */

/* What flows into a neuron in a tick. */
struct inflow {
    double I, G;
};

/* What flows into neuron i, which is at y after its jump. */
static struct inflow inflow(struct izh_worker *w, size_t i, int64_t tick, izh_state y)
{
    const struct izh_cells *c = w->cells;
    struct inflow in = {izh_column_get(&c->columns, IZH_CONSTANT_I, i), 0};
    struct izh_kernel_input input = {.I = &in.I, .G = w->job.conducts ? &in.G : NULL};
    union {
        double f64;
        float f32;
    } v, u;
    if (w->job.sees) {
        izh_real_set(&c->shape, &v, 0, y.v);
        izh_real_set(&c->shape, &u, 0, y.u);
        input.v = &v;
        input.u = &u;
    }
    if (w->job.drive)
        w->job.drive(&w->job, (uint64_t)tick, i, 1, &input);
    in.I = izh_rounded(&c->shape, in.I);
    in.G = izh_rounded(&c->shape, in.G);
    if (c->noise.sigma > 0)
        in.I += c->noise.sigma * izh_normal_f64(c->noise.seed, c->shape.first + i, (uint64_t)tick);
    return in;
}

/* Whether a step surely met no event: v kept to its side of the peak and of the kink, and did not
 * turn on its way towards them. */
static bool has_no_event(const struct izh_model *m, izh_state from, izh_state to, double I)
{
    if (!izh_flight_sane(to) || !(izh_model_above_peak(m, to) < 0))
        return false;
    const izh_state f0 = izh_model_rhs(m, from, I), f1 = izh_model_rhs(m, to, I);
    const double u = m->p.vpeak_u;
    if (f0.v - u * f0.u > 0 && f1.v - u * f1.u < 0)
        return false;
    return !izh_model_has_kink(m) ||
           ((from.v - m->p.vb) * (to.v - m->p.vb) > 0 && (f0.v > 0) == (f1.v > 0));
}

/* Keeps a spike of the tick that is under way, and resets. */
static izh_status spike_neuron(struct izh_worker *w, const struct izh_model *m, double t,
                               izh_state *y)
{
    if (!keep_spike(w, t))
        return IZH_E_DIVERGED;
    *y = izh_model_reset(m, *y);
    return izh_flight_sane(*y) && izh_model_above_peak(m, *y) < 0 ? IZH_OK : IZH_E_RESET;
}

/* Takes a neuron without a kink over a tick with exact events. It does what a flight does, without
 * what a flight keeps for a host meanwhile: callbacks, bounds, messages, a step to look into. With
 * whole flights instead, a population that spikes at 80 Hz takes a third more instructions. */
static izh_status pass_tick(struct izh_worker *w, const struct izh_model *m, int64_t tick, double I,
                            izh_state *y)
{
    const struct izh_cells *c = w->cells;
    const struct izh_method_ops *ops = w->flight.ops;
    struct izh_clock clock = {c->shape.t0, c->shape.dt, tick, izh_tick_time(&c->shape, tick), 0, 0};
    struct izh_step *step = &w->step;
    step->model = m;
    step->I = I;
    step->reach = IZH_INFINITY;
    while (clock.tick == tick) {
        step->from = *y;
        step->h = izh_clock_to_tick(&clock);
        step->pull = 0;
        izh_status status = ops->step(step);
        if (status != IZH_OK)
            return status;
        double end = step->h;
        *y = step->to;
        const bool spiked = izh_flight_meets_peak(ops, step, &end, y);
        if (!izh_flight_sane(*y))
            return IZH_E_DIVERGED;
        if (izh_step_unstable(ops, step))
            count_unstable(w, &w->beyond, izh_clock_time(&clock, 0));
        izh_clock_advance(&clock, end);
        if (spiked && (status = spike_neuron(w, m, izh_clock_time(&clock, 0), y)) != IZH_OK)
            return status;
    }
    return IZH_OK;
}

/* Takes a neuron over a tick to *y, by a flight if it may meet more than the peak. On entry *y is
 * what the kernel gave. It stays that if no spike is found: in float32 it must be the same as for
 * neurons that get no closer look. */
static izh_status take_tick(struct izh_worker *w, const struct izh_model *m, size_t i, int64_t tick,
                            double I, izh_state from, izh_state *y)
{
    if (w->cells->shape.events == IZH_EVENTS_EXACT && !izh_model_has_kink(m)) {
        const izh_state to = *y;
        const uint32_t spikes = w->spikes; /* by the neuron's jump */
        *y = from;
        const izh_status status = pass_tick(w, m, tick, I, y);
        if (status == IZH_OK && w->spikes == spikes && izh_flight_sane(to) &&
            izh_model_above_peak(m, to) < 0)
            *y = to;
        return status;
    }
    place_neuron(w, m, i, tick, from);
    const izh_status status = run_tick(w, I);
    *y = w->flight.now;
    return status;
}

/* Keeps the spike of a jump, which is at the tick's start, and checks its reset. */
static izh_status keep_jump(struct izh_worker *w, const struct izh_model *m, izh_state after)
{
    const bool good = izh_in_range(&w->cells->shape, after) && izh_model_above_peak(m, after) < 0;
    w->pending[w->spikes++] = (izh_spike){w->start, w->neuron, w->counts};
    return good ? IZH_OK : IZH_E_RESET;
}

/* Takes a neuron from its state after the tick's jump over the step to *y. On entry *y is what the
 * kernel gave. */
static izh_status take_event(struct izh_worker *w, const struct izh_kernel_event *e, izh_state *y)
{
    const struct izh_cells_shape *shape = &w->cells->shape;
    const int64_t tick = (int64_t)e->tick;
    const struct izh_model *m = model_of(w, e->i, e->G);
    const izh_state from = {e->from_v, e->from_u};
    izh_status status = IZH_OK;
    begin_tick(w, tick);
    if (e->jumped)
        status = keep_jump(w, m, from);
    if (status == IZH_OK && !has_no_event(m, from, *y, e->I)) {
        status = take_tick(w, m, e->i, tick, e->I, from, y);
        *y = rounded(shape, m, *y);
    } else if (status == IZH_OK && e->beyond) {
        count_unstable(w, &w->beyond, w->start);
    }
    return status == IZH_OK && !izh_in_range(shape, *y) ? IZH_E_DIVERGED : status;
}

void izh_neuron_event(const struct izh_kernel_job *job, struct izh_kernel_event *e)
{
    struct izh_worker *w = job->context;
    struct izh_cells *c = w->cells;
    const izh_state start = {e->start_v, e->start_u};
    izh_state y = {e->v, e->u};
    w->neuron = (uint32_t)e->i;
    e->v = start.v;
    e->u = start.u;
    if (izh_bit(c->states.lost[izh_states_next_side(&c->states)], e->i))
        return;
    const izh_status status = take_event(w, e, &y);
    if (status != IZH_OK) {
        w->kept[e->i - w->part] = start;
        izh_cells_lose(c, e->i, (int64_t)e->tick, status);
        return;
    }
    end_tick(w);
    e->v = y.v;
    e->u = y.u;
}

/* Makes neuron i jump from *y. */
static izh_status take_jump(struct izh_worker *w, size_t i, int64_t tick, izh_state *y)
{
    const struct izh_cells_shape *shape = &w->cells->shape;
    double dv = 0;
    if (w->job.jump)
        w->job.jump(&w->job, (uint64_t)tick, i, 1, &dv);
    dv = izh_rounded(shape, dv);
    if (dv == 0)
        return IZH_OK;
    const struct izh_model *m = own_model(w, i);
    y->v = izh_rounded(shape, y->v + dv);
    if (izh_model_above_peak(m, *y) < 0)
        return IZH_OK;
    const izh_state after = izh_model_reset(m, *y);
    *y = (izh_state){izh_rounded(shape, after.v), izh_rounded(shape, after.u)};
    return keep_jump(w, m, *y);
}

izh_status izh_neuron_fate(struct izh_worker *w, size_t i, int64_t tick, izh_state from)
{
    w->neuron = (uint32_t)i;
    begin_tick(w, tick);
    izh_status status = take_jump(w, i, tick, &from);
    if (status != IZH_OK)
        return status;
    const struct inflow in = inflow(w, i, tick, from);
    place_neuron(w, model_of(w, i, in.G), i, tick, from);
    status = run_tick(w, in.I);
    return status < 0 ? status : IZH_E_DIVERGED;
}

/* ---- methods without a kernel ---- */

/* Resumes the step under way. */
static void take_up(struct izh_worker *w, const struct izh_anchor *anchor, izh_state now)
{
    struct izh_flight *f = &w->flight;
    const double t = f->time;
    f->clock.base = anchor->base;
    f->clock.offset = anchor->offset;
    f->steps = anchor->steps;
    f->step.from = anchor->from;
    f->cursor = izh_clock_until(&f->clock, t);
    f->now = f->cursor > 0 ? now : anchor->from;
}

static void keep(const struct izh_worker *w, struct izh_anchor *anchor)
{
    const struct izh_flight *f = &w->flight;
    *anchor = (struct izh_anchor){f->clock.base, f->clock.offset, f->step.from, f->stimulus.now.I,
                                  f->steps};
}

/* Takes the flight, which is at y, a tick further. A jump starts a new step, and so do the
 * beginning and the end of a conductance. */
static izh_status fly_tick(struct izh_worker *w, size_t i, int64_t tick, izh_state y)
{
    struct izh_flight *f = &w->flight;
    const izh_state before = y;
    begin_tick(w, tick);
    izh_status status = take_jump(w, i, tick, &y);
    if (status != IZH_OK)
        return status;
    if (y.v != before.v || y.u != before.u)
        izh_flight_move(f, y);
    const struct inflow in = inflow(w, i, tick, y);
    if (in.G == 0)
        return run_tick(w, in.I);
    izh_flight_cut(f);
    f->model = *model_of(w, i, in.G);
    status = run_tick(w, in.I);
    if (status == IZH_OK)
        izh_flight_cut(f);
    f->model = *own_model(w, i);
    return status;
}

void izh_neuron_run(struct izh_worker *w, size_t i, int64_t tick, int steps)
{
    struct izh_cells *c = w->cells;
    const int to = izh_states_next_side(&c->states);
    izh_state y = izh_states_get(&c->states, w->from, i);
    struct izh_anchor anchor = {0};
    const int64_t end = tick + steps;
    if (c->states.anchors[0])
        anchor = c->states.anchors[w->from][i];
    bool placed = false;
    for (; tick < end && !izh_bit(c->states.lost[to], i); tick++) {
        if (!placed) {
            place_neuron(w, own_model(w, i), i, tick, y);
            izh_stimulus_set_constant(&w->flight.stimulus, anchor.I);
            if (c->states.anchors[0])
                take_up(w, &anchor, y);
        }
        izh_status status = fly_tick(w, i, tick, y);
        const izh_state next = rounded(&c->shape, &w->flight.model, w->flight.now);
        if (status == IZH_OK && !izh_in_range(&c->shape, next))
            status = IZH_E_DIVERGED;
        if (status != IZH_OK) {
            izh_cells_lose(c, i, tick, status);
            break;
        }
        end_tick(w);
        y = next;
        placed = c->shape.precision == IZH_F64;
        if (c->states.anchors[0])
            keep(w, &anchor);
    }
    izh_states_put(&c->states, to, i, y);
    if (c->states.anchors[0])
        c->states.anchors[to][i] = anchor;
}
