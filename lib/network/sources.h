/* Spikes that come from outside: sent by the host, or drawn from Poisson processes. */
#ifndef IZH_LIB_SOURCES_H
#define IZH_LIB_SOURCES_H

#include "network/arrivals.h"

/* The most spikes of a source in a tick. */
#define IZH_SOURCE_COUNT_MOST 255
/* The largest mean of a process in a tick. */
#define IZH_POISSON_MEAN_MOST 50

/* Poisson processes of a row of neurons or sources. */
struct izh_poisson {
    double *mean, *none; /* the mean in a tick, and the probability of no spike */
    uint32_t count, active;
    uint64_t key, first; /* key of the generator; global index of the first process */
};

/* What a receptor gets besides synapses. */
struct izh_background {
    struct izh_poisson poisson; /* mean NULL: none was set */
    int32_t *k;                 /* weights */
};

struct izh_sources {
    const izh_allocator *allocator;
    uint32_t count, base; /* how many; index of the first, after the neurons' */
    double dt;
    izh_spike *sent; /* sorted by (t, i), where t is a tick; the first `sent_past` are over, and the
                        next `sent_count` wait */
    size_t sent_past, sent_count;
    size_t sent_most; /* that may wait at a time; there is room for three times as many */
    bool sent_fixed;  /* sent_most must not grow */
    struct izh_poisson rates;
    struct izh_background background[IZH_RECEPTORS_MAX];
};

bool izh_sources_init(struct izh_sources *s, const izh_allocator *allocator, uint32_t neurons,
                      uint32_t sources, double dt, uint64_t seed, size_t send_capacity);
void izh_sources_release(struct izh_sources *s);

/* Makes room for a receptor's background on n neurons from a global index on. Returns false if
 * there is no memory. */
bool izh_background_init(struct izh_sources *s, uint32_t receptor, uint32_t n, uint64_t first,
                         uint64_t seed);

void izh_poisson_set(struct izh_poisson *p, uint32_t i, double mean);
/* How often the process spikes in a tick. */
uint32_t izh_poisson_draw(const struct izh_poisson *p, uint32_t i, int64_t tick);

/* The spikes that wait; NULL if none was ever sent. */
static inline izh_spike *izh_sources_sent(const struct izh_sources *s)
{
    return s->sent_past ? s->sent + s->sent_past : s->sent;
}

/* Makes room for `more` sent spikes. Returns false if memory is missing. */
bool izh_sources_reserve(struct izh_sources *s, size_t more);

/* Where to write so many spikes to be sent, for which there is room. */
izh_spike *izh_sources_news(struct izh_sources *s, size_t count);
/* Takes the news, which may be in any order. Returns false if a source would count too often in a
 * tick; then nothing has changed, and *which is that spike. */
bool izh_sources_send(struct izh_sources *s, izh_spike *news, size_t count, izh_spike *which);

/* Puts the sources' spikes that count at one of the ticks from `tick` on on their way. Returns
 * false if there is no room; some may be on their way then. */
bool izh_sources_take(const struct izh_sources *s, int64_t tick, int ticks,
                      struct izh_arrivals *arrivals);
/* Forgets the spikes that were sent for ticks before this one. */
void izh_sources_forget(struct izh_sources *s, int64_t tick);

/* Adds what the background gives, from `tick` on, to the sums. */
void izh_background_add(const struct izh_sources *s, const struct izh_receptors *receptors,
                        int64_t tick, const struct izh_rows *rows);

#endif
