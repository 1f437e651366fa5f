/* izh-drift: how far the ways in which other programs step a neuron of the 2003 form drift from its
 * exact solution, spike by spike, each spike at the time that the program gives it. */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <izh/izh.h>

#define PROGRAM "izh-drift"
#define UNTIL 1000    /* ms */
#define UNTIL_MAX 1e6 /* ms; beyond this the tables would take minutes */

static const char help[] =
    "Usage: " PROGRAM " [OPTION]...\n"
    "Runs a neuron of the 2003 form, v' = 0.04 v^2 + 5 v + 140 - u + I, u' = a (b v - u), as "
    "other\n"
    "programs do, and prints how late each of their spikes is, in ms, by their own labels.\n"
    "\n"
    "  --preset NAME       a published neuron with its current, such as 2003-CH or 2004-A\n"
    "  --neuron A,B,C,D    the neuron (default: .02,.2,-65,8, regular spiking)\n"
    "  --current I         the constant current (default: 10)\n"
    "  --initial V,U       its state at 0 (default: -65,b*-65)\n"
    "  --until MS          how long to run (default: 1000 or the preset's, at most 1e6)\n"
    "  --data DIR          write data for plots.gp to the folder DIR, which must exist\n"
    "  --help              show this\n";

/* What each program is used with, and finer steps; 0: it has no others. */
static const struct {
    const char *method;
    double usual, fine;
} dialects[] = {
    {"figure1", .25, .1},           {"published-2003", 1, .1},
    {"nest-consistent", 1, .1},     {"genn", 1, .1},
    {"spinnaker", 1, .1},           {"nemo", 1, 0},
    {"carlsim-euler", .5, 1. / 20}, {"carlsim-rk4", .1, 1. / 20},
};
#define DIALECTS (sizeof dialects / sizeof *dialects)

struct subject {
    const izh_preset *preset; /* NULL: the numbers that follow */
    double neuron[4], initial[2], current;
    double until;
    const char *data; /* NULL: none */
    char about[256];
};

struct train {
    char name[64];
    double *t; /* ms */
    size_t count, room;
    izh_status status;
};

/* The exact train, and the dialects' at their usual and at finer steps. */
struct drift {
    const struct subject *subject;
    struct train exact, trains[2][DIALECTS];
    size_t count[2];
};

static const char *const set_names[] = {"usual", "fine"};
static const char *const set_titles[] = {"as the programs are mostly used", "with finer steps"};

/* ---- runs ---- */

static _Noreturn void fail(const char *what, const char *why)
{
    fprintf(stderr, PROGRAM ": %s: %s\n", what, why);
    exit(1);
}

static int32_t keep_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    struct train *train = user;
    (void)after; /* the program's reset stands */
    if (train->count == train->room) {
        train->room = train->room ? 2 * train->room : 64;
        train->t = realloc(train->t, train->room * sizeof *train->t);
        if (!train->t)
            fail("spikes", "out of memory");
    }
    train->t[train->count++] = e->t;
    return IZH_CONTINUE;
}

static izh_params params_of(const struct subject *x)
{
    const double *n = x->neuron;
    return x->preset ? x->preset->params : izh_params_2003(n[0], n[1], n[2], n[3]);
}

static izh_status set_current(const struct subject *x, izh_solver *solver)
{
    const izh_preset *p = x->preset;
    return p ? izh_solver_set_stimulus(solver, p->segments, p->segment_count)
             : izh_solver_set_current(solver, x->current);
}

/* Runs the subject by a method with step h, 0 for the method's own; false where the method does not
 * take such a neuron. */
static bool run(const struct subject *x, const char *method, double h, struct train *train)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    izh_solver *solver;
    if (izh_method_find(method, &config.method) != IZH_OK)
        fail(method, "is not in this version of libizh");
    snprintf(train->name, sizeof train->name, h > 0 ? "%s %.3g ms" : "%s", method, h);
    config.events = h > 0 ? IZH_EVENTS_GRID : IZH_EVENTS_EXACT;
    config.dt = h;
    config.params = params_of(x);
    config.initial = x->preset ? x->preset->initial : (izh_state){x->initial[0], x->initial[1]};
    train->status = izh_solver_create(&solver, &config);
    if (train->status == IZH_E_UNSUPPORTED)
        return false;
    if (train->status != IZH_OK)
        fail(train->name, izh_status_text(train->status));
    izh_solver_on_spike(solver, keep_spike, train);
    train->status = set_current(x, solver);
    if (train->status == IZH_OK)
        train->status = izh_solver_run(solver, x->until);
    if (train->status != IZH_OK)
        fprintf(stderr, PROGRAM ": %s: %s\n", train->name, izh_solver_message(solver));
    izh_solver_destroy(solver);
    return true;
}

