import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bestSwarm, sandbox } from '../helpers/settings.ts';
import { Workplace } from '../helpers/workplace.ts';

// What docs/compose.md says, by doing it. Networks and builds are the manager's own affair, which the
// stand-in does not imitate: what is said of them is seen with the real swarm only.
const cluster = 'comp';
const real = !bestSwarm.standIn;
let place: Workplace;
let project: string;

beforeAll(async () => {
  place = await Workplace.open();
  await place.create(cluster, ['--nodes', '3']);
  const plugins = path.join(place.home, '.docker/cli-plugins');
  await mkdir(plugins, { recursive: true });
  await copyFile(sandbox.composePlugin(), path.join(plugins, 'docker-compose'));
  project = path.join(place.home, 'shop');
  await mkdir(project);
});

afterAll(async () => {
  await place.close(cluster);
});

const image = sandbox.sleeperImage();

/** One file for both: version 1 wants to be told a version, version 2 warns of it. */
async function write(services: object, more: object = {}) {
  const file = { version: '3', services, ...more };
  await writeFile(path.join(project, 'docker-compose.yml'), JSON.stringify(file));
}

const service = { image, command: 'sleep 1000', stop_grace_period: '1s' };
const bridged = { ...service, network_mode: 'bridge' };

async function docker(...argv: string[]): Promise<string[]> {
  const { stdout, stderr, exitCode } = await place.dockerThrough(cluster, argv);
  expect(exitCode, stderr).toBe(0);
  return stdout.split('\n').filter(Boolean);
}

/** Names of the project's containers, each with that of its node. */
const containers = (...flags: string[]) =>
  docker('ps', ...flags, '--filter', 'label=com.docker.compose.project', '--format', '{{.Names}}');
const nodesOf = (names: readonly string[]) => new Set(names.map((name) => name.split('/')[0]));

const installed = execa('docker-compose', ['version', '--short']).then(({ stdout }) => stdout);
const isFirst = (await installed).startsWith('1.');

const clients = [
  // From Debian 13 on it is version 2 as well.
  ...(isFirst ? [{ title: 'docker-compose 1', command: ['docker-compose'], separator: '_' }] : []),
  { title: 'docker compose 2', command: ['docker', 'compose'], separator: '-' },
];

