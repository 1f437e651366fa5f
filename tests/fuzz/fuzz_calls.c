/* A neuron, a stimulus and a row of calls out of bytes: whatever they are, what the headers promise
 * holds. */
#include "fuzz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- who calls and is called ---- */

#define TURNS 8
#define ASKS_MAX 100 /* beyond it an answer holds for ever: every other one costs a step */
#define SEGMENTS 6
#define SAMPLES 6
#define CALLS 32
#define GRADIENTS 3
#define STEPS_MAX 2000 /* an input ends after so many, */
#define RHS_MAX 50000  /* or after so many evaluations, of which a step may take a thousand */

/* What the callbacks do, in turn. */
struct plan {
    uint8_t spike[TURNS], ask[TURNS];
    double current[2], slope, chord;
    izh_state after;
    izh_params params;
};

/* What the callbacks were told so far: two solvers that go the same way have the same. */
struct story {
    uint64_t spikes, asks, hash;
    double last; /* time of the last spike */
    bool stop;   /* one of them asked to stop in this run */
};

struct snapshot;

struct actor {
    izh_solver *s;
    const struct plan *plan;
    struct story story;
    struct snapshot *snapshot; /* to take at the next spike; NULL: none */
    double from, until;        /* the run under way */
    bool listens;              /* to spikes */
    size_t live;               /* allocations */
    bool starved;              /* there is no memory */
    izh_status logged;
    char log[256];
};

/* An actor as it was inside a spike callback. */
struct snapshot {
    struct blob blob;
    struct story story;
    bool taken;
};

static void *allocate(void *user, size_t size)
{
    struct actor *a = user;
    void *memory = a->starved ? NULL : malloc(size);
    a->live += memory != NULL;
    return memory;
}

static void release(void *user, void *memory, size_t size)
{
    struct actor *a = user;
    memset(memory, 0xa5, size);
    a->live--;
    free(memory);
}

static void take_note(void *user, izh_status status, const char *message)
{
    struct actor *a = user;
    a->logged = status;
    strncpy(a->log, message, sizeof a->log - 1);
}

/* ---- what holds after each call ---- */

/* A call's status, which the log was told if it is an error. */
static void demand_told(struct actor *a, izh_status status)
{
    fuzz_demand_sound(a->s, status);
    demand(status >= 0 || a->logged == status, a->s);
    demand(status >= 0 || strncmp(a->log, izh_solver_message(a->s), sizeof a->log - 1) == 0, a->s);
}

static void demand_unchanged(const struct actor *a, const struct blob *before)
{
    static struct blob now;
    fuzz_save(a->s, &now);
    demand_same_blobs(&now, before, a->s);
}

/* A call that is no run: where it is refused, nothing changes. */
static void demand_whole(struct actor *a, izh_status status, const struct blob *before)
{
    demand_told(a, status);
    demand(status == IZH_OK || status == IZH_E_INVALID || status == IZH_E_MEMORY ||
               status == IZH_E_FORMAT ||
               (status == IZH_E_UNSUPPORTED && fuzz_dialect(a->s->method)),
           a->s);
    if (status != IZH_OK)
        demand_unchanged(a, before);
}

static void demand_refused(struct actor *a, izh_status status, const struct blob *before)
{
    demand_whole(a, status, before);
    demand(status != IZH_OK, a->s);
}

/* Nothing that moves a solver may be called inside its callbacks. */
static void demand_busy(struct actor *a)
{
    static struct blob before;
    izh_solver *s = a->s;
    const double t = izh_solver_time(s);
    izh_state y;
    fuzz_save(s, &before);
    demand(izh_solver_run(s, t) == IZH_E_BUSY, s);
    demand(izh_solver_sample(s, &t, 1, &y) == IZH_E_BUSY, s);
    demand(izh_solver_set_state(s, a->plan->after) == IZH_E_BUSY, s);
    demand(izh_solver_kick(s, 0, 0) == IZH_E_BUSY, s);
    demand(izh_solver_load(s, before.bytes, before.size) == IZH_E_BUSY, s);
    izh_solver_destroy(s);
    demand_told(a, IZH_E_BUSY);
    demand_unchanged(a, &before);
}

static void demand_busier(struct actor *a)
{
    izh_solver *s = a->s;
    demand_busy(a);
    demand(izh_solver_set_current(s, 1) == IZH_E_BUSY, s);
    demand(izh_solver_set_stimulus(s, NULL, 0) == IZH_E_BUSY, s);
    demand(izh_solver_set_inputs(s, NULL, 0) == IZH_E_BUSY, s);
    demand(izh_solver_on_stimulus(s, NULL, NULL) == IZH_E_BUSY, s);
    demand(izh_solver_set_params(s, &a->plan->params) == IZH_E_BUSY, s);
}

/* ---- callbacks ---- */

static void hear(struct story *story, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    story->hash = (story->hash ^ bits) * 0x100000001b3u;
    story->hash ^= story->hash >> 29;
}

/* With exact events a spike that the run itself came to is on the peak to the bit. */
static void demand_at_peak(const struct actor *a, const izh_spike_event *e)
{
    const struct izh_dialect *dialect = fuzz_dialect(a->s->method);
    const double above = izh_model_above_peak(&a->s->flight.model, e->before);
    if (dialect) {
        demand(izh_dialect_fires(dialect, e->before.v), a->s);
        return;
    }
    demand(above >= 0, a->s);
    if (a->s->flight.events == IZH_EVENTS_EXACT && e->t > a->from + fuzz_slack(a->s, e->t))
        demand(above == 0, a->s);
}

