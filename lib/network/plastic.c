#include "network/plastic.h"

#include <string.h>

#include "util/memory.h"

bool izh_wiring_is_plastic(const struct izh_wiring *w)
{
    for (uint32_t g = 0; g < w->count; g++)
        if (izh_group_is_plastic(&w->group[g]))
            return true;
    return false;
}

/* ---- sources ---- */

/* The bytes that one place takes for a part's lessons. */
static size_t lessons_size(const struct izh_plastic *p)
{
    return p->wiring->fan_out * sizeof(struct izh_lesson);
}

/* The bytes that one place takes in all arrays that have an element for each place. These share one
 * piece of memory, so that all of them are there or none. */
static size_t place_size(const struct izh_plastic *p)
{
    size_t size = sizeof *p->before;
    for (uint32_t g = 0; g < p->wiring->count; g++) {
        size += p->wiring->group[g].stp.state ? sizeof(struct izh_stp_load) : 0;
        size += p->wiring->group[g].stdp.trace ? sizeof(double) : 0;
    }
    return size + (p->lessons ? p->wiring->part_count * lessons_size(p) : 0);
}

/* The smallest range that holds all that are followed. */
static void find_plastic_span(struct izh_plastic *p, uint32_t first, uint32_t end)
{
    for (uint32_t k = 0; k < p->wiring->count; k++) {
        const struct izh_group *g = &p->wiring->group[k];
        if (!izh_group_is_plastic(g) || !g->span)
            continue;
        first = g->base < first ? g->base : first;
        end = g->base + g->span > end ? g->base + g->span : end;
    }
    p->base = first;
    p->span = end - first;
}

static bool new_stp_states(const struct izh_plastic *p, struct izh_stp_group *stp)
{
    stp->state = izh_allocate_raw(p->allocator, p->span, sizeof *stp->state);
    for (uint32_t i = 0; stp->state && i < p->span; i++)
        stp->state[i] = IZH_STP_START;
    return stp->state;
}

/* The neurons' lines for a time constant; NULL if there is no memory. */
static struct izh_posts *posts_of(struct izh_plastic *p, double tau)
{
    for (uint32_t k = 0; k < p->posts_count; k++)
        if (p->posts[k].tau == tau)
            return &p->posts[k];
    struct izh_posts *posts = &p->posts[p->posts_count++];
    return izh_posts_init(posts, p->allocator, p->wiring->n, tau, p->dt) ? posts : NULL;
}

static bool begin_to_learn(struct izh_plastic *p, struct izh_stdp_group *g)
{
    const size_t parts = p->wiring->part_count;
    g->caught = izh_allocate_raw(p->allocator, parts, sizeof *g->caught);
    g->posts = posts_of(p, g->rule.tau_minus);
    if (izh_stdp_traces(g))
        g->trace = izh_allocate(p->allocator, p->span, sizeof *g->trace);
    for (size_t part = 0; g->caught && part < parts; part++)
        g->caught[part] = -1;
    p->at_arrival |= !izh_stdp_waits(g);
    return g->caught && g->posts && (g->trace || !izh_stdp_traces(g));
}

/* Makes room for lessons if any group learns. */
static bool new_lessons(struct izh_plastic *p)
{
    const struct izh_wiring *w = p->wiring;
    bool learns = false, all = true;
    for (uint32_t g = 0; g < w->count; g++)
        learns |= izh_stdp_is(&w->group[g].stdp.rule);
    if (!learns)
        return true;
    p->lessons = izh_allocate(p->allocator, w->part_count, sizeof *p->lessons);
    p->posts = izh_allocate(p->allocator, w->count, sizeof *p->posts);
    all = p->lessons && p->posts;
    for (uint32_t g = 0; all && g < w->count; g++)
        if (izh_stdp_is(&w->group[g].stdp.rule))
            all = begin_to_learn(p, &w->group[g].stdp);
    return all;
}

bool izh_plastic_init(struct izh_plastic *p, const izh_allocator *allocator,
                      struct izh_wiring *wiring, double dt, uint32_t first, uint32_t end)
{
    *p = (struct izh_plastic){
        .allocator = allocator, .wiring = wiring, .dt = dt, .first = first, .swept = -1};
    find_plastic_span(p, first, end);
    bool all = (p->last = izh_allocate_raw(allocator, p->span, sizeof *p->last));
    for (uint32_t i = 0; all && i < p->span; i++)
        p->last[i] = (struct izh_past){IZH_NEVER, 0};
    for (uint32_t g = 0; all && g < wiring->count; g++)
        if (wiring->group[g].stp.rule.U > 0)
            all = new_stp_states(p, &wiring->group[g].stp);
    return all && new_lessons(p);
}

static void end_learning(struct izh_plastic *p, struct izh_stdp_group *g)
{
    izh_release(p->allocator, g->trace, p->span, sizeof *g->trace);
    izh_release(p->allocator, g->caught, p->wiring->part_count, sizeof *g->caught);
    g->trace = g->before = NULL;
    g->caught = NULL;
    g->posts = NULL;
}

