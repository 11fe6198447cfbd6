import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from './package-root.ts';

/** The text of a file under `templates/`. */
export function readTemplate(name: string): Promise<string> {
  return readFile(path.join(packageRoot(), 'templates', name), 'utf8');
}