/* How long before now a dialect may say that a spike was: the step, or the millisecond. */
static double label_lag(const izh_solver *s)
{
    const struct izh_dialect *dialect = fuzz_dialect(s->method);
    return dialect && dialect->label_start ? fmax(1, s->flight.clock.dt) : 0;
}

static void demand_event(struct actor *a, const izh_spike_event *e, const izh_state *after)
{
    const izh_solver *s = a->s;
    const double slack = fuzz_slack(s, e->t), lag = label_lag(s);
    const izh_state reset = izh_model_reset(&s->flight.model, e->before);
    demand(isfinite(e->t) && e->neuron == 0 && e->reserved == 0, s);
    demand(e->t >= a->from - lag - slack && e->t <= a->until + slack, s);
    demand(!(e->t < a->story.last), s);
    demand(fabs(e->t - izh_solver_time(s)) <= lag + slack && e->t <= izh_solver_time(s) + slack, s);
    demand(fuzz_same_state(izh_solver_state(s), e->before), s);
    demand(fuzz_same_state(*after, reset), s);
    demand(izh_solver_spike_error_bound(s) >= 0, s);
    demand_at_peak(a, e);
}

static void take_snapshot(struct actor *a)
{
    if (!a->snapshot || a->snapshot->taken)
        return;
    fuzz_save(a->s, &a->snapshot->blob);
    a->snapshot->story = a->story;
    a->snapshot->taken = true;
}

static izh_stimulus_fn on_ask;

static int32_t act_at_spike(struct actor *a, const izh_spike_event *e, izh_state *after)
{
    const struct plan *plan = a->plan;
    const unsigned turn = plan->spike[a->story.spikes++ % TURNS];
    const double I = plan->current[turn / 16 % 2];
    const izh_segment segments[] = {{e->t, I, plan->slope}, {e->t + 1, I, 0}};
    const izh_input inputs[] = {{e->t, I, 0, .1, 0}, {e->t + 1, I, plan->slope, 0, 0}};
    izh_status status = IZH_OK;
    switch (turn % 16) {
    case 0:
        return IZH_STOP;
    case 1:
        return 7; /* counts as a stop */
    case 2:
        *after = plan->after;
        break;
    case 3:
        status = izh_solver_set_current(a->s, I);
        break;
    case 4:
        status = izh_solver_set_stimulus(a->s, segments, turn / 32 % 3);
        break;
    case 5:
        status = izh_solver_on_stimulus(a->s, turn / 16 % 2 ? on_ask : NULL, a);
        break;
    case 6:
        status = izh_solver_set_params(a->s, &plan->params);
        break;
    case 7:
        demand_busy(a);
        break;
    case 8:
        after->v = e->before.v;
        break;
    case 9:
        *after = plan->after;
        status = izh_solver_set_params(a->s, &plan->params);
        break;
    case 10:
        status = izh_solver_set_inputs(a->s, inputs, turn / 32 % 3);
        break;
    default:
        break;
    }
    demand_told(a, status);
    return IZH_CONTINUE;
}

static int32_t on_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    struct actor *a = user;
    demand_event(a, e, after);
    take_snapshot(a);
    hear(&a->story, e->t);
    hear(&a->story, e->before.v);
    hear(&a->story, e->before.u);
    a->story.last = e->t;
    const int32_t answer = act_at_spike(a, e, after);
    a->story.stop |= answer != IZH_CONTINUE;
    return answer;
}

/* A current, constant, ramped or fed back; NaN now and then. */
static void answer_current(const struct plan *plan, unsigned turn, izh_state y,
                           izh_segment *segment)
{
    segment->I = plan->current[turn / 64 % 2];
    if (turn & 8)
        segment->slope = plan->slope;
    if (turn & 16 && fabs(y.v) < 1e6)
        segment->I = 100 - .5 * y.v;
}

static int32_t on_ask(izh_segment *segment, double *until, izh_state y, void *user)
{
    struct actor *a = user;
    const struct plan *plan = a->plan;
    const double t = segment->t;
    const unsigned turn = plan->ask[a->story.asks % TURNS];
    demand(fabs(t - izh_solver_time(a->s)) <= fuzz_slack(a->s, t), a->s);
    demand(*until == INFINITY && segment->I == 0 && segment->slope == 0, a->s);
    demand(fuzz_same_state(izh_solver_state(a->s), y), a->s);
    hear(&a->story, t);
    hear(&a->story, y.v);
    answer_current(plan, turn, y, segment);
    if (turn & 32)
        demand_busier(a);
    if (a->story.asks++ < ASKS_MAX && turn % 4)
        *until = turn % 8 == 7 ? t - plan->chord : t + plan->chord;
    a->story.stop |= turn % 64 == 9;
    return turn % 64 == 9 ? IZH_STOP : IZH_CONTINUE;
}

/* ---- runs ---- */

static void demand_time(const struct actor *a, izh_status status, double before, double t_end)
{
    const izh_solver *s = a->s;
    const double t = izh_solver_time(s);
    /* The clock may stand an ulp beside the t_end that the host saw. */
    demand(t >= before - fuzz_slack(s, before), s);
    demand(t <= t_end + fuzz_slack(s, t_end), s);
    const bool on_tick =
        s->flight.clock.dt > 0 && s->flight.cursor == 0 && s->flight.clock.offset == 0;
    if (status == IZH_OK && on_tick)
        demand(t == s->flight.clock.base && fabs(t - t_end) <= fuzz_slack(s, t_end), s);
    else if (status == IZH_OK)
        demand(t == t_end, s);
}

