/* Saves a solver as a blob and loads it. */
#include "solver/solver.h"

#include <string.h>

#include "model/codec.h"
#include "util/float.h"
#include "util/memory.h"
#include "util/fpmode.h"

#define SOLVER_MAGIC "izhsolve"
#define SOLVER_FORMAT 1
#define SOLVER_FORMAT_WITH_MORE 2 /* the fields of 0.2, if one of them is set */
#define FORMAT_WITH_GRADIENTS 3
#define FORMAT_WITH_NOISE 4 /* it also has the number of gradients, which may be 0 */
#define WORDS_A_SEGMENT 3
#define WORDS_AN_INPUT 5
#define TICK_MAX ((int64_t)1 << 53) /* beyond this, a double cannot tell ticks apart */

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

/* What a solver is and where it stands; p are its parameters. The segments follow at the blob's
 * end. */
static void fields(struct izh_codec *c, struct izh_solver *s, izh_params *p)
{
    s->method = (izh_method)izh_codec_upto(c, (uint64_t)s->method, INT32_MAX);
    s->flight.events = (int32_t)izh_codec_upto(c, (uint64_t)s->flight.events, INT32_MAX);
    const struct izh_method_ops *ops = izh_method_ops(s->method); /* a blob may name no method */
    izh_codec_params(c, p);
    izh_codec_number(c, &s->flight.dt_max);
    izh_codec_number(c, &s->flight.step.rtol);
    izh_codec_number(c, &s->flight.step.atol);
    izh_codec_number(c, &s->flight.max_spikes_per_ms);
    if (ops && ops->codec)
        ops->codec(c, &s->flight.step);

    clock_fields(c, &s->flight.clock);
    izh_codec_state(c, &s->flight.step.from);
    izh_codec_number(c, &s->flight.step.carry.h);
    izh_codec_number(c, &s->flight.step.carry.last);
    izh_codec_number(c, &s->flight.step.carry.log_error);
    if (ops && ops->dialect)
        izh_codec_number(c, &s->flight.step.memory);
    flag(c, &s->flight.stepped);
    izh_codec_number(c, &s->flight.cursor);
    izh_codec_number(c, &s->flight.time);
    izh_codec_state(c, &s->flight.now);
    flag(c, &s->flight.spike_due);
    s->flight.why = (enum izh_flight_end)izh_codec_upto(c, (uint64_t)s->flight.why, IZH_END_KINK);

    izh_codec_state(c, &s->flight.error.q);
    izh_codec_number(c, &s->flight.error.along);
    izh_codec_number(c, &s->flight.error.across);
    izh_codec_number(c, &s->flight.spike_error);
    window(c, &s->flight.spikes);
    window(c, &s->flight.steps);
    s->flight.count.steps = izh_codec_word(c, s->flight.count.steps);
    s->flight.count.rejected = izh_codec_word(c, s->flight.count.rejected);
    s->flight.count.rhs = izh_codec_word(c, s->flight.count.rhs);
    s->flight.count.iterations = izh_codec_word(c, s->flight.count.iterations);
    s->flight.count.spikes = izh_codec_word(c, s->flight.count.spikes);

    struct izh_stimulus *stimulus = &s->flight.stimulus;
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

/* Whether a field of 0.2 differs from its value in blobs without these fields. */
static bool has_more(const struct izh_solver *s)
{
    bool more = s->flight.max_steps_per_ms != izh_flight_default_steps(&s->flight) ||
                s->flight.stimulus.now.g != 0 || s->flight.count.unstable_steps > 0;
    for (size_t i = 0; i < s->flight.stimulus.n; i++)
        more = more || s->flight.stimulus.segments[i].g != 0;
    return more;
}

static void more_fields(struct izh_codec *c, struct izh_solver *s)
{
    izh_codec_number(c, &s->flight.max_steps_per_ms);
    izh_codec_number(c, &s->flight.stimulus.now.g);
    izh_codec_number(c, &s->flight.stimulus.now.E);
    s->flight.count.unstable_steps = izh_codec_word(c, s->flight.count.unstable_steps);
    izh_codec_number(c, &s->flight.count.unstable_t);
}

/* The noise and its place in the run. What can be computed from these fields is left out. */
static void noise_fields(struct izh_codec *c, struct izh_stir *noise)
{
    izh_codec_number(c, &noise->dt);
    izh_codec_number(c, &noise->sigma);
    izh_codec_number(c, &noise->law.is.mean);
    izh_codec_number(c, &noise->law.is.sigma);
    izh_codec_number(c, &noise->law.is.tau);
    noise->seed = izh_codec_word(c, noise->seed);
    noise->neuron = izh_codec_word(c, noise->neuron);
    noise->tick = (int64_t)izh_codec_upto(c, (uint64_t)noise->tick, TICK_MAX);
    izh_codec_number(c, &noise->away);
}

/* Computes the rest of the noise, for ticks from t0 on. Returns false if no noise has these
 * fields. */
static bool complete_noise(struct izh_stir *noise, double t0)
{
    const izh_ou *ou = &noise->law.is;
    if (!izh_isfinite(noise->dt) || !izh_clock_can_tick(t0, noise->dt) || !(noise->sigma >= 0) ||
        !izh_isfinite(noise->sigma) || !izh_isfinite(ou->mean) || !(ou->sigma >= 0) ||
        !izh_isfinite(ou->sigma) || !izh_isfinite(noise->away) ||
        !(izh_wander_is_none(ou) || (ou->tau > 0 && izh_isfinite(ou->tau))))
        return false;
    noise->t0 = t0;
    if (!izh_wander_is_none(ou))
        noise->law = izh_wander_law(ou, noise->dt);
    izh_stir_hold(noise);
    return true;
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

/* ---- derivatives ---- */

/* A derivative: with respect to what, and its value. */
struct derivative {
    izh_gradient of;
    izh_state z; /* at the start of the step */
    double dt;
};

static void derivative(struct izh_codec *c, struct derivative *x)
{
    izh_codec_params(c, &x->of.params);
    izh_codec_state(c, &x->of.initial);
    izh_codec_i32(c, &x->of.of_segment);
    izh_codec_u32(c, &x->of.segment);
    izh_codec_state(c, &x->z);
    izh_codec_number(c, &x->dt);
}

static struct derivative get_derivative(const struct izh_tangents *t, size_t i)
{
    const struct izh_tangent *of = &t->of[i];
    return (struct derivative){of->of, {of->start[0], of->start[1]}, of->dt};
}

static void set_derivative(struct izh_tangents *t, size_t i, const struct derivative *x)
{
    t->of[i].start = (izh_pair){x->z.v, x->z.u};
    t->of[i].dt = x->dt;
}

static size_t count_derivatives(const struct izh_solver *s)
{
    return s->flight.tangents ? s->flight.tangents->n : 0;
}

static void put_derivatives(struct izh_codec *c, const struct izh_solver *s, uint64_t format)
{
    size_t n = count_derivatives(s);
    if (format >= FORMAT_WITH_GRADIENTS)
        izh_codec_size(c, &n);
    for (size_t i = 0; i < n; i++) {
        struct derivative x = get_derivative(s->flight.tangents, i);
        derivative(c, &x);
    }
}

static bool same_gradient(const izh_gradient *x, const izh_gradient *y)
{
    bool same = x->initial.v == y->initial.v && x->initial.u == y->initial.u &&
                x->of_segment == y->of_segment && x->segment == y->segment;
#define PARAM(name, column) same = same && x->params.name == y->params.name;
#include "model/params.def"
    return same;
}

/* Skips the blob's derivatives; fails unless they are with respect to the same as the solver's
 * own. */
static izh_status check_derivatives(struct izh_solver *s, struct izh_blob_reader *reader,
                                    uint64_t format)
{
    struct izh_codec codec = {NULL, reader, NULL};
    size_t n = 0;
    if (format >= FORMAT_WITH_GRADIENTS)
        izh_codec_size(&codec, &n);
    if (n != count_derivatives(s))
        return izh_fail(&s->report, IZH_E_INVALID,
                        "load: the blob has %zu gradients; the solver has %zu", n,
                        count_derivatives(s));
    for (size_t i = 0; i < n; i++) {
        const struct derivative own = get_derivative(s->flight.tangents, i);
        struct derivative x = own;
        derivative(&codec, &x);
        if (!same_gradient(&x.of, &own.of))
            return izh_fail(&s->report, IZH_E_INVALID,
                            "load: gradients[%zu] of the blob is not that of the solver", i);
    }
    return IZH_OK;
}

static void take_derivatives(struct izh_solver *s, struct izh_blob_reader *reader, uint64_t format)
{
    struct izh_codec codec = {NULL, reader, NULL};
    size_t n = count_derivatives(s);
    if (format >= FORMAT_WITH_GRADIENTS)
        izh_codec_size(&codec, &n);
    for (size_t i = 0; i < n; i++) {
        struct derivative x = get_derivative(s->flight.tangents, i);
        derivative(&codec, &x);
        set_derivative(s->flight.tangents, i, &x);
    }
}

/* ---- saving ---- */

static uint64_t solver_format(const struct izh_solver *s)
{
    if (s->flight.stimulus.noise.dt > 0)
        return FORMAT_WITH_NOISE;
    return count_derivatives(s) ? FORMAT_WITH_GRADIENTS
           : has_more(s)        ? SOLVER_FORMAT_WITH_MORE
                                : SOLVER_FORMAT;
}

size_t izh_solver_save(const izh_solver *s, void *buffer, size_t capacity)
{
    if (!s)
        return 0;
    struct izh_blob_writer writer;
    struct izh_codec codec = {&writer, NULL, NULL};
    struct izh_solver copy = *s;
    izh_params p = s->flight.params;
    izh_blob_begin(&writer, buffer, capacity);
    fields(&codec, &copy, &p);
    const uint64_t format = solver_format(s);
    const bool more = format != SOLVER_FORMAT;
    if (more)
        more_fields(&codec, &copy);
    if (format == FORMAT_WITH_NOISE)
        noise_fields(&codec, &copy.flight.stimulus.noise);
    put_derivatives(&codec, s, format);
    for (size_t i = 0; i < s->flight.stimulus.n; i++)
        input(&codec, &copy.flight.stimulus.segments[i], more);
    return izh_blob_end(&writer, SOLVER_MAGIC, format);
}

/* ---- loading ---- */

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

/* Whether the time that the host sees is that of the clock, apart from rounding. */
static bool check_time(const struct izh_solver *s)
{
    const double now = izh_flight_now(&s->flight);
    return izh_fabs(s->flight.time - now) <=
           16 * DBL_EPSILON * izh_fmax(izh_fabs(now), izh_fabs(s->flight.clock.t0));
}

/* A dialect stands at a tick and waits for the next one. */
static bool check_dialect(const struct izh_solver *s, const izh_params *p)
{
    struct izh_report silent = {{NULL, NULL}, ""};
    struct izh_checks c = {&silent, IZH_OK};
    izh_solver_check_params(&c, s->method, p);
    return c.status == IZH_OK && izh_dialect_hold(s->flight.ops->dialect, s->flight.clock.dt) &&
           s->flight.dt_max == s->flight.clock.dt && !s->flight.stepped &&
           s->flight.clock.offset == 0 && s->flight.cursor < s->flight.clock.dt &&
           izh_isfinite(s->flight.step.memory);
}

/* The time of the first step beyond the limit is finite if there was one, else NaN. */
static bool check_unstable(const struct izh_solver *s)
{
    const double t = s->flight.count.unstable_t;
    return s->flight.count.unstable_steps ? izh_isfinite(t) : izh_isnan(t);
}

/* Whether the fields that were read make a solver of this kind. */
static bool check_fields(const struct izh_solver *s, const izh_params *p)
{
    const struct izh_error_bound *error = &s->flight.error;
    return (!s->flight.ops->valid || s->flight.ops->valid(&s->flight.step)) &&
           izh_params_check(p, NULL) == IZH_OK && positive(s->flight.dt_max) &&
           s->flight.dt_max >= IZH_DT_MIN && not_negative(s->flight.step.rtol) &&
           not_negative(s->flight.step.atol) && s->flight.max_spikes_per_ms >= 1 &&
           s->flight.max_steps_per_ms >= 1 &&
           check_clock(&s->flight.clock, !izh_method_chooses_steps(s->flight.ops)) &&
           izh_state_is_finite(s->flight.step.from) && not_negative(s->flight.step.carry.h) &&
           not_negative(s->flight.step.carry.last) &&
           izh_isfinite(s->flight.step.carry.log_error) && not_negative(s->flight.cursor) &&
           (s->flight.ops->dialect ? check_dialect(s, p)
                                   : s->flight.stepped || s->flight.cursor == 0) &&
           check_time(s) && izh_state_is_finite(s->flight.now) && izh_state_is_finite(error->q) &&
           error->along >= 0 && error->across >= 0 && check_window(&s->flight.spikes) &&
           check_window(&s->flight.steps) && check_unstable(s);
}

/* As izh_solver_set_inputs() requires. */
static bool check_conductance(const struct izh_solver *s, const izh_input *x)
{
    return x->g >= 0 && izh_isfinite(x->E) && izh_isfinite(x->g * x->E) &&
           (x->g == 0 || !izh_solver_unfoldable(s));
}

static bool check_saved_stimulus(const struct izh_solver *s, struct izh_blob_reader reader,
                                 bool more)
{
    const struct izh_stimulus *stimulus = &s->flight.stimulus;
    const size_t words = more ? WORDS_AN_INPUT : WORDS_A_SEGMENT;
    if (!izh_isfinite(stimulus->now.t) || !izh_isfinite(stimulus->now.I) ||
        !izh_isfinite(stimulus->now.slope) || !check_conductance(s, &stimulus->now) ||
        izh_isnan(stimulus->until) || stimulus->n != izh_blob_left(&reader) / words ||
        stimulus->next > stimulus->n)
        return false;
    /* Unless a function gives the input, what holds ends where the next segment begins. */
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

izh_status izh_solver_take_again(struct izh_solver *s)
{
    const izh_statistics count = s->flight.count;
    const struct izh_window steps = s->flight.steps;
    const izh_state now = s->flight.now;
    const enum izh_flight_end why = s->flight.why;
    if (s->flight.step.work)
        memset(s->flight.step.work, 0, s->flight.ops->work_size);
    if (!s->flight.stepped)
        return IZH_OK;
    const izh_status status = izh_flight_take_step(&s->flight);
    s->flight.count = count;
    s->flight.steps = steps;
    s->flight.now = now;
    if (status != IZH_OK || s->flight.why != why || s->flight.cursor > s->flight.end)
        return IZH_E_FORMAT;
    return IZH_OK;
}

static izh_status damaged_solver(struct izh_solver *s)
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

/* Reads everything but the derivatives and the segments into *copy, and leaves the reader at the
 * derivatives. */
static izh_status read_fields(struct izh_solver *s, struct izh_solver *copy,
                              struct izh_blob_reader *reader, uint64_t format)
{
    const bool more = format != SOLVER_FORMAT;
    struct izh_codec codec = {NULL, reader, NULL};
    izh_params p = s->flight.params;
    copy->report.log = (izh_log){NULL, NULL};
    fields(&codec, copy, &p);
    copy->flight.max_steps_per_ms = izh_flight_default_steps(&s->flight);
    copy->flight.mark.steps = 0;
    copy->flight.stimulus.now.g = copy->flight.stimulus.now.E = 0;
    copy->flight.count.unstable_steps = 0;
    copy->flight.count.unstable_t = IZH_NAN;
    if (more)
        more_fields(&codec, copy);
    copy->flight.stimulus.noise = (struct izh_stir){0};
    if (format == FORMAT_WITH_NOISE)
        noise_fields(&codec, &copy->flight.stimulus.noise);
    if (reader->failed)
        return damaged_solver(s);
    if (copy->method != s->method || copy->flight.events != s->flight.events)
        return izh_fail(&s->report, IZH_E_INVALID,
                        "load: the blob has method %s and %s events; the solver has %s and %s",
                        method_name(copy->method), events_name(copy->flight.events),
                        method_name(s->method), events_name(s->flight.events));
    if (codec.lacks)
        return izh_fail(&s->report, IZH_E_INVALID, "load: %s", codec.lacks);
    struct izh_blob_reader ahead = *reader;
    const izh_status status = check_derivatives(s, &ahead, format);
    if (status != IZH_OK)
        return status;
    if (ahead.failed || !check_fields(copy, &p) || !check_saved_stimulus(copy, ahead, more))
        return damaged_solver(s);
    if (format == FORMAT_WITH_NOISE &&
        !complete_noise(&copy->flight.stimulus.noise, copy->flight.clock.t0))
        return damaged_solver(s);
    if (s->max_segments && copy->flight.stimulus.n > s->max_segments)
        return izh_fail(&s->report, IZH_E_INVALID,
                        "load: %zu segments are more than max_segments = %zu",
                        copy->flight.stimulus.n, s->max_segments);
    izh_flight_set_params(&copy->flight, &p);
    if (s->flight.ops->dialect)
        copy->flight.clock.hold = izh_dialect_hold(s->flight.ops->dialect, copy->flight.clock.dt);
    return IZH_OK;
}

/* Returns the blob's format; 0 if it is not a solver's. */
static uint64_t open_solver(struct izh_blob_reader *reader, const void *buffer, size_t length)
{
    for (uint64_t format = SOLVER_FORMAT; format <= FORMAT_WITH_NOISE; format++)
        if (izh_blob_open(reader, buffer, length, SOLVER_MAGIC, format))
            return format;
    return 0;
}

izh_status izh_solver_load(izh_solver *s, const void *buffer, size_t length)
{
    IZH_FPMODE;
    if (!s)
        return IZH_E_INVALID;
    if (s->flight.inside)
        return izh_fail(&s->report, IZH_E_BUSY, "load inside a callback");
    struct izh_blob_reader reader;
    const uint64_t format = open_solver(&reader, buffer, length);
    if (!format)
        return damaged_solver(s);
    struct izh_solver copy = *s;
    struct izh_checks c = {&s->report, read_fields(s, &copy, &reader, format)};
    if (c.status != IZH_OK)
        return c.status;
    copy.flight.report = &copy.report;
    izh_flight_settle(&copy.flight);
    if (izh_solver_take_again(&copy) != IZH_OK) /* the step does not end where the blob says */
        c.status = damaged_solver(s);
    izh_solver_reserve_segments(&c, s, copy.flight.stimulus.n);
    if (c.status != IZH_OK) {
        izh_solver_take_again(s); /* the copy's step used the same memory of the method */
        return c.status;
    }
    copy.flight.stimulus.segments = s->flight.stimulus.segments;
    copy.flight.stimulus.capacity = s->flight.stimulus.capacity;
    copy.report = s->report;
    *s = copy;
    s->flight.report = &s->report;
    izh_flight_settle(&s->flight);
    take_derivatives(s, &reader, format);
    struct izh_codec codec = {NULL, &reader, NULL};
    for (size_t i = 0; i < s->flight.stimulus.n; i++) {
        s->flight.stimulus.segments[i].g = s->flight.stimulus.segments[i].E = 0;
        input(&codec, &s->flight.stimulus.segments[i], format != SOLVER_FORMAT);
    }
    return IZH_OK;
}
