/* What a step of a neuron of a population costs, in one run: every method, precision, size and way
 * of events on one and two threads, with spikes delivered in order and read, against a loop as a
 * user would write it and against what the machine can do at most. Each cost is the least of
 * several runs, which take turns with those that it is compared with. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "bench_population.h"

#define ROUNDS 5
#define ROUNDS_LARGE 3
#define LARGE 10000000u
#define SECONDS .1
#define RUN_SECONDS .02
#define RUN_SECONDS_MOST .1
#define RUN_SECONDS_MOST_LARGE .6
#define ROW_SECONDS_MOST 5.
#define BLOCK 64 /* ticks that a large population has in a block */
#define CURRENT 10.
#define CURRENT_10_HZ 4.8

static const int32_t precisions[] = {IZH_F64, IZH_F32};

static const char *precision_name(int32_t precision)
{
    return precision == IZH_F32 ? "f32" : "f64";
}

static size_t real_size(int32_t precision)
{
    return precision == IZH_F32 ? sizeof(float) : sizeof(double);
}

static struct task task_of(izh_method method, int32_t precision, int32_t events, uint32_t n,
                           uint32_t threads)
{
    return (struct task){method, precision, events, n, threads, CURRENT, 0, 0, 0};
}

static double most_memory(void) /* bytes */
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return 1024. * (double)usage.ru_maxrss;
}

/* ---- the machine ---- */

static const char *isa_name(int32_t isa)
{
    static const char *const names[] = {"best", "scalar", "sse2", "avx2", "avx512", "neon"};
    return isa >= 0 && isa <= IZH_ISA_NEON ? names[isa] : "?";
}

static void print_cpu(void)
{
    char line[256], *name;
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && fgets(line, sizeof line, file))
        if (!strncmp(line, "model name", 10) && (name = strchr(line, ':'))) {
            printf("cpu       %s", name + 2);
            break;
        }
    if (file)
        fclose(file);
}

static void print_machine(void)
{
    struct flock f;
    const struct task task = task_of(IZH_PUBLISHED_2003, IZH_F64, IZH_EVENTS_GRID, 1000, 1);
#ifndef __clang__
    printf("compiler  gcc %s\n", __VERSION__);
#else
    printf("compiler  %s\n", __VERSION__);
#endif
    print_cpu();
    bench_flock_create(&f, &task);
    printf("isa       %s\n", isa_name(izh_population_isa(f.population)));
    bench_flock_destroy(&f);
}

/* ---- limits ---- */

/* The fastest probes of this machine, by precision. */
static struct {
    bench_probe_fn *paper, *library;
    int paper_neurons, library_neurons;
    double paper_least, library_least; /* ns per neuron-step, of all races so far */
} limits[2];

static void print_limit(int32_t precision, const char *form, int operations, double ns, int neurons,
                        double cycle)
{
    const struct bench_limit *limit = bench_limit_find(precision);
    printf("%-4s %-12s %10d %8d %10.1f %12.1f %12.2f %10.4f\n", precision_name(precision), form,
           operations, neurons / limit->lanes, operations / ns, limit->lanes / cycle,
           operations / ns * cycle / limit->lanes, ns);
}

static int least_of(const struct arm *arms, int from, int stride, int count)
{
    int best = from;
    for (int j = from; j < count; j += stride)
        if (arms[j].least < arms[best].least)
            best = j;
    return best;
}

