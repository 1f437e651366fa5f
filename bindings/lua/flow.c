/* izh.flow_train: a flow map, one net that runs any stimulus. */
#include "binding.h"

#include <stdlib.h>
#include <string.h>

struct flow {
    struct izl_flow *held; /* NULL once closed */
};

struct izl_flow *izl_flow_hold(lua_State *L, int index)
{
    index = izl_absolute(L, index);
    if (lua_type(L, index) != LUA_TUSERDATA)
        izl_fail(L, IZH_E_INVALID, "flow: " IZL_FLOW " expected, got %s", luaL_typename(L, index));
    const struct flow *f = luaL_checkudata(L, index, IZL_FLOW);
    if (!f->held)
        izl_fail(L, IZH_E_INVALID, "the flow map is closed");
    f->held->holders++;
    return f->held;
}

void izl_flow_drop(struct izl_flow *flow)
{
    if (!flow || --flow->holders)
        return;
    izh_flow_destroy(flow->flow);
    free(flow);
}

static struct flow *check_box(lua_State *L)
{
    struct flow *f = luaL_checkudata(L, 1, IZL_FLOW);
    if (!f->held)
        izl_fail(L, IZH_E_INVALID, "the flow map is closed");
    return f;
}

static izh_flow *check_flow(lua_State *L)
{
    return check_box(L)->held->flow;
}

/* Pushes a flow map that has yet to be made. */
static struct flow *new_flow(lua_State *L)
{
    struct flow *f = izl_new(L, sizeof *f, IZL_FLOW);
    f->held = calloc(1, sizeof *f->held);
    if (!f->held)
        izl_fail(L, IZH_E_MEMORY, "%s", izh_status_text(IZH_E_MEMORY));
    f->held->holders = 1;
    return f;
}

/* Raises the status if it is an error. What was not made is freed at once: where there is no
 * memory, Lua cannot call a finalizer either. */
static void check_made(lua_State *L, struct flow *f, izh_status status)
{
    char text[IZL_MESSAGE];
    if (status >= 0)
        return;
    memcpy(text, f->held->text, sizeof text);
    izl_flow_drop(f->held);
    f->held = NULL;
    izl_check(L, status, text);
}

/* ---- training ---- */

struct progress {
    const izh_flow_progress *progress;
    int stop;
};

static void progress_body(lua_State *L, void *argument)
{
    struct progress *p = argument;
    lua_rawgeti(L, IZL_FUNCTIONS, 1);
    lua_createtable(L, 0, 3);
    izl_set_number(L, "loss", p->progress->loss);
    izl_set_whole(L, "iteration", p->progress->iteration);
    izl_set_whole(L, "iterations", p->progress->iterations);
    lua_call(L, 1, 1);
    p->stop = izl_stop_or_nothing(L, -1, "progress");
}

static int32_t on_progress(const izh_flow_progress *progress, void *user)
{
    struct progress p = {progress, 0};
    return izl_call(user, progress_body, &p) && !p.stop ? IZH_CONTINUE : IZH_STOP;
}

static izh_flow_config get_config(lua_State *L)
{
    static const char *const names[] = {"params", "I_lo",  "I_hi",   "slope", "v_lo",     "u_lo",
                                        "u_hi",   "units", "points", "seed",  "progress", NULL};
    izh_flow_config config = IZH_FLOW_CONFIG_INIT;
    izl_check_table(L, 1);
    izl_check_options(L, 1, names);
    config.params = izl_option_params(L, 1);
    config.I_lo = izl_option(L, 1, "I_lo");
    config.I_hi = izl_option(L, 1, "I_hi");
    config.slope = izl_option(L, 1, "slope");
    config.v_lo = izl_option(L, 1, "v_lo");
    config.u_lo = izl_option(L, 1, "u_lo");
    config.u_hi = izl_option(L, 1, "u_hi");
    config.units = (uint32_t)izl_option_whole(L, 1, "units", UINT32_MAX);
    config.points = (uint32_t)izl_option_whole(L, 1, "points", UINT32_MAX);
    config.seed = izl_option_bits(L, 1, "seed");
    return config;
}

/* izh.flow_train{params = ..., I_lo = ..., I_hi = ...}: the map, and whether training came to its
 * end */
static int train(lua_State *L)
{
    lua_settop(L, 1);
    izh_flow_config config = get_config(L);
    struct flow *f = new_flow(L);
    const int self = lua_gettop(L);
    lua_createtable(L, 1, 0);
    if (izl_option_function(L, 1, "progress"))
        config.progress = on_progress;
    lua_rawseti(L, -2, 1);
    struct izl_call *call = izl_call_begin(L, lua_gettop(L));
    config.progress_user = call;
    config.log = izl_log(f->held->text);
    const izh_status status = izh_flow_train(&f->held->flow, &config);
    izl_call_end(call);
    check_made(L, f, status);
    lua_pushvalue(L, self);
    lua_pushboolean(L, status == IZH_OK);
    return 2;
}

