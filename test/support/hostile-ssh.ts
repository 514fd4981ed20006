import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2';
import { knownHostsLine } from '../../src-main/engine/hosts/ssh/known-hosts';

/** A server of the test's own, in this process: what a real sshd would never do. */
export interface FakeSshd {
  port: number;
  /** Lines for known_hosts; none where it never gets as far as a key. */
  hostKeyLine: string;
  /** Each try to log in, as `method` or `method:password`. */
  tries: string[];
  /** Connections that were made. */
  connections: number;
  stop(): Promise<void>;
}

export interface FakeOptions {
  /** Lets in who tries, by default. */
  onAuth?: (context: AuthContext) => void;
  /** After the login, by default a connection without sessions. */
  onReady?: (connection: Connection) => void;
}

/** Speaks SSH, and does what it is told to. */
export async function fakeSshd({ onAuth = context => context.accept(), onReady }: FakeOptions = {}): Promise<FakeSshd> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const tries: string[] = [];
  const open = new Set<Connection>();
  let connections = 0;
  const server = new ssh2.Server({ hostKeys: [privateKey] }, connection => {
    connections++;
    open.add(connection);
    connection
      .on('authentication', context => {
        tries.push(context.method === 'password' ? `password:${context.password}` : context.method);
        onAuth(context);
      })
      .on('ready', () => onReady?.(connection))
      .on('error', () => {}) // what a client does that refuses us
      .on('close', () => open.delete(connection));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // listens on TCP
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  return {
    port,
    hostKeyLine: knownHostsLine('127.0.0.1', port, key.getPublicSSH()),
    tries,
    get connections() {
      return connections;
    },
    async stop() {
      for (const connection of open) connection.end();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

/** Each shell that is asked for is given to the test as it stands: nothing has been answered yet. */
export function onShells(take: (channel: ServerChannel) => void): (connection: Connection) => void {
  return connection =>
    connection.on('session', acceptSession => {
      acceptSession().on('exec', accept => take(accept()));
    });
}

/** Listens, and does not even speak SSH. */
export async function fakeServer(onSocket: (socket: Socket) => void): Promise<Pick<FakeSshd, 'port' | 'stop'>> {
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port, // listens on TCP
    async stop() {
      for (const socket of sockets) socket.destroy();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
