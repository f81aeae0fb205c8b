import weakref, atexit
class A: pass
a = A()
weakref.finalize(a, print, "finalized")
f = open("out.txt", "w"); f.write("unflushed")
print(__builtins__, __name__, __file__.endswith("weakref_finalize.py"), __spec__, __loader__.name, __cached__)
