/* The gnuplot script that draws the report's pictures. */
#include "report.h"

#include <math.h>

#define WIDTH 1100 /* of every picture, px */
#define HEADER 32  /* the legend above the panels, px */
#define TITLE 42   /* a panel's title and the space above it, px */
#define FOOTER 62  /* the labels below the lowest panels, px */
#define CURRENT 74 /* the graph of the current above the panels, px */

/* Colours that stay apart for colour-blind readers (Okabe and Ito; the last three after Tol). */
static const char *const colours[] = {"#e69f00", "#d55e00", "#0072b2", "#009e73", "#cc79a7",
                                      "#882255", "#999933", "#000000", "#332288", "#56b4e9"};
/* Closed point types of gnuplot; its open ones are one less. */
static const int points[] = {5, 7, 9, 11, 13};

#define COUNT(array) (sizeof array / sizeof *array)

/* A picture of one panel per method and step, over the exact solution. */
struct picture {
    const char *name;
    size_t columns;
    double panel_height; /* px */
    const char *x, *y;   /* labels of the axes */
    const char *using;   /* columns of the data */
    bool phase;          /* a phase plane, with nullclines */
    bool current;        /* the current's graph stands above each column */
    double x_min, x_max, y_min, y_max;
};

/* ---- the layout ---- */

static size_t rows(const struct picture *p, size_t panels)
{
    return (panels + p->columns - 1) / p->columns;
}

/* Where the panels begin, px. */
static double top(const struct picture *p)
{
    return HEADER + (p->current ? CURRENT : 0);
}

static double height(const struct picture *p, size_t panels)
{
    return top(p) + (double)rows(p, panels) * p->panel_height + FOOTER;
}

static void place(FILE *out, double left, double right, double top, double bottom)
{
    fprintf(out, "set lmargin at screen %.5f; set rmargin at screen %.5f\n", left, right);
    fprintf(out, "set tmargin at screen %.5f; set bmargin at screen %.5f\n", top, bottom);
}

/* Places what lies between two heights of a column, px from the top. */
static void place_in_column(FILE *out, const struct picture *p, double total, size_t column,
                            double from, double to)
{
    const double left = 92, gap = 30;
    const double width = (WIDTH - left - 24 + gap) / (double)p->columns;
    const double x = left + (double)column * width;
    place(out, x / WIDTH, (x + width - gap) / WIDTH, 1 - from / total, 1 - to / total);
}

static void place_panel(FILE *out, const struct picture *p, size_t panels, size_t i)
{
    const size_t row = i / p->columns;
    const double y = top(p) + (double)row * p->panel_height;
    place_in_column(out, p, height(p, panels), i % p->columns, y + TITLE, y + p->panel_height);
}

/* ---- panels ---- */

static void write_setup(FILE *out)
{
    fprintf(out, "# Draws this report's pictures: gnuplot plots.gp\n"
                 "set encoding utf8\n"
                 "set decimalsign '.'\n"
                 "set samples 400\n"
                 "set border 3 lc rgb '#606060'\n"
                 "set xtics nomirror out scale .6 tc rgb '#303030'\n"
                 "set ytics nomirror out scale .6 tc rgb '#303030'\n"
                 "set style line 1 lc rgb '#c4c4c4' lw 5\n"
                 "set style line 2 lc rgb '#0072b2' lw 1.6\n"
                 "set style line 3 lc rgb '#d55e00' lw 1.6 dt (6,3)\n"
                 "set style line 4 lc rgb '#909090' lw 1 dt (2,3)\n");
}

static void begin_picture(FILE *out, const char *name, double height)
{
    fprintf(out,
            "\nset terminal svg size %d,%.0f dynamic enhanced font 'sans-serif,14' "
            "background '#ffffff'\n"
            "set output '%s.svg'\n",
            WIDTH, height, name);
}

/* An empty plot whose legend stands above all panels. */
static void write_legend(FILE *out, const struct picture *p, size_t panels, const char *reference)
{
    place(out, 0, 1, 1, 1 - HEADER / height(p, panels));
    fprintf(out,
            "unset border; unset xtics; unset ytics; unset xlabel; unset ylabel; unset label\n"
            "set key center center horizontal samplen 3 width -1 Left reverse\n"
            "plot [0:1] [0:1] NaN ls 1 t '%s', NaN ls 2 t 'exact events', "
            "NaN ls 3 t 'grid events'",
            reference);
    if (p->phase)
        fprintf(out, ", NaN ls 4 t 'nullclines'");
    fprintf(out, "\nunset key; set border 3\n"
                 "set xtics nomirror out scale .6; set ytics nomirror out scale .6\n");
}

