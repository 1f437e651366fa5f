/* Spikes on their way, and their arrival: each tick's sums of weights, part by part. Synapses take
 * up a spike when they are due, not when it is emitted. So a part needs the sums of few ticks,
 * which stay in the cache. */
#ifndef IZH_LIB_ARRIVALS_H
#define IZH_LIB_ARRIVALS_H

#include "network/plastic.h"

/* A spike on its way: its source, and the lower bits of the tick at which it counts. */
struct izh_on_way {
    uint32_t source, tick;
};

/* A spike on its way to a part by the synapses of a group. If its row has only one start, `next` is
 * the first synapse that has not taken it up. */
struct izh_arrival {
    uint32_t tick, group, source, next;
    uint32_t factor; /* by short-term plasticity: the share of a weight that it delivers */
};

/* The spikes on their way to a part. There are two sides because a block may be taken back. */
struct izh_part_arrivals {
    struct izh_arrival *list[2];
    size_t count[2];
};

struct izh_arrivals {
    const izh_allocator *allocator;
    const struct izh_wiring *wiring;
    struct izh_plastic *plastic; /* is told of each spike; NULL: no group is plastic */
    struct izh_on_way *ring;     /* `count` from `head` on, of which the parts have taken `seen` */
    size_t room, head, count, seen;
    uint32_t first; /* the number of the spike at the head, modulo 2^32 */
    bool fixed;     /* room must not grow */
    struct izh_part_arrivals *parts;
    size_t part_room;
};

/* The wiring has to be measured before this. A room other than 0 is fixed. Returns false if there
 * is no memory. */
bool izh_arrivals_init(struct izh_arrivals *a, const izh_allocator *allocator,
                       const struct izh_wiring *wiring, struct izh_plastic *plastic, size_t room);
void izh_arrivals_release(struct izh_arrivals *a);

/* Makes room for `more` spikes besides those that are on their way. Returns false if there is no
 * memory; then nothing has changed. */
bool izh_arrivals_reserve(struct izh_arrivals *a, size_t more);

static inline size_t izh_arrivals_free(const struct izh_arrivals *a)
{
    return a->room - a->count;
}

/* The place in the ring of spike k, counted from the head. */
static inline size_t izh_place_at(const struct izh_arrivals *a, size_t k)
{
    const size_t at = a->head + k;
    return at < a->room ? at : at - a->room;
}

static inline struct izh_on_way *izh_on_way_at(const struct izh_arrivals *a, size_t k)
{
    return &a->ring[izh_place_at(a, k)];
}

/* Adds a spike, for which there is room. Plastic groups must be told of it after that. */
static inline void izh_arrivals_put(struct izh_arrivals *a, uint32_t source, int64_t tick)
{
    *izh_on_way_at(a, a->count++) = (struct izh_on_way){source, (uint32_t)tick};
}

/* Tells plastic groups of spike k, which counts at a tick that is not before those of its source's
 * earlier spikes. */
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

/* Tells plastic groups of all spikes from k on, which may be in any order. `now` is a tick near
 * theirs. */
void izh_arrivals_tell(struct izh_arrivals *a, size_t k, int64_t now);

/* Takes back all spikes but the first `count`. */
void izh_arrivals_take_back(struct izh_arrivals *a, size_t count);

/* Whether a spike may still be due at this tick or later. */
static inline bool izh_on_way_is_alive(const struct izh_arrivals *a, const struct izh_on_way *spike,
                                       int64_t tick)
{
    return (int32_t)((uint32_t)tick - spike->tick) <= (int64_t)a->wiring->delay_most;
}

/* Whether a source's spike is still on its way at this tick. */
static inline bool izh_past_is_alive(const struct izh_arrivals *a, struct izh_past spike,
                                     int64_t tick)
{
    return tick - spike.tick <= (int64_t)a->wiring->delay_most;
}

static inline size_t izh_place_of(const struct izh_arrivals *a, struct izh_past spike)
{
    return izh_place_at(a, spike.number - a->first);
}

/* Finds the past of a followed source before the first of its spikes that are still alive, and that
 * spike's place. Returns false if none is alive; *past is then the present one. */
bool izh_arrivals_rewind(const struct izh_arrivals *a, uint32_t i, int64_t tick,
                         struct izh_past *past, size_t *place);

/* Drops spikes that nobody waits for at this tick or later. */
void izh_arrivals_trim(struct izh_arrivals *a, int64_t tick);

/* Adds what is due for a part, from `tick` on over the ticks of the rows, to the sums of the rows.
 * The first call in a block goes from one side to the other, the next ones stay there. */
void izh_arrivals_deliver(struct izh_arrivals *a, const struct izh_receptors *receptors,
                          size_t part, int64_t tick, const struct izh_rows *rows, int from, int to);

/* Rebuilds one side of all parts from the spikes on their way, before any is due at `tick`. */
void izh_arrivals_restore(struct izh_arrivals *a, int64_t tick, int side);

#endif
