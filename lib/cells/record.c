#include "cells/record.h"

#include "util/memory.h"

bool izh_record_reserve(struct izh_record *r, const izh_allocator *allocator, size_t parts)
{
    r->neurons = izh_allocate(allocator, r->count, sizeof *r->neurons);
    r->start = izh_allocate(allocator, parts + 1, sizeof *r->start);
    if (r->neurons && r->start)
        return true;
    izh_record_release(r, allocator, parts);
    return false;
}

void izh_record_release(struct izh_record *r, const izh_allocator *allocator, size_t parts)
{
    izh_release(allocator, r->neurons, r->count, sizeof *r->neurons);
    izh_release(allocator, r->start, parts + 1, sizeof *r->start);
    *r = (struct izh_record){0};
}

/* A counting sort: start[k + 1] first counts the neurons of part k, and is then the place of its
 * next neuron. */
void izh_record_sort(struct izh_record *r, const uint32_t *neurons, size_t part, size_t parts)
{
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

void izh_record_advance(struct izh_record *r, int64_t now)
{
    while (r->taken < r->samples && r->next <= now) {
        r->taken++;
        r->next += r->every;
    }
}

void izh_record_from_now(struct izh_record *r, int64_t now)
{
    if (r->every)
        r->next = (now / r->every + 1) * r->every;
}
