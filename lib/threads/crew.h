/* Threads that share the work of a run. */
#ifndef IZH_LIB_CREW_H
#define IZH_LIB_CREW_H

#include <stdbool.h>

#include <izh/population.h>

struct izh_crew;

typedef void izh_task(void *argument, uint32_t index);

/* Returns the number of this process, or 0 on a system without processes. */
long izh_process(void);

/* A crew of `count`, of which the caller is one; NULL where memory or threads are missing. */
struct izh_crew *izh_crew_start(const izh_allocator *allocator, uint32_t count);

/* NULL is allowed. In the child of a fork, where the threads are not, nobody waits for them. */
void izh_crew_stop(struct izh_crew *crew);

/* Calls task(argument, 0), which does what is left, and task(argument, i) on each other thread that
 * comes before that returns; returns when all have. Not in the child of a fork. False where the
 * caller's own task forked and this is the child: what the others had taken is not done. */
bool izh_crew_run(struct izh_crew *crew, izh_task *task, void *argument);

/* Waits for the others' tasks where the caller's own was left by a jump. NULL is allowed. */
bool izh_crew_wait(struct izh_crew *crew);

#endif
