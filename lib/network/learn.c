#include "network/learn.h"

#include "util/fetch.h"
#include "util/fpmode.h"
#include "util/mix.h"

/* How many synapses ahead the data of a target are fetched. */
#define AHEAD 12
/* How many spikes ahead the first LEARN_AHEAD synapses of a spike are fetched. */
#define LESSONS_AHEAD 3
#define LEARN_AHEAD 40
/* Lags are limited to this, which is beyond all fades. */
#define LAG_MOST (1 << 30)
/* After so many ticks all synapses catch up, and old spikes are forgotten: only the lower bits of
 * ticks are kept, which must not come again. */
#define REFRESH (2 * IZH_FADE_MOST)

static uint32_t cut(int64_t lag)
{
    return lag < LAG_MOST ? (uint32_t)lag : LAG_MOST;
}

/* ---- the synapses of a tract ---- */

struct desk {
    const struct izh_stdp_group *g;
    const struct izh_post_line *line; /* of the part's first neuron */
    const struct izh_post_recent *recent;
    struct izh_wire *wires;
    float *waits;
};

static struct desk desk_of(const struct izh_arrivals *a, const struct izh_group *g, size_t part,
                           const struct izh_tract *t)
{
    const struct izh_posts *posts = g->stdp.posts;
    const size_t first = part * a->wiring->part_size;
    return (struct desk){&g->stdp, posts->line + first, posts->recent + first, t->wires, t->waits};
}

static inline const struct izh_post_line *line_of(const struct desk *d, uint32_t at)
{
    return d->line + izh_wire_target(d->wires[at]);
}

static inline struct izh_weight weight_at(const struct desk *d, uint32_t at, bool waits)
{
    return (struct izh_weight){d->wires[at].k, waits ? d->waits[at] : 0};
}

static inline void put_weight(const struct desk *d, uint32_t at, struct izh_weight w, bool waits)
{
    if (waits)
        d->waits[at] = w.waits;
    else
        d->wires[at].k = w.k;
}

/* ---- arrivals ---- */

/* Delivers a spike of some age to the synapses of a row. Returns the first at which it has not
 * arrived. */
static inline __attribute__((always_inline)) uint32_t arrive_as(const struct desk *d,
                                                                struct izh_row row, int64_t age,
                                                                struct izh_stdp_times times,
                                                                bool all, bool waits)
{
    const struct izh_stdp_lesson lesson = izh_stdp_lesson_of(d->g, times);
    struct izh_wire *wires = d->wires;
    uint32_t at = row.first;
    for (; at < row.end && (int64_t)izh_wire_delay(wires[at]) <= age; at++) {
        const uint32_t target = izh_wire_target(wires[at]);
        const struct izh_weight w = weight_at(d, at, waits);
        put_weight(
            d, at,
            izh_stdp_arrive(d->g, &lesson, &d->line[target], &d->recent[target], w, all, waits),
            waits);
    }
    return at;
}

static uint32_t arrive(const struct desk *d, struct izh_row row, int64_t age,
                       struct izh_stdp_times t)
{
    const bool all = izh_stdp_traces(d->g), waits = izh_stdp_waits(d->g);
    if (all)
        return waits ? arrive_as(d, row, age, t, true, true)
                     : arrive_as(d, row, age, t, true, false);
    return waits ? arrive_as(d, row, age, t, false, true) : arrive_as(d, row, age, t, false, false);
}

static struct desk desk_at(const struct izh_arrivals *a, size_t part,
                           const struct izh_lesson *lesson)
{
    const struct izh_group *g = &a->wiring->group[lesson->group];
    const uint32_t source = izh_on_way_at(a, lesson->number - a->first)->source;
    return desk_of(a, g, part, izh_tract_of(a->wiring, g, part, source));
}

