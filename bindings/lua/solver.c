/* izh.Solver: one neuron. */
#include "binding.h"

#include <float.h>
#include <string.h>

/* Places of what a solver keeps alive. */
enum {
    ON_SPIKE = 1,
    ON_STIMULUS
};

struct solver {
    izh_solver *solver;    /* NULL once closed */
    struct izl_flow *flow; /* held, or NULL */
    struct izl_call *call; /* while a call that may call back is under way */
    izh_method method;
    size_t gradients; /* how many */
    int unanswered;   /* the stimulus function has failed in it */
    unsigned first;   /* what the indices of the last times count from */
    char text[IZL_MESSAGE];
};

static struct solver *check_solver(lua_State *L)
{
    struct solver *s = luaL_checkudata(L, 1, IZL_SOLVER);
    if (!s->solver)
        izl_fail(L, IZH_E_INVALID, "the solver is closed");
    return s;
}

static int checked(lua_State *L, const struct solver *s, izh_status status)
{
    izl_check_from(L, status, izh_solver_message(s->solver), s->first);
    return 0;
}

/* ---- life ---- */

static void get_numbers(lua_State *L, int index, izh_solver_config *config)
{
    config->dt = izl_option(L, index, "dt");
    config->rtol = izl_option(L, index, "rtol");
    config->atol = izl_option(L, index, "atol");
    config->t0 = izl_option(L, index, "t0");
    config->max_spikes_per_ms = izl_option(L, index, "max_spikes_per_ms");
    config->max_steps_per_ms = izl_option(L, index, "max_steps_per_ms");
    config->max_segments = (size_t)izl_option_whole(L, index, "max_segments", SIZE_MAX);
}

static izh_solver_config get_config(lua_State *L)
{
    static const char *const names[] = {"method",
                                        "initial",
                                        "dt",
                                        "rtol",
                                        "atol",
                                        "t0",
                                        "max_spikes_per_ms",
                                        "max_steps_per_ms",
                                        "max_segments",
                                        "events",
                                        "pinn",
                                        "flow",
                                        "gradients",
                                        NULL};
    static const char *const events[] = {"exact", "grid", NULL};
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    izl_check_options(L, 2, names);
    config.params = izl_params(L, 1);
    config.initial = izl_option_initial(L, 2, &config.params);
    if (lua_isnoneornil(L, 2))
        return config;
    config.method = izl_option_method(L, 2);
    config.events = izl_option_choice(L, 2, "events", events);
    get_numbers(L, 2, &config);
    config.pinn = izl_option_pinn(L, 2);
    config.gradients = izl_option_gradients(L, 2, &config.gradient_count);
    return config;
}

static void hold_flow(lua_State *L, struct solver *s, izh_solver_config *config)
{
    if (lua_isnoneornil(L, 2))
        return;
    lua_getfield(L, 2, "flow");
    if (!lua_isnil(L, -1)) {
        if (config->method != IZH_PINN)
            izl_fail(L, IZH_E_INVALID, "flow is for the method 'pinn', not '%s'",
                     izh_method_name(config->method));
        s->flow = izl_flow_hold(L, -1);
        config->flow = s->flow->flow;
    }
    lua_pop(L, 1);
}

/* izh.Solver(params [, options]) */
static int create(lua_State *L)
{
    izh_solver_config config = get_config(L);
    struct solver *s = izl_new(L, sizeof *s, IZL_SOLVER);
    hold_flow(L, s, &config);
    s->method = config.method;
    s->gradients = config.gradient_count;
    s->first = 1;
    config.log = izl_log(s->text);
    izl_check(L, izh_solver_create(&s->solver, &config), s->text);
    return 1;
}

static void destroy(struct solver *s)
{
    izh_solver_destroy(s->solver);
    s->solver = NULL;
    izl_flow_drop(s->flow);
    s->flow = NULL;
}

static int collect(lua_State *L)
{
    struct solver *s = luaL_checkudata(L, 1, IZL_SOLVER);
    if (!s->call) /* else Lua itself ends inside a callback */
        destroy(s);
    return 0;
}

