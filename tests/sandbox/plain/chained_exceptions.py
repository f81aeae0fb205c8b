def f(n):
    if n == 0:
        raise ValueError("no")
    try:
        f(n - 1)
    except ValueError as e:
        raise KeyError(n) from e
print("before")
f(2)
