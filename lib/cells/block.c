/* A block takes all neurons over some ticks, part by part: a part goes through all the block's
 * ticks while it is in the cache. */
#include "cells/block.h"

#include <string.h>

#include "cells/cells.h"
#include "util/fpmode.h"
#include "util/memory.h"

/* Ticks of a block. Small populations have more, so that threads meet less often. */
#define BLOCK_LEAST 64
#define BLOCK_MOST 1024
#define BLOCK_BITS (1 << 20)
/* The most ticks of a block, so that a large config.block does not take more memory than it is
 * worth. */
#define ROOM_BITS (1 << 27)
/* Neurons of a tile, which a thread takes at a time. */
#define TILE 4096
/* No block or tile needs to be larger than this, which keeps counts of them far from overflow. */
#define LARGEST (1 << 30)

/* ---- what comes from outside ---- */

static uint32_t index_of(const struct izh_worker *w)
{
    return (uint32_t)(w - w->cells->work.worker);
}

static void jump_cells(const struct izh_kernel_job *job, uint64_t tick, size_t at, size_t count,
                       double *dv)
{
    const struct izh_worker *w = job->context;
    const struct izh_drive *outside = &w->cells->outside;
    outside->jump(outside->user, index_of(w), tick, at, count, dv);
}

/* Gets the currents of a tick from their sources, one after another. */
static void ask_each(const struct izh_kernel_job *job, uint64_t tick, size_t at, size_t count,
                     struct izh_kernel_input *input)
{
    const struct izh_worker *w = job->context;
    const struct izh_cells *c = w->cells;
    if (c->drive)
        c->drive(job, tick, at, count, input->I);
    if (c->intake.count)
        izh_intake_add(&c->intake, &c->shape, c->kernels.vectors->blend, tick, at, count, input);
    for (size_t i = 0; w->wander.currents && i < count; i++)
        input->I[i] += izh_wander_row(&w->wander, (int64_t)tick, at + i);
}

static void drive(const struct izh_kernel_job *job, uint64_t tick, size_t at, size_t count,
                  struct izh_kernel_input *input)
{
    const struct izh_worker *w = job->context;
    const struct izh_drive *outside = &w->cells->outside;
    if (w->rows.I)
        izh_intake_take(&w->rows, (int64_t)tick, at, count, input);
    else
        ask_each(job, tick, at, count, input);
    if (outside->input)
        outside->input(outside->user, index_of(w), tick, at, count, input);
}

/* ---- a part, with grid events ---- */

static void copy_states(const struct izh_worker *w, size_t at, izh_state *states)
{
    const struct izh_cells *c = w->cells;
    for (size_t i = 0; i < c->kernels.vectors->part; i++)
        states[i] = izh_states_get(&c->states, w->from, at + i);
}

/* Neurons in trouble keep their states from before the tick, and do not spike. */
static void hold_lost(struct izh_worker *w, const struct izh_kernel_job *job, size_t at,
                      const izh_state *states)
{
    struct izh_cells *c = w->cells;
    for (size_t i = 0; i < c->kernels.vectors->part; i++) {
        if (!izh_bit(c->states.lost[c->states.side], at + i))
            continue;
        izh_states_put(&c->states, c->states.side, at + i, states[i]);
        for (size_t k = 0; k < izh_spikes_rows(&c->spikes); k++)
            izh_bit_clear(job->bits + k * job->row, at + i);
    }
}

/* Takes one tick at a time, so that a neuron that is lost is found at its tick. */
static void step_carefully(struct izh_worker *w, size_t at, int64_t tick, int steps)
{
    struct izh_cells *c = w->cells;
    struct izh_kernel_job job = w->job;
    izh_state states[IZH_GROUP];
    for (int k = 0; k < steps; k++) {
        unsigned char lost[IZH_GROUP / 8] = {0};
        job.tick = (uint64_t)(tick + k);
        job.bits = w->job.bits + (size_t)k * izh_spikes_rows(&c->spikes) * job.row;
        copy_states(w, at, states);
        c->kernels.now(&job, at, 1, lost);
        for (size_t i = 0; i < c->kernels.vectors->part; i++)
            if (izh_bit(lost, i) && !izh_bit(c->states.lost[c->states.side], at + i))
                izh_cells_lose(c, at + i, tick + k,
                               izh_neuron_fate(w, at + i, tick + k, states[i]));
        hold_lost(w, &job, at, states);
    }
}

static bool any_lost(const struct izh_cells *c, int side, size_t at)
{
    const unsigned char *lost = c->states.lost[side] + at / 8;
    for (size_t i = 0; i < c->kernels.vectors->part / 8; i++)
        if (lost[i])
            return true;
    return false;
}

