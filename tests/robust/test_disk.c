/* Files on disks that fail: each system call of a save fails in turn, or the process is killed
 * there. The file is the old one or the new one, whole; after an error nothing is left beside it.
 */
#include "support_pinn.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROOM (1 << 20)
#define CALLS_MAX 200 /* of a save; more is a loop */

static char folder[] = "/tmp/izh-disk-XXXXXX";
static char path[sizeof folder + 16];

/* ---- files ---- */

static size_t read_file(unsigned char *bytes)
{
    FILE *file = fopen(path, "rb");
    const size_t size = file ? fread(bytes, 1, ROOM, file) : 0;
    if (file)
        fclose(file);
    return size;
}

/* How many files there are; with `clean`, all but the one are removed. */
static int count_files(bool clean)
{
    int n = 0;
    char name[512];
    DIR *listing = opendir(folder);
    for (struct dirent *entry; (entry = readdir(listing));)
        if (entry->d_name[0] != '.') {
            snprintf(name, sizeof name, "%s/%s", folder, entry->d_name);
            n++;
            if (clean && strcmp(name, path) != 0)
                check_true(strstr(name, ".part") && remove(name) == 0);
        }
    closedir(listing);
    return n;
}

/* ---- two kinds of objects that have files ---- */

static izh_pinn *pinns[2]; /* the old one, and one to save */
static izh_flow *flows[2];

static izh_status save_pinn(int which)
{
    return izh_pinn_save_file(pinns[which], path);
}

static izh_status save_flow(int which)
{
    return izh_flow_save_file(flows[which], path);
}

static size_t pinn_blob(int which, void *bytes)
{
    return izh_pinn_save(pinns[which], bytes, ROOM);
}

static size_t flow_blob(int which, void *bytes)
{
    return izh_flow_save(flows[which], bytes, ROOM);
}

/* Loads the file; what was loaded is what was saved. */
static izh_status load_pinn(int which)
{
    static unsigned char x[ROOM], y[ROOM];
    izh_pinn *back = pinns[0];
    const izh_status status = izh_pinn_load_file(&back, path, NULL, NULL);
    if ((status == IZH_OK) != (back != NULL))
        return IZH_E_INVALID;
    if (back && (izh_pinn_save(back, x, ROOM) != pinn_blob(which, y) ||
                 memcmp(x, y, pinn_blob(which, y)) != 0))
        return IZH_E_INVALID;
    izh_pinn_destroy(back);
    return status;
}

static izh_status load_flow(int which)
{
    static unsigned char x[ROOM], y[ROOM];
    izh_flow *back = flows[0];
    const izh_status status = izh_flow_load_file(&back, path, NULL, NULL);
    if ((status == IZH_OK) != (back != NULL))
        return IZH_E_INVALID;
    if (back && (izh_flow_save(back, x, ROOM) != flow_blob(which, y) ||
                 memcmp(x, y, flow_blob(which, y)) != 0))
        return IZH_E_INVALID;
    izh_flow_destroy(back);
    return status;
}

static const struct kind {
    izh_status (*save)(int which), (*load)(int which);
    size_t (*blob)(int which, void *bytes);
} kinds[] = {{save_pinn, load_pinn, pinn_blob}, {save_flow, load_flow, flow_blob}};

/* Whether the file is the old one or the new one, whole. */
static bool holds(const struct kind *kind, int which)
{
    static unsigned char expected[ROOM], found[ROOM];
    const size_t size = kind->blob(which, expected);
    return read_file(found) == size && memcmp(found, expected, size) == 0;
}

/* ---- system calls that fail ---- */

/* What happens at the nth call. */
enum fault {
    FAILS,
    FAILS_FROM_THEN_ON,
    SHORTENED,
    KILLED_BEFORE,
    KILLED_AFTER
};

struct trace {
    enum fault fault;
    int nth, error;
    int calls; /* that there were */
    bool happened;
    bool killed;
    int status; /* what the call returned, in the other process */
};

#if defined(__x86_64__)

/* Calls that have to do with files; a sanitizer's and malloc's own are left alone. */
static bool of_files(long call)
{
    static const long calls[] = {
        SYS_open,     SYS_openat,    SYS_creat,     SYS_close,    SYS_read,      SYS_write,
        SYS_pwrite64, SYS_writev,    SYS_lseek,     SYS_fstat,    SYS_stat,      SYS_newfstatat,
        SYS_fsync,    SYS_fdatasync, SYS_rename,    SYS_renameat, SYS_renameat2, SYS_unlink,
        SYS_unlinkat, SYS_rmdir,     SYS_ftruncate, SYS_pread64,  SYS_readv,     SYS_lstat};
    for (size_t i = 0; i < LENGTH(calls); i++)
        if (calls[i] == call)
            return true;
    return false;
}

