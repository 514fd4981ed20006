import { expect, test } from 'vitest';
import { lintArrows } from './lint-arrows.mjs';
import { lintStatic } from './lint-static.mjs';

const arrows = (file, code) => lintArrows([{ file, code }]);

test.each([
  [
    'a collector that imports a service',
    'src-main/engine/collectors/sockets/ss.ts',
    "import { x } from '../../services/sockets';",
  ],
  ['an engine file that imports a transport', 'src-main/engine/create-engine.ts', "import { x } from '../transports/rest';"],
  ['an engine file that imports electron', 'src-main/engine/tool.ts', "import { app } from 'electron';"],
  ['a page that imports Node', 'src-renderer/pages/ports/ports-page.tsx', "import fs from 'node:fs';"],
  ['a page that imports the engine', 'src-renderer/client.ts', "import { x } from '../src-main/engine/tool';"],
  ['a type-only import over several lines', 'src-main/transports/rest.ts', "import type {\n  A,\n} from '../shell/window';"],
  ['a dynamic import', 'src-main/engine/tool.ts', "const x = await import('../transports/mcp');"],
  ['shared code that imports a library of one side', 'src-shared/units.ts', "import React from 'react';"],
])('%s is reported', (_name, file, code) => {
  expect(arrows(file, code)).toHaveLength(1);
});

test.each([
  [
    'a service that imports a collector',
    'src-main/engine/services/sockets.ts',
    "import { ss } from '../collectors/sockets/index';",
  ],
  [
    'a transport that imports the engine',
    'src-main/transports/rest.ts',
    "import type { Engine } from '../engine/create-engine';",
  ],
  ['anything that imports shared', 'src-renderer/client.ts', "import type { Bridge } from '@shared/bridge';"],
])('%s is allowed', (_name, file, code) => {
  expect(arrows(file, code)).toEqual([]);
});

test('the static rules name the file, the line and the reason', () => {
  expect(lintStatic([{ file: 'src-main/engine/a.ts', code: 'const a = 1;\nspawn(x, [], { shell: true });' }])).toEqual([
    'src-main/engine/a.ts:2: no shell: spawn(x, [], { shell: true });',
  ]);
});

test('the one file that may use ipcMain is not reported', () => {
  expect(lintStatic([{ file: 'src-main/shell/ipc.ts', code: 'ipcMain.handle(' }])).toEqual([]);
  expect(lintStatic([{ file: 'src-main/shell/menu.ts', code: 'ipcMain.handle(' }])).toHaveLength(1);
});
