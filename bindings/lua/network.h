/* What the files of izh.Network share. */
#ifndef IZL_NETWORK_H
#define IZL_NETWORK_H

#include "population.h"

/* The neurons of the network at argument 1, which they replace there: they hold all that the
 * network has, and from here on izl_check_population() is the check. */
struct izl_population *izl_network(lua_State *L);
/* Raises the status if it is an error. Messages count synapses and spikes from `first`. */
int izl_network_checked(lua_State *L, const struct izl_population *p, izh_status status,
                        unsigned first);
/* Builds the network whose neurons are at argument 1. In a callback it does nothing: there the
 * library refuses what needs the network built. */
struct izl_population *izl_network_ready(lua_State *L);
/* The index of the receptor whose name is at index; without one, of the only one. */
uint32_t izl_receptor(lua_State *L, int index);

/* Columns that are of one length, or numbers. */
struct izl_shape {
    size_t n; /* 1 where all are numbers */
    int given;
    unsigned first; /* what messages count from */
};
#define IZL_SHAPE \
    {             \
        1, 0, 1   \
    }
/* The column at index; pushes one value, which keeps it. */
struct izl_numbers izl_shaped(lua_State *L, int index, const char *name, struct izl_shape *shape);

/* A grid of ticks, and whether times may be rounded to it. */
struct izl_grid {
    double dt;
    int to_nearest;
};
/* A time in ticks, at most so many: whole, to 4 units in the last place, unless it may be rounded.
 */
uint32_t izl_ticks(lua_State *L, const char *name, const struct izl_numbers *times, size_t i,
                   struct izl_grid grid, uint32_t most);

/* A rule, an option of the table at index; nil stands for no rule. Values are the library's to
 * check. */
izh_stp izl_stp(lua_State *L, int index, const char *name);
izh_stdp izl_stdp(lua_State *L, int index, const char *name, struct izl_grid grid);

/* Keeps the rules of the table at argument 2, which are in config, as those of the next group. The
 * neurons of the network are at argument 1. */
void izl_keep_rules(lua_State *L, const izh_group_config *config, struct izl_grid grid);

extern const luaL_Reg izl_network_synapses[];    /* network_synapses.c: methods */
extern const luaL_Reg izl_network_group_rules[]; /* network_rules.c: methods */
extern const luaL_Reg izl_network_rules[];       /* functions */

#endif
