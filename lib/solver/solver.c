/* Creates and destroys a solver; sets and reads what it has. */
#include "solver/solver.h"

#include <string.h>

#include "events/gradients.h"
#include "model/check.h"
#include "util/float.h"
#include "util/memory.h"
#include "util/fpmode.h"

/* ---- checks of the config ---- */

static void check_solver_method(struct izh_checks *c, const izh_solver_config *config)
{
    const struct izh_method_ops *ops = izh_method_ops(config->method);
    const char *name = izh_method_name(config->method);
    IZH_REQUIRE(c, name, IZH_E_INVALID, "method = %d is no method", (int)config->method);
    IZH_REQUIRE(c, ops, IZH_E_UNSUPPORTED, "method = %d: %s is not in this build of libizh",
                (int)config->method, name);
    IZH_REQUIRE(c, config->events == IZH_EVENTS_EXACT || config->events == IZH_EVENTS_GRID,
                IZH_E_INVALID, "events = %d is none of IZH_EVENTS_...", (int)config->events);
    IZH_REQUIRE(c, config->events != IZH_EVENTS_GRID || !izh_method_chooses_steps(ops),
                IZH_E_UNSUPPORTED,
                "events = IZH_EVENTS_GRID: %s chooses its own steps and has no grid", name);
    IZH_REQUIRE(c, config->events != IZH_EVENTS_EXACT || !ops->dialect, IZH_E_UNSUPPORTED,
                "events = IZH_EVENTS_EXACT: %s tests on the grid, as its program does", name);
}

void izh_solver_check_params(struct izh_checks *c, izh_method method, const izh_params *p)
{
    izh_check_params(c, p);
    if (c->status != IZH_OK)
        return;
    const struct izh_dialect *dialect = izh_method_ops(method)->dialect;
    double value, only;
    const char *field = dialect ? izh_dialect_fault(dialect, p, &value, &only) : NULL;
    IZH_REQUIRE(c, !field, IZH_E_UNSUPPORTED,
                "params.%s = %s: %s takes the 2003 form only, where it is %s", field,
                izh_number(value).text, izh_method_name(method), izh_number(only).text);
}

/* The config's dt, or the method's if the config leaves it open; 0 if the method chooses its
 * steps. */
static double config_step_length(const izh_solver_config *config)
{
    return config->dt > 0 ? config->dt : izh_method_ops(config->method)->dt;
}

static void check_dialect_step(struct izh_checks *c, izh_method method, double dt)
{
    const struct izh_dialect *dialect = izh_method_ops(method)->dialect;
    if (!dialect || izh_dialect_hold(dialect, dt))
        return;
    IZH_REQUIRE(c, dialect->per_ms != 1, IZH_E_UNSUPPORTED, "dt = %s: the step of %s is 1 ms",
                izh_number(dt).text, izh_method_name(method));
    IZH_REQUIRE(c, false, IZH_E_UNSUPPORTED, "dt = %s: the steps of %s are 1/n ms, n = 1 to %d",
                izh_number(dt).text, izh_method_name(method), dialect->per_ms);
}

static bool direction_is_finite(const izh_gradient *of)
{
    bool finite = izh_state_is_finite(of->initial);
#define PARAM(name, column) finite = finite && izh_isfinite(of->params.name);
#include "model/params.def"
    return finite;
}

