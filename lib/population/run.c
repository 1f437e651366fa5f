/* The run of a population, block by block: a block takes all neurons over some ticks, part by part,
 * each part over all the block's ticks while it is in the cache. */
#include <string.h>

#include "population/population.h"
#include "util/float.h"
#include "util/fpmode.h"
#include "util/memory.h"

/* Ticks of a block: more for small populations, so that threads meet less often. */
#define BLOCK_LEAST 64
#define BLOCK_MOST 1024
#define BLOCK_BITS (1 << 20)
/* And at most, so that a large config.block does not take more memory than it is worth. */
#define ROOM_BITS (1 << 27)
/* Neurons of a tile: what a thread takes at a time. */
#define TILE 4096
/* No block or tile needs to be larger than this, and counts of them stay far from overflow. */
#define LARGEST (1 << 30)

/* ---- currents ---- */

static void drive(const struct izh_kernel_job *job, uint64_t tick, size_t at, size_t count,
                  double *I)
{
    const struct izh_worker *w = job->context;
    const struct izh_population *p = w->population;
    if (p->stepwise)
        memcpy(I, p->stepwise + at, count * sizeof *I);
    else
        p->on_current(izh_tick_time(p, (int64_t)tick), (uint32_t)at, (uint32_t)count, I,
                      p->on_current_user);
}

/* Asks for the currents of all neurons in a tick. */
static void ask_currents(struct izh_population *p)
{
    for (uint32_t i = 0; i < p->n; i++)
        p->stepwise[i] = izh_column_get(p, IZH_CONSTANT_I, i);
    p->inside = true;
    if (p->n)
        p->on_current(izh_tick_time(p, p->tick), 0, p->n, p->stepwise, p->on_current_user);
    p->inside = false;
}

/* ---- a part, with grid events ---- */

static izh_state get_state(const struct izh_population *p, int side, size_t i)
{
    return (izh_state){izh_real_get(p, p->v[side], i), izh_real_get(p, p->u[side], i)};
}

static void copy_states(const struct izh_worker *w, size_t at, izh_state *states)
{
    const struct izh_population *p = w->population;
    for (size_t i = 0; i < p->vectors->part; i++)
        states[i] = get_state(p, w->from, at + i);
}

static void put_state(struct izh_population *p, int side, size_t i, izh_state y)
{
    izh_real_set(p, p->v[side], i, y.v);
    izh_real_set(p, p->u[side], i, y.u);
}

/* Neurons in trouble stay where they were in a tick, silent. */
static void hold_lost(struct izh_worker *w, const struct izh_kernel_job *job, size_t at,
                      const izh_state *states)
{
    struct izh_population *p = w->population;
    for (size_t i = 0; i < p->vectors->part; i++) {
        if (!izh_bit(p->lost[p->side], at + i))
            continue;
        put_state(p, p->side, at + i, states[i]);
        izh_bit_clear(job->bits, at + i);
    }
}

/* One tick at a time, so that a neuron that is lost is found at its tick. */
static void step_carefully(struct izh_worker *w, size_t at, int64_t tick, int steps)
{
    struct izh_population *p = w->population;
    struct izh_kernel_job job = w->job;
    izh_state states[IZH_GROUP];
    for (int k = 0; k < steps; k++) {
        unsigned char lost[IZH_GROUP / 8] = {0};
        job.tick = (uint64_t)(tick + k);
        job.bits = w->job.bits + (size_t)k * job.row;
        copy_states(w, at, states);
        p->kernel(&job, at, 1, lost);
        for (size_t i = 0; i < p->vectors->part; i++)
            if (izh_bit(lost, i) && !izh_bit(p->lost[p->side], at + i))
                izh_population_lose(p, at + i, tick + k,
                                    izh_neuron_fate(w, at + i, tick + k, states[i]));
        hold_lost(w, &job, at, states);
    }
}

static bool any_lost(const struct izh_population *p, int side, size_t at)
{
    const unsigned char *lost = p->lost[side] + at / 8;
    for (size_t i = 0; i < p->vectors->part / 8; i++)
        if (lost[i])
            return true;
    return false;
}

static void run_grid(struct izh_worker *w, size_t at, int64_t tick, int steps)
{
    struct izh_population *p = w->population;
    struct izh_kernel_job *job = &w->job;
    job->tick = (uint64_t)tick;
    if (any_lost(p, p->side, at) || !p->kernel(job, at, steps, NULL))
        step_carefully(w, at, tick, steps);
}

/* ---- a part, with exact events ---- */

