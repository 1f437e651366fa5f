/* Races between populations and what they are measured against. */
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench_population.h"

#define CHUNK 4096
#define SPREAD .05
#define PROBE_STEPS 20000
#define NAIVE_UNITS 4000000
#define CHAIN 1000000

double bench_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void bench_race(struct arm *arms, int count, int rounds, double seconds)
{
    const double start = bench_now();
    for (int j = 0; j < count; j++)
        arms[j].least = INFINITY;
    for (int round = 0; round < rounds || bench_now() - start < seconds; round++)
        for (int j = 0; j < count; j++) {
            const double t = bench_now();
            arms[j].run(arms[j].what);
            arms[j].least = fmin(arms[j].least, 1e9 * (bench_now() - t) / arms[j].units);
        }
}

static void *must(void *memory)
{
    if (memory)
        return memory;
    fprintf(stderr, "no memory\n");
    exit(1);
}

static void must_be_well(izh_status status, const char *what)
{
    if (status >= 0)
        return;
    fprintf(stderr, "%s: %s\n", what, izh_status_text(status));
    exit(1);
}

/* ---- neurons that are not synchronous ---- */

static uint32_t scatter(uint32_t i)
{
    i = (i ^ i >> 16) * 0x45d9f3b;
    i = (i ^ i >> 16) * 0x45d9f3b;
    return i ^ i >> 16;
}

static double current_of(uint32_t i, double I)
{
    return I * (1 + SPREAD * (2 * (scatter(i + 1) / 0x1p32) - 1));
}

/* A neuron's states tick by tick, once it has settled. */
#define PHASES 8192

static void fill_phases(izh_state *phases, double I)
{
    izh_solver *solver;
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = IZH_MIDPOINT;
    config.dt = .1;
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.initial = (izh_state){-65, -13};
    must_be_well(izh_solver_create(&solver, &config), "izh_solver_create");
    izh_solver_set_current(solver, I);
    for (int k = 0; k < PHASES; k++) {
        must_be_well(izh_solver_run(solver, 1000 + (k + 1) * config.dt), "izh_solver_run");
        phases[k] = izh_solver_state(solver);
    }
    izh_solver_destroy(solver);
}

static const izh_state *phases_at(double I)
{
    static izh_state phases[PHASES];
    static double of = NAN;
    if (of != I)
        fill_phases(phases, I);
    of = I;
    return phases;
}

static izh_state state_of(uint32_t i, const izh_state *phases)
{
    return phases[scatter(i) % PHASES];
}

/* ---- populations ---- */

static void *count_alloc(void *user, size_t size)
{
    struct flock *f = user;
    f->bytes += size;
    if (f->bytes > f->most_bytes)
        f->most_bytes = f->bytes;
    return malloc(size);
}

static void count_release(void *user, void *memory, size_t size)
{
    struct flock *f = user;
    f->bytes -= size;
    free(memory);
}

/* Chunk by chunk: the states of 10^8 neurons would need more memory than the population. */
static void scatter_neurons(struct flock *f)
{
    const izh_state *phases = phases_at(f->task.I);
    static izh_state states[CHUNK];
    static double I[CHUNK];
    for (uint32_t at = 0; at < f->task.n; at += CHUNK) {
        const uint32_t count = f->task.n - at < CHUNK ? f->task.n - at : CHUNK;
        for (uint32_t i = 0; i < count; i++) {
            states[i] = state_of(at + i, phases);
            I[i] = current_of(at + i, f->task.I);
        }
        must_be_well(izh_population_set_state(f->population, at, count, states, 1), "set_state");
        must_be_well(izh_population_set_current(f->population, at, count, I, 1), "set_current");
    }
}

void bench_flock_create(struct flock *f, const struct task *task)
{
    *f = (struct flock){.task = *task, .allocator = {count_alloc, count_release, f}};
    f->dt = task->dt;
    if (!f->dt)
        f->dt = task->method == IZH_PUBLISHED_2003 || task->method == IZH_TAYLOR ? 1 : .1;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = task->n;
    config.method = task->method;
    config.precision = task->precision;
    config.events = task->events;
    config.threads = task->threads;
    config.dt = f->dt;
    config.noise_sigma = task->sigma;
    config.first = task->first;
    config.allocator = f->allocator;
    must_be_well(izh_population_create(&f->population, &config), "izh_population_create");
    scatter_neurons(f);
}

void bench_flock_destroy(struct flock *f)
{
    izh_population_destroy(f->population);
}

static void take_spikes(struct flock *f)
{
    const izh_spikes spikes = izh_population_spikes(f->population);
    for (size_t k = 0; k < spikes.count; k++)
        f->check += spikes.data[k].t + spikes.data[k].i;
    f->spikes += spikes.count;
}

static void run_flock(void *what)
{
    struct flock *f = what;
    const int64_t end = f->tick + f->steps;
    while (f->tick < end) {
        izh_status status;
        f->tick += f->per_call ? f->per_call : f->steps;
        do {
            status = izh_population_run(f->population, (double)f->tick * f->dt);
            must_be_well(status, "izh_population_run");
            take_spikes(f);
        } while (status == IZH_PAUSED);
    }
}

struct arm bench_flock_arm(struct flock *f, int steps, int per_call)
{
    f->steps = steps;
    f->per_call = per_call;
    return (struct arm){run_flock, f, (double)f->task.n * steps, 0};
}