static void check_directions(struct izh_checks *c, const izh_solver_config *config)
{
    const izh_gradient *of = config->gradients;
    const size_t n = config->gradient_count;
    IZH_REQUIRE(c, of || !n, IZH_E_INVALID, "gradients is NULL and gradient_count = %zu", n);
    IZH_REQUIRE(c, !n || IZH_HAS_GRADIENTS, IZH_E_UNSUPPORTED,
                "gradient_count = %zu: gradients are not in this build of libizh", n);
    IZH_REQUIRE(c, !n || izh_method_ops(config->method)->tangents, IZH_E_UNSUPPORTED,
                "gradient_count = %zu: %s has no gradients, taylor has", n,
                izh_method_name(config->method));
    IZH_REQUIRE(c, n <= SIZE_MAX / sizeof *of, IZH_E_INVALID,
                "gradient_count = %zu gradients do not fit in memory", n);
    for (size_t i = 0; i < n && c->status == IZH_OK; i++) {
        IZH_REQUIRE(c, direction_is_finite(&of[i]), IZH_E_INVALID,
                    "gradients[%zu]: a number in params or initial is not finite", i);
        IZH_REQUIRE(c, of[i].of_segment >= IZH_SEGMENT_NONE && of[i].of_segment <= IZH_SEGMENT_E,
                    IZH_E_INVALID, "gradients[%zu].of_segment = %d is none of IZH_SEGMENT_...", i,
                    (int)of[i].of_segment);
    }
}

static void check_config(struct izh_checks *c, const izh_solver_config *config)
{
    check_solver_method(c, config);
    izh_check_positive(c, "dt", config->dt);
    izh_check_positive(c, "rtol", config->rtol);
    izh_check_positive(c, "atol", config->atol);
    if (c->status != IZH_OK)
        return;
    const double dt = config_step_length(config);
    izh_check_ticks(c, config->t0, dt);
    check_dialect_step(c, config->method, dt);
    izh_solver_check_params(c, config->method, &config->params);
    izh_check_state(c, "initial", config->initial);
    izh_check_rate(c, "max_spikes_per_ms", config->max_spikes_per_ms);
    izh_check_rate(c, "max_steps_per_ms", config->max_steps_per_ms);
    const struct izh_method_ops *ops = izh_method_ops(config->method);
    if (ops->check && c->status == IZH_OK)
        ops->check(c, config);
    check_directions(c, config);
}

/* ---- life ---- */

static void set_up_solver(struct izh_solver *s, const izh_solver_config *config)
{
    struct izh_flight *f = &s->flight;
    const struct izh_flight_config choices = {
        izh_method_ops(config->method), config->events,           config->t0, config->dt,
        config->max_spikes_per_ms,      config->max_steps_per_ms, &s->report};
    s->method = izh_method_of_solver(config->method);
    izh_flight_set_up(f, &choices);
    izh_flight_set_params(f, &config->params);
    f->step.rtol = izh_fmin(config->rtol, 1);
    f->step.atol = config->atol;
    if (f->ops->keep)
        f->ops->keep(&f->step, config);
    f->step.from = f->now = config->initial;
    izh_flight_look_for_spike(f);
    s->allocator = config->allocator;
    s->report.log = config->log;
    s->max_segments = config->max_segments;
}

static bool allocate_tangents(struct izh_solver *s, const izh_solver_config *config)
{
    const size_t n = config->gradient_count;
    if (!n || !IZH_HAS_GRADIENTS)
        return true;
    struct izh_tangents *t = izh_allocate(&s->allocator, 1, sizeof *t);
    if (!t)
        return false;
    s->flight.tangents = t;
    t->n = n;
    t->of = izh_allocate(&s->allocator, n, sizeof *t->of);
    t->work = izh_allocate(&s->allocator, 1, s->flight.ops->work_size);
    if (!t->of || !t->work)
        return false;
    izh_gradients_set_up(t, config->gradients);
    return true;
}

static void release_tangents(const izh_allocator *allocator, struct izh_tangents *t,
                             size_t work_size)
{
    if (!t)
        return;
    izh_release(allocator, t->of, t->n, sizeof *t->of);
    izh_release(allocator, t->work, 1, work_size);
    izh_release(allocator, t, 1, sizeof *t);
}

static bool allocate_parts(struct izh_solver *s, const izh_solver_config *config)
{
    if (s->flight.ops->work_size &&
        !(s->flight.step.work = izh_allocate(&s->allocator, 1, s->flight.ops->work_size)))
        return false;
    if (!allocate_tangents(s, config))
        return false;
    if (!s->max_segments)
        return true;
    s->flight.stimulus.segments = izh_allocate(&s->allocator, s->max_segments, sizeof(izh_input));
    s->flight.stimulus.capacity = s->flight.stimulus.segments ? s->max_segments : 0;
    return s->flight.stimulus.segments != NULL;
}