/* Goes on to the next entry or exit of a call; false once the process has ended. */
static bool next_stop(pid_t child, struct trace *t)
{
    int status;
    do {
        if (ptrace(PTRACE_SYSCALL, child, 0, 0) != 0 || waitpid(child, &status, 0) != child)
            return false;
        if (WIFEXITED(status))
            t->status = (int8_t)WEXITSTATUS(status);
        if (WIFEXITED(status) || WIFSIGNALED(status))
            return false;
    } while (WSTOPSIG(status) != (SIGTRAP | 0x80));
    return true;
}

static bool is_due(const struct trace *t)
{
    return t->calls == t->nth || (t->fault == FAILS_FROM_THEN_ON && t->calls > t->nth);
}

static void kill_child(pid_t child, struct trace *t)
{
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    t->killed = true;
}

/* At a call's entry: brings the fault about; false where that ends the process. */
static bool meddle(pid_t child, struct trace *t, struct user_regs_struct *r)
{
    t->happened = true;
    if (t->fault == KILLED_BEFORE) {
        kill_child(child, t);
        return false;
    }
    if (t->fault == SHORTENED && r->orig_rax == SYS_write)
        r->rdx = (r->rdx + 1) / 2;
    else if (t->fault == FAILS || t->fault == FAILS_FROM_THEN_ON)
        r->orig_rax = (unsigned long long)-1; /* no call at all */
    ptrace(PTRACE_SETREGS, child, 0, r);
    if (!next_stop(child, t))
        return false;
    if (t->fault == KILLED_AFTER) {
        kill_child(child, t);
        return false;
    }
    ptrace(PTRACE_GETREGS, child, 0, r);
    if (t->fault == FAILS || t->fault == FAILS_FROM_THEN_ON)
        r->rax = (unsigned long long)-t->error;
    ptrace(PTRACE_SETREGS, child, 0, r);
    return true;
}

static void follow(pid_t child, struct trace *t)
{
    struct user_regs_struct r;
    while (next_stop(child, t)) {
        ptrace(PTRACE_GETREGS, child, 0, &r);
        if (of_files((long)r.orig_rax)) {
            t->calls++;
            check_true(t->calls < CALLS_MAX);
            if (is_due(t)) {
                if (!meddle(child, t, &r))
                    return;
                continue;
            }
        }
        if (!next_stop(child, t))
            return;
    }
}

/* Makes the call in a process of its own, with a fault. */
static void make(struct trace *t, izh_status (*call)(int which), int which)
{
    int status;
    const pid_t child = fork();
    check_true(child >= 0);
    if (child == 0) {
        alarm(60);
        if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0)
            _exit(99);
        raise(SIGSTOP);
        _exit((int)call(which) & 0xff);
    }
    check_true(waitpid(child, &status, 0) == child && WIFSTOPPED(status)); /* ptrace is allowed */
    check_true(ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) == 0);
    follow(child, t);
}

/* ---- saving ---- */

static size_t syscalls_failed, kills;

static void old_file(const struct kind *kind)
{
    check_true(kind->save(0) == IZH_OK && holds(kind, 0));
}

static void check_failed_save(const struct kind *kind, const struct trace *t)
{
    const bool done = t->status == IZH_OK;
    support_about("call %d, fault %d, error %d: status %d", t->nth, t->fault, t->error, t->status);
    check_true(done || t->status == IZH_E_FILE || t->status == IZH_E_MEMORY);
    check_true(holds(kind, done));
    if (t->fault != FAILS_FROM_THEN_ON) /* then not even removing a file works */
        check_true(count_files(false) == 1);
    else
        count_files(true);
    check_true(kind->save(1) == IZH_OK && holds(kind, 1)); /* the disk is mended */
}

static void check_killed_save(const struct kind *kind, const struct trace *t)
{
    support_about("call %d, fault %d", t->nth, t->fault);
    check_true(holds(kind, 0) || holds(kind, 1));
    check_true(count_files(true) <= 2);
    check_true(kind->load(holds(kind, 1)) == IZH_OK);
    check_true(kind->save(1) == IZH_OK && holds(kind, 1));
    check_true(count_files(false) == 1);
}

/* Saves with the fault at each call in turn. */
static void save_with(const struct kind *kind, enum fault fault, int error)
{
    for (int nth = 1;; nth++) {
        struct trace t = {.fault = fault, .nth = nth, .error = error, .status = 99};
        old_file(kind);
        make(&t, kind->save, 1);
        if (!t.happened) {
            check_true(nth > 5 && t.status == IZH_OK); /* open, write, fsync, close, rename */
            check_true(holds(kind, 1) && count_files(false) == 1);
            return;
        }
        if (t.killed) {
            kills++;
            check_killed_save(kind, &t);
        } else {
            syscalls_failed++;
            check_failed_save(kind, &t);
        }
    }
}

