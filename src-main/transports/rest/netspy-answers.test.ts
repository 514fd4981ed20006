import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { destinationParts, returnCode } from './netspy-answers';

test.each([
  ['192.0.2.1:443', '192.0.2.1', 443],
  ['[2001:db8::1]:53', '2001:db8::1', 53],
  ['192.0.2.1', '192.0.2.1', null],
  ['fe80::1%eth0', 'fe80::1%eth0', null],
  ['(local socket)', null, null],
])('%s is taken apart', (destination, destination_ip, destination_port) => {
  expect(destinationParts({ destination })).toEqual({ destination_ip, destination_port });
});

test.each([
  ['ok', 0],
  ['sent', 0],
  ['ECONNREFUSED', -constants.errno.ECONNREFUSED],
  ['in progress', -constants.errno.EINPROGRESS],
  ['not sent', null],
  ['constructor', null],
])('the result %s is the return code %s', (result, code) => {
  expect(returnCode({ result })).toBe(code);
});
