#include "network/tract.h"

#include <string.h>

#include "util/memory.h"

#define LEAST_WIRE_ROOM 64
#define MOST_AHEAD ((size_t)1 << 18) /* room in a slab beyond what is asked for */
#define LONG_SLOT 8 /* so many synapses of a source and delay are worth a start of their own */
#define INSERT_WIRES_MOST 24

/* ---- loose ---- */

static size_t slab_size(size_t room)
{
    const size_t most = (SIZE_MAX - sizeof(struct izh_slab)) / sizeof(struct izh_loose_wire);
    return room > most ? 0 : sizeof(struct izh_slab) + room * sizeof(struct izh_loose_wire);
}

/* Asks for more than is needed now, since there may be many calls with few synapses each. */
static size_t choose_room(const struct izh_tract *t, size_t more)
{
    const size_t ahead = t->loose / 4 < MOST_AHEAD ? t->loose / 4 : MOST_AHEAD;
    const size_t least = ahead > LEAST_WIRE_ROOM ? ahead : LEAST_WIRE_ROOM;
    return more > least ? more : least;
}

bool izh_tract_reserve(struct izh_tract *t, const izh_allocator *allocator)
{
    const size_t free = t->last ? t->last->room - t->last->count : 0;
    if (t->fresh <= free)
        return true;
    const size_t room = choose_room(t, t->fresh - free), size = slab_size(room);
    struct izh_slab *slab = size ? izh_allocate_raw(allocator, size, 1) : NULL;
    if (!slab)
        return false;
    *slab = (struct izh_slab){NULL, 0, room};
    if (t->last)
        t->last->next = slab;
    else
        t->first = t->last = slab;
    return true;
}

static void release_slabs(struct izh_slab *slab, const izh_allocator *allocator)
{
    while (slab) {
        struct izh_slab *next = slab->next;
        izh_release(allocator, slab, slab_size(slab->room), 1);
        slab = next;
    }
}

void izh_tract_give_up(struct izh_tract *t, const izh_allocator *allocator)
{
    t->fresh = 0;
    if (!t->last)
        return;
    release_slabs(t->last->next, allocator);
    t->last->next = NULL;
    if (!t->loose) {
        release_slabs(t->first, allocator);
        t->first = t->last = NULL;
    }
}

static void extend(struct izh_reach *r, uint32_t source, uint32_t delay)
{
    const uint32_t end = r->base + r->span; /* below 2^32 */
    if (!r->span)
        *r = (struct izh_reach){source, 1, delay, delay};
    if (source < r->base) {
        r->span = end - source;
        r->base = source;
    } else if (source - r->base >= r->span) {
        r->span = source - r->base + 1;
    }
    r->delay_least = delay < r->delay_least ? delay : r->delay_least;
    r->delay_most = delay > r->delay_most ? delay : r->delay_most;
}

void izh_tract_add(struct izh_tract *t, struct izh_loose_wire wire)
{
    extend(&t->all, wire.source, izh_wire_delay(wire.wire));
    if (t->last->count == t->last->room)
        t->last = t->last->next;
    t->last->wires[t->last->count++] = wire;
    t->loose++;
    t->fresh--;
}

/* ---- sorting all of a tract by what is in a wire ---- */

/* Copies all synapses of the tract; returns how many there are. */
static size_t gather(const struct izh_tract *t, struct izh_loose_wire *to)
{
    size_t count = 0;
    for (uint32_t s = t->built.base; s - t->built.base < t->built.span; s++)
        for (struct izh_row row = izh_tract_row(t, s); row.first < row.end; row.first++)
            to[count++] = (struct izh_loose_wire){s, t->wires[row.first]};
    for (const struct izh_slab *slab = t->first; slab; slab = slab->next) {
        memcpy(to + count, slab->wires, slab->count * sizeof *to);
        count += slab->count;
    }
    return count;
}

/* Where digits are taken from: the word, or the weight with its sign bit turned. */
static inline uint32_t key_of(struct izh_wire wire, bool by_weight)
{
    return by_weight ? (uint32_t)wire.k ^ 0x80000000 : wire.word;
}

/* One pass of a radix sort, by eight bits. */
static void sort_pass(const struct izh_loose_wire *from, struct izh_loose_wire *to, size_t count,
                      int bits, bool by_weight)
{
    size_t place[257] = {0};
    for (size_t i = 0; i < count; i++)
        place[(key_of(from[i].wire, by_weight) >> bits & 0xff) + 1]++;
    for (int d = 0; d < 256; d++)
        place[d + 1] += place[d];
    for (size_t i = 0; i < count; i++)
        to[place[key_of(from[i].wire, by_weight) >> bits & 0xff]++] = from[i];
}

static uint32_t differing(const struct izh_loose_wire *wires, size_t count, bool by_weight)
{
    uint32_t differ = 0;
    for (size_t i = 1; i < count; i++)
        differ |= key_of(wires[i].wire, by_weight) ^ key_of(wires[0].wire, by_weight);
    return differ;
}

/* Sorts by the digits of a mask that differ, from the lowest one on. Returns the side where the
 * wires are then. */
static int sort_digits(const struct izh_sorter *sorter, int side, size_t count, uint32_t mask,
                       bool by_weight)
{
    const uint32_t differ = differing(sorter->wires[side], count, by_weight) & mask;
    for (int bits = 0; bits < 32; bits += 8)
        if (differ >> bits & 0xff) {
            sort_pass(sorter->wires[side], sorter->wires[!side], count, bits, by_weight);
            side = !side;
        }
    return side;
}

