/* What derivatives cost: runs of published neurons with 1, 5 and 16 of them beside the same runs
 * without. Each time is the least of many, taken in turns. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <izh/izh.h>

#define ROUNDS 400
#define MOST 16

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

/* k, a, b, c, d of the 2007 form first, then single fields. */
static void choose(izh_gradient *of, const izh_params *p)
{
    izh_params form[9];
    memset(of, 0, MOST * sizeof *of);
    izh_params_2007_jacobian(p->cm, p->k2, p->vb, -p->k1 / p->k2 - p->vb, p->vpeak, p->a, p->b_hi,
                             p->c, p->d, form);
    of[0].params = form[1];
    for (int i = 1; i < 5; i++)
        of[i].params = form[i + 4];
    double *const fields[] = {&of[5].params.cm,      &of[6].params.k2,   &of[7].params.k1,
                              &of[8].params.k0,      &of[9].params.r,    &of[10].params.vb,
                              &of[11].params.vpeak,  &of[12].params.c_u, &of[13].params.u_max,
                              &of[14].params.vpeak_u};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        *fields[i] = 1;
    of[15].initial.v = 1;
}

/* What one run takes, microseconds. */
static double time_run(const izh_preset *preset, const izh_gradient *of, size_t n)
{
    izh_solver_config config = IZH_SOLVER_CONFIG_INIT;
    izh_solver *s;
    config.params = preset->params;
    config.initial = preset->initial;
    config.gradients = of;
    config.gradient_count = n;
    if (izh_solver_create(&s, &config) != IZH_OK ||
        izh_solver_set_stimulus(s, preset->segments, preset->segment_count) != IZH_OK)
        exit(1);
    const double start = now();
    if (izh_solver_run(s, preset->duration) != IZH_OK)
        exit(1);
    const double time = now() - start;
    izh_solver_destroy(s);
    return time;
}

static void measure(const char *name)
{
    static const size_t counts[] = {0, 1, 5, MOST};
    const izh_preset *preset = izh_preset_find(name);
    izh_gradient of[MOST];
    double best[] = {1e300, 1e300, 1e300, 1e300};
    choose(of, &preset->params);
    for (int round = 0; round < ROUNDS; round++)
        for (size_t k = 0; k < 4; k++) {
            const double time = time_run(preset, of, counts[k]);
            best[k] = time < best[k] ? time : best[k];
        }
    printf("%-11s %8.1f us %7.2f %8.2f %8.2f\n", name, best[0], best[1] / best[0],
           best[2] / best[0], best[3] / best[0]);
}

int main(void)
{
    printf("A run with so many derivatives, in plain runs (at most 1 + 2 p are promised):\n\n"
           "%-11s %11s %7s %8s %8s\n",
           "", "plain run", "1", "5", "16");
    measure("report-RS");
    measure("2003-RS");
    measure("2004-A");
    measure("2007-RS");
    measure("2007-CH");
    measure("2007-FS");
    measure("2007-LTS");
    return 0;
}
