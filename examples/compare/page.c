/* The report's page. Nothing on it comes from outside but numbers: options are checked to be such.
 */
#include "report.h"

#include <math.h>
#include <string.h>

static const char style[] =
    "*{box-sizing:border-box}\n"
    "body{font:16px/1.5 system-ui,sans-serif;color:#222;background:#fff;max-width:1140px;"
    "margin:3rem auto;padding:0 1.5rem}\n"
    "h1{font-size:1.8rem;line-height:1.2;margin:0 0 1rem}\n"
    "h2{font-size:1.25rem;margin:3rem 0 .5rem}\n"
    "p,figcaption{max-width:46rem}p,code{overflow-wrap:anywhere}figure{margin:1rem 0}\n"
    ".conclusion{max-width:none;border-left:4px solid #0072b2;padding:.2rem 0 .2rem .8rem;"
    "font-size:1.05rem}\n"
    ".conclusion span{display:block}\n"
    "figcaption,.note{color:#555;font-size:.9rem}\n"
    "img{display:block;width:100%;min-width:56rem;height:auto}\n"
    "table{border-collapse:collapse;font-size:13px;white-space:nowrap;"
    "font-variant-numeric:tabular-nums;margin:0 0 1rem}\n"
    "th,td{padding:.12rem .5rem;text-align:right}\n"
    "th{font-weight:600;vertical-align:bottom}thead tr:last-child th{border-bottom:1px solid "
    "#888}\n"
    "th[colspan]{text-align:center}.l,th.l{text-align:left}\n"
    ".method th{border-top:1px solid #ddd}\n"
    "tr.grid td{color:#666}tr.known td{background:#f5f5f2}\n"
    /* What is wider than the screen scrolls by itself. Its first column stays, a line above says
     * so, and a shadow lies on the side where there is more. */
    ".wide{overflow-x:auto}\n"
    ".wide:not(.cut)>.cue{display:none}\n"
    ".cue{position:sticky;left:0;max-width:100%;margin:0;color:#0072b2;font-size:.85rem}\n"
    ".cut>table{background:linear-gradient(to left,#0004,#0000) right/14px 100% no-repeat}\n"
    "td:first-child,thead th:first-child,.method th{position:sticky;left:0;background:#fff}\n"
    "tr.known td:first-child{background:#f5f5f2}\n"
    ".cut td:first-child,.cut thead th:first-child{box-shadow:1px 0 #ddd}\n"
    "@media(max-width:40rem){body{margin:1rem auto;padding:0 1rem}\n"
    ".known td:first-child{white-space:normal;min-width:7rem}}\n";

/* Marks what is cut off, as often as the window changes. */
static const char script[] =
    "<script>\n"
    "function mark(){for(const wide of document.querySelectorAll('.wide'))\n"
    "wide.classList.toggle('cut',wide.scrollWidth>wide.clientWidth)}\n"
    "addEventListener('load',mark);addEventListener('resize',mark)\n"
    "</script>\n";

/* What may be wider than the screen. */
static void open_wide(FILE *out, const char *label)
{
    fprintf(out,
            "<div class=wide role=region tabindex=0 aria-label=\"%s\"><p class=cue>Wider than "
            "the screen: scroll sideways →</p>",
            label);
}

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

/* A method's name has a row of its own above its first. */
static void open_row(FILE *out, const struct comparison *c, size_t i, size_t columns)
{
    const struct setup *setup = &c->results[i].setup;
    if (i == 0 || c->results[i - 1].setup.method != setup->method)
        fprintf(out, "<tr class=method><th class=l>%s</th><th colspan=%zu></th></tr>\n",
                izh_method_name(setup->method), columns - 1);
    fprintf(out, "<tr class=%s><td class=l>", events_name(setup->events));
    if (setup->h > 0)
        fprintf(out, "%g ms, %s</td>", setup->h, events_name(setup->events));
    else
        fprintf(out, "own steps</td>");
}

static izh_state largest_error(const struct solution *s, const struct solution *reference)
{
    izh_state largest = {0, 0};
    for (size_t i = 0; i < TIMES; i++) {
        largest.v = fmax(largest.v, fabs(s->states[i].v - reference->states[i].v));
        largest.u = fmax(largest.u, fabs(s->states[i].u - reference->states[i].u));
    }
    return reference->status == IZH_OK ? largest : (izh_state){NAN, NAN};
}

/* All that there is to say of a run that broke off. */
static bool failure_cell(FILE *out, const struct solution *s, size_t columns)
{
    if (s->status != IZH_OK)
        fprintf(out, "<td class=l colspan=%zu>%s</td></tr>\n", columns, failure_name(s->status));
    return s->status != IZH_OK;
}

