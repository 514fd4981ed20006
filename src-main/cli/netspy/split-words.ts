import { NetsondeError } from '@shared/errors';
import { text } from '@shared/text/index';

/**
 * The words of a line: blanks separate, single and double quotes keep together, a backslash takes the next character as it
 * is (not within single quotes). Nothing is expanded.
 * @throws NetsondeError invalid_argument when a quote stays open
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote: '"' | "'" | null = null;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (quote !== null) {
      if (character === quote) quote = null;
      else if (character === '\\' && quote === '"' && at + 1 < line.length) word += line.charAt(++at);
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (character === '\\' && at + 1 < line.length) word = (word ?? '') + line.charAt(++at);
    else if (/\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + character;
  }
  if (quote !== null) throw new NetsondeError('invalid_argument', text('repl.open_quote', { quote }));
  if (word !== null) words.push(word);
  return words;
}
