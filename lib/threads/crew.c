#define _POSIX_C_SOURCE 200809L /* getpid */
#include "threads/crew.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#endif

#include "util/memory.h"

/* How often to look for work before sleeping: some 50 us, so that a run of many short blocks does
 * not sleep between them. */
#define SPINS 20000

struct izh_crew {
    izh_allocator allocator;
    uint32_t count; /* with the caller */
    uint32_t started;
    long process;       /* that has the threads */
    pthread_t *threads; /* count - 1 */
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    atomic_uint round;   /* grows with every run */
    atomic_uint at_work; /* who has not finished this round */
    atomic_uint number;  /* the next one's index */
    bool stop;
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

/* Waits until the round is no longer `seen`. */
static unsigned await(struct izh_crew *w, unsigned seen)
{
    unsigned round;
    for (int i = 0; i < SPINS; i++) {
        if ((round = atomic_load_explicit(&w->round, memory_order_acquire)) != seen)
            return round;
        relax();
    }
    pthread_mutex_lock(&w->mutex);
    while ((round = atomic_load_explicit(&w->round, memory_order_acquire)) == seen)
        pthread_cond_wait(&w->wake, &w->mutex);
    pthread_mutex_unlock(&w->mutex);
    return round;
}

static void *work(void *argument)
{
    struct izh_crew *w = argument;
    const uint32_t index = atomic_fetch_add(&w->number, 1);
    unsigned seen = 0;
    for (;;) {
        seen = await(w, seen);
        if (w->stop)
            return NULL;
        w->task(w->argument, index);
        atomic_fetch_sub_explicit(&w->at_work, 1, memory_order_release);
    }
}

static void next_round(struct izh_crew *w)
{
    pthread_mutex_lock(&w->mutex);
    atomic_fetch_add_explicit(&w->round, 1, memory_order_release);
    pthread_cond_broadcast(&w->wake);
    pthread_mutex_unlock(&w->mutex);
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
    pthread_mutex_init(&w->mutex, NULL);
    pthread_cond_init(&w->wake, NULL);
    w->threads = izh_allocate(allocator, count - 1, sizeof *w->threads);
    while (w->threads && w->started < count - 1 &&
           pthread_create(&w->threads[w->started], NULL, work, w) == 0)
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
    if (w->process == izh_process()) { /* else there is nobody, and their locks stay as they are */
        w->stop = true;
        next_round(w);
        for (uint32_t i = 0; i < w->started; i++)
            pthread_join(w->threads[i], NULL);
        pthread_mutex_destroy(&w->mutex);
        pthread_cond_destroy(&w->wake);
    }
    const izh_allocator allocator = w->allocator;
    izh_release(&allocator, w->threads, w->count - 1, sizeof *w->threads);
    izh_release(&allocator, w, 1, sizeof *w);
}

bool izh_crew_wait(struct izh_crew *w)
{
    for (int i = 0; w && atomic_load_explicit(&w->at_work, memory_order_acquire) > 0; i++) {
        if (i < SPINS) {
            relax();
        } else {
            if (w->process != izh_process())
                return false;
            sched_yield();
        }
    }
    return true;
}

bool izh_crew_run(struct izh_crew *w, izh_task *task, void *argument)
{
    w->task = task;
    w->argument = argument;
    atomic_store_explicit(&w->at_work, w->count - 1, memory_order_relaxed);
    next_round(w);
    task(argument, 0);
    return izh_crew_wait(w);
}
