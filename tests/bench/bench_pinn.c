/* What physics-informed networks cost: training the report's second from eight seeds, and points
 * evaluated per second. bench_pinn */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <izh/izh.h>

#include "pinn/eval.h"
#include "pinn/pinn.h"

#define POINTS 1000000
#define RUNS 5

/* The report's spikes, ms, exact. */
static const double spikes[] = {201.0224709569527329, 348.8095578693403655, 496.6640773642638478,
                                644.5185823306922809, 792.3730873002390488, 940.2275922697851474};
#define SPIKES (sizeof spikes / sizeof *spikes)

static const izh_segment current = {101, 70, 0};

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static izh_pinn *train(uint64_t seed)
{
    izh_pinn *pinn;
    izh_pinn_config config = IZH_PINN_CONFIG_INIT;
    config.params = izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
    config.initial.v = -60;
    config.t_end = 1000;
    config.segments = &current;
    config.segment_count = 1;
    config.pinn.seed = seed;
    if (izh_pinn_train(&pinn, &config) != IZH_OK)
        exit(1);
    return pinn;
}

static double worst_spike(const izh_pinn *pinn)
{
    const izh_pinn_spikes s = izh_pinn_get_spikes(pinn);
    double worst = s.count == SPIKES ? 0 : INFINITY;
    for (size_t i = 0; i < s.count && i < SPIKES; i++)
        worst = fmax(worst, fabs(s.data[i].t - spikes[i]));
    return worst;
}

static void row(uint64_t seed)
{
    double best = INFINITY, worst = 0;
    size_t windows = 0, iterations = 0;
    for (int run = 0; run < RUNS; run++) {
        const double start = seconds();
        izh_pinn *pinn = train(seed);
        best = fmin(best, seconds() - start);
        worst = worst_spike(pinn);
        windows = izh_pinn_get_windows(pinn).count;
        iterations = izh_pinn_get_losses(pinn).count;
        izh_pinn_destroy(pinn);
    }
    printf("%4d %12.4f %18.2g %8zu %10.2f %11zu\n", (int)seed, best, worst, windows,
           1000. / (double)windows, iterations);
}

static double evaluate(const izh_pinn *pinn, const double *times, izh_state *states)
{
    double best = INFINITY;
    for (int run = 0; run < RUNS; run++) {
        const double start = seconds();
        if (izh_pinn_eval(pinn, times, POINTS, states) != IZH_OK)
            exit(1);
        best = fmin(best, seconds() - start);
    }
    return POINTS / best;
}

/* Points per second within windows, by an instruction set. */
static void row_of_isa(const izh_pinn *pinn, int32_t isa, const char *name)
{
    enum {
        EACH = 4096
    };
    static double times[EACH];
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
                times[k] = w->t + w->length * (double)k / EACH;
            const double start = seconds();
            eval(&pinn->trained[i], w->t, times, EACH, states);
            taken += seconds() - start;
        }
        best = fmin(best, taken);
    }
    printf("  %-7s %.1f million a second\n", name, 1e-6 * EACH * (double)pinn->window_count / best);
}

int main(void)
{
    printf("The report's scenario, 1000 ms\n%4s %12s %18s %8s %10s %11s\n", "seed", "training, s",
           "worst spike, ms", "windows", "length, ms", "iterations");
    for (uint64_t seed = 1; seed <= 8; seed++)
        row(seed);
    izh_pinn *pinn = train(1);
    double *times = malloc(POINTS * sizeof *times);
    izh_state *states = malloc(POINTS * sizeof *states);
    if (!times || !states)
        return 1;
    for (size_t i = 0; i < POINTS; i++)
        times[i] = 1000. * (double)i / POINTS;
    printf("%d points in order: %.1f million a second\n", POINTS,
           1e-6 * evaluate(pinn, times, states));
    row_of_isa(pinn, IZH_ISA_SCALAR, "SSE2"); /* the least that x86-64 has; NEON is as long */
    row_of_isa(pinn, IZH_ISA_AVX2, "AVX2");
    row_of_isa(pinn, IZH_ISA_AVX512, "AVX-512");
    free(times);
    free(states);
    izh_pinn_destroy(pinn);
    return 0;
}
