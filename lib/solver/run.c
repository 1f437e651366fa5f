/* The run of a solver: step, event, callback, reset, and on from there. */
#include "solver/solver.h"

#include "events/crossing.h"
#include "util/float.h"
#include "util/fpmode.h"

/* A u of one ampere, which grows of itself, comes back no more. */
#define RUNAWAY_U 1e12
/* A step that moves the state by so little is one at rest; its length has so many bits. */
#define REST_MOVE (8 * DBL_EPSILON)
#define EVEN_BITS 8
#define LATE 0x1p44 /* ms, up to which times are exact at rest: 557 years */

/* Ends the step under way here and now. */
static void end_step(struct izh_solver *s)
{
    if (s->stepped && s->cursor > 0)
        izh_error_bound_step(&s->error, &s->step, s->cursor, s->now);
    if (s->stepped || !s->ops->dialect) { /* else it waits at its tick */
        if (s->cursor > 0)
            izh_clock_advance(&s->clock, s->cursor);
        s->cursor = 0;
    }
    s->step.from = s->now;
    s->step.carry = (struct izh_carry){0};
    s->stepped = false;
    if (!s->spike_due) /* the spike at hand stays the one that was found */
        s->why = IZH_END_PLAIN;
}

void izh_solver_cut(struct izh_solver *s)
{
    end_step(s);
    s->mark.steps = 0;
}

static bool sane(izh_state y)
{
    return izh_fabs(y.v) < IZH_STATE_MAX && izh_fabs(y.u) < IZH_STATE_MAX;
}

/* Whether u grows of itself (a r < 0) and is beyond return. */
static bool runs_away(const struct izh_model *m, izh_state y)
{
    return m->p.a * m->p.r < 0 && izh_fabs(y.u) > RUNAWAY_U;
}

/* How many of something there were in the millisecond up to t (or in a part of it). */
static double in_window(struct izh_window *window, double t)
{
    if (!(t - window->start < 1))
        *window = (struct izh_window){t, 0};
    return window->count;
}

static izh_status ask_stimulus(struct izh_solver *s)
{
    struct izh_stimulus *stimulus = &s->stimulus;
    const double t = izh_solver_now(s);
    izh_segment segment = {t, 0, 0};
    double until = IZH_INFINITY;
    s->inside = IZH_CALLBACK_STIMULUS;
    const int32_t answer = stimulus->fn(&segment, &until, s->now, stimulus->user);
    s->inside = IZH_CALLBACK_NONE;
    if (!izh_isfinite(segment.I) || !izh_isfinite(segment.slope))
        return izh_fail(&s->report, IZH_E_INVALID,
                        "stimulus callback at %s ms: I = %s, slope = %s must be finite",
                        izh_number(t).text, izh_number(segment.I).text,
                        izh_number(segment.slope).text);
    if (!(izh_clock_until(&s->clock, until) > s->cursor))
        return izh_fail(&s->report, IZH_E_INVALID,
                        "stimulus callback at %s ms: until = %s is not later", izh_number(t).text,
                        izh_number(until).text);
    stimulus->now = (izh_input){t, segment.I, segment.slope, 0, 0};
    stimulus->until = until;
    return answer == IZH_CONTINUE ? IZH_OK : IZH_STOPPED;
}

/* Where the step meets the kink or the peak first. */
static void find_event(struct izh_solver *s)
{
    const struct izh_model *m = &s->model;
    if (izh_model_has_kink(m)) {
        const struct izh_line kink = {m->p.vb, 0, m->branch == IZH_BRANCH_LO ? 1 : -1};
        if (izh_crossing_first(s->ops, &s->step, kink, &s->end, &s->at_end))
            s->why = IZH_END_KINK;
    }
    const struct izh_line peak = {m->p.vpeak, m->p.vpeak_u, 1};
    if (izh_crossing_first(s->ops, &s->step, peak, &s->end, &s->at_end))
        s->why = IZH_END_SPIKE;
}

static izh_status no_step(struct izh_solver *s, izh_status status)
{
    const char *text = "no next step at %s ms from v = %s, u = %s%s%s";
    const bool known = s->step.residual != 0;
    return izh_fail(&s->report, status, text, izh_number(izh_solver_now(s)).text,
                    izh_number(s->now.v).text, izh_number(s->now.u).text,
                    known ? ": residual " : "", known ? izh_number(s->step.residual).text : "");
}

/* Whether the step, of 1 ms at least, so that the limit of steps is far, moved the state by no more
 * than rounding does, under a constant current. */
