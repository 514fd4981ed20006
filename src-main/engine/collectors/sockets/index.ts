import type { Backend } from '../backend';
import { helperSockets } from './helper';
import { lsof } from './lsof';
import { busyboxNetstat, busyboxNetstatBare, netstat } from './netstat';
import { netstatMacos } from './netstat-macos';
import { procNet } from './proc-net';
import type { Socket, SocketQuery } from './socket';
import { ss } from './ss';

/** Ways to list sockets, best first. /proc comes before BusyBox, which has no inodes to find a process by. */
export const socketBackends: readonly Backend<SocketQuery, Socket>[] = [
  helperSockets,
  ss,
  netstat,
  procNet,
  busyboxNetstat,
  busyboxNetstatBare,
  netstatMacos,
  lsof,
];
