/* Learning: what spikes do to plastic synapses. A synapse's weight depends only on the spikes of
 * its own source and target. So a synapse is updated when a spike arrives; then it also gets the
 * effects of its target's spikes since the last arrival. Before those are forgotten, and whenever
 * the host asks, all synapses catch up, which changes no bit. The parts of the population learn
 * independently.
 *
 * A tick is learned as a whole: first the targets' spikes that count at it, then the arrivals. */
#ifndef IZH_LIB_LEARN_H
#define IZH_LIB_LEARN_H

#include "cells/cells.h"
#include "network/arrivals.h"

/* Learns, in the order of time, all that is due before a tick. */
void izh_learn_until(struct izh_arrivals *a, struct izh_cells *cells, int64_t tick);
/* Settles what waited in the groups whose sweep is due at a tick, once for each sweep. All before
 * the tick has to be learned. */
void izh_learn_sweep(struct izh_arrivals *a, struct izh_cells *cells, int64_t tick);
/* Makes all synapses of a group catch up with what was learned. */
void izh_learn_catch_up(struct izh_arrivals *a, struct izh_cells *cells, uint32_t group);

/* The weight of a synapse of the wiring once it has caught up; the synapse is not changed. The
 * group may be one that does not learn. */
struct izh_weight izh_learn_weight(const struct izh_arrivals *a, uint32_t group, uint32_t source,
                                   uint32_t target, const struct izh_wire *wire);

/* The sum over a learning group's synapses, which izh_wiring_hash() leaves out. */
uint64_t izh_learn_hash(const struct izh_arrivals *a, uint32_t group, uint64_t first);

/* After a load: takes up the spikes on their way anew. All before the tick is learned, and the
 * synapses have caught up with it. */
void izh_learn_restore(struct izh_arrivals *a, int64_t tick);

#endif
