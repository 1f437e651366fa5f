/* What a host asks to be recorded. */
#include "population/population.h"

static izh_status check_record(struct izh_population *p, const uint32_t *neurons, size_t count,
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
        return izh_fail(&p->report, IZH_E_INVALID, "record: every = 0 must be 1 or more");
    if (count > SIZE_MAX / sizeof *states || samples > SIZE_MAX / sizeof *states / count)
        return izh_fail(&p->report, IZH_E_INVALID,
                        "record: %zu samples of %zu neurons do not fit in memory", samples, count);
    for (size_t j = 0; j < count; j++)
        if (neurons[j] >= p->cells.shape.n)
            return izh_fail(&p->report, IZH_E_INVALID, "record: neurons[%zu] = %u, but n = %u", j,
                            (unsigned)neurons[j], (unsigned)p->cells.shape.n);
    return IZH_OK;
}

izh_status izh_population_record(izh_population *p, const uint32_t *neurons, size_t count,
                                 uint32_t every, izh_state *states, size_t samples)
{
    if (!p)
        return IZH_E_INVALID;
    const izh_status status = check_record(p, neurons, count, every, states, samples);
    if (status != IZH_OK)
        return status;
    struct izh_cells *c = &p->cells;
    struct izh_record r = {.count = count, .every = every, .states = states, .samples = samples};
    if (count && !izh_record_reserve(&r, &c->shape.allocator, izh_cells_parts(c)))
        return izh_fail(&p->report, IZH_E_MEMORY, "record: no memory for %zu neurons", count);
    izh_record_release(&c->record, &c->shape.allocator, izh_cells_parts(c));
    if (!count)
        return IZH_OK;
    izh_record_sort(&r, neurons, c->kernels.vectors->part, izh_cells_parts(c));
    izh_record_from_now(&r, c->shape.tick);
    c->record = r;
    return IZH_OK;
}

size_t izh_population_recorded(const izh_population *p)
{
    return p ? p->cells.record.taken : 0;
}
