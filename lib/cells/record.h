/* Recording: which neurons' states are stored at which ticks. */
#ifndef IZH_LIB_CELLS_RECORD_H
#define IZH_LIB_CELLS_RECORD_H

#include <stdbool.h>

#include <izh/host.h>
#include <izh/model.h>

struct izh_recorded {
    uint32_t neuron;
    size_t place; /* in a sample */
};

/* What is recorded. Nothing more is once `taken` has reached `samples`. */
struct izh_record {
    struct izh_recorded *neurons; /* `count` of them, part by part */
    size_t *start; /* of each part, its first index in `neurons`; the last one is their end */
    size_t count;
    uint32_t every;
    izh_state *states;
    size_t samples, taken;
    int64_t next; /* tick of the next sample */
};

/* Makes room for r->count neurons in so many parts. Returns false if there is no memory. */
bool izh_record_reserve(struct izh_record *r, const izh_allocator *allocator, size_t parts);
void izh_record_release(struct izh_record *r, const izh_allocator *allocator, size_t parts);

/* Sorts the neurons into parts of `part` neurons each. */
void izh_record_sort(struct izh_record *r, const uint32_t *neurons, size_t part, size_t parts);

/* Counts the samples that the ticks up to now have recorded. */
void izh_record_advance(struct izh_record *r, int64_t now);
/* Makes the next multiple of `every` the tick of the next sample. */
void izh_record_from_now(struct izh_record *r, int64_t now);

#endif
