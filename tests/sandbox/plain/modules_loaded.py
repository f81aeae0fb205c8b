import sys
a=sorted(sys.modules)
print(a)
import asyncio, logging
print([m for m in sorted(sys.modules) if m not in a])
b=set(sys.modules)
import concurrent.futures, multiprocessing, random, typing, dataclasses, json, re, pathlib, subprocess, xml.etree.ElementTree, urllib.request, unittest, sqlite3, datetime, decimal, zoneinfo
print([m for m in sorted(sys.modules) if m not in b])
