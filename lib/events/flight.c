#include "events/flight.h"

#include "events/gradients.h"
#include "methods/ticks.h"
#include "util/float.h"

/* A step that moves the state by no more than this share is one at rest. The length of such a step
 * gets EVEN_BITS bits. */
#define REST_MOVE (8 * DBL_EPSILON)
#define EVEN_BITS 8
#define LATE 0x1p44 /* ms; up to this time, 557 years, times are exact at rest */
/* Fewer ticks than TICKS_LEAST are taken one by one, more than TICKS_MOST in several goes. */
#define TICKS_LEAST 4
#define TICKS_MOST ((int64_t)1 << 52)
#define DEFAULT_MAX_SPIKES_PER_MS 1000
/* On a neuron of the books, an adaptive method takes at most about a tenth of the steps that
 * DEFAULT_MAX_STEPS_PER_MS allows. */
#define DEFAULT_MAX_PARTS_PER_MS 20000
#define DEFAULT_MAX_STEPS_PER_MS 200000

/* ---- what it starts from ---- */

void izh_flight_set_clock(struct izh_flight *f, double t0, double dt)
{
    if (!(dt > 0))
        dt = f->ops->dt;
    f->clock = izh_clock_start(t0, izh_method_chooses_steps(f->ops) ? 0 : dt);
    f->clock.hold = f->ops->dialect ? izh_dialect_hold(f->ops->dialect, dt) : 0;
    f->dt_max = dt > 0 ? dt : IZH_STEP_MAX;
}

double izh_flight_default_steps(const struct izh_flight *f)
{
    return izh_method_chooses_steps(f->ops) ? DEFAULT_MAX_STEPS_PER_MS : DEFAULT_MAX_PARTS_PER_MS;
}

void izh_flight_settle(struct izh_flight *f)
{
    f->step.model = &f->model;
    f->step.count = &f->count;
}

void izh_flight_set_up(struct izh_flight *f, const struct izh_flight_config *config)
{
    f->ops = config->ops;
    f->events = config->events;
    f->report = config->report;
    izh_flight_set_clock(f, config->t0, config->dt);
    f->max_spikes_per_ms =
        config->max_spikes_per_ms > 0 ? config->max_spikes_per_ms : DEFAULT_MAX_SPIKES_PER_MS;
    f->max_steps_per_ms =
        config->max_steps_per_ms > 0 ? config->max_steps_per_ms : izh_flight_default_steps(f);
    f->time = f->spikes.start = f->steps.start = config->t0;
    f->count.unstable_t = f->spike_error = IZH_NAN;
    izh_stimulus_set_constant(&f->stimulus, 0);
    izh_error_bound_clear(&f->error);
    izh_flight_settle(f);
}

void izh_flight_fold(struct izh_flight *f)
{
    const double g = f->stimulus.now.g, E = g != 0 ? f->stimulus.now.E : 0;
    if (g == f->step.g && E == f->step.E)
        return;
    izh_params p = f->params;
    if (g != 0) {
        p.k1 -= g;
        p.k0 += g * E;
    }
    f->step.g = g;
    f->step.E = E;
    izh_model_set(&f->model, &p);
}

void izh_flight_set_params(struct izh_flight *f, const izh_params *params)
{
    f->params = *params;
    izh_model_set(&f->model, params);
    f->step.g = f->step.E = 0;
    izh_flight_fold(f);
}

/* Dialects look for spikes where their programs do: at the end of a step. */
void izh_flight_look_for_spike(struct izh_flight *f)
{
    if (!f->ops->dialect)
        f->spike_due = true;
}

void izh_flight_move(struct izh_flight *f, izh_state state)
{
    izh_flight_cut(f);
    if (state.v != f->now.v || state.u != f->now.u)
        f->why = IZH_END_PLAIN;
    f->now = f->step.from = state;
    izh_flight_end_piece(f);
    izh_flight_look_for_spike(f);
}

void izh_flight_place(struct izh_flight *f, const struct izh_model *model, int64_t tick, double t,
                      izh_state state)
{
    f->model = *model;
    f->clock.tick = tick;
    f->clock.base = f->time = t;
    f->clock.offset = f->cursor = 0;
    f->spikes = f->steps = (struct izh_window){t, 0};
    f->step.from = f->now = state;
    f->step.carry = (struct izh_carry){0};
    f->mark.steps = 0;
    f->stepped = f->spike_due = false;
    f->why = IZH_END_PLAIN;
    f->error.along = f->error.across = IZH_INFINITY;
}

