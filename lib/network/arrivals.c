#include "network/arrivals.h"

#include <string.h>

#include "util/fetch.h"
#include "util/memory.h"

/* How many spikes ahead a row's starts are fetched from memory, and the synapses that are due. Of a
 * row with a single start, so many lines are fetched. */
#define STARTS_AHEAD 10
#define WIRES_AHEAD 4
#define LINES_AHEAD 6
#define LEAST_SPIKE_ROOM 1024

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

/* Moves to memory for `room` spikes, with those that are on their way. */
static bool resize(struct izh_arrivals *a, size_t room)
{
    const uint32_t fan_out = a->wiring->fan_out;
    if (room > SIZE_MAX / 64 / (fan_out + 1))
        return false;
    const size_t part_room = room * fan_out;
    struct izh_on_way *ring = izh_allocate_raw(a->allocator, room, sizeof *ring);
    struct izh_part_arrivals *parts = ring ? new_parts(a, part_room) : NULL;
    if (!parts || (a->plastic && !izh_plastic_resize(a->plastic, room, a->head, a->count))) {
        release_parts(a, parts, part_room);
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
                       const struct izh_wiring *wiring, struct izh_plastic *plastic, size_t room)
{
    *a = (struct izh_arrivals){.allocator = allocator, .wiring = wiring, .plastic = plastic};
    a->fixed = room;
    return resize(a, room ? room : LEAST_SPIKE_ROOM);
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

/* ---- what is put in any order ---- */

/* Whether the spike at x counts later than the one at y. */
static bool is_later(const struct izh_arrivals *a, size_t x, size_t y)
{
    return (int32_t)(izh_on_way_at(a, x)->tick - izh_on_way_at(a, y)->tick) > 0;
}

static void swap(struct izh_arrivals *a, size_t x, size_t y)
{
    const struct izh_on_way spike = *izh_on_way_at(a, x);
    *izh_on_way_at(a, x) = *izh_on_way_at(a, y);
    *izh_on_way_at(a, y) = spike;
}

/* Sinks spike `at` to its place in the heap of n from `first` on. */
static void sink_spike(struct izh_arrivals *a, size_t first, size_t at, size_t n)
{
    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && is_later(a, first + child + 1, first + child))
            child++;
        if (!is_later(a, first + child, first + at))
            break;
        swap(a, first + at, first + child);
    }
}

/* Heapsort, in the order of ticks. */
static void sort_from(struct izh_arrivals *a, size_t first)
{
    const size_t n = a->count - first;
    for (size_t k = n / 2; k-- > 0;)
        sink_spike(a, first, k, n);
    for (size_t k = n; k-- > 1;) {
        swap(a, first, first + k);
        sink_spike(a, first, 0, k);
    }
}

void izh_arrivals_tell(struct izh_arrivals *a, size_t k, int64_t now)
{
    if (!a->plastic)
        return;
    sort_from(a, k);
    for (; k < a->count; k++)
        izh_arrivals_note(a, k, now - (int32_t)((uint32_t)now - izh_on_way_at(a, k)->tick));
}

void izh_arrivals_take_back(struct izh_arrivals *a, size_t count)
{
    for (; a->plastic && a->count > count; a->count--) {
        const size_t place = izh_place_at(a, a->count - 1);
        izh_plastic_take_back(a->plastic, place, a->ring[place].source);
    }
    a->count = count;
}

bool izh_arrivals_rewind(const struct izh_arrivals *a, uint32_t i, int64_t tick,
                         struct izh_past *past, size_t *place)
{
    bool any = false;
    *past = a->plastic->last[i];
    for (; izh_past_is_alive(a, *past, tick); any = true) {
        *place = izh_place_of(a, *past);
        *past = a->plastic->before[*place];
    }
    return any;
}

void izh_arrivals_trim(struct izh_arrivals *a, int64_t tick)
{
    while (a->count && !izh_on_way_is_alive(a, izh_on_way_at(a, 0), tick)) {
        a->head = a->head + 1 < a->room ? a->head + 1 : 0;
        a->first++;
        a->count--;
        a->seen -= a->seen > 0;
    }
}

/* ---- arrival ---- */

static const struct izh_tract *tract_of(const struct izh_wiring *w, size_t part,
                                        const struct izh_arrival *arrival)
{
    return izh_tract_of(w, &w->group[arrival->group], part, arrival->source);
}

/* Adds a synapse's weight, or the share that a factor leaves of it, to the sums of a receptor and
 * tick. With a forged blob the sum may wrap. */
static inline void add_wire(struct izh_wire wire, union izh_arriving *sums, uint32_t factor,
                            bool whole)
{
    int64_t *sum = &sums[izh_wire_target(wire)].sum;
    const int64_t k = whole ? wire.k : izh_stp_part(wire.k, factor);
    *sum = (int64_t)((uint64_t)*sum + (uint64_t)k);
}

static int64_t clamp(int64_t slot, int64_t most)
{
    return slot < 0 ? 0 : slot < most ? slot : most;
}

/* The slots of a row that are due over some ticks, the first of which is `age` ticks after the
 * spike. */
struct slots {
    int64_t first, end;
};

static struct slots due_slots(const struct izh_tract *t, int64_t age, int ticks)
{
    const int64_t first = age - t->built.delay_least;
    return (struct slots){clamp(first, t->slots), clamp(first + ticks, t->slots)};
}

/* Adds what one spike brings if each delay has a start. Returns false if nothing more is to
 * come. */
