/* izh.Population: a batch of neurons. Its life, what it says about itself, blobs. */
#include "population.h"

#include <stdio.h>
#include <stdlib.h>

#include <inttypes.h>

static const char *const isa_names[] = {"best", "scalar", "sse2", "avx2", "avx512", "neon", NULL};

struct izl_population *izl_check_population(lua_State *L)
{
    struct izl_population *p = luaL_checkudata(L, 1, IZL_POPULATION);
    if (!p->population)
        izl_fail(L, IZH_E_INVALID, "the %s is closed", p->of_network ? "network" : "population");
    if (p->exchanging)
        izl_fail(L, IZH_E_BUSY, "the network may not be used in its exchange");
    return p;
}

int izl_population_checked(lua_State *L, const struct izl_population *p, izh_status status)
{
    izl_check_from(L, status, izh_population_message(p->population), p->first);
    return 0;
}

/* ---- life ---- */

static int has_populations(izh_method method)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    izh_population *population;
    config.method = method;
    const izh_status status = izh_population_create(&population, &config);
    izh_population_destroy(population);
    return status != IZH_E_UNSUPPORTED;
}

static void check_method(lua_State *L, izh_method method)
{
    const char *names[64] = {NULL};
    int n = 0;
    if (has_populations(method))
        return;
    for (izh_method k = 1; n < 63 && izh_method_name(k); k++)
        if (has_populations(k))
            names[n++] = izh_method_name(k);
    izl_fail(L, IZH_E_UNSUPPORTED, "the method %s has no populations; these have: %s",
             izh_method_name(method), izl_join(L, names));
}

static void check_n(lua_State *L)
{
    lua_getfield(L, 1, "n");
    if (lua_isnil(L, -1))
        izl_fail(L, IZH_E_INVALID, "n is missing");
    lua_pop(L, 1);
}

static void get_numbers(lua_State *L, izh_population_config *config)
{
    check_n(L);
    config->n = (uint32_t)izl_option_whole(L, 1, "n", UINT32_MAX);
    config->first = izl_option_bits(L, 1, "first");
    config->threads = (uint32_t)izl_option_whole(L, 1, "threads", UINT32_MAX);
    config->dt = izl_option(L, 1, "dt");
    config->t0 = izl_option(L, 1, "t0");
    config->noise_sigma = izl_option(L, 1, "noise_sigma");
    config->noise_white = izl_option(L, 1, "noise_white");
    config->noise_ou = izl_option_ou(L, 1, "noise_ou");
    config->seed = izl_option_bits(L, 1, "seed");
    config->spike_capacity = (size_t)izl_option_whole(L, 1, "spike_capacity", SIZE_MAX);
    config->max_spikes_per_ms = izl_option(L, 1, "max_spikes_per_ms");
    config->max_steps_per_ms = izl_option(L, 1, "max_steps_per_ms");
    config->tile = (uint32_t)izl_option_whole(L, 1, "tile", UINT32_MAX);
    config->block = (uint32_t)izl_option_whole(L, 1, "block", UINT32_MAX);
}

#define NETWORK_OPTIONS 6

izh_population_config izl_population_config(lua_State *L, int network)
{
    static const char *const names[] = {"receptors",
                                        "sources",
                                        "neurons",
                                        "in_flight",
                                        "send_capacity",
                                        "exchange", /* NETWORK_OPTIONS up to here */
                                        "n",
                                        "method",
                                        "first",
                                        "precision",
                                        "isa",
                                        "events",
                                        "threads",
                                        "dt",
                                        "t0",
                                        "noise_sigma",
                                        "noise_white",
                                        "noise_ou",
                                        "seed",
                                        "tile",
                                        "block",
                                        "spike_capacity",
                                        "max_spikes_per_ms",
                                        "max_steps_per_ms",
                                        NULL};
    static const char *const events[] = {"exact", "grid", NULL};
    static const char *const precisions[] = {"f64", "f32", NULL};
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    izl_check_table(L, 1);
    izl_check_options(L, 1, network ? names : names + NETWORK_OPTIONS);
    config.method = izl_option_method(L, 1);
    check_method(L, config.method);
    config.events = izl_option_choice(L, 1, "events", events);
    config.precision = izl_option_choice(L, 1, "precision", precisions);
    config.isa = izl_option_choice(L, 1, "isa", isa_names);
    get_numbers(L, &config);
    return config;
}

