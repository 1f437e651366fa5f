#include "network/arrivals.h"

#include <string.h>

#include "util/memory.h"

/* So many spikes ahead a row is fetched from memory, and so many of its lines. */
#define AHEAD 4
#define AHEAD_LINES 6
#define LEAST_ROOM 1024

/* ---- room ---- */

static void release_parts(struct izh_arrivals *a, struct izh_part_arrivals *parts, size_t room)
{
    for (size_t p = 0; parts && p < a->wiring->part_count; p++)
        for (int side = 0; side < 2; side++)
            izh_release(a->allocator, parts[p].list[side], room, sizeof *parts[p].list[side]);
    izh_release(a->allocator, parts, a->wiring->part_count, sizeof *parts);
}

static struct izh_part_arrivals *new_parts(struct izh_arrivals *a, size_t room)
{
    struct izh_part_arrivals *parts =
        izh_allocate(a->allocator, a->wiring->part_count, sizeof *parts);
    bool all = parts;
    for (size_t p = 0; all && p < a->wiring->part_count; p++)
        for (int side = 0; side < 2; side++) {
            struct izh_arrival **list = &parts[p].list[side];
            all &= (*list = izh_allocate_raw(a->allocator, room, sizeof **list)) != NULL;
        }
    if (all)
        return parts;
    release_parts(a, parts, room);
    return NULL;
}

/* Takes memory for `room` spikes into use, with what there is on its way. */
static bool resize(struct izh_arrivals *a, size_t room)
{
    const uint32_t fan_out = a->wiring->fan_out;
    if (room > SIZE_MAX / 64 / (fan_out + 1))
        return false;
    const size_t part_room = room * fan_out;
    struct izh_on_way *ring = izh_allocate_raw(a->allocator, room, sizeof *ring);
    struct izh_part_arrivals *parts = ring ? new_parts(a, part_room) : NULL;
    if (!parts) {
        izh_release(a->allocator, ring, room, sizeof *ring);
        return false;
    }
    for (size_t k = 0; k < a->count; k++)
        ring[k] = *izh_on_way_at(a, k);
    for (size_t p = 0; a->parts && p < a->wiring->part_count; p++)
        for (int side = 0; side < 2; side++) {
            parts[p].count[side] = a->parts[p].count[side];
            memcpy(parts[p].list[side], a->parts[p].list[side],
                   parts[p].count[side] * sizeof *parts[p].list[side]);
        }
    izh_release(a->allocator, a->ring, a->room, sizeof *a->ring);
    release_parts(a, a->parts, a->part_room);
    a->ring = ring;
    a->head = 0;
    a->room = room;
    a->parts = parts;
    a->part_room = part_room;
    return true;
}

bool izh_arrivals_init(struct izh_arrivals *a, const izh_allocator *allocator,
                       const struct izh_wiring *wiring, size_t room)
{
    *a = (struct izh_arrivals){.allocator = allocator, .wiring = wiring};
    a->fixed = room;
    return resize(a, room ? room : LEAST_ROOM);
}

void izh_arrivals_release(struct izh_arrivals *a)
{
    if (!a->allocator)
        return;
    izh_release(a->allocator, a->ring, a->room, sizeof *a->ring);
    release_parts(a, a->parts, a->part_room);
    *a = (struct izh_arrivals){.allocator = NULL};
}

bool izh_arrivals_reserve(struct izh_arrivals *a, size_t more)
{
    if (more <= izh_arrivals_free(a))
        return true;
    const size_t least = a->count + more;
    return !a->fixed && least >= more && resize(a, least > 2 * a->room ? least : 2 * a->room);
}

void izh_arrivals_trim(struct izh_arrivals *a, int64_t tick)
{
    while (a->count && !izh_on_way_is_alive(a, izh_on_way_at(a, 0), tick)) {
        a->head = a->head + 1 < a->room ? a->head + 1 : 0;
        a->count--;
        a->seen -= a->seen > 0;
    }
}

/* ---- arrival ---- */

static void fetch(const struct izh_wiring *w, size_t part, const struct izh_arrival *arrival)
{
    const char *row = (const char *)(w->group[arrival->group].parts[part].wires + arrival->next);
    for (int line = 0; line < AHEAD_LINES; line++)
        __builtin_prefetch(row + 64 * line);
}