static bool rests(const struct izh_step *step)
{
    return step->slope == 0 && step->h >= 1 &&
           izh_fabs(step->to.v - step->from.v) <= REST_MOVE * izh_fabs(step->from.v) &&
           izh_fabs(step->to.u - step->from.u) <= REST_MOVE * izh_fabs(step->from.u);
}

/* At rest a step that the method chose afresh gets a length of few bits, which the clock adds
 * without rounding: else `rest` could not go through many of them at once and give the same bits.
 */
static izh_status take_even_step(struct izh_solver *s, double longest)
{
    struct izh_step *step = &s->step;
    if (s->clock.dt > 0 || !rests(step) || step->next_carry.h > 0 ||
        (step->h == longest && longest < s->dt_max))
        return IZH_OK;
    const double unit = izh_pow2(izh_exponent(step->h) - EVEN_BITS);
    const double even = unit * (double)(int)(step->h / unit);
    if (step->h == even)
        return IZH_OK;
    step->h = even;
    return s->ops->step(step);
}

/* Whether a step at rest is so late that the clock tells no place in it: the state then stays. */
static bool stays(const struct izh_solver *s)
{
    return s->clock.dt == 0 && izh_fabs(s->clock.base) > LATE && rests(&s->step);
}

izh_status izh_solver_take_step(struct izh_solver *s)
{
    struct izh_step *step = &s->step;
    if (in_window(&s->steps, izh_clock_time(&s->clock, 0)) >= s->max_steps_per_ms)
        return izh_fail(&s->report, IZH_E_DIVERGED,
                        "more than max_steps_per_ms = %s steps within 1 ms at %s ms from v = %s, "
                        "u = %s",
                        izh_number(s->max_steps_per_ms).text, izh_number(izh_solver_now(s)).text,
                        izh_number(s->now.v).text, izh_number(s->now.u).text);
    step->I = izh_stimulus_current(&s->stimulus, &s->clock);
    step->slope = s->stimulus.now.slope;
    step->h = izh_fmin(izh_clock_to_tick(&s->clock), s->dt_max);
    if (!s->ops->dialect)
        step->h = izh_fmin(step->h, izh_clock_until(&s->clock, s->stimulus.until));
    step->reach = IZH_INFINITY;
    step->error = (izh_state){IZH_INFINITY, IZH_INFINITY};
    step->next_carry = (struct izh_carry){0};
    step->next_memory = 0;
    step->residual = 0;
    step->pull = 0;
    const double longest = step->h;
    if (s->events == IZH_EVENTS_EXACT)
        izh_model_choose_branch(&s->model, step->from, step->I, step->slope);
    izh_status status = s->ops->step(step);
    if (status == IZH_OK)
        status = take_even_step(s, longest);
    if (status != IZH_OK)
        return no_step(s, status);
    if (stays(s))
        step->to = step->from;
    s->end = step->h;
    s->at_end = step->to;
    s->why = IZH_END_PLAIN;
    if (s->events == IZH_EVENTS_EXACT)
        find_event(s);
    if (!sane(s->at_end))
        return izh_fail(&s->report, IZH_E_DIVERGED,
                        "v = %s, u = %s after the step of %s ms at %s ms from v = %s, u = %s",
                        izh_number(s->at_end.v).text, izh_number(s->at_end.u).text,
                        izh_number(step->h).text, izh_number(izh_solver_now(s)).text,
                        izh_number(s->now.v).text, izh_number(s->now.u).text);
    if (runs_away(&s->model, s->at_end))
        return izh_fail(&s->report, IZH_E_DIVERGED,
                        "u runs away, for a r < 0: v = %s, u = %s at %s ms",
                        izh_number(s->now.v).text, izh_number(s->now.u).text,
                        izh_number(izh_solver_now(s)).text);
    s->shortened = step->h < longest;
    s->stepped = true;
    if (izh_step_unstable(s->ops, step) && s->count.unstable_steps++ == 0)
        s->count.unstable_t = izh_solver_now(s);
    return IZH_OK;
}

static void finish_step(struct izh_solver *s)
{
    const enum izh_step_end why = s->why;
    if (s->clock.dt == 0 && why == IZH_END_PLAIN && rests(&s->step))
        izh_clock_round(&s->clock, s->step.h);
    s->count.steps++;
    s->cursor = s->end;
    s->now = s->at_end;
    end_step(s);
    s->why = why;
    s->step.memory = s->step.next_memory;
    s->time = izh_solver_now(s);
    in_window(&s->steps, s->time);
    s->steps.count += s->shortened || why != IZH_END_PLAIN;
    if (why == IZH_END_PLAIN)
        s->step.carry = s->step.next_carry;
    if (s->events == IZH_EVENTS_EXACT)
        s->spike_due = why == IZH_END_SPIKE;
    else /* on the grid; but beyond the peak there may be no step to the next tick */
        s->spike_due = s->shortened || izh_clock_on_tick(&s->clock);
}

