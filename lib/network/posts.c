#include "network/posts.h"

#include "util/exp.h"
#include "util/memory.h"

/* ---- fades ---- */

static uint32_t length_of(double start, double least, double q)
{
    uint32_t count = 0;
    for (double x = start; x >= least && x > 0; x *= q)
        count++;
    return count;
}

bool izh_fade_init(struct izh_fade *fade, const izh_allocator *allocator, double start,
                   double least, double tau, double dt)
{
    const double q = tau > 0 ? izh_exp(-dt / tau) : 0;
    *fade = (struct izh_fade){NULL, length_of(start, least, q)};
    fade->value = izh_allocate(allocator, (size_t)fade->count + 1, sizeof *fade->value);
    for (uint32_t n = 0; fade->value && n < fade->count; n++)
        fade->value[n] = n ? fade->value[n - 1] * q : start;
    return fade->value;
}

void izh_fade_release(struct izh_fade *fade, const izh_allocator *allocator)
{
    izh_release(allocator, fade->value, (size_t)fade->count + 1, sizeof *fade->value);
    *fade = (struct izh_fade){NULL, 0};
}

/* ---- lines ---- */

struct izh_post_line izh_posts_none(uint32_t now)
{
    struct izh_post_line line = {.count = 0};
    for (int k = 0; k < IZH_POSTS_KEPT; k++)
        line.tick[k] = now - IZH_LONG_AGO;
    return line;
}

bool izh_posts_init(struct izh_posts *p, const izh_allocator *allocator, uint32_t n, double tau,
                    double dt)
{
    *p = (struct izh_posts){.tau = tau};
    p->line = izh_allocate_raw(allocator, n, sizeof *p->line);
    p->recent = izh_allocate_raw(allocator, n, sizeof *p->recent);
    const bool all = p->line && p->recent;
    for (uint32_t i = 0; all && i < n; i++) {
        p->line[i] = izh_posts_none(0);
        izh_posts_restore(p, i);
    }
    return all && izh_fade_init(&p->fade, allocator, 1, IZH_TRACE_LEAST, tau, dt);
}

void izh_posts_release(struct izh_posts *p, const izh_allocator *allocator, uint32_t n)
{
    izh_release(allocator, p->line, n, sizeof *p->line);
    izh_release(allocator, p->recent, n, sizeof *p->recent);
    izh_fade_release(&p->fade, allocator);
    *p = (struct izh_posts){.tau = 0};
}

void izh_posts_restore(const struct izh_posts *p, size_t i)
{
    const struct izh_post_line *line = &p->line[i];
    struct izh_post_recent *recent = &p->recent[i];
    recent->trace = line->trace;
    for (int k = 0, at = 0, times = 0; k < 3; k++) {
        recent->tick[k] = line->tick[at];
        if (++times >= line->times[at]) {
            at++;
            times = 0;
        }
    }
}

/* Puts a tick before all others of a line. */
static void push(struct izh_post_line *line, uint32_t tick)
{
    if (line->count < IZH_POSTS_KEPT)
        line->count++;
    for (int k = line->count - 1; k > 0; k--) {
        line->tick[k] = line->tick[k - 1];
        line->times[k] = line->times[k - 1];
    }
    line->tick[0] = tick;
    line->times[0] = 1;
}

void izh_posts_add(const struct izh_posts *p, size_t i, uint32_t tick)
{
    struct izh_post_line *line = &p->line[i];
    const bool first = line->count == 0;
    line->trace = first ? 1 : izh_fade_trace(&p->fade, line->trace, tick - line->tick[0]);
    if (!first && line->tick[0] == tick && line->times[0] < UINT8_MAX)
        line->times[0]++;
    else
        push(line, tick);
    izh_posts_restore(p, i);
}

void izh_posts_forget(const struct izh_posts *p, size_t i, uint32_t now)
{
    struct izh_post_line *line = &p->line[i];
    while (line->count && now - line->tick[line->count - 1] >= IZH_FADE_MOST)
        line->count--;
    for (int k = line->count; k < IZH_POSTS_KEPT; k++) {
        line->tick[k] = now - IZH_LONG_AGO;
        line->times[k] = 0;
    }
    izh_posts_restore(p, i);
}