izh_status izh_solver_create(izh_solver **solver, const izh_solver_config *config)
{
    IZH_FPMODE;
    static const struct izh_config_kind kind = IZH_CONFIG_KIND(izh_solver_config, flow);
    izh_solver_config c;
    struct izh_report report;
    struct izh_checks checks = izh_create_begin(&report, solver, &kind, &c, config);
    if (checks.status == IZH_OK)
        check_config(&checks, &c);
    if (checks.status != IZH_OK)
        return checks.status;
    struct izh_solver *s = izh_allocate(&c.allocator, 1, sizeof *s);
    if (!s)
        return izh_fail(&report, IZH_E_MEMORY, "no memory for a solver");
    set_up_solver(s, &c);
    if (!allocate_parts(s, &c)) {
        izh_solver_destroy(s);
        return izh_fail(&report, IZH_E_MEMORY,
                        "no memory for a solver with max_segments = %zu, gradient_count = %zu",
                        c.max_segments, c.gradient_count);
    }
    *solver = s;
    return IZH_OK;
}

void izh_solver_destroy(izh_solver *s)
{
    if (!s)
        return;
    if (s->flight.inside) {
        izh_fail(&s->report, IZH_E_BUSY,
                 "destroy inside a callback, or after one that did not return");
        return;
    }
    const izh_allocator allocator = s->allocator;
    izh_release(&allocator, s->flight.stimulus.segments, s->flight.stimulus.capacity,
                sizeof(izh_input));
    release_tangents(&allocator, s->flight.tangents, s->flight.ops->work_size);
    izh_release(&allocator, s->flight.step.work, 1, s->flight.ops->work_size);
    izh_release(&allocator, s, 1, sizeof *s);
}

/* Callbacks are called only where an error could end the run, too. The solver is consistent there,
 * so nothing has to be undone. */
izh_status izh_solver_abandon(izh_solver *s)
{
    if (!s)
        return IZH_E_INVALID;
    if (!s->flight.inside)
        return IZH_OK;
    s->flight.inside = IZH_CALLBACK_NONE;
    izh_fpmode_set(s->fpmode);
    return IZH_OK;
}

izh_status izh_solver_set_log(izh_solver *s, const izh_log *log)
{
    if (!s)
        return IZH_E_INVALID;
    izh_report_to(&s->report, log);
    return IZH_OK;
}

/* ---- what drives the neuron ---- */

/* The stimulus may be set while a spike is handled, but not while the stimulus itself is asked. */
static struct izh_checks check_stimulus_free(struct izh_solver *s)
{
    struct izh_checks c = {&s->report, IZH_OK};
    IZH_REQUIRE(&c, s->flight.inside != IZH_CALLBACK_STIMULUS, IZH_E_BUSY,
                "change inside the stimulus callback");
    return c;
}

izh_status izh_solver_set_current(izh_solver *s, double I)
{
    IZH_FPMODE;
    if (!s)
        return IZH_E_INVALID;
    if (!izh_isfinite(I))
        return izh_fail(&s->report, IZH_E_INVALID, "I = %s must be finite", izh_number(I).text);
    const izh_status status = check_stimulus_free(s).status;
    if (status == IZH_OK)
        izh_flight_set_current(&s->flight, I);
    return status;
}

static void check_noise(struct izh_checks *c, const izh_noise *noise, double t0)
{
    IZH_REQUIRE(c, izh_isfinite(noise->dt) && izh_clock_can_tick(t0, noise->dt), IZH_E_INVALID,
                "noise.dt = %s is not finite, below 1e-9 or lost beside t0 = %s",
                izh_number(noise->dt).text, izh_number(t0).text);
    IZH_REQUIRE(c, noise->sigma >= 0 && noise->sigma <= DBL_MAX, IZH_E_INVALID,
                "noise.sigma = %s must be finite and not negative", izh_number(noise->sigma).text);
    izh_check_noise(c, &noise->ou, noise->white, DBL_MAX);
    IZH_REQUIRE(c, izh_noise_sigma(noise->sigma, noise->white, noise->dt) <= DBL_MAX, IZH_E_INVALID,
                "noise.white = %s is too large for dt = %s", izh_number(noise->white).text,
                izh_number(noise->dt).text);
}

