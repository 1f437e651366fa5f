/* Threads that share the work of a run. */
#ifndef IZH_LIB_CREW_H
#define IZH_LIB_CREW_H

#include <stdbool.h>

#include <izh/population.h>

struct izh_crew;

typedef void izh_task(void *argument, uint32_t index);

/* Returns the number of this process, or 0 on a system without processes. */
long izh_process(void);

/* Starts a crew of `count`, the caller included. Returns NULL if memory or threads are missing. */
struct izh_crew *izh_crew_start(const izh_allocator *allocator, uint32_t count);

/* NULL is allowed. The child of a fork has no threads, and does not wait for them. */
void izh_crew_stop(struct izh_crew *crew);

/* Calls task(argument, 0), which does whatever nobody else does, and task(argument, i) on each
 * other thread that comes before that call returns; returns when all calls have. Must not be called
 * in the child of a fork. Returns false if the caller's own task forked and this is the child: then
 * the work that other threads had taken is not done. */
bool izh_crew_run(struct izh_crew *crew, izh_task *task, void *argument);

/* Waits for the others' tasks after a jump out of the caller's own. NULL is allowed. */
bool izh_crew_wait(struct izh_crew *crew);

#endif
