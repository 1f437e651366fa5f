/* What physics-informed networks cost and how exact they are, as tables of Markdown: the report's
 * second from eight seeds, points evaluated per second, and presets by the solver's method beside
 * taylor, which counts as exact. bench_pinn */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <izh/izh.h>

#include "pinn/eval.h"
#include "pinn/pinn.h"

#define POINTS 1000000
#define RUNS 5
#define SAMPLES 10001 /* v at every 0.1 ms of the report's second */
#define MOST 1000     /* spikes of a preset */

struct spikes {
    double t[MOST];
    size_t n;
};

/* The processor's, which other programs disturb less. */
static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- a preset by a solver ---- */

struct run {
    izh_solver_config config;
    izh_status status;
    double seconds;
    uint64_t steps;
    struct spikes spikes;
};

static int32_t keep(const izh_spike_event *event, izh_state *after, void *user)
{
    struct spikes *s = user;
    (void)after;
    if (s->n < MOST)
        s->t[s->n] = event->t;
    s->n++;
    return IZH_CONTINUE;
}

static struct run run_of(const izh_preset *preset, izh_method method)
{
    struct run run = {IZH_SOLVER_CONFIG_INIT, IZH_OK, 0, 0, {{0}, 0}};
    run.config.method = method;
    run.config.params = preset->params;
    run.config.initial = preset->initial;
    return run;
}

/* Runs it, with v at `samples` times, none of which is asked for where that is 0. */
static void solve(struct run *run, const izh_segment *segments, size_t count, double until,
                  const double *times, size_t samples, izh_state *states)
{
    izh_solver *s;
    izh_statistics statistics = IZH_STATISTICS_INIT;
    if (izh_solver_create(&s, &run->config) != IZH_OK)
        exit(1);
    run->spikes.n = 0;
    izh_solver_on_spike(s, keep, &run->spikes);
    izh_solver_set_stimulus(s, segments, count);
    const double start = seconds();
    run->status = izh_solver_sample(s, times, samples, states);
    if (run->status == IZH_OK)
        run->status = izh_solver_run(s, until);
    run->seconds = seconds() - start;
    izh_solver_statistics(s, &statistics);
    run->steps = statistics.steps;
    izh_solver_destroy(s);
}

/* Infinite where there are others. */
static double worst_spike(const double *t, size_t n, const struct spikes *exact)
{
    double worst = n == exact->n && n <= MOST ? 0 : INFINITY;
    for (size_t i = 0; i < n && i < exact->n && i < MOST; i++)
        worst = fmax(worst, fabs(t[i] - exact->t[i]));
    return worst;
}

/* ---- the report's second ---- */

static const izh_preset *report;
static double times[SAMPLES];
static izh_state exact_states[SAMPLES];
static struct run exact;

static void solve_report(void)
{
    report = izh_preset_find("report-RS");
    for (int i = 0; i < SAMPLES; i++)
        times[i] = .1 * i;
    exact = run_of(report, IZH_TAYLOR);
    solve(&exact, report->segments, report->segment_count, report->duration, times, SAMPLES,
          exact_states);
}

static double mean_error(const izh_state *states)
{
    double sum = 0;
    for (int i = 0; i < SAMPLES; i++)
        sum += fabs(states[i].v - exact_states[i].v);
    return sum / SAMPLES;
}

static double mean_error_of(const izh_pinn *pinn)
{
    static izh_state states[SAMPLES];
    if (izh_pinn_eval(pinn, times, SAMPLES, states) != IZH_OK)
        exit(1);
    return mean_error(states);
}

static izh_pinn *train(uint64_t seed)
{
    izh_pinn *pinn;
    izh_pinn_config config = IZH_PINN_CONFIG_INIT;
    config.params = report->params;
    config.initial = report->initial;
    config.t_end = report->duration;
    config.segments = report->segments;
    config.segment_count = report->segment_count;
    config.pinn.seed = seed;
    if (izh_pinn_train(&pinn, &config) != IZH_OK)
        exit(1);
    return pinn;
}

