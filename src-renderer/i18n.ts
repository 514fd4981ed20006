import { en, LANGUAGES, type Language, type TextKey, zhCN } from '@shared/text/index';
import { formatCount } from '@shared/units';
import i18next from 'i18next';
import { useCallback } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';

type UiOnly<Key> = Key extends `ui.${infer Rest}` ? Rest : never;
/** A label of the interface, without its `ui.`. */
export type UiKey = UiOnly<TextKey>;
export type Translate = (key: UiKey, params?: Record<string, string | number>) => string;

export const i18n = i18next.createInstance();

export function startTexts(language: Language): void {
  void i18n.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    initAsync: false,
    resources: { en: { translation: en }, 'zh-CN': { translation: zhCN } },
    // React escapes; values come as plain text.
    interpolation: { escapeValue: false, prefix: '{', suffix: '}' },
    // Chinese sentences follow each other without a blank: an empty text is a text.
    returnEmptyString: true,
    showSupportNotice: false,
  } as Parameters<typeof i18n.init>[0]); // showSupportNotice is newer than its type
}

/** The language to show: what the user chose, else the first of the browser's that Netsonde speaks. */
export function resolveLanguage(setting: Language | 'system'): Language {
  if (setting !== 'system') return setting;
  return navigator.languages.some(tag => tag.toLowerCase().startsWith('zh')) && !navigator.language.toLowerCase().startsWith('en')
    ? 'zh-CN'
    : 'en';
}

/** Labels without parameters, looked up once: a page of live figures asks for hundreds a second. */
const labels = new Map<string, Map<UiKey, string>>();

function plain(language: string, key: UiKey): string {
  let known = labels.get(language);
  if (!known) labels.set(language, (known = new Map()));
  let label = known.get(key);
  // Asked for by its language: while the language changes, the translator of a component is still the old one.
  if (label === undefined) known.set(key, (label = String(i18n.getFixedT(language)(`ui.${key}`))));
  return label;
}

export function useText(): Translate {
  const { t } = useTranslation(undefined, { i18n });
  const language = i18n.language;
  // The same function until the language changes: columns and rows are kept by it.
  return useCallback<Translate>((key, params) => (params ? String(t(`ui.${key}`, params)) : plain(language, key)), [t, language]);
}

/** A number for a message with a plural: the form is chosen by `count`, `shown` is how numbers are written here. */
export function counted(count: number): { count: number; shown: string } {
  return { count, shown: formatCount(count) };
}

/** The language of the page: only ever one that startTexts or a setting gave it. */
export function useLanguage(): Language {
  useTranslation(undefined, { i18n }); // renders again when it changes
  return LANGUAGES.find(language => language === i18n.language) ?? 'en';
}