/* ---- rows ---- */

/* The slot that a wire is in. */
static inline size_t slot_of(const struct izh_tract *t, const struct izh_loose_wire *from)
{
    const uint32_t slot = t->by_delay ? izh_wire_delay(from->wire) - t->built.delay_least : 0;
    return (size_t)(from->source - t->built.base) * t->slots + slot;
}

static size_t count_slots(const struct izh_tract *t)
{
    return (size_t)t->built.span * t->slots;
}

/* Counts become starts, and starts then serve as places: each moves on to the next slot's start as
 * its own slot fills. */
static void fill_tract(struct izh_tract *t, const struct izh_loose_wire *wires, size_t count)
{
    const size_t slots = count_slots(t);
    uint32_t *start = t->start;
    memset(start, 0, (slots + 1) * sizeof *start);
    for (size_t i = 0; i < count; i++)
        start[slot_of(t, &wires[i]) + 1]++;
    for (size_t s = 0; s < slots; s++)
        start[s + 1] += start[s];
    for (size_t i = 0; i < count; i++)
        t->wires[start[slot_of(t, &wires[i])]++] = wires[i].wire;
    memmove(start + 1, start, slots * sizeof *start);
    start[0] = 0;
}

static void insert_by_weight(struct izh_wire *twins, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct izh_wire wire = twins[i];
        size_t at = i;
        for (; at > 0 && wire.k < twins[at - 1].k; at--)
            twins[at] = twins[at - 1];
        twins[at] = wire;
    }
}

/* Sorts synapses with the same source, delay and target by weight. Returns false if they are
 * many. */
static bool sort_twins(struct izh_wire *wires, struct izh_row row)
{
    for (uint32_t i = row.first, end; i < row.end; i = end) {
        for (end = i + 1; end < row.end && wires[end].word == wires[i].word;)
            end++;
        if (end - i > INSERT_WIRES_MOST)
            return false;
        if (end - i > 1)
            insert_by_weight(wires + i, end - i);
    }
    return true;
}

static bool sort_all_twins(const struct izh_tract *t)
{
    bool few = true;
    for (uint32_t s = 0; few && s < t->built.span; s++)
        few = sort_twins(t->wires, izh_tract_row(t, t->built.base + s));
    return few;
}

/* Sorts by target, and by delay unless slots tell it; then into rows, which keeps that order. If
 * many synapses are alike, sorts all by weight before that. */
static void sort_into_rows(struct izh_tract *t, const struct izh_sorter *sorter, size_t count)
{
    const uint32_t mask = t->by_delay ? 0xffff : UINT32_MAX;
    int side = sort_digits(sorter, 0, count, mask, false);
    fill_tract(t, sorter->wires[side], count);
    if (sort_all_twins(t))
        return;
    side = sort_digits(sorter, side, count, UINT32_MAX, true);
    side = sort_digits(sorter, side, count, mask, false);
    fill_tract(t, sorter->wires[side], count);
}

/* ---- building ---- */

size_t izh_tract_size(const struct izh_tract *t)
{
    return t->count + t->loose;
}

/* Gives each delay a start if the table stays small beside the synapses. */
static void choose_slots(struct izh_tract *t, size_t size)
{
    const uint64_t delays = t->built.delay_most - t->built.delay_least + 1;
    t->by_delay = delays == 1 || size >= LONG_SLOT * delays * t->built.span;
    t->slots = t->by_delay ? (uint32_t)delays : 1;
}

static void release_built(struct izh_tract *t, const izh_allocator *allocator)
{
    izh_release(allocator, t->wires, t->count, sizeof *t->wires);
    izh_release(allocator, t->waits, t->count, sizeof *t->waits);
    izh_release(allocator, t->start, count_slots(t) + 1, sizeof *t->start);
}

const char *izh_tract_build(struct izh_tract *t, const izh_allocator *allocator,
                            struct izh_sorter *sorter)
{
    struct izh_tract built = *t;
    const size_t size = izh_tract_size(t);
    if (!t->loose)
        return NULL;
    if (size > UINT32_MAX)
        return "a tract has 2^32 synapses or more";
    built.built = t->all;
    choose_slots(&built, size);
    built.count = (uint32_t)size;
    built.waits = NULL;
    built.start = izh_allocate_raw(allocator, count_slots(&built) + 1, sizeof *built.start);
    built.wires = izh_allocate_raw(allocator, size, sizeof *built.wires);
    if (!built.start || !built.wires) {
        release_built(&built, allocator);
        return "no memory";
    }
    gather(t, sorter->wires[0]);
    sort_into_rows(&built, sorter, size);
    izh_tract_release(t, allocator);
    built.first = built.last = NULL;
    built.loose = 0;
    *t = built;
    return NULL;
}

bool izh_tract_wait(struct izh_tract *t, const izh_allocator *allocator)
{
    if (!t->waits)
        t->waits = izh_allocate(allocator, t->count, sizeof *t->waits);
    return t->waits;
}

void izh_tract_release(struct izh_tract *t, const izh_allocator *allocator)
{
    release_slabs(t->first, allocator);
    release_built(t, allocator);
}
