import multiprocessing as mp, sys
def sq(x): return x * x
def show(q): q.put((__name__ , mp.current_process().name))
if __name__ == "__main__":
    for how in ("fork", "spawn", "forkserver"):
        ctx = mp.get_context(how)
        with ctx.Pool(2) as p: print(how, p.map(sq, range(5)))
        q = ctx.Queue(); p = ctx.Process(target=show, args=(q,)); p.start(); print(q.get()); p.join(); print(p.exitcode)
