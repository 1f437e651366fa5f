/* What the native library computes, to the bit, for the page's tests: every preset in both
 * flavours, and every method on a few presets. Doubles are printed as the 16 hex digits of their
 * bits.
 *
 *     case PRESET METHOD EVENTS DT UNTIL    EVENTS 0 exact, 1 grid; what follows belongs to it
 *     refused STATUS                        there is no such solver; nothing follows
 *     sample T V U                          at chosen times
 *     spike T V U V U                       before and after the reset
 *     end STATUS T V U SPIKES               how sampling ended, and where
 *
 * With the word "analysis", the analysis of random neurons of the 2003 form instead:
 *
 *     at A B C D I                          what follows belongs to it
 *     equilibrium V U RE RE IM IM KIND BEYOND
 *     bifurcation I V U KIND ENDS
 *     rest I V U KIND ENDS                  above which there is no rest
 *
 * With the word "trains", the spikes of random neurons of the 2003 form, from rest:
 *
 *     at A B C D I                          what follows belongs to it
 *     train T ...                           in 1000 ms under a constant current I
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <izh/izh.h>

enum {
    SAMPLES = 97, /* no multiple of a step */
    SPIKES = 1 << 16
};

struct spikes {
    size_t count;
    double numbers[SPIKES][5];
};

static void print(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    printf(" %016" PRIx64, bits);
}

static void print_all(const char *what, const double *numbers, size_t n)
{
    fputs(what, stdout);
    for (size_t i = 0; i < n; i++)
        print(numbers[i]);
    putchar('\n');
}

static int32_t keep(const izh_spike_event *e, izh_state *after, void *user)
{
    struct spikes *spikes = user;
    const double numbers[5] = {e->t, e->before.v, e->before.u, after->v, after->u};
    if (spikes->count == SPIKES)
        exit(1);
    memcpy(spikes->numbers[spikes->count++], numbers, sizeof numbers);
    return IZH_CONTINUE;
}

static void run(const izh_preset *preset, izh_method method, int32_t events, double dt,
                double until)
{
    static struct spikes spikes;
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.params = preset->params;
    config.initial = preset->initial;
    config.method = method;
    config.events = events;
    config.dt = dt;
    izh_solver *solver;
    printf("case %s %s %d", preset->name, izh_method_name(method), (int)events);
    print_all("", (double[]){dt, until}, 2);
    spikes.count = 0;
    izh_status status = izh_solver_create(&solver, &config);
    if (status != IZH_OK) {
        printf("refused %s\n", izh_status_name(status));
        return;
    }
    izh_solver_on_spike(solver, keep, &spikes);
    izh_solver_set_stimulus(solver, preset->segments, preset->segment_count);
    double times[SAMPLES];
    izh_state states[SAMPLES];
    for (int i = 0; i < SAMPLES; i++)
        times[i] = i + 1 == SAMPLES ? until : until * i / SAMPLES;
    status = izh_solver_sample(solver, times, SAMPLES, states);
    for (int i = 0; status == IZH_OK && i < SAMPLES; i++)
        print_all("sample", (double[]){times[i], states[i].v, states[i].u}, 3);
    for (size_t i = 0; i < spikes.count; i++)
        print_all("spike", spikes.numbers[i], 5);
    const izh_state end = izh_solver_state(solver);
    printf("end %s", izh_status_name(status));
    print_all("", (double[]){izh_solver_time(solver), end.v, end.u}, 3);
    izh_solver_destroy(solver);
}

static void run_flavours(const izh_preset *preset)
{
    izh_method method;
    run(preset, IZH_TAYLOR, IZH_EVENTS_EXACT, 0, preset->duration);
    if (izh_method_find(preset->published_method, &method) != IZH_OK)
        exit(1);
    run(preset, method, IZH_EVENTS_GRID, preset->published_dt, preset->published_until);
}

