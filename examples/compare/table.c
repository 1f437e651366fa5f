/* The comparison as tables for people to read. */
#include "compare.h"

#include <math.h>
#include <string.h>

/* Columns of spikes; a run with more shows its first. */
#define SPIKES_SHOWN 6

/* ---- a state's variable, v or u ---- */

struct variable {
    const char *name;
    double (*of)(izh_state state);
};

static double v_of(izh_state state)
{
    return state.v;
}

static double u_of(izh_state state)
{
    return state.u;
}

static const struct variable variables[] = {{"v", v_of}, {"u", u_of}};

static double largest_difference(const struct variable *x, const struct solution *a,
                                 const struct solution *b)
{
    double largest = 0;
    for (size_t i = 0; i < TIMES; i++) {
        const double difference = fabs(x->of(a->states[i]) - x->of(b->states[i]));
        if (!(difference <= largest)) /* so that NaN wins */
            largest = difference;
    }
    return fabs(largest);
}

/* ---- parts of lines ---- */

static void print_setup(FILE *out, struct setup setup)
{
    fprintf(out, "%-16s ", izh_method_name(setup.method));
    if (setup.h > 0)
        fprintf(out, "%5g", setup.h);
    else
        fprintf(out, "%5s", "own");
    fprintf(out, " %-6s", events_name(setup.events));
}

static void print_heading(FILE *out)
{
    fprintf(out, "%-16s %5s %-6s", "method", "h/ms", "events");
}

/* A blank line sets the methods apart. */
static void print_gap(FILE *out, const struct comparison *c, size_t i)
{
    if (i == 0 || c->results[i].setup.method != c->results[i - 1].setup.method)
        fprintf(out, "\n");
}

static const char *reference_name(const struct comparison *c)
{
    return c->is_report ? "exact (quadruple precision)" : "reference (taylor)";
}

static bool print_failure(FILE *out, const struct solution *s)
{
    if (s->status != IZH_OK)
        fprintf(out, " %s\n", failure_name(s->status));
    return s->status != IZH_OK;
}

/* An error; a dash where there is nothing to compare with. */
static void print_error(FILE *out, int width, double error)
{
    if (isnan(error))
        fprintf(out, " %*s", width, "-");
    else
        fprintf(out, " %*.2e", width, error);
}

static void print_values(FILE *out, const struct variable *x, const struct solution *s)
{
    for (size_t i = 0; i < TIMES; i++)
        fprintf(out, " %10.4f", x->of(s->states[i]));
}

/* ---- Table II: states ---- */

static void print_states_heading(FILE *out, const struct comparison *c, const struct variable *x)
{
    fprintf(out, "\n%s in %s at t in ms; errors: the largest over these times\n", x->name,
            x == &variables[0] ? "mV" : scenario_u_unit(c->scenario));
    print_heading(out);
    for (size_t i = 0; i < TIMES; i++)
        fprintf(out, " %10.6g", scenario_time(c->scenario, i));
    fprintf(out, " %12s", c->is_report ? "to exact" : "to reference");
    if (c->is_report)
        fprintf(out, " %12s", "to report's");
    fprintf(out, "\n");
}

static void print_states_line(FILE *out, const struct comparison *c, const struct variable *x,
                              const struct solution *s)
{
    if (print_failure(out, s))
        return;
    print_values(out, x, s);
    print_error(out, 12, largest_difference(x, s, &c->reference));
    if (c->is_report)
        print_error(out, 12, largest_difference(x, s, &c->euler));
    fprintf(out, "\n");
}

static void print_known(FILE *out, const struct comparison *c, const struct variable *x)
{
    fprintf(out, "%-29s", reference_name(c));
    print_states_line(out, c, x, &c->reference);
    if (!c->is_report)
        return;
    fprintf(out, "%-29s", "report's Euler, run here");
    print_states_line(out, c, x, &c->euler);
    if (x != &variables[0]) /* the report prints v only */
        return;
    fprintf(out, "%-29s %10s", "report's Euler, as printed", "");
    for (size_t i = 1; i < TIMES; i++)
        fprintf(out, " %10s", report_printed_v[i]);
    fprintf(out, "\n");
}

static void print_states(FILE *out, const struct comparison *c, const struct variable *x)
{
    print_states_heading(out, c, x);
    print_known(out, c, x);
    for (size_t i = 0; i < c->count; i++) {
        print_gap(out, c, i);
        print_setup(out, c->results[i].setup);
        print_states_line(out, c, x, &c->results[i].solution);
    }
}

/* ---- spikes ---- */

static size_t spikes_shown(const struct solution *s)
{
    if (s->status != IZH_OK)
        return 0;
    return s->spike_count < SPIKES_SHOWN ? s->spike_count : SPIKES_SHOWN;
}

static size_t most_spikes_shown(const struct comparison *c)
{
    size_t most = spikes_shown(&c->reference);
    for (size_t i = 0; i < c->count; i++)
        if (spikes_shown(&c->results[i].solution) > most)
            most = spikes_shown(&c->results[i].solution);
    return most;
}

static void print_spike_heading(FILE *out, size_t columns, const char *title)
{
    fprintf(out, "\n%s\n", title);
    print_heading(out);
    fprintf(out, " %6s", "spikes");
    for (size_t i = 0; i < columns; i++)
        fprintf(out, " %9s%zu", "", i + 1);
    fprintf(out, "\n");
}

