/* What the files of izh.Population share. */
#ifndef IZL_POPULATION_H
#define IZL_POPULATION_H

#include "binding.h"

/* Places of what a population keeps alive. */
enum {
    IZL_ON_SPIKES = 1,
    IZL_ON_CURRENT,
    IZL_VIEW,
    IZL_RECORDING
};

struct izl_recording {
    izh_state *states; /* in the same userdata, as the neurons */
    uint32_t *neurons;
    size_t count;
};

struct izl_population {
    izh_population *population; /* NULL once closed */
    uint32_t n;
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

struct izl_population *izl_check_population(lua_State *L);
int izl_population_checked(lua_State *L, const struct izl_population *p, izh_status status);

extern const luaL_Reg izl_population_neurons[]; /* population_neurons.c */
extern const luaL_Reg izl_population_running[]; /* population_run.c */

#endif