static void demand_run(struct actor *a, izh_status status, const struct story *before)
{
    demand_told(a, status);
    demand(status == IZH_OK || status == IZH_STOPPED || status == IZH_E_DIVERGED ||
               status == IZH_E_TOLERANCE || status == IZH_E_RESET || status == IZH_E_INVALID,
           a->s);
    demand(status != IZH_STOPPED || a->story.stop, a->s);
    demand(status != IZH_OK || !a->story.stop, a->s);
    /* Well within its bounds, a time can only be refused for what the callback said. */
    demand(status != IZH_E_INVALID || a->story.asks > before->asks, a->s);
}

static void begin(struct actor *a, double t_end)
{
    a->from = izh_solver_time(a->s);
    a->until = t_end;
    a->story.stop = false;
}

/* Runs to a time that is not in the past. */
static izh_status run(struct actor *a, double t_end)
{
    const struct story before = a->story;
    begin(a, t_end);
    const double from = a->from;
    const izh_status status = izh_solver_run(a->s, t_end);
    demand_run(a, status, &before);
    demand_time(a, status, from, t_end);
    return status;
}

/* Makes `to` go on as the solver saved would. */
static void load(struct actor *to, const struct actor *from, const struct blob *blob,
                 const struct story *story)
{
    static struct blob copy;
    const izh_solver *s = from->s;
    izh_solver_on_stimulus(to->s, on_ask, to);
    izh_solver_on_spike(to->s, from->listens ? on_spike : NULL, to);
    to->listens = from->listens;
    to->story = *story;
    demand(izh_solver_load(to->s, blob->bytes, blob->size) == IZH_OK, s);
    fuzz_save(to->s, &copy);
    demand_same_blobs(blob, &copy, s);
}

static void copy(struct actor *to, const struct actor *from)
{
    static struct blob blob;
    fuzz_save(from->s, &blob);
    load(to, from, &blob, &from->story);
    demand(fuzz_same(izh_solver_time(to->s), izh_solver_time(from->s)), from->s);
    demand(fuzz_same_state(izh_solver_state(to->s), izh_solver_state(from->s)), from->s);
}

static void demand_same(const struct actor *x, const struct actor *y)
{
    static struct blob blobs[2];
    const izh_solver *s = x->s;
    demand(x->story.spikes == y->story.spikes && x->story.asks == y->story.asks, s);
    demand(x->story.hash == y->story.hash, s);
    demand(fuzz_same(izh_solver_time(s), izh_solver_time(y->s)), s);
    demand(fuzz_same_state(izh_solver_state(s), izh_solver_state(y->s)), s);
    demand(fuzz_same(izh_solver_spike_error_bound(s), izh_solver_spike_error_bound(y->s)), s);
    fuzz_save(s, &blobs[0]);
    fuzz_save(y->s, &blobs[1]);
    demand_same_blobs(&blobs[0], &blobs[1], s);
}

/* ---- times ---- */

/* A time from now on that is not far off. */
static double choose_time(const struct actor *a, struct bytes *b)
{
    const izh_solver *s = a->s;
    const double now = izh_solver_time(s), far = fuzz_horizon(s);
    const double h = s->flight.clock.dt > 0 ? s->flight.clock.dt : s->flight.dt_max;
    double t = now;
    switch (fuzz_below(b, 8)) {
    case 0:
        t = now + h * fuzz_byte(b) / 16;
        break;
    case 1:
        t = now + fuzz_byte(b) / 8.;
        break;
    case 2:
        t = now + fabs(fuzz_double(b));
        break;
    case 3: /* a tick, or a few ulp beside it */
        t = s->flight.clock.t0 + (round((now - s->flight.clock.t0) / h) + fuzz_below(b, 64)) * h;
        for (unsigned ulps = fuzz_below(b, 12); ulps > 6; ulps--)
            t = nextafter(t, ulps % 2 ? INFINITY : -INFINITY);
        break;
    case 4: /* where a segment ends */
        t = s->flight.stimulus.until;
        break;
    case 5:
        t = nextafter(now, INFINITY);
        break;
    case 6: /* where the step under way ends */
        t = s->flight.stepped ? izh_clock_time(&s->flight.clock, s->flight.end) : now;
        break;
    default:
        t = now + fuzz_byte(b) / 256.;
        break;
    }
    return t >= now && t <= far ? t : t > far ? far : now;
}

/* ---- the calls ---- */

struct world {
    struct actor one, twin; /* the twin is there to compare with */
    struct plan plan;
    struct blob blob;    /* of one, some calls ago */
    struct bytes *bytes; /* what is left of the input */
    size_t gradients;    /* that the solvers find */
};

/* A run, and the same from a copy that was made before it or at a spike inside it. */
static void call_run(struct world *w)
{
    static struct snapshot snapshot;
    struct actor *a = &w->one, *twin = &w->twin;
    const double t_end = choose_time(a, w->bytes);
    const bool inside = fuzz_byte(w->bytes) & 1;
    fuzz_hurry(a->s, t_end);
    snapshot.taken = false;
    a->snapshot = inside && a->listens ? &snapshot : NULL;
    if (!a->snapshot)
        copy(twin, a);
    const izh_status status = run(a, t_end);
    if (snapshot.taken)
        load(twin, a, &snapshot.blob, &snapshot.story);
    if (!a->snapshot || snapshot.taken) {
        demand(run(twin, t_end) == status, a->s);
        demand_same(a, twin);
    }
    a->snapshot = NULL;
}