static void print_spike_times(FILE *out, const struct solution *s)
{
    if (print_failure(out, s))
        return;
    fprintf(out, " %6zu", s->spike_count);
    for (size_t i = 0; i < spikes_shown(s); i++)
        fprintf(out, " %10.4f", s->spikes[i]);
    fprintf(out, "%s\n", s->spike_count > SPIKES_SHOWN ? " ..." : "");
}

static void print_spike_errors(FILE *out, const struct solution *s, const struct solution *exact)
{
    if (print_failure(out, s))
        return;
    fprintf(out, " %6zu", s->spike_count);
    for (size_t i = 0; i < spikes_shown(s) && i < exact->spike_count; i++)
        fprintf(out, " %+10.2e", s->spikes[i] - exact->spikes[i]);
    fprintf(out, "%s\n", s->spike_count > SPIKES_SHOWN ? " ..." : "");
}

static void print_spikes(FILE *out, const struct comparison *c)
{
    print_spike_heading(out, most_spikes_shown(c), "Spike times in ms");
    fprintf(out, "%-29s", reference_name(c));
    print_spike_times(out, &c->reference);
    for (size_t i = 0; i < c->count; i++) {
        print_gap(out, c, i);
        print_setup(out, c->results[i].setup);
        print_spike_times(out, &c->results[i].solution);
    }
    if (c->reference.status != IZH_OK)
        return;
    print_spike_heading(out, spikes_shown(&c->reference), "Spike-time errors in ms");
    for (size_t i = 0; i < c->count; i++) {
        print_gap(out, c, i);
        print_setup(out, c->results[i].setup);
        print_spike_errors(out, &c->results[i].solution, &c->reference);
    }
}

/* ---- cost ---- */

static void print_costs(FILE *out, const struct comparison *c)
{
    fprintf(
        out,
        "\nWhat it costs: worst spike-time error (inf: another number of spikes),\n"
        "right-hand sides (taylor: coefficients of its series; pinn: in its training) and time\n");
    print_heading(out);
    fprintf(out, " %6s %10s %10s %13s\n", "spikes", "worst/ms", "rhs", "us per sim. s");
    for (size_t i = 0; i < c->count; i++) {
        const struct result *r = &c->results[i];
        print_gap(out, c, i);
        print_setup(out, r->setup);
        if (print_failure(out, &r->solution))
            continue;
        fprintf(out, " %6zu", r->solution.spike_count);
        print_error(out, 10, r->worst);
        fprintf(out, " %10llu %13.1f\n", (unsigned long long)r->rhs, r->us_per_s);
    }
}

/* ---- stability ---- */

static void print_unstable(FILE *out, const struct comparison *c)
{
    if (!any_unstable(c))
        return;
    fprintf(out, "\nSteps beyond the method's limit of stability: v may spike without cause\n");
    print_heading(out);
    fprintf(out, " %10s %10s\n", "steps", "first/ms");
    for (size_t i = 0; i < c->count; i++) {
        const struct result *r = &c->results[i];
        if (!r->unstable)
            continue;
        print_setup(out, r->setup);
        fprintf(out, " %10llu %10.6g\n", (unsigned long long)r->unstable, r->unstable_t);
    }
}

/* ---- conclusion ---- */

/* Breaks the lines at spaces, where the terminal's other lines end. */
static void print_wrapped(FILE *out, const char *text)
{
    size_t column = 0;
    while (*text) {
        const size_t word = strcspn(text, " ");
        if (column && column + 1 + word > 100) {
            fputc('\n', out);
            column = 0;
        }
        column += (size_t)fprintf(out, "%s%.*s", column ? " " : "", (int)word, text);
        text += word + (text[word] == ' ');
    }
    fputc('\n', out);
}

/* Without an empty line between: the two lines are what to take home. */
static void print_conclusion(FILE *out, const struct comparison *c)
{
    const struct conclusion said = conclude(c, "us");
    if (said.grid[0]) {
        fprintf(out, "\n");
        print_wrapped(out, said.grid);
    }
    fprintf(out, "\nTimes: %s.\n", c->machine);
    if (said.best[0])
        fprintf(out, "\n%s\n", said.best);
    if (said.fixed[0])
        fprintf(out, "%s\n", said.fixed);
}

void print_tables(FILE *out, const struct comparison *c)
{
    const struct scenario *s = c->scenario;
    fprintf(out, "Neuron %s from v = %g mV, u = %g, current %s%s, until %g ms.\n", s->params_text,
            s->initial.v, s->initial.u, s->current_text,
            s->current_is_default ? " (the default)" : "", s->until);
    if (c->is_report)
        fprintf(
            out,
            "The report's scenario. Exact: Taylor series in quadruple precision, from a table.\n"
            "Report's Euler: euler, h = 1 ms, grid events, the current on at 100 ms because\n"
            "the report's listings index the input one step early.\n");
    else
        fprintf(out, "The reference is the method taylor itself, exact to round-off.\n");
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        print_states(out, c, &variables[i]);
    print_spikes(out, c);
    print_costs(out, c);
    print_unstable(out, c);
    print_conclusion(out, c);
}
