import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';

/** The JSON values of a stream that carries one a line; lines that are none are skipped. */
export async function* readJsonLines<T>(stream: Readable): AsyncGenerator<T> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of stream) {
    rest += decoder.write(chunk as Buffer);
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    yield* lines.flatMap(parseLine<T>);
  }
  yield* parseLine<T>(rest);
}

function parseLine<T>(line: string): T[] {
  try {
    return line.trim() === '' ? [] : [JSON.parse(line) as T];
  } catch {
    return [];
  }
}
