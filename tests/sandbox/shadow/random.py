X=1
def choice(x): return "mine"
