import runpy, __main__, sys
print(__main__ is sys.modules["__main__"], __main__.__file__ == __file__)
