import { expect, test } from 'vitest';
import { i18n, startTexts } from './i18n';

test('puts no blank between Chinese sentences, and one between English ones', () => {
  startTexts('zh-CN');
  expect(i18n.t('ui.word.sentence_gap')).toBe('');
  expect(i18n.getFixedT('en')('ui.word.sentence_gap')).toBe(' ');
});