void izh_flight_set_current(struct izh_flight *f, double I)
{
    if (izh_stimulus_is_constant(&f->stimulus, I))
        return;
    izh_flight_cut(f);
    izh_stimulus_set_constant(&f->stimulus, I);
    izh_flight_fold(f);
}

/* ---- the run ---- */

/* Ends the step under way at now. */
static void end_step(struct izh_flight *f)
{
    if (f->stepped && f->cursor > 0) {
        izh_error_bound_step(&f->error, &f->step, f->cursor, f->now);
        if (izh_flight_tangents(f))
            izh_gradients_step(izh_flight_tangents(f), f->ops, &f->step, f->end, f->cursor);
    }
    if (f->stepped || !f->ops->dialect) { /* else a dialect waits at its tick */
        if (f->cursor > 0)
            izh_clock_advance(&f->clock, f->cursor);
        f->cursor = 0;
    }
    f->step.from = f->now;
    f->step.carry = (struct izh_carry){0};
    f->stepped = false;
    if (!f->spike_due) /* a spike that is due stays the one that was found */
        f->why = IZH_END_PLAIN;
}

void izh_flight_cut(struct izh_flight *f)
{
    end_step(f);
    f->mark.steps = 0;
}

/* Whether u grows by itself (a r < 0) and is too large to come back. */
static bool runs_away(const struct izh_model *m, izh_state y)
{
    return m->p.a * m->p.r < 0 && izh_fabs(y.u) > IZH_RUNAWAY_U;
}

static izh_status ask_stimulus(struct izh_flight *f)
{
    struct izh_stimulus *stimulus = &f->stimulus;
    const double t = izh_flight_now(f);
    izh_segment segment = {t, 0, 0};
    double until = IZH_INFINITY;
    f->inside = IZH_CALLBACK_STIMULUS;
    const int32_t answer = stimulus->fn(&segment, &until, f->now, stimulus->user);
    f->inside = IZH_CALLBACK_NONE;
    if (!izh_isfinite(segment.I) || !izh_isfinite(segment.slope))
        return izh_fail(f->report, IZH_E_INVALID,
                        "stimulus callback at %s ms: I = %s, slope = %s must be finite",
                        izh_number(t).text, izh_number(segment.I).text,
                        izh_number(segment.slope).text);
    if (!(izh_clock_until(&f->clock, until) > f->cursor))
        return izh_fail(f->report, IZH_E_INVALID,
                        "stimulus callback at %s ms: until = %s is not later", izh_number(t).text,
                        izh_number(until).text);
    stimulus->now = (izh_input){t, segment.I, segment.slope, 0, 0};
    stimulus->until = until;
    return answer == IZH_CONTINUE ? IZH_OK : IZH_STOPPED;
}

/* Finds where the step first meets the kink or the peak. */
static void find_event(struct izh_flight *f)
{
    const struct izh_model *m = &f->model;
    if (izh_model_has_kink(m) &&
        izh_crossing_first(f->ops, &f->step, izh_line_of_kink(m), &f->end, &f->at_end))
        f->why = IZH_END_KINK;
    if (izh_flight_meets_peak(f->ops, &f->step, &f->end, &f->at_end))
        f->why = IZH_END_SPIKE;
}

static izh_status no_step(struct izh_flight *f, izh_status status)
{
    const char *text = "no next step at %s ms from v = %s, u = %s%s%s";
    const bool known = f->step.residual != 0;
    return izh_fail(f->report, status, text, izh_number(izh_flight_now(f)).text,
                    izh_number(f->now.v).text, izh_number(f->now.u).text,
                    known ? ": residual " : "", known ? izh_number(f->step.residual).text : "");
}

/* Whether the step moved the state by no more than rounding does, under a constant current. The
 * step has at least 1 ms, so that the limit of steps per ms is far. */
static bool rests(const struct izh_step *step)
{
    return step->slope == 0 && step->h >= 1 &&
           izh_fabs(step->to.v - step->from.v) <= REST_MOVE * izh_fabs(step->from.v) &&
           izh_fabs(step->to.u - step->from.u) <= REST_MOVE * izh_fabs(step->from.u);
}

