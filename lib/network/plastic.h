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
};

/* Whether a group is plastic. */
static inline bool izh_group_is_plastic(const struct izh_group *g)
{
    return g->stp.rule.U > 0;
}
bool izh_wiring_is_plastic(const struct izh_wiring *w);

/* Sources first .. end - 1, at least, besides those of the wiring, which is measured. Without
 * places yet. False where there is no memory. */
bool izh_plastic_init(struct izh_plastic *p, const izh_allocator *allocator,
                      struct izh_wiring *wiring, double dt, uint32_t first, uint32_t end);
void izh_plastic_release(struct izh_plastic *p);

/* Other places: the `count` from `head` on, around the end, become the first ones. False where
 * there is no memory: nothing has changed then. */
bool izh_plastic_resize(struct izh_plastic *p, size_t room, size_t head, size_t count);

/* A spike of a source is put at a place, or taken back from there, the last one first. */
void izh_plastic_spike(struct izh_plastic *p, size_t place, uint32_t source, struct izh_past spike);
void izh_plastic_take_back(struct izh_plastic *p, size_t place, uint32_t source);
/* As if no source had spiked. */
void izh_plastic_forget(struct izh_plastic *p);

#endif
