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
import { compare } from './pairs.mjs';

const EXECUTABLE = path.join(ROOT, 'bin/run.js');
const BASELINE = path.join(import.meta.dirname, 'baseline.sh');
const START_UP_RUNS = 21;
/** A side that takes longer than this has failed. */
const DEADLINE = 180_000;

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
  await ensureCommands(['curl', 'openssl']);
  await withSandbox(async (sandbox) => {
    say(
      '\nRatios of one run on this machine; nothing else is comparable, the times least of all.\n',
    );
    row(['what', 'median', 'against', 'median', 'ratio', 'goal']);
    await benchStartUp();
    await benchCluster(sandbox);
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

/**
 * Milliseconds that a command takes; it must end well.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
async function time(command, args, env = process.env) {
  const own = { ...env };
  // It costs every Node process about as much as all the rest of its start.
  delete own.NODE_EXTRA_CA_CERTS;
  const begun = performance.now();
  await must(command, args, { env: own, timeout: DEADLINE });
  return performance.now() - begun;
}

/**
 * @param {string} what
 * @param {string} against
 * @param {{ ours: number, theirs: number, ratio: number }} measured
 * @param {number} [goal]
 */
function report(what, against, { ours, theirs, ratio }, goal) {
  row([
    what,
    duration(ours),
    against,
    duration(theirs),
    ratio.toFixed(2),
    goal === undefined ? '-' : `${goal} or less`,
  ]);
}

/** @param {number} milliseconds */
function duration(milliseconds) {
  return milliseconds < 1000
    ? `${Math.round(milliseconds)} ms`
    : `${(milliseconds / 1000).toFixed(2)} s`;
}

/** @param {string[]} cells */
function row(cells) {
  const widths = [26, 8, 13, 8, 6, 12];
  say(
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
