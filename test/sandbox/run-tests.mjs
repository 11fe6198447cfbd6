// npm test: everything there is to check, from a fresh clone on a Debian with Node and npm alone.
//
//   npm test                       all stages
//   npm test -- unit               one of: check, unit, integration, e2e, matrix
//   npm test -- e2e -t 'pattern'   what follows goes to vitest
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { engineLogTail, removeEngine, startEngine } from './engine.mjs';
import { CommandFailed, interruptCommands, resumeCommands } from './exec.mjs';
import { tellMet } from './met.mjs';
import { FOR_ENGINE, FOR_IMAGES, FOR_TESTS, ensureCommands } from './packages.mjs';
import { EXTENT } from '../matrix/extent.mjs';
import { ensureNodeModules, npmRun } from './project.mjs';
import { fillSandbox, newSandboxFolder } from './sandbox.mjs';
import { say } from './say.mjs';
import { Stages } from './stages.mjs';
import { runVitest } from './vitest.mjs';

const WITHOUT_ENGINE = ['check', 'unit'];
const WITH_ENGINE = ['integration', 'e2e', 'matrix'];
const TESTS = ['unit', ...WITH_ENGINE];
const OF_ENGINE = ['private Docker Engine', 'images', ...WITH_ENGINE];
const ALL = [...WITHOUT_ENGINE, ...WITH_ENGINE];

const [first, ...rest] = process.argv.slice(2);
const only = ALL.find((name) => name === first);
if (first !== undefined && only === undefined) {
  say(`usage: npm test [-- ${ALL.join('|')} [arguments of vitest]]`);
  process.exit(2);
}
const chosen = only === undefined ? ALL : [only];
const needsEngine = chosen.some((name) => WITH_ENGINE.includes(name));

const stages = new Stages();
const counts = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const failures = [];
/** @type {NodeJS.Signals | undefined} */
let interrupted;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    if (interrupted !== undefined) return;
    interrupted = signal;
    stages.ended = true;
    say(`\n${signal}: cleaning up`);
    interruptCommands('SIGTERM');
  });
}

const reports = await mkdtemp(path.join(os.tmpdir(), 'swarmctl-reports-'));
const met = path.join(reports, 'met.ndjson');
try {
  await stages.run('node_modules', ensureNodeModules);
  await stages.run('packages', () =>
    ensureCommands(
      needsEngine ? ['docker', ...FOR_ENGINE, ...FOR_IMAGES, ...FOR_TESTS] : ['openssl', 'ssh'],
    ),
  );
  await stages.run('build', () => npmRun('build'), { needs: ['node_modules'] });
  if (chosen.includes('check')) {
    await stages.run('check', () => npmRun('check', { visible: true }), { needs: ['build'] });
  }
  if (chosen.includes('unit')) {
    await stages.run('unit', () => vitest('unit'), { needs: ['node_modules'], visible: true });
  }
  if (needsEngine) await inSandbox();
} finally {
  await rm(reports, { recursive: true, force: true });
}

// No run that failed may end by saying that nothing did.
const others = stages.failed.filter((name) => !TESTS.includes(name));
const failed = counts.failed + others.length;
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
// Last, so that whoever sees only the end of a long log sees what matters.
for (const failure of failures) say(`\n${failure}`);
say(`\n${stages.summary()}\n`);
say(`${counts.passed} passed, ${failed} failed${skipped}`);
process.exitCode = interrupted ? 130 : failed > 0 ? 1 : 0;

/** The stages that take a Docker Engine. */
async function inSandbox() {
  /** @type {string | undefined} */
  let folder;
  /** @type {import('./sandbox.mjs').Sandbox | undefined} */
  let sandbox;
  try {
    await stages.run(
      'private Docker Engine',
      async () => {
        folder = await newSandboxFolder();
        await startEngine(folder);
      },
      { needs: ['packages'] },
    );
    const extras = chosen.includes('e2e');
    await stages.run(
      'images',
      async () => (sandbox = await fillSandbox(folder ?? '', { extras })),
      {
        visible: true,
        needs: ['private Docker Engine', 'node_modules'],
      },
    );
    const env = { ...sandbox?.env, SWARMCTL_TEST_MET: met };
    for (const project of chosen.filter((name) => WITH_ENGINE.includes(name))) {
      await stages.run(project, () => vitest(project, env), {
        needs: ['build', 'images'],
        visible: true,
      });
    }
    await tellMet(met);
  } finally {
    if (folder !== undefined) await cleanUp(folder);
  }
}

/** @param {string} folder */
async function cleanUp(folder) {
  if (stages.failed.some((name) => OF_ENGINE.includes(name))) {
    say(`\nThe engine's last words:\n${await engineLogTail(folder)}`);
  }
  stages.ended = false;
  resumeCommands();
  await stages.run('clean-up', () => removeEngine(folder));
}

/**
 * @param {string} project
 * @param {Record<string, string>} [env]
 */
async function vitest(project, env = {}) {
  const { code, ...result } = await runVitest(project, { args: rest, env, folder: reports });
  counts.passed += result.passed;
  counts.failed += result.failed;
  counts.skipped += result.skipped;
  failures.push(...result.failures);
  if (project === 'matrix') {
    const { passed, failed: lost } = result;
    say(`\nfault matrix: ${passed + lost} cases, ${lost} losses (${EXTENT})`);
  }
  if (code !== 0) throw new CommandFailed('vitest', { code, stdout: '', stderr: '' });
}
