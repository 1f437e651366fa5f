/* izh-compare: every method of libizh on one neuron, against the exact solution. */
#include "compare.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

static _Noreturn void fail(const char *option, const char *name)
{
    fprintf(stderr, PROGRAM ": %s%s: %s\n", option, name, strerror(errno));
    exit(1);
}

/* Closes a file, and fails if anything of it was lost. */
static void finish(FILE *file, const char *option, const char *name)
{
    const int lost = ferror(file);
    if (fclose(file) != 0 || lost)
        fail(option, name);
}

int main(int argc, char **argv)
{
    struct options options = options_read(argc, argv);
    FILE *csv = NULL;

    /* First what may fail at once; the file may lie in the report's directory. */
    if (options.report && !make_directories(options.report))
        fail("--report ", options.report);
    if (options.csv && !(csv = fopen(options.csv, "w")))
        fail("--csv ", options.csv);

    struct comparison c = compare(&options.scenario, options.methods, options.method_count);
    bool good = c.count > 0 && c.reference.status == IZH_OK;
    print_tables(stdout, &c);
    finish(stdout, "", "standard output");
    if (csv) {
        write_csv(csv, &c);
        finish(csv, "--csv ", options.csv);
    }
    if (options.report && !write_report(options.report, &c))
        good = false;
    comparison_free(&c);
    options_free(&options);
    return good ? 0 : 1;
}
