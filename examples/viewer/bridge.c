/* What the page calls of libizh, compiled to WebAssembly with it: functions of numbers and
 * addresses only, so that the page has to know the layout of no struct but those that are all
 * doubles. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"

/* A spike and the state around it, as the page reads it. */
struct spike {
    double t;
    izh_state before, after;
};

/* A solver, and the spikes since they were last forgotten. */
struct neuron {
    izh_solver *solver;
    struct spike *spikes;
    size_t count, capacity;
    size_t lost; /* spikes that there was no memory for */
};

/* What failed before there was an object to keep its message. */
static char last_message[512];
static izh_status last_status;

void bridge_keep_message(void *user, izh_status status, const char *message)
{
    (void)user;
    last_status = status;
    snprintf(last_message, sizeof last_message, "%s", message);
}

static int32_t keep_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    struct neuron *neuron = user;
    if (neuron->count == neuron->capacity) {
        const size_t capacity = 2 * neuron->capacity + 64;
        struct spike *spikes = realloc(neuron->spikes, capacity * sizeof *spikes);
        if (!spikes) {
            neuron->lost++;
            return IZH_CONTINUE;
        }
        neuron->spikes = spikes;
        neuron->capacity = capacity;
    }
    neuron->spikes[neuron->count++] = (struct spike){e->t, e->before, *after};
    return IZH_CONTINUE;
}

/* ---- memory, the library ---- */

void *EXPORT(bridge_alloc)(size_t size)
{
    return malloc(size);
}

void EXPORT(bridge_free)(void *memory)
{
    free(memory);
}

uint32_t EXPORT(bridge_version)(void)
{
    return izh_version();
}

const char *EXPORT(bridge_message)(void)
{
    return last_message;
}

izh_status EXPORT(bridge_status)(void)
{
    return last_status;
}

const char *EXPORT(bridge_status_name)(izh_status status)
{
    return izh_status_name(status);
}

/* NULL beyond the last method. */
const char *EXPORT(bridge_method_name)(izh_method method)
{
    return izh_method_name(method);
}

/* ---- parameters: 16 doubles, an izh_params ---- */

void EXPORT(params_2003)(double a, double b, double c, double d, izh_params *params)
{
    *params = izh_params_2003(a, b, c, d);
}

void EXPORT(params_2007)(double C, double k, double vr, double vt, double vpeak, double a, double b,
                         double c, double d, izh_params *params)
{
    *params = izh_params_2007(C, k, vr, vt, vpeak, a, b, c, d);
}

/* NULL if they are valid, else the name of the field that is not. */
const char *EXPORT(params_check)(const izh_params *params)
{
    const char *field = NULL;
    return izh_params_check(params, &field) == IZH_OK ? NULL : field;
}

/* ---- from one form to the other; the units are the six doubles of an izh_conversion ---- */

izh_status EXPORT(params_to_2003)(const izh_params *params, izh_params *converted,
                                  izh_conversion *units)
{
    return izh_params_to_2003(params, converted, units);
}

izh_status EXPORT(params_to_2007)(const izh_params *params, izh_params *converted,
                                  izh_conversion *units, double C)
{
    return izh_params_to_2007(params, C, converted, units);
}

/* ---- presets ---- */

size_t EXPORT(preset_count)(void)
{
    return izh_preset_count();
}

const char *EXPORT(preset_name)(size_t index)
{
    return izh_preset_get(index)->name;
}

const char *EXPORT(preset_title)(size_t index)
{
    return izh_preset_get(index)->title;
}

const char *EXPORT(preset_source)(size_t index)
{
    return izh_preset_get(index)->source;
}

const char *EXPORT(preset_note)(size_t index)
{
    return izh_preset_get(index)->note;
}

const izh_params *EXPORT(preset_params)(size_t index)
{
    return &izh_preset_get(index)->params;
}

const izh_state *EXPORT(preset_initial)(size_t index)
{
    return &izh_preset_get(index)->initial;
}

const izh_segment *EXPORT(preset_segments)(size_t index)
{
    return izh_preset_get(index)->segments;
}

size_t EXPORT(preset_segment_count)(size_t index)
{
    return izh_preset_get(index)->segment_count;
}

double EXPORT(preset_duration)(size_t index)
{
    return izh_preset_get(index)->duration;
}

const char *EXPORT(preset_published_method)(size_t index)
{
    return izh_preset_get(index)->published_method;
}

double EXPORT(preset_published_dt)(size_t index)
{
    return izh_preset_get(index)->published_dt;
}

double EXPORT(preset_published_until)(size_t index)
{
    return izh_preset_get(index)->published_until;
}

/* ---- a neuron ---- */