/* ---- Table II: a table for v and one for u ---- */

static size_t error_columns(const struct comparison *c)
{
    return c->is_report ? 2 : 1;
}

static double part_of(izh_state y, bool of_u)
{
    return of_u ? y.u : y.v;
}

static void state_cells(FILE *out, const struct comparison *c, const struct solution *s, bool of_u)
{
    if (failure_cell(out, s, TIMES + error_columns(c)))
        return;
    for (size_t i = 0; i < TIMES; i++)
        cell(out, "%.4f", part_of(s->states[i], of_u));
    cell(out, "%.1e", part_of(largest_error(s, &c->reference), of_u));
    if (c->is_report)
        cell(out, "%.1e", part_of(largest_error(s, &c->euler), of_u));
    fprintf(out, "</tr>\n");
}

static void state_heading(FILE *out, const struct comparison *c, bool of_u)
{
    const char *unit = of_u ? scenario_u_unit(c->scenario) : "mV";
    fprintf(out,
            "<thead><tr><th></th><th colspan=%d>%s (%s) at t (ms)</th>"
            "<th colspan=%zu>largest error (%s)</th></tr>\n<tr><th class=l>step, events</th>",
            TIMES, of_u ? "u" : "v", unit, error_columns(c), unit);
    for (size_t i = 0; i < TIMES; i++)
        fprintf(out, "<th>%g</th>", scenario_time(c->scenario, i));
    fprintf(out, c->is_report ? "<th>to exact</th><th>to report’s</th>" : "<th>to taylor</th>");
    fprintf(out, "</tr></thead>\n");
}

static void known_row(FILE *out, const char *name)
{
    fprintf(out, "<tr class=known><td class=l>%s</td>", name);
}

static void known_rows(FILE *out, const struct comparison *c, bool of_u)
{
    known_row(out, c->is_report ? "exact" : "reference: taylor");
    state_cells(out, c, &c->reference, of_u);
    if (!c->is_report)
        return;
    known_row(out, "report’s Euler, run here");
    state_cells(out, c, &c->euler, of_u);
    if (of_u) /* the report prints v only */
        return;
    known_row(out, "report’s Euler, as printed");
    fprintf(out, "<td></td>");
    for (size_t i = 1; i < TIMES; i++)
        fprintf(out, "<td>%s</td>", report_printed_v[i]);
    fprintf(out, "<td colspan=2></td></tr>\n");
}

static void write_states(FILE *out, const struct comparison *c, bool of_u)
{
    open_wide(out, of_u ? "u at five times" : "v at five times");
    fprintf(out, "<table>");
    state_heading(out, c, of_u);
    known_rows(out, c, of_u);
    for (size_t i = 0; i < c->count; i++) {
        open_row(out, c, i, 1 + TIMES + error_columns(c));
        state_cells(out, c, &c->results[i].solution, of_u);
    }
    fprintf(out, "</table></div>\n");
}

/* ---- spikes and cost ---- */

#define SPIKES_SHOWN 6

static void spike_cells(FILE *out, const struct solution *s, size_t columns)
{
    fprintf(out, "<td>%zu</td>", s->spike_count);
    for (size_t i = 0; i < columns; i++)
        cell(out, "%.4f", i < s->spike_count ? s->spikes[i] : NAN);
}

static void spike_heading(FILE *out, size_t columns, bool all)
{
    fprintf(out,
            "<thead><tr><th colspan=2></th><th colspan=%zu>spike times (ms)%s</th><th>worst</th>"
            "<th>right-hand</th><th>µs per simu-</th></tr>\n"
            "<tr><th class=l>step, events</th><th>spikes</th>",
            columns ? columns : 1, all ? "" : ", the first");
    for (size_t i = 0; i < columns; i++)
        fprintf(out, "<th>%zu</th>", i + 1);
    fprintf(out, "%s<th>error (ms)</th><th>sides</th><th>lated second</th></tr></thead>\n",
            columns ? "" : "<th></th>");
}

