import { type Language, text, translate } from '@shared/text/index';
import { app, Menu, type MenuItemConstructorOptions } from 'electron';

/** The application menu: what a desktop expects, with the pages' own shortcuts left to the page. */
export function buildMenu(language: Language, onOpenCapture: () => void): Menu {
  const say = (...args: Parameters<typeof text>): string => translate(text(...args), language);
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
    {
      label: say('shell.file'),
      submenu: [
        { label: say('shell.open_capture'), accelerator: 'CmdOrCtrl+O', click: onOpenCapture },
        { type: 'separator' },
        process.platform === 'darwin' ? { role: 'close' } : { role: 'quit', label: say('shell.quit') },
      ],
    },
    { role: 'editMenu', label: say('shell.edit') },
    {
      label: say('shell.view'),
      submenu: [
        { role: 'reload' },
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu', label: say('shell.window') },
    { role: 'help', label: say('shell.help'), submenu: [{ label: `Netsonde ${app.getVersion()}`, enabled: false }] },
  ];
  return Menu.buildFromTemplate(template);
}
