import threading, time, sys, atexit
atexit.register(lambda: print("atexit"))
def work():
    time.sleep(.05); print("worker done")
threading.Thread(target=work).start()
def bad(): raise ValueError("in thread")
threading.Thread(target=bad, name="bad").start()
def ex(): sys.exit(3)
threading.Thread(target=ex).start()
print("main done", threading.main_thread() is threading.current_thread(), threading.active_count() > 0)
