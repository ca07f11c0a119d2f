/* A disk that remembers only what was synced, and that can be full, read-only or broken.
 *
 * Loaded by LD_PRELOAD. Looks at files below $DISK_FOLDER only.
 *   $DISK_MIRROR   a folder: each fsync or fdatasync of a file leaves its contents there, under its name
 *   $DISK_SWITCH   a file; while it exists, its first letter says what is wrong:
 *                  f: no file can grow (ENOSPC), r: no file can be written (EROFS), s: no file can be synced (EIO)
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int path_of(int fd, char *path) {
    const char *folder = getenv("DISK_FOLDER");
    char link[64];
    if (!folder) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strncmp(path, folder, strlen(folder)) == 0;
}

static char fault(void) {
    const char *name = getenv("DISK_SWITCH");
    char letter = 0;
    if (!name) return 0;
    int fd = syscall(SYS_openat, AT_FDCWD, name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    if (syscall(SYS_read, fd, &letter, 1) != 1) letter = 0;
    syscall(SYS_close, fd);
    return letter;
}

/* Gives the error of a write that ends at a position, or 0; a negative end is that of the file. */
static int refusal(int fd, off_t end) {
    char path[PATH_MAX];
    struct stat known;
    char letter = fault();
    if ((letter != 'f' && letter != 'r') || !path_of(fd, path)) return 0;
    if (letter == 'r') return EROFS;
    if (fstat(fd, &known) == 0 && S_ISREG(known.st_mode) && (end < 0 || end > known.st_size)) return ENOSPC;
    return 0;
}

/* Reads by the same descriptor: to close another one would drop the locks that SQLite holds on the file. */
static int copy(int fd, const char *path) {
    char name[PATH_MAX + 32], finished[PATH_MAX + 8], block[65536];
    const char *mirror = getenv("DISK_MIRROR"), *base = strrchr(path, '/');
    struct stat known;
    off_t at = 0;
    if (!mirror || !base || fstat(fd, &known) || !S_ISREG(known.st_mode)) return 0;
    snprintf(finished, sizeof finished, "%.2000s%.2000s", mirror, base);
    snprintf(name, sizeof name, "%s.%d", finished, (int)syscall(SYS_gettid));
    int out = syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (out < 0) return -1;
    for (ssize_t n; (n = pread(fd, block, sizeof block, at)) > 0; at += n)
        if (syscall(SYS_write, out, block, n) != n) return -1;
    syscall(SYS_close, out);
    return rename(name, finished);
}

static int synced(int fd, const char *symbol) {
    char path[PATH_MAX];
    int (*real)(int) = dlsym(RTLD_NEXT, symbol);
    if (!path_of(fd, path)) return real(fd);
    if (fault() == 's') {
        errno = EIO;
        return -1;
    }
    int result = real(fd);
    if (result == 0 && copy(fd, path)) abort();
    return result;
}

int fsync(int fd) { return synced(fd, "fsync"); }
int fdatasync(int fd) { return synced(fd, "fdatasync"); }

#define REFUSE(fd, end)                 \
    do {                                \
        int error = refusal(fd, end);   \
        if (error) {                    \
            errno = error;              \
            return -1;                  \
        }                               \
    } while (0)

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    REFUSE(fd, at + (off_t)size);
    return syscall(SYS_pwrite64, fd, data, size, at);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { return pwrite64(fd, data, size, at); }

ssize_t write(int fd, const void *data, size_t size) {
    REFUSE(fd, -1);
    return syscall(SYS_write, fd, data, size);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int n, off64_t at) {
    off_t size = 0;
    for (int i = 0; i < n; i++) size += (off_t)parts[i].iov_len;
    REFUSE(fd, at + size);
    return syscall(SYS_pwritev, fd, parts, n, (unsigned long)at, 0UL);
}
ssize_t pwritev(int fd, const struct iovec *parts, int n, off_t at) { return pwritev64(fd, parts, n, at); }

int posix_fallocate64(int fd, off64_t at, off64_t size) {
    int error = refusal(fd, at + size);
    if (error) return error;
    return syscall(SYS_fallocate, fd, 0, at, size) ? errno : 0;
}
int posix_fallocate(int fd, off_t at, off_t size) { return posix_fallocate64(fd, at, size); }

int ftruncate64(int fd, off64_t size) {
    REFUSE(fd, size);
    return syscall(SYS_ftruncate, fd, size);
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }
