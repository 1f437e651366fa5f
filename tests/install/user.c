/* A program that uses the installed library: prints the first spike of a 2003 neuron. */
#include <izh/izh.h>

#include <stdio.h>

int main(void)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    izh_statistics statistics = IZH_STATISTICS_INIT;
    izh_solver *solver;
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.initial.v = -65;
    config.initial.u = -13;
    if (izh_version() != IZH_VERSION || izh_solver_create(&solver, &config) != IZH_OK)
        return 1;
    if (izh_solver_set_current(solver, 10) != IZH_OK || izh_solver_run(solver, 100) != IZH_OK ||
        izh_solver_statistics(solver, &statistics) != IZH_OK)
        return 1;
    izh_solver_destroy(solver);
    printf("%d spikes\n", (int)statistics.spikes);
    return statistics.spikes > 0 ? 0 : 1;
}
