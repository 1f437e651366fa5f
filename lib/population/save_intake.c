/* A population's stimulus in its blob: the number of sets of traces; for each set
 *
 *     count, between, t, dt, samples, conducts, E
 *     count x samples numbers; or if samples is 0, count lengths, and that many pieces of 3 numbers
 *     n channels, n gains */
#include "population/save_intake.h"

#include "util/float.h"

#define WORDS_A_PIECE 3

struct set {
    struct izh_tape tape;
    bool conducts;
    double E;
};

static void set_fields(struct izh_codec *c, struct set *s)
{
    struct izh_tape *tape = &s->tape;
    izh_codec_u32(c, &tape->count);
    izh_codec_i32(c, &tape->between);
    izh_codec_number(c, &tape->t);
    izh_codec_number(c, &tape->dt);
    izh_codec_size(c, &tape->samples);
    s->conducts = izh_codec_upto(c, s->conducts, 1) != 0;
    izh_codec_number(c, &s->E);
}

/* Moves what is in memory, for which there is room, to a blob or back. */
static void tape(struct izh_codec *c, struct izh_tape *tape)
{
    size_t end = 0;
    for (uint32_t k = 0; tape->values && k < tape->count; k++)
        izh_codec_numbers(c, tape->values + k * tape->row, tape->samples);
    for (uint32_t k = 0; tape->ends && k < tape->count; k++)
        tape->ends[k] = end += (size_t)izh_codec_word(c, tape->ends[k] - end);
    for (size_t i = 0; i < end; i++) {
        izh_codec_number(c, &tape->segments[i].t);
        izh_codec_number(c, &tape->segments[i].I);
        izh_codec_number(c, &tape->segments[i].slope);
    }
}

static void neurons(struct izh_codec *c, struct izh_intake_part *part, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        izh_codec_u32(c, &part->channels[i]);
    izh_codec_numbers(c, part->gains, n);
}

void izh_intake_write(struct izh_codec *c, const struct izh_intake *intake)
{
    izh_codec_word(c, intake->count);
    for (size_t k = 0; k < intake->count; k++) {
        struct izh_intake_part part = intake->part[k]; /* the arrays are not written to */
        struct set s = {part.tape, part.conducts, part.E};
        set_fields(c, &s);
        tape(c, &part.tape);
        neurons(c, &part, intake->neurons);
    }
}

/* ---- reading ---- */

/* Skips what a tape's fields promise; *pieces is how many pieces that is. */
static bool skip_tape(struct izh_blob_reader *r, const struct izh_tape *tape, size_t *pieces)
{
    *pieces = 0;
    if (tape->samples) {
        if (tape->count > izh_blob_left(r) / tape->samples)
            return false;
        izh_blob_skip(r, (uint64_t)tape->count * tape->samples);
        return true;
    }
    for (uint32_t k = 0; k < tape->count && !r->failed; k++) {
        const uint64_t length = izh_blob_get(r);
        if (length > izh_blob_left(r) / WORDS_A_PIECE)
            return false;
        *pieces += (size_t)length;
    }
    if (*pieces > izh_blob_left(r) / WORDS_A_PIECE)
        return false;
    izh_blob_skip(r, (uint64_t)WORDS_A_PIECE * *pieces);
    return true;
}

static bool is_sound_set(const struct set *s)
{
    const struct izh_tape *tape = &s->tape;
    return tape->count && (tape->between == IZH_HELD || tape->between == IZH_LINEAR) &&
           izh_isfinite(s->E) &&
           (!tape->samples || (izh_isfinite(tape->t) && izh_isfinite(tape->dt) &&
                               izh_clock_can_tick(tape->t, tape->dt)));
}

/* Reads the sets' fields, and how many pieces each set has. The reader is behind all sets then. */
static bool read_sets(struct izh_blob_reader *r, uint32_t n, struct set sets[IZH_TRACES_MAX],
                      size_t pieces[IZH_TRACES_MAX], size_t *count)
{
    struct izh_codec c = {NULL, r, NULL};
    *count = (size_t)izh_codec_upto(&c, 0, IZH_TRACES_MAX);
    if (r->failed)
        return false;
    for (size_t k = 0; k < *count; k++) {
        set_fields(&c, &sets[k]);
        if (r->failed || !is_sound_set(&sets[k]) || !skip_tape(r, &sets[k].tape, &pieces[k]))
            return false;
        izh_blob_skip(r, 2 * (uint64_t)n);
    }
    return !r->failed;
}

bool izh_intake_skip(struct izh_blob_reader *r, uint32_t n)
{
    struct set sets[IZH_TRACES_MAX] = {0};
    size_t pieces[IZH_TRACES_MAX], count;
    return read_sets(r, n, sets, pieces, &count);
}

izh_status izh_intake_read(struct izh_blob_reader *r, const struct izh_cells *cells,
                           struct izh_intake *intake)
{
    struct izh_report silent = {{NULL, NULL}, ""};
    struct izh_checks checks = {&silent, IZH_OK};
    struct izh_codec c = {NULL, r, NULL};
    struct set sets[IZH_TRACES_MAX] = {0};
    struct izh_tape tapes[IZH_TRACES_MAX];
    size_t pieces[IZH_TRACES_MAX] = {0}, count;
    struct izh_blob_reader again = *r;
    if (!read_sets(&again, cells->shape.n, sets, pieces, &count))
        return IZH_E_FORMAT;
    for (size_t k = 0; k < count; k++)
        tapes[k] = sets[k].tape;
    if (!izh_intake_reserve(intake, &cells->shape, tapes, pieces, count, cells->work.most_ticks,
                            cells->work.count))
        return IZH_E_MEMORY;
    izh_codec_word(&c, 0);
    for (size_t k = 0; k < count; k++) {
        struct izh_intake_part *part = &intake->part[k];
        set_fields(&c, &sets[k]);
        part->conducts = sets[k].conducts;
        part->E = sets[k].E;
        tape(&c, &part->tape);
        neurons(&c, part, cells->shape.n);
    }
    izh_check_intake(&checks, intake);
    if (checks.status == IZH_OK && !r->failed)
        return IZH_OK;
    izh_intake_release(intake, &cells->shape.allocator);
    return IZH_E_FORMAT;
}