/* Finds how many vectors in flight are best, and prints what they come to. */
static void measure_limit(int32_t precision)
{
    enum {
        COUNT = 2 * BENCH_PROBES
    };
    const struct bench_limit *limit = bench_limit_find(precision);
    struct probe probes[COUNT];
    struct arm arms[COUNT + 1];
    for (int j = 0; j < COUNT; j++)
        arms[j] = bench_probe_arm(&probes[j],
                                  j % 2 ? limit->probe[j / 2].library : limit->probe[j / 2].paper,
                                  limit->probe[j / 2].vectors * limit->lanes);
    arms[COUNT] = bench_cycles_arm();
    bench_race(arms, COUNT + 1, ROUNDS, 3 * SECONDS);
    const int paper = least_of(arms, 0, 2, COUNT), library = least_of(arms, 1, 2, COUNT);
    limits[precision].paper = probes[paper].fn;
    limits[precision].library = probes[library].fn;
    limits[precision].paper_neurons = limit->probe[paper / 2].vectors * limit->lanes;
    limits[precision].library_neurons = limit->probe[library / 2].vectors * limit->lanes;
    limits[precision].paper_least = arms[paper].least;
    limits[precision].library_least = arms[library].least;
    print_limit(precision, "paper", BENCH_PAPER_OPERATIONS, arms[paper].least,
                limits[precision].paper_neurons, arms[COUNT].least);
    print_limit(precision, "library", BENCH_LIBRARY_OPERATIONS, arms[library].least,
                limits[precision].library_neurons, arms[COUNT].least);
}

static void print_limits(void)
{
    if (!bench_limit_find(IZH_F64)) {
        printf("\nno probe of the limits for this machine\n");
        return;
    }
    struct arm cycles = bench_cycles_arm();
    bench_race(&cycles, 1, ROUNDS, SECONDS);
    printf("\nThe arithmetic limit: the operations of a published-2003 step on registers, on one"
           " thread, %s,\n%.2f GHz by a chain of additions. paper: as the 2003 listing has it;"
           " library: as the library does,\nfor any quadratic neuron and with a check of range.\n",
           isa_name(bench_limit_find(IZH_F64)->isa), 1 / cycles.least);
    printf("%-4s %-12s %10s %8s %10s %12s %12s %10s\n", "", "form", "operations", "vectors",
           "Gop/s", "GHz x lanes", "ratio", "ns");
    for (int i = 0; i < 2; i++)
        measure_limit(precisions[i]);
}

static void print_stream(int32_t precision, uint32_t n)
{
    struct stream streams[2];
    struct arm arms[2];
    for (int j = 0; j < 2; j++) {
        bench_stream_create(&streams[j], precision, n, j + 1);
        arms[j] = bench_stream_arm(&streams[j]);
    }
    bench_race(arms, 2, ROUNDS, 3 * SECONDS);
    const double bytes = 4. * (double)real_size(precision);
    printf("%-4s %10.1f %10.1f %12.3f %10.3f\n", precision_name(precision), bytes / arms[0].least,
           bytes / arms[1].least, arms[0].least, arms[1].least);
    for (int j = 0; j < 2; j++)
        bench_stream_destroy(&streams[j]);
}

static void print_streams(uint32_t n)
{
    if (!bench_limit_find(IZH_F64))
        return;
    printf(
        "\nThe memory limit of a step without blocking: reading and writing two arrays of %.0e\n",
        (double)n);
    printf("%-4s %10s %10s %12s %10s\n", "", "GB/s 1", "GB/s 2", "ns/neuron 1", "2 threads");
    for (int i = 0; i < 2; i++)
        print_stream(precisions[i], n);
}

/* ---- the table ---- */

struct result {
    struct task task;
    double one, two, naive, paper, library; /* ns per neuron-step */
};

static struct result results[256];
static int result_count;

enum {
    ONE,
    TWO,
    NAIVE,
    PAPER,
    LIBRARY,
    ARMS
};

/* How many steps a run takes: whole blocks, unless those take too long. */
static int choose_steps(uint32_t n, double ns)
{
    const double most = n < LARGE ? RUN_SECONDS_MOST : RUN_SECONDS_MOST_LARGE;
    const double second = 1e9 / (ns * n), wanted = fmax(BLOCK, RUN_SECONDS * second);
    return (int)fmin(fmax(1, fmin(wanted, most * second)), 1e6);
}

static double pilot(struct flock *f)
{
    struct arm arm = bench_flock_arm(f, f->task.n < LARGE ? 10 : 1, 0);
    bench_race(&arm, 1, 2, 0);
    return arm.least;
}

static int add_limits(struct arm *arms, struct probe probes[2], int32_t precision)
{
    if (!bench_limit_find(precision))
        return PAPER;
    arms[PAPER] =
        bench_probe_arm(&probes[0], limits[precision].paper, limits[precision].paper_neurons);
    arms[LIBRARY] =
        bench_probe_arm(&probes[1], limits[precision].library, limits[precision].library_neurons);
    return ARMS;
}

