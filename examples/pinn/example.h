/* izh-pinn: what its parts know of one another. */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include <izh/izh.h>

#define PROGRAM "izh-pinn"

/* The report's scenario, sampled every 0.1 ms. */
#define UNTIL 1000
#define SAMPLES 10001
#define SPIKES 6

extern const izh_segment current;
extern const double exact_spikes[SPIKES]; /* ms */
izh_params neuron(void);

/* Memory, or the end of the program. */
void *room(size_t count, size_t size);

double seconds(void);

/* A bar on stderr, where that is a terminal; share 1 ends it. */
void show_progress(const char *what, double share, double loss);

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
