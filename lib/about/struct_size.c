/* The sizes of the public structs, for bindings that cannot include the headers. */
#include <izh/izh.h>

#include <string.h>

#define NAMED(type) #type, sizeof(type)

static const struct {
    const char *name;
    size_t size;
} structs[] = {
    {NAMED(izh_allocator)},
    {NAMED(izh_log)},
    {NAMED(izh_params)},
    {NAMED(izh_state)},
    {NAMED(izh_flow_progress)},
    {NAMED(izh_flow_config)},
    {NAMED(izh_flow_info)},
    {NAMED(izh_segment)},
    {NAMED(izh_spike_event)},
    {NAMED(izh_pinn_network)},
    {NAMED(izh_solver_config)},
    {NAMED(izh_statistics)},
    {NAMED(izh_pinn_progress)},
    {NAMED(izh_pinn_config)},
    {NAMED(izh_pinn_window)},
    {NAMED(izh_pinn_windows)},
    {NAMED(izh_pinn_spikes)},
    {NAMED(izh_pinn_losses)},
    {NAMED(izh_spike)},
    {NAMED(izh_spikes)},
    {NAMED(izh_trouble)},
    {NAMED(izh_troubles)},
    {NAMED(izh_executor)},
    {NAMED(izh_population_config)},
    {NAMED(izh_preset)},
    {NAMED(izh_conversion)},
    {NAMED(izh_input)},
    {NAMED(izh_population_statistics)},
    {NAMED(izh_receptor)},
    {NAMED(izh_synapse)},
    {NAMED(izh_stp)},
    {NAMED(izh_stdp)},
    {NAMED(izh_group_config)},
    {NAMED(izh_sent)},
    {NAMED(izh_exchange)},
    {NAMED(izh_network_config)},
    {NAMED(izh_intervals)},
    {NAMED(izh_traces)},
    {NAMED(izh_matrix)},
    {NAMED(izh_nullclines)},
    {NAMED(izh_equilibrium)},
    {NAMED(izh_bifurcation)},
    {NAMED(izh_rheobase)},
    {NAMED(izh_gradient)},
    {NAMED(izh_ou)},
    {NAMED(izh_f_i)},
    {NAMED(izh_noise)},
};

size_t izh_struct_size(const char *name)
{
    for (size_t i = 0; name && i < sizeof structs / sizeof *structs; i++)
        if (strcmp(name, structs[i].name) == 0)
            return structs[i].size;
    return 0;
}
