/* A solver as a blob and back. */
#include "solver/solver.h"

#include <string.h>

#include "model/codec.h"
#include "util/float.h"
#include "util/memory.h"
#include "util/fpmode.h"

#define MAGIC "izhsolve"
#define FORMAT 1
#define FORMAT_WITH_MORE 2 /* the fields of 0.2, where one says something */
#define WORDS_A_SEGMENT 3
#define WORDS_AN_INPUT 5
#define TICK_MAX ((int64_t)1 << 53) /* a double tells further ticks apart no more */

static void flag(struct izh_codec *c, bool *x)
{
    *x = izh_codec_upto(c, *x, 1) != 0;
}

static void clock_fields(struct izh_codec *c, struct izh_clock *clock)
{
    izh_codec_number(c, &clock->t0);
    izh_codec_number(c, &clock->dt);
    clock->tick = (int64_t)izh_codec_word(c, (uint64_t)clock->tick);
    izh_codec_number(c, &clock->base);
    izh_codec_number(c, &clock->offset);
}

static void window(struct izh_codec *c, struct izh_window *w)
{
    izh_codec_number(c, &w->start);
    izh_codec_number(c, &w->count);
}

/* What a solver is and where it stands; p its parameters. The segments follow, at the blob's end.
 */
static void fields(struct izh_codec *c, struct izh_solver *s, izh_params *p)
{
    s->method = (izh_method)izh_codec_upto(c, (uint64_t)s->method, INT32_MAX);
    s->events = (int32_t)izh_codec_upto(c, (uint64_t)s->events, INT32_MAX);
    const struct izh_method_ops *ops = izh_method_ops(s->method); /* of a blob it may be none */
    izh_codec_params(c, p);
    izh_codec_number(c, &s->dt_max);
    izh_codec_number(c, &s->step.rtol);
    izh_codec_number(c, &s->step.atol);
    izh_codec_number(c, &s->max_spikes_per_ms);
    if (ops && ops->codec)
        ops->codec(c, &s->step);

    clock_fields(c, &s->clock);
    izh_codec_state(c, &s->step.from);
    izh_codec_number(c, &s->step.carry.h);
    izh_codec_number(c, &s->step.carry.last);
    izh_codec_number(c, &s->step.carry.log_error);
    if (ops && ops->dialect)
        izh_codec_number(c, &s->step.memory);
    flag(c, &s->stepped);
    izh_codec_number(c, &s->cursor);
    izh_codec_number(c, &s->time);
    izh_codec_state(c, &s->now);
    flag(c, &s->spike_due);
    s->why = (enum izh_step_end)izh_codec_upto(c, (uint64_t)s->why, INT32_MAX);

    izh_codec_state(c, &s->error.q);
    izh_codec_number(c, &s->error.along);
    izh_codec_number(c, &s->error.across);
    izh_codec_number(c, &s->spike_error);
    window(c, &s->spikes);
    window(c, &s->steps);
    s->count.steps = izh_codec_word(c, s->count.steps);
    s->count.rejected = izh_codec_word(c, s->count.rejected);
    s->count.rhs = izh_codec_word(c, s->count.rhs);
    s->count.iterations = izh_codec_word(c, s->count.iterations);
    s->count.spikes = izh_codec_word(c, s->count.spikes);

    struct izh_stimulus *stimulus = &s->stimulus;
    bool asked = stimulus->fn != NULL;
    flag(c, &asked);
    if (c->from && !asked)
        stimulus->fn = NULL;
    izh_codec_number(c, &stimulus->now.t);
    izh_codec_number(c, &stimulus->now.I);
    izh_codec_number(c, &stimulus->now.slope);
    izh_codec_number(c, &stimulus->until);
    izh_codec_size(c, &stimulus->next);
    izh_codec_size(c, &stimulus->n);
    if (c->from && asked && !stimulus->fn)
        c->lacks = "a function gave the blob's current; set one";
}

