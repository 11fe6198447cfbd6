import { stringify } from 'yaml';
import type { Settings } from './settings.ts';

/** The text of a new cluster file: the template with `<nodes>` and the like replaced. */
export function fillClusterFile(template: string, settings: Settings): string {
  const values = new Map<string, unknown>(Object.entries(settings));
  return template.replaceAll(/<([a-z-]+)>/g, (_, setting: string) => {
    if (!values.has(setting)) throw new Error(`the template asks for ${setting}`);
    const value = values.get(setting);
    const text = typeof value === 'string' ? value.replaceAll('${', () => '$${') : value;
    return stringify(text, { lineWidth: 0 }).trimEnd();
  });
}