static int close(lua_State *L)
{
    struct solver *s = luaL_checkudata(L, 1, IZL_SOLVER);
    if (s->call)
        izl_fail(L, IZH_E_BUSY, "close inside a callback");
    destroy(s);
    lua_newtable(L); /* it keeps nothing any more */
    izl_set_refs(L, 1);
    return 0;
}

static int describe(lua_State *L)
{
    const struct solver *s = luaL_checkudata(L, 1, IZL_SOLVER);
    if (s->solver)
        izl_format(L, IZL_SOLVER ": %s at %g ms", izh_method_name(s->method),
                   izh_solver_time(s->solver));
    else
        lua_pushliteral(L, IZL_SOLVER ": closed");
    return 1;
}

/* ---- callbacks ---- */

struct spike {
    const izh_spike_event *event;
    izh_state *after;
    int32_t answer;
};

/* What the function returned: nothing; izh.STOP; v, u; or v, u, izh.STOP. */
static void take_reset(lua_State *L, struct spike *spike)
{
    if (lua_type(L, -3) == LUA_TNUMBER && lua_type(L, -2) == LUA_TNUMBER &&
        (lua_isnil(L, -1) || izl_is_stop(L, -1))) {
        *spike->after = (izh_state){lua_tonumber(L, -3), lua_tonumber(L, -2)};
        spike->answer = lua_isnil(L, -1) ? IZH_CONTINUE : IZH_STOP;
    } else if (izl_is_stop(L, -3) && lua_isnil(L, -2) && lua_isnil(L, -1)) {
        spike->answer = IZH_STOP;
    } else if (!lua_isnil(L, -3) || !lua_isnil(L, -2) || !lua_isnil(L, -1)) {
        izl_fail(L, IZH_E_INVALID,
                 "on_spike: the function returns nothing, v and u, v, u and izh.STOP, or izh.STOP, "
                 "not %s, %s, %s",
                 luaL_typename(L, -3), luaL_typename(L, -2), luaL_typename(L, -1));
    }
}

static void spike_body(lua_State *L, void *argument)
{
    struct spike *spike = argument;
    lua_rawgeti(L, IZL_FUNCTIONS, ON_SPIKE);
    izl_push_spike_event(L, spike->event);
    izl_set_number(L, "reset_v", spike->after->v);
    izl_set_number(L, "reset_u", spike->after->u);
    lua_call(L, 1, 3);
    take_reset(L, spike);
}

static int32_t on_spike(const izh_spike_event *event, izh_state *after, void *user)
{
    const struct solver *s = user;
    struct spike spike = {event, after, IZH_CONTINUE};
    return izl_call(s->call, spike_body, &spike) ? spike.answer : IZH_STOP;
}

struct stimulus {
    izh_segment *segment;
    double *until;
    izh_state state;
    int32_t answer;
};

/* The function returns I [, slope [, until]] [, izh.STOP]. */
static void stimulus_body(lua_State *L, void *argument)
{
    struct stimulus *stimulus = argument;
    double *const to[] = {&stimulus->segment->I, &stimulus->segment->slope, stimulus->until};
    lua_rawgeti(L, IZL_FUNCTIONS, ON_STIMULUS);
    lua_pushnumber(L, stimulus->segment->t);
    lua_pushnumber(L, stimulus->state.v);
    lua_pushnumber(L, stimulus->state.u);
    lua_call(L, 3, 4);
    for (int i = 0; i < 4; i++) {
        if (i < 3 && lua_type(L, i - 4) == LUA_TNUMBER)
            *to[i] = lua_tonumber(L, i - 4);
        else if (i > 0 && izl_is_stop(L, i - 4))
            stimulus->answer = IZH_STOP;
        else if (i == 0 || !lua_isnil(L, i - 4))
            izl_wrong_answer(L, i - 4, "on_stimulus", "I, slope, until, and izh.STOP to stop");
    }
}

static int32_t on_stimulus(izh_segment *segment, double *until, izh_state state, void *user)
{
    struct solver *s = user;
    struct stimulus stimulus = {segment, until, state, IZH_CONTINUE};
    s->unanswered = !izl_call(s->call, stimulus_body, &stimulus);
    return s->unanswered ? IZH_STOP : stimulus.answer;
}

