/* What plastic groups know of sources: when each spiked last, and what its spikes on their way
 * carry. All of it goes on when a spike is counted, and back when it is taken back. */
#ifndef IZH_LIB_PLASTIC_H
#define IZH_LIB_PLASTIC_H

#include "network/wiring.h"

/* Before the first spike of a source. */
#define IZH_NEVER (INT64_MIN / 2)

/* A source's last spike: when, and which one of all that have been put on their way. */
struct izh_past {
    int64_t tick;
    uint32_t number; /* modulo 2^32 */
};

/* A spike on its way to a part by the synapses of a group that learns, of which `next` is the first
 * that has not learned of it. */
struct izh_lesson {
    uint32_t number, group, next, end;
};

/* The lessons of a part, in the order in which they were put on their way. It has heard of the
 * spikes before number `heard`, and has put those before `posted` into its neurons' lines. */
struct izh_lessons {
    struct izh_lesson *list;
    size_t count;
    uint32_t heard, posted;
};

/* Sources from `base` on are followed: all that have synapses in a plastic group, and those that
 * this slice speaks for. */
struct izh_plastic {
    const izh_allocator *allocator;
    struct izh_wiring *wiring;
    double dt;
    uint32_t base, span;
    struct izh_past *last;   /* of each source */
    struct izh_past *before; /* of each place for a spike on its way: its source's spike before */
    void *places;            /* all that has an element for each place */
    size_t room;

    /* Where groups learn: */
    uint32_t first;          /* the index of neuron 0 */
    struct izh_posts *posts; /* one for each tau_minus */
    uint32_t posts_count;
    struct izh_lessons *lessons; /* of each part; NULL: no group learns */
    int64_t learned;             /* what is due before this tick was learned, */
    int64_t swept;               /* and also what waited for this one; else -1 */
    bool at_arrival;             /* some synapses change when spikes arrive */
};

/* Whether what arrives at a tick was learned although its block may still be taken back: then
 * nothing more may arrive at it. */
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

/* Follows the sources first .. end - 1, of which `first` is neuron 0, and those of the wiring,
 * which is measured and divided. There are no places yet. False where there is no memory. */
bool izh_plastic_init(struct izh_plastic *p, const izh_allocator *allocator,
                      struct izh_wiring *wiring, double dt, uint32_t first, uint32_t end);
void izh_plastic_release(struct izh_plastic *p);

/* How many ticks, at most `most`, a block that begins at a tick may have. */
int64_t izh_plastic_limit(const struct izh_plastic *p, int64_t tick, int64_t most);

/* Makes `room` places, of which the first are the `count` from `head` on, around the end, of those
 * before. False where there is no memory: nothing has changed then. */
bool izh_plastic_resize(struct izh_plastic *p, size_t room, size_t head, size_t count);

/* Puts a spike of a source at a place, or takes it back from there, the last one first. */
void izh_plastic_spike(struct izh_plastic *p, size_t place, uint32_t source, struct izh_past spike);
void izh_plastic_take_back(struct izh_plastic *p, size_t place, uint32_t source);

#endif
