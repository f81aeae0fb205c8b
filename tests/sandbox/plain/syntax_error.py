import sys
x = 1
if x:
print(3)
