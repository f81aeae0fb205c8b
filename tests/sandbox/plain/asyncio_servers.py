import asyncio
import sys


async def answer(reader, writer):
    writer.write(b"hi")
    writer.close()


async def main():
    print(await asyncio.gather(*(asyncio.sleep(0.01, n) for n in range(3))))
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "print('sub')", stdout=asyncio.subprocess.PIPE)
    print(await child.communicate())
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    print(await reader.read())
    writer.close()
    server.close()
    raise ValueError("x")


asyncio.run(main())
