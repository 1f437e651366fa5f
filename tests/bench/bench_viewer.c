/* What the native library takes for what bench_viewer.mjs runs in WebAssembly: for each
 * METHOD EVENTS MS on its standard input, the processor's seconds and the number of spikes. */
#include <math.h>
#include <stdio.h>
#include <time.h>

#include <izh/izh.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int32_t count(const izh_spike_event *e, izh_state *after, void *user)
{
    (void)e, (void)after;
    ++*(size_t *)user;
    return IZH_CONTINUE;
}

/* The 2003 paper's regular spiking neuron. Seconds; negative where it failed. */
static double run(izh_method method, int32_t events, double ms, size_t *spikes)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.initial = (izh_state){-65, -13};
    config.method = method;
    config.events = events;
    izh_solver *solver;
    const double start = now();
    *spikes = 0;
    if (izh_solver_create(&solver, &config) != IZH_OK)
        return -1;
    izh_solver_on_spike(solver, count, spikes);
    izh_solver_set_current(solver, 10);
    const izh_status status = izh_solver_run(solver, ms);
    izh_solver_destroy(solver);
    return status == IZH_OK ? now() - start : -1;
}

int main(void)
{
    char name[32];
    int32_t events;
    double ms;
    while (scanf("%31s %d %lf", name, &events, &ms) == 3) {
        izh_method method;
        size_t spikes = 0;
        if (izh_method_find(name, &method) != IZH_OK)
            return 1;
        const double seconds = run(method, events, ms, &spikes);
        printf("%.9f %zu\n", seconds, spikes);
        fflush(stdout);
    }
}