static struct drift drift_of(const struct subject *x)
{
    struct drift d = {.subject = x};
    run(x, "taylor", 0, &d.exact);
    snprintf(d.exact.name, sizeof d.exact.name, "exact");
    for (size_t i = 0; i < DIALECTS; i++) {
        d.count[0] += run(x, dialects[i].method, dialects[i].usual, &d.trains[0][d.count[0]]);
        if (dialects[i].fine > 0)
            d.count[1] += run(x, dialects[i].method, dialects[i].fine, &d.trains[1][d.count[1]]);
    }
    return d;
}

/* How late the k-th spike is; NaN where one of the trains has none. */
static double late(const struct drift *d, const struct train *train, size_t k)
{
    return k < train->count && k < d->exact.count ? train->t[k] - d->exact.t[k] : NAN;
}

static size_t most_spikes(const struct drift *d, int set)
{
    size_t most = d->exact.count;
    for (size_t i = 0; i < d->count[set]; i++)
        most = d->trains[set][i].count > most ? d->trains[set][i].count : most;
    return most;
}

/* ---- tables ---- */

#define WIDTH 12

/* The method's name without its step, on two lines, and the step. */
static void print_heading(const struct drift *d, int set)
{
    for (int line = 0; line < 3; line++) {
        printf("%4s %13s", "", line == 2 ? "exact" : "");
        for (size_t i = 0; i < d->count[set]; i++) {
            const char *name = d->trains[set][i].name, *step = strchr(name, ' ');
            const char *hyphen = strchr(name, '-');
            if (!hyphen || hyphen > step)
                hyphen = step;
            const char *from = line == 0 ? name : line == 1 ? hyphen : step + 1;
            const char *to = line == 0 ? hyphen : line == 1 ? step : name + strlen(name);
            from += line == 1 && from < to; /* the hyphen */
            printf("%*s%.*s", WIDTH - (int)(to - from), "", (int)(to - from), from);
        }
        printf("\n");
    }
}

static void print_row(const struct drift *d, int set, size_t k)
{
    printf("%4zu ", k + 1);
    if (k < d->exact.count)
        printf("%13.6f", d->exact.t[k]);
    else
        printf("%13s", "-");
    for (size_t i = 0; i < d->count[set]; i++) {
        const struct train *train = &d->trains[set][i];
        const double x = late(d, train, k);
        if (isnan(x))
            printf("%*s", WIDTH, k < train->count ? "more" : "-");
        else
            printf("%+*.2f", WIDTH, x);
    }
    printf("\n");
}

static void print_table(const struct drift *d, int set)
{
    printf("\nHow many ms late each spike is, %s:\n\n", set_titles[set]);
    print_heading(d, set);
    for (size_t k = 0; k < most_spikes(d, set); k++)
        print_row(d, set, k);
    printf("%11zu spikes", d->exact.count);
    for (size_t i = 0; i < d->count[set]; i++) {
        const struct train *train = &d->trains[set][i];
        if (train->status == IZH_OK)
            printf("%*zu", WIDTH, train->count);
        else
            printf("%*s", WIDTH, "ended early");
    }
    printf("\n");
}

/* ---- data for the pictures ---- */

static FILE *open_file(const struct drift *d, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", d->subject->data, name);
    FILE *file = fopen(path, "w");
    if (!file)
        fail(path, strerror(errno));
    return file;
}

static void close_file(FILE *file, const char *name)
{
    const bool lost = ferror(file);
    if (fclose(file) != 0 || lost)
        fail(name, "cannot be written");
}

/* A column for each train: how late its k-th spike is. */
static void write_lateness(const struct drift *d, int set)
{
    char name[32];
    snprintf(name, sizeof name, "%s.dat", set_names[set]);
    FILE *out = open_file(d, name);
    fprintf(out, "k");
    for (size_t i = 0; i < d->count[set]; i++)
        fprintf(out, " \"%s: %zu\"", d->trains[set][i].name, d->trains[set][i].count);
    for (size_t k = 0; k < d->exact.count; k++) {
        fprintf(out, "\n%zu", k + 1);
        for (size_t i = 0; i < d->count[set]; i++) {
            const double x = late(d, &d->trains[set][i], k);
            fprintf(out, isnan(x) ? " ?" : " %.9g", x);
        }
    }
    fprintf(out, "\n");
    close_file(out, name);
}

static void write_train(FILE *out, const struct train *train, size_t row)
{
    fprintf(out, "\"%s\"\n", train->name);
    for (size_t k = 0; k < train->count; k++)
        fprintf(out, "%zu %.9g %zu\n", row, train->t[k], k + 1);
    fprintf(out, "\n\n");
}

