/* Input over time, and impulses, for the neurons of a population. */
#include "population.h"

#include <inttypes.h>
#include <string.h>

/* A set of traces as the host gives it: what stands in `traces` but for what the population says
 * where an option is missing. */
struct set {
    izh_traces traces;
    int has_t, has_dt;
    size_t neurons[2]; /* how many have channels and gains of their own; 0: none */
};

/* ---- samples ---- */

static int is_row(lua_State *L, int index)
{
    return lua_istable(L, index) || izl_test_buffer(L, index) != NULL;
}

/* Several traces: the list on top, of lists and buffers; leaves what keeps the samples in its
 * place. */
static void get_rows(lua_State *L, izh_traces *traces)
{
    const int list = lua_gettop(L);
    const size_t count = izl_length(L, list);
    double *values = NULL;
    for (size_t k = 0; k < count; k++) {
        lua_rawgeti(L, list, (int)(k + 1));
        const struct izl_numbers row = izl_numbers(L, -1, "samples[...]");
        if (k == 0) {
            if (count > UINT32_MAX || (row.n && count > (SIZE_MAX >> 2) / sizeof(double) / row.n))
                izl_fail(L, IZH_E_MEMORY, "%s", izh_status_text(IZH_E_MEMORY));
            traces->samples = row.n;
            values = izl_memory(L, count * row.n, sizeof *values);
            lua_insert(L, list + 1);
        }
        if (row.n != traces->samples)
            izl_fail(L, IZH_E_INVALID, "samples[%zu] has %zu elements, not %zu", k + 1, row.n,
                     traces->samples);
        memcpy(values + k * row.n, row.data, row.n * sizeof *values);
        lua_settop(L, list + 1);
    }
    lua_remove(L, list);
    traces->count = (uint32_t)count;
    traces->values = values;
}

/* The samples on top; a value stays there that keeps them. */
static void get_samples(lua_State *L, izh_traces *traces)
{
    const int index = lua_gettop(L);
    if (lua_istable(L, index) && izl_length(L, index) > 0) {
        lua_rawgeti(L, index, 1);
        const int several = is_row(L, -1);
        lua_pop(L, 1);
        if (several) {
            get_rows(L, traces);
            return;
        }
    }
    const struct izl_numbers one = izl_numbers(L, index, "samples");
    traces->count = 1;
    traces->samples = one.n;
    traces->values = one.data;
}

/* ---- pieces ---- */

/* The list of lists of segments on top; leaves two values, which keep them. */
static void get_pieces(lua_State *L, izh_traces *traces)
{
    const int list = lua_gettop(L);
    const size_t count = izl_length(L, list);
    size_t total = 0, n;
    size_t *lengths = izl_memory(L, count, sizeof *lengths);
    for (size_t k = 0; k < count; k++) { /* how many */
        lua_rawgeti(L, list, (int)(k + 1));
        izl_segments(L, -1, &n);
        total += lengths[k] = n;
        lua_settop(L, list + 1);
    }
    izh_segment *all = izl_memory(L, total, sizeof *all), *at = all;
    for (size_t k = 0; k < count; k++) {
        lua_rawgeti(L, list, (int)(k + 1));
        const izh_segment *segments = izl_segments(L, -1, &n);
        if (n != lengths[k])
            izl_fail(L, IZH_E_INVALID, "pieces[%zu] changes while it is read", k + 1);
        memcpy(at, segments, n * sizeof *at);
        at += n;
        lua_settop(L, list + 2);
    }
    traces->count = (uint32_t)count;
    traces->segments = all;
    traces->lengths = lengths;
}

/* ---- a set ---- */

/* A number, where there is one. */
static int get_number(lua_State *L, int index, const char *name, double *x)
{
    lua_getfield(L, index, name);
    const int is_there = !lua_isnil(L, -1);
    if (is_there && lua_type(L, -1) != LUA_TNUMBER)
        izl_fail(L, IZH_E_INVALID, "%s: number expected, got %s", name, luaL_typename(L, -1));
    if (is_there)
        *x = lua_tonumber(L, -1);
    lua_pop(L, 1);
    return is_there;
}

static void get_channels(lua_State *L, int index, struct set *set)
{
    lua_getfield(L, index, "channel");
    if (lua_isnil(L, -1))
        return;
    const struct izl_numbers from = izl_numbers(L, -1, "channel");
    uint32_t *channels = izl_memory(L, from.n, sizeof *channels);
    for (size_t i = 0; i < from.n; i++)
        channels[i] = izl_index(L, "channel", &from, i, set->traces.count);
    set->traces.channels = channels;
    set->neurons[0] = from.n;
}

