/* What bench_population's files share: the populations it measures, what it measures them against,
 * and races between the two. */
#ifndef IZH_BENCH_POPULATION_H
#define IZH_BENCH_POPULATION_H

#include <izh/izh.h>

/* ---- bench_naive.c: the loop that a user would write ---- */

struct bench_spike {
    double t;
    uint32_t i;
};

/* Some steps of 1 ms; stores the spikes, as many as there are, and returns how many. */
size_t bench_naive_f64(double *v, double *u, const double *I, size_t n, double t, int steps,
                       struct bench_spike *spikes);
size_t bench_naive_f32(float *v, float *u, const float *I, size_t n, double t, int steps,
                       struct bench_spike *spikes);

/* ---- bench_limit.c: what the machine can do at most ---- */

#define BENCH_PAPER_OPERATIONS 24
#define BENCH_LIBRARY_OPERATIONS 31
#define BENCH_PROBES 5

/* Takes some vectors over some steps in registers. `constants`: k2, k1, k0, I, a, b, peak, c, d, w,
 * r, vb, the largest v. The answer depends on all, so that nothing can be left out. */
typedef double bench_probe_fn(const double *constants, int steps);

/* Adds to both arrays, from and to memory. */
typedef void bench_stream_fn(void *v, void *u, size_t n);

struct bench_limit {
    int32_t isa, lanes;
    struct {
        int vectors;
        bench_probe_fn *paper, *library;
    } probe[BENCH_PROBES];
    bench_stream_fn *stream;
};

/* The limit of this machine; NULL where none is built. */
const struct bench_limit *bench_limit_find(int32_t precision);

/* ---- bench_race.c ---- */

/* One who takes part in a race: run(what) does `units` of work. */
struct arm {
    void (*run)(void *what);
    void *what;
    double units;
    double least; /* ns per unit, of all runs */
};

double bench_now(void); /* s */

/* Runs all in turn, again and again, at least `rounds` times and `seconds` long. */
void bench_race(struct arm *arms, int count, int rounds, double seconds);

/* A population to measure: regular spiking neurons, each elsewhere on its way between spikes and
 * with a current of its own, within 5 % of I. */
struct task {
    izh_method method;
    int32_t precision, events;
    uint32_t n, threads;
    double I;
    double dt;      /* ms; 0: 1 for published-2003 and taylor, .1 for the others */
    double sigma;   /* of the noise */
    uint64_t first; /* global index of neuron 0 */
};

struct flock {
    struct task task;
    izh_population *population;
    izh_allocator allocator;
    size_t bytes, most_bytes; /* that the population asked for */
    double dt;
    int64_t tick;
    int steps, per_call; /* of a run; of a call, 0: all */
    uint64_t spikes;
    double check; /* what reading the spikes gave */
};

/* Ends the program where anything fails. */
void bench_flock_create(struct flock *f, const struct task *task);
void bench_flock_destroy(struct flock *f);
struct arm bench_flock_arm(struct flock *f, int steps, int per_call);

/* Spikes per second of a neuron, over all runs. */
double bench_flock_rate(const struct flock *f);

/* The naive loop on the same neurons. */
struct naive {
    int32_t precision;
    uint32_t n;
    void *v, *u, *I;
    struct bench_spike *spikes;
    int steps;
    int64_t tick;
    size_t count;
};

void bench_naive_create(struct naive *x, int32_t precision, uint32_t n);
void bench_naive_destroy(struct naive *x);
struct arm bench_naive_arm(struct naive *x);

/* A probe as an arm: units are neuron-steps. */
struct probe {
    bench_probe_fn *fn;
    double answer;
};

struct arm bench_probe_arm(struct probe *probe, bench_probe_fn *fn, int neurons);

/* Reads and writes two arrays; units are neurons. */
struct stream {
    const struct bench_limit *limit;
    size_t n, real;
    int threads;
    void *v, *u;
};

void bench_stream_create(struct stream *s, int32_t precision, size_t n, int threads);
void bench_stream_destroy(struct stream *s);
struct arm bench_stream_arm(struct stream *s);

/* A chain of additions, each of which waits for the last: units are cycles. */
struct arm bench_cycles_arm(void);

#endif
