/* The worst that a millisecond of a solver may cost: for each method inputs made to be as dear as
 * can be, each run between two requests to callgrind, which counts its instructions. Prints what
 * each did; tests/bench/run_worst.sh puts the counts beside it and holds them to the bound of
 * docs/real-time.md. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <valgrind/callgrind.h>

#include <izh/izh.h>

#define PIECES 100

/* The bound: instructions <= CALL + (steps + 1) step + spikes spike, and MESSAGE more for a run
 * that ends in an error. On x86-64 by GCC at -O2; the most that the runs below take, times 1.5. A
 * population's steps are one for each neuron and tick. */
#define CALL 3000
#define MESSAGE 100000
static const struct bound {
    izh_method method;
    uint64_t step, spike;
} bounds[] = {
    {IZH_EULER, 2200, 800},
    {IZH_BACKWARD_EULER, 12300, 500},
    {IZH_MIDPOINT, 2600, 3100},
    {IZH_RK4, 3000, 6600},
    {IZH_EXP_EULER, 3300, 1600},
    {IZH_EXPRB_ADAPTIVE, 4400, 500},
    {IZH_DOPRI5, 3400, 1200},
    {IZH_TAYLOR, 52600, 500},
    {IZH_PUBLISHED_2003, 2500, 1600},
    {IZH_FIGURE1, 1000, 1000},
    {IZH_NEST_CONSISTENT, 1000, 1000},
    {IZH_CARLSIM_EULER, 1000, 1000},
    {IZH_CARLSIM_RK4, 1000, 1000},
    {IZH_GENN, 1000, 1000},
    {IZH_NEMO, 1000, 1000},
    {IZH_SPINNAKER, 1000, 1000},
};

static struct bound bound_of(izh_method method)
{
    size_t i = 0;
    while (i < sizeof bounds / sizeof *bounds && bounds[i].method != method)
        i++;
    return i < sizeof bounds / sizeof *bounds ? bounds[i] : (struct bound){method, 0, 0};
}

/* One millisecond of a neuron. */
struct worst {
    const char *name;
    izh_params params;
    izh_state initial;
    double rtol;
    size_t n;
    izh_input inputs[PIECES];
};

static izh_params rs(void)
{
    return izh_params_2003(.02, .2, -65, 8);
}

/* Nothing but steps. */
static struct worst plain(void)
{
    return (struct worst){"plain", rs(), {-70, -14}, 0, 1, {{0, 5, 1, 0, 0}}};
}

/* The input changes a hundred times. */
static struct worst pieces(void)
{
    struct worst w = {"pieces", rs(), {-65, -13}, 0, PIECES, {{0, 0, 0, 0, 0}}};
    for (int i = 0; i < PIECES; i++)
        w.inputs[i] = (izh_input){.01 * i, i % 2 ? 40 : -40, i % 2 ? 100 : -100, 0, 0};
    return w;
}

/* The reset lies just below the peak. */
static struct worst burst(void)
{
    return (struct worst){"burst",          izh_params_2003(.02, .2, 29.5, 0), {29, 0}, 0, 1,
                          {{0, 0, 0, 0, 0}}};
}

/* v turns just below the peak, in every piece again. */
static struct worst touch(void)
{
    struct worst w = {"touch", rs(), {29.9, 0}, 0, PIECES, {{0, 0, 0, 0, 0}}};
    for (int i = 0; i < PIECES; i++)
        w.inputs[i] = (izh_input){.01 * i, -325 + 20, -4000, 0, 0};
    return w;
}

/* v goes up and down through the kink of U, in every piece. */
static struct worst kink(void)
{
    struct worst w = {"kink",      izh_params_2007(20, 1, -55, -40, 25, .2, 0, -45, 0),
                      {-55.01, 0}, 0,
                      PIECES,      {{0, 0, 0, 0, 0}}};
    w.params.b_hi = 0;
    w.params.b3 = .025;
    w.params.vb = -55;
    for (int i = 0; i < PIECES; i++)
        w.inputs[i] = (izh_input){.01 * i, i % 2 ? -100 : 100, 0, 0, 0};
    return w;
}

/* v follows u at once, under a large conductance. */
static struct worst shunted(void)
{
    return (struct worst){"shunted", rs(), {-60, -13}, 0, 1, {{0, 10, 50, 5000, -60}}};
}