static void get_gains(lua_State *L, int index, struct set *set)
{
    lua_getfield(L, index, "gain");
    if (lua_isnil(L, -1))
        return;
    const struct izl_numbers gains = izl_numbers(L, -1, "gain");
    set->traces.gains = gains.data;
    set->neurons[1] = gains.n;
}

/* The set at index; pushes what keeps it. */
static void get_set(lua_State *L, int index, struct set *set)
{
    static const char *const names[] = {"samples", "pieces", "dt", "t", "channel",
                                        "gain",    "linear", "E",  NULL};
    izl_check_table(L, index);
    izl_check_options(L, index, names);
    luaL_checkstack(L, 16, NULL);
    lua_getfield(L, index, "samples");
    lua_getfield(L, index, "pieces");
    if (lua_isnil(L, -1) == lua_isnil(L, -2))
        izl_fail(L, IZH_E_INVALID, "traces have either samples or pieces");
    if (!lua_isnil(L, -1)) {
        izl_check_table(L, lua_gettop(L));
        get_pieces(L, &set->traces);
    } else {
        lua_pop(L, 1);
        get_samples(L, &set->traces);
    }
    set->has_dt = get_number(L, index, "dt", &set->traces.dt);
    set->has_t = get_number(L, index, "t", &set->traces.t);
    set->traces.conducts = get_number(L, index, "E", &set->traces.E);
    set->traces.between = izl_option_flag(L, index, "linear") ? IZH_LINEAR : IZH_HELD;
    get_channels(L, index, set);
    get_gains(L, index, set);
}

/* One value for all neurons, or one for each. */
static const void *each(lua_State *L, const char *name, const void *values, size_t size, size_t n,
                        uint32_t neurons)
{
    if (!values || n == neurons)
        return values;
    if (n != 1)
        izl_fail(L, IZH_E_INVALID, "%s has %zu elements for %" PRIu32 " neurons", name, n, neurons);
    char *all = izl_memory(L, neurons, size);
    for (uint32_t i = 0; i < neurons; i++)
        memcpy(all + i * size, values, size);
    return all;
}

/* population:set_stimulus([traces, ...]) */
static int set_stimulus(lua_State *L)
{
    const int count = lua_gettop(L) - 1;
    struct set sets[IZH_TRACES_MAX] = {{{0}, 0, 0, {0}}};
    izh_traces traces[IZH_TRACES_MAX];
    const uint32_t n = izl_check_population(L)->n;
    if (count > IZH_TRACES_MAX)
        izl_fail(L, IZH_E_INVALID, "%d sets of traces are more than %d", count, IZH_TRACES_MAX);
    for (int k = 0; k < count; k++) {
        luaL_checkstack(L, 16, NULL);
        get_set(L, k + 2, &sets[k]);
        izh_traces *x = &sets[k].traces;
        x->channels = each(L, "channel", x->channels, sizeof *x->channels, sets[k].neurons[0], n);
        x->gains = each(L, "gain", x->gains, sizeof *x->gains, sets[k].neurons[1], n);
    }
    const struct izl_population *p = izl_check_population(L);
    for (int k = 0; k < count; k++) {
        traces[k] = sets[k].traces;
        if (!sets[k].has_t)
            traces[k].t = izh_population_time(p->population);
        if (!sets[k].has_dt)
            traces[k].dt = izh_population_dt(p->population);
    }
    return izl_population_checked(
        L, p, izh_population_set_stimulus(p->population, traces, (size_t)count));
}

/* population:kick(dv [, du [, first [, count]]]) */
static int kick(lua_State *L)
{
    size_t n = 0;
    lua_settop(L, 5);
    if (lua_isnil(L, 3)) {
        lua_pushnumber(L, 0);
        lua_replace(L, 3);
    }
    const struct izl_numbers dv = izl_column(L, 2, "dv", &n), du = izl_column(L, 3, "du", &n);
    double *jumps = izl_memory(L, n ? 2 * n : 2, sizeof *jumps);
    for (size_t i = 0; i < (n ? n : 1); i++) {
        jumps[2 * i] = izl_at(&dv, i);
        jumps[2 * i + 1] = izl_at(&du, i);
    }
    const struct izl_population *p = izl_check_population(L);
    const struct izl_range range = izl_get_range(L, p->n, "neurons", 4, n, "kicks");
    return izl_population_checked(
        L, p,
        izh_population_kick(p->population, range.first, range.count, jumps, jumps + 1, n ? 2 : 0));
}

const luaL_Reg izl_population_stimulus[] = {
    {"set_stimulus", set_stimulus}, {"kick", kick}, {NULL, NULL}};
