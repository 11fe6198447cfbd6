// npm run bench [-- --runs N]: ratios measured in one run; they say nothing of another machine's
// seconds. See README.md in this folder.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { engineEnvironment } from '../sandbox/docker.mjs';
import { must } from '../sandbox/exec.mjs';
import { explain } from '../sandbox/explain.mjs';
import { ensureCommands } from '../sandbox/packages.mjs';
import { ROOT, ensureNodeModules, npmRun } from '../sandbox/project.mjs';
import { withSandbox } from '../sandbox/sandbox.mjs';
import { say } from '../sandbox/say.mjs';
import { report, row, time } from './measure.mjs';
import { compare } from './pairs.mjs';
import { benchSshCluster } from './ssh-cluster.mjs';

const EXECUTABLE = path.join(ROOT, 'bin/run.js');
const BASELINE = path.join(import.meta.dirname, 'baseline.sh');
const START_UP_RUNS = 21;

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' } } });
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) {
  say('usage: npm run bench [-- --runs N]');
  process.exit(2);
}

const home = await mkdtemp(path.join(os.tmpdir(), 'swarmctl-bench-'));
try {
  await ensureNodeModules();
  await npmRun('build');
  await ensureCommands(['curl', 'openssl', 'ssh', 'docker-registry']);
  await withSandbox(async (sandbox) => {
    say(
      '\nRatios of one run on this machine; nothing else is comparable, the times least of all.\n',
    );
    row(['what', 'median', 'against', 'median', 'ratio', 'goal']);
    await benchStartUp();
    await benchCluster(sandbox);
    await benchSshCluster(sandbox, { home: await mkdtemp(path.join(home, 'ssh-')), runs });
    say();
  });
} catch (error) {
  say(`bench: ${explain(error)}`);
  process.exitCode = 1;
} finally {
  await rm(home, { recursive: true, force: true });
}

async function benchStartUp() {
  const floor = () => time(process.execPath, ['-e', '0']);
  for (const [flag, goal] of /** @type {const} */ ([
    ['--version', 1.5],
    ['--help', 4],
  ])) {
    const swarmctl = () => time(process.execPath, [EXECUTABLE, flag]);
    report(`swarmctl ${flag}`, 'node -e 0', await compare(START_UP_RUNS, swarmctl, floor), goal);
  }
}

/**
 * What is left when this fails goes with the sandbox and the home.
 *
 * @param {import('../sandbox/sandbox.mjs').Sandbox} sandbox
 */
async function benchCluster({ docker, endpoint, images, swarmArchive }) {
  const env = { ...engineEnvironment(endpoint), SWARMCTL_HOME: home };
  const swarm = swarmArchive === undefined ? images.swarm : 'swarm:1.2.9';
  const swarmctl = (/** @type {string[]} */ ...args) =>
    time(process.execPath, [EXECUTABLE, ...args], env);
  const create = () =>
    swarmctl(
      ...['create', 'bench', '--discovery', 'etcd', '--nodes', '3', '--quiet'],
      ...['--node-image', images.node, '--etcd-image', images.etcd, '--swarm-image', swarm],
      ...(swarmArchive === undefined ? [] : ['--image-archive', swarmArchive]),
    );
  const destroy = () => swarmctl('destroy', 'bench', '--yes', '--quiet');

  await create();
  const privileged = ['inspect', '--format', '{{.HostConfig.Privileged}}', 'swarmctl-bench-m'];
  const byHand = {
    ...env,
    GRANT: (await docker(privileged)) === 'true' ? 'privileged' : 'capabilities',
    NODE_IMAGE: images.node,
    ETCD_IMAGE: images.etcd,
    SWARM_IMAGE: swarm,
    SWARM_ARCHIVE: swarmArchive ?? '',
    ENTRYPOINT: path.join(ROOT, 'templates/local-host/entrypoint.sh'),
  };
  const script = (/** @type {string} */ action) =>
    time('bash', [BASELINE, action, path.join(home, 'by-hand')], byHand);

  const status = () => swarmctl('status', 'bench');
  const manager = { ...env, ...(await managerEnvironment(env)) };
  const info = () => time('docker', ['info'], manager);
  report('swarmctl status', 'docker info', await compare(START_UP_RUNS, status, info));
  await destroy();

  const created = await compare(
    runs,
    async () => {
      const taken = await create();
      await destroy();
      return taken;
    },
    async () => {
      const taken = await script('up');
      await script('down');
      return taken;
    },
  );
  report('swarmctl create, 4 hosts', 'shell script', created, 1.15);
}

/**
 * What `swarmctl env` sets.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Record<string, string>>}
 */
async function managerEnvironment(env) {
  const printed = await must(process.execPath, [EXECUTABLE, 'env', 'bench', '--json'], { env });
  /** @type {{ result: { variables: Record<string, string | null> } }} */
  const { result } = JSON.parse(printed);
  return Object.fromEntries(
    Object.entries(result.variables).flatMap(([name, value]) =>
      value === null ? [] : [[name, value]],
    ),
  );
}
