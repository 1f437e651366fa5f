/* Synapses: what the host says, and what that becomes once it is built: rows by source for each
 * part of the population, so that a part's targets are close together in memory. */
#ifndef IZH_LIB_WIRING_H
#define IZH_LIB_WIRING_H

#include <stdbool.h>

#include <izh/network.h>

#include "network/receptors.h"

/* A built synapse: delay << 16 | target, the target from the part's first neuron on. */
struct izh_wire {
    uint32_t word;
    int32_t k; /* weight */
};

#define IZH_WIRE_TARGETS 65536 /* the most neurons of a part */

static inline uint32_t izh_wire_delay(struct izh_wire wire)
{
    return wire.word >> 16;
}

static inline uint32_t izh_wire_target(struct izh_wire wire)
{
    return wire.word & 0xffff;
}

/* A group's synapses onto a part: those of source s are start[s - base] ... start[s - base + 1] -
 * 1, in the order of (delay, target, weight when built). */
struct izh_wires {
    uint32_t *start;
    struct izh_wire *wires;
};

/* A synapse that is not built yet. */
struct izh_loose_wire {
    uint32_t source, target, delay;
    int32_t k;
};

/* The synapses of one call of connect. */
struct izh_bundle {
    struct izh_bundle *next;
    size_t count;
    struct izh_loose_wire wires[];
};

struct izh_group {
    uint32_t receptor;
    size_t count; /* synapses */
    struct izh_bundle *bundles;
    uint32_t base, span;     /* its sources are base ... base + span - 1 */
    struct izh_wires *parts; /* NULL: not built */
};

/* The groups, and how the population's neurons lie in parts. */
struct izh_wiring {
    const izh_allocator *allocator;
    struct izh_group *group;
    uint32_t count, room; /* of groups */
    uint32_t n;           /* neurons */
    size_t part_size, part_count;
    uint32_t *merge;      /* of a walk: where each part's row is */
    uint32_t delay_least; /* over synapses from neurons; UINT32_MAX where there are none */
    uint32_t delay_most;  /* over all synapses */
    uint32_t fan_out;     /* the most groups in which a source has synapses */
    bool built;
};

/* A group more; false where there is no memory. */
bool izh_wiring_add_group(struct izh_wiring *w, uint32_t receptor);

/* An empty bundle of `count` wires, to be filled and added or given up; NULL where there is no
 * memory. */
struct izh_bundle *izh_bundle_new(const struct izh_wiring *w, size_t count);
void izh_bundle_release(const struct izh_wiring *w, struct izh_bundle *bundle);
void izh_wiring_add(struct izh_wiring *w, uint32_t group, struct izh_bundle *bundle);

/* Finds delays, spans and fan_out; `neurons` tells neurons from sources. */
void izh_wiring_measure(struct izh_wiring *w, uint32_t neurons);

/* Says how large the parts are. */
void izh_wiring_divide(struct izh_wiring *w, size_t part_size);

/* Sorts all groups into parts; measured and divided before. NULL, or why it could not: nothing has
 * changed then. */
const char *izh_wiring_build(struct izh_wiring *w);

/* Whether a neuron has more synapses of one receptor than a sum of 64 bits can bear. */
bool izh_wiring_fits_sums(const struct izh_wiring *w, uint32_t *neuron, uint32_t *receptor,
                          bool *memory);

/* A sum over the built synapses of mixes of group, source, target counted from `first`, delay and,
 * where that is wanted, weight: so slices add up. */
uint64_t izh_wiring_hash(const struct izh_wiring *w, uint64_t first, bool with_weights);
/* The same, with weights, of the synapses that are not built. */
uint64_t izh_wiring_hash_loose(const struct izh_wiring *w, uint64_t first);

void izh_wiring_release(struct izh_wiring *w);

/* One after another the synapses of a built group, in the order in which the host reads them. */
struct izh_walk {
    struct izh_wiring *wiring;
    struct izh_group *group;
    size_t left;
    uint32_t source, delay;
    size_t part;
};

/* From synapse `first` on, `count` of them. */
struct izh_walk izh_walk_from(struct izh_wiring *w, uint32_t group, size_t first, size_t count);
/* The next one, its source and target; NULL at the end. */
struct izh_wire *izh_walk_next(struct izh_walk *walk, uint32_t *source, uint32_t *target);

#endif
