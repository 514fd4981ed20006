// Opens COUNT connections to a server of its own on ADDRESS, prints "ready" and holds them until it is ended.
// With "chatter" every connection carries some bytes each second, so that every row of a table changes.
import { connect, createServer } from 'node:net';

const count = Number(process.argv[2]);
const address = process.argv[3];
const chatter = process.argv[4] === 'chatter';
const held = [];
const server = createServer(socket => held.push(socket.resume()));
await new Promise(resolve => server.listen({ port: 0, host: address, backlog: 4096 }, resolve));
const { port } = server.address();
for (let index = 0; index < count; index += 1) {
  await new Promise((resolve, reject) => {
    const socket = connect(port, address, resolve);
    socket.once('error', reject);
    held.push(socket.resume());
  });
}
const CHATTER_BYTES = Buffer.alloc(100);
if (chatter) setInterval(() => held.forEach(socket => socket.write(CHATTER_BYTES)), 1_000);
process.on('SIGTERM', () => process.exit(0));
process.stdout.write('ready\n');
