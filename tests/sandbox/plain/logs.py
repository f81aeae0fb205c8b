import logging
logging.basicConfig(level=logging.INFO, format="%(levelname)s:%(name)s:%(module)s:%(funcName)s:%(lineno)d:%(threadName)s:%(processName)s %(message)s")
logging.info("hello"); logging.warning("w")
try: 1/0
except Exception: logging.exception("boom")