static void write_data(const struct drift *d)
{
    const struct subject *x = d->subject;
    FILE *out = open_file(d, "trains.dat");
    write_train(out, &d->exact, 0);
    for (size_t i = 0; i < d->count[0]; i++)
        write_train(out, &d->trains[0][i], i + 1);
    close_file(out, "trains.dat");
    write_lateness(d, 0);
    write_lateness(d, 1);
    out = open_file(d, "about.gp");
    fprintf(out, "about = '%s'\n", x->about);
    fprintf(out, "until = %.9g\nexact = %zu\nrows = %zu\n", x->until, d->exact.count, d->count[0]);
    close_file(out, "about.gp");
}

/* ---- the command line ---- */

static _Noreturn void refuse(const char *option, const char *value, const char *why)
{
    fprintf(stderr, PROGRAM ": %s%s%s: %s (see --help)\n", option, *value ? " " : "", value, why);
    exit(2);
}

/* n finite numbers with commas between. */
static void read_numbers(const char *option, const char *value, double *numbers, size_t n)
{
    const char *at = value;
    for (size_t i = 0; i < n; i++) {
        char *end;
        numbers[i] = strtod(at, &end);
        if (end == at || !isfinite(numbers[i]) || *end != (i + 1 < n ? ',' : 0))
            refuse(option, value, "is not as many finite numbers, with commas");
        at = end + 1;
    }
}

/* What was left open, and the heading. */
static void complete(struct subject *x)
{
    const double *n = x->neuron;
    if (isnan(x->initial[1]))
        x->initial[1] = n[1] * x->initial[0];
    if (!(x->until > 0))
        x->until = x->preset ? x->preset->duration : UNTIL;
    if (x->preset)
        snprintf(x->about, sizeof x->about, "%s, %s", x->preset->name, x->preset->title);
    else
        snprintf(x->about, sizeof x->about,
                 "a = %g, b = %g, c = %g, d = %g, I = %g, from v = %g, u = %g", n[0], n[1], n[2],
                 n[3], x->current, x->initial[0], x->initial[1]);
}

static struct subject read_options(int argc, char **argv)
{
    static const struct option table[] = {
        {"preset", required_argument, NULL, 'p'},  {"neuron", required_argument, NULL, 'n'},
        {"current", required_argument, NULL, 'c'}, {"initial", required_argument, NULL, 'i'},
        {"until", required_argument, NULL, 'u'},   {"data", required_argument, NULL, 'd'},
        {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0},
    };
    struct subject x = {NULL, {.02, .2, -65, 8}, {-65, NAN}, 10, 0, NULL, ""};
    bool own = false; /* numbers for the neuron, which a preset has */
    int option;
    while ((option = getopt_long(argc, argv, "", table, NULL)) != -1)
        switch (option) {
        case 'p':
            x.preset = izh_preset_find(optarg);
            if (!x.preset)
                refuse("--preset", optarg, "is not in the table");
            break;
        case 'n':
            own = true;
            read_numbers("--neuron", optarg, x.neuron, 4);
            break;
        case 'c':
            own = true;
            read_numbers("--current", optarg, &x.current, 1);
            break;
        case 'i':
            own = true;
            read_numbers("--initial", optarg, x.initial, 2);
            break;
        case 'u':
            read_numbers("--until", optarg, &x.until, 1);
            if (!(x.until > 0 && x.until <= UNTIL_MAX))
                refuse("--until", optarg, "is not above 0 and at most 1e6 ms");
            break;
        case 'd':
            x.data = optarg;
            break;
        case 'h':
            fputs(help, stdout);
            exit(0);
        default:
            exit(2);
        }
    if (optind < argc)
        refuse(argv[optind], "", "is no option");
    if (x.preset && own)
        refuse("--preset", x.preset->name, "has a neuron, a state and a current of its own");
    complete(&x);
    return x;
}

int main(int argc, char **argv)
{
    const struct subject subject = read_options(argc, argv);
    struct drift d = drift_of(&subject);
    printf("%s, for %g ms.\n", subject.about, subject.until);
    if (d.count[0] < DIALECTS)
        printf("Only %zu of %zu dialects take such a neuron.\n", d.count[0], DIALECTS);
    print_table(&d, 0);
    print_table(&d, 1);
    if (subject.data)
        write_data(&d);
    free(d.exact.t);
    for (int set = 0; set < 2; set++)
        for (size_t i = 0; i < d.count[set]; i++)
            free(d.trains[set][i].t);
    return fflush(stdout) == 0 && d.exact.status == IZH_OK ? 0 : 1;
}