static void write_axes(FILE *out, const struct picture *p, size_t panels, size_t i)
{
    const bool bottom = i + p->columns >= panels, left = i % p->columns == 0;
    fprintf(out, "set format x '%s'; set format y '%s'\n", bottom ? "%g" : "", left ? "%g" : "");
    fprintf(out, "set xlabel '%s' offset 0,.4; set ylabel '%s'\n", bottom ? p->x : "",
            left ? p->y : "");
}

static void write_data(FILE *out, const struct picture *p, const struct panel *panel,
                       int32_t events, int style)
{
    char step[32];
    step_label(step, panel->h);
    fprintf(out, ", 'data/%s-%s-%s.dat' using %s with lines ls %d", izh_method_name(panel->method),
            step, events_name(events), p->using, style);
}

static void write_panel(FILE *out, const struct picture *p, const struct panels *panels, size_t i)
{
    const struct panel *panel = &panels->items[i];
    place_panel(out, p, panels->count, i);
    write_axes(out, p, panels->count, i);
    fprintf(out, "set label 1 '%s' at graph 0, graph 1 offset 0,.7 left\n",
            izh_method_name(panel->method));
    fprintf(out, "set label 2 '");
    if (panel->h > 0)
        fprintf(out, "h = %g ms", panel->h);
    else
        fprintf(out, "its own steps");
    fprintf(out, "' at graph 1, graph 1 offset 0,.7 right tc rgb '#606060'\n");
    fprintf(out, "plot [%.9g:%.9g] [%.9g:%.9g] 'data/exact.dat' using %s with lines ls 1", p->x_min,
            p->x_max, p->y_min, p->y_max, p->using);
    if (p->phase)
        fprintf(out, ", v_nullcline(x) ls 4, u_nullcline(x) ls 4");
    if (panel->grid)
        write_data(out, p, panel, IZH_EVENTS_GRID, 3);
    if (panel->exact)
        write_data(out, p, panel, IZH_EVENTS_EXACT, 2);
    fprintf(out, "\n");
}

/* The current above each column, on the time axis of the panels below. */
static void write_currents(FILE *out, const struct picture *p, size_t panels, const char *unit)
{
    fprintf(out, "unset label; set xlabel; set format x ''; set ytics autofreq\n");
    for (size_t column = 0; column < p->columns && column < panels; column++) {
        place_in_column(out, p, height(p, panels), column, HEADER + 14, HEADER + CURRENT - 8);
        if (column == 0)
            fprintf(out, "set ylabel 'I (%s)'; set format y '%%g'\n", unit);
        else
            fprintf(out, "set ylabel; set format y ''\n");
        fprintf(out,
                "stats 'data/current.dat' using 2 name 'I' nooutput\n"
                "low = I_min < 0 ? I_min : 0; high = I_max > 0 ? I_max : 0\n"
                "span = high > low ? high - low : 1\n"
                "set ytics low, span; set yrange [low - .1 * span:high + .15 * span]\n"
                "plot [%.9g:%.9g] 'data/current.dat' using 1:2 with filledcurves y=0 fc rgb "
                "'#d9d9d9', '' using 1:2 with lines lw 1.4 lc rgb '#606060'\n",
                p->x_min, p->x_max);
    }
    fprintf(out, "set yrange [*:*]; set ytics autofreq\n");
}

static void write_picture(FILE *out, const struct picture *p, const struct panels *panels,
                          const struct comparison *c)
{
    begin_picture(out, p->name, height(p, panels->count));
    fprintf(out, "set multiplot\n");
    write_legend(out, p, panels->count, c->is_report ? "exact solution" : "reference: taylor");
    if (p->current)
        write_currents(out, p, panels->count, scenario_u_unit(c->scenario));
    for (size_t i = 0; i < panels->count; i++)
        write_panel(out, p, panels, i);
    fprintf(out, "unset multiplot\nunset label\n");
}

/* Where v and u stand still; u_nullcline is undefined where there is none. */
static void write_nullclines(FILE *out, const struct scenario *s)
{
    const izh_params *p = &s->params;
    fprintf(out, "v_nullcline(v) = (%.17g * v + %.17g) * v + %.17g\n", p->k2, p->k1,
            p->k0 + scenario_current_at_end(s));
    if (p->r == 0)
        fprintf(out, "u_nullcline(v) = NaN\n");
    else
        fprintf(out,
                "u_nullcline(v) = (v < %.17g ? %.17g * (v - %.17g) : %.17g * (v - %.17g) + %.17g * "
                "(v - %.17g)**3) / %.17g\n",
                p->vb, p->b_lo, p->vb, p->b_hi, p->vb, p->b3, p->vb, p->r);
}

