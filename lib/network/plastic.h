/* What plastic groups know of sources: when each spiked last, and what its spikes on their way
 * carry. Counting a spike moves all of this on, and taking the spike back moves it back. */
#ifndef IZH_LIB_PLASTIC_H
#define IZH_LIB_PLASTIC_H

#include "network/wiring.h"

/* The tick of the last spike of a source that has not spiked. */
#define IZH_NEVER (INT64_MIN / 2)

/* A source's last spike: its tick, and its number among all that were put on their way. */
struct izh_past {
    int64_t tick;
    uint32_t number; /* modulo 2^32 */
};

/* A spike on its way to a part by the synapses of a group that learns. `next` is the first synapse
 * that has not learned of it. */
struct izh_lesson {
    uint32_t number, group, next, end;
};

/* The lessons of a part, in the order in which they were put on their way. The part has heard of
 * the spikes before number `heard`, and has put those of its own before `posted` into its neurons'
 * lines. */
struct izh_lessons {
    struct izh_lesson *list;
    size_t count;
    uint32_t heard, posted;
};

/* Sources from `base` on are followed: all that have synapses in a plastic group, and those whose
 * past is in this slice's hash. */
struct izh_plastic {
    const izh_allocator *allocator;
    struct izh_wiring *wiring;
    double dt;
    uint32_t base, span;
    struct izh_past *last;   /* of each source */
    struct izh_past *before; /* of each place of a spike on its way: its source's spike before */
    void *places;            /* the memory of all arrays that have an element for each place */
    size_t room;

    /* Only if groups learn: */
    uint32_t first;          /* the index of neuron 0 */
    struct izh_posts *posts; /* one for each tau_minus */
    uint32_t posts_count;
    struct izh_lessons *lessons; /* of each part; NULL: no group learns */
    int64_t learned;             /* what is due before this tick was learned, */
    int64_t swept;               /* the last tick whose sweep was done; -1: none */
    bool at_arrival;             /* some synapses change when spikes arrive */
};

/* Whether arrivals at a tick were learned although the tick's block may still be taken back.
 * Nothing more may arrive at that tick then. */
static inline bool izh_plastic_has_begun(const struct izh_plastic *p, int64_t tick)
{
    return p->at_arrival && p->learned > tick;
}

/* Whether a group is plastic. */
static inline bool izh_group_is_plastic(const struct izh_group *g)
{
    return g->stp.rule.U > 0 || izh_stdp_is(&g->stdp.rule);
}
bool izh_wiring_is_plastic(const struct izh_wiring *w);

/* Follows the sources first .. end - 1, where `first` is neuron 0, and those of the wiring, which
 * is measured and divided. There are no places yet. Returns false if there is no memory. */
bool izh_plastic_init(struct izh_plastic *p, const izh_allocator *allocator,
                      struct izh_wiring *wiring, double dt, uint32_t first, uint32_t end);
void izh_plastic_release(struct izh_plastic *p);

/* How many ticks, at most `most`, a block that begins at `tick` may have. */
int64_t izh_plastic_limit(const struct izh_plastic *p, int64_t tick, int64_t most);

/* Makes `room` places. The first of them are the `count` old ones from `head` on, which may go
 * around the old end. Returns false if there is no memory; then nothing has changed. */
bool izh_plastic_resize(struct izh_plastic *p, size_t room, size_t head, size_t count);

/* One puts a spike of a source at a place; the other takes it back, the last spike first. */
void izh_plastic_spike(struct izh_plastic *p, size_t place, uint32_t source, struct izh_past spike);
void izh_plastic_take_back(struct izh_plastic *p, size_t place, uint32_t source);

#endif