static inline bool take_slots(const struct izh_tract *t, const struct izh_arrival *arrival,
                              int64_t age, const struct izh_rows *rows, union izh_arriving *sums,
                              size_t stride, bool whole)
{
    const uint32_t *start = izh_tract_starts(t, arrival->source);
    const struct slots due = due_slots(t, age, rows->ticks);
    for (int64_t slot = due.first; slot < due.end; slot++) {
        union izh_arriving *at = sums + (size_t)(slot + t->built.delay_least - age) * stride;
        for (uint32_t k = start[slot]; k < start[slot + 1]; k++)
            add_wire(t->wires[k], at, arrival->factor, whole);
    }
    return due.end < t->slots;
}

/* Adds what one spike brings if it keeps the place of the next synapse. Returns false if none is
 * left. */
static inline bool take_next(const struct izh_tract *t, struct izh_arrival *arrival, int64_t age,
                             const struct izh_rows *rows, union izh_arriving *sums, size_t stride,
                             bool whole)
{
    const uint32_t end = izh_tract_row(t, arrival->source).end;
    uint32_t next = arrival->next;
    for (int tick = 0; tick < rows->ticks; tick++, age++, sums += stride)
        for (; next < end && izh_wire_delay(t->wires[next]) <= age; next++)
            add_wire(t->wires[next], sums, arrival->factor, whole);
    arrival->next = next;
    return next < end;
}

/* Returns false if the spike has nothing left to add. */
static bool take_arrival(const struct izh_tract *t, struct izh_arrival *arrival, int64_t age,
                         const struct izh_rows *rows, union izh_arriving *sums, size_t stride)
{
    const bool whole = arrival->factor == IZH_STP_ONE;
    if (t->by_delay)
        return whole ? take_slots(t, arrival, age, rows, sums, stride, true)
                     : take_slots(t, arrival, age, rows, sums, stride, false);
    return whole ? take_next(t, arrival, age, rows, sums, stride, true)
                 : take_next(t, arrival, age, rows, sums, stride, false);
}

/* ---- fetching from memory what is due soon ---- */

static void fetch_starts(const struct izh_tract *t, uint32_t source, int64_t age)
{
    izh_fetch(izh_tract_starts(t, source) + due_slots(t, age, 0).first);
}

static void fetch_wires(const struct izh_tract *t, const struct izh_arrival *arrival, int64_t age,
                        int ticks)
{
    const char *next = (const char *)(t->wires + arrival->next);
    if (!t->by_delay) {
        izh_fetch_all(next, next + LINES_AHEAD * IZH_LINE);
        return;
    }
    const uint32_t *start = izh_tract_starts(t, arrival->source);
    const struct slots due = due_slots(t, age, ticks);
    izh_fetch_all(t->wires + start[due.first], t->wires + start[due.end]);
}

/* ---- all of them ---- */

/* How many ticks have passed since the spike counted. */
static int64_t age_at(int64_t tick, const struct izh_arrival *arrival)
{
    return (int32_t)((uint32_t)tick - arrival->tick);
}

/* Fetches what the arrivals after the k-th will need. */
static void fetch_ahead(const struct izh_wiring *w, size_t part, const struct izh_arrival *list,
                        size_t k, size_t count, int64_t tick, int ticks)
{
    if (k + STARTS_AHEAD < count) {
        const struct izh_arrival *next = &list[k + STARTS_AHEAD];
        fetch_starts(tract_of(w, part, next), next->source, age_at(tick, next));
    }
    if (k + WIRES_AHEAD < count) {
        const struct izh_arrival *next = &list[k + WIRES_AHEAD];
        fetch_wires(tract_of(w, part, next), next, age_at(tick, next), ticks);
    }
}

static uint32_t factor_of(const struct izh_group *group, size_t place)
{
    return group->stp.load ? group->stp.load[place].factor : IZH_STP_ONE;
}

/* Lists the spikes on their way that the part has not had, once for each group in which they have
 * synapses. */
static size_t take_new(const struct izh_arrivals *a, size_t part, struct izh_arrival *list,
                       size_t count)
{
    const struct izh_wiring *w = a->wiring;
    for (size_t k = a->seen; k < a->count; k++) {
        const struct izh_on_way *spike = izh_on_way_at(a, k);
        for (uint32_t g = 0; g < w->count; g++) {
            const struct izh_group *group = &w->group[g];
            if (spike->source - group->base >= group->span)
                continue;
            const struct izh_row row =
                izh_tract_row(izh_tract_of(w, group, part, spike->source), spike->source);
            if (row.first < row.end)
                list[count++] = (struct izh_arrival){spike->tick, g, spike->source, row.first,
                                                     factor_of(group, izh_place_at(a, k))};
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
        fetch_ahead(w, part, list, k, count, tick, rows->ticks);
        struct izh_arrival arrival = list[k];
        const struct izh_tract *t = tract_of(w, part, &arrival);
        union izh_arriving *sums = rows->at + w->group[arrival.group].receptor * rows->width;
        const int64_t age = age_at(tick, &arrival);
        if (take_arrival(t, &arrival, age, rows, sums, stride))
            list[left++] = arrival;
    }
    p->count[to] = left;
}

/* ---- from a blob ---- */

/* Moves on to what is due `age` ticks after the spike. Returns false if nothing is. */
static bool skip(const struct izh_tract *t, struct izh_arrival *arrival, int64_t age)
{
    const struct izh_row row = izh_tract_row(t, arrival->source);
    while (arrival->next < row.end && izh_wire_delay(t->wires[arrival->next]) < age)
        arrival->next++;
    return arrival->next < row.end;
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
            if (skip(tract_of(w, part, &x), &x, age_at(tick, &x)))
                p->list[side][p->count[side]++] = x;
        }
    }
    a->seen = a->count;
}