/* A run at once, and by a copy in two pieces. */
static void call_split_run(struct world *w)
{
    struct actor *a = &w->one, *twin = &w->twin;
    const double t_end = choose_time(a, w->bytes), other = choose_time(a, w->bytes);
    fuzz_hurry(a->s, fmax(t_end, other));
    copy(twin, a);
    const izh_status status = run(a, fmax(t_end, other));
    izh_status pieces = run(twin, fmin(t_end, other));
    /* Where the solution runs away inside a step, a look there fails, and leaves no trace. */
    if (pieces == IZH_OK || (pieces == IZH_E_DIVERGED && twin->s->flight.stepped))
        pieces = run(twin, fmax(t_end, other));
    demand(status == pieces, a->s);
    /* A look that fails leaves a solver where it last looked, which need not be the same place. */
    if (status == IZH_E_DIVERGED && a->s->flight.stepped)
        return;
    /* Nor need it where a dialect has waited for a step that then fails. */
    if (status < 0 && fuzz_dialect(a->s->method))
        return;
    /* A look into a step may cost evaluations that a run across it does not, and where a run ends
     * early its time is the clock's or, if it did not get on, the t_end before. */
    demand(a->s->flight.count.steps == twin->s->flight.count.steps, a->s);
    demand(fabs(a->s->flight.time - twin->s->flight.time) <= fuzz_slack(a->s, a->s->flight.time),
           a->s);
    demand(status != IZH_OK || a->s->flight.time == twin->s->flight.time, a->s);
    twin->s->flight.count = a->s->flight.count;
    twin->s->flight.time = a->s->flight.time;
    demand_same(a, twin);
}

