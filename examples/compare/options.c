/* The command line. */
#include "compare.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

/* Beyond this the 0.01 ms rows would take minutes, ms. */
#define UNTIL_MAX 1e6

/* Methods' values are small numbers; this many are looked at. */
#define METHOD_VALUES 256

static const char help[] =
    "Usage: " PROGRAM " [OPTION]...\n"
    "Runs every method of libizh on one neuron, at h = 1, 0.5, 0.25, 0.1 and 0.01 ms, with exact\n"
    "and with grid events, and prints states, spike times, their errors and what they cost.\n"
    "\n"
    "  --csv FILE          write one row per method, step and events to FILE\n"
    "                      (its folder must exist)\n"
    "  --report DIR        write a page, DIR/index.html, with pictures (needs gnuplot);\n"
    "                      makes the folder DIR and its parents\n"
    "  --method NAME,...   only these methods; may be repeated (default: all but the dialects,\n"
    "                      which imitate other programs on 2003 neurons; izh-drift shows those)\n"
    "  --params FORM:...   another neuron: 2003:a,b,c,d or 2007:C,k,vr,vt,vpeak,a,b,c,d\n"
    "  --preset NAME       a published neuron with its state, its current and how long it runs,\n"
    "                      as its equations have it; only --until goes with it\n"
    "  --initial V,U       its state at 0 (default: -65,b*-65 for 2003, vr,0 for 2007)\n"
    "  --current I         a constant current\n"
    "  --current T:I,...   from T (ms) on the current I, zero before the first T;\n"
    "                      T:I:SLOPE for a ramp, I + SLOPE (t - T);\n"
    "                      T+ instead of T: not yet in a step that begins at T\n"
    "                      (default: 101:70; with --params 2003:... 10)\n"
    "  --until MS          how long to run (default: 1000, at most 1e6)\n"
    "  --help              show this\n"
    "  --version           show the version of the library\n"
    "\n"
    "Without options: the scenario of the report \"Learning to Spike: Physics-Informed and\n"
    "Numerical Simulation of Dynamic Neuron Models\", of which the exact solution is known.\n"
    "For any other neuron the method taylor is the reference.\n"
    "\n"
    "With grid events backward-euler may spike between two ticks: on the upstroke, where its\n"
    "step has no solution, it halves it, and v is tested at the end of the shorter step too.\n"
    "\n"
    "Methods:";

enum {
    OPT_CSV = 1,
    OPT_REPORT,
    OPT_METHOD,
    OPT_PARAMS,
    OPT_PRESET,
    OPT_INITIAL,
    OPT_CURRENT,
    OPT_UNTIL,
    OPT_HELP,
    OPT_VERSION
};

static const struct option table[] = {
    {"csv", required_argument, NULL, OPT_CSV},
    {"report", required_argument, NULL, OPT_REPORT},
    {"method", required_argument, NULL, OPT_METHOD},
    {"params", required_argument, NULL, OPT_PARAMS},
    {"preset", required_argument, NULL, OPT_PRESET},
    {"initial", required_argument, NULL, OPT_INITIAL},
    {"current", required_argument, NULL, OPT_CURRENT},
    {"until", required_argument, NULL, OPT_UNTIL},
    {"help", no_argument, NULL, OPT_HELP},
    {"version", no_argument, NULL, OPT_VERSION},
    {NULL, 0, NULL, 0},
};

/* A line for each publication. */
static void list_presets(void)
{
    const char *family = "";
    for (size_t i = 0; i < izh_preset_count(); i++) {
        const izh_preset *preset = izh_preset_get(i);
        if (strcmp(family, preset->family) != 0)
            printf("\n ");
        family = preset->family;
        printf(" %s", preset->name);
    }
    printf("\n");
}

static _Noreturn void show_help(void)
{
    fputs(help, stdout);
    for (izh_method m = 1; m < METHOD_VALUES; m++)
        if (izh_method_name(m))
            printf(" %s", izh_method_name(m));
    printf("\nPresets:");
    list_presets();
    exit(fflush(stdout) == 0 ? 0 : 1);
}

static _Noreturn void show_version(void)
{
    const unsigned version = izh_version();
    printf(PROGRAM " %u.%u.%u\n", version / 1000000, version / 1000 % 1000, version % 1000);
    exit(fflush(stdout) == 0 ? 0 : 1);
}

static _Noreturn void refuse(const char *option, const char *value, const char *why)
{
    fprintf(stderr, PROGRAM ": --%s: '%s' %s (see --help)\n", option, value, why);
    exit(2);
}

static _Noreturn void refuse_word(const char *word, const char *why)
{
    fprintf(stderr, PROGRAM ": '%s' %s (see --help)\n", word, why);
    exit(2);
}

/* A word that getopt takes for no option. */
static _Noreturn void refuse_unknown(const char *word)
{
    int alike = 0;
    const size_t length = strcspn(word, "=");
    if (length > 2 && strncmp(word, "--", 2) == 0)
        for (const struct option *o = table; o->name; o++)
            alike += strncmp(o->name, word + 2, length - 2) == 0;
    if (alike > 1)
        refuse_word(word, "is short for several options");
    refuse_word(word, alike == 1 ? "has a value, and this option takes none" : "is no option");
}