/* Adds up a row of synapses, as far as they are due before `ticks` ticks are over; returns the
 * first that is not. */
static uint32_t take_up(const struct izh_wire *wires, const struct izh_arrival *arrival,
                        union izh_arriving *sums, size_t stride, int64_t age, int ticks)
{
    if (age + ticks <= 0)
        return arrival->next;
    const uint64_t stop = (uint64_t)(age + ticks) << 16; /* of words */
    const uint32_t last = stop <= UINT32_MAX ? (uint32_t)stop - 1 : UINT32_MAX;
    const size_t back = (size_t)age * stride; /* modulo 2^64: what is due is not before */
    uint32_t next = arrival->next;
    for (; next < arrival->end && wires[next].word <= last; next++) {
        const struct izh_wire wire = wires[next];
        int64_t *sum = &sums[izh_wire_delay(wire) * stride - back + izh_wire_target(wire)].sum;
        *sum = (int64_t)((uint64_t)*sum + (uint64_t)(int64_t)wire.k); /* a forged blob's may wrap */
    }
    return next;
}

/* The spikes on their way that the part has not had, by the groups in which they have synapses. */
static size_t take_new(const struct izh_arrivals *a, size_t part, struct izh_arrival *list,
                       size_t count)
{
    const struct izh_wiring *w = a->wiring;
    for (size_t k = a->seen; k < a->count; k++) {
        const struct izh_on_way *spike = izh_on_way_at(a, k);
        for (uint32_t g = 0; g < w->count; g++) {
            const struct izh_group *group = &w->group[g];
            const uint32_t source = spike->source - group->base;
            if (source >= group->span)
                continue;
            const uint32_t *start = group->parts[part].start + source;
            if (start[0] < start[1])
                list[count++] = (struct izh_arrival){spike->tick, g, start[0], start[1]};
        }
    }
    return count;
}

void izh_arrivals_deliver(struct izh_arrivals *a, const struct izh_receptors *receptors,
                          size_t part, int64_t tick, const struct izh_rows *rows, int from, int to)
{
    const struct izh_wiring *w = a->wiring;
    struct izh_part_arrivals *p = &a->parts[part];
    struct izh_arrival *list = p->list[to];
    const size_t stride = rows->width * receptors->count;
    size_t count = p->count[from], left = 0;
    if (from != to) {
        memcpy(list, p->list[from], count * sizeof *list);
        count = take_new(a, part, list, count);
    }
    for (size_t k = 0; k < count; k++) {
        struct izh_arrival arrival = list[k];
        const struct izh_group *group = &w->group[arrival.group];
        if (k + AHEAD < count)
            fetch(w, part, &list[k + AHEAD]);
        const int32_t age = (int32_t)((uint32_t)tick - arrival.tick);
        arrival.next = take_up(group->parts[part].wires, &arrival,
                               rows->at + group->receptor * rows->width, stride, age, rows->ticks);
        if (arrival.next < arrival.end)
            list[left++] = arrival;
    }
    p->count[to] = left;
}

/* ---- from a blob ---- */

/* The first of a row's synapses whose delay is at least this. */
static uint32_t skip_delays(const struct izh_wire *wires, uint32_t next, uint32_t end, int64_t age)
{
    while (next < end && izh_wire_delay(wires[next]) < age)
        next++;
    return next;
}

void izh_arrivals_restore(struct izh_arrivals *a, int64_t tick, int side)
{
    const struct izh_wiring *w = a->wiring;
    a->seen = 0;
    for (size_t part = 0; part < w->part_count; part++) {
        struct izh_part_arrivals *p = &a->parts[part];
        const size_t count = take_new(a, part, p->list[side], 0);
        p->count[side] = 0;
        for (size_t k = 0; k < count; k++) {
            struct izh_arrival x = p->list[side][k];
            const int32_t age = (int32_t)((uint32_t)tick - x.tick);
            x.next = skip_delays(w->group[x.group].parts[part].wires, x.next, x.end, age);
            if (x.next < x.end)
                p->list[side][p->count[side]++] = x;
        }
    }
    a->seen = a->count;
}
