/* What the files of izh.Population share. */
#ifndef IZL_POPULATION_H
#define IZL_POPULATION_H

#include "binding.h"

/* Places of what a population keeps alive. */
enum {
    IZL_ON_SPIKES = 1,
    IZL_ON_CURRENT,
    IZL_VIEW,
    IZL_RECORDING,
    IZL_EXCHANGE,  /* the rest is of a network's */
    IZL_RECEPTORS, /* a table from names to indices */
    IZL_RULES      /* a list: of each group a string of bytes */
};

struct izl_recording {
    izh_state *states; /* in the same userdata, as the neurons */
    uint32_t *neurons;
    size_t count;
};

struct izl_population {
    izh_population *population; /* NULL once closed */
    izh_network *network;       /* whose neurons they are; NULL for others, and once closed */
    int of_network;
    int exchanging;        /* in a callback that may not even read the network */
    uint32_t all, sources; /* neurons of the whole network, and its sources */
    struct izl_told {
        izh_sent *sent; /* what an exchange gave */
        size_t capacity;
    } told;
    izh_receptor receptors[IZH_RECEPTORS_MAX];
    uint32_t spare[IZH_RECEPTORS_MAX]; /* 1 + the group whose synapses had no memory */
    uint32_t groups;
    uint32_t n;
    uint64_t place;                  /* the index of its first neuron in the whole network */
    struct izl_call *call;           /* while a run is under way */
    struct izl_buffer *view;         /* for on_current; NULL where there is none */
    struct izl_recording *recording; /* NULL where there is none */
    izh_spike *spikes;               /* all of the last run */
    size_t count, capacity;
    izh_spikes shown;    /* what iterators go through: `spikes`, or those of a callback */
    unsigned generation; /* of what is shown */
    izh_method method;
    unsigned first; /* what the indices of the last recording's neurons count from */
    int stopped;    /* by on_current, in the run under way */
    char note[128]; /* about what on_current gave in it; empty where that was well */
    char text[IZL_MESSAGE];
};

/* The options of izh.Population at argument 1, or those that it shares with izh.Network. */
izh_population_config izl_population_config(lua_State *L, int network);
/* Pushes a population that has no counterpart in C yet. */
struct izl_population *izl_new_population(lua_State *L, const izh_population_config *config);
struct izl_population *izl_check_population(lua_State *L);
int izl_population_checked(lua_State *L, const struct izl_population *p, izh_status status);

/* What the functions do, for the population at argument 1, whosever it is. */
int izl_population_close(lua_State *L);
int izl_population_go(lua_State *L); /* runs to argument 2 */
int izl_population_spikes(lua_State *L);
int izl_population_spike_count(lua_State *L);

/* Neurons first .. first + count - 1 of `all`, from arguments; count is by default n, or where that
 * is 0 (one value for all) the rest. Messages call them `of`. */
struct izl_range {
    uint32_t first, count;
};
struct izl_range izl_get_range(lua_State *L, uint32_t all, const char *of, int argument, size_t n,
                               const char *what);
/* The numbers at an argument: *n is how many there are, 0 for one that is for all. An empty list is
 * as good as a count of 0. */
struct izl_numbers izl_column(lua_State *L, int index, const char *name, size_t *n);
/* The buffer at an argument with room for count, or a new one; pushes it. */
double *izl_target(lua_State *L, int argument, size_t count);

extern const luaL_Reg izl_population_neurons[];  /* population_neurons.c */
extern const luaL_Reg izl_population_running[];  /* population_run.c */
extern const luaL_Reg izl_population_stimulus[]; /* population_stimulus.c */

#endif
