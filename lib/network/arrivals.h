/* Spikes on their way, and their arrival: each tick's sums of weights, part by part. A spike is
 * taken up by its synapses when they are due, not when it is emitted: so a part needs the sums of
 * few ticks, which stay in the cache. */
#ifndef IZH_LIB_ARRIVALS_H
#define IZH_LIB_ARRIVALS_H

#include "network/plastic.h"

/* A spike on its way: who, and the lower bits of the tick at which it counts. */
struct izh_on_way {
    uint32_t source, tick;
};

/* A spike on its way to a part by the synapses of a group. Where its row has one start, `next` is
 * the first synapse that has not taken it up. */
struct izh_arrival {
    uint32_t tick, group, source, next;
    uint32_t factor; /* by short-term plasticity: what it delivers of a weight */
};

/* What is on its way to a part; two sides, for a block may be taken back. */
struct izh_part_arrivals {
    struct izh_arrival *list[2];
    size_t count[2];
};

struct izh_arrivals {
    const izh_allocator *allocator;
    const struct izh_wiring *wiring;
    struct izh_plastic *plastic; /* is told of each spike; NULL: nobody is */
    struct izh_on_way *ring;     /* `count` from `head` on, of which the parts have had `seen` */
    size_t room, head, count, seen;
    uint32_t first; /* the number of the one at the head, modulo 2^32 */
    bool fixed;     /* room does not grow */
    struct izh_part_arrivals *parts;
    size_t part_room;
};

/* After the wiring is built; with fixed room unless it is 0. False where there is no memory. */
bool izh_arrivals_init(struct izh_arrivals *a, const izh_allocator *allocator,
                       const struct izh_wiring *wiring, struct izh_plastic *plastic, size_t room);
void izh_arrivals_release(struct izh_arrivals *a);

/* Makes room for `more` spikes beside those that are on their way; false where there is no memory:
 * nothing has changed then. */
bool izh_arrivals_reserve(struct izh_arrivals *a, size_t more);

static inline size_t izh_arrivals_free(const struct izh_arrivals *a)
{
    return a->room - a->count;
}

/* Its place in the ring. */
static inline size_t izh_place_at(const struct izh_arrivals *a, size_t k)
{
    const size_t at = a->head + k;
    return at < a->room ? at : at - a->room;
}

static inline struct izh_on_way *izh_on_way_at(const struct izh_arrivals *a, size_t k)
{
    return &a->ring[izh_place_at(a, k)];
}

/* There is room. Plastic groups must be told then. */
static inline void izh_arrivals_put(struct izh_arrivals *a, uint32_t source, int64_t tick)
{
    *izh_on_way_at(a, a->count++) = (struct izh_on_way){source, (uint32_t)tick};
}

/* Tells plastic groups of the one at k, which counts at a tick not before those of its source. */
static inline void izh_arrivals_note(struct izh_arrivals *a, size_t k, int64_t tick)
{
    const size_t place = izh_place_at(a, k);
    const struct izh_past spike = {tick, a->first + (uint32_t)k};
    if (a->plastic)
        izh_plastic_spike(a->plastic, place, a->ring[place].source, spike);
}

static inline void izh_arrivals_add(struct izh_arrivals *a, uint32_t source, int64_t tick)
{
    izh_arrivals_put(a, source, tick);
    izh_arrivals_note(a, a->count - 1, tick);
}

/* Tells of all from k on, at a tick, whatever order they were put in. */
void izh_arrivals_tell(struct izh_arrivals *a, size_t k, int64_t now);

/* Takes back all but the first `count`. */
void izh_arrivals_take_back(struct izh_arrivals *a, size_t count);

/* Whether a spike may still be due at this tick or later. */
static inline bool izh_on_way_is_alive(const struct izh_arrivals *a, const struct izh_on_way *spike,
                                       int64_t tick)
{
    return (int32_t)((uint32_t)tick - spike->tick) <= (int64_t)a->wiring->delay_most;
}

/* Whether a source's spike is still there at this tick, and where. */
static inline bool izh_past_is_alive(const struct izh_arrivals *a, struct izh_past spike,
                                     int64_t tick)
{
    return tick - spike.tick <= (int64_t)a->wiring->delay_most;
}

static inline size_t izh_place_of(const struct izh_arrivals *a, struct izh_past spike)
{
    return izh_place_at(a, spike.number - a->first);
}

/* A followed source as it was before the first of its spikes that are still alive; `place` is that
 * spike's. False where none is: then its past is as it is now. */
bool izh_arrivals_rewind(const struct izh_arrivals *a, uint32_t i, int64_t tick,
                         struct izh_past *past, size_t *place);

/* Drops those that nobody waits for at this tick or later. */
void izh_arrivals_trim(struct izh_arrivals *a, int64_t tick);

/* Adds what is due for a part, from `tick` on over the ticks of the rows, to their sums. The first
 * time in a block it goes from one side to the other, then it stays there. */
void izh_arrivals_deliver(struct izh_arrivals *a, const struct izh_receptors *receptors,
                          size_t part, int64_t tick, const struct izh_rows *rows, int from, int to);

/* Makes a side of all parts anew from the spikes on their way, before any is due at `tick`. */
void izh_arrivals_restore(struct izh_arrivals *a, int64_t tick, int side);

#endif
