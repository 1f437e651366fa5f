/* A cortical column over MPI: the microcircuit of microcircuit.c, cut into slices.
 *
 *     mpirun -n 4 mpi_network --output column
 *
 * The network is one, of which each rank has a slice of the neurons and the synapses onto them.
 * From time to time the ranks exchange their spikes; the library says when, exchange() does it.
 * Wiring, background and sums do not depend on slices, so rates, raster, picture and hash are the
 * same, to the last byte, for any number of ranks, whatever their instruction sets.
 *
 * A rank that gives up ends all of them, for the others would wait for its spikes for ever. */
#include <izh/izh.h>

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mpi.h>

#include "microcircuit.h"
#include "raster.h"

#define PROGRAM "mpi_network"

struct options {
    double scale, duration;
    uint64_t seed, threads;
    const char *output; /* NULL: none */
};

/* Things that grow. */
struct list {
    void *data;
    size_t count, room, size; /* of things; bytes of one */
};

/* What the ranks' lists become, one after another. */
struct gathered {
    struct list all;
    int *counts, *starts; /* of each rank, bytes */
};

struct slice {
    int rank, ranks;
    uint32_t first, count;
    izh_network *net;
    struct gathered sent; /* of the exchange */
    struct list dots;     /* of this slice */
};

/* ---- failures ---- */

static _Noreturn void give_up(int status, const char *why, const char *what)
{
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    fprintf(stderr, PROGRAM ": rank %d: %s%s%s\n", rank, why, what ? ": " : "", what ? what : "");
    MPI_Abort(MPI_COMM_WORLD, status);
    exit(status);
}

/* Takes what the library says. */
static void on_error(void *user, izh_status status, const char *message)
{
    (void)user;
    give_up(1, izh_status_name(status), message);
}

static void reserve(struct list *list, size_t count)
{
    if (count <= list->room)
        return;
    list->room = count < 2 * list->room ? 2 * list->room : count;
    list->data = realloc(list->data, list->room * list->size);
    if (!list->data)
        give_up(1, "no memory", NULL);
}

/* ---- the command line, which each rank reads for itself ---- */

static const char help[] =
    "Usage: mpirun -n RANKS " PROGRAM " [OPTION]...\n"
    "A cortical microcircuit of four layers (Potjans and Diesmann 2014).\n"
    "\n"
    "  --scale S            of the 77169 neurons (default .05; at most 1)\n"
    "  --duration MS        a multiple of .1 (default 500)\n"
    "  --seed SEED          of wiring, background and initial states (default 1)\n"
    "  --threads N          of each rank (default 1)\n"
    "  --output PREFIX      write rates to PREFIX.csv, spikes to PREFIX.txt, their picture to\n"
    "                       PREFIX.svg\n"
    "  --help               show this\n";