/* Races are short, and a limit is what was ever reached. */
static void keep_limits(struct arm *arms, int32_t precision)
{
    arms[PAPER].least = limits[precision].paper_least =
        fmin(limits[precision].paper_least, arms[PAPER].least);
    arms[LIBRARY].least = limits[precision].library_least =
        fmin(limits[precision].library_least, arms[LIBRARY].least);
}

static struct result measure(struct task task, double *rate)
{
    struct flock flocks[2];
    struct naive naive;
    struct probe probes[2];
    struct arm arms[ARMS] = {[PAPER] = {.least = NAN}, [LIBRARY] = {.least = NAN}};
    bench_naive_create(&naive, task.precision, task.n);
    for (int j = 0; j < 2; j++) {
        task.threads = j + 1;
        bench_flock_create(&flocks[j], &task);
    }
    const double ns = pilot(&flocks[0]);
    pilot(&flocks[1]);
    for (int j = 0; j < 2; j++)
        arms[j] = bench_flock_arm(&flocks[j], choose_steps(task.n, ns), 0);
    arms[NAIVE] = bench_naive_arm(&naive);
    const int count = add_limits(arms, probes, task.precision);
    bench_race(arms, count, task.n < LARGE ? ROUNDS : ROUNDS_LARGE, SECONDS);
    if (count == ARMS)
        keep_limits(arms, task.precision);
    *rate = bench_flock_rate(&flocks[0]);
    for (int j = 0; j < 2; j++)
        bench_flock_destroy(&flocks[j]);
    bench_naive_destroy(&naive);
    return (struct result){task,
                           arms[ONE].least,
                           arms[TWO].least,
                           arms[NAIVE].least,
                           arms[PAPER].least,
                           arms[LIBRARY].least};
}

static void print_name(const struct task *task)
{
    printf("%-15s %-5s %s %5.0e", izh_method_name(task->method),
           task->events == IZH_EVENTS_GRID ? "grid" : "exact", precision_name(task->precision),
           (double)task->n);
}

/* Returns ns per neuron-step. */
static double print_row(const struct task *task)
{
    double rate;
    const struct result x = measure(*task, &rate);
    results[result_count++] = x;
    print_name(task);
    printf(" %9.3f %9.3f %9.3f %9.2f %9.2f %9.2f %9.2f %7.2f %6.1f\n", x.one, x.two, x.naive,
           x.naive / x.one, x.naive / x.two, x.one / x.paper, x.one / x.library, x.one / x.two,
           rate);
    fflush(stdout);
    return x.one;
}

/* A row's runs, of one step each, on one and two threads, and what comes before them. */
static double row_seconds(uint32_t n, double ns)
{
    return 1e-9 * ns * n * (ROUNDS_LARGE + 2) * 1.5;
}

static void print_rows(struct task task, uint32_t n_most)
{
    double ns = 0;
    if (task.method == IZH_TAYLOR)
        n_most = 1000;
    for (task.n = 1000; task.n <= n_most; task.n *= 100) {
        if (row_seconds(task.n, ns) <= ROW_SECONDS_MOST) {
            ns = print_row(&task);
            continue;
        }
        print_name(&task);
        printf(" skipped: about %.0f s\n", row_seconds(task.n, ns));
    }
}

static void print_table(uint32_t n_most)
{
    static const izh_method methods[] = {
        IZH_PUBLISHED_2003, IZH_EULER,          IZH_MIDPOINT, IZH_RK4,
        IZH_EXP_EULER,      IZH_BACKWARD_EULER, IZH_TAYLOR};
    printf("\nns per neuron-step; against the naive loop (published-2003, grid) and the arithmetic"
           " limits.\ndt is 1 ms for published-2003 and taylor and .1 ms for the others.\n");
    printf("%-30s %9s %9s %9s %9s %9s %9s %9s %7s %6s\n", "", "1 thread", "2 threads", "naive",
           "naive/1", "naive/2", "1/paper", "1/library", "1/2", "Hz");
    for (size_t j = 0; j < sizeof methods / sizeof *methods; j++)
        for (int events = IZH_EVENTS_GRID; events >= IZH_EVENTS_EXACT; events--)
            for (int i = 0; i < 2; i++)
                if (methods[j] != IZH_TAYLOR || events == IZH_EVENTS_EXACT)
                    print_rows(task_of(methods[j], precisions[i], events, 0, 1), n_most);
}

