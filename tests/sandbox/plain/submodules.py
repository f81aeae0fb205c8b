import importlib, xml, urllib, concurrent, logging, email, os, multiprocessing, collections, json, unittest, asyncio, http, encodings, ctypes
for m in (importlib, xml, urllib, concurrent, logging, email, multiprocessing, collections, json, unittest, asyncio, http, ctypes):
    print(m.__name__, sorted(d for d in dir(m) if type(getattr(m, d)) is type(os)))
    print(m, m.__spec__.name, type(m.__loader__))
