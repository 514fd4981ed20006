#!/usr/bin/env python3
"""A line between two interfaces that delays, loses and cuts as it is told: what netem does where the kernel has it.

usage: bad-line.py IF_A IF_B
Prints "ready", then takes orders, one JSON object a line on stdin, and answers each with "ok":
  {"delay_ms": 200, "lose_every": 20, "max_frame": 1200, "lose_from": "b", "lose_port": 0}
delay_ms: each way. lose_every: of TCP segments with data, each nth is lost, on the way from `lose_from`; 0 loses none.
lose_port: only of connections with this port; 0: of all. The answer tells how many were lost since the order before: "ok 3".
max_frame: longer Ethernet frames vanish without a word; 0 lets all pass.
"""
import heapq
import json
import select
import socket
import sys
import time

ETH_P_ALL = 3
PACKET_OUTGOING = 4


def open_port(name):
    port = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    port.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    port.bind((name, 0))
    port.setblocking(False)
    return port


def has_tcp_data(frame, port):
    if len(frame) < 54 or frame[12:14] != b"\x08\x00" or frame[23] != 6:
        return False
    header = (frame[14] & 15) * 4
    total = int.from_bytes(frame[16:18], "big")
    offset = (frame[14 + header + 12] >> 4) * 4
    ports = [int.from_bytes(frame[14 + header + at : 16 + header + at], "big") for at in (0, 2)]
    if port and port not in ports:
        return False
    return total > header + offset


def main():
    ports = {"a": open_port(sys.argv[1]), "b": open_port(sys.argv[2])}
    rules = {"delay_ms": 0, "lose_every": 0, "max_frame": 0, "lose_from": "b", "lose_port": 0}
    lost = 0
    waiting = []  # (due, number, to, frame)
    number = 0
    data_frames = 0
    print("ready", flush=True)
    while True:
        timeout = max(0, waiting[0][0] - time.monotonic()) if waiting else None
        readable, _, _ = select.select([ports["a"], ports["b"], sys.stdin], [], [], timeout)
        for source in readable:
            if source is sys.stdin:
                line = sys.stdin.readline()
                if not line:
                    return
                rules.update(json.loads(line))
                data_frames = 0
                print("ok", lost, flush=True)
                lost = 0
                continue
            side = "a" if source is ports["a"] else "b"
            while True:
                try:
                    frame, address = source.recvfrom(65535)
                except BlockingIOError:
                    break
                if address[2] == PACKET_OUTGOING:
                    continue
                if rules["max_frame"] and len(frame) > rules["max_frame"]:
                    continue
                if rules["lose_every"] and side == rules["lose_from"] and has_tcp_data(frame, rules["lose_port"]):
                    data_frames += 1
                    if data_frames % rules["lose_every"] == 0:
                        lost += 1
                        continue
                number += 1
                due = time.monotonic() + rules["delay_ms"] / 1000
                heapq.heappush(waiting, (due, number, "b" if side == "a" else "a", frame))
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            _, _, to, frame = heapq.heappop(waiting)
            try:
                ports[to].send(frame)
            except OSError:
                pass  # longer than the link takes


main()
