#define _DEFAULT_SOURCE 1 /* getpid */
#include "threads/crew.h"

#include <stdatomic.h>
#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#endif

#include "threads/thread.h"
#include "util/memory.h"

/* How often to look for work before sleeping. This takes some 50 us, so that a run of many short
 * blocks does not sleep between them. */
#define SPINS 20000

/* A round is open until the caller has finished its own task. A thread that comes later does not
 * join: so nobody waits for a thread that has no processor, or that has slept. */
#define JOINED 0x7fffu /* bits of izh_crew.round: how many threads have joined, */
#define OPEN 0x8000u   /* whether others still may, */
#define NEXT 0x10000u  /* and from here on the number of the round */

struct izh_crew {
    izh_allocator allocator;
    uint32_t count; /* including the caller */
    uint32_t started;
    long process;        /* the one that has the threads */
    izh_thread *threads; /* count - 1 */
    izh_lock lock;
    izh_bell wake;
    atomic_uint round;  /* its number, whether it is open, and how many have joined it */
    atomic_uint done;   /* how many of those who joined have finished */
    atomic_uint number; /* the index of the next thread to start */
    atomic_bool stop;
    izh_task *task;
    void *argument;
};

long izh_process(void)
{
#if defined(__unix__) || defined(__APPLE__)
    return (long)getpid();
#else
    return 0;
#endif
}

static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

/* Waits for another round than the one that was seen. */
static unsigned await(struct izh_crew *w, unsigned seen)
{
    unsigned round;
    for (int i = 0; i < SPINS; i++) {
        if ((round = atomic_load_explicit(&w->round, memory_order_acquire)) / NEXT != seen / NEXT)
            return round;
        relax();
    }
    izh_lock_take(&w->lock);
    while ((round = atomic_load_explicit(&w->round, memory_order_acquire)) / NEXT == seen / NEXT)
        izh_bell_wait(&w->wake, &w->lock);
    izh_lock_leave(&w->lock);
    return round;
}

/* Joins the round if it is still open; *round may be a later one by now. */
static bool join(struct izh_crew *w, unsigned *round)
{
    while (*round & OPEN)
        if (atomic_compare_exchange_weak_explicit(&w->round, round, *round + 1,
                                                  memory_order_acquire, memory_order_acquire))
            return true;
    return false;
}

IZH_THREAD(work, argument)
{
    struct izh_crew *w = argument;
    const uint32_t index = atomic_fetch_add(&w->number, 1);
    unsigned seen = 0;
    for (;;) {
        seen = await(w, seen);
        if (w->stop)
            IZH_THREAD_END;
        if (join(w, &seen)) {
            w->task(w->argument, index);
            atomic_fetch_add_explicit(&w->done, 1, memory_order_release);
        }
    }
}

static void next_round(struct izh_crew *w)
{
    const unsigned round = atomic_load_explicit(&w->round, memory_order_relaxed);
    izh_lock_take(&w->lock);
    atomic_store_explicit(&w->round, (round / NEXT + 1) * NEXT | OPEN, memory_order_release);
    izh_bell_ring(&w->wake);
    izh_lock_leave(&w->lock);
}

struct izh_crew *izh_crew_start(const izh_allocator *allocator, uint32_t count)
{
    struct izh_crew *w = izh_allocate(allocator, 1, sizeof *w);
    if (!w)
        return NULL;
    w->allocator = *allocator;
    w->count = count;
    w->process = izh_process();
    atomic_store(&w->number, 1);
    izh_lock_open(&w->lock, &w->wake);
    w->threads = izh_allocate(allocator, count - 1, sizeof *w->threads);
    while (w->threads && w->started < count - 1 &&
           izh_thread_start(&w->threads[w->started], work, w))
        w->started++;
    if (w->started == count - 1 && w->threads)
        return w;
    izh_crew_stop(w);
    return NULL;
}

void izh_crew_stop(struct izh_crew *w)
{
    if (!w)
        return;
    if (w->process == izh_process()) { /* else there are no threads, and their locks stay */
        w->stop = true;
        next_round(w);
        for (uint32_t i = 0; i < w->started; i++)
            izh_thread_join(w->threads[i]);
        izh_lock_close(&w->lock, &w->wake);
    }
    const izh_allocator allocator = w->allocator;
    izh_release(&allocator, w->threads, w->count - 1, sizeof *w->threads);
    izh_release(&allocator, w, 1, sizeof *w);
}

bool izh_crew_wait(struct izh_crew *w)
{
    if (!w)
        return true;
    const unsigned joined = atomic_fetch_and(&w->round, ~OPEN) & JOINED;
    for (int i = 0; atomic_load_explicit(&w->done, memory_order_acquire) < joined; i++) {
        if (i < SPINS) {
            relax();
        } else {
            if (w->process != izh_process())
                return false;
            izh_thread_yield();
        }
    }
    return true;
}

bool izh_crew_run(struct izh_crew *w, izh_task *task, void *argument)
{
    w->task = task;
    w->argument = argument;
    atomic_store_explicit(&w->done, 0, memory_order_relaxed);
    next_round(w);
    task(argument, 0);
    return izh_crew_wait(w);
}
