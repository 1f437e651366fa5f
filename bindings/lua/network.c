/* izh.Network: neurons that interact. Its life, receptors, runs and blobs. In Lua its neurons, an
 * izh.Population, own the network in C and whatever it keeps alive: so either may be collected
 * first. */
#include "network.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NEURONS 1 /* the place of what a network keeps alive */

struct izl_population *izl_network(lua_State *L)
{
    luaL_checkudata(L, 1, IZL_NETWORK);
    izl_get_refs(L, 1);
    lua_rawgeti(L, -1, NEURONS);
    lua_replace(L, 1);
    lua_pop(L, 1);
    return izl_check_population(L);
}

int izl_network_checked(lua_State *L, const struct izl_population *p, izh_status status,
                        unsigned first)
{
    izl_check_from(L, status, izh_network_message(p->network), first);
    return 0;
}

/* ---- receptors ---- */

static const char *const kinds[] = {"jump", "current", "conductance", NULL};

/* Pushes the names of the network's receptors; how many. */
static uint32_t push_names(lua_State *L, const char *names[IZH_RECEPTORS_MAX + 1])
{
    luaL_checkstack(L, IZH_RECEPTORS_MAX + 8, NULL);
    izl_check_population(L); /* else it keeps no names */
    izl_get_refs(L, 1);
    lua_rawgeti(L, -1, IZL_RECEPTORS);
    const int list = lua_gettop(L);
    const uint32_t count = (uint32_t)izl_length(L, list);
    for (uint32_t k = 0; k < count; k++) {
        lua_rawgeti(L, list, (int)k + 1);
        names[k] = lua_tostring(L, -1);
    }
    names[count] = NULL;
    return count;
}

uint32_t izl_receptor(lua_State *L, int index)
{
    const char *names[IZH_RECEPTORS_MAX + 1];
    index = izl_absolute(L, index);
    const int top = lua_gettop(L), is_nil = lua_isnil(L, index);
    const uint32_t count = push_names(L, names);
    if (is_nil && count != 1)
        izl_fail(L, IZH_E_INVALID, "receptor is missing; there are %s",
                 count ? izl_join(L, names) : "none: receptors = {...} makes some");
    if (!is_nil && lua_type(L, index) != LUA_TSTRING)
        izl_fail(L, IZH_E_INVALID, "receptor: string expected, got %s", luaL_typename(L, index));
    uint32_t k = 0;
    while (!is_nil && k < count && strcmp(lua_tostring(L, index), names[k]) != 0)
        k++;
    if (k == count)
        izl_fail(L, IZH_E_INVALID, "receptor = '%s' is none of %s", lua_tostring(L, index),
                 izl_join(L, names));
    lua_settop(L, top);
    return k;
}

/* Without E inhibition would excite. */
static void check_E(lua_State *L, int index, const char *of, int32_t kind)
{
    lua_getfield(L, index, "E");
    if (kind == IZH_CONDUCTANCE && lua_isnil(L, -1))
        izl_fail(L, IZH_E_INVALID, "%s.E is missing: a conductance's reversal potential, mV", of);
    lua_pop(L, 1);
}

/* The receptor at the top of the stack, the kth. */
static izh_receptor get_receptor(lua_State *L, int k)
{
    static const char *const names[] = {"name", "kind", "tau", "rise", "E", "nmda", "range", NULL};
    const int index = lua_gettop(L);
    char of[32];
    snprintf(of, sizeof of, "receptors[%d]", k + 1);
    if (!lua_istable(L, index))
        izl_fail(L, IZH_E_INVALID, "%s: a table expected, got %s", of, luaL_typename(L, index));
    izl_check_fields(L, index, of, names, 0, NULL);
    lua_getfield(L, index, "kind");
    if (lua_isnil(L, -1))
        izl_fail(L, IZH_E_INVALID, "%s.kind is missing: %s", of, izl_join(L, kinds));
    lua_pop(L, 1);
    const int32_t kind = izl_option_choice(L, index, "kind", kinds);
    check_E(L, index, of, kind);
    return (izh_receptor){.kind = kind,
                          .nmda = izl_option_flag(L, index, "nmda"),
                          .tau = izl_option(L, index, "tau"),
                          .rise = izl_option(L, index, "rise"),
                          .E = izl_option(L, index, "E"),
                          .range = izl_option(L, index, "range")};
}