describe.each(clients)('$title, through the manager', ({ command, separator }) => {
  const name = (...words: string[]) => ['shop', ...words].join(separator);
  const attempt = (argv: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    place.clientThrough(cluster, [...command, ...argv] as [string, ...string[]], {
      cwd: project,
      env,
    });
  const compose = async (...argv: string[]) => {
    const outcome = await attempt(argv);
    expect(outcome.exitCode, `${argv.join(' ')}\n${outcome.stderr}`).toBe(0);
    return outcome.stdout;
  };

  afterEach(async () => {
    await attempt(['down', '--timeout', '1', '--volumes']);
    const left = await containers('--all');
    if (left.length > 0) await docker('rm', '--force', ...left);
  });

  describe('a project in the network of each engine', () => {
    beforeEach(async () => {
      await write({
        web: { ...bridged, command: "sh -c 'echo ready; sleep 1000'", ports: ['80'] },
        db: { ...bridged, environment: ['constraint:node==comp-2'], depends_on: ['web'] },
      });
      await compose('up', '--detach');
    });

    it('runs, spreads, and goes', async () => {
      expect((await containers()).map((each) => each.split('/')[1]).sort()).toEqual([
        name('db', '1'),
        name('web', '1'),
      ]);
      expect(await containers()).toContain(`comp-2/${name('db', '1')}`);
      await compose('up', '--detach', '--scale', 'web=3');
      const web = (await containers()).filter((each) => each.includes('web'));
      expect(web).toHaveLength(3);
      expect(nodesOf(web).size).toBeGreaterThan(1);
      expect(await compose('ps')).toContain(name('web', '3'));
      await compose('down', '--timeout', '1');
      expect(await containers('--all')).toEqual([]);
    });

    it('is looked into', async () => {
      await expect.poll(() => compose('logs', 'web')).toContain('ready');
      expect(await compose('exec', '-T', 'web', 'echo', 'inside')).toBe('inside');
      expect(await attempt(['exec', '-T', 'web', 'sh', '-c', 'exit 7'])).toMatchObject({
        exitCode: 7,
      });
      expect(await compose('run', '--rm', '-T', '--no-deps', 'web', 'echo', 'once')).toBe('once');
      expect(await compose('port', 'web', '80')).toMatch(/^\d+\.\d+\.\d+\.\d+:\d+$/);
    });

    it('is stopped and started', async () => {
      await compose('stop', '--timeout', '1');
      expect(await containers()).toEqual([]);
      await compose('start');
      await compose('restart', '--timeout', '1');
      expect(await containers()).toHaveLength(2);
    });
  });

  it.runIf(real)('its default network cannot be made, and the reason is told', async () => {
    await write({ web: service });
    const outcome = await attempt(['up', '--detach']);
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stderr).toContain('This node is not a swarm manager');
  });

  it.runIf(real)('a network with the driver bridge keeps a project on one node', async () => {
    await write({ web: service, db: service }, { networks: { default: { driver: 'bridge' } } });
    await compose('up', '--detach', '--scale', 'web=3');
    const names = await containers();
    expect(names).toHaveLength(4);
    expect(nodesOf(names).size).toBe(1);
    await compose('down', '--timeout', '1');
    const networks = await docker(
      'network',
      'ls',
      '--filter',
      'name=shop',
      '--format',
      '{{.Name}}',
    );
    // Version 2 looks for the name without that of the node.
    expect(networks.length).toBe(separator === '-' ? 1 : 0);
    if (networks.length > 0) await docker('network', 'rm', ...networks);
  });

  it.runIf(real)('builds on one node, with the classic builder', async () => {
    await writeFile(path.join(project, 'Dockerfile'), `FROM ${image}\nENV A=1\n`);
    await write({ web: { ...bridged, build: '.', image: 'shop:1' } });
    const outcome = await attempt(['build'], { DOCKER_BUILDKIT: '0' });
    expect(outcome.exitCode, outcome.stderr).toBe(0);
    expect(await docker('images', '--quiet', 'shop:1')).toHaveLength(1);
    await docker('rmi', '--force', 'shop:1');
  });

  it.runIf(real)('links', async () => {
    await write({ web: bridged, db: { ...bridged, links: ['web'] } });
    const outcome = await attempt(['up', '--detach']);
    if (separator === '_') expect(nodesOf(await containers()).size).toBe(1);
    else expect(outcome.stderr).toContain('could not get container for');
  });
});

it.runIf(isFirst && real)(
  'docker-compose 1 runs no one-off container beside a service on several nodes',
  async () => {
    await write({ web: bridged });
    const compose = (...argv: string[]) =>
      place.clientThrough(cluster, ['docker-compose', ...argv], { cwd: project });
    expect((await compose('up', '--detach', '--scale', 'web=3')).exitCode).toBe(0);
    const outcome = await compose('run', '--rm', '-T', '--no-deps', 'web', 'true');
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stderr).toContain('--link=shop_web_1:web_1');
    await compose('down', '--timeout', '1');
  },
);

it('docker compose 2 takes the docker context of the cluster', async () => {
  await write({ web: bridged });
  const compose = (...argv: string[]) =>
    execa('docker', ['--context', `swarmctl-${cluster}`, 'compose', ...argv], {
      cwd: project,
      env: { ...place.environment(), DOCKER_HOST: undefined },
      extendEnv: false,
    });
  await compose('up', '--detach');
  expect(await containers()).toHaveLength(1);
  await compose('down', '--timeout', '1');
  expect(await containers('--all')).toEqual([]);
});
