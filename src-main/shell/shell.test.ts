import { expect, test, vi } from 'vitest';

vi.mock('electron', () => ({ shell: {}, BrowserWindow: class {}, nativeTheme: {} }));

const { mayOpen } = await import('./external');
const { mayUseIpc } = await import('./sender');
const { webPreferences } = await import('./window');

const PAGE = 'file:///opt/netsonde/out/renderer/index.html';

test.each([
  ['our page', { frameUrl: PAGE, isMainFrame: true, extraArguments: 0 }, true],
  ['our page at another place of it', { frameUrl: `${PAGE}#/ports?port=80`, isMainFrame: true, extraArguments: 0 }, true],
  ['a foreign page', { frameUrl: 'https://evil.example/index.html', isMainFrame: true, extraArguments: 0 }, false],
  ['another local file', { frameUrl: 'file:///tmp/index.html', isMainFrame: true, extraArguments: 0 }, false],
  ['a frame inside our page', { frameUrl: PAGE, isMainFrame: false, extraArguments: 0 }, false],
  ['a frame that is gone', { frameUrl: undefined, isMainFrame: true, extraArguments: 0 }, false],
  ['extra arguments', { frameUrl: PAGE, isMainFrame: true, extraArguments: 1 }, false],
  ['no URL', { frameUrl: 'not a url', isMainFrame: true, extraArguments: 0 }, false],
])('IPC from %s', (_name, sender, allowed) => {
  expect(mayUseIpc(sender, PAGE)).toBe(allowed);
});

test.each([
  ['https://www.rfc-editor.org/rfc/rfc9293', true],
  ['http://www.rfc-editor.org/rfc/rfc9293', false],
  ['https://www.rfc-editor.org.evil.example/', false],
  ['https://user@www.rfc-editor.org/', false],
  ['file:///etc/passwd', false],
  ['javascript:alert(1)', false],
])('the link %s opens: %s', (link, opens) => {
  expect(mayOpen(link)).toBe(opens);
});

test('every window is sandboxed and isolated', () => {
  expect(webPreferences('/preload.cjs')).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
  });
});
