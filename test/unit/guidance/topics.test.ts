import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checks } from '../../../src/guidance/checks.ts';
import { elsewhere } from '../../../src/guidance/elsewhere.ts';
import { topicOf, topics } from '../../../src/guidance/topics.ts';
import { IGNORABLE, LOCAL_CHECKS, REMOTE_CHECKS } from '../../../src/preflight/names.ts';
import { everyCommand } from '../contract/every-command.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');

describe('what is explained', () => {
  it('is every check of preflight, and no other', () => {
    const known = [...new Set([...LOCAL_CHECKS, ...REMOTE_CHECKS])];
    expect(Object.keys(checks).sort()).toEqual(known.sort());
    const ignorable = topics.filter((topic) => topic.ignorable === true).map(({ name }) => name);
    expect(ignorable.sort()).toEqual([...IGNORABLE].sort());
  });

  it('is every state that the judge of hosts gives', () => {
    const judge = readFileSync(path.join(ROOT, 'src/health/diagnose.ts'), 'utf8');
    const given = [...judge.matchAll(/'([A-Z][a-z]+)'/g)].map(([, word]) => word);
    expect(given).toContain('Absent');
    for (const word of new Set(given)) expect(topics.map(({ name }) => name)).toContain(word);
  });

  it('has a name of its own, however it is written', () => {
    const names = topics.map(({ name }) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(topics.map((topic) => [topic.name, topic] as const))('%s is told in full', (_, topic) => {
    expect(topic.summary).not.toMatch(/\.$/);
    expect(topic.cause).toMatch(/[.]$/);
    expect(topic.cure.length).toBeGreaterThan(0);
    for (const line of topic.cure) expect(line, line).toMatch(/^\S(?:(?! {3}).)*( {3}\S.*)?$/);
  });

  it('names commands and flags that exist', async () => {
    const commands = await everyCommand();
    const names = commands.map(({ id }) => id.split(':')[0]);
    const flags = commands.flatMap(({ command }) =>
      Object.entries({ ...command.baseFlags, ...command.flags }).flatMap(([name, flag]) =>
        flag.type === 'boolean' && flag.allowNo ? [name, `no-${name}`] : [name],
      ),
    );
    for (const line of topics.flatMap(({ cure }) => cure)) {
      for (const [, name] of line.matchAll(/(?:^|[;,] )swarmctl ([a-z]+)/g)) {
        expect(names, line).toContain(name);
      }
      for (const [, flag] of line.matchAll(/(?<![\w-])--([a-z-]+)/g)) {
        expect([...flags, 'json', 'help'], line).toContain(flag);
      }
    }
  });
});

describe('topicOf', () => {
  it.each([
    ['LOCKED', 'LOCKED'],
    ['locked', 'LOCKED'],
    ['pending', 'Pending'],
    ['Reach', 'reach'],
  ])('%s is %s', (word, name) => {
    expect(topicOf(word).name).toBe(name);
  });

  it.each([
    ['forein-swarm', 'nothing is known of "forein-swarm"; did you mean foreign-swarm?'],
    ['NOT_HELTHY', 'nothing is known of "NOT_HELTHY"; did you mean NOT_HEALTHY?'],
    ['banana', 'nothing is known of "banana"'],
  ])('%s is refused with what may have been meant', (word, message) => {
    expect(() => topicOf(word)).toThrow(expect.objectContaining({ code: 'USAGE', message }));
  });
});

it('names of other tools are none of ours', async () => {
  const ours = (await everyCommand()).map(({ id }) => id);
  for (const word of Object.keys(elsewhere)) expect(ours).not.toContain(word);
});
