/* A sweep over MPI: how fast do neurons of the 2003 form fire under a noisy current, over the plane
 * of their parameters a and b?
 *
 *     mpirun -n 4 mpi_sweep --output rates.csv
 *
 * All neurons are one population, of which each rank runs a slice. config.first says where the
 * slice begins, so noise and hash are those of the whole: the result is the same, to the last byte,
 * for any number of ranks, whatever their instruction sets.
 *
 * MPI waits for ever for a rank that has given up. So none leaves alone: after each part the ranks
 * agree whether to go on; see all_well(). */
#include <izh/izh.h>

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mpi.h>

#define PROGRAM "mpi_sweep"

/* The plane, and what all neurons have in common. */
#define A_FROM .01
#define A_TO .11
#define B_FROM .1
#define B_TO .3
#define C (-65.)
#define D 6.
#define V_INITIAL (-65.)

/* The most that options may ask for. MPI counts in int, and a map of 4096 x 4096 fits. */
#define SIZE_LIMIT 4096
#define DURATION_LIMIT 1e6
#define NUMBER_LIMIT 1e6

struct sweep {
    /* The command line. */
    bool help;
    uint64_t size; /* of the map: size * size neurons */
    double duration, current;
    const char *output;           /* NULL: none */
    izh_population_config config; /* method, precision and noise */
    /* This rank. */
    int rank, ranks;
    izh_population *slice;
    uint32_t *spikes; /* of each neuron of the slice */
    char why[256];    /* what went wrong here; empty if nothing did */
    /* Rank 0 only. */
    FILE *file;
    uint32_t *map;        /* spikes of all neurons */
    int *counts, *starts; /* of all slices */
};

/* ---- failures ---- */

/* Keeps the first one. */
static void fail(struct sweep *s, const char *format, ...)
{
    va_list arguments;
    if (*s->why)
        return;
    va_start(arguments, format);
    vsnprintf(s->why, sizeof s->why, format, arguments);
    va_end(arguments);
}

/* Takes what the library says. */
static void on_error(void *user, izh_status status, const char *message)
{
    fail(user, "%s: %s", izh_status_name(status), message);
}

/* Whether all ranks are well; all get the same answer. If they are not, the first that failed has
 * said why before any returns: once one leaves with an error, mpirun ends the others. */
