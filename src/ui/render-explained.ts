import type { Topic } from '../guidance/topics.ts';
import { renderTable } from './table.ts';
import { wrap } from './wrap.ts';

const WIDTH = 100;

/** What is known of one code, check or state. */
export function renderTopic(topic: Topic): string {
  return [
    wrap(`${topic.name} (${sayKind(topic)}): ${topic.summary}`, WIDTH),
    '',
    wrap(topic.cause, WIDTH, '  '),
    '',
    'What to do:',
    ...topic.cure.map((line) => `  ${line}`),
  ].join('\n');
}

function sayKind({ kind, exitCode, ignorable }: Topic): string {
  switch (kind) {
    case 'error':
      return `error, exit code ${String(exitCode)}`;
    case 'check':
      return ignorable === true ? 'check of preflight' : 'check of preflight, never ignored';
    case 'state':
      return 'in swarmctl status';
  }
}

/** All that can be explained. */
export function renderTopics(topics: readonly Topic[]): string {
  const of = (kind: Topic['kind']) => topics.filter((topic) => topic.kind === kind);
  const rows = (kind: Topic['kind']) => of(kind).map(({ name, summary }) => [name, summary]);
  return [
    renderTable(
      ['ERROR', 'EXIT', 'MEANING'],
      of('error').map(({ name, exitCode, summary }) => [name, String(exitCode), summary]),
    ),
    renderTable(['CHECK', 'ASKS'], rows('check')),
    renderTable(['STATE', 'MEANING'], rows('state')),
    'swarmctl explain TOPIC   says more of one',
  ].join('\n\n');
}
