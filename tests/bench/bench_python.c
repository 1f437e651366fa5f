/* What bench_python.py compares with: the same population and run, its spikes kept in one array.
 * Prints the processor's seconds of the run, those of the clock, and the number of spikes. Usage:
 * bench_python_c N T_END */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <izh/izh.h>

static double now(clockid_t clock) /* s */
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

struct train {
    izh_spike *spikes;
    size_t count, capacity;
};

static void keep(struct train *train, izh_spikes spikes)
{
    if (train->count + spikes.count > train->capacity) {
        train->capacity = 2 * (train->count + spikes.count);
        train->spikes = realloc(train->spikes, train->capacity * sizeof *train->spikes);
        if (!train->spikes)
            exit(1);
    }
    if (spikes.count)
        memcpy(train->spikes + train->count, spikes.data, spikes.count * sizeof *spikes.data);
    train->count += spikes.count;
}

static izh_population *create(uint32_t n)
{
    izh_population *p;
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = n;
    if (izh_population_create(&p, &config) != IZH_OK)
        exit(1);
    for (uint32_t i = 0; i < n; i++) {
        const double I = 4 + 6. * i / n;
        if (izh_population_set_current(p, i, 1, &I, 0) != IZH_OK)
            exit(1);
    }
    return p;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    struct train train = {NULL, 0, 0};
    izh_population *p = create((uint32_t)atof(argv[1]));
    const double cpu = now(CLOCK_PROCESS_CPUTIME_ID), wall = now(CLOCK_MONOTONIC);
    izh_status status;
    do {
        status = izh_population_run(p, atof(argv[2]));
        keep(&train, izh_population_spikes(p));
    } while (status == IZH_PAUSED);
    printf("%.6f %.6f %zu\n", now(CLOCK_PROCESS_CPUTIME_ID) - cpu, now(CLOCK_MONOTONIC) - wall,
           train.count);
    izh_population_destroy(p);
    free(train.spikes);
    return status == IZH_OK ? 0 : 1;
}
