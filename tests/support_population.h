/* What the tests of populations share: mixed neurons, and all their spikes. */
#ifndef IZH_TESTS_SUPPORT_POPULATION_H
#define IZH_TESTS_SUPPORT_POPULATION_H

#include "support.h"

/* A method and kind of events that populations offer; false after the last. Start with *index = 0.
 */
int population_next(int *index, izh_population_config *config);

/* The neurons of a mixed population: plain ones in both forms, or with special terms, too. */
izh_params population_params(uint32_t i, int special);
izh_state population_initial(uint32_t i);
double population_current(uint32_t i);

/* Creates a population of mixed neurons, special: 0 plain ones, 1 special ones too; those of a
 * slice are those of the whole. */
izh_population *population_create(const izh_population_config *config, int special);

/* A solver that is neuron `first + i` of such a population, with special ones: on its ticks, but by
 * taylor in steps of its own. */
izh_solver *population_solver(const izh_population_config *config, uint32_t i);

/* The status is expected; else fails with the population's message. */
#define check_population(call, p) check_population_status(call, IZH_OK, p)
#define check_population_status(call, status, p)                                             \
    do {                                                                                     \
        const izh_status got_ = call;                                                        \
        if (got_ != (status))                                                                \
            fail_msg("%s: %s: %s", #call, izh_status_name(got_), izh_population_message(p)); \
    } while (0)

/* Runs to t_end however often it pauses; appends the spikes, unless the train is NULL, checks their
 * order, and returns the last status. */
struct train {
    size_t n, capacity;
    izh_spike *spikes;
};
izh_status population_run(izh_population *p, double t_end, struct train *train);
uint64_t train_hash(const struct train *train);
void train_free(struct train *train);

#endif
