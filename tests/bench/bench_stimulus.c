/* What input over time costs a population, against a constant current: traces that many neurons
 * share, and one for each neuron beside what reading so much memory takes. Each cost is the least
 * of several runs, which take turns.
 *
 *     bench_stimulus              prints tables
 *     bench_stimulus TABLE WAY    runs a way of a table, for who counts instructions: its ticks
 * last bench_stimulus --count      prints how many tables, ways, and neurons times ticks these have
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <izh/izh.h>

#define N 10000u
#define SAMPLES 1000u /* a population's run, of ticks of 0.1 ms */
#define TRACES 64u
#define FEW_SAMPLES 200u
#define ROUNDS 9

enum {
    CONSTANT,
    ONE,
    SHARED,
    LINES,
    TWO_G, /* a current and two conductances */
    EACH,
    WAYS
};
static const char *const names[] = {"a constant current",
                                    "1 trace for all",
                                    "64 traces at 10 kHz, with gains",
                                    "64 traces of lines at 7 kHz, with gains",
                                    "a current and two conductances, 64 traces each",
                                    "a trace for each neuron"};

static const struct table {
    int32_t precision, events;
    izh_method method;
    const char *name;
} tables[] = {
    {IZH_F64, IZH_EVENTS_EXACT, IZH_MIDPOINT, "`midpoint`, exact, float64"},
    {IZH_F32, IZH_EVENTS_EXACT, IZH_MIDPOINT, "`midpoint`, exact, float32"},
    {IZH_F64, IZH_EVENTS_GRID, IZH_PUBLISHED_2003, "`published-2003`, grid, float64"},
    {IZH_F64, IZH_EVENTS_EXACT, IZH_RK4, "`rk4`, exact, float64"},
};
#define TABLES (sizeof tables / sizeof *tables)

static double *values, *gains;
static uint32_t *channels;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* About the constant current of 10. */
static void fill(void)
{
    uint64_t x = 1;
    values = malloc((size_t)N * SAMPLES * sizeof *values);
    gains = malloc(N * sizeof *gains);
    channels = malloc(N * sizeof *channels);
    if (!values || !gains || !channels)
        exit(1);
    for (size_t k = 0; k < (size_t)N * SAMPLES; k++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        values[k] = 9.5 + (double)(x >> 40) * 0x1p-24;
    }
    for (uint32_t i = 0; i < N; i++) {
        channels[i] = i * 37u % TRACES;
        gains[i] = .95 + .1 * i / N;
    }
}

static void set(izh_population *p, int way)
{
    const double I = 10, none = 0;
    const izh_traces shared = {.count = TRACES,
                               .between = way == LINES ? IZH_LINEAR : IZH_HELD,
                               .dt = way == LINES ? 1 / 7. : .1,
                               .samples = SAMPLES,
                               .values = values,
                               .channels = channels,
                               .gains = gains};
    izh_traces x[3] = {shared, shared, shared};
    if (way == ONE) {
        x[0].count = 1;
        x[0].channels = NULL;
    }
    if (way == EACH) {
        x[0].count = N;
        x[0].channels = NULL;
    }
    for (int k = 1; k < 3; k++) { /* that move the neurons but little */
        x[k].conducts = 1;
        x[k].E = -60;
        x[k].gains = NULL;
        x[k].values = values + (size_t)k * TRACES * SAMPLES;
    }
    izh_population_set_current(p, 0, N, way == CONSTANT ? &I : &none, 0);
    if (way == TWO_G) {
        double *small = malloc(N * sizeof *small);
        for (uint32_t i = 0; small && i < N; i++)
            small[i] = 1e-4;
        x[1].gains = x[2].gains = small;
        izh_population_set_stimulus(p, x, 3);
        free(small);
    } else if (way != CONSTANT && izh_population_set_stimulus(p, x, 1) != IZH_OK) {
        printf("%s\n", izh_population_message(p));
        exit(1);
    }
}