static void run_block_grid(struct izh_worker *w, size_t at, int64_t tick, int steps)
{
    struct izh_cells *c = w->cells;
    struct izh_kernel_job *job = &w->job;
    job->tick = (uint64_t)tick;
    if (any_lost(c, c->states.side, at) || !c->kernels.now(job, at, steps, NULL))
        step_carefully(w, at, tick, steps);
}

/* ---- a part, with exact events ---- */

static void run_block_exact(struct izh_worker *w, size_t at, int64_t tick, int steps)
{
    struct izh_cells *c = w->cells;
    const int to = izh_states_next_side(&c->states);
    w->part = at;
    w->job.tick = (uint64_t)tick;
    if (any_lost(c, to, at))
        copy_states(w, at, w->kept);
    c->kernels.now(&w->job, at, steps, NULL);
    if (!any_lost(c, to, at))
        return;
    for (size_t i = 0; i < c->kernels.vectors->part; i++)
        if (izh_bit(c->states.lost[to], at + i))
            izh_states_put(&c->states, to, at + i, w->kept[i]);
}

/* ---- a part ---- */

static void take_part(struct izh_worker *w, size_t at, int64_t tick, int steps)
{
    struct izh_cells *c = w->cells;
    const size_t rows = izh_spikes_rows(&c->spikes);
    if (rows)
        w->job.bits = c->spikes.bits + (size_t)(tick - c->shape.tick) * rows * c->shape.row;
    if (c->kernels.asks)
        run_block_exact(w, at, tick, steps);
    else if (c->kernels.now)
        run_block_grid(w, at, tick, steps);
    else
        for (size_t i = at; i < at + c->kernels.vectors->part && i < c->shape.n; i++)
            izh_neuron_run(w, i, tick, steps);
}

/* Sets on which side the states are from which the next ticks start. */
static void start_from(struct izh_worker *w, int side)
{
    w->from = side;
    w->job.from_v = w->cells->states.v[side];
    w->job.from_u = w->cells->states.u[side];
}

static void record_part(const struct izh_cells *c, size_t part, size_t sample)
{
    const struct izh_record *r = &c->record;
    const int side = izh_states_next_side(&c->states);
    for (size_t k = r->start[part]; k < r->start[part + 1]; k++)
        r->states[sample * r->count + r->neurons[k].place] =
            izh_states_get(&c->states, side, r->neurons[k].neuron);
}

/* Takes a part, whose states are on `side`, to each tick at which some of its neurons are recorded,
 * and on to the end. */
static void run_part(struct izh_worker *w, int side, size_t at, int64_t tick, int steps)
{
    const struct izh_cells *c = w->cells;
    const struct izh_record *r = &c->record;
    const size_t part = at / c->kernels.vectors->part;
    const int64_t end = tick + steps;
    start_from(w, side);
    if (r->taken < r->samples && r->start[part] < r->start[part + 1]) {
        /* The samples up to this tick are recorded already. */
        const int64_t had = tick < r->next ? 0 : (tick - r->next) / r->every + 1;
        int64_t next = r->next + had * r->every;
        for (size_t k = r->taken + (size_t)had; k < r->samples && next <= end; k++) {
            take_part(w, at, tick, (int)(next - tick));
            record_part(c, part, k);
            start_from(w, izh_states_next_side(&c->states));
            tick = next;
            next += r->every;
        }
    }
    if (tick < end)
        take_part(w, at, tick, (int)(end - tick));
}

/* Makes normals of `count` neurons for some ticks. */
static void make_normals(struct izh_worker *w, uint64_t key, size_t at, size_t count, int64_t tick,
                         int steps)
{
    const struct izh_cells *c = w->cells;
    const uint64_t from = c->shape.first + at, block = from / 4, width = (from % 4 + count + 3) / 4;
    w->job.normals = (struct izh_normals){w->normals, block, (uint64_t)tick, width};
    c->kernels.vectors->make_normals(&w->job.normals, key, (size_t)width * (size_t)steps);
}

/* Advances the wandering currents of `count` neurons over some ticks. */
static void wander_cells(struct izh_worker *w, size_t at, size_t count, int64_t tick, int steps)
{
    struct izh_cells *c = w->cells;
    make_normals(w, izh_wander_key(c->noise.seed), at, count, tick, steps);
    w->wander =
        izh_wanders_advance(&c->wanders, &c->shape, index_of(w), &w->job.normals, at, count, steps);
}

