# -*- coding: latin-1 -*-
print(ascii("ü"))
print("ü€", __doc__, __annotations__ if "__annotations__" in globals() else None)
x: int = 3
