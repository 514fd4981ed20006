// SSH servers on 127.1.0.N: with "shells" as many as are wanted; with "bad" two, of which one never speaks and one floods.
// Prints a line of JSON when they listen, and another when it is ended. fleet-servers KIND FIRST COUNT
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import ssh2 from 'ssh2';

const PORT = 2222;
const isBad = process.argv[2] === 'bad';
const [first, count] = process.argv.slice(3).map(Number);
const { private: privateKey, public: publicKey } = ssh2.utils.generateKeyPairSync('ed25519');
const FLOOD = Buffer.alloc(64 * 1024, 'x');

/** Connections between their first byte and the end of the log-in. */
let opening = 0;
let mostOpening = 0;

function begin() {
  let isOpening = true;
  mostOpening = Math.max(mostOpening, ++opening);
  return () => {
    if (isOpening) opening -= 1;
    isOpening = false;
  };
}

function serve(connection, isHostile) {
  const opened = begin();
  connection
    .on('authentication', context => context.accept())
    .on('ready', () => {
      opened();
      connection.on('session', acceptSession =>
        acceptSession().on('exec', accept => {
          const channel = accept();
          if (isHostile) flood(channel);
          else shell(channel);
        }),
      );
    })
    .on('error', () => {})
    .on('close', opened);
}

function shell(channel) {
  const child = spawn('/bin/sh', { stdio: 'pipe' });
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.stdin.on('error', () => {}); // the shell has ended
  child.on('close', code => {
    channel.exit(code ?? 0);
    channel.close();
  });
  channel.on('close', () => child.kill());
}

function flood(channel) {
  let isOpen = true;
  channel.on('close', () => (isOpen = false));
  const more = () => {
    if (!isOpen) return;
    if (channel.write(FLOOD)) setImmediate(more);
    else channel.once('drain', more);
  };
  more();
}

const addresses = [];
for (let index = 0; index < count; index += 1) {
  const address = `127.1.0.${first + index}`;
  const server =
    isBad && index === 0
      ? createServer(socket => {
          const opened = begin();
          socket
            .on('error', () => {})
            .on('close', opened)
            .resume();
        })
      : new ssh2.Server({ hostKeys: [privateKey] }, connection => serve(connection, isBad));
  server.listen(PORT, address);
  await once(server, 'listening');
  addresses.push(address);
}
process.stdout.write(`${JSON.stringify(addresses.map(address => ({ address, port: PORT, key: publicKey.split(' ')[1] })))}\n`);
process.on('SIGTERM', () => {
  process.stdout.write(`${JSON.stringify({ mostOpening })}\n`, () => process.exit(0));
});