/* solver:on_spike(function or nil) */
static int set_on_spike(lua_State *L)
{
    struct solver *s = check_solver(L);
    lua_settop(L, 2);
    izl_check_function_or_nil(L, 2);
    checked(L, s, izh_solver_on_spike(s->solver, lua_isnil(L, 2) ? NULL : on_spike, s));
    izl_keep(L, 1, ON_SPIKE);
    return 0;
}

/* solver:on_stimulus(function or nil) */
static int set_on_stimulus(lua_State *L)
{
    struct solver *s = check_solver(L);
    lua_settop(L, 2);
    izl_check_function_or_nil(L, 2);
    checked(L, s, izh_solver_on_stimulus(s->solver, lua_isnil(L, 2) ? NULL : on_stimulus, s));
    izl_keep(L, 1, ON_STIMULUS);
    return 0;
}

/* ---- running ---- */

/* Begins a call that may call back. */
static struct solver *begin(lua_State *L)
{
    if (check_solver(L)->call)
        izl_fail(L, IZH_E_BUSY, "run or sample inside a callback");
    izl_get_refs(L, 1);
    struct izl_call *call = izl_call_begin(L, lua_gettop(L));
    struct solver *s = check_solver(L);
    s->call = call;
    return s;
}

static void end(lua_State *L, struct solver *s, izh_status status)
{
    struct izl_call *call = s->call;
    s->call = NULL;
    if (s->unanswered) /* else the run would go on with no current */
        izh_solver_on_stimulus(s->solver, on_stimulus, s);
    s->unanswered = 0;
    izl_call_end(call);
    checked(L, s, status);
}

/* solver:run(t_end): true, or false where a callback stopped it */
static int run(lua_State *L)
{
    check_solver(L);
    const double t_end = izl_number(L, 2);
    struct solver *s = begin(L);
    const izh_status status = izh_solver_run(s->solver, t_end);
    end(L, s, status);
    lua_pushboolean(L, status == IZH_OK);
    return 1;
}

/* solver:next_spike(limit): when, or nil */
static int next_spike(lua_State *L)
{
    struct solver *s = check_solver(L);
    double t = 0;
    checked(L, s, izh_solver_next_spike(s->solver, izl_number(L, 2), &t));
    if (!(t <= DBL_MAX))
        return 0;
    lua_pushnumber(L, t);
    return 1;
}

/* solver:sample(times): v, u of the kind that times are, and what run returns */
static int sample(lua_State *L)
{
    check_solver(L);
    const struct izl_numbers times = izl_numbers(L, 2, "times");
    izh_state *states = izl_memory(L, times.n, sizeof *states);
    double *own = izl_memory(L, times.n, sizeof *own); /* a callback may write to the buffer */
    memcpy(own, times.data, times.n * sizeof *own);
    struct solver *s = begin(L);
    s->first = times.kind == IZL_VECTOR ? 0 : 1;
    const izh_status status = izh_solver_sample(s->solver, own, times.n, states);
    end(L, s, status);
    izl_push_states(L, states, times.n, times.kind);
    lua_pushboolean(L, status == IZH_OK);
    return 3;
}

/* solver:sample_gradients(times): v, u and their derivatives, a row for each time one after the
 * other, of the kind that times are; and what run returns */
static int sample_gradients(lua_State *L)
{
    const size_t n = check_solver(L)->gradients;
    const struct izl_numbers times = izl_numbers(L, 2, "times");
    izh_state *states = izl_memory(L, times.n, sizeof *states);
    izh_state *slopes = izl_memory(L, times.n, (n ? n : 1) * sizeof *slopes);
    double *own = izl_memory(L, times.n, sizeof *own);
    memcpy(own, times.data, times.n * sizeof *own);
    struct solver *s = begin(L);
    s->first = times.kind == IZL_VECTOR ? 0 : 1;
    const izh_status status = izh_solver_sample_gradients(s->solver, own, times.n, states, slopes);
    end(L, s, status);
    izl_push_states(L, states, times.n, times.kind);
    izl_push_states(L, slopes, times.n * n, times.kind == IZL_ONE ? IZL_LIST : times.kind);
    lua_pushboolean(L, status == IZH_OK);
    return 5;
}

