/* What index.js calls of libizh: functions of numbers and addresses, so that it has to know the
 * layout of no struct but those that are all doubles, and izh_spike. */
#include <stdio.h>
#include <stdlib.h>

#include <izh/izh.h>

#define EXPORT(name) __attribute__((export_name(#name))) name

/* ---- memory, the library ---- */

/* What failed before there was an object to keep its message. */
static char last_message[512];
static izh_status last_status;

static void keep_message(void *user, izh_status status, const char *message)
{
    (void)user;
    last_status = status;
    snprintf(last_message, sizeof last_message, "%s", message);
}

void *EXPORT(js_alloc)(size_t size)
{
    return malloc(size);
}

void EXPORT(js_free)(void *memory)
{
    free(memory);
}

uint32_t EXPORT(js_version)(void)
{
    return izh_version();
}

const char *EXPORT(js_message)(void)
{
    return last_message;
}

izh_status EXPORT(js_status)(void)
{
    return last_status;
}

const char *EXPORT(js_status_name)(izh_status status)
{
    return izh_status_name(status);
}

/* 0 beyond the last method. */
const char *EXPORT(js_method_name)(izh_method method)
{
    return izh_method_name(method);
}

/* ---- parameters: 16 doubles, an izh_params ---- */

void EXPORT(js_params_2003)(double a, double b, double c, double d, izh_params *params)
{
    *params = izh_params_2003(a, b, c, d);
}

void EXPORT(js_params_2007)(double C, double k, double vr, double vt, double vpeak, double a,
                            double b, double c, double d, izh_params *params)
{
    *params = izh_params_2007(C, k, vr, vt, vpeak, a, b, c, d);
}

izh_status EXPORT(js_params_rest)(const izh_params *params, double I, izh_state *rest)
{
    return izh_params_rest(params, I, rest);
}

/* 0 if they are valid, else the name of the field that is not. */
const char *EXPORT(js_params_check)(const izh_params *params)
{
    const char *field = NULL;
    return izh_params_check(params, &field) == IZH_OK ? NULL : field;
}

/* A preset's parameters and initial state, 18 doubles; 0 where there is none of that name. */
int32_t EXPORT(js_preset)(const char *name, izh_params *params, izh_state *initial)
{
    const izh_preset *preset = izh_preset_find(name);
    if (!preset)
        return 0;
    *params = preset->params;
    *initial = preset->initial;
    return 1;
}

/* ---- a solver ---- */

/* Asks JavaScript what is to be done at a spike; `at` has t, v and u before, v and u after, which
 * it may change. */
__attribute__((import_module("izh"), import_name("spike"))) int32_t js_spike(uint32_t id,
                                                                             double *at);

static int32_t at_spike(const izh_spike_event *e, izh_state *after, void *user)
{
    double at[5] = {e->t, e->before.v, e->before.u, after->v, after->u};
    const int32_t answer = js_spike((uint32_t)(uintptr_t)user, at);
    *after = (izh_state){at[3], at[4]};
    return answer;
}

/* The numbers are dt, rtol, atol, t0. 0 on error; js_message() says why. */
izh_solver *EXPORT(js_solver_create)(const izh_params *params, const izh_state *initial,
                                     izh_method method, int32_t events, const double numbers[4])
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    config.params = *params;
    config.initial = *initial;
    config.method = method;
    config.events = events;
    config.dt = numbers[0];
    config.rtol = numbers[1];
    config.atol = numbers[2];
    config.t0 = numbers[3];
    config.log = (izh_log){keep_message, NULL};
    izh_solver *solver;
    izh_solver_create(&solver, &config);
    return solver;
}

void EXPORT(js_solver_destroy)(izh_solver *solver)
{
    izh_solver_destroy(solver);
}

/* id 0: none */
void EXPORT(js_solver_on_spike)(izh_solver *solver, uint32_t id)
{
    izh_solver_on_spike(solver, id ? at_spike : NULL, (void *)(uintptr_t)id);
}

izh_status EXPORT(js_solver_run)(izh_solver *solver, double t_end)
{
    return izh_solver_run(solver, t_end);
}

izh_status EXPORT(js_solver_sample)(izh_solver *solver, const double *times, size_t n,
                                    izh_state *states)
{
    return izh_solver_sample(solver, times, n, states);
}

izh_status EXPORT(js_solver_next_spike)(izh_solver *solver, double limit, double *t)
{
    return izh_solver_next_spike(solver, limit, t);
}

double EXPORT(js_solver_time)(const izh_solver *solver)
{
    return izh_solver_time(solver);
}