/* The spike callback: its answer, and in *after the reset that it wants. */
static int32_t call_spike(struct izh_solver *s, double t, izh_state *after)
{
    const izh_spike_event event = {t, 0, 0, s->now};
    if (!s->on_spike)
        return IZH_CONTINUE;
    s->inside = IZH_CALLBACK_SPIKE;
    const int32_t answer = s->on_spike(&event, after, s->on_spike_user);
    s->inside = IZH_CALLBACK_NONE;
    return answer;
}

/* f right after a reset, under what the callback may have set; NaN where the current is not known.
 */
static izh_state rhs_after(const struct izh_solver *s, izh_status status, izh_state after)
{
    struct izh_model m;
    if (status < 0 || s->ops->dialect)
        return (izh_state){IZH_NAN, IZH_NAN};
    izh_model_set(&m, &s->model.p);
    return izh_model_rhs(&m, after, izh_stimulus_current(&s->stimulus, &s->clock));
}

/* A function may answer by the state: a discontinuity of the state ends its answer. A dialect,
 * where input acts at the start of a step only, asks at the tick at which it stands. */
void izh_solver_end_piece(struct izh_solver *s)
{
    if (s->stimulus.fn)
        s->stimulus.until = s->ops->dialect ? izh_clock_time(&s->clock, 0) : -IZH_INFINITY;
}

static bool fires(const struct izh_solver *s)
{
    if (s->ops->dialect)
        return izh_dialect_fires(s->ops->dialect, s->now.v);
    return !(izh_model_above_peak(&s->model, s->now) < 0);
}

/* The time that a spike at t, now, is given. */
static double label(const struct izh_solver *s, double t)
{
    const struct izh_dialect *dialect = s->ops->dialect;
    return dialect && dialect->label_start ? izh_clock_held_since(&s->clock, s->clock.tick - 1) : t;
}

/* What a dialect does after the reset, with the parameters of the step that ended. */
static izh_state finish_spike(struct izh_solver *s, const izh_params *p, izh_state own,
                              izh_state after)
{
    const struct izh_dialect *dialect = s->ops->dialect;
    struct izh_firing firing = {p, s->clock.dt, s->now, own, after, s->step.memory};
    if (!dialect || !dialect->finish)
        return after;
    dialect->finish(&firing);
    s->step.memory = firing.memory;
    return firing.after;
}

/* Makes the current that holds now known. */
static izh_status next_stimulus(struct izh_solver *s)
{
    if (!izh_stimulus_ended(&s->stimulus, &s->clock))
        return IZH_OK;
    s->step.carry = (struct izh_carry){0};
    s->mark.steps = 0;
    if (s->stimulus.fn)
        return ask_stimulus(s);
    izh_stimulus_next_segment(&s->stimulus, &s->clock);
    izh_solver_fold(s);
    return IZH_OK;
}

