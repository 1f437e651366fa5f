/* A network's synapses: connecting, reading, weights. */
#include "network.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

/* ---- connecting ---- */

uint32_t izl_ticks(lua_State *L, const char *name, const struct izl_numbers *times, size_t i,
                   struct izl_grid grid, uint32_t most)
{
    const double ms = izl_at(times, i), ticks = rint(ms / grid.dt);
    if (!(ms >= 0))
        izl_fail(L, IZH_E_INVALID, "%s = %.15g ms is not 0 or more", izl_place(L, name, times, i),
                 ms);
    if (!(ticks <= most))
        izl_fail(L, IZH_E_INVALID, "%s = %.15g ms is more than %" PRIu32 " ticks, dt = %.15g ms",
                 izl_place(L, name, times, i), ms, most, grid.dt);
    if (!grid.to_nearest && !(fabs(ticks * grid.dt - ms) <= 4 * (nextafter(ms, INFINITY) - ms)))
        izl_fail(L, IZH_E_INVALID, "%s = %.15g ms is no multiple of dt = %.15g ms%s",
                 izl_place(L, name, times, i), ms, grid.dt,
                 ticks > 0 ? "; round = true takes the nearest one"
                           : izl_format(L, ", and nearer to 0: %s is in ms", name));
    return (uint32_t)ticks;
}

/* A weight. The library would refuse the same, but only once it has a group, which cannot be taken
 * away again. */
static double get_weight(lua_State *L, const struct izl_numbers *weight, size_t i,
                         const izh_receptor *receptor, const izh_stdp *stdp)
{
    const double w = izl_at(weight, i), range = receptor->range > 0 ? receptor->range : 1024;
    const double unit = range * 0x1p-31, rounded = rint(w / unit);
    if (isnan(w))
        izl_fail(L, IZH_E_INVALID, "%s = nan must be a number", izl_place(L, "weight", weight, i));
    if (receptor->kind == IZH_CONDUCTANCE && w < 0)
        izl_fail(L, IZH_E_INVALID, "%s = %.15g: a conductance is not negative; the sign is in E",
                 izl_place(L, "weight", weight, i), w);
    if (rounded == 0 && w != 0)
        izl_fail(L, IZH_E_INVALID,
                 "%s = %.15g would round to 0: weights are rounded to multiples of %.15g; the "
                 "receptor has range %.15g: choose a smaller one",
                 izl_place(L, "weight", weight, i), w, unit, range);
    if (!(fabs(rounded) < 0x1p31))
        izl_fail(L, IZH_E_INVALID, "%s = %.17g %s the receptor's range, %.15g%s",
                 izl_place(L, "weight", weight, i), w,
                 fabs(w) < range ? "rounds to" : "must be below", range,
                 fabs(w) < range ? ": it must be below that" : ", in size");
    if (stdp->w_min < stdp->w_max && /* else the rule is refused */
        (rounded < rint(stdp->w_min / unit) || rounded > rint(stdp->w_max / unit)))
        izl_fail(L, IZH_E_INVALID, "%s = %.15g is outside stdp's w_min = %.15g and w_max = %.15g",
                 izl_place(L, "weight", weight, i), w, stdp->w_min, stdp->w_max);
    return w;
}

struct columns {
    struct izl_numbers source, target, weight, delay;
    struct izl_shape shape;
    struct izl_grid grid;
};

/* A field of the table at argument 2; pushes what keeps it. */
static struct izl_numbers get_column(lua_State *L, const char *name, struct izl_shape *shape)
{
    lua_getfield(L, 2, name);
    return izl_shaped(L, -1, name, shape);
}

static struct izl_numbers get_delay(lua_State *L, struct izl_shape *shape)
{
    lua_getfield(L, 2, "delay");
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushnumber(L, 1);
    }
    return izl_shaped(L, -1, "delay", shape);
}

static struct columns get_columns(lua_State *L, double dt)
{
    struct columns c = {.shape = IZL_SHAPE, .grid = {.dt = dt}};
    luaL_checkstack(L, 16, NULL);
    c.source = get_column(L, "source", &c.shape);
    c.target = get_column(L, "target", &c.shape);
    c.weight = get_column(L, "weight", &c.shape);
    c.delay = get_delay(L, &c.shape);
    c.grid.to_nearest = izl_option_flag(L, 2, "round");
    return c;
}

