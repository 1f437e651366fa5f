/* Replaces the crew in a build without threads (-Dprofile=embedded): the caller does all the
 * work. */
#include "threads/crew.h"

#include <stddef.h>

#ifdef IZH_EMBEDDED
long izh_process(void)
{
    return 0;
}

struct izh_crew *izh_crew_start(const izh_allocator *allocator, uint32_t count)
{
    (void)allocator, (void)count;
    return NULL;
}

void izh_crew_stop(struct izh_crew *crew)
{
    (void)crew;
}

bool izh_crew_run(struct izh_crew *crew, izh_task *task, void *argument)
{
    (void)crew;
    task(argument, 0);
    return true;
}

bool izh_crew_wait(struct izh_crew *crew)
{
    (void)crew;
    return true;
}
#endif
