/* The synapses of a network: groups, each cut into tracts by part of the population and range of
 * sources. */
#ifndef IZH_LIB_WIRING_H
#define IZH_LIB_WIRING_H

#include "network/receptors.h"
#include "network/stdp.h"
#include "network/stp.h"
#include "network/tract.h"

#define IZH_SHELVES_MOST 32 /* ranges of sources */

struct izh_group {
    uint32_t receptor;
    size_t count;             /* synapses */
    uint32_t base, span;      /* its sources are base ... base + span - 1 */
    struct izh_tract *tracts; /* of each part, those of each shelf; NULL: no synapses yet */
    struct izh_stp_group stp;
    struct izh_stdp_group stdp;
};

/* The groups, and how the population's neurons lie in parts. */
struct izh_wiring {
    const izh_allocator *allocator;
    struct izh_group *group;
    uint32_t count, room; /* of groups */
    uint32_t n;           /* neurons */
    size_t part_size, part_count;
    uint32_t shelf_bits, shelves; /* source s is on shelf s >> shelf_bits */
    uint32_t neurons;             /* sources below are neurons */
    uint32_t shortest; /* delay of a synapse from a neuron so far; UINT32_MAX before the first */
    uint32_t longest;  /* delay of all synapses so far */
    uint32_t delay_least, delay_most; /* these when measured, or what slices agree on */
    uint32_t fan_out;                 /* the most groups in which a source has synapses */
    bool built;
};

/* Without groups: onto n neurons in parts of a size, from `neurons` of the whole network and so
 * many sources. */
struct izh_wiring izh_wiring_init(const izh_allocator *allocator, uint32_t n, size_t part_size,
                                  uint32_t neurons, uint32_t sources);

/* A group more; false where there is no memory. */
bool izh_wiring_add_group(struct izh_wiring *w, uint32_t receptor);

/* Whether a group may have so many synapses more: an answer before any is looked at. */
bool izh_wiring_has_room(const struct izh_wiring *w, uint32_t group, size_t more);

/* Adds synapses, which are right, to a group; false where there is no memory: none is added then.
 */
bool izh_wiring_connect(struct izh_wiring *w, uint32_t group, const struct izh_receptor_law *law,
                        const izh_synapse *synapses, size_t count);

/* Finds delays and fan_out of all synapses. */
void izh_wiring_measure(struct izh_wiring *w);

/* Builds all tracts. NULL, or why it could not: nothing has changed then that could be seen. */
const char *izh_wiring_build(struct izh_wiring *w);

/* Whether a neuron has more synapses of one receptor than a sum of 64 bits can bear. */
bool izh_wiring_fits_sums(const struct izh_wiring *w, uint32_t *neuron, uint32_t *receptor,
                          bool *memory);

/* A sum over the synapses of mixes of group, source, target counted from `first`, delay and,
 * where that is wanted, weight: so slices add up. With weights, groups that learn are left out. */
uint64_t izh_wiring_hash(const struct izh_wiring *w, uint64_t first, bool with_weights);
/* That of one synapse, with its weight; `first` is the first neuron of its part. */
uint64_t izh_wiring_mix(uint32_t group, uint32_t source, uint64_t first, struct izh_wire wire);

void izh_wiring_release(struct izh_wiring *w);

/* The tract of a group on a part from a source; the group has synapses. */
static inline struct izh_tract *izh_tract_of(const struct izh_wiring *w,
                                             const struct izh_group *group, size_t part,
                                             uint32_t source)
{
    return &group->tracts[part * w->shelves + (source >> w->shelf_bits)];
}

#define IZH_WALK_PARTS 32

/* One after another the synapses of a built group, in the order in which the host reads them. */
struct izh_walk {
    const struct izh_wiring *wiring;
    const struct izh_group *group;
    size_t left;
    uint32_t source, delay; /* where it is */
    size_t part;
    struct izh_row row;                  /* what is left of those of the part */
    struct izh_row rows[IZH_WALK_PARTS]; /* and of the other ones; later parts are searched */
};

/* From synapse `first` on, `count` of them. */
struct izh_walk izh_walk_from(const struct izh_wiring *w, uint32_t group, size_t first,
                              size_t count);
/* The next one, its source and target; NULL at the end. */
struct izh_wire *izh_walk_next(struct izh_walk *walk, uint32_t *source, uint32_t *target);

#endif