/* Where trajectories land after a spike and set out again: there a spike's error shows. */
static struct picture zoom_in(const struct picture *phase, const struct range *range)
{
    struct picture zoom = *phase;
    const double v_span = range->v_max - range->v_min, u_span = range->u_max - range->u_min;
    zoom.name = "zoom";
    zoom.x_max = range->reset.v + .05 * v_span;
    zoom.y_min = range->reset.u - .35 * u_span;
    zoom.y_max = range->reset.u + .08 * u_span;
    return zoom;
}

static void write_pictures(FILE *out, const struct comparison *c, const struct panels *panels,
                           const struct range *range)
{
    const struct scenario *s = c->scenario;
    const double v_edge = .06 * (range->v_max - range->v_min);
    const double u_edge = .1 * (range->u_max - range->u_min);
    const double v_min = range->v_min - v_edge, v_max = range->v_max + v_edge;
    const double u_min = range->u_min - u_edge, u_max = range->u_max + u_edge;
    char u_label[32];
    snprintf(u_label, sizeof u_label, "u (%s)", scenario_u_unit(s));
    const struct picture v = {"v",   3,    166, "t (ms)", "v (mV)", "1:2",
                              false, true, 0,   s->until, v_min,    v_max};
    const struct picture u = {"u",   3,    166, "t (ms)", u_label, "1:3",
                              false, true, 0,   s->until, u_min,   u_max};
    const struct picture phase = {"phase", 4,     286,   "v (mV)", u_label, "2:4",
                                  true,    false, v_min, v_max,    u_min,   u_max};
    const struct picture zoom = zoom_in(&phase, range);
    write_picture(out, &v, panels, c);
    write_picture(out, &u, panels, c);
    write_picture(out, &phase, panels, c);
    write_picture(out, &zoom, panels, c);
}

/* ---- the looks of a method ---- */

static const char *colour_of(izh_method method)
{
    return colours[((size_t)method - 1) % COUNT(colours)]; /* the same in every report */
}

static int point_of(izh_method method, int32_t events)
{
    return points[((size_t)method - 1) % COUNT(points)] - (events == IZH_EVENTS_GRID);
}

static void write_look(FILE *out, izh_method method, int32_t events)
{
    fprintf(out, "lc rgb '%s' lw 1.8 pt %d ps .9 dt %s ", colour_of(method),
            point_of(method, events), events == IZH_EVENTS_GRID ? "(6,4)" : "1");
}

/* ---- the work-precision diagram ---- */

static bool has_line(const struct comparison *c, izh_method method, int32_t events)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->results[i].setup.method == method && c->results[i].setup.events == events &&
            has_error(&c->results[i]))
            return true;
    return false;
}

/* One line of the diagram; the legend names each method once. */
static void write_line(FILE *out, izh_method method, int32_t events, bool named)
{
    fprintf(out, ", \\\n  'data/work-precision.dat' index '%s-%s' with linespoints ",
            izh_method_name(method), events_name(events));
    write_look(out, method, events);
    if (named)
        fprintf(out, "t '%s'", izh_method_name(method));
    else
        fprintf(out, "notitle");
}

static void write_lines(FILE *out, const struct comparison *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const izh_method method = c->results[i].setup.method;
        if (i && method == c->results[i - 1].setup.method)
            continue;
        const bool exact = has_line(c, method, IZH_EVENTS_EXACT);
        if (exact)
            write_line(out, method, IZH_EVENTS_EXACT, true);
        if (has_line(c, method, IZH_EVENTS_GRID))
            write_line(out, method, IZH_EVENTS_GRID, !exact);
    }
}

/* A method that chooses its step has one point, and there its name. */
static void write_names(FILE *out, const struct comparison *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct result *r = &c->results[i];
        if (r->setup.h == 0 && has_error(r))
            fprintf(out, "set label '%s' at %g, %g left offset 1,0 tc rgb '%s'\n",
                    izh_method_name(r->setup.method), r->us_per_s, r->worst,
                    colour_of(r->setup.method));
    }
}

