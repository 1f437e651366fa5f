/* The last spikes of neurons, as targets of plastic synapses. */
#ifndef IZH_LIB_POSTS_H
#define IZH_LIB_POSTS_H

#include <stdbool.h>

#include <izh/host.h>

#include "util/float.h"

/* ---- what falls by the same factor at each tick ---- */

/* value[n] = value[n - 1] q. All values from value[count] = 0 on are 0. */
struct izh_fade {
    double *value;
    uint32_t count;
};

/* Values that fall from `start` by exp(-dt / tau) a tick, as long as they are at least `least`.
 * Returns false if there is no memory. */
bool izh_fade_init(struct izh_fade *fade, const izh_allocator *allocator, double start,
                   double least, double tau, double dt);
void izh_fade_release(struct izh_fade *fade, const izh_allocator *allocator);

static inline double izh_fade_at(const struct izh_fade *fade, uint64_t lag)
{
    return fade->value[lag < fade->count ? lag : fade->count];
}

/* The trace of spikes after one more, which is `lag` ticks after the last one. */
static inline double izh_fade_trace(const struct izh_fade *fade, double trace, uint64_t lag)
{
    return 1 + trace * izh_fade_at(fade, lag);
}

/* A trace counts as 0 when less than this part of it is left. */
#define IZH_TRACE_LEAST 0x1p-53
/* The longest time constant, in ticks. */
#define IZH_TAU_TICKS_MOST 65536
/* Larger than any trace: 510 spikes in each tick would make one of 510 * 65537. */
#define IZH_TRACE_MOST 0x1p26
/* Longer than any fade, in ticks. With a tau of 65536 ticks a trace has 2.41e6, and amplitudes,
 * which may be 2^33 times the least step, have fewer. */
#define IZH_FADE_MOST (1 << 22)

/* ---- lines ---- */

#define IZH_POSTS_KEPT 11

/* A neuron's last spikes, the last one first; the spikes of one tick are stored together. A place
 * without a spike holds a tick so long ago that every fade has ended, so that readers need not
 * count. */
#define IZH_LONG_AGO ((uint32_t)1 << 30) /* ticks */

struct izh_post_line {
    double trace; /* of all its spikes, at the last one */
    uint32_t tick[IZH_POSTS_KEPT];
    uint8_t times[IZH_POSTS_KEPT];
    uint8_t count;
};

/* What an arrival mostly needs of a line, in half of its room: its trace, and its last spikes one
 * by one, the last one first. */
struct izh_post_recent {
    double trace;
    uint32_t tick[3];
    uint32_t reserved;
};

/* The lines of all neurons, with the traces of one time constant. */
struct izh_posts {
    double tau;
    struct izh_fade fade;
    struct izh_post_line *line;
    struct izh_post_recent *recent; /* the same, shorter */
};

/* The line of a neuron that has not spiked. */
struct izh_post_line izh_posts_none(uint32_t now);

bool izh_posts_init(struct izh_posts *p, const izh_allocator *allocator, uint32_t n, double tau,
                    double dt);
void izh_posts_release(struct izh_posts *p, const izh_allocator *allocator, uint32_t n);

/* Whether one more spike, at a tick, pushes the oldest one out of a line. */
static inline bool izh_posts_overflow(const struct izh_post_line *line, uint32_t tick)
{
    return line->count == IZH_POSTS_KEPT && (line->tick[0] != tick || line->times[0] == UINT8_MAX);
}

/* Adds a spike of neuron i at a tick, which is not before its last spike's. */
void izh_posts_add(const struct izh_posts *p, size_t i, uint32_t tick);

/* Forgets spikes of neuron i that are older than any fade is long. Must be called again within 2^30
 * ticks. */
void izh_posts_forget(const struct izh_posts *p, size_t i, uint32_t now);

/* After a load has written line i: updates what depends on it. */
void izh_posts_restore(const struct izh_posts *p, size_t i);

#endif
