/* What the comparison's numbers come to, in sentences. Every word here depends on them. */
#include "compare.h"

#include <math.h>
#include <stdarg.h>

/* ---- which result ---- */

/* A run whose spikes can be compared one by one; where taylor is the reference, it is no entrant.
 */
static bool is_entrant(const struct comparison *c, const struct result *r)
{
    return (c->is_report || r->setup.method != IZH_TAYLOR) && isfinite(r->worst);
}

/* The entrant with the least error among those faster than `faster_than`. */
static const struct result *most_exact(const struct comparison *c, double faster_than)
{
    const struct result *best = NULL;
    for (size_t i = 0; i < c->count; i++) {
        const struct result *r = &c->results[i];
        if (is_entrant(c, r) && r->us_per_s < faster_than && (!best || r->worst < best->worst))
            best = r;
    }
    return best;
}

static const struct result *best_at(const struct comparison *c, double h, int32_t events)
{
    const struct result *best = NULL;
    for (size_t i = 0; i < c->count; i++) {
        const struct result *r = &c->results[i];
        if (r->setup.h == h && r->setup.events == events && is_entrant(c, r) &&
            (!best || r->worst < best->worst))
            best = r;
    }
    return best;
}

/* The largest step at which a run with each kind of events has as many spikes as the reference; 0
 * if there is none. */
static double coarsest_step(const struct comparison *c)
{
    double h = 0;
    for (size_t i = 0; i < c->count; i++) {
        const double other = c->results[i].setup.h;
        if (other > h && best_at(c, other, IZH_EVENTS_EXACT) && best_at(c, other, IZH_EVENTS_GRID))
            h = other;
    }
    return h;
}

static const struct result *find(const struct comparison *c, struct setup setup)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct setup *s = &c->results[i].setup;
        if (s->method == setup.method && s->h == setup.h && s->events == setup.events)
            return &c->results[i];
    }
    return NULL;
}

/* ---- sentences ---- */

struct text {
    char *at;
    size_t left;
};

static void say(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(text->at, text->left, format, arguments);
    va_end(arguments);
    if (length > 0 && (size_t)length < text->left) {
        text->at += length;
        text->left -= (size_t)length;
    }
}

static void say_setup(struct text *text, struct setup setup)
{
    say(text, "%s", izh_method_name(setup.method));
    if (setup.h > 0)
        say(text, " at %g ms %s", setup.h,
            setup.events == IZH_EVENTS_GRID ? "on the grid" : "with exact events");
}

/* What those are worth that are faster than `r`. */
static void say_faster(struct text *text, const struct comparison *c, const struct result *r)
{
    const struct result *best = most_exact(c, r->us_per_s);
    bool faster = false;
    for (size_t i = 0; i < c->count; i++)
        faster |= c->results[i].us_per_s < r->us_per_s;
    if (best)
        say(text, "; the best faster run is %.2g ms off.", best->worst);
    else if (faster)
        say(text, "; no faster run has as many spikes.");
    else
        say(text, "; no other run is as fast.");
}

static void say_best(struct text *text, const struct comparison *c, const char *us)
{
    const struct result *reference = find(c, (struct setup){IZH_TAYLOR, 0, IZH_EVENTS_EXACT});
    const struct result *best = most_exact(c, INFINITY);
    if (!c->is_report && reference) {
        say(text, "The reference, taylor, takes %.3g %s per simulated s", reference->us_per_s, us);
        say_faster(text, c, reference);
    } else if (best) {
        say(text, "Best: ");
        say_setup(text, best->setup);
        say(text, ", worst spike %.2g ms off, %.3g %s per simulated s", best->worst, best->us_per_s,
            us);
        say_faster(text, c, best);
    } else {
        say(text, "No run has as many spikes as the reference.");
    }
}

