#include "reference/reference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One of the three sets. */
static struct set {
    const char *cases, *spikes, *states;
    struct reference_case *all;
    size_t count, room;
} published = {.cases = "cases.csv", .spikes = "spikes.csv", .states = "states.csv"},
  drawn = {.cases = "random_cases.csv", .spikes = "random_spikes.csv"},
  flow = {.cases = "flow_cases.csv", .spikes = "flow_spikes.csv"};

static struct set *set; /* the one that is being read */

static void give_up(const char *what, const char *which)
{
    fprintf(stderr, "reference: %s: %s\n", what, which);
    exit(99);
}

static FILE *open_file(const char *name)
{
    const char *folder = getenv("IZH_REFERENCE");
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder ? folder : "tests/reference", name);
    FILE *file = fopen(path, "r");
    if (!file)
        give_up("cannot open", path);
    return file;
}

/* The next number and what separates it from the one after. */
static double number(char **at)
{
    char *end;
    const double x = strtod(*at, &end);
    if (end == *at)
        give_up("not a number", *at);
    *at = *end ? end + 1 : end;
    return x;
}

static struct reference_case *find(const char *name, size_t length)
{
    for (size_t i = set->count; i-- > 0;)
        if (strlen(set->all[i].name) == length && strncmp(set->all[i].name, name, length) == 0)
            return &set->all[i];
    give_up("no such case", name);
    return NULL;
}

/* The case that a line begins with; *at moves behind the name. NULL for a comment or the heading.
 */
static struct reference_case *case_of(char **at)
{
    char *line = *at, *comma = strchr(line, ',');
    if (line[0] == '#' || !comma || strncmp(line, "case,", 5) == 0)
        return NULL;
    *at = comma + 1;
    return find(line, (size_t)(comma - line));
}

static void read_case(char *line)
{
    char *at = strchr(line, ',');
    if (line[0] == '#' || !at)
        return;
    if (set->count == set->room) {
        set->room = set->room ? 2 * set->room : 128;
        set->all = realloc(set->all, set->room * sizeof *set->all);
        if (!set->all)
            give_up("no memory", line);
    }
    struct reference_case *c = &set->all[set->count++];
    memset(c, 0, sizeof *c);
    if (at - line >= (long)sizeof c->name)
        give_up("too long", line);
    memcpy(c->name, line, (size_t)(at++ - line));
    double *params = &c->params.cm;
    for (int i = 0; i < 16; i++)
        params[i] = number(&at);
    c->initial.v = number(&at);
    c->initial.u = number(&at);
    c->t_end = number(&at);
    while (*at > ' ') {
        if (c->segments == REFERENCE_SEGMENTS)
            give_up("too many segments", c->name);
        izh_segment *segment = &c->stimulus[c->segments++];
        segment->t = number(&at);
        segment->I = number(&at);
        segment->slope = number(&at);
    }
}

static void read_spike(char *line)
{
    struct reference_case *c = case_of(&line);
    if (!c)
        return;
    if (c->spikes == REFERENCE_SPIKES)
        give_up("too many spikes", c->name);
    number(&line);
    c->t[c->spikes] = number(&line);
    if (set->states)
        c->u[c->spikes] = number(&line);
    c->condition[c->spikes++] = number(&line);
}

static void read_state(char *line)
{
    struct reference_case *c = case_of(&line);
    if (!c)
        return;
    if (c->states == REFERENCE_STATES)
        give_up("too many states", c->name);
    c->state_t[c->states] = number(&line);
    c->state[c->states].v = number(&line);
    c->state[c->states++].u = number(&line);
}

static void read_lines(const char *name, void (*use)(char *line))
{
    static char line[1 << 16];
    FILE *file = open_file(name);
    while (fgets(line, sizeof line, file))
        use(line);
    fclose(file);
}

static const struct reference_case *read_set(struct set *which, size_t *n)
{
    set = which;
    if (!set->count) {
        read_lines(set->cases, read_case);
        read_lines(set->spikes, read_spike);
        if (set->states)
            read_lines(set->states, read_state);
    }
    *n = set->count;
    return set->all;
}

const struct reference_case *reference_cases(size_t *n)
{
    return read_set(&published, n);
}

const struct reference_case *reference_random_cases(size_t *n)
{
    return read_set(&drawn, n);
}

const struct reference_case *reference_flow_cases(size_t *n)
{
    return read_set(&flow, n);
}

const struct reference_case *reference_case(const char *name)
{
    size_t n;
    reference_cases(&n);
    return find(name, strlen(name));
}
