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
    uint64_t fingerprint; /* of all that decides what the map computes; never 0 */

    izh_allocator allocator;
    struct izh_report report;
};

/* How far the equation may be from holding in a step where the host does not say, as
 * izh_flow_residual has it. */
#define IZH_FLOW_RESIDUAL 1e-4

enum {
    IZH_FLOW_POINTS_MIN = 100,
    IZH_FLOW_POINTS_MAX = 100000,
    IZH_FLOW_POINTS_DEFAULT = 3000
};

/* The solution over a step under the map's network. Whether the map covers its start. */
bool izh_flow_begin(const struct izh_flow_map *map, izh_state from, double I, double slope,
                    struct izh_flow_path *path);

/* An empty map; NULL where there is no memory. */
struct izh_flow *izh_flow_allocate(const izh_allocator *allocator, const izh_log *log);

/* Sets the fingerprint of a finished map. */
void izh_flow_seal(struct izh_flow *flow);

/* The states that the map's neuron comes through under its currents, to *region; false where they
 * run away. */
bool izh_flow_find_states(const struct izh_flow_map *map, struct izh_flow_region *region);

/* The outer weights, by damped Gauss-Newton steps; sets what the object says of training. The
 * progress function may be NULL. IZH_OK, IZH_STOPPED or IZH_E_MEMORY. */
izh_status izh_flow_descend(struct izh_flow *flow, izh_flow_progress_fn *progress, void *user);

#endif
