/* What the benchmarks of networks share. */
#ifndef IZH_BENCH_NETWORK_H
#define IZH_BENCH_NETWORK_H

#include <izh/izh.h>

#include <stdbool.h>

/* One who takes part: run(what) does some work and returns how many units it was. What runs on two
 * threads is timed by the wall. */
struct arm {
    double (*run)(void *what);
    void *what;
    bool by_wall;
    double median; /* ns per unit */
};

/* They take turns. */
void race(struct arm *arms, int count);

void *must(void *memory);
void must_be_well(izh_status status, const char *what, const char *message);
uint64_t mix(uint64_t x);

/* A plain loop that reads the rows of n neurons with k synapses each at a rate of spikes; units are
 * events. */
struct rows *rows_new(uint32_t n, uint32_t k, double hz);
void rows_free(struct rows *rows);
double rows_run(void *what);

/* The network of the 2006 paper, whose synapses learn, beside a plain program. */
void print_2006(void);

#endif