/* Whether the fields of 0.2 hold more than a blob without them stands for. */
static bool has_more(const struct izh_solver *s)
{
    bool more = s->max_steps_per_ms != izh_solver_default_steps(s) || s->stimulus.now.g != 0 ||
                s->count.unstable_steps > 0;
    for (size_t i = 0; i < s->stimulus.n; i++)
        more = more || s->stimulus.segments[i].g != 0;
    return more;
}

static void more_fields(struct izh_codec *c, struct izh_solver *s)
{
    izh_codec_number(c, &s->max_steps_per_ms);
    izh_codec_number(c, &s->stimulus.now.g);
    izh_codec_number(c, &s->stimulus.now.E);
    s->count.unstable_steps = izh_codec_word(c, s->count.unstable_steps);
    izh_codec_number(c, &s->count.unstable_t);
}

static void input(struct izh_codec *c, izh_input *x, bool more)
{
    izh_codec_number(c, &x->t);
    izh_codec_number(c, &x->I);
    izh_codec_number(c, &x->slope);
    if (!more)
        return;
    izh_codec_number(c, &x->g);
    izh_codec_number(c, &x->E);
}

size_t izh_solver_save(const izh_solver *s, void *buffer, size_t capacity)
{
    if (!s)
        return 0;
    struct izh_blob_writer writer;
    struct izh_codec codec = {&writer, NULL, NULL};
    struct izh_solver copy = *s;
    izh_params p = s->params;
    izh_blob_begin(&writer, buffer, capacity);
    fields(&codec, &copy, &p);
    const bool more = has_more(s);
    if (more)
        more_fields(&codec, &copy);
    for (size_t i = 0; i < s->stimulus.n; i++)
        input(&codec, &copy.stimulus.segments[i], more);
    return izh_blob_end(&writer, MAGIC, more ? FORMAT_WITH_MORE : FORMAT);
}

/* ---- loading ---- */

static bool finite_state(izh_state y)
{
    return izh_isfinite(y.v) && izh_isfinite(y.u);
}

static bool positive(double x)
{
    return x > 0 && izh_isfinite(x);
}

static bool not_negative(double x)
{
    return x >= 0 && izh_isfinite(x);
}

static bool check_clock(const struct izh_clock *c, bool ticks)
{
    if (!izh_isfinite(c->t0) || !izh_isfinite(c->base) || !izh_isfinite(c->offset))
        return false;
    if (!ticks)
        return c->dt == 0 && c->tick == 0;
    return positive(c->dt) && izh_clock_can_tick(c->t0, c->dt) && c->tick >= 0 &&
           c->tick <= TICK_MAX && c->base == c->t0 + (double)c->tick * c->dt && c->offset >= 0 &&
           c->offset < c->dt;
}

static bool check_window(const struct izh_window *w)
{
    return izh_isfinite(w->start) && not_negative(w->count);
}

/* Whether the time that the host sees is that of the clock, but for rounding. */
static bool check_time(const struct izh_solver *s)
{
    const double now = izh_solver_now(s);
    return izh_fabs(s->time - now) <=
           16 * DBL_EPSILON * izh_fmax(izh_fabs(now), izh_fabs(s->clock.t0));
}

/* A dialect stands at a tick, and waits for the next. */
static bool check_dialect(const struct izh_solver *s, const izh_params *p)
{
    struct izh_report silent = {{NULL, NULL}, ""};
    struct izh_checks c = {&silent, IZH_OK};
    izh_solver_check_params(&c, s->method, p);
    return c.status == IZH_OK && izh_dialect_hold(s->ops->dialect, s->clock.dt) &&
           s->dt_max == s->clock.dt && !s->stepped && s->clock.offset == 0 &&
           s->cursor < s->clock.dt && izh_isfinite(s->step.memory);
}

