#!/usr/bin/env python3
"""Claims an IPv4 address for two hardware addresses in turn, as two hosts with one address do.

usage: claim-address.py INTERFACE ADDRESS
"""
import socket
import sys

ETH_P_ARP = 0x0806
BROADCAST = b"\xff" * 6

port = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ARP))
port.bind((sys.argv[1], 0))
address = socket.inet_aton(sys.argv[2])
for _ in range(3):
    for last in (1, 2):
        hardware = bytes([2, 0, 0x5E, 0, 0, last])
        # A gratuitous request: who has ADDRESS, asked by ADDRESS itself.
        body = b"\x00\x01\x08\x00\x06\x04\x00\x01" + hardware + address + b"\x00" * 6 + address
        port.send(BROADCAST + hardware + b"\x08\x06" + body)
