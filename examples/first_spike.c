/* The shortest useful program: when does a neuron first spike? */
#include <izh/izh.h>

#include <stdio.h>

static int32_t stop(const izh_spike_event *spike, izh_state *after, void *user)
{
    (void)spike, (void)after, (void)user;
    return IZH_STOP; /* the solver then stands at the time of the spike */
}

int main(void)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.params = izh_params_2003(.02, .2, -65, 8); /* regular spiking */
    config.initial = (izh_state){-65, -13};

    izh_solver *solver;
    if (izh_solver_create(&solver, &config) != IZH_OK)
        return 1;
    izh_solver_on_spike(solver, stop, NULL);
    izh_solver_set_current(solver, 10);

    const izh_status status = izh_solver_run(solver, 1000);
    if (status == IZH_STOPPED)
        printf("first spike at %.12f ms\n", izh_solver_time(solver));
    else if (status == IZH_OK)
        printf("no spike\n");
    else
        fprintf(stderr, "%s: %s\n", izh_status_name(status), izh_solver_message(solver));
    izh_solver_destroy(solver);
    return status < 0 ? 1 : 0;
}