static int32_t drop(const izh_spike *spikes, size_t count, void *user)
{
    (void)spikes;
    *(size_t *)user += count;
    return IZH_CONTINUE;
}

static izh_population *make(const struct table *t, int way)
{
    izh_population_config config = IZH_POPULATION_CONFIG_INIT;
    izh_population *p;
    config.n = N;
    config.precision = t->precision;
    config.method = t->method;
    config.events = t->events;
    config.dt = .1;
    if (izh_population_create(&p, &config) != IZH_OK)
        exit(1);
    for (uint32_t i = 0; i < N; i++) { /* so that they do not spike at once */
        const izh_state y = {-65, -13 + 1e-3 * i};
        izh_population_set_state(p, i, 1, &y, 0);
    }
    set(p, way);
    return p;
}

/* ns per neuron and tick, and the spikes. */
static double run(const struct table *t, int way, uint32_t ticks, size_t *spikes)
{
    izh_population *p = make(t, way);
    *spikes = 0;
    izh_population_on_spikes(p, drop, spikes);
    const double from = now();
    izh_population_run(p, ticks * .1);
    const double ns = (now() - from) / ((double)N * ticks);
    izh_population_destroy(p);
    return ns;
}

/* ns to read a double, one after another. */
static double read_all(void)
{
    double sums[8] = {0}, total = 0;
    const double from = now();
    for (size_t k = 0; k < (size_t)N * SAMPLES; k += 8)
        for (int j = 0; j < 8; j++)
            sums[j] += values[k + (size_t)j];
    const double ns = (now() - from) / ((double)N * SAMPLES);
    for (int j = 0; j < 8; j++)
        total += sums[j];
    return total > 0 ? ns : 0;
}

/* Takes a table's runs by turns; returns the ns to read a double. */
static double measure(const struct table *t, double least[WAYS])
{
    double memory = read_all();
    size_t spikes;
    for (int round = 0; round < ROUNDS; round++) {
        for (int way = 0; way < WAYS; way++) {
            const double ns = run(t, way, SAMPLES, &spikes);
            least[way] = round && least[way] < ns ? least[way] : ns;
        }
        const double ns = read_all();
        memory = ns < memory ? ns : memory;
    }
    return memory;
}

static void print_head(void)
{
    printf("%u neurons, %g ms of ticks of 0.1 ms, one thread.\n\n", N, SAMPLES * .1);
    printf(
        "ns per neuron and tick, and in brackets times those of a constant current\n\n| input |");
    for (size_t k = 0; k < TABLES; k++)
        printf(" %s |", tables[k].name);
    printf("\n|---|");
    for (size_t k = 0; k < TABLES; k++)
        printf("---|");
}

static void print_tables(void)
{
    double least[TABLES][WAYS], memory[TABLES];
    for (size_t k = 0; k < TABLES; k++)
        memory[k] = measure(&tables[k], least[k]);
    print_head();
    for (int way = 0; way < WAYS; way++) {
        printf("\n| %s |", names[way]);
        for (size_t k = 0; k < TABLES; k++)
            printf(" %.2f (%.2f) |", least[k][way], least[k][way] / least[k][CONSTANT]);
    }
    printf("\n| to read 8 bytes from memory |");
    for (size_t k = 0; k < TABLES; k++)
        printf(" %.2f |", memory[k]);
    printf("\n");
}

static int run_one(size_t table, int way)
{
    size_t spikes;
    if (table >= TABLES || way < 0 || way >= WAYS)
        return 1;
    run(&tables[table], way, FEW_SAMPLES, &spikes);
    printf("%s\n%s\n", tables[table].name, names[way]);
    return 0;
}

int main(int argc, char **argv)
{
    int status = 0;
    if (argc == 2) {
        printf("%zu %d %u\n", TABLES, WAYS, N * FEW_SAMPLES);
        return 0;
    }
    fill();
    if (argc == 3)
        status = run_one(strtoul(argv[1], NULL, 10), atoi(argv[2]));
    else
        print_tables();
    free(values);
    free(gains);
    free(channels);
    return status;
}