/* ---- life ---- */

static int close(lua_State *L)
{
    struct flow *f = luaL_checkudata(L, 1, IZL_FLOW);
    izl_flow_drop(f->held);
    f->held = NULL;
    return 0;
}

static int describe(lua_State *L)
{
    const struct flow *f = luaL_checkudata(L, 1, IZL_FLOW);
    if (f->held) {
        const izh_flow_info info = izh_flow_get_info(f->held->flow);
        izl_format(L, IZL_FLOW ": %u units, currents %g to %g, steps to %g ms",
                   (unsigned)info.units, info.I_lo, info.I_hi, info.step);
    } else {
        lua_pushliteral(L, IZL_FLOW ": closed");
    }
    return 1;
}

/* ---- reading ---- */

/* flow:eval({v, u}, I, slope, times): v, u and residuals of the kind that times are */
static int eval(lua_State *L)
{
    const izh_state from = izl_state(L, 2, "from");
    const double I = izl_number(L, 3), slope = izl_number(L, 4);
    const struct izl_numbers times = izl_numbers(L, 5, "times");
    izh_state *states = izl_memory(L, times.n, sizeof *states);
    double *residuals = izl_memory(L, times.n, sizeof *residuals);
    izl_check(L,
              izh_flow_eval(check_flow(L), from, I, slope, times.data, times.n, states, residuals),
              "a time beyond the step, or a state or current that the map was not trained for");
    izl_push_states(L, states, times.n, times.kind);
    izl_push_numbers(L, residuals, times.n, 1, times.kind);
    return 3;
}

/* flow:info(): a table */
static int info(lua_State *L)
{
    const izh_flow_info info = izh_flow_get_info(check_flow(L));
    lua_newtable(L);
    izl_push_params(L, &info.params);
    lua_setfield(L, -2, "params");
    izl_set_number(L, "step", info.step);
    izl_set_number(L, "I_lo", info.I_lo);
    izl_set_number(L, "I_hi", info.I_hi);
    izl_set_number(L, "slope", info.slope);
    izl_set_number(L, "v_lo", info.v_lo);
    izl_set_number(L, "u_lo", info.u_lo);
    izl_set_number(L, "u_hi", info.u_hi);
    izl_set_number(L, "residual", info.residual);
    izl_set_number(L, "residual_new", info.residual_new);
    izl_set_whole(L, "seed", info.seed);
    izl_set_whole(L, "units", info.units);
    izl_set_whole(L, "points", info.points);
    izl_set_whole(L, "parameters", info.parameters);
    izl_set_whole(L, "iterations", info.iterations);
    return 1;
}

static int message(lua_State *L)
{
    izl_format(L, "%s", izh_flow_message(check_flow(L)));
    return 1;
}

/* ---- blobs and files ---- */

static size_t save_blob(lua_State *L, void *buffer, size_t capacity)
{
    return izh_flow_save(check_flow(L), buffer, capacity);
}

/* flow:save(): a string */
static int save(lua_State *L)
{
    izl_push_blob(L, save_blob);
    return 1;
}

/* flow:save_file(path) */
static int save_file(lua_State *L)
{
    izh_flow *flow = check_flow(L);
    izl_check(L, izh_flow_save_file(flow, izl_string(L, 2, NULL)), izh_flow_message(flow));
    return 0;
}

/* izh.flow_load(string) */
static int load(lua_State *L)
{
    size_t length;
    const char *blob = izl_string(L, 1, &length);
    struct flow *f = new_flow(L);
    const izh_log log = izl_log(f->held->text);
    check_made(L, f, izh_flow_load(&f->held->flow, blob, length, NULL, &log));
    return 1;
}

/* izh.flow_load_file(path) */
static int load_file(lua_State *L)
{
    const char *path = izl_string(L, 1, NULL);
    struct flow *f = new_flow(L);
    const izh_log log = izl_log(f->held->text);
    check_made(L, f, izh_flow_load_file(&f->held->flow, path, NULL, &log));
    return 1;
}

static int set_field(lua_State *L)
{
    static const struct izl_hint hints[] = {{NULL, NULL}};
    return izl_no_field(L, "flow map", hints);
}

void izl_open_flow(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"flow_train", train}, {"flow_load", load}, {"flow_load_file", load_file}, {NULL, NULL}};
    static const luaL_Reg methods[] = {
        {"eval", eval},           {"info", info},   {"message", message}, {"save", save},
        {"save_file", save_file}, {"close", close}, {NULL, NULL}};
    static const luaL_Reg meta[] = {{"__gc", close},
                                    {"__close", close},
                                    {"__tostring", describe},
                                    {"__newindex", set_field},
                                    {NULL, NULL}};
    izl_class(L, IZL_FLOW, methods, meta);
    izl_register(L, functions);
}
