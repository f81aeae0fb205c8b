import warnings
warnings.warn("careful")
warnings.warn("old", DeprecationWarning)
x = "\d"
def f(): warnings.warn("deep", stacklevel=2)
f()
assert (1, "x")