/* Puts the name of the receptor at the top of the stack, the kth, into the list at `list`. */
static void add_name(lua_State *L, int list, int k)
{
    lua_getfield(L, -1, "name");
    if (lua_type(L, -1) != LUA_TSTRING)
        izl_fail(L, IZH_E_INVALID, "receptors[%d].name: string expected, got %s", k + 1,
                 luaL_typename(L, -1));
    for (int j = 0; j < k; j++) {
        lua_rawgeti(L, list, j + 1);
        if (lua_rawequal(L, -1, -2))
            izl_fail(L, IZH_E_INVALID, "receptors[%d].name = '%s', as that of receptors[%d]", k + 1,
                     lua_tostring(L, -1), j + 1);
        lua_pop(L, 1);
    }
    lua_rawseti(L, list, k + 1);
}

/* The option `receptors` of argument 1: how many. Pushes the list of their names. */
static uint32_t get_receptors(lua_State *L, izh_receptor receptors[IZH_RECEPTORS_MAX])
{
    lua_newtable(L);
    const int names = lua_gettop(L);
    lua_getfield(L, 1, "receptors");
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        return 0;
    }
    if (!lua_istable(L, -1))
        izl_fail(L, IZH_E_INVALID, "receptors: a list expected, got %s", luaL_typename(L, -1));
    const size_t count = izl_length(L, -1);
    if (count > IZH_RECEPTORS_MAX)
        izl_fail(L, IZH_E_INVALID, "receptors: %zu are more than %d", count, IZH_RECEPTORS_MAX);
    izl_check_fields(L, lua_gettop(L), "receptors, a list,", (const char *const[]){NULL},
                     (int)count, NULL);
    for (int k = 0; k < (int)count; k++) {
        lua_rawgeti(L, names + 1, k + 1);
        receptors[k] = get_receptor(L, k);
        add_name(L, names, k);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return (uint32_t)count;
}

/* Copies an option from the table at an argument, which may be missing, to that on top. */
static void copy_option(lua_State *L, int argument, const char *name)
{
    if (lua_isnoneornil(L, argument))
        return;
    lua_getfield(L, argument, name);
    lua_setfield(L, -2, name);
}

static void push_receptor(lua_State *L, const char *kind, double tau)
{
    lua_createtable(L, 0, 7);
    izl_set_string(L, "kind", kind);
    izl_set_number(L, "tau", tau);
}

/* izh.conductance(tau, {E = ..., rise = ..., nmda = true, range = ..., name = ...}) */
static int conductance(lua_State *L)
{
    static const char *const names[] = {"E", "rise", "nmda", "range", "name", NULL};
    const double tau = izl_number(L, 1);
    lua_settop(L, 2);
    izl_check_options(L, 2, names);
    push_receptor(L, "conductance", tau);
    for (int k = 0; names[k]; k++)
        copy_option(L, 2, names[k]);
    return 1;
}

/* izh.current(tau, {range = ..., name = ...}) */
static int current(lua_State *L)
{
    static const char *const names[] = {"range", "name", NULL};
    const double tau = lua_isnoneornil(L, 1) ? 0 : izl_number(L, 1);
    lua_settop(L, 2);
    izl_check_options(L, 2, names);
    push_receptor(L, "current", tau);
    for (int k = 0; names[k]; k++)
        copy_option(L, 2, names[k]);
    return 1;
}

/* izh.jump{range = ..., name = ...} */
static int jump(lua_State *L)
{
    static const char *const names[] = {"range", "name", NULL};
    lua_settop(L, 1);
    izl_check_options(L, 1, names);
    push_receptor(L, "jump", 0);
    for (int k = 0; names[k]; k++)
        copy_option(L, 1, names[k]);
    return 1;
}

/* ---- exchange ---- */

struct exchange_call {
    struct izl_population *p;
    const izh_sent *mine;
    size_t count, total;
};

static void push_sent(lua_State *L, const struct exchange_call *c)
{
    double *source = izl_new_buffer(L, c->count)->data, *tick = izl_new_buffer(L, c->count)->data;
    for (size_t k = 0; k < c->count; k++) {
        source[k] = c->mine[k].source;
        tick[k] = c->mine[k].tick;
    }
}

static void reserve_told(lua_State *L, struct izl_told *told, size_t count)
{
    if (count <= told->capacity)
        return;
    izh_sent *sent =
        count < SIZE_MAX / 2 / sizeof *sent ? realloc(told->sent, 2 * count * sizeof *sent) : NULL;
    if (!sent)
        izl_fail(L, IZH_E_MEMORY, "%s", izh_status_text(IZH_E_MEMORY));
    *told = (struct izl_told){sent, 2 * count};
}