void izh_plastic_release(struct izh_plastic *p)
{
    if (!p->allocator)
        return;
    izh_release(p->allocator, p->places, p->room, place_size(p));
    for (uint32_t g = 0; g < p->wiring->count; g++) {
        struct izh_stp_group *stp = &p->wiring->group[g].stp;
        izh_release(p->allocator, stp->state, p->span, sizeof *stp->state);
        stp->state = NULL;
        stp->load = NULL;
        end_learning(p, &p->wiring->group[g].stdp);
    }
    for (uint32_t k = 0; k < p->posts_count; k++)
        izh_posts_release(&p->posts[k], p->allocator, p->wiring->n);
    izh_release(p->allocator, p->posts, p->wiring->count, sizeof *p->posts);
    izh_release(p->allocator, p->lessons, p->wiring->part_count, sizeof *p->lessons);
    izh_release(p->allocator, p->last, p->span, sizeof *p->last);
    *p = (struct izh_plastic){.allocator = NULL};
}

/* ---- places ---- */

/* Where the arrays go, one after another, when the room for places changes. */
struct move {
    unsigned char *to;
    size_t room, old_room, head, count;
};

/* Lays out the next array. What is in use of the old one, which may go around its end, comes
 * first. */
static void *lay(struct move *m, const void *old, size_t size)
{
    unsigned char *at = m->to;
    const size_t left = m->old_room - m->head, first = m->count < left ? m->count : left;
    if (m->count) {
        memcpy(at, (const unsigned char *)old + m->head * size, first * size);
        memcpy(at + first * size, old, (m->count - first) * size);
    }
    m->to += m->room * size;
    return at;
}

/* Lays out the next array of lessons, which does not go around its end. */
static void lay_lessons(struct move *m, struct izh_lessons *lessons, size_t size)
{
    if (lessons->count)
        memcpy(m->to, lessons->list, lessons->count * sizeof *lessons->list);
    lessons->list = (void *)m->to;
    m->to += m->room * size;
}

bool izh_plastic_resize(struct izh_plastic *p, size_t room, size_t head, size_t count)
{
    const size_t size = place_size(p);
    void *memory = izh_allocate_raw(p->allocator, room, size);
    if (!memory)
        return false;
    struct move m = {memory, room, p->room, head, count};
    p->before = lay(&m, p->before, sizeof *p->before);
    for (uint32_t g = 0; g < p->wiring->count; g++) {
        struct izh_stp_group *stp = &p->wiring->group[g].stp;
        struct izh_stdp_group *stdp = &p->wiring->group[g].stdp;
        if (stp->state)
            stp->load = lay(&m, stp->load, sizeof *stp->load);
        if (stdp->trace)
            stdp->before = lay(&m, stdp->before, sizeof *stdp->before);
    }
    for (size_t part = 0; p->lessons && part < p->wiring->part_count; part++)
        lay_lessons(&m, &p->lessons[part], lessons_size(p));
    izh_release(p->allocator, p->places, p->room, size);
    p->places = memory;
    p->room = room;
    return true;
}

/* ---- spikes ---- */

int64_t izh_plastic_limit(const struct izh_plastic *p, int64_t tick, int64_t most)
{
    for (uint32_t g = 0; p->lessons && g < p->wiring->count; g++) {
        const uint32_t every = p->wiring->group[g].stdp.rule.every;
        const int64_t left = every ? every - tick % every : most;
        most = left < most ? left : most;
    }
    return p->at_arrival ? 1 : most;
}

void izh_plastic_spike(struct izh_plastic *p, size_t place, uint32_t source, struct izh_past spike)
{
    const uint32_t i = source - p->base;
    if (i >= p->span)
        return;
    p->before[place] = p->last[i];
    p->last[i] = spike;
    const int64_t lag = spike.tick - p->before[place].tick;
    for (uint32_t g = 0; g < p->wiring->count; g++) {
        struct izh_stp_group *stp = &p->wiring->group[g].stp;
        if (stp->state)
            izh_stp_spike(&stp->rule, &stp->state[i], &stp->load[place], (double)lag * p->dt);
        struct izh_stdp_group *stdp = &p->wiring->group[g].stdp;
        if (stdp->trace) {
            stdp->before[place] = stdp->trace[i];
            stdp->trace[i] = izh_fade_trace(&stdp->fade, stdp->trace[i], lag);
        }
    }
}

void izh_plastic_take_back(struct izh_plastic *p, size_t place, uint32_t source)
{
    const uint32_t i = source - p->base;
    if (i >= p->span)
        return;
    p->last[i] = p->before[place];
    for (uint32_t g = 0; g < p->wiring->count; g++) {
        struct izh_stp_group *stp = &p->wiring->group[g].stp;
        if (stp->state)
            stp->state[i] = stp->load[place].before;
        struct izh_stdp_group *stdp = &p->wiring->group[g].stdp;
        if (stdp->trace)
            stdp->trace[i] = stdp->before[place];
    }
}