static void add_method(struct options *o, izh_method method)
{
    for (size_t i = 0; i < o->method_count; i++)
        if (o->methods[i] == method)
            return;
    o->methods = resize(o->methods, (o->method_count + 1) * sizeof *o->methods);
    o->methods[o->method_count++] = method;
}

static void add_methods(struct options *o, const char *names)
{
    for (;;) {
        char name[64];
        izh_method method;
        const int length = (int)strcspn(names, ",");
        snprintf(name, sizeof name, "%.*s", length, names); /* no name is that long */
        if (izh_method_find(name, &method) != IZH_OK)
            refuse("method", name, "is no method of this library");
        add_method(o, method);
        if (!names[length])
            return;
        names += length + 1;
    }
}

/* Whether a method has no exact events, even on a neuron that all take: it imitates a program, and
 * is compared only where it is asked for. */
static bool is_dialect(izh_method method)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    izh_solver *solver;
    config.method = method;
    config.params = izh_params_2003(.02, .2, -65, 8);
    const izh_status status = izh_solver_create(&solver, &config);
    izh_solver_destroy(solver);
    return status == IZH_E_UNSUPPORTED;
}

static void add_all_methods(struct options *o)
{
    for (izh_method m = 1; m < METHOD_VALUES; m++)
        if (izh_method_name(m) && !is_dialect(m))
            add_method(o, m);
}

static void set_params(struct options *o, const char *value)
{
    const char *why;
    if (!read_params(value, &o->scenario.params, &o->scenario.initial, &why))
        refuse("params", value, why);
    o->scenario.params_text = value;
    o->scenario.is_2003 = strncmp(value, "2003:", 5) == 0;
}

static const izh_preset *find_preset(const char *name)
{
    const izh_preset *preset = izh_preset_find(name);
    if (!preset)
        refuse("preset", name, "is no published neuron that this library has");
    return preset;
}

static const char *file_name(const char *option, const char *value)
{
    if (!*value)
        refuse(option, value, "is no name");
    return value;
}

static void set_current(struct options *o, const char *value)
{
    const char *why;
    struct scenario *s = &o->scenario;
    if (!read_current(value, &s->segments, &s->segment_count, &why))
        refuse("current", value, why);
    s->current_text = value;
}

static double read_until(const char *value)
{
    double until;
    if (!read_number(value, &until))
        refuse("until", value, "is not a finite number");
    if (!(until > 0 && until <= UNTIL_MAX))
        refuse("until", value, "is not above 0 and at most 1e6 ms");
    return until;
}

/* What is looked at when all options have been read, for --params and --preset set other defaults.
 */
struct late {
    const char *initial; /* NULL: not given; the same below */
    const izh_preset *preset;
    const char *own; /* an option that gives part of a neuron, which a preset has whole */
    double until;    /* 0: not given */
};

static void set(struct options *o, int option, const char *word, struct late *late)
{
    switch (option) {
    case OPT_CSV:
        o->csv = file_name("csv", optarg);
        break;
    case OPT_REPORT:
        o->report = file_name("report", optarg);
        break;
    case OPT_METHOD:
        add_methods(o, optarg);
        break;
    case OPT_PARAMS:
        set_params(o, optarg);
        late->own = "--params";
        break;
    case OPT_PRESET:
        late->preset = find_preset(optarg);
        break;
    case OPT_INITIAL:
        late->initial = optarg;
        late->own = "--initial";
        break;
    case OPT_CURRENT:
        set_current(o, optarg);
        late->own = "--current";
        break;
    case OPT_UNTIL:
        late->until = read_until(optarg);
        break;
    case OPT_HELP:
        show_help();
    case OPT_VERSION:
        show_version();
    case ':':
        refuse_word(word, "needs a value");
    default:
        refuse_unknown(word);
    }
}

static void complete(struct options *o, const struct late *late)
{
    double state[2];
    if (late->preset && late->own)
        refuse("preset", late->preset->name, "has a neuron, a state and a current of its own");
    if (late->preset)
        scenario_of_preset(&o->scenario, late->preset);
    if (late->initial && !read_numbers(late->initial, state, 2))
        refuse("initial", late->initial, "is not the 2 finite numbers V,U");
    if (late->initial)
        o->scenario.initial = (izh_state){state[0], state[1]};
    if (late->until > 0)
        o->scenario.until = late->until;
    if (!o->scenario.current_text)
        scenario_default_current(&o->scenario);
    if (o->method_count == 0)
        add_all_methods(o);
}

struct options options_read(int argc, char **argv)
{
    struct options o = {.scenario = scenario_of_report()};
    struct late late = {0};
    o.scenario.current_text = NULL; /* --params sets the default */
    /* What getopt looks at next. */
    const char *word = argc > 0 ? argv[optind] : "";
    int option;
    /* "+:": in order, and without messages of its own. */
    while ((option = getopt_long(argc, argv, "+:", table, NULL)) != -1) {
        set(&o, option, word, &late);
        word = argv[optind];
    }
    if (optind < argc)
        refuse_word(argv[optind], "is no option");
    complete(&o, &late);
    return o;
}

void options_free(struct options *o)
{
    free(o->methods);
    free(o->scenario.segments);
    free(o->scenario.preset_current);
}