static bool all_well(struct sweep *s)
{
    int first;
    const int mine = *s->why ? s->rank : s->ranks;
    MPI_Allreduce(&mine, &first, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    if (first == s->ranks)
        return true;
    if (first == s->rank)
        fprintf(stderr, PROGRAM ": rank %d: %s\n", s->rank, s->why);
    MPI_Barrier(MPI_COMM_WORLD);
    return false;
}

/* ---- the command line, which each rank reads for itself ---- */

static const char help[] =
    "Usage: mpirun -n RANKS " PROGRAM " [OPTION]...\n"
    "The firing rates of neurons of the 2003 form over the plane of a and b.\n"
    "\n"
    "  --size N             N x N neurons (default 256)\n"
    "  --duration MS        a multiple of the tick (default 1000)\n"
    "  --method NAME        midpoint (default), rk4, euler, taylor, ...\n"
    "  --precision f64|f32  (default f64)\n"
    "  --current I          (default 5)\n"
    "  --sigma SIGMA        standard deviation of the noise in each tick (default 5)\n"
    "  --seed SEED          of the noise (default 1)\n"
    "  --output FILE        write the map to FILE, as lines a,b,spikes,Hz\n"
    "  --help               show this\n";

static const struct option options[] = {
    {"size", required_argument, NULL, 'n'},    {"duration", required_argument, NULL, 't'},
    {"method", required_argument, NULL, 'm'},  {"precision", required_argument, NULL, 'p'},
    {"current", required_argument, NULL, 'i'}, {"sigma", required_argument, NULL, 'e'},
    {"seed", required_argument, NULL, 's'},    {"output", required_argument, NULL, 'o'},
    {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0},
};

static void read_whole(struct sweep *s, const char *name, uint64_t from, uint64_t to, uint64_t *x)
{
    char *end;
    errno = 0;
    const unsigned long long value = strtoull(optarg, &end, 10);
    if (*optarg < '0' || *optarg > '9' || *end || errno || value < from || value > to)
        fail(s, "--%s: '%s' is no whole number from %" PRIu64 " to %" PRIu64, name, optarg, from,
             to);
    else
        *x = value;
}

static void read_number(struct sweep *s, const char *name, double from, double to, double *x)
{
    char *end;
    const double value = strtod(optarg, &end);
    if (end == optarg || *end || !(value >= from && value <= to))
        fail(s, "--%s: '%s' is no number from %g to %g", name, optarg, from, to);
    else
        *x = value;
}

static void read_precision(struct sweep *s)
{
    if (strcmp(optarg, "f64") == 0)
        s->config.precision = IZH_F64;
    else if (strcmp(optarg, "f32") == 0)
        s->config.precision = IZH_F32;
    else
        fail(s, "--precision: '%s' is neither f64 nor f32", optarg);
}

static void read_option(struct sweep *s, int option, const char *word)
{
    switch (option) {
    case 'n':
        read_whole(s, "size", 1, SIZE_LIMIT, &s->size);
        break;
    case 't':
        read_number(s, "duration", 1e-3, DURATION_LIMIT, &s->duration);
        break;
    case 'm':
        if (izh_method_find(optarg, &s->config.method) != IZH_OK)
            fail(s, "--method: '%s' is no method of this library", optarg);
        break;
    case 'p':
        read_precision(s);
        break;
    case 'i':
        read_number(s, "current", -NUMBER_LIMIT, NUMBER_LIMIT, &s->current);
        break;
    case 'e':
        read_number(s, "sigma", 0, NUMBER_LIMIT, &s->config.noise_sigma);
        break;
    case 's':
        read_whole(s, "seed", 0, UINT64_MAX, &s->config.seed);
        break;
    case 'o':
        s->output = optarg;
        break;
    case 'h':
        s->help = true;
        break;
    default:
        fail(s, "'%s' is no option, or its value is missing or one too many; see --help", word);
    }
}

static void read_options(struct sweep *s, int argc, char **argv)
{
    int option;
    const char *word = argv[optind]; /* that getopt looks at next */
    opterr = 0;
    while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
        read_option(s, option, word);
        word = argv[optind];
    }
    if (optind < argc)
        fail(s, "'%s' is no option; see --help", argv[optind]);
}

/* ---- slices ---- */

static int slice_start(const struct sweep *s, int rank)
{
    return (int)(s->size * s->size * (uint64_t)rank / (uint64_t)s->ranks);
}

static double along(const struct sweep *s, double from, double to, uint64_t place)
{
    return s->size > 1 ? from + (to - from) * (double)place / (double)(s->size - 1) : from;
}

/* The parameters of a neuron of the whole map. */
static double a_of(const struct sweep *s, uint64_t neuron)
{
    return along(s, A_FROM, A_TO, neuron % s->size);
}

static double b_of(const struct sweep *s, uint64_t neuron)
{
    return along(s, B_FROM, B_TO, neuron / s->size);
}

/* Errors are told to on_error(). */
static void create_slice(struct sweep *s)
{
    const uint64_t first = (uint64_t)slice_start(s, s->rank);
    s->config.first = first;
    s->config.n = (uint32_t)(slice_start(s, s->rank + 1) - slice_start(s, s->rank));
    s->config.log = (izh_log){on_error, s};
    izh_status status = izh_population_create(&s->slice, &s->config);
    for (uint32_t i = 0; i < s->config.n && status == IZH_OK; i++) {
        const double b = b_of(s, first + i);
        const izh_params params = izh_params_2003(a_of(s, first + i), b, C, D);
        const izh_state state = {V_INITIAL, b * V_INITIAL};
        status = izh_population_set_params(s->slice, i, 1, &params, 0);
        if (status == IZH_OK)
            status = izh_population_set_state(s->slice, i, 1, &state, 0);
    }
    if (status == IZH_OK)
        izh_population_set_current(s->slice, 0, s->config.n, &s->current, 0);
}

static void *allocate(struct sweep *s, size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size); /* a slice may have no neurons */
    if (!memory)
        fail(s, "no memory");
    return memory;
}