static int ascending(const void *x, const void *y)
{
    const double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

/* Samples, and the same by runs of a copy. */
static void call_sample(struct world *w)
{
    struct actor *a = &w->one, *twin = &w->twin;
    double times[SAMPLES];
    izh_state states[SAMPLES];
    const unsigned n = fuzz_below(w->bytes, SAMPLES + 1);
    const struct story before = a->story;
    for (unsigned i = 0; i < n; i++)
        times[i] = choose_time(a, w->bytes);
    qsort(times, n, sizeof *times, ascending);
    fuzz_hurry(a->s, n ? times[n - 1] : 0);
    copy(twin, a);
    begin(a, n ? times[n - 1] : izh_solver_time(a->s));
    const izh_status status = izh_solver_sample(a->s, times, n, states);
    demand_run(a, status, &before);
    izh_status runs = IZH_OK;
    for (unsigned i = 0; i < n; i++) {
        if (runs == IZH_OK)
            runs = run(twin, times[i]);
        const izh_state none = {NAN, NAN}, y = izh_solver_state(twin->s);
        demand(fuzz_same_state(states[i], runs == IZH_OK ? y : none), a->s);
    }
    demand(runs == status, a->s);
    demand_same(a, twin);
}

/* Derivatives, which a look at leaves alone; and the same from samples at the time that is now. */
static void call_gradients(struct world *w, const struct blob *before)
{
    struct actor *a = &w->one;
    izh_state now[GRADIENTS], sampled[GRADIENTS], y;
    double spike[GRADIENTS];
    const double t = izh_solver_time(a->s);
    const izh_status status = izh_solver_gradients(a->s, now);
    demand_told(a, status);
    demand(status == (w->gradients ? IZH_OK : IZH_E_INVALID), a->s);
    demand(izh_solver_spike_gradients(a->s, spike) == status, a->s);
    demand_unchanged(a, before);
    if (status != IZH_OK)
        return;
    copy(&w->twin, a);
    if (izh_solver_sample_gradients(w->twin.s, &t, 1, &y, sampled) != IZH_OK)
        return; /* a spike is due that ends in an error */
    for (size_t i = 0; w->twin.story.spikes == a->story.spikes && i < w->gradients; i++)
        demand(fuzz_same_state(now[i], sampled[i]), a->s);
}

/* When the next spike is, which a run then has. */
static void call_next_spike(struct world *w)
{
    struct actor *a = &w->one, *twin = &w->twin;
    const double now = izh_solver_time(a->s), limit = choose_time(a, w->bytes);
    static struct blob before;
    double t = NAN;
    fuzz_hurry(a->s, limit);
    fuzz_save(a->s, &before);
    const izh_status status = izh_solver_next_spike(a->s, limit, &t);
    demand_told(a, status);
    demand_unchanged(a, &before);
    demand(status == IZH_OK || isnan(t), a->s);
    if (status != IZH_OK || !a->listens)
        return;
    copy(twin, a);
    const uint64_t spikes = twin->story.spikes;
    run(twin, limit);
    demand((twin->story.spikes > spikes) == (t < INFINITY), a->s);
    demand(t == INFINITY || (t >= now - label_lag(a->s) - fuzz_slack(a->s, now) && t <= limit),
           a->s);
}

/* Setting the current that holds changes nothing. */
static void call_set_current(struct world *w, const struct blob *before)
{
    static struct blob set;
    struct actor *a = &w->one;
    const double I = fuzz_double(w->bytes);
    const izh_status status = izh_solver_set_current(a->s, I);
    demand_whole(a, status, before);
    demand((status == IZH_OK) == (isfinite(I) != 0), a->s);
    fuzz_save(a->s, &set);
    demand_whole(a, izh_solver_set_current(a->s, I), &set);
    demand_unchanged(a, &set);
}

static void call_set_stimulus(struct world *w, const struct blob *before)
{
    struct actor *a = &w->one;
    izh_segment segments[SEGMENTS];
    const unsigned n = fuzz_below(w->bytes, SEGMENTS + 1);
    double t = izh_solver_time(a->s) - 1;
    for (unsigned i = 0; i < n; i++) {
        t += fuzz_double(w->bytes);
        const double I = fuzz_double(w->bytes);
        segments[i] = (izh_segment){t, I, 0};
        if (fuzz_byte(w->bytes) & 1)
            segments[i].slope = fuzz_double(w->bytes);
    }
    a->starved = fuzz_byte(w->bytes) == 1;
    demand_whole(a, izh_solver_set_stimulus(a->s, segments, n), before);
    a->starved = false;
}

/* Inputs with conductances: what is refused, and why, is said once more here. */
static void call_set_inputs(struct world *w, const struct blob *before)
{
    struct actor *a = &w->one;
    izh_input inputs[SEGMENTS];
    const unsigned n = fuzz_below(w->bytes, SEGMENTS + 1);
    double t = izh_solver_time(a->s) - 1;
    bool right = true;
    for (unsigned i = 0; i < n; i++) {
        const double last = t;
        t += fuzz_double(w->bytes);
        const double I = fuzz_double(w->bytes), g = fuzz_double(w->bytes);
        const double E = fuzz_double(w->bytes);
        const double slope = fuzz_byte(w->bytes) & 1 ? fuzz_double(w->bytes) : 0;
        inputs[i] = (izh_input){t, I, slope, g, E};
        right = right && isfinite(t) && isfinite(I) && isfinite(slope) && isfinite(E) &&
                isfinite(g * E) && g >= 0 && (i == 0 || t > last);
    }
    a->starved = fuzz_byte(w->bytes) == 1;
    const izh_status status = izh_solver_set_inputs(a->s, inputs, n);
    a->starved = false;
    demand_whole(a, status, before);
    demand((status == IZH_E_UNSUPPORTED) == (fuzz_dialect(a->s->method) != NULL), a->s);
    demand(status != IZH_OK || right, a->s);
    const bool too_many = a->s->max_segments && n > a->s->max_segments;
    demand(status != IZH_E_INVALID || !right || too_many, a->s);
}

static void call_set_state(struct world *w, const struct blob *before)
{
    struct actor *a = &w->one;
    const izh_state y = fuzz_state(w->bytes);
    const izh_status status = izh_solver_set_state(a->s, y);
    demand_whole(a, status, before);
    if (status == IZH_OK)
        demand(fuzz_same_state(izh_solver_state(a->s), y), a->s);
}

static void call_kick(struct world *w, const struct blob *before)
{
    struct actor *a = &w->one;
    const izh_state y = izh_solver_state(a->s);
    const double dv = fuzz_double(w->bytes), du = fuzz_double(w->bytes);
    const izh_state kicked = {y.v + dv, y.u + du};
    const izh_status status = izh_solver_kick(a->s, dv, du);
    demand_whole(a, status, before);
    if (status == IZH_OK)
        demand(fuzz_same_state(izh_solver_state(a->s), kicked), a->s);
}

static void call_on_spike(struct world *w)
{
    struct actor *a = &w->one;
    a->listens = fuzz_byte(w->bytes) & 1;
    demand_told(a, izh_solver_on_spike(a->s, a->listens ? on_spike : NULL, a));
}

/* Goes back to what was saved, if anything was. */
static void call_load(struct world *w, const struct blob *before)
{
    struct actor *a = &w->one;
    a->starved = fuzz_byte(w->bytes) == 1;
    const izh_status status = izh_solver_load(a->s, w->blob.bytes, w->blob.size);
    a->starved = false;
    demand_whole(a, status, before);
    demand(status != IZH_E_FORMAT || !w->blob.size, a->s);
    if (status != IZH_OK)
        return;
    a->story.last = -INFINITY;
    demand_unchanged(a, &w->blob);
}

static void call_load_damaged(struct world *w, const struct blob *before)
{
    static struct blob damaged;
    struct actor *a = &w->one;
    fuzz_save(a->s, &damaged);
    size_t at = fuzz_byte(w->bytes);
    at = (at << 8 | fuzz_byte(w->bytes)) % damaged.size;
    const uint8_t flip = fuzz_byte(w->bytes);
    damaged.bytes[at] ^= flip;
    if (!flip)
        damaged.size = at;
    const izh_status status = izh_solver_load(a->s, damaged.bytes, damaged.size);
    demand_refused(a, status, before);
    demand(status == IZH_E_FORMAT, a->s);
}

static void call_with_bad_arguments(struct world *w, const struct blob *before)
{
    struct actor *a = &w->one;
    izh_solver *s = a->s;
    izh_state states[2];
    const double now = izh_solver_time(s);
    const double past = now - fmax(1, 100 * fuzz_slack(s, now)), bad[] = {NAN, INFINITY, past};
    const double x = bad[fuzz_below(w->bytes, LENGTH(bad))], times[] = {now, x};
    const izh_segment segments[] = {{now, 0, 0}, {now, 0, 0}};
    demand_refused(a, izh_solver_run(s, x), before);
    demand_refused(a, izh_solver_sample(s, times, 2, states), before);
    demand_refused(a, izh_solver_sample(s, NULL, 1, states), before);
    demand_refused(a, izh_solver_sample(s, times, 1, NULL), before);
    demand_refused(a, izh_solver_set_stimulus(s, segments, 2), before);
    demand_refused(a, izh_solver_set_stimulus(s, NULL, 1), before);
    demand_refused(a, izh_solver_set_inputs(s, NULL, 1), before);
    demand_refused(a, izh_solver_set_stimulus(s, segments, SIZE_MAX), before);
    demand_refused(a, izh_solver_set_params(s, NULL), before);
    demand_refused(a, izh_solver_load(s, NULL, before->size), before);
    demand_refused(a, izh_solver_kick(s, NAN, 0), before);
    demand_refused(a, izh_solver_set_state(s, (izh_state){0, INFINITY}), before);
    demand_whole(a, izh_solver_abandon(s), before); /* no callback was left */
    demand_unchanged(a, before);
}

static void call_set_params(struct world *w, const struct blob *before)
{
    const bool dialect = fuzz_dialect(w->one.s->method) != NULL;
    const bool of_2003 = dialect && fuzz_byte(w->bytes) & 1;
    const izh_params p = of_2003 ? fuzz_params_2003(w->bytes) : fuzz_params(w->bytes);
    const izh_status status = izh_solver_set_params(w->one.s, &p);
    demand_whole(&w->one, status, before);
    if (!dialect || of_2003 || status != IZH_E_UNSUPPORTED)
        demand(status == izh_params_check(&p, NULL), w->one.s);
}

/* Goes to where the neuron rests, if it does. */
static void call_rest(struct world *w, const struct blob *before)
{
    izh_solver *s = w->one.s;
    izh_state rest;
    const izh_status status = izh_params_rest(&s->flight.model.p, fuzz_double(w->bytes), &rest);
    demand(status == IZH_OK || status == IZH_NO_REST || status == IZH_E_INVALID, s);
    if (status == IZH_OK) {
        demand(isfinite(rest.v) && isfinite(rest.u), s);
        demand(izh_model_above_peak(&s->flight.model, rest) < 0, s);
        demand_whole(&w->one, izh_solver_set_state(s, rest), before);
    } else if (status == IZH_NO_REST) {
        demand(isnan(rest.v) && isnan(rest.u), s);
    }
}

/* ---- other units ---- */

/* v' and u'. */
static izh_state slope(const izh_params *p, izh_state y, double I)
{
    const double x = y.v - p->vb;
    const double U = x < 0 ? p->b_lo * x : p->b_hi * x + p->b3 * x * x * x;
    const double v = (p->k2 * y.v + p->k1) * y.v + p->k0 - y.u + I;
    return (izh_state){v / p->cm, p->a * (U - p->r * y.u)};
}

/* The sum of what its terms may be as large as, which rounding is relative to. */
static izh_state slope_size(const izh_params *p, izh_state y, double I, const izh_conversion *c)
{
    const double vertex = p->k2 != 0 ? fabs(p->k1 / p->k2) : 0;
    const double w = fabs(y.v) + fabs(c->v_shift) + vertex, x = w + fabs(p->vb);
    const double u = fabs(y.u) + fabs(c->u_shift);
    const double v = (fabs(p->k2) * w + fabs(p->k1)) * w + fabs(p->k0) + u + fabs(I);
    const double U = fmax(fabs(p->b_lo), fabs(p->b_hi)) * x + fabs(p->b3) * x * x * x;
    return (izh_state){(v + fabs(c->I_shift)) / p->cm, fabs(p->a) * (U + fabs(p->r) * u)};
}

#define demand_near(x, y, size) demand(fabs((x) - (y)) <= 1e-9 * (size), NULL)

/* In the new units, the old neuron's state moves, spikes and is reset as the new one's. */
static void demand_same_neuron(const izh_params *p, const izh_params *q, const izh_conversion *c,
                               izh_state y, double I)
{
    const izh_state z = {c->v * y.v + c->v_shift, c->u * y.u + c->u_shift};
    const double J = c->u * I + c->I_shift, rate_v = c->v / c->t, rate_u = c->u / c->t;
    const izh_state old = slope(p, y, I), new = slope(q, z, J);
    const izh_state size = slope_size(q, z, J, c), old_size = slope_size(p, y, I, c);
    const double peak = p->vpeak + p->vpeak_u * y.u, reset = p->c + p->c_u * y.u;
    const double v_size = fabs(c->v_shift) + fabs(q->vpeak) + fabs(q->c) +
                          (fabs(q->vpeak_u) + fabs(q->c_u)) * (fabs(z.u) + fabs(c->u_shift));
    demand_near(new.v, rate_v * old.v, size.v + rate_v * old_size.v);
    demand_near(new.u, rate_u * old.u, size.u + rate_u * old_size.u);
    demand_near(q->vpeak + q->vpeak_u * z.u, c->v * peak + c->v_shift, v_size);
    demand_near(q->c + q->c_u * z.u, c->v * reset + c->v_shift, v_size);
    demand_near(q->d, c->u * p->d, fabs(q->d));
    if (p->u_max < INFINITY)
        demand_near(q->u_max, c->u * p->u_max + c->u_shift, fabs(q->u_max) + fabs(c->u_shift));
    else
        demand(q->u_max == INFINITY, NULL);
}

/* Neither squares nor products of such numbers are lost. */
static bool tame(double x)
{
    return x == 0 || (fabs(x) > 1e-6 && fabs(x) < 1e6);
}

static bool tame_params(const izh_params *p)
{
    const double fields[] = {
#define PARAM(name, column) p->name,
#include "model/params.def"
    };
    for (unsigned i = 0; i < LENGTH(fields); i++)
        if (!tame(fields[i]) && !(fields[i] == INFINITY && i == LENGTH(fields) - 1)) /* u_max */
            return false;
    return true;
}

static bool plain(const izh_params *p)
{
    return p->b_lo == p->b_hi && p->b3 == 0 && p->r == 1 && p->k2 > 0 && p->vpeak_u == 0 &&
           p->c_u == 0 && p->u_max == INFINITY && p->vpeak > -p->k1 / (2 * p->k2);
}

/* To 2003, once more, and by way of 2007: always the same four numbers. */
static void demand_one_form(const izh_params *p, const izh_params *of_2007, const izh_params *q)
{
    const double height = p->vpeak + p->k1 / (2 * p->k2);
    const double far = fabs(of_2007->vb) + fabs(p->k1 / p->k2) + fabs(p->vpeak);
    izh_conversion c;
    izh_params r;
    demand(izh_params_to_2003(q, &r, &c) == IZH_OK && memcmp(&r, q, sizeof r) == 0, NULL);
    demand(c.t == 1 && c.v == 1 && c.v_shift == 0, NULL);
    demand(c.u == 1 && c.u_shift == 0 && c.I_shift == 0, NULL);
    if (far > 1e3 * height || q->c > 29)
        return;
    demand(izh_params_to_2003(of_2007, &r, &c) == IZH_OK, NULL);
    demand_near(r.a, q->a, fabs(q->a));
    demand_near(r.b_lo, q->b_lo, fabs(q->b_lo));
    demand_near(r.c, q->c, 100 + fabs(q->c));
    demand_near(r.d, q->d, fabs(q->d));
}

/* What was stored is valid; where it was refused, that is nothing. */
static void demand_stored(izh_status status, const izh_params *q, const izh_conversion *c)
{
    static const izh_params no_params;
    static const izh_conversion no_units;
    if (status == IZH_OK) {
        demand(izh_params_check(q, NULL) == IZH_OK, NULL);
        demand(c->t > 0 && c->v > 0 && c->u > 0, NULL);
        demand(isfinite(c->t) && isfinite(c->v) && isfinite(c->u), NULL);
        demand(isfinite(c->v_shift) && isfinite(c->u_shift) && isfinite(c->I_shift), NULL);
        return;
    }
    demand(memcmp(q, &no_params, sizeof *q) == 0 && memcmp(c, &no_units, sizeof *c) == 0, NULL);
}

/* A neuron, a capacitance and where to compare. */
struct sample {
    izh_params p;
    double C, I;
    izh_state y;
    bool valid, tame;
};

static bool convert_to_2007(const struct sample *x, izh_params *q)
{
    izh_conversion c = {0};
    const bool right = x->valid && x->C > 0 && isfinite(x->C);
    const izh_status status = izh_params_to_2007(&x->p, x->C, q, &c);
    demand(status == IZH_OK || status == IZH_E_INVALID, NULL);
    demand(status != IZH_OK || right, NULL);
    demand(status == IZH_OK || !right || !x->tame, NULL);
    demand_stored(status, q, &c);
    if (status != IZH_OK)
        return false;
    demand(q->cm == x->C && c.t == 1 && c.v == 1 && c.v_shift == 0, NULL);
    if (x->tame)
        demand_same_neuron(&x->p, q, &c, x->y, x->I);
    return true;
}

static bool convert_to_2003(const struct sample *x, izh_params *q)
{
    izh_conversion c = {0};
    const izh_status status = izh_params_to_2003(&x->p, q, &c);
    if (x->valid && !plain(&x->p))
        demand(status == IZH_E_UNSUPPORTED, NULL);
    else
        demand(status == IZH_E_INVALID || (status == IZH_OK && x->valid), NULL);
    demand_stored(status, q, &c);
    if (status == IZH_OK && x->tame)
        demand_same_neuron(&x->p, q, &c, x->y, x->I);
    return status == IZH_OK;
}

static void call_convert(struct world *w)
{
    struct sample x;
    izh_params of_2007 = {0}, of_2003 = {0};
    x.p = fuzz_params(w->bytes);
    x.C = fuzz_double(w->bytes);
    x.I = fuzz_double(w->bytes);
    x.y = fuzz_state(w->bytes);
    x.valid = izh_params_check(&x.p, NULL) == IZH_OK;
    x.tame = tame_params(&x.p) && tame(x.C) && tame(x.I) && tame(x.y.v) && tame(x.y.u);
    const bool to_2007 = convert_to_2007(&x, &of_2007), to_2003 = convert_to_2003(&x, &of_2003);
    if (to_2007 && to_2003 && x.tame)
        demand_one_form(&x.p, &of_2007, &of_2003);
}

static void call(struct world *w)
{
    static struct blob before;
    const uint8_t which = fuzz_byte(w->bytes);
    fuzz_save(w->one.s, &before);
    if (which / 8 == 23) { /* seldom, and not in the corpus's older inputs */
        call_convert(w);
        return;
    }
    if (which / 8 == 22) {
        call_set_inputs(w, &before);
        return;
    }
    if (which / 8 == 21) {
        call_gradients(w, &before);
        return;
    }
    if (which / 8 == 20) {
        call_next_spike(w);
        return;
    }
    switch (which % 20) {
    case 0:
        call_set_current(w, &before);
        break;
    case 1:
        call_set_stimulus(w, &before);
        break;
    case 2:
        demand_whole(&w->one, izh_solver_on_stimulus(w->one.s, on_ask, &w->one), &before);
        break;
    case 3:
        demand_whole(&w->one, izh_solver_on_stimulus(w->one.s, NULL, NULL), &before);
        break;
    case 4:
        call_set_params(w, &before);
        break;
    case 5:
        call_set_state(w, &before);
        break;
    case 6:
        call_kick(w, &before);
        break;
    case 7:
        call_on_spike(w);
        break;
    case 8:
        w->blob = before;
        break;
    case 9:
        call_load(w, &before);
        break;
    case 10:
        call_load_damaged(w, &before);
        break;
    case 11:
        call_with_bad_arguments(w, &before);
        break;
    case 12:
        call_rest(w, &before);
        break;
    case 13:
        call_sample(w);
        break;
    case 14:
    case 15:
    case 16:
        call_split_run(w);
        break;
    default:
        call_run(w);
        break;
    }
}

/* ---- an input ---- */

/* Numbers that the solution depends on, in ways that are any. */
static void add_gradients(struct bytes *b, izh_solver_config *config)
{
    static izh_gradient room[GRADIENTS];
    double field[sizeof room[0].params / sizeof(double)];
    config->gradients = room;
    config->gradient_count = 1 + fuzz_below(b, GRADIENTS);
    for (size_t i = 0; i < config->gradient_count; i++) {
        const unsigned kind = fuzz_byte(b);
        memset(field, 0, sizeof field);
        for (unsigned k = kind % 4; k > 0; k--)
            field[fuzz_below(b, LENGTH(field))] = fuzz_double(b);
        memcpy(&room[i].params, field, sizeof field);
        room[i].initial = kind / 4 % 4 ? (izh_state){0, 0} : fuzz_state(b);
        room[i].of_segment = kind / 16 % 16 == 15 ? 7 : (int32_t)(kind / 16 % 4);
        room[i].segment = fuzz_below(b, SEGMENTS);
    }
    config->method = fuzz_byte(b) % 16 ? IZH_TAYLOR : config->method;
    config->events = IZH_EVENTS_EXACT;
}

static izh_solver_config config_from(struct bytes *b, struct claim *claim)
{
    static const double dts[] = {0, .1, .25, 1, .5, .03, 3.29, 1e-6};
    static const double tolerances[] = {0, 0, 1e-3, 1e-6, 1e-9, 1e-14};
    static const double starts[] = {0, 0, -3.3, .1, 1e6, 1e12};
    static const double rates[] = {0, 1, 3, 20, 100};
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = fuzz_method(b);
    config.events = fuzz_byte(b) % 16 == 1 ? 2 : fuzz_byte(b) & 1;
    const struct izh_method_ops *ops = izh_method_ops(config.method);
    if (ops && ops->dt == 0 && fuzz_byte(b) % 16)
        config.events = IZH_EVENTS_EXACT;
    config.dt = fuzz_choice(b, dts, LENGTH(dts));
    config.rtol = fuzz_choice(b, tolerances, LENGTH(tolerances));
    config.atol = fuzz_choice(b, tolerances, LENGTH(tolerances));
    config.t0 = fuzz_choice(b, starts, LENGTH(starts));
    config.params = fuzz_params(b);
    config.initial = (izh_state){-60, 0};
    if (fuzz_byte(b) & 1)
        config.initial = fuzz_state(b);
    config.max_spikes_per_ms = fuzz_choice(b, rates, LENGTH(rates));
    const uint8_t segments = fuzz_byte(b);
    config.max_segments = segments & 1 ? 4 : 0;
    *claim = fuzz_claim(b, segments, sizeof config);
    if (segments / 4 == 9) /* seldom, and not in the corpus's older inputs */
        add_gradients(b, &config);
    if (fuzz_dialect(config.method) && fuzz_byte(b) % 16) {
        config.events = IZH_EVENTS_GRID;
        config.params = fuzz_params_2003(b);
    }
    return config;
}

static struct plan plan_from(struct bytes *b, bool of_2003)
{
    struct plan plan;
    for (unsigned i = 0; i < TURNS; i++) {
        plan.spike[i] = fuzz_byte(b);
        plan.ask[i] = fuzz_byte(b);
    }
    plan.current[0] = fuzz_double(b);
    plan.current[1] = 10 * (double)fuzz_byte(b);
    plan.slope = fuzz_double(b);
    plan.chord = fabs(fuzz_double(b));
    plan.after = fuzz_state(b);
    plan.params = of_2003 ? fuzz_params_2003(b) : fuzz_params(b);
    return plan;
}

static bool create(struct actor *a, izh_solver_config config, const struct claim *claim,
                   const struct plan *plan)
{
    memset(a, 0, sizeof *a);
    config.allocator = (izh_allocator){allocate, release, a};
    config.log = (izh_log){take_note, a};
    a->plan = plan;
    a->listens = true;
    a->story.last = -INFINITY;
    const void *claimed = fuzz_claimed(&config, sizeof config, claim);
    const izh_status status = izh_solver_create(&a->s, claimed);
    demand(claim->taken || status == IZH_E_INVALID, NULL);
    if (status != IZH_OK) {
        demand(status == IZH_E_INVALID || status == IZH_E_UNSUPPORTED, NULL);
        demand(!a->s && a->live == 0, NULL);
        demand(claim->told ? a->logged == status && *a->log : !a->logged, NULL);
        return false;
    }
    demand(izh_solver_on_spike(a->s, on_spike, a) == IZH_OK, a->s);
    demand(fuzz_same(izh_solver_time(a->s), config.t0), a->s);
    demand(fuzz_same_state(izh_solver_state(a->s), config.initial), a->s);
    fuzz_demand_sound(a->s, IZH_OK);
    return true;
}

static void destroy(struct actor *a)
{
    izh_solver_destroy(a->s);
    demand(a->live == 0, NULL);
}

static bool worn_out(const struct actor *a)
{
    izh_statistics n = IZH_STATISTICS_INIT;
    demand(izh_solver_statistics(a->s, &n) == IZH_OK, a->s);
    return n.steps + n.rejected > STEPS_MAX || n.rhs > RHS_MAX;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct world w;
    struct bytes bytes = {data, data + size};
    fuzz_check_hurry();
    struct claim claim;
    const izh_solver_config config = config_from(&bytes, &claim);
    w.bytes = &bytes;
    w.plan = plan_from(&bytes, fuzz_dialect(config.method) != NULL);
    w.blob.size = 0;
    w.gradients = config.gradient_count;
    if (!create(&w.one, config, &claim, &w.plan))
        return 0;
    demand(create(&w.twin, config, &claim, &w.plan), NULL);
    for (int i = 0; i < CALLS && bytes.at < bytes.end && !worn_out(&w.one); i++)
        call(&w);
    destroy(&w.one);
    destroy(&w.twin);
    return 0;
}
