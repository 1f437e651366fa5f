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

/* All arrays with an element for each place lie in one piece of memory, which is had or not. */
static size_t place_size(const struct izh_plastic *p)
{
    size_t size = sizeof *p->before;
    for (uint32_t g = 0; g < p->wiring->count; g++)
        size += p->wiring->group[g].stp.state ? sizeof(struct izh_stp_load) : 0;
    return size;
}

/* The least range that holds all that are followed. */
static void find_span(struct izh_plastic *p, uint32_t first, uint32_t end)
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

bool izh_plastic_init(struct izh_plastic *p, const izh_allocator *allocator,
                      struct izh_wiring *wiring, double dt, uint32_t first, uint32_t end)
{
    *p = (struct izh_plastic){.allocator = allocator, .wiring = wiring, .dt = dt};
    find_span(p, first, end);
    bool all = (p->last = izh_allocate_raw(allocator, p->span, sizeof *p->last));
    for (uint32_t i = 0; all && i < p->span; i++)
        p->last[i] = (struct izh_past){IZH_NEVER, 0};
    for (uint32_t g = 0; all && g < wiring->count; g++)
        if (wiring->group[g].stp.rule.U > 0)
            all = new_stp_states(p, &wiring->group[g].stp);
    return all;
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
    }
    izh_release(p->allocator, p->last, p->span, sizeof *p->last);
    *p = (struct izh_plastic){.allocator = NULL};
}

/* ---- places ---- */

/* How places are laid out anew. */
struct move {
    unsigned char *to;
    size_t room, old_room, head, count;
};

/* The next array, with what of it was in use at its beginning. */
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
        if (stp->state)
            stp->load = lay(&m, stp->load, sizeof *stp->load);
    }
    izh_release(p->allocator, p->places, p->room, size);
    p->places = memory;
    p->room = room;
    return true;
}

/* ---- spikes ---- */

void izh_plastic_spike(struct izh_plastic *p, size_t place, uint32_t source, struct izh_past spike)
{
    const uint32_t i = source - p->base;
    if (i >= p->span)
        return;
    p->before[place] = p->last[i];
    p->last[i] = spike;
    const double ms = (double)(spike.tick - p->before[place].tick) * p->dt;
    for (uint32_t g = 0; g < p->wiring->count; g++) {
        struct izh_stp_group *stp = &p->wiring->group[g].stp;
        if (stp->state)
            izh_stp_spike(&stp->rule, &stp->state[i], &stp->load[place], ms);
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
    }
}

void izh_plastic_forget(struct izh_plastic *p)
{
    for (uint32_t i = 0; i < p->span; i++)
        p->last[i] = (struct izh_past){IZH_NEVER, 0};
    for (uint32_t g = 0; g < p->wiring->count; g++)
        for (uint32_t i = 0; p->wiring->group[g].stp.state && i < p->span; i++)
            p->wiring->group[g].stp.state[i] = IZH_STP_START;
}
