/* What goes into a population's neurons and comes out of them: parameters, states, currents,
 * recordings. Neurons count from 0, as in C; a list's first element is the first neuron's. */
#include "population.h"

#include <inttypes.h>
#include <string.h>

static void check_range(lua_State *L, uint32_t all, const char *of, struct izl_range range)
{
    if (range.first > all || (range.first == all && range.count))
        izl_fail(L, IZH_E_INVALID, "first = %" PRIu32 ", but %s = %" PRIu32, range.first, of, all);
    if (range.count > all - range.first)
        izl_fail(L, IZH_E_INVALID, "first = %" PRIu32 " and count = %" PRIu32 ", but %s = %" PRIu32,
                 range.first, range.count, of, all);
}

/* An array for all, with no word about which: it has one for each. */
static void check_all(lua_State *L, uint32_t all, const char *of, size_t n, const char *what)
{
    if (n > all)
        izl_fail(L, IZH_E_INVALID, "%zu %s for %" PRIu32 " %s", n, what, all, of);
    if (n < all)
        izl_fail(L, IZH_E_INVALID,
                 "%zu %s for %" PRIu32 " %s: give first = 0 and count = %zu for the first %zu", n,
                 what, all, of, n, n);
}

struct izl_range izl_get_range(lua_State *L, uint32_t all, const char *of, int argument, size_t n,
                               const char *what)
{
    struct izl_range range;
    if (n && lua_isnoneornil(L, argument) && lua_isnoneornil(L, argument + 1))
        check_all(L, all, of, n, what);
    range.first = (uint32_t)izl_whole_or(L, argument, UINT32_MAX, 0);
    const uint64_t rest = all > range.first ? all - range.first : 0;
    range.count = (uint32_t)izl_whole_or(L, argument + 1, UINT32_MAX, n ? n : rest);
    if (n && range.count != n)
        izl_fail(L, IZH_E_INVALID, "%zu %s for %" PRIu32 " %s", n, what, range.count, of);
    check_range(L, all, strcmp(of, "neurons") == 0 ? "n" : of, range);
    return range;
}

static struct izl_range get_range(lua_State *L, const struct izl_population *p, int argument,
                                  size_t n, const char *what)
{
    return izl_get_range(L, p->n, "neurons", argument, n, what);
}

struct izl_numbers izl_column(lua_State *L, int index, const char *name, size_t *n)
{
    const struct izl_numbers column = izl_numbers(L, index, name);
    if (column.kind == IZL_ONE)
        return column;
    if (*n && *n != column.n)
        izl_fail(L, IZH_E_INVALID, "%s has %zu elements, not %zu", name, column.n, *n);
    if (column.n == 0)
        izl_fail(L, IZH_E_INVALID, "%s is empty", name);
    *n = column.n;
    return column;
}

/* ---- parameters ---- */

/* Rows of a list of tables of parameters. */
static const izh_params *get_params_list(lua_State *L, size_t *n)
{
    *n = izl_length(L, 2);
    izh_params *params = izl_memory(L, *n, sizeof *params);
    for (size_t i = 0; i < *n; i++) {
        lua_rawgeti(L, 2, (int)(i + 1));
        params[i] = izl_params(L, -1);
        lua_pop(L, 1);
    }
    return params;
}

/* A table of parameters, each a number for all or a list or buffer with one for each neuron. */
static const izh_params *get_params_columns(lua_State *L, size_t *n)
{
    struct izl_numbers columns[IZL_PARAMS];
    luaL_checkstack(L, 2 * IZL_PARAMS + 8, NULL);
    izl_check_params(L, 2);
    *n = 0;
    for (int k = 0; k < IZL_PARAMS; k++) {
        lua_getfield(L, 2, izl_param_names[k]);
        columns[k] = izl_column(L, -1, izl_param_names[k], n);
    }
    const size_t rows = *n ? *n : 1;
    izh_params *params = izl_memory(L, rows, sizeof *params);
    for (size_t i = 0; i < rows; i++) {
        double fields[IZL_PARAMS];
        for (int k = 0; k < IZL_PARAMS; k++)
            fields[k] = izl_at(&columns[k], i);
        memcpy(&params[i], fields, sizeof fields);
    }
    return params;
}

