import type { Language } from '../text/index';
import { type AdviceKey, adviceEn, adviceZhCN } from './advice';
import { type DropReasonName, dropReasonsEn } from './en';
import { ADVICE, BENIGN } from './table';
import { dropReasonsZhCN } from './zh-CN';

/** Plain words for a drop reason. */
export interface DropReasonWords {
  /** One sentence: what happened. */
  text: string;
  /** One sentence: what to do. */
  advice: string;
}

const TEXTS: Record<Language, Readonly<Record<string, string>>> = { en: dropReasonsEn, 'zh-CN': dropReasonsZhCN };
const ADVICES: Record<Language, Readonly<Record<AdviceKey, string>>> = { en: adviceEn, 'zh-CN': adviceZhCN };
const UNKNOWN: Record<Language, string> = {
  en: 'A reason of this kernel that Netsonde has no words for.',
  'zh-CN': '这个内核的原因，Netsonde 还没有对应的说明。',
};

/** @param name as the kernel has it, without SKB_DROP_REASON_ */
export function dropReasonWords(name: string, language: Language): DropReasonWords {
  const known = Object.hasOwn(TEXTS[language], name);
  return {
    text: known ? (TEXTS[language][name] ?? '') : UNKNOWN[language],
    advice: ADVICES[language][known ? ADVICE[name as DropReasonName] : 'unknown'], // hasOwn has checked it; both tables have the same names
  };
}

/** A free that is no loss: what was in the packet had been delivered, or was meant for nobody here. */
export function isBenignDrop(name: string): boolean {
  return BENIGN.has(name);
}

export const KNOWN_DROP_REASONS: readonly string[] = Object.keys(dropReasonsEn);
