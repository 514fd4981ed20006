import { expect, test } from 'vitest';
import { splitWords } from './split-words';

test.each([
  ['blanks separate words', '  summary   --pid 12 ', ['summary', '--pid', '12']],
  ['double quotes keep words together', 'insights "curl made 5" x', ['insights', 'curl made 5', 'x']],
  ['single quotes take everything as it is', String.raw`insights 'a "b" \c'`, ['insights', String.raw`a "b" \c`]],
  ['a backslash takes the next character as it is', String.raw`insights a\ b "c\"d"`, ['insights', 'a b', 'c"d']],
  ['an empty word in quotes is a word', 'insights ""', ['insights', '']],
  ['quotes within a word belong to it', '--process="my app"', ['--process=my app']],
  ['a backslash at the end stands for itself', 'list \\', ['list', '\\']],
  ['what a shell would expand stays as it is', 'list $HOME `id` *', ['list', '$HOME', '`id`', '*']],
  ['an empty line has no words', '   ', []],
])('%s', (_name, line, words) => {
  expect(splitWords(line)).toEqual(words);
});

test('an open quote is said with the quote', () => {
  expect(() => splitWords('insights "curl')).toThrow('The quote " is not closed.');
});