/* ---- reading ---- */

/* solver:gradients(): the derivatives of v and of u, two lists */
static int gradients(lua_State *L)
{
    const size_t n = check_solver(L)->gradients;
    izh_state *slopes = izl_memory(L, n, sizeof *slopes);
    const struct solver *s = check_solver(L);
    checked(L, s, izh_solver_gradients(s->solver, slopes));
    izl_push_states(L, slopes, n, IZL_LIST);
    return 2;
}

/* solver:spike_gradients(): those of the last spike's time, a list */
static int spike_gradients(lua_State *L)
{
    const size_t n = check_solver(L)->gradients;
    double *slopes = izl_memory(L, n, sizeof *slopes);
    const struct solver *s = check_solver(L);
    if (izh_solver_spike_gradients(s->solver, slopes) != IZH_OK)
        izl_fail(L, IZH_E_INVALID, "the solver was made without gradients");
    izl_push_numbers(L, slopes, n, 1, IZL_LIST);
    return 1;
}

/* solver:state(): v, u */
static int state(lua_State *L)
{
    const izh_state state = izh_solver_state(check_solver(L)->solver);
    lua_pushnumber(L, state.v);
    lua_pushnumber(L, state.u);
    return 2;
}

static int time(lua_State *L)
{
    lua_pushnumber(L, izh_solver_time(check_solver(L)->solver));
    return 1;
}

static int spike_error_bound(lua_State *L)
{
    lua_pushnumber(L, izh_solver_spike_error_bound(check_solver(L)->solver));
    return 1;
}

static int statistics(lua_State *L)
{
    const struct solver *s = check_solver(L);
    izh_statistics statistics = IZH_STATISTICS_INIT;
    checked(L, s, izh_solver_statistics(s->solver, &statistics));
    lua_newtable(L);
    izl_set_whole(L, "steps", statistics.steps);
    izl_set_whole(L, "rejected", statistics.rejected);
    izl_set_whole(L, "rhs", statistics.rhs);
    izl_set_whole(L, "iterations", statistics.iterations);
    izl_set_whole(L, "spikes", statistics.spikes);
    izl_set_whole(L, "unstable_steps", statistics.unstable_steps);
    if (statistics.unstable_steps)
        izl_set_number(L, "unstable_t", statistics.unstable_t);
    return 1;
}

static int message(lua_State *L)
{
    char text[IZL_MESSAGE];
    const struct solver *s = check_solver(L);
    izl_in_lua(text, izh_solver_message(s->solver), s->first);
    lua_pushstring(L, text);
    return 1;
}

/* ---- changing ---- */

/* A stimulus other than by a function: the function is not kept. */
static int replaced(lua_State *L)
{
    lua_pushnil(L);
    izl_keep(L, 1, ON_STIMULUS);
    return 0;
}

/* solver:set_current(I) */
static int set_current(lua_State *L)
{
    const struct solver *s = check_solver(L);
    if (lua_isfunction(L, 2))
        izl_fail(L, IZH_E_INVALID, "I: number expected: a function is for on_stimulus");
    checked(L, s, izh_solver_set_current(s->solver, izl_number(L, 2)));
    return replaced(L);
}

/* solver:set_inputs{{t, I, slope, g, E}, ...} */
static int set_inputs(lua_State *L)
{
    size_t n;
    const izh_input *inputs = izl_inputs(L, 2, &n);
    const struct solver *s = check_solver(L);
    checked(L, s, izh_solver_set_inputs(s->solver, inputs, n));
    return replaced(L);
}

/* solver:set_stimulus{{t, I, slope}, ...} */
static int set_stimulus(lua_State *L)
{
    size_t n;
    const izh_segment *segments = izl_segments(L, 2, &n);
    const struct solver *s = check_solver(L);
    checked(L, s, izh_solver_set_stimulus(s->solver, segments, n));
    return replaced(L);
}