struct izl_population *izl_new_population(lua_State *L, const izh_population_config *config)
{
    struct izl_population *p = izl_new(L, sizeof *p, IZL_POPULATION);
    p->n = config->n;
    p->place = config->first;
    p->method = config->method;
    p->first = 1;
    return p;
}

/* izh.Population{n = ..., ...} */
static int create(lua_State *L)
{
    izh_population_config config = izl_population_config(L, 0);
    struct izl_population *p = izl_new_population(L, &config);
    config.log = izl_log(p->text);
    izl_check(L, izh_population_create(&p->population, &config), p->text);
    return 1;
}

static void destroy(struct izl_population *p)
{
    if (p->network)
        izh_network_destroy(p->network);
    else
        izh_population_destroy(p->population);
    free(p->spikes);
    free(p->told.sent);
    p->told = (struct izl_told){NULL, 0};
    p->network = NULL;
    p->population = NULL;
    p->spikes = NULL;
    p->count = p->capacity = 0;
    p->shown = (izh_spikes){NULL, 0};
    p->generation++;
}

static int collect(lua_State *L)
{
    struct izl_population *p = luaL_checkudata(L, 1, IZL_POPULATION);
    if (!p->call) /* else Lua itself ends inside a callback */
        destroy(p);
    return 0;
}

int izl_population_close(lua_State *L)
{
    struct izl_population *p = luaL_checkudata(L, 1, IZL_POPULATION);
    if (p->call)
        izl_fail(L, IZH_E_BUSY, "close inside a callback");
    destroy(p);
    lua_newtable(L); /* it keeps nothing any more */
    izl_set_refs(L, 1);
    return 0;
}

static int close(lua_State *L)
{
    const struct izl_population *p = luaL_checkudata(L, 1, IZL_POPULATION);
    if (p->network)
        izl_fail(L, IZH_E_BUSY, "these neurons are a network's: use network:close()");
    return izl_population_close(L);
}

static int describe(lua_State *L)
{
    const struct izl_population *p = luaL_checkudata(L, 1, IZL_POPULATION);
    if (p->population)
        izl_format(L, IZL_POPULATION ": %" PRIu32 " neurons, %s at %g ms", p->n,
                   izh_method_name(p->method ? p->method : IZH_MIDPOINT),
                   izh_population_time(p->population));
    else
        lua_pushliteral(L, IZL_POPULATION ": closed");
    return 1;
}

/* ---- reading ---- */

static int length(lua_State *L)
{
    izl_push_whole(L, izl_check_population(L)->n);
    return 1;
}

static int time(lua_State *L)
{
    lua_pushnumber(L, izh_population_time(izl_check_population(L)->population));
    return 1;
}

static int dt(lua_State *L)
{
    lua_pushnumber(L, izh_population_dt(izl_check_population(L)->population));
    return 1;
}

/* population:hash(): 16 hexadecimal digits, since not every Lua has integers of 64 bits */
static int hash(lua_State *L)
{
    char text[17];
    snprintf(text, sizeof text, "%016" PRIx64,
             izh_population_hash(izl_check_population(L)->population));
    lua_pushstring(L, text);
    return 1;
}

static int isa(lua_State *L)
{
    lua_pushstring(L, isa_names[izh_population_isa(izl_check_population(L)->population)]);
    return 1;
}

static izh_troubles get_troubles(lua_State *L)
{
    return izh_population_troubles(izl_check_population(L)->population);
}

static void push_trouble(lua_State *L, const izh_trouble *trouble)
{
    lua_createtable(L, 0, 3);
    izl_set_number(L, "t", trouble->t);
    izl_set_whole(L, "neuron", trouble->i);
    izl_set_string(L, "status", izh_status_name(trouble->status));
}

