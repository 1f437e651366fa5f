/* Recording: which neurons' states are stored at which ticks. */
#include "population/population.h"
#include "util/memory.h"

static size_t part_count(const struct izh_population *p)
{
    return p->padded / p->vectors->part;
}

static void release(const struct izh_population *p, struct izh_record *r)
{
    izh_release(&p->allocator, r->neurons, r->count, sizeof *r->neurons);
    izh_release(&p->allocator, r->start, part_count(p) + 1, sizeof *r->start);
    *r = (struct izh_record){0};
}

void izh_record_release(struct izh_population *p)
{
    release(p, &p->record);
}

void izh_record_advance(struct izh_population *p)
{
    struct izh_record *r = &p->record;
    while (r->taken < r->samples && r->next <= p->tick) {
        r->taken++;
        r->next += r->every;
    }
}

void izh_record_from_now(struct izh_population *p)
{
    struct izh_record *r = &p->record;
    if (r->every)
        r->next = (p->tick / r->every + 1) * r->every;
}

/* Puts the neurons into their parts, by a counting sort: start[k + 1] first counts those of part k,
 * then is the place of the next one. */
static void sort_by_parts(struct izh_population *p, struct izh_record *r, const uint32_t *neurons)
{
    const size_t part = p->vectors->part, parts = part_count(p);
    size_t sum = 0;
    for (size_t j = 0; j < r->count; j++)
        r->start[neurons[j] / part + 1]++;
    for (size_t k = 1; k <= parts; k++) {
        const size_t count = r->start[k];
        r->start[k] = sum;
        sum += count;
    }
    for (size_t j = 0; j < r->count; j++)
        r->neurons[r->start[neurons[j] / part + 1]++] = (struct izh_recorded){neurons[j], j};
}

static izh_status check(struct izh_population *p, const uint32_t *neurons, size_t count,
                        uint32_t every, const izh_state *states, size_t samples)
{
    if (p->inside)
        return izh_fail(&p->report, IZH_E_BUSY, "record inside a callback");
    if (!count)
        return IZH_OK;
    if (!neurons || (samples && !states))
        return izh_fail(&p->report, IZH_E_INVALID, "record: %s is NULL",
                        neurons ? "states" : "neurons");
    if (!every)
        return izh_fail(&p->report, IZH_E_INVALID, "record: every = 0");
    if (count > SIZE_MAX / sizeof *states || samples > SIZE_MAX / sizeof *states / count)
        return izh_fail(&p->report, IZH_E_INVALID,
                        "record: %zu samples of %zu neurons do not fit in memory", samples, count);
    for (size_t j = 0; j < count; j++)
        if (neurons[j] >= p->n)
            return izh_fail(&p->report, IZH_E_INVALID, "record: neurons[%zu] = %u, but n = %u", j,
                            (unsigned)neurons[j], (unsigned)p->n);
    return IZH_OK;
}

izh_status izh_population_record(izh_population *p, const uint32_t *neurons, size_t count,
                                 uint32_t every, izh_state *states, size_t samples)
{
    if (!p)
        return IZH_E_INVALID;
    const izh_status status = check(p, neurons, count, every, states, samples);
    if (status != IZH_OK)
        return status;
    struct izh_record r = {.count = count, .every = every, .states = states, .samples = samples};
    if (!count) {
        release(p, &p->record);
        return IZH_OK;
    }
    r.neurons = izh_allocate(&p->allocator, count, sizeof *r.neurons);
    r.start = izh_allocate(&p->allocator, part_count(p) + 1, sizeof *r.start);
    if (!r.neurons || !r.start) {
        release(p, &r);
        return izh_fail(&p->report, IZH_E_MEMORY, "record: no memory for %zu neurons", count);
    }
    sort_by_parts(p, &r, neurons);
    release(p, &p->record);
    p->record = r;
    izh_record_from_now(p);
    return IZH_OK;
}

size_t izh_population_recorded(const izh_population *p)
{
    return p ? p->record.taken : 0;
}