static void write_spike_table(FILE *out, const struct comparison *c)
{
    const size_t all = c->reference.spike_count, columns = all < SPIKES_SHOWN ? all : SPIKES_SHOWN;
    const size_t width = columns ? columns : 1; /* a column for none */
    open_wide(out, "spikes and cost");
    fprintf(out, "<table>");
    spike_heading(out, columns, columns == all);
    known_row(out, c->is_report ? "exact" : "reference: taylor");
    spike_cells(out, &c->reference, columns);
    fprintf(out, "<td colspan=%d></td></tr>\n", columns ? 3 : 4);
    for (size_t i = 0; i < c->count; i++) {
        const struct result *r = &c->results[i];
        open_row(out, c, i, 5 + width);
        if (failure_cell(out, &r->solution, 4 + width))
            continue;
        spike_cells(out, &r->solution, columns);
        fprintf(out, "%s", columns ? "" : "<td></td>");
        cell(out, "%.1e", r->worst);
        fprintf(out, "<td>%llu</td>", (unsigned long long)r->rhs);
        cell(out, "%.1f", r->us_per_s);
        fprintf(out, "</tr>\n");
    }
    fprintf(out, "</table></div>\n");
}

static void write_unstable(FILE *out, const struct comparison *c)
{
    if (!any_unstable(c))
        return;
    fprintf(out, "<h2>Unstable steps</h2>\n<p class=note>Steps beyond the method’s limit of "
                 "stability, where v may spike without cause.</p>\n");
    open_wide(out, "unstable steps");
    fprintf(out, "<table><thead><tr><th>method</th><th>h (ms)</th><th>events</th><th>steps</th>"
                 "<th>first (ms)</th></tr></thead>\n");
    for (size_t i = 0; i < c->count; i++) {
        const struct result *r = &c->results[i];
        if (r->unstable)
            fprintf(out, "<tr><td>%s</td><td>%g</td><td>%s</td><td>%llu</td><td>%.6g</td></tr>\n",
                    izh_method_name(r->setup.method), r->setup.h, events_name(r->setup.events),
                    (unsigned long long)r->unstable, r->unstable_t);
    }
    fprintf(out, "</table></div>\n");
}

/* ---- text and pictures ---- */

static void write_head(FILE *out, const struct comparison *c)
{
    fprintf(out,
            "<!DOCTYPE html>\n<html lang=en>\n<meta charset=utf-8>\n"
            "<meta name=viewport content=\"width=device-width,initial-scale=1\">\n"
            "<title>Solvers of one Izhikevich neuron</title>\n<style>\n%s</style>\n"
            "<h1>Solvers of one Izhikevich neuron, against %s</h1>\n",
            style, c->is_report ? "the exact solution" : "taylor");
}

static void write_introduction(FILE *out, const struct comparison *c)
{
    const struct scenario *s = c->scenario;
    fprintf(out,
            "<p>Neuron <code>%s</code> from v = %g mV, u = %g %s, with the current "
            "<code>%s</code>%s, for %g ms. ",
            s->params_text, s->initial.v, s->initial.u, scenario_u_unit(s), s->current_text,
            s->current_is_default ? " (the default)" : "", s->until);
    if (c->is_report)
        fprintf(out,
                "This is the scenario of the report “Learning to Spike: Physics-Informed and "
                "Numerical Simulation of Dynamic Neuron Models”: no current, then 70 pA from "
                "101 ms on. The exact solution is a Taylor series in quadruple precision.</p>\n");
    else
        fprintf(out, "The reference is the method taylor itself, exact to round-off.</p>\n");
    fprintf(out, "<p>With <em>exact events</em> a spike is found inside the step and the rest of "
                 "the step starts from its reset. With <em>grid events</em>, the textbook way, a "
                 "spike waits for the end of its step.");
    if (has_method(c, IZH_BACKWARD_EULER))
        fprintf(out, " With grid events backward-euler may spike between two ticks: on the "
                     "upstroke, where its step has no solution, it halves it, and v is tested at "
                     "the end of the shorter step too.");
    fprintf(out, "</p>\n");
}

/* Text from outside, as HTML. */
static void write_escaped(FILE *out, const char *text)
{
    for (; *text; text++)
        if (strchr("<>&\"'", *text))
            fprintf(out, "&#%d;", *text);
        else
            fputc(*text, out);
}

static void write_conclusion(FILE *out, const struct comparison *c, const struct conclusion *said)
{
    if (said->best[0])
        fprintf(out, "<p class=conclusion><span>%s</span> <span>%s</span></p>\n", said->best,
                said->fixed);
    fprintf(out, "<p class=note>Times: ");
    write_escaped(out, c->machine);
    fprintf(out, ".</p>\n");
}

static void write_figure(FILE *out, const char *title, const char *name, const char *caption)
{
    fprintf(out, "<h2>%s</h2>\n<figure>", title);
    open_wide(out, title);
    fprintf(out, "<img src=\"%s.svg\" alt=\"%s\"></div><figcaption>%s</figcaption></figure>\n",
            name, title, caption);
}

