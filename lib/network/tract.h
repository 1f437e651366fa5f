/* A tract: a group's synapses from a range of sources onto a part of the population. They are loose
 * at first, in the order in which the host gives them; building sorts them into rows. A group is
 * divided into tracts so that a part's targets are close together in memory, and so that building
 * needs extra room for only one tract at a time. */
#ifndef IZH_LIB_TRACT_H
#define IZH_LIB_TRACT_H

#include <stdbool.h>

#include <izh/network.h>

/* A synapse: delay << 16 | target, where targets count from the part's first neuron. */
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

/* A synapse that is not built yet. */
struct izh_loose_wire {
    uint32_t source;
    struct izh_wire wire;
};

/* Loose synapses in the order of the calls. */
struct izh_slab {
    struct izh_slab *next;
    size_t count, room;
    struct izh_loose_wire wires[];
};

/* The sources of some synapses are base ... base + span - 1. */
struct izh_reach {
    uint32_t base, span, delay_least, delay_most;
};

struct izh_tract {
    struct izh_slab *first, *last; /* the last slab with synapses; an empty one may follow it */
    size_t loose, fresh;           /* synapses in the slabs; those of the call under way */
    struct izh_reach all;          /* of loose and built synapses */

    /* Set once built: a row for each source, in the order of (delay, target, weight when built). */
    struct izh_reach built;
    uint32_t count;
    bool by_delay;   /* a row has a start for each delay from the least on; else it has only one */
    uint32_t slots;  /* number of a row's starts */
    uint32_t *start; /* of the slots of all rows, and the end */
    struct izh_wire *wires;
    float *waits; /* of each synapse, what waits for a sweep; NULL if nothing does */
};

/* ---- loose ---- */

/* Makes room for the fresh synapses. Returns false if there is no memory. */
bool izh_tract_reserve(struct izh_tract *t, const izh_allocator *allocator);
/* Undoes izh_tract_reserve(). */
void izh_tract_give_up(struct izh_tract *t, const izh_allocator *allocator);
/* Adds one of the fresh synapses, for which there is room. */
void izh_tract_add(struct izh_tract *t, struct izh_loose_wire wire);

/* ---- built ---- */

/* What building sorts with: room for two copies of the largest tract. */
struct izh_sorter {
    struct izh_loose_wire *wires[2];
    size_t room;
};

size_t izh_tract_size(const struct izh_tract *t);
/* Makes rows of all that is loose, and of what was built before. Returns NULL, or why it could not;
 * nothing has changed then. */
const char *izh_tract_build(struct izh_tract *t, const izh_allocator *allocator,
                            struct izh_sorter *sorter);
/* Makes room for what waits. Returns false if there is no memory. */
bool izh_tract_wait(struct izh_tract *t, const izh_allocator *allocator);
void izh_tract_release(struct izh_tract *t, const izh_allocator *allocator);

/* Where a built row begins and ends. */
struct izh_row {
    uint32_t first, end;
};

static inline const uint32_t *izh_tract_starts(const struct izh_tract *t, uint32_t source)
{
    return t->start + (size_t)(source - t->built.base) * t->slots;
}

/* The row is empty if the source has no synapses. */
static inline struct izh_row izh_tract_row(const struct izh_tract *t, uint32_t source)
{
    if (source - t->built.base >= t->built.span)
        return (struct izh_row){0, 0};
    const uint32_t *start = izh_tract_starts(t, source);
    return (struct izh_row){start[0], start[t->slots]};
}

#endif
