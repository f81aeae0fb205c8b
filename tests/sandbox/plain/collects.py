import gc
class N: pass
a, b = N(), N(); a.b = b; b.a = a; del a, b
print(gc.isenabled(), gc.get_threshold(), gc.garbage)
print(gc.collect() >= 2)
