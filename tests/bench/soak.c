/* Long runs: an hour of a neuron's time at machine precision; 10^8 ticks of one neuron and 10^6 of
 * a thousand, which must be the same however they are split. Prints what came out, in one line;
 * status 0 if all is as it should be. It took 17 to 25 s of processor time; on two busy cores 1 s,
 * 17 s and 18 s of the clock. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <izh/izh.h>

#define HOUR 3.6e6 /* ms */
/* No dyadic number: to add it up gives other times than to multiply it. */
#define DT .1
#define TICKS 100000000
#define NEURONS 1000
#define NEURON_TICKS 1000000

/* The regular spiking neuron of the 2003 paper under a current of 10, by tests/reference/quad.c:
 *
 *     grep '^rs-2003,' cases.csv | sed 's/,1000,0:10:0/,3600000,0:10:0/' | ./quad . soak */
#define EXACT_SPIKES 80336
#define EXACT_LAST 3599986.68429644746289148

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- spikes ---- */

struct train {
    double last;
    uint64_t count, hash;
};

/* As the tests hash the trains of populations: FNV-1a, a word at a time. */
static void append(struct train *train, double t, uint32_t i)
{
    uint64_t bits;
    memcpy(&bits, &t, sizeof bits);
    train->hash = (train->hash ^ bits) * UINT64_C(0x100000001b3);
    train->hash = (train->hash ^ i) * UINT64_C(0x100000001b3);
    train->last = t;
    train->count++;
}

static struct train no_spikes(void)
{
    return (struct train){0, 0, UINT64_C(0xcbf29ce484222325)};
}

static int same(const struct train *x, const struct train *y)
{
    return x->count > 0 && x->count == y->count && x->hash == y->hash;
}

/* ---- a solver ---- */

static int32_t note(const izh_spike_event *e, izh_state *after, void *user)
{
    (void)after;
    append(user, e->t, 0);
    return IZH_CONTINUE;
}

static izh_solver *regular_spiking(izh_method method, double dt, struct train *train)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.method = method;
    config.dt = dt;
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.initial = (izh_state){-65, -13};
    *train = no_spikes();
    izh_solver *s;
    if (izh_solver_create(&s, &config) == IZH_OK && izh_solver_on_spike(s, note, train) == IZH_OK &&
        izh_solver_set_current(s, 10) == IZH_OK)
        return s;
    fputs("no solver\n", stderr);
    exit(EXIT_FAILURE);
}

static int an_hour(void)
{
    struct train train;
    izh_solver *s = regular_spiking(IZH_TAYLOR, 0, &train);
    const int ran = izh_solver_run(s, HOUR) == IZH_OK;
    const double off = fabs(train.last - EXACT_LAST), bound = izh_solver_spike_error_bound(s);
    izh_solver_destroy(s);
    printf("an hour: %" PRIu64 " spikes, the last off by %.1e ms (bound %.1e)", train.count, off,
           bound);
    return ran && train.count == EXACT_SPIKES && off <= bound && off < 1e-6;
}

/* Stops within the last tick of a piece, then at its end; the solver's time is tick DT, rounded
 * once, and what spiked in the piece did so after its start. */
static int run_piece(izh_solver *s, const struct train *train, int64_t from, int64_t to)
{
    const double end = DT * (double)to, last = train->last;
    const int ran = izh_solver_run(s, DT * ((double)to - .3)) == IZH_OK &&
                    izh_solver_run(s, end) == IZH_OK && izh_solver_time(s) == end;
    return ran && (train->last == last || train->last > DT * (double)from) && train->last <= end;
}

/* Pieces of one tick up to some ten thousand. */
static int run_in_pieces(izh_solver *s, const struct train *train)
{
    int good = 1;
    int64_t tick = 0, end;
    for (int64_t k = 0; good && tick < TICKS; k++, tick = end) {
        end = tick + 1 + k * 7919 % 20011;
        end = end < TICKS ? end : TICKS;
        good = run_piece(s, train, tick, end);
    }
    return good;
}

static int many_ticks(void)
{
    struct train whole, split;
    izh_solver *a = regular_spiking(IZH_RK4, DT, &whole), *b = regular_spiking(IZH_RK4, DT, &split);
    int good = izh_solver_run(a, DT * TICKS) == IZH_OK && run_in_pieces(b, &split);
    const izh_state x = izh_solver_state(a), y = izh_solver_state(b);
    izh_solver_destroy(a);
    izh_solver_destroy(b);
    good = good && same(&whole, &split) && x.v == y.v && x.u == y.u;
    printf("; %d ticks: %" PRIu64 " spikes, hash %016" PRIx64 " whole, %016" PRIx64 " in pieces%s",
           TICKS, whole.count, whole.hash, split.hash, good ? "" : ", WRONG");
    return good;
}

/* ---- a population ---- */

static izh_population *noisy_population(uint32_t threads)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = NEURONS;
    config.dt = DT;
    config.noise_sigma = 3;
    config.seed = 7;
    config.threads = threads;
    const double I = 4;
    izh_population *p;
    if (izh_population_create(&p, &config) == IZH_OK &&
        izh_population_set_current(p, 0, NEURONS, &I, 0) == IZH_OK)
        return p;
    fputs("no population\n", stderr);
    exit(EXIT_FAILURE);
}

static int run_to_tick(izh_population *p, int64_t tick, struct train *train)
{
    izh_status status;
    do {
        status = izh_population_run(p, DT * (double)tick);
        const izh_spikes spikes = izh_population_spikes(p);
        for (size_t k = 0; k < spikes.count; k++)
            append(train, spikes.data[k].t, spikes.data[k].i);
    } while (status == IZH_PAUSED);
    return status == IZH_OK && izh_population_time(p) == DT * (double)tick;
}

/* Runs in pieces of so many ticks; the hash of the states at the end, 0 on error. */
static uint64_t run_population(int64_t piece, uint32_t threads, struct train *train)
{
    int good = 1;
    izh_population *p = noisy_population(threads);
    *train = no_spikes();
    for (int64_t tick = 0; good && tick < NEURON_TICKS;) {
        tick = tick + piece < NEURON_TICKS ? tick + piece : NEURON_TICKS;
        good = run_to_tick(p, tick, train);
    }
    const uint64_t hash = good ? izh_population_hash(p) : 0;
    izh_population_destroy(p);
    return hash;
}

static int many_neurons(void)
{
    struct train whole, split;
    const uint64_t x = run_population(NEURON_TICKS, 1, &whole), y = run_population(9973, 2, &split);
    const int good = x != 0 && x == y && same(&whole, &split);
    printf("; %d ticks of %d: %" PRIu64 " spikes, hash %016" PRIx64 " whole, %016" PRIx64
           " in pieces by two threads%s",
           NEURON_TICKS, NEURONS, whole.count, whole.hash ^ x, split.hash ^ y,
           good ? "" : ", WRONG");
    return good;
}

int main(void)
{
    const double start = seconds();
    const int hour = an_hour(), ticks = many_ticks(), neurons = many_neurons();
    printf("; %.0f s\n", seconds() - start);
    return hour && ticks && neurons ? EXIT_SUCCESS : EXIT_FAILURE;
}
