/* Spikes of a block in the order of (t, i), and their delivery. */
#include <string.h>

#include "population/population.h"
#include "util/float.h"

/* ---- order ---- */

/* So many are sorted by insertion. */
#define INSERT_MOST 16

static bool before(const izh_spike *x, const izh_spike *y)
{
    return x->t < y->t || (x->t == y->t && x->i < y->i);
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

/* By insertion, or else heapsort (J. W. J. Williams, Comm. ACM 7 (1964) 347): in place, and never
 * slow. */
static void sort(izh_spike *spikes, size_t n)
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

/* Slices of time, into which the spikes are put before each slice is sorted: slices are short, and
 * in the cache. */
#define SLICES 1024

struct slices {
    double from, per_ms;
    size_t end[SLICES + 1]; /* of the slice before: where the slice begins */
};

static size_t slice_of(const struct slices *s, const izh_spike *spike)
{
    const double slice = (spike->t - s->from) * s->per_ms; /* never falls as t grows */
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
        sort(spikes, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        s.end[slice_of(&s, &spikes[i]) + 1]++;
    for (size_t slice = 0; slice < SLICES; slice++)
        s.end[slice + 1] += s.end[slice];
    put_in_slices(&s, spikes);
    for (size_t slice = 0; slice < SLICES; slice++)
        sort(spikes + s.end[slice], s.end[slice + 1] - s.end[slice]);
}

void izh_spikes_collect(struct izh_population *p, int64_t tick, size_t rows)
{
    const size_t count = atomic_load(&p->list_count);
    put_in_order(p->list, count, izh_tick_time(p, tick - 1), izh_population_time(p));
    atomic_store(&p->list_count, 0);
    p->waiting = (struct izh_waiting){tick, rows, 0, 0, p->list, count, 0};
}

void izh_spikes_due(struct izh_population *p)
{
    memset(p->bits, 0, p->row);
    for (uint32_t i = 0; i < p->n; i++) {
        const izh_state y = izh_population_state(p, i);
        struct izh_model m;
        izh_population_model(p, i, &m);
        if (izh_bit(p->lost[p->side], i) || izh_model_above_peak(&m, y) < 0)
            continue;
        izh_state after = izh_model_reset(&m, y);
        after = (izh_state){izh_rounded(p, after.v), izh_rounded(p, after.u)};
        if (!izh_in_range(p, after) || !(izh_model_above_peak(&m, after) < 0)) {
            izh_population_lose(p, i, p->tick, IZH_E_RESET);
            izh_bit_set(p->lost[p->side], i);
            continue;
        }
        izh_bit_set(p->bits, i);
        izh_real_set(p, p->v[p->side], i, after.v);
        izh_real_set(p, p->u[p->side], i, after.u);
        if (p->anchors[0])
            p->anchors[p->side][i].from = after;
    }
    p->due = false;
    izh_spikes_collect(p, p->tick, 1);
}

/* ---- delivery ---- */

/* A word's spikes are written by fours. */
#define WORD_ROOM (64 + 3)
#define LAST ((uint64_t)1 << 63)

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

/* Takes the neurons of a word of bits: so few at a time that the count hardly matters, as a wrong
 * guess of it costs more than a spike too many written. Room for 64 is left. */
static void take_word(uint64_t bits, size_t first, double t, struct room *to)
{
    izh_spike *at = to->spikes + to->count;
    to->count += (size_t)__builtin_popcountll(bits);
    while (bits)
        for (int k = 0; k < 4; k++) {
            const uint32_t i = (uint32_t)(first + (size_t)__builtin_ctzll(bits | LAST));
            *at++ = (izh_spike){t, i, 0};
            bits &= bits - 1;
        }
}

/* Takes spikes from the row under way while there is room; true once the row is done. */
static bool take_row(const struct izh_population *p, struct izh_waiting *w, struct room *to)
{
    const unsigned char *row = p->bits + w->row * p->row;
    const double t = izh_tick_time(p, w->tick + (int64_t)w->row);
    for (; w->neuron < p->n; w->neuron = (w->neuron | 63) + 1) {
        const size_t word = w->neuron / 64;
        uint64_t bits = bits_of(row, word) >> w->neuron % 64 << w->neuron % 64;
        if (word < p->n / 64 && to->capacity - to->count >= WORD_ROOM) {
            take_word(bits, 64 * word, t, to);
            continue;
        }
        for (; bits; bits &= bits - 1) {
            w->neuron = 64 * word + (size_t)__builtin_ctzll(bits);
            if (w->neuron >= p->n) /* padding */
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

static bool all_delivered(const struct izh_waiting *w)
{
    return w->row >= w->rows && w->next >= w->count;
}

size_t izh_spikes_next(const struct izh_population *p, struct izh_waiting *w, izh_spike *to,
                       size_t room)
{
    struct room r = {to, 0, room};
    while (w->row < w->rows)
        if (!take_row(p, w, &r))
            return r.count;
    const size_t left = w->count - w->next, free = r.capacity - r.count;
    const size_t count = left < free ? left : free;
    if (count)
        memcpy(to + r.count, w->list + w->next, count * sizeof *to);
    w->next += count;
    return r.count + count;
}

izh_status izh_spikes_deliver(struct izh_population *p)
{
    while (!all_delivered(&p->waiting)) {
        p->out_count +=
            izh_spikes_next(p, &p->waiting, p->out + p->out_count, p->out_capacity - p->out_count);
        if (!p->on_spikes)
            break;
        if (!p->out_count)
            continue;
        p->inside = true;
        const int32_t answer = p->on_spikes(p->out, p->out_count, p->on_spikes_user);
        p->inside = false;
        p->out_count = 0;
        if (answer != IZH_CONTINUE)
            return IZH_STOPPED;
    }
    return all_delivered(&p->waiting) ? IZH_OK : IZH_PAUSED;
}