static void say_fixed(struct text *text, const struct comparison *c)
{
    const double h = coarsest_step(c);
    const struct result *exact = best_at(c, h, IZH_EVENTS_EXACT);
    const struct result *grid = best_at(c, h, IZH_EVENTS_GRID);
    bool any = false;
    for (size_t i = 0; i < c->count; i++)
        any |= c->results[i].setup.h > 0;
    if (!any)
        say(text, "No method with a fixed step was compared.");
    else if (h == 0)
        say(text, "No step has runs with the right number of spikes both with exact events and on "
                  "the grid.");
    else
        say(text,
            "At the fixed step %g ms: with exact events %s is best, %.2g ms off; on the grid %s, "
            "%.2g ms.",
            h, izh_method_name(exact->setup.method), exact->worst,
            izh_method_name(grid->setup.method), grid->worst);
}

/* ---- why the grid may be better ---- */

/* The spike that exact events have farthest off. */
static size_t worst_spike(const struct comparison *c, const struct solution *s)
{
    size_t worst = 0;
    for (size_t k = 1; k < s->spike_count; k++)
        if (fabs(s->spikes[k] - c->reference.spikes[k]) >
            fabs(s->spikes[worst] - c->reference.spikes[worst]))
            worst = k;
    return worst;
}

/* By how much u is lower on the grid, at most, before the resets up to spike k. */
static double lowered_u(const struct solution *exact, const struct solution *grid, size_t k)
{
    double most = 0;
    for (size_t i = 0; i <= k; i++)
        most = fmax(most, exact->u_before[i] - grid->u_before[i]);
    return most;
}

/* The error of a run on the grid is that of the method, which exact events show alone, and what the
 * grid adds. If they have opposite signs, the sum may be the smaller. */
static bool say_cancelling(struct text *text, const struct comparison *c,
                           const struct result *exact, const struct result *grid)
{
    const size_t k = worst_spike(c, &exact->solution);
    const double of_method = exact->solution.spikes[k] - c->reference.spikes[k];
    const double of_grid = grid->solution.spikes[k] - exact->solution.spikes[k];
    if (of_method * of_grid >= 0)
        return false;
    say(text,
        "%s at %g ms is better on the grid (%.2g ms off) than with exact events (%.2g ms), for its "
        "two errors have opposite signs: by spike %zu the method is %.2g ms %s, and the grid moves "
        "the spike %.2g ms %s",
        izh_method_name(exact->setup.method), exact->setup.h, grid->worst, exact->worst, k + 1,
        fabs(of_method), of_method > 0 ? "late" : "early", fabs(of_grid),
        of_grid > 0 ? "later" : "earlier");
    const double u = lowered_u(&exact->solution, &grid->solution, k);
    if (of_grid > 0)
        say(text, ", because each spike waits for the end of its step");
    else if (u > 0) /* with which v rises faster */
        say(text,
            ", because u is stepped past the peak to the end of the step and so starts the next "
            "interval up to %.2g %s lower",
            u, scenario_u_unit(c->scenario));
    say(text, ".");
    return true;
}

static void say_grid(struct text *text, const struct comparison *c)
{
    for (size_t i = 0; i < c->count; i++) {
        struct setup setup = c->results[i].setup;
        if (setup.h == 0 || setup.events != IZH_EVENTS_EXACT)
            continue;
        setup.events = IZH_EVENTS_GRID;
        const struct result *exact = &c->results[i], *grid = find(c, setup);
        if (grid && is_entrant(c, exact) && is_entrant(c, grid) && grid->worst < exact->worst &&
            say_cancelling(text, c, exact, grid))
            return;
    }
}

struct conclusion conclude(const struct comparison *c, const char *us)
{
    struct conclusion said = {"", "", ""};
    if (c->reference.status != IZH_OK || c->count == 0)
        return said;
    if (c->reference.spike_count == 0) {
        snprintf(said.best, sizeof said.best, "The reference has no spikes to compare.");
        return said;
    }
    say_best(&(struct text){said.best, sizeof said.best}, c, us);
    say_fixed(&(struct text){said.fixed, sizeof said.fixed}, c);
    say_grid(&(struct text){said.grid, sizeof said.grid}, c);
    return said;
}