static void run_exact(struct izh_worker *w, size_t at, int64_t tick, int steps)
{
    struct izh_population *p = w->population;
    const int to = izh_other_side(p);
    w->part = at;
    w->job.tick = (uint64_t)tick;
    if (any_lost(p, to, at))
        copy_states(w, at, w->kept);
    p->kernel(&w->job, at, steps, NULL);
    if (!any_lost(p, to, at))
        return;
    for (size_t i = 0; i < p->vectors->part; i++)
        if (izh_bit(p->lost[to], at + i))
            put_state(p, to, at + i, w->kept[i]);
}

/* ---- a part ---- */

static void take_part(struct izh_worker *w, size_t at, int64_t tick, int steps)
{
    struct izh_population *p = w->population;
    if (!p->listed)
        w->job.bits = p->bits + (size_t)(tick - p->tick) * p->row;
    if (p->kernel && p->listed)
        run_exact(w, at, tick, steps);
    else if (p->kernel)
        run_grid(w, at, tick, steps);
    else
        for (size_t i = at; i < at + p->vectors->part && i < p->n; i++)
            izh_neuron_run(w, i, tick, steps);
}

/* Where the states are that the next ticks start from. */
static void start_from(struct izh_worker *w, int side)
{
    w->from = side;
    w->job.from_v = w->population->v[side];
    w->job.from_u = w->population->u[side];
}

static void record_part(const struct izh_population *p, size_t part, size_t sample)
{
    const struct izh_record *r = &p->record;
    for (size_t k = r->start[part]; k < r->start[part + 1]; k++)
        r->states[sample * r->count + r->neurons[k].place] =
            get_state(p, izh_other_side(p), r->neurons[k].neuron);
}

/* Takes a part, whose states are on a side, to each tick at which something in it is recorded, and
 * on to the end. */
static void run_part(struct izh_worker *w, int side, size_t at, int64_t tick, int steps)
{
    const struct izh_population *p = w->population;
    const struct izh_record *r = &p->record;
    const size_t part = at / p->vectors->part;
    const int64_t end = tick + steps;
    start_from(w, side);
    if (r->taken < r->samples && r->start[part] < r->start[part + 1]) {
        /* Earlier ticks of the block have had theirs. */
        const int64_t had = tick < r->next ? 0 : (tick - r->next) / r->every + 1;
        int64_t next = r->next + had * r->every;
        for (size_t k = r->taken + (size_t)had; k < r->samples && next <= end; k++) {
            take_part(w, at, tick, (int)(next - tick));
            record_part(p, part, k);
            start_from(w, izh_other_side(p));
            tick = next;
            next += r->every;
        }
    }
    if (tick < end)
        take_part(w, at, tick, (int)(end - tick));
}

/* Makes the noise of `count` neurons for some ticks. */
static void make_noise(struct izh_worker *w, size_t at, size_t count, int64_t tick, int steps)
{
    const struct izh_population *p = w->population;
    const uint64_t from = p->first + at, block = from / 4, width = (from % 4 + count + 3) / 4;
    w->job.normals = (struct izh_normals){w->normals, block, (uint64_t)tick, width};
    p->vectors->make_normals(&w->job.normals, p->seed, (size_t)width * (size_t)steps);
}

/* Takes the parts from neuron `at` to before `end` over some ticks. With noise, all of them take a
 * few ticks before any goes on: so they share what the generator makes at a time. */
static void run_parts(struct izh_worker *w, size_t at, size_t end, int64_t tick, int steps)
{
    const struct izh_population *p = w->population;
    const bool noisy = p->sigma > 0 && p->kernel;
    const int most = noisy ? IZH_NOISE_TICKS : steps;
    for (int side = p->side; steps > 0; steps -= most, tick += most, side = izh_other_side(p)) {
        const int count = steps < most ? steps : most;
        if (noisy)
            make_noise(w, at, end - at, tick, count);
        for (size_t part = at; part < end; part += p->vectors->part)
            run_part(w, side, part, tick, count);
    }
}

/* Takes a tile, with noise in pieces: the fewer ticks, the more neurons, so that the generator
 * makes much at a time in runs of one tick, too. */
static void run_tile(struct izh_worker *w, size_t at, int64_t tick, int steps)
{
    const struct izh_population *p = w->population;
    const size_t part = p->vectors->part, left = (p->n - at + part - 1) / part * part;
    const size_t end = at + (p->tile < left ? p->tile : left);
    const size_t ticks = steps < IZH_NOISE_TICKS ? (size_t)steps : IZH_NOISE_TICKS;
    const size_t piece = IZH_NOISE_ROOM / ticks / IZH_GROUP * IZH_GROUP;
    for (; at < end; at += piece)
        run_parts(w, at, at + piece < end ? at + piece : end, tick, steps);
}