/* Learns what is due of a spike on its way. */
static void learn_lesson(struct izh_arrivals *a, size_t part, struct izh_lesson *lesson,
                         int64_t tick)
{
    const struct desk d = desk_at(a, part, lesson);
    const size_t place = izh_place_at(a, lesson->number - a->first);
    const int64_t age = (int32_t)((uint32_t)tick - a->ring[place].tick);
    const int64_t lag = tick - age - a->plastic->before[place].tick;
    const struct izh_stdp_times t = {(uint32_t)tick, cut(lag), cut(tick - d.g->caught[part]),
                                     d.g->before ? d.g->before[place] : 1};
    lesson->next = arrive(&d, (struct izh_row){lesson->next, lesson->end}, age, t);
}

/* Fetches the next synapses of a lesson from memory. */
static void fetch(const struct izh_arrivals *a, size_t part, const struct izh_lesson *lesson)
{
    const struct desk d = desk_at(a, part, lesson);
    const struct izh_wire *wires = d.wires + lesson->next;
    izh_fetch_all(wires, wires + LEARN_AHEAD);
    if (d.waits)
        izh_fetch_all(d.waits + lesson->next, d.waits + lesson->next + LEARN_AHEAD);
}

static void learn_arrivals(struct izh_arrivals *a, size_t part, int64_t tick)
{
    struct izh_lessons *lessons = &a->plastic->lessons[part];
    size_t left = 0;
    for (size_t k = 0; k < lessons->count; k++) {
        struct izh_lesson lesson = lessons->list[k];
        if (k + LESSONS_AHEAD < lessons->count)
            fetch(a, part, &lessons->list[k + LESSONS_AHEAD]);
        learn_lesson(a, part, &lesson, tick);
        if (lesson.next < lesson.end)
            lessons->list[left++] = lesson;
    }
    lessons->count = left;
}

/* Lists the spikes on their way that the part has not heard of. */
static void hear(struct izh_arrivals *a, size_t part)
{
    const struct izh_wiring *w = a->wiring;
    struct izh_lessons *lessons = &a->plastic->lessons[part];
    for (size_t k = lessons->heard - a->first; k < a->count; k++)
        for (uint32_t g = 0; g < w->count; g++) {
            const struct izh_group *group = &w->group[g];
            const uint32_t source = izh_on_way_at(a, k)->source;
            if (!group->stdp.posts || source - group->base >= group->span)
                continue;
            const struct izh_row row = izh_tract_row(izh_tract_of(w, group, part, source), source);
            if (row.first < row.end)
                lessons->list[lessons->count++] =
                    (struct izh_lesson){a->first + (uint32_t)k, g, row.first, row.end};
        }
    lessons->heard = a->first + (uint32_t)a->count;
}

/* ---- catching up ---- */

/* A source's arrivals, followed back from the last one. */
struct trail {
    struct izh_past past;
    double trace; /* at that spike */
};

static struct trail trail_of(const struct izh_arrivals *a, const struct izh_stdp_group *g,
                             uint32_t source)
{
    const uint32_t i = source - a->plastic->base;
    return (struct trail){a->plastic->last[i], g->trace ? g->trace[i] : 1};
}

/* Goes back to the last spike that had arrived by a tick. */
static void go_back(const struct izh_arrivals *a, const struct izh_stdp_group *g, int64_t delay,
                    int64_t tick, struct trail *trail)
{
    while (trail->past.tick + delay > tick) {
        const size_t place = izh_place_of(a, trail->past);
        trail->trace = g->before ? g->before[place] : 1;
        trail->past = a->plastic->before[place];
    }
}

/* The times of a synapse with some delay at a tick. */
static struct izh_stdp_times times_at(const struct izh_arrivals *a, const struct izh_stdp_group *g,
                                      size_t part, uint32_t delay, int64_t tick,
                                      struct trail *trail)
{
    go_back(a, g, delay, tick, trail);
    return (struct izh_stdp_times){(uint32_t)tick, cut(tick - trail->past.tick - delay),
                                   cut(tick - g->caught[part]), trail->trace};
}