/* Spikes and resets if v is at the peak. On error the state stays before the spike. */
static izh_status spike(struct izh_solver *s)
{
    if (!fires(s)) {
        s->spike_due = false;
        return IZH_OK;
    }
    const double t = izh_solver_now(s);
    if (in_window(&s->spikes, t) + 1 > s->max_spikes_per_ms)
        return izh_fail(&s->report, IZH_E_DIVERGED,
                        "more than max_spikes_per_ms = %s spikes within 1 ms at %s ms",
                        izh_number(s->max_spikes_per_ms).text, izh_number(t).text);
    const struct izh_crossing crossing = {
        s->now,
        izh_model_rhs(&s->model, s->now, izh_stimulus_current(&s->stimulus, &s->clock)),
        {1, -s->model.p.vpeak_u},
        s->why == IZH_END_SPIKE};
    const izh_params p = s->model.p; /* the callback may set others */
    const izh_state own = izh_model_reset(&s->model, s->now);
    const bool unclamped = s->model.p.u_max > s->now.u + s->model.p.d;
    const double c_u = s->model.p.c_u;
    izh_state after = own;
    s->spike_error = izh_error_bound_time(&s->error, &crossing, t);
    const int32_t answer = call_spike(s, label(s, t), &after);
    if (!sane(after))
        return izh_fail(&s->report, IZH_E_RESET, "reset to v = %s, u = %s at %s ms is beyond 1e100",
                        izh_number(after.v).text, izh_number(after.u).text, izh_number(t).text);
    if (!(izh_model_above_peak(&s->model, after) < 0))
        return izh_fail(&s->report, IZH_E_RESET,
                        "reset to v = %s, u = %s at %s ms does not lie below the peak",
                        izh_number(after.v).text, izh_number(after.u).text, izh_number(t).text);
    const double memory = s->step.memory;
    const izh_state next = finish_spike(s, &p, own, after);
    if (!sane(next)) { /* what a dialect does after its reset ran away */
        s->step.memory = memory;
        return izh_fail(&s->report, IZH_E_DIVERGED, "v = %s, u = %s after the spike at %s ms",
                        izh_number(next.v).text, izh_number(next.u).text, izh_number(t).text);
    }
    s->count.spikes++;
    s->spikes.count++;
    s->spike_due = false;
    s->now = next;
    izh_solver_cut(s);
    izh_solver_end_piece(s);
    /* Now, and not at the next step: the bound needs the rate after the reset. */
    const izh_status status = s->ops->dialect ? IZH_OK : next_stimulus(s);
    izh_error_bound_reset(&s->error, &crossing, after, rhs_after(s, status, after),
                          after.v == own.v ? c_u : 0, after.u == own.u && unclamped ? 1 : 0);
    return status == IZH_OK && answer != IZH_CONTINUE ? IZH_STOPPED : status;
}

/* Moves now into the step under way. */
static izh_status look_inside(struct izh_solver *s, double cursor)
{
    const izh_state y = stays(s) ? s->step.from : izh_step_dense(s->ops, &s->step, cursor);
    if (!sane(y))
        return izh_fail(&s->report, IZH_E_DIVERGED, "v = %s, u = %s at %s ms", izh_number(y.v).text,
                        izh_number(y.u).text, izh_number(izh_clock_time(&s->clock, cursor)).text);
    s->cursor = cursor;
    s->now = y;
    return IZH_OK;
}

/* ---- rest ---- */

static void set_mark(struct izh_solver *s, uint32_t steps)
{
    const izh_statistics *n = &s->count;
    s->mark = (struct izh_mark){steps,
                                steps,
                                s->clock.base,
                                s->clock.offset,
                                s->now,
                                s->error,
                                {n->steps, n->rhs, n->rejected, n->iterations}};
}

static bool same_bound(const struct izh_error_bound *x, const struct izh_error_bound *y)
{
    return x->q.v == y->q.v && x->q.u == y->q.u && x->along == y->along && x->across == y->across;
}

/* Whether all on which the steps to come depend is as it was at the mark. */
static bool at_mark(const struct izh_solver *s)
{
    const struct izh_mark *m = &s->mark;
    return s->now.v == m->now.v && s->now.u == m->now.u && s->step.carry.h == 0 &&
           same_bound(&s->error, &m->error);
}

/* Adds to what was counted since the mark the same so many times. */
static void count_again(uint64_t *sum, uint64_t before, double times)
{
    const uint64_t x = *sum - before;
    if (x > 0)
        *sum = (double)*sum + times * (double)x < 0x1p63 ? *sum + (uint64_t)times * x : UINT64_MAX;
}

static void repeat_steps(struct izh_solver *s, double length, double times)
{
    const struct izh_mark *m = &s->mark;
    izh_clock_advance_far(&s->clock, length * times);
    s->time = izh_solver_now(s);
    count_again(&s->count.steps, m->counted.steps, times);
    count_again(&s->count.rhs, m->counted.rhs, times);
    count_again(&s->count.rejected, m->counted.rejected, times);
    count_again(&s->count.iterations, m->counted.iterations, times);
}

/* Goes through the rounds that end well before t_end and before the input changes, at once. */
static void repeat_rounds(struct izh_solver *s, double t_end)
{
    const struct izh_mark *m = &s->mark;
    const double passed = (s->clock.base - m->base) + (s->clock.offset - m->offset);
    const double length = passed > 0 ? passed : s->step.h; /* 0 where t is too large for steps */
    double left =
        izh_fmin(izh_clock_until(&s->clock, t_end), izh_clock_until(&s->clock, s->stimulus.until));
    if (izh_fabs(s->clock.base) < 4 * length) /* the clock may still round */
        return;
    if (s->clock.base < LATE)
        left = izh_fmin(left, LATE - s->clock.base);
    const double times = izh_round(left / length - 3);
    if (times >= 1)
        repeat_steps(s, length, times);
}

