import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inPseudoTerminal } from '../helpers/pseudo-terminal.ts';
import { Workplace } from '../helpers/workplace.ts';

const cluster = 'plain';
const ESCAPE = '\u001b';
let place: Workplace;

beforeAll(async () => {
  place = await Workplace.open();
});

afterEach(async () => {
  await place.swarmctl(['destroy', cluster, '--yes']);
});

afterAll(async () => {
  await place.close();
});

/** What create, and then a failure, show in a pseudo-terminal. */
async function shown(env: NodeJS.ProcessEnv): Promise<string> {
  const create = place.createArguments(cluster, ['--nodes', '1']);
  const made = await inPseudoTerminal(place, create, env);
  const failed = await inPseudoTerminal(place, ['status', 'nowhere'], env);
  return `${made.stdout}${failed.stdout}`;
}

describe('in a pseudo-terminal', () => {
  it.each([
    ['CI', { CI: '1' }],
    ['Jenkins', { JENKINS_URL: 'http://ci/', BUILD_ID: '7' }],
    ['TeamCity', { TEAMCITY_VERSION: '2025.1' }],
    ['Azure Pipelines', { TF_BUILD: 'True' }],
    ['a dumb terminal', { TERM: 'dumb' }],
  ])('%s gets plain lines', async (_where, env) => {
    const text = await shown({ NO_COLOR: undefined, ...env });
    expect(text).toContain('plain-1: done');
    expect(text).toContain('Error: there is no cluster nowhere');
    expect(text).not.toContain(ESCAPE);
  });

  it('NO_COLOR leaves what moves, without colors', async () => {
    const text = await shown({ NO_COLOR: '1' });
    expect(text).toContain(ESCAPE);
    expect(text).not.toMatch(/\u001b\[(3|4|9|10)\d/);
  });

  it('a person gets colors', async () => {
    expect(await shown({ NO_COLOR: undefined })).toMatch(/\u001b\[31m/);
  });

  it('nobody is asked in CI', async () => {
    await place.create(cluster, ['--nodes', '1']);
    const { stdout, exitCode } = await inPseudoTerminal(place, ['destroy', cluster], { CI: '1' });
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('cannot ask "Remove cluster plain?"');
  });
});
