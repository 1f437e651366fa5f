#include "cells/spikes.h"

#include <string.h>

#include "util/float.h"
#include "util/memory.h"

/* The room of the list beyond the spikes of one tick, as small populations have long blocks. */
#ifdef IZH_EMBEDDED
#define LIST_SPARE 0 /* where memory is short, blocks are short, too */
#else
#define LIST_SPARE 65536
#endif

/* ---- room ---- */

/* How many spikes the list has room for. Cannot overflow 64 bits. */
static uint64_t list_room(const struct izh_spike_store *s, uint32_t per_tick)
{
    return s->listed ? (uint64_t)s->shape->n * per_tick + LIST_SPARE : 0;
}

static uint64_t spike_room(const struct izh_spike_store *s, uint32_t per_tick)
{
    return list_room(s, per_tick) + (uint64_t)s->worker_count * per_tick;
}

uint64_t izh_spikes_more_room(const struct izh_spike_store *s, uint64_t per_tick)
{
    if (per_tick <= s->most)
        return 0;
    return sizeof(izh_spike) * (spike_room(s, (uint32_t)per_tick) - spike_room(s, s->most));
}

void *izh_spikes_new_room(const struct izh_spike_store *s, uint32_t per_tick)
{
    const uint64_t count = spike_room(s, per_tick);
    if (count > SIZE_MAX / sizeof(izh_spike))
        return NULL;
    return izh_allocate_raw(&s->shape->allocator, (size_t)count, sizeof(izh_spike));
}

void izh_spikes_release_room(struct izh_spike_store *s)
{
    izh_release(&s->shape->allocator, s->room, (size_t)spike_room(s, s->most), sizeof(izh_spike));
}

void izh_spikes_set_room(struct izh_spike_store *s, void *room, uint32_t per_tick)
{
    izh_spikes_release_room(s);
    s->room = room;
    s->most = per_tick;
    s->capacity = (size_t)list_room(s, per_tick);
    s->list = room;
}

/* ---- order ---- */

/* At most so many are sorted by insertion. */
#define INSERT_MOST 16

/* A spike by a jump comes after those of steps that end at its time, because it counts a tick
 * later. */
static bool before(const izh_spike *x, const izh_spike *y)
{
    if (x->t != y->t)
        return x->t < y->t;
    return x->reserved != y->reserved ? x->reserved < y->reserved : x->i < y->i;
}

/* Sinks spike `at` to its place in the heap of the first n. */
static void sink(izh_spike *heap, size_t at, size_t n)
{
    const izh_spike spike = heap[at];
    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && before(&heap[child], &heap[child + 1]))
            child++;
        if (!before(&spike, &heap[child]))
            break;
        heap[at] = heap[child];
    }
    heap[at] = spike;
}

static void insert_all(izh_spike *spikes, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const izh_spike spike = spikes[i];
        size_t at = i;
        for (; at > 0 && before(&spike, &spikes[at - 1]); at--)
            spikes[at] = spikes[at - 1];
        spikes[at] = spike;
    }
}

/* Sorts few by insertion, and more by heapsort (J. W. J. Williams, Comm. ACM 7 (1964) 347), which
 * works in place and is never slow. */
void izh_spikes_sort(izh_spike *spikes, size_t n)
{
    if (n <= INSERT_MOST) {
        insert_all(spikes, n);
        return;
    }
    for (size_t i = n / 2; i-- > 0;)
        sink(spikes, i, n);
    for (size_t i = n; i-- > 1;) {
        const izh_spike last = spikes[i];
        spikes[i] = spikes[0];
        spikes[0] = last;
        sink(spikes, 0, i);
    }
}

/* Spikes are put into slices of time before each slice is sorted: a slice is short, and in the
 * cache. */
#define SLICES 1024

struct slices {
    double from, per_ms;
    size_t end[SLICES + 1]; /* of the slice before, which is where the slice begins */
};

static size_t slice_of(const struct slices *s, const izh_spike *spike)
{
    const double slice = (spike->t - s->from) * s->per_ms; /* never decreases as t grows */
    return slice < SLICES - 1 ? (size_t)izh_fmax(slice, 0) : SLICES - 1;
}

