class A:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n, K)
K = "k"
a = A(1); b = [A(2)]; c = A(3); c.self = c
def g(): return a
print("end")