izh_status izh_solver_set_noise(izh_solver *s, const izh_noise *noise)
{
    IZH_FPMODE;
    if (!s)
        return IZH_E_INVALID;
    struct izh_flight *f = &s->flight;
    struct izh_checks c = check_stimulus_free(s);
    if (noise && c.status == IZH_OK)
        check_noise(&c, noise, f->clock.t0);
    if (c.status != IZH_OK)
        return c.status;
    izh_flight_cut(f);
    izh_stimulus_set_noise(&f->stimulus, noise, f->clock.t0, izh_flight_now(f));
    return IZH_OK;
}

static void check_count(struct izh_checks *c, const struct izh_solver *s, size_t n)
{
    IZH_REQUIRE(c, !s->max_segments || n <= s->max_segments, IZH_E_INVALID,
                "n = %zu is more than max_segments = %zu", n, s->max_segments);
    IZH_REQUIRE(c, n <= SIZE_MAX / sizeof(izh_input), IZH_E_INVALID,
                "n = %zu segments do not fit in memory", n);
}

void izh_solver_reserve_segments(struct izh_checks *c, struct izh_solver *s, size_t n)
{
    if (c->status != IZH_OK || n <= s->flight.stimulus.capacity)
        return;
    izh_input *room = izh_allocate(&s->allocator, n, sizeof *room);
    IZH_REQUIRE(c, room, IZH_E_MEMORY, "no memory for %zu segments", n);
    if (!room)
        return;
    izh_release(&s->allocator, s->flight.stimulus.segments, s->flight.stimulus.capacity,
                sizeof *room);
    s->flight.stimulus.segments = room;
    s->flight.stimulus.capacity = n;
}

izh_status izh_solver_set_stimulus(izh_solver *s, const izh_segment *segments, size_t n)
{
    IZH_FPMODE;
    if (!s)
        return IZH_E_INVALID;
    struct izh_checks c = check_stimulus_free(s);
    check_count(&c, s, n);
    izh_check_segments(&c, segments, n);
    izh_solver_reserve_segments(&c, s, n);
    if (c.status != IZH_OK)
        return c.status;
    izh_flight_cut(&s->flight);
    izh_stimulus_set_segments(&s->flight.stimulus, segments, n);
    izh_flight_fold(&s->flight);
    return IZH_OK;
}

/* A conductance is folded into the parameters, but a dialect takes only those of the 2003 form. */
const char *izh_solver_unfoldable(const struct izh_solver *s)
{
    if (s->flight.ops->dialect)
        return izh_method_name(s->method);
    return s->flight.ops->unfoldable ? s->flight.ops->unfoldable(&s->flight.step) : NULL;
}

static void check_folding(struct izh_checks *c, const struct izh_solver *s)
{
    const char *what = izh_solver_unfoldable(s);
    IZH_REQUIRE(c, !what, IZH_E_UNSUPPORTED, "inputs: %s has no conductances", what);
}

izh_status izh_solver_set_inputs(izh_solver *s, const izh_input *inputs, size_t n)
{
    IZH_FPMODE;
    if (!s)
        return IZH_E_INVALID;
    struct izh_checks c = check_stimulus_free(s);
    check_folding(&c, s);
    check_count(&c, s, n);
    izh_check_inputs(&c, inputs, n);
    izh_solver_reserve_segments(&c, s, n);
    if (c.status != IZH_OK)
        return c.status;
    izh_flight_cut(&s->flight);
    izh_stimulus_set_inputs(&s->flight.stimulus, inputs, n);
    izh_flight_fold(&s->flight);
    return IZH_OK;
}