static void print_summary(void)
{
    printf("\npublished-2003, grid, in short:\n%-10s %14s %14s %14s %14s %14s\n", "", "x naive, 1",
           "x naive, 2", "limit, paper", "limit, library", "2 threads x");
    for (int j = 0; j < result_count; j++) {
        const struct result *x = &results[j];
        if (x->task.method != IZH_PUBLISHED_2003 || x->task.events != IZH_EVENTS_GRID)
            continue;
        printf("%s %5.0e  %14.1f %14.1f %13.0f%% %13.0f%% %14.2f\n",
               precision_name(x->task.precision), (double)x->task.n, x->naive / x->one,
               x->naive / x->two, 100 * x->paper / x->one, 100 * x->library / x->one,
               x->one / x->two);
    }
}

/* ---- blocks of time ---- */

/* Bytes that a neuron-step reads and writes: a call's first and last touch of v and u and the first
 * of I, by the ticks of the call; a bit for the spike twice; the spikes. */
static double modelled_bytes(const struct flock *f)
{
    const double real = (double)real_size(f->task.precision);
    const double spikes = bench_flock_rate(f) * f->dt / 1e3;
    return 5 * real / f->per_call + 2. / 8 + 2 * sizeof(izh_spike) * spikes;
}

static void print_blocks(int32_t precision, uint32_t threads, uint32_t n)
{
    static const int calls[] = {1, 8, 64};
    struct flock flocks[3];
    struct arm arms[3];
    const struct task task = task_of(IZH_PUBLISHED_2003, precision, IZH_EVENTS_GRID, n, threads);
    for (int j = 0; j < 3; j++) {
        bench_flock_create(&flocks[j], &task);
        arms[j] = bench_flock_arm(&flocks[j], 64, calls[j]);
    }
    bench_race(arms, 3, ROUNDS_LARGE, SECONDS);
    for (int j = 0; j < 3; j++) {
        const double bytes = modelled_bytes(&flocks[j]);
        printf("%-4s %7u %10d %10.3f %12.2f %10.1f %10.2f\n", precision_name(precision),
               (unsigned)threads, calls[j], arms[j].least, bytes, bytes / arms[j].least,
               arms[0].least / arms[j].least);
        bench_flock_destroy(&flocks[j]);
    }
}

static void print_all_blocks(uint32_t n)
{
    printf("\nSteps per call, published-2003, grid, %.0e neurons; bytes by model\n", (double)n);
    printf("%-4s %7s %10s %10s %12s %10s %10s\n", "", "threads", "steps/call", "ns", "bytes/step",
           "GB/s", "1 step/x");
    for (int i = 0; i < 2; i++)
        for (uint32_t threads = 1; threads <= 2; threads++)
            print_blocks(precisions[i], threads, n);
}

/* ---- noise ---- */

/* What noise costs in runs of one tick and in a slice whose first neuron stands inside a block of
 * four. Runs of one tick cost more without noise, too: the last columns say how much noise adds. */
static void print_noise(int32_t precision, uint32_t n)
{
    enum {
        CASES = 4, /* long and aligned, long, aligned, neither */
        PAIRS = 2 * CASES
    };
    struct flock flocks[PAIRS];
    struct arm arms[PAIRS];
    for (int j = 0; j < PAIRS; j++) {
        struct task task = task_of(IZH_PUBLISHED_2003, precision, IZH_EVENTS_GRID, n, 1);
        task.sigma = j < CASES ? 1 : 0;
        task.first = j % 2;
        bench_flock_create(&flocks[j], &task);
        arms[j] = bench_flock_arm(&flocks[j], 64, j % CASES < 2 ? 64 : 1);
    }
    bench_race(arms, PAIRS, ROUNDS, 3 * SECONDS);
    printf("%-4s %8.0e", precision_name(precision), (double)n);
    for (int j = 0; j < CASES; j++)
        printf(" %8.3f", arms[j].least);
    for (int j = 0; j < CASES; j++)
        printf(" %8.3f", arms[j].least - arms[CASES + j].least);
    printf("\n");
    for (int j = 0; j < PAIRS; j++)
        bench_flock_destroy(&flocks[j]);
}

