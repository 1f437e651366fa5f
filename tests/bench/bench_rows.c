/* What delivery costs with nothing around it: a plain loop that reads rows of synapses from memory,
 * in no order, as spikes come, and adds their weights to a table. */
#define _DEFAULT_SOURCE /* madvise */
#include "bench_network.h"

#include <stdlib.h>

#ifdef __linux__
#include <sys/mman.h>
#endif

#define DELAYS 20
#define TICKS 2                /* of a block, where the shortest delay is 1 */
#define PART ((size_t)1 << 16) /* neurons whose sums of a block take 1 MiB */
#define BLOCKS 8               /* for which sources are drawn */
#define EVENTS_LEAST 2e7       /* of a run */
/* As many rows ahead as libizh fetches; others were no faster. */
#define STARTS_AHEAD 10
#define WIRES_AHEAD 4
#define LINE 64

struct wire {
    uint32_t at;
    int32_t w;
};

struct rows {
    size_t n, k, parts; /* neurons, synapses of each, parts of the targets */
    struct wire *wires; /* [part][source][delay] */
    uint32_t *start;    /* where each delay begins in its part */
    int64_t *sums;      /* [tick][target] */
    uint32_t *due;      /* sources, in the order of their spikes */
    size_t due_count;   /* of a block */
    int blocks;         /* of a run */
};

/* In large pages, as libizh asks for them. */
static void *large(size_t bytes)
{
    const size_t page = (size_t)1 << 21;
    void *memory = must(aligned_alloc(page, (bytes + page - 1) / page * page));
#ifdef MADV_HUGEPAGE
    madvise(memory, bytes, MADV_HUGEPAGE);
#endif
    return memory;
}

static size_t starts_of_part(const struct rows *r)
{
    return r->n * DELAYS + 1;
}

static void fill(struct rows *r)
{
    const size_t of_row = r->k / r->parts, of_part = r->n * of_row, width = r->n / r->parts;
    for (size_t i = 0; i < r->parts * of_part; i++)
        r->wires[i] = (struct wire){(uint32_t)(mix(i + 1) % width), 1};
    for (size_t part = 0; part < r->parts; part++)
        for (size_t s = 0; s < starts_of_part(r); s++)
            r->start[part * starts_of_part(r) + s] =
                (uint32_t)(s / DELAYS * of_row + s % DELAYS * of_row / DELAYS);
    for (size_t i = 0; i < BLOCKS * r->due_count; i++)
        r->due[i] = (uint32_t)(mix(i + 1) % r->n);
}

struct rows *rows_new(uint32_t n, uint32_t k, double hz)
{
    struct rows *r = must(calloc(1, sizeof *r));
    *r = (struct rows){.n = n, .k = k, .parts = (n + PART - 1) / PART};
    r->due_count = (size_t)(n * hz / 1000 * DELAYS);
    r->blocks = (int)(EVENTS_LEAST / ((double)r->due_count * k * TICKS / DELAYS)) + 1;
    r->wires = large(r->n * r->k * sizeof *r->wires);
    r->start = large(r->parts * starts_of_part(r) * sizeof *r->start);
    r->sums = large(TICKS * (r->n / r->parts) * sizeof *r->sums);
    r->due = must(malloc(BLOCKS * r->due_count * sizeof *r->due));
    fill(r);
    return r;
}

void rows_free(struct rows *r)
{
    free(r->wires);
    free(r->start);
    free(r->sums);
    free(r->due);
    free(r);
}

/* The starts of what is due of the i-th spike: those of the oldest spikes come last. */
static const uint32_t *due_of(const struct rows *r, const uint32_t *start, const uint32_t *due,
                              size_t i)
{
    return start + (size_t)due[i] * DELAYS + i * (DELAYS / TICKS) / r->due_count * TICKS;
}

static void fetch_ahead(const struct rows *r, const struct wire *wires, const uint32_t *start,
                        const uint32_t *due, size_t i)
{
    if (i + STARTS_AHEAD < r->due_count)
        __builtin_prefetch(due_of(r, start, due, i + STARTS_AHEAD));
    if (i + WIRES_AHEAD >= r->due_count)
        return;
    const uint32_t *next = due_of(r, start, due, i + WIRES_AHEAD);
    for (const char *line = (const char *)(wires + next[0]);
         line < (const char *)(wires + next[TICKS]); line += LINE)
        __builtin_prefetch(line);
}

/* What a part gets in a block; returns how many events. */
static size_t deliver(const struct rows *r, size_t part, const uint32_t *due)
{
    const size_t width = r->n / r->parts;
    const struct wire *wires = r->wires + part * r->n * (r->k / r->parts);
    const uint32_t *start = r->start + part * starts_of_part(r);
    size_t events = 0;
    for (size_t i = 0; i < r->due_count; i++) {
        fetch_ahead(r, wires, start, due, i);
        const uint32_t *row = due_of(r, start, due, i);
        for (size_t tick = 0; tick < TICKS; tick++)
            for (uint32_t x = row[tick]; x < row[tick + 1]; x++)
                r->sums[tick * width + wires[x].at] += wires[x].w;
        events += row[TICKS] - row[0];
    }
    return events;
}

double rows_run(void *what)
{
    const struct rows *r = what;
    double events = 0;
    for (int block = 0; block < r->blocks; block++)
        for (size_t part = 0; part < r->parts; part++)
            events += (double)deliver(r, part, r->due + (size_t)(block % BLOCKS) * r->due_count);
    return events;
}
