/* Runs the methods on the scenario, and takes the time. */
#include "compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const double steps[] = {1, .5, .25, .1, .01}; /* ms */

/* Timing takes this long for each result on average, s. The results take turns, so that what else
 * the machine does hits all of them alike; a short run is repeated for a turn's time. */
#define TIMING_S .12
#define TIMING_TURN_S .001

void *resize(void *memory, size_t size)
{
    void *resized = realloc(memory, size ? size : 1);
    if (!resized) {
        fprintf(stderr, PROGRAM ": out of memory\n");
        exit(1);
    }
    return resized;
}

const char *events_name(int32_t events)
{
    return events == IZH_EVENTS_GRID ? "grid" : "exact";
}

const char *failure_name(izh_status status)
{
    return status == IZH_E_DIVERGED ? "diverged" : izh_status_name(status);
}

bool any_unstable(const struct comparison *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->results[i].unstable)
            return true;
    return false;
}

bool has_method(const struct comparison *c, izh_method method)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->results[i].setup.method == method)
            return true;
    return false;
}

/* ---- one run ---- */

static void keep_message(void *user, izh_status status, const char *message)
{
    (void)status;
    snprintf(user, 256, "%s", message);
}

izh_status open_solver(izh_solver **solver, const struct scenario *scenario, struct setup setup,
                       char message[256])
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = setup.method;
    config.events = setup.events;
    config.dt = setup.h;
    config.params = scenario->params;
    config.initial = scenario->initial;
    config.log = (izh_log){keep_message, message};
    izh_status status = izh_solver_create(solver, &config);
    if (status == IZH_OK)
        status = izh_solver_set_stimulus(*solver, scenario->segments, scenario->segment_count);
    return status;
}

struct spike_list {
    double *times, *u;
    size_t count, capacity;
};

static int32_t keep_spike(const izh_spike_event *event, izh_state *after, void *user)
{
    struct spike_list *list = user;
    (void)after; /* the model's reset stands */
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 64;
        list->times = resize(list->times, list->capacity * sizeof *list->times);
        list->u = resize(list->u, list->capacity * sizeof *list->u);
    }
    list->u[list->count] = event->before.u;
    list->times[list->count++] = event->t;
    return IZH_CONTINUE;
}

static struct solution solve(const struct scenario *scenario, struct setup setup)
{
    struct solution solution = {.status = IZH_OK};
    struct spike_list spikes = {NULL, NULL, 0, 0};
    double times[TIMES];
    izh_solver *solver;
    for (size_t i = 0; i < TIMES; i++)
        times[i] = scenario_time(scenario, i);
    solution.status = open_solver(&solver, scenario, setup, solution.message);
    if (solution.status == IZH_OK) {
        izh_solver_on_spike(solver, keep_spike, &spikes);
        solution.status = izh_solver_sample(solver, times, TIMES, solution.states);
    }
    izh_solver_destroy(solver);
    if (solution.status != IZH_OK) /* no part of a solution that broke off is to be trusted */
        for (size_t i = 0; i < TIMES; i++)
            solution.states[i] = (izh_state){NAN, NAN};
    solution.spikes = spikes.times;
    solution.u_before = spikes.u;
    solution.spike_count = spikes.count;
    return solution;
}

/* ---- its cost ---- */

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The time of one run that stores nothing, s; and what its statistics say. */
static double time_once(const struct scenario *scenario, struct result *result)
{
    izh_solver *solver;
    izh_statistics statistics = IZH_STATISTICS_INIT;
    char message[256];
    if (open_solver(&solver, scenario, result->setup, message) != IZH_OK)
        return NAN;
    const double start = seconds();
    izh_solver_run(solver, scenario->until);
    const double taken = seconds() - start;
    izh_solver_statistics(solver, &statistics);
    izh_solver_destroy(solver);
    result->rhs = statistics.rhs;
    result->unstable = statistics.unstable_steps;
    result->unstable_t = statistics.unstable_t;
    return taken;
}

static void take_turn(const struct scenario *scenario, struct result *result)
{
    const double start = seconds();
    do {
        const double taken = time_once(scenario, result);
        result->us_per_s = fmin(result->us_per_s, 1e6 * taken / (scenario->until / 1000));
    } while (seconds() - start < TIMING_TURN_S);
}

/* Each result keeps the best of its turns. Everyone has one, however long it takes. */
static void measure(struct comparison *c)
{
    const double end = seconds() + TIMING_S * (double)c->count;
    bool first = true, more = c->count > 0;
    for (; more; first = false)
        for (size_t i = 0; i < c->count; i++) {
            more = seconds() < end;
            if ((first || more) && c->results[i].solution.status == IZH_OK)
                take_turn(c->scenario, &c->results[i]);
        }
}

