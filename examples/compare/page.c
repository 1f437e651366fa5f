/* The report's page. Nothing on it comes from outside but numbers: options are checked to be such.
 */
#include "report.h"

#include <math.h>

static const char style[] =
    "body{font:16px/1.5 system-ui,sans-serif;color:#222;background:#fff;max-width:1140px;"
    "margin:3rem auto;padding:0 1.5rem}\n"
    "h1{font-size:1.8rem;line-height:1.2;margin:0 0 1rem}h2{font-size:1.25rem;margin:3rem 0 "
    ".5rem}\n"
    "p,figcaption{max-width:46rem}figure{margin:1rem 0}img{width:100%;height:auto}\n"
    "figcaption,.note{color:#555;font-size:.9rem}\n"
    ".wide{overflow-x:auto}table{border-collapse:collapse;font-size:12.5px;white-space:nowrap;"
    "font-variant-numeric:tabular-nums}\n"
    "th,td{padding:.12rem .4rem;text-align:right}th:first-child,td:first-child{padding-left:0}\n"
    "th{font-weight:600;vertical-align:bottom}thead tr:last-child th{border-bottom:1px solid "
    "#888}\n"
    "th[colspan]{text-align:center}td.l,th.l{text-align:left}tr.first td{border-top:1px solid "
    "#ddd}\n"
    "tr.grid td{color:#777}tr.known td{background:#f5f5f2}\n";

/* ---- tables ---- */

static void cell(FILE *out, const char *format, double x)
{
    fprintf(out, "<td>");
    if (isfinite(x))
        fprintf(out, format, x);
    else
        fprintf(out, isnan(x) ? "–" : "∞");
    fprintf(out, "</td>");
}

static void open_row(FILE *out, const struct comparison *c, size_t i)
{
    const struct setup *setup = &c->results[i].setup;
    const bool first = i == 0 || c->results[i - 1].setup.method != setup->method;
    fprintf(out, "<tr class=\"%s%s\"><td class=l>%s</td>", first ? "first " : "",
            events_name(setup->events), first ? izh_method_name(setup->method) : "");
    if (setup->h > 0)
        fprintf(out, "<td>%g</td>", setup->h);
    else
        fprintf(out, "<td>own</td>");
    fprintf(out, "<td class=l>%s</td>", events_name(setup->events));
}

static double largest_error(const struct solution *s, const struct solution *reference)
{
    double largest = 0;
    for (size_t i = 0; i < TIMES; i++)
        largest = fmax(largest, fabs(s->states[i].v - reference->states[i].v));
    return s->status == IZH_OK ? largest : NAN;
}

static void state_cells(FILE *out, const struct comparison *c, const struct solution *s)
{
    for (size_t i = 0; i < TIMES; i++)
        cell(out, "%.4f", s->states[i].v);
    for (size_t i = 0; i < TIMES; i++)
        cell(out, "%.4f", s->states[i].u);
    cell(out, "%.1e", largest_error(s, &c->reference));
    if (c->is_report)
        cell(out, "%.1e", largest_error(s, &c->euler));
    fprintf(out, "</tr>\n");
}

static void state_heading(FILE *out, const struct comparison *c)
{
    fprintf(out,
            "<thead><tr><th colspan=3></th><th colspan=%d>v (mV) at t (ms)</th>"
            "<th colspan=%d>u (%s) at t (ms)</th><th colspan=%d>error of v (mV)</th></tr>\n"
            "<tr><th class=l>method</th><th>h (ms)</th><th class=l>events</th>",
            TIMES, TIMES, scenario_u_unit(c->scenario), c->is_report ? 2 : 1);
    for (size_t i = 0; i < 2 * TIMES; i++)
        fprintf(out, "<th>%g</th>", scenario_time(c->scenario, i % TIMES));
    fprintf(out, "<th>to exact</th>%s</tr></thead>\n", c->is_report ? "<th>to report’s</th>" : "");
}

static void known_row(FILE *out, const char *name)
{
    fprintf(out, "<tr class=known><td class=l colspan=3>%s</td>", name);
}

static void write_states(FILE *out, const struct comparison *c)
{
    fprintf(out, "<div class=wide><table>");
    state_heading(out, c);
    known_row(out, c->is_report ? "exact" : "reference: taylor");
    state_cells(out, c, &c->reference);
    if (c->is_report) {
        known_row(out, "report’s Euler, run here");
        state_cells(out, c, &c->euler);
        known_row(out, "report’s Euler, as printed");
        fprintf(out, "<td></td>");
        for (size_t i = 1; i < TIMES; i++)
            fprintf(out, "<td>%s</td>", report_printed_v[i]);
        fprintf(out, "<td colspan=%d></td></tr>\n", TIMES + 2);
    }
    for (size_t i = 0; i < c->count; i++) {
        open_row(out, c, i);
        state_cells(out, c, &c->results[i].solution);
    }
    fprintf(out, "</table></div>\n");
}

#define SPIKES_SHOWN 6

static void spike_cells(FILE *out, const struct solution *s, size_t columns)
{
    fprintf(out, "<td>%zu</td>", s->spike_count);
    for (size_t i = 0; i < columns; i++)
        cell(out, "%.4f", i < s->spike_count ? s->spikes[i] : NAN);
}