/* population:troubles(): a list of those known, and how many there are */
static int troubles(lua_State *L)
{
    const uint64_t total = get_troubles(L).total;
    lua_createtable(L, (int)get_troubles(L).count, 0);
    for (size_t k = 0; k < get_troubles(L).count; k++) {
        const izh_trouble trouble = get_troubles(L).data[k];
        push_trouble(L, &trouble);
        lua_rawseti(L, -2, (int)(k + 1));
    }
    izl_push_whole(L, total);
    return 2;
}

/* population:statistics() */
static int statistics(lua_State *L)
{
    struct izl_population *p = izl_check_population(L);
    izh_population_statistics n = IZH_POPULATION_STATISTICS_INIT;
    izl_population_checked(L, p, izh_population_get_statistics(p->population, &n));
    lua_createtable(L, 0, 3);
    izl_set_whole(L, "unstable_steps", n.unstable_steps);
    if (n.unstable_steps) {
        izl_set_number(L, "unstable_t", n.unstable_t);
        izl_set_whole(L, "unstable_neuron", n.unstable_i);
    }
    return 1;
}

static int message(lua_State *L)
{
    char text[IZL_MESSAGE];
    const struct izl_population *p = izl_check_population(L);
    izl_in_lua(text, izh_population_message(p->population), p->first);
    lua_pushstring(L, text);
    return 1;
}

/* ---- blobs ---- */

static size_t save_blob(lua_State *L, void *buffer, size_t capacity)
{
    return izh_population_save(izl_check_population(L)->population, buffer, capacity);
}

/* population:save(): a string */
static int save(lua_State *L)
{
    izl_push_blob(L, save_blob);
    return 1;
}

/* population:load(string) */
static int load(lua_State *L)
{
    size_t size;
    struct izl_population *p = izl_check_population(L);
    const char *blob = izl_string(L, 2, &size);
    if (p->network)
        izl_fail(L, IZH_E_BUSY, "these neurons are a network's: use network:load(blob)");
    return izl_population_checked(L, p, izh_population_load(p->population, blob, size));
}

/* population.I = 10 */
static int set_field(lua_State *L)
{
    static const struct izl_hint hints[] = {{"I", "set_current(I)"},
                                            {"current", "set_current(I)"},
                                            {"stimulus", "set_stimulus{samples = ...}"},
                                            {"v", "set_state(v, u)"},
                                            {"u", "set_state(v, u)"},
                                            {"state", "set_state(v, u)"},
                                            {"params", "set_params(params)"},
                                            {"on_spikes", "on_spikes(function)"},
                                            {"on_current", "on_current(function)"},
                                            {"time", "run(t_end)"},
                                            {NULL, NULL}};
    return izl_no_field(L, "population", hints);
}

static void add_methods(lua_State *L, const luaL_Reg *methods)
{
    luaL_getmetatable(L, IZL_POPULATION);
    lua_getfield(L, -1, "__index");
    izl_register(L, methods);
    lua_pop(L, 2);
}

void izl_open_population(lua_State *L)
{
    static const luaL_Reg methods[] = {{"time", time},
                                       {"dt", dt},
                                       {"hash", hash},
                                       {"isa", isa},
                                       {"troubles", troubles},
                                       {"statistics", statistics},
                                       {"message", message},
                                       {"save", save},
                                       {"load", load},
                                       {"close", close},
                                       {NULL, NULL}};
    static const luaL_Reg meta[] = {{"__gc", collect},        {"__close", close},
                                    {"__len", length},        {"__newindex", set_field},
                                    {"__tostring", describe}, {NULL, NULL}};
    izl_class(L, IZL_POPULATION, methods, meta);
    add_methods(L, izl_population_neurons);
    add_methods(L, izl_population_running);
    add_methods(L, izl_population_stimulus);
    lua_pushcfunction(L, create);
    lua_setfield(L, -2, "Population");
}
