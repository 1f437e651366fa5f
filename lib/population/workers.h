/* Threads that share the work of a run. */
#ifndef IZH_LIB_WORKERS_H
#define IZH_LIB_WORKERS_H

#include <izh/population.h>

struct izh_workers;

typedef void izh_task(void *argument, uint32_t index);

/* A crew of `count`, of which the caller is one; NULL where memory or threads are missing. */
struct izh_workers *izh_workers_start(const izh_allocator *allocator, uint32_t count);

/* NULL is allowed. */
void izh_workers_stop(struct izh_workers *workers);

/* Calls task(argument, i) for all i below the crew's count, each on a thread of its own, and
 * returns when all have returned. */
void izh_workers_run(struct izh_workers *workers, izh_task *task, void *argument);

#endif