static const struct option options[] = {
    {"scale", required_argument, NULL, 'f'},
    {"duration", required_argument, NULL, 't'},
    {"seed", required_argument, NULL, 's'},
    {"threads", required_argument, NULL, 'n'},
    {"output", required_argument, NULL, 'o'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static double number(double from, double to)
{
    char *end;
    const double x = strtod(optarg, &end);
    if (end == optarg || *end || !(x >= from && x <= to))
        give_up(2, "no number, or out of range", optarg);
    return x;
}

static uint64_t whole(uint64_t most)
{
    char *end;
    errno = 0;
    const unsigned long long x = strtoull(optarg, &end, 10);
    if (*optarg < '0' || *optarg > '9' || *end || errno || x > most)
        give_up(2, "no whole number, or out of range", optarg);
    return x;
}

/* False where there is nothing to do but show the help. */
static bool read_options(struct options *o, int argc, char **argv)
{
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
        switch (option) {
        case 'f':
            o->scale = number(1e-3, 1);
            break;
        case 't':
            o->duration = number(0, 1e6);
            break;
        case 's':
            o->seed = whole(UINT32_MAX);
            break;
        case 'n':
            o->threads = whole(1024);
            break;
        case 'o':
            o->output = optarg;
            break;
        case 'h':
            return false;
        default:
            give_up(2, "see --help", NULL);
        }
    if (optind < argc)
        give_up(2, "no option", argv[optind]);
    return true;
}

/* ---- what ranks tell each other ---- */

/* MPI counts in int. */
static int as_int(uint64_t bytes)
{
    if (bytes > INT_MAX)
        give_up(1, "too many spikes to gather", NULL);
    return (int)bytes;
}

static void gather_counts(const struct slice *s, struct gathered *to, size_t bytes)
{
    const int mine = as_int(bytes);
    if (!to->counts) {
        to->counts = calloc((size_t)s->ranks, sizeof *to->counts);
        to->starts = calloc((size_t)s->ranks, sizeof *to->starts);
    }
    if (!to->counts || !to->starts)
        give_up(1, "no memory", NULL);
    MPI_Allgather(&mine, 1, MPI_INT, to->counts, 1, MPI_INT, MPI_COMM_WORLD);
    uint64_t all = 0;
    for (int rank = 0; rank < s->ranks; rank++) {
        to->starts[rank] = as_int(all);
        all += (uint64_t)to->counts[rank];
    }
    to->all.count = (size_t)all / to->all.size;
    reserve(&to->all, to->all.count + 1);
}

/* Called by the library, between blocks; on all ranks equally often. */
static izh_status exchange(void *user, const izh_sent *mine, size_t count, const izh_sent **all,
                           size_t *total)
{
    struct slice *s = user;
    const size_t bytes = count * sizeof *mine;
    gather_counts(s, &s->sent, bytes);
    MPI_Allgatherv(mine, (int)bytes, MPI_BYTE, s->sent.all.data, s->sent.counts, s->sent.starts,
                   MPI_BYTE, MPI_COMM_WORLD);
    *all = s->sent.all.data;
    *total = s->sent.all.count;
    return IZH_OK;
}

/* To rank 0. */
static void gather_dots(const struct slice *s, struct gathered *to)
{
    const size_t bytes = s->dots.count * sizeof(struct dot);
    gather_counts(s, to, bytes);
    MPI_Gatherv(s->dots.data, (int)bytes, MPI_BYTE, to->all.data, to->counts, to->starts, MPI_BYTE,
                0, MPI_COMM_WORLD);
}

static void release(struct gathered *g)
{
    free(g->all.data);
    free(g->counts);
    free(g->starts);
}

/* ---- the slice ---- */

static int32_t keep(const izh_spike *spikes, size_t count, void *user)
{
    struct slice *s = user;
    reserve(&s->dots, s->dots.count + count);
    struct dot *dots = s->dots.data;
    for (size_t k = 0; k < count; k++)
        dots[s->dots.count++] = (struct dot){spikes[k].t, s->first + spikes[k].i, 0};
    return IZH_CONTINUE;
}

/* Errors are told to on_error(), which does not return. */
static void run(struct slice *s, const struct options *o, const struct microcircuit *m)
{
    const uint64_t all = m->start[POPULATIONS];
    izh_population_config neurons = IZH_POPULATION_CONFIG_INIT;
    izh_network_config config = IZH_NETWORK_CONFIG_INIT;
    s->first = (uint32_t)(all * (uint64_t)s->rank / (uint64_t)s->ranks);
    s->count = (uint32_t)(all * ((uint64_t)s->rank + 1) / (uint64_t)s->ranks) - s->first;
    neurons.n = s->count;
    neurons.first = s->first;
    neurons.dt = TICK;
    neurons.seed = o->seed;
    neurons.threads = (uint32_t)o->threads;
    neurons.log = (izh_log){on_error, NULL};
    config.population = &neurons;
    config.neurons = (uint32_t)all;
    config.receptors = &microcircuit_receptor;
    config.receptor_count = 1;
    config.exchange = (izh_exchange){exchange, s};
    izh_network_create(&s->net, &config);
    izh_population_on_spikes(izh_network_population(s->net), keep, s);
    if (microcircuit_set_up(m, s->net, s->first, s->count) != IZH_OK)
        give_up(1, "no memory", NULL);
    izh_network_run(s->net, o->duration);
}

/* The hashes of slices add up to that of the whole, modulo 2^64. */
static void report(const struct slice *s, const struct options *o, const struct microcircuit *m)
{
    struct gathered dots = {.all = {.size = sizeof(struct dot)}};
    const uint64_t mine[] = {izh_network_hash(s->net), izh_network_count(s->net, 0)};
    uint64_t sum[] = {0, 0};
    MPI_Reduce(mine, sum, 2, MPI_UINT64_T, MPI_SUM, 0, MPI_COMM_WORLD);
    gather_dots(s, &dots);
    if (s->rank == 0) {
        raster_sort(dots.all.data, dots.all.count);
        printf("%u neurons, %" PRIu64 " synapses, %zu spikes, hash %016" PRIx64 "\n",
               (unsigned)m->start[POPULATIONS], sum[1], dots.all.count, sum[0]);
        if (o->output && !raster_write(o->output, m, o->duration, dots.all.data, dots.all.count))
            give_up(1, o->output, strerror(errno));
    }
    release(&dots);
}

int main(int argc, char **argv)
{
    struct options o = {.scale = .05, .duration = 500, .seed = 1, .threads = 1};
    struct slice s = {.sent = {.all = {.size = sizeof(izh_sent)}},
                      .dots = {.size = sizeof(struct dot)}};
    if (MPI_Init(&argc, &argv) != MPI_SUCCESS)
        return 1;
    MPI_Comm_rank(MPI_COMM_WORLD, &s.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &s.ranks);
    if (read_options(&o, argc, argv)) {
        const struct microcircuit m = microcircuit_of(o.scale, o.seed);
        run(&s, &o, &m);
        report(&s, &o, &m);
    } else if (s.rank == 0) {
        fputs(help, stdout);
    }
    izh_network_destroy(s.net);
    release(&s.sent);
    free(s.dots.data);
    MPI_Finalize();
    return 0;
}
