/* izh-patterns: every published neuron in both flavours, as its publication's own program steps it
 * and as its equations truly behave: a table and, with --data, what pictures.gp draws. */
#include <izh/izh.h>

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROGRAM "izh-patterns"

/* A neuron that fires faster than this is not drawn further: (T) fires ever faster. */
#define MAX_SPIKES_PER_MS 5
#define SPIKES 4096
#define SAMPLES 8000 /* of a trace; those that a straight line replaces are left out */
#define STRAIGHT .5  /* mV that the line may be off */

static _Noreturn void fail(const char *what, const char *why)
{
    fprintf(stderr, PROGRAM ": %s: %s\n", what, why);
    exit(1);
}

static void demand(izh_status status, const char *what, const izh_solver *s)
{
    if (status < 0)
        fail(what, s ? izh_solver_message(s) : izh_status_text(status));
}

/* ---- files ---- */

static const char *folder; /* NULL: no data */

static FILE *open_file(const char *format, ...)
{
    char name[256], path[4096];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    if (!folder)
        return NULL;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (!file)
        fail("cannot write", path);
    return file;
}

static void close_file(FILE *file)
{
    if (file && (ferror(file) || fclose(file)))
        fail("cannot write to", folder);
}

/* ---- a line through points, without those that it does not need ---- */

struct trace {
    FILE *file; /* NULL: nothing is written */
    int points; /* since the last one written: 0, 1, or 2 for more */
    double from_t, from_v, next_t, next_v, last_t, last_v;
};

static void write_point(struct trace *trace, double t, double v)
{
    if (trace->file)
        fprintf(trace->file, "%.5g %.4g\n", t, v);
    trace->from_t = t;
    trace->from_v = v;
    trace->points = 0;
}

/* A corner: it is drawn, and so is the last point before it. */
static void draw_corner(struct trace *trace, double t, double v)
{
    if (trace->points)
        write_point(trace, trace->last_t, trace->last_v);
    write_point(trace, t, v);
}

static void draw(struct trace *trace, double t, double v)
{
    if (t <= trace->from_t) /* a program that calls its first step by the time of its start */
        return;
    if (trace->points) {
        const double slope = (trace->next_v - trace->from_v) / (trace->next_t - trace->from_t);
        const double line = trace->from_v + slope * (t - trace->from_t);
        if (fabs(line - v) > STRAIGHT)
            write_point(trace, trace->last_t, trace->last_v);
    }
    if (!trace->points) {
        trace->next_t = t;
        trace->next_v = v;
        trace->points = 1;
    }
    trace->last_t = t;
    trace->last_v = v;
}

/* ---- one flavour of one neuron ---- */

struct flavour {
    int exists; /* no: the library does not have the method */
    izh_status status;
    double end; /* ms */
    size_t count;
    double spikes[SPIKES];
    const izh_preset *preset;
    struct trace trace;
};

static int32_t on_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    struct flavour *f = user;
    const izh_params *p = &f->preset->params;
    if (f->count < SPIKES)
        f->spikes[f->count] = e->t;
    f->count++;
    draw_corner(&f->trace, e->t, p->vpeak + p->vpeak_u * e->before.u);
    draw_corner(&f->trace, e->t, after->v);
    return IZH_CONTINUE;
}

static izh_solver *create(struct flavour *f, izh_solver_config *config, const char *name)
{
    const izh_preset *p = f->preset;
    izh_solver *s;
    config->params = p->params;
    config->initial = p->initial;
    demand(izh_solver_create(&s, config), p->name, NULL);
    izh_solver_on_spike(s, on_spike, f);
    demand(izh_solver_set_stimulus(s, p->segments, p->segment_count), p->name, s);
    f->trace.file = open_file("%s-%s.dat", p->name, name);
    write_point(&f->trace, 0, p->initial.v);
    return s;
}

/* Draws v at every interval, at a time that is `label` before. */
static void run(struct flavour *f, izh_solver *s, double interval, double until, double label)
{
    for (int i = 1; f->status == IZH_OK && (i - .5) * interval < until; i++) {
        const size_t before = f->count;
        f->status = izh_solver_run(s, i * interval);
        if (label == 0 || f->count == before) /* a step that spikes is drawn as its spike */
            draw(&f->trace, i * interval - label, izh_solver_state(s).v);
    }
    f->end = izh_solver_time(s);
    write_point(&f->trace, f->trace.last_t, f->trace.last_v);
    close_file(f->trace.file);
    izh_solver_destroy(s);
}

/* The equations, to round-off. */
static void run_exact(struct flavour *f)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.max_spikes_per_ms = MAX_SPIKES_PER_MS;
    f->exists = 1;
    izh_solver *s = create(f, &config, "exact");
    run(f, s, f->preset->duration / SAMPLES, f->preset->duration, 0);
}

/* The steps of the publication's program. One that steps from the end, too, calls a step by the
 * time of its start. */
static void run_published(struct flavour *f)
{
    const izh_preset *p = f->preset;
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    if (izh_method_find(p->published_method, &config.method) != IZH_OK)
        return;
    config.events = IZH_EVENTS_GRID;
    config.dt = p->published_dt;
    f->exists = 1;
    izh_solver *s = create(f, &config, "published");
    run(f, s, p->published_dt, p->published_until, p->published_until - p->duration);
}