/* The least of some runs. */
static double time_training(uint64_t seed)
{
    double best = INFINITY;
    for (int run = 0; run < RUNS; run++) {
        const double start = seconds();
        izh_pinn *pinn = train(seed);
        best = fmin(best, seconds() - start);
        izh_pinn_destroy(pinn);
    }
    return best;
}

static void row_of_seed(uint64_t seed)
{
    izh_pinn *pinn = train(seed);
    const izh_pinn_spikes s = izh_pinn_get_spikes(pinn);
    double t[MOST];
    for (size_t i = 0; i < s.count && i < MOST; i++)
        t[i] = s.data[i].t;
    const size_t windows = izh_pinn_get_windows(pinn).count;
    printf("| `pinn`, seed %d | %zu | %.0e | %.0e | %zu | %.1f | %.1f | %.4f |\n", (int)seed,
           s.count, worst_spike(t, s.count, &exact.spikes), mean_error_of(pinn), windows,
           report->duration / (double)windows,
           (double)izh_pinn_get_losses(pinn).count / (double)windows, time_training(seed));
    izh_pinn_destroy(pinn);
}

/* What is left without what was trained. */
static void row_of_zero_weights(void)
{
    izh_pinn *pinn = train(1);
    for (size_t i = 0; i < pinn->window_count; i++) {
        struct izh_pinn_net *net = &pinn->trained[i].net;
        memset(net->out, 0, sizeof net->out);
        memset(net->bias, 0, sizeof net->bias);
    }
    printf("| seed 1, its weights set to 0 | | | %.2g | | | | |\n", mean_error_of(pinn));
    izh_pinn_destroy(pinn);
}

/* Euler's method as in the report's programs, whose current begins a step early. */
static void row_of_euler(void)
{
    static izh_state states[SAMPLES];
    const izh_segment current = {100, 70, 0};
    struct run run = run_of(report, IZH_EULER);
    run.config.dt = 1;
    run.config.events = IZH_EVENTS_GRID;
    solve(&run, &current, 1, report->duration, times, SAMPLES, states);
    printf("| `euler`, 1 ms, on the grid, current from 100 ms | %zu | %.1f | %.1f | | | | |\n",
           run.spikes.n, worst_spike(run.spikes.t, run.spikes.n, &exact.spikes),
           mean_error(states));
}

static void the_reports_second(void)
{
    printf("The report's second; times are the processor's\n\n"
           "| | spikes | worst spike, ms | mean error of v, mV | windows | mean window, ms | "
           "iterations a window | training, s |\n|---|---|---|---|---|---|---|---|\n");
    for (uint64_t seed = 1; seed <= 8; seed++)
        row_of_seed(seed);
    row_of_zero_weights();
    row_of_euler();
}

/* ---- points per second ---- */

static double in_order(const izh_pinn *pinn)
{
    double *at = malloc(POINTS * sizeof *at);
    izh_state *states = malloc(POINTS * sizeof *states);
    double best = INFINITY;
    if (!at || !states)
        exit(1);
    for (size_t i = 0; i < POINTS; i++)
        at[i] = report->duration * (double)i / POINTS;
    for (int run = 0; run < RUNS; run++) {
        const double start = seconds();
        if (izh_pinn_eval(pinn, at, POINTS, states) != IZH_OK)
            exit(1);
        best = fmin(best, seconds() - start);
    }
    free(at);
    free(states);
    return POINTS / best;
}

/* Points within windows, by an instruction set. */
static void row_of_isa(const izh_pinn *pinn, int32_t isa, const char *name)
{
    enum {
        EACH = 4096
    };
    static double at[EACH];
    static izh_state states[EACH];
    izh_pinn_eval_fn *eval = izh_pinn_eval_of(isa);
    double best = INFINITY;
    if (!eval)
        return;
    for (int run = 0; run < RUNS; run++) {
        double taken = 0;
        for (size_t i = 0; i < pinn->window_count; i++) {
            const izh_pinn_window *w = &pinn->windows[i];
            for (size_t k = 0; k < EACH; k++)
                at[k] = w->t + w->length * (double)k / EACH;
            const double start = seconds();
            eval(&pinn->trained[i], w->t, at, EACH, states);
            taken += seconds() - start;
        }
        best = fmin(best, taken);
    }
    printf("| window by window, %s | %.1f |\n", name,
           1e-6 * EACH * (double)pinn->window_count / best);
}

