/* izh.pinn_train: a neuron's whole solution as trained nets. */
#include "binding.h"

struct pinn {
    izh_pinn *pinn; /* NULL once closed */
    char text[IZL_MESSAGE];
};

static struct pinn *check_pinn(lua_State *L)
{
    struct pinn *p = luaL_checkudata(L, 1, IZL_PINN);
    if (!p->pinn)
        izl_fail(L, IZH_E_INVALID, "the solution is closed");
    return p;
}

/* ---- training ---- */

izh_pinn_network izl_option_pinn(lua_State *L, int index)
{
    static const char *const names[] = {"hidden", "points", "seed", "shortest", NULL};
    izh_pinn_network settings = {0, 0, 0, 0};
    lua_getfield(L, index, "pinn");
    if (!lua_isnil(L, -1)) {
        const int table = lua_gettop(L);
        izl_check_options(L, table, names);
        settings.hidden = (uint32_t)izl_option_whole(L, table, "hidden", UINT32_MAX);
        settings.points = (uint32_t)izl_option_whole(L, table, "points", UINT32_MAX);
        settings.seed = izl_option_bits(L, table, "seed");
        settings.shortest = izl_option(L, table, "shortest");
    }
    lua_pop(L, 1);
    return settings;
}

struct progress {
    const izh_pinn_progress *progress;
    int stop;
};

static void progress_body(lua_State *L, void *argument)
{
    struct progress *p = argument;
    lua_rawgeti(L, IZL_FUNCTIONS, 1);
    lua_createtable(L, 0, 6);
    izl_set_number(L, "t", p->progress->t);
    izl_set_number(L, "t_end", p->progress->t_end);
    izl_set_number(L, "length", p->progress->length);
    izl_set_number(L, "loss", p->progress->loss);
    izl_set_whole(L, "window", p->progress->window);
    izl_set_whole(L, "iteration", p->progress->iteration);
    lua_call(L, 1, 1);
    p->stop = izl_stop_or_nothing(L, -1, "progress");
}

static int32_t on_progress(const izh_pinn_progress *progress, void *user)
{
    struct progress p = {progress, 0};
    return izl_call(user, progress_body, &p) && !p.stop ? IZH_CONTINUE : IZH_STOP;
}

/* The segments are kept by a value that it pushes. */
static izh_pinn_config get_config(lua_State *L)
{
    static const char *const names[] = {"params",    "initial", "t0",   "t_end",    "stimulus",
                                        "tolerance", "longest", "pinn", "progress", NULL};
    izh_pinn_config config = IZH_PINN_CONFIG_INIT;
    izl_check_table(L, 1);
    izl_check_options(L, 1, names);
    config.params = izl_option_params(L, 1);
    config.initial = izl_option_initial(L, 1, &config.params);
    config.t0 = izl_option(L, 1, "t0");
    config.t_end = izl_option(L, 1, "t_end");
    config.tolerance = izl_option(L, 1, "tolerance");
    config.longest = izl_option(L, 1, "longest");
    config.pinn = izl_option_pinn(L, 1);
    lua_getfield(L, 1, "stimulus");
    if (!lua_isnil(L, -1))
        config.segments = izl_segments(L, -1, &config.segment_count);
    return config;
}

/* izh.pinn_train{params = ..., t_end = ...}: the solution, and whether it goes to t_end */
static int train(lua_State *L)
{
    lua_settop(L, 1);
    izh_pinn_config config = get_config(L);
    struct pinn *p = izl_new(L, sizeof *p, IZL_PINN);
    const int self = lua_gettop(L);
    lua_createtable(L, 1, 0);
    if (izl_option_function(L, 1, "progress"))
        config.progress = on_progress;
    lua_rawseti(L, -2, 1);
    struct izl_call *call = izl_call_begin(L, lua_gettop(L));
    config.progress_user = call;
    config.log = izl_log(p->text);
    const izh_status status = izh_pinn_train(&p->pinn, &config);
    izl_call_end(call);
    izl_check(L, status, p->text);
    lua_pushvalue(L, self);
    lua_pushboolean(L, status == IZH_OK);
    return 2;
}

/* ---- life ---- */

static int close(lua_State *L)
{
    struct pinn *p = luaL_checkudata(L, 1, IZL_PINN);
    izh_pinn_destroy(p->pinn);
    p->pinn = NULL;
    return 0;
}

static int describe(lua_State *L)
{
    const struct pinn *p = luaL_checkudata(L, 1, IZL_PINN);
    if (p->pinn)
        izl_format(L, IZL_PINN ": %zu spikes, %zu windows, to %g ms",
                   izh_pinn_get_spikes(p->pinn).count, izh_pinn_get_windows(p->pinn).count,
                   izh_pinn_end(p->pinn));
    else
        lua_pushliteral(L, IZL_PINN ": closed");
    return 1;
}

/* ---- reading ---- */

/* pinn:end_time() */
static int end_time(lua_State *L)
{
    lua_pushnumber(L, izh_pinn_end(check_pinn(L)->pinn));
    return 1;
}

