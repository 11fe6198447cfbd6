import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { pipelineFor, writePipeline } from '../../../src/actions/init-ci.ts';
import { foundConfig, initConfig } from '../../../src/actions/init-config.ts';
import { everyCommand } from '../contract/every-command.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FILE = 'ci/swarmctl.yaml';
const CI = ['github', 'gitlab'] as const;

interface Workflow {
  on: object;
  jobs: Record<string, { 'runs-on': string; steps: { uses?: string; run?: string }[] }>;
}
interface GitLab {
  swarm: { image: string; before_script: string[]; script: string[] };
}

const commands = await everyCommand();
const here = process.cwd();

beforeEach(async () => {
  process.chdir(await temporaryFolder());
});

afterEach(() => {
  process.chdir(here);
});

/** The document that is written. */
async function written<T>(ci: (typeof CI)[number]): Promise<T> {
  const pipeline = pipelineFor(ci, FILE);
  await writePipeline(pipeline, FILE, '1.2.3');
  return parse(await readFile(pipeline.file, 'utf8')) as T;
}

/** The lines for a shell. */
async function scripts(ci: (typeof CI)[number]): Promise<string[]> {
  if (ci === 'github') {
    const { jobs } = await written<Workflow>(ci);
    return Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
  }
  const { swarm } = await written<GitLab>(ci);
  return [...swarm.before_script, ...swarm.script];
}

describe('a pipeline', () => {
  it('is a workflow of GitHub, each step of which uses or runs something', async () => {
    const { on, jobs } = await written<Workflow>('github');
    expect(Object.keys(on)).toEqual(['push', 'pull_request']);
    for (const job of Object.values(jobs)) {
      expect(job['runs-on']).toMatch(/^ubuntu-/);
      for (const { uses, run } of job.steps) {
        expect([uses, run].filter((each) => each !== undefined)).toHaveLength(1);
        if (uses !== undefined) expect(uses).toMatch(/^actions\/[\w-]+@v\d+$/);
      }
    }
  });

  it('is a job of GitLab, whose lines are texts', async () => {
    const { swarm } = await written<GitLab>('gitlab');
    expect(swarm.image).toMatch(/^docker:.*-dind$/);
    for (const line of [...swarm.before_script, ...swarm.script]) expect(line).toBeTypeOf('string');
  });

  it.each(CI)('of %s installs this version and runs a command with the cluster', async (ci) => {
    const lines = await scripts(ci);
    expect(lines).toContain('npm install --global --prefer-offline swarmctl@1.2.3');
    expect(lines.at(-1)).toContain(`swarmctl run -f ${FILE} --ttl `);
    expect(lines.join('\n')).not.toMatch(/<[a-z]+>/);
  });

  it.each(CI)('of %s uses commands and flags that there are', async (ci) => {
    const lines = (await scripts(ci)).filter((line) => line.startsWith('swarmctl '));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      const [, id, ...words] = (line.split(' -- ')[0] ?? '').split(' ');
      const command = commands.find((known) => known.id === id)?.command;
      expect(command, line).toBeDefined();
      const flags = Object.entries({ ...command?.baseFlags, ...command?.flags });
      const names = flags.flatMap(([name, { char }]) => [`--${name}`, `-${char ?? name}`]);
      for (const word of words.filter((each) => each.startsWith('-')))
        expect(names).toContain(word);
    }
  });
});

describe('where a pipeline is written', () => {
  it('is where its system looks', () => {
    const [github, gitlab] = CI.map((ci) => pipelineFor(ci, FILE));
    expect(github).toEqual({ ci: 'github', file: '.github/workflows/swarm.yml', includeIn: null });
    expect(gitlab).toEqual({ ci: 'gitlab', file: '.gitlab-ci.yml', includeIn: null });
  });

  it('is no place where a file is', async () => {
    await written('github');
    expect(() => pipelineFor('github', FILE)).toThrow(
      '.github/workflows/swarm.yml is there already',
    );
  });

  it('is a file to be included where GitLab has its own already', async () => {
    await writeFile('.gitlab-ci.yml', 'mine: {}');
    const second = { ci: 'gitlab', file: '.gitlab/swarm.yml', includeIn: '.gitlab-ci.yml' };
    expect(pipelineFor('gitlab', FILE)).toEqual(second);
    await written('gitlab');
    expect(await readFile('.gitlab-ci.yml', 'utf8')).toBe('mine: {}');
    expect(() => pipelineFor('gitlab', FILE)).toThrow('.gitlab/swarm.yml is there already');
  });

  it('names the cluster file from here, and only one that needs no quotes', () => {
    expect(pipelineFor('github', path.resolve(FILE))).toMatchObject({ ci: 'github' });
    for (const file of ['../swarmctl.yaml', '/etc/swarmctl.yaml', 'a b.yaml', 'a;b', '-f']) {
      expect(() => pipelineFor('github', file)).toThrow('cannot name the cluster file');
    }
  });

  it('may be one where nothing can be written', async () => {
    await writeFile('.github', '');
    const pipeline = pipelineFor('github', FILE);
    await expect(writePipeline(pipeline, FILE, '1.2.3')).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('a cluster file that is there', () => {
  it('stays when nothing is said of another', async () => {
    await mkdir(path.dirname(FILE));
    expect(await foundConfig(FILE, {}, { env: {} })).toBeUndefined();
    await initConfig(FILE, false, { name: 'staging' });
    const found = { file: FILE, name: 'staging' };
    expect(await foundConfig(FILE, { name: undefined }, { env: {} })).toEqual(found);
    expect(await foundConfig(FILE, { nodes: 2 }, { env: {} })).toBeUndefined();
  });
});