izh_status izh_solver_on_stimulus(izh_solver *s, izh_stimulus_fn *fn, void *user)
{
    IZH_FPMODE;
    if (!s)
        return IZH_E_INVALID;
    const izh_status status = check_stimulus_free(s).status;
    if (status != IZH_OK)
        return status;
    izh_flight_cut(&s->flight);
    izh_stimulus_set_fn(&s->flight.stimulus, fn, user);
    izh_flight_fold(&s->flight);
    return IZH_OK;
}

izh_status izh_solver_on_spike(izh_solver *s, izh_spike_fn *fn, void *user)
{
    if (!s)
        return IZH_E_INVALID;
    s->flight.on_spike = fn;
    s->flight.on_spike_user = user;
    return IZH_OK;
}

/* ---- what the neuron is ---- */

izh_status izh_solver_set_params(izh_solver *s, const izh_params *params)
{
    IZH_FPMODE;
    if (!s)
        return IZH_E_INVALID;
    struct izh_checks c = check_stimulus_free(s);
    IZH_REQUIRE(&c, params, IZH_E_INVALID, "params is NULL");
    izh_solver_check_params(&c, s->method, params);
    if (c.status != IZH_OK)
        return c.status;
    izh_flight_cut(&s->flight);
    izh_flight_end_piece(&s->flight);
    izh_flight_set_params(&s->flight, params);
    if (s->flight.inside)
        return IZH_OK;
    s->flight.spikes.count = s->flight.steps.count = 0;
    izh_flight_look_for_spike(&s->flight);
    return IZH_OK;
}

static izh_status check_move(struct izh_solver *s, izh_state state)
{
    struct izh_checks c = {&s->report, IZH_OK};
    IZH_REQUIRE(&c, !s->flight.inside, IZH_E_BUSY, "set_state or kick inside a callback");
    izh_check_state(&c, "state", state);
    return c.status;
}

izh_status izh_solver_set_state(izh_solver *s, izh_state state)
{
    IZH_FPMODE;
    if (!s)
        return IZH_E_INVALID;
    const izh_status status = check_move(s, state);
    if (status != IZH_OK)
        return status;
    izh_flight_move(&s->flight, state);
    if (s->flight.ops->dialect) { /* a spike that was due belonged to the old state */
        s->flight.spike_due = false;
        s->flight.step.memory = 0;
    }
    s->flight.spikes.count = s->flight.steps.count = 0;
    izh_error_bound_clear(&s->flight.error);
    if (izh_flight_tangents(&s->flight))
        izh_gradients_begin(s->flight.tangents);
    return IZH_OK;
}

izh_status izh_solver_kick(izh_solver *s, double dv, double du)
{
    IZH_FPMODE;
    if (!s)
        return IZH_E_INVALID;
    if (!izh_isfinite(dv) || !izh_isfinite(du))
        return izh_fail(&s->report, IZH_E_INVALID, "dv = %s, du = %s must be finite",
                        izh_number(dv).text, izh_number(du).text);
    const izh_state state = {s->flight.now.v + dv, s->flight.now.u + du};
    const izh_status status = check_move(s, state);
    if (status == IZH_OK)
        izh_flight_move(&s->flight, state);
    return status;
}

/* ---- what can be read ---- */

izh_state izh_solver_state(const izh_solver *s)
{
    return s ? s->flight.now : (izh_state){IZH_NAN, IZH_NAN};
}

double izh_solver_time(const izh_solver *s)
{
    return s ? s->flight.time : IZH_NAN;
}

double izh_solver_spike_error_bound(const izh_solver *s)
{
    return s ? s->flight.spike_error : IZH_NAN;
}

izh_status izh_solver_statistics(const izh_solver *s, izh_statistics *statistics)
{
    return s ? izh_statistics_write(statistics, &s->flight.count, sizeof s->flight.count)
             : IZH_E_INVALID;
}

const char *izh_solver_message(const izh_solver *s)
{
    return s ? s->report.text : "";
}
