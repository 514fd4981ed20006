// A server with everything that goes wrong, for captures: prints "ready" once all its ports listen.
// usage: trouble-server.mjs ADDRESS CERTIFICATE KEY
import dgram from 'node:dgram';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import tls from 'node:tls';

const [address, certificate, key] = process.argv.slice(2);
const BULK = Buffer.alloc(600_000, 0x2e);

const web = http.createServer((request, response) => {
  switch (request.url) {
    case '/broken':
      response.writeHead(500).end('broken\n');
      return;
    case '/slow':
      setTimeout(() => response.end('at last\n'), 1_500);
      return;
    case '/bulk':
      response.writeHead(200, { 'Content-Length': BULK.length }).end(BULK);
      return;
    case '/torn':
      // Half an answer, then a reset.
      response.writeHead(200, { 'Content-Length': BULK.length });
      response.write(BULK.subarray(0, 20_000), () => request.socket.resetAndDestroy());
      return;
    default:
      response.end('well\n');
  }
});

// Never reads: the window closes.
const deaf = net.createServer({ pauseOnConnect: true }, socket => {
  socket.on('error', () => {});
  setTimeout(() => socket.resume(), 1_200);
});

const options = { cert: readFileSync(certificate), key: readFileSync(key) };
const oldTls = tls.createServer({ ...options, maxVersion: 'TLSv1.2' }, socket => socket.end('well\n'));
const newTls = tls.createServer({ ...options, minVersion: 'TLSv1.3' }, socket => socket.end('well\n'));
for (const server of [oldTls, newTls]) server.on('tlsClientError', () => {});

/** Knows no name but good.example; of silent.example it says nothing. */
const names = dgram.createSocket('udp4');
names.on('message', (query, { port, address: client }) => {
  let name = '';
  for (let at = 12; query[at] > 0; at += query[at] + 1) name += `${query.toString('latin1', at + 1, at + 1 + query[at])}.`;
  if (name.startsWith('silent.')) return;
  const answer = Buffer.from(query.subarray(0, query.indexOf(0, 12) + 5));
  answer.writeUInt16BE(name.startsWith('good.') ? 0x8180 : 0x8183, 2);
  answer.fill(0, 6, 12);
  if (!name.startsWith('good.') || answer.readUInt16BE(answer.length - 4) !== 1) return void names.send(answer, port, client);
  answer.writeUInt16BE(1, 6);
  names.send(Buffer.concat([answer, Buffer.from('c00c000100010000003c0004c6336401', 'hex')]), port, client);
});

const listen = (server, port) => new Promise(resolve => server.listen(port, address, resolve));
await Promise.all([
  listen(web, 80),
  listen(deaf, 81),
  listen(oldTls, 443),
  listen(newTls, 8443),
  new Promise(resolve => names.bind(53, address, resolve)),
]);
console.log('ready');
