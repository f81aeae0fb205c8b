import os, sys
print("one", flush=True)
pid = os.fork()
if pid == 0:
    print("child"); sys.exit(5)
print(os.waitpid(pid, 0)[1] >> 8)