static void write_diagram(FILE *out, const struct comparison *c)
{
    double x_min = INFINITY, x_max = 0, y_min = INFINITY, y_max = 0;
    for (size_t i = 0; i < c->count; i++)
        if (has_error(&c->results[i])) {
            x_min = fmin(x_min, c->results[i].us_per_s);
            x_max = fmax(x_max, c->results[i].us_per_s);
            y_min = fmin(y_min, c->results[i].worst);
            y_max = fmax(y_max, c->results[i].worst);
        }
    if (x_max == 0) /* nothing that a logarithm can show */
        return;
    begin_picture(out, "work-precision", 620);
    place(out, 100. / WIDTH, 860. / WIDTH, 1 - 20. / 620, 80. / 620);
    write_names(out, c);
    fprintf(
        out,
        "set logscale xy; set format xy '10^{%%T}'; unset mytics; set grid lc rgb '#e4e4e4' lt 1\n"
        "set xlabel 'time per simulated second (µs)' offset 0,.3\n"
        "set ylabel 'worst spike-time error (ms)' offset 1,0\n"
        "set key at screen .8, graph 1 left top Left reverse vertical samplen 4 spacing 1.5\n"
        "plot [%g:%g] [%g:%g] NaN lc rgb '#606060' lw 1.8 dt 1 t 'exact events', "
        "NaN lc rgb '#606060' lw 1.8 dt (6,4) t 'grid events'",
        x_min / 1.6, x_max * 1.6, y_min / 8, y_max * 8);
    write_lines(out, c);
    fprintf(out, "\nunset label; unset logscale\n");
}

/* ---- how late each spike is ---- */

static void write_lateness_legend(FILE *out, const struct comparison *c)
{
    place(out, 0, 1, 1, .94);
    fprintf(out,
            "unset border; unset xtics; unset ytics; unset xlabel; unset ylabel\n"
            "set key default; set key center center horizontal samplen 2.5 width -1 Left reverse\n"
            "plot [0:1] [0:1] ");
    izh_method last = 0;
    for (size_t i = 0; i < c->count; i++) {
        const izh_method method = c->results[i].setup.method;
        if (c->results[i].setup.h == 0 || method == last)
            continue;
        fprintf(out, "%sNaN with linespoints ", last ? ", " : "");
        write_look(out, method, IZH_EVENTS_EXACT);
        fprintf(out, "t '%s'", izh_method_name(method));
        last = method;
    }
    fprintf(out, "\nunset key; set border 3; set xtics nomirror out scale .6; set ytics nomirror "
                 "out scale .6\n");
}

static void write_lateness_panel(FILE *out, const struct comparison *c, double h, int32_t events)
{
    fprintf(out,
            "set label 1 '%s events, h = %g ms' at graph 0, graph 1 offset 0,.8 left\n"
            "plot [.5:%g] [*:*] 0 lc rgb '#909090' lw 1 dt 1",
            events_name(events), h, (double)c->reference.spike_count + .5);
    for (size_t i = 0; i < c->count; i++) {
        const struct setup *setup = &c->results[i].setup;
        if (setup->events != events || !has_line_of_lateness(c, &c->results[i], h))
            continue;
        fprintf(out, ", \\\n  'data/lateness.dat' index '%s-%g-%s' with linespoints ",
                izh_method_name(setup->method), h, events_name(events));
        write_look(out, setup->method, events);
    }
    fprintf(out, "\n");
}

static void write_lateness_picture(FILE *out, const struct comparison *c)
{
    if (!has_lateness(c))
        return;
    begin_picture(out, "lateness", 640);
    fprintf(out, "set multiplot\n");
    write_lateness_legend(out, c);
    fprintf(out, "set format xy '%%g'; set grid lc rgb '#e4e4e4' lt 1; set autoscale y\n"
                 "set xtics autofreq; set ytics autofreq\n");
    for (size_t k = 0; k < STEPS_SHOWN; k++)
        for (int32_t events = IZH_EVENTS_EXACT; events <= IZH_EVENTS_GRID; events++) {
            const double left = 92 + (double)k * 514, up = events == IZH_EVENTS_GRID ? 366 : 74;
            place(out, left / WIDTH, (left + 460) / WIDTH, 1 - up / 640, 1 - (up + 214) / 640);
            fprintf(out, "set xlabel '%s' offset 0,.3; set ylabel '%s'\n",
                    events == IZH_EVENTS_GRID ? "number of the spike" : "", k ? "" : "late (ms)");
            write_lateness_panel(out, c, steps_shown[k], events);
        }
    fprintf(out, "unset multiplot; unset label; unset grid\n");
}

void write_script(const char *directory, const struct comparison *c, const struct panels *panels,
                  const struct range *range)
{
    FILE *out = create_file(directory, "plots.gp");
    write_setup(out);
    write_nullclines(out, c->scenario);
    write_pictures(out, c, panels, range);
    write_diagram(out, c);
    write_lateness_picture(out, c);
    close_file(out);
}
