/* Version and status. */
#include <izh/status.h>

#include <stddef.h>

uint32_t izh_version(void)
{
    return IZH_VERSION;
}

static const struct {
    izh_status status;
    const char *name, *text;
} statuses[] = {
    {IZH_OK, "IZH_OK", "success"},
    {IZH_STOPPED, "IZH_STOPPED", "a callback asked to stop"},
    {IZH_PAUSED, "IZH_PAUSED", "results wait to be taken"},
    {IZH_NO_REST, "IZH_NO_REST", "the neuron has no stable equilibrium"},
    {IZH_E_INVALID, "IZH_E_INVALID", "an argument or a field is not valid"},
    {IZH_E_MEMORY, "IZH_E_MEMORY", "out of memory"},
    {IZH_E_UNSUPPORTED, "IZH_E_UNSUPPORTED", "this method or object does not offer that"},
    {IZH_E_BUSY, "IZH_E_BUSY", "not allowed inside this object's own callback"},
    {IZH_E_DIVERGED, "IZH_E_DIVERGED", "the solution ran away"},
    {IZH_E_RESET, "IZH_E_RESET", "the reset does not lie below the peak"},
    {IZH_E_TOLERANCE, "IZH_E_TOLERANCE", "the tolerance cannot be met"},
    {IZH_E_FORMAT, "IZH_E_FORMAT", "saved data is truncated, damaged or not of this kind"},
    {IZH_E_FILE, "IZH_E_FILE", "a file cannot be read or written"},
};

/* The row of a status; the number of rows if it has none. */
static size_t status_row(izh_status status)
{
    size_t i = 0;
    while (i < sizeof statuses / sizeof *statuses && statuses[i].status != status)
        i++;
    return i;
}

const char *izh_status_name(izh_status status)
{
    const size_t i = status_row(status);
    return i < sizeof statuses / sizeof *statuses ? statuses[i].name : "unknown status";
}

const char *izh_status_text(izh_status status)
{
    const size_t i = status_row(status);
    return i < sizeof statuses / sizeof *statuses ? statuses[i].text : "unknown status";
}
