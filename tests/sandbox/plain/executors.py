from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
def sq(x): return x * x
def main():
    with ProcessPoolExecutor(2) as ex: print(list(ex.map(sq, range(5))))
    with ThreadPoolExecutor(2) as ex: print(list(ex.map(sq, range(5))))
    print(__name__, sq.__module__)
if __name__ == "__main__": main()
