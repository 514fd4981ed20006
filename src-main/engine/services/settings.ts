import { NetsondeError } from '@shared/errors';
import { DEFAULT_SETTINGS } from '@shared/model/default-settings';
import { type Settings, settings as settingsSchema } from '@shared/model/settings';
import { type Language, pickLanguage, text } from '@shared/text/index';
import type { KeptFile } from './kept-file';
import { createPublisher, type Stop } from './stream';

/** What the user has set. */
export interface SettingsService {
  get(): Settings;
  /** Changes the fields that are given. */
  change(fields: Partial<Settings>): Settings;
  /** The setting, or the system's language. */
  language(): Language;
  listen(onEvent: (settings: Settings) => void): Stop;
}

export function createSettings(
  file: KeptFile,
  systemLocale: string | undefined = process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG,
): SettingsService {
  const publisher = createPublisher<Settings>();
  let current = load(file);
  return {
    get: () => current,
    change(fields) {
      const next = settingsSchema.parse({ ...current, ...fields });
      file.write(`${JSON.stringify(next, null, 2)}\n`);
      current = next;
      publisher.publish(next);
      return next;
    },
    language: () => (current.language === 'system' ? pickLanguage(systemLocale) : current.language),
    listen(onEvent) {
      onEvent(current);
      return publisher.listen(onEvent);
    },
  };
}

function load(file: KeptFile): Settings {
  const kept = file.read();
  if (kept === null) return DEFAULT_SETTINGS;
  let parsed: unknown;
  try {
    parsed = JSON.parse(kept);
  } catch (thrown) {
    throw new NetsondeError('internal', text('server.settings_broken'), {
      hint: text('server.settings_broken_hint'),
      cause: thrown,
    });
  }
  // One field that cannot be read (of a newer version, say) falls back by itself; the others keep what the user chose.
  let loaded = DEFAULT_SETTINGS;
  for (const [name, value] of Object.entries(parsed ?? {})) {
    const attempt = settingsSchema.safeParse({ ...loaded, [name]: value });
    if (attempt.success) loaded = attempt.data;
  }
  return loaded;
}