static void points_per_second(void)
{
    izh_pinn *pinn = train(1);
    printf(
        "\nEvaluating it\n\n| points | million a second |\n|---|---|\n| a million in order | %.1f "
        "|\n",
        1e-6 * in_order(pinn));
    row_of_isa(pinn, IZH_ISA_SCALAR, "SSE2"); /* the least that x86-64 has; NEON is as long */
    row_of_isa(pinn, IZH_ISA_AVX2, "AVX2");
    row_of_isa(pinn, IZH_ISA_AVX512, "AVX-512");
    izh_pinn_destroy(pinn);
}

/* ---- other neurons ---- */

/* Regular, bursting and fast spiking; no leak of u; a cubic U, a peak that moves, kinks of U. */
static const char *const shown[] = {"2003-RS", "2003-IB", "2003-FS", "2004-C",
                                    "2004-N",  "2004-R",  "2007-CH", "2007-LTS",
                                    "2007-FS", "2007-TC", "2007-RTN"};

static int is_shown(const char *name)
{
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        if (!strcmp(shown[i], name))
            return 1;
    return 0;
}

static double least(const izh_preset *preset, izh_method method, struct run *run)
{
    double best = INFINITY;
    for (int i = 0; i < RUNS; i++) {
        *run = run_of(preset, method);
        solve(run, preset->segments, preset->segment_count, preset->duration, NULL, 0, NULL);
        best = fmin(best, run->seconds);
    }
    return best;
}

struct sum {
    size_t presets, right;
    double worst, cheapest, dearest; /* ms, times taylor */
    char failed[200];
};

static void row_of_preset(const izh_preset *preset, struct sum *sum)
{
    static struct run taylor, pinn;
    const double base = least(preset, IZH_TAYLOR, &taylor);
    if (taylor.status != IZH_OK) /* it has no end to be compared with */
        return;
    const double taken = least(preset, IZH_PINN, &pinn);
    sum->presets++;
    if (pinn.status != IZH_OK) {
        const size_t used = strlen(sum->failed);
        snprintf(sum->failed + used, sizeof sum->failed - used, " %s", preset->name);
        return;
    }
    const double worst = worst_spike(pinn.spikes.t, pinn.spikes.n, &taylor.spikes);
    sum->right += pinn.spikes.n == taylor.spikes.n;
    sum->worst = fmax(sum->worst, worst);
    sum->cheapest = fmin(sum->cheapest, taken / base);
    sum->dearest = fmax(sum->dearest, taken / base);
    if (is_shown(preset->name))
        printf("| %s, %s | %.0f | %zu | %.0e | %.1f | %.3f | %.0f |\n", preset->name, preset->title,
               preset->duration, pinn.spikes.n, worst, preset->duration / (double)pinn.steps, taken,
               taken / base);
}

static void other_neurons(void)
{
    struct sum sum = {0, 0, 0, INFINITY, 0, ""};
    printf(
        "\nPresets by a solver\n\n"
        "| preset | duration, ms | spikes | worst spike, ms | mean window, ms | a run, s | times "
        "`taylor` |\n|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < izh_preset_count(); i++)
        row_of_preset(izh_preset_get(i), &sum);
    printf("\n`taylor` solves %zu presets to their end. By `pinn` %zu of them have as many spikes, "
           "and "
           "the worst spike is off by %.1e ms. A run takes %.0f to %.0f times as long as by "
           "`taylor`. Not solved:%s.\n",
           sum.presets, sum.right, sum.worst, sum.cheapest, sum.dearest,
           *sum.failed ? sum.failed : " none");
}

int main(void)
{
    solve_report();
    the_reports_second();
    points_per_second();
    other_neurons();
    return 0;
}