double EXPORT(js_solver_spike_error_bound)(const izh_solver *solver)
{
    return izh_solver_spike_error_bound(solver);
}

void EXPORT(js_solver_state)(const izh_solver *solver, izh_state *state)
{
    *state = izh_solver_state(solver);
}

izh_status EXPORT(js_solver_set_params)(izh_solver *solver, const izh_params *params)
{
    return izh_solver_set_params(solver, params);
}

izh_status EXPORT(js_solver_set_state)(izh_solver *solver, double v, double u)
{
    return izh_solver_set_state(solver, (izh_state){v, u});
}

izh_status EXPORT(js_solver_kick)(izh_solver *solver, double dv, double du)
{
    return izh_solver_kick(solver, dv, du);
}

izh_status EXPORT(js_solver_set_current)(izh_solver *solver, double I)
{
    return izh_solver_set_current(solver, I);
}

izh_status EXPORT(js_solver_set_stimulus)(izh_solver *solver, const izh_segment *segments, size_t n)
{
    return izh_solver_set_stimulus(solver, segments, n);
}

size_t EXPORT(js_solver_save)(const izh_solver *solver, void *buffer, size_t capacity)
{
    return izh_solver_save(solver, buffer, capacity);
}

izh_status EXPORT(js_solver_load)(izh_solver *solver, const void *buffer, size_t length)
{
    return izh_solver_load(solver, buffer, length);
}

const char *EXPORT(js_solver_message)(const izh_solver *solver)
{
    return izh_solver_message(solver);
}

/* ---- a population ---- */

/* The numbers are dt, t0, noise_sigma, noise_white, seed. 0 on error; js_message() says why. */
izh_population *EXPORT(js_population_create)(uint32_t n, izh_method method, int32_t events,
                                             int32_t precision, const double numbers[5])
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    config.n = n;
    config.method = method;
    config.events = events;
    config.precision = precision;
    config.dt = numbers[0];
    config.t0 = numbers[1];
    config.noise_sigma = numbers[2];
    config.noise_white = numbers[3];
    config.seed = (uint64_t)numbers[4];
    config.log = (izh_log){keep_message, NULL};
    izh_population *population;
    izh_population_create(&population, &config);
    return population;
}

void EXPORT(js_population_destroy)(izh_population *population)
{
    izh_population_destroy(population);
}

izh_status EXPORT(js_population_run)(izh_population *population, double t_end)
{
    return izh_population_run(population, t_end);
}

const izh_spike *EXPORT(js_population_spikes)(const izh_population *population)
{
    return izh_population_spikes(population).data;
}

size_t EXPORT(js_population_spike_count)(const izh_population *population)
{
    return izh_population_spikes(population).count;
}

double EXPORT(js_population_time)(const izh_population *population)
{
    return izh_population_time(population);
}

double EXPORT(js_population_dt)(const izh_population *population)
{
    return izh_population_dt(population);
}

uint64_t EXPORT(js_population_hash)(const izh_population *population)
{
    return izh_population_hash(population);
}

izh_status EXPORT(js_population_set_params)(izh_population *population, uint32_t first,
                                            uint32_t count, const izh_params *params, size_t stride)
{
    return izh_population_set_params(population, first, count, params, stride);
}

izh_status EXPORT(js_population_set_current)(izh_population *population, uint32_t first,
                                             uint32_t count, const double *I, size_t stride)
{
    return izh_population_set_current(population, first, count, I, stride);
}

izh_status EXPORT(js_population_set_state)(izh_population *population, uint32_t first,
                                           uint32_t count, const izh_state *states, size_t stride)
{
    return izh_population_set_state(population, first, count, states, stride);
}

izh_status EXPORT(js_population_kick)(izh_population *population, uint32_t first, uint32_t count,
                                      const double *dv, const double *du, size_t stride)
{
    return izh_population_kick(population, first, count, dv, du, stride);
}

izh_status EXPORT(js_population_state)(const izh_population *population, uint32_t first,
                                       uint32_t count, izh_state *states)
{
    return izh_population_get_state(population, first, count, states);
}

size_t EXPORT(js_population_save)(const izh_population *population, void *buffer, size_t capacity)
{
    return izh_population_save(population, buffer, capacity);
}

izh_status EXPORT(js_population_load)(izh_population *population, const void *buffer, size_t length)
{
    return izh_population_load(population, buffer, length);
}

const char *EXPORT(js_population_message)(const izh_population *population)
{
    return izh_population_message(population);
}
