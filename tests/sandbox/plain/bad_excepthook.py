import sys
def h(*a): raise TypeError("bad hook")
sys.excepthook = h
1/0