/* At rest, a step whose length the method chose anew gets a length of few bits, which the clock
 * adds without rounding. Otherwise rest() could not go through many of these steps at once and get
 * the same bits. */
static izh_status take_even_step(struct izh_flight *f, double longest)
{
    struct izh_step *step = &f->step;
    if (f->clock.dt > 0 || !rests(step) || step->next_carry.h > 0 ||
        (step->h == longest && longest < f->dt_max))
        return IZH_OK;
    const double unit = izh_pow2(izh_exponent(step->h) - EVEN_BITS);
    const double even = unit * (double)(int)(step->h / unit);
    if (step->h == even)
        return IZH_OK;
    step->h = even;
    return f->ops->step(step);
}

/* Whether a step at rest is so late that the clock cannot resolve times in it. The state then
 * stays. */
static bool stays(const struct izh_flight *f)
{
    return f->clock.dt == 0 && izh_fabs(f->clock.base) > LATE && rests(&f->step);
}

izh_status izh_flight_take_step(struct izh_flight *f)
{
    struct izh_step *step = &f->step;
    if (izh_window_count(&f->steps, izh_clock_time(&f->clock, 0)) >= f->max_steps_per_ms)
        return izh_fail(f->report, IZH_E_DIVERGED,
                        "more than max_steps_per_ms = %s steps within 1 ms at %s ms from v = %s, "
                        "u = %s",
                        izh_number(f->max_steps_per_ms).text, izh_number(izh_flight_now(f)).text,
                        izh_number(f->now.v).text, izh_number(f->now.u).text);
    step->I = izh_stimulus_current(&f->stimulus, &f->clock);
    step->slope = f->stimulus.now.slope;
    step->h = izh_fmin(izh_clock_to_tick(&f->clock), f->dt_max);
    if (!f->ops->dialect)
        step->h = izh_fmin(step->h, izh_clock_until(&f->clock, izh_stimulus_until(&f->stimulus)));
    step->reach = IZH_INFINITY;
    step->error = (izh_state){IZH_INFINITY, IZH_INFINITY};
    step->next_carry = (struct izh_carry){0};
    step->next_memory = 0;
    step->residual = 0;
    step->pull = 0;
    const double longest = step->h;
    if (f->events == IZH_EVENTS_EXACT)
        izh_model_choose_branch(&f->model, step->from, step->I, step->slope);
    izh_status status = f->ops->step(step);
    if (status == IZH_OK)
        status = take_even_step(f, longest);
    if (status != IZH_OK)
        return no_step(f, status);
    if (stays(f))
        step->to = step->from;
    f->end = step->h;
    f->at_end = step->to;
    f->why = IZH_END_PLAIN;
    if (f->events == IZH_EVENTS_EXACT)
        find_event(f);
    if (!izh_flight_sane(f->at_end))
        return izh_fail(f->report, IZH_E_DIVERGED,
                        "v = %s, u = %s after the step of %s ms at %s ms from v = %s, u = %s",
                        izh_number(f->at_end.v).text, izh_number(f->at_end.u).text,
                        izh_number(step->h).text, izh_number(izh_flight_now(f)).text,
                        izh_number(f->now.v).text, izh_number(f->now.u).text);
    if (runs_away(&f->model, f->at_end))
        return izh_fail(f->report, IZH_E_DIVERGED,
                        "u runs away, for a r < 0: v = %s, u = %s at %s ms",
                        izh_number(f->now.v).text, izh_number(f->now.u).text,
                        izh_number(izh_flight_now(f)).text);
    f->shortened = step->h < longest;
    f->stepped = true;
    if (izh_flight_tangents(f))
        izh_gradients_renew(izh_flight_tangents(f), &f->stimulus, &f->clock);
    if (izh_step_unstable(f->ops, step) && f->count.unstable_steps++ == 0)
        f->count.unstable_t = izh_flight_now(f);
    return IZH_OK;
}

