/* Blocks: all neurons over some ticks, by one or more workers. */
#ifndef IZH_LIB_CELLS_BLOCK_H
#define IZH_LIB_CELLS_BLOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "cells/kernel.h"
#include "cells/troubles.h"
#include "threads/crew.h"

struct izh_cells;

/* Noise is made for some neurons and ticks at once: so many normals, and over at most so many
 * ticks. */
#define IZH_NOISE_ROOM 2048
#define IZH_NOISE_TICKS (IZH_NOISE_ROOM / IZH_GROUP)

/* Who follows the cells from block to block: a network. All but `prepare` is called by the thread
 * that runs. */
struct izh_follower {
    /* How many ticks the next block may have, of so many. */
    int64_t (*limit)(void *user, int64_t ticks);
    /* Before a block, which may begin anew with fewer ticks; false where there is no room for it.
     */
    bool (*begin)(void *user, int64_t tick, int ticks);
    /* Before a worker takes the neurons of a tile, from `at` on, over some ticks, `most` at most.
     */
    void (*prepare)(void *user, uint32_t worker, int64_t tick, int ticks, size_t at);
    /* Whether there is room for so many spikes, before the block stands. */
    bool (*fits)(void *user, size_t spikes);
    /* As if the block had not begun. */
    void (*take_back)(void *user);
    /* The block stands, and now is a tick; its spikes are counted next. */
    void (*stands)(void *user, int64_t tick);
    void (*count)(void *user, uint32_t i, int64_t tick);
    /* Whether a neuron may spike once more before the step that begins, because that is due. */
    bool (*may_spike)(void *user, uint32_t i);
    int most;
    void *user;
};

/* What the workers share in a block. It lives as long as they do: the caller of a run may be gone
 * by a jump out of a callback while the others are still at work. */
struct izh_block {
    struct izh_cells *cells;
    int64_t tick;
    int steps;
    atomic_size_t next; /* the first neuron that nobody has taken */
    bool under_way;
    struct izh_troubles_list troubles; /* before the block */
};

/* Who works, and on how much at a time. */
struct izh_work {
    uint32_t tile, most_ticks; /* neurons that a worker takes at a time, ticks of a block */
    uint32_t count;
    struct izh_worker *worker;
    struct izh_crew *crew; /* NULL: one worker, or the host's executor */
    izh_executor executor;
    long process; /* the one that has the workers: a child of its fork has none */
    struct izh_block block;
    void *before; /* states before the block, to go back to: see block.c */
};

/* Sizes of blocks and tiles, from those that the host asks for; 0 where it leaves them open. */
void izh_work_choose_sizes(struct izh_cells *cells, uint32_t tile, uint32_t block);

/* Takes all neurons over the next ticks, to `end` or as far as there is room. Their spikes are then
 * the waiting ones. False where the follower has no room for a tick: nothing was done. */
bool izh_block_run(struct izh_cells *cells, int64_t end);

/* Has the workers do a task, between blocks; no worker does when all have returned. What must be
 * done is shared out by the task itself. */
void izh_work_share(struct izh_cells *cells, izh_task *task, void *argument);

/* Undoes a block that its caller left by a jump. */
void izh_block_abandon(struct izh_cells *cells);

/* Allocates memory that keeps the states before a block which changes them in place, so that its
 * caller can leave it. Returns NULL if memory is missing. */
void *izh_block_new_before(const struct izh_cells *cells);
/* Uses this memory from now on and releases what was used before. NULL keeps no states. */
void izh_block_set_before(struct izh_cells *cells, void *before);

#endif