/* Makes the synapses of a source catch up; if there is a gain, also settles what waited. */
static void catch_row(const struct izh_arrivals *a, const struct izh_group *g, size_t part,
                      const struct izh_tract *t, uint32_t source, int64_t tick, const double *gain)
{
    const struct izh_stdp_group *stdp = &g->stdp;
    const struct desk d = desk_of(a, g, part, t);
    const struct izh_row row = izh_tract_row(t, source);
    struct trail trail = trail_of(a, stdp, source);
    for (uint32_t at = row.first; at < row.end; at++) {
        const struct izh_stdp_times times =
            times_at(a, stdp, part, izh_wire_delay(d.wires[at]), tick, &trail);
        struct izh_weight w = weight_at(&d, at, d.waits);
        izh_fetch(line_of(&d, at + AHEAD < row.end ? at + AHEAD : at));
        izh_stdp_potentiate(stdp, line_of(&d, at), &times, &w, d.waits);
        if (gain)
            izh_stdp_settle(stdp, *gain, &w);
        d.wires[at].k = w.k;
        if (d.waits)
            d.waits[at] = w.waits;
    }
}

/* Makes a group's synapses onto a part catch up with all that was learned up to a tick. */
static void catch_up(const struct izh_arrivals *a, uint32_t group, size_t part, int64_t tick,
                     const double *gain)
{
    const struct izh_wiring *w = a->wiring;
    const struct izh_group *g = &w->group[group];
    const bool needed = g->tracts && (g->stdp.caught[part] < tick || gain);
    for (uint32_t shelf = 0; needed && shelf < w->shelves; shelf++) {
        const struct izh_tract *t = &g->tracts[part * w->shelves + shelf];
        for (uint32_t k = 0; k < t->built.span; k++)
            catch_row(a, g, part, t, t->built.base + k, tick, gain);
    }
    g->stdp.caught[part] = tick;
}

/* ---- spikes of targets ---- */

/* One more spike at a tick pushes the oldest one out. Groups that have not used that one catch up
 * first. */
static void make_room(struct izh_arrivals *a, size_t part, const struct izh_posts *posts,
                      const struct izh_post_line *line, int64_t tick)
{
    const int64_t lost = tick - (uint32_t)((uint32_t)tick - line->tick[IZH_POSTS_KEPT - 1]);
    for (uint32_t g = 0; g < a->wiring->count; g++) {
        const struct izh_stdp_group *stdp = &a->wiring->group[g].stdp;
        if (stdp->posts == posts && stdp->caught[part] < lost)
            catch_up(a, g, part, tick - 1, NULL);
    }
}

static void add_post(struct izh_arrivals *a, size_t part, size_t i, int64_t tick)
{
    const struct izh_plastic *p = a->plastic;
    for (uint32_t k = 0; k < p->posts_count; k++) {
        const struct izh_post_line *line = &p->posts[k].line[i];
        if (izh_posts_overflow(line, (uint32_t)tick))
            make_room(a, part, &p->posts[k], line, tick);
        izh_posts_add(&p->posts[k], i, (uint32_t)tick);
    }
}

/* Learns the part's own spikes that count at a tick. The spikes on their way are in the order of
 * ticks. */
static void learn_posts(struct izh_arrivals *a, size_t part, int64_t tick)
{
    struct izh_lessons *lessons = &a->plastic->lessons[part];
    const size_t at = part * a->wiring->part_size, left = a->wiring->n - at;
    const size_t size = left < a->wiring->part_size ? left : a->wiring->part_size;
    for (size_t k = lessons->posted - a->first; k < a->count; k++) {
        const struct izh_on_way *spike = izh_on_way_at(a, k);
        const size_t i = (size_t)(spike->source - a->plastic->first) - at;
        const int32_t later = (int32_t)(spike->tick - (uint32_t)tick);
        if (i < size && later > 0)
            break;
        if (i < size && later == 0)
            add_post(a, part, at + i, tick);
        lessons->posted = a->first + (uint32_t)k + 1;
    }
}