/* population:set_params(params [, first [, count]]) */
static int set_params(lua_State *L)
{
    size_t n;
    lua_settop(L, 4);
    const int is_list = lua_istable(L, 2) && izl_length(L, 2) > 0;
    const izh_params *params = is_list ? get_params_list(L, &n) : get_params_columns(L, &n);
    const struct izl_population *p = izl_check_population(L);
    const struct izl_range range = get_range(L, p, 3, n, "params");
    return izl_population_checked(
        L, p,
        izh_population_set_params(p->population, range.first, range.count, params, n ? 1 : 0));
}

/* ---- states ---- */

/* population:set_state(v, u [, first [, count]]) */
static int set_state(lua_State *L)
{
    size_t n = 0;
    lua_settop(L, 5);
    const struct izl_numbers v = izl_column(L, 2, "v", &n), u = izl_column(L, 3, "u", &n);
    izh_state *states = izl_memory(L, n ? n : 1, sizeof *states);
    for (size_t i = 0; i < (n ? n : 1); i++)
        states[i] = (izh_state){izl_at(&v, i), izl_at(&u, i)};
    const struct izl_population *p = izl_check_population(L);
    const struct izl_range range = get_range(L, p, 4, n, "states");
    return izl_population_checked(
        L, p, izh_population_set_state(p->population, range.first, range.count, states, n ? 1 : 0));
}

double *izl_target(lua_State *L, int argument, size_t count)
{
    if (lua_isnil(L, argument))
        return izl_new_buffer(L, count)->data;
    const struct izl_buffer *buffer = izl_check_buffer(L, argument);
    if (buffer->n < count)
        izl_fail(L, IZH_E_INVALID, "%zu neurons into a buffer of %zu", count, buffer->n);
    lua_pushvalue(L, argument);
    return buffer->data;
}

#define PART 128 /* neurons at a time, so that large populations need no memory */

static void read_states(lua_State *L, struct izl_range range, double *v, double *u)
{
    const struct izl_population *p = izl_check_population(L);
    izh_state states[PART];
    for (uint32_t i = 0; i < range.count; i += PART) {
        const uint32_t count = range.count - i < PART ? range.count - i : PART;
        izl_check(L, izh_population_get_state(p->population, range.first + i, count, states),
                  "neurons beyond the population");
        for (uint32_t k = 0; k < count; k++) {
            v[i + k] = states[k].v;
            u[i + k] = states[k].u;
        }
    }
}

/* population:get_state([first [, count [, v, u]]]): buffers v, u, those given or new ones */
static int get_state(lua_State *L)
{
    lua_settop(L, 5);
    const struct izl_range range = get_range(L, izl_check_population(L), 2, 0, "states");
    double *v = izl_target(L, 4, range.count), *u = izl_target(L, 5, range.count);
    read_states(L, range, v, u);
    return 2;
}

/* population:state(i): v, u */
static int state(lua_State *L)
{
    izh_state state;
    const struct izl_population *p = izl_check_population(L);
    const uint32_t i = (uint32_t)izl_whole(L, 2, UINT32_MAX);
    if (i >= p->n)
        izl_fail(L, IZH_E_INVALID, "neuron %" PRIu32 ", but n = %" PRIu32, i, p->n);
    izl_check(L, izh_population_get_state(p->population, i, 1, &state), NULL);
    lua_pushnumber(L, state.v);
    lua_pushnumber(L, state.u);
    return 2;
}

/* ---- currents ---- */

/* population:set_current(I [, first [, count]]) */
static int set_current(lua_State *L)
{
    size_t n = 0;
    lua_settop(L, 4);
    if (lua_isfunction(L, 2))
        izl_fail(L, IZH_E_INVALID,
                 "I: number, table or buffer expected: a function is for on_current");
    const struct izl_numbers I = izl_column(L, 2, "I", &n);
    const struct izl_population *p = izl_check_population(L);
    const struct izl_range range = get_range(L, p, 3, n, "currents");
    return izl_population_checked(
        L, p,
        izh_population_set_current(p->population, range.first, range.count, I.data, n ? 1 : 0));
}