/* Steps of the method's choice under a constant current depend on the state alone. So where they
 * have come back to a state that was, to the bit, they go round for as long as the current holds,
 * and going through many rounds at once gives the same bits. The mark moves after 1, 2, 4, ...
 * steps, so that a round of any length is found (R. P. Brent, BIT 20 (1980), 176-184). */
static void rest(struct izh_solver *s, double t_end)
{
    struct izh_mark *m = &s->mark;
    if (s->clock.dt > 0 || s->why != IZH_END_PLAIN || !rests(&s->step) ||
        s->steps.start > s->time) {
        m->steps = 0;
        return;
    }
    if (m->steps && at_mark(s)) {
        repeat_rounds(s, t_end);
        m->steps = 0;
    }
    if (!m->steps)
        set_mark(s, 1);
    else if (!--m->left)
        set_mark(s, 2 * m->steps);
}

/* One stretch of the run: a spike that is due, or a step or a part of one. */
static izh_status advance(struct izh_solver *s, double t_end, bool *arrived)
{
    izh_status status = IZH_OK;
    if (s->spike_due)
        return spike(s);
    const double left = izh_clock_until(&s->clock, t_end);
    *arrived = left <= s->cursor;
    if (*arrived)
        return IZH_OK;
    if (!s->stepped && (status = next_stimulus(s)) != IZH_OK)
        return status;
    if (s->ops->dialect && left < izh_clock_to_tick(&s->clock)) {
        s->cursor = left; /* where only time goes on */
        *arrived = true;
        return IZH_OK;
    }
    if (!s->stepped && (status = izh_solver_take_step(s)) != IZH_OK)
        return status;
    /* A spike's reported time is rounded: a run to it has the spike. */
    if (left >= s->end || izh_clock_time(&s->clock, s->end) <= t_end) {
        finish_step(s);
        rest(s, t_end);
        return IZH_OK;
    }
    *arrived = true;
    return look_inside(s, left);
}

static izh_status run_to(struct izh_solver *s, double t_end)
{
    bool arrived = false;
    izh_status status = IZH_OK;
    while (!arrived && status == IZH_OK)
        status = advance(s, t_end, &arrived);
    /* To the bit what was asked, though the clock may stand an ulp beside it; but a tick is a tick.
     */
    if (status == IZH_OK)
        s->time = s->clock.dt > 0 && s->cursor == 0 && izh_clock_on_tick(&s->clock)
                      ? izh_solver_now(s)
                      : t_end;
    return status;
}

static bool in_the_past(const struct izh_solver *s, double t)
{
    return izh_clock_until(&s->clock, t) < s->cursor && t < s->time;
}

izh_status izh_solver_run(izh_solver *s, double t_end)
{
    IZH_FPMODE;
    if (!s)
        return IZH_E_INVALID;
    if (s->inside)
        return izh_fail(&s->report, IZH_E_BUSY,
                        "run inside a callback, or after one that did not return");
    if (!izh_isfinite(t_end) || in_the_past(s, t_end))
        return izh_fail(&s->report, IZH_E_INVALID,
                        "t_end = %s must be finite and not before now, %s ms",
                        izh_number(t_end).text, izh_number(izh_solver_now(s)).text);
    s->fpmode = fpmode_;
    return run_to(s, t_end);
}

static izh_status check_times(struct izh_solver *s, const double *times, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!izh_isfinite(times[i]) || (i ? times[i] < times[i - 1] : in_the_past(s, times[i])))
            return izh_fail(
                &s->report, IZH_E_INVALID, "times[%zu] = %s must be finite and not before %s", i,
                izh_number(times[i]).text, izh_number(i ? times[i - 1] : izh_solver_now(s)).text);
    return IZH_OK;
}

izh_status izh_solver_sample(izh_solver *s, const double *times, size_t n, izh_state *states)
{
    IZH_FPMODE;
    if (!s)
        return IZH_E_INVALID;
    if (s->inside)
        return izh_fail(&s->report, IZH_E_BUSY,
                        "sample inside a callback, or after one that did not return");
    if (n && (!times || !states))
        return izh_fail(&s->report, IZH_E_INVALID, "%s is NULL", times ? "states" : "times");
    izh_status status = check_times(s, times, n);
    if (status != IZH_OK)
        return status;
    s->fpmode = fpmode_;
    for (size_t i = 0; i < n; i++) {
        if (status == IZH_OK)
            status = run_to(s, times[i]);
        states[i] = status == IZH_OK ? s->now : (izh_state){IZH_NAN, IZH_NAN};
    }
    return status;
}
