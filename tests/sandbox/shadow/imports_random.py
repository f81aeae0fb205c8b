import random, tempfile; print(random.choice([1]))