double bench_flock_rate(const struct flock *f)
{
    return 1e3 * (double)f->spikes / ((double)f->tick * f->dt * f->task.n);
}

/* ---- the naive loop ---- */

static void put(void *array, int32_t precision, size_t i, double x)
{
    if (precision == IZH_F32)
        ((float *)array)[i] = (float)x;
    else
        ((double *)array)[i] = x;
}

void bench_naive_create(struct naive *x, int32_t precision, uint32_t n)
{
    const size_t real = precision == IZH_F32 ? sizeof(float) : sizeof(double);
    const izh_state *phases = phases_at(10);
    *x = (struct naive){.precision = precision, .n = n};
    x->v = must(malloc(n * real));
    x->u = must(malloc(n * real));
    x->I = must(malloc(n * real));
    x->steps = n < NAIVE_UNITS ? (int)(NAIVE_UNITS / n) : 1;
    x->spikes = must(malloc((size_t)n * x->steps * sizeof *x->spikes));
    for (uint32_t i = 0; i < n; i++) {
        put(x->v, precision, i, state_of(i, phases).v);
        put(x->u, precision, i, state_of(i, phases).u);
        put(x->I, precision, i, current_of(i, 10));
    }
}

void bench_naive_destroy(struct naive *x)
{
    free(x->v);
    free(x->u);
    free(x->I);
    free(x->spikes);
}

static void run_naive(void *what)
{
    struct naive *x = what;
    const double t = (double)x->tick;
    if (x->precision == IZH_F32)
        x->count += bench_naive_f32(x->v, x->u, x->I, x->n, t, x->steps, x->spikes);
    else
        x->count += bench_naive_f64(x->v, x->u, x->I, x->n, t, x->steps, x->spikes);
    x->tick += x->steps;
}

struct arm bench_naive_arm(struct naive *x)
{
    return (struct arm){run_naive, x, (double)x->n * x->steps, 0};
}

/* ---- limits ---- */

#ifdef HAVE_LIMITS
extern const struct bench_limit bench_limit_sse2_f64, bench_limit_sse2_f32, bench_limit_avx2_f64,
    bench_limit_avx2_f32, bench_limit_avx512_f64, bench_limit_avx512_f32;

const struct bench_limit *bench_limit_find(int32_t precision)
{
    const bool single = precision == IZH_F32;
    if (izh_isa_supported(IZH_ISA_AVX512))
        return single ? &bench_limit_avx512_f32 : &bench_limit_avx512_f64;
    if (izh_isa_supported(IZH_ISA_AVX2))
        return single ? &bench_limit_avx2_f32 : &bench_limit_avx2_f64;
    return single ? &bench_limit_sse2_f32 : &bench_limit_sse2_f64;
}
#else
const struct bench_limit *bench_limit_find(int32_t precision)
{
    (void)precision;
    return NULL;
}
#endif

static void run_probe(void *what)
{
    /* k2, k1, k0, I, a, b, peak, c, d; w, r, vb, the largest v */
    static const double constants[] = {.04, 5, 140, 10, .02, .2, 30, -65, 8, 1, 1, 0, 1e18};
    struct probe *probe = what;
    probe->answer += probe->fn(constants, PROBE_STEPS);
}

struct arm bench_probe_arm(struct probe *probe, bench_probe_fn *fn, int neurons)
{
    *probe = (struct probe){fn, 0};
    return (struct arm){run_probe, probe, (double)neurons * PROBE_STEPS, 0};
}

static void *run_half(void *what)
{
    const struct stream *s = what;
    const size_t half = s->n / 2 * s->real;
    s->limit->stream((char *)s->v + half, (char *)s->u + half, s->n - s->n / 2);
    return NULL;
}

static void run_stream(void *what)
{
    struct stream *s = what;
    pthread_t other;
    if (s->threads < 2) {
        s->limit->stream(s->v, s->u, s->n);
    } else if (pthread_create(&other, NULL, run_half, s)) {
        fprintf(stderr, "no thread\n");
        exit(1);
    } else {
        s->limit->stream(s->v, s->u, s->n / 2);
        pthread_join(other, NULL);
    }
}

void bench_stream_create(struct stream *s, int32_t precision, size_t n, int threads)
{
    const size_t real = precision == IZH_F32 ? sizeof(float) : sizeof(double);
    *s = (struct stream){bench_limit_find(precision), n, real, threads, NULL, NULL};
    const size_t bytes = (n * real + 63) / 64 * 64;
    s->v = memset(must(aligned_alloc(64, bytes)), 0, bytes);
    s->u = memset(must(aligned_alloc(64, bytes)), 0, bytes);
}

void bench_stream_destroy(struct stream *s)
{
    free(s->v);
    free(s->u);
}

struct arm bench_stream_arm(struct stream *s)
{
    return (struct arm){run_stream, s, (double)s->n, 0};
}

static void run_chain(void *what)
{
    uintptr_t x = 0, one = 1;
    (void)what;
    __asm__ volatile("" : "+r"(one));
    for (int k = 0; k < CHAIN / 20; k++) {
#define ADD   \
    x += one; \
    __asm__ volatile("" : "+r"(x) : "r"(one));
        ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD ADD
    }
}

struct arm bench_cycles_arm(void)
{
    return (struct arm){run_chain, NULL, CHAIN, 0};
}