/* The network takes long: it has a shorter time. */
static void run_methods(const char *name)
{
    const izh_preset *preset = izh_preset_find(name);
    for (izh_method method = 1; izh_method_name(method); method++)
        for (int32_t events = IZH_EVENTS_EXACT; events <= IZH_EVENTS_GRID; events++)
            run(preset, method, events, 0, method == IZH_PINN ? 40 : 200);
}

/* From lo to hi, by a generator of 32 bits (Numerical Recipes). */
static double drawn(double lo, double hi)
{
    static uint32_t state = 2003;
    state = state * 1664525u + 1013904223u;
    return lo + (hi - lo) * ((state >> 8) / 16777216.0);
}

static void print_bifurcation(const char *what, const izh_bifurcation *b)
{
    print_all(what, (double[]){b->I, b->state.v, b->state.u, b->kind, b->ends_rest}, 5);
}

static void analyse(void)
{
    const double at[] = {drawn(0.001, 0.2), drawn(-0.5, 1), drawn(-80, -40), drawn(-2, 12),
                         drawn(-30, 30)};
    const izh_params params = izh_params_2003(at[0], at[1], at[2], at[3]);
    izh_equilibrium e[IZH_EQUILIBRIA_MAX];
    izh_bifurcation b[IZH_BIFURCATIONS_MAX], rest;
    size_t n;
    print_all("at", at, 5);
    izh_params_equilibria(&params, at[4], e, &n);
    for (size_t i = 0; i < n; i++)
        print_all("equilibrium",
                  (double[]){e[i].state.v, e[i].state.u, e[i].re[0], e[i].re[1], e[i].im[0],
                             e[i].im[1], e[i].kind, e[i].beyond_peak},
                  8);
    izh_params_bifurcations(&params, b, &n);
    for (size_t i = 0; i < n; i++)
        print_bifurcation("bifurcation", &b[i]);
    izh_params_rest_ends(&params, &rest);
    print_bifurcation("rest", &rest);
}

/* Its rest without current, or else its reset, with u where it stands still. */
static izh_state beginning(const izh_params *params)
{
    izh_equilibrium e[IZH_EQUILIBRIA_MAX];
    size_t n;
    izh_params_equilibria(params, 0, e, &n);
    for (size_t i = 0; i < n; i++)
        if ((e[i].kind == IZH_STABLE_NODE || e[i].kind == IZH_STABLE_FOCUS) && !e[i].beyond_peak)
            return e[i].state;
    return (izh_state){params->c, params->b_lo * (params->c - params->vb) / params->r};
}

static void fire(void)
{
    static struct spikes spikes;
    const double at[] = {drawn(0.002, 0.15), drawn(0.05, 0.35), drawn(-75, -40), drawn(0, 10),
                         drawn(0, 15)};
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.params = izh_params_2003(at[0], at[1], at[2], at[3]);
    config.initial = beginning(&config.params);
    config.method = IZH_TAYLOR;
    izh_solver *solver;
    if (izh_solver_create(&solver, &config) != IZH_OK)
        exit(1);
    spikes.count = 0;
    izh_solver_on_spike(solver, keep, &spikes);
    izh_solver_set_stimulus(solver, &(izh_segment){0, at[4], 0}, 1);
    if (izh_solver_run(solver, 1000) != IZH_OK)
        exit(1);
    izh_solver_destroy(solver);
    print_all("at", at, 5);
    fputs("train", stdout);
    for (size_t i = 0; i < spikes.count; i++)
        print(spikes.numbers[i][0]);
    putchar('\n');
}

static void times_100(void (*print_one)(void))
{
    for (int i = 0; i < 100; i++)
        print_one();
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        times_100(strcmp(argv[1], "trains") == 0 ? fire : analyse);
        return fflush(stdout) != 0;
    }
    for (size_t i = 0; i < izh_preset_count(); i++)
        run_flavours(izh_preset_get(i));
    run_methods("2003-RS");
    run_methods("2004-L");  /* k1 and k0 of its own */
    run_methods("2007-FS"); /* a cubic nullcline */
    run_methods("report-RS");
    return fflush(stdout) != 0;
}
