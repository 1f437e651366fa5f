/* Long runs: an hour of a neuron's time at machine precision, and 10^8 steps that must be the same
 * bits however they are split. Prints what came out; status 0 if all is as it should be. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <izh/izh.h>

#define HOUR 3.6e6 /* ms */
#define STEPS 100000000
#define NEURONS 1000

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

struct train {
    double last;
    uint64_t count;
};

static int32_t note(const izh_spike_event *e, izh_state *after, void *user)
{
    struct train *train = user;
    (void)after;
    train->last = e->t;
    train->count++;
    return IZH_CONTINUE;
}

static int an_hour(void)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.initial = (izh_state){-65, -13};
    izh_solver *s;
    struct train train = {0, 0};
    const double start = seconds();
    if (izh_solver_create(&s, &config) != IZH_OK ||
        izh_solver_on_spike(s, note, &train) != IZH_OK || izh_solver_set_current(s, 10) != IZH_OK ||
        izh_solver_run(s, HOUR) != IZH_OK)
        return 0;
    const double off = fabs(train.last - EXACT_LAST), bound = izh_solver_spike_error_bound(s);
    izh_solver_destroy(s);
    printf("an hour: %" PRIu64
           " spikes, the last at %.9f ms, off by %.1e ms (bound %.1e), in %.1f s\n",
           train.count, train.last, off, bound, seconds() - start);
    return train.count == EXACT_SPIKES && off <= bound && off < 1e-6;
}

/* Runs 10^8 steps of all neurons together, in pieces of so many ticks; 0 on error. */
static uint64_t many_steps(int64_t piece, uint32_t threads)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = NEURONS;
    config.dt = .125;
    config.noise_sigma = 3;
    config.seed = 7;
    config.threads = threads;
    izh_population *p;
    const double I = 4;
    const int64_t ticks = STEPS / NEURONS;
    uint64_t hash = 0;
    if (izh_population_create(&p, &config) != IZH_OK)
        return 0;
    izh_status status = izh_population_set_current(p, 0, NEURONS, &I, 0);
    for (int64_t tick = 0; tick < ticks && status >= 0; tick += status == IZH_OK ? piece : 0) {
        const int64_t end = tick + piece < ticks ? tick + piece : ticks;
        status = izh_population_run(p, .125 * (double)end);
    }
    if (status == IZH_OK)
        hash = izh_population_hash(p);
    izh_population_destroy(p);
    return hash;
}

static int the_same_bits(void)
{
    const double start = seconds();
    const uint64_t whole = many_steps(STEPS, 1), split = many_steps(9973, 2);
    printf("%d steps: hash %016" PRIx64 " whole, %016" PRIx64
           " in pieces by two threads, in %.1f s\n",
           STEPS, whole, split, seconds() - start);
    return whole != 0 && whole == split;
}

int main(void)
{
    const int hour = an_hour(), bits = the_same_bits();
    return hour && bits ? EXIT_SUCCESS : EXIT_FAILURE;
}