/* solver:set_noise{dt = ..., ...}; solver:set_noise(nil) ends it */
static int set_noise(lua_State *L)
{
    static const char *const names[] = {"dt", "sigma", "white", "ou", "seed", "neuron", NULL};
    izh_noise noise = {0, 0, 0, {0, 0, 0}, 0, 0};
    const int ends = lua_isnoneornil(L, 2);
    if (!ends) {
        izl_check_table(L, 2);
        izl_check_options(L, 2, names);
        noise.dt = izl_option(L, 2, "dt");
        noise.sigma = izl_option(L, 2, "sigma");
        noise.white = izl_option(L, 2, "white");
        noise.ou = izl_option_ou(L, 2, "ou");
        noise.seed = izl_option_bits(L, 2, "seed");
        noise.neuron = izl_option_bits(L, 2, "neuron");
    }
    const struct solver *s = check_solver(L);
    return checked(L, s, izh_solver_set_noise(s->solver, ends ? NULL : &noise));
}

/* solver:set_params(params) */
static int set_params(lua_State *L)
{
    const izh_params params = izl_params(L, 2);
    const struct solver *s = check_solver(L);
    return checked(L, s, izh_solver_set_params(s->solver, &params));
}

/* solver:set_state(v, u) */
static int set_state(lua_State *L)
{
    const struct solver *s = check_solver(L);
    const izh_state state = {izl_number(L, 2), izl_number(L, 3)};
    return checked(L, s, izh_solver_set_state(s->solver, state));
}

/* solver:kick(dv [, du]) */
static int kick(lua_State *L)
{
    const struct solver *s = check_solver(L);
    const double du = lua_isnoneornil(L, 3) ? 0 : izl_number(L, 3);
    return checked(L, s, izh_solver_kick(s->solver, izl_number(L, 2), du));
}

/* ---- blobs ---- */

static size_t save_blob(lua_State *L, void *buffer, size_t capacity)
{
    return izh_solver_save(check_solver(L)->solver, buffer, capacity);
}

/* solver:save(): a string */
static int save(lua_State *L)
{
    izl_push_blob(L, save_blob);
    return 1;
}

/* solver:load(string) */
static int load(lua_State *L)
{
    size_t length;
    const struct solver *s = check_solver(L);
    const char *blob = izl_string(L, 2, &length);
    return checked(L, s, izh_solver_load(s->solver, blob, length));
}

/* solver.I = 10 */
static int set_field(lua_State *L)
{
    static const struct izl_hint hints[] = {{"I", "set_current(I)"},
                                            {"current", "set_current(I)"},
                                            {"stimulus", "set_stimulus{{t, I}, ...}"},
                                            {"v", "set_state(v, u) or kick(dv, du)"},
                                            {"u", "set_state(v, u) or kick(dv, du)"},
                                            {"state", "set_state(v, u) or kick(dv, du)"},
                                            {"params", "set_params(params)"},
                                            {"on_spike", "on_spike(function)"},
                                            {"on_stimulus", "on_stimulus(function)"},
                                            {"time", "run(t_end)"},
                                            {NULL, NULL}};
    return izl_no_field(L, "solver", hints);
}

void izl_open_solver(lua_State *L)
{
    static const luaL_Reg methods[] = {{"run", run},
                                       {"next_spike", next_spike},
                                       {"sample", sample},
                                       {"sample_gradients", sample_gradients},
                                       {"gradients", gradients},
                                       {"spike_gradients", spike_gradients},
                                       {"state", state},
                                       {"time", time},
                                       {"spike_error_bound", spike_error_bound},
                                       {"statistics", statistics},
                                       {"message", message},
                                       {"on_spike", set_on_spike},
                                       {"on_stimulus", set_on_stimulus},
                                       {"set_current", set_current},
                                       {"set_inputs", set_inputs},
                                       {"set_stimulus", set_stimulus},
                                       {"set_noise", set_noise},
                                       {"set_params", set_params},
                                       {"set_state", set_state},
                                       {"kick", kick},
                                       {"save", save},
                                       {"load", load},
                                       {"close", close},
                                       {NULL, NULL}};
    static const luaL_Reg meta[] = {{"__gc", collect},
                                    {"__close", close},
                                    {"__tostring", describe},
                                    {"__newindex", set_field},
                                    {NULL, NULL}};
    izl_class(L, IZL_SOLVER, methods, meta);
    lua_pushcfunction(L, create);
    lua_setfield(L, -2, "Solver");
}