static void finish_step(struct izh_flight *f)
{
    const enum izh_flight_end why = f->why;
    if (f->clock.dt == 0 && why == IZH_END_PLAIN && rests(&f->step))
        izh_clock_round(&f->clock, f->step.h);
    f->count.steps++;
    f->cursor = f->end;
    f->now = f->at_end;
    end_step(f);
    f->why = why;
    f->step.memory = f->step.next_memory;
    f->time = izh_flight_now(f);
    izh_window_count(&f->steps, f->time);
    f->steps.count += f->shortened || why != IZH_END_PLAIN;
    if (why == IZH_END_PLAIN)
        f->step.carry = f->step.next_carry;
    if (f->events == IZH_EVENTS_EXACT)
        f->spike_due = why == IZH_END_SPIKE;
    else /* at ticks, or after a shortened step: beyond the peak there may be no step to the next
            tick */
        f->spike_due = f->shortened || izh_clock_on_tick(&f->clock);
}

/* Calls the spike callback. Returns its answer, and in *after the reset that it wants. */
static int32_t call_spike(struct izh_flight *f, double t, izh_state *after)
{
    const izh_spike_event event = {t, 0, 0, f->now};
    if (!f->on_spike)
        return IZH_CONTINUE;
    f->inside = IZH_CALLBACK_SPIKE;
    const int32_t answer = f->on_spike(&event, after, f->on_spike_user);
    f->inside = IZH_CALLBACK_NONE;
    return answer;
}

/* f right after a reset, with whatever the callback has set; NaN if the current is not known. */
static izh_state rhs_after(const struct izh_flight *f, izh_status status, izh_state after)
{
    struct izh_model m;
    if (status < 0 || f->ops->dialect)
        return (izh_state){IZH_NAN, IZH_NAN};
    izh_model_set(&m, &f->model.p);
    return izh_model_rhs(&m, after, izh_stimulus_current(&f->stimulus, &f->clock));
}

/* A function may make the input depend on the state, so a jump of the state ends its answer. In a
 * dialect, input acts only at the start of a step: there the function is asked at the tick at which
 * the dialect stands. */
void izh_flight_end_piece(struct izh_flight *f)
{
    if (f->stimulus.fn)
        f->stimulus.until = f->ops->dialect ? izh_clock_time(&f->clock, 0) : -IZH_INFINITY;
}

static bool fires(const struct izh_flight *f)
{
    if (f->ops->dialect)
        return izh_dialect_fires(f->ops->dialect, f->now.v);
    return !(izh_model_above_peak(&f->model, f->now) < 0);
}

/* The time that is reported for a spike at t, which is now. */
static double label(const struct izh_flight *f, double t)
{
    const struct izh_dialect *dialect = f->ops->dialect;
    return dialect && dialect->label_start ? izh_clock_held_since(&f->clock, f->clock.tick - 1) : t;
}

/* What a dialect does after the reset, with the parameters of the step that ended. */
static izh_state finish_spike(struct izh_flight *f, const izh_params *p, izh_state own,
                              izh_state after)
{
    const struct izh_dialect *dialect = f->ops->dialect;
    struct izh_firing firing = {p, f->clock.dt, f->now, own, after, f->step.memory};
    if (!dialect || !dialect->finish)
        return after;
    dialect->finish(&firing);
    f->step.memory = firing.memory;
    return firing.after;
}

/* Whether t is now, apart from the rounding of the clock. */
static bool is_now(const struct izh_flight *f, double t)
{
    return izh_fabs(izh_clock_until(&f->clock, t)) <=
           4 * DBL_EPSILON * izh_fmax(izh_fabs(t), izh_fabs(f->clock.base));
}

/* Tells the derivatives which pieces begin now. Pieces that had begun before the host gave them do
 * not count. */
static void pass_breakpoints(struct izh_flight *f, const izh_input *before, size_t first)
{
    const izh_input *pieces = f->stimulus.segments;
    for (size_t i = first; i < f->stimulus.next; i++) {
        if (is_now(f, pieces[i].t))
            izh_gradients_breakpoint(izh_flight_tangents(f), before, &pieces[i], i, f->model.w,
                                     f->now);
        before = &pieces[i];
    }
}