/* Puts every spike into its slice, by swaps (McIlroy, Bostic and McIlroy, Computing Systems 6
 * (1993) 5, "American flag sort"). */
static void put_in_slices(const struct slices *s, izh_spike *spikes)
{
    size_t next[SLICES];
    memcpy(next, s->end, sizeof next);
    for (size_t slice = 0; slice < SLICES; slice++)
        while (next[slice] < s->end[slice + 1]) {
            const izh_spike spike = spikes[next[slice]];
            const size_t home = slice_of(s, &spike);
            spikes[next[slice]] = spikes[next[home]];
            spikes[next[home]++] = spike;
        }
}

static void put_in_order(izh_spike *spikes, size_t n, double from, double to)
{
    struct slices s = {from, SLICES / (to - from), {0}};
    if (n < SLICES) {
        izh_spikes_sort(spikes, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        s.end[slice_of(&s, &spikes[i]) + 1]++;
    for (size_t slice = 0; slice < SLICES; slice++)
        s.end[slice + 1] += s.end[slice];
    put_in_slices(&s, spikes);
    for (size_t slice = 0; slice < SLICES; slice++)
        izh_spikes_sort(spikes + s.end[slice], s.end[slice + 1] - s.end[slice]);
}

void izh_spikes_collect(struct izh_spike_store *s, int steps)
{
    const size_t count = atomic_load(&s->count);
    const struct izh_cells_shape *shape = s->shape;
    const int64_t start = shape->tick - steps;
    put_in_order(s->list, count, izh_tick_time(shape, start), izh_tick_time(shape, shape->tick));
    atomic_store(&s->count, 0);
    s->waiting = (struct izh_waiting){.tick = s->jumps ? start : start + 1,
                                      .due = s->waiting.due,
                                      .pairs = s->jumps,
                                      .rows = izh_spikes_rows(s) * (size_t)steps,
                                      .list = s->list,
                                      .count = count};
}

/* ---- the stream ---- */

/* take_word() writes four spikes at a time. */
#define WORD_ROOM (64 + 3)
#define LAST_BIT ((uint64_t)1 << 63)

/* Where spikes go. */
struct room {
    izh_spike *spikes;
    size_t count, capacity;
};

/* The bits of neurons 64 word ... 64 word + 63, the first one lowest. */
static uint64_t bits_of(const unsigned char *row, size_t word)
{
    uint64_t bits;
    memcpy(&bits, row + 8 * word, sizeof bits);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bits = __builtin_bswap64(bits);
#endif
    return bits;
}

/* Takes the neurons of a word of bits, four at a time: a wrong guess of the loop's end costs more
 * than writing some spikes too many. `to` must have WORD_ROOM left. */
static void take_word(uint64_t bits, size_t first, double t, struct room *to)
{
    izh_spike *at = to->spikes + to->count;
    to->count += (size_t)__builtin_popcountll(bits);
    while (bits)
        for (int k = 0; k < 4; k++) {
            const uint32_t i = (uint32_t)(first + (size_t)__builtin_ctzll(bits | LAST_BIT));
            *at++ = (izh_spike){t, i, 0};
            bits &= bits - 1;
        }
}

/* Takes spikes from the current row while there is room. Returns true once the row is done. */
static bool take_row(const struct izh_spike_store *s, struct izh_waiting *w, struct room *to)
{
    const size_t n = s->shape->n;
    const unsigned char *row = s->bits + w->row * s->shape->row;
    const double t =
        izh_tick_time(s->shape, w->tick + (int64_t)(w->pairs ? (w->row + 1) / 2 : w->row));
    for (; w->neuron < n; w->neuron = (w->neuron | 63) + 1) {
        const size_t word = w->neuron / 64;
        uint64_t bits = bits_of(row, word) >> w->neuron % 64 << w->neuron % 64;
        if (word < n / 64 && to->capacity - to->count >= WORD_ROOM) {
            take_word(bits, 64 * word, t, to);
            continue;
        }
        for (; bits; bits &= bits - 1) {
            w->neuron = 64 * word + (size_t)__builtin_ctzll(bits);
            if (w->neuron >= n) /* padding */
                break;
            if (to->count == to->capacity)
                return false;
            to->spikes[to->count++] = (izh_spike){t, (uint32_t)w->neuron, 0};
        }
    }
    w->row++;
    w->neuron = 0;
    return true;
}

/* Finds the first set bit of a row, from one neuron on. Returns its neuron, or n if no bit is set.
 */
static size_t next_of(const struct izh_spike_store *s, const unsigned char *row, size_t neuron)
{
    const size_t n = s->shape->n;
    while (neuron < n) {
        const uint64_t bits = bits_of(row, neuron / 64) >> neuron % 64;
        if (bits) {
            neuron += (size_t)__builtin_ctzll(bits);
            return neuron < n ? neuron : n; /* padding */
        }
        neuron = (neuron | 63) + 1;
    }
    return n;
}

/* Finds the next neuron that spiked by a jump at the first tick. Returns n if no other did. */
static size_t next_jumped(const struct izh_spike_store *s, const struct izh_waiting *w, double t)
{
    if (w->pairs && w->rows && w->row == 0)
        return next_of(s, s->bits, w->neuron);
    if (!w->rows && w->next < w->count && w->list[w->next].t == t)
        return w->list[w->next].i;
    return s->shape->n;
}

/* Takes spikes that were due, and between them those of jumps at that tick, while there is room. */
static void take_due(const struct izh_spike_store *s, struct izh_waiting *w, struct room *to)
{
    const double t = izh_tick_time(s->shape, w->tick);
    size_t due;
    while ((due = next_of(s, s->due, w->due_neuron)) < s->shape->n) {
        const size_t jumped = next_jumped(s, w, t), i = due < jumped ? due : jumped;
        if (to->count == to->capacity)
            return;
        to->spikes[to->count++] = (izh_spike){t, (uint32_t)i, 0};
        if (due <= jumped)
            w->due_neuron = i + 1;
        else if (w->rows)
            w->neuron = i + 1;
        else
            w->next++;
    }
    w->due = false; /* the rest is in order */
}

size_t izh_spikes_next(const struct izh_spike_store *s, struct izh_waiting *w, izh_spike *to,
                       size_t room)
{
    struct room r = {to, 0, room};
    if (w->due)
        take_due(s, w, &r);
    if (w->due)
        return r.count;
    while (w->row < w->rows)
        if (!take_row(s, w, &r))
            return r.count;
    const size_t left = w->count - w->next, free = r.capacity - r.count;
    const size_t count = left < free ? left : free;
    for (size_t k = 0; k < count; k++)
        to[r.count + k] = (izh_spike){w->list[w->next + k].t, w->list[w->next + k].i, 0};
    w->next += count;
    return r.count + count;
}

/* ---- counts ---- */

/* The bits of a word's neurons, without padding. */
static uint64_t neurons_of(const struct izh_spike_store *s, const unsigned char *row, size_t word)
{
    const size_t left = s->shape->n - 64 * word;
    const uint64_t bits = bits_of(row, word);
    return left < 64 ? bits & (((uint64_t)1 << left) - 1) : bits;
}

size_t izh_spikes_in_rows(const struct izh_spike_store *s, int steps)
{
    const size_t rows = izh_spikes_rows(s) * (size_t)steps;
    size_t count = 0;
    for (size_t row = 0; row < rows; row++)
        for (size_t word = 0; 64 * word < s->shape->n; word++)
            count +=
                (size_t)__builtin_popcountll(neurons_of(s, s->bits + row * s->shape->row, word));
    return count;
}

void izh_spikes_count(const struct izh_spike_store *s,
                      void (*count)(void *user, uint32_t i, int64_t tick), void *user)
{
    const struct izh_waiting *w = &s->waiting;
    const int64_t start = w->tick - !w->pairs; /* of the block */
    for (size_t row = 0; row < w->rows; row++)
        for (size_t word = 0; 64 * word < s->shape->n; word++)
            for (uint64_t bits = neurons_of(s, s->bits + row * s->shape->row, word); bits;
                 bits &= bits - 1)
                count(user, (uint32_t)(64 * word) + (uint32_t)__builtin_ctzll(bits),
                      start + 1 + (int64_t)(w->pairs ? row / 2 : row));
    for (size_t k = 0; k < w->count; k++)
        count(user, w->list[k].i, start + w->list[k].reserved);
}