/* pinn:eval(times): v, u of the kind that times are */
static int eval(lua_State *L)
{
    check_pinn(L);
    const struct izl_numbers times = izl_numbers(L, 2, "times");
    izh_state *states = izl_memory(L, times.n, sizeof *states);
    izl_check(L, izh_pinn_eval(check_pinn(L)->pinn, times.data, times.n, states),
              "times: beyond the solution");
    izl_push_states(L, states, times.n, times.kind);
    return 2;
}

/* pinn:residual(times): of the kind that times are */
static int residual(lua_State *L)
{
    check_pinn(L);
    const struct izl_numbers times = izl_numbers(L, 2, "times");
    double *residuals = izl_memory(L, times.n, sizeof *residuals);
    izl_check(L, izh_pinn_residual(check_pinn(L)->pinn, times.data, times.n, residuals),
              "times: beyond the solution");
    izl_push_numbers(L, residuals, times.n, 1, times.kind);
    return 1;
}

/* pinn:spikes(): a list */
static int spikes(lua_State *L)
{
    const size_t count = izh_pinn_get_spikes(check_pinn(L)->pinn).count;
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        const izh_spike_event spike = izh_pinn_get_spikes(check_pinn(L)->pinn).data[i];
        izl_push_spike_event(L, &spike);
        lua_rawseti(L, -2, (int)(i + 1));
    }
    return 1;
}

static void push_window(lua_State *L, const izh_pinn_window *window)
{
    lua_createtable(L, 0, 8);
    izl_set_number(L, "t", window->t);
    izl_set_number(L, "length", window->length);
    izl_set_number(L, "trained", window->trained);
    izl_set_number(L, "residual", window->residual);
    izl_set_whole(L, "first_loss", window->first_loss);
    izl_set_whole(L, "iterations", window->iterations);
    izl_set_whole(L, "attempts", window->attempts);
    izl_set_whole(L, "parameters", window->parameters);
}

/* pinn:windows(): a list */
static int windows(lua_State *L)
{
    const size_t count = izh_pinn_get_windows(check_pinn(L)->pinn).count;
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        const izh_pinn_window window = izh_pinn_get_windows(check_pinn(L)->pinn).data[i];
        push_window(L, &window);
        lua_rawseti(L, -2, (int)(i + 1));
    }
    return 1;
}

/* pinn:losses(): a buffer */
static int losses(lua_State *L)
{
    struct izl_buffer *buffer = izl_new_buffer(L, izh_pinn_get_losses(check_pinn(L)->pinn).count);
    const double *losses = izh_pinn_get_losses(check_pinn(L)->pinn).data;
    for (size_t i = 0; i < buffer->n; i++)
        buffer->data[i] = losses[i];
    return 1;
}

static int message(lua_State *L)
{
    izl_format(L, "%s", izh_pinn_message(check_pinn(L)->pinn));
    return 1;
}

/* ---- blobs and files ---- */

static size_t save_blob(lua_State *L, void *buffer, size_t capacity)
{
    return izh_pinn_save(check_pinn(L)->pinn, buffer, capacity);
}

/* pinn:save(): a string */
static int save(lua_State *L)
{
    izl_push_blob(L, save_blob);
    return 1;
}

/* pinn:save_file(path) */
static int save_file(lua_State *L)
{
    const struct pinn *p = check_pinn(L);
    izl_check(L, izh_pinn_save_file(p->pinn, izl_string(L, 2, NULL)), izh_pinn_message(p->pinn));
    return 0;
}

/* izh.pinn_load(string) */
static int load(lua_State *L)
{
    size_t length;
    const char *blob = izl_string(L, 1, &length);
    struct pinn *p = izl_new(L, sizeof *p, IZL_PINN);
    const izh_log log = izl_log(p->text);
    izl_check(L, izh_pinn_load(&p->pinn, blob, length, NULL, &log), p->text);
    return 1;
}

/* izh.pinn_load_file(path) */
static int load_file(lua_State *L)
{
    const char *path = izl_string(L, 1, NULL);
    struct pinn *p = izl_new(L, sizeof *p, IZL_PINN);
    const izh_log log = izl_log(p->text);
    izl_check(L, izh_pinn_load_file(&p->pinn, path, NULL, &log), p->text);
    return 1;
}

static int set_field(lua_State *L)
{
    static const struct izl_hint hints[] = {{NULL, NULL}};
    return izl_no_field(L, "solution", hints);
}

void izl_open_pinn(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"pinn_train", train}, {"pinn_load", load}, {"pinn_load_file", load_file}, {NULL, NULL}};
    static const luaL_Reg methods[] = {
        {"end_time", end_time}, {"eval", eval},       {"residual", residual},
        {"spikes", spikes},     {"windows", windows}, {"losses", losses},
        {"message", message},   {"save", save},       {"save_file", save_file},
        {"close", close},       {NULL, NULL}};
    static const luaL_Reg meta[] = {{"__gc", close},
                                    {"__close", close},
                                    {"__tostring", describe},
                                    {"__newindex", set_field},
                                    {NULL, NULL}};
    izl_class(L, IZL_PINN, methods, meta);
    izl_register(L, functions);
}