static void fill(lua_State *L, const struct izl_population *p, const struct columns *c,
                 const izh_group_config *config, izh_synapse *synapses)
{
    const uint64_t sources = (uint64_t)p->all + p->sources;
    const izh_receptor *receptor = &p->receptors[config->receptor];
    for (size_t i = 0; i < c->shape.n; i++)
        synapses[i] = (izh_synapse){izl_index(L, "source", &c->source, i, sources),
                                    izl_index(L, "target", &c->target, i, p->n),
                                    izl_ticks(L, "delay", &c->delay, i, c->grid, IZH_DELAY_MAX), 0,
                                    get_weight(L, &c->weight, i, receptor, &config->stdp)};
}

/* ---- groups ---- */

static izh_group_config get_config(lua_State *L, struct izl_grid grid)
{
    izh_group_config config = IZH_GROUP_CONFIG_INIT;
    lua_getfield(L, 2, "receptor");
    config.receptor = (int32_t)izl_receptor(L, -1);
    lua_pop(L, 1);
    config.stp = izl_stp(L, 2, "stp");
    config.stdp = izl_stdp(L, 2, "stdp", grid);
    return config;
}

static int is_fixed(const izh_group_config *config)
{
    static const izh_group_config fixed = IZH_GROUP_CONFIG_INIT;
    return memcmp(&config->stp, &fixed.stp, sizeof fixed.stp) == 0 &&
           memcmp(&config->stdp, &fixed.stdp, sizeof fixed.stdp) == 0;
}

/* The library's message begins with its function, which is connect here. */
static void make_group(lua_State *L, const struct izl_population *p, const izh_group_config *config,
                       uint32_t *group)
{
    static const char own[] = "group:";
    const izh_status status = izh_network_group(p->network, config, group);
    const char *message = izh_network_message(p->network);
    if (status < 0 && strncmp(message, own, strlen(own)) == 0)
        message = izl_format(L, "connect:%s", message + strlen(own));
    izl_check(L, status, message);
}

/* network:connect{source = ..., target = ..., weight = ..., delay = 1, receptor = ..., stdp = ...,
 * stp = ...}: the number of their group */
static int connect(lua_State *L)
{
    static const char *const names[] = {"source", "target", "weight", "delay", "receptor",
                                        "round",  "stdp",   "stp",    NULL};
    const double dt = izh_population_dt(izl_network(L)->population);
    lua_settop(L, 2);
    izl_check_table(L, 2);
    izl_check_options(L, 2, names);
    const struct columns c = get_columns(L, dt);
    const izh_group_config config = get_config(L, c.grid);
    izh_synapse *synapses = izl_memory(L, c.shape.n, sizeof *synapses);
    fill(L, izl_check_population(L), &c, &config, synapses);
    izl_keep_rules(L, &config, c.grid); /* before: a finalizer may run, and close the network */
    struct izl_population *p = izl_check_population(L);
    /* A receptor's group without synapses is for its next fixed ones. */
    uint32_t none = 0, *spare = is_fixed(&config) ? &p->spare[config.receptor] : &none;
    uint32_t group = *spare - 1;
    if (!*spare) {
        make_group(L, p, &config, &group);
        p->groups = group + 1;
    }
    const izh_status status = izh_network_connect(p->network, group, synapses, c.shape.n);
    *spare = status == IZH_OK ? 0 : group + 1;
    izl_network_checked(L, p, status, c.shape.first);
    izl_push_whole(L, group);
    return 1;
}

/* ---- reading, and weights ---- */

static uint32_t get_group(lua_State *L)
{
    return (uint32_t)izl_whole(L, 2, UINT32_MAX);
}

/* network:count(group) */
static int count(lua_State *L)
{
    const struct izl_population *p = izl_network(L);
    izl_push_whole(L, izh_network_count(p->network, get_group(L)));
    return 1;
}

/* Synapses first .. first + count - 1 of a group, from arguments; count is by default n, or where
 * that is 0 the rest. An array alone is for all. */