/* Without a step beyond the limit there is no first, and else it has a time. */
static bool check_unstable(const struct izh_solver *s)
{
    const double t = s->count.unstable_t;
    return s->count.unstable_steps ? izh_isfinite(t) : izh_isnan(t);
}

/* Whether the fields that were read make a solver of this kind. */
static bool check_fields(const struct izh_solver *s, const izh_params *p)
{
    const struct izh_error_bound *error = &s->error;
    return (!s->ops->valid || s->ops->valid(&s->step)) && izh_params_check(p, NULL) == IZH_OK &&
           positive(s->dt_max) && s->dt_max >= IZH_DT_MIN && not_negative(s->step.rtol) &&
           not_negative(s->step.atol) && s->max_spikes_per_ms >= 1 && s->max_steps_per_ms >= 1 &&
           check_clock(&s->clock, !izh_method_chooses_steps(s->ops)) &&
           finite_state(s->step.from) && not_negative(s->step.carry.h) &&
           not_negative(s->step.carry.last) && izh_isfinite(s->step.carry.log_error) &&
           not_negative(s->cursor) &&
           (s->ops->dialect ? check_dialect(s, p) : s->stepped || s->cursor == 0) &&
           check_time(s) && finite_state(s->now) && s->why >= IZH_END_PLAIN &&
           s->why <= IZH_END_KINK && finite_state(error->q) && error->along >= 0 &&
           error->across >= 0 && check_window(&s->spikes) && check_window(&s->steps) &&
           check_unstable(s);
}

/* As izh_solver_set_inputs() has it. */
static bool check_conductance(const struct izh_solver *s, const izh_input *x)
{
    return x->g >= 0 && izh_isfinite(x->E) && izh_isfinite(x->g * x->E) &&
           (x->g == 0 || !izh_solver_unfoldable(s));
}

static bool check_stimulus(const struct izh_solver *s, struct izh_blob_reader reader, bool more)
{
    const struct izh_stimulus *stimulus = &s->stimulus;
    const size_t words = more ? WORDS_AN_INPUT : WORDS_A_SEGMENT;
    if (!izh_isfinite(stimulus->now.t) || !izh_isfinite(stimulus->now.I) ||
        !izh_isfinite(stimulus->now.slope) || !check_conductance(s, &stimulus->now) ||
        izh_isnan(stimulus->until) || stimulus->n != (reader.length - reader.at) / 8 / words ||
        stimulus->next > stimulus->n)
        return false;
    /* Unless a function is asked, what holds ends where the next segment begins. */
    const bool follows = stimulus->next < stimulus->n;
    double last = -IZH_INFINITY;
    struct izh_codec codec = {NULL, &reader, NULL};
    for (size_t i = 0; i < stimulus->n; i++) {
        izh_input x = {0, 0, 0, 0, 0};
        input(&codec, &x, more);
        if (!check_conductance(s, &x) || !(x.t > last) || !izh_isfinite(x.t) ||
            !izh_isfinite(x.I) || !izh_isfinite(x.slope))
            return false;
        if (!stimulus->fn && i == stimulus->next && x.t != stimulus->until)
            return false;
        last = x.t;
    }
    return izh_blob_close(&reader) && (stimulus->fn || follows || stimulus->until == IZH_INFINITY);
}

/* Takes the step under way again, which the blob does not hold. */
static izh_status take_again(struct izh_solver *s)
{
    const izh_statistics count = s->count;
    const struct izh_window steps = s->steps;
    const izh_state now = s->now;
    const enum izh_step_end why = s->why;
    if (s->step.work)
        memset(s->step.work, 0, s->ops->work_size);
    if (!s->stepped)
        return IZH_OK;
    const izh_status status = izh_solver_take_step(s);
    s->count = count;
    s->steps = steps;
    s->now = now;
    if (status != IZH_OK || s->why != why || s->cursor > s->end)
        return IZH_E_FORMAT;
    return IZH_OK;
}

