/* The synapses of a network: groups, each divided into tracts by parts of the population and ranges
 * of sources. */
#ifndef IZH_LIB_WIRING_H
#define IZH_LIB_WIRING_H

#include "network/receptors.h"
#include "network/stdp.h"
#include "network/stp.h"
#include "network/tract.h"

#define IZH_SHELVES_MOST 32 /* the most ranges of sources */

struct izh_group {
    uint32_t receptor;
    size_t count;             /* number of synapses */
    uint32_t base, span;      /* its sources are base ... base + span - 1 */
    struct izh_tract *tracts; /* those of each part, one for each shelf; NULL: no synapses yet */
    struct izh_stp_group stp;
    struct izh_stdp_group stdp;
};

/* The groups, and how the population's neurons lie in parts. */
struct izh_wiring {
    const izh_allocator *allocator;
    struct izh_group *group;
    uint32_t count, room; /* number of groups, and of those for which there is room */
    uint32_t n;           /* number of neurons */
    size_t part_size, part_count;
    uint32_t shelf_bits, shelves; /* source s is on shelf s >> shelf_bits */
    uint32_t neurons;             /* sources below this are neurons */
    uint32_t shortest; /* the shortest delay of a synapse from a neuron so far; UINT32_MAX before
                          the first */
    uint32_t longest;  /* the longest delay of all synapses so far */
    uint32_t delay_least, delay_most; /* as measured, or as slices agreed */
    uint32_t fan_out;                 /* the most groups in which a source has synapses */
    bool built;
};

/* A wiring without groups, onto n neurons in parts of a size. Its sources are `neurons` neurons of
 * the whole network and `sources` sources. */
struct izh_wiring izh_wiring_init(const izh_allocator *allocator, uint32_t n, size_t part_size,
                                  uint32_t neurons, uint32_t sources);

/* Adds a group. Returns false if there is no memory. */
bool izh_wiring_add_group(struct izh_wiring *w, uint32_t receptor);

/* Whether a group may get so many more synapses; asked before any of them is looked at. */
bool izh_wiring_has_room(const struct izh_wiring *w, uint32_t group, size_t more);

/* Adds synapses, which were checked, to a group. Returns false if there is no memory; none is added
 * then. */
bool izh_wiring_connect(struct izh_wiring *w, uint32_t group, const struct izh_receptor_law *law,
                        const izh_synapse *synapses, size_t count);

/* Finds the delays and the fan_out of all synapses. */
void izh_wiring_measure(struct izh_wiring *w);

/* Builds all tracts. Returns NULL, or why it could not; then nothing has changed that could be
 * seen. */
const char *izh_wiring_build(struct izh_wiring *w);

/* Whether no neuron has more synapses of one receptor than a sum of 64 bits can bear. If one has,
 * *neuron and *receptor are which; if there is no memory to count, *memory is false. */
bool izh_wiring_fits_sums(const struct izh_wiring *w, uint32_t *neuron, uint32_t *receptor,
                          bool *memory);

/* A sum of hashes of all synapses: of group, source, target counted from `first`, delay and, if
 * that is wanted, weight. The sums of slices add up. With weights, groups that learn are left
 * out. */
uint64_t izh_wiring_hash(const struct izh_wiring *w, uint64_t first, bool with_weights);
/* The hash of one synapse with its weight; `first` is the first neuron of its part. */
uint64_t izh_wiring_mix(uint32_t group, uint32_t source, uint64_t first, struct izh_wire wire);

void izh_wiring_release(struct izh_wiring *w);

/* The tract of a group onto a part from a source. The group must have synapses. */
static inline struct izh_tract *izh_tract_of(const struct izh_wiring *w,
                                             const struct izh_group *group, size_t part,
                                             uint32_t source)
{
    return &group->tracts[part * w->shelves + (source >> w->shelf_bits)];
}

#define IZH_WALK_PARTS 32

/* A walk along the synapses of a built group, in the order in which the host reads them. */
struct izh_walk {
    const struct izh_wiring *wiring;
    const struct izh_group *group;
    size_t left;
    uint32_t source, delay; /* where the walk is */
    size_t part;
    struct izh_row row;                  /* what is left of the part's row */
    struct izh_row rows[IZH_WALK_PARTS]; /* those of other parts; later ones are searched */
};

/* Begins at synapse `first`, for `count` synapses. */
struct izh_walk izh_walk_from(const struct izh_wiring *w, uint32_t group, size_t first,
                              size_t count);
/* Returns the next synapse, its source and target; NULL at the end. */
struct izh_wire *izh_walk_next(struct izh_walk *walk, uint32_t *source, uint32_t *target);

#endif