static void exchange_body(lua_State *L, void *argument)
{
    struct exchange_call *c = argument;
    struct izl_shape shape = IZL_SHAPE;
    lua_rawgeti(L, IZL_FUNCTIONS, IZL_EXCHANGE);
    push_sent(L, c);
    lua_call(L, 2, 2);
    const int answer = lua_gettop(L) - 1;
    const struct izl_numbers source = izl_shaped(L, answer, "exchange's sources", &shape);
    const struct izl_numbers tick = izl_shaped(L, answer + 1, "exchange's ticks", &shape);
    reserve_told(L, &c->p->told, shape.n);
    for (size_t k = 0; k < shape.n; k++)
        c->p->told.sent[k] =
            (izh_sent){izl_index(L, "exchange's sources", &source, k, (uint64_t)UINT32_MAX + 1),
                       izl_index(L, "exchange's ticks", &tick, k, (uint64_t)UINT32_MAX + 1)};
    c->total = shape.n;
}

static izh_status exchange(void *user, const izh_sent *mine, size_t count, const izh_sent **all,
                           size_t *total)
{
    struct izl_population *p = user;
    struct exchange_call c = {p, mine, count, 0};
    p->exchanging = 1;
    const int fine = izl_call(p->call, exchange_body, &c);
    p->exchanging = 0;
    if (!fine)
        return IZH_E_BUSY;
    *all = p->told.sent;
    *total = c.total;
    return IZH_OK;
}

/* ---- life ---- */

/* Makes the network whose neurons are on top, from the options at argument 1; the names of the
 * receptors are at `names`. */
static void make(lua_State *L, struct izl_population *p, izh_population_config *population,
                 const izh_receptor *receptors, int names)
{
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    const int neurons = lua_gettop(L);
    population->log = izl_log(p->text);
    config.population = population;
    config.neurons = (uint32_t)izl_option_whole(L, 1, "neurons", UINT32_MAX);
    config.sources = (uint32_t)izl_option_whole(L, 1, "sources", UINT32_MAX);
    config.receptors = receptors;
    config.receptor_count = (uint32_t)izl_length(L, names);
    config.in_flight = (size_t)izl_option_whole(L, 1, "in_flight", SIZE_MAX);
    config.send_capacity = (size_t)izl_option_whole(L, 1, "send_capacity", SIZE_MAX);
    if (izl_option_function(L, 1, "exchange"))
        config.exchange = (izh_exchange){exchange, p};
    izl_keep(L, neurons, IZL_EXCHANGE);
    lua_pushvalue(L, names);
    izl_keep(L, neurons, IZL_RECEPTORS);
    lua_newtable(L);
    izl_keep(L, neurons, IZL_RULES);
    for (uint32_t k = 0; k < config.receptor_count; k++)
        p->receptors[k] = receptors[k];
    p->all = config.neurons ? config.neurons : p->n;
    p->sources = config.sources;
    p->of_network = 1;
    izl_check(L, izh_network_create(&p->network, &config), p->text);
    p->population = izh_network_population(p->network);
}

/* izh.Network{n = ..., receptors = {...}, ...} */
static int create(lua_State *L)
{
    izh_receptor receptors[IZH_RECEPTORS_MAX];
    lua_settop(L, 1);
    izh_population_config config = izl_population_config(L, 1);
    lua_settop(L, 1);
    izl_new(L, 1, IZL_NETWORK);
    get_receptors(L, receptors);
    make(L, izl_new_population(L, &config), &config, receptors, 3);
    lua_settop(L, 4);
    izl_keep(L, 2, NEURONS);
    lua_settop(L, 2);
    return 1;
}

static int close(lua_State *L)
{
    luaL_checkudata(L, 1, IZL_NETWORK);
    izl_get_refs(L, 1);
    lua_rawgeti(L, -1, NEURONS);
    if (lua_isnil(L, -1)) /* it never came to be */
        return 0;
    lua_replace(L, 1);
    return izl_population_close(L);
}

static int describe(lua_State *L)
{
    luaL_checkudata(L, 1, IZL_NETWORK);
    izl_get_refs(L, 1);
    lua_rawgeti(L, -1, NEURONS);
    const struct izl_population *p = lua_touserdata(L, -1);
    if (p && p->network)
        izl_format(L, IZL_NETWORK ": %" PRIu32 " neurons, %" PRIu32 " sources, %s at %g ms", p->n,
                   p->sources, izh_method_name(p->method ? p->method : IZH_MIDPOINT),
                   izh_population_time(p->population));
    else
        lua_pushliteral(L, IZL_NETWORK ": closed");
    return 1;
}

