/* Spikes on their way, and their arrival: each tick's sums of weights, part by part. A spike is
 * taken up by its synapses when they are due, not when it is emitted: so a part needs the sums of
 * few ticks, which stay in the cache. */
#ifndef IZH_LIB_ARRIVALS_H
#define IZH_LIB_ARRIVALS_H

#include "network/wiring.h"

/* A spike on its way: who, and the lower bits of the tick at which it counts. */
struct izh_on_way {
    uint32_t source, tick;
};

/* A spike on its way to a part by the synapses of a group. Where its row has one start, `next` is
 * the first synapse that has not taken it up. */
struct izh_arrival {
    uint32_t tick, group, source, next;
};

/* What is on its way to a part; two sides, for a block may be taken back. */
struct izh_part_arrivals {
    struct izh_arrival *list[2];
    size_t count[2];
};

struct izh_arrivals {
    const izh_allocator *allocator;
    const struct izh_wiring *wiring;
    struct izh_on_way *ring; /* `count` from `head` on, of which the parts have had `seen` */
    size_t room, head, count, seen;
    bool fixed; /* room does not grow */
    struct izh_part_arrivals *parts;
    size_t part_room;
};

/* After the wiring is built; with fixed room unless it is 0. False where there is no memory. */
bool izh_arrivals_init(struct izh_arrivals *a, const izh_allocator *allocator,
                       const struct izh_wiring *wiring, size_t room);
void izh_arrivals_release(struct izh_arrivals *a);

/* Makes room for `more` spikes beside those that are on their way; false where there is no memory:
 * nothing has changed then. */
bool izh_arrivals_reserve(struct izh_arrivals *a, size_t more);

static inline size_t izh_arrivals_free(const struct izh_arrivals *a)
{
    return a->room - a->count;
}

static inline struct izh_on_way *izh_on_way_at(const struct izh_arrivals *a, size_t k)
{
    const size_t at = a->head + k;
    return &a->ring[at < a->room ? at : at - a->room];
}

/* There is room. */
static inline void izh_arrivals_add(struct izh_arrivals *a, uint32_t source, int64_t tick)
{
    *izh_on_way_at(a, a->count++) = (struct izh_on_way){source, (uint32_t)tick};
}

/* Whether a spike may still be due at this tick or later. */
static inline bool izh_on_way_is_alive(const struct izh_arrivals *a, const struct izh_on_way *spike,
                                       int64_t tick)
{
    return (int32_t)((uint32_t)tick - spike->tick) <= (int64_t)a->wiring->delay_most;
}

/* Drops those that nobody waits for at this tick or later. */
void izh_arrivals_trim(struct izh_arrivals *a, int64_t tick);

/* Adds what is due for a part, from `tick` on over the ticks of the rows, to their sums. The first
 * time in a block it goes from one side to the other, then it stays there. */
void izh_arrivals_deliver(struct izh_arrivals *a, const struct izh_receptors *receptors,
                          size_t part, int64_t tick, const struct izh_rows *rows, int from, int to);

/* Makes a side of all parts anew from the spikes on their way, before any is due at `tick`. */
void izh_arrivals_restore(struct izh_arrivals *a, int64_t tick, int side);

#endif