/* ---- all of them ---- */

static double worst_error(const struct solution *solution, const struct solution *exact)
{
    double worst = 0;
    if (exact->status != IZH_OK)
        return NAN;
    if (solution->status != IZH_OK || solution->spike_count != exact->spike_count)
        return INFINITY;
    for (size_t i = 0; i < exact->spike_count; i++)
        worst = fmax(worst, fabs(solution->spikes[i] - exact->spikes[i]));
    return worst;
}

static void complain(const struct result *result)
{
    const struct setup *setup = &result->setup;
    fprintf(stderr, PROGRAM ": %s, ", izh_method_name(setup->method));
    if (setup->h > 0)
        fprintf(stderr, "h = %g ms, ", setup->h);
    fprintf(stderr, "%s events: %s: %s\n", events_name(setup->events),
            izh_status_name(result->solution.status), result->solution.message);
}

static void add(struct comparison *c, struct setup setup)
{
    struct result result = {.setup = setup, .us_per_s = NAN};
    result.solution = solve(c->scenario, setup);
    result.worst = worst_error(&result.solution, &c->reference);
    if (result.solution.status != IZH_OK)
        complain(&result);
    c->results = resize(c->results, (c->count + 1) * sizeof *c->results);
    c->results[c->count++] = result;
}

/* Whether the method has this step and these events, on this neuron; if not, message says why. */
static izh_status probe(const struct scenario *scenario, struct setup setup, char message[256])
{
    izh_solver *solver;
    const izh_status status = open_solver(&solver, scenario, setup, message);
    izh_solver_destroy(solver);
    return status;
}

static void add_fixed_step(struct comparison *c, struct setup setup)
{
    char message[256];
    if (probe(c->scenario, setup, message) == IZH_E_UNSUPPORTED)
        fprintf(stderr, PROGRAM ": left out: %s\n", message);
    else
        add(c, setup);
}

/* A method that has no grid events chooses its own step; one that has no exact events imitates a
 * published program. */
static void add_method(struct comparison *c, izh_method method)
{
    char why[2][256] = {"", ""};
    const izh_status grid = probe(c->scenario, (struct setup){method, 0, IZH_EVENTS_GRID}, why[0]);
    const izh_status exact =
        probe(c->scenario, (struct setup){method, 0, IZH_EVENTS_EXACT}, why[1]);
    if (grid != IZH_OK && exact != IZH_OK) {
        /* Where exact events are what it has not, those on the grid say what else. */
        const bool imitates = exact == IZH_E_UNSUPPORTED;
        fprintf(stderr, PROGRAM ": %s is left out: %s: %s\n", izh_method_name(method),
                izh_status_name(imitates ? grid : exact), why[!imitates]);
    } else if (grid == IZH_E_UNSUPPORTED) {
        add(c, (struct setup){method, 0, IZH_EVENTS_EXACT});
    } else {
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
            if (exact == IZH_OK)
                add_fixed_step(c, (struct setup){method, steps[i], IZH_EVENTS_EXACT});
            if (grid == IZH_OK)
                add_fixed_step(c, (struct setup){method, steps[i], IZH_EVENTS_GRID});
        }
    }
}

/* The report's own reference: explicit Euler at h = 1 ms. Its listings index the input one step
 * early, so the current comes on at 100 ms. */
static struct solution report_euler(const struct scenario *scenario)
{
    struct scenario early = *scenario;
    izh_segment segment = {100, 70, 0};
    early.segments = &segment;
    return solve(&early, (struct setup){IZH_EULER, 1, IZH_EVENTS_GRID});
}

struct comparison compare(const struct scenario *scenario, const izh_method *methods, size_t count)
{
    struct comparison c = {.scenario = scenario, .is_report = scenario_is_reports(scenario)};
    if (c.is_report) {
        c.reference = report_exact();
        c.euler = report_euler(scenario);
    } else {
        c.reference = solve(scenario, (struct setup){IZH_TAYLOR, 0, IZH_EVENTS_EXACT});
        if (c.reference.status != IZH_OK)
            fprintf(stderr, PROGRAM ": there is no reference: taylor: %s: %s\n",
                    izh_status_name(c.reference.status), c.reference.message);
    }
    for (size_t i = 0; i < count; i++)
        add_method(&c, methods[i]);
    measure(&c);
    describe_machine(c.machine);
    return c;
}

static void solution_free(struct solution *solution)
{
    free(solution->spikes);
    free(solution->u_before);
}

void comparison_free(struct comparison *c)
{
    for (size_t i = 0; i < c->count; i++)
        solution_free(&c->results[i].solution);
    free(c->results);
    solution_free(&c->reference);
    solution_free(&c->euler);
}
