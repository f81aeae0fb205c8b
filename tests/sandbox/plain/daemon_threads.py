import threading, time
X = "value"
def work():
    while True:
        X.upper(); time.sleep(0.0001)
for _ in range(5): threading.Thread(target=work, daemon=True).start()
time.sleep(.02)
print("end")
