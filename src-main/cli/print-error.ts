import { type Language, text, translate } from '@shared/text/index';
import { stylesFor } from './table';

/** What went wrong and, on a line of its own, what to do. */
export function printError(message: string, hint: string, language: Language, stream: NodeJS.WriteStream = process.stderr): void {
  const { bad, dim } = stylesFor(stream);
  stream.write(`${bad(translate(text('cli.error'), language))}${message}\n${hint ? `${dim(hint)}\n` : ''}`);
}
