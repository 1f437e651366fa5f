/* Learning: what spikes do to plastic synapses. A synapse's weight depends on its own two trains of
 * spikes alone, so a synapse is looked at when a spike arrives, and has the effects of its target's
 * spikes since the last arrival then. Before those are forgotten, and where the host asks, all
 * synapses catch up: that changes no bit. Parts of the population learn by themselves.
 *
 * Learned is a whole tick at a time: the targets' spikes that count at it, then the arrivals. */
#ifndef IZH_LIB_LEARN_H
#define IZH_LIB_LEARN_H

#include "cells/cells.h"
#include "network/arrivals.h"

/* What the cells have learned, in their order of time: */

/* all that is due before a tick; */
void izh_learn_until(struct izh_arrivals *a, struct izh_cells *cells, int64_t tick);
/* what waited in groups whose sweep is due at a tick, before which all was learned; once. */
void izh_learn_sweep(struct izh_arrivals *a, struct izh_cells *cells, int64_t tick);
/* All of a group catch up with what was learned. */
void izh_learn_catch_up(struct izh_arrivals *a, struct izh_cells *cells, uint32_t group);

/* A synapse as it is once it has caught up; it is one of the wiring's. Any group will do. */
struct izh_weight izh_learn_weight(const struct izh_arrivals *a, uint32_t group, uint32_t source,
                                   uint32_t target, const struct izh_wire *wire);

/* The sum over a learning group's synapses that izh_wiring_hash leaves out. */
uint64_t izh_learn_hash(const struct izh_arrivals *a, uint32_t group, uint64_t first);

/* Spikes on their way are taken up anew, where all before a tick was learned, and caught up with.
 */
void izh_learn_restore(struct izh_arrivals *a, int64_t tick);

#endif