/* network:neurons(): its izh.Population */
static int neurons(lua_State *L)
{
    izl_network(L);
    lua_settop(L, 1);
    return 1;
}

/* ---- building and runs ---- */

struct izl_population *izl_network_ready(lua_State *L)
{
    struct izl_population *p = izl_check_population(L);
    const int top = lua_gettop(L);
    if (p->call)
        return p;
    izl_get_refs(L, 1);
    struct izl_call *call = izl_call_begin(L, top + 1);
    p = izl_check_population(L);
    p->call = call;
    const izh_status status = izh_network_build(p->network);
    p->call = NULL;
    izl_call_end(call);
    izl_network_checked(L, p, status, 1);
    lua_settop(L, top);
    return p;
}

/* network:build() */
static int build(lua_State *L)
{
    if (izl_network(L)->call)
        izl_fail(L, IZH_E_BUSY, "build inside a callback");
    izl_network_ready(L);
    return 0;
}

/* network:run(t_end): as population:run() */
static int run(lua_State *L)
{
    izl_network(L);
    return izl_population_go(L);
}

static int spikes(lua_State *L)
{
    izl_network(L);
    return izl_population_spikes(L);
}

static int spike_count(lua_State *L)
{
    izl_network(L);
    return izl_population_spike_count(L);
}

/* ---- input from outside ---- */

struct izl_numbers izl_shaped(lua_State *L, int index, const char *name, struct izl_shape *shape)
{
    const struct izl_numbers column = izl_numbers(L, index, name);
    if (column.kind == IZL_ONE)
        return column;
    if (shape->given && shape->n != column.n)
        izl_fail(L, IZH_E_INVALID, "%s has %zu elements, not %zu", name, column.n, shape->n);
    if (column.kind == IZL_VECTOR)
        shape->first = 0;
    shape->given = 1;
    shape->n = column.n;
    return column;
}

/* network:send(t, i): sources spike; numbers, lists or buffers */
static int send(lua_State *L)
{
    struct izl_shape shape = IZL_SHAPE;
    izl_network(L);
    lua_settop(L, 3);
    const struct izl_numbers t = izl_shaped(L, 2, "t", &shape), i = izl_shaped(L, 3, "i", &shape);
    izh_spike *spikes = izl_memory(L, shape.n, sizeof *spikes);
    const struct izl_population *p = izl_check_population(L);
    for (size_t k = 0; k < shape.n; k++)
        spikes[k] = (izh_spike){izl_at(&t, k), izl_index(L, "i", &i, k, p->sources), 0};
    return izl_network_checked(L, p, izh_network_send(p->network, spikes, shape.n), shape.first);
}

/* network:set_rates(hz [, first [, count]]) */
static int set_rates(lua_State *L)
{
    size_t n = 0;
    izl_network(L);
    lua_settop(L, 4);
    const struct izl_numbers hz = izl_column(L, 2, "hz", &n);
    const struct izl_population *p = izl_check_population(L);
    const struct izl_range range = izl_get_range(L, p->sources, "sources", 3, n, "rates");
    const izh_status status =
        izh_network_set_rates(p->network, range.first, range.count, hz.data, n ? 1 : 0);
    return izl_network_checked(L, p, status, hz.kind != IZL_VECTOR);
}

/* network:set_background(receptor, hz, weight [, first [, count]]) */
static int set_background(lua_State *L)
{
    size_t n = 0;
    izl_network(L);
    lua_settop(L, 6);
    const uint32_t receptor = izl_receptor(L, 2);
    const struct izl_numbers hz = izl_column(L, 3, "hz", &n),
                             weight = izl_column(L, 4, "weight", &n);
    const size_t rows = n ? n : 1;
    double *rates = izl_memory(L, 2 * rows, sizeof *rates), *weights = rates + rows;
    const struct izl_population *p = izl_check_population(L);
    const struct izl_range range = izl_get_range(L, p->n, "neurons", 5, n, "rates");
    for (size_t k = 0; k < rows; k++) {
        rates[k] = izl_at(&hz, k);
        weights[k] = izl_at(&weight, k);
    }
    const izh_status status = izh_network_set_background(p->network, receptor, range.first,
                                                         range.count, rates, weights, n ? 1 : 0);
    return izl_network_checked(L, p, status, hz.kind != IZL_VECTOR);
}

