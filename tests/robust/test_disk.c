/* Files on disks that fail: each system call of a save fails in turn, or the process is killed
 * there. The file is the old one or the new one, whole; after an error nothing is left beside it.
 */
#include "support_pinn.h"

#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROOM (1 << 20)
#define CALLS_MAX 200 /* of a save; more is a loop */

static char folder[] = "/tmp/izh-disk-XXXXXX";
static char path[sizeof folder + 300];

/* ---- files ---- */

static size_t read_file(unsigned char *bytes)
{
    FILE *file = fopen(path, "rb");
    const size_t size = file ? fread(bytes, 1, ROOM, file) : 0;
    if (file)
        fclose(file);
    return size;
}

/* The file that is saved from now on. */
static void at(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
}

static mode_t mode_of(const char *name)
{
    struct stat file;
    check_true(lstat(name, &file) == 0);
    return file.st_mode & 07777;
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

/* Loads the file; what was loaded is what was saved, and no memory is kept, whatever happened. */
static izh_status load_pinn(int which)
{
    static unsigned char x[ROOM], y[ROOM];
    struct heap heap = {0};
    const izh_allocator allocator = support_allocator(&heap);
    izh_pinn *back = pinns[0];
    const izh_status status = izh_pinn_load_file(&back, path, &allocator, NULL);
    if ((status == IZH_OK) != (back != NULL))
        return IZH_E_INVALID;
    if (back && (izh_pinn_save(back, x, ROOM) != pinn_blob(which, y) ||
                 memcmp(x, y, pinn_blob(which, y)) != 0))
        return IZH_E_INVALID;
    izh_pinn_destroy(back);
    return heap.live || heap.bytes ? IZH_E_INVALID : status;
}

static izh_status load_flow(int which)
{
    static unsigned char x[ROOM], y[ROOM];
    struct heap heap = {0};
    const izh_allocator allocator = support_allocator(&heap);
    izh_flow *back = flows[0];
    const izh_status status = izh_flow_load_file(&back, path, &allocator, NULL);
    if ((status == IZH_OK) != (back != NULL))
        return IZH_E_INVALID;
    if (back && (izh_flow_save(back, x, ROOM) != flow_blob(which, y) ||
                 memcmp(x, y, flow_blob(which, y)) != 0))
        return IZH_E_INVALID;
    izh_flow_destroy(back);
    return heap.live || heap.bytes ? IZH_E_INVALID : status;
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

/* What a call is to a save: the first two may fail, without the others there is no file. */
enum role {
    NOT_OF_FILES,
    OTHER,
    OPEN,
    WRITE,
    SYNC,
    CLOSE,
    RENAME
};

struct call {
    enum role role;
    long file, result; /* the file: a descriptor */
};

struct trace {
    enum fault fault;
    int nth, error;
    int calls; /* that there were */
    struct call made[CALLS_MAX];
    bool happened;
    bool altered; /* a call failed, or wrote less */
    bool killed;
    int status; /* what the call returned, in the other process */
};

#if defined(__x86_64__)

/* A sanitizer's and malloc's own calls are not of files, and left alone. */
static enum role role_of(long number)
{
    static const struct {
        long number;
        enum role role;
    } calls[] = {{SYS_open, OPEN},        {SYS_openat, OPEN},     {SYS_creat, OPEN},
                 {SYS_write, WRITE},      {SYS_pwrite64, WRITE},  {SYS_writev, WRITE},
                 {SYS_fsync, SYNC},       {SYS_fdatasync, SYNC},  {SYS_close, CLOSE},
                 {SYS_rename, RENAME},    {SYS_renameat, RENAME}, {SYS_renameat2, RENAME},
                 {SYS_read, OTHER},       {SYS_pread64, OTHER},   {SYS_readv, OTHER},
                 {SYS_lseek, OTHER},      {SYS_fstat, OTHER},     {SYS_stat, OTHER},
                 {SYS_newfstatat, OTHER}, {SYS_lstat, OTHER},     {SYS_unlink, OTHER},
                 {SYS_unlinkat, OTHER},   {SYS_rmdir, OTHER},     {SYS_ftruncate, OTHER},
                 {SYS_readlink, OTHER},   {SYS_fchmod, OTHER},    {SYS_fchown, OTHER},
                 {SYS_fcntl, OTHER},      {SYS_getrandom, OTHER}};
    for (size_t i = 0; i < LENGTH(calls); i++)
        if (calls[i].number == number)
            return calls[i].role;
    return NOT_OF_FILES;
}

/* Whether a call failed without which no file is saved. */
static bool has_failed(const struct trace *t)
{
    for (int i = 0; i < t->calls; i++)
        if (t->made[i].role > OTHER && t->made[i].result < 0)
            return true;
    return false;
}

/* Whether all that was written was on the disk when it got the file's name: a machine that loses
 * its power just then has the old file or the new one, too. */
static bool is_durable(const struct trace *t)
{
    bool synced = false;
    long file = -1;
    for (int i = 0; i < t->calls; i++) {
        const struct call *call = &t->made[i];
        if (call->role == WRITE) {
            file = call->file;
            synced = false;
        } else if (call->role == SYNC && call->file == file && call->result == 0) {
            synced = true;
        } else if (call->role == RENAME) {
            return synced;
        }
    }
    return false;
}

/* Whether each file that was opened was closed, be it in vain. */
static bool closes_all(const struct trace *t)
{
    int open = 0;
    for (int i = 0; i < t->calls; i++)
        open += (t->made[i].role == OPEN && t->made[i].result >= 0) - (t->made[i].role == CLOSE);
    return open == 0;
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
    if (t->fault == SHORTENED && r->orig_rax == SYS_write && r->rdx > 1) {
        r->rdx /= 2;
        t->altered = true;
    } else if (t->fault == FAILS || t->fault == FAILS_FROM_THEN_ON) {
        r->orig_rax = (unsigned long long)-1; /* no call at all */
        t->altered = true;
    }
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

/* Lets a call of files take place, with the fault if it is due; false once the process has ended.
 */
static bool take_part(pid_t child, struct trace *t, struct user_regs_struct *r)
{
    struct call *call = &t->made[t->calls++];
    check_true(t->calls < CALLS_MAX);
    *call = (struct call){role_of((long)r->orig_rax), (long)r->rdi, 0};
    if (!(is_due(t) ? meddle(child, t, r) : next_stop(child, t)))
        return false;
    ptrace(PTRACE_GETREGS, child, 0, r);
    call->result = (long)r->rax;
    if (call->role == OPEN)
        call->file = call->result;
    return true;
}

static void follow(pid_t child, struct trace *t)
{
    struct user_regs_struct r;
    while (next_stop(child, t)) {
        ptrace(PTRACE_GETREGS, child, 0, &r);
        if (!(role_of((long)r.orig_rax) ? take_part(child, t, &r) : next_stop(child, t)))
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

#define MODE 0640 /* that of no new file */

static void old_file(const struct kind *kind)
{
    check_true(kind->save(0) == IZH_OK && holds(kind, 0));
    check_true(chmod(path, MODE) == 0);
}

static void check_failed_save(const struct kind *kind, const struct trace *t)
{
    const bool done = t->status == IZH_OK;
    support_about("call %d, fault %d, error %d: status %d", t->nth, t->fault, t->error, t->status);
    check_true(done || t->status == IZH_E_FILE);
    check_true(done || t->fault != SHORTENED); /* the rest is written then */
    check_true(!done || (is_durable(t) && !has_failed(t)));
    check_true(closes_all(t));
    check_true(holds(kind, done) && mode_of(path) == MODE);
    if (t->fault != FAILS_FROM_THEN_ON) /* then not even removing a file works */
        check_true(count_files(false) == 1);
    else
        count_files(true);
    check_true(kind->save(1) == IZH_OK && holds(kind, 1)); /* the disk is mended */
}

static void check_killed_save(const struct kind *kind, const struct trace *t)
{
    support_about("call %d, fault %d", t->nth, t->fault);
    check_true((holds(kind, 0) || holds(kind, 1)) && mode_of(path) == MODE);
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
            check_true(nth > 7 && t.status == IZH_OK); /* stat, open, fchmod, write, ..., rename */
            check_true(is_durable(&t) && closes_all(&t));
            check_true(holds(kind, 1) && count_files(false) == 1);
            return;
        }
        if (t.killed) {
            kills++;
            check_killed_save(kind, &t);
        } else {
            syscalls_failed += t.altered;
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

/* Where the new file's name is taken, another is tried, but not for ever. */
static void a_taken_name_is_left_alone(void **state)
{
    (void)state;
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        int saved = 0;
        for (int nth = 1; nth < 12; nth++) {
            struct trace t = {.fault = FAILS, .nth = nth, .error = EEXIST, .status = 99};
            old_file(&kinds[k]);
            make(&t, kinds[k].save, 1);
            if (t.made[nth - 1].role == OPEN && t.status == IZH_OK) {
                check_true(holds(&kinds[k], 1) && count_files(false) == 1);
                saved++;
            }
        }
        check_true(saved == 1); /* the one open that makes a file */
        for (int nth = 1; nth < 8; nth++) {
            struct trace t = {.fault = FAILS_FROM_THEN_ON, .nth = nth, .error = EEXIST};
            old_file(&kinds[k]);
            make(&t, kinds[k].save, 1);
            check_true(t.status == IZH_E_FILE && holds(&kinds[k], 0));
            count_files(true);
        }
    }
}

/* The number in the name of the only file beside the saved one, which is removed. */
static uint64_t take_name(void)
{
    char name[512];
    unsigned long long number = 0;
    int found = 0;
    DIR *listing = opendir(folder);
    for (struct dirent *entry; (entry = readdir(listing));)
        if (sscanf(entry->d_name, "izh-%16llx.part", &number) == 1) {
            snprintf(name, sizeof name, "%s/%s", folder, entry->d_name);
            check_true(remove(name) == 0);
            found++;
        }
    closedir(listing);
    check_true(found == 1);
    return number;
}

/* Nobody can squat on the names of the new files: they do not follow from each other. */
static void names_cannot_be_foretold(void **state)
{
    (void)state;
    enum {
        SAVES = 12
    };
    uint64_t number[SAVES];
    old_file(&kinds[0]);
    for (int i = 0; i < SAVES; i++) {
        int nth = 1;
        for (bool killed = false; !killed; nth++) {
            struct trace t = {.fault = KILLED_BEFORE, .nth = nth, .status = 99};
            make(&t, kinds[0].save, 1);
            killed = t.killed && count_files(false) == 2;
        }
        number[i] = take_name();
        for (int k = 0; k < i; k++) {
            check_true(number[i] >> 32 != number[k] >> 32);
            check_true((uint32_t)number[i] != (uint32_t)number[k]);
        }
    }
}

/* ---- loading ---- */

static void load_with(const struct kind *kind, enum fault fault, int error)
{
    for (int nth = 1;; nth++) {
        struct trace t = {.fault = fault, .nth = nth, .error = error, .status = 99};
        make(&t, kind->load, 1);
        support_about("call %d, error %d: status %d", t.nth, t.error, t.status);
        check_true(t.status == IZH_OK || (t.happened && t.status == IZH_E_FILE));
        check_true(closes_all(&t));
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

/* ---- names that are taken ---- */

static bool write_text(const char *to, const char *text)
{
    FILE *file = fopen(to, "w");
    const bool written = file && fputs(text, file) >= 0;
    return file && fclose(file) == 0 && written;
}

static bool has_text(const char *of, const char *text)
{
    char found[64] = "";
    FILE *file = fopen(of, "r");
    const size_t size = file ? fread(found, 1, sizeof found, file) : 0;
    if (file)
        fclose(file);
    return size == strlen(text) && memcmp(found, text, size) == 0;
}

/* Names that a save once used, of processes killed before, or traps. */
static void what_another_wrote_beside_it_stays(void **state)
{
    (void)state;
    char name[sizeof path + 48];
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        check_true(kinds[k].save(0) == IZH_OK);
        for (int i = 0; i < 1000; i++) {
            snprintf(name, sizeof name, "%s.%ld.%d.part", path, (long)getpid(), i);
            check_true(i % 2 ? symlink("/dev/null", name) == 0 : write_text(name, "another's"));
        }
        check_true(kinds[k].save(1) == IZH_OK && holds(&kinds[k], 1));
        check_true(count_files(false) == 1001);
        snprintf(name, sizeof name, "%s.%ld.0.part", path, (long)getpid());
        check_true(has_text(name, "another's"));
        check_true(count_files(true) == 1001 && count_files(false) == 1);
    }
}

/* As long as a name may be, and where there is no folder in the path. */
static void names_may_be_long_or_short(void **state)
{
    (void)state;
    char name[257] = "", before[4096];
    check_true(getcwd(before, sizeof before) && chdir(folder) == 0);
    for (size_t length = 225; length <= 255; length += 6) {
        memset(name, 'n', length);
        for (size_t k = 0; k < LENGTH(kinds); k++) {
            at(name);
            check_true(kinds[k].save(0) == IZH_OK && holds(&kinds[k], 0));
            snprintf(path, sizeof path, "%s", name);
            check_true(kinds[k].save(1) == IZH_OK && holds(&kinds[k], 1));
            check_true(kinds[k].load(1) == IZH_OK && count_files(false) == 2);
            at(name);
            check_true(count_files(false) == 2 && remove(path) == 0); /* "file" and this */
        }
    }
    memset(name, 'n', 256);
    at(name);
    check_true(save_pinn(1) == IZH_E_FILE && save_flow(1) == IZH_E_FILE);
    check_has(izh_pinn_message(pinns[1]), "too long");
    check_true(chdir(before) == 0);
    at("file");
}

/* ---- what is there already ---- */

static bool make_directory(const char *name)
{
    return mkdir(name, 0777) == 0;
}

static bool is_link(const char *name)
{
    struct stat file;
    at(name);
    return lstat(path, &file) == 0 && S_ISLNK(file.st_mode);
}

/* Absolute to a link, which is relative to a folder's, which is relative to the folder above. */
static void make_links(void)
{
    char b[sizeof path];
    at("sub/c");
    check_true(symlink("../file", path) == 0);
    at("b");
    check_true(symlink("sub/c", path) == 0);
    memcpy(b, path, sizeof b);
    at("sub/a");
    check_true(symlink(b, path) == 0);
}

/* The links stay, and the file that they lead to is the one that is saved. */
static void a_save_goes_through_links(void **state)
{
    (void)state;
    static const char *const links[] = {"sub/a", "b", "sub/c"};
    at("sub");
    check_true(make_directory(path));
    make_links();
    for (size_t i = 0; i < LENGTH(links); i++)
        for (size_t k = 0; k < LENGTH(kinds); k++)
            for (int old = 0; old < 2; old++) { /* without, and with a file at the end of them */
                at("file");
                check_true(remove(path) == 0);
                check_true(!old || (kinds[k].save(0) == IZH_OK && chmod(path, 0604) == 0));
                at(links[i]);
                check_true(kinds[k].save(1) == IZH_OK && kinds[k].load(1) == IZH_OK);
                check_true(is_link("sub/a") && is_link("b") && is_link("sub/c") &&
                           !is_link("file"));
                check_true(holds(&kinds[k], 1) && (!old || mode_of(path) == 0604));
                check_true(count_files(false) == 3); /* with sub and b */
            }
    for (size_t i = 0; i < LENGTH(links); i++) {
        at(links[i]);
        check_true(remove(path) == 0);
    }
    at("sub");
    check_true(symlink("loop", path) != 0 && rmdir(path) == 0 && symlink("sub", path) == 0);
    check_true(save_pinn(1) == IZH_E_FILE && save_flow(1) == IZH_E_FILE && is_link("sub"));
    check_true(remove(path) == 0 && count_files(false) == 1);
    at("file");
}

static bool make_socket(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const int at_socket = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", name);
    const bool made = bind(at_socket, (const struct sockaddr *)&address, sizeof address) == 0;
    return close(at_socket) == 0 && made;
}

/* A device of its own where this process may make one; no test should lose the system's. */
static bool make_device(const char *name)
{
    return mknod(name, S_IFCHR | 0666, makedev(1, 7)) == 0 || /* /dev/full */
           (geteuid() != 0 && symlink("/dev/full", name) == 0);
}

static bool make_fifo(const char *name)
{
    return mkfifo(name, 0666) == 0;
}

static void what_is_no_regular_file_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        bool (*make)(const char *name);
    } things[] = {{"it is a directory", make_directory},
                  {"it is a FIFO", make_fifo},
                  {"it is a socket", make_socket},
                  {"it is a device", make_device}};
    for (size_t i = 0; i < LENGTH(things); i++) {
        struct stat before, now;
        struct logbook book = {0};
        const izh_log log = support_log(&book);
        izh_pinn *back;
        at("thing");
        if (!things[i].make(path)) {
            printf("# cannot make it: %s\n", things[i].what);
            continue;
        }
        check_true(lstat(path, &before) == 0);
        check_true(save_pinn(1) == IZH_E_FILE && save_flow(1) == IZH_E_FILE);
        check_has(izh_pinn_message(pinns[1]), things[i].what);
        check_has(izh_flow_message(flows[1]), things[i].what);
        check_true(izh_pinn_load_file(&back, path, NULL, &log) == IZH_E_FILE);
        check_has(book.text, things[i].what);
        check_true(lstat(path, &now) == 0 && now.st_ino == before.st_ino);
        check_true(now.st_mode == before.st_mode && count_files(false) == 2);
        check_true(remove(path) == 0);
    }
    at("file");
}

/* The rights of the old file, whatever they are; a new one has those that umask leaves. */
static void a_file_keeps_its_mode_and_owner(void **state)
{
    (void)state;
    static const mode_t modes[] = {0600, 0640, 0644, 0664, 0666, 0700, 0755, 0200};
    struct stat file;
    const mode_t mask = umask(027);
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        check_true(remove(path) == 0);
        check_true(kinds[k].save(0) == IZH_OK && mode_of(path) == 0640);
        for (size_t i = 0; i < LENGTH(modes); i++) {
            check_true(chmod(path, modes[i]) == 0 && kinds[k].save(1) == IZH_OK);
            check_true(mode_of(path) == modes[i]);
        }
        if (chmod(path, 0644) == 0 && chown(path, 12345, 23456) == 0) { /* root alone may */
            check_true(kinds[k].save(1) == IZH_OK && lstat(path, &file) == 0);
            check_true(file.st_uid == 12345 && file.st_gid == 23456);
            check_true(remove(path) == 0 && kinds[k].save(1) == IZH_OK);
        }
    }
    umask(mask);
    check_true(remove(path) == 0 && save_pinn(0) == IZH_OK);
}

static void a_read_only_file_stays(void **state)
{
    (void)state;
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        check_true(kinds[k].save(0) == IZH_OK && chmod(path, 0444) == 0);
        check_true(kinds[k].save(1) == IZH_E_FILE);
        check_true(holds(&kinds[k], 0) && mode_of(path) == 0444 && count_files(false) == 1);
        check_true(chmod(path, 0644) == 0);
    }
    check_has(izh_pinn_message(pinns[1]), "ermission");
    check_has(izh_flow_message(flows[1]), "ermission");
}

/* Somebody who may write to the file, but give it neither its owner nor its group. */
static void save_as_another(void)
{
    if (setgroups(0, NULL) != 0 || setgid(34567) != 0 || setuid(34567) != 0)
        _exit(1);
    if (kinds[0].save(1) != IZH_OK)
        _exit(2);
}

static void a_group_that_cannot_be_kept_gets_no_rights(void **state)
{
    (void)state;
    struct stat file;
    if (geteuid() != 0)
        return;
    check_true(chmod(folder, 0777) == 0 && save_pinn(0) == IZH_OK);
    check_true(chown(path, 12345, 23456) == 0 && chmod(path, 0662) == 0);
    check_survives(save_as_another);
    check_true(lstat(path, &file) == 0 && holds(&kinds[0], 1));
    check_true(file.st_uid == 34567 && file.st_gid == 34567 && mode_of(path) == 0622);
    check_true(remove(path) == 0 && chmod(folder, 0700) == 0 && save_pinn(0) == IZH_OK);
}

/* Several processes save at once: whoever reads finds one of the files, whole. */
static void saves_at_once_do_not_mix(void **state)
{
    (void)state;
    enum {
        SAVERS = 4,
        SAVES = 25
    };
    pid_t savers[SAVERS];
    int left = SAVERS, status;
    check_true(save_pinn(0) == IZH_OK);
    for (int i = 0; i < SAVERS; i++)
        if ((savers[i] = fork()) == 0) {
            for (int k = 0; k < SAVES; k++)
                if (save_pinn((i + k) % 2) != IZH_OK)
                    _exit(1);
            _exit(0);
        }
    for (int i = 0; i < SAVERS; i++)
        check_true(savers[i] > 0);
    while (left) {
        izh_pinn *back;
        check_true(izh_pinn_load_file(&back, path, NULL, NULL) == IZH_OK);
        izh_pinn_destroy(back);
        for (int i = 0; i < SAVERS; i++)
            if (savers[i] > 0 && waitpid(savers[i], &status, WNOHANG) == savers[i]) {
                check_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
                savers[i] = 0;
                left--;
            }
    }
    check_true((holds(&kinds[0], 0) || holds(&kinds[0], 1)) && count_files(false) == 1);
}

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

/* Mounts of its own, which anybody may have who is root in a namespace of users. */
static bool own_mounts(void)
{
    char users[32], groups[32];
    snprintf(users, sizeof users, "0 %u 1", (unsigned)geteuid());
    snprintf(groups, sizeof groups, "0 %u 1", (unsigned)getegid());
    return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
           write_text("/proc/self/setgroups", "deny") && write_text("/proc/self/uid_map", users) &&
           write_text("/proc/self/gid_map", groups);
}

/* A disk of one page; where none can be mounted, files that are full after a few bytes. */
static void save_to_a_full_disk(void)
{
    static unsigned char bytes[ROOM];
    const bool mounted = own_mounts() && mount("none", folder, "tmpfs", 0, "size=4k") == 0;
    bool survived = true;
    if (!mounted) {
        signal(SIGXFSZ, SIG_IGN);
        limit_files(100);
    }
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        survived &= write_text(path, "old");
        survived &= kinds[k].save(1) == IZH_E_FILE;
        survived &= read_file(bytes) == 3 && count_files(false) == 1;
    }
    if (!survived || !strstr(izh_pinn_message(pinns[1]), mounted ? "space" : "large"))
        _exit(1);
    limit_files(RLIM_INFINITY); /* the output may be a file, too */
    printf("# full disk: %s\n", mounted ? "mounted" : "files limited");
    fflush(stdout);
}

static void a_disk_may_be_full(void **state)
{
    (void)state;
    check_survives(save_to_a_full_disk);
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
        cmocka_unit_test(a_taken_name_is_left_alone),
        cmocka_unit_test(names_cannot_be_foretold),
        cmocka_unit_test(each_system_call_of_a_load_may_fail),
#endif
        cmocka_unit_test(what_another_wrote_beside_it_stays),
        cmocka_unit_test(names_may_be_long_or_short),
        cmocka_unit_test(a_save_goes_through_links),
        cmocka_unit_test(what_is_no_regular_file_is_refused),
        cmocka_unit_test(a_file_keeps_its_mode_and_owner),
        cmocka_unit_test(a_read_only_file_stays),
        cmocka_unit_test(a_group_that_cannot_be_kept_gets_no_rights),
        cmocka_unit_test(saves_at_once_do_not_mix),
        cmocka_unit_test(a_file_may_not_grow),
        cmocka_unit_test(a_disk_may_be_full),
    };
    return cmocka_run_group_tests_name("disk", tests, set_up, tear_down);
}