/* ---- a preset ---- */

/* The current at the corners of its graph; a segment may jump where it begins. */
static void write_current(const izh_preset *p, double *low, double *high)
{
    FILE *file = open_file("%s-current.dat", p->name);
    *low = *high = 0;
    for (size_t i = 0; i < p->segment_count; i++) {
        const izh_segment *s = &p->segments[i];
        const double end = i + 1 < p->segment_count ? s[1].t : p->duration;
        const double I[2] = {s->I, s->I + s->slope * (end - s->t)};
        for (int k = 0; k < 2; k++) {
            *low = fmin(*low, I[k]);
            *high = fmax(*high, I[k]);
        }
        if (file)
            fprintf(file, "%.6g %g\n%.6g %g\n", s->t, I[0], end, I[1]);
    }
    close_file(file);
}

static void print_count(const struct flavour *f)
{
    if (!f->exists)
        printf("%10s", "-");
    else if (f->status != IZH_OK)
        printf("%9zu+", f->count);
    else
        printf("%10zu", f->count);
}

static void print_row(const izh_preset *p, const struct flavour *published,
                      const struct flavour *exact)
{
    printf("%-14s %-36s", p->name, p->title);
    print_count(published);
    print_count(exact);
    const struct flavour *both[2] = {published, exact};
    for (int i = 0; i < 2; i++) {
        const size_t last = both[i]->count < SPIKES ? both[i]->count : SPIKES;
        if (last)
            printf("%9.2f %9.2f", both[i]->spikes[0], both[i]->spikes[last - 1]);
        else
            printf("%9s %9s", "-", "-");
    }
    if (exact->status != IZH_OK)
        printf("  runs away: %d spikes per ms at %.1f ms", MAX_SPIKES_PER_MS, exact->end);
    putchar('\n');
}

/* A panel, as pictures.gp takes it. */
static void write_panel(FILE *panels, const izh_preset *p, const struct flavour *published,
                        const struct flavour *exact, double low, double high)
{
    const char *label = strchr(p->name, '-') + 1;
    if (!panels)
        return;
    fprintf(panels,
            "n = n + 1; names[n] = \"%s\"; labels[n] = \"%s\"; titles[n] = \"%s\"; T[n] = %g; "
            "low[n] = %g; "
            "high[n] = %g\n",
            p->name, label, p->title, p->duration, low, high);
    fprintf(panels, "published[n] = %d; exact[n] = %d; away[n] = %g\n",
            published->exists ? (int)published->count : -1, (int)exact->count,
            exact->status == IZH_OK ? 0 : exact->end);
}

static void do_preset(const izh_preset *p, FILE *panels)
{
    static struct flavour exact, published;
    double low, high;
    exact = published = (struct flavour){.preset = p};
    run_published(&published);
    run_exact(&exact);
    write_current(p, &low, &high);
    write_panel(panels, p, &published, &exact, low, high);
    print_row(p, &published, &exact);
}

static void do_family(const char *family)
{
    FILE *panels = open_file("panels-%s.gp", family);
    int n = 0;
    for (size_t i = 0; i < izh_preset_count(); i++)
        if (strcmp(izh_preset_get(i)->family, family) == 0) {
            do_preset(izh_preset_get(i), panels);
            n++;
        }
    close_file(panels);
    if (!n)
        fail("no such family", family);
}

/* ---- the program ---- */

static const char usage[] =
    "usage: " PROGRAM " [--data FOLDER] [FAMILY...]\n"
    "Runs published neurons in both flavours: the steps of the publication's own program, and the\n"
    "equations solved to round-off. Families: 2003, 2004, 2007, report; without any, all.\n"
    "  --data FOLDER   write v and I for pictures.gp there\n"
    "  --help          this text\n";

int main(int argc, char **argv)
{
    static const char *const all[] = {"2003", "2004", "2007", "report"};
    int first = 1;
    for (; first < argc && argv[first][0] == '-'; first++)
        if (strcmp(argv[first], "--help") == 0) {
            return fputs(usage, stdout) < 0;
        } else if (strcmp(argv[first], "--data") == 0 && first + 1 < argc) {
            folder = argv[++first];
        } else {
            fprintf(stderr, PROGRAM ": '%s' %s (see --help)\n", argv[first],
                    strcmp(argv[first], "--data") == 0 ? "needs a folder" : "is no option");
            return 2;
        }
    izh_method figure1;
    if (izh_method_find("figure1", &figure1) != IZH_OK)
        printf("This libizh lacks the method figure1: no published flavour of 2003 and 2004.\n");
    printf("%-14s %-36s%10s%10s%19s%18s\n%-14s %-36s%10s%10s%19s%18s\n", "", "", "spikes", "spikes",
           "first, last (ms)", "first, last (ms)", "preset", "", "published", "exact", "published",
           "exact");
    for (int i = first; i < argc; i++)
        do_family(argv[i]);
    for (size_t i = 0; first == argc && i < sizeof all / sizeof *all; i++)
        do_family(all[i]);
    return fflush(stdout) != 0;
}
