/* izh-pinn: what its parts know of one another. */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <izh/izh.h>

#define PROGRAM "izh-pinn"

/* The report's scenario, sampled every 0.1 ms. */
#define UNTIL 1000
#define SAMPLES 10001
#define SPIKES 6

extern const izh_segment current;
extern const double exact_spikes[SPIKES]; /* ms */
izh_params neuron(void);

_Noreturn void fail(const char *what, const char *why);
void demand(const char *what, izh_status status);
void tell(void *user, izh_status status, const char *message);
/* Memory, or the end of the program. */
void *room(size_t count, size_t size);
FILE *create(const char *folder, const char *name);
void finish(FILE *file);

double seconds(void);

/* A bar on stderr, where that is a terminal; share 1 ends it. */
void show_progress(const char *what, double share, double loss);

#define MOST_SPIKES 64
struct spikes {
    double t[MOST_SPIKES];
    izh_state before[MOST_SPIKES], after[MOST_SPIKES]; /* the reset */
    size_t count;
};
/* Writes the states at the samples and, unless spikes is NULL, on both sides of each reset: between
 * two samples a spike's top would be lost. */
void write_states(const char *folder, const char *name, const double *times,
                  const izh_state *states, const struct spikes *spikes);
/* Solves the neuron from config.initial under a current; states may be NULL where n is 0. */
void solve(const izh_solver_config *config, const izh_segment *segments, size_t segment_count,
           const double *times, size_t n, izh_state *states, struct spikes *spikes);

/* ---- flow.c: one network for every stimulus ---- */

/* A flow map, and what it makes of the report's second. */
struct flow_result {
    izh_flow *flow;
    izh_state *states; /* at the samples */
    struct spikes spikes;
    double training_s, points_per_s;
};
struct flow_result train_flow(const double *times);
/* The map under currents and from states drawn at random; one of them to a folder unless NULL. */
void try_flow(const izh_flow *flow, const char *folder, const double *times);

/* ---- voltage.c: the report's way ---- */

/* One network of v(t) and u(t) over the whole second, trained by Adam, then L-BFGS, on the equation
 * and on Euler's solution as a guide. */
struct voltage_result {
    izh_state *states; /* at the samples */
    double *losses;    /* one for each step of training */
    size_t loss_count;
    double training_s;
};
struct voltage_result train_voltage(const double *times, const izh_state *euler,
                                    size_t euler_count);

#endif
