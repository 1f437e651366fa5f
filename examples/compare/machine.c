/* When and where the times were taken. */
#include "compare.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* The processor's name as Linux gives it; empty elsewhere. */
static void read_processor(char name[128])
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    name[0] = 0;
    while (file && !name[0] && fgets(line, sizeof line, file)) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) == 0 && colon)
            snprintf(name, 128, "%.100s", colon + 1 + strspn(colon + 1, " \t"));
    }
    if (file)
        fclose(file);
    name[strcspn(name, "\n")] = 0;
}

/* How many programs want to run, on average over the last minute; negative where it is not known.
 */
static double read_load(void)
{
    char line[64];
    FILE *file = fopen("/proc/loadavg", "r");
    if (!file)
        return -1;
    if (!fgets(line, sizeof line, file))
        line[0] = 0;
    fclose(file);
    char *end;
    const double load = strtod(line, &end);
    return end > line ? load : -1;
}

void describe_machine(char text[LINE])
{
    char when[64] = "", processor[128];
    struct utsname system;
    const time_t now = time(NULL);
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    const double load = read_load();
    strftime(when, sizeof when, "%Y-%m-%d %H:%M UTC", gmtime(&now));
    if (uname(&system) < 0) {
        snprintf(system.sysname, sizeof system.sysname, "an unknown system");
        system.machine[0] = 0;
    }
    read_processor(processor);
    const int length = snprintf(
        text, LINE, "%s, %s%s%ld %s, %.30s %.30s", when, processor, processor[0] ? ", " : "",
        processors, processors == 1 ? "processor" : "processors", system.sysname, system.machine);
    if (load >= 0)
        snprintf(text + length, LINE - (size_t)length, ", load %.1f", load);
}