/* Moves the stimulus on to what holds now. */
static izh_status next_stimulus(struct izh_flight *f)
{
    const bool stirs = izh_stimulus_stirs(&f->stimulus, &f->clock);
    const bool ended = izh_stimulus_ended(&f->stimulus, &f->clock);
    if (!stirs && !ended)
        return IZH_OK;
    f->step.carry = (struct izh_carry){0};
    f->mark.steps = 0;
    if (!ended)
        return IZH_OK;
    if (f->stimulus.fn)
        return ask_stimulus(f);
    const izh_input before = f->stimulus.now;
    const size_t first = f->stimulus.next;
    izh_stimulus_next_segment(&f->stimulus, &f->clock);
    if (izh_flight_tangents(f))
        pass_breakpoints(f, &before, first);
    izh_flight_fold(f);
    return IZH_OK;
}

/* If v is at the peak, emits a spike and resets. On error the state stays before the spike; it
 * stays after the reset only if the stimulus function, which is asked there, fails. */
static izh_status spike(struct izh_flight *f)
{
    if (!fires(f)) {
        f->spike_due = false;
        return IZH_OK;
    }
    const double t = izh_flight_now(f);
    if (izh_window_count(&f->spikes, t) + 1 > f->max_spikes_per_ms)
        return izh_fail(f->report, IZH_E_DIVERGED,
                        "more than max_spikes_per_ms = %s spikes within 1 ms at %s ms",
                        izh_number(f->max_spikes_per_ms).text, izh_number(t).text);
    const struct izh_crossing crossing = {
        f->now,
        izh_model_rhs(&f->model, f->now, izh_stimulus_current(&f->stimulus, &f->clock)),
        {1, -f->model.p.vpeak_u},
        f->why == IZH_END_SPIKE};
    const izh_params p = f->model.p; /* the callback may set others */
    const izh_state own = izh_model_reset(&f->model, f->now);
    const bool unclamped = f->model.p.u_max > f->now.u + f->model.p.d;
    const double c_u = f->model.p.c_u;
    izh_state after = own;
    f->spike_error = izh_error_bound_time(&f->error, &crossing, t);
    if (izh_flight_tangents(f))
        izh_gradients_spike(izh_flight_tangents(f), &crossing);
    const int32_t answer = call_spike(f, label(f, t), &after);
    if (!izh_flight_sane(after))
        return izh_fail(f->report, IZH_E_RESET, "reset to v = %s, u = %s at %s ms is beyond 1e100",
                        izh_number(after.v).text, izh_number(after.u).text, izh_number(t).text);
    izh_status status = izh_check_reset(f->report, &f->model, after, t);
    if (status != IZH_OK)
        return status;
    const double memory = f->step.memory;
    const izh_state next = finish_spike(f, &p, own, after);
    if (!izh_flight_sane(next)) { /* what a dialect does after its reset diverged */
        f->step.memory = memory;
        return izh_fail(f->report, IZH_E_DIVERGED, "v = %s, u = %s after the spike at %s ms",
                        izh_number(next.v).text, izh_number(next.u).text, izh_number(t).text);
    }
    f->count.spikes++;
    f->spikes.count++;
    f->spike_due = false;
    f->now = next;
    izh_flight_cut(f);
    izh_flight_end_piece(f);
    /* The stimulus moves on now and not at the next step: the bound needs the rate after the
     * reset. */
    status = f->ops->dialect ? IZH_OK : next_stimulus(f);
    const izh_state rate = rhs_after(f, status, after);
    izh_error_bound_reset(&f->error, &crossing, after, rate, after.v == own.v ? c_u : 0,
                          after.u == own.u && unclamped ? 1 : 0);
    if (izh_flight_tangents(f))
        izh_gradients_reset(izh_flight_tangents(f), &crossing, &p, own, after, rate);
    return status == IZH_OK && answer != IZH_CONTINUE ? IZH_STOPPED : status;
}

/* Moves now into the step under way. */
static izh_status look_inside(struct izh_flight *f, double cursor)
{
    const izh_state y = stays(f) ? f->step.from : izh_step_dense(f->ops, &f->step, cursor);
    if (!izh_flight_sane(y))
        return izh_fail(f->report, IZH_E_DIVERGED, "v = %s, u = %s at %s ms", izh_number(y.v).text,
                        izh_number(y.u).text, izh_number(izh_clock_time(&f->clock, cursor)).text);
    f->cursor = cursor;
    f->now = y;
    return IZH_OK;
}