/* Whether traces flow in and no function of the host's comes before them, so that their sums can be
 * made ahead. */
static bool makes_rows(const struct izh_cells *c)
{
    return c->kernels.now && c->intake.count && !c->drive;
}

/* Makes rows of input. If nothing else but noise flows in, the kernels read the rows themselves. */
static void make_rows(struct izh_worker *w, size_t at, size_t end, int64_t tick, int ticks)
{
    const struct izh_cells *c = w->cells;
    const struct izh_vectors *vectors = c->kernels.vectors;
    w->rows = izh_intake_rows(&c->intake, index_of(w), at, vectors->part, tick, ticks);
    for (size_t part = at; part < end; part += vectors->part)
        izh_intake_fill(&c->intake, &c->columns, &w->wander, vectors->blend, &w->rows, part);
    if (!w->job.conducts && !w->job.jump && !c->outside.input)
        w->job.flows = izh_intake_flows(&c->intake, vectors, index_of(w), &w->rows, end);
}

static bool is_noisy(const struct izh_cells *c)
{
    return (c->noise.sigma > 0 && c->kernels.now) || c->wanders.rows;
}

/* How many ticks to take at once, so that what is made ahead for them is still in the cache. */
static int most_ticks(const struct izh_cells *c, int steps)
{
    const int most = is_noisy(c)     ? IZH_NOISE_TICKS
                     : makes_rows(c) ? izh_intake_row_ticks(c->kernels.vectors->part)
                                     : steps;
    return steps < most ? steps : most;
}

/* Takes the parts from neuron `at` up to `end` over some ticks. With noise, all of them take a few
 * ticks before any goes on, so that they share what the generator makes at a time. */
static void run_parts(struct izh_worker *w, int side, size_t at, size_t end, int64_t tick,
                      int steps)
{
    const struct izh_cells *c = w->cells;
    const int most = most_ticks(c, steps);
    for (; steps > 0; steps -= most, tick += most, side = izh_states_next_side(&c->states)) {
        const int count = steps < most ? steps : most;
        if (c->wanders.rows)
            wander_cells(w, at, end - at, tick, count);
        if (c->noise.sigma > 0 && c->kernels.now)
            make_normals(w, c->noise.seed, at, end - at, tick, count);
        if (makes_rows(c))
            make_rows(w, at, end, tick, count);
        for (size_t part = at; part < end; part += c->kernels.vectors->part)
            run_part(w, side, part, tick, count);
    }
}

/* Takes neurons in pieces, if something is made ahead for them. The fewer the ticks, the more
 * neurons are in a piece, so that runs of one tick, too, make much at a time. */
static void run_pieces(struct izh_worker *w, int side, size_t at, size_t end, int64_t tick,
                       int steps)
{
    const struct izh_cells *c = w->cells;
    const bool rows_alone = makes_rows(c) && !is_noisy(c);
    const size_t least = rows_alone ? c->kernels.vectors->part : IZH_GROUP;
    const size_t ticks = (size_t)most_ticks(c, steps);
    const size_t room = ticks < IZH_NOISE_ROOM / least ? IZH_NOISE_ROOM / ticks : least;
    const size_t piece = room / least * least;
    for (; at < end; at += piece)
        run_parts(w, side, at, at + piece < end ? at + piece : end, tick, steps);
}

/* Takes a tile. With a follower, it takes as many ticks at a time as the follower prepares. */
static void run_tile(struct izh_worker *w, size_t at, int64_t tick, int steps)
{
    const struct izh_cells *c = w->cells;
    const struct izh_follower *f = c->follower;
    const size_t part = c->kernels.vectors->part, left = (c->shape.n - at + part - 1) / part * part;
    const size_t end = at + (c->work.tile < left ? c->work.tile : left);
    const int most = f ? f->most : steps;
    for (int side = c->states.side; steps > 0;
         steps -= most, tick += most, side = izh_states_next_side(&c->states)) {
        const int count = steps < most ? steps : most;
        if (f)
            f->prepare(f->user, index_of(w), tick, count, at);
        run_pieces(w, side, at, end, tick, count);
    }
}

static void task(void *argument, uint32_t index)
{
    IZH_FPMODE; /* each thread has its own mode */
    struct izh_block *b = argument;
    struct izh_cells *c = b->cells;
    struct izh_worker *w = &c->work.worker[index];
    for (;;) {
        const size_t first =
            atomic_fetch_add_explicit(&b->next, c->work.tile, memory_order_relaxed);
        if (first >= c->shape.n)
            return;
        run_tile(w, first, b->tick, b->steps);
    }
}