/* NULL on error; bridge_message() says why. */
struct neuron *EXPORT(neuron_create)(const izh_params *params, double v, double u,
                                     izh_method method, int32_t events, double dt, double t0)
{
    struct neuron *neuron = calloc(1, sizeof *neuron);
    if (!neuron) {
        bridge_keep_message(NULL, IZH_E_MEMORY, "out of memory");
        return NULL;
    }
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.params = *params;
    config.initial = (izh_state){v, u};
    config.method = method;
    config.events = events;
    config.dt = dt;
    config.t0 = t0;
    config.log = (izh_log){bridge_keep_message, NULL};
    if (izh_solver_create(&neuron->solver, &config) != IZH_OK) {
        free(neuron);
        return NULL;
    }
    izh_solver_on_spike(neuron->solver, keep_spike, neuron);
    return neuron;
}

void EXPORT(neuron_destroy)(struct neuron *neuron)
{
    izh_solver_destroy(neuron->solver);
    free(neuron->spikes);
    free(neuron);
}

izh_status EXPORT(neuron_run)(struct neuron *neuron, double t_end)
{
    return izh_solver_run(neuron->solver, t_end);
}

izh_status EXPORT(neuron_sample)(struct neuron *neuron, const double *times, size_t n,
                                 izh_state *states)
{
    return izh_solver_sample(neuron->solver, times, n, states);
}

double EXPORT(neuron_time)(const struct neuron *neuron)
{
    return izh_solver_time(neuron->solver);
}

void EXPORT(neuron_state)(const struct neuron *neuron, izh_state *state)
{
    *state = izh_solver_state(neuron->solver);
}

izh_status EXPORT(neuron_set_params)(struct neuron *neuron, const izh_params *params)
{
    return izh_solver_set_params(neuron->solver, params);
}

izh_status EXPORT(neuron_set_state)(struct neuron *neuron, double v, double u)
{
    return izh_solver_set_state(neuron->solver, (izh_state){v, u});
}

izh_status EXPORT(neuron_kick)(struct neuron *neuron, double dv, double du)
{
    return izh_solver_kick(neuron->solver, dv, du);
}

izh_status EXPORT(neuron_set_stimulus)(struct neuron *neuron, const izh_segment *segments, size_t n)
{
    return izh_solver_set_stimulus(neuron->solver, segments, n);
}

/* How often the right-hand side was evaluated: a count that a double holds. */
double EXPORT(neuron_rhs)(const struct neuron *neuron)
{
    izh_statistics statistics = IZH_STATISTICS_INIT;
    izh_solver_statistics(neuron->solver, &statistics);
    return (double)statistics.rhs;
}

const char *EXPORT(neuron_message)(const struct neuron *neuron)
{
    return izh_solver_message(neuron->solver);
}

/* Five doubles a spike, as struct spike has them; until the next call that runs the neuron. */
const struct spike *EXPORT(neuron_spikes)(const struct neuron *neuron)
{
    return neuron->spikes;
}

size_t EXPORT(neuron_spike_count)(const struct neuron *neuron)
{
    return neuron->count;
}

size_t EXPORT(neuron_lost_spikes)(const struct neuron *neuron)
{
    return neuron->lost;
}

void EXPORT(neuron_forget_spikes)(struct neuron *neuron)
{
    neuron->count = neuron->lost = 0;
}

/* ---- analysis: what the parameters alone say ---- */

/* Eight doubles each: v, u, the eigenvalues' real and imaginary parts, the kind, and whether it
 * lies beyond the peak. The number of them; 0 also where the library refuses. */
size_t EXPORT(analysis_equilibria)(const izh_params *params, double I, double *numbers)
{
    izh_equilibrium found[IZH_EQUILIBRIA_MAX];
    size_t count = 0;
    if (izh_params_equilibria(params, I, found, &count) != IZH_OK)
        return 0;
    for (size_t i = 0; i < count; i++) {
        const izh_equilibrium *e = &found[i];
        const double eight[] = {e->state.v, e->state.u, e->re[0], e->re[1],
                                e->im[0],   e->im[1],   e->kind,  e->beyond_peak};
        memcpy(numbers + 8 * i, eight, sizeof eight);
    }
    return count;
}

/* Five doubles each: I, v, u, the kind, and whether it ends a rest. */
size_t EXPORT(analysis_bifurcations)(const izh_params *params, double *numbers)
{
    izh_bifurcation found[IZH_BIFURCATIONS_MAX];
    size_t count = 0;
    if (izh_params_bifurcations(params, found, &count) != IZH_OK)
        return 0;
    for (size_t i = 0; i < count; i++) {
        const izh_bifurcation *b = &found[i];
        const double five[] = {b->I, b->state.v, b->state.u, b->kind, b->ends_rest};
        memcpy(numbers + 5 * i, five, sizeof five);
    }
    return count;
}

/* Five doubles as above, of the bifurcation above whose current there is no rest. */
izh_status EXPORT(analysis_rest_ends)(const izh_params *params, double *numbers)
{
    izh_bifurcation b;
    const izh_status status = izh_params_rest_ends(params, &b);
    if (status < IZH_OK)
        return status;
    const double five[] = {b.I, b.state.v, b.state.u, b.kind, b.ends_rest};
    memcpy(numbers, five, sizeof five);
    return status;
}
