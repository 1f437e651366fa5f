/* The system's threads, POSIX or Windows, for crew.c. */
#ifndef IZH_LIB_THREAD_H
#define IZH_LIB_THREAD_H

#include <stdbool.h>

#ifdef _WIN32
#include <process.h>

#include "util/kernel32.h"

typedef HANDLE izh_thread;
typedef SRWLOCK izh_lock;
typedef CONDITION_VARIABLE izh_bell;

/* The head of a thread's function, which ends with IZH_THREAD_END. */
#define IZH_THREAD(name, argument) static unsigned __stdcall name(void *argument)
#define IZH_THREAD_END return 0

static inline bool izh_thread_start(izh_thread *thread, unsigned(__stdcall *run)(void *),
                                    void *argument)
{
    *thread = (HANDLE)_beginthreadex(NULL, 0, run, argument, 0, NULL);
    return *thread != NULL;
}

static inline void izh_thread_join(izh_thread thread)
{
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
}

static inline void izh_thread_yield(void)
{
    SwitchToThread();
}

static inline void izh_lock_open(izh_lock *lock, izh_bell *bell)
{
    InitializeSRWLock(lock);
    InitializeConditionVariable(bell);
}

static inline void izh_lock_close(izh_lock *lock, izh_bell *bell)
{
    (void)lock, (void)bell;
}

static inline void izh_lock_take(izh_lock *lock)
{
    AcquireSRWLockExclusive(lock);
}

static inline void izh_lock_leave(izh_lock *lock)
{
    ReleaseSRWLockExclusive(lock);
}

/* Leaves the lock until the bell rings. May also return without a reason. */
static inline void izh_bell_wait(izh_bell *bell, izh_lock *lock)
{
    SleepConditionVariableSRW(bell, lock, INFINITE, 0);
}

static inline void izh_bell_ring(izh_bell *bell)
{
    WakeAllConditionVariable(bell);
}
#else
#include <pthread.h>
#include <sched.h>

typedef pthread_t izh_thread;
typedef pthread_mutex_t izh_lock;
typedef pthread_cond_t izh_bell;

#define IZH_THREAD(name, argument) static void *name(void *argument)
#define IZH_THREAD_END return NULL

static inline bool izh_thread_start(izh_thread *thread, void *(*run)(void *), void *argument)
{
    return pthread_create(thread, NULL, run, argument) == 0;
}

static inline void izh_thread_join(izh_thread thread)
{
    pthread_join(thread, NULL);
}

static inline void izh_thread_yield(void)
{
    sched_yield();
}

static inline void izh_lock_open(izh_lock *lock, izh_bell *bell)
{
    pthread_mutex_init(lock, NULL);
    pthread_cond_init(bell, NULL);
}

static inline void izh_lock_close(izh_lock *lock, izh_bell *bell)
{
    pthread_mutex_destroy(lock);
    pthread_cond_destroy(bell);
}

static inline void izh_lock_take(izh_lock *lock)
{
    pthread_mutex_lock(lock);
}

static inline void izh_lock_leave(izh_lock *lock)
{
    pthread_mutex_unlock(lock);
}

/* Leaves the lock until the bell rings. May also return without a reason. */
static inline void izh_bell_wait(izh_bell *bell, izh_lock *lock)
{
    pthread_cond_wait(bell, lock);
}

static inline void izh_bell_ring(izh_bell *bell)
{
    pthread_cond_broadcast(bell);
}
#endif

#endif
