/* The data that the pictures show. */
#include "report.h"

#include <math.h>

/* A trace is looked at this often and keeps the points that show: those that lie this share of the
 * exact solution's span, or of the time, from the point kept before. */
#define LOOKS 8000
#define SHARE_OF_SPAN (1. / 80)
#define SHARE_OF_TIME (1. / 500)

struct trace {
    FILE *out; /* NULL: only the range is wanted */
    struct range range;
    double until, u_span, v_span;
    double t; /* of the point kept last */
    izh_state kept;
};

static void extend(struct range *range, izh_state y)
{
    range->v_min = fmin(range->v_min, y.v);
    range->v_max = fmax(range->v_max, y.v);
    range->u_min = fmin(range->u_min, y.u);
    range->u_max = fmax(range->u_max, y.u);
}

static void keep(struct trace *trace, double t, izh_state y)
{
    extend(&trace->range, y);
    trace->t = t;
    trace->kept = y;
    if (trace->out)
        fprintf(trace->out, "%.8g %.7g %.7g %.7g\n", t, y.v, y.u, y.u);
}

static void look(struct trace *trace, double t, izh_state y)
{
    const double v = fabs(y.v - trace->kept.v) / trace->v_span;
    const double u = fabs(y.u - trace->kept.u) / trace->u_span;
    if (v + u > SHARE_OF_SPAN || t - trace->t > SHARE_OF_TIME * trace->until)
        keep(trace, t, y);
}

/* The point without u_phase between peak and reset breaks the line in the phase plane only. */
static int32_t keep_spike(const izh_spike_event *event, izh_state *after, void *user)
{
    struct trace *trace = user;
    keep(trace, event->t, event->before);
    if (trace->out)
        fprintf(trace->out, "%.8g %.7g %.7g nan\n", event->t, after->v, after->u);
    trace->range.reset = *after;
    keep(trace, event->t, *after);
    return IZH_CONTINUE;
}

static struct range run_trace(FILE *out, const struct scenario *scenario, struct setup setup,
                              const struct range *span)
{
    struct trace trace = {.out = out, .until = scenario->until, .v_span = 1, .u_span = 1};
    const izh_state y0 = scenario->initial;
    char message[256];
    izh_solver *solver;
    if (span) {
        trace.v_span = span->v_max - span->v_min;
        trace.u_span = span->u_max - span->u_min;
    }
    trace.range = (struct range){y0.v, y0.v, y0.u, y0.u, y0};
    izh_status status = open_solver(&solver, scenario, setup, message);
    izh_solver_on_spike(solver, keep_spike, &trace);
    if (out)
        fprintf(out, "# t_ms v_mV u u_phase\n");
    keep(&trace, 0, y0);
    for (int i = 1; i <= LOOKS && status == IZH_OK; i++) {
        status = izh_solver_run(solver, scenario->until * i / LOOKS);
        if (status == IZH_OK) /* an error has been reported with the tables */
            look(&trace, izh_solver_time(solver), izh_solver_state(solver));
    }
    izh_solver_destroy(solver);
    return trace.range;
}

/* A neuron that stays where it is still needs axes. */
static void widen(double *min, double *max)
{
    if (*max - *min < 1e-3) {
        *min -= 1;
        *max += 1;
    }
}

static void write_trace(const char *directory, const struct scenario *scenario, struct setup setup,
                        const struct range *span)
{
    char name[128], step[32];
    step_label(step, setup.h);
    snprintf(name, sizeof name, "data/%s-%s-%s.dat", izh_method_name(setup.method), step,
             events_name(setup.events));
    FILE *out = create_file(directory, name);
    run_trace(out, scenario, setup, span);
    close_file(out);
}

