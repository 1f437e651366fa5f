/* What every package computes, to the bit: prints golden.txt. The programs of other languages say
 * the same. */
#include <inttypes.h>
#include <stdio.h>

#include <izh/izh.h>

enum {
    N = 100
};

static int32_t stop(const izh_spike_event *e, izh_state *after, void *user)
{
    (void)e, (void)after, (void)user;
    return IZH_STOP;
}

/* A regular spiking neuron of the 2003 paper, up to its first spike. */
static int solver(void)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.initial = (izh_state){-65, -13};
    izh_solver *solver;
    if (izh_solver_create(&solver, &config) != IZH_OK)
        return 1;
    izh_solver_on_spike(solver, stop, NULL);
    izh_solver_set_current(solver, 10);
    const int stopped = izh_solver_run(solver, 1000) == IZH_STOPPED;
    printf("first spike at %.12f ms\n", izh_solver_time(solver));
    izh_solver_destroy(solver);
    return !stopped;
}

/* Every second neuron is a fast one, and each has its own current. */
static int population(void)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = N;
    izh_population *population;
    if (izh_population_create(&population, &config) != IZH_OK)
        return 1;
    const izh_params fast = izh_params_2003(.1, .2, -65, 2);
    for (uint32_t i = 0; i < N; i++) {
        const double I = 4 + .125 * i;
        izh_population_set_current(population, i, 1, &I, 1);
        if (i % 2)
            izh_population_set_params(population, i, 1, &fast, 1);
    }
    const int ran = izh_population_run(population, 200) == IZH_OK;
    printf("%u spikes\n", (unsigned)izh_population_spikes(population).count);
    printf("hash %016" PRIx64 "\n", izh_population_hash(population));
    izh_population_destroy(population);
    return !ran;
}

int main(void)
{
    return solver() || population();
}