/* ---- a block ---- */

/* Whether currents come from elsewhere than the column. */
static bool asks(const struct izh_cells *c)
{
    return c->drive || c->intake.count || c->wanders.rows || c->outside.input;
}

static void set_job(struct izh_cells *c, struct izh_worker *w)
{
    const int to = izh_states_next_side(&c->states);
    const struct izh_drive *outside = &c->outside;
    w->job = (struct izh_kernel_job){
        .v = c->states.v[to],
        .u = c->states.u[to],
        .h = c->shape.dt,
        .first = c->shape.first,
        .sigma = c->noise.sigma,
        .n = c->shape.n,
        .row = c->shape.row,
        .jump = outside->jump ? jump_cells : NULL,
        .drive = asks(c) ? drive : NULL,
        .conducts = c->intake.conducts || (outside->input && outside->conducts),
        .sees = outside->input && outside->sees,
        .event = izh_neuron_event,
        .stable = izh_method_ops(c->shape.method)->stable,
        .least = c->columns.least,
        .unstable = izh_neuron_unstable,
        .context = w,
    };
    w->unstable.count = 0;
    w->wander.currents = NULL;
    w->rows.I = NULL;
    memcpy(w->job.columns, c->columns.of, sizeof c->columns.of);
    w->pending = izh_spikes_pending(&c->spikes, (uint32_t)(w - c->work.worker));
    w->uniform = izh_columns_uniform(&c->columns);
    if (w->uniform)
        izh_columns_model(&c->columns, 0, &w->model);
}

/* ---- back to before the block ---- */

/* A function that gives currents within a block may fork, or a jump may leave it, and the block is
 * undone. So a block that changes states in place keeps those before it, in the order of memory: v,
 * u, and which neurons are lost. */

static size_t before_size(const struct izh_cells *c)
{
    return 2 * c->shape.padded * izh_real_size(&c->shape) + c->shape.row;
}

void *izh_block_new_before(const struct izh_cells *c)
{
    return izh_allocate_raw(&c->shape.allocator, before_size(c), 1);
}

void izh_block_set_before(struct izh_cells *c, void *before)
{
    izh_release(&c->shape.allocator, c->work.before, before_size(c), 1);
    c->work.before = before;
}

static void copy_before(struct izh_cells *c, bool back)
{
    const struct izh_states *states = &c->states;
    const int side = states->side;
    void *parts[] = {states->v[side], states->u[side], states->lost[side]};
    const size_t reals = c->shape.padded * izh_real_size(&c->shape);
    const size_t sizes[] = {reals, reals, c->shape.row};
    unsigned char *before = c->work.before;
    for (int i = 0; before && i < 3; before += sizes[i++])
        memcpy(back ? parts[i] : before, back ? before : parts[i], sizes[i]);
}

/* Undoes the block. */
static void take_back(struct izh_cells *c)
{
    copy_before(c, true);
    atomic_store(&c->spikes.count, 0);
    atomic_flag_clear(&c->trouble_lock);
    c->troubles = c->work.block.troubles;
    c->work.block.under_way = false;
    if (c->follower)
        c->follower->take_back(c->follower->user);
}

/* ---- the workers ---- */

static bool run_executor(struct izh_work *w, izh_task *share, void *argument)
{
    w->executor.run(w->executor.user, share, argument, w->count);
    share(argument, 0); /* what the executor left */
    return true;
}

/* The child of a fork has no threads of the crew, and perhaps none of the host's. */
static bool is_alone(const struct izh_cells *c)
{
    const struct izh_work *w = &c->work;
    return w->count == 1 || c->shape.n <= w->tile || w->process != izh_process();
}

/* Returns false if this is the child of a fork inside the task: parts of the work are missing. */
static bool share_out(struct izh_cells *c, izh_task *share, void *argument)
{
    struct izh_work *w = &c->work;
    if (!is_alone(c))
        return w->executor.run ? run_executor(w, share, argument)
                               : izh_crew_run(w->crew, share, argument);
    share(argument, 0);
    return true;
}

void izh_work_share(struct izh_cells *c, izh_task *share, void *argument)
{
    share_out(c, share, argument);
}

/* Returns false if this is the child of a fork inside the block: parts of it are missing. */
static bool run_workers(struct izh_cells *c)
{
    struct izh_work *w = &c->work;
    for (uint32_t i = 0; i < w->count; i++)
        set_job(c, &w->worker[i]);
    return share_out(c, task, &w->block);
}

