"""Runs commands in turn and prints the median time of each, its ratio to the first, and memory:
`compare.py RUNS FILE NAME COMMAND [NAME COMMAND]...`. Each reads FILE."""

import os
import statistics
import subprocess
import sys
import time


def run(command, file):
    """Seconds on the clock and of work, and MiB at most in memory, of the command and what it
    started: where the machine does other things as well, the seconds of work are the measure."""
    start = time.perf_counter()
    with open(file, "rb") as given, open(f"{file}.out", "wb") as out:
        process = subprocess.Popen(command.split(), stdin=given, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command}: exit status {os.waitstatus_to_exitcode(status)}")
    work = usage.ru_utime + usage.ru_stime
    return time.perf_counter() - start, work, usage.ru_maxrss / 1024


def main():
    rounds, file, *rest = sys.argv[1:]
    commands = dict(zip(rest[::2], rest[1::2]))
    runs = {name: [] for name in commands}
    # In turn, so that what else the machine does strikes all alike.
    for _ in range(int(rounds)):
        for name, command in commands.items():
            runs[name].append(run(command, file))
    size = os.path.getsize(file) / 2**20
    print(f"{size:.1f} MiB read, median of {rounds} runs")
    first = next(iter(runs.values()))
    for name, measured in runs.items():
        clock, work, _ = (statistics.median(values) for values in zip(*measured))
        memory = max(mib for *_, mib in measured)
        # Round by round: what the machine does besides changes more from minute to minute than
        # the two differ.
        ratios = [
            statistics.median(one[at] / other[at] for one, other in zip(first, measured))
            for at in (0, 1)
        ]
        print(
            f"{name:20} {clock * 1000:8.0f} ms {work * 1000:8.0f} ms of work {memory:6.0f} MiB"
            f"   the first takes {ratios[0]:5.3f} of it, {ratios[1]:5.3f} of its work"
        )


main()
