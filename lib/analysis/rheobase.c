/* The least current that makes a neuron fire, found between one that does and one that does not. */
#include <string.h>

#include "analysis/trap.h"
#include "events/flight.h"
#include "util/fpmode.h"

#define DEFAULT_TOLERANCE 1e-9
#define LEAST_TOLERANCE (4 * DBL_EPSILON)
#define WORK 4096       /* bytes of the method's own */
#define FIRST (1. / 64) /* the first current to try, as a share of the one that ends rest */
#define DOUBLINGS 200
#define LOOKS_PER_TAU 4 /* looks after the stimulus, in the slowest time constant at rest */
#define LOOKS 1000
#define LOOKS_INSIDE 40 /* in the trap, where errors decay, too */
#define FIRST_LOOK .01  /* the first one, as a share of the longest time between looks */
#define LATER 1.25
#define STEPS 20000     /* the most that a run may take after the stimulus */
#define TIME_BOUND 1e-3 /* of a spike's time, or .1 ms: with more, there may be no spike */
#define ERROR_SAFETY 4  /* as for the bound of spikes' times */
#define NARROW 1e-6     /* a bracket that is useful even if no run could narrow it */

/* One run from rest. */
struct trial {
    bool fires, certain;
    bool blurred; /* not certain because the run's own error is too large */
    double t, error_bound;
};

struct hunt {
    const struct izh_model *model;
    int32_t shape;
    double duration;
    double look; /* ms */
    struct izh_trap trap;
    struct izh_flight flight;
    struct izh_report report;
    izh_input room[2];
    _Alignas(16) unsigned char work[WORK];
    uint32_t runs;
    struct trial last;
};

static int32_t stop_at_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    struct hunt *h = user;
    (void)after;
    h->last.t = e->t;
    h->last.error_bound = h->flight.spike_error;
    return IZH_STOP;
}

static void begin_trial(struct hunt *h, double I)
{
    struct izh_flight *f = &h->flight;
    const struct izh_flight_config config = {.ops = izh_method_ops(IZH_METHOD_DEFAULT),
                                             .events = IZH_EVENTS_EXACT,
                                             .report = &h->report};
    const bool ramp = h->shape == IZH_RHEOBASE_RAMP;
    const izh_segment pulse[2] = {{0, ramp ? 0 : I, ramp ? I / h->duration : 0},
                                  {h->duration, 0, 0}};
    memset(f, 0, sizeof *f);
    memset(h->work, 0, sizeof h->work);
    izh_flight_set_up(f, &config);
    izh_flight_set_params(f, &h->model->p);
    f->step.work = h->work;
    f->step.from = f->now = h->trap.rest;
    f->on_spike = stop_at_spike;
    f->on_spike_user = h;
    f->stimulus.segments = h->room;
    f->stimulus.capacity = 2;
    izh_stimulus_set_segments(&f->stimulus, pulse, 2);
    h->last = (struct trial){.t = IZH_NAN, .error_bound = IZH_NAN};
    h->runs++;
}

/* A bound of the state's distance from the exact solution, mV and pA. */
static double state_error(struct izh_flight *f)
{
    izh_flight_cut(f); /* the bound is that at the start of a step */
    return ERROR_SAFETY * (f->error.along + f->error.across);
}

/* Runs on after the stimulus, until the neuron fires or surely goes back to rest. A neuron that
 * does neither within so many looks or steps is caught elsewhere, and counts as one that does not
 * fire. */
static izh_status wait(struct hunt *h)
{
    struct izh_flight *f = &h->flight;
    const uint64_t most = f->count.steps + STEPS;
    double after = 0, look = FIRST_LOOK * h->look;
    int inside = 0;
    izh_status status = IZH_OK;
    for (int i = 0; i < LOOKS && inside < LOOKS_INSIDE && f->count.steps < most; i++) {
        if (izh_trapped(&h->trap, f->now, 0)) {
            h->last.certain = izh_trapped(&h->trap, f->now, state_error(f));
            h->last.blurred = !h->last.certain;
            if (h->last.certain)
                return IZH_OK;
            inside++;
        }
        after += look;
        look = izh_fmin(LATER * look, h->look);
        if ((status = izh_flight_run(f, h->duration + after)) != IZH_OK)
            break;
    }
    return status;
}

static izh_status try_current(struct hunt *h, double I)
{
    begin_trial(h, I);
    izh_status status = izh_flight_run(&h->flight, h->duration);
    if (status == IZH_OK)
        status = wait(h);
    h->last.fires = status == IZH_STOPPED;
    if (h->last.fires) {
        h->last.certain = h->last.error_bound <= izh_fmax(.1, TIME_BOUND * h->last.t);
        h->last.blurred = !h->last.certain;
    }
    return h->last.fires ? IZH_OK : status;
}

/* ---- the search ---- */

