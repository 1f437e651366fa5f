/* Blocks: all neurons over some ticks, shared by one or more workers. */
#ifndef IZH_LIB_CELLS_BLOCK_H
#define IZH_LIB_CELLS_BLOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "cells/kernel.h"
#include "cells/troubles.h"
#include "threads/crew.h"

struct izh_cells;

/* Noise is made for some neurons and ticks at once: at most this many normals, over at most this
 * many ticks. */
#define IZH_NOISE_ROOM 2048
#define IZH_NOISE_TICKS (IZH_NOISE_ROOM / IZH_GROUP)

/* How a network follows the cells from block to block. The workers call `prepare`; the thread that
 * runs calls all the others. */
struct izh_follower {
    /* How many of so many ticks the next block may have. */
    int64_t (*limit)(void *user, int64_t ticks);
    /* Before a block, which may begin anew with fewer ticks. Returns false if there is no room for
     * it. */
    bool (*begin)(void *user, int64_t tick, int ticks);
    /* Before a worker takes the neurons of a tile, from `at` on, over some ticks, at most
     * `most`. */
    void (*prepare)(void *user, uint32_t worker, int64_t tick, int ticks, size_t at);
    /* Whether there is room for so many spikes; asked while the block can still be taken back. */
    bool (*fits)(void *user, size_t spikes);
    /* The block is undone, as if it had not begun. */
    void (*take_back)(void *user);
    /* The block is final, and now is a tick. Its spikes are counted next, one by one. */
    void (*stands)(void *user, int64_t tick);
    void (*count)(void *user, uint32_t i, int64_t tick);
    /* Whether a neuron may spike once more, because it is at its peak before the step that
     * begins. */
    bool (*may_spike)(void *user, uint32_t i);
    int most;
    void *user;
};

/* What the workers share in a block. It lives as long as they do: a jump out of a callback may take
 * the caller of a run away while the others are still at work. */
struct izh_block {
    struct izh_cells *cells;
    int64_t tick;
    int steps;
    atomic_size_t next; /* the first neuron that no worker has taken */
    bool under_way;
    struct izh_troubles_list troubles; /* those before the block */
};

/* The workers, and how much they take at a time. */
struct izh_work {
    uint32_t tile, most_ticks; /* neurons that a worker takes at a time, and ticks of a block */
    uint32_t count;
    struct izh_worker *worker;
    struct izh_crew *crew; /* NULL: one worker, or the host's executor */
    izh_executor executor;
    long process; /* the one that has the workers: its child by a fork has none */
    struct izh_block block;
    void *before; /* states before the block, to undo it: see block.c */
};

/* Chooses the sizes of tiles and blocks from those that the host asks for; 0 leaves one open. */
void izh_work_choose_sizes(struct izh_cells *cells, uint32_t tile, uint32_t block);

/* Takes all neurons over the next ticks, to `end` or as far as there is room. Their spikes are the
 * waiting ones after that. Returns false if the follower has no room for a single tick: nothing was
 * done. */
bool izh_block_run(struct izh_cells *cells, int64_t end);

/* Lets the workers do a task, between blocks, and returns when all have finished. The task itself
 * shares out its work. */
void izh_work_share(struct izh_cells *cells, izh_task *task, void *argument);

/* Undoes a block after a jump out of it. */
void izh_block_abandon(struct izh_cells *cells);

/* Allocates memory for the states before a block that changes them in place, so that the block can
 * be undone. Returns NULL if memory is missing. */
void *izh_block_new_before(const struct izh_cells *cells);
/* Uses this memory from now on and releases what was used before. NULL keeps no states. */
void izh_block_set_before(struct izh_cells *cells, void *before);

#endif