static izh_status damaged(struct izh_solver *s)
{
    return izh_fail(&s->report, IZH_E_FORMAT, "load: not a whole, undamaged blob of a solver");
}

static const char *method_name(izh_method method)
{
    const char *name = izh_method_name(method);
    return name ? name : "unknown";
}

static const char *events_name(int32_t events)
{
    return events == IZH_EVENTS_GRID ? "grid" : "exact";
}

/* Reads everything but the segments into *copy, at which reader then stands. */
static izh_status read_fields(struct izh_solver *s, struct izh_solver *copy,
                              struct izh_blob_reader *reader, bool more)
{
    struct izh_codec codec = {NULL, reader, NULL};
    izh_params p = s->params;
    copy->report.log = (izh_log){NULL, NULL};
    fields(&codec, copy, &p);
    copy->max_steps_per_ms = izh_solver_default_steps(s);
    copy->mark.steps = 0;
    copy->stimulus.now.g = copy->stimulus.now.E = 0;
    copy->count.unstable_steps = 0;
    copy->count.unstable_t = IZH_NAN;
    if (more)
        more_fields(&codec, copy);
    if (reader->failed)
        return damaged(s);
    if (copy->method != s->method || copy->events != s->events)
        return izh_fail(&s->report, IZH_E_INVALID,
                        "load: the blob has method %s and %s events; the solver has %s and %s",
                        method_name(copy->method), events_name(copy->events),
                        method_name(s->method), events_name(s->events));
    if (codec.lacks)
        return izh_fail(&s->report, IZH_E_INVALID, "load: %s", codec.lacks);
    if (!check_fields(copy, &p) || !check_stimulus(copy, *reader, more))
        return damaged(s);
    if (s->max_segments && copy->stimulus.n > s->max_segments)
        return izh_fail(&s->report, IZH_E_INVALID,
                        "load: %zu segments are more than max_segments = %zu", copy->stimulus.n,
                        s->max_segments);
    copy->params = p;
    izh_model_set(&copy->model, &p);
    copy->step.g = copy->step.E = 0;
    izh_solver_fold(copy);
    if (s->ops->dialect)
        copy->clock.hold = izh_dialect_hold(s->ops->dialect, copy->clock.dt);
    return IZH_OK;
}

izh_status izh_solver_load(izh_solver *s, const void *buffer, size_t length)
{
    IZH_FPMODE;
    if (!s)
        return IZH_E_INVALID;
    if (s->inside)
        return izh_fail(&s->report, IZH_E_BUSY, "load inside a callback");
    struct izh_blob_reader reader;
    const bool more = !izh_blob_open(&reader, buffer, length, MAGIC, FORMAT);
    if (more && !izh_blob_open(&reader, buffer, length, MAGIC, FORMAT_WITH_MORE))
        return damaged(s);
    struct izh_solver copy = *s;
    struct izh_checks c = {&s->report, read_fields(s, &copy, &reader, more)};
    if (c.status != IZH_OK)
        return c.status;
    copy.step.model = &copy.model;
    copy.step.count = &copy.count;
    if (take_again(&copy) != IZH_OK)
        c.status = damaged(s);
    izh_solver_reserve_segments(&c, s, copy.stimulus.n);
    if (c.status != IZH_OK) {
        take_again(s); /* its step shared the method's memory */
        return c.status;
    }
    copy.stimulus.segments = s->stimulus.segments;
    copy.stimulus.capacity = s->stimulus.capacity;
    copy.report = s->report;
    *s = copy;
    s->step.model = &s->model;
    s->step.count = &s->count;
    struct izh_codec codec = {NULL, &reader, NULL};
    for (size_t i = 0; i < s->stimulus.n; i++) {
        s->stimulus.segments[i].g = s->stimulus.segments[i].E = 0;
        input(&codec, &s->stimulus.segments[i], more);
    }
    return IZH_OK;
}