struct bracket {
    double lo, hi;
    bool lo_certain, hi_certain;
    double t, error_bound;
};

static void note_trial(struct bracket *b, double I, const struct trial *trial)
{
    if (!trial->fires) {
        b->lo = I;
        b->lo_certain = trial->certain;
        return;
    }
    b->hi = I;
    b->hi_certain = trial->certain;
    b->t = trial->t;
    b->error_bound = trial->error_bound;
}

/* Doubles a small current until it makes the neuron fire. */
static izh_status find_bracket(struct hunt *h, double first, struct bracket *b)
{
    double I = first;
    for (int i = 0; i < DOUBLINGS && izh_isfinite(I); i++, I *= 2) {
        const izh_status status = try_current(h, I);
        if (status != IZH_OK)
            return status;
        note_trial(b, I, &h->last);
        if (h->last.fires)
            break;
    }
    return IZH_OK;
}

static izh_status narrow(struct hunt *h, double tolerance, struct bracket *b)
{
    while (b->hi - b->lo > tolerance * b->hi) {
        const double I = b->lo + .5 * (b->hi - b->lo);
        if (!(b->lo < I && I < b->hi))
            break;
        const izh_status status = try_current(h, I);
        if (status != IZH_OK)
            return status;
        if (h->last.blurred && b->hi - b->lo <= NARROW * b->hi)
            break;
        note_trial(b, I, &h->last);
    }
    return IZH_OK;
}

/* A current of the size that matters to the neuron. */
static double size_of_current(const izh_params *p)
{
    izh_bifurcation end;
    if (izh_params_rest_ends(p, &end) == IZH_OK && end.I > 0 && izh_isfinite(end.I))
        return end.I;
    const double terms = izh_fabs(p->k2) * p->vb * p->vb + izh_fabs(p->k1 * p->vb) +
                         izh_fabs(p->k0) + izh_fabs(p->cm);
    return 1e-3 * terms;
}

static double slowest_rate(const struct izh_model *m, izh_state rest)
{
    const struct izh_jacobian j = izh_model_jacobian(m, rest);
    const double half = .5 * (j.vv + j.uu), determinant = j.vv * j.uu - j.vu * j.uv;
    const double square = half * half - determinant;
    return square > 0 ? determinant / (__builtin_sqrt(square) - half) : -half;
}

static izh_status for_ever(const izh_params *params, izh_rheobase *rheobase)
{
    izh_bifurcation end;
    const izh_status status = izh_params_rest_ends(params, &end);
    *rheobase = (izh_rheobase){.I = end.I,
                               .below = end.I,
                               .t = IZH_INFINITY,
                               .error_bound = IZH_NAN,
                               .certified = status == IZH_OK};
    return status;
}

static izh_status search(struct hunt *h, double tolerance, izh_rheobase *rheobase)
{
    const izh_params *p = &h->model->p;
    struct bracket b = {0, IZH_INFINITY, true, false, IZH_INFINITY, IZH_NAN};
    izh_status status = find_bracket(h, FIRST * size_of_current(p), &b);
    if (status == IZH_OK && b.hi < IZH_INFINITY)
        status = narrow(h, tolerance, &b);
    if (status == IZH_OK)
        *rheobase =
            (izh_rheobase){b.hi, b.lo, b.t, b.error_bound, b.lo_certain && b.hi_certain, h->runs};
    return status;
}

izh_status izh_params_rheobase(const izh_params *params, int32_t shape, double duration,
                               double tolerance, izh_rheobase *rheobase)
{
    IZH_FPMODE;
    if (!rheobase || izh_params_check(params, NULL) != IZH_OK || !(duration > 0) ||
        !(tolerance >= 0) || !izh_isfinite(tolerance) ||
        (shape != IZH_RHEOBASE_STEP && shape != IZH_RHEOBASE_RAMP))
        return IZH_E_INVALID;
    if (duration == IZH_INFINITY)
        return for_ever(params, rheobase);
    const struct izh_method_ops *ops = izh_method_ops(IZH_METHOD_DEFAULT);
    if (!ops || ops->work_size > WORK)
        return IZH_E_UNSUPPORTED;
    struct izh_model m;
    struct hunt h = {.model = &m, .shape = shape, .duration = duration};
    izh_state rest;
    izh_model_set(&m, params);
    if (izh_params_rest(params, 0, &rest) != IZH_OK) {
        *rheobase = (izh_rheobase){IZH_NAN, IZH_NAN, IZH_NAN, IZH_NAN, 0, 0};
        return IZH_NO_REST;
    }
    h.trap = izh_trap_of(&m, rest);
    h.look = 1 / (LOOKS_PER_TAU * slowest_rate(&m, rest));
    const double least = tolerance > 0 ? tolerance : DEFAULT_TOLERANCE;
    return search(&h, izh_fmax(least, LEAST_TOLERANCE), rheobase);
}
