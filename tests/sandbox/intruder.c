// A decoder that a file has taken control of: before the first frame is decoded it tries to get out, and says what it could do.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void report(const char *what, int could) {
    if (could) {
        dprintf(2, "intruder: %s\n", what);
    }
}

static const char *beside(char *path, const char *name) {
    snprintf(path, 4096, "%s/%s", getenv("INTRUDER_FOLDER"), name);
    return path;
}

static int can_start_a_program(void) {
    pid_t child = fork();
    if (child == 0) {
        execl("/bin/true", "true", (char *)NULL);
        _exit(1);
    }
    int status = 1;
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static int can_run_new_code(void) {
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page != MAP_FAILED && mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
}

static void try_everything(void) {
    char path[4096];
    report("read a file of the system", open("/etc/passwd", O_RDONLY) >= 0);
    report("read a file of the user", open(beside(path, "secret"), O_RDONLY) >= 0);
    report("created a file", open(beside(path, "created"), O_CREAT | O_WRONLY, 0600) >= 0);
    report("wrote to its input", open(getenv("INTRUDER_INPUT"), O_WRONLY) >= 0);
    report("removed a file", unlink(beside(path, "created")) == 0);
    report("changed a mode", chmod(beside(path, "secret"), 0644) == 0);
    report("opened a socket of the network", socket(AF_INET, SOCK_STREAM, 0) >= 0);
    report("opened a local socket", socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
    report("started a program", can_start_a_program());
    report("ran new code", can_run_new_code());
    report("reached its parent", kill(getppid(), 0) == 0);
    // The same call under its number for the x32 ABI, which filters forget.
    report("used another table of system calls", syscall(0x40000000 | SYS_getppid) > 0);
}

int vpx_codec_decode(void *context, const unsigned char *data, unsigned size, void *user, long deadline) {
    static int (*decode)(void *, const unsigned char *, unsigned, void *, long);
    if (!decode) {
        try_everything();
        decode = dlsym(RTLD_NEXT, "vpx_codec_decode");
    }
    return decode(context, data, size, user, deadline);
}
