import i18next, { type TFunction } from 'i18next';
import { en } from './en';
import { type ToolWords, toolsZhCN } from './tools-zh-CN';
import { zhCN } from './zh-CN';

export const LANGUAGES = ['en', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];

type Leaves<Node, Prefix extends string = ''> = {
  [Key in keyof Node & string]: Node[Key] extends string ? `${Prefix}${Key}` : Leaves<Node[Key], `${Prefix}${Key}.`>;
}[keyof Node & string];
type WithoutPlural<Key> = Key extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : Key;
/** `group.name` of every message in en.ts; `_one`/`_other` forms are asked for by their stem and a `count`. */
export type TextKey = WithoutPlural<Leaves<typeof en>>;
/** A message inside another is worded with it; a list becomes its parts with semicolons between. */
export type TextParams = Record<string, string | number | Text | readonly (string | Text)[]>;

/** A message that is worded only where it is shown, in the reader's language. */
export interface Text {
  readonly key: TextKey;
  readonly params: TextParams;
}

const instance = i18next.createInstance();
void instance.init({
  lng: 'en',
  fallbackLng: 'en',
  initAsync: false,
  resources: { en: { translation: en }, 'zh-CN': { translation: zhCN } },
  // Values are escaped where they become HTML, not here: most readers are terminals and language models.
  interpolation: { escapeValue: false, prefix: '{', suffix: '}' },
  showSupportNotice: false,
} as Parameters<typeof instance.init>[0]); // showSupportNotice is newer than its type

const translators = new Map<Language, TFunction>(LANGUAGES.map(language => [language, instance.getFixedT(language)]));

/** Words that are chosen later: `text('connections.done', { count: 12 })`. */
export function text(key: TextKey, params: TextParams = {}): Text {
  return { key, params };
}

/** The words of a message in a language; a plain string stays as it is. */
export function translate(message: string | Text, language: Language): string {
  if (typeof message === 'string') return message;
  const translator = translators.get(language);
  if (!translator) throw new Error(`No texts for ${language}`);
  const params: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(message.params)) {
    params[name] = typeof value === 'object' ? wordsOf([value].flat(), language) : value;
  }
  return translator(message.key, params);
}

function wordsOf(parts: readonly (string | Text)[], language: Language): string {
  return parts.map(part => translate(part, language)).join(language === 'zh-CN' ? '；' : '; ');
}

export function toEnglish(message: string | Text): string {
  return translate(message, 'en');
}

/** Words of a tool in another language than its definition's English; undefined where there are none. */
export function toolWords(name: string, language: Language): ToolWords | undefined {
  return language === 'zh-CN' && Object.hasOwn(toolsZhCN, name) ? toolsZhCN[name] : undefined;
}

/** The language of a locale or an Accept-Language header: the first of ours that it names, else English. */
export function pickLanguage(header: string | undefined): Language {
  for (const part of (header ?? '').split(',')) {
    const tag = part.split(';')[0]?.trim().toLowerCase().replace('_', '-') ?? '';
    if (tag.startsWith('zh')) return 'zh-CN';
    if (tag.startsWith('en') || tag === 'c' || tag.startsWith('c.')) return 'en';
  }
  return 'en';
}

export { en, zhCN };
