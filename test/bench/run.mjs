// npm run bench [-- --runs N]: ratios measured in one run; they say nothing of another machine's
// seconds. See README.md in this folder.
import { execa } from 'execa';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, ensureNodeModules, npmRun } from '../sandbox/project.mjs';
import { withSandbox } from '../sandbox/sandbox.mjs';
import { compare } from './pairs.mjs';

const EXECUTABLE = path.join(ROOT, 'bin/run.js');
const START_UP_RUNS = 21;

const { values } = parseArgs({ options: { runs: { type: 'string', default: '7' } } });
const runs = Number(values.runs);

await ensureNodeModules();
await npmRun('build');
const home = await mkdtemp(path.join(os.tmpdir(), 'swarmctl-bench-'));
try {
  await withSandbox(async (sandbox) => {
    print(['what', 'median', 'against', 'median', 'ratio', 'goal']);
    await benchStartUp();
    await benchCluster(sandbox);
  });
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

/** @param {import('../sandbox/sandbox.mjs').Sandbox} sandbox */
async function benchCluster({ endpoint, images, swarmArchive }) {
  const env = { DOCKER_HOST: endpoint, SWARMCTL_HOME: home };
  const swarm = swarmArchive === undefined ? images.swarm : 'swarm:1.2.9';
  const create = [
    ...['create', 'bench', '--discovery', 'etcd', '--nodes', '3', '--quiet'],
    ...['--node-image', images.node, '--etcd-image', images.etcd, '--swarm-image', swarm],
    ...(swarmArchive === undefined ? [] : ['--image-archive', swarmArchive]),
  ];
  const destroy = () =>
    time(process.execPath, [EXECUTABLE, 'destroy', 'bench', '--yes', '--quiet'], env);
  const byHand = {
    ...env,
    NODE_IMAGE: images.node,
    ETCD_IMAGE: images.etcd,
    SWARM_IMAGE: swarm,
    SWARM_ARCHIVE: swarmArchive ?? '',
    ENTRYPOINT: path.join(ROOT, 'templates/local-host/entrypoint.sh'),
  };
  const script = path.join(import.meta.dirname, 'baseline.sh');
  const folder = path.join(home, 'by-hand');
  try {
    const created = await compare(
      runs,
      async () => {
        const taken = await time(process.execPath, [EXECUTABLE, ...create], env);
        await destroy();
        return taken;
      },
      async () => {
        const taken = await time('bash', [script, 'up', folder], byHand);
        await time('bash', [script, 'down', folder], byHand);
        return taken;
      },
    );
    report('swarmctl create, 4 hosts', 'shell script', created, 1.15);

    await time(process.execPath, [EXECUTABLE, ...create], env);
    const { stdout } = await execa(process.execPath, [EXECUTABLE, 'env', 'bench', '--json'], {
      env,
    });
    const variables = Object.entries(JSON.parse(stdout).result.variables);
    const manager = Object.fromEntries(variables.filter(([, value]) => value !== null));
    const status = () => time(process.execPath, [EXECUTABLE, 'status', 'bench'], env);
    const info = () => time('docker', ['info'], { ...env, ...manager });
    report('swarmctl status', 'docker info', await compare(START_UP_RUNS, status, info));
  } finally {
    await destroy();
    await time('bash', [script, 'down', folder], byHand);
  }
}

/**
 * Milliseconds that a command takes; it must end well.
 *
 * @param {string} command
 * @param {string[]} argv
 * @param {Record<string, string>} [env]
 */
async function time(command, argv, env = {}) {
  const own = { ...process.env };
  // It costs every Node process about as much as all the rest of its start.
  delete own.NODE_EXTRA_CA_CERTS;
  const begun = performance.now();
  await execa(command, argv, { env: { ...own, ...env }, extendEnv: false, stdin: 'ignore' });
  return performance.now() - begun;
}

/**
 * @param {string} what
 * @param {string} against
 * @param {{ ours: number, theirs: number, ratio: number }} measured
 * @param {number} [goal]
 */
function report(what, against, { ours, theirs, ratio }, goal) {
  const seconds = (/** @type {number} */ milliseconds) => `${(milliseconds / 1000).toFixed(2)} s`;
  print([
    what,
    seconds(ours),
    against,
    seconds(theirs),
    ratio.toFixed(2),
    goal === undefined ? '-' : `≤ ${goal}`,
  ]);
}

/** @param {string[]} cells */
function print(cells) {
  const widths = [26, 8, 13, 8, 6, 6];
  console.log(
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
