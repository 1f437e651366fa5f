/* Derivatives of spikes and states against central differences in quadruple precision, of 200
 * neurons by all that they depend on: tests/reference/gradients.csv. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <izh/izh.h>

#include "reference/reference.h"

#define TOLERANCE 1e-8
#define NOTHING 1e-9 /* a share of what all inputs do: less is not looked at so closely */
#define FIELDS 16
#define INPUTS_MAX (FIELDS + 2 + 3 * 3)
#define LINE_MAX_LENGTH 4096

/* A line of the table. */
struct line {
    char name[64], what;
    double n; /* which spike, or when */
    size_t inputs;
    double slope[INPUTS_MAX];
};

static int read_line(struct line *x, FILE *file)
{
    static char text[LINE_MAX_LENGTH];
    do {
        if (!fgets(text, sizeof text, file))
            return 0;
    } while (text[0] == '#' || strncmp(text, "case,", 5) == 0);
    char *at = strchr(text, ',');
    snprintf(x->name, sizeof x->name, "%.*s", (int)(at - text), text);
    x->what = at[1];
    at += 2;
    x->n = strtod(at + 1, &at);
    for (x->inputs = 0; *at == ',' && x->inputs < INPUTS_MAX; x->inputs++)
        x->slope[x->inputs] = strtod(at + 1, &at);
    return 1;
}

static const struct reference_case *find_case(const char *name)
{
    size_t n;
    if (name[0] != 'r' || name[1] < '0' || name[1] > '9')
        return reference_case(name);
    const struct reference_case *all = reference_random_cases(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].name, name) == 0)
            return &all[i];
    fail_msg("no case %s", name);
    return NULL;
}

/* The inputs in the order of the table. */
static void choose_gradients(izh_gradient *of, size_t n)
{
    memset(of, 0, n * sizeof *of);
    for (size_t i = 0; i < n; i++)
        if (i < FIELDS)
            memcpy((char *)&of[i].params + i * sizeof(double), &(double){1}, sizeof(double));
        else if (i < FIELDS + 2)
            memcpy((char *)&of[i].initial + (i - FIELDS) * sizeof(double), &(double){1},
                   sizeof(double));
        else {
            of[i].segment = (uint32_t)((i - FIELDS - 2) / 3);
            of[i].of_segment = IZH_SEGMENT_I + (int32_t)((i - FIELDS - 2) % 3);
        }
}

static double input_of(const struct reference_case *c, size_t i)
{
    const double *segment = &c->stimulus[i < FIELDS + 2 ? 0 : (i - FIELDS - 2) / 3].t;
    const int part[] = {1, 2, 0};
    return i < FIELDS        ? (&c->params.cm)[i]
           : i == FIELDS     ? c->initial.v
           : i == FIELDS + 1 ? c->initial.u
                             : segment[part[(i - FIELDS - 2) % 3]];
}

struct recorder {
    izh_solver *s;
    int left; /* spikes to come */
};

static int32_t count_down(const izh_spike_event *e, izh_state *after, void *user)
{
    struct recorder *r = user;
    (void)e;
    (void)after;
    return --r->left > 0 ? IZH_CONTINUE : IZH_STOP;
}

/* The library's own line. */
static void find(double *slope, const struct line *x, const struct reference_case *c)
{
    izh_gradient of[INPUTS_MAX];
    izh_state z[INPUTS_MAX];
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    choose_gradients(of, x->inputs);
    config.params = c->params;
    config.initial = c->initial;
    config.gradients = of;
    config.gradient_count = x->inputs;
    struct recorder r = {NULL, (int)x->n};
    assert_int_equal(izh_solver_create(&r.s, &config), IZH_OK);
    assert_int_equal(izh_solver_set_stimulus(r.s, c->stimulus, c->segments), IZH_OK);
    if (x->what == 't') {
        izh_solver_on_spike(r.s, count_down, &r);
        assert_int_equal(izh_solver_run(r.s, c->t_end), IZH_STOPPED);
        assert_int_equal(izh_solver_spike_gradients(r.s, slope), IZH_OK);
    } else {
        assert_int_equal(izh_solver_run(r.s, x->n), IZH_OK);
        assert_int_equal(izh_solver_gradients(r.s, z), IZH_OK);
        for (size_t i = 0; i < x->inputs; i++)
            slope[i] = x->what == 'v' ? z[i].v : z[i].u;
    }
    izh_solver_destroy(r.s);
}

/* What all inputs together do to the line's quantity, as one rounding of each does: a slope that is
 * nothing beside that is known no better. */
static double condition(const struct line *x, const struct reference_case *c)
{
    double sum = 0;
    for (size_t i = 0; i < x->inputs; i++)
        if (isfinite(x->slope[i]) && isfinite(input_of(c, i)))
            sum += fabs(x->slope[i] * input_of(c, i));
    return sum;
}

/* Whether the table has none: a segment that begins with the run may not begin earlier. */
static int has_none(const struct line *x, const struct reference_case *c, size_t i)
{
    return isnan(x->slope[i]) && i >= FIELDS + 2 && (i - FIELDS - 2) % 3 == 2 &&
           input_of(c, i) == 0;
}

/* The error of a slope as a share of it. */
static double share_of(const struct line *x, const struct reference_case *c, size_t i, double slope)
{
    const double size = fabs(input_of(c, i)), error = fabs(slope - x->slope[i]);
    const double least = condition(x, c) / (size > 0 && isfinite(size) ? size : 1);
    return error == 0 ? 0 : error / (fabs(x->slope[i]) + NOTHING * least);
}

struct tally {
    int slopes, wrong;
    double worst;
};

static void compare(const struct line *x, struct tally *tally)
{
    const struct reference_case *c = find_case(x->name);
    double slope[INPUTS_MAX];
    find(slope, x, c);
    for (size_t i = 0; i < x->inputs; i++) {
        if (has_none(x, c, i))
            continue;
        const double share = share_of(x, c, i, slope[i]);
        tally->slopes++;
        tally->worst = fmax(tally->worst, share);
        if (share <= TOLERANCE)
            continue;
        tally->wrong++;
        print_error("%s, %c %g, input %zu: %.12g and not %.12g, off by %.1e\n", x->name, x->what,
                    x->n, i, slope[i], x->slope[i], share);
    }
}

static void they_agree(void **state)
{
    (void)state;
    const char *folder = getenv("IZH_REFERENCE");
    char path[4096], last[64] = "";
    snprintf(path, sizeof path, "%s/gradients.csv", folder ? folder : "tests/reference");
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    struct line x;
    struct tally tally = {0};
    int cases = 0;
    while (read_line(&x, file)) {
        compare(&x, &tally);
        cases += strcmp(last, x.name) != 0;
        strcpy(last, x.name);
    }
    fclose(file);
    print_error("# %d cases, %d derivatives: off by at most %.1e\n", cases, tally.slopes,
                tally.worst);
    assert_int_equal(tally.wrong, 0);
    assert_int_equal(cases, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(they_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