/* ---- reading ---- */

/* network:input(receptor [, first [, count [, buffer]]]): a buffer, that given or a new one */
static int input(lua_State *L)
{
    const uint32_t n = izl_network(L)->n;
    lua_settop(L, 5);
    const uint32_t receptor = izl_receptor(L, 2);
    const struct izl_range range = izl_get_range(L, n, "neurons", 3, 0, "inputs");
    double *to = izl_target(L, 5, range.count);
    const struct izl_population *p = izl_check_population(L);
    izl_check(L, izh_network_get_input(p->network, receptor, range.first, range.count, to), NULL);
    return 1;
}

static int time(lua_State *L)
{
    lua_pushnumber(L, izh_population_time(izl_network(L)->population));
    return 1;
}

/* network:first(): which neuron of the whole network neuron 0 is */
static int first(lua_State *L)
{
    izl_push_whole(L, izl_network(L)->place);
    return 1;
}

static int dt(lua_State *L)
{
    lua_pushnumber(L, izh_population_dt(izl_network(L)->population));
    return 1;
}

/* network:hash(): 16 hexadecimal digits, since not every Lua has integers of 64 bits */
static int hash(lua_State *L)
{
    char text[17];
    snprintf(text, sizeof text, "%016" PRIx64, izh_network_hash(izl_network(L)->network));
    lua_pushstring(L, text);
    return 1;
}

static int message(lua_State *L)
{
    char text[IZL_MESSAGE];
    izl_in_lua(text, izh_network_message(izl_network(L)->network), 1);
    lua_pushstring(L, text);
    return 1;
}

/* ---- blobs ---- */

static size_t save_blob(lua_State *L, void *buffer, size_t capacity)
{
    return izh_network_save(izl_check_population(L)->network, buffer, capacity);
}

/* network:save(): a string */
static int save(lua_State *L)
{
    izl_network(L);
    izl_network_ready(L);
    izl_push_blob(L, save_blob);
    return 1;
}

/* network:load(string) */
static int load(lua_State *L)
{
    size_t size;
    izl_network(L);
    const char *blob = izl_string(L, 2, &size);
    const struct izl_population *p = izl_network_ready(L);
    return izl_network_checked(L, p, izh_network_load(p->network, blob, size), 1);
}

/* network.I = 10 */
static int set_field(lua_State *L)
{
    static const struct izl_hint hints[] = {{"I", "network:neurons():set_current(I)"},
                                            {"current", "network:neurons():set_current(I)"},
                                            {"v", "network:neurons():set_state(v, u)"},
                                            {"u", "network:neurons():set_state(v, u)"},
                                            {"state", "network:neurons():set_state(v, u)"},
                                            {"params", "network:neurons():set_params(params)"},
                                            {"on_spikes", "network:neurons():on_spikes(function)"},
                                            {"rates", "set_rates(hz)"},
                                            {"weight", "set_weights(group, weight)"},
                                            {"gain", "set_gain(group, gain)"},
                                            {"time", "run(t_end)"},
                                            {NULL, NULL}};
    return izl_no_field(L, "network", hints);
}

void izl_open_network(lua_State *L)
{
    static const luaL_Reg methods[] = {{"neurons", neurons},
                                       {"build", build},
                                       {"run", run},
                                       {"spikes", spikes},
                                       {"spike_count", spike_count},
                                       {"send", send},
                                       {"set_rates", set_rates},
                                       {"set_background", set_background},
                                       {"input", input},
                                       {"time", time},
                                       {"dt", dt},
                                       {"first", first},
                                       {"hash", hash},
                                       {"message", message},
                                       {"save", save},
                                       {"load", load},
                                       {"close", close},
                                       {NULL, NULL}};
    static const luaL_Reg meta[] = {
        {"__close", close}, {"__newindex", set_field}, {"__tostring", describe}, {NULL, NULL}};
    static const luaL_Reg functions[] = {{"Network", create},
                                         {"conductance", conductance},
                                         {"current", current},
                                         {"jump", jump},
                                         {NULL, NULL}};
    izl_class(L, IZL_NETWORK, methods, meta);
    luaL_getmetatable(L, IZL_NETWORK);
    lua_getfield(L, -1, "__index");
    izl_register(L, izl_network_synapses);
    izl_register(L, izl_network_group_rules);
    lua_pop(L, 2);
    izl_register(L, functions);
    izl_register(L, izl_network_rules);
}