static void write_spike_table(FILE *out, const struct comparison *c)
{
    const size_t all = c->reference.spike_count, columns = all < SPIKES_SHOWN ? all : SPIKES_SHOWN;
    fprintf(out,
            "<div class=wide><table><thead><tr><th colspan=4></th><th colspan=%zu>spike "
            "times (ms)%s</th><th>worst</th><th>right-hand</th><th>µs per</th></tr>\n"
            "<tr><th class=l>method</th><th>h (ms)</th><th class=l>events</th><th>spikes</th>",
            columns ? columns : 1, columns < all ? ", the first" : "");
    for (size_t i = 0; i < columns; i++)
        fprintf(out, "<th>%zu</th>", i + 1);
    fprintf(out, "%s<th>error (ms)</th><th>sides</th><th>second</th></tr></thead>\n",
            columns ? "" : "<th></th>");
    known_row(out, c->is_report ? "exact" : "reference: taylor");
    spike_cells(out, &c->reference, columns);
    fprintf(out, "<td colspan=%d></td></tr>\n", columns ? 3 : 4);
    for (size_t i = 0; i < c->count; i++) {
        const struct result *r = &c->results[i];
        open_row(out, c, i);
        spike_cells(out, &r->solution, columns);
        fprintf(out, "%s", columns ? "" : "<td></td>");
        cell(out, "%.1e", r->worst);
        fprintf(out, "<td>%llu</td>", (unsigned long long)r->rhs);
        cell(out, "%.1f", r->us_per_s);
        fprintf(out, "</tr>\n");
    }
    fprintf(out, "</table></div>\n");
}

/* ---- text and pictures ---- */

static void write_head(FILE *out, const struct comparison *c)
{
    const struct scenario *s = c->scenario;
    fprintf(out,
            "<!DOCTYPE html>\n<html lang=en>\n<meta charset=utf-8>\n"
            "<meta name=viewport content=\"width=device-width\">\n"
            "<title>Solvers of one Izhikevich neuron</title>\n<style>\n%s</style>\n"
            "<h1>Solvers of one Izhikevich neuron, against the exact solution</h1>\n"
            "<p>Neuron <code>%s</code> from v = %g mV, u = %g %s, with the current "
            "<code>%s</code>, for %g ms. ",
            style, s->params_text, s->initial.v, s->initial.u, scenario_u_unit(s), s->current_text,
            s->until);
    if (c->is_report)
        fprintf(out,
                "This is the scenario of the report “Learning to Spike: Physics-Informed and "
                "Numerical Simulation of Dynamic Neuron Models”: no current, then 70 pA from "
                "101 ms on. The exact solution is a Taylor series in quadruple precision.</p>\n");
    else
        fprintf(out, "The reference is the method taylor itself, exact to round-off.</p>\n");
    fprintf(out, "<p>With <em>exact events</em> a spike is found inside the step and the rest of "
                 "the step starts from its reset. With <em>grid events</em>, the textbook way, a "
                 "spike waits for the end of its step.</p>\n");
}

static void write_figure(FILE *out, const char *title, const char *name, const char *caption)
{
    fprintf(out,
            "<h2>%s</h2>\n<figure><img src=\"%s.svg\" alt=\"%s\"><figcaption>%s</figcaption>"
            "</figure>\n",
            title, name, title, caption);
}

static void write_work_figure(FILE *out, const struct comparison *c)
{
    size_t missing = 0;
    char caption[400];
    for (size_t i = 0; i < c->count; i++)
        missing += !has_error(&c->results[i]);
    if (missing == c->count)
        return;
    const int length = snprintf(
        caption, sizeof caption,
        "Down and to the left is better. A point per step, from 1 ms on the left to 0.01 ms "
        "on the right; methods that choose their step have one point. The time is the best "
        "of several runs on the machine that made this page.");
    if (missing)
        snprintf(caption + length, sizeof caption - (size_t)length,
                 " %zu of %zu runs are not shown: they have another number of spikes or no error.",
                 missing, c->count);
    write_figure(out, "What precision costs", "work-precision", caption);
}

static void write_figures(FILE *out)
{
    write_figure(out, "Membrane potential", "v",
                 "Every method over the exact solution, at two steps. Grid events let v run past "
                 "the peak; what lies beyond the frame is cut off.");
    write_figure(out, "Recovery variable", "u", "u jumps at each spike and decays in between.");
    write_figure(out, "Phase plane", "phase",
                 "v and u without the jumps at resets. The nullclines are those of the last "
                 "current.");
    write_figure(out, "Phase plane, where spikes land", "zoom",
                 "The same, magnified around the state after a reset. A spike that is found late "
                 "has another u, and so starts its next interval from another place.");
}

void write_page(const char *directory, const struct comparison *c)
{
    FILE *out = create_file(directory, "index.html");
    write_head(out, c);
    write_work_figure(out, c);
    fprintf(out, "<h2>%s</h2>\n<p class=note>%s</p>\n",
            c->is_report ? "Table II: the states" : "The states",
            c->is_report
                ? "Errors are the largest over these times. The report’s reference is explicit "
                  "Euler at h = 1 ms with grid events and the current on at 100 ms, because its "
                  "listings index the input one step early; it is run here once more."
                : "Errors are the largest over these times.");
    write_states(out, c);
    fprintf(out, "<h2>Spikes and cost</h2>\n<p class=note>For taylor the right-hand sides are "
                 "coefficients of its series. The worst error is ∞ where the number of "
                 "spikes differs. All spike times are in "
                 "<a href=\"data/spikes.csv\">data/spikes.csv</a>.</p>\n");
    write_spike_table(out, c);
    write_figures(out);
    fprintf(out,
            "<p class=note>Made by " PROGRAM " of libizh %d.%d.%d. What the pictures show is "
            "in data/; <code>gnuplot plots.gp</code> draws them again.</p>\n</html>\n",
            IZH_VERSION_MAJOR, IZH_VERSION_MINOR, IZH_VERSION_PATCH);
    close_file(out);
}