static void each_system_call_of_a_save_may_fail(void **state)
{
    (void)state;
    static const int errors[] = {ENOSPC, EIO, EINTR, ENOMEM, EACCES};
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        for (size_t i = 0; i < LENGTH(errors); i++)
            save_with(&kinds[k], FAILS, errors[i]);
        save_with(&kinds[k], FAILS_FROM_THEN_ON, EIO);
        save_with(&kinds[k], SHORTENED, 0);
    }
}

static void a_save_may_be_killed_at_each_system_call(void **state)
{
    (void)state;
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        save_with(&kinds[k], KILLED_BEFORE, 0);
        save_with(&kinds[k], KILLED_AFTER, 0);
    }
    check_true(kills > 20);
    printf("# saves killed: %zu\n", kills);
}

/* ---- loading ---- */

static void load_with(const struct kind *kind, enum fault fault, int error)
{
    for (int nth = 1;; nth++) {
        struct trace t = {.fault = fault, .nth = nth, .error = error, .status = 99};
        make(&t, kind->load, 1);
        support_about("call %d, error %d: status %d", t.nth, t.error, t.status);
        check_true(t.status == IZH_OK || (t.happened && t.status == IZH_E_FILE));
        if (!t.happened) {
            check_true(nth > 3); /* open, read, close */
            return;
        }
        syscalls_failed++;
    }
}

static void each_system_call_of_a_load_may_fail(void **state)
{
    (void)state;
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        check_true(kinds[k].save(1) == IZH_OK);
        load_with(&kinds[k], FAILS, EIO);
        load_with(&kinds[k], FAILS, EINTR);
        load_with(&kinds[k], FAILS_FROM_THEN_ON, EIO);
    }
    check_true(syscalls_failed > 100);
    printf("# system calls failed: %zu\n", syscalls_failed);
}

#endif

/* ---- disks that are full ---- */

/* The kernel lets no file grow beyond so much: it writes what fits, then fails. */
static void limit_files(rlim_t size)
{
    struct rlimit limit;
    check_true(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    limit.rlim_cur = size;
    check_true(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

static void a_file_may_not_grow(void **state)
{
    (void)state;
    static unsigned char bytes[ROOM];
    void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        const size_t size = kinds[k].blob(1, bytes);
        check_true(kinds[k].save(0) == IZH_OK);
        for (size_t room = 0; room < size; room += size / 7) {
            limit_files((rlim_t)room);
            const izh_status status = kinds[k].save(1);
            limit_files(RLIM_INFINITY);
            check_true(status == IZH_E_FILE);
            check_true(holds(&kinds[k], 0) && count_files(false) == 1);
        }
    }
    check_has(izh_pinn_message(pinns[1]), "large");
    signal(SIGXFSZ, before);
}

/* A disk of one page, where the process may mount one; else what was limited above has to do. */
static void a_disk_may_be_full(void **state)
{
    (void)state;
    static unsigned char bytes[ROOM];
    if (mount("none", folder, "tmpfs", 0, "size=4k") != 0)
        return;
    bool survived = true;
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        FILE *file = fopen(path, "wb");
        survived &= file && fputs("old", file) >= 0 && fclose(file) == 0;
        survived &= kinds[k].save(1) == IZH_E_FILE;
        survived &= read_file(bytes) == 3 && count_files(false) == 1;
    }
    check_true(umount(folder) == 0 && survived);
    check_has(izh_pinn_message(pinns[1]), "space");
}

/* ---- all of it ---- */

static int set_up(void **state)
{
    (void)state;
    izh_pinn_config pinn = support_pinn_config();
    izh_flow_config flow = support_flow_config();
    pinn.tolerance = 1e-4;
    flow.units = 8;
    flow.points = 200;
    flow.I_lo = 60;
    flow.I_hi = 70;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/file", folder);
    for (int i = 0; i < 2; i++) {
        pinn.t_end = 100 + 200 * i;
        flow.seed = (uint64_t)i + 1;
        pinns[i] = support_train(&pinn);
        flows[i] = support_train_flow(&flow);
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        izh_pinn_destroy(pinns[i]);
        izh_flow_destroy(flows[i]);
    }
    return remove(path) || rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#if defined(__x86_64__)
        cmocka_unit_test(each_system_call_of_a_save_may_fail),
        cmocka_unit_test(a_save_may_be_killed_at_each_system_call),
        cmocka_unit_test(each_system_call_of_a_load_may_fail),
#endif
        cmocka_unit_test(a_file_may_not_grow),
        cmocka_unit_test(a_disk_may_be_full),
    };
    return cmocka_run_group_tests_name("disk", tests, set_up, tear_down);
}
