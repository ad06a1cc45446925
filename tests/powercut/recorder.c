/* Records what a process writes and syncs below one folder, so that every state a power cut could
 * have left can be made from it afterwards. Loaded with LD_PRELOAD.
 *
 *   RECORD_FOLDER  the folder (absolute)        RECORD_LOG  where the record goes (outside of it)
 *
 * One record: u8 operation, u32 length of the path, path, u64 offset, u32 length of the data, data.
 *   c create   w write   t truncate (offset = new length)   u unlink   r rename (data = new path)
 *   s sync of a file     d sync of the folder               m mark (data = text, see mark below)
 * A mark is what the process does to the outside world: it writes to the file RECORD_MARKS, which
 * is no file of the folder but the order of its lines among the writes is kept.
 *
 * The process itself may also have the disk fail, with disk_fail and disk_calls below.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 4096
#define NAME 256
#define HIGH_DESCRIPTOR 900

static const char *folder, *marks;
static int record_fd = -1;
static char names[FILES][NAME]; /* the path below the folder of each open descriptor */
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void begin(void) {
    int (*real_open)(const char *, int, ...) = real("open");
    const char *log = getenv("RECORD_LOG");
    folder = getenv("RECORD_FOLDER");
    marks = getenv("RECORD_MARKS");
    if (!folder || !log) return;
    int fd = real_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    record_fd = fcntl(fd, F_DUPFD_CLOEXEC, HIGH_DESCRIPTOR);
}

static void record(char op, const char *path, unsigned long offset, const void *data, unsigned n) {
    unsigned length = strlen(path);
    struct iovec parts[] = {{&op, 1}, {&length, 4}, {(void *)path, length},
                            {&offset, 8}, {&n, 4}, {(void *)data, n}};
    if (record_fd >= 0 && writev(record_fd, parts, 6) < 0) abort();
}

/* From now on the calls numbered first to last, counted from 1, fail with an error: those that write,
 * make, cut, rename or remove files below the folder, and those that sync where syncs is not 0. */
static long calls, fail_first, fail_last;
static int fail_error, fail_syncs;

void disk_fail(long first, long last, int error, int syncs) {
    pthread_mutex_lock(&order);
    calls = 0;
    fail_first = first, fail_last = last, fail_error = error, fail_syncs = syncs;
    pthread_mutex_unlock(&order);
}

/* How many such calls there were since then. */
long disk_calls(void) { return calls; }

static int fails(const char *name, int is_sync) {
    if (!name || name[0] == 1 || (is_sync && !fail_syncs)) return 0;
    calls++;
    if (calls < fail_first || calls > fail_last) return 0;
    errno = fail_error;
    return 1;
}

/* The path below the folder, "." for the folder itself, NULL for anything else. */
static const char *below(const char *path) {
    static __thread char whole[PATH_MAX * 2];
    if (!folder) return NULL;
    if (path[0] != '/') {
        char here[PATH_MAX];
        if (!getcwd(here, sizeof here)) return NULL;
        snprintf(whole, sizeof whole, "%s/%s", here, path);
        path = whole;
    }
    size_t n = strlen(folder);
    if (strncmp(path, folder, n)) return NULL;
    return path[n] == '/' ? path + n + 1 : path[n] ? NULL : ".";
}

static const char *name_of(int fd) {
    return fd >= 0 && fd < FILES && names[fd][0] ? names[fd] : NULL;
}

static int is_marks(const char *path) { return marks && !strcmp(path, marks); }

static int opened(int fd, const char *path, int flags, int existed) {
    if (fd < 0 || fd >= FILES) return fd;
    names[fd][0] = 0;
    if (is_marks(path)) {
        strcpy(names[fd], "\001");
        return fd;
    }
    const char *name = below(path);
    if (!name) return fd;
    strncpy(names[fd], name, NAME - 1);
    if (!existed && strcmp(name, ".")) record('c', name, 0, "", 0);
    else if (flags & O_TRUNC) record('t', name, 0, "", 0);
    return fd;
}