/* Returns false if the follower has no room for the block. */
static bool begin_block(struct izh_cells *c, int steps)
{
    const struct izh_follower *f = c->follower;
    const struct izh_states *states = &c->states;
    struct izh_block *b = &c->work.block;
    b->cells = c;
    b->tick = c->shape.tick;
    b->steps = steps;
    b->troubles = c->troubles;
    b->under_way = true;
    atomic_store(&b->next, 0);
    if (!izh_states_in_place(states))
        memcpy(states->lost[!states->side], states->lost[states->side], c->shape.row);
    copy_before(c, false);
    izh_intake_begin(&c->intake, &c->shape, c->shape.tick, steps);
    return !f || f->begin(f->user, c->shape.tick, steps);
}

/* Takes all neurons over some ticks, and again in the child whenever the process forks
 * meanwhile. */
static bool run_all(struct izh_cells *c, int steps)
{
    while (begin_block(c, steps)) {
        if (run_workers(c))
            return true;
        take_back(c);
    }
    return false;
}

/* Whether the spikes that a block of so many ticks has had find room. */
static bool spikes_fit(const struct izh_cells *c, int steps)
{
    const struct izh_follower *f = c->follower;
    const size_t listed = atomic_load(&c->spikes.count);
    if (listed > c->spikes.capacity)
        return false;
    return !f || f->fits(f->user, listed + izh_spikes_in_rows(&c->spikes, steps));
}

/* Lets the follower count the block's spikes. */
static void tell_follower(struct izh_cells *c)
{
    const struct izh_follower *f = c->follower;
    f->stands(f->user, c->shape.tick);
    izh_spikes_count(&c->spikes, f->count, f->user);
}

/* Takes all neurons over some ticks. Returns false if their spikes did not fit and nothing was
 * done. */
static bool try_block(struct izh_cells *c, int steps)
{
    if (!run_all(c, steps) || !spikes_fit(c, steps)) {
        take_back(c);
        return false;
    }
    c->work.block.under_way = false;
    for (uint32_t i = 0; i < c->work.count; i++)
        izh_unstable_add(&c->unstable, c->work.worker[i].unstable);
    c->states.side = izh_states_next_side(&c->states);
    c->wanders.side = !c->wanders.side;
    c->shape.tick += steps;
    izh_record_advance(&c->record, c->shape.tick);
    izh_spikes_collect(&c->spikes, steps);
    if (c->follower)
        tell_follower(c);
    return true;
}

/* The most ticks that a block may have. Input is made for intake.most ticks, and the bits of spikes
 * need a row for each tick. If a tick has two rows, the last row is kept for spikes that were
 * due. */
static int64_t most_block_ticks(const struct izh_cells *c)
{
    const int64_t input = c->intake.count ? c->intake.most : INT64_MAX;
    const int64_t ticks = c->work.most_ticks < input ? c->work.most_ticks : input;
    if (izh_spikes_rows(&c->spikes) < 2)
        return ticks;
    return ticks < 3 ? 1 : (ticks - 1) / 2;
}

bool izh_block_run(struct izh_cells *c, int64_t end)
{
    const struct izh_follower *f = c->follower;
    const int64_t ticks = end - c->shape.tick, left = f ? f->limit(f->user, ticks) : ticks;
    const int64_t most = most_block_ticks(c);
    int steps = (int)(left < most ? left : most);
    while (!try_block(c, steps)) { /* without a follower a single tick's spikes always fit */
        if (steps == 1)
            return false;
        steps = (steps + 3) / 4;
    }
    return true;
}

void izh_block_abandon(struct izh_cells *c)
{
    izh_crew_wait(c->work.crew);
    if (c->work.block.under_way)
        take_back(c);
}

void izh_work_choose_sizes(struct izh_cells *c, uint32_t tile, uint32_t block)
{
    struct izh_work *w = &c->work;
    const size_t n = c->shape.padded ? c->shape.padded : 1;
    size_t usual = BLOCK_BITS / n, most = ROOM_BITS / n;
    usual = usual < BLOCK_LEAST ? BLOCK_LEAST : usual > BLOCK_MOST ? BLOCK_MOST : usual;
    most = most < usual ? usual : most;
    w->most_ticks = (uint32_t)(block == 0 ? usual : block < most ? block : most);
    const size_t part = c->kernels.vectors->part,
                 share = w->count > 1 ? c->shape.padded / w->count / 4 : TILE;
    size_t size = tile ? tile : share < TILE ? share : TILE;
    size = size < LARGEST ? size : LARGEST;
    size = (size + part - 1) / part * part;
    w->tile = (uint32_t)(size < part ? part : size);
}