static void write_work_figure(FILE *out, const struct comparison *c)
{
    size_t missing = 0, compared = 0;
    char caption[600];
    for (size_t i = 0; i < c->count; i++)
        if (c->is_report || c->results[i].setup.method != IZH_TAYLOR) {
            compared++;
            missing += !has_error(&c->results[i]);
        }
    if (missing == compared)
        return;
    int length = snprintf(
        caption, sizeof caption,
        "Down and to the left is better. A point per step, from 1 ms on the left to 0.01 ms "
        "on the right; methods that choose their step have one point, with its name. The time is "
        "the best of several runs on the machine that made this page.%s",
        compared < c->count ? " taylor is left out, for it is the reference." : "");
    if (missing)
        snprintf(caption + length, sizeof caption - (size_t)length,
                 " %zu of %zu%s runs are not shown: they failed, or have another number of spikes "
                 "or no error.",
                 missing, compared, compared < c->count ? " other" : "");
    write_figure(out, "What precision costs", "work-precision", caption);
}

static void write_lateness_figure(FILE *out, const struct comparison *c)
{
    if (has_lateness(c))
        write_figure(out, "How late each spike is", "lateness",
                     "Methods with a fixed step, spike by spike, at two steps. What is above zero "
                     "is late. Mind the scales.");
}

static void write_figures(FILE *out, const struct comparison *c)
{
    write_figure(out, "Membrane potential", "v",
                 c->is_report
                     ? "Every method over the exact solution, fixed steps at 1 ms; above each "
                       "column the current. Grid events let v run past the peak; what lies beyond "
                       "the frame is cut off."
                     : "Every method over the reference, taylor, fixed steps at 1 ms; above each "
                       "column the current. Grid events let v run past the peak; what lies beyond "
                       "the frame is cut off.");
    write_figure(out, "Recovery variable", "u", "u jumps at each spike and decays in between.");
    write_figure(out, "Phase plane", "phase",
                 "v and u without the jumps at resets. The nullclines are those of the last "
                 "current.");
    write_figure(out, "Phase plane, where spikes land", "zoom",
                 "The same, magnified around the state after a reset. A spike that is found late "
                 "has another u, and so starts its next interval from another place.");
}

static bool has_euler_1_exact(const struct comparison *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct setup *setup = &c->results[i].setup;
        if (setup->method == IZH_EULER && setup->h == 1 && setup->events == IZH_EVENTS_EXACT)
            return true;
    }
    return false;
}

static void write_states_note(FILE *out, const struct comparison *c)
{
    fprintf(out, "<h2>%s</h2>\n<p class=note>Errors are the largest over these times.",
            c->is_report ? "The states (Table II of the report)" : "The states");
    if (c->is_report)
        fprintf(out,
                " The report’s reference is explicit Euler at h = 1 ms with grid events and the "
                "current on at 100 ms, because its listings index the input one step early; it is "
                "run here once more.");
    if (c->is_report && has_euler_1_exact(c))
        fprintf(out, " The large error of euler at 1 ms with exact events is no slip: its third "
                     "spike is late, and 500 ms lies on the upstroke.");
    fprintf(out, "</p>\n");
}

void write_page(const char *directory, const struct comparison *c)
{
    FILE *out = create_file(directory, "index.html");
    const struct conclusion said = conclude(c, "µs");
    write_head(out, c);
    write_conclusion(out, c, &said);
    write_introduction(out, c);
    write_work_figure(out, c);
    if (said.grid[0])
        fprintf(out, "<p>%s</p>\n", said.grid);
    write_lateness_figure(out, c);
    write_states_note(out, c);
    write_states(out, c, false);
    write_states(out, c, true);
    fprintf(out, "<h2>Spikes and cost</h2>\n<p class=note>For taylor the right-hand sides are "
                 "coefficients of its series, for pinn those of its training. The worst error is ∞ "
                 "where the number of "
                 "spikes differs. All spike times are in "
                 "<a href=\"data/spikes.csv\">data/spikes.csv</a>.</p>\n");
    write_spike_table(out, c);
    write_unstable(out, c);
    write_figures(out, c);
    fprintf(out,
            "<p class=note>Made by " PROGRAM " of libizh %d.%d.%d. What the pictures show is in "
            "data/; <code>gnuplot plots.gp</code> draws them again.</p>\n%s</html>\n",
            IZH_VERSION_MAJOR, IZH_VERSION_MINOR, IZH_VERSION_PATCH, script);
    close_file(out);
}