/* Far away. */
static struct worst far_off(void)
{
    return (struct worst){"far", rs(), {-1e5, -13}, 0, 1, {{0, 0, 0, 0, 0}}};
}

/* The tightest tolerance. */
static struct worst tight(void)
{
    return (struct worst){"tight", rs(), {29, 0}, 1e-16, 1, {{0, 100, 10, 0, 0}}};
}

static struct worst (*const cases[])(void) = {plain, pieces,  burst,   touch,
                                              kink,  shunted, far_off, tight};

static bool has_conductance(const struct worst *w)
{
    return w->inputs[0].g != 0;
}

/* Makes a solver stand before its millisecond; NULL where it takes no such input. */
static izh_solver *prepare(izh_method method, int32_t events, const struct worst *w)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    izh_solver *s;
    config.method = method;
    config.events = events;
    config.params = w->params;
    config.initial = w->initial;
    config.rtol = w->rtol;
    config.max_segments = PIECES;
    if (izh_solver_create(&s, &config) != IZH_OK)
        return NULL;
    izh_segment segments[PIECES];
    for (size_t i = 0; i < w->n; i++)
        segments[i] = (izh_segment){w->inputs[i].t, w->inputs[i].I, w->inputs[i].slope};
    const izh_status status = has_conductance(w) ? izh_solver_set_inputs(s, w->inputs, w->n)
                                                 : izh_solver_set_stimulus(s, segments, w->n);
    if (status == IZH_OK)
        return s;
    izh_solver_destroy(s);
    return NULL;
}

static void say(izh_method method, int32_t events, const char *what, uint64_t steps,
                uint64_t spikes, izh_status status)
{
    const struct bound b = bound_of(method);
    const uint64_t most =
        CALL + (steps + 1) * b.step + spikes * b.spike + (status == IZH_OK ? 0 : MESSAGE);
    printf("%s %s %s %llu %llu %llu\n", izh_method_name(method),
           events == IZH_EVENTS_GRID ? "grid" : "exact", what, (unsigned long long)steps,
           (unsigned long long)spikes, (unsigned long long)most);
}

static void measure(izh_method method, int32_t events, const struct worst *w)
{
    izh_statistics n = IZH_STATISTICS_INIT;
    izh_solver *s = prepare(method, events, w);
    if (!s)
        return;
    CALLGRIND_ZERO_STATS;
    const izh_status status = izh_solver_run(s, 1);
    CALLGRIND_DUMP_STATS;
    izh_solver_statistics(s, &n);
    say(method, events, w->name, n.steps + n.rejected, n.spikes, status);
    izh_solver_destroy(s);
}

/* A millisecond of neurons that all spike in it, with noise. */
#define NEURONS 128
static void measure_population(izh_method method, int32_t events)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    izh_population *p;
    config.n = NEURONS;
    config.method = method;
    config.events = events;
    config.isa = IZH_ISA_SCALAR;
    config.noise_sigma = 1;
    if (izh_population_create(&p, &config) != IZH_OK)
        return;
    const izh_state state = {29, 0}; /* of the 2003 paper's regular spiking neuron */
    const double dt = izh_population_dt(p), I = 100;
    izh_status status = izh_population_set_state(p, 0, NEURONS, &state, 0);
    status |= izh_population_set_current(p, 0, NEURONS, &I, 0);
    CALLGRIND_ZERO_STATS;
    status |= izh_population_run(p, 1);
    CALLGRIND_DUMP_STATS;
    say(method, events, "population", (uint64_t)(NEURONS / dt), izh_population_spikes(p).count,
        status);
    izh_population_destroy(p);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--bounds") == 0) {
        for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
            printf("| `%s` | %llu | %llu |\n", izh_method_name(bounds[i].method),
                   (unsigned long long)bounds[i].step, (unsigned long long)bounds[i].spike);
        return 0;
    }
    for (izh_method m = 1; m < 64; m++) {
        if (m == IZH_PINN || !izh_method_name(m))
            continue;
        for (int32_t events = IZH_EVENTS_EXACT; events <= IZH_EVENTS_GRID; events++) {
            for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                const struct worst w = cases[i]();
                measure(m, events, &w);
            }
            measure_population(m, events);
        }
    }
    return 0;
}
