#include "network/sources.h"

#include <string.h>

#include "cells/spikes.h"
#include "util/exp.h"
#include "util/memory.h"
#include "util/mix.h"
#include "util/philox.h"

/* ---- Poisson processes ---- */

static bool poisson_init(struct izh_poisson *p, const izh_allocator *allocator, uint32_t count,
                         uint64_t key, uint64_t first)
{
    *p = (struct izh_poisson){.count = count, .key = key, .first = first};
    p->mean = izh_allocate(allocator, count, sizeof *p->mean);
    p->none = izh_allocate(allocator, count, sizeof *p->none);
    return p->mean && p->none;
}

static void poisson_release(struct izh_poisson *p, const izh_allocator *allocator)
{
    izh_release(allocator, p->mean, p->count, sizeof *p->mean);
    izh_release(allocator, p->none, p->count, sizeof *p->none);
}

void izh_poisson_set(struct izh_poisson *p, uint32_t i, double mean)
{
    p->active -= p->mean[i] > 0;
    p->active += mean > 0;
    p->mean[i] = mean;
    p->none[i] = izh_exp(-mean);
}

/* The uniform number of a process and tick, with 53 random bits. */
static double uniform(const struct izh_poisson *p, uint32_t i, int64_t tick)
{
    const uint64_t index = p->first + i, at = (uint64_t)tick;
    uint32_t c[4] = {(uint32_t)index, (uint32_t)(index >> 32), (uint32_t)at, (uint32_t)(at >> 32)};
    izh_philox(c, p->key);
    return (double)((c[0] | (uint64_t)c[1] << 32) >> 11) * 0x1p-53;
}

/* Draws by inversion: the first count whose cumulative probability is above a uniform number. */
uint32_t izh_poisson_draw(const struct izh_poisson *p, uint32_t i, int64_t tick)
{
    const double mean = p->mean[i];
    if (!(mean > 0)) /* a process that nobody has set has a mean of 0 */
        return 0;
    const double x = uniform(p, i, tick);
    double probability = p->none[i], sum = probability;
    uint32_t count = 0;
    while (x >= sum && count < IZH_SOURCE_COUNT_MOST) {
        if (count > mean && probability < 0x1p-60) /* the sum has rounded to less than 1 */
            break;
        count++;
        probability *= mean / count;
        sum += probability;
    }
    return count;
}

/* ---- life ---- */

#define SENT_ROOM 3 /* there is room for this many times as many as may wait */

/* The key of a stream: the seed plus a multiple of IZH_MIX_START, 1 for sources and from 2 on for
 * backgrounds. The population's noise has the multiple 0. */
static uint64_t stream_key(uint64_t seed, uint32_t stream)
{
    return seed + (1 + (uint64_t)stream) * IZH_MIX_START;
}

bool izh_sources_init(struct izh_sources *s, const izh_allocator *allocator, uint32_t neurons,
                      uint32_t sources, double dt, uint64_t seed, size_t send_capacity)
{
    *s = (struct izh_sources){.allocator = allocator, .count = sources, .base = neurons, .dt = dt};
    const bool rates = poisson_init(&s->rates, allocator, sources, stream_key(seed, 0), neurons);
    return rates &&
           (!send_capacity || (izh_sources_reserve(s, send_capacity) && (s->sent_fixed = true)));
}

void izh_sources_release(struct izh_sources *s)
{
    poisson_release(&s->rates, s->allocator);
    for (uint32_t k = 0; k < IZH_RECEPTORS_MAX; k++) {
        izh_release(s->allocator, s->background[k].k, s->background[k].poisson.count,
                    sizeof *s->background[k].k);
        poisson_release(&s->background[k].poisson, s->allocator);
    }
    izh_release(s->allocator, s->sent, SENT_ROOM * s->sent_most, sizeof *s->sent);
}

bool izh_background_init(struct izh_sources *s, uint32_t receptor, uint32_t n, uint64_t first,
                         uint64_t seed)
{
    struct izh_background b = {.k = izh_allocate(s->allocator, n, sizeof *b.k)};
    const bool has =
        poisson_init(&b.poisson, s->allocator, n, stream_key(seed, 1 + receptor), first);
    if (b.k && has) {
        s->background[receptor] = b;
        return true;
    }
    izh_release(s->allocator, b.k, n, sizeof *b.k);
    poisson_release(&b.poisson, s->allocator);
    return false;
}

/* ---- what is sent ---- */

/* The last third of the room is space for the news. The waiting spikes are moved to the beginning
 * only when as many are over as may wait. */
bool izh_sources_reserve(struct izh_sources *s, size_t more)
{
    const size_t least = s->sent_count + more;
    if (least < more || least > SIZE_MAX / 8 / SENT_ROOM / sizeof *s->sent)
        return false;
    if (least <= s->sent_most)
        return true;
    const size_t most = least > 2 * s->sent_most ? least : 2 * s->sent_most;
    izh_spike *sent =
        s->sent_fixed ? NULL : izh_allocate_raw(s->allocator, SENT_ROOM * most, sizeof *sent);
    if (!sent)
        return false;
    if (s->sent_count)
        memcpy(sent, izh_sources_sent(s), s->sent_count * sizeof *sent);
    izh_release(s->allocator, s->sent, SENT_ROOM * s->sent_most, sizeof *s->sent);
    s->sent = sent;
    s->sent_past = 0;
    s->sent_most = most;
    return true;
}

