/* Spike-timing-dependent plasticity: the rule of a group, and what one pair of spikes does to a
 * synapse. */
#ifndef IZH_LIB_STDP_H
#define IZH_LIB_STDP_H

#include "network/posts.h"
#include "network/receptors.h"

/* The rule of a group, whose amplitudes are 0 if it has none, and its tables. Changes that wait for
 * a sweep are in the receptor's unit, others in units of weights. */
struct izh_stdp_group {
    izh_stdp rule;
    double unit, k_min, k_max;   /* of weights */
    struct izh_fade plus, minus; /* what a pair changes, as a function of its distance */
    struct izh_fade fade;        /* of a source's trace */
    struct izh_posts *posts;     /* what is known of the targets; NULL: not built */
    double *trace;               /* of each source that is followed, just after its last spike */
    double *before;  /* of each place of a spike on its way: after its source's spike before */
    int64_t *caught; /* for each part: its synapses have had all spikes of their targets up to this
                        tick */
};

/* A synapse's weight, and the changes that wait. */
struct izh_weight {
    int32_t k;
    float waits;
};

static inline bool izh_stdp_is(const izh_stdp *rule)
{
    return rule->a_plus != 0 || rule->a_minus != 0;
}

static inline bool izh_stdp_waits(const struct izh_stdp_group *g)
{
    return g->rule.every > 0;
}

/* Whether all pairs count, so that there are traces. */
static inline bool izh_stdp_traces(const struct izh_stdp_group *g)
{
    return izh_stdp_is(&g->rule) && g->rule.pairs == IZH_PAIRS_ALL;
}

/* What is wrong with a rule, for a receptor and ticks of dt. */
struct izh_field_fault izh_stdp_check(const izh_stdp *rule, const struct izh_receptor_law *law,
                                      double dt);

/* Makes a rule's tables; the rule was checked. Returns false if there is no memory. */
bool izh_stdp_init(struct izh_stdp_group *g, const izh_allocator *allocator, const izh_stdp *rule,
                   const struct izh_receptor_law *law, double dt);
void izh_stdp_release(struct izh_stdp_group *g, const izh_allocator *allocator);

/* ---- pairs ---- */

/* The whole number nearest to x, ties to even; for a large x, one near it. */
static inline double izh_stdp_whole(double x)
{
    return (x + 0x1.8p52) - 0x1.8p52;
}

static inline int32_t izh_stdp_clip(const struct izh_stdp_group *g, double k)
{
    return (int32_t)izh_fmin(izh_fmax(k, g->k_min), g->k_max);
}

static inline __attribute__((always_inline)) void
izh_stdp_change(const struct izh_stdp_group *g, struct izh_weight *w, double by, bool waits)
{
    if (waits)
        w->waits += (float)by;
    else
        w->k = izh_stdp_clip(g, (double)w->k + izh_stdp_whole(by));
}

/* Times of a synapse, as distances from the tick `now`. */
struct izh_stdp_times {
    uint32_t now;    /* lower bits */
    uint32_t lag;    /* to the last arrival; if there was none, it is beyond every table */
    uint32_t window; /* the target's spikes in this time have not had their effect */
    double trace;    /* of the arrivals, at the last one */
};

/* Adds the effects of the target's spikes after the last arrival, up to now, in their order. */
static inline void izh_stdp_potentiate(const struct izh_stdp_group *g,
                                       const struct izh_post_line *line,
                                       const struct izh_stdp_times *t, struct izh_weight *w,
                                       bool waits)
{
    const int32_t window = (int32_t)(t->lag < t->window ? t->lag : t->window);
    int end = 0;
    while (end < IZH_POSTS_KEPT && (int32_t)(t->now - line->tick[end]) < window)
        end++;
    while (end-- > 0) {
        const uint32_t age = t->now - line->tick[end];
        if ((int32_t)age < 0)
            continue;
        const double by = t->trace * izh_fade_at(&g->plus, t->lag - age - 1);
        for (int times = line->times[end]; times > 0; times--)
            izh_stdp_change(g, w, by, waits);
    }
}