/* All that can fail before the run, so that it does so at once. */
static void prepare(struct sweep *s)
{
    create_slice(s);
    s->spikes = allocate(s, s->config.n, sizeof *s->spikes);
    if (s->rank > 0)
        return;
    s->map = allocate(s, s->size * s->size, sizeof *s->map);
    s->counts = allocate(s, (size_t)s->ranks, sizeof *s->counts);
    s->starts = allocate(s, (size_t)s->ranks, sizeof *s->starts);
    if (s->output && !(s->file = fopen(s->output, "w")))
        fail(s, "%s: %s", s->output, strerror(errno));
}

static int32_t count_spikes(const izh_spike *spikes, size_t count, void *user)
{
    struct sweep *s = user;
    for (size_t k = 0; k < count; k++)
        s->spikes[spikes[k].i]++;
    return IZH_CONTINUE;
}

static void run(struct sweep *s)
{
    izh_population_on_spikes(s->slice, count_spikes, s);
    izh_population_run(s->slice, s->duration);
}

/* ---- the map ---- */

static void gather(struct sweep *s)
{
    for (int rank = 0; rank < s->ranks && s->rank == 0; rank++) {
        s->starts[rank] = slice_start(s, rank);
        s->counts[rank] = slice_start(s, rank + 1) - s->starts[rank];
    }
    MPI_Gatherv(s->spikes, (int)s->config.n, MPI_UINT32_T, s->map, s->counts, s->starts,
                MPI_UINT32_T, 0, MPI_COMM_WORLD);
}

static double rate(const struct sweep *s, uint64_t spikes)
{
    return (double)spikes * 1000 / s->duration;
}

static void write_map(struct sweep *s)
{
    if (!s->file)
        return;
    fputs("a,b,spikes,Hz\n", s->file);
    for (uint64_t i = 0; i < s->size * s->size; i++)
        fprintf(s->file, "%.12g,%.12g,%" PRIu32 ",%.12g\n", a_of(s, i), b_of(s, i), s->map[i],
                rate(s, s->map[i]));
    const bool bad = ferror(s->file);
    if (fclose(s->file) != 0 || bad)
        fail(s, "%s: cannot be written", s->output);
    s->file = NULL;
}

/* The hashes of slices add up to that of the whole, modulo 2^64. */
static void sum_up(const struct sweep *s)
{
    const uint64_t hash = izh_population_hash(s->slice);
    uint64_t sum = 0, spikes = 0, neurons = s->size * s->size;
    MPI_Reduce(&hash, &sum, 1, MPI_UINT64_T, MPI_SUM, 0, MPI_COMM_WORLD);
    if (s->rank > 0)
        return;
    for (uint64_t i = 0; i < neurons; i++)
        spikes += s->map[i];
    printf("%" PRIu64 " neurons, %" PRIu64 " spikes, %.3f Hz on average, hash %016" PRIx64 "\n",
           neurons, spikes, rate(s, spikes) / (double)neurons, sum);
}

/* ---- all of it; the same on all ranks ---- */

static int sweep(struct sweep *s, int argc, char **argv)
{
    read_options(s, argc, argv);
    if (!all_well(s))
        return 2;
    MPI_Bcast(&s->help, 1, MPI_C_BOOL, 0, MPI_COMM_WORLD); /* all leave, or none */
    if (s->help) {
        if (s->rank == 0)
            fputs(help, stdout);
        return 0;
    }
    prepare(s);
    if (!all_well(s))
        return 1;
    run(s);
    if (!all_well(s))
        return 1;
    gather(s);
    if (s->rank == 0)
        write_map(s);
    if (!all_well(s))
        return 1;
    sum_up(s);
    return 0;
}

static void release(struct sweep *s)
{
    izh_population_destroy(s->slice);
    if (s->file)
        fclose(s->file);
    free(s->spikes);
    free(s->map);
    free(s->counts);
    free(s->starts);
}

int main(int argc, char **argv)
{
    struct sweep s = {.size = 256, .duration = 1000, .current = 5};
    s.config = (izh_population_config)IZH_POPULATION_CONFIG_INIT;
    s.config.noise_sigma = 5;
    s.config.seed = 1;
    if (MPI_Init(&argc, &argv) != MPI_SUCCESS)
        return 1;
    MPI_Comm_rank(MPI_COMM_WORLD, &s.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &s.ranks);
    const int status = sweep(&s, argc, argv);
    release(&s);
    MPI_Finalize();
    return status;
}