/* Catches up with all, and forgets old spikes, before the lower bits of ticks come again. */
static void refresh(struct izh_arrivals *a, size_t part, int64_t tick)
{
    const size_t size = a->wiring->part_size, at = part * size;
    for (uint32_t g = 0; g < a->wiring->count; g++)
        if (a->wiring->group[g].stdp.posts)
            catch_up(a, g, part, tick - 1, NULL);
    for (uint32_t k = 0; k < a->plastic->posts_count; k++)
        for (size_t i = at; i < at + size && i < a->wiring->n; i++)
            izh_posts_forget(&a->plastic->posts[k], i, (uint32_t)tick);
}

/* ---- parts, shared out among the workers ---- */

struct job {
    struct izh_arrivals *a;
    void (*part)(const struct job *job, size_t part);
    int64_t from, to;
    uint32_t group;
    atomic_size_t next;
};

static void take_parts(void *argument, uint32_t index)
{
    IZH_FPMODE; /* each thread has its own mode */
    struct job *job = argument;
    (void)index;
    for (;;) {
        const size_t part = atomic_fetch_add_explicit(&job->next, 1, memory_order_relaxed);
        if (part >= job->a->wiring->part_count)
            return;
        job->part(job, part);
    }
}

static void learn_part(const struct job *job, size_t part)
{
    hear(job->a, part);
    for (int64_t tick = job->from; tick < job->to; tick++) {
        if (tick > 0 && tick % REFRESH == 0)
            refresh(job->a, part, tick);
        learn_posts(job->a, part, tick);
        learn_arrivals(job->a, part, tick);
    }
}

/* Fewer spikes than this are not worth waking the workers. */
#define FEW_PARTS 64

static void share_out_lessons(struct job *job, struct izh_cells *cells)
{
    const struct izh_arrivals *a = job->a;
    size_t spikes = a->count;
    for (size_t part = 0; part < a->wiring->part_count; part++)
        spikes += a->plastic->lessons[part].count;
    if (job->part == learn_part && spikes < FEW_PARTS)
        take_parts(job, 0);
    else
        izh_work_share(cells, take_parts, job);
}

void izh_learn_until(struct izh_arrivals *a, struct izh_cells *cells, int64_t tick)
{
    struct job job = {.a = a, .part = learn_part, .from = a->plastic->learned, .to = tick};
    if (job.from >= tick)
        return;
    share_out_lessons(&job, cells);
    a->plastic->learned = tick;
}

static void sweep_part(const struct job *job, size_t part)
{
    const struct izh_wiring *w = job->a->wiring;
    for (uint32_t g = 0; g < w->count; g++) {
        const struct izh_stdp_group *stdp = &w->group[g].stdp;
        if (stdp->posts && izh_stdp_waits(stdp) && job->to % stdp->rule.every == 0)
            catch_up(job->a, g, part, job->to - 1, &stdp->rule.gain);
    }
}

void izh_learn_sweep(struct izh_arrivals *a, struct izh_cells *cells, int64_t tick)
{
    struct job job = {.a = a, .part = sweep_part, .to = tick};
    bool due = false;
    for (uint32_t g = 0; g < a->wiring->count; g++) {
        const uint32_t every = a->wiring->group[g].stdp.rule.every;
        due |= every && tick > 0 && tick % every == 0;
    }
    if (!due || a->plastic->swept == tick)
        return;
    share_out_lessons(&job, cells);
    a->plastic->swept = tick;
}

static void catch_part(const struct job *job, size_t part)
{
    catch_up(job->a, job->group, part, job->to, NULL);
}

void izh_learn_catch_up(struct izh_arrivals *a, struct izh_cells *cells, uint32_t group)
{
    struct job job = {.a = a, .part = catch_part, .to = a->plastic->learned - 1, .group = group};
    share_out_lessons(&job, cells);
}

/* ---- reading ---- */