struct range write_traces(const char *directory, const struct comparison *c,
                          const struct panels *panels)
{
    const struct setup exact = {IZH_TAYLOR, 0, IZH_EVENTS_EXACT};
    struct range range = run_trace(NULL, c->scenario, exact, NULL);
    widen(&range.v_min, &range.v_max);
    widen(&range.u_min, &range.u_max);
    FILE *out = create_file(directory, "data/exact.dat");
    run_trace(out, c->scenario, exact, &range);
    close_file(out);
    for (size_t i = 0; i < panels->count; i++) {
        const struct panel *p = &panels->items[i];
        if (p->exact)
            write_trace(directory, c->scenario, (struct setup){p->method, p->h, IZH_EVENTS_EXACT},
                        &range);
        if (p->grid)
            write_trace(directory, c->scenario, (struct setup){p->method, p->h, IZH_EVENTS_GRID},
                        &range);
    }
    return range;
}

void write_spikes(const char *directory, const struct comparison *c)
{
    FILE *out = create_file(directory, "data/spikes.csv");
    fprintf(out, "method,h_ms,events,spike,t_ms,error_ms\n");
    for (size_t i = 0; i < c->count; i++) {
        const struct result *r = &c->results[i];
        for (size_t k = 0; k < r->solution.spike_count; k++) {
            const double t = r->solution.spikes[k];
            const bool known = k < c->reference.spike_count;
            fprintf(out, "%s,%g,%s,%zu,%.17g,%.6g\n", izh_method_name(r->setup.method), r->setup.h,
                    events_name(r->setup.events), k + 1, t,
                    known ? t - c->reference.spikes[k] : NAN);
        }
    }
    close_file(out);
}

/* A block per method and events, which the script finds by name, with a line per step. */
void write_work(const char *directory, const struct comparison *c)
{
    FILE *out = create_file(directory, "data/work-precision.dat");
    fprintf(out, "# us_per_sim_s worst_spike_error_ms h_ms\n");
    for (int32_t events = IZH_EVENTS_EXACT; events <= IZH_EVENTS_GRID; events++)
        for (size_t i = 0; i < c->count; i++) {
            const struct result *r = &c->results[i];
            const izh_method method = r->setup.method;
            if (i == 0 || method != c->results[i - 1].setup.method)
                fprintf(out, "\n\n# %s-%s\n", izh_method_name(method), events_name(events));
            if (r->setup.events == events && has_error(r))
                fprintf(out, "%.6g %.6g %g\n", r->us_per_s, r->worst, r->setup.h);
        }
    close_file(out);
}

/* The corners of its graph. */
void write_current(const char *directory, const struct scenario *s)
{
    FILE *out = create_file(directory, "data/current.dat");
    const double first = s->segment_count ? s->segments[0].t : s->until;
    fprintf(out, "# t_ms I\n");
    if (first > 0)
        fprintf(out, "0 0\n%.9g 0\n", fmin(first, s->until));
    for (size_t i = 0; i < s->segment_count; i++) {
        const izh_segment *x = &s->segments[i];
        const double next = i + 1 < s->segment_count ? s->segments[i + 1].t : s->until;
        const double start = fmax(x->t, 0), end = fmin(next, s->until);
        if (start < end)
            fprintf(out, "%.9g %.9g\n%.9g %.9g\n", start, x->I + x->slope * (start - x->t), end,
                    x->I + x->slope * (end - x->t));
    }
    close_file(out);
}

/* A block per method, step and events, which the script finds by name, with a line per spike. */
void write_lateness(const char *directory, const struct comparison *c)
{
    FILE *out = create_file(directory, "data/lateness.dat");
    fprintf(out, "# spike late_ms\n");
    for (size_t k = 0; k < STEPS_SHOWN; k++)
        for (size_t i = 0; i < c->count; i++) {
            const struct result *r = &c->results[i];
            if (!has_line_of_lateness(c, r, steps_shown[k]))
                continue;
            fprintf(out, "\n\n# %s-%g-%s\n", izh_method_name(r->setup.method), r->setup.h,
                    events_name(r->setup.events));
            for (size_t n = 0; n < r->solution.spike_count && n < c->reference.spike_count; n++)
                fprintf(out, "%zu %.9g\n", n + 1, r->solution.spikes[n] - c->reference.spikes[n]);
        }
    close_file(out);
}
