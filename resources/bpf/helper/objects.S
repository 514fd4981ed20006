/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The kernel programs, built into the helper: it never opens a file that somebody could change. */
.macro object name, file
	.section .rodata
	.balign 8
	.global object_\name
	.global object_\name\()_end
object_\name:
	.incbin "\file"
object_\name\()_end:
.endm

object tcp_states, "tcp-states.bpf.o"
object drops, "drops.bpf.o"
object tcp_retransmits, "tcp-retransmits.bpf.o"
object tcp_resets, "tcp-resets.bpf.o"
object socket_io, "socket-io.bpf.o"
object connect_results, "connect-results.bpf.o"
object connects, "connects.bpf.o"
object udp_flows, "udp-flows.bpf.o"
object socket_list, "socket-list.bpf.o"
object packet_rate, "packet-rate.bpf.o"

.section .note.GNU-stack, "", @progbits