static struct izh_weight read_at(const struct izh_arrivals *a, const struct desk *d, size_t part,
                                 uint32_t at, struct trail *trail)
{
    const int64_t tick = a->plastic->learned - 1;
    const struct izh_stdp_times t =
        times_at(a, d->g, part, izh_wire_delay(d->wires[at]), tick, trail);
    struct izh_weight w = weight_at(d, at, d->waits);
    izh_stdp_potentiate(d->g, line_of(d, at), &t, &w, d->waits);
    return w;
}

struct izh_weight izh_learn_weight(const struct izh_arrivals *a, uint32_t group, uint32_t source,
                                   uint32_t target, const struct izh_wire *wire)
{
    const struct izh_group *g = &a->wiring->group[group];
    if (!g->stdp.posts)
        return (struct izh_weight){wire->k, 0};
    const size_t part = target / a->wiring->part_size;
    const struct izh_tract *t = izh_tract_of(a->wiring, g, part, source);
    const struct desk d = desk_of(a, g, part, t);
    struct trail trail = trail_of(a, &g->stdp, source);
    return read_at(a, &d, part, (uint32_t)(wire - t->wires), &trail);
}

static uint64_t hash_row(const struct izh_arrivals *a, uint32_t group, size_t part,
                         const struct izh_tract *t, uint32_t source, uint64_t first)
{
    const struct izh_group *g = &a->wiring->group[group];
    const struct desk d = desk_of(a, g, part, t);
    struct trail trail = trail_of(a, &g->stdp, source);
    uint64_t sum = 0;
    for (struct izh_row row = izh_tract_row(t, source); row.first < row.end; row.first++) {
        struct izh_wire wire = d.wires[row.first];
        const struct izh_weight w = read_at(a, &d, part, row.first, &trail);
        wire.k = w.k;
        const uint64_t mixed = izh_wiring_mix(group, source, first, wire);
        sum += w.waits != 0 ? izh_mix_double(mixed, w.waits) : mixed;
    }
    return sum;
}

uint64_t izh_learn_hash(const struct izh_arrivals *a, uint32_t group, uint64_t first)
{
    const struct izh_wiring *w = a->wiring;
    const struct izh_group *g = &w->group[group];
    uint64_t sum = 0;
    for (size_t k = 0; g->tracts && k < w->part_count * w->shelves; k++) {
        const struct izh_tract *t = &g->tracts[k];
        const size_t part = k / w->shelves;
        for (uint32_t i = 0; i < t->built.span; i++)
            sum += hash_row(a, group, part, t, t->built.base + i, first + part * w->part_size);
    }
    return sum;
}

/* ---- from a blob ---- */

static void restore_part(struct izh_arrivals *a, size_t part)
{
    struct izh_lessons *lessons = &a->plastic->lessons[part];
    size_t left = 0;
    lessons->heard = lessons->posted = a->first;
    lessons->count = 0;
    hear(a, part);
    for (size_t k = 0; k < lessons->count; k++) {
        struct izh_lesson x = lessons->list[k];
        const struct izh_on_way *spike = izh_on_way_at(a, x.number - a->first);
        const struct izh_wire *wires =
            izh_tract_of(a->wiring, &a->wiring->group[x.group], part, spike->source)->wires;
        const int32_t age = (int32_t)((uint32_t)a->plastic->learned - spike->tick);
        while (x.next < x.end && (int64_t)izh_wire_delay(wires[x.next]) < age)
            x.next++;
        if (x.next < x.end)
            lessons->list[left++] = x;
    }
    lessons->count = left;
}

void izh_learn_restore(struct izh_arrivals *a, int64_t tick)
{
    a->plastic->learned = tick;
    for (uint32_t k = 0; k < a->plastic->posts_count; k++)
        for (size_t i = 0; i < a->wiring->n; i++)
            izh_posts_restore(&a->plastic->posts[k], i);
    for (size_t part = 0; part < a->wiring->part_count; part++) {
        restore_part(a, part);
        for (uint32_t g = 0; g < a->wiring->count; g++)
            if (a->wiring->group[g].stdp.posts)
                a->wiring->group[g].stdp.caught[part] = tick - 1;
    }
}