static void task(void *argument, uint32_t index)
{
    IZH_FPMODE; /* a thread has its own */
    struct izh_block *b = argument;
    struct izh_population *p = b->population;
    struct izh_worker *w = &p->worker[index];
    for (;;) {
        const size_t first = atomic_fetch_add_explicit(&b->next, p->tile, memory_order_relaxed);
        if (first >= p->n)
            return;
        run_tile(w, first, b->tick, b->steps);
    }
}

/* ---- a block ---- */

static void set_job(struct izh_population *p, struct izh_worker *w)
{
    const int to = izh_other_side(p);
    w->job = (struct izh_kernel_job){
        .v = p->v[to],
        .u = p->u[to],
        .h = p->dt,
        .first = p->first,
        .sigma = p->sigma,
        .n = p->n,
        .row = p->row,
        .drive = p->on_current ? drive : NULL,
        .event = izh_neuron_event,
        .stable = izh_method_ops(p->method)->stable,
        .least = p->least,
        .unstable = izh_neuron_unstable,
        .context = w,
    };
    w->unstable.count = 0;
    memcpy(w->job.columns, p->columns, sizeof p->columns);
    w->uniform = izh_columns_uniform(p);
    if (w->uniform)
        izh_population_model(p, 0, &w->model);
}

/* ---- back to before the block ---- */

/* A function that gives currents within a block may fork, or be left by a jump. With grid events
 * the block has changed states in place by then; so those before it are kept, in the order of
 * memory: v, u, and who is lost. (Otherwise they are there twice, or no callback comes.) */

static size_t before_size(const struct izh_population *p)
{
    return 2 * p->padded * izh_real_size(p) + p->row;
}

void *izh_population_new_before(const struct izh_population *p)
{
    return izh_allocate_raw(&p->allocator, before_size(p), 1);
}

void izh_population_release_before(struct izh_population *p)
{
    izh_release(&p->allocator, p->before, before_size(p), 1);
    p->before = NULL;
}

static void copy_before(struct izh_population *p, bool back)
{
    void *parts[] = {p->v[p->side], p->u[p->side], p->lost[p->side]};
    const size_t reals = p->padded * izh_real_size(p), sizes[] = {reals, reals, p->row};
    unsigned char *before = p->before;
    for (int i = 0; before && i < 3; before += sizes[i++])
        memcpy(back ? parts[i] : before, back ? before : parts[i], sizes[i]);
}

/* As if the block had not begun. */
static void take_back(struct izh_population *p)
{
    copy_before(p, true);
    atomic_store(&p->list_count, 0);
    atomic_flag_clear(&p->trouble_lock);
    p->troubles = p->work.troubles;
    p->work.under_way = false;
}

/* ---- the workers ---- */

static bool run_executor(struct izh_population *p)
{
    p->executor.run(p->executor.user, task, &p->work, p->worker_count);
    task(&p->work, 0); /* what it left */
    return true;
}

/* In the child of a fork there are no threads, and a host's may be missing, too. */
static bool is_alone(const struct izh_population *p)
{
    return p->worker_count == 1 || p->n <= p->tile || p->process != izh_process();
}

/* False where this is the child of a fork inside the block, parts of which are missing. */
static bool run_workers(struct izh_population *p)
{
    bool done = true;
    for (uint32_t i = 0; i < p->worker_count; i++)
        set_job(p, &p->worker[i]);
    p->inside = true;
    if (is_alone(p))
        task(&p->work, 0);
    else if (p->executor.run)
        done = run_executor(p);
    else
        done = izh_crew_run(p->crew, task, &p->work);
    p->inside = false;
    return done;
}

static void begin_block(struct izh_population *p, int steps)
{
    p->work.population = p;
    p->work.tick = p->tick;
    p->work.steps = steps;
    p->work.troubles = p->troubles;
    p->work.under_way = true;
    atomic_store(&p->work.next, 0);
    if (p->listed)
        memcpy(p->lost[izh_other_side(p)], p->lost[p->side], p->row);
    copy_before(p, false);
}

/* Takes all neurons over some ticks; false where their spikes did not fit and nothing was done. */
static bool try_block(struct izh_population *p, int steps)
{
    begin_block(p, steps);
    while (!run_workers(p)) {
        take_back(p);
        begin_block(p, steps);
    }
    if (atomic_load(&p->list_count) > p->list_capacity) {
        take_back(p);
        return false;
    }
    p->work.under_way = false;
    for (uint32_t i = 0; i < p->worker_count; i++)
        izh_unstable_add(&p->unstable, p->worker[i].unstable);
    p->side = izh_other_side(p);
    p->tick += steps;
    izh_record_advance(p);
    izh_spikes_collect(p, p->tick - steps + 1, p->listed ? 0 : (size_t)steps);
    return true;
}