/* ---- recording ---- */

/* Pushes a recording with room for the states; the neurons are those of the list. */
static struct izl_recording *new_recording(lua_State *L, const struct izl_numbers *neurons,
                                           size_t samples)
{
    const size_t states = samples * neurons->n * sizeof(izh_state);
    if (neurons->n && samples > (SIZE_MAX >> 2) / neurons->n / sizeof(izh_state))
        izl_fail(L, IZH_E_MEMORY, "%s", izh_status_text(IZH_E_MEMORY));
    const size_t head = (sizeof(struct izl_recording) + 15) / 16 * 16;
    char *memory = izl_memory(L, head + states + neurons->n * sizeof(uint32_t), 1);
    struct izl_recording *r = (struct izl_recording *)(void *)memory;
    r->states = (izh_state *)(void *)(memory + head);
    r->neurons = (uint32_t *)(void *)(memory + head + states);
    r->count = neurons->n;
    for (size_t j = 0; j < r->count; j++) {
        const double i = neurons->data[j];
        if (!(i >= 0 && i <= UINT32_MAX) || i != (double)(uint32_t)i)
            izl_fail(L, IZH_E_INVALID, "neurons[%zu] = %.14g is no neuron",
                     j + (neurons->kind == IZL_VECTOR ? 0 : 1), i);
        r->neurons[j] = (uint32_t)i;
    }
    return r;
}

/* population:record(neurons, every, samples); population:record(nil) ends it */
static int record(lua_State *L)
{
    struct izl_numbers none = {NULL, 0, IZL_LIST};
    izl_check_population(L);
    lua_settop(L, 4);
    const int ends = lua_isnil(L, 2);
    const struct izl_numbers neurons = ends ? none : izl_numbers(L, 2, "neurons");
    const uint32_t every = ends ? 1 : (uint32_t)izl_whole(L, 3, UINT32_MAX);
    const size_t samples = ends ? 0 : (size_t)izl_whole(L, 4, SIZE_MAX >> 1);
    struct izl_recording *r = new_recording(L, &neurons, samples);
    struct izl_population *p = izl_check_population(L);
    p->first = neurons.kind == IZL_VECTOR ? 0 : 1;
    izl_population_checked(
        L, p,
        izh_population_record(p->population, r->neurons, r->count, every, r->states, samples));
    p->recording = r; /* the old one is not written to any more */
    izl_keep(L, 1, IZL_RECORDING);
    return 0;
}

/* population:recorded(): how many samples there are */
static int recorded(lua_State *L)
{
    izl_push_whole(L, izh_population_recorded(izl_check_population(L)->population));
    return 1;
}

/* population:recording(i): v, u of a neuron, as buffers of one element a sample */
static int recording(lua_State *L)
{
    const struct izl_population *p = izl_check_population(L);
    const uint64_t i = izl_whole(L, 2, UINT32_MAX);
    const struct izl_recording *r = p->recording;
    const size_t n = izh_population_recorded(p->population);
    size_t j = 0;
    while (r && j < r->count && r->neurons[j] != i)
        j++;
    if (!r || j == r->count)
        izl_fail(L, IZH_E_INVALID, "neuron %" PRIu64 " is not recorded", i);
    izl_get_refs(L, 1);
    lua_rawgeti(L, -1, IZL_RECORDING); /* r, which the population may give up meanwhile */
    izl_push_numbers(L, &r->states[j].v, n, 2 * r->count, IZL_VECTOR);
    izl_push_numbers(L, &r->states[j].u, n, 2 * r->count, IZL_VECTOR);
    return 2;
}

const luaL_Reg izl_population_neurons[] = {
    {"set_params", set_params}, {"set_state", set_state},     {"get_state", get_state},
    {"state", state},           {"set_current", set_current}, {"record", record},
    {"recorded", recorded},     {"recording", recording},     {NULL, NULL}};
