import sys
sys.excepthook = lambda *a: print("hook", a[0], a[1], a[2].tb_lineno, a[2].tb_next)
1/0
