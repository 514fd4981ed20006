import { expect, test } from 'vitest';
import { complaintOf } from './programs';

const DUMPCAP_4_0_17 = `Capturing on 'Loopback: lo'
dumpcap: You do not have permission to capture on device "lo".
(socket: Operation not permitted)
Please check to make sure you have sufficient permissions.

On Debian and Debian derivatives such as Ubuntu, if you have installed Wireshark from a package, try running

    sudo dpkg-reconfigure wireshark-common

and then restarting Wireshark.
`;
const TCPDUMP_4_99_3 = `tcpdump: lo: You don't have permission to perform this capture on that device
(socket: Operation not permitted)
`;
const TCPDUMP_ENDED = `tcpdump: listening on lo, link-type EN10MB (Ethernet), snapshot length 262144 bytes
tcpdump: pcap_loop: The interface disappeared
17 packets captured
17 packets received by filter
0 packets dropped by kernel
`;

test.each([
  ['dumpcap', DUMPCAP_4_0_17, 'You do not have permission to capture on device "lo".'],
  ['tcpdump', TCPDUMP_4_99_3, "lo: You don't have permission to perform this capture on that device"],
  ['tcpdump', TCPDUMP_ENDED, 'pcap_loop: The interface disappeared'],
  ['tcpdump', 'Segmentation fault\n', 'Segmentation fault'],
  ['tcpdump', '', ''],
])('what %s has to complain about stands in one line', (program, stderr, complaint) => {
  expect(complaintOf(stderr, program)).toBe(complaint);
});