struct part {
    uint32_t group;
    size_t first, count;
};

static struct part get_part(lua_State *L, const struct izl_population *p, int argument, size_t n)
{
    struct part part = {get_group(L), 0, 0};
    const size_t all = izh_network_count(p->network, part.group);
    const int which = !lua_isnoneornil(L, argument) || !lua_isnoneornil(L, argument + 1);
    if (n && !which && n != all)
        izl_fail(L, IZH_E_INVALID, "%zu weights for %zu synapses", n, all);
    part.first = (size_t)izl_whole_or(L, argument, all, 0);
    part.count = (size_t)izl_whole_or(L, argument + 1, all - part.first, n ? n : all - part.first);
    if (part.count > all - part.first || (n && n != part.count))
        izl_fail(L, IZH_E_INVALID, "%zu weights for %zu synapses", n ? n : part.count,
                 n ? part.count : all - part.first);
    return part;
}

#define PART 4096 /* synapses at a time */

static void read_synapses(lua_State *L, struct part part, izh_synapse *some,
                          double *const columns[4])
{
    const struct izl_population *p = izl_check_population(L);
    const double dt = izh_population_dt(p->population);
    size_t i = 0, n;
    do { /* once where there are none, for the group may be none */
        n = part.count - i < PART ? part.count - i : PART;
        izl_network_checked(
            L, p, izh_network_synapses(p->network, part.group, part.first + i, n, some), 1);
        for (size_t k = 0; k < n; k++) {
            columns[0][i + k] = some[k].source;
            columns[1][i + k] = some[k].target;
            columns[2][i + k] = some[k].delay * dt;
            columns[3][i + k] = some[k].weight;
        }
        i += n;
    } while (i < part.count);
}

/* network:synapses(group [, first [, count]]): buffers source, target, delay, weight */
static int synapses(lua_State *L)
{
    double *columns[4];
    izl_network(L);
    lua_settop(L, 4);
    const struct part part = get_part(L, izl_network_ready(L), 3, 0);
    izh_synapse *some = izl_memory(L, PART, sizeof *some);
    for (int k = 0; k < 4; k++)
        columns[k] = izl_new_buffer(L, part.count)->data;
    read_synapses(L, part, some, columns);
    return 4;
}

/* network:get_weights(group [, first [, count [, buffer]]]): a buffer, that given or a new one */
static int get_weights(lua_State *L)
{
    izl_network(L);
    lua_settop(L, 5);
    const struct part part = get_part(L, izl_network_ready(L), 3, 0);
    double *to = izl_target(L, 5, part.count);
    const struct izl_population *p = izl_check_population(L);
    izl_network_checked(
        L, p, izh_network_get_weights(p->network, part.group, part.first, part.count, to), 1);
    return 1;
}

/* network:set_weights(group, weight [, first [, count]]) */
static int set_weights(lua_State *L)
{
    struct izl_shape shape = IZL_SHAPE;
    izl_network(L);
    lua_settop(L, 5);
    const struct izl_numbers weight = izl_shaped(L, 3, "weight", &shape);
    const struct part part =
        get_part(L, izl_network_ready(L), 4, weight.kind == IZL_ONE ? 0 : shape.n);
    double *weights = izl_memory(L, part.count, sizeof *weights);
    for (size_t i = 0; i < part.count; i++)
        weights[i] = izl_at(&weight, i);
    const struct izl_population *p = izl_check_population(L);
    const izh_status status =
        izh_network_set_weights(p->network, part.group, part.first, part.count, weights);
    return izl_network_checked(L, p, status, shape.first);
}

/* network:set_gain(group, gain) */
static int set_gain(lua_State *L)
{
    izl_network(L);
    const uint32_t group = get_group(L);
    const double gain = izl_number(L, 3);
    const struct izl_population *p = izl_check_population(L);
    return izl_network_checked(L, p, izh_network_set_gain(p->network, group, gain), 1);
}

const luaL_Reg izl_network_synapses[] = {{"connect", connect},
                                         {"count", count},
                                         {"synapses", synapses},
                                         {"get_weights", get_weights},
                                         {"set_weights", set_weights},
                                         {"set_gain", set_gain},
                                         {NULL, NULL}};