#define OPEN(function)                                                                       \
    int function(const char *path, int flags, ...) {                                         \
        int (*call)(const char *, int, ...) = real(#function);                               \
        va_list rest;                                                                        \
        va_start(rest, flags);                                                               \
        int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, int) : 0;                    \
        va_end(rest);                                                                        \
        struct stat found;                                                                   \
        pthread_mutex_lock(&order);                                                          \
        int existed = !(flags & O_CREAT) || !stat(path, &found);                             \
        int failed = !existed && fails(below(path), 0);                                      \
        int fd = failed ? -1 : opened(call(path, flags, mode), path, flags, existed);        \
        pthread_mutex_unlock(&order);                                                        \
        return fd;                                                                           \
    }
OPEN(open)
OPEN(open64)

static ssize_t wrote(int fd, const void *data, ssize_t n, unsigned long offset) {
    const char *name = name_of(fd);
    if (n > 0 && name) record(name[0] == 1 ? 'm' : 'w', name[0] == 1 ? "" : name, offset, data, n);
    return n;
}

#define PWRITE(function, offset_type)                                                        \
    ssize_t function(int fd, const void *data, size_t n, offset_type offset) {               \
        ssize_t (*call)(int, const void *, size_t, offset_type) = real(#function);           \
        pthread_mutex_lock(&order);                                                          \
        ssize_t done = -1;                                                                   \
        if (!fails(name_of(fd), 0)) done = wrote(fd, data, call(fd, data, n, offset), offset); \
        pthread_mutex_unlock(&order);                                                        \
        return done;                                                                         \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t write(int fd, const void *data, size_t n) {
    ssize_t (*call)(int, const void *, size_t) = real("write");
    if (!name_of(fd)) return call(fd, data, n);
    pthread_mutex_lock(&order);
    ssize_t done = fails(name_of(fd), 0) ? -1 : call(fd, data, n);
    if (done > 0) wrote(fd, data, done, lseek(fd, 0, SEEK_CUR) - done);
    pthread_mutex_unlock(&order);
    return done;
}

#define SYNC(function)                                                                       \
    int function(int fd) {                                                                   \
        int (*call)(int) = real(#function);                                                  \
        pthread_mutex_lock(&order);                                                          \
        const char *name = name_of(fd);                                                      \
        int failed = fails(name, 1) ? -1 : call(fd);                                         \
        if (!failed && name && name[0] != 1) record(strcmp(name, ".") ? 's' : 'd', name, 0, "", 0); \
        pthread_mutex_unlock(&order);                                                        \
        return failed;                                                                       \
    }
SYNC(fsync)
SYNC(fdatasync)

#define TRUNCATE(function, length_type)                                                      \
    int function(int fd, length_type length) {                                               \
        int (*call)(int, length_type) = real(#function);                                     \
        pthread_mutex_lock(&order);                                                          \
        const char *name = name_of(fd);                                                      \
        int failed = fails(name, 0) ? -1 : call(fd, length);                                 \
        if (!failed && name && name[0] != 1) record('t', name, length, "", 0);               \
        pthread_mutex_unlock(&order);                                                        \
        return failed;                                                                       \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

int unlink(const char *path) {
    int (*call)(const char *) = real("unlink");
    pthread_mutex_lock(&order);
    const char *name = below(path);
    int failed = fails(name, 0) ? -1 : call(path);
    if (!failed && name) record('u', name, 0, "", 0);
    pthread_mutex_unlock(&order);
    return failed;
}

int rename(const char *from, const char *to) {
    int (*call)(const char *, const char *) = real("rename");
    pthread_mutex_lock(&order);
    const char *name = below(from);
    int failed = fails(name, 0) ? -1 : call(from, to);
    if (!failed && name) {
        char old[NAME];
        snprintf(old, sizeof old, "%s", name);
        const char *new = below(to);
        record('r', old, 0, new ? new : "", new ? strlen(new) : 0);
    }
    pthread_mutex_unlock(&order);
    return failed;
}

int close(int fd) {
    int (*call)(int) = real("close");
    if (fd == record_fd && fd >= 0) return 0;
    if (fd >= 0 && fd < FILES) names[fd][0] = 0;
    return call(fd);
}
