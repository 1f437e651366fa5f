/* A program that was built with the headers of the baseline runs with the library of now. It makes
 * one of each object by the baseline's INIT macros and frozen structs, and looks at what comes
 * back. */
#include <izh/izh.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CHECK(condition)                                                      \
    do {                                                                      \
        if (!(condition)) {                                                   \
            fprintf(stderr, "old.c:%d: not %s\n", (int)__LINE__, #condition); \
            return 1;                                                         \
        }                                                                     \
    } while (0)

static int32_t count(const izh_spike_event *e, izh_state *after, void *user)
{
    (void)e, (void)after;
    ++*(int *)user;
    return IZH_CONTINUE;
}

static int solve(void)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    izh_statistics statistics = IZH_STATISTICS_INIT;
    const izh_segment current = {101, 70, 0};
    izh_solver *solver;
    int spikes = 0;
    config.params = izh_params_2007(100, .7, -60, -40, 35, .03, -2, -50, 100);
    config.initial.v = -60;
    CHECK(izh_solver_create(&solver, &config) == IZH_OK);
    CHECK(izh_solver_on_spike(solver, count, &spikes) == IZH_OK);
    CHECK(izh_solver_set_stimulus(solver, &current, 1) == IZH_OK);
    CHECK(izh_solver_run(solver, 1000) == IZH_OK);
    CHECK(izh_solver_statistics(solver, &statistics) == IZH_OK);
    CHECK(spikes == 6 && statistics.spikes == 6 && statistics.size == sizeof statistics);
    CHECK(izh_solver_state(solver).v < 35 && izh_solver_time(solver) == 1000);
    izh_solver_destroy(solver);
    return 0;
}

static int populate(void)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    izh_population *population;
    const double current = 10;
    config.n = 10;
    config.method = IZH_RK4;
    CHECK(izh_population_create(&population, &config) == IZH_OK);
    CHECK(izh_population_set_current(population, 0, 10, &current, 0) == IZH_OK);
    CHECK(izh_population_run(population, 10) == IZH_OK);
    const izh_spikes spikes = izh_population_spikes(population);
    CHECK(spikes.count == 10 && spikes.data[9].i == 9 && spikes.data[9].t == spikes.data[0].t);
    CHECK(izh_population_troubles(population).total == 0);
    izh_population_destroy(population);
    return 0;
}

static int train(void)
{
    izh_pinn_config config = IZH_PINN_CONFIG_INIT;
    izh_pinn *pinn;
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.initial.v = -65;
    config.initial.u = -13;
    config.t_end = 10;
    CHECK(izh_pinn_train(&pinn, &config) == IZH_OK);
    CHECK(izh_pinn_end(pinn) == 10 && izh_pinn_get_windows(pinn).data[0].t == 0);
    CHECK(izh_pinn_get_losses(pinn).count > 0 && izh_pinn_get_spikes(pinn).count == 0);
    izh_pinn_destroy(pinn);
    return 0;
}

/* A map would take seconds: it is enough that the config is read and the fault in it found. */
static int refuse_map(void)
{
    izh_flow_config config = IZH_FLOW_CONFIG_INIT;
    izh_flow *flow;
    config.params = izh_params_2003(.02, .2, -65, 8);
    config.I_lo = 1;
    config.I_hi = 0;
    CHECK(izh_flow_train(&flow, &config) == IZH_E_INVALID && !flow);
    config.I_hi = 2;
    config.units = 7;
    CHECK(izh_flow_train(&flow, &config) == IZH_E_INVALID && !flow);
    return 0;
}

static int look_up(void)
{
    izh_method method;
    const izh_preset *preset = izh_preset_find("report-RS");
    CHECK(izh_version() >= IZH_VERSION);
    CHECK(preset && preset->size >= sizeof *preset && preset->params.vpeak == 35);
    CHECK(preset->segments[1].I == 70 && preset->published_dt > 0 && preset->published_until > 0);
    CHECK(izh_method_find("taylor", &method) == IZH_OK && method == IZH_TAYLOR);
    CHECK(strcmp(izh_status_name(IZH_E_FILE), "IZH_E_FILE") == 0);
    CHECK(izh_has("populations") && !izh_has(""));
    CHECK(izh_struct_size("izh_params") == sizeof(izh_params));
    CHECK(izh_struct_size("izh_solver_config") >= sizeof(izh_solver_config));
    return 0;
}

int main(void)
{
    return solve() || populate() || train() || refuse_map() || look_up();
}