/* The same, in a function of its own because it is rarely needed. */
struct izh_weight izh_stdp_potentiate_all(const struct izh_stdp_group *g,
                                          const struct izh_post_line *line, struct izh_stdp_times t,
                                          struct izh_weight w);

/* What the arrivals of a spike at a tick have in common. They learn from a spike of their target if
 * its age is one of `ages` from `youngest` on: a younger one is too far behind the arrival
 * before. */
struct izh_stdp_lesson {
    struct izh_stdp_times times;
    struct izh_fade plus, minus;
    uint32_t youngest, ages;
    double k_min, k_max;
};

static inline struct izh_stdp_lesson izh_stdp_lesson_of(const struct izh_stdp_group *g,
                                                        struct izh_stdp_times t)
{
    const uint32_t youngest = t.lag > g->plus.count ? t.lag - g->plus.count : 0;
    t.window = t.lag < t.window ? t.lag : t.window;
    const uint32_t ages = t.window > youngest ? t.window - youngest : 0;
    return (struct izh_stdp_lesson){t, g->plus, g->minus, youngest, ages, g->k_min, g->k_max};
}

static inline bool izh_stdp_counts(const struct izh_stdp_lesson *l, uint32_t tick)
{
    return l->times.now - tick - l->youngest < l->ages;
}

/* The change by a target's spike at a tick, for a trace of 1. A mask chooses it, which compilers do
 * not turn into a branch. */
static inline double izh_stdp_plus(const struct izh_stdp_lesson *l, uint32_t tick)
{
    const uint32_t distance = l->times.lag - 1 - (l->times.now - tick);
    const uint32_t counts = -(uint32_t)izh_stdp_counts(l, tick);
    return l->plus.value[l->plus.count ^ ((l->plus.count ^ distance) & counts)];
}

/* An arrival now, when no spike of the target is later: makes the changes by the target's spikes
 * since the last arrival, and its own. Mostly there were at most two of those spikes, but a
 * processor cannot predict how many. So there is no branch for that: the table adds 0 for a spike
 * that does not count. Weights are within bounds, and the target's spikes only push them up, so
 * their sum is limited once. */
static inline __attribute__((always_inline)) struct izh_weight
izh_stdp_arrive(const struct izh_stdp_group *g, const struct izh_stdp_lesson *l,
                const struct izh_post_line *line, const struct izh_post_recent *recent,
                struct izh_weight w, bool all, bool waits)
{
    const double trace = all ? l->times.trace : 1;
    const double older = trace * izh_stdp_plus(l, recent->tick[1]);
    const double newer = trace * izh_stdp_plus(l, recent->tick[0]);
    const double own =
        (all ? recent->trace : 1) * izh_fade_at(&l->minus, l->times.now - recent->tick[0]);
    if (l->times.now - recent->tick[2] < l->times.window) {
        w = izh_stdp_potentiate_all(g, line, l->times, w);
        izh_stdp_change(g, &w, -own, waits);
    } else if (waits) {
        w.waits = (w.waits + (float)older) + (float)newer - (float)own;
    } else {
        const double up = izh_stdp_whole(older) + izh_stdp_whole(newer);
        const double k = izh_fmin((double)w.k + up, l->k_max) - izh_stdp_whole(own);
        w.k = (int32_t)izh_fmax(k, l->k_min);
    }
    return w;
}

/* Makes all changes that waited. */
static inline void izh_stdp_settle(const struct izh_stdp_group *g, double gain,
                                   struct izh_weight *w)
{
    const double sum = (g->rule.drift + gain * (double)w->waits) / g->unit;
    w->k = izh_stdp_clip(g, (double)w->k + izh_stdp_whole(sum));
    w->waits = (float)g->rule.keep * w->waits + 0.f; /* + 0.f turns -0 into 0 */
}

#endif
