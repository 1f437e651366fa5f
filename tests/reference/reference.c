#include "reference/reference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CASES = 160
};

static struct reference_case cases[CASES];
static size_t count;

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
    for (size_t i = 0; i < count; i++)
        if (strlen(cases[i].name) == length && strncmp(cases[i].name, name, length) == 0)
            return &cases[i];
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
    struct reference_case *c = &cases[count++];
    if (count == CASES || at - line >= (long)sizeof c->name)
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

const struct reference_case *reference_cases(size_t *n)
{
    if (!count) {
        read_lines("cases.csv", read_case);
        read_lines("spikes.csv", read_spike);
        read_lines("states.csv", read_state);
    }
    *n = count;
    return cases;
}

const struct reference_case *reference_case(const char *name)
{
    size_t n;
    reference_cases(&n);
    return find(name, strlen(name));
}