void izh_flight_gradients(struct izh_flight *f, izh_state *out)
{
    if (f->stepped && f->cursor > 0 && !stays(f))
        izh_gradients_at(izh_flight_tangents(f), f->ops, &f->step, f->end, f->cursor, out);
    else
        izh_gradients_now(izh_flight_tangents(f), out);
}

/* ---- rest ---- */

static void set_mark(struct izh_flight *f, uint32_t steps)
{
    const izh_statistics *n = &f->count;
    f->mark = (struct izh_mark){steps,
                                steps,
                                f->clock.base,
                                f->clock.offset,
                                f->now,
                                f->error,
                                {n->steps, n->rhs, n->rejected, n->iterations}};
    if (izh_flight_tangents(f))
        izh_gradients_mark(izh_flight_tangents(f));
}

static bool same_bound(const struct izh_error_bound *x, const struct izh_error_bound *y)
{
    return x->q.v == y->q.v && x->q.u == y->q.u && x->along == y->along && x->across == y->across;
}

/* Whether everything that the next steps depend on is as it was at the mark. */
static bool at_mark(const struct izh_flight *f)
{
    const struct izh_mark *m = &f->mark;
    return f->now.v == m->now.v && f->now.u == m->now.u && f->step.carry.h == 0 &&
           same_bound(&f->error, &m->error) &&
           (!izh_flight_tangents(f) || izh_gradients_at_mark(izh_flight_tangents(f)));
}

/* Adds what was counted since the mark, `times` times. */
static void count_again(uint64_t *sum, uint64_t before, double times)
{
    const uint64_t x = *sum - before;
    if (x > 0)
        *sum = (double)*sum + times * (double)x < 0x1p63 ? *sum + (uint64_t)times * x : UINT64_MAX;
}

static void repeat_steps(struct izh_flight *f, double length, double times)
{
    const struct izh_mark *m = &f->mark;
    izh_clock_advance_far(&f->clock, length * times);
    f->time = izh_flight_now(f);
    count_again(&f->count.steps, m->counted.steps, times);
    count_again(&f->count.rhs, m->counted.rhs, times);
    count_again(&f->count.rejected, m->counted.rejected, times);
    count_again(&f->count.iterations, m->counted.iterations, times);
}

/* Goes at once through the rounds that end well before t_end and before the input changes. */
static void repeat_rounds(struct izh_flight *f, double t_end)
{
    const struct izh_mark *m = &f->mark;
    const double passed = (f->clock.base - m->base) + (f->clock.offset - m->offset);
    /* passed is 0 if t is so large that a step does not change it. */
    const double length = passed > 0 ? passed : f->step.h;
    double left = izh_fmin(izh_clock_until(&f->clock, t_end),
                           izh_clock_until(&f->clock, izh_stimulus_until(&f->stimulus)));
    if (izh_fabs(f->clock.base) < 4 * length) /* the clock may still round */
        return;
    if (f->clock.base < LATE)
        left = izh_fmin(left, LATE - f->clock.base);
    const double times = izh_round(left / length - 3);
    if (times >= 1)
        repeat_steps(f, length, times);
}

/* Steps whose length the method chooses depend, under a constant current, on the state alone. So
 * once they have come back to an earlier state, to the bit, they go round for as long as the
 * current holds, and going through many rounds at once gives the same bits. The mark moves after 1,
 * 2, 4, ... steps, so that a round of any length is found (R. P. Brent, BIT 20 (1980), 176-184). */
static void rest(struct izh_flight *f, double t_end)
{
    struct izh_mark *m = &f->mark;
    if (f->clock.dt > 0 || f->why != IZH_END_PLAIN || !rests(&f->step) ||
        f->steps.start > f->time) {
        m->steps = 0;
        return;
    }
    if (m->steps && at_mark(f)) {
        repeat_rounds(f, t_end);
        m->steps = 0;
    }
    if (!m->steps)
        set_mark(f, 1);
    else if (!--m->left)
        set_mark(f, 2 * m->steps);
}

/* ---- many ticks at once ---- */

