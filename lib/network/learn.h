/* Learning: what spikes do to plastic synapses. A synapse's weight depends on its own two trains of
 * spikes alone, so a synapse is looked at when a spike arrives, and has the effects of its target's
 * spikes since the last arrival then. Before those are forgotten, and where the host asks, all
 * synapses catch up: that changes no bit. Parts of the population learn by themselves.
 *
 * A tick is learned as a whole: first the targets' spikes that count at it, then the arrivals. */
#ifndef IZH_LIB_LEARN_H
#define IZH_LIB_LEARN_H

#include "cells/cells.h"
#include "network/arrivals.h"

/* The cells learn, in the order of time, all that is due before a tick. */
void izh_learn_until(struct izh_arrivals *a, struct izh_cells *cells, int64_t tick);
/* Settles, once, what waited in groups whose sweep is due at a tick; all before it was learned. */
void izh_learn_sweep(struct izh_arrivals *a, struct izh_cells *cells, int64_t tick);
/* All synapses of a group catch up with what was learned. */
void izh_learn_catch_up(struct izh_arrivals *a, struct izh_cells *cells, uint32_t group);

/* What a synapse of the wiring is once it has caught up, without changing it. The group may be one
 * that does not learn. */
struct izh_weight izh_learn_weight(const struct izh_arrivals *a, uint32_t group, uint32_t source,
                                   uint32_t target, const struct izh_wire *wire);

/* The sum over a learning group's synapses that izh_wiring_hash leaves out. */
uint64_t izh_learn_hash(const struct izh_arrivals *a, uint32_t group, uint64_t first);

/* After a load: takes up the spikes on their way anew. All before the tick was learned, and the
 * synapses have caught up with it. */
void izh_learn_restore(struct izh_arrivals *a, int64_t tick);

#endif
