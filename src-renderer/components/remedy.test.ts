import { expect, test } from 'vitest';
import { isCommand } from './remedy';

test.each(['sudo apt install iproute2', 'brew install iftop', 'apk add iproute2', 'sudo netsonde serve'])(
  'takes %s for a command',
  remedy => expect(isCommand(remedy)).toBe(true),
);

test.each(['Start Netsonde as root (sudo).', 'Install iftop.', '以 root 身份启动 Netsonde（sudo）。', 'ipset is missing', ''])(
  'takes "%s" for words',
  remedy => expect(isCommand(remedy)).toBe(false),
);
