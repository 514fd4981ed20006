import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Language, text, translate } from '@shared/text/index';
import { BrowserWindow, dialog, type FileFilter, type WebContents } from 'electron';

type ShellText = 'shell.capture_files' | 'shell.all_files' | 'shell.open_capture' | 'shell.save_pdf';

/** Asks for a capture file. @returns its path; null when dismissed */
export async function chooseCapture(window: BrowserWindow | null, language: Language): Promise<string | null> {
  const say = (key: ShellText): string => translate(text(key), language);
  const filters: FileFilter[] = [
    { name: say('shell.capture_files'), extensions: ['pcap', 'pcapng', 'cap', 'dmp', 'gz'] },
    { name: say('shell.all_files'), extensions: ['*'] },
  ];
  const options = { title: say('shell.open_capture'), properties: ['openFile' as const], filters };
  const { canceled, filePaths } = window ? await dialog.showOpenDialog(window, options) : await dialog.showOpenDialog(options);
  return canceled ? null : (filePaths[0] ?? null);
}

/** Prints a page into a PDF file where the user wants it; the proposed name is one without folders. */
export async function savePdf(contents: WebContents, name: string, language: Language): Promise<void> {
  // The page as it is now, however long the dialog stays.
  const pdf = await contents.printToPDF({ pageSize: 'A4', printBackground: true });
  const window = BrowserWindow.fromWebContents(contents);
  const options = {
    title: translate(text('shell.save_pdf'), language),
    defaultPath: path.basename(name),
    filters: [{ name: 'PDF', extensions: ['pdf'] }],
  };
  const { canceled, filePath } = window ? await dialog.showSaveDialog(window, options) : await dialog.showSaveDialog(options);
  if (!canceled && filePath) await writeFile(filePath, pdf);
}
