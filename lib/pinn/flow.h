/* What a flow map holds. */
#ifndef IZH_LIB_FLOW_H
#define IZH_LIB_FLOW_H

#include <izh/flow.h>

#include "pinn/flow_map.h"
#include "util/report.h"

struct izh_flow {
    struct izh_flow_map map;
    double residual, residual_new;
    uint64_t seed;
    uint32_t points, iterations;
    uint64_t fingerprint; /* of everything that decides what the map computes; never 0 */

    izh_allocator allocator;
    struct izh_report report;
};

/* The largest residual that a step may have, as izh_flow_residual() measures it, if the host sets
 * none. */
#define IZH_FLOW_RESIDUAL 1e-4

enum {
    IZH_FLOW_POINTS_MIN = 100,
    IZH_FLOW_POINTS_MAX = 100000,
    IZH_FLOW_POINTS_DEFAULT = 3000
};

/* Makes the solution over a step with the map's network. Returns whether the map covers its
 * start. */
bool izh_flow_begin(const struct izh_flow_map *map, izh_state from, double I, double slope,
                    struct izh_flow_path *path);

/* Allocates an empty map; returns NULL if there is no memory. */
struct izh_flow *izh_flow_allocate(const izh_allocator *allocator, const izh_log *log);

/* Sets the fingerprint of a finished map. */
void izh_flow_seal(struct izh_flow *flow);

/* Finds the states that the map's neuron passes through under its currents. Returns false if they
 * run away. */
bool izh_flow_find_states(const struct izh_flow_map *map, struct izh_flow_region *region);

/* Trains the outer weights by damped Gauss-Newton steps, and sets what the object tells of its
 * training. The progress function may be NULL. Returns IZH_OK, IZH_STOPPED or IZH_E_MEMORY. */
izh_status izh_flow_descend(struct izh_flow *flow, izh_flow_progress_fn *progress, void *user);

#endif