izh_status izh_population_abandon(izh_population *p)
{
    if (!p)
        return IZH_E_INVALID;
    if (!p->inside)
        return IZH_OK;
    izh_crew_wait(p->crew);
    if (p->work.under_way)
        take_back(p);
    p->inside = false;
    if (p->on_spikes) /* it has had them; else they are the host's to read */
        p->out_count = 0;
    izh_fpmode_set(p->fpmode);
    return IZH_OK;
}

/* How many ticks the next block takes: none beyond the end or its room. */
static int count_steps(const struct izh_population *p, int64_t end)
{
    int64_t steps = end - p->tick;
    if (p->stepwise)
        return 1;
    if (steps > (int64_t)p->rows)
        steps = (int64_t)p->rows;
    return (int)steps;
}

static void run_block(struct izh_population *p, int64_t end)
{
    int steps = count_steps(p, end);
    if (p->stepwise)
        ask_currents(p);
    while (!try_block(p, steps)) /* a single tick's spikes always fit */
        steps = (steps + 3) / 4;
}

/* ---- run ---- */

/* The tick that t means; -1 for none that can be run to. */
static int64_t find_tick(const struct izh_population *p, double t)
{
    const double ticks = izh_round((t - p->t0) / p->dt);
    const double slack = 4 * DBL_EPSILON * izh_fmax(izh_fabs(t), izh_fabs(p->t0));
    if (!(izh_fabs(ticks) < 0x1p53) || !(izh_fabs(t - (p->t0 + ticks * p->dt)) <= slack) ||
        !(2 * slack < p->dt))
        return -1;
    return (int64_t)ticks;
}

/* IZH_OK, or the trouble that there is since it was last reported. */
static izh_status report_troubles(struct izh_population *p)
{
    const struct izh_troubles_list *list = &p->troubles;
    if (!list->news)
        return IZH_OK;
    p->troubles.news = false;
    if (!list->count) /* all those that were listed are mended */
        return izh_fail(&p->report, IZH_E_DIVERGED, "%llu neurons are in trouble",
                        (unsigned long long)list->total);
    return izh_fail(&p->report, list->data[0].status,
                    "neuron %u is in trouble since %s ms: %s; %llu in all",
                    (unsigned)list->data[0].i, izh_number(list->data[0].t).text,
                    izh_status_text(list->data[0].status), (unsigned long long)list->total);
}

izh_status izh_population_run(izh_population *p, double t_end)
{
    IZH_FPMODE;
    if (!p)
        return IZH_E_INVALID;
    if (p->inside)
        return izh_fail(&p->report, IZH_E_BUSY,
                        "run inside a callback, or after one that did not return");
    const int64_t end = find_tick(p, t_end);
    if (end < p->tick)
        return izh_fail(&p->report, IZH_E_INVALID,
                        "t_end = %s is no tick from now, %s ms, on; dt = %s, t0 = %s",
                        izh_number(t_end).text, izh_number(izh_population_time(p)).text,
                        izh_number(p->dt).text, izh_number(p->t0).text);
    p->out_count = 0;
    p->fpmode = fpmode_;
    for (;;) {
        const izh_status status = izh_spikes_deliver(p);
        if (status != IZH_OK)
            return status;
        if (p->due && p->out_count) /* what is due now may belong between those delivered */
            return IZH_PAUSED;
        if (p->due)
            izh_spikes_due(p);
        else if (p->tick < end)
            run_block(p, end);
        else
            return report_troubles(p);
    }
}

void izh_population_choose_blocks(struct izh_population *p)
{
    const size_t n = p->padded ? p->padded : 1;
    size_t block = BLOCK_BITS / n, most = ROOM_BITS / n;
    block = block < BLOCK_LEAST ? BLOCK_LEAST : block > BLOCK_MOST ? BLOCK_MOST : block;
    most = most < block ? block : most;
    p->rows = p->block == 0 ? block : p->block < most ? p->block : most;
    const size_t part = p->vectors->part,
                 share = p->worker_count > 1 ? p->padded / p->worker_count / 4 : TILE;
    size_t tile = p->tile ? p->tile : share < TILE ? share : TILE;
    tile = tile < LARGEST ? tile : LARGEST;
    tile = (tile + part - 1) / part * part;
    p->tile = (uint32_t)(tile < part ? part : tile);
}
