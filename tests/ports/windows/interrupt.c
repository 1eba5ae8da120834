/* Starts a program in this console, presses Ctrl-C after some milliseconds, and ends with the program's exit code:
   interrupt MILLISECONDS PROGRAM [ARGUMENT]... */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

static BOOL WINAPI ignore(DWORD event)
{
    (void)event;
    return TRUE;
}

int main(int count, char **arguments)
{
    static char line[32768];
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION process;
    DWORD code = 99;
    if (count < 3)
        return 98;
    for (int i = 2; i < count; i++)
        snprintf(line + strlen(line), sizeof line - strlen(line), "\"%s\" ", arguments[i]);
    if (!CreateProcessA(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process)) {
        fprintf(stderr, "interrupt: cannot start %s: error %lu\n", line, GetLastError());
        return 97;
    }
    Sleep(atoi(arguments[1]));
    /* For all programs of this console, but this one. */
    SetConsoleCtrlHandler(ignore, TRUE);
    if (!GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0))
        fprintf(stderr, "interrupt: error %lu\n", GetLastError());
    if (WaitForSingleObject(process.hProcess, 30000) != WAIT_OBJECT_0)
        return 96;
    GetExitCodeProcess(process.hProcess, &code);
    return (int)code;
}