izh_spike *izh_sources_news(struct izh_sources *s, size_t count)
{
    if (s->sent_past + s->sent_count + 2 * count > SENT_ROOM * s->sent_most) {
        memmove(s->sent, izh_sources_sent(s), s->sent_count * sizeof *s->sent);
        s->sent_past = 0;
    }
    return izh_sources_sent(s) + s->sent_count + count; /* merging fills up to there */
}

static bool precedes(const izh_spike *x, const izh_spike *y)
{
    return x->t < y->t || (x->t == y->t && x->i < y->i);
}

/* Whether no source would count too often in a tick; if one would, *which is a spike of it. */
static bool are_few(const struct izh_sources *s, const izh_spike *news, size_t count,
                    izh_spike *which)
{
    const izh_spike *old = izh_sources_sent(s);
    for (size_t k = count, end = s->sent_count, same = 0; k-- > 0;) {
        size_t had = 0;
        same = k + 1 < count && !precedes(&news[k], &news[k + 1]) ? same + 1 : 1;
        while (end > 0 && precedes(&news[k], &old[end - 1]))
            end--;
        while (had < end && !precedes(&old[end - 1 - had], &news[k]))
            had++;
        if (same + had > IZH_SOURCE_COUNT_MOST) {
            *which = news[k];
            return false;
        }
    }
    return true;
}

/* Merges from the back, so that it does not look at what waits for earlier ticks than the news. */
bool izh_sources_send(struct izh_sources *s, izh_spike *news, size_t count, izh_spike *which)
{
    izh_spike *sent = izh_sources_sent(s);
    size_t old = s->sent_count, to = old + count;
    izh_spikes_sort(news, count);
    if (!are_few(s, news, count, which))
        return false;
    for (size_t k = count; k-- > 0; sent[--to] = news[k])
        while (old > 0 && precedes(&news[k], &sent[old - 1]))
            sent[--to] = sent[--old];
    s->sent_count += count;
    return true;
}

/* ---- ticks ---- */

/* Counts the spikes of sources at a tick; called in the order of sources. */
struct counts {
    const struct izh_sources *s;
    int64_t tick;
    size_t at; /* the next of the sent */
};

static uint32_t count_of(struct counts *c, uint32_t i)
{
    const struct izh_sources *s = c->s;
    const izh_spike *sent = izh_sources_sent(s);
    uint32_t count = s->rates.active ? izh_poisson_draw(&s->rates, i, c->tick) : 0;
    for (; c->at < s->sent_count && sent[c->at].t == (double)c->tick && sent[c->at].i == i; c->at++)
        count++;
    return count < IZH_SOURCE_COUNT_MOST ? count : IZH_SOURCE_COUNT_MOST;
}

/* The next source that may count: each of them if there are processes, else one with a spike sent
 * for this tick. */
static uint32_t next_source(const struct counts *c, uint32_t i)
{
    const struct izh_sources *s = c->s;
    if (s->rates.active)
        return i;
    if (c->at < s->sent_count && izh_sources_sent(s)[c->at].t == (double)c->tick)
        return izh_sources_sent(s)[c->at].i;
    return s->count;
}

/* Returns false if there is no room. */
static bool take_source_tick(struct counts *c, struct izh_arrivals *arrivals)
{
    const struct izh_sources *s = c->s;
    for (uint32_t i = 0; (i = next_source(c, i)) < s->count; i++) {
        const uint32_t count = count_of(c, i);
        if (!izh_arrivals_reserve(arrivals, count))
            return false;
        for (uint32_t k = 0; k < count; k++)
            izh_arrivals_add(arrivals, s->base + i, c->tick);
    }
    return true;
}

bool izh_sources_take(const struct izh_sources *s, int64_t tick, int ticks,
                      struct izh_arrivals *arrivals)
{
    struct counts c = {s, tick, 0};
    for (; c.tick < tick + ticks; c.tick++) {
        while (c.at < s->sent_count && izh_sources_sent(s)[c.at].t < (double)c.tick)
            c.at++;
        if (!take_source_tick(&c, arrivals))
            return false;
    }
    return true;
}

void izh_sources_forget(struct izh_sources *s, int64_t tick)
{
    while (s->sent_count && izh_sources_sent(s)->t < (double)tick) {
        s->sent_past++;
        s->sent_count--;
    }
}

/* ---- background ---- */

static void add_background(const struct izh_background *b, int64_t tick, size_t first, size_t count,
                           union izh_arriving *sums)
{
    for (size_t i = 0; i < count; i++)
        if (b->poisson.mean[first + i] > 0)
            sums[i].sum += (int64_t)b->k[first + i] *
                           izh_poisson_draw(&b->poisson, (uint32_t)(first + i), tick);
}

void izh_background_add(const struct izh_sources *s, const struct izh_receptors *receptors,
                        int64_t tick, const struct izh_rows *rows)
{
    for (uint32_t k = 0; k < receptors->count; k++)
        for (int t = 0; s->background[k].poisson.active && t < rows->ticks; t++)
            add_background(&s->background[k], tick + t, rows->first, rows->count,
                           izh_row(receptors, rows, t, k));
}