static void print_all_noise(void)
{
    printf(
        "\nNoise, published-2003, grid, 1 thread, ns; run: ticks of a run, first: of the slice\n");
    printf("%-4s %8s %35s %35s\n", "", "", "all", "of which noise");
    printf("%-4s %8s", "", "n");
    for (int k = 0; k < 2; k++)
        printf(" %8s %8s %8s %8s", "run 64", "first 1", "run 1", "both");
    printf("\n");
    for (int i = 0; i < 2; i++)
        for (uint32_t n = 1000; n <= 100000; n *= 100)
            print_noise(precisions[i], n);
}

/* ---- exact against grid events ---- */

static void print_events(int32_t precision)
{
    struct flock flocks[2];
    struct arm arms[2];
    for (int j = 0; j < 2; j++) {
        struct task task =
            task_of(IZH_MIDPOINT, precision, j ? IZH_EVENTS_EXACT : IZH_EVENTS_GRID, 100000, 1);
        task.I = CURRENT_10_HZ;
        bench_flock_create(&flocks[j], &task);
        arms[j] = bench_flock_arm(&flocks[j], 1000, 0);
    }
    bench_race(arms, 2, ROUNDS, 3 * SECONDS);
    printf("%-4s %10.3f %10.3f %10.2f %10.1f\n", precision_name(precision), arms[0].least,
           arms[1].least, arms[1].least / arms[0].least, bench_flock_rate(&flocks[1]));
    for (int j = 0; j < 2; j++)
        bench_flock_destroy(&flocks[j]);
}

static void print_all_events(void)
{
    printf(
        "\nExact against grid events, midpoint, dt .1 ms, 1e5 neurons at about 10 Hz, 1 thread\n");
    printf("%-4s %10s %10s %10s %10s\n", "", "grid ns", "exact ns", "ratio", "Hz");
    for (int i = 0; i < 2; i++)
        print_events(precisions[i]);
}

/* ---- memory ---- */

#define KINDS 4

/* Parameters of neuron i that differ between neurons: none; c and d; a, b, c and d; all of the 2007
 * form. */
static izh_params params_of(int kind, uint32_t i)
{
    const double x = 1e-3 * (i % 97);
    if (kind == 3)
        return izh_params_2007(100 + x, .7 + x, -60 + x, -40 + x, 35 + x, .03 + .1 * x, -2 + x,
                               -50 + x, 100 + x);
    if (kind == 2)
        return izh_params_2003(.02 + .1 * x, .2 + .1 * x, -65 + x, 8 - x);
    return kind == 1 ? izh_params_2003(.02, .2, -65 + x, 8 - x) : izh_params_2003(.02, .2, -65, 8);
}

static double reals_per_neuron(const struct task *task, int kind)
{
    struct flock f;
    bench_flock_create(&f, task);
    for (uint32_t i = 0; i < task->n; i++) {
        const izh_params params = params_of(kind, i);
        if (kind && izh_population_set_params(f.population, i, 1, &params, 0) != IZH_OK)
            exit(1);
    }
    const double bytes = (double)f.most_bytes;
    bench_flock_destroy(&f);
    return bytes / (double)real_size(task->precision) / task->n;
}

static void print_memory(void)
{
    printf("\nPeak memory that a population asks for, in reals per neuron, 1e6 neurons\n");
    printf("%-30s %10s %10s %10s %10s\n", "parameters that differ:", "none", "c, d", "a, b, c, d",
           "all");
    for (int events = IZH_EVENTS_GRID; events >= IZH_EVENTS_EXACT; events--)
        for (int i = 0; i < 2; i++) {
            const struct task task = task_of(IZH_MIDPOINT, precisions[i], events, 1000000, 1);
            print_name(&task);
            for (int kind = 0; kind < KINDS; kind++)
                printf(" %10.2f", reals_per_neuron(&task, kind));
            printf("\n");
        }
}