/* How many ticks from now on surely end at t or before it. */
static int64_t ticks_until(const struct izh_clock *c, double t)
{
    if (t == IZH_INFINITY)
        return TICKS_MOST;
    const double ticks = izh_round((t - c->t0) / c->dt);
    const double slack = 4 * DBL_EPSILON * izh_fmax(izh_fabs(t), izh_fabs(c->t0));
    const bool on_tick = izh_fabs(t - (c->t0 + ticks * c->dt)) <= slack; /* the clock's rule */
    const double left = ticks - (on_tick ? 0 : 1) - (double)c->tick;
    return left < TICKS_MOST ? (int64_t)left : TICKS_MOST;
}

/* Takes whole steps as long as surely nothing happens in them. The result is that of single
 * steps. */
static void take_ticks(struct izh_flight *f, double t_end)
{
    const struct izh_clock *c = &f->clock;
    izh_window_count(&f->steps, c->base);
    struct izh_ticks t = {.model = &f->model,
                          .stimulus = &f->stimulus,
                          .clock = c,
                          .exact = f->events == IZH_EVENTS_EXACT,
                          .stable = f->ops->stable,
                          .state = f->now};
    const int64_t most = ticks_until(c, t_end), until = ticks_until(c, f->stimulus.until);
    t.most = most < until ? most : until;
    f->ops->ticks(&t);
    if (t.taken == 0)
        return;
    f->count.steps += (uint64_t)t.taken;
    f->count.rhs += t.rhs;
    if (t.beyond && f->count.unstable_steps == 0)
        f->count.unstable_t = izh_clock_tick_time(c, c->tick + t.first_beyond);
    f->count.unstable_steps += t.beyond;
    for (int64_t k = 1; k <= t.taken; k++)
        izh_window_count(&f->steps, izh_clock_tick_time(c, c->tick + k));
    f->clock.tick += t.taken;
    f->clock.base = f->time = izh_clock_tick_time(c, c->tick);
    f->now = f->step.from = t.state;
    f->step.carry = (struct izh_carry){0};
    f->error.along = f->error.across = IZH_INFINITY; /* these methods give no bound */
    f->why = IZH_END_PLAIN;
    f->mark.steps = 0;
}

/* Whether the flight stands at a tick from which it may take many at once. */
static bool may_take_ticks(const struct izh_flight *f, double left)
{
    return f->ops->ticks && !(f->stimulus.noise.dt > 0) && !f->stepped && f->clock.offset == 0 &&
           f->dt_max >= f->clock.dt && left >= TICKS_LEAST * f->clock.dt &&
           f->steps.count < f->max_steps_per_ms &&
           !(f->events == IZH_EVENTS_EXACT && izh_model_has_kink(&f->model));
}

/* One part of the run: a spike that is due, or a step, or a part of a step. */
static izh_status advance(struct izh_flight *f, double t_end, bool *arrived)
{
    izh_status status = IZH_OK;
    if (f->spike_due)
        return spike(f);
    const double left = izh_clock_until(&f->clock, t_end);
    *arrived = left <= f->cursor;
    if (*arrived)
        return IZH_OK;
    if (!f->stepped && (status = next_stimulus(f)) != IZH_OK)
        return status;
    if (may_take_ticks(f, left)) {
        const int64_t tick = f->clock.tick;
        take_ticks(f, t_end);
        if (f->clock.tick != tick)
            return IZH_OK;
    }
    if (f->ops->dialect && left < izh_clock_to_tick(&f->clock)) {
        f->cursor = left; /* within its tick, a dialect advances only in time */
        *arrived = true;
        return IZH_OK;
    }
    if (!f->stepped && (status = izh_flight_take_step(f)) != IZH_OK)
        return status;
    /* The reported time of a spike is rounded: a run to that time includes the spike. */
    if (left >= f->end || izh_clock_time(&f->clock, f->end) <= t_end) {
        finish_step(f);
        rest(f, t_end);
        return IZH_OK;
    }
    *arrived = true;
    return look_inside(f, left);
}

izh_status izh_flight_run(struct izh_flight *f, double t_end)
{
    bool arrived = false;
    izh_status status = IZH_OK;
    while (!arrived && status == IZH_OK)
        status = advance(f, t_end, &arrived);
    /* The time is what was asked for, to the bit, though the clock may be an ulp beside it; but at
     * a tick it is the tick's. */
    if (status == IZH_OK)
        f->time = f->clock.dt > 0 && f->cursor == 0 && izh_clock_on_tick(&f->clock)
                      ? izh_flight_now(f)
                      : t_end;
    return status;
}