/* ---- options ---- */

static void run_huge(void)
{
    struct flock f;
    const struct task task = task_of(IZH_PUBLISHED_2003, IZH_F32, IZH_EVENTS_GRID, 100000000, 2);
    bench_flock_create(&f, &task);
    struct arm arm = bench_flock_arm(&f, 64, 0);
    bench_race(&arm, 1, 2, 0);
    printf("published-2003, grid, f32, 1e8 neurons, 2 threads, 64 steps: %.3f ns per neuron-step,"
           " %.1f Hz;\npeak memory %.2f GB, of the population %.2f GB or %.2f reals per neuron\n",
           arm.least, bench_flock_rate(&f), 1e-9 * most_memory(), 1e-9 * (double)f.most_bytes,
           (double)f.most_bytes / 4 / task.n);
    bench_flock_destroy(&f);
}

static int32_t precision_of(const char *name)
{
    return strcmp(name, "f32") ? IZH_F64 : IZH_F32;
}

/* Euler's method and published-2003, each on one and two threads at 1 ms, for scripts that put
 * another program beside them. */
static void run_few(uint32_t n, const char *precision)
{
    static const izh_method methods[] = {IZH_EULER, IZH_PUBLISHED_2003};
    struct flock flocks[4];
    struct arm arms[4];
    for (int j = 0; j < 4; j++) {
        struct task task =
            task_of(methods[j / 2], precision_of(precision), IZH_EVENTS_GRID, n, 1 + j % 2);
        task.dt = 1;
        bench_flock_create(&flocks[j], &task);
        arms[j] = bench_flock_arm(&flocks[j], choose_steps(n, pilot(&flocks[j])), 0);
    }
    bench_race(arms, 4, ROUNDS_LARGE, SECONDS);
    for (int j = 0; j < 4; j++) {
        printf("%.6g ", arms[j].least);
        bench_flock_destroy(&flocks[j]);
    }
    printf("\n");
}

/* Only steps, for a program that counts misses of the cache. */
static void run_steps(uint32_t n, const char *precision, int per_call, int steps)
{
    struct flock f;
    const struct task task =
        task_of(IZH_PUBLISHED_2003, precision_of(precision), IZH_EVENTS_GRID, n, 1);
    bench_flock_create(&f, &task);
    struct arm arm = bench_flock_arm(&f, steps, per_call);
    arm.run(arm.what);
    printf("bytes by model: %.3f\n", modelled_bytes(&f));
    bench_flock_destroy(&f);
}

static void run_all(uint32_t n_most)
{
    print_machine();
    print_limits();
    print_streams(LARGE);
    print_table(n_most);
    print_all_blocks(n_most);
    print_all_noise();
    print_all_events();
    print_memory();
    print_summary();
    printf("\npeak memory of this run %.2f GB\n", 1e-9 * most_memory());
}

int main(int argc, char **argv)
{
    if (argc == 1)
        run_all(LARGE);
    else if (argc == 2 && !strcmp(argv[1], "--quick"))
        run_all(100000);
    else if (argc == 2 && !strcmp(argv[1], "--huge"))
        run_huge();
    else if (argc == 2 && !strcmp(argv[1], "--noise"))
        print_all_noise();
    else if (argc == 4 && !strcmp(argv[1], "--few"))
        run_few((uint32_t)atof(argv[2]), argv[3]);
    else if (argc == 6 && !strcmp(argv[1], "--steps"))
        run_steps((uint32_t)atof(argv[2]), argv[3], atoi(argv[4]), atoi(argv[5]));
    else
        return fprintf(stderr,
                       "%s [--quick | --huge | --noise | --few N f32|f64 |"
                       " --steps N f32|f64 PER_CALL STEPS]\n",
                       argv[0]),
               2;
    return 0;
}
